"""Who is where, and where does work overlap? Schools by approaches and functions, side by side."""

from __future__ import annotations

from typing import Annotated, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from attrs import frozen

from ecomap.analysis import columns as c
from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.overlap.footprint import footprints, overlap_table
from ecomap.analysis.assets.overlap.grid import (
    NO_FUNCTION_LABEL,
    cells,
    co_location_table,
    function_codes,
    function_table,
    grid_table,
    in_words,
    set_table,
    taking_part,
    words_of,
)
from ecomap.analysis.assets.presence import INPUTS as PRESENCE_INPUTS
from ecomap.analysis.assets.presence import SEPARATOR, Presence, date_note, labelled, presence, terms_of
from ecomap.analysis.assets.school_need import AREAS, CHOICES, PUPILS, number, school_fifths
from ecomap.analysis.dates import date_in_words
from ecomap.analysis.gaps.situation import MILE_M, inputs_of, sources_of
from ecomap.analysis.notes import counted
from ecomap.analysis.registry import Analysis, Table
from ecomap.analysis.travel.straight import nearest_m
from ecomap.model import vocabulary as v
from ecomap.model.dates import day_of
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.layer import POINT, POLYGON, Column
from ecomap.model.params import Choice, Param, plain_params
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Note, Output, Provenance, Result
from ecomap.model.said import say
from ecomap.model.style import GRADUATED, LayerStyle
from ecomap.model.terms import Terms

INPUTS = (*PRESENCE_INPUTS, AREAS)
SCHOOL_ONLY, WITHIN_REACH = "school", "reach"
CO_LOCATION = ("Co-location: the same work in the same place. Only the partners can say whether it is duplication; nothing "
               "here says that the same children are served twice.")


@frozen
class OverlapParams:
    """What a planner decides about who is where."""

    as_of: Annotated[str, Param(
        "On which day?", "A date like 2026-06-30, or a year; empty for today. What has ended by then does not count.")] = ""
    radius_m: Annotated[float, Param(
        "How far does a service reach?", "From its place to a school, along an estimated way.", unit="m", gt=0,
        le=80_000)] = MILE_M
    where: Annotated[str, Param(
        "Where does work overlap?", choices=(Choice(WITHIN_REACH, "At the school or within reach of it"),
                                             Choice(SCHOOL_ONLY, "Only at the school")))] = WITHIN_REACH
    fifths_by: Annotated[str, Param("Need fifths of schools by", choices=CHOICES, advanced=True)] = PUPILS
    level: Annotated[str, Param("Which schools?", "A school level, or all.", choices_from="level")] = "all"
    detour: Annotated[float, Param(
        "Detour factor", "How much longer the way is than the straight line; 1.2 to 1.4 in cities.", ge=1, le=3,
        advanced=True)] = 1.3
    pairs: Annotated[int, Param(
        "Pairs of organisations to measure", "Those whose footprints share most children.", ge=0, le=2000,
        advanced=True)] = 25


def run_overlap(frames: Frames, params: OverlapParams, *, progress: Progress) -> Result:
    """Who works at and around every school, and where two or more do the same."""
    progress.at(0.0, say("Finding who is at work"))
    day, terms = day_of(params.as_of), terms_of(frames)
    schools = schools_of(frames, params.level)
    found = presence(frames, schools, day, radius_m=params.radius_m, detour=params.detour)
    fifth, fifth_notes = school_fifths(frames, found.schools, params.fifths_by, params.radius_m)
    progress.at(0.3, say("Laying schools, approaches and functions side by side"))
    asked = found if params.where == WITHIN_REACH else found.pairs(found.place == 0)
    pupils = number(found.schools, v.ENROLLMENT)
    outputs = [
        _schools_output(found, asked, fifth, pupils, params, terms), _grid_output(asked, terms),
        _sets_output(found, fifth, pupils, params, terms), _co_location_output(asked, terms), _functions_output(asked, terms),
    ]
    progress.at(0.5, say("Laying footprints over each other"))
    areas = frames.get("areas")
    reached = footprints(found, params.radius_m, params.detour)
    shared, left_out = overlap_table(reached, areas, params.pairs, progress.part(0.5, 0.9))
    outputs.append(_footprints_output(shared))
    if areas is not None:
        outputs.append(_areas_output(frames, found, params))
    notes = (*_notes(frames, found, left_out, params), *fifth_notes, *found.notes)
    progress.at(1.0, say("Done"))
    used = tuple(item.name for item in INPUTS)
    return Result(
        id="overlap", analysis="overlap", title=say("Who is where on {date_in_words}", date_in_words=date_in_words(day)), sentence=_sentence(found, outputs, fifth),
        outputs=tuple(outputs), figures=_figures(outputs, found, fifth), notes=notes, bars=_bars(outputs[2].frame),
        bars_title=say("Share of schools by combination of approaches"),
        provenance=Provenance("overlap", ANALYSIS.version, plain_params(params), inputs_of(frames, used),
                              sources_of(frames, used)),
    )


