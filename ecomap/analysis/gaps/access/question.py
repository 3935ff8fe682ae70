"""How much is in reach for whom, given what others want from the same places: access as a question of the project."""

from __future__ import annotations

from typing import Annotated, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from attrs import frozen

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.access import measures as a
from ecomap.analysis.gaps.access.equity import Equity, equity_of, equity_output, fifths_output, gap_words
from ecomap.analysis.gaps.access.setting import RAAM_ROUNDS, AccessSetting, access_setting, measure_notes
from ecomap.analysis.gaps.situation import MILE_M, ReachParams, inputs_of, sources_of
from ecomap.analysis.registry import Analysis, Input, Table
from ecomap.analysis.statistics.ranks import ranks
from ecomap.analysis.travel.pairs import INPUTS as TRAVEL_INPUTS
from ecomap.analysis.travel.supply import COUNTS_AS
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.layer import POINT, POLYGON, Column
from ecomap.model.params import Choice, Param, plain_params
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Output, Provenance, Result
from ecomap.model.said import NOTHING, say
from ecomap.model.style import GRADUATED, SINGLE, LayerStyle
from ecomap.model.units import format_number, format_with_margin

ACCESS, PLACES, PER_1000 = "access", "places", "places_per_1000"
TWO_STEP, ENHANCED, THREE_STEP, MODIFIED = "two_step", "enhanced", "three_step", "modified"
GRAVITY, CUMULATIVE, NEAREST, RAAM = "gravity", "cumulative", "nearest", "raam"
LOWER_IS_BETTER = frozenset({NEAREST, RAAM})
PER_PERSON = frozenset({TWO_STEP, ENHANCED, THREE_STEP, MODIFIED})
INPUTS = (
    Input("areas", v.NEED_AREA, say("Need areas")),
    Input("services", v.SERVICE, say("Services"), optional=True, many=True),
    Input("sites", v.SITE, say("Approach sites"), optional=True, many=True),
    Input("zones", v.ZONE, say("Zones"), optional=True, many=True),
    *TRAVEL_INPUTS,
)


@frozen
class AccessParams(ReachParams):
    """What a planner decides about access."""

    measure: Annotated[str, Param(
        "How is access measured?", "Enhanced two-step is the usual choice: places per person, shared with everyone else "
        "in reach, nearer ones counting more.", choices=(
            Choice(ENHANCED, "Places per person, nearer ones count more (enhanced two-step)"),
            Choice(TWO_STEP, "Places per person in reach (two-step)"),
            Choice(THREE_STEP, "Places per person, people choose the nearer (three-step)"),
            Choice(MODIFIED, "Places per person, distance loses places (modified two-step)"),
            Choice(CUMULATIVE, "All places in reach, whoever else wants them"),
            Choice(GRAVITY, "All places in reach, weighed by distance (gravity)"),
            Choice(NEAREST, "Distance to the nearest"),
            Choice(RAAM, "Crowding and travel together (rational agents)"),
        ))] = ENHANCED
    decay: Annotated[str, Param(
        "How does distance count?", "Only where nearer places count more. Steps: full, 68 % and 22 % in the three thirds of "
        "the distance.", choices=(
            Choice("steps", "In three steps"), Choice("gaussian", "Smoothly, never quite to zero (Gaussian)"),
            Choice("dai", "Smoothly, to zero at the edge (Dai)")), advanced=True)] = "steps"
    assumed_capacity: Annotated[float, Param(
        "Places at a site that names none", "1 counts sites rather than places.", gt=0, le=1_000_000,
        advanced=True)] = 1.0
    beta: Annotated[float, Param("Power of distance (gravity)", ge=0, le=5, advanced=True)] = 1.0
    minimum_m: Annotated[float, Param(
        "Smallest distance (gravity)", "A site inside an area would otherwise count without limit.", unit="m", gt=0,
        le=5_000, advanced=True)] = 100.0
    tau_m: Annotated[float, Param(
        "Way worth as much as average crowding (rational agents)", unit="m", gt=0, le=80_000, advanced=True)] = MILE_M


