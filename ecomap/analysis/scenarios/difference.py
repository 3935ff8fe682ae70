"""Who gains and who loses between two sides: per need area, and summed over any group of them. Numbers only.

Every sum is of one side less the other in the same order, so that A to B is exactly the negative of B to A.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import shapely
from attrs import field, frozen

from ecomap.analysis.scenarios.counted import Counted
from ecomap.analysis.statistics.error import moe_of_share, moe_of_weighted_sum
from ecomap.analysis.statistics.selection import (
    Selection,
    margin_of_selected_sum,
    with_selection,
)

_ROUNDING: Final = 1e-9     # of an area's ground
_SAME_PEOPLE: Final = 1e-6  # relative


@frozen
class Difference:
    """B less A by need area; rows are the areas that both sides have.

    Parameters
    ----------
    a, b : ndarray of int
        Their rows on either side.
    people : ndarray
        People counted: of both sides where `same_people`, else of A.
    gain, loss : ndarray
        Shares of the area's people who have it in reach on B only, and on A only.
    change : ndarray
        The one less the other.
    net : ndarray
        People who have it in reach on B less those on A; NaN where it is not known.
    same_people : bool
        Whether both sides count the same people; else ``net`` holds what the count itself has changed.
    missing : int
        Areas that only one side has.
    by_ground : bool
        Whether gains and losses within one area are told apart.
    """

    first: Counted
    second: Counted
    a: np.ndarray = field(eq=False, repr=False)
    b: np.ndarray = field(eq=False, repr=False)
    people: np.ndarray = field(eq=False, repr=False)
    gain: np.ndarray = field(eq=False, repr=False)
    loss: np.ndarray = field(eq=False, repr=False)
    change: np.ndarray = field(eq=False, repr=False)
    net: np.ndarray = field(eq=False, repr=False)
    same_people: bool
    missing: int
    by_ground: bool

    @property
    def known(self) -> np.ndarray:
        return ~np.isnan(self.net)

    @property
    def gaining(self) -> np.ndarray:
        """People who have it in reach on B only; where the count itself differs, what the area has more of."""
        return self.people * self.gain if self.same_people else np.maximum(self.net, 0.0)

    @property
    def losing(self) -> np.ndarray:
        """People who have it in reach on A only."""
        return self.people * self.loss if self.same_people else np.maximum(-self.net, 0.0)

    def of(self, which: int) -> np.ndarray:
        """People counted on A (0) or B (1)."""
        side, rows = ((self.first, self.a), (self.second, self.b))[which]
        return self.people if self.same_people else side.people[rows]

    def in_reach(self, which: int) -> np.ndarray:
        """People who have it in reach on A (0) or B (1)."""
        side, rows = ((self.first, self.a), (self.second, self.b))[which]
        return self.of(which) * side.served[rows]

    def access_change(self) -> np.ndarray | None:
        """Change of the measure of access; NaN where either side has none. None where the question measures none."""
        if self.first.access is None or self.second.access is None:
            return None
        before, after = self.first.access[self.a], self.second.access[self.b]
        finite = np.isfinite(before) & np.isfinite(after)
        return np.where(finite, np.where(finite, after, 0.0) - np.where(finite, before, 0.0), np.nan)

    def way_change(self) -> np.ndarray:
        """Change of the cost to the nearest; NaN where either side has none."""
        before, after = self.first.nearest[self.a], self.second.nearest[self.b]
        finite = np.isfinite(before) & np.isfinite(after)
        return np.where(finite, np.where(finite, after, 0.0) - np.where(finite, before, 0.0), np.nan)

    def margin(self, weight: np.ndarray | None = None, chosen: Selection | None = None) -> float | None:
        """90 % margin of the sum of `net`; None where the question gives no margins.

        The same people stand on both sides, so only those whose reach changes carry error; other surveys are taken as independent.

        Parameters
        ----------
        weight : ndarray, optional
            Part of every area that is summed, 0-1.
        chosen : Selection, optional
            Of places that were chosen by an estimate themselves (a need fifth): which ones, in truths and surveys that could be.
        """
        part = np.ones(len(self.a)) if weight is None else weight
        use = self.known & (part > 0)
        if self.first.moes is None or self.second.moes is None:
            return None
        if self.same_people:
            moes = np.nan_to_num(self.first.moes[self.a])
            moe: float | None = moe_of_weighted_sum((self.change * part)[use], moes[use], self.people[use])
        else:
            moe = math.hypot(*(moe_of_weighted_sum((side.served[rows] * part)[use], np.nan_to_num(side.moes[rows])[use], side.people[rows][use])
                               for side, rows in ((self.first, self.a), (self.second, self.b)) if side.moes is not None))
        return moe if chosen is None else with_selection(moe, margin_of_selected_sum(chosen, np.where(self.known, self.net, 0.0)))


@frozen
class Sum:
    """Over some need areas: who gains, who loses, and what that makes."""

    people: tuple[float, float]     # counted on A and on B
    in_reach: tuple[float, float]
    gaining: float
    losing: float
    net: float
    moe: float | None
    access: float | None = None     # mean change of access over the people, of areas where both sides have one
    access_moe: float | None = None
    areas: float = 0.0

    @property
    def certain(self) -> bool | None:
        """Whether the net change is more than its error; None where no error is known."""
        return None if self.moe is None else abs(self.net) > self.moe


def difference(first: Counted, second: Counted) -> Difference:
    """What B has that A has not, area by area.

    Parameters
    ----------
    first, second : Counted
        A and B, answers to the same question.
    """
    place = {key: row for row, key in enumerate(second.ids)}
    a = np.array([row for row, key in enumerate(first.ids) if key in place], dtype=int)
    b = np.array([place[first.ids[row]] for row in a], dtype=int)
    missing = len(first.ids) + len(second.ids) - 2 * len(a)
    people_a, people_b = first.people[a], second.people[b]
    served_a, served_b = first.served[a], second.served[b]
    same = bool(np.allclose(people_a, people_b, rtol=_SAME_PEOPLE, atol=_SAME_PEOPLE, equal_nan=True))
    change = _settled(served_b - served_a)
    if not same:
        net = people_b * served_b - people_a * served_a
        return Difference(first, second, a, b, people_a, np.maximum(change, 0.0), np.maximum(-change, 0.0), change, net, False, missing, False)
    if first.gap is None or second.gap is None or first.ground is None:
        gain, loss, by_ground = np.maximum(change, 0.0), np.maximum(-change, 0.0), False
    else:
        both_out = _both_out(first, second, a, b)
        gain, loss, by_ground = _settled((1.0 - served_a) - both_out), _settled((1.0 - served_b) - both_out), True
    people = (people_a + people_b) / 2  # where a question adds people up anew, the two may differ in the last digit
    return Difference(first, second, a, b, people, gain, loss, change, people * change, True, missing, by_ground)


def _settled(share: np.ndarray) -> np.ndarray:
    """A share without the rounding of coordinates: nothing is nothing."""
    return np.where(np.abs(share) < _ROUNDING, 0.0, share)


def _both_out(first: Counted, second: Counted, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Share of every area that is out of reach on both sides; the same whichever side is first."""
    out_a, out_b = 1.0 - first.served[a], 1.0 - second.served[b]
    found = np.minimum(out_a, out_b)
    if first.gap is None or second.gap is None or first.ground is None:
        return found
    partly = np.flatnonzero((first.served[a] > 0) & (first.served[a] < 1) & (second.served[b] > 0) & (second.served[b] < 1))
    one, other = first.gap[a[partly]], second.gap[b[partly]]
    apart = ~shapely.equals_exact(one, other, tolerance=0.0)
    partly, one, other = partly[apart], one[apart], other[apart]
    swap = shapely.to_wkb(one) > shapely.to_wkb(other) if len(partly) else np.zeros(0, dtype=bool)
    one, other = np.where(swap, other, one), np.where(swap, one, other)
    common = shapely.area(shapely.intersection(one, other)) / shapely.area(first.ground[a[partly]])
    found[partly] = np.minimum(common, found[partly])
    return found


