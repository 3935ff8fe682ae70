"""What a comparison says: who gains and who loses, in one sentence, with what it does not say beside it."""

from __future__ import annotations

import math
from typing import Any, Final

from ecomap.analysis.gaps.situation import how_many
from ecomap.analysis.notes import count_note
from ecomap.analysis.people import EACH_AREA
from ecomap.analysis.scenarios.counted import ACCESS_OF, ROOM, Counted
from ecomap.analysis.scenarios.difference import Difference, Sum
from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.units import format_number, format_with_margin

MORE, FEWER, UNSURE, SAME = say("more"), say("fewer"), say("cannot tell"), say("no change")
MORE_UNTOLD, FEWER_UNTOLD = say("more, error not known"), say("fewer, error not known")
HALF: Final = 0.5  # of a person: less than this is nobody


def verdict(found: Sum) -> Said:
    """Whether a net change is one: more than its error, within it, or nothing."""
    return verdict_of(found.net, found.moe, max(found.gaining, found.losing))


def verdict_of(net: float, moe: float | None, moved: float) -> Said:
    """The same of a net change with its margin, and of how many gain or lose at most."""
    if max(abs(net), moved, moe or 0.0) < HALF:
        return SAME
    if moe is None:
        return MORE_UNTOLD if net > 0 else FEWER_UNTOLD if net < 0 else SAME
    if abs(net) <= moe:
        return UNSURE
    return MORE if net > 0 else FEWER


def sentence(question: str, found: Difference, total: Sum, high: Sum | None, a: Said, b: Said) -> Said:
    """The finding in plain words; of A to B it is that of B to A with the two turned round."""
    first, who = found.first, found.first.who
    asked = {"who": who, "target": first.what, "distance": first.distance, "a": a, "b": b}
    if total.gaining < HALF and total.losing < HALF and abs(total.net) < HALF:
        same = say("{b} beside {a}: nobody gains and nobody loses a {target} within {distance}.", **asked)
        return joined([same, _access_words(found, total)]) if question == ACCESS_OF else same
    many = {"gain": _many(first, total.gaining), "loss": _many(first, total.losing), "net": _net(first, total)}
    if question == ROOM:
        main = say("{b} beside {a}: in some areas {gain} more {who} get a place ({target}, within {distance}), in others {loss} fewer; together {net}.",
                   **asked, **many)
    elif not found.same_people:
        main = say("{b} beside {a}: in some areas {gain} more {who} have a {target} within {distance}, in others {loss} fewer; together {net}.",
                   **asked, **many)
    else:
        main = say("{b} beside {a}: {gain} {who} gain a {target} within {distance}, {loss} lose it; together {net}.", **asked, **many)
    told = [main, _of_high_need(first, total, high), _sure_words(total), _access_words(found, total)]
    return joined([one for one in told if one])


def _net(first: Counted, total: Sum) -> Said:
    amount = how_many(first.settings.count, abs(total.net), total.moe)
    if total.net > 0:
        return say("{amount} more", amount=amount)
    return say("{amount} fewer", amount=amount) if total.net < 0 else say("as many as before")


def _many(first: Counted, value: float) -> Said:
    return how_many(first.settings.count, value)


def _of_high_need(first: Counted, total: Sum, high: Sum | None) -> Said:
    if high is None or (high.gaining < HALF and high.losing < HALF):
        return NOTHING if high is None else say("None of them lives in the highest-need fifth of areas.")
    return say("In the highest-need fifth of areas {gain} gain and {loss} lose.", gain=_many(first, high.gaining), loss=_many(first, high.losing))


def _sure_words(total: Sum) -> Said:
    if total.certain is False:
        return say("The net change is within the error of the counts: it cannot be told from none.")
    return NOTHING


def _access_words(found: Difference, total: Sum) -> Said:
    column = found.first.access_column
    if total.access is None or column is None:
        return NOTHING
    amount = format_with_margin(abs(total.access), total.access_moe, column.unit, _digits(total.access, column))
    if not total.access:
        return say("{measure}: the mean stays as it is.", measure=column.label)
    return say("{measure}: on average {amount} more." if total.access > 0 else "{measure}: on average {amount} less.", measure=column.label, amount=amount)


