"""What a ranking of schools says in words and key figures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.situation import Situation, nobody_has_it
from ecomap.analysis.need.bands import SCHOOLS, certainty, two_bands, with_band
from ecomap.analysis.need.scoring import allocation_range
from ecomap.analysis.notes import count_note
from ecomap.analysis.plan.candidates import Candidates
from ecomap.analysis.plan.priority.price import Price
from ecomap.analysis.travel.supply import APPROACH
from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import format_given, format_number

Together = tuple[float, float | None]
_BARS = 10


def ranking_title(now: Situation, *, by_adding: bool = False) -> Said:
    """What a list of schools is called: for what, and by what it is ordered."""
    one, who = now.supply.target.one, now.who
    if by_adding:
        return say("Next schools for {one}, each by what it adds to those before it", one=one) if not now.params.need_weight else \
            say("Next schools for {one}, each by what it adds to those before it, weighed by need", one=one)
    return say("Next schools for {one}, by {who} newly in reach", one=one, who=who) if not now.params.need_weight else \
        say("Next schools for {one}, by {who} newly in reach weighed by need", one=one, who=who)


def score_column(now: Situation, *, by_adding: bool = False) -> Column:
    """What the list is ordered by, or in the order of adding what a school comes to on its own."""
    power = format_given(now.params.need_weight)
    if by_adding:
        return Column(c.SCORE, say("Need-weighted {who}", who=now.who), "count",
                      say("{who} newly in reach x need score ^ {power}; decides the rank on its own.", who=now.who.capitalize(), power=power), digits=1)
    return Column(c.SCORE, say("Need-weighted {who} (sets the rank)", who=now.who), "count",
                  say("{who} newly in reach x need score ^ {power}; decides the rank.", who=now.who.capitalize(), power=power), digits=1)


def reasons(frame: Any, now: Situation) -> list[Said]:
    """Why every school stands where it stands, from the facts of its row; what several have in common is said once."""
    target, weighed = now.supply.target, bool(now.params.need_weight)
    nobody = say("Brings nobody new into reach: no {who} within {distance} lack {one}", who=now.who, distance=now.travel.distance, one=target.one)
    nowhere = say("no {target} anywhere yet", target=target.phrase)
    needs = cache(lambda share: say("need higher than in {share} of areas", share=format_number(share, "share")))
    ways = cache(lambda near: say("nearest one today {distance} away", distance=format_number(near, now.travel.unit)))
    meals = cache(lambda share: say("{share} of pupils qualify for free or reduced-price meals", share=format_number(share, "share")))
    found = []
    for people, moe, score, need, below, near, poor in _facts(frame, now):
        if people < now.least:
            found.append(nobody)
            continue
        count = now.many(people, moe)
        parts = [say("{count} {who} newly in reach, {weighed} weighed by need", count=count, who=now.who, weighed=format_number(score)) if weighed else
                 say("{count} {who} newly in reach", count=count, who=now.who)]
        if not math.isnan(need):
            parts.append(needs(below))
        if not now.nowhere:
            parts.append(nowhere if math.isinf(near) else ways(near))
        if isinstance(poor, float) and not math.isnan(poor):
            parts.append(meals(poor))
        found.append(joined(parts, "; "))
    return found


def _facts(frame: Any, now: Situation) -> Iterator[tuple[Any, ...]]:
    """Of every school: people newly reached with their margin, score, need and the share of areas below it, the nearest one, meals."""
    none = [None] * len(frame)
    moe, meals = (frame[name].tolist() if name in frame else none for name in (c.NEWLY_REACHED_MOE, v.FRPM_SHARE))
    need = frame[c.NEED].to_numpy(dtype=float)
    return zip(frame[c.NEWLY_REACHED].tolist(), moe, frame[c.SCORE].tolist(), need.tolist(), now.shares_below(need).tolist(),
               frame[c.NEAREST].tolist(), meals, strict=True)


def priority_figures(now: Situation, schools: Any, together: Together, price: Price | None = None) -> tuple[KeyFigure, ...]:
    """Out of reach today, reached by the first schools together and by as many chosen together, by the first alone, how many were ranked."""
    out, out_moe = now.total(now.reach.out)
    first = schools.iloc[0]
    shown = min(now.params.top, len(schools))
    moe = first.get(c.NEWLY_REACHED_MOE)
    all_first = say("The first {count} would reach together", count=shown) if shown > 1 else say("The first would reach")
    chosen = () if price is None else (
        KeyFigure("children_reached_chosen", say("As many chosen together would reach"), price.reached[0], "count", price.reached[1],
                  beside="children_reached_together", note=say("The most that so many schools can reach, as counted here.") if price.proven else
                  say("The most that was found in a short search.")),
    )
    return (
        KeyFigure("children_out_of_reach", say("{who} out of reach today", who=now.who.capitalize()), out, "count", out_moe),
        KeyFigure("children_reached_together", all_first, together[0], "count", together[1], say("Nobody is counted twice.")),
        *chosen,
        KeyFigure("children_reached_first", say("{school} alone", school=name(first[v.NAME])), float(first[c.NEWLY_REACHED]), "count",
                  None if moe is None else float(moe)),
        KeyFigure("schools_ranked", say("Schools ranked"), float(len(schools)), "count"),
        KeyFigure("schools_reaching_nobody", say("Of these, reaching nobody new"),
                  float((schools[c.NEWLY_REACHED] < now.least).sum()), "count"),
    )


def priority_bars(now: Situation, schools: Any) -> tuple[tuple[Said, float, float | None], ...]:
    """The first ten, as shares of all who are out of reach today."""
    out, _ = now.total(now.reach.out)
    if not out > 0:
        return ()
    bars = []
    for row in schools.head(_BARS).to_dict("records"):
        moe = row.get(c.NEWLY_REACHED_MOE)
        bars.append((name(row[v.NAME]), row[c.NEWLY_REACHED] / out, None if moe is None else moe / out))
    return tuple(bars)


def priority_sentence(now: Situation, schools: Any, together: Together, price: Price) -> Said:
    """The finding in plain words."""
    first, one = schools.iloc[0], now.supply.target.one
    if first[c.NEWLY_REACHED] < now.least:
        return say("No school would bring {one} to {who} who lack one in reach.", one=one, who=now.who)
    shown = min(now.params.top, len(schools))
    all_out, _ = now.total(now.reach.out)
    found: dict[str, Said] = {
        "school": with_band(name(first[v.NAME]), first, now.params.band), "one": one, "distance": now.travel.distance,
        "count": now.many(first[c.NEWLY_REACHED], first.get(c.NEWLY_REACHED_MOE)), "who": now.who}
    if shown > 1 and all_out > 0:
        text = say("{school} would bring {one} within {distance} of an estimated {count} {who} who have none; the first {shown} schools "
                   "together would reach {share} of all who lack it, {shown} schools chosen together {chosen}.",
                   shown=format_number(shown), share=format_number(together[0] / all_out, "share"),
                   chosen=format_number(max(price.reached[0], together[0]) / all_out, "share"), **found)
    else:
        text = say("{school} would bring {one} within {distance} of an estimated {count} {who} who have none.", **found)
    whole = [nobody_has_it(now.params.count, now.people, None)] if now.nowhere else []
    return joined([*whole, text, now.travel.sentence, certainty(schools, now.params.top, SCHOOLS, now.params.band)])


def priority_notes(now: Situation, found: Candidates, imputed: np.ndarray, tied: int) -> tuple[Note, ...]:
    """Counts and cautions of the ranking itself."""
    target = now.supply.target
    notes = [Note("caution", say("Each school is looked at on its own: neighbours in the list would partly reach the same {who}.",
                                 who=now.who))]
    if target.kind == APPROACH and len(now.supply.zones):
        notes.append(Note("caution", say("A zone reaches those inside its boundary; a new school is taken to reach those within "
                          "the distance.")))
    notes += found.notes
    if tied:
        notes.append(count_note(plural(
            "{n} school shares its rank with another (mostly on one campus); equal ranks are ordered by id.",
            "{n} schools share their rank with another (mostly on one campus); equal ranks are ordered by id.", tied)))
    lent = int((imputed & now.reach.has_gap & now.known & (now.people > 0)).sum())
    if lent and now.params.need_weight > 0:
        notes.append(count_note(plural("{n} need area without a need score takes the mean score of all.",
                                       "{n} need areas without a need score take the mean score of all.", lent)))
    spread = {column: allocation_range(now.areas, column) is not None
              for column in (now.params.count, *(i.column for i in now.layer.indicators))}
    fixed = [i.label for i in now.layer.indicators
             if (not i.moe_column or i.moe_column not in now.areas) and not spread[i.column]]
    held = say("Held fixed for want of a margin: {indicators}.", indicators=joined(fixed, ", ")) if fixed else NOTHING
    notes.append(Note("method", joined([
        say("In the rank band: the sampling error of the counts of people and of the need indicators. Not in it: distances, the even "
            "spread of people, which schools already take part."), held])))
    if any(spread.values()):
        notes.append(Note("method", say("Also in the rank band: the error of spreading people over other areas.")))
    if now.params.draws:
        notes.append(two_bands(now.params.band, SCHOOLS))
    return tuple(notes)