def schools_of(frames: Frames, level: str) -> Any:
    """The schools of a level, in the order of their ids.

    Raises
    ------
    InputError
        If there is none.
    """
    schools = frames["schools"]
    if level != "all":
        if v.LEVELS not in schools:
            raise InputError(say("The schools come without levels."), say("Ask about all schools, or import their levels."))
        schools = schools[schools[v.LEVELS].fillna("").astype(str).map(lambda text: level in text.split("+")).astype(bool)]
    if not len(schools):
        raise InputError(say("There is no school of that level."), say("Choose another level, or import schools."))
    return schools.sort_values(v.ID, kind="stable").reset_index(drop=True)


def _schools_output(
    found: Presence, asked: Presence, fifth: np.ndarray, pupils: np.ndarray, params: OverlapParams, terms: Terms
) -> Output:
    schools, count = found.schools, len(found.schools)
    groups = cells(asked, asked.school)
    here = groups.keys[:, 0].astype(int)
    on_site, in_all, rows = np.zeros(count, dtype=int), np.zeros(count, dtype=int), np.full(count, "", dtype=object)
    on_site[here], in_all[here], rows[here] = groups.on_site, groups.partners, words_of(asked, groups, "ref")
    part = taking_part(found)
    function, words = function_codes(asked)
    partners = np.zeros((count, len(words)), dtype=int)
    some = asked.pairs(function >= 0)
    by_function = cells(some, some.school, function[function >= 0])
    if len(by_function.keys):
        partners[by_function.keys[:, 0], by_function.keys[:, 1]] = by_function.partners
    labels = np.array(labelled(terms, "function", words), dtype=object)
    anything = np.bincount(found.school, minlength=count) > 0
    frame = gpd.GeoDataFrame({
        v.ID: schools[v.ID].astype(str), v.NAME: schools[v.NAME].astype(str), a.SCHOOL_FIFTH: fifth,
        a.APPROACHES: in_words(part, terms),
        a.APPROACH_COUNT: part.sum(axis=1), a.ON_SITE: on_site,
        a.PARTNERS: in_all, a.FUNCTIONS_COVERED: (partners > 0).sum(axis=1),
        a.NOT_COVERED: (partners == 0).sum(axis=1), "co_located_count": (partners >= 2).sum(axis=1),
        a.CO_LOCATED: [SEPARATOR.join(labels[row >= 2]) for row in partners],
        a.EXTRA: np.maximum(partners - 1, 0).sum(axis=1), a.NOTHING: ~anything, a.REPORTED: found.reported,
        v.ENROLLMENT: pupils, a.ROWS: rows,
    }, geometry=np.asarray(schools.geometry), crs=schools.crs)
    columns = (
        *c.id_columns(), a.school_fifth_column(params.fifths_by), Column(a.APPROACHES, say("Approaches")),
        Column(a.APPROACH_COUNT, say("How many approaches"), "count"),
        Column(a.ON_SITE, say("Organisations at the school"), "count", say("On its grounds or named with the school.")),
        Column(a.PARTNERS, say("Organisations at the school or in reach"), "count") if params.where == WITHIN_REACH
        else Column(a.PARTNERS, say("Organisations at the school, all"), "count"),
        Column(a.FUNCTIONS_COVERED, say("Functions somebody works at"), "count"),
        Column(a.NOT_COVERED, say("Functions nobody is on record for"), "count", say("Of the functions that occur in the project.")),
        Column("co_located_count", say("Functions with two or more organisations"), "count", CO_LOCATION),
        Column(a.CO_LOCATED, say("Which functions those are")),
        Column(a.EXTRA, say("Organisations beyond the first, over all functions"), "count", CO_LOCATION),
        Column(a.NOTHING, say("Nothing on record"), "flag", say("No approach, nobody at the school and no service within reach.")),
        Column(a.REPORTED, say("Somebody reported on this school"), "flag", say("If not, an empty row means not reported, not nobody.")),
        Column(v.ENROLLMENT, say("Pupils"), a.PUPILS), a.rows_column("the numbers of this school"),
    )
    style = LayerStyle(kind=GRADUATED, column=a.PARTNERS, palette="teals", line="#FFFFFF", size=9.0)
    return Output("schools", say("Schools: who works there and around"), frame, columns, POINT, v.SCHOOL, style)


