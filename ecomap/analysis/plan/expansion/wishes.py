"""The wishes of a planner, each in words, as limits that a plan keeps to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import evolve

from ecomap.analysis.notes import count_note
from ecomap.analysis.optimise.case import Budget, Case, InfeasibleError, ReachFloor, SiteCount, SiteQuota
from ecomap.analysis.plan.candidates import Candidates
from ecomap.analysis.plan.expansion.params import COST, FEWEST, WAYS, PlanParams
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.said import Said, joined, name, plural, say
from ecomap.model.units import format_number

_SAID_AT_ONCE: Final = 3  # wishes alike but for their board district


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
        raise InputError(say("The schools have no column '{column}'.", column=name(params.cost_column)), say("Choose one of their columns of numbers."))
    cost = pd.to_numeric(found.schools[params.cost_column], errors="coerce").to_numpy(dtype=float)
    if len(cost) and not np.isfinite(cost).any():
        raise InputError(say("The column '{column}' holds no cost of any school that could be chosen.", column=name(params.cost_column)),
                         say("Choose the column that says what each school costs."))
    if (cost < 0).any():
        raise InputError(plural("{n} school costs less than nothing in '{column}'.", "{n} schools cost less than nothing in '{column}'.",
                                int((cost < 0).sum()), column=name(params.cost_column)),
                         say("Choose the column that says what each school costs."))
    known = np.isfinite(cost)
    notes = found.notes
    if not known.all():
        notes = (*notes, count_note(plural("{n} school has no cost and cannot be chosen: missing is not free.",
                                           "{n} schools have no cost and cannot be chosen: missing is not free.",
                                           int((~known).sum()))))
    return evolve(found, schools=found.schools[known].reset_index(drop=True), place_of=found.place_of[known],
                  already=found.already[known].reset_index(drop=True), notes=notes), cost[known]


def limits(params: PlanParams, sites: int, cost: np.ndarray, *, year: int | None = None) -> list[Any]:
    """The number of schools and the money up to the end of a year (of the last without one), in words."""
    last = params.years - 1 if year is None else year
    wishes: list[Any] = []
    if params.aim != FEWEST:
        most = sum(params.count_by_year[: last + 1])
        wishes.append(SiteCount(min(most, sites), plural("at most {n} new school", "at most {n} new schools", most)))
    if params.has_budget:
        money = float(np.sum(params.dollars_by_year[: last + 1]))
        label = (say("a budget of {budget} at what each school costs", budget=format_number(money, "usd")) if params.cost_column else
                 say("a budget of {budget} at {cost} for each new school", budget=format_number(money, "usd"),
                     cost=format_number(params.cost_per_site_usd, "usd")))
        wishes.append(Budget(money, cost, label))
    return wishes


def reach_floor(favoured: pd.Index, params: PlanParams, who: Said) -> list[ReachFloor]:
    """The floor for the highest-need fifth, if one is wished."""
    if not params.share_for_highest_fifth > 0:
        return []
    label = say("at least {share} of the newly reached {who} in the highest-need fifth",
                share=format_number(params.share_for_highest_fifth, "share"), who=who)
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
    for one in every:
        members = found.schools.loc[district == one, v.ID].astype(str)
        if least:
            label = at_least(least, one)
            if len(members) < least:
                label = say("{wish} (only {count} to choose from)", wish=label, count=format_number(len(members)))
            wishes.append(SiteQuota(members, least, None, label))
        if most:
            wishes.append(SiteQuota(members, 0, most, at_most(most, one)))
    return wishes


def at_least(count: int, district: str) -> Said:
    """The wish for so many schools in a board district."""
    return plural("at least {n} new school in board district {district}", "at least {n} new schools in board district {district}",
                  count, district=name(district))


def at_most(count: int, district: str) -> Said:
    """The wish for no more than so many schools in a board district."""
    return plural("at most {n} new school in board district {district}", "at most {n} new schools in board district {district}",
                  count, district=name(district))


def told_together(labels: Sequence[Said]) -> list[Said]:
    """Wishes in words, with three or more that differ in their board district only said at once.

    >>> told_together([say("at most 2 schools"), *(at_least(1, district) for district in "123")])
    ['at most 2 schools', 'at least 1 new school in board districts 1, 2, 3, each']
    """
    groups: dict[tuple[str, object], list[Said]] = {}
    for label in labels:
        of_district = label.key in (at_least(1, "").key, at_most(1, "").key)
        groups.setdefault((label.key, label.values["n"]) if of_district else (label, None), []).append(label)
    told: list[Said] = []
    for (key, count), alike in groups.items():
        if len(alike) < _SAID_AT_ONCE or not isinstance(count, int):
            told += alike
            continue
        districts = joined([label.values["district"] for label in alike], ", ")
        told.append(plural("at least {n} new school in board districts {districts}, each",
                           "at least {n} new schools in board districts {districts}, each", count, districts=districts)
                    if key == at_least(1, "").key else
                    plural("at most {n} new school in board districts {districts}, each",
                           "at most {n} new schools in board districts {districts}, each", count, districts=districts))
    return told


def in_words(clash: InfeasibleError) -> InfeasibleError:
    """The error of wishes that clash, with those that are alike said at once."""
    labels = clash.details.get("conflict", [])
    if not labels:
        return clash
    return InfeasibleError(say("These wishes cannot all be met: {wishes}.", wishes=joined(told_together(labels), "; ")), clash.hint,
                           clash.details)


def one_that_helps(case: Case, sites: np.ndarray) -> SiteQuota:
    """The wish that any plan has: at least one of the schools that reach somebody."""
    return SiteQuota(case.sites[sites], 1, None, say("at least one new school that reaches somebody"))


def _text(words: pd.Series) -> pd.Series:
    return words.astype(object).where(words.notna(), "").astype(str)
