"""What a plan says in words: the finding, its proof, the key figures and the cautions, for each aim."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ecomap.analysis.notes import counted
from ecomap.analysis.optimise.near_best import IN_ALL, IN_SOME, UNSETTLED
from ecomap.analysis.plan.expansion.params import AVERAGE, FAIR, FEWEST, FURTHEST, HIGHEST, REACH, TWICE, WAYS
from ecomap.analysis.plan.expansion.tables import Proposal, tolerance
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import NOTHING, say
from ecomap.model.units import format_number, format_with_margin

PROVEN = "proven best under these wishes"
_BOUND_LABELS = {
    REACH: "No plan under these wishes reaches more than", TWICE: "No plan under these wishes brings a second one to more than",
    FEWEST: "Every plan under these wishes needs at least", AVERAGE: "No plan under these wishes gets below",
    FAIR: "No plan under these wishes gets below", FURTHEST: "No plan under these wishes gets below",
}
_WAY_LABELS = {
    AVERAGE: "Way to the nearest, on average", FAIR: "Way to the nearest, weighed to those furthest away",
    FURTHEST: "Longest way to the nearest",
}


def plan_sentence(plan: Proposal) -> str:
    """The finding in plain words."""
    now, count = plan.now, len(plan.order)
    if not count:
        helped = f"shorten the way to a {now.supply.target.phrase}" if plan.params.aim in WAYS else (
            f"bring a {now.supply.target.phrase} to {now.who} who lack one in reach")
        return f"No school would {helped}."
    text = f"{_finding(plan)}; {proof(plan)}"
    if plan.params.tolerance > 0:
        text += _choice(plan)
    return f"{text}.{now.travel.sentence}"


def _finding(plan: Proposal) -> str:
    now, count, aim = plan.now, len(plan.order), plan.params.aim
    schools = f"{count} new {'school' if count == 1 else 'schools'}"
    what, who = f"a {now.supply.target.phrase}", now.who
    if aim in WAYS:
        return f"{schools} {_shortening(plan)}"
    if aim == TWICE:
        return (f"{schools} would bring {what}, one more than today, within {now.travel.distance} of an estimated "
                f"{plan.family.plan.objective:,.0f} {who} who have one at most")
    gained, moe = now.total(plan.gained)
    out, _ = now.total(now.reach.out)
    over = f" over {plan.params.years} years" if plan.params.in_years else ""
    verb = ("is enough to bring" if count == 1 else "are enough to bring") if aim == FEWEST else "would bring"
    return (f"{schools}{over} {verb} {what} within {now.travel.distance} of an estimated {format_with_margin(gained, moe)} {who} "
            f"who have none ({format_number(gained / out, 'share')} of all who lack it)")


def _shortening(plan: Proposal) -> str:
    now, unit = plan.now, _unit(plan)
    after, today = format_number(plan.family.plan.objective, unit), plan.answer.today
    what = f"a {now.supply.target.phrase}"
    before = f" from {format_number(today, unit)}" if math.isfinite(today) else ""
    if plan.params.aim == FURTHEST:
        return f"would shorten the longest way to {what}{before} to {after}"
    weighed = ", weighed to those furthest away," if plan.params.aim == FAIR else " on average"
    return f"would shorten the way of {now.who} to {what}{weighed}{before} to {after}"


def _choice(plan: Proposal) -> str:
    """How firm the plan is: what all plans nearly as good share."""
    count, near = len(plan.order), tolerance(plan)
    standing = plan.family.standing.reindex(list(plan.order))
    if plan.params.aim != REACH:
        some = int((standing == IN_SOME).sum())
        loss = "" if plan.params.aim == FEWEST else f" at a loss of less than {near}"
        if count == 1 and some:
            return f". Another school could take its place{loss}"
        return (f". {some} of these {count} could each be exchanged for another school{loss}" if some else
                f". No single exchange comes within {near} of it")
    firm = int((standing == IN_ALL).sum())
    if count == 1 and firm:
        return f". No other school comes within {near} of it"
    return (f". {firm} of these {count} {'is' if firm == 1 else 'are'} in every plan that comes within {near} of it" if firm else
            f". There is choice: plans with other schools come within {near} of it")


def proof(plan: Proposal) -> str:
    """How good the plan certainly is."""
    best, aim = plan.family.plan, plan.params.aim
    if best.proven:
        return PROVEN if aim != FEWEST else "no smaller number would do"
    if aim == FEWEST:
        return f"at least {best.bound:,.0f} are needed whatever the plan"
    if aim in WAYS:
        return f"at most {format_number(shortfall(plan), 'share', 1)} longer than the shortest there can be"
    return f"at most {format_number(shortfall(plan), 'share', 1)} short of the best there can be"


def shortfall(plan: Proposal) -> float:
    """How far from the best the plan is at most, as a share of the best there can be: less reached, longer or more.

    Not the solver's gap, which is a share of the plan found and passes 100 % where a plan is less than half as good.
    """
    best = plan.family.plan
    if best.proven or best.bound == 0:
        return 0.0
    return abs(best.bound - best.objective) / abs(best.bound)


def plan_figures(plan: Proposal) -> tuple[KeyFigure, ...]:
    """Reached, of how many, how good, how many schools, who gains, what it costs, how firm."""
    now, best, aim = plan.now, plan.family.plan, plan.params.aim
    gained, moe = now.total(plan.gained)
    out, out_moe = now.total(now.reach.out)
    high, _ = now.total(plan.gained, now.in_fifth(HIGHEST))
    standing = plan.family.standing.reindex(list(plan.order))
    unit = _unit(plan) if aim in WAYS else "count"
    reached = KeyFigure("children_newly_reached", say("{who} newly in reach", who=now.who.capitalize()), gained, "count", moe, say("Counted by ground."))
    figures = [
        *_aim_figures(plan), reached,
        KeyFigure("share_of_gap_closed", say("Share of those out of reach"), gained / out if out > 0 else None, "share"),
        KeyFigure("schools_in_plan", say("New schools"), float(len(plan.order)), "count"),
        KeyFigure("gap", say("Could fall short of the best by"), shortfall(plan), "share", note=proof(plan)),
        KeyFigure("bound", _BOUND_LABELS[aim], best.bound, unit, note=NOTHING if plan.points is None or aim == FEWEST else say("Counted on points, as the search does.")),
        KeyFigure("share_to_highest_fifth", say("Of these, in the highest-need fifth"), high / gained if gained > 0 else None, "share"),
        _firm_figure(plan, standing),
        KeyFigure("children_out_of_reach", say("{who} out of reach today", who=now.who.capitalize()), out, "count", out_moe),
    ]
    if plan.cost.any():
        figures.append(KeyFigure("cost_usd", say("Cost of the plan"), plan.spent, "usd"))
    if plan.params.in_years:
        figures.append(KeyFigure("years", say("Years"), float(plan.params.years), "count"))
    return tuple(figures)


def _aim_figures(plan: Proposal) -> list[KeyFigure]:
    """What the plan does best, where that is not bringing people into reach."""
    best, now, unit, aim = plan.family.plan, plan.now, _unit(plan), plan.params.aim
    if aim == TWICE:
        return [KeyFigure("children_newly_reached_twice", say("{who} newly in reach of two", who=now.who.capitalize()), best.objective, "count",
                          note=say("Counted on points, as the search does."))]
    if aim not in WAYS:
        return []
    today = plan.answer.today
    return [
        KeyFigure("way", say("{way_labels}, with the plan", way_labels=_WAY_LABELS[aim]), best.objective, unit),
        KeyFigure("way_today", say("{way_labels}, today", way_labels=_WAY_LABELS[aim]), today if math.isfinite(today) else None, unit,
                  note=NOTHING if math.isfinite(today) else say("There is nothing anywhere yet.")),
    ]


def _firm_figure(plan: Proposal, standing: object) -> KeyFigure:
    if plan.params.aim == REACH:
        return KeyFigure("schools_in_all", say("Of the schools, in every plan nearly as good"), float((standing == IN_ALL).sum()), "count")  # type: ignore[attr-defined]
    return KeyFigure("schools_exchangeable", say("Of the schools, can be exchanged for another"), float((standing == IN_SOME).sum()), "count")  # type: ignore[attr-defined]


def plan_notes(plan: Proposal, wishes: list[str]) -> tuple[Note, ...]:
    """The wishes, how finely the search looked, and cautions."""
    params, best = plan.params, plan.family.plan
    notes = [Note("method", say("Wishes kept: ") + "; ".join(told_together(wishes)) + ".")] if wishes else []
    if not plan.order:
        return tuple(notes)
    notes += _how_counted(plan)
    if params.aim != FEWEST and len(plan.order) < sum(params.count_by_year) and best.proven:
        notes.append(counted(len(plan.order), "school is enough", "schools are enough",
                             ": more would reach nobody new or go against another wish." if params.aim not in WAYS else
                             ": more would shorten nothing or go against another wish."))
    if params.aim == REACH:
        open_ = int((plan.family.standing == UNSETTLED).sum())
        if open_:
            notes.append(counted(open_, "school is not settled: in the time given it was neither found in a plan nearly as good nor "
                                 "ruled out.", "schools are not settled: in the time given they were neither found in a plan nearly "
                                 "as good nor ruled out."))
    if not best.proven:
        notes.append(Note("caution", _unproven(plan)))
    notes.append(Note("caution", say("The margin is the sampling error of the counts; the choice of schools takes the counts as "
                      "certain. A new school is taken to reach all within the distance, whatever its size.")))
    return tuple(notes)


def _how_counted(plan: Proposal) -> list[Note]:
    """What the search looked at, and how far that is from the exact count."""
    now, best, params = plan.now, plan.family.plan, plan.params
    if plan.points is None:
        return [Note("method", say("Ways are measured from one point inside each need area, for all of its people, to the nearest of "
                     "what is there today and the new schools."))]
    exact = now.total(plan.gained)[0]
    looked = f"The search looked at {len(plan.points):,} points {plan.points.spacing_m:.0f} m apart"
    notes = []
    if params.aim == REACH:
        apart = abs(best.objective - exact) / exact if exact > 0 else 0.0
        notes.append(Note("method", say(f"{looked} and counts {best.objective:,.0f} {now.who} newly in reach; counted by ground they "
                          f"are {exact:,.0f} ({apart * 100:.1f} % apart).")))
    else:
        notes.append(Note("method", say(f"{looked}.")))
    if plan.answer.by_year is not None:
        counted_, bound = plan.answer.by_year
        notes.append(Note("method", say("Over the {years} years together the plan counts {counted} {who} in reach, each once for every year; no order of opening under these wishes counts more than {bound}.", years=params.years, counted=format_number(counted_), who=now.who, bound=format_number(bound))))
    lost = params.share_for_highest_fifth - now.total(plan.gained, now.in_fifth(HIGHEST))[0] / exact if exact > 0 else 0.0
    if params.share_for_highest_fifth and params.aim != TWICE and lost > 0:
        notes.append(Note("caution", say("The share for the highest-need fifth holds on the points of the search; counted by ground it "
                          f"is {lost * 100:.1f} percentage points short.")))
    return notes


def _unproven(plan: Proposal) -> str:
    best, aim = plan.family.plan, plan.params.aim
    again = "Another run may give another plan; allow more time."
    if aim == FEWEST:
        return f"The time ran out before the number was proven smallest: {best.bound:,.0f} schools may be enough. {again}"
    if aim in WAYS:
        return (f"The time ran out before the plan was proven best: no plan can make the way more than "
                f"{format_number(best.gap, 'share', 1)} shorter. {again}")
    return (f"The time ran out before the plan was proven best: no plan can reach more than {format_number(best.gap, 'share', 1)} "
            f"beyond it. {again}")


def _unit(plan: Proposal) -> str:
    return plan.now.travel.unit


def told_together(labels: Sequence[str]) -> list[str]:
    """Wishes in words, with three or more that differ in their last word only said at once."""
    groups: dict[str, list[str]] = {}
    for label in labels:
        start, _, last = label.rpartition(" ")
        groups.setdefault(start, []).append(last)
    told = []
    for start, words in groups.items():
        if len(words) > 2 and start:
            told.append(f"{start}s {', '.join(words)}, each")
        else:
            told += [f"{start} {word}".strip() for word in words]
    return told
