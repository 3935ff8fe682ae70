"""Who has nothing in reach: children covered and out of reach, by area, by attendance area, by need."""

from __future__ import annotations

from typing import Annotated

from attrs import frozen

from ecomap.analysis.gaps.coverage.tables import (
    areas_output,
    attendance_output,
    fifths_output,
    gaps_output,
    sites_output,
)
from ecomap.analysis.gaps.coverage.words import coverage_bars, coverage_figures, coverage_sentence
from ecomap.analysis.gaps.situation import situation, situation_notes
from ecomap.analysis.need.index.choice import TOGETHER
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.analysis.statistics.error import CORRELATION
from ecomap.analysis.travel.pairs import INPUTS as TRAVEL_INPUTS
from ecomap.analysis.travel.params import ReachParams
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.params import Param
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Note, Result
from ecomap.model.said import say

INPUTS = (
    Input("areas", v.NEED_AREA, say("Need areas")),
    Input("attendance", v.ATTENDANCE_AREA, say("Attendance areas"), optional=True, many=True),
    Input("services", v.SERVICE, say("Services"), optional=True, many=True),
    Input("sites", v.SITE, say("Approach sites"), optional=True, many=True),
    Input("zones", v.ZONE, say("Zones"), optional=True, many=True),
    *TRAVEL_INPUTS,
)


@frozen
class CoverageParams(ReachParams):
    """What a planner decides about gaps."""

    minimum_children: Annotated[float, Param(
        say("Smallest gap to draw"), say("Pieces of ground out of reach with fewer people than this are not drawn; the people "
                                         "stay in every total."), unit="count", ge=0, advanced=True)] = 10.0
    correlation: Annotated[float, TOGETHER] = CORRELATION


def run_coverage_gap(frames: Frames, params: CoverageParams, *, progress: Progress) -> Answer:
    """Children with nothing in reach, where they live, and how that falls on need."""
    now = situation(frames, params, ground=False, progress=progress.part(0.0, 0.5))
    areas = areas_output(now)
    outputs = [areas]
    notes: list[Note] = []
    gaps, gap_notes = gaps_output(now, progress.part(0.5, 0.65))
    outputs.append(gaps)
    notes += gap_notes
    if "attendance" in frames and len(frames["attendance"]):
        attendance, attendance_notes = attendance_output(
            now, frames["attendance"], frames.layer("attendance"), progress.part(0.65, 0.95)
        )
        outputs.append(attendance)
        notes += attendance_notes
    outputs += [sites_output(now), fifths_output(now)]
    progress.at(1.0, say("Done"))
    return Answer(
        title=say("Gaps: {target}", target=now.supply.target.title), sentence=coverage_sentence(now), outputs=tuple(outputs),
        figures=coverage_figures(now), notes=(*situation_notes(now), *notes), bars=coverage_bars(now),
        bars_title=say("Share of {who} out of reach, by need fifth", who=now.who),
    )


def figures_again(frames: Frames, params: CoverageParams, first: Result, *, progress: Progress) -> tuple[KeyFigure, ...]:
    """The figures alone, asked with other rows or settings."""
    return coverage_figures(situation(frames, params, often=False, ground=False, progress=progress).numbers_only())


ANALYSIS = Analysis(
    name="coverage-gap",
    title=say("Coverage gap"),
    question=say("Who has nothing in reach?"),
    summary=say("Counts the children who live further than a distance you choose from a service or an approach, for every "
            "need area and attendance area, and draws the gaps. Shows whether gaps fall on the areas of highest need."),
    step="gaps",
    params=CoverageParams,
    inputs=INPUTS,
    run=run_coverage_gap,
    again=figures_again,
    assumes=("spread", "day"),
    method=say("A place is in reach if straight line x detour factor is at most the distance: the ground inside circles of "
           "radius distance / detour around the sites (64-sided polygons with the circle's area; their edge is within "
           "0.09 % of the radius). Along the streets: the squares of 80 m (a sixteenth of the distance if that is less) whose "
           "middle is within the distance on foot. By a table: the areas within it. Promise Neighborhoods and other zones reach the children inside their boundary. "
           "Children are spread evenly over their need area (areal weighting), so the share covered is the share of its "
           "ground inside any circle, and covered + out of reach = children. An attendance area gets the share of every "
           "need area that lies in it. Reached twice is the ground inside at least two circles. The nearest site is "
           "measured from a point inside the area and infinite where there is none. Gaps are the ground of areas with "
           "children outside all circles, merged and split into pieces. Margins: sqrt(sum (share x MOE)^2), zero counts "
           "with their largest margin once; where a need fifth is looked at, also how far surveys of truths that could be put other areas into "
           "it. What spreading may move is kept apart from them: half the distance between "
           "spreading people evenly and putting them at the inside point of their area. A missing count stays missing."),
    sources=(
        "U.S. Census Bureau (2020). Understanding and Using American Community Survey Data, chapter 8",
        "Goodchild, M. F. and Lam, N. S.-N. (1980). Areal interpolation: a variant of the traditional spatial problem",
        "Newell, G. F. (1980). Traffic Flow on Transportation Networks (detour of about 1.2)",
    ),
    tables=(
        Table("areas", say("Every need area: people in and out of reach, how often reached, how far, need score and fifth.")),
        Table("gaps", say("The ground where people have nothing in reach, in separate pieces, with who lives there.")),
        Table("attendance", say("Every attendance area: people in and out of reach."), optional=True),
        Table("sites", say("The sites that count, with the people in reach of each.")),
        Table("fifths", say("People out of reach by need fifth, highest need first.")),
    ),
)
