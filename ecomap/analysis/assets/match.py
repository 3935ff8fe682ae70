"""Which services could meet which school's need, within their places and reach, and what is left unmet."""

from __future__ import annotations

from typing import Annotated, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.overlap.question import schools_of
from ecomap.analysis.assets.presence import Presence, date_note, joined, labelled, presence, terms_of, text
from ecomap.analysis.assets.school_need import needs_in_words, number, surroundings
from ecomap.analysis.dates import day_of
from ecomap.analysis.gaps.room.assignment import assign
from ecomap.analysis.gaps.situation import MILE_M, inputs_of, sources_of
from ecomap.analysis.notes import counted
from ecomap.analysis.registry import Analysis, Input, Table
from ecomap.analysis.travel.costs import travel_costs
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.layer import POINT, Column
from ecomap.model.params import Choice, Param, plain_params
from ecomap.model.progress import Progress
from ecomap.model.pupils import THRESHOLD
from ecomap.model.result import KeyFigure, Note, Output, Provenance, Result
from ecomap.model.said import NOTHING, say
from ecomap.model.style import GRADUATED, LayerStyle
from ecomap.model.terms import Terms, default_need_links

INPUTS = (
    Input("schools", v.SCHOOL, say("Schools")),
    Input("areas", v.NEED_AREA, say("Need areas")),
    Input("services", v.SERVICE, say("Services"), optional=True, many=True),
    Input("need_links", v.NEED_LINK, say("Needs and what answers them"), optional=True, many=True),
    Input("terms", v.TERM, say("Own words"), optional=True, many=True),
)
APART, ASSUME, REFUSE = "apart", "assume", "refuse"
NEED, SERVED, FULL, OUT, NOT_KNOWN = "need_pupils", "served", "full", "out_of_reach", "places_not_known"
PARTS = (SERVED, FULL, OUT, NOT_KNOWN)
_LISTED = 10


@frozen
class MatchParams:
    """What a planner decides about matching services to need."""

    as_of: Annotated[str, Param("On which day?", "A date like 2026-06-30, or a year; empty for today.")] = ""
    radius_m: Annotated[float, Param(
        "How far can a service be?", "Along an estimated way from the school.", unit="m", gt=0, le=80_000)] = MILE_M
    unknown_places: Annotated[str, Param(
        "Services that do not say how many places are free", "Not known is never taken for zero.",
        choices=(Choice(APART, "Keep apart: what they could serve is not known"),
                 Choice(ASSUME, "Assume the number given below"), Choice(REFUSE, "Stop and name them")))] = APART
    assumed_places: Annotated[int, Param(
        "Places to assume", "Only where they are assumed.", ge=0, le=100_000, advanced=True)] = 20
    need_weight: Annotated[float, Param(
        "How much does need weigh?", "Where places are short: 0 serves every pupil alike, 1 counts a pupil of the school with "
        "the highest need twice as much as one of the lowest.", ge=0, le=10)] = 1.0
    level: Annotated[str, Param("Which schools?", "A school level, or all.", choices_from="level")] = "all"
    detour: Annotated[float, Param(
        "Detour factor", "How much longer the way is than the straight line; 1.2 to 1.4 in cities.", ge=1, le=3,
        advanced=True)] = 1.3


@frozen
class Places:
    """Free places of every service at work: NaN where they are not known."""

    free: np.ndarray = field(eq=False, repr=False)
    notes: tuple[Note, ...]


def run_match(frames: Frames, params: MatchParams, *, progress: Progress) -> Result:
    """Propose who could serve whom, function by function."""
    progress.at(0.0, say("Estimating need"))
    terms = terms_of(frames)
    schools = schools_of(frames, params.level)
    need, need_notes = estimated_need(frames, schools, params.radius_m, terms)
    progress.at(0.3, say("Finding services in reach"))
    found = presence(Frames({"services": frames["services"]}, {"services": frames.layer("services")})
                     if "services" in frames else Frames({}, {}), schools, day_of(params.as_of),
                     radius_m=params.radius_m, detour=params.detour)
    places = _places(frames, found, params, terms)
    score = np.nan_to_num(surroundings(frames, found.schools, params.radius_m), nan=0.5)
    worth = 1.0 + params.need_weight * score
    unmet, matches = [], []
    left = places.free.copy()
    for position, function in enumerate(need):
        progress.at(0.3 + 0.5 * position / max(len(need.columns), 1), say("Matching {label}", label=terms.label('function', function).lower()))
        state, match = _matched(found, need[function].to_numpy(), places.free, worth, function, left)
        unmet.append(state)
        matches.append(match)
    progress.at(0.85, say("Writing down what is left"))
    per_need = _unmet_table(found, pd.concat(unmet, ignore_index=True) if unmet else pd.DataFrame(), terms)
    outputs = (_schools_output(found, per_need, terms), _matches_output(found, matches, terms), _unmet_output(per_need),
               _functions_output(per_need, need, terms), _services_output(found, places.free, left, terms))
    notes = [*need_notes, *places.notes, *found.notes, date_note(found.day)]
    if "services" not in frames:
        notes.insert(0, Note("caution", say("The project has no services: what is offered is not reported, so no need can be matched.")))
    progress.at(1.0, say("Done"))
    used = tuple(item.name for item in INPUTS)
    return Result(
        id="match", analysis="match", title=say("Services matched to need"), sentence=_sentence(per_need), outputs=outputs,
        figures=_figures(per_need, left, places.free), notes=tuple(notes), bars=_bars(per_need),
        bars_title=say("Where the estimated need of pupils stands"),
        provenance=Provenance("match", ANALYSIS.version, plain_params(params), inputs_of(frames, used), sources_of(frames, used)),
    )


