"""How much is in reach for whom, given what others want from the same places: access as a question of the project."""

from __future__ import annotations

from typing import Annotated

import pandas as pd
from attrs import frozen

from ecomap.analysis.gaps.access import measures as a
from ecomap.analysis.gaps.access.availability import total_availability
from ecomap.analysis.gaps.access.equity import HIGHEST, LOWEST, Equity, equity_of
from ecomap.analysis.gaps.access.setting import AccessSetting, access_setting
from ecomap.analysis.gaps.access.shares import Shares, share_figures, share_note, shares_of, shares_sentence
from ecomap.analysis.gaps.access.tables import areas_output, equity_output, fifths_output, sites_output
from ecomap.analysis.gaps.access.words import (
    AVAILABILITY,
    CUMULATIVE,
    DECAYING,
    ENHANCED,
    GAUSSIAN,
    GRAVITY,
    MEASURES,
    MODIFIED,
    NEAREST,
    RAAM,
    RAAM_ROUNDS,
    THREE_STEP,
    TOTAL,
    TWO_STEP,
    Shown,
    access_figures,
    access_sentence,
    measure_notes,
    shown_as,
    width_note,
    width_sentence,
)
from ecomap.analysis.need.index.choice import TOGETHER
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.analysis.statistics.error import CORRELATION
from ecomap.analysis.travel.pairs import INPUTS as TRAVEL_INPUTS
from ecomap.analysis.travel.params import ReachParams
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.params import Choice, Param
from ecomap.model.progress import Progress
from ecomap.model.said import Said, joined, say
from ecomap.model.units import METRES_PER_MILE

PER_PERSON = frozenset({TWO_STEP, ENHANCED, THREE_STEP, MODIFIED, AVAILABILITY})
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
        say("How is access measured?"), say("Enhanced two-step is the usual choice: places per person, shared with everyone else "
                                            "in reach, nearer ones counting more."), choices=MEASURES)] = ENHANCED
    decay: Annotated[str, Param(
        say("How does distance count?"), say("Only where nearer places count more. Steps: full, 68 % and 22 % in the three thirds of "
                                             "the distance."), choices=(
            Choice("steps", say("In three steps")), Choice(GAUSSIAN, say("Smoothly, never quite to zero (Gaussian)")),
            Choice("dai", say("Smoothly, to zero at the edge (Dai)"))), advanced=True)] = "steps"
    width_share: Annotated[float, Param(
        say("Width of the Gaussian, as a share of the distance"), say(
            "Its standard deviation. Half of the distance; published studies also take a third (33 %). Counts only where distance does as a "
            "Gaussian."), unit="share", gt=0, le=2, advanced=True)] = 0.5
    assumed_capacity: Annotated[float, Param(
        say("Places at a site that names none"), say("1 counts sites rather than places."), gt=0, le=1_000_000,
        advanced=True)] = 1.0
    beta: Annotated[float, Param(say("Power of distance (gravity)"), ge=0, le=5, advanced=True)] = 1.0
    minimum_m: Annotated[float, Param(
        say("Smallest distance (gravity)"), say("A site inside an area would otherwise count without limit."), unit="m", gt=0,
        le=5_000, advanced=True)] = 100.0
    tau_m: Annotated[float, Param(
        say("Way worth as much as average crowding (rational agents)"), unit="m", gt=0, le=80_000, advanced=True)] = METRES_PER_MILE
    correlation: Annotated[float, TOGETHER] = CORRELATION


def run_access(frames: Frames, params: AccessParams, *, progress: Progress) -> Answer:
    """Access of every need area, compared between areas of high and low need."""
    return answer_of(access_setting(frames, params, progress=progress.part(0.0, 0.4)), params, progress.part(0.4, 1.0))


def answer_of(now: AccessSetting, params: AccessParams, progress: Progress) -> Answer:
    """The answer from pairs that are there already."""
    progress.at(0.0, say("Measuring access"))
    access, left = _measured(now, params, progress.part(0.0, 0.7))
    progress.at(0.7, say("Comparing who gets what"))
    values = access if params.measure not in PER_PERSON else access * 1000
    shares = _shares(access, now, params)
    shown = shown_as(params.measure, now)
    equity = equity_of(values, now, good=shown.good)
    outputs = (areas_output(now, values, shown, shares), sites_output(now), fifths_output(now, equity, shown, shares),
               equity_output(equity, shown))
    progress.at(1.0, say("Done"))
    wide = params.decay == GAUSSIAN and params.measure in DECAYING
    return Answer(
        title=say("Access: {target}", target=now.supply.target.title),
        sentence=_sentence(now, params, equity, shown, shares, wide), outputs=outputs,
        figures=(*access_figures(now, equity, shown), *(share_figures(shares, now) if shares else ())),
        notes=(*now.notes, *measure_notes(params.measure, left), *((share_note(),) if params.measure == AVAILABILITY else ()),
               *((width_note(now, params.width_share),) if wide else ()), *equity.notes), bars=equity.bars,
        bars_title=say("Share of {who} with nothing in reach, by need fifth", who=now.who),
    )


