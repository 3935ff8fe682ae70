"""What the numbers allow to say: helped, hurt, no difference larger than so much, or cannot tell, and why not. Numbers only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from attrs import evolve, field, frozen

from ecomap.analysis.assets.helped.case import Case
from ecomap.analysis.statistics import group_time as gt
from ecomap.analysis.statistics.matching import UNBALANCED

HELPED, HURT, SAME, CANNOT_TELL = "helped", "hurt", "same", "cannot_tell"
# Why it cannot be told, in the order in which it is said.
NOBODY, FEW, UNCHECKED, DIFFERED, ELSEWHERE, UNLIKE, BOTH_SIDES = "nobody", "few", "unchecked", "differed", "elsewhere", "unlike", "both_sides"
PLACEBO_LIMIT: Final = 0.10  # a difference, or a drift, as large by chance less often than this: the years before the start differ


@frozen
class Found:
    """The estimates of one comparison with their bands, and the verdict on them."""

    case: Case = field(eq=False)
    each: gt.Effects = field(eq=False)
    each_band: gt.Bands = field(eq=False)
    event: gt.Effects = field(eq=False)
    event_band: gt.Bands = field(eq=False)
    whole: gt.Effects = field(eq=False)
    whole_band: gt.Bands = field(eq=False)
    placebo_p: float        # NaN: no year before the start to check by
    placebo_years: int
    trend_p: float = np.nan  # of the drift before the start, on a line
    verdict: str = CANNOT_TELL
    why: tuple[str, ...] = ()

    @property
    def estimate(self) -> float:
        return float(self.whole.estimate[0]) if len(self.whole) else np.nan

    @property
    def margin(self) -> float:
        return float(self.whole_band.high[0] - self.whole.estimate[0]) if len(self.whole) else np.nan

    @property
    def began(self) -> int:
        """Schools that began and are counted."""
        return int(self.whole.units[0]) if len(self.whole) else 0

    @property
    def beside(self) -> int:
        return int(self.whole.beside[0]) if len(self.whole) else 0

    @property
    def check_p(self) -> float:
        """The smaller chance of both checks of the years before; NaN where there are none."""
        known = [one for one in (self.placebo_p, self.trend_p) if not np.isnan(one)]
        return min(known) if known else np.nan

    @property
    def detectable(self) -> float:
        return float(gt.detectable(self.whole)[0]) if len(self.whole) else np.nan


@frozen
class Limits:
    """When nothing is said: fewer schools on a side, fewer years before the start, or a smaller difference than matters."""

    fewest: int = 10
    years_before: int = 1
    matters: float = 0.0   # 0: not asked
    placebo: float = PLACEBO_LIMIT
    unlike: float = UNBALANCED


def found_in(case: Case, *, comparison: str, limits: Limits, better: int, draws: int, seed: int) -> Found:
    """The estimates, the check on the years before the start, and what may be said."""
    each = gt.group_time(case.panel, comparison=comparison)
    event, whole = gt.by_event_time(each), gt.overall(each)
    ids = case.panel.ids
    each_band, event_band, whole_band = (gt.bands(one, ids, draws=draws, seed=seed) for one in (each, event, whole))
    placebo = gt.before(event)
    chance = gt.bands(placebo, ids, draws=draws, seed=seed).p
    drift = gt.bands(gt.trend_before(event), ids, draws=draws, seed=seed).p
    found = Found(case, each, each_band, event, event_band, whole, whole_band, chance, len(placebo), drift)
    return judged(found, limits, better)


def found_by(ways: Mapping[str, tuple[Case, str]], *, limits: Limits, better: int, draws: int, seed: int) -> dict[str, Found]:
    """The same by several ways of comparing (a case, and beside whom): where the years before differ by any of them, none tells more.

    A way that loses schools to matching sees less of a drift than one that keeps them all, and is misled by it just as much.
    """
    found = {key: found_in(case, comparison=beside, limits=limits, better=better, draws=draws, seed=seed) for key, (case, beside) in ways.items()}
    apart = any(one.check_p <= limits.placebo for one in found.values())
    return {key: judged(one, limits, better, elsewhere=apart) for key, one in found.items()}


def judged(found: Found, limits: Limits, better: int, *, elsewhere: bool = False) -> Found:
    """What may be said; ``elsewhere``: by some way of comparing both sides moved apart before the start."""
    why = reasons(found, limits, elsewhere=elsewhere)
    return evolve(found, verdict=verdict(found.estimate, found.margin, better=better, matters=limits.matters, why=why),
                  why=why or ((BOTH_SIDES,) if _both(found, limits) else ()))


def reasons(found: Found, limits: Limits, *, elsewhere: bool = False) -> tuple[str, ...]:
    """Why nothing can be told whatever the estimate is."""
    if not len(found.whole):
        return (NOBODY,)
    told = (
        (FEW, min(found.began, found.beside) < limits.fewest),
        (UNCHECKED, found.placebo_years < limits.years_before),
        (DIFFERED, found.check_p <= limits.placebo),
        (ELSEWHERE, elsewhere and not found.check_p <= limits.placebo),
        (UNLIKE, found.case.matched and found.case.furthest > limits.unlike),
    )
    return tuple(code for code, holds in told if holds)


def verdict(estimate: float, margin: float, *, better: int, matters: float = 0.0, why: tuple[str, ...] = ()) -> str:
    """The same where all of the band is smaller than what matters; helped or hurt where it lies on one side of none.

    >>> [verdict(one, 0.02, better=-1, matters=0.05) for one in (-0.031, 0.031, 0.03, 0.01)]
    ['helped', 'hurt', 'same', 'same']
    >>> verdict(0.01, 0.02, better=1), verdict(0.03, 0.02, better=1, why=("few",))
    ('cannot_tell', 'cannot_tell')
    """
    if why or np.isnan(estimate) or np.isnan(margin):
        return CANNOT_TELL
    if matters > 0 and abs(estimate) + margin <= matters:
        return SAME
    if abs(estimate) <= margin:
        return CANNOT_TELL
    return HELPED if estimate * better > 0 else HURT


def _both(found: Found, limits: Limits) -> bool:
    return verdict(found.estimate, found.margin, better=1, matters=limits.matters) == CANNOT_TELL
