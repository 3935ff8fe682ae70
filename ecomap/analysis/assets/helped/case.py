"""Who began when, beside whom, with which outcome: the rows of a project as a panel of schools and years."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from attrs import evolve, field, frozen

from ecomap.analysis.assets.outcomes import Outcomes
from ecomap.analysis.assets.school_need import number
from ecomap.analysis.statistics.group_time import FEWEST, Panel
from ecomap.analysis.statistics.matching import imbalance, neighbour_weights, spread_of
from ecomap.model import vocabulary as v

CHARTER: Final = "charter"
# What became of a school in the comparison.
BEGAN, BESIDE, EARLY, UNDATED, SILENT, CHARTERS, ALONE, UNMATCHED, UNUSED = (
    "began", "beside", "early", "undated", "silent", "charter", "alone", "unmatched", "unused")
NEED, SIZE, EARLIER = "need", "size", "earlier"


@frozen
class Case:
    """The schools asked about (rows of ``schools``), what each is in the comparison, and the panel of those that are in it.

    ``rows`` are the positions of the panel's units among the schools. ``balance`` has per trait: how far apart both sides are before
    and after matching, in standard deviations, with the means.
    """

    schools: Any = field(eq=False, repr=False)
    outcomes: Outcomes = field(eq=False)
    state: np.ndarray = field(eq=False)
    start: np.ndarray = field(eq=False)
    rows: np.ndarray = field(eq=False)
    panel: Panel = field(eq=False)
    balance: dict[str, tuple[float, float, float, float, float]] = field(factory=dict)

    @property
    def matched(self) -> bool:
        return self.panel.weights is not None

    @property
    def furthest(self) -> float:
        """The largest difference that is left between both sides, in standard deviations; NaN where none is known."""
        left = [abs(row[4]) for row in self.balance.values() if not np.isnan(row[4])]
        return max(left) if left else np.nan


def case_of(schools: Any, outcomes: Outcomes, start: np.ndarray, *, charters: bool) -> Case:
    """The panel of all schools with an outcome in at least two years; those that began before the first of these have no year before."""
    known = (~np.isnan(outcomes.values)).sum(axis=1)
    first, last = (outcomes.years[0], outcomes.years[-1]) if len(outcomes.years) else (np.inf, -np.inf)
    governance = schools[v.GOVERNANCE].fillna("").astype(str).to_numpy() if v.GOVERNANCE in schools else np.full(len(schools), "")
    late = np.where(start > last, np.inf, start)
    state = np.select(
        [np.isnan(start), np.isfinite(start) & (start <= first), known < 2, (governance == CHARTER) & np.isinf(late) & (not charters), np.isfinite(late)],
        [UNDATED, EARLY, SILENT, CHARTERS, BEGAN], BESIDE).astype(object)
    together = {one: int(((state == BEGAN) & (late == one)).sum()) for one in np.unique(late[state == BEGAN])}
    state[(state == BEGAN) & np.array([together.get(one, FEWEST) < FEWEST for one in late], dtype=bool)] = ALONE
    rows = np.flatnonzero(np.isin(state, (BEGAN, BESIDE)))
    ids = schools[v.ID].astype(str).to_numpy()[rows]
    panel = Panel(tuple(ids), outcomes.years, outcomes.values[rows], late[rows])
    return Case(schools, outcomes, state, start, rows, panel)


def matched(case: Case, *, neighbours: int, caliper: float) -> Case:
    """The same with every school that began beside those most like it that never did by the last year.

    Alike in need (pupils eligible for meals), size (logarithm of pupils) and the outcome in the last year before the start; of the same
    levels.
    """
    from scipy.sparse import csr_array  # heavy

    panel, schools = case.panel, case.schools.iloc[case.rows]
    levels = schools[v.LEVELS].fillna("").astype(str).to_numpy() if v.LEVELS in schools else np.full(len(schools), "")
    pupils = number(schools, v.ENROLLMENT)
    fixed = {NEED: number(schools, v.FRPM_SHARE), SIZE: np.log(np.where(pupils > 0, pupils, np.nan))}
    fixed = {key: values for key, values in fixed.items() if not np.isnan(values).all()}
    pool = np.isinf(panel.start)
    weights = csr_array((len(schools), len(schools)))
    for start in np.unique(panel.start[~pool]):
        before = int(np.flatnonzero(panel.periods < start)[-1])
        traits = np.column_stack([*fixed.values(), panel.values[:, before]])
        weights = weights + neighbour_weights(traits, levels, panel.start == start, pool, neighbours=neighbours, caliper=caliper)
    found = evolve(case, panel=evolve(panel, weights=weights))
    return evolve(found, state=_states(found), balance=_balance(found, fixed | {EARLIER: _earlier(panel)}))


def _earlier(panel: Panel) -> np.ndarray:
    """The outcome in the last year before the start; for schools that never began, in the one that most starts have before them."""
    starts = panel.start[np.isfinite(panel.start)]
    usual = np.median(starts) if len(starts) else np.inf
    since = np.where(np.isfinite(panel.start), panel.start, usual)
    at = np.array([max(int((panel.periods < one).sum()) - 1, 0) for one in since], dtype=int)
    found: np.ndarray = panel.values[np.arange(len(at)), at] if panel.values.shape[1] else np.full(len(at), np.nan)
    return found


def _states(case: Case) -> np.ndarray:
    """The schools again: of those that began, which found nobody like them; of the others, which are beside one that began."""
    state, weights = case.state.copy(), case.panel.weights
    began = np.isfinite(case.panel.start)
    state[case.rows[began & (weights.sum(axis=1) == 0)]] = UNMATCHED
    state[case.rows[~began & (weights.sum(axis=0) == 0)]] = UNUSED
    return state


def _balance(case: Case, traits: dict[str, np.ndarray]) -> dict[str, tuple[float, float, float, float, float]]:
    """Trait -> mean of those that began, of all others, of those matched; differences before and after, in standard deviations."""
    weights, began = case.panel.weights, np.isfinite(case.panel.start)
    found = {}
    mine, theirs = weights.sum(axis=1), weights.sum(axis=0)
    for key, values in traits.items():
        spread = spread_of(values, began, ~began)
        one, all_others, apart = imbalance(values, began.astype(float), (~began).astype(float), spread)
        counted, alike, left = imbalance(values, mine, theirs, spread)
        found[key] = (counted if mine.sum() else one, all_others, alike, apart, left)
    return found
