"""A project in which the changes of a scenario have happened, and what could not happen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from attrs import evolve, field, frozen

from ecomap.model import vocabulary as v
from ecomap.model.layer import POINT, Layer
from ecomap.model.project import Project
from ecomap.model.roles import ROLE_LABELS
from ecomap.model.said import Said, name, say
from ecomap.model.scenario import CAPACITY, CLOSE, MERGE, MOVE, OPEN, SCHOOL_OPENS, Change, Scenario
from ecomap.workspace.scenarios.words import change_words, row_name

# Tables whose rows go with the school that they are at; money stays as it was given, for a scenario moves none. A stated tie is at a school
# only where it names one: between two partners in general it stays.
GO_ALONG: Final = (v.SITE, v.SERVICE, v.PARTICIPATION, v.STAFF_ROLE, v.PRACTICE, v.TIE)
_KIND_AND_WHOSE: Final[Mapping[str, tuple[str, str]]] = {
    v.SITE: (v.APPROACH, v.SCHOOL_ID), v.SERVICE: (v.CATEGORY, v.ORGANISATION), v.SCHOOL: (v.LEVELS, v.ID),
}
FROM_SCENARIO: Final = "scenario"  # the source of a row that a scenario has opened, and the start of its id


@frozen
class Gone:
    """A row that goes with a school that closes: of which layer, which school, and why it is taken to go."""

    layer: str
    row: str
    school: str
    how: str


@frozen
class Happened:
    """What a scenario makes of a project.

    Parameters
    ----------
    project : Project
        The changes have happened in it; nothing else is other.
    skipped : tuple of Said
        Changes that could not happen, each with the reason.
    gone : tuple of Gone
        Rows that went with the schools that closed.
    stay : tuple of Gone
        Rows near such a school, under another address: taken to stay.
    opened : tuple of (layer id, row id)
    """

    project: Project = field(repr=False)
    skipped: tuple[Said, ...] = ()
    gone: tuple[Gone, ...] = ()
    stay: tuple[Gone, ...] = ()
    opened: tuple[tuple[str, str], ...] = ()


def applied(project: Project, scenario: Scenario, *, by: int = 0) -> Project:
    """An immutable project in which the changes of a scenario have happened, and nothing else.

    Parameters
    ----------
    by : int
        Only the changes of this year or before, and those that name no year; 0 is all of them.
    """
    return happened(project, scenario, by=by).project


def happened(project: Project, scenario: Scenario, *, by: int = 0) -> Happened:
    """The same, with what went along and what could not happen."""
    now = Happened(project)
    for number, change in enumerate(scenario.changes):
        if by and change.year > by:
            continue
        problem = _impossible(now.project, change)
        if problem is not None:
            why = say("Left out: {change} {why}", change=change_words(project, evolve(change, note="")), why=problem)  # it leaves with answers; notes do not
            now = evolve(now, skipped=(*now.skipped, why))
            continue
        now = _HAPPENS[change.kind](now, change, f"{FROM_SCENARIO}-{scenario.id}-{number + 1}")
    return now


def _impossible(project: Project, change: Change) -> Said | None:
    """Why a change cannot happen in a project; None where it can."""
    from ecomap.analysis.scenarios.rows import position_of  # heavy

    if not change.feature:
        return None
    if not project.has_layer(change.layer):
        return say("The project has no layer '{layer}' any more.", layer=name(change.layer))
    if project.layer(change.layer).role not in _KIND_AND_WHOSE:
        return say("Rows of {layer} cannot change in a scenario.", layer=project.layer(change.layer).name)
    for row in (change.feature, change.into):
        if row and position_of(project.frame(change.layer), row) < 0:
            return say("'{row}' is not in {layer}: it has gone, or has closed already.", row=name(row), layer=project.layer(change.layer).name)
    if change.kind == OPEN and change.target and change.place is None and not _stands_somewhere(project.frame(change.layer), change.feature):
        return say("It has no place on the map, so nobody can say who would reach what opens there.")
    return None


def _stands_somewhere(frame: Any, row_id: str) -> bool:
    from ecomap.analysis.scenarios.rows import position_of  # heavy

    shape = frame.geometry.iloc[position_of(frame, row_id)]
    return shape is not None and not shape.is_empty


# --- closing and merging -------------------------------------------------------------------------------------------


def _close(now: Happened, change: Change, _: str) -> Happened:
    layer = now.project.layer(change.layer)
    if layer.role == v.SCHOOL:
        return _school_closed(now, change.layer, change.feature, "")
    return evolve(now, project=_row_closed(now.project, layer, change.feature))


def _merge(now: Happened, change: Change, _: str) -> Happened:
    return _school_closed(now, change.layer, change.feature, change.into)


def _row_closed(project: Project, layer: Layer, row_id: str) -> Project:
    """The project without a site or service, in every row that says the same thing."""
    from ecomap.analysis.scenarios.rows import position_of, without  # heavy

    frame, rows = project.frame(layer.id), entries(project, layer, row_id)
    if layer.role == v.SITE and v.SCHOOL_ID in frame and v.APPROACH in frame:
        row = frame.iloc[position_of(frame, row_id)]
        school, approach = (one if isinstance(one, str) else "" for one in (row[v.SCHOOL_ID], row[v.APPROACH]))
        project = _no_longer_takes_part(project, school, approach)
    for one, which in rows:
        project = _with_frame(project, one, without(project.frame(one.id), which))
    return project


def entries(project: Project, layer: Layer, row_id: str) -> list[tuple[Layer, Any]]:
    """Which rows of which layers say the same thing as a row: of a site or service, in every layer of the role."""
    from ecomap.analysis.scenarios.rows import position_of, said_again, thing_of  # heavy

    by = _KIND_AND_WHOSE[layer.role]
    frame = project.frame(layer.id)
    thing = thing_of(frame, position_of(frame, row_id), *by)
    others = [one for one in project.layers_of(layer.role) if not one.result_id and one.id != layer.id] if layer.role != v.SCHOOL else []
    found = [(layer, said_again(frame, thing, *by)), *((one, said_again(project.frame(one.id), thing, *by, own=False)) for one in others)]
    return [(one, which) for one, which in found if which.any()]


def _no_longer_takes_part(project: Project, school: str, approach: str) -> Project:
    """A school that gives up an approach does so in the table of who takes part, too."""
    from ecomap.analysis.scenarios.rows import without  # heavy

    for layer in project.layers_of(v.PARTICIPATION) if school else ():
        frame = project.frame(layer.id)
        if {v.SCHOOL_ID, v.APPROACH} <= set(frame):
            gone = ((frame[v.SCHOOL_ID].astype(str) == school) & (frame[v.APPROACH].astype(str) == approach)).to_numpy()
            project = _with_frame(project, layer, without(frame, gone))
    return project


def _school_closed(now: Happened, layer_id: str, school_id: str, into: str) -> Happened:
    """The project without a school; what is at it goes along, its areas and pupils go to the other one where there is one."""
    from ecomap.analysis.scenarios.rows import merged, position_of, without
    from ecomap.analysis.travel.at_school import at_schools  # heavy

    project, gone, stay = now.project, list(now.gone), list(now.stay)
    schools = project.frame(layer_id)
    closing = (schools[v.ID].astype(str) == school_id).to_numpy()
    for layer in [one for one in project.layers if one.role in GO_ALONG and not one.result_id]:
        frame = project.frame(layer.id)
        if not len(frame):
            continue
        found = at_schools(frame, schools, closing)
        for which, told in ((found.leaves, gone), (found.next_door, stay)):
            told += [Gone(layer.id, str(frame[v.ID].iloc[row]), school_id, str(found.how[row])) for row in which.nonzero()[0]]
        project = _with_frame(project, layer, without(frame, found.leaves))
    if into:
        after = merged(schools, position_of(schools, school_id), position_of(schools, into))
    else:
        after = without(schools, closing)
    project = _with_frame(project, project.layer(layer_id), after)
    project = _areas_of(_links_of(project, school_id, into), school_id, into)
    return evolve(now, project=project, gone=tuple(gone), stay=tuple(stay))


def _links_of(project: Project, school: str, into: str) -> Project:
    """The links between areas and schools: to the other school, or gone."""
    from ecomap.analysis.scenarios.rows import with_value, without  # heavy

    for layer in project.layers_of(v.AREA_LINK):
        frame = project.frame(layer.id)
        of_it = (frame[v.SCHOOL_ID].astype(str) == school).to_numpy()
        if not of_it.any():
            continue
        if not into:
            project = _with_frame(project, layer, without(frame, of_it))
            continue
        levels = frame[v.LEVEL].astype(str) if v.LEVEL in frame else [""] * len(frame)
        known = set(zip(frame[v.AREA_ID].astype(str), levels, frame[v.SCHOOL_ID].astype(str)))
        twice = of_it & [(str(area), level, into) in known for area, level in zip(frame[v.AREA_ID], levels)]
        project = _with_frame(project, layer, without(with_value(frame, of_it, v.SCHOOL_ID, into), twice))
    return project


def _areas_of(project: Project, school: str, into: str) -> Project:
    """Attendance areas stay where they are: of the other school, or of none, since nobody has said how they would be drawn."""
    from ecomap.analysis.scenarios.rows import with_value  # heavy

    for layer in [one for one in project.layers_of(v.ATTENDANCE_AREA) if not one.result_id]:
        frame = project.frame(layer.id)
        if v.SCHOOL_ID in frame and (of_it := (frame[v.SCHOOL_ID].astype(str) == school).to_numpy()).any():
            project = _with_frame(project, layer, with_value(frame, of_it, v.SCHOOL_ID, into))
    return project


# --- moving, room, opening -----------------------------------------------------------------------------------------


def _move(now: Happened, change: Change, _: str) -> Happened:
    """The project with a row elsewhere; with a school goes what is at it."""
    from ecomap.analysis.scenarios.rows import with_place
    from ecomap.analysis.travel.at_school import at_schools  # heavy

    project, place = now.project, change.place or (0.0, 0.0)
    layer, frame = project.layer(change.layer), project.frame(change.layer)
    rows_moved = entries(project, layer, change.feature)
    if layer.role == v.SCHOOL:
        closing = (frame[v.ID].astype(str) == change.feature).to_numpy()
        for other in [one for one in project.layers if one.role in (v.SITE, v.SERVICE) and not one.result_id]:
            rows = project.frame(other.id)
            if len(rows) and (along := at_schools(rows, frame, closing).leaves).any():
                project = _with_frame(project, other, with_place(rows, along, place))
    for one, moves in rows_moved:
        project = _with_frame(project, one, with_place(project.frame(one.id), moves, place))
    return evolve(now, project=project)


def _room(now: Happened, change: Change, _: str) -> Happened:
    from ecomap.analysis.scenarios.rows import with_value  # heavy

    project = now.project
    for one, which in entries(project, project.layer(change.layer), change.feature):
        project = _with_frame(project, one, with_value(project.frame(one.id), which, v.CAPACITY, float(change.amount or 0.0)))
    return evolve(now, project=project)


def _open(now: Happened, change: Change, new_id: str) -> Happened:
    """The project with one more row; or, of a row that does not work yet or any more, with it at work."""
    if not change.target:
        return _at_work(now, change)
    from shapely import Point  # heavy

    from ecomap.analysis.scenarios.rows import position_of, with_row

    project, place = now.project, Point(change.place) if change.place is not None else None
    school, where = "", None
    if change.feature:
        host = project.layer(change.layer)
        frame = project.frame(change.layer)
        position = position_of(frame, change.feature)
        where = frame.geometry.iloc[position]
        place = where if place is None else place
        school = change.feature if host.role == v.SCHOOL else ""
    role, values = _values(project, change, school)
    project, layer = _layer_for(project, role, str(values.get(v.APPROACH, "")))
    frame = project.frame(layer.id)
    taken = set(frame[v.ID].astype(str))
    row_id, number = new_id, 2
    while row_id in taken:
        row_id, number = f"{new_id}-{number}", number + 1
    values = {column: value for column, value in values.items() if column in (v.ID, v.NAME) or value not in ("", None)}
    project = _with_frame(project, layer, with_row(frame, {v.ID: row_id, **values}, place))
    return evolve(now, project=project, opened=(*now.opened, (layer.id, row_id)))


def _at_work(now: Happened, change: Change) -> Happened:
    from ecomap.analysis.scenarios.rows import with_value  # heavy

    project, opened = now.project, (change.layer, change.feature)
    for one, which in entries(project, project.layer(change.layer), change.feature):
        frame = project.frame(one.id)
        for column, value in ((v.STATUS, "active"), (v.START, ""), (v.END, "")):
            if column in frame:
                frame = with_value(frame, which, column, value)
        project = _with_frame(project, one, frame)
    return evolve(now, project=project, opened=(*now.opened, opened))


def _values(project: Project, change: Change, school: str) -> tuple[str, dict[str, Any]]:
    """The role of what opens, and its cells."""
    from ecomap.analysis.travel.supply import APPROACH, parse_target  # heavy

    known: dict[str, Any] = {v.STATUS: "active", v.SOURCE: FROM_SCENARIO, v.CAPACITY: change.amount}
    if change.target == SCHOOL_OPENS:
        return v.SCHOOL, {**known, v.NAME: change.label or say("New school"), v.LEVELS: change.levels, v.RESIDENTIAL_INTAKE: True, v.GOVERNANCE: "district"}
    target = parse_target(change.target)
    at = row_name(project, change.layer, change.feature) if change.feature else say("New place")
    called = change.label or (at if change.feature else say("New: {what}", what=target.phrase))
    if target.kind == APPROACH:
        return v.SITE, {**known, v.NAME: called, v.APPROACH: target.value, v.SCHOOL_ID: school, v.LEAD_ORGANISATION: change.organisation}
    return v.SERVICE, {**known, v.NAME: called, v.CATEGORY: target.value, v.ORGANISATION: change.organisation, v.SCHOOL_ID: school,
                       v.FUNCTION: "; ".join(change.functions), v.ONLINE_ONLY: False}


def _layer_for(project: Project, role: str, approach: str) -> tuple[Project, Layer]:
    """The layer that takes a new row: of the role, of the same approach if there is one; made where there is none."""
    layers = [one for one in project.layers_of(role) if not one.result_id]
    same = [one for one in layers if approach and v.APPROACH in project.frame(one.id) and (project.frame(one.id)[v.APPROACH] == approach).any()]
    if layers:
        return project, (same or layers)[0]
    import geopandas as gpd  # heavy

    layer = Layer(f"{FROM_SCENARIO}_{role}", ROLE_LABELS[role], role, POINT)
    kind = _KIND_AND_WHOSE[role][0]
    empty = gpd.GeoDataFrame({column: [] for column in (v.ID, v.NAME, kind)}, geometry=[], crs=project.crs).astype({v.ID: object, v.NAME: object, kind: object})
    return project.with_layer(layer, empty), layer


def _with_frame(project: Project, layer: Layer, frame: Any) -> Project:
    return project if project.frames[layer.id] is frame else evolve(project, frames={**project.frames, layer.id: frame})


_HAPPENS: Final[Mapping[str, Callable[[Happened, Change, str], Happened]]] = {
    OPEN: _open, MOVE: _move, CLOSE: _close, MERGE: _merge, CAPACITY: _room,
}
