"""The whole state of the planner's work, as one immutable snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import evolve, field, frozen

from ecomap.model.bookmark import Bookmark
from ecomap.model.commitment import Commitment
from ecomap.model.correction import Correction
from ecomap.model.errors import InputError, ProjectError
from ecomap.model.fault import Fault
from ecomap.model.layer import Layer
from ecomap.model.place_note import PlaceNote
from ecomap.model.recipe import Recipe
from ecomap.model.release import Ledger, Release
from ecomap.model.result import Result
from ecomap.model.said import joined, name, say
from ecomap.model.scenario import Scenario

UNTITLED = "Untitled"  # a project that nobody gave a name
_NAMED = "map_names"                                # in `meta`: "no" where the map is not to be named
_IN, _OUT = "pinned_in", "pinned_out"              # in `meta`: ids of schools
_BETWEEN = "\n"
PINNED_IN, PINNED_OUT = "in", "out"
_DAY, _DAY_FROM = "as_of", "as_of_from"             # in the pairs that a file keeps
MADE, TOLD, ANSWERED, SAVED = "made", "told", "answered", "saved"  # who gave a project its day, see `Project.day_from`


def _read_only(frames: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(frames))


@frozen
class View:
    """What the map shows: centre in the working CRS and scale. ``None`` scale means the whole project."""

    x: float = 0.0
    y: float = 0.0
    px_per_m: float | None = None


@frozen
class Pins:
    """Schools, by their ids, that a plan is to have, and not to have."""

    inside: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()

    def moved(self, school: str, where: str) -> Pins:
        """The same with a school pinned "in" or "out", or with neither pin on it ("")."""
        inside, outside = (tuple(one for one in some if one != school) for some in (self.inside, self.outside))
        return Pins((*inside, school) if where == PINNED_IN else inside, (*outside, school) if where == PINNED_OUT else outside)

    def where(self, school: str) -> str:
        """Whether a school is pinned "in" or "out"; "" where it is neither."""
        return PINNED_IN if school in self.inside else PINNED_OUT if school in self.outside else ""


@frozen
class Project:
    """A snapshot: layers (top of the map first), their rows, the results, the view.

    Every ``with_...`` method returns a new snapshot that shares everything it did not change, so that undo keeps
    snapshots and "what changed" is a comparison by identity. Frames are never changed in place.
    """

    title: str = UNTITLED
    crs: str = "EPSG:3310"
    layers: tuple[Layer, ...] = ()
    frames: Mapping[str, Any] = field(factory=dict, converter=_read_only, repr=False, eq=False)
    results: tuple[Result, ...] = ()
    view: View = View()
    meta: tuple[tuple[str, str], ...] = ()  # starter name and version, author's note, ...
    recipes: tuple[Recipe, ...] = ()        # how earlier files were understood, the latest last
    releases: tuple[Release, ...] = ()      # the release ledger: what has left, the latest last
    book: str = field(default="", repr=False)  # every protected number that left (`ecomap.model.release.Book` as text)
    scenarios: tuple[Scenario, ...] = ()    # named sets of changes to what is, in the order of making
    bookmarks: tuple[Bookmark, ...] = ()    # views of the map by name, in the order of keeping
    notes: tuple[PlaceNote, ...] = ()       # pinned on places, in the order of writing
    commitments: tuple[Commitment, ...] = ()  # what was agreed, in the order of coming
    corrections: tuple[Correction, ...] = ()  # what people said of places in the meeting file, by day and id
    # The day it was last told, in ISO form: every question speaks of it that names no other; "" where it has none yet. It is from:
    # MADE (the day it was made), TOLD (the planner), or, for a project of a time without days, ANSWERED (its last answer) or SAVED (its file).
    day: str = field(default="", eq=False)
    day_from: str = field(default="", eq=False)
    faults: tuple[Fault, ...] = ()          # what the gate did not believe of the file it was opened from; never saved

    @property
    def ledger(self) -> Ledger:
        """What has left the project."""
        return Ledger(self.releases, self.book)

    def with_day(self, day: str, given_by: str) -> Project:
        """The same project on another day; itself where it is the same."""
        return self if (self.day, self.day_from) == (day, given_by) else evolve(self, day=day, day_from=given_by)

    @property
    def named(self) -> bool:
        """Whether the map names places and schools where there is room."""
        return dict(self.meta).get(_NAMED) != "no"

    @property
    def pins(self) -> Pins:
        """The schools that are wished in a plan, and out of it."""
        kept = dict(self.meta)
        return Pins(*(tuple(one for one in kept.get(key, "").split(_BETWEEN) if one) for key in (_IN, _OUT)))

    def with_pins(self, pins: Pins) -> Project:
        """The same project with other pins; itself where they are these."""
        if pins == self.pins:
            return self
        told = tuple((key, _BETWEEN.join(some)) for key, some in ((_IN, pins.inside), (_OUT, pins.outside)) if some)
        return evolve(self, meta=(*(pair for pair in self.meta if pair[0] not in (_IN, _OUT)), *told))

    def with_names(self, shown: bool) -> Project:
        """The same project with the names on the map switched on or off."""
        meta = tuple(pair for pair in self.meta if pair[0] != _NAMED)
        return evolve(self, meta=meta if shown else (*meta, (_NAMED, "no")))

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """`meta` as a file keeps it, with the day."""
        return (*self.meta, (_DAY, self.day), (_DAY_FROM, self.day_from)) if self.day else self.meta

    def with_pairs(self, pairs: tuple[tuple[str, str], ...]) -> Project:
        """The same project with what a file keeps as `pairs`."""
        kept = dict(pairs)
        return evolve(self, meta=tuple(pair for pair in pairs if pair[0] not in (_DAY, _DAY_FROM)), day=kept.get(_DAY, ""), day_from=kept.get(_DAY_FROM, ""))

    def with_ledger(self, ledger: Ledger) -> Project:
        """The same project with another ledger; itself where it has this one."""
        same = self.releases == ledger.releases and self.book == ledger.book
        return self if same else evolve(self, releases=ledger.releases, book=ledger.book)

    def layer(self, layer_id: str) -> Layer:
        for layer in self.layers:
            if layer.id == layer_id:
                return layer
        raise ProjectError(
            say("The project has no layer called '{layer_id}'.", layer_id=name(layer_id)),
            say("Layers it has: {layers}.", layers=joined((layer.id for layer in self.layers), ", ") if self.layers else say("none")),
        )

    def has_layer(self, layer_id: str) -> bool:
        return any(layer.id == layer_id for layer in self.layers)

    def frame(self, layer_id: str) -> Any:
        self.layer(layer_id)
        return self.frames[layer_id]

    def layers_of(self, role: str) -> tuple[Layer, ...]:
        return tuple(layer for layer in self.layers if layer.role == role)

    def result(self, result_id: str) -> Result:
        for result in self.results:
            if result.id == result_id:
                return result
        raise ProjectError(say("The project has no result called '{result_id}'.", result_id=name(result_id)), say("Run the analysis again."))

    def latest_result(self, analysis: str) -> Result | None:
        """The result of the last run of an analysis, or None."""
        return next((r for r in reversed(self.results) if r.analysis == analysis), None)

    def with_layer(self, layer: Layer, frame: Any, position: int = 0) -> Project:
        """Add a layer at a position (0 = top), or replace the one with the same id where it stands."""
        if layer.geometry != "none" and str(getattr(frame, "crs", None)) not in (self.crs, "None"):
            raise InputError(say("Layer '{layer}' is in {crs}, the project in {ours}.", layer=name(layer.id), crs=name(frame.crs), ours=name(self.crs)), say("Re-project it."))
        if self.has_layer(layer.id):
            layers = tuple(layer if old.id == layer.id else old for old in self.layers)
        else:
            layers = (*self.layers[:position], layer, *self.layers[position:])
        return evolve(self, layers=layers, frames={**self.frames, layer.id: frame})

    def with_layer_changed(self, layer: Layer) -> Project:
        """Replace a layer's description (style, visibility, name); its rows stay."""
        self.layer(layer.id)
        return evolve(self, layers=tuple(layer if old.id == layer.id else old for old in self.layers))

    def without_layer(self, layer_id: str) -> Project:
        self.layer(layer_id)
        frames = {key: value for key, value in self.frames.items() if key != layer_id}
        return evolve(self, layers=tuple(x for x in self.layers if x.id != layer_id), frames=frames)

    def with_order(self, layer_ids: Sequence[str]) -> Project:
        """Put the layers in this order, top of the map first. Layers not named keep their place at the end."""
        known = {layer.id: layer for layer in self.layers}
        named = [known[i] for i in layer_ids if i in known]
        rest = [layer for layer in self.layers if layer.id not in set(layer_ids)]
        return evolve(self, layers=(*named, *rest))

    def scenario(self, called: str) -> Scenario:
        """A scenario by its id, or by its name in any capitals."""
        wanted = called.strip().casefold()
        found = next((one for one in self.scenarios if one.id == called), None) or next(
            (one for one in self.scenarios if one.name.casefold() == wanted), None)
        if found is None:
            raise ProjectError(
                say("The project has no scenario called '{called}'.", called=name(called)),
                say("Scenarios it has: {names}.", names=joined((name(one.name) for one in self.scenarios), ", ") if self.scenarios else say("none")),
            )
        return found

    def with_scenario(self, scenario: Scenario) -> Project:
        """Add a scenario, or put it in the place of the one with the same id."""
        if any(one.id == scenario.id for one in self.scenarios):
            return evolve(self, scenarios=tuple(scenario if one.id == scenario.id else one for one in self.scenarios))
        return evolve(self, scenarios=(*self.scenarios, scenario))

    def without_scenario(self, scenario_id: str) -> Project:
        """Drop a scenario; answers stay."""
        self.scenario(scenario_id)
        return evolve(self, scenarios=tuple(one for one in self.scenarios if one.id != scenario_id))

    def with_result(self, result: Result) -> Project:
        """Add a result, or replace the one with the same id."""
        kept = tuple(old for old in self.results if old.id != result.id)
        return evolve(self, results=(*kept, result))

    def without_result(self, result_id: str) -> Project:
        """Drop a result and the layers it made."""
        made = {layer.id for layer in self.layers if layer.result_id == result_id}
        frames = {key: value for key, value in self.frames.items() if key not in made}
        return evolve(
            self,
            results=tuple(old for old in self.results if old.id != result_id),
            layers=tuple(layer for layer in self.layers if layer.id not in made),
            frames=frames,
        )