def summed(found: Difference, weight: np.ndarray | None = None, chosen: Selection | None = None) -> Sum:
    """The sum over need areas, or over a part of each.

    Parameters
    ----------
    weight : ndarray, optional
        Part of every area's people that is summed, 0-1; all of it without.
    """
    part = np.ones(len(found.a)) if weight is None else weight
    use = found.known & (part > 0)

    def total(values: np.ndarray) -> float:
        return float((values * part)[use].sum())

    access, access_moe = _mean_access(found, part)
    return Sum(
        (total(found.of(0)), total(found.of(1))), (total(found.in_reach(0)), total(found.in_reach(1))), total(found.gaining), total(found.losing),
        total(found.net), found.margin(part, chosen), access, access_moe, float(part[use].sum()))


def _mean_access(found: Difference, part: np.ndarray) -> tuple[float | None, float | None]:
    change = found.access_change()
    if change is None:
        return None, None
    people = found.people * part
    use = np.isfinite(change) & (np.nan_to_num(people) > 0)
    if not use.any():
        return None, None
    mean = float((people[use] * change[use]).sum()) / float(people[use].sum())
    moes = found.first.moes
    return mean, None if moes is None else moe_of_share(change[use], people[use], np.nan_to_num(moes[found.a] * part)[use])


def of_group(found: Difference, counts: np.ndarray, margins: np.ndarray | None) -> Sum:
    """The sum over the people of a student group, who have in every area the same reach as everybody there.

    Parameters
    ----------
    counts, margins : ndarray
        People of the group by need area, in the order of A; NaN where not known.
    """
    group = counts[found.a]
    use = found.known & ~np.isnan(group)

    def total(values: np.ndarray) -> float:
        return float(values[use].sum())

    moe = None
    if margins is not None:
        moe = moe_of_weighted_sum(found.change[use], np.nan_to_num(margins[found.a])[use], group[use])
    return Sum(
        (total(group), total(group)), (total(group * found.first.served[found.a]), total(group * found.second.served[found.b])),
        total(group * found.gain), total(group * found.loss), total(group * found.change), moe, areas=float(use.sum()))


def layer_parts(walk: Any, places: int, rows: np.ndarray) -> np.ndarray:
    """Part of every need area inside every place, shape (places, areas): from a cross-walk of all need areas of A."""
    parts = np.zeros((places, walk.sources))
    np.add.at(parts, (walk.target, walk.source), walk.share)
    return np.clip(parts[:, rows], 0.0, 1.0)
