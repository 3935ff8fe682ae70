"""How evenly access is shared between areas of high and low need, in figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.access.setting import AccessSetting
from ecomap.analysis.notes import count_note
from ecomap.analysis.statistics import equity as e
from ecomap.analysis.statistics.error import Z_90, moe_of_share, moe_of_sum
from ecomap.analysis.statistics.selection import (
    margin_of_drawn,
    margin_of_selected_mean,
    selected_mean,
    with_selection,
)
from ecomap.model import vocabulary as v
from ecomap.model.result import Note
from ecomap.model.said import Said, plural, say

MEAN, MEAN_MOE, EDE, SHARE_OUT = "mean", "mean_moe", "distance_equivalent_m", c.SHARE_OUT
HIGHEST, LOWEST = 5, 1
ORDER = (5, 4, 3, 2, 1)


@frozen
class Equity:
    """Who gets how much.

    ``fifths``: index 5 (highest need) to 1: people, mean, standard_error, out, share_out, share_out_moe, ede_m; missing
    where a fifth has nobody. ``good``: more is better; else places out of reach have no finite value and stay out of means.
    """

    good: bool
    fifths: pd.DataFrame = field(eq=False, repr=False)
    mean: float | None
    gap: e.Disparity | None
    out: float
    out_moe: float | None
    share_out: float | None
    concentration: float | None
    gini: float | None
    theil: e.Theil | None
    ede_m: float | None
    notes: tuple[Note, ...]

    def mean_of(self, fifth: int) -> float | None:
        value = self.fifths[MEAN].get(fifth, np.nan)
        return None if np.isnan(value) else float(value)

    @property
    def gap_moe(self) -> float | None:
        return None if self.gap is None or self.gap.standard_error is None else self.gap.standard_error * Z_90

    @property
    def bars(self) -> tuple[tuple[Said, float, float | None], ...]:
        known = self.fifths[self.fifths[SHARE_OUT].notna()]
        return tuple((c.FIFTH_LABELS[int(fifth)], float(row[SHARE_OUT]), None if np.isnan(row[c.SHARE_OUT_MOE]) else
                      float(row[c.SHARE_OUT_MOE])) for fifth, row in known.iterrows())


def equity_of(access: pd.Series, now: AccessSetting, *, good: bool) -> Equity:
    """Compare access between need fifths and over everybody.

    Parameters
    ----------
    access : Series
        By area, in the order of ``now.areas``; missing without a count of people, infinite out of reach where less is better.
    good : bool
        Whether more is better.
    """
    values, people = access.to_numpy(dtype=float), now.people
    fifth, need = now.fifth.to_numpy(dtype=float), now.need.to_numpy(dtype=float)
    lived = now.known & (people > 0)
    use = lived & np.isfinite(values)
    errors = None if now.moes is None else np.nan_to_num(now.moes, nan=0.0) / Z_90
    away = lived & (now.states == c.NONE_IN_REACH)
    total = float(people[lived].sum())
    kappa = _kappa(now, lived)
    table = pd.DataFrame([_row(now, values, use, lived, away, errors, kappa, fifth == number, number) for number in ORDER],
                         index=pd.Index(ORDER, name=c.FIFTH))
    compared = use & ~np.isnan(fifth)
    labels = np.array([c.FIFTH_LABELS[int(number)] for number in fifth[compared]], dtype=object)
    ends = {c.FIFTH_LABELS[HIGHEST], c.FIFTH_LABELS[LOWEST]}
    gap = None
    if ends <= set(labels):
        gap = e.disparity(values[compared], people[compared], labels, c.FIFTH_LABELS[HIGHEST], c.FIFTH_LABELS[LOWEST],
                          people_errors=None if errors is None else errors[compared])
        gap = e.with_further_error(gap, _gap_selection(now, values, use))
    scored = use & ~np.isnan(need)
    some = bool(use.any())
    return Equity(
        good, table, float(np.average(values[use], weights=people[use])) if some else None, gap,
        float(people[away].sum()), None if now.moes is None else moe_of_sum(people[away], np.nan_to_num(now.moes[away])),
        float(people[away].sum() / total) if total > 0 else None,
        e.concentration_index(values[scored], people[scored], need[scored]) if scored.any() else None,
        e.gini(values[use], people[use]) if some else None,
        e.theil(values[compared], people[compared], groups=labels) if compared.any() else None,
        _ede(now, lived, kappa), _notes(values, lived, now, good),
    )


def _row(
    now: AccessSetting, values: np.ndarray, use: np.ndarray, lived: np.ndarray, away: np.ndarray,
    errors: np.ndarray | None, kappa: float, inside: np.ndarray, number: int,
) -> dict[str, Any]:
    here, all_here = use & inside, lived & inside
    people, drawn = now.people, now.fifths_drawn
    mean = error = ede = share = share_moe = np.nan
    if people[here].sum() > 0:
        mean = float(np.average(values[here], weights=people[here]))
        if errors is not None:
            error = float(np.sqrt((((values[here] - mean) * errors[here]) ** 2).sum()) / people[here].sum())
        if drawn is not None:
            error = with_selection(error, margin_of_selected_mean(drawn.chosen(number), *_amounts(now, values, use)) / Z_90) or 0.0
    if people[all_here].sum() > 0:
        share = float(people[all_here & away].sum() / people[all_here].sum())
        found = _ede(now, all_here, kappa)
        ede = np.nan if found is None else found
        if now.moes is not None:
            share_moe = moe_of_share(away[all_here].astype(float), people[all_here], np.nan_to_num(now.moes[all_here]))
        if drawn is not None:
            share_moe = with_selection(share_moe, margin_of_selected_mean(drawn.chosen(number), *_amounts(now, away.astype(float), lived))) or 0.0
    return {"areas": int(inside.sum()), v.CHILDREN: float(people[all_here].sum()), MEAN: mean, MEAN_MOE: error * Z_90,
            c.OUT_OF_REACH: float(people[all_here & away].sum()), SHARE_OUT: share, c.SHARE_OUT_MOE: share_moe, EDE: ede}


def _amounts(now: AccessSetting, values: np.ndarray, use: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What every area adds to a mean over people, and its people; nothing where it is not used."""
    people = np.where(use, now.people, 0.0)
    return np.where(use, people * np.where(use, values, 0.0), 0.0), people