def run_access(frames: Frames, params: AccessParams, *, progress: Progress) -> Result:
    """Access of every need area, compared between areas of high and low need."""
    now = access_setting(frames, params, progress=progress.part(0.0, 0.4))
    progress.at(0.4, say("Measuring access"))
    access, left = _measured(now, params, progress.part(0.4, 0.8))
    good = params.measure not in LOWER_IS_BETTER
    progress.at(0.8, say("Comparing who gets what"))
    shown = access if params.measure not in PER_PERSON else access * 1000
    equity = equity_of(shown, now, good=good)
    label, unit, digits = _words(now, params)
    areas = _areas_output(now, params, shown, label, unit, digits)
    outputs = (areas, _sites_output(now, params), fifths_output(now, equity, label, unit, digits), equity_output(equity, label, unit))
    progress.at(1.0, say("Done"))
    names = tuple(item.name for item in INPUTS)
    return Result(
        id="access", analysis="access", title=say("Access: {phrase}", phrase=now.supply.target.phrase),
        sentence=_sentence(now, equity, label, unit, digits), outputs=outputs, figures=_figures(now, equity, label, unit),
        notes=(*now.notes, *measure_notes(params.measure, left), *equity.notes), bars=equity.bars,
        bars_title=say("Share of {who} with nothing in reach, by need fifth", who=now.who),
        provenance=Provenance("access", ANALYSIS.version, plain_params(params), inputs_of(frames, names),
                              sources_of(frames, names)),
    )


def _measured(now: AccessSetting, params: AccessParams, progress: Progress) -> tuple[pd.Series, float | None]:
    """Access by area id, missing where nobody is counted for lack of a count; for RAAM how far from balance."""
    costs, people, places = now.costs, now.demand, now.capacity
    reach = now.travel.cutoff
    third = reach / 3
    decays: dict[str, a.Decay] = {
        "steps": a.StepDecay([(third, 1.0), (2 * third, 0.68), (reach, 0.22)]),
        "gaussian": a.GaussianDecay(reach / 2), "dai": a.DaiGaussianDecay(reach),
    }
    decay = decays[params.decay]
    left = None
    if params.measure == RAAM:
        found = a.raam(costs, people, places, tau=now.travel.scaled(params.tau_m), cycles=RAAM_ROUNDS, progress=progress)
        left = float(found.attrs["left"])
    elif params.measure == NEAREST:
        found = a.nearest(costs, people.index)
    elif params.measure == CUMULATIVE:
        found = a.cumulative(costs, places, people.index, catchment=reach)
    elif params.measure == GRAVITY:
        found = a.gravity(costs, places, people.index, beta=params.beta, minimum=now.travel.scaled(params.minimum_m))
    else:
        shared = a.three_step if params.measure == THREE_STEP else a.modified_two_step
        shared = a.two_step if params.measure in (TWO_STEP, ENHANCED) else shared
        found = shared(costs, people, places, catchment=reach, decay=None if params.measure == TWO_STEP else decay)
    return found.reindex(now.areas[v.ID]), left


def _words(now: AccessSetting, params: AccessParams) -> tuple[str, str, int]:
    """Label, unit and decimals of the access column."""
    what = "Places" if now.has_capacity else "Sites"
    return {
        NEAREST: ("Distance to the nearest", now.travel.unit, 1),
        RAAM: ("Crowding and travel (1 = average crowding, no distance)", "", 2),
        CUMULATIVE: (f"{what} in reach", "", 1),
        GRAVITY: (f"{what} in reach, weighed by distance", "", 4),
    }.get(params.measure, (f"{what} per 1,000 {now.who}", "", 2))


