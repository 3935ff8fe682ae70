"""What an analysis answers: tables, key figures, notes and the trail that led there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import field, frozen

from ecomap.model.clock import Ended
from ecomap.model.known import Known
from ecomap.model.layer import NO_GEOMETRY, Column
from ecomap.model.said import NOTHING, Said, as_said, has_identity
from ecomap.model.source import Source
from ecomap.model.style import LayerStyle


@frozen
class Range:
    """Between which numbers a figure lies over the range of the assumption that moves it most.

    Found by asking the question again at the ends of the assumption's range, everything else as it was; no margin of the
    survey is in it.
    """

    low: float
    high: float
    what: Said = field(converter=as_said)  # the assumption and its ends: "for ways 1.2 to 1.4 times the straight line"
    assumption: str = ""                   # stable, for programs: "detour"


@frozen
class KeyFigure:
    """One number that answers the question, with its error and the sentence under it."""

    name: str                 # stable, for programs: "children_out_of_reach"
    label: Said = field(converter=as_said)
    value: float | None       # None: cannot be said (see note)
    unit: str = "count"
    moe: float | None = None  # 90 %
    note: Said = field(default=NOTHING, converter=as_said)
    range: Range | None = None  # beside the margin: what the assumption that moves it most may make of it
    beside: str = ""          # the figure it is compared with: written no finer than that one
    limit: bool = False       # nothing counted is above it, so rounded up
    digits: int | None = None  # how it is rounded where it stands beside another; found with the ranges


AGE: Final = "age"  # of a note: what the answer counts is old, and newer figures may be had


@frozen
class Note:
    """A caution or a count of rows that were dropped, mended or imputed. ``kind``: count | caution | method.

    ``about`` says what a note is about where something can be done about it: `AGE`.
    """

    kind: str
    text: Said = field(converter=as_said)
    count: int | None = None
    about: str = ""


def _with_messages(frame: Any) -> Any:
    """A table whose columns with messages are columns of objects: in one of pandas' texts they would stay by luck only."""
    if frame is None:
        return None
    said = [name for name, kind in frame.dtypes.items() if str(kind) == "str" and any(map(has_identity, frame[name].to_numpy(dtype=object)))]
    return frame.astype(dict.fromkeys(said, object)) if said else frame


@frozen
class Output:
    """One table of a result.

    ``frame`` has a unique text column ``id``; with ``geometry`` other than "none" it is a GeoDataFrame in the
    working CRS. ``joins`` names the layer whose ids it shares, if any, so that a map can colour that layer by it.
    A short list in plain lines gives each row's rank and the first measured column; where that is not what the table is
    about, ``told`` names the columns to give instead, and ``told_by`` the one whose largest numbers, of either sign, come
    first; where that one holds names, the rows stay in the order they were made in, whatever numbers they have.
    """

    name: str
    title: Said = field(converter=as_said)
    frame: Any = field(eq=False, repr=False, converter=_with_messages)
    columns: tuple[Column, ...] = ()
    geometry: str = NO_GEOMETRY
    joins: str = ""
    style: LayerStyle | None = None
    boundary: str = ""  # inherited from the areas it speaks of: official | approximate | estimated
    told: tuple[str, ...] = ()
    told_by: str = ""


@frozen
class Provenance:
    """Everything needed to make the same result again."""

    analysis: str
    version: str
    params: Mapping[str, Any]
    inputs: tuple[tuple[str, str], ...]  # (layer id, fingerprint of its rows)
    sources: tuple[Source, ...] = ()
    made_at: str = ""                    # ISO time, filled by the workspace
    ended: tuple[Ended, ...] | None = None  # where the clock ended searches, filled by the workspace; None in answers of earlier versions


@frozen
class Result:
    """The answer of one analysis run. The first output is the main one.

    ``title`` is its name wherever it stands: the ``question`` with what it is about, and what tells it from its sisters in the
    project (`ecomap.workspace.answer_names`), or a name given by hand.
    """

    id: str
    analysis: str
    title: Said = field(converter=as_said)
    sentence: Said = field(converter=as_said)  # the finding in one plain sentence
    outputs: tuple[Output, ...]
    figures: tuple[KeyFigure, ...] = ()
    notes: tuple[Note, ...] = ()
    bars: tuple[tuple[Said, float, float | None], ...] = ()  # (label, share 0-1, moe) for the panel's one chart
    bars_title: Said = field(default=NOTHING, converter=as_said)
    bars_unit: str = "share"  # what the numbers of the bars are in
    provenance: Provenance | None = None
    known: tuple[Known, ...] = ()  # how much of who or what is there it knows by name
    rests_on: Said = field(default=NOTHING, converter=as_said)  # the same in words; the sentence holds them too
    question: Said = field(default=NOTHING, converter=as_said)  # the name without what tells it from its sisters
    own_name: bool = False  # the title was given by hand
    left_out: bool = False  # of the page for a meeting: the planner keeps it to the project
    place: int = 0  # in the order in which findings are told, from 1; 0: nobody chose, after those that were placed

    @property
    def old(self) -> Said:
        """The caution that what it counts is old; "" where it is not."""
        return next((note.text for note in self.notes if note.about == AGE), NOTHING)

    @property
    def main(self) -> Output:
        return self.outputs[0]

    def output(self, name: str) -> Output:
        for output in self.outputs:
            if output.name == name:
                return output
        raise KeyError(name)

    def figure(self, name: str) -> KeyFigure:
        for figure in self.figures:
            if figure.name == name:
                return figure
        raise KeyError(name)
