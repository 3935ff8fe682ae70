"""What a plan says in words: the finding, its proof, the key figures and the cautions, for each aim."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ecomap.analysis.gaps.situation import Situation, nobody_has_it
from ecomap.analysis.notes import count_note
from ecomap.analysis.optimise.near_best import IN_ALL, IN_NONE, IN_SOME, UNSETTLED, UNTRIED
from ecomap.analysis.plan.expansion.family import family_note, has_family
from ecomap.analysis.plan.expansion.params import AVERAGE, FAIR, FEWEST, FURTHEST, HIGHEST, REACH, TWICE, WAYS
from ecomap.analysis.plan.expansion.proposal import Proposal
from ecomap.analysis.plan.expansion.sureness import sure_figures, sure_notes, sure_sentence
from ecomap.analysis.plan.expansion.wishes import told_together
from ecomap.analysis.statistics.error import moe_of_share
from ecomap.analysis.statistics.selection import margin_of_selected_sum, with_selection
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.units import format_number

PROVEN = say("proven best under these wishes on the ground as counted here")
_PROVEN_BY_POINTS = say("proven shortest under these wishes from one point inside each need area")
STANDING_WORDS = {
    IN_ALL: say("in every plan nearly as good"), IN_SOME: say("in some plans nearly as good"),
    IN_NONE: say("in no plan nearly as good"), UNSETTLED: say("not settled in the time given"),
    UNTRIED: say("no single exchange is nearly as good"),
}
_BOUND_LABELS = {
    REACH: say("No plan under these wishes reaches more than"),
    TWICE: say("No plan under these wishes brings a second one to more than"),
    FEWEST: say("Every plan under these wishes needs at least"), AVERAGE: say("No plan under these wishes gets below"),
    FAIR: say("No plan under these wishes gets below"), FURTHEST: say("No plan under these wishes gets below"),
}
_WAY = {
    AVERAGE: say("Way to the nearest, on average, with the plan"),
    FAIR: say("Way to the nearest, weighed to those furthest away, with the plan"),
    FURTHEST: say("Longest way to the nearest, with the plan"),
}
_WAY_TODAY = {
    AVERAGE: say("Way to the nearest, on average, today"),
    FAIR: say("Way to the nearest, weighed to those furthest away, today"),
    FURTHEST: say("Longest way to the nearest, today"),
}


_ROUNDING = 1e-9   # geometry counted in another order differs by less


def year_word(year: int) -> Said:
    """
    >>> year_word(2)
    'Year 2'
    """
    return say("Year {year}", year=year)


def standing_word(plan: Proposal, standing: str, chosen: bool) -> Said:
    """How firm a school is: as the aim allows to say."""
    if plan.params.aim != REACH and standing == IN_SOME:
        return (say("could be exchanged for another school") if chosen else
                say("could take the place of a planned school"))
    return STANDING_WORDS[standing]


def tolerance_words(plan: Proposal) -> Said:
    """What the plans are that this one is compared with."""
    share = tolerance(plan)
    if plan.params.aim == REACH:
        return say("Among all plans that reach at least as many as the best less {share}.", share=share)
    return say("Whether exchanging it for one other school gives a plan within {share} of this one; more than one exchange is not "
               "tried.", share=share)


def tolerance(plan: Proposal) -> Said:
    """The tolerance in words."""
    share = plan.params.tolerance
    return format_number(share, "share", 0 if abs(share * 100 - round(share * 100)) < 1e-9 else 1)


def plan_sentence(plan: Proposal) -> Said:
    """The finding in plain words."""
    now = plan.now
    if not len(plan.order):
        return (say("No school would shorten the way to {one}.", one=now.supply.target.one) if plan.params.aim in WAYS else
                say("No school would bring {one} to {who} who lack one in reach.", one=now.supply.target.one, who=now.who))
    found = say("{finding}; {proof}.", finding=_finding(plan), proof=proof(plan))
    whole = [nobody_has_it(now.params.count, now.people, None)] if now.nowhere else []
    return joined([*whole, found, _choice(plan) if plan.params.tolerance > 0 else NOTHING, sure_sentence(plan), now.travel.sentence])


def _finding(plan: Proposal) -> Said:
    now, count, aim = plan.now, len(plan.order), plan.params.aim
    if aim in WAYS:
        return _shortening(plan)
    found: dict[str, Said] = {"one": now.supply.target.one, "distance": now.travel.distance, "who": now.who}
    if aim == TWICE:
        return plural(
            "{n} new school would bring {one}, one more than today, within {distance} of an estimated {count} {who} who have one at "
            "most", "{n} new schools would bring {one}, one more than today, within {distance} of an estimated {count} {who} who "
            "have one at most", count, count=format_number(plan.family.plan.objective), **found)
    gained, moe = now.total(plan.gained)
    out, _ = now.total(now.reach.out)
    found |= {"count": now.many(gained, moe), "share": format_number(gained / out, "share")}
    if aim == FEWEST:
        return plural(
            "{n} new school is enough to bring {one} within {distance} of an estimated {count} {who} who have none ({share} of all "
            "who lack it)", "{n} new schools are enough to bring {one} within {distance} of an estimated {count} {who} who have none "
            "({share} of all who lack it)", count, **found)
    if plan.params.in_years:
        return plural(
            "{n} new school over {years} years would bring {one} within {distance} of an estimated {count} {who} who have none "
            "({share} of all who lack it)", "{n} new schools over {years} years would bring {one} within {distance} of an estimated "
            "{count} {who} who have none ({share} of all who lack it)", count, years=plan.params.years, **found)
    return plural(
        "{n} new school would bring {one} within {distance} of an estimated {count} {who} who have none ({share} of all who lack "
        "it)", "{n} new schools would bring {one} within {distance} of an estimated {count} {who} who have none ({share} of all who "
        "lack it)", count, **found)


def _shortening(plan: Proposal) -> Said:
    """By how much ways become shorter; from nothing where there is nothing yet."""
    now, unit, count = plan.now, _unit(plan), len(plan.order)
    today = plan.openings.today
    found: dict[str, Said] = {"one": now.supply.target.one, "after": format_number(plan.family.plan.objective, unit)}
    if plan.params.aim != FURTHEST:
        found["who"] = now.who
    if not math.isfinite(today):
        return _first_ways(plan.params.aim, count, found)
    found["before"] = format_number(today, unit)
    if plan.params.aim == FURTHEST:
        return plural("{n} new school would shorten the longest way to {one} from {before} to {after}",
                      "{n} new schools would shorten the longest way to {one} from {before} to {after}", count, **found)
    if plan.params.aim == FAIR:
        return plural(
            "{n} new school would shorten the way of {who} to {one}, weighed to those furthest away, from {before} to {after}",
            "{n} new schools would shorten the way of {who} to {one}, weighed to those furthest away, from {before} to {after}",
            count, **found)
    return plural("{n} new school would shorten the way of {who} to {one} on average from {before} to {after}",
                  "{n} new schools would shorten the way of {who} to {one} on average from {before} to {after}", count, **found)


def _first_ways(aim: str, count: int, found: dict[str, Said]) -> Said:
    """How long ways become where there is nothing today."""
    if aim == FURTHEST:
        return plural("{n} new school would shorten the longest way to {one} to {after}",
                      "{n} new schools would shorten the longest way to {one} to {after}", count, **found)
    if aim == FAIR:
        return plural("{n} new school would shorten the way of {who} to {one}, weighed to those furthest away, to {after}",
                      "{n} new schools would shorten the way of {who} to {one}, weighed to those furthest away, to {after}", count,
                      **found)
    return plural("{n} new school would shorten the way of {who} to {one} on average to {after}",
                  "{n} new schools would shorten the way of {who} to {one} on average to {after}", count, **found)


def _choice(plan: Proposal) -> Said:
    """How firm the plan is: what all plans nearly as good share."""
    count, near = len(plan.order), tolerance(plan)
    standing = plan.family.standing.reindex(list(plan.order))
    if plan.params.aim != REACH:
        return _exchanges(plan.params.aim, count, int((standing == IN_SOME).sum()), near)
    firm = int((standing == IN_ALL).sum())
    if count == 1 and firm:
        return say("No other school comes within {near} of it.", near=near)
    if firm:
        return plural("{n} of these {count} is in every plan that comes within {near} of it.",
                      "{n} of these {count} are in every plan that comes within {near} of it.", firm, count=format_number(count),
                      near=near)
    return say("There is choice: plans with other schools come within {near} of it.", near=near)


def _exchanges(aim: str, count: int, some: int, near: Said) -> Said:
    """How many of the schools can be exchanged; a plan for as few as possible loses nothing by it."""
    if not some:
        return say("No single exchange comes within {near} of it.", near=near)
    if count == 1:
        return (say("Another school could take its place.") if aim == FEWEST else
                say("Another school could take its place at a loss of less than {near}.", near=near))
    if aim == FEWEST:
        return plural("{n} of these {count} could each be exchanged for another school.",
                      "{n} of these {count} could each be exchanged for another school.", some, count=format_number(count))
    return plural("{n} of these {count} could each be exchanged for another school at a loss of less than {near}.",
                  "{n} of these {count} could each be exchanged for another school at a loss of less than {near}.", some,
                  count=format_number(count), near=near)


def proof(plan: Proposal) -> Said:
    """How good the plan is proven to be, and for what."""
    best, aim = plan.family.plan, plan.params.aim
    if best.proven:
        return _PROVEN_BY_POINTS if aim in WAYS else say("no smaller number would do on the ground as counted here") if aim == FEWEST else PROVEN
    if aim == FEWEST:
        return plural("at least {n} is needed under these wishes on the ground as counted here",
                      "at least {n} are needed under these wishes on the ground as counted here", best.bound)
    if aim in WAYS:
        return say("at most {share} longer than the shortest there can be", share=format_number(shortfall(plan), "share", 1))
    return say("at most {share} short of the best there can be", share=format_number(shortfall(plan), "share", 1))


def shortfall(plan: Proposal) -> float:
    """How far from the best the plan is at most, as a share of the best there can be: less reached, longer or more.

    Not the solver's gap, which is a share of the plan found and passes 100 % where a plan is less than half as good.
    """
    best = plan.family.plan
    counted, bound = (best.objective, best.bound) if plan.openings.by_year is None else plan.openings.by_year
    if best.proven or bound == 0:
        return 0.0
    return abs(bound - counted) / abs(bound)


def plan_figures(plan: Proposal) -> tuple[KeyFigure, ...]:
    """Reached, of how many, how good, how many schools, who gains, what it costs, how firm."""
    now, aim = plan.now, plan.params.aim
    reached, share, to_highest, out = reached_figures(now, plan.gained)
    standing = plan.family.standing.reindex(list(plan.order))
    unit = _unit(plan) if aim in WAYS else "count"
    figures = [
        *_aim_figures(plan),
        reached, share,
        KeyFigure("schools_in_plan", say("New schools"), float(len(plan.order)), "count"),
        KeyFigure("gap", say("Could fall short of the best by"), shortfall(plan), "share", note=proof(plan)),
        KeyFigure("bound", _BOUND_LABELS[aim], bound_by_ground(plan), unit, note=_rests_on(aim), **_beside_reached(aim)),
        to_highest, _firm_figure(plan, standing), out,
    ]
    figures += sure_figures(plan)
    if plan.cost.any():
        figures.append(KeyFigure("cost_usd", say("Cost of the plan"), plan.spent, "usd"))
    if plan.params.in_years:
        figures.append(KeyFigure("years", say("Years"), float(plan.params.years), "count"))
    return tuple(figures)


def _beside_reached(aim: str) -> dict[str, Any]:
    """What the plan reaches is rounded; the most that any plan reaches is written as fine, and never below it."""
    return {"beside": "children_newly_reached", "limit": True} if aim == REACH else {}


def bound_by_ground(plan: Proposal) -> float:
    """What no plan under these wishes can beat; never less than what is counted of this one, whatever the last digit says."""
    best = plan.family.plan
    if plan.params.aim != REACH:
        return best.bound
    return max(best.bound, plan.now.total(plan.gained)[0]) * (1 + _ROUNDING)


def _rests_on(aim: str) -> Said:
    """What a bound is proven for."""
    if aim in WAYS:
        return say("From one point inside each need area.")
    return say("On the ground as counted here, by the bound of the search.")


def reached_figures(now: Situation, gained: np.ndarray) -> tuple[KeyFigure, KeyFigure, KeyFigure, KeyFigure]:
    """Whom schools newly reach, which share of the gap that is, how much of it in the highest fifth, and the gap.

    Parameters
    ----------
    gained : ndarray
        Share of every need area newly in reach.
    """
    who = now.who.capitalize()
    reached, moe = now.total(gained)
    out, out_moe = now.total(now.reach.out)
    favoured, favoured_moe = _share_to_highest(now, gained)
    return (
        KeyFigure("children_newly_reached", say("{who} newly in reach", who=who), reached, "count", moe, say("Counted by ground.")),
        KeyFigure("share_of_gap_closed", say("Share of those out of reach"), reached / out if out > 0 else None, "share"),
        KeyFigure("share_to_highest_fifth", say("Of these, in the highest-need fifth"), favoured, "share", favoured_moe),
        KeyFigure("children_out_of_reach", say("{who} out of reach today", who=who), out, "count", out_moe),
    )


def _share_to_highest(now: Situation, gained: np.ndarray) -> tuple[float | None, float | None]:
    """Which share of those newly reached live in the highest-need fifth; in its margin, which areas these are is drawn again."""
    use = now.known
    people = now.people[use] * gained[use]
    if not people.sum() > 0:
        return None, None
    high = now.in_fifth(HIGHEST)[use].astype(float)
    moe = None if now.moes is None else moe_of_share(high, people, np.nan_to_num(now.moes[use]) * gained[use])
    drawn, value, whole = now.fifths_drawn, float((people * high).sum()), float(people.sum())
    selection = None if drawn is None else margin_of_selected_sum(drawn.chosen(HIGHEST).only(use), people) / whole
    return value / whole, with_selection(moe, selection)


def _aim_figures(plan: Proposal) -> list[KeyFigure]:
    """What the plan does best, where that is not bringing people into reach."""
    best, now, unit, aim = plan.family.plan, plan.now, _unit(plan), plan.params.aim
    if aim == TWICE:
        return [KeyFigure("children_newly_reached_twice", say("{who} newly in reach of two", who=now.who.capitalize()), best.objective,
                          "count", note=say("Counted by ground."))]
    if aim not in WAYS:
        return []
    today = plan.openings.today
    return [
        KeyFigure("way", _WAY[aim], best.objective, unit),
        KeyFigure("way_today", _WAY_TODAY[aim], today if math.isfinite(today) else None, unit,
                  note=NOTHING if math.isfinite(today) else say("There is nothing anywhere yet.")),
    ]


def _firm_figure(plan: Proposal, standing: pd.Series) -> KeyFigure:
    if plan.params.aim == REACH:
        return KeyFigure("schools_in_all", say("Of the schools, in every plan nearly as good"), float((standing == IN_ALL).sum()), "count")
    return KeyFigure("schools_exchangeable", say("Of the schools, can be exchanged for another"), float((standing == IN_SOME).sum()),
                     "count")


def plan_notes(plan: Proposal, wishes: Sequence[Said]) -> tuple[Note, ...]:
    """The wishes, how finely the search looked, and cautions."""
    params, best = plan.params, plan.family.plan
    notes = [Note("method", say("Wishes kept: {wishes}.", wishes=joined(told_together(wishes), "; ")))] if wishes else []
    if not plan.order:
        return tuple(notes)
    notes += _how_counted(plan)
    if params.aim != FEWEST and len(plan.order) < sum(params.count_by_year) and best.proven:
        notes.append(count_note(_enough(params.aim, len(plan.order))))
    if params.aim == REACH:
        open_ = int((plan.family.standing == UNSETTLED).sum())
        if open_:
            notes.append(count_note(plural(
                "{n} school is not settled: in the time given it was neither found in a plan nearly as good nor ruled out.",
                "{n} schools are not settled: in the time given they were neither found in a plan nearly as good nor ruled out.", open_)))
    if has_family(plan):
        notes.append(family_note(plan))
    if not best.proven:
        notes.append(Note("caution", _unproven(plan)))
    notes += sure_notes(plan)
    notes.append(Note("caution", say("The margin is the sampling error of the counts; the choice of schools takes the counts as "
                      "they stand. A new school is taken to reach all within the distance, whatever its size.")))
    return tuple(notes)


def _enough(aim: str, count: int) -> Said:
    """Fewer schools than were allowed are enough."""
    if aim in WAYS:
        return plural("{n} school is enough: more would shorten nothing or go against another wish.",
                      "{n} schools are enough: more would shorten nothing or go against another wish.", count)
    return plural("{n} school is enough: more would reach nobody new or go against another wish.",
                  "{n} schools are enough: more would reach nobody new or go against another wish.", count)


def _how_counted(plan: Proposal) -> list[Note]:
    """What the search looked at, and how far that is from the exact count."""
    now, params = plan.now, plan.params
    if plan.won is None:
        return [Note("method", say("Ways are measured from one point inside each need area, for all of its people, to the nearest of "
                     "what is there today and the new schools."))]
    notes = [Note("method", plural(
        "The search counts by ground: what the schools would reach cuts the ground of those who lack it into {n} piece, which each "
        "school reaches wholly or not at all.",
        "The search counts by ground: what the schools would reach cuts the ground of those who lack it into {n} pieces, each of "
        "which a school reaches wholly or not at all.", len(plan.won)))]
    if plan.won.outer is not None:
        notes.append(Note("caution", say(
            "There are too many pieces to cut them all: {count} {who} live on pieces that the edge of what some school would reach "
            "crosses. The search takes such a piece as reached where a point inside it is, the number that no plan can beat takes it "
            "as reached in any case; the plan itself is counted by ground.", count=format_number(plan.won.unsure), who=now.who)))
        lost = floor_missed(plan)
        if lost > _ROUNDING:
            notes.append(Note("caution", say(
                "Counted by ground, the share for the highest-need fifth is {points} percentage points short.",
                points=format_number(lost * 100, digits=1))))
    if plan.openings.by_year is not None:
        counted, bound = plan.openings.by_year
        notes.append(Note("method", say(
            "Over the {years} years together the plan counts {count} {who} in reach, each once for every year; no order of opening "
            "under these wishes counts more than {bound}.", years=params.years, count=format_number(counted), who=now.who,
            bound=format_number(bound))))
    return notes


def floor_missed(plan: Proposal) -> float:
    """By which share of the newly reached the floor for the highest-need fifth is missed by ground."""
    exact = plan.now.total(plan.gained)[0]
    if not plan.params.share_for_highest_fifth or plan.params.aim == TWICE or not exact > 0:
        return 0.0
    return plan.params.share_for_highest_fifth - plan.now.total(plan.gained, plan.now.in_fifth(HIGHEST))[0] / exact


def _unproven(plan: Proposal) -> Said:
    """That time ran out, and how much better a plan could be at most."""
    best, aim = plan.family.plan, plan.params.aim
    again = say("Another run may give another plan; allow more time.")
    share = format_number(best.gap, "share", 1)
    if aim == FEWEST:
        return joined([plural("The time ran out before the number was proven smallest: {n} school may be enough.",
                              "The time ran out before the number was proven smallest: {n} schools may be enough.", best.bound), again])
    if aim in WAYS:
        return joined([say("The time ran out before the plan was proven best: no plan can make the way more than {share} shorter.",
                           share=share), again])
    return joined([say("The time ran out before the plan was proven best: no plan can reach more than {share} beyond it.", share=share),
                   again])


def _unit(plan: Proposal) -> str:
    return str(plan.now.travel.unit)
