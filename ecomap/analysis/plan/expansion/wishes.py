"""The wishes of a planner, each in words, as limits that a plan keeps to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from attrs import evolve

from ecomap.analysis.notes import counted
from ecomap.analysis.optimise.case import Budget, Case, ReachFloor, SiteCount, SiteQuota
from ecomap.analysis.plan.candidates import Candidates
from ecomap.analysis.plan.expansion.params import COST, FEWEST, WAYS, PlanParams
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.said import say
from ecomap.model.units import format_number


def check_params(params: PlanParams) -> None:
    """Refuse wishes that say nothing.

    Raises
    ------
    ParameterError
    """
    if params.has_budget and not params.cost_per_site_usd > 0 and not params.cost_column:
        raise ParameterError(say("A budget needs the cost of one new school."), say("Give it in '{cost}'.", cost=COST))
    if params.aim in WAYS and params.share_for_highest_fifth > 0:
        raise ParameterError(
            say("A share of the newly reached cannot be asked of a plan that looks at how far everybody has to go."),
            say("Ask for no share, or let the plan bring most people into reach."))
    if params.aim == FEWEST and params.in_years:
        raise ParameterError(say("As few schools as possible is a question about one point in time."),
                             say("Plan it for one year, or ask for most people in reach over the years."))


def with_costs(found: Candidates, params: PlanParams) -> tuple[Candidates, np.ndarray]:
    """What each school costs, and the schools that say it (all of them where every school costs the same).

    Raises
    ------
    InputError
        If there is no such column or a cost is below zero.
    """
    if not params.cost_column:
        return found, np.full(len(found.schools), params.cost_per_site_usd)
    if params.cost_column not in found.schools:
        raise InputError(say("The schools have no column '{cost_column}'.", cost_column=params.cost_column), say("Choose one of their columns of numbers."))
    cost = pd.to_numeric(found.schools[params.cost_column], errors="coerce").to_numpy(dtype=float)
    if len(cost) and not np.isfinite(cost).any():
        raise InputError(say("The column '{cost_column}' holds no cost of any school that could be chosen.", cost_column=params.cost_column),
                         say("Choose the column that says what each school costs."))
    if (cost < 0).any():
        raise InputError(say("{sum} schools cost less than nothing in '{cost_column}'.", sum=int((cost < 0).sum()), cost_column=params.cost_column),
                         say("Choose the column that says what each school costs."))
    known = np.isfinite(cost)
    notes = found.notes
    if not known.all():
        notes = (*notes, counted(int((~known).sum()), "school has no cost and cannot be chosen: missing is not free.",
                                 "schools have no cost and cannot be chosen: missing is not free."))
    return evolve(found, schools=found.schools[known].reset_index(drop=True), place_of=found.place_of[known],
                  already=found.already[known].reset_index(drop=True), notes=notes), cost[known]


def limits(params: PlanParams, sites: int, cost: np.ndarray, *, year: int | None = None) -> list[Any]:
    """The number of schools and the money up to the end of a year (of the last without one), in words."""
    last = params.years - 1 if year is None else year
    wishes: list[Any] = []
    if params.aim != FEWEST:
        most = sum(params.count_by_year[: last + 1])
        wishes.append(SiteCount(min(most, sites), f"at most {most} new {schools_word(most)}"))
    if params.has_budget:
        money = float(np.sum(params.dollars_by_year[: last + 1]))
        each = "what each school costs" if params.cost_column else (
            f"{format_number(params.cost_per_site_usd, 'usd')} for each new school")
        wishes.append(Budget(money, cost, f"a budget of {format_number(money, 'usd')} at {each}"))
    return wishes


def reach_floor(favoured: pd.Index, params: PlanParams, who: str) -> list[ReachFloor]:
    """The floor for the highest-need fifth, if one is wished."""
    if not params.share_for_highest_fifth > 0:
        return []
    label = (f"at least {format_number(params.share_for_highest_fifth, 'share')} of the newly reached {who} in the "
             "highest-need fifth")
    return [ReachFloor(favoured, params.share_for_highest_fifth, label)]


def quotas(frames: Frames, found: Candidates, params: PlanParams) -> list[SiteQuota]:
    """At least and at most how many schools per board district."""
    least, most = params.at_least_per_board_district, params.at_most_per_board_district
    if not least and not most:
        return []
    if v.BOARD_DISTRICT not in found.schools:
        raise InputError(say("The schools do not say in which board district they are."),
                         say("Import the schools with a board district, or ask for nothing per district."))
    every = sorted(set(_text(frames["schools"][v.BOARD_DISTRICT])) - {""})
    district = _text(found.schools[v.BOARD_DISTRICT])
    wishes = []
    for name in every:
        members = found.schools.loc[district == name, v.ID].astype(str)
        where = f"in board district {name}"
        if least:
            few = "" if len(members) >= least else f" (only {len(members)} to choose from)"
            wishes.append(SiteQuota(members, least, None, f"at least {least} new {schools_word(least)} {where}{few}"))
        if most:
            wishes.append(SiteQuota(members, 0, most, f"at most {most} new {schools_word(most)} {where}"))
    return wishes


def one_that_helps(case: Case, sites: np.ndarray) -> SiteQuota:
    """The wish that any plan has: at least one of the schools that reach somebody."""
    return SiteQuota(case.sites[sites], 1, None, "at least one new school that reaches somebody")


def schools_word(count: int) -> str:
    return "school" if count == 1 else "schools"


def _text(words: pd.Series) -> pd.Series:
    return words.astype(object).where(words.notna(), "").astype(str)