def need_links(frames: Frames, terms: Terms) -> pd.DataFrame:
    """Which need calls for which function, with a weight of 0 or more: the project's own table, or the neutral default.

    Raises
    ------
    InputError
        If a weight is missing or below zero.
    """
    if "need_links" not in frames or not len(frames["need_links"]):
        return pd.DataFrame(default_need_links(), columns=[v.INDICATOR, v.FUNCTION, v.WEIGHT])
    rows = frames["need_links"]
    weight = number(rows, v.WEIGHT)
    wrong = np.flatnonzero(~(weight >= 0))
    if len(wrong):
        raise InputError(say("{wrong} links of needs and functions have no weight of 0 or more: ", wrong=len(wrong))
                         + ", ".join(text(rows, v.ID).iloc[wrong[:_LISTED]]) + ".", say("Give each a weight; 1 is neutral."))
    function = text(rows, v.FUNCTION).map(lambda word: terms.code("function", word) or word)
    return pd.DataFrame({v.INDICATOR: text(rows, v.INDICATOR), v.FUNCTION: function, v.WEIGHT: weight})


def estimated_need(frames: Frames, schools: Any, radius_m: float, terms: Terms) -> tuple[pd.DataFrame, list[Note]]:
    """Pupils of each school who may need each function, whole numbers; NaN where it cannot be said.

    Pupils x mean of the linked indicators around the school, weighed by the links. An estimate from the rates of the
    residents: never a count of pupils.
    """
    areas, layer = frames["areas"], frames.layer("areas")
    links = need_links(frames, terms)
    described = {item.column: item for item in layer.indicators}
    shares = [name for name, item in described.items() if item.unit == "share" and item.direction > 0]
    usable = links[links[v.INDICATOR].isin(shares) & (links[v.WEIGHT] > 0)]
    notes = [Note("caution", say("Need is estimated: pupils of the school times the rates of the residents around it. It is no count "
                  "of pupils, and who would come is not known."))]
    left_out = sorted(set(links[v.INDICATOR]) - set(shares))
    if left_out:
        notes.append(counted(len(left_out), "linked need is", "linked needs are", " no share of residents in these need areas "
                             f"and cannot say how many pupils: {needs_in_words(left_out, layer, _LISTED)}."))
    pupils = number(schools, v.ENROLLMENT)
    small = pupils < THRESHOLD
    if small.any():
        notes.append(counted(int(small.sum()), "school has", "schools have", f" fewer than {THRESHOLD} pupils: not estimated."))
    pupils = np.where(small, np.nan, pupils)
    around = {name: _around(areas, schools, name, radius_m) for name in sorted(set(usable[v.INDICATOR]))}
    need = {}
    for function, rows in usable.groupby(v.FUNCTION):
        values = np.column_stack([around[name] for name in rows[v.INDICATOR]])
        weights = np.where(np.isnan(values), 0.0, rows[v.WEIGHT].to_numpy()[None, :])
        total = weights.sum(axis=1)
        mean = np.divide((np.nan_to_num(values) * weights).sum(axis=1), total, out=np.full(len(schools), np.nan), where=total > 0)
        need[str(function)] = np.round(pupils * np.clip(mean, 0.0, 1.0))
    frame = pd.DataFrame(need, index=range(len(schools)))
    unknown = int(frame.isna().all(axis=1).sum()) if len(frame.columns) else len(schools)
    if unknown:
        notes.append(counted(unknown, "school has", "schools have", " no estimate of need, for want of pupils or of areas in "
                             "reach: not known, and in no total."))
    return frame, notes


