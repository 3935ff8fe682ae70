"""What is known of every school, looked up once: a brief for one school or for a thousand reads from the same place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from attrs import field, frozen

from ecomap.model import vocabulary as v
from ecomap.model.dates import day_of
from ecomap.model.errors import InputError
from ecomap.model.known import Known
from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.said import Said, name, say
from ecomap.model.short_names import short_name
from ecomap.model.terms import Terms
from ecomap.workspace.briefs.asking import AREAS, AROUND, CHANGE, MATCH, MONEY, NEED, PLAN, RANKING, Asked
from ecomap.workspace.inputs import analysis_frames, chosen_layers
from ecomap.workspace.known import known_if_stated, lacking, told_of_layer

Row = Mapping[Any, Any]
AT_SCHOOL, IN_ZONE, IN_REACH = 0, 1, 2
YEARS: Final = 3
LONGEST_NAME: Final = 120
RANKINGS: Final = 3  # of several rankings, the latest


@frozen
class Actor:
    """Somebody on record at a school or in its reach: one row of a list of who is where."""

    ref: str          # role of the list, and id of the row
    role: str
    called: Said      # the organisation, or its own name
    who: str          # by which organisations are told apart
    title: Said
    approach: str
    function: str
    place: int        # AT_SCHOOL | IN_ZONE | IN_REACH
    distance_m: float
    row: Row = field(repr=False, eq=False)


@frozen(eq=False)
class Facts:
    """All that papers about schools are made of. Rows are those that may leave."""

    project: Project
    asked: Asked
    layer: Layer
    schools: Mapping[str, Row]
    places: Mapping[str, tuple[float, float]]
    actors: Mapping[str, tuple[Actor, ...]]
    functions: tuple[str, ...]          # that anybody in the project does, at work or not
    terms: Terms
    lacks: Mapping[str, tuple[Known, ...]]
    area: Mapping[str, Row]             # the need area a school stands in, as the need index has it
    areas: int
    around: Mapping[str, Row]
    middles: Mapping[str, float]
    rankings: tuple[Result, ...]
    plans: tuple[Result, ...]
    rows: Mapping[tuple[str, str], Mapping[str, tuple[Row, ...]]]  # (answer, table) -> school -> rows
    outcomes: Mapping[str, Mapping[str, Row]]
    years: tuple[str, ...]
    grants: Mapping[str, tuple[Row, ...]]
    lists: tuple[Said, ...]             # how complete the lists of who is where are

    @property
    def radius_m(self) -> float:
        return self.asked.radius_m

    def of(self, result: Result | None, table: str, school: str) -> tuple[Row, ...]:
        """The rows of an answer's table that speak of a school."""
        return self.rows.get((result.id, table), {}).get(school, ()) if result is not None else ()

    def name_of(self, school: str) -> Said:
        from ecomap.render.words.card import place_name  # heavy

        called = place_name(self.schools[school].get(v.NAME))
        if not called.strip():
            return place_name(None)
        return called if called.key else name(short_name(called, LONGEST_NAME))


def gathered(asked: Asked) -> Facts:
    """Look up what is known of every school of a project.

    Raises
    ------
    InputError
        If the project has no schools.
    """
    project = asked.project
    layer = school_layer(project)
    frame = project.frame(layer.id)
    schools = {str(row[v.ID]): row for row in _records(frame)}
    actors, functions, terms = _actors(asked)
    rankings = tuple(result for result in reversed(project.results) if result.analysis == RANKING)[:RANKINGS]
    plans = tuple(result for result in reversed(project.results) if result.analysis == PLAN)[:RANKINGS]
    changes = tuple(result for result in reversed(project.results) if result.analysis == CHANGE)
    told = [result for result in (*rankings, *plans, *changes, asked.answers.get(MONEY), asked.answers.get(MATCH)) if result is not None]
    outcomes, years = _outcomes(project)
    area, areas = _area_of_each(asked, frame)
    return Facts(
        project, asked, layer, schools, _places(frame), actors, functions, terms, lacking(project, layer.id), area, areas,
        *_around(asked), rankings, plans, {(result.id, output.name): _by_school(output.frame) for result in told for output in result.outputs},
        outcomes, years, _grants(project), _lists(project),
    )


