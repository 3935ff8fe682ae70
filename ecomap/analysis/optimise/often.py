"""How often each site is in plans that are nearly as good: a walk from plan to plan by exchanging one site for another.

At every plan all exchanges of one site that lead to another plan of the family (within the tolerance, within every wish) are
worked out, and one of them is taken, each as likely as any other. A plan with many such neighbours is come to more often than
one with few, in proportion, so each is counted by one over its neighbours: in the long run all plans that exchanges lead to
count alike (the walk of Metropolis 1953 without its pauses). It is no list of the family: plans of another number of sites,
and such as no chain of single exchanges leads to, are not met.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from attrs import evolve, field, frozen

from ecomap.analysis.optimise.case import Floats
from ecomap.analysis.optimise.cover import FLOOR_ROUNDING, Bools, Cover
from ecomap.analysis.optimise.exchange import Moves
from ecomap.analysis.optimise.solver import Ints
from ecomap.model.progress import Progress
from ecomap.model.said import say

MOVES: Final = 3_000      # of each walk
WALKS: Final = 2
_LOOK_EVERY: Final = 50
_UNHEARD: Final = 0.05    # of the moves, at first, while where the walk began still tells


@frozen
class Often:
    """What walks met.

    Parameters
    ----------
    share : ndarray
        By site, in what share of the plans it is.
    plans : int
        How many different plans were met.
    apart : float
        How far two walks are apart at most for any site: what the sample leaves open, 0-1.
    """

    share: Floats = field(eq=False, repr=False)
    plans: int
    apart: float = 0.0


def often(cover: Cover, opened: Bools, least: float, possible: Bools, progress: Progress) -> Often:
    """Walk twice through the plans with as many sites that newly reach at least so many people, from one that does.

    ``possible``: sites that are not ruled out; leaving the others aside changes nothing but the time it takes.
    """
    kept = possible | opened | cover.case.open
    near = _with_sites(cover, kept)
    met: set[bytes] = set()
    shares = [walked(near, opened, least, progress.part(seed / WALKS, (seed + 1) / WALKS), seed=seed, met=met).share for seed in range(WALKS)]
    return Often(np.mean(shares, axis=0), len(met), float(np.ptp(shares, axis=0).max(initial=0.0)))


def _with_sites(cover: Cover, kept: Bools) -> Cover:
    """The same problem in which some sites see nobody, and without the groups that nobody sees then."""
    from scipy.sparse import diags_array  # heavy

    sees = (cover.sees @ diags_array(kept.astype(np.float64))).tocsr()
    sees.eliminate_zeros()
    seen = np.diff(sees.indptr) > 0
    favoured = tuple((wish, share[seen]) for wish, share in cover.favoured)
    return evolve(cover, sees=sees[np.flatnonzero(seen)], weight=cover.weight[seen], favoured=favoured, useful=cover.useful & kept)


def walked(cover: Cover, opened: Bools, least: float, progress: Progress, *, moves: int = MOVES, seed: int = 0,
           met: set[bytes] | None = None) -> Often:
    """One walk; the plans it meets are put into ``met``."""
    walk, random = _Walk(cover, opened), np.random.default_rng(seed)
    times, weight = np.zeros(len(opened)), 0.0
    met = set() if met is None else met
    for number in range(moves):
        if number % _LOOK_EVERY == 0:
            progress.at(number / moves, say("Walking through the plans that are nearly as good"))
        met.add(walk.opened.tobytes())
        enters, leaves = walk.exchanges(least)
        if not len(enters):
            return Often(opened.astype(np.float64), 1)
        if number >= _UNHEARD * moves:
            times += walk.opened / len(enters)
            weight += 1 / len(enters)
        taken = int(random.integers(len(enters)))
        walk.exchange(int(enters[taken]), int(leaves[taken]))
    return Often(times / weight, len(met))


class _Walk:
    """A plan that changes by one site at a time. What every exchange would add is kept up to date by the groups that a move touches.

    ``worth`` holds rows: people, and what each floor has room for. ``gain``: what each site would add; ``loss``: what each place in the
    plan alone holds; ``both``: what of that each site would hold as well.
    """

    def __init__(self, cover: Cover, opened: Bools) -> None:
        self.cover, self.opened, self.moves = cover, opened.copy(), Moves(cover)
        sees, by_site = cover.sees.tocsr(), cover.sees.T.tocsr()
        self.starts, self.sites_of = sees.indptr, sees.indices
        self.groups_of = [by_site.indices[low:high] for low, high in pairwise(by_site.indptr)]
        self.worth = np.vstack([cover.weight, *cover.leans()])
        self.inside = np.flatnonzero(opened & ~cover.case.open)
        self.slot = np.full(len(opened), -1, dtype=np.int64)
        self.slot[self.inside] = np.arange(len(self.inside))
        self.times = np.asarray(cover.sees @ opened.astype(np.float64)).round().astype(np.int64)
        self.slots = np.asarray(cover.sees @ np.where(opened, self.slot, 0).astype(np.float64)).round().astype(np.int64)
        shape = (len(self.worth), len(self.inside), len(opened))
        self.gain, self.loss, self.both = np.zeros((shape[0], shape[2])), np.zeros(shape[:2]), np.zeros(shape)
        self._count(np.arange(len(cover.weight)), 1.0)
        self.value = self.worth[:, self.times > 0].sum(axis=1)

    def _count(self, groups: Ints, sign: float) -> None:
        """Put what some groups add to the three tables in, or take it out."""
        sizes = self.starts[groups + 1] - self.starts[groups]
        row = np.repeat(groups, sizes)
        site = self.sites_of[np.repeat(self.starts[groups], sizes) + np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)]
        free = self.times[row] == 0
        alone = (self.times[row] == 1) & (self.slots[row] >= 0)
        held = groups[(self.times[groups] == 1) & (self.slots[groups] >= 0)]
        count, places = len(self.opened), len(self.inside)
        for number, worth in enumerate(self.worth):
            self.gain[number] += sign * np.bincount(site[free], worth[row[free]], count)
            self.loss[number] += sign * np.bincount(self.slots[held], worth[held], places)
            spot = self.slots[row[alone]] * count + site[alone]
            self.both[number] += sign * np.bincount(spot, worth[row[alone]], places * count).reshape(places, count)

    def exchange(self, enters: int, leaves: int) -> None:
        """Exchange one site for another."""
        gone, come = self.groups_of[leaves], self.groups_of[enters]
        touched, place = np.union1d(gone, come), self.slot[leaves]
        before = self.worth[:, touched[self.times[touched] > 0]].sum(axis=1)
        self._count(touched, -1.0)
        self.times[gone] -= 1
        self.slots[gone] -= place
        self.times[come] += 1
        self.slots[come] += place
        self.slot[enters], self.slot[leaves], self.inside[place] = place, -1, enters
        self.opened[enters], self.opened[leaves] = True, False
        self._count(touched, 1.0)
        self.value += self.worth[:, touched[self.times[touched] > 0]].sum(axis=1) - before

    def exchanges(self, least: float) -> tuple[Ints, Ints]:
        """Every exchange after which so many people are reached and every wish is met, by who enters, then who leaves."""
        after = self.value[:, None, None] + self.gain[:, None, :] - self.loss[:, :, None] + self.both
        enough = (after[0] >= least) & ~self.opened[None, :] & self.cover.useful[None, :]
        enough &= (after[1:] >= -FLOOR_ROUNDING).all(axis=0)
        place, enters = np.nonzero(enough)
        leaves = self.inside[place]
        kept = self.moves.kept(self.opened, enters, leaves)
        order = np.lexsort((leaves[kept], enters[kept]))
        return enters[kept][order], leaves[kept][order]