def _around(areas: Any, schools: Any, column: str, radius_m: float) -> np.ndarray:
    """Mean of a rate over the need areas whose middle is within reach, weighed by children; NaN where there are none."""
    values, children = number(areas, column), number(areas, v.CHILDREN)
    use = ~np.isnan(values) & (children > 0)
    costs = travel_costs(schools, areas[use], cutoff_m=radius_m)
    weight = children[use][costs.supply]
    total = np.bincount(costs.demand, weight, len(schools))
    return np.divide(np.bincount(costs.demand, weight * values[use][costs.supply], len(schools)), total,
                     out=np.full(len(schools), np.nan), where=total > 0)


def _places(frames: Frames, found: Presence, params: MatchParams, terms: Terms) -> Places:
    """Free places by service: those stated as free, else all places; not known else."""
    if "services" not in frames or not len(found.actors):
        return Places(np.zeros(len(found.actors)), ())
    rows = frames["services"]
    at = pd.Index(v.SERVICE + "/" + rows[v.ID].astype(str)).get_indexer(pd.Index(found.actors["ref"]))
    available, capacity = number(rows, v.AVAILABLE)[at], number(rows, v.CAPACITY)[at]
    unit = text(rows, v.CAPACITY_UNIT).str.casefold().to_numpy()[at]
    free = np.floor(np.where(np.isnan(available), capacity, available))
    notes = []
    if (free < 0).any():
        raise InputError(say("Some services have fewer than no places."), say("Correct their places."))
    other = ~np.isin(unit, ["", "pupils", "pupil", "students", "children", "people", "places", "slots"]) & ~np.isnan(free)
    if other.any():
        free = np.where(other, np.nan, free)
        notes.append(counted(int(other.sum()), "service counts", "services count", " places in something else than pupils: "
                             "how many pupils that is, is not known."))
    whole = int((np.isnan(available) & ~np.isnan(free)).sum())
    if whole:
        notes.append(counted(whole, "service says", "services say", " how many places there are, not how many are free: all "
                             "were taken as free."))
    unknown = np.isnan(free)
    if unknown.any() and params.unknown_places == REFUSE:
        named = found.actors.loc[unknown, "ref"].tolist()
        raise InputError(say(f"{len(named):,} services do not say how many places are free: {', '.join(named[:_LISTED])}")
                         + (" and more." if len(named) > _LISTED else "."),
                         say("Fill in their places, keep them apart, or assume a number."), {"rows": named})
    if unknown.any() and params.unknown_places == ASSUME:
        notes.append(counted(int(unknown.sum()), "service does", "services do", " not say how many places are free: "
                             f"{params.assumed_places:,} were assumed for each, as you asked."))
        free = np.where(unknown, float(params.assumed_places), free)
    elif unknown.any():
        notes.append(counted(int(unknown.sum()), "service does", "services do", " not say how many places are free: kept apart, "
                             "neither full nor free."))
    return Places(free, tuple(notes))


