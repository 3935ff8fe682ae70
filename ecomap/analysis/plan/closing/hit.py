"""Who is hit most: shares of groups among those a closing concerns beside everyone else, with their errors. Numbers only."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from attrs import frozen

from ecomap.analysis.statistics.error import Z_90
from ecomap.model import vocabulary as v
from ecomap.model.layer import Layer
from ecomap.model.pupils import THRESHOLD
from ecomap.model.said import Said

COUNT: Final = "_count"
_KNOWN: Final = 0.95  # of the people must live where the rate has a margin, or the mean has none
PUPILS_OF, WAYS_OF = "pupils", "ways"


@frozen
class Hit:
    """A group's share among those concerned and among everyone else; None where either cannot be said.

    ``of`` is "pupils" (of the schools that close, beside all other schools of their levels) or "ways" (the areas' residents
    whose way grows, beside all others).
    """

    id: str
    of: str
    label: Said
    share: float | None
    share_moe: float | None
    other: float | None
    other_moe: float | None
    hidden: bool = False

    @property
    def more(self) -> float | None:
        return None if self.share is None or self.other is None else self.share - self.other

    @property
    def moe(self) -> float | None:
        """90 % margin of the difference."""
        if self.share_moe is None or self.other_moe is None:
            return None
        return float(np.hypot(self.share_moe, self.other_moe))

    @property
    def certain(self) -> bool | None:
        """Whether the difference is more than its error; None where no error is known."""
        return None if self.more is None or self.moe is None else abs(self.more) > self.moe


def pupils_hit(schools: Any, layer: Layer, closing: np.ndarray, beside: np.ndarray) -> tuple[Hit, ...]:
    """Every group that schools count, at the schools that close and at those beside them.

    The margin is what chance alone does to so many pupils (binomial): a year's roll is one of many that could be. Schools that do
    not say a group's number are in neither share.
    """
    if v.ENROLLMENT not in schools:
        return ()
    pupils = schools[v.ENROLLMENT].to_numpy(dtype=float, na_value=np.nan)
    found = []
    for column in [str(one) for one in schools.columns if str(one).endswith(COUNT)]:
        if schools[column].dtype.kind not in "fiu" and str(schools[column].dtype) not in ("Int64", "Float64"):
            continue
        group = schools[column].to_numpy(dtype=float, na_value=np.nan)
        (share, moe, small), (other, other_moe, few) = (_of(group, pupils, rows) for rows in (closing, beside & ~closing))
        # a margin of so many pupils gives a share back, so it goes with it
        told = (None, None) if small else (share, moe), (None, None) if few else (other, other_moe)
        found.append(Hit(column, PUPILS_OF, layer.column(column).label, *told[0], *told[1], hidden=small or few))
    return tuple(found)


def _of(group: np.ndarray, pupils: np.ndarray, rows: np.ndarray) -> tuple[float | None, float | None, bool]:
    """Share of a group over some schools, its margin, and whether so few are of it, or not of it, that it is not shown."""
    use = rows & ~np.isnan(group) & ~np.isnan(pupils)
    number, everybody = float(group[use].sum()), float(pupils[use].sum())
    if not everybody > 0 or number > everybody:
        return None, None, False
    share = number / everybody
    small = min(number, everybody - number) < THRESHOLD
    # Agresti and Coull: four more pupils, two of them of the group, so that 0 % and 100 % have an error as well
    even, more = (number + 2) / (everybody + 4), everybody + 4
    return share, float(Z_90 * np.sqrt(even * (1 - even) / more)), small


def ways_hit(areas: Any, layer: Layer, people: np.ndarray, share: np.ndarray) -> tuple[Hit, ...]:
    """Every need that is a share of residents, where the way grows and everywhere else, weighted by the people counted."""
    found = []
    for item in layer.indicators:
        if item.unit != "share" or item.column not in areas:
            continue
        rate = areas[item.column].to_numpy(dtype=float, na_value=np.nan)
        margin = item.moe_column or item.column + v.MOE_SUFFIX
        moes = areas[margin].to_numpy(dtype=float, na_value=np.nan) if margin in areas else None
        (one, one_moe), (other, other_moe) = (_mean(rate, moes, weight) for weight in (people * share, people * (1 - share)))
        found.append(Hit(item.column, WAYS_OF, item.label, one, one_moe, other, other_moe))
    return tuple(found)


def _mean(rate: np.ndarray, moes: np.ndarray | None, weight: np.ndarray) -> tuple[float | None, float | None]:
    use = ~np.isnan(rate) & (np.nan_to_num(weight) > 0)
    total = float(weight[use].sum())
    if not total > 0:
        return None, None
    mean = float((rate[use] * weight[use]).sum()) / total
    if moes is None:
        return mean, None
    told = use & ~np.isnan(moes)
    if float(weight[told].sum()) < _KNOWN * total:
        return mean, None
    return mean, float(np.sqrt(((weight[told] * moes[told]) ** 2).sum())) / total
