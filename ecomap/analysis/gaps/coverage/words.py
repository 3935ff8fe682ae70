"""What a coverage answer says in words and key figures."""

from __future__ import annotations

import numpy as np

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.situation import Situation, nobody_has_it
from ecomap.model.result import KeyFigure
from ecomap.model.said import Said, joined, say
from ecomap.model.units import format_number

HIGHEST, LOWEST = 5, 1


def coverage_figures(now: Situation) -> tuple[KeyFigure, ...]:
    """Out of reach: how many, which share, in the highest-need fifth against the lowest, and reached twice."""
    who = now.who
    everybody = np.ones(len(now.people))
    out, out_moe = now.total(now.reach.out)
    share, share_moe = now.share(now.reach.out)
    total, total_moe = now.total(everybody)
    high, high_moe = now.share_in_fifth(now.reach.out, HIGHEST)
    low, low_moe = now.share_in_fifth(now.reach.out, LOWEST)
    twice, twice_moe = now.total(now.reach.twice)
    return (
        KeyFigure("children_out_of_reach", say("{who} out of reach", who=who.capitalize()), out, "count", out_moe),
        KeyFigure("share_out_of_reach", say("Share of all {who}", who=who), share, "share", share_moe),
        KeyFigure("share_out_highest_fifth", say("In the highest-need fifth"), high, "share", high_moe,
                  say("Share out of reach where need is highest.")),
        KeyFigure("share_out_lowest_fifth", say("In the lowest-need fifth"), low, "share", low_moe,
                  say("Share out of reach where need is lowest.")),
        KeyFigure("children_reached_twice", say("{who} with two or more in reach", who=who.capitalize()), twice, "count", twice_moe),
        KeyFigure("sites_counted", say("Sites counted"), float(len(now.supply.sites)), "count"),
        KeyFigure("children_total", say("{who} in all need areas", who=who.capitalize()), total, "count", total_moe),
    )


def coverage_bars(now: Situation) -> tuple[tuple[Said, float, float | None], ...]:
    """Share out of reach by need fifth, highest need first; fifths without people are left out."""
    bars = []
    for fifth in (5, 4, 3, 2, 1):
        share, moe = now.share_in_fifth(now.reach.out, fifth)
        if share is not None:
            bars.append((c.FIFTH_LABELS[fifth], share, moe))
    return tuple(bars)


def coverage_sentence(now: Situation) -> Said:
    """The finding in plain words."""
    out, moe = now.total(now.reach.out)
    share, _ = now.share(now.reach.out)
    if share is None:
        return say("No need area has a count of {who}, so nobody can be said to be in or out of reach.", who=now.who)
    if now.nowhere:
        return nobody_has_it(now.params.count, now.people, moe)
    found: dict[str, Said] = {"count": now.many(out, moe), "who": now.who, "share": format_number(share, "share"),
                              "target": now.supply.target.phrase}
    by_zone = len(now.supply.zones) == len(now.supply.sites) and len(now.supply.sites) > 0
    if not by_zone:
        found["distance"] = now.travel.distance
    high, _ = now.share_in_fifth(now.reach.out, HIGHEST)
    low, _ = now.share_in_fifth(now.reach.out, LOWEST)
    if high is None or low is None:
        return joined([say("An estimated {count} {who} ({share}) live outside every {target}." if by_zone else
                           "An estimated {count} {who} ({share}) have no {target} within {distance}.", **found), now.travel.sentence])
    return joined([say(
        "An estimated {count} {who} ({share}) live outside every {target}: {high} in the highest-need fifth of areas, {low} in the "
        "lowest." if by_zone else
        "An estimated {count} {who} ({share}) have no {target} within {distance}: {high} in the highest-need fifth of areas, {low} "
        "in the lowest.", high=format_number(high, "share"), low=format_number(low, "share"), **found), now.travel.sentence])