def _matched(
    found: Presence, need: np.ndarray, free: np.ndarray, worth: np.ndarray, function: str, left: np.ndarray
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One function: where the need of every school stands, and who would serve whom. Takes the places from `left`."""
    pair = np.flatnonzero(found.actors["function"].to_numpy()[found.actor] == function)
    school, service = found.school[pair], found.actor[pair]
    wanted = np.nan_to_num(need).astype(int)
    known = ~np.isnan(free[service])
    done = assign(wanted, np.nan_to_num(free).astype(int), school[known], service[known], found.distance_m[pair][known], worth)
    left -= np.where(np.isnan(left), 0, done.used)
    rest = wanted - done.served
    in_reach = np.bincount(school, minlength=len(need)) > 0
    some_unknown = np.bincount(school[~known], minlength=len(need)) > 0
    state = pd.DataFrame({
        "at": np.arange(len(need)), v.FUNCTION: function, NEED: need, SERVED: done.served,
        FULL: np.where(in_reach & ~some_unknown, rest, 0), OUT: np.where(in_reach, 0, rest),
        NOT_KNOWN: np.where(in_reach & some_unknown, rest, 0),
        a.ROWS: joined(school, found.actors["ref"].to_numpy()[service], len(need)),
    })
    given = np.flatnonzero(done.amount)
    match = pd.DataFrame({
        "at": school[known][given], "service": service[known][given], v.FUNCTION: function, SERVED: done.amount[given],
        "distance_m": found.distance_m[pair][known][given],
    })
    return state[~np.isnan(need)], match


def _unmet_table(found: Presence, state: pd.DataFrame, terms: Terms) -> pd.DataFrame:
    if not len(state):
        state = pd.DataFrame({name: pd.Series(dtype=float) for name in ("at", NEED, *PARTS)}).assign(**{v.FUNCTION: "", a.ROWS: ""})
    at = state["at"].to_numpy(dtype=int)
    ids = found.schools[v.ID].astype(str).to_numpy()[at]
    whole = {name: state[name].to_numpy(dtype=int) for name in (NEED, *PARTS)}
    frame = pd.DataFrame({
        v.ID: pd.Series(ids, dtype=object) + "|" + pd.Series(state[v.FUNCTION].to_numpy(), dtype=object),
        v.NAME: found.schools[v.NAME].astype(str).to_numpy()[at], v.SCHOOL_ID: ids, v.FUNCTION: state[v.FUNCTION].to_numpy(),
        a.FUNCTION_LABEL: labelled(terms, "function", state[v.FUNCTION]), **whole,
        "unmet": whole[NEED] - whole[SERVED], a.ROWS: state[a.ROWS].to_numpy(),
    })
    return frame.sort_values(["unmet", v.ID], ascending=[False, True], kind="stable", ignore_index=True)


def _state_columns() -> tuple[Column, ...]:
    return (
        Column(NEED, say("Pupils who may need it, estimated"), "count"), Column(SERVED, say("Could be served, proposed"), "count"),
        Column(FULL, say("Services in reach would be full"), "count"), Column(OUT, say("Nothing in reach"), "count"),
        Column(NOT_KNOWN, say("In reach, places not known"), "count"),
        Column("unmet", say("Left without a known place"), "count", say("Estimated need less what could be served.")),
    )


def _schools_output(found: Presence, unmet: pd.DataFrame, terms: Terms) -> Output:
    schools = found.schools
    ids = schools[v.ID].astype(str)
    sums = unmet.groupby(v.SCHOOL_ID)[[NEED, *PARTS, "unmet"]].sum().reindex(ids)
    worst = unmet[unmet["unmet"] > 0].drop_duplicates(v.SCHOOL_ID).set_index(v.SCHOOL_ID)[a.FUNCTION_LABEL]
    frame = gpd.GeoDataFrame({
        v.ID: ids, v.NAME: schools[v.NAME].astype(str), **{name: sums[name].to_numpy() for name in sums},
        "most_unmet": ids.map(worst).fillna("").to_numpy(),
        a.ROWS: joined(found.school, found.actors["ref"].to_numpy()[found.actor], len(schools)),
    }, geometry=np.asarray(schools.geometry), crs=schools.crs)
    columns = (*c.id_columns(), *(Column(x.name, say("{label}, all functions", label=x.label), x.unit, say("A pupil with two needs counts twice."))
                                  for x in _state_columns()), Column("most_unmet", say("Most left in")), a.rows_column())
    style = LayerStyle(kind=GRADUATED, column="unmet", palette="magentas", line="#FFFFFF", size=9.0)
    return Output("schools", say("Schools: need that finds no known place"), frame, columns, POINT, v.SCHOOL, style)


def _matches_output(found: Presence, parts: list[pd.DataFrame], terms: Terms) -> Output:
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
        Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("School")), Column(v.SCHOOL_ID, "School, code", hidden=True),
        Column("service", say("Service")), Column(v.ORGANISATION, say("Organisation")), Column(v.FUNCTION, "Function, code", hidden=True),
        Column(a.FUNCTION_LABEL, say("Function")), Column(SERVED, say("Pupils, proposed"), "count"),
        Column("distance_m", say("Way, estimated"), "m", digits=1), a.rows_column("this proposal"),
    )
    return Output("matches", say("Proposed matches"), frame, columns)


def _unmet_output(frame: pd.DataFrame) -> Output:
    columns = (*c.id_columns(), Column(v.SCHOOL_ID, say("School, code"), hidden=True), Column(v.FUNCTION, say("Function, code"), hidden=True),
               Column(a.FUNCTION_LABEL, say("Function")), *_state_columns(), a.rows_column("services in reach"))
    return Output("unmet", say("Need by school and function"), frame, columns)


def _functions_output(unmet: pd.DataFrame, need: pd.DataFrame, terms: Terms) -> Output:
    sums = unmet.groupby(v.FUNCTION)[[NEED, *PARTS, "unmet"]].sum().reindex(sorted(need.columns)).fillna(0).astype(int)
    frame = sums.reset_index(names=v.ID)
    frame.insert(1, v.NAME, labelled(terms, "function", frame[v.ID]))
    wanting = unmet[unmet[NEED] > 0]
    at = pd.Index(frame[v.ID]).get_indexer(pd.Index(wanting[v.FUNCTION]))
    frame[a.ROWS] = joined(at, (f"{v.SCHOOL}/" + wanting[v.SCHOOL_ID].astype(str)).to_numpy(), len(frame))
    columns = (Column(v.ID, say("Function, code"), hidden=True), Column(v.NAME, say("Function")), *_state_columns(),
               a.rows_column("the schools whose pupils may need it"))
    return Output("functions", say("Need by function"), frame.sort_values(["unmet", v.ID], ascending=[False, True], ignore_index=True), columns)


def _services_output(found: Presence, free: np.ndarray, left: np.ndarray, terms: Terms) -> Output:
    actors = found.actors
    frame = pd.DataFrame({
        v.ID: actors["ref"].astype(str), v.NAME: actors["name"], v.ORGANISATION: actors["organisation"],
        a.FUNCTION_LABEL: labelled(terms, "function", actors["function"]), "free": free, "given": free - left,
        "left": left, a.ROWS: actors["ref"],
    })
    columns = (Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("Service")), Column(v.ORGANISATION, "Organisation"),
               Column(a.FUNCTION_LABEL, say("Function")), Column("free", say("Places free"), "count", say("Missing: not known.")),
               Column("given", say("Proposed"), "count"), Column("left", say("Still free"), "count"), a.rows_column("this line"))
    return Output("services", say("Places of every service"), frame, columns)


def _figures(unmet: pd.DataFrame, left: np.ndarray, free: np.ndarray) -> tuple[KeyFigure, ...]:
    names = {NEED: "Needs of pupils, estimated", SERVED: "Could be served", FULL: "In reach, but full", OUT: "Out of reach",
             NOT_KNOWN: "In reach, places not known"}
    known = float(np.nansum(left)) if (~np.isnan(free)).any() else None
    return (*(KeyFigure(name, label, float(unmet[name].sum()),
                        note=say("One pupil can have several needs and counts once for each.") if name == NEED else NOTHING)
              for name, label in names.items()),
            KeyFigure("places_left", say("Places left over"), known, note="" if known is not None else a.NOT_REPORTED))


def _sentence(unmet: pd.DataFrame) -> str:
    total = {name: int(unmet[name].sum()) for name in (NEED, *PARTS)}
    if not total[NEED]:
        return "No need could be estimated, so nothing could be matched."
    text = (f"Of an estimated {total[NEED]:,} needs of pupils, {total[SERVED]:,} could be served by free places in reach, "
            f"{total[FULL]:,} would find services full")
    if not total[NOT_KNOWN]:
        return f"{text}, and {total[OUT]:,} have none in reach."
    return f"{text}, {total[OUT]:,} have none in reach, and for {total[NOT_KNOWN]:,} the places in reach are not known."


def _bars(unmet: pd.DataFrame) -> tuple[tuple[str, float, float | None], ...]:
    total = float(unmet[NEED].sum())
    words = {SERVED: "Could be served", FULL: "In reach, but full", OUT: "Out of reach", NOT_KNOWN: "Places not known"}
    return tuple((label, float(unmet[name].sum()) / total, None) for name, label in words.items()) if total else ()


ANALYSIS = Analysis(
    name="match",
    title=say("Services matched to need"),
    question=say("Which services could meet which school's need?"),
    summary=say("Links needs to the kinds of service that answer them, estimates how many pupils of every school may need each, and "
            "proposes which free places in reach could serve them; says what is left, and whether for want of places or of reach."),
    step="assets",
    params=MatchParams,
    inputs=INPUTS,
    run=run_match,
    method=say("Need of a school for a function = pupils x mean of the linked shares around it (need areas whose middle is within "
           "reach, weighed by children; links weighed as the table says), rounded. Free places are those stated as free, else "
           "all places; a service that states neither is kept apart unless a number is assumed. Per function a transport "
           "problem: most served, a pupil counting 1 + weight x need score of the surroundings; then least way. Nobody is "
           "counted twice within a function: served + full + out of reach + places not known = need, and no service gets "
           "more than its places. A proposal for the table, not a placement."),
    sources=(
        "Ford, L. R. and Fulkerson, D. R. (1956). Solving the transportation problem, Management Science 3",
        "Hitchcock, F. L. (1941). The distribution of a product from several sources to numerous localities",
    ),
    tables=(
        Table("schools", say("Every school: estimated need over all functions and what becomes of it.")),
        Table("matches", say("Every proposed match of a school and a service.")),
        Table("unmet", say("Every school and function: need, served, full, out of reach, not known.")),
        Table("functions", say("The same by function.")),
        Table("services", say("Every service: places free, proposed and left.")),
    ),
)