def schools_meant(project: Project, wanted: Sequence[str] | None) -> tuple[str, ...]:
    """The ids of the schools that somebody means, by codes or whole names; all schools where nobody says which.

    Raises
    ------
    InputError
        If the project has no schools, there is none of that name, or several have it.
    """
    from ecomap.analysis.assets.schools import schools_called  # heavy

    frame = project.frame(school_layer(project).id)
    if wanted is None:
        return tuple(frame[v.ID].astype(str))
    if not wanted or not all(one.strip() for one in wanted):
        raise InputError(say("Say of which school."), say("Give its code or its whole name."))
    return tuple(dict.fromkeys(str(frame[v.ID].iloc[int(schools_called(frame, one)[0])]) for one in wanted))


def school_layer(project: Project) -> Layer:
    """The list of schools that papers are about: the one that questions take.

    Raises
    ------
    InputError
        If the project has none.
    """
    layer = next((one for one in project.layers_of(v.SCHOOL) if not one.result_id and len(project.frame(one.id))), None)
    if layer is None:
        raise InputError(say("The project has no schools, so there is no brief to write."), say("Import a list of schools first."))
    return layer


def _records(frame: Any) -> list[dict[Any, Any]]:
    found: list[dict[Any, Any]] = frame.drop(columns=v.GEOMETRY, errors="ignore").to_dict("records")
    return found


def _places(frame: Any) -> dict[str, tuple[float, float]]:
    if v.GEOMETRY not in frame:
        return {}
    here = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
    points = here.geometry.representative_point()
    return {str(one): (float(x), float(y)) for one, x, y in zip(here[v.ID], points.x, points.y)}


def _by_school(frame: Any) -> dict[str, tuple[Row, ...]]:
    """Rows by the school they speak of: a column of its code, else the row's own id, of which the school may be the first part."""
    found: dict[str, list[Row]] = {}
    for row in _records(frame):
        code = row.get(v.SCHOOL_ID) if isinstance(row.get(v.SCHOOL_ID), str) else str(row[v.ID])
        for school in {str(code), str(code).partition(":")[0], str(code).removeprefix("schools/")}:
            found.setdefault(school, []).append(row)
    return {school: tuple(rows) for school, rows in found.items()}


def _actors(asked: Asked) -> tuple[dict[str, tuple[Actor, ...]], tuple[str, ...], Terms]:
    """Who works at every school or in its reach, nearest first."""
    from ecomap.analysis import registry  # heavy
    from ecomap.analysis.assets.presence import presence, terms_of
    from ecomap.analysis.assets.schools import schools_of

    analysis = registry.analysis("overlap")
    frames = analysis_frames(asked.project, chosen_layers(asked.project, analysis), analysis)
    found = presence(frames, schools_of(frames, "all"), day_of(asked.as_of), radius_m=asked.radius_m, detour=asked.detour)
    rows = {f"{layer.role}/{row[v.ID]}": row for layer in asked.project.layers if not layer.result_id and layer.role in
            (v.SITE, v.PARTICIPATION, v.ZONE, v.STAFF_ROLE, v.SERVICE) for row in _records(asked.project.frame(layer.id))}
    ids = found.schools[v.ID].astype(str).to_numpy()
    actors = found.actors.to_dict("records")
    there: dict[str, list[Actor]] = {}
    for school, actor, place, distance in zip(found.school, found.actor, found.place, found.distance_m):
        one = actors[actor]
        there.setdefault(ids[school], []).append(Actor(
            one["ref"], one["role"], _said(one["called"]) or _said(one["name"]), one["who"], _said(one["title"]) or _said(one["name"]), one["approach"],
            one["function"], int(place), float(distance), rows.get(one["ref"], {})))
    ordered = {school: tuple(sorted(those, key=lambda one: (one.place, one.distance_m, str(one.called), one.ref))) for school, those in there.items()}
    return ordered, found.functions, terms_of(frames)