def _grid_output(found: Presence, terms: Terms) -> Output:
    columns = (
        *c.id_columns(), Column(v.SCHOOL_ID, say("School"), hidden=True), Column(v.APPROACH, say("Approach, code"), hidden=True),
        Column(a.APPROACH_LABEL, say("Approach")), Column(v.FUNCTION, say("Function, code"), hidden=True),
        Column(a.FUNCTION_LABEL, say("Function"), help=say("{no_function_label}: the record names the approach only.", no_function_label=NO_FUNCTION_LABEL)),
        Column(a.ON_SITE, say("Organisations at the school"), "count"), Column(a.PARTNERS, say("Organisations in all"), "count"),
        Column(a.ORGANISATIONS, say("Which")), a.rows_column(),
    )
    return Output("grid", say("Schools by approaches and functions"), grid_table(found, terms), columns)


def _sets_output(found: Presence, fifth: np.ndarray, pupils: np.ndarray, params: OverlapParams, terms: Terms) -> Output:
    columns = (
        *c.id_columns(), Column(a.APPROACH_COUNT, say("How many approaches"), "count"), Column(a.SCHOOLS, say("Schools"), "count"),
        *(a.fifth_count(fifth_number) for fifth_number in (5, 4, 3, 2, 1)),
        Column(f"{a.SCHOOLS}_no_fifth", say("Schools without a need number"), "count"),
        Column(v.ENROLLMENT, say("Pupils of these schools"), a.PUPILS), a.rows_column("the count of schools"),
    )
    return Output("sets", say("Schools with each combination of approaches"), set_table(found, fifth, pupils, terms), columns)


def _co_location_output(found: Presence, terms: Terms) -> Output:
    frame = co_location_table(found, terms)
    frame[a.APPROACHES] = labelled(terms, "approach", frame[a.APPROACHES].tolist())
    columns = (
        *c.id_columns(), Column(v.SCHOOL_ID, say("School"), hidden=True), Column(v.FUNCTION, say("Function, code"), hidden=True),
        Column(a.FUNCTION_LABEL, say("Function")), Column(a.ON_SITE, say("Organisations at the school"), "count"),
        Column(a.PARTNERS, say("Organisations in all"), "count", CO_LOCATION), Column(a.EXTRA, say("Beyond the first"), "count"),
        Column(a.ORGANISATIONS, say("Which")), Column(a.APPROACHES, say("Approaches they name")), a.rows_column(),
    )
    return Output("co-location", say("Same function, same catchment"), frame, columns)


def _functions_output(found: Presence, terms: Terms) -> Output:
    columns = (
        Column(v.ID, say("Function, code"), hidden=True), Column(v.NAME, say("Function")),
        Column("schools_served", say("Schools with somebody"), "count"),
        Column("schools_with_two", say("Schools with two or more organisations"), "count", CO_LOCATION),
        Column(a.EXTRA, say("Organisations beyond the first, over all schools"), "count", CO_LOCATION),
        Column("schools_without", say("Schools with nobody on record"), "count"), a.rows_column(),
    )
    return Output("functions", say("Functions: served, co-located and missing"), function_table(found, terms), columns)


