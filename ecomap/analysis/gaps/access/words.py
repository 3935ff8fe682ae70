"""What an answer about access says: its measure by name, key figures, the finding, and what to know before leaning on it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from attrs import frozen

from ecomap.analysis.gaps.access.disparity import gap_in_words, whom_it_favours
from ecomap.analysis.gaps.access.equity import HIGHEST, LOWEST, Equity
from ecomap.analysis.gaps.access.setting import AccessSetting
from ecomap.analysis.gaps.situation import how_many, nobody_has_it
from ecomap.analysis.statistics.equity import Disparity, Theil
from ecomap.model.params import Choice
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import Said, joined, say
from ecomap.model.units import format_margin, format_number

TWO_STEP, ENHANCED, THREE_STEP, MODIFIED = "two_step", "enhanced", "three_step", "modified"
GRAVITY, CUMULATIVE, NEAREST, RAAM = "gravity", "cumulative", "nearest", "raam"
AVAILABILITY, TOTAL = "availability", "total_availability"
DECAYING: Final = frozenset({ENHANCED, THREE_STEP, MODIFIED, AVAILABILITY, TOTAL})  # nearer places count more
GAUSSIAN: Final = "gaussian"
LOWER_IS_BETTER: Final = frozenset({NEAREST, RAAM})
MEASURES: Final = (
    Choice(ENHANCED, say("Places per person, nearer ones count more (enhanced two-step)")),
    Choice(TWO_STEP, say("Places per person in reach (two-step)")),
    Choice(THREE_STEP, say("Places per person, people choose the nearer (three-step)")),
    Choice(MODIFIED, say("Places per person, distance loses places (modified two-step)")),
    Choice(AVAILABILITY, say("Each area's share of the places, by people and distance (spatial availability)")),
    Choice(TOTAL, say("Each area's share of the places, by distance alone (constrained in total)")),
    Choice(CUMULATIVE, say("All places in reach, whoever else wants them")),
    Choice(GRAVITY, say("All places in reach, weighed by distance (gravity)")),
    Choice(NEAREST, say("Distance to the nearest")),
    Choice(RAAM, say("Crowding and travel together (rational agents)")),
)
RAAM_ROUNDS: Final = 600
_CAUTIONS: Mapping[str, Said] = {
    THREE_STEP: say("With this measure a new site can lower somebody's number, because people choose differently. Never "
                    "judge an expansion by it: use the two-step measures."),
    MODIFIED: say("With this measure places far from everybody are partly lost: the numbers do not add up to the places."),
    TWO_STEP: say("All within the distance counts fully and nothing beyond it: areas near the edge change most when the "
                  "distance does."),
    CUMULATIVE: say("Crowding is not in it: a site counts in full for everyone, however many want it."),
    GRAVITY: say("Crowding is not in it, and the numbers compare areas with each other only."),
    TOTAL: say("Crowding is not in it: how many live in an area changes nothing about its share."),
    NEAREST: say("Distance says nothing about whether there is room."),
}


@frozen
class Shown:
    """How a measure is shown: its label, unit and decimals, and whether more of it is better."""

    label: Said
    unit: str
    digits: int
    good: bool


def shown_as(measure: str, now: AccessSetting) -> Shown:
    """How a measure of this setting is shown; it counts sites where no site says how many places it has."""
    good, places = measure not in LOWER_IS_BETTER, now.has_capacity
    if measure == NEAREST:
        return Shown(say("Distance to the nearest"), now.travel.unit, 1, good)
    if measure == RAAM:
        return Shown(say("Crowding and travel (1 = average crowding, no distance)"), "", 2, good)
    if measure == CUMULATIVE:
        return Shown(say("Places in reach") if places else say("Sites in reach"), "", 1, good)
    if measure == GRAVITY:
        return Shown(say("Places in reach, weighed by distance") if places else say("Sites in reach, weighed by distance"), "", 4, good)
    if measure == TOTAL:
        return Shown(say("Places that are an area's share") if places else say("Sites that are an area's share"), "", 1 if places else 2, good)
    return Shown(say("Places per 1,000 {who}" if places else "Sites per 1,000 {who}", who=now.who), "", 2, good)


def access_sentence(now: AccessSetting, equity: Equity, shown: Shown) -> Said:
    """The finding in plain words."""
    if equity.share_out is None:
        return say("No need area has a count of {who}, so access cannot be compared.", who=now.who)
    found: dict[str, Said] = {
        "count": how_many(now.params.count, equity.out, equity.out_moe), "who": now.who, "share": format_number(equity.share_out, "share", 1),
        "target": now.supply.target.phrase, "distance": now.travel.distance}
    if now.supply.target.nowhere:
        return nobody_has_it(now.params.count, now.people, equity.out_moe)
    high, low = equity.mean_of(HIGHEST), equity.mean_of(LOWEST)
    if high is None or low is None:
        return joined([say("An estimated {count} {who} ({share}) have no {target} within {distance}.", **found), now.travel.sentence])
    measure = shown.label.small()
    found |= {"measure": measure if equity.good else say("{measure}, of those who reach something", measure=measure),
              "high": format_number(high, shown.unit, shown.digits), "low": format_number(low, shown.unit, shown.digits)}
    chance = equity.gap is not None and equity.gap.significant is False
    return joined([say(
        "An estimated {count} {who} ({share}) have no {target} within {distance}; {measure}: {high} in the highest-need fifth of "
        "areas, {low} in the lowest (a difference within its sampling error)." if chance else
        "An estimated {count} {who} ({share}) have no {target} within {distance}; {measure}: {high} in the highest-need fifth of "
        "areas, {low} in the lowest.", **found), now.travel.sentence])


def width_sentence(now: AccessSetting, width: float) -> Said:
    """How wide the Gaussian is by which distance counts."""
    return say("Nearer ones count more, by a Gaussian {width} wide.", width=format_number(width, now.travel.unit))


def width_note(now: AccessSetting, share: float) -> Note:
    """Where the width comes from, and what others take."""
    return Note("method", say("The width of the Gaussian (its standard deviation) is {share} of the distance of {distance}; published "
                              "studies also take a third. A site at the edge still counts {edge} of one at the door.",
                              share=format_number(share, "share"), distance=now.travel.distance,
                              edge=format_number(math.exp(-0.5 / share**2), "share")))


def access_figures(now: AccessSetting, equity: Equity, shown: Shown) -> tuple[KeyFigure, ...]:
    """Access where need is highest and lowest and the gap between them; who has nothing in reach; how evenly it is shared."""
    label, unit, gap, who = shown.label, shown.unit or "score", equity.gap, now.who
    return (
        KeyFigure("access_highest_fifth", say("{measure}: highest-need fifth", measure=label), equity.mean_of(HIGHEST), unit),
        KeyFigure("access_lowest_fifth", say("{measure}: lowest-need fifth", measure=label), equity.mean_of(LOWEST), unit),
        KeyFigure("access_gap", say("Gap, highest minus lowest need"), gap.difference if gap else None, unit, equity.gap_moe,
                  gap_words(gap, shown.unit)),
        KeyFigure("access_mean", say("{measure}: everybody", measure=label), equity.mean, unit, note=say(
            "Mean over the {who}; places out of reach count as 0." if equity.good else
            "Mean over the {who} who reach something.", who=who)),
        KeyFigure("children_out_of_reach", say("{who} with nothing in reach", who=who.capitalize()), equity.out, "count", equity.out_moe),
        KeyFigure("share_out_of_reach", say("Share of all"), equity.share_out, "share"),
        KeyFigure("concentration_index", say("Concentration by need"), equity.concentration, "score", note=concentration_words(equity)),
        KeyFigure("distance_equivalent", say("Distance as hard as if everyone had the same (Kolm-Pollak)"), equity.ede_m,
                  now.travel.unit, note=say("Mean distance to the nearest, long ways counting more.")),
    )


def gap_words(gap: Disparity | None, unit: str) -> Said:
    """The gap between the highest and the lowest need in words, with its unit."""
    if gap is None:
        return say("There are no need fifths to compare.")
    return gap_in_words(gap, lambda value: format_number(value, unit, 2)) if unit else gap_in_words(gap)


def concentration_words(equity: Equity) -> Said:
    """Whom the access, or the burden, falls to."""
    if equity.concentration is None:
        return say("Cannot be said without need scores.")
    return whom_it_favours(equity.concentration, good=equity.good)


def between_words(theil: Theil | None) -> Said:
    """How much of all differences lies between fifths of need."""
    if theil is None or theil.total <= 0:
        return say("There is nothing to split.")
    return say("{share} of all differences lie between fifths of need, the rest within them.",
               share=format_number(theil.between / theil.total, "share"))


def measure_notes(measure: str, left: float | None) -> tuple[Note, ...]:
    """What to know about one measure before leaning on it; `left`: how far the rational agents are from a balance."""
    cautions = [_CAUTIONS[measure]] if measure in _CAUTIONS else []
    if measure == RAAM:
        cautions.append(say(
            "Less is better. After {rounds} rounds people could still gain {left} on average by going elsewhere (1 is the average "
            "crowding; 0 would be a perfect balance).", rounds=RAAM_ROUNDS, left=format_margin(left or 0.0, digits=3)))
    return (*(Note("caution", text) for text in cautions),
            Note("method", say("Potential access: who could go, not who goes. Language, cost, hours and trust are not in it.")))
