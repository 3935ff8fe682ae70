"""The tables of who is where: schools, their grid of approaches and functions, combinations, co-location, footprints."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.overlap.grid import (
    NO_FUNCTION_LABEL,
    cells,
    co_location_table,
    function_codes,
    function_table,
    grid_table,
    in_words,
    set_table,
    words_of,
)
from ecomap.analysis.assets.overlap.words import CO_LOCATION
from ecomap.analysis.assets.presence import SEPARATOR, Presence, labelled, spoken
from ecomap.analysis.people import carried_count, column_label
from ecomap.analysis.travel.straight import nearest_m
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.layer import POINT, POLYGON, Column
from ecomap.model.pupils import PUPILS
from ecomap.model.result import Output
from ecomap.model.said import joined, say
from ecomap.model.style import GRADUATED, LayerStyle
from ecomap.model.terms import Terms


def schools_output(
    found: Presence, asked: Presence, fifth: np.ndarray, pupils: np.ndarray, terms: Terms, *, fifths_by: str, in_reach: bool,
) -> Output:
    """Every school: its approaches, the organisations there, and the functions covered, missing and co-located."""
    schools, count = found.schools, len(found.schools)
    groups = cells(asked, asked.school)
    here = groups.keys[:, 0].astype(int)
    on_site, in_all, rows = np.zeros(count, dtype=int), np.zeros(count, dtype=int), np.full(count, "", dtype=object)
    on_site[here], in_all[here], rows[here] = groups.on_site, groups.partners, words_of(asked, groups, "ref")
    part = found.part
    function, words = function_codes(asked)
    partners = np.zeros((count, len(words)), dtype=int)
    some = asked.pairs(function >= 0)
    by_function = cells(some, some.school, function[function >= 0])
    if len(by_function.keys):
        partners[by_function.keys[:, 0], by_function.keys[:, 1]] = by_function.partners
    labels = labelled(terms, "function", words).to_numpy()
    anything = np.bincount(found.school, minlength=count) > 0
    frame = gpd.GeoDataFrame({
        v.ID: schools[v.ID].astype(str), v.NAME: schools[v.NAME].astype(str), a.SCHOOL_FIFTH: fifth,
        a.APPROACHES: in_words(part, terms),
        a.APPROACH_COUNT: part.sum(axis=1), a.ON_SITE: on_site,
        a.PARTNERS: in_all, a.FUNCTIONS_COVERED: (partners > 0).sum(axis=1),
        a.NOT_COVERED: (partners == 0).sum(axis=1), "co_located_count": (partners >= 2).sum(axis=1),
        a.CO_LOCATED: spoken(joined(labels[row >= 2], SEPARATOR) for row in partners),
        a.EXTRA: np.maximum(partners - 1, 0).sum(axis=1), a.NOTHING: ~anything, a.REPORTED: found.reported,
        v.ENROLLMENT: pupils, a.ROWS: rows,
    }, geometry=np.asarray(schools.geometry), crs=schools.crs)
    style = LayerStyle(kind=GRADUATED, column=a.PARTNERS, palette="teals", line="#FFFFFF", size=9.0)
    return Output("schools", say("Schools: who works there and around"), frame, _school_columns(fifths_by, in_reach), POINT, v.SCHOOL,
                  style)


def _school_columns(fifths_by: str, in_reach: bool) -> tuple[Column, ...]:
    return (
        *c.id_columns(), a.school_fifth_column(fifths_by), Column(a.APPROACHES, say("Approaches")),
        Column(a.APPROACH_COUNT, say("How many approaches"), "count"),
        Column(a.ON_SITE, say("Organisations at the school"), "count", say("On its grounds or named with the school.")),
        Column(a.PARTNERS, say("Organisations at the school or in reach"), "count") if in_reach
        else Column(a.PARTNERS, say("Organisations at the school, all"), "count"),
        Column(a.FUNCTIONS_COVERED, say("Functions somebody works at"), "count"),
        Column(a.NOT_COVERED, say("Functions nobody is on record for"), "count", say("Of the functions that occur in the project.")),
        Column("co_located_count", say("Functions with two or more organisations"), "count", CO_LOCATION),
        Column(a.CO_LOCATED, say("Which functions those are")),
        Column(a.EXTRA, say("Organisations beyond the first, over all functions"), "count", CO_LOCATION),
        Column(a.NOTHING, say("Nothing on record"), "flag", say("No approach, nobody at the school and no service within reach.")),
        Column(a.REPORTED, say("Somebody reported on this school"), "flag", say("If not, an empty row means not reported, not nobody.")),
        Column(v.ENROLLMENT, say("Pupils"), PUPILS), a.rows_column(say("the numbers of this school")),
    )


def grid_output(found: Presence, terms: Terms) -> Output:
    """Every school, approach and function somebody works at."""
    columns = (
        *c.id_columns(), Column(v.SCHOOL_ID, say("School"), hidden=True), Column(v.APPROACH, say("Approach, code"), hidden=True),
        Column(a.APPROACH_LABEL, say("Approach")), Column(v.FUNCTION, say("Function, code"), hidden=True),
        Column(a.FUNCTION_LABEL, say("Function"), help=say("{function}: the record names the approach only.", function=NO_FUNCTION_LABEL)),
        Column(a.ON_SITE, say("Organisations at the school"), "count"), Column(a.PARTNERS, say("Organisations in all"), "count"),
        Column(a.ORGANISATIONS, say("Which")), a.rows_column(),
    )
    return Output("grid", say("Schools by approaches and functions"), grid_table(found, terms), columns)


def sets_output(found: Presence, fifth: np.ndarray, pupils: np.ndarray, terms: Terms) -> Output:
    """Schools with each combination of approaches, by need fifth."""
    columns = (
        *c.id_columns(), Column(a.APPROACH_COUNT, say("How many approaches"), "count"), Column(a.SCHOOLS, say("Schools"), "count"),
        *(a.fifth_count(fifth_number) for fifth_number in (5, 4, 3, 2, 1)),
        Column(f"{a.SCHOOLS}_no_fifth", say("Schools without a need number"), "count"),
        Column(v.ENROLLMENT, say("Pupils of these schools"), PUPILS), a.rows_column(say("the count of schools")),
    )
    return Output("sets", say("Schools with each combination of approaches"), set_table(found, fifth, pupils, terms), columns)


def co_location_output(found: Presence, terms: Terms) -> Output:
    """Every school and function with two or more organisations."""
    frame = co_location_table(found, terms)
    columns = (
        *c.id_columns(), Column(v.SCHOOL_ID, say("School"), hidden=True), Column(v.FUNCTION, say("Function, code"), hidden=True),
        Column(a.FUNCTION_LABEL, say("Function")), Column(a.ON_SITE, say("Organisations at the school"), "count"),
        Column(a.PARTNERS, say("Organisations in all"), "count", CO_LOCATION), Column(a.EXTRA, say("Beyond the first"), "count"),
        Column(a.ORGANISATIONS, say("Which")), Column(a.APPROACHES, say("Approaches they name")), a.rows_column(),
    )
    return Output("co-location", say("Same function, same catchment"), frame, columns)


def functions_output(found: Presence, terms: Terms) -> Output:
    """Every function: where it is served, co-located and missing."""
    columns = (
        Column(v.ID, say("Function, code"), hidden=True), Column(v.NAME, say("Function")),
        Column("schools_served", say("Schools with somebody"), "count"),
        Column("schools_with_two", say("Schools with two or more organisations"), "count", CO_LOCATION),
        Column(a.EXTRA, say("Organisations beyond the first, over all schools"), "count", CO_LOCATION),
        Column("schools_without", say("Schools with nobody on record"), "count"), a.rows_column(),
    )
    return Output("functions", say("Functions: served, co-located and missing"), function_table(found, terms), columns)


def footprints_output(frame: pd.DataFrame, count: str = v.CHILDREN) -> Output:
    """Pairs of organisations that reach the same ground, with those counted there."""
    who = column_label(count)
    spread = (say("Residents under 18, spread evenly over their need area; each counted once. An estimate.") if count == v.CHILDREN else
              say("{who}, spread evenly over their need area; each counted once. An estimate.", who=who))
    columns = (
        *c.id_columns(), Column("first", say("Organisation")), Column("second", say("Other organisation")),
        Column("children_in_both", say("{who} in reach of both, estimated", who=who), "count", spread),
        Column("children_of_first", say("{who} in reach of the first, estimated", who=who), "count", spread),
        Column("children_of_second", say("{who} in reach of the other, estimated", who=who), "count", spread),
        Column("shared_m2", say("Ground in reach of both"), "m2", say("Within the need areas, where there are any.")), a.rows_column(say("both footprints")),
    )
    return Output("footprints", say("Organisations whose footprints lie over each other"), frame, columns)


def areas_output(frames: Frames, found: Presence, radius_m: float, detour: float) -> Output:
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
    far = nearest_m(middles, points[points.geom_type == "Point"], detour)
    inside = middles.within(zones.union_all()).to_numpy() if len(zones) else np.zeros(len(areas), dtype=bool)
    bare = np.flatnonzero((far > radius_m) & ~inside)
    counted = carried_count(areas)
    people = {counted: areas[counted].to_numpy(dtype=float, na_value=np.nan)[bare]} if counted else {}
    frame = gpd.GeoDataFrame({
        v.ID: areas[v.ID].astype(str).to_numpy()[bare], v.NAME: areas[v.NAME].astype(str).to_numpy()[bare],
        **people, c.NEAREST: far[bare],
    }, geometry=np.asarray(areas.geometry)[bare], crs=areas.crs)
    columns = (*c.id_columns(), *((Column(counted, column_label(counted), "count"),) if counted else ()),
               Column(c.NEAREST, say("Nearest of anything"), "m", say("From a point inside the area, straight line times detour.")))
    return Output("areas", say("Need areas with nothing within reach"), frame, columns, POLYGON, v.NEED_AREA,
                  LayerStyle(fill="result", fill_opacity=0.4, line="#FFFFFF"), layer.boundary)
