"""What an analysis is given: the rows of the layers that play its parts, and the trail of where they are from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from attrs import evolve

from ecomap.model.clock import Ended
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.layer import POLYGON, Column, Layer
from ecomap.model.params import plain_params
from ecomap.model.project import Project
from ecomap.model.result import Note, Provenance, Result
from ecomap.model.roles import ROLE_LABELS
from ecomap.model.said import Said, joined, plural, say
from ecomap.model.said import name as kept
from ecomap.model.source import Source
from ecomap.model.version import VERSION
from ecomap.model.vocabulary import ID, ORGANISATION, PLACE_IN_FILE
from ecomap.workspace.row_prints import print_of

if TYPE_CHECKING:
    from ecomap.analysis.assets.closings import Closings
    from ecomap.analysis.registry import Analysis, Input

LAYER_ID = "layer_id"
SEVERAL = "+"  # joins the ids of the layers that fill one input together
Chosen = Mapping[str, Sequence[str]]


def chosen_layers(project: Project, analysis: Analysis, chosen: Chosen | None = None) -> dict[str, tuple[Layer, ...]]:
    """Which layers fill each input of an analysis.

    Parameters
    ----------
    chosen : mapping, optional
        Input name -> layer ids. An input that is not named takes the first layer of its role, or every layer of
        the role where the input takes many. Result layers never fill an input by themselves.

    Raises
    ------
    InputError
        If a needed input has no layer, an input name is unknown or a layer plays another part.
    """
    chosen = chosen or {}
    known = {given.name for given in analysis.inputs}
    for name in chosen:
        if name not in known:
            raise InputError(
                say("'{title}' takes no layer for '{name}'.", title=analysis.title, name=kept(name)), say("It takes: {names}.", names=joined(sorted(known), ", "))
            )
    found = {given.name: _layers_for(project, analysis, given, chosen.get(given.name)) for given in analysis.inputs}
    return {name: layers for name, layers in found.items() if layers}


def layers_by_params(project: Project, analysis: Analysis, params: Any) -> dict[str, tuple[str, ...]]:
    """Layers that parameters name: every layer of a role, or one by its id."""
    found: dict[str, tuple[str, ...]] = {}
    for given in analysis.inputs:
        if given.asked_by and getattr(params, given.asked_by) == given.role:
            found[given.name] = tuple(layer.id for layer in project.layers_of(given.role) if not layer.result_id)
        value = str(getattr(params, given.param)) if given.param else ""
        if value and value != given.role:
            of_role = tuple(layer.id for layer in project.layers_of(value) if not layer.result_id)
            found[given.name] = of_role or (value,)
    return found


def _layers_for(
    project: Project, analysis: Analysis, given: Input, chosen: Sequence[str] | None
) -> tuple[Layer, ...]:
    if chosen:
        layers = tuple(project.layer(layer_id) for layer_id in chosen)
        for layer in layers:
            if layer.role not in (given.role, *given.also):
                raise InputError(
                    say("Layer '{name}' holds {role}, but '{label}' needs {needed}.", name=layer.name, role=_role(layer.role),
                        label=given.label.small(), needed=_role(given.role)),
                    say("Choose another layer, or import the file again with the other role."),
                )
        return layers if given.many else layers[:1]
    if (given.param or given.asked_by) and given.optional:
        return ()
    layers = tuple(layer for layer in project.layers_of(given.role) if not layer.result_id)
    if not layers and not given.optional:
        raise InputError(
            say("'{title}' needs {role}, and the project has none.", title=analysis.title, role=_role(given.role)),
            say("Import a file with the role {role}.", role=kept(given.role)),
            {"input": given.name, "role": given.role},
        )
    return layers if given.many else layers[:1]


def _role(role: str) -> Said:
    return kept(ROLE_LABELS.get(role, role)).small()


def analysis_frames(project: Project, layers: Mapping[str, Sequence[Layer]], analysis: Analysis) -> Frames:
    """The rows of the chosen layers, one frame per input.

    A ``many`` input is every chosen layer one below the other with a column ``layer_id``; its description is the
    first layer's with the ids (joined by "+"), columns and sources of all. Rows of an organisation that has closed end
    with it (`ecomap.analysis.assets.closings`).
    """
    closings = closings_of_project(project)
    many = {given.name for given in analysis.inputs if given.many}
    frames: dict[str, Any] = {}
    described: dict[str, Layer] = {}
    for name, members in layers.items():
        if name in many:
            frames[name] = _one_below_the_other(project, members)
            described[name] = _described(members)
        else:
            frames[name] = on_the_map(project, members[0])
            described[name] = members[0]
        frames[name] = closings.apply(frames[name], described[name].role)[0]
    return Frames(frames, described)


def closings_of_project(project: Project) -> Closings:
    """The organisations that have closed, with which their rows end."""
    from ecomap.analysis.assets.closings import closings_of  # heavy

    return closings_of(project.frame(layer.id) for layer in project.layers_of(ORGANISATION))


def _ended_with_their_organisation(project: Project, used: Sequence[Layer]) -> int:
    closings = closings_of_project(project)
    return sum(closings.apply(project.frame(layer.id), layer.role)[1] for layer in used)


def on_the_map(project: Project, layer: Layer) -> Any:
    """Rows of a layer; areas that stray far from all others, and so are on no map, count in no answer."""
    frame = project.frame(layer.id)
    if layer.geometry != POLYGON or PLACE_IN_FILE not in frame.columns:
        return frame
    return frame[frame[PLACE_IN_FILE].fillna("") == ""].reset_index(drop=True)


def _astray(project: Project, used: Sequence[Layer]) -> int:
    return sum(len(project.frame(layer.id)) - len(on_the_map(project, layer)) for layer in used)


def _one_below_the_other(project: Project, members: Sequence[Layer]) -> Any:
    import pandas as pd  # heavy

    parts = [on_the_map(project, layer).assign(**{LAYER_ID: layer.id}) for layer in members]
    if len(parts) == 1:
        return parts[0]
    ids = pd.concat([part[ID] for part in parts])
    if ids.duplicated().any():
        parts = [part.assign(**{ID: layer.id + "/" + part[ID].astype(str)}) for layer, part in zip(members, parts)]
    filled = [part.dropna(axis="columns", how="all") for part in parts if len(part)]
    return pd.concat(filled or parts, ignore_index=True)


def _described(members: Sequence[Layer]) -> Layer:
    first = members[0]
    if len(members) == 1:
        return first
    columns: dict[str, Column] = {}
    for layer in members:
        for column in layer.columns:
            columns.setdefault(column.name, column)
    boundaries = {layer.boundary for layer in members if layer.boundary}
    return evolve(
        first,
        id=SEVERAL.join(layer.id for layer in members),
        name=joined((layer.name for layer in members), ", "),
        columns=tuple(columns.values()),
        sources=unique_sources(source for layer in members for source in layer.sources),
        boundary=_weakest(boundaries),
        level=first.level if len({layer.level for layer in members}) == 1 else "",
        notes=tuple(dict.fromkeys(note for layer in members for note in layer.notes)),
        known_of=tuple(evolve(stated, layer=layer.id) for layer in members for stated in layer.known_of),
    )


def _weakest(boundaries: set[str]) -> str:
    """The least certain word: a set with one estimated layer is estimated."""
    return next((word for word in ("estimated", "approximate", "official") if word in boundaries), "")


def unique_sources(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Each source once, in order of first use."""
    return tuple(dict.fromkeys(sources))


