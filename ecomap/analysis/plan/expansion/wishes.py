"""The wishes of a planner, each in words, as limits that a plan keeps to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import evolve

from ecomap.analysis.notes import count_note
from ecomap.analysis.optimise.case import (
    Budget,
    Case,
    InfeasibleError,
    ReachFloor,
    SiteCount,
    SiteQuota,
    SiteSpread,
)
from ecomap.analysis.plan.candidates import Candidates
from ecomap.analysis.plan.expansion.params import COST, FEWEST, WAYS, PlanParams
from ecomap.model import vocabulary as v
from ecomap.model.clash import ClashError, WayOut
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.said import Said, joined, name, plural, say
from ecomap.model.units import format_number

_SAID_AT_ONCE: Final = 3  # wishes alike but for their board district
AT_LEAST: Final = "at_least_per_board_district"   # settings, as wishes say what they come from
AT_MOST: Final = "at_most_per_board_district"
IN: Final = "pinned_in"
OUT: Final = "pinned_out"


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


def quotas(frames: Frames, found: Candidates, params: PlanParams) -> list[Any]:
    """At least and at most how many schools per board district."""
    least, most = params.at_least_per_board_district, params.at_most_per_board_district
    if not least and not most:
        return []
    if v.BOARD_DISTRICT not in found.schools:
        raise InputError(say("The schools do not say in which board district they are."),
                         say("Import the schools with a board district, or ask for nothing per district."))
    every = sorted(set(_text(frames["schools"][v.BOARD_DISTRICT])) - {""})
    district = _text(found.schools[v.BOARD_DISTRICT])
    members = {one: frozenset(found.schools.loc[district == one, v.ID].astype(str)) for one in every}
    wishes: list[Any] = []
    if least and 0 < params.in_districts < len(every):
        wishes.append(SiteSpread(tuple(members.values()), least, params.in_districts, _in_some(params, len(every)), AT_LEAST))
    for one in every:
        if least and not wishes_spread(wishes):
            label = at_least(least, one)
            if len(members[one]) < least:
                label = say("{wish} (only {count} to choose from)", wish=label, count=format_number(len(members[one])))
            wishes.append(SiteQuota(members[one], least, None, label, AT_LEAST))
        if most:
            wishes.append(SiteQuota(members[one], 0, most, at_most(most, one), AT_MOST))
    return wishes


def wishes_spread(wishes: Sequence[Any]) -> bool:
    """Whether the number per board district is asked of some of them only."""
    return any(isinstance(wish, SiteSpread) for wish in wishes)


def _in_some(params: PlanParams, districts: int) -> Said:
    return plural("at least {n} new school in each of at least {count} of {districts} board districts",
                  "at least {n} new schools in each of at least {count} of {districts} board districts",
                  params.at_least_per_board_district, count=format_number(params.in_districts), districts=format_number(districts))


def pins(frames: Frames, found: Candidates, params: PlanParams) -> list[SiteQuota]:
    """The schools that are pinned in or out, each a wish of its own.

    Raises
    ------
    ClashError
        If one of them is not known, or is pinned in and cannot be chosen; says why, and which pin to take off.
    """
    named = called(frames["schools"])
    check_pins(frames["schools"], found, params, named)
    free = set(found.schools[v.ID].astype(str))
    inside = [SiteQuota(pd.Index([one]), 1, None, say("{school} pinned in", school=name(named[one])), IN) for one in params.pinned_in]
    return inside + [SiteQuota(pd.Index([one]), 0, 0, say("{school} pinned out", school=name(named[one])), OUT)
                     for one in params.pinned_out if one in free]


def check_pins(schools: Any, found: Candidates, params: PlanParams, named: Mapping[str, str]) -> None:
    """Refuse pins that mean nothing: see `pins`."""
    free = set(found.schools[v.ID].astype(str))
    placed = set(schools.loc[~(schools.geometry.isna() | schools.geometry.is_empty), v.ID].astype(str))
    known = [one for one in params.pinned_in if one in named]
    twice = [one for one in known if one in params.pinned_out]
    nowhere = [one for one in known if one not in placed and one not in twice]
    trouble = [
        (OUT, [one for one in params.pinned_out if one not in named], _unknown),
        (IN, [one for one in params.pinned_in if one not in named], _unknown),
        (IN, twice, _pinned_twice), (IN, nowhere, _without_place),
        (IN, [one for one in known if one not in free and one not in twice and one not in nowhere], _no_candidate),
    ]
    if any(some for _, some, _ in trouble):
        raise _pins_off([(setting, some, words) for setting, some, words in trouble if some], params, named)


def _unknown(count: int, schools: Said) -> Said:
    return plural("Of the schools that are open none has the id {schools}, which is pinned.",
                  "Of the schools that are open none has one of the ids {schools}, which are pinned.", count, schools=schools)


def _pinned_twice(count: int, schools: Said) -> Said:
    return plural("{schools} is pinned in and out at once.", "{schools} are pinned in and out at once.", count, schools=schools)


def _without_place(count: int, schools: Said) -> Said:
    return plural("{schools} is pinned in but has no place on the map, so nobody can be counted in its reach.",
                  "{schools} are pinned in but have no place on the map, so nobody can be counted in their reach.", count, schools=schools)


def _no_candidate(count: int, schools: Said) -> Said:
    return plural("{schools} is pinned in but cannot be chosen: it has it already, or is of another level, run by others or without a cost.",
                  "{schools} are pinned in but cannot be chosen: they have it already, or are of another level, run by others or without a "
                  "cost.", count, schools=schools)


def _pins_off(trouble: Sequence[tuple[str, list[str], Callable[[int, Said], Said]]], params: PlanParams,
              named: Mapping[str, str]) -> ClashError:
    """The error of pins that mean nothing, with one change that takes them all off."""
    def names(some: Sequence[str]) -> Said:
        return joined([name(named.get(one, one)) for one in some], ", ")

    wrong = {setting: {one for at, some, _ in trouble if at == setting for one in some} for setting in (IN, OUT)}
    off = {setting: tuple(one for one in getattr(params, setting) if one not in wrong[setting]) for setting in (IN, OUT) if wrong[setting]}
    every = list(dict.fromkeys(one for _, some, _ in trouble for one in some))
    told = [words(len(some), names(some)) for _, some, words in trouble]
    return ClashError(joined(told), say("Take the pin off, or choose another school."), {"schools": every}, wishes=told, ways_out=[
        WayOut(off, plural("Take the pin off {schools}", "Take the pins off {schools}", len(every), schools=names(every)))])


def called(schools: Any) -> dict[str, str]:
    """Names of schools by id."""
    ids = schools[v.ID].astype(str)
    return dict(zip(ids, schools[v.NAME if v.NAME in schools else v.ID].astype(str), strict=True))


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


def in_words(clash: InfeasibleError, ways_out: Sequence[WayOut] = (), remarks: Sequence[Said] = ()) -> InfeasibleError:
    """The error of wishes that clash, with those that are alike said at once, and with what would make them possible."""
    labels = clash.details.get("conflict", [])
    if not labels:
        return clash
    told = told_together(labels)
    return InfeasibleError(say("These wishes cannot all be met: {wishes}.", wishes=joined(told, "; ")), clash.hint,
                           clash.details, wishes=told, ways_out=ways_out, remarks=remarks)


def one_that_helps(case: Case, sites: np.ndarray) -> SiteQuota:
    """The wish that any plan has: at least one of the schools that reach somebody."""
    return SiteQuota(case.sites[sites], 1, None, say("at least one new school that reaches somebody"))


def _text(words: pd.Series) -> pd.Series:
    return words.astype(object).where(words.notna(), "").astype(str)
