"""What a ranking of schools says in words and key figures."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.situation import Situation
from ecomap.analysis.need.bands import SCHOOLS, certainty, two_bands, with_band
from ecomap.analysis.need.scoring import allocation_range
from ecomap.analysis.notes import counted
from ecomap.analysis.plan.candidates import Candidates
from ecomap.analysis.plan.priority.tables import HALF_A_PERSON
from ecomap.analysis.travel.supply import APPROACH
from ecomap.model import vocabulary as v
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import joined, name, say
from ecomap.model.units import format_number, format_with_margin

Together = tuple[float, float | None]
_BARS = 10


def priority_figures(now: Situation, schools: Any, together: Together) -> tuple[KeyFigure, ...]:
    """Out of reach today, reached by the first schools together, by the first alone, and how many were ranked."""
    out, out_moe = now.total(now.reach.out)
    first = schools.iloc[0]
    shown = min(now.params.top, len(schools))
    moe = first.get(c.NEWLY_REACHED_MOE)
    return (
        KeyFigure("children_out_of_reach", say("{who} out of reach today", who=now.who.capitalize()), out, "count", out_moe),
        KeyFigure("children_reached_together", say("The first {shown} would reach together", shown=shown) if shown > 1 else say("The first would reach"), together[0], "count", together[1],
                  say("Nobody is counted twice.")),
        KeyFigure("children_reached_first", say("{first} alone", first=first[v.NAME]), float(first[c.NEWLY_REACHED]), "count",
                  None if moe is None else float(moe)),
        KeyFigure("schools_ranked", say("Schools ranked"), float(len(schools)), "count"),
        KeyFigure("schools_reaching_nobody", say("Of these, reaching nobody new"), float((schools[c.NEWLY_REACHED] < HALF_A_PERSON).sum()),
                  "count"),
    )


def priority_bars(now: Situation, schools: Any) -> tuple[tuple[str, float, float | None], ...]:
    """The first ten, as shares of all who are out of reach today."""
    out, _ = now.total(now.reach.out)
    if not out > 0:
        return ()
    bars = []
    for row in schools.head(_BARS).to_dict("records"):
        moe = row.get(c.NEWLY_REACHED_MOE)
        bars.append((str(row[v.NAME]), row[c.NEWLY_REACHED] / out, None if moe is None else moe / out))
    return tuple(bars)


def priority_sentence(now: Situation, schools: Any, together: Together) -> str:
    """The finding in plain words."""
    first = schools.iloc[0]
    if first[c.NEWLY_REACHED] < HALF_A_PERSON:
        return f"No school would bring a {now.supply.target.phrase} to {now.who} who lack one in reach."
    place = with_band(name(first[v.NAME]), first, now.params.band)
    count = format_with_margin(first[c.NEWLY_REACHED], first.get(c.NEWLY_REACHED_MOE))
    shown = min(now.params.top, len(schools))
    all_out, _ = now.total(now.reach.out)
    text = (f"{place} would bring a {now.supply.target.phrase} within "
            f"{now.travel.distance} of an estimated {count} {now.who} who have none")
    if shown > 1 and all_out > 0:
        text += f"; the first {shown} schools together would reach {format_number(together[0] / all_out, 'share')} of all who lack it"
    return joined([f"{text}.{now.travel.sentence}", certainty(schools, now.params.top, SCHOOLS, now.params.band)])


def priority_notes(now: Situation, found: Candidates, imputed: np.ndarray, tied: int) -> tuple[Note, ...]:
    """Counts and cautions of the ranking itself."""
    target = now.supply.target
    notes = [Note("caution", say("Each school is looked at on its own: neighbours in the list would partly reach the same {who}.", who=now.who))]
    if target.kind == APPROACH and len(now.supply.zones):
        notes.append(Note("caution", say("A zone reaches those inside its boundary; a new school is taken to reach those within "
                          "the distance.")))
    notes += found.notes
    if tied:
        notes.append(counted(tied, "school shares its rank", "schools share their rank",
                             " with another (mostly on one campus); equal ranks are ordered by id."))
    lent = int((imputed & now.reach.has_gap & now.known & (now.people > 0)).sum())
    if lent and now.params.need_weight > 0:
        notes.append(counted(lent, "need area without a need score takes", "need areas without a need score take",
                             " the mean score of all."))
    spread = {column: allocation_range(now.areas, column) is not None
              for column in (now.params.count, *(i.column for i in now.layer.indicators))}
    fixed = [i.label for i in now.layer.indicators
             if (not i.moe_column or i.moe_column not in now.areas) and not spread[i.column]]
    held = f" Held fixed for want of a margin: {', '.join(fixed)}." if fixed else ""
    notes.append(Note("method", say("In the rank band: the sampling error of the counts of people and of the need indicators. Not in it: distances, the even spread of people, which schools already take part.{held}", held=held)))
    if any(spread.values()):
        notes.append(Note("method", say("Also in the rank band: the error of spreading people over other areas.")))
    if now.params.draws:
        notes.append(two_bands(now.params.band, SCHOOLS))
    return tuple(notes)
