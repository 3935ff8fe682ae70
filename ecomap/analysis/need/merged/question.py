"""Where is a number sure enough? Neighbouring need areas merged until their margins are small."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any, Final

import numpy as np
from attrs import evolve, frozen

from ecomap.analysis.day import AsOf
from ecomap.analysis.ground.neighbours import Neighbours, sharing_a_side
from ecomap.analysis.ground.overlay import metres_per_unit, projected_crs, same_crs
from ecomap.analysis.ground.within import placed_in
from ecomap.analysis.need.index.choice import INDICATORS
from ecomap.analysis.need.merged import words
from ecomap.analysis.need.merged.division import divided
from ecomap.analysis.need.merged.merging import Merging
from ecomap.analysis.need.merged.regions import Task
from ecomap.analysis.need.merged.tables import columns_output, membership_output, regions_output
from ecomap.analysis.need.merged.values import Held, held_columns, numbers, people_column
from ecomap.analysis.people import counted_in
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.analysis.statistics.adding import beside
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.params import Param
from ecomap.model.progress import Progress
from ecomap.model.said import name as kept
from ecomap.model.said import say

_COUNTY: Final = re.compile(r"^(?:1[45]0\d{4}US)?(\d{5})\d{6}\d?$")


@frozen
class MergedParams:
    """What a planner decides about merged areas."""

    indicators: Annotated[tuple[str, ...], evolve(
        INDICATORS, label=say("Which numbers must be sure enough?"), help=say("None chosen: all indicators that come with a margin of error."))] = ()
    largest_error: Annotated[float, Param(
        say("How large may the standard error be?"), say("As a share of the number (coefficient of variation). Up to 12 % is called high "
        "reliability, up to 40 % medium."), unit="share", gt=0, le=2)] = 0.20
    or_points: Annotated[float, Param(
        say("Or a margin of at most"), say("For shares: a share near zero passes where its margin (90 %) is no wider, in points. 0: not "
        "used."), unit="share", ge=0, le=0.5, zero=say("not used"))] = 0.0
    most_joined: Annotated[int, Param(
        say("How many may be joined into one?"), say("What is not sure enough then stays as it is and is listed. 0: any number."), ge=0, le=10_000,
        zero=say("any number"))] = 20
    count_too: Annotated[bool, Param(
        say("The count of children too"), say("Whoever is counted in the need areas must be sure enough as well."))] = True
    not_across: Annotated[str, Param(
        say("Never across the lines of"), say("A layer of districts, zones or attendance areas; an area belongs where most of it lies."),
        choices_from="line_layer")] = ""
    within_counties: Annotated[bool, Param(
        say("Never across a county line"), say("By the census codes of the areas, where they have such."), advanced=True)] = True
    gap_m: Annotated[float, Param(
        say("Slits to bridge"), say("Outlines no further apart than this touch."), unit="m", ge=0, le=500, advanced=True)] = 15.0
    starts: Annotated[int, Param(
        say("Starts"), say("How often regions are grown from other beginnings; the best is then cut again."), ge=1, le=50, advanced=True)] = 5
    seed: Annotated[int, Param(say("Seed"), say("Another number gives other areas, about as good."), ge=0, advanced=True)] = 0
    as_of: AsOf = ""


def run_merged(frames: Frames, params: MergedParams, *, progress: Progress) -> Answer:
    """Merge neighbouring need areas until the chosen numbers are sure enough, and work every column out anew."""
    progress.at(0.0, say("Reading margins of error"))
    areas, layer = frames["areas"].sort_values(v.ID, kind="stable").reset_index(drop=True), frames.layer("areas")
    held = held_columns(areas, layer)
    judged = _judged(areas, held, params)
    unjudged = _cannot_be_judged(areas, judged)
    progress.at(0.05, say("Finding neighbours"))
    near, outside = _neighbours(frames, areas, params)
    task = Task(beside([one.parts for one in judged if one.parts is not None]), near.among(~unjudged), _alike(areas, judged), params.largest_error,
                np.array([params.or_points if one.unit == "share" else 0.0 for one in judged]), ~unjudged, params.most_joined)
    found = divided(task, starts=params.starts, seed=params.seed, progress=progress.part(0.1, 0.9))
    merging = Merging(areas, layer, held, judged, task, found, unjudged, outside)
    progress.at(0.9, say("Working out the numbers of merged areas"))
    main = regions_output(merging)
    outputs = (main, membership_output(merging, main.frame), columns_output(merging))
    progress.at(1.0, say("Done"))
    return Answer(
        title=say("Merged areas"), sentence=words.sentence(merging, params.largest_error, params.or_points), outputs=outputs, figures=words.figures(merging),
        notes=words.notes(merging, people_column(areas), lines=bool(params.not_across)), bars=words.bars(found), bars_title=say("Share of areas by how many were merged"),
        indicators=tuple(one.indicator for one in held if one.indicator is not None and one.parts is not None),
    )


def _judged(areas: Any, held: Sequence[Held], params: MergedParams) -> tuple[Held, ...]:
    """The columns whose margins decide.

    Raises
    ------
    ParameterError
        If an indicator is not there, cannot be put together, or has no margins.
    InputError
        If no indicator has margins.
    """
    by_column = {one.column: one for one in held}
    if params.indicators:
        chosen = []
        for column in params.indicators:
            one = by_column.get(column)
            if one is None:
                raise ParameterError(say("There is no indicator '{name}'.", name=kept(column)), say("Choose one that the need areas have."))
            if one.parts is None:
                raise ParameterError(say("'{label}' cannot be put together for merged areas: {reason}.", label=one.label, reason=words.WHY[one.why]),
                                     say("Choose other indicators."))
            if not one.moe:
                raise ParameterError(say("'{label}' comes without margins of error, so nobody can say when it is sure enough.", label=one.label),
                                     say("Choose indicators that come with margins."))
            chosen.append(one)
    else:
        chosen = [one for one in held if one.indicator is not None and one.parts is not None and one.moe]
    count = by_column.get(counted_in(areas))
    if params.count_too and count is not None and count.moe and count not in chosen:
        chosen = [count, *chosen]
    if not chosen:
        raise InputError(say("No number of the need areas comes with a margin of error, so nothing says when it is sure enough."),
                         say("Import need areas with margins of error, such as survey estimates."))
    return tuple(chosen)


def _cannot_be_judged(areas: Any, judged: Sequence[Held]) -> np.ndarray:
    """Areas that stay as they are: nobody counted there, none of the numbers known, or one known without a margin."""
    none = np.ones(len(areas), dtype=bool)
    without = np.zeros(len(areas), dtype=bool)
    for one in judged:
        value, margin = numbers(areas, one.column), numbers(areas, one.moe)
        none &= np.isnan(value)
        without |= ~np.isnan(value) & np.isnan(margin)
    people = people_column(areas)
    nobody = ~(numbers(areas, people) > 0) if people else np.zeros(len(areas), dtype=bool)
    count = counted_in(areas)
    uncounted = np.isnan(numbers(areas, count)) if count else nobody
    shapeless = (areas.geometry.isna() | areas.geometry.is_empty).to_numpy()
    return none | without | nobody | uncounted | shapeless


def _neighbours(frames: Frames, areas: Any, params: MergedParams) -> tuple[Neighbours, int]:
    """Areas that share a side and lie on one side of the lines; and how many lie in none of the areas the lines are of."""
    crs = projected_crs(areas, say("need areas"))
    near = sharing_a_side(areas.geometry.to_numpy(), within=params.gap_m / metres_per_unit(crs))
    codes = np.zeros(len(areas), dtype=int)
    outside = 0
    if "lines" in frames:
        same_crs(areas, frames["lines"], say("need areas"), say("lines"))
        codes = placed_in(areas.geometry.to_numpy(), frames["lines"].geometry.to_numpy(), np.array([], dtype=object)).place
        outside = int((codes < 0).sum())
    if params.within_counties:
        found = [_COUNTY.match(str(key)) for key in areas[v.ID]]
        if all(found):
            counties = np.unique([match.group(1) for match in found if match], return_inverse=True)[1]
            codes = np.unique(np.column_stack([codes, counties]), axis=0, return_inverse=True)[1].ravel()
    same = codes[near.first] == codes[near.second]
    return Neighbours(near.first[same], near.second[same], near.size), outside


def _alike(areas: Any, judged: Sequence[Held]) -> np.ndarray:
    """The rates by which areas are alike, in standard deviations; the count itself where it is all that is judged."""
    rates = [one for one in judged if one.indicator is not None] or list(judged)
    values = np.column_stack([numbers(areas, one.column) for one in rates])
    known = np.isfinite(values)
    count = known.sum(axis=0)
    mean = np.divide(np.where(known, values, 0.0).sum(axis=0), count, out=np.zeros(values.shape[1]), where=count > 0)
    spread = np.sqrt(np.divide((np.where(known, values - mean, 0.0) ** 2).sum(axis=0), count, out=np.zeros(values.shape[1]), where=count > 0))
    return (values - mean) / np.where(spread > 0, spread, 1.0)


ANALYSIS = Analysis(
    name="merged-areas",
    title=say("Merged areas"),
    question=say("Which neighbouring areas make a number sure enough?"),
    summary=say("Merges neighbouring need areas until the numbers you choose are sure enough: as many areas as its search finds, in one piece each, of "
                "areas as alike as it finds. Counts are added, rates worked out anew from their counts, and what cannot be put together is left "
                "out. The merged areas can take the place of the need areas in every question."),
    step="need",
    params=MergedParams,
    inputs=(Input("areas", v.NEED_AREA, say("Need areas")),
            Input("lines", v.DISTRICT, say("Lines that are not crossed"), optional=True, param="not_across",
                  also=(v.ZONE, v.ATTENDANCE_AREA, v.REFERENCE))),
    run=run_merged,
    method=say("Areas that share a side may be merged; never across the lines asked for. Regions grow from areas that are not sure enough, "
               "each taking the neighbour most like it, first one that is not sure enough either; of several starts the one that leaves the fewest "
               "areas unsure, then the one with the most regions is kept. No region has more areas than asked for: what cannot be made sure enough within that is "
               "left as it is, the least sure area first. Then every region and every two neighbouring ones are cut again along trees "
               "drawn by chance, and single areas moved, as long as more regions come out, or as many of areas more alike (sum of squares of the "
               "chosen indicators in standard deviations). A sum has the margin sqrt(sum MOE^2), of zero estimates the largest once; a rate is the "
               "quotient of its added counts with the margin of a proportion. A rate whose counts are not there is averaged by people: "
               "MOE^2 = (sum (w MOE)^2 + sum ((p - P) MOE_w)^2) / W^2. Medians and scores are left out. A merged count is missing where that of "
               "any area is, a rate where less than three quarters of the people live where it is known."),
    sources=(
        "Spielman, S. E. and Folch, D. C. (2015). Reducing uncertainty in the American Community Survey through data-driven regionalization, "
        "doi:10.1371/journal.pone.0115626",
        "U.S. Census Bureau (2020). Understanding and Using American Community Survey Data, chapter 8",
        "Duque, J. C., Anselin, L. and Rey, S. J. (2012). The max-p-regions problem, doi:10.1111/j.1467-9787.2011.00743.x",
    ),
    tables=(
        Table("regions", say("Every merged area: its numbers with their margins, and the areas it is made of.")),
        Table("membership", say("Every need area and the merged area it is in.")),
        Table("columns", say("What becomes of every count and indicator, and why some are left out.")),
    ),
    asked_again=False,
)