def _areas_output(now: AccessSetting, params: AccessParams, access: pd.Series, label: str, unit: str, digits: int) -> Output:
    good = params.measure not in LOWER_IS_BETTER
    worst_first = -access if good else access
    count = params.count
    columns: dict[str, Any] = {
        v.ID: now.areas[v.ID].astype(str), v.NAME: now.areas.get(v.NAME, now.areas[v.ID]), ACCESS: access.to_numpy(),
        c.RANK: ranks(worst_first).to_numpy(), c.STATE: now.states, c.NEAREST: now.nearest_m,
        c.SITES_IN_REACH: now.sites_in_reach, count: now.people,
    }
    if now.moes is not None:
        columns[count + v.MOE_SUFFIX] = now.moes
    columns |= {c.SCORE: now.need.to_numpy(), c.FIFTH: now.fifth.to_numpy()}
    frame = gpd.GeoDataFrame(columns, geometry=np.asarray(now.areas.geometry), crs=now.areas.crs)
    better = "more is better; 0 is nothing in reach" if good else "less is better"
    described = (
        *c.id_columns(), Column(ACCESS, label, unit, say(f"{better.capitalize()}."), digits=digits),
        c.rank_column("least access", low="", high=""), Column(c.STATE, say("State")),
        Column(c.NEAREST, say("Nearest site"), now.travel.unit, say("From a point inside the area, {words}.", words=now.travel.words)),
        Column(c.SITES_IN_REACH, say("Sites in reach"), "count", say("From a point inside the area.")),
        *c.children_columns(now.who.capitalize(), now.moes is not None, count), c.score_column(), c.fifth_column(),
    )
    style = LayerStyle(kind=GRADUATED, column=ACCESS, palette="blues" if good else "magentas", scheme="quantiles", classes=5,
                       zero_label=say("Nothing in reach") if good else NOTHING)
    title = f"Access by need area: {now.supply.target.phrase}, {label[0].lower()}{label[1:]}"  # the map's legend says it
    return Output("areas", title, frame, described, POLYGON, now.layer.id,
                  style, now.layer.boundary, told=(ACCESS, c.NEAREST, count))


def _sites_output(now: AccessSetting, params: AccessParams) -> Output:
    """The sites that count, their places, and who lives in reach of them."""
    sites = now.supply.sites
    reached = np.bincount(now.costs.supply, now.demand.to_numpy()[now.costs.demand], len(sites))
    places = now.capacity.reindex(sites[v.ID]).to_numpy()
    frame = gpd.GeoDataFrame(
        {v.ID: sites[v.ID], v.NAME: sites[v.NAME], v.KIND: sites[v.KIND], COUNTS_AS: sites[COUNTS_AS], PLACES: places,
         c.IN_REACH: reached, PER_1000: np.divide(places * 1000, reached, out=np.full(len(sites), np.nan), where=reached > 0)},
        geometry=shapely.point_on_surface(np.asarray(sites.geometry)), crs=sites.crs,
    )
    described = (
        *c.id_columns(), Column(v.KIND, say("Kind")),
        Column(COUNTS_AS, say("Counts as"), "", say("site: what lies within the distance; zone: what lies inside its boundary.")),
        Column(PLACES, say("Places"), "", say(f"As given, else {params.assumed_capacity:g} assumed.")),
        Column(c.IN_REACH, say("{who} in reach", who=now.who.capitalize()), "count"),
        Column(PER_1000, say("Places per 1,000 {who} in reach", who=now.who), "", say("No value: nobody is in reach."), digits=2),
    )
    style = LayerStyle(kind=SINGLE, fill="ink", line="#FFFFFF", shape="circle", size=6.0)
    return Output("sites", say("Counted: {phrase}", phrase=now.supply.target.phrase), frame, described, POINT, "", style)


def _figures(now: AccessSetting, equity: Equity, label: str, unit: str) -> tuple[KeyFigure, ...]:
    high, low = equity.mean_of(5), equity.mean_of(1)
    gap = equity.gap
    return (
        KeyFigure("access_highest_fifth", say("{label}: highest-need fifth", label=label), high, unit or "score"),
        KeyFigure("access_lowest_fifth", say("{label}: lowest-need fifth", label=label), low, unit or "score"),
        KeyFigure("access_gap", say("Gap, highest minus lowest need"), gap.difference if gap else None, unit or "score",
                  equity.gap_moe, gap_words(gap, unit)),
        KeyFigure("access_mean", say("{label}: everybody", label=label), equity.mean, unit or "score",
                  note=say("Mean over the {who}; places out of reach count as 0.", who=now.who) if equity.good else say("Mean over the {who} who reach something.", who=now.who)),
        KeyFigure("children_out_of_reach", say("{who} with nothing in reach", who=now.who.capitalize()), equity.out, "count", equity.out_moe),
        KeyFigure("share_out_of_reach", say("Share of all"), equity.share_out, "share"),
        KeyFigure("concentration_index", say("Concentration by need"), equity.concentration, "score", note=equity.concentration_words),
        KeyFigure("distance_equivalent", say("Distance as hard as if everyone had the same (Kolm-Pollak)"), equity.ede_m, now.travel.unit,
                  note=say("Mean distance to the nearest, long ways counting more.")),
    )


