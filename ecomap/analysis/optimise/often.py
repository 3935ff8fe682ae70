"""How often each site is in plans that are nearly as good: a walk from plan to plan by exchanging one site for another.

At every plan all exchanges of one site that lead to another plan of the family (within the tolerance, within every wish) are
worked out, and one of them is taken, each as likely as any other. A plan with many such neighbours is come to more often than
one with few, in proportion, so each is counted by one over its neighbours: in the long run all plans that exchanges lead to
count alike (the walk of Metropolis 1953 without its pauses). It is no list of the family: plans of another number of sites,
and such as no chain of single exchanges leads to, are not met.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from attrs import evolve, field, frozen

from ecomap.analysis.optimise.case import Floats
from ecomap.analysis.optimise.cover import Bools, Cover
from ecomap.analysis.optimise.exchange import Moves
from ecomap.model.progress import Progress
from ecomap.model.said import say

MOVES: Final = 1_000      # of each walk
WALKS: Final = 2
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
    family, random = Moves(cover), np.random.default_rng(seed)
    times, weight = np.zeros(len(opened)), 0.0
    met = set() if met is None else met
    for number in range(moves):
        progress.at(number / moves, say("Walking through the plans that are nearly as good"))
        met.add(opened.tobytes())
        enters, leaves = family.exchanges(opened, least)
        if not len(enters):
            return Often(opened.astype(np.float64), 1)
        if number >= _UNHEARD * moves:
            times += opened / len(enters)
            weight += 1 / len(enters)
        taken = int(random.integers(len(enters)))
        opened = opened.copy()
        opened[leaves[taken]], opened[enters[taken]] = False, True
    return Often(times / weight, len(met))