def _gap_selection(now: AccessSetting, values: np.ndarray, use: np.ndarray) -> float | None:
    """Standard error of the gap that comes from not knowing which areas are in the fifths; None where that is known."""
    if now.fifths_drawn is None:
        return None
    high, low = (now.fifths_drawn.chosen(number) for number in (HIGHEST, LOWEST))
    given = _amounts(now, values, use)
    seen, true = (selected_mean(one, *given) - selected_mean(other, *given) for one, other in (
        (high.surveys, low.surveys), (high.truths, low.truths)))
    return margin_of_drawn(seen - true) / Z_90


def _kappa(now: AccessSetting, lived: np.ndarray) -> float:
    """One kappa for all that is compared: epsilon -1 (distance is a burden) over everybody."""
    if not lived.any() or not np.isfinite(now.nearest_m[lived]).all():
        return np.nan
    return e.kolm_pollak_kappa(now.nearest_m[lived], now.people[lived], epsilon=-1)


def _ede(now: AccessSetting, rows: np.ndarray, kappa: float) -> float | None:
    if np.isnan(kappa) or not rows.any():
        return None
    return e.kolm_pollak_ede(now.nearest_m[rows], now.people[rows], kappa=kappa)


def _notes(values: np.ndarray, lived: np.ndarray, now: AccessSetting, good: bool) -> tuple[Note, ...]:
    notes = []
    endless = int((lived & ~np.isfinite(values)).sum())
    if endless and not good:
        notes.append(count_note(plural(
            "{n} area reaches nothing and is in no mean; they rank worst and are counted separately.",
            "{n} areas reach nothing and are in no mean; they rank worst and are counted separately.", endless)))
    if now.moes is not None:
        notes.append(Note("caution", say("The interval of the gap carries the sampling error of the counts of people and of which areas are in a fifth, not "
                          "that of distances or places.")))
    return tuple(notes)
