"""The best plan in every possible truth, when the people who could be won are known within an error only.

A truth is one set of weights. From one truth to the next only the weights change: the problem in fractions starts from its
last answer, plans met before are tried again, and most truths are settled by that. What is left is settled in whole numbers
as far as time allows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import evolve, field, frozen

from ecomap.analysis.optimise.alike import alike
from ecomap.analysis.optimise.case import Floats, ReachFloor
from ecomap.analysis.optimise.cover import Bools, Cover, add_limit
from ecomap.analysis.optimise.exchange import exchanged, rounded
from ecomap.analysis.optimise.solver import Ints, Problem, Relaxation
from ecomap.model import clock
from ecomap.model.progress import Progress
from ecomap.model.said import say

_ROUNDING = 1e-9
_FIRST = 0.8    # of the progress: the first look at every truth
_EACH_S = 2.0   # in whole numbers, for one truth
_TRIALS = 20    # exchanges of one site that are checked against the wishes, best first
_MOST = 500_000 # numbers in the rows of all truths; more are not settled in whole numbers


@frozen
class Truths:
    """The best plan of every truth that was looked at.

    Parameters
    ----------
    opened : ndarray of bool, truths x sites
        Nothing new where no plan was found that keeps the wishes there.
    most : ndarray
        Weight that it newly reaches in its truth.
    proven : ndarray of bool
        Whether it is proven that no plan reaches more there; else it is the best that was found.
    """

    opened: Bools = field(eq=False, repr=False)
    most: Floats = field(eq=False, repr=False)
    proven: Bools = field(eq=False, repr=False)

    def __len__(self) -> int:
        return len(self.most)


def groups_of(cover: Cover, marks: tuple[Bools, Bools] | None = None) -> Ints:
    """The group of every demand place of a cover: places that see exactly the same sites; -1 where there is nobody to win.

    Parameters
    ----------
    marks : pair of ndarray of bool, optional
        By place and by group: only places and groups with the same mark belong together.
    """
    demand, site = cover.case.within(cover.radius)   # by place, then site
    sees = cover.sees.tocsr()
    sees.sort_indices()
    of_place, of_group = marks or (np.zeros(len(cover.case.demand), dtype=bool), np.zeros(sees.shape[0], dtype=bool))
    places, start = np.unique(demand, return_index=True)
    same = alike(np.concatenate([sees.indptr, len(sees.indices) + np.append(start, len(demand))[1:]]), np.concatenate([sees.indices, site]))
    number = 2 * same + np.concatenate([of_group, of_place[places]])
    group_of = np.full(2 * len(same), -1, dtype=np.int64)
    group_of[number[:sees.shape[0]]] = np.arange(sees.shape[0])
    result = np.full(len(cover.case.demand), -1, dtype=np.int64)
    result[places] = group_of[number[sees.shape[0]:]]
    result[np.unique(demand[cover.case.open[site]])] = -1
    return result


def best_in_each(
    cover: Cover, weights: Floats, start: Bools, *, favoured: Sequence[tuple[Floats, ...]] = (), until: float,
    progress: Progress | None = None,
) -> Truths:
    """The best plan of every truth; where another is no better, the one that is given.

    Parameters
    ----------
    cover : Cover
        The question as it is asked today.
    weights : ndarray, truths x groups
        What the groups of the cover weigh in each truth.
    start : ndarray of bool
        The plan that was chosen today.
    favoured : sequence, optional
        By truth, what each floor favours of every group (0-1); without it what it favours today.
    until : float
        On the clock `ecomap.model.clock.moment_s`. Truths that nobody has come to by then are left out; at least one is looked at.
    """
    search = _Search(cover, weights, start, favoured)
    return search.run(until, progress or Progress())


def _of_sites(cover: Cover, weights: Floats, possible: Bools) -> tuple[Cover, Floats]:
    """The question with some sites only: groups that these see alike are one, groups that none sees are gone."""
    from scipy.sparse import csr_array, diags_array  # heavy

    sees = (cover.sees @ diags_array(possible.astype(np.float64))).tocsr()
    sees.eliminate_zeros()
    sees.sort_indices()
    seen = np.flatnonzero(np.diff(sees.indptr))
    group = alike(np.append(sees.indptr[seen], len(sees.indices)), sees.indices)
    first = np.unique(group, return_index=True)[1]
    together = csr_array((np.ones(len(seen)), (group, seen)), shape=(len(first), sees.shape[0]))
    return (evolve(cover, sees=sees[seen[first]], weight=together @ cover.weight, useful=cover.useful & possible),
            np.asarray((together @ weights.T).T))


class _Search:
    """The truths one after the other, with the plans met so far and what each of them reaches."""

    def __init__(self, cover: Cover, weights: Floats, start: Bools, favoured: Sequence[tuple[Floats, ...]]) -> None:
        self.cover, self.weights, self.favoured = cover, weights, favoured
        free = evolve(cover, favoured=(), wishes=tuple(wish for wish in cover.wishes if not isinstance(wish, ReachFloor)))
        self.problem, self.x, self.y = free.problem()   # without floors: what it cannot beat, nobody can
        self.relaxed = self.problem.relaxed()
        self.plans: dict[bytes, int] = {}
        self.met: list[Bools] = []
        self.reached = np.zeros((0, len(cover.weight)))
        self.keep(start)

    def keep(self, opened: Bools) -> None:
        """Remember a plan."""
        key = opened.tobytes()
        if key not in self.plans:
            self.plans[key] = len(self.met)
            self.met.append(opened)
            self.reached = np.vstack([self.reached, self.cover.reached(opened)[None, :]])

    def run(self, until: float, progress: Progress) -> Truths:
        best, bound, answers = [], [], []
        for number in range(len(self.weights)):
            progress.at(_FIRST * number / len(self.weights), say("Looking at possible truths"))
            if number and clock.over(until):
                break
            opened, least, answer = self.look(number, progress)
            best.append(opened)
            bound.append(least)
            answers.append(answer)
        count = len(best)
        most = np.array([self.here(number).gain(best[number]) for number in range(count)])
        proven = np.array([self.here(number).meets(best[number]) for number in range(count)]) & (
            most >= np.array(bound) - self.rounding(most))
        for number in np.flatnonzero(~proven).tolist():
            progress.at(_FIRST + (1 - _FIRST) * number / count, say("Looking at possible truths"))
            if self.cover.favoured or clock.over(until):
                break
            best[number], proven[number] = self.settle(number, best[number], answers[number], until, progress)
            most[number] = self.here(number).gain(best[number])
        return Truths(np.array(best), most, proven)

    def here(self, number: int) -> Cover:
        """The question as it would be asked in a truth."""
        cover = evolve(self.cover, weight=self.weights[number])
        if not self.favoured:
            return cover
        pairs = zip((wish for wish, _ in cover.favoured), self.favoured[number], strict=True)
        return evolve(cover, favoured=tuple(pairs))

    @staticmethod
    def rounding(most: Floats) -> Floats:
        return _ROUNDING * np.maximum(np.abs(most), 1.0)

    def look(self, number: int, progress: Progress) -> tuple[Bools, float, Relaxation]:
        """The best plan that is soon found in a truth, what no plan can beat there, and the answer in fractions."""
        here, weight = self.here(number), self.weights[number]
        progress.check()
        answer = self.relaxed.priced(self.y, -weight)
        bound = -answer.objective
        self.keep(rounded(here, answer.values[self.x]))
        values = self.reached @ weight
        best, worth = self.met[0], values[0] if here.meets(self.met[0]) else -np.inf
        for plan in np.argsort(-values, kind="stable"):
            if not values[plan] > worth + _ROUNDING * max(abs(worth), 1.0):
                break
            if here.meets(self.met[plan]):
                best, worth = self.met[plan], values[plan]
                break
        if worth < bound - _ROUNDING * max(abs(bound), 1.0):
            other = exchanged(here, best, progress)
            if here.meets(other) and here.gain(other) > worth + _ROUNDING * max(abs(worth), 1.0):
                best, worth = other, here.gain(other)
                self.keep(other)
        return best if worth > -np.inf else here.case.open, bound, answer

    def settle(self, number: int, opened: Bools, answer: Relaxation, until: float, progress: Progress) -> tuple[Bools, bool]:
        """The best plan in whole numbers, among the sites that the answer in fractions does not rule out."""
        here, weight = self.here(number), self.weights[number]
        plan = self.best_met(here, opened)
        worth = here.gain(plan)
        room = -answer.objective - worth + _ROUNDING * max(abs(worth), 1.0)
        parts, prices = answer.values[self.x], answer.prices[self.x]
        low, high = here.case.open.astype(float), (here.useful | here.case.open).astype(float)
        high[(parts < 0.5) & (prices > room) & ~here.case.open] = 0.0
        low[(parts > 0.5) & (-prices > room)] = 1.0
        self.problem.price(self.y, -weight)
        self.problem.bound(self.x, low=low, high=high)
        left = min(max(until - clock.moment_s(), 0.1), _EACH_S)
        solution = self.problem.solve(start=here.values(plan), time_limit_s=left, progress=progress.part(0.0, 0.0))
        if solution.values is not None:
            other = solution.values[self.x] > 0.5
            if here.meets(other) and here.gain(other) > worth + _ROUNDING * max(abs(worth), 1.0):
                plan = other
                self.keep(other)
        return plan, bool(solution.proven)

    def best_met(self, here: Cover, opened: Bools) -> Bools:
        """The best of the plans met in any truth, or the given one where none is better."""
        values, worth = self.reached @ here.weight, here.gain(opened)
        best = int(values.argmax())
        better = values[best] > worth + _ROUNDING * max(abs(worth), 1.0) and here.meets(self.met[best])
        return self.met[best] if better else opened


def tail(losses: Floats, worst: float) -> Floats:
    """The mean of the largest losses: of this share of all truths (at least of one), by plan.

    Parameters
    ----------
    losses : ndarray, plans x truths
    worst : float
        0-1. 1 is the mean over all truths, 0 the largest loss of all.

    >>> tail(np.array([[0.0, 4.0, 2.0, 2.0]]), 0.5).tolist(), tail(np.array([[0.0, 4.0, 2.0, 2.0]]), 0.0).tolist()
    ([3.0], [4.0])
    """
    count = in_tail(losses.shape[-1], worst)
    return np.asarray(-np.partition(-losses, count - 1, axis=-1)[..., :count].mean(axis=-1))


def in_tail(truths: int, worst: float) -> int:
    """How many truths a share of them is, at least one."""
    return min(max(round(worst * truths), 1), truths)


@frozen
class Regret:
    """The plan that regrets least: ``loss`` is the mean of its largest losses, ``proven`` that no plan loses less there."""

    opened: Bools = field(eq=False, repr=False)
    loss: float
    proven: bool


def least_regret(
    cover: Cover, weights: Floats, truths: Truths, start: Bools, *, worst: float, until: float, progress: Progress | None = None
) -> Regret:
    """The plan within today's wishes whose losses in its worst truths are smallest; where none loses less, the one given.

    A loss is what a plan reaches less than the best plan of that truth (Savage 1951); looked at is the mean over the worst
    share of the truths (Rockafellar and Uryasev 2000), as the largest loss of all depends on how many truths are drawn.
    The best of all plans met is improved by exchanges of one site; where the question is small enough, once the prices of
    the mean truth have ruled sites out, whole numbers prove or better it.
    """
    progress = progress or Progress()
    regrets = _Regrets(cover, weights[:len(truths)], truths.most, worst)
    best, loss = start, regrets.of(start)
    for opened in np.unique(truths.opened, axis=0):
        if regrets.of(opened) < loss - regrets.rounding and cover.meets(opened):
            best, loss = opened, regrets.of(opened)
    while not clock.over(until):
        progress.at(0.3, say("Looking at possible truths"))
        other = regrets.exchanged(best, loss)
        if other is None:
            break
        best, loss = other, regrets.of(other)
    return regrets.settled(best, loss, until, progress.part(0.4, 1.0))


class _Regrets:
    """What plans lose in every truth."""

    def __init__(self, cover: Cover, weights: Floats, most: Floats, worst: float) -> None:
        self.cover, self.weights, self.most, self.worst = cover, weights, most, worst
        self.by_site = cover.sees.T.tocsr()
        self.rounding = _ROUNDING * max(float(most.max(initial=0.0)), 1.0)

    def of(self, opened: Bools) -> float:
        reached = self.cover.reached(opened).astype(np.float64)
        return float(tail(np.maximum(self.most - self.weights @ reached, 0.0)[None, :], self.worst)[0])

    def exchanged(self, opened: Bools, loss: float) -> Bools | None:
        """The best plan one exchange (or one site more) away that the wishes allow, or None."""
        best, case = None, self.cover.case
        free = np.flatnonzero(self.cover.useful & ~opened)
        for leaves in [-1, *np.flatnonzero(opened & ~case.open)]:
            fewer = opened.copy()
            if leaves >= 0:
                fewer[leaves] = False
            reached = self.cover.reached(fewer)
            left = np.where(reached, 0.0, self.weights)
            values = self.weights @ reached.astype(np.float64) + self.by_site[free] @ left.T
            losses = tail(np.maximum(self.most - values, 0.0), self.worst)
            for at in np.argsort(losses, kind="stable")[:_TRIALS]:
                if not losses[at] < loss - self.rounding:
                    break
                other = fewer.copy()
                other[free[at]] = True
                if self.cover.meets(other):
                    best, loss = other, float(losses[at])
                    break
        return best

    def settled(self, opened: Bools, loss: float, until: float, progress: Progress) -> Regret:
        """The plan in whole numbers, where what is left of the question is small enough."""
        found = Regret(opened, loss, proven=loss <= self.rounding)
        if found.proven or self.cover.favoured or clock.over(until):
            return found
        left = max(until - clock.moment_s(), 0.1)
        inside, free = self._possible(loss)
        narrow, weight = _of_sites(self.cover, self.weights, inside | free)
        if weight.size > _MOST:
            return found
        problem, x = self._problem(narrow, weight, inside, free)
        solution = problem.solve(time_limit_s=left, enough=-np.inf, progress=progress)
        if solution.values is None:
            return evolve(found, proven=bool(solution.proven))
        other = np.asarray(solution.values[x] > 0.5)
        if self.cover.meets(other) and self.of(other) < loss - self.rounding:
            found = Regret(other, self.of(other), proven=False)
        return evolve(found, proven=bool(solution.proven))

    def _possible(self, loss: float) -> tuple[Bools, Bools]:
        """Sites that every plan with no larger loss opens, and those that it may open, by the prices of the mean truth.

        The mean of a plan's losses is at most that of its largest: on the mean weights it reaches no less than the mean of
        the best plans less ``loss``.
        """
        cover, mean = self.cover, self.weights.mean(axis=0)
        problem, x, y = evolve(cover, weight=mean).problem()
        answer = problem.relaxed().priced(y, -mean)
        room = -answer.objective - (float(self.most.mean()) - loss) + self.rounding
        parts, prices = answer.values[x], answer.prices[x]
        never = (parts < 0.5) & (prices > room) | ~(cover.useful | cover.case.open)
        always = (parts > 0.5) & (-prices > room) | cover.case.open
        return always, ~never & ~always

    def _problem(self, cover: Cover, weights: Floats, inside: Bools, free: Bools) -> tuple[Problem, Ints]:
        """The mean of the largest losses as small as possible, within the limits."""
        truths, groups = weights.shape
        problem = Problem()
        x = problem.add_columns(np.zeros(len(inside)), low=inside.astype(float), high=(inside | free).astype(float), integer=True)
        y = problem.add_columns(np.zeros(groups))
        edge = problem.add_columns(np.ones(1), high=np.inf)   # of the worst truths
        over = problem.add_columns(np.full(truths, 1.0 / in_tail(truths, self.worst)), high=np.inf)   # what a truth loses beyond it
        for wish in cover.wishes:
            add_limit(problem, cover.case, wish, x)
        row, column = cover.sees.nonzero()
        problem.add_rows(
            np.concatenate([row, np.arange(groups)]), np.concatenate([x[column], y]),
            np.concatenate([np.ones(len(row)), -np.ones(groups)]), count=groups, low=0.0, high=np.inf)
        for number in range(truths):
            problem.add_row(np.concatenate([y, edge, over[number:number + 1]]), np.concatenate([weights[number], [1.0, 1.0]]),
                            low=float(self.most[number]))
        return problem, x
