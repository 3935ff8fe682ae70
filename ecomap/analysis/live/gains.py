"""What every place that could have it would newly bring into reach, for any distance at once, and several of them together."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from attrs import field, frozen

from ecomap.analysis.live.nearness import inside
from ecomap.analysis.live.spread import Spread
from ecomap.model.progress import Progress
from ecomap.model.said import say

Pairs: TypeAlias = tuple[np.ndarray, np.ndarray]  # positions of pairs, rising, and a share of each
_AT_ONCE = 64  # places looked at together, so that few pairs are in memory that are not kept


@frozen
class Gains:
    """Pairs of a place and a piece of ground that is nearer to it than to anything there is today, place by place.

    No other pair matters: what the nearest site of today reaches first, a new one never reaches newly.

    Parameters
    ----------
    begins : ndarray of int
        Where the pairs of each place begin, and where the last ones end.
    away_m : ndarray
        From the place to the middle of the piece, metres in a straight line.
    today_m : ndarray
        From the piece to the nearest site of today; inf where there is none.
    piece, area, share, half_m : ndarray
        The piece, and what it is in `ecomap.analysis.live.spread.Spread`.
    areas, pieces : int
    limit_m : float
        How far pairs were looked for.
    """

    begins: np.ndarray = field(eq=False, repr=False)
    away_m: np.ndarray = field(eq=False, repr=False)
    today_m: np.ndarray = field(eq=False, repr=False)
    piece: np.ndarray = field(eq=False, repr=False)
    area: np.ndarray = field(eq=False, repr=False)
    share: np.ndarray = field(eq=False, repr=False)
    half_m: np.ndarray = field(eq=False, repr=False)
    areas: int
    pieces: int
    limit_m: float

    def __len__(self) -> int:
        return len(self.away_m)

    @property
    def places(self) -> int:
        return len(self.begins) - 1

    @classmethod
    def of(
        cls, ground: Spread, today_m: np.ndarray, places: int, pairs: tuple[np.ndarray, np.ndarray, np.ndarray], *, limit_m: float
    ) -> Gains:
        """Put pairs in order once; those that do not matter are left out.

        Parameters
        ----------
        today_m : ndarray
            From every piece to the nearest site of today.
        pairs : tuple of ndarray
            Distance, place and piece of each, in any order.
        limit_m : float
            How far they were looked for.
        """
        away, place, piece = pairs
        new = away < today_m[piece]
        away, place, piece = away[new], place[new], piece[new]
        order = np.lexsort((piece, place))
        away, place, piece = away[order], place[order], piece[order].astype(np.int32)
        area = ground.area[piece]
        begins = np.searchsorted(place, np.arange(places + 1))
        small = np.float32  # a millimetre in ten kilometres
        return cls(begins, away.astype(small), today_m[piece].astype(small), piece, area.astype(np.int32), ground.share[piece].astype(small),
                   ground.half_m[piece].astype(small), ground.areas, len(ground), limit_m)

    def shares(self, reach_m: float) -> Pairs:
        """The pairs that count at a distance, and the share of its area that each place newly brings into reach with each.

        Parameters
        ----------
        reach_m : float
            Metres in a straight line.

        Returns
        -------
        pair : ndarray of int, rising
            Positions of the pairs.
        share : ndarray
        """
        widest = float(self.half_m.max(initial=0.0))
        pair = np.flatnonzero((self.away_m < np.float32(reach_m + widest)) & (self.today_m > np.float32(reach_m - widest)))
        half = self.half_m[pair]
        share = inside(reach_m, self.away_m[pair], half)
        share -= inside(reach_m, self.today_m[pair], half)
        np.maximum(share, 0.0, out=share)
        share *= self.share[pair]
        return pair, share

    def newly(self, reached: Pairs, *weights: np.ndarray) -> np.ndarray:
        """What every place newly brings into reach on its own, by each of some weights.

        Parameters
        ----------
        reached : tuple
            Of `shares`.
        weights : ndarray
            By area: its people, or its people times their need.

        Returns
        -------
        ndarray, shape (weights, places)
        """
        from scipy.sparse import csr_array  # heavy

        pair, share = reached
        by_area = csr_array((share, self.area[pair], np.searchsorted(pair, self.begins)), shape=(self.places, self.areas))
        return np.asarray((by_area @ np.stack(weights, axis=1)).T)

    def together(self, reached: Pairs, weight: np.ndarray) -> Together:
        """The same pairs, to count several places without counting anybody twice."""
        pair, share = reached
        return Together(np.searchsorted(pair, self.begins), self.piece[pair], share * weight[self.area[pair]], self.pieces)


def straight_pairs(
    ground: Spread, today_m: np.ndarray, places: np.ndarray, *, limit_m: float, lived: np.ndarray, progress: Progress
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places and the pieces of ground that are nearer to them than to anything there is today, in a straight line.

    Parameters
    ----------
    today_m : ndarray
        From every piece to the nearest site of today, metres.
    places : ndarray, shape (n, 2)
        Metres.
    limit_m : float
        No pair further apart is looked for: the largest reach that can be asked for.
    lived : ndarray of bool
        The areas where somebody lives; the others have no pairs.

    Returns
    -------
    away_m, place, piece : ndarray
    """
    from scipy.spatial import cKDTree  # heavy

    kept = np.flatnonzero(lived[ground.area])
    parts = [(np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))]
    if len(kept):
        tree = cKDTree(ground.xy[kept])
        for start in range(0, len(places), _AT_ONCE):
            progress.at(start / len(places), say("Measuring what each school would add"))
            some = cKDTree(places[start : start + _AT_ONCE])
            pairs = some.sparse_distance_matrix(tree, limit_m, output_type="ndarray")
            pairs = pairs[pairs["v"] < today_m[kept[pairs["j"]]]]
            parts.append((pairs["v"], pairs["i"] + start, kept[pairs["j"]]))
    away, place, piece = (np.concatenate(part) for part in zip(*parts))
    return away, place, piece