def _shares(access: pd.Series, now: AccessSetting, params: AccessParams) -> Shares | None:
    """What falls to every area, where the measure hands places out whole; per person it is the measure itself."""
    if params.measure == AVAILABILITY:
        return shares_of(access * now.people, now)
    return shares_of(access, now) if params.measure == TOTAL else None


def _sentence(
    now: AccessSetting, params: AccessParams, equity: Equity, shown: Shown, shares: Shares | None, wide: bool
) -> Said:
    """The finding, what the shares add up to, and how wide a Gaussian is."""
    said = [access_sentence(now, equity, shown)]
    if equity.share_out is None or now.supply.target.nowhere:
        return said[0]
    if shares is not None:
        said.append(shares_sentence(shares, now, equity.mean_of(HIGHEST) is not None and equity.mean_of(LOWEST) is not None))
    if wide:
        said.append(width_sentence(now, now.travel.cutoff * params.width_share))
    return joined(said) if len(said) > 1 else said[0]


def _measured(now: AccessSetting, params: AccessParams, progress: Progress) -> tuple[pd.Series, float | None]:
    """Access by area id, missing where nobody is counted for lack of a count; for RAAM how far from balance."""
    costs, people, places = now.costs, now.demand, now.capacity
    reach = now.travel.cutoff
    third = reach / 3
    decays: dict[str, a.Decay] = {
        "steps": a.StepDecay([(third, 1.0), (2 * third, 0.68), (reach, 0.22)]),
        GAUSSIAN: a.GaussianDecay(reach * params.width_share), "dai": a.DaiGaussianDecay(reach),
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
    elif params.measure == TOTAL:
        found = total_availability(costs, places, people.index, catchment=reach, decay=decay)
    else:
        shared = a.three_step if params.measure == THREE_STEP else a.modified_two_step
        shared = a.two_step if params.measure in (TWO_STEP, ENHANCED, AVAILABILITY) else shared
        found = shared(costs, people, places, catchment=reach, decay=None if params.measure == TWO_STEP else decay)
    return found.reindex(now.areas[v.ID]), left


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
    assumes=("day",),
    method=say("Distance is a straight line from a point inside the area times the detour factor, or the way on foot along the "
           "streets, or what a table of travel times says; zones reach the areas whose "
           "inside point they hold. Two-step: R_j = S_j / sum of P_i f(d_ij), A_i = sum of R_j f(d_ij). Three-step: weights "
           "are first spread over the places in reach, G_ij = f_ij / sum of f_ik. Modified: A_i = sum of R_j f(d_ij)^2. "
           "Spatial availability: V_i = sum of S_j P_i f_ij / sum of P_i f_ij, which adds up to the places somebody reaches; constrained in "
           "total: the potential sum of S_j f_ij, scaled to add up to them. Constrained at both ends (a place for everybody and nobody too "
           "many) it gives back what went in, so it is a measure for programs only. "
           "Gravity: sum of S_j d^-beta. Rational agents: people move until crowding (D_j / S_j) / rho plus travel d / tau "
           "is even; 600 rounds. Out of reach is 0 (infinite for distance and crowding) and ranks worst; an area without "
           "a count of people has no score. Means are over people; the 90 % interval of the gap carries the sampling error "
           "of the counts of people and of which areas are in a fifth. Concentration index: people with most need first, positive = those with less "
           "need get more. Kolm-Pollak: one kappa (epsilon = -1 over everybody) for all fifths."),
    sources=(
        "Luo, W. and Wang, F. (2003). Measures of spatial accessibility to health care. doi 10.1068/b29120",
        "Luo, W. and Qi, Y. (2009). An enhanced two-step floating catchment area method. doi 10.1016/j.healthplace.2009.06.002",
        "Wan, N., Zou, B. and Sternberg, T. (2012). A three-step floating catchment area method. doi 10.1080/13658816.2011.624987",
        "Delamater, P. (2013). Spatial accessibility in suboptimally configured systems. doi 10.1016/j.healthplace.2013.07.012",
        "Soukhov, A., Paez, A., Higgins, C. D. and Mohamed, M. (2023). Introducing spatial availability, a singly-constrained measure of "
        "competitive accessibility. doi 10.1371/journal.pone.0278468",
        "Soukhov, A., Pereira, R. H. M., Higgins, C. D. and Paez, A. (2025). A family of accessibility measures derived from spatial "
        "interaction principles. doi 10.1371/journal.pone.0335951",
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
