"""How much of reality the lists of a project hold: stated by layer and kind, counted, and looked up for the cards of schools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from ecomap.model.dates import day_of
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.known import Known
from ecomap.model.known_words import how_much, statement, what_is_counted
from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.roles import PRESENCE, role
from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.model.vocabulary import GEOMETRY, ID, PARTICIPATION, SITE, ZONE

_TAKING_PART = (PARTICIPATION, SITE, ZONE)


def state(project: Project, layer_id: str, kind: str, total: str, *, source: str, year: str = "", counts: str = "") -> Project:
    """Say of a layer how many there are in reality of what it lists, of one kind or of all.

    Parameters
    ----------
    kind : str
        Approach or kind of service as the layer writes it; "" is its only kind, or the whole layer where it has several.
    total : str
        "70", or "more than 70" where no more is known.
    source, year : str
        Who says so, and when.
    counts : {"", "schools", "entries"}
        Whether a school counts once or every entry does; "" as is usual for the kind.

    Raises
    ------
    InputError
        If the layer lists nobody who is there, the number is none, or nobody is named who says so.
    """
    layer = _presence_layer(project, layer_id)
    kind = as_written(project, layer, kind)
    stated = statement(layer.role, kind, total, source=source, year=year, counts=counts)
    others = tuple(one for one in layer.known_of if one.kind.casefold() != kind.casefold())
    return project.with_layer_changed(evolve(layer, known_of=(*others, stated)))


def forget(project: Project, layer_id: str, kind: str) -> Project:
    """Take back what was said of how many there are of a kind."""
    layer = _presence_layer(project, layer_id)
    kind = as_written(project, layer, kind)
    left = tuple(one for one in layer.known_of if one.kind.casefold() != kind.casefold())
    if len(left) == len(layer.known_of):
        raise InputError(say("Nothing is stated of how many {what} there are.", what=what_is_counted(layer.role, kind)))
    return project.with_layer_changed(evolve(layer, known_of=left))


def as_written(project: Project, layer: Layer, kind: str) -> str:
    """A kind as the rows of a layer write it; "" is the only kind it has, or the whole layer."""
    kinds = kinds_of(project, layer)
    if not kind.strip():
        return kinds[0] if len(kinds) == 1 else ""
    return next((one for one in kinds if one.casefold() == kind.strip().casefold()), kind.strip())


def kinds_of(project: Project, layer: Layer) -> tuple[str, ...]:
    """The kinds that the rows of a layer are of, the commonest first."""
    frame, column = project.frame(layer.id), role(layer.role).presence
    if not column or column not in frame:
        return ()
    counts = frame[column].dropna().astype(str).str.strip().value_counts()
    return tuple(str(kind) for kind in counts.index if kind)


def known_of_project(project: Project) -> tuple[Known, ...]:
    """How many of every kind the project knows by name on its day, beside what is stated of them."""
    from ecomap.analysis.known import known_in  # heavy

    frames = _who_is_there(project)
    return known_in([(frames.layers[key], frames[key]) for key in frames], day_of(project.day))


def known_if_stated(project: Project) -> tuple[Known, ...]:
    """The same, counted only where any layer states how many there are: without that, no layer tells it."""
    return known_of_project(project) if any(layer.known_of and not layer.result_id for layer in project.layers) else ()


def known_of_layer(project: Project, layer_id: str, counted: Sequence[Known] | None = None) -> tuple[Known, ...]:
    """What a layer states, each beside how many are known by name.

    Parameters
    ----------
    counted : sequence of Known, optional
        What `known_if_stated` or `known_of_project` tells of this project, where several layers are asked for and it is counted once.
    """
    layer = project.layer(layer_id)
    if not layer.known_of or layer.result_id:
        return ()
    stated = {evolve(one, layer=of) for one in layer.known_of for of in ("", layer.id)}
    counted = known_of_project(project) if counted is None else counted
    return tuple(one for one in counted if one.role == layer.role and one.stated in stated)


def told_of_layer(project: Project, layer_id: str, counted: Sequence[Known] | None = None) -> Said:
    """How much of reality a layer holds, in whole sentences; that nobody says so where nobody does; "" where it lists nobody who is there."""
    layer = project.layer(layer_id)
    if layer.role not in PRESENCE or layer.result_id or (layer.role == ZONE and not layer.known_of and not kinds_of(project, layer)):
        return NOTHING
    known = known_of_layer(project, layer_id, counted)
    return joined([how_much(one) for one in known]) if known else say("It is not known how complete this list is.")


def lacking(project: Project, layer_id: str, ids: Any = None) -> Mapping[str, tuple[Known, ...]]:
    """Of the schools of a layer, which kinds of approaches none is known to have there: id -> what is known of each of them.

    Parameters
    ----------
    ids : collection of str, optional
        Only these schools.
    """
    from ecomap.analysis.known import known_in  # heavy
    from ecomap.analysis.travel.taking_part import takes_part  # heavy

    schools, frames, day = project.frame(layer_id), _who_is_there(project, _TAKING_PART), day_of(project.day)
    known = [one for one in known_in([(frames.layers[key], frames[key]) for key in frames], day) if one.kind]
    if not known or GEOMETRY not in schools:
        return {}
    schools = (schools if ids is None else schools[schools[ID].astype(str).isin(list(ids))]).reset_index(drop=True)
    try:
        part = takes_part(frames, schools, day)
    except InputError:  # where some of them lie is not known: nothing is said of what is or is not there
        return {}
    has = {str(word).casefold(): part[word].to_numpy() for word in part}
    found = {school: tuple(one for one in known if one.kind.casefold() not in has or not has[one.kind.casefold()][row])
             for row, school in enumerate(schools[ID].astype(str))}
    return {school: lacks for school, lacks in found.items() if lacks}


def _who_is_there(project: Project, roles: tuple[str, ...] = PRESENCE) -> Frames:
    """The rows that say who or what is there, as questions are given them."""
    from ecomap.analysis import registry  # heavy
    from ecomap.workspace.inputs import analysis_frames

    asked = registry.analysis("overlap")
    chosen = {given.name: tuple(layer for layer in project.layers_of(given.role) if not layer.result_id)
              for given in asked.inputs if given.role in roles}
    return analysis_frames(project, {key: layers for key, layers in chosen.items() if layers}, asked)


def _presence_layer(project: Project, layer_id: str) -> Layer:
    layer = project.layer(layer_id)
    if layer.role not in PRESENCE or layer.result_id:
        raise InputError(say("'{layer}' does not list who or what is there.", layer=layer.name),
                         say("Say it of {rows}.", rows=joined([role(code).rows for code in PRESENCE], ", ")))
    return layer