@frozen
class Together:
    """How many every place newly reaches on every piece of ground, at one distance, place by place.

    Parameters
    ----------
    begins : ndarray of int
        Where the pairs of each place begin, and where the last ones end.
    piece : ndarray of int
    amount : ndarray
        People, or people times need.
    """

    begins: np.ndarray = field(eq=False, repr=False)
    piece: np.ndarray = field(eq=False, repr=False)
    amount: np.ndarray = field(eq=False, repr=False)
    pieces: int

    def reached(self, places: np.ndarray) -> float:
        """The amount that these places reach together; on a piece that several reach, the one that reaches most of it counts."""
        most = np.zeros(self.pieces)
        return float(sum(self._add(most, int(place)) for place in places))

    def greedy(self, count: int, first: Sequence[int] = (), never: Sequence[int] = ()) -> tuple[np.ndarray, np.ndarray]:
        """One place after the other, each the one that adds most to those before it; first by position of equals.

        ``first`` come before all others, whatever they add; ``never`` are not chosen.

        A choice of so many together may reach more: this is a first look, at least 63 % of the best there is
        (Nemhauser, Wolsey and Fisher 1978), and usually 97 % of it.

        Returns
        -------
        places : ndarray of int
            At most ``count``; none that adds nothing.
        added : ndarray
            What each adds.
        """
        places = len(self.begins) - 1
        alone = np.bincount(np.repeat(np.arange(places), np.diff(self.begins)), self.amount, places)
        out = {*first, *never}
        waiting = [(-float(gain), place, 0) for place, gain in enumerate(alone) if gain > 0 and place not in out]
        heapq.heapify(waiting)
        most = np.zeros(self.pieces)
        chosen = list(dict.fromkeys(first))
        added = [self._add(most, place) for place in chosen]
        while waiting and len(chosen) < count:
            gain, place, asked = heapq.heappop(waiting)
            if asked < len(chosen):  # found before others were chosen: it can only be less by now
                heapq.heappush(waiting, (-self._more(most, place), place, len(chosen)))
            elif gain >= 0:
                break
            else:
                added.append(self._add(most, place))
                chosen.append(place)
        return np.array(chosen, dtype=int), np.array(added)

    def _more(self, most: np.ndarray, place: int) -> float:
        own = slice(self.begins[place], self.begins[place + 1])
        return float(np.maximum(self.amount[own] - most[self.piece[own]], 0.0).sum())

    def _add(self, most: np.ndarray, place: int) -> float:
        own = slice(self.begins[place], self.begins[place + 1])
        piece, amount = self.piece[own], self.amount[own]
        more = np.maximum(amount - most[piece], 0.0)
        most[piece] += more
        return float(more.sum())
