"""The tables of matching: need by school and function, proposed matches, and the places of every service."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.match.places import FULL, NEED, NOT_KNOWN, OUT, PARTS, SERVED
from ecomap.analysis.assets.presence import Presence, labelled, spoken, together
from ecomap.model import vocabulary as v
from ecomap.model.layer import POINT, Column
from ecomap.model.result import Output
from ecomap.model.said import NOTHING, say
from ecomap.model.style import GRADUATED, LayerStyle
from ecomap.model.terms import Terms


def unmet_table(found: Presence, state: pd.DataFrame, terms: Terms) -> pd.DataFrame:
    """Every school and function: where its need stands, most left without a known place first."""
    if not len(state):
        state = pd.DataFrame({name: pd.Series(dtype=float) for name in ("at", NEED, *PARTS)}).assign(**{v.FUNCTION: "", a.ROWS: ""})
    at = state["at"].to_numpy(dtype=int)
    ids = found.schools[v.ID].astype(str).to_numpy()[at]
    whole = {name: state[name].to_numpy(dtype=float) for name in (NEED, *PARTS)}  # missing: nobody states the places
    frame = pd.DataFrame({
        v.ID: pd.Series(ids, dtype=object) + "|" + pd.Series(state[v.FUNCTION].to_numpy(), dtype=object),
        v.NAME: found.schools[v.NAME].astype(str).to_numpy()[at], v.SCHOOL_ID: ids, v.FUNCTION: state[v.FUNCTION].to_numpy(),
        a.FUNCTION_LABEL: labelled(terms, "function", state[v.FUNCTION]), **whole,
        "unmet": whole[NEED] - np.nan_to_num(whole[SERVED]), a.ROWS: state[a.ROWS].to_numpy(),
    })
    return frame.sort_values(["unmet", v.ID], ascending=[False, True], kind="stable", ignore_index=True)


def _state_columns() -> tuple[Column, ...]:
    return (
        Column(NEED, say("Pupils who may need it, estimated"), "count"), Column(SERVED, say("Could be served, proposed"), "count", say("Missing: no service in reach says how many places are free.")),
        Column(FULL, say("Services in reach would be full"), "count", say("Missing: not every service in reach says how many places are free.")), Column(OUT, say("Nothing in reach"), "count"),
        Column(NOT_KNOWN, say("In reach, places not known"), "count"),
        Column("unmet", say("Left without a known place"), "count", say("Estimated need less what could be served by places that are known of.")),
    )


def schools_output(found: Presence, unmet: pd.DataFrame) -> Output:
    """Every school: its need over all functions."""
    schools = found.schools
    ids = schools[v.ID].astype(str)
    sums = unmet.groupby(v.SCHOOL_ID)[[NEED, *PARTS, "unmet"]].sum(min_count=1).reindex(ids)
    worst = unmet[unmet["unmet"] > 0].drop_duplicates(v.SCHOOL_ID).set_index(v.SCHOOL_ID)[a.FUNCTION_LABEL].to_dict()
    frame = gpd.GeoDataFrame({
        v.ID: ids, v.NAME: schools[v.NAME].astype(str), **{name: sums[name].to_numpy() for name in sums},
        "most_unmet": spoken(worst.get(school, NOTHING) for school in ids),
        a.ROWS: together(found.school, found.actors["ref"].to_numpy()[found.actor], len(schools)),
    }, geometry=np.asarray(schools.geometry), crs=schools.crs)
    columns = (*c.id_columns(), *(Column(x.name, say("{label}, all functions", label=x.label), x.unit, say("A pupil with two needs counts twice."))
                                  for x in _state_columns()), Column("most_unmet", say("Most left in")), a.rows_column())
    style = LayerStyle(kind=GRADUATED, column="unmet", palette="magentas", line="#FFFFFF", size=9.0)
    return Output("schools", say("Schools: need that finds no known place"), frame, columns, POINT, v.SCHOOL, style)


def matches_output(found: Presence, parts: list[pd.DataFrame], terms: Terms) -> Output:
    """Every proposed match of a school and a service."""
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    if not len(rows):
        rows = pd.DataFrame({name: pd.Series(dtype=float) for name in ("at", "service", SERVED, "distance_m")}).assign(**{v.FUNCTION: ""})
    at, service = rows["at"].to_numpy(dtype=int), rows["service"].to_numpy(dtype=int)
    ids = found.schools[v.ID].astype(str).to_numpy()[at]
    refs = found.actors["ref"].to_numpy()[service]
    frame = pd.DataFrame({
        v.ID: pd.Series(ids, dtype=object) + "|" + pd.Series(refs, dtype=object),
        v.NAME: found.schools[v.NAME].astype(str).to_numpy()[at], v.SCHOOL_ID: ids, "service": found.actors["name"].to_numpy()[service],
        v.ORGANISATION: found.actors["organisation"].to_numpy()[service], v.FUNCTION: rows[v.FUNCTION].to_numpy(),
        a.FUNCTION_LABEL: labelled(terms, "function", rows[v.FUNCTION]), SERVED: rows[SERVED].to_numpy(dtype=int),
        "distance_m": rows["distance_m"].to_numpy(dtype=float), a.ROWS: refs,
    })
    columns = (
        Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("School")), Column(v.SCHOOL_ID, say("School, code"), hidden=True),
        Column("service", say("Service")), Column(v.ORGANISATION, say("Organisation")), Column(v.FUNCTION, say("Function, code"), hidden=True),
        Column(a.FUNCTION_LABEL, say("Function")), Column(SERVED, say("Pupils, proposed"), "count"),
        Column("distance_m", say("Way, estimated"), "m", digits=1), a.rows_column(say("this proposal")),
    )
    return Output("matches", say("Proposed matches"), frame, columns)


def unmet_output(frame: pd.DataFrame) -> Output:
    """Every school and function."""
    columns = (*c.id_columns(), Column(v.SCHOOL_ID, say("School, code"), hidden=True), Column(v.FUNCTION, say("Function, code"), hidden=True),
               Column(a.FUNCTION_LABEL, say("Function")), *_state_columns(), a.rows_column(say("services in reach")))
    return Output("unmet", say("Need by school and function"), frame, columns)


def functions_output(unmet: pd.DataFrame, need: pd.DataFrame, terms: Terms) -> Output:
    """The same by function."""
    sums = unmet.groupby(v.FUNCTION)[[NEED, *PARTS, "unmet"]].sum(min_count=1).reindex(sorted(need.columns))
    frame = sums.reset_index(names=v.ID)
    frame.insert(1, v.NAME, labelled(terms, "function", frame[v.ID]))
    wanting = unmet[unmet[NEED] > 0]
    at = pd.Index(frame[v.ID]).get_indexer(pd.Index(wanting[v.FUNCTION]))
    frame[a.ROWS] = together(at, (f"{v.SCHOOL}/" + wanting[v.SCHOOL_ID].astype(str)).to_numpy(), len(frame))
    columns = (Column(v.ID, say("Function, code"), hidden=True), Column(v.NAME, say("Function")), *_state_columns(),
               a.rows_column(say("the schools whose pupils may need it")))
    return Output("functions", say("Need by function"), frame.sort_values(["unmet", v.ID], ascending=[False, True], ignore_index=True), columns)


def services_output(found: Presence, free: np.ndarray, left: np.ndarray, terms: Terms) -> Output:
    """Every service: its places free, proposed and left."""
    actors = found.actors
    frame = pd.DataFrame({
        v.ID: actors["ref"].astype(str), v.NAME: actors["name"], v.ORGANISATION: actors["organisation"],
        a.FUNCTION_LABEL: labelled(terms, "function", actors["function"]), "free": free, "given": free - left,
        "left": left, a.ROWS: actors["ref"],
    })
    columns = (Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("Service")), Column(v.ORGANISATION, say("Organisation")),
               Column(a.FUNCTION_LABEL, say("Function")), Column("free", say("Places free"), "count", say("Missing: not known.")),
               Column("given", say("Proposed"), "count"), Column("left", say("Still free"), "count"), a.rows_column(say("this line")))
    return Output("services", say("Places of every service"), frame, columns)