def result_id(analysis: str, params: Any, layers: Mapping[str, Sequence[Layer]]) -> str:
    """The name of a result: the same question to the same layers has the same name."""
    asked = {"params": plain_params(params), "layers": {key: [x.id for x in value] for key, value in layers.items()}}
    text = json.dumps(asked, sort_keys=True, default=str)
    return f"{analysis}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def with_provenance(
    project: Project, analysis: Analysis, params: Any, layers: Mapping[str, Sequence[Layer]], result: Result, ended: Sequence[Ended] = (),
) -> Result:
    """The result with its name and everything needed to make it again."""
    used = tuple(dict.fromkeys(layer for members in layers.values() for layer in members))
    notes = result.notes
    if closed := _ended_with_their_organisation(project, used):
        from ecomap.analysis.assets.closings import closing_note  # heavy

        notes = (*notes, closing_note(closed))
        used = tuple(dict.fromkeys((*used, *project.layers_of(ORGANISATION))))
    if astray := _astray(project, used):
        notes = (*notes, Note("count", plural("{n} area lies far from all others and counts nowhere.",
                                              "{n} areas lie far from all others and count nowhere.", astray), astray))
    provenance = Provenance(
        analysis=analysis.name,
        version=f"{VERSION}/{analysis.version}",
        params=plain_params(params),
        inputs=tuple((layer.id, print_of(project.frame(layer.id))) for layer in used),
        sources=unique_sources([
            *(result.provenance.sources if result.provenance else ()),
            *(source for layer in used for source in layer.sources),
        ]),
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        ended=tuple(ended),
    )
    return evolve(
        result, id=result_id(analysis.name, params, layers), analysis=analysis.name, provenance=provenance, notes=notes
    )