def _footprints_output(frame: pd.DataFrame) -> Output:
    spread = "Residents under 18, spread evenly over their need area; each counted once. An estimate."
    columns = (
        *c.id_columns(), Column("first", say("Organisation")), Column("second", say("Other organisation")),
        Column("children_in_both", say("Children in reach of both, estimated"), "count", spread),
        Column("children_of_first", say("Children in reach of the first, estimated"), "count", spread),
        Column("children_of_second", say("Children in reach of the other, estimated"), "count", spread),
        Column("shared_m2", say("Ground in reach of both"), "m2", say("Within the need areas, where there are any.")), a.rows_column("both footprints"),
    )
    return Output("footprints", say("Organisations whose footprints lie over each other"), frame, columns)


def _areas_output(frames: Frames, found: Presence, params: OverlapParams) -> Output:
    """Need areas whose middle nothing reaches."""
    areas, layer = frames["areas"], frames.layer("areas")
    shapes = found.geometry.copy()
    own = found.place == 0
    school = np.full(len(found.actors), -1)
    school[found.actor[own]] = found.school[own]
    lacking = np.flatnonzero((school >= 0) & pd.isna(shapes))
    shapes[lacking] = np.asarray(found.schools.geometry)[school[lacking]]
    points = gpd.GeoSeries(shapes[~pd.isna(shapes)], crs=found.schools.crs)
    zones = points[points.geom_type != "Point"]
    middles = gpd.GeoDataFrame(geometry=areas.geometry.representative_point())
    far = nearest_m(middles, points[points.geom_type == "Point"], params.detour)
    inside = middles.within(zones.union_all()).to_numpy() if len(zones) else np.zeros(len(areas), dtype=bool)
    bare = np.flatnonzero((far > params.radius_m) & ~inside)
    count = areas[v.CHILDREN].to_numpy(dtype=float, na_value=np.nan) if v.CHILDREN in areas else np.full(len(areas), np.nan)
    frame = gpd.GeoDataFrame({
        v.ID: areas[v.ID].astype(str).to_numpy()[bare], v.NAME: areas[v.NAME].astype(str).to_numpy()[bare],
        v.CHILDREN: count[bare], c.NEAREST: far[bare],
    }, geometry=np.asarray(areas.geometry)[bare], crs=areas.crs)
    columns = (*c.id_columns(), Column(v.CHILDREN, say("Children"), "count"),
               Column(c.NEAREST, say("Nearest of anything"), "m", say("From a point inside the area, straight line times detour.")))
    return Output("areas", say("Need areas with nothing within reach"), frame, columns, POLYGON, v.NEED_AREA,
                  LayerStyle(fill="result", fill_opacity=0.4, line="#FFFFFF"), layer.boundary)


def _figures(outputs: list[Output], found: Presence, fifth: np.ndarray) -> tuple[KeyFigure, ...]:
    schools = outputs[0].frame
    none, every = schools[a.APPROACH_COUNT] == 0, schools[a.APPROACH_COUNT] >= len(v.APPROACHES)
    return (
        KeyFigure("schools_without_approach", say("Schools in none of the approaches"), float(none.sum())),
        KeyFigure("high_need_without_approach", say("Of these in the highest-need fifth"), float((none & (fifth == 5)).sum())),
        KeyFigure("schools_with_all", say("Schools in all three approaches"), float(every.sum())),
        KeyFigure("schools_co_located", say("Schools where two or more do the same"), float((schools["co_located_count"] > 0).sum()),
                  note=CO_LOCATION),
        KeyFigure("schools_with_nothing", say("Schools with nothing on record"), float(schools[a.NOTHING].sum())),
        KeyFigure("high_need_with_nothing", say("High-need schools with nothing on record"), float((schools[a.NOTHING] & (fifth == 5)).sum()),
                  note=say("In the highest-need fifth: no approach, nobody at the school, no service in reach.")),
        KeyFigure("schools_total", say("Schools asked about"), float(len(schools))),
        KeyFigure("rows_at_work", say("Rows at work that day"), float(len(found.actors))),
    )