def _sentence(now: AccessSetting, equity: Equity, label: str, unit: str, digits: int) -> str:
    if equity.share_out is None:
        return f"No need area has a count of {now.who}, so access cannot be compared."
    out = format_with_margin(equity.out, equity.out_moe)
    text = (f"An estimated {out} {now.who} ({format_number(equity.share_out, 'share', 1)}) have no "
            f"{now.supply.target.phrase} within {now.travel.distance}")
    high, low = equity.mean_of(5), equity.mean_of(1)
    if high is None or low is None:
        return f"{text}.{now.travel.sentence}"
    words = label[0].lower() + label[1:] + ("" if equity.good else ", of those who reach something")
    told = (f"{text}; {words}: {_said(high, unit, digits)} in the highest-need fifth of areas, "
            f"{_said(low, unit, digits)} in the lowest")
    if equity.gap is not None and equity.gap.significant is False:
        told += " (the difference is not significant)"
    return f"{told}.{now.travel.sentence}"


def _said(value: float, unit: str, digits: int) -> str:
    return format_number(value, unit, digits) if unit else f"{value:,.{digits}f}"


ANALYSIS = Analysis(
    name="access",
    title=say("Access with capacity"),
    question=say("Who can reach how much, given everyone else who wants it?"),
    summary=say("Measures for every need area how many places (or sites) its people can reach, shared with everybody else in "
            "reach. Compares areas of high and low need, and says how far the difference could be chance."),
    step="gaps",
    params=AccessParams,
    inputs=INPUTS,
    run=run_access,
    method=say("Distance is a straight line from a point inside the area times the detour factor, or the way on foot along the "
           "streets, or what a table of travel times says; zones reach the areas whose "
           "inside point they hold. Two-step: R_j = S_j / sum of P_i f(d_ij), A_i = sum of R_j f(d_ij). Three-step: weights "
           "are first spread over the places in reach, G_ij = f_ij / sum of f_ik. Modified: A_i = sum of R_j f(d_ij)^2. "
           "Gravity: sum of S_j d^-beta. Rational agents: people move until crowding (D_j / S_j) / rho plus travel d / tau "
           "is even; 600 rounds. Out of reach is 0 (infinite for distance and crowding) and ranks worst; an area without "
           "a count of people has no score. Means are over people; the 95 % interval of the gap carries the sampling error "
           "of the counts of people only. Concentration index: people with most need first, positive = those with less "
           "need get more. Kolm-Pollak: one kappa (epsilon = -1 over everybody) for all fifths."),
    sources=(
        "Luo, W. and Wang, F. (2003). Measures of spatial accessibility to health care. doi 10.1068/b29120",
        "Luo, W. and Qi, Y. (2009). An enhanced two-step floating catchment area method. doi 10.1016/j.healthplace.2009.06.002",
        "Wan, N., Zou, B. and Sternberg, T. (2012). A three-step floating catchment area method. doi 10.1080/13658816.2011.624987",
        "Delamater, P. (2013). Spatial accessibility in suboptimally configured systems. doi 10.1016/j.healthplace.2013.07.012",
        "Saxon, J. and Snow, D. (2019). A rational agent model for the spatial accessibility of primary health care. "
        "doi 10.1080/24694452.2019.1629870",
        "Sheriff, G. and Maguire, K. (2020). Health risk, inequality indexes, and environmental justice. doi 10.1111/risa.13562",
    ),
    tables=(
        Table("areas", say("Every need area: access, rank from the least, nearest site, people, need score and fifth.")),
        Table("sites", say("The sites that count, their places, and the people in reach of each.")),
        Table("fifths", say("Access by need fifth, highest need first.")),
        Table("equity", say("How evenly access is shared: each measure with its meaning in words.")),
    ),
)