def _digits(value: float, column: Column) -> int | None:
    """Enough digits to see a small change; as the measure has them otherwise, in its own unit."""
    if column.unit in ("m", "min", "share") or not value or abs(value) >= 10.0 ** -column.digits:
        return column.digits or None
    return min(int(2 - math.floor(math.log10(abs(value)))) - 1, 9)


def figures(found: Difference, total: Sum, high: Sum | None, low: Sum | None) -> tuple[KeyFigure, ...]:
    """Who gains, who loses, the net, and the same where need is highest and lowest."""
    who = found.first.who.capitalize()
    told = [
        KeyFigure("gaining", say("{who} who gain it", who=who), total.gaining, "count"),
        KeyFigure("losing", say("{who} who lose it", who=who), total.losing, "count"),
        KeyFigure("net", say("Net change"), total.net, "count", total.moe),
        KeyFigure("in_reach_before", say("{who} who have it before", who=who), total.in_reach[0], "count"),
        KeyFigure("in_reach_after", say("{who} who have it after", who=who), total.in_reach[1], "count"),
        KeyFigure("out_of_reach_change", say("Change of {who} without it", who=found.first.who), total.people[1] - total.in_reach[1] - (total.people[0] - total.in_reach[0]), "count",
                  total.moe),
    ]
    for one, name_, label in ((high, "net_highest_fifth", say("Net change where need is highest")), (low, "net_lowest_fifth", say("Net change where need is lowest"))):
        if one is not None:
            told.append(KeyFigure(name_, label, one.net, "count", one.moe))
    if total.access is not None and found.first.access_column is not None:
        column = found.first.access_column
        told.append(KeyFigure("access_change", say("Mean change: {measure}", measure=column.label.small()), total.access, column.unit, total.access_moe, digits=_digits(total.access, column)))
    return tuple(told)


def notes(question: str, found: Difference, groups: bool) -> tuple[Note, ...]:
    """What must be known to read it."""
    first = found.first
    told: list[Note] = []
    if first.settings.count in (v.CHILDREN, v.POPULATION):
        told.append(Note("caution", say("{who} are residents by census area, spread evenly over it; they are not the pupils of a school.", who=first.who.capitalize())))
    if found.missing:
        told.append(count_note(plural("{n} need area is on one side only and in no number here.", "{n} need areas are on one side only and in no number here.",
                                      found.missing)))
    lacking = int((~found.known).sum())
    if lacking:
        told.append(count_note(plural("{n} need area has no number on one side: it counts as no data, not as no change.",
                                      "{n} need areas have no number on one side: they count as no data, not as no change.", lacking)))
    if not found.same_people:
        told.append(Note("caution", say("The two sides count other people (another year, or others): the change holds both how many live there and what they reach. "
                                        "Margins take the two counts as independent; surveys that share years are not.")))
    elif not found.by_ground:
        told.append(Note("caution", say("Gains and losses within one need area are set off against each other.")))
    if found.first.moes is None or found.second.moes is None:
        told.append(Note("caution", say("This question gives no margin for who gets a place, so none can be given here.") if question == ROOM else
                         say("The need areas come without margins of error, so none can be given.")))
    elif found.same_people:
        told.append(Note("method", say("The same people stand on both sides, so the margin of a change is that of the people whose reach changes, not of all. It carries the "
                                       "survey's sampling error only; the error of spreading people evenly is not in it.")))
    if groups:
        told.append(Note("caution", say("Groups overlap and do not add up. Within a need area everybody is taken to have the same reach; where only a rate of the area is known, it is "
                                        "taken to hold for its {who}.", who=first.who)))
    return tuple(told)


def settings_words(first: Any, second: Any) -> tuple[Said, Said]:
    """What tells the distances of the two sides apart; nothing where they are one."""
    one, other = (format_number(float(side.radius_m), "m") for side in (first, second))
    return (NOTHING, NOTHING) if one == other else (one, other)


def unit_of(count: str) -> int:
    """Digits of a number of those counted."""
    return 1 if count == EACH_AREA else 0