def _bars(sets: pd.DataFrame) -> tuple[tuple[str, float, float | None], ...]:
    total = max(int(sets[a.SCHOOLS].sum()), 1)
    return tuple((str(name), float(count) / total, None) for name, count in zip(sets[v.NAME], sets[a.SCHOOLS], strict=True) if count)


def _sentence(found: Presence, outputs: list[Output], fifth: np.ndarray) -> str:
    if not len(found.actors):
        return "Nothing on record is at work on that day: approaches, services and roles are not reported."
    figures = {figure.name: int(figure.value or 0) for figure in _figures(outputs, found, fifth)}
    return (f"{figures['schools_without_approach']:,} of {figures['schools_total']:,} schools take part in none of the "
            f"approaches on record, {figures['high_need_without_approach']:,} of them in the highest-need fifth; "
            f"{figures['high_need_with_nothing']:,} of that fifth have nothing on record at all; {figures['schools_with_all']:,} take part in all three, and at {figures['schools_co_located']:,} two or more "
            "organisations do the same work.")


def _notes(frames: Frames, found: Presence, left_out: int, params: OverlapParams) -> tuple[Note, ...]:
    notes = [Note("caution", CO_LOCATION), date_note(found.day)]
    silent = int((~found.reported).sum())
    if silent:
        notes.append(counted(silent, "school has", "schools have", " no row of their own: what is there is not reported, "
                             "which is not the same as nobody."))
    for name, words in (("roles", "people in roles"), ("services", "services"), ("participations", "approaches at schools")):
        if name not in frames and not (name == "participations" and "sites" in frames):
            notes.append(Note("caution", say("The project has no {words}: not reported, so nothing here speaks of them.", words=words)))
    if left_out:
        notes.append(counted(left_out, "pair of organisations shares", "pairs of organisations share",
                             f" ground and fewer children, roughly counted, than the {params.pairs:,} measured."))
    if "areas" not in frames:
        notes.append(Note("caution", say("Without need areas the children in overlaps are not counted.")))
    notes.append(Note("method", say("A service reaches a school by a straight line times "
                      f"{params.detour:g}, an estimated way; people and approaches count only at their own school.")))
    return tuple(notes)


ANALYSIS = Analysis(
    name="overlap",
    title=say("Who is where"),
    question=say("Who is where, and where does work overlap?"),
    summary=say("Lays schools, approaches and functions side by side: who works at each school or within reach of it on a day, "
            "which schools have none, one or all of the approaches, and where two or more organisations do the same work."),
    step="assets",
    params=OverlapParams,
    inputs=INPUTS,
    run=run_overlap,
    method=say("A row counts if it is at work on the day: not planned, not paused, started by then and not ended on or before it. "
           "It stands at the school it names; a site or service that names none stands at every school within 100 m. A zone "
           "stands around the schools inside it. A service reaches schools by straight line x detour up to the distance. "
           "Organisations are told apart by name; a row without one counts as its own. Per school and function: "
           "beyond the first = max(0, organisations - 1), missing = nobody. Combinations of approaches put every school in "
           "exactly one row; a school takes part by a participation, an approach site or a zone around it. A footprint is the "
           "ground within distance / detour of an organisation's places, merged, and the zones it leads; children are "
           "spread evenly over their need area and counted once in what two footprints share. Small groups of pupils are "
           "hidden in what is exported."),
    sources=(
        "Potochnik, T. and Romans, A. (2015). Collaborating for Equity: a scan of the Los Angeles educational ecosystem",
        "Open Referral (2022). Human Services Data Specification 3.0",
        "Lex, A. et al. (2014). UpSet: visualization of intersecting sets, doi:10.1109/TVCG.2014.2346248",
    ),
    tables=(
        Table("schools", say("Every school: approaches, organisations, functions covered, missing and co-located.")),
        Table("grid", say("Every school, approach and function somebody works at.")),
        Table("sets", say("Schools with each combination of approaches, by need fifth.")),
        Table("co-location", say("Every school and function with two or more organisations.")),
        Table("functions", say("Every function: schools served, organisations beyond the first, schools with nobody.")),
        Table("footprints", say("Pairs of organisations that reach the same ground, with the children there.")),
        Table("areas", say("Need areas with nothing within reach."), optional=True),
    ),
)
