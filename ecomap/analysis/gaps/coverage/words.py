"""What a coverage answer says in words and key figures."""

from __future__ import annotations

import numpy as np

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.situation import Situation
from ecomap.model.result import KeyFigure
from ecomap.model.said import say
from ecomap.model.units import format_number, format_with_margin

HIGHEST, LOWEST = 5, 1


def coverage_figures(now: Situation) -> tuple[KeyFigure, ...]:
    """Out of reach: how many, which share, in the highest-need fifth against the lowest, and reached twice."""
    who = now.who
    everybody = np.ones(len(now.people))
    out, out_moe = now.total(now.reach.out)
    share, share_moe = now.share(now.reach.out)
    total, total_moe = now.total(everybody)
    high, high_moe = now.share(now.reach.out, now.in_fifth(HIGHEST))
    low, low_moe = now.share(now.reach.out, now.in_fifth(LOWEST))
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


def coverage_bars(now: Situation) -> tuple[tuple[str, float, float | None], ...]:
    """Share out of reach by need fifth, highest need first; fifths without people are left out."""
    bars = []
    for fifth in (5, 4, 3, 2, 1):
        share, moe = now.share(now.reach.out, now.in_fifth(fifth))
        if share is not None:
            bars.append((c.FIFTH_LABELS[fifth], share, moe))
    return tuple(bars)


def coverage_sentence(now: Situation) -> str:
    """The finding in plain words."""
    out, moe = now.total(now.reach.out)
    share, _ = now.share(now.reach.out)
    target = now.supply.target
    if share is None:
        return f"No need area has a count of {now.who}, so nobody can be said to be in or out of reach."
    where = f"within {now.travel.distance}"
    number = f"An estimated {format_with_margin(out, moe)} {now.who} ({format_number(share, 'share')})"
    if len(now.supply.zones) == len(now.supply.sites) and len(now.supply.sites):
        text = f"{number} live outside every {target.phrase}"
    else:
        text = f"{number} have no {target.phrase} {where}"
    high, _ = now.share(now.reach.out, now.in_fifth(HIGHEST))
    low, _ = now.share(now.reach.out, now.in_fifth(LOWEST))
    if high is None or low is None:
        return f"{text}.{now.travel.sentence}"
    return (f"{text}: {format_number(high, 'share')} in the highest-need fifth of areas, "
            f"{format_number(low, 'share')} in the lowest.{now.travel.sentence}")
