"""The years of a plan: what opens when, and whom it reaches by then."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.plan.expansion.params import HIGHEST
from ecomap.analysis.plan.expansion.proposal import Proposal
from ecomap.analysis.plan.expansion.words import year_word
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, Column
from ecomap.model.result import Output
from ecomap.model.said import say
from ecomap.model.style import CATEGORISED, LayerStyle

OPENS_IN: Final = "opens_in"
NEW_SCHOOLS: Final = "new_schools"
OPEN_BY_THEN: Final = "open_by_then"
SHARE_OUT_BY_THEN: Final = "share_out_by_then"
SHARE_TO_HIGHEST: Final = "share_to_highest"
SPENT: Final = "spent_usd"
_FIRST, _LAST = (0x4A, 0x00, 0x27), (0xE4, 0x7A, 0xB2)   # from dark for the first year to light for the last


def year_style(years: int) -> LayerStyle:
    """Circles with the order of opening in them, darker the sooner they open."""
    symbols = []
    for number in range(years):
        part = number / max(years - 1, 1)
        colour = "".join(f"{round(a + part * (b - a)):02X}" for a, b in zip(_FIRST, _LAST, strict=True))
        symbols.append((year_word(number + 1), f"#{colour}", "circle"))
    return LayerStyle(kind=CATEGORISED, column=OPENS_IN, line="#FFFFFF", shape="circle", size=13.0, label_column="order",
                      symbols=tuple(symbols))


def years_output(plan: Proposal) -> Output:
    """Each year: what opens, whom it adds, and who is still out of reach at its end. Nothing is taken away again."""
    now, opened = plan.now, np.array(plan.answer.year, dtype=int)
    cost = plan.cost[plan.rows]
    rows: list[dict[str, Any]] = []
    for year in range(1, plan.params.years + 1):
        new, by_then = plan.added[opened == year].sum(axis=0), plan.added[opened <= year].sum(axis=0)
        people, moe = now.total(new)
        everybody, _ = now.total(by_then)
        rows.append({
            v.ID: f"year-{year}", v.NAME: year_word(year), NEW_SCHOOLS: int((opened == year).sum()),
            c.NEWLY_REACHED: people, c.NEWLY_REACHED_MOE: moe, OPEN_BY_THEN: everybody,
            SHARE_OUT_BY_THEN: now.share(now.reach.out - by_then)[0],
            SHARE_TO_HIGHEST: now.total(by_then, now.in_fifth(HIGHEST))[0] / everybody if everybody > 0 else np.nan,
            SPENT: float(cost[opened == year].sum()),
        })
    frame = pd.DataFrame(rows)
    frame[v.NAME] = c.messages((row[v.NAME] for row in rows), frame.index)
    numbers = [c.NEWLY_REACHED, c.NEWLY_REACHED_MOE, OPEN_BY_THEN, SHARE_OUT_BY_THEN, SHARE_TO_HIGHEST, SPENT]
    frame[numbers] = frame[numbers].astype(float)
    banded, priced = now.moes is not None, bool(plan.cost.any())
    frame = frame.drop(columns=[*(() if banded else (c.NEWLY_REACHED_MOE,)), *(() if priced else (SPENT,))])
    who = now.who.capitalize()
    described = (
        *c.id_columns(), Column(NEW_SCHOOLS, say("Schools that open"), "count"),
        *c.children_columns(say("{who} newly in reach", who=who), banded, c.NEWLY_REACHED),
        Column(OPEN_BY_THEN, say("{who} newly in reach by then", who=who), "count", say("With all that has opened so far.")),
        Column(SHARE_OUT_BY_THEN, say("Share still out of reach"), "share"),
        Column(SHARE_TO_HIGHEST, say("Of those reached by then, in the highest-need fifth"), "share",
               say("A floor holds when all is open, not in every year.")),
        *((Column(SPENT, say("Spent in the year"), "usd"),) if priced else ()),
    )
    return Output("years", say("What opens in which year"), frame, described, NO_GEOMETRY)
