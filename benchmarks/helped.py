"""How often "did it help?" is right in made-up districts where the truth is known: ``python -m benchmarks.helped [SEEDS]``.

Districts of 200 schools over six years with a year of their own for all and errors that go on to the next year by half. Some schools
begin in the third year, some in the fourth. Measured: how often the simultaneous band of all years holds every true value (it should in
nine of ten), and how often "helped" is said where nothing happened (at most in one of twenty).
"""

from __future__ import annotations

import sys
from collections import Counter

import numpy as np
import pandas as pd

from ecomap.analysis.assets.helped.case import Case, case_of, matched
from ecomap.analysis.assets.helped.verdict import Limits, found_by
from ecomap.analysis.assets.outcomes import Outcome, Outcomes
from ecomap.analysis.statistics.group_time import NEVER, NOT_YET

YEARS, SCHOOLS = 6, 200


def district(seed: int, *, began: int = 12, effect: float = 0.0, drift: float = 0.0) -> Case:
    """A made-up district: ``began`` schools begin in each of two years; ``drift`` is how much more they change every year by themselves."""
    draw = np.random.default_rng(seed)
    need, pupils = draw.uniform(0.3, 1.0, SCHOOLS), draw.integers(150, 1500, SCHOOLS).astype(float)
    error = draw.normal(0, 0.03, (SCHOOLS, YEARS))
    for year in range(1, YEARS):
        error[:, year] += 0.5 * error[:, year - 1]
    values = 0.1 + 0.2 * need[:, None] + draw.normal(0, 0.05, (SCHOOLS, 1)) + np.cumsum(draw.normal(0, 0.02, YEARS))[None, :] + error
    start = np.full(SCHOOLS, np.inf)
    chosen = draw.choice(SCHOOLS, 2 * began, replace=False, p=need / need.sum())
    start[chosen[:began]], start[chosen[began:]] = 2020, 2021
    years = np.arange(2018, 2018 + YEARS, dtype=float)
    values += np.where(years[None, :] >= start[:, None], effect, 0.0)
    values += np.where(np.isfinite(start)[:, None], drift * np.arange(YEARS)[None, :], 0.0)
    schools = pd.DataFrame({"id": [f"s{n:03d}" for n in range(SCHOOLS)], "name": "", "levels": "elementary", "frpm_share": need, "enrollment": pupils})
    outcomes = Outcomes(Outcome("attendance", "Attendance", "share", 1), years, values, np.full(values.shape, np.nan),
                        np.full(values.shape, "", dtype=object), tuple(f"{year:.0f}" for year in years))
    return case_of(schools, outcomes, start, charters=False)


def tried(seeds: int, *, like: bool = False, draws: int = 499, **made: float) -> tuple[float, float, Counter[str]]:
    """How often the band of all years holds every truth, the band of the one number its own, and which verdicts were given."""
    effect = float(made.get("effect", 0.0))
    every = one = 0
    verdicts: Counter[str] = Counter()
    for seed in range(seeds):
        case = district(seed, **made)  # type: ignore[arg-type]
        ways = {"matched": (matched(case, neighbours=3, caliper=0.5), NEVER), NEVER: (case, NEVER), NOT_YET: (case, NOT_YET)}
        found = found_by(ways, limits=Limits(), better=1, draws=draws, seed=seed)["matched" if like else NOT_YET]
        truth = np.where(found.event.period >= 0, effect, 0.0)
        every += bool(((found.event_band.low <= truth) & (truth <= found.event_band.high)).all())
        one += abs(found.estimate - effect) <= found.margin
        verdicts[found.verdict] += 1
    return every / seeds, one / seeds, verdicts


def main() -> None:
    """Print what was measured."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    print(f"{seeds} districts each; began: schools per starting year\n")
    print("| comparison | began | true effect | drift a year | band of all years holds | band of the one number holds | said |")
    print("|---|---|---|---|---|---|---|")
    for like in (False, True):
        for began, effect, drift in ((5, 0.0, 0.0), (12, 0.0, 0.0), (40, 0.0, 0.0), (12, 0.02, 0.0), (12, 0.05, 0.0), (5, 0.0, 0.02), (12, 0.0, 0.02), (40, 0.0, 0.02), (12, 0.0, 0.01)):
            every, one, verdicts = tried(seeds, like=like, began=began, effect=effect, drift=drift)
            said = ", ".join(f"{code} {count / seeds:.1%}" for code, count in sorted(verdicts.items()))
            print(f"| {'matched' if like else 'not yet'} | {began} | {effect} | {drift} | {every:.1%} | {one:.1%} | {said} |")


if __name__ == "__main__":
    main()