def _said(text: Any) -> Said:
    from ecomap.render.words.cells import is_missing  # heavy

    if isinstance(text, Said) and text.key:
        return text
    return name("" if is_missing(text) else short_name(str(text), LONGEST_NAME))


def _area_of_each(asked: Asked, schools: Any) -> tuple[dict[str, Row], int]:
    """The row of the need index for the area that each school stands in, and how many areas are ranked."""
    import numpy as np  # heavy
    import shapely

    result = asked.answers.get(NEED)
    layers = [layer for layer in asked.project.layers_of(v.NEED_AREA) if not layer.result_id]
    if result is None or not layers or v.GEOMETRY not in schools:
        return {}, 0
    main = {str(row[v.ID]): row for row in _records(result.main.frame)}
    held = next((layer for layer in layers if set(asked.project.frame(layer.id)[v.ID].astype(str)) >= set(main)), layers[0])
    areas = asked.project.frame(held.id)
    here = schools[schools.geometry.notna() & ~schools.geometry.is_empty]
    points = np.asarray(here.geometry.representative_point())
    at, area = shapely.STRtree(np.asarray(areas.geometry)).query(points, predicate="intersects")
    ids, codes = here[v.ID].astype(str).to_numpy(), areas[v.ID].astype(str).to_numpy()
    found: dict[str, Row] = {ids[school]: main[codes[one]] for school, one in sorted(zip(at, area), reverse=True) if codes[one] in main}
    return found, int(result.main.frame["rank"].notna().sum()) if "rank" in result.main.frame else 0


def _around(asked: Asked) -> tuple[dict[str, Row], dict[str, float]]:
    """What the areas around each school come to, and the middle of all need areas for every indicator."""
    import pandas as pd  # heavy

    result = asked.answers.get(AREAS)
    if result is None:
        return {}, {}
    rows: dict[str, Row] = {str(row[v.ID]).removeprefix(f"{AROUND}/"): row for row in _records(result.main.frame)}
    layers = [layer for layer in asked.project.layers_of(v.NEED_AREA) if not layer.result_id]
    frame = asked.project.frame(layers[0].id) if layers else pd.DataFrame()
    middles = {one.column: float(numbers.median()) for one in (layers[0].indicators if layers else ())
               if one.column in frame and (numbers := pd.to_numeric(frame[one.column], errors="coerce").dropna()).size}
    return rows, middles


def _outcomes(project: Project) -> tuple[dict[str, dict[str, Row]], tuple[str, ...]]:
    found: dict[str, dict[str, Row]] = {}
    for layer in project.layers_of(v.OUTCOME):
        for row in _records(project.frame(layer.id)):
            found.setdefault(str(row.get(v.SCHOOL_ID)), {})[str(row.get(v.YEAR) or "")] = row
    years = sorted({year for rows in found.values() for year in rows} - {""})
    return found, tuple(years[-YEARS:])


def _grants(project: Project) -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    for layer in project.layers_of(v.FUNDING):
        for row in _records(project.frame(layer.id)):
            if isinstance(row.get(v.SCHOOL_ID), str) and row[v.SCHOOL_ID]:
                found.setdefault(row[v.SCHOOL_ID], []).append(row)
    return {school: tuple(rows) for school, rows in found.items()}


def _lists(project: Project) -> tuple[Said, ...]:
    """How complete every list of who is where is."""
    counted = known_if_stated(project)
    told = [told_of_layer(project, layer.id, counted) for layer in project.layers if not layer.result_id and layer.known_of]
    return tuple(dict.fromkeys(filter(None, told)))


def columns_told(result: Result | None, table: str) -> Iterable[Any]:
    """The columns of an answer's table that readers are shown, without those that stand beside another."""
    if result is None:
        return ()
    output = result.output(table)
    beside = {name for column in output.columns for name in (column.moe, column.low, column.high) if name}
    return tuple(column for column in output.columns if not column.hidden and column.name not in beside)


