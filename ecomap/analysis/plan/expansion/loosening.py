"""Wishes of a plan that clash: for each of them the smallest change that would be enough, every other wish as it is."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from attrs import evolve, field, frozen

from ecomap.analysis.optimise.case import (
    Budget,
    Case,
    ReachFloor,
    ReachTarget,
    SiteCount,
    SiteQuota,
    SiteSpread,
)
from ecomap.analysis.optimise.cover import Cover
from ecomap.analysis.optimise.loosen import (
    Loosened,
    can_be_met,
    highest_share,
    kept_quotas,
    least_cost,
    lowest_most,
    most_groups,
    most_kept,
    most_people,
)
from ecomap.analysis.plan.expansion.params import PlanParams
from ecomap.analysis.plan.expansion.wishes import AT_LEAST, AT_MOST, IN, OUT
from ecomap.model import clock
from ecomap.model.clash import WayOut
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import format_number, long_unit

_SLIP = 1e-6
_STEPS: Final = 30     # of the distance that are looked at
_HUNDREDTH = 100       # shares are asked for in whole percent
_SETTINGS: Final = {
    "sites": say("number of new schools"), "budget_usd": say("budget"), "share_for_highest_fifth": say("share for the highest-need fifth"),
    AT_LEAST: say("number per board district at least"), AT_MOST: say("number per board district at most"), IN: say("schools pinned in"),
    OUT: say("schools pinned out"), "share_to_reach": say("share to bring into reach"), "radius_m": say("distance in reach"),
    "minutes": say("minutes in reach"),
}
_LABELS = {
    SiteCount: "sites", Budget: "budget_usd", ReachFloor: "share_for_highest_fifth", ReachTarget: "share_to_reach"}


@frozen
class Clashing:
    """A plan that cannot be, as its search saw it.

    Parameters
    ----------
    wishes : tuple
        All that the plan keeps to when everything is open, the wish that it helps somebody among them.
    cover_of : callable
        The problem with other wishes.
    called : mapping
        Names of schools by id.
    possible_at : callable, optional
        Whether the wishes can be met with other settings (another distance); None where that was not found out.
    """

    params: PlanParams
    case: Case
    wishes: tuple[Any, ...]
    cover_of: Callable[[Sequence[Any]], Cover] = field(repr=False)
    called: dict[str, str] = field(repr=False)
    possible_at: Callable[[PlanParams, float, Progress], bool | None] | None = field(default=None, repr=False)

    def without(self, leaves: Callable[[Any], bool]) -> Cover:
        """The problem without some wishes."""
        return self.cover_of([wish for wish in self.wishes if not leaves(wish)])

    def about(self, setting: str) -> list[Any]:
        """The wishes of one setting."""
        return [wish for wish in self.wishes if setting_of(wish) == setting]


def setting_of(wish: Any) -> str:
    """The setting that a wish comes from; "" where it is of no setting."""
    return wish.about if isinstance(wish, SiteQuota | SiteSpread) else _LABELS[type(wish)]


def ways_out(clash: Clashing, conflict: Sequence[Said], progress: Progress) -> tuple[list[WayOut], list[Said]]:
    """What would make the wishes possible, and what is to be said of those in conflict that no change of theirs alone would.

    Wishes that no people are in take no time; the others share the time for the search, the distance takes as much again.
    """
    steps: list[tuple[str, Callable[[Clashing, float, Progress], list[WayOut] | None]]] = [
        ("sites", _more_schools), ("budget_usd", _more_money), (AT_LEAST, _fewer_districts), (AT_MOST, _more_per_district),
        (IN, _pins_in), (OUT, _pins_out), ("share_for_highest_fifth", _lower_floor), ("share_to_reach", _less_to_reach)]
    steps = [(setting, step) for setting, step in steps if clash.about(setting)]
    found: list[WayOut] = []
    helpless: list[str] = []
    unknown: list[str] = []
    until = clock.moment_s() + clash.params.time_limit_s
    for number, (setting, step) in enumerate(steps):
        progress.at(0.6 * number / max(len(steps), 1), say("Looking for the smallest change of each wish"))
        share = (until - clock.moment_s()) / (len(steps) - number)
        ways = step(clash, clock.moment_s() + max(share, 0.1), progress.part(0.6 * number / len(steps), 0.6 * (number + 1) / len(steps)))
        if ways is None:
            unknown.append(setting)
        elif ways:
            found += ways
        else:
            helpless.append(setting)
    near = _further(clash, progress.part(0.6, 1.0))
    if near is None:
        unknown.append("minutes" if clash.params.minutes > 0 else "radius_m")
    else:
        found += near
    at_odds = {setting_of(wish) for wish in clash.wishes if wish.label in conflict}
    return found, _remarks([one for one in helpless if one in at_odds], unknown)


def _remarks(helpless: Sequence[str], unknown: Sequence[str]) -> list[Said]:
    told = []
    if helpless:
        told.append(say("No change of one of these alone is enough: {wishes}.", wishes=joined([_SETTINGS[one] for one in helpless], ", ")))
    if unknown:
        told.append(say("Whether a change of one of these alone is enough was not found in the time given: {wishes}. Allow more time and ask "
                        "again.", wishes=joined([_SETTINGS[one] for one in unknown], ", ")))
    return told


def _not_smallest(settled: bool, bound: Said | None) -> Said:
    """That a smaller change may do, where that is not settled."""
    if settled:
        return NOTHING
    if bound is None:
        return say("A smaller change may do; that was not found out in the time given.")
    return say("A smaller change may do, down to {bound}; that was not found out in the time given.", bound=bound)


def _settled(found: Loosened) -> list[WayOut] | None:
    """What is said of a wish without a number: nothing helps, or nobody knows."""
    return [] if found.impossible else None


def _more_schools(clash: Clashing, until: float, progress: Progress) -> list[WayOut] | None:
    params = clash.params
    found = least_cost(clash.without(lambda wish: isinstance(wish, SiteCount)), np.ones(len(clash.case.sites)), until, progress)
    before, most = sum(params.count_by_year), 500
    if found.value is None or found.value > most:
        return _settled(found) if found.value is None else []
    count, least = round(found.value), math.ceil(found.bound - _SLIP)
    if params.sites_by_year.strip():
        by_year = [*params.count_by_year[:-1], params.count_by_year[-1] + count - before]
        settings: dict[str, Any] = {"sites_by_year": ", ".join(map(str, by_year))}
    else:
        settings = {"sites": count}
    words = plural("{n} new school instead of {before}", "{n} new schools instead of {before}", count, before=format_number(before))
    return [WayOut(settings, words, least >= count, _not_smallest(least >= count, format_number(least) if least > before else None))]


def _more_money(clash: Clashing, until: float, progress: Progress) -> list[WayOut] | None:
    params, (budget,) = clash.params, clash.about("budget_usd")
    found = least_cost(clash.without(lambda wish: isinstance(wish, Budget)), budget.cost, until, progress)
    if found.value is None:
        return _settled(found)
    money, least = float(math.ceil(found.value - _SLIP)), float(math.ceil(found.bound - _SLIP))
    before = float(sum(params.dollars_by_year))
    if params.budget_by_year.strip():
        by_year = [*params.dollars_by_year[:-1], params.dollars_by_year[-1] + money - before]
        settings: dict[str, Any] = {"budget_by_year": ", ".join(f"{dollars:.10g}" for dollars in by_year)}
    else:
        settings = {"budget_usd": money}
    words = say("At least {money} instead of {before}", money=format_number(money, "usd"), before=format_number(before, "usd"))
    return [WayOut(settings, words, least >= money, _not_smallest(least >= money, format_number(least, "usd") if least > before else None))]


def _fewer_districts(clash: Clashing, until: float, progress: Progress) -> list[WayOut] | None:
    """In fewer board districts, and fewer in each."""
    wishes, least = clash.about(AT_LEAST), clash.params.at_least_per_board_district
    spread = isinstance(wishes[0], SiteSpread)
    groups = wishes[0].members if spread else tuple(wish.members for wish in wishes)
    before = wishes[0].groups if spread else len(groups)
    rest = [wish for wish in clash.wishes if setting_of(wish) != AT_LEAST]
    half = (clock.moment_s() + until) / 2
    found = most_groups(clash.cover_of(rest), groups, least, half, progress)
    if found.impossible:
        return []
    ways, known = [], found.value is not None
    count = round(found.value or 0.0)
    most = math.floor(found.bound + _SLIP)
    if 0 < count < before:
        words = plural("{n} board district instead of {before}", "{n} board districts instead of {before}", count, before=format_number(before))
        note = say("Which ones, the plan chooses.") if most <= count else _not_smallest(False, format_number(most) if most < before else None)
        ways.append(WayOut({"in_districts": count}, words, most <= count, note))
    for fewer in range(least - 1, 0, -1):
        other = [evolve(wish, at_least=fewer) for wish in wishes]
        can = can_be_met(clash.cover_of([*rest, *other]), until, progress)
        if can:
            words = say("At least {count} per board district instead of {before}", count=format_number(fewer), before=format_number(least))
            ways.append(WayOut({AT_LEAST: fewer}, words))
        known &= can is not None
        if can or can is None:
            break
    if not ways and known and count == 0:
        ways.append(WayOut({AT_LEAST: 0}, say("No number per board district")))
    return ways if ways or known else None


def _more_per_district(clash: Clashing, until: float, progress: Progress) -> list[WayOut] | None:
    wishes = clash.about(AT_MOST)
    found = lowest_most(clash.without(lambda wish: setting_of(wish) == AT_MOST), [wish.members for wish in wishes], until, progress)
    if found.value is None:
        return _settled(found)
    count, least, before = round(found.value), math.ceil(found.bound - _SLIP), clash.params.at_most_per_board_district
    words = say("At most {count} per board district instead of {before}", count=format_number(count), before=format_number(before))
    return [WayOut({AT_MOST: count}, words, least >= count, _not_smallest(least >= count, format_number(least) if least > before else None))]


def _pins_in(clash: Clashing, until: float, progress: Progress) -> list[WayOut] | None:
    return _pins(clash, IN, until, progress)


def _pins_out(clash: Clashing, until: float, progress: Progress) -> list[WayOut] | None:
    return _pins(clash, OUT, until, progress)


def _pins(clash: Clashing, setting: str, until: float, progress: Progress) -> list[WayOut] | None:
    """The fewest pins that must come off; each one that would do alone where one is enough."""
    pinned: list[SiteQuota] = clash.about(setting)
    cover = clash.without(lambda wish: setting_of(wish) == setting)
    found = most_kept(cover, pinned, until, progress)
    if found.value is None or found.opened is None:
        return _settled(found)
    keeps, proven = kept_quotas(cover, pinned, found.opened), found.proven
    given_up = [[wish for wish, kept in zip(pinned, keeps, strict=True) if not kept]]
    if len(given_up[0]) == 1:
        alone = (can_be_met(clash.cover_of([wish for wish in clash.wishes if wish is not one]), until, progress) for one in pinned)
        given_up = [[one] for one, can in zip(pinned, alone, strict=True) if can or one is given_up[0][0]]
    ways = []
    for some in given_up:
        off = {str(next(iter(wish.members))) for wish in some}
        before = getattr(clash.params, setting)
        schools = joined([name(clash.called.get(one, one)) for one in before if one in off], ", ")
        words = (plural("Without the pin on {schools}", "Without the pins on {schools}", len(off), schools=schools) if setting == IN else
                 say("{schools} allowed again", schools=schools))
        ways.append(WayOut({setting: tuple(one for one in before if one not in off)}, words, proven,
                           say("Others of them may do as well.") if proven and len(off) > 1 else _not_smallest(proven, None)))
    return ways


def _lower_floor(clash: Clashing, until: float, progress: Progress) -> list[WayOut] | None:
    (floor,) = clash.about("share_for_highest_fifth")
    rest = [wish for wish in clash.wishes if wish is not floor]
    found = highest_share(clash.cover_of, rest, floor, until, progress)
    if found.value is None:
        return _settled(found)
    return _share_ways("share_for_highest_fifth", found.value, found.bound, floor.share,
                       lambda share, before: say("At least {share} for the highest-need fifth instead of {before}", share=share, before=before),
                       say("No share for the highest-need fifth"))


def _less_to_reach(clash: Clashing, until: float, progress: Progress) -> list[WayOut] | None:
    (target,) = clash.about("share_to_reach")
    found = most_people(clash.without(lambda wish: wish is target), until, progress)
    if found.value is None:
        return _settled(found)
    everybody = target.people / clash.params.share_to_reach
    return _share_ways("share_to_reach", found.value / everybody, found.bound / everybody, clash.params.share_to_reach,
                       lambda share, before: say("{share} in reach instead of {before}", share=share, before=before))


def _share_ways(setting: str, value: float, bound: float, before: float, words: Callable[[Said, Said], Said],
                none: Said | None = None) -> list[WayOut]:
    """A share in whole percent, as it is asked for."""
    share, most = (math.floor(one * _HUNDREDTH + 1e-7) / _HUNDREDTH for one in (value, bound))
    if not share > 0:
        return [] if none is None else [WayOut({setting: 0.0}, none, most <= share)]
    note = _not_smallest(most <= share, format_number(most, "share", 0) if most < before else None)
    return [WayOut({setting: share}, words(format_number(share, "share", 0), format_number(before, "share")), most <= share, note)]


def _further(clash: Clashing, progress: Progress) -> list[WayOut] | None:
    """The first longer distance, in the steps of its field, at which the wishes can be met; empty where it has no part in the clash."""
    if clash.possible_at is None or not _about_reach(clash, progress):
        return []
    params, until = clash.params, clock.moment_s() + clash.params.time_limit_s
    by_minutes = params.minutes > 0
    step = 1.0 if by_minutes else long_unit() / 10
    setting, before = ("minutes", params.minutes) if by_minutes else ("radius_m", params.radius_m)
    at = math.floor(before / step + 1 + _SLIP)
    for number in range(_STEPS):
        progress.at(number / _STEPS, say("Looking for a distance at which the wishes can be met"))
        value = (at + number) * step
        changed: Any = {setting: value}
        can = clash.possible_at(evolve(params, **changed), until, progress.part(number / _STEPS, (number + 1) / _STEPS))
        if can:
            unit = "min" if by_minutes else "m"
            words = say("{distance} in reach instead of {before}", distance=format_number(value, unit), before=format_number(before, unit))
            return [WayOut({setting: value}, words)]
        if can is None or clock.over(until):
            return None
    return []


def _about_reach(clash: Clashing, progress: Progress) -> bool:
    """Whether the wishes clash only because of who is in reach: limits that clash by themselves do so at any distance."""
    limits = [wish for wish in clash.wishes if not isinstance(wish, ReachFloor | ReachTarget) and setting_of(wish)]
    return can_be_met(clash.cover_of(limits), math.inf, progress) is not False
