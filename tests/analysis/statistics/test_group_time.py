"""Group-time differences in differences: the published figures, hand-worked cases, missing numbers, bands."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from ecomap.analysis.statistics.group_time import (
    NEVER,
    NOT_YET,
    VARYING,
    Panel,
    bands,
    before,
    by_event_time,
    by_group,
    detectable,
    group_time,
    overall,
    wide,
)

# Callaway and Sant'Anna (2021) on county teen employment, without covariates, never-treated comparison: the example of the R package did.
PUBLISHED = {
    (2004, 2004): -0.0105, (2004, 2005): -0.0704, (2004, 2006): -0.1373, (2004, 2007): -0.1008,
    (2006, 2004): 0.0065, (2006, 2005): -0.0028, (2006, 2006): -0.0046, (2006, 2007): -0.0412,
    (2007, 2004): 0.0305, (2007, 2005): -0.0027, (2007, 2006): -0.0311, (2007, 2007): -0.0261,
}
PUBLISHED_ERRORS = {(2004, 2004): 0.0233, (2004, 2005): 0.0310, (2004, 2006): 0.0364, (2004, 2007): 0.0344, (2007, 2007): 0.0167}
PUBLISHED_BY_YEARS = {0: -0.0199, 1: -0.0510, 2: -0.1373, 3: -0.1008}
PUBLISHED_BY_START = {2004: -0.0797, 2006: -0.0229, 2007: -0.0261}


def counties() -> pd.DataFrame:
    """The published panel: a CSV named by ECOMAP_MPDTA, else out of an installed package that carries it; never a copy of ours."""
    if named := os.environ.get("ECOMAP_MPDTA"):
        return pd.read_csv(named)
    for package, place in (("csdid", "data/mpdta.csv"), ("moderndid", "core/datasets/mpdta_long.pkl.gz")):
        spec = find_spec(package)
        path = Path(spec.origin).parent / place if spec and spec.origin else Path()
        if spec and path.is_file():
            return pd.DataFrame(pd.read_csv(path) if path.suffix == ".csv" else pd.read_pickle(path))
    pytest.skip("no installed package carries mpdta, and ECOMAP_MPDTA names no file of it")


def published() -> Panel:
    rows = counties()
    table = rows.pivot(index="countyreal", columns="year", values="lemp")
    start = rows.groupby("countyreal")["first.treat"].first().reindex(table.index).to_numpy(dtype=float)
    return Panel([str(one) for one in table.index], table.columns.to_numpy(dtype=float), table.to_numpy(), np.where(start == 0, np.inf, start))


def test_the_published_figures_come_out() -> None:
    found = group_time(published(), comparison=NEVER, base=VARYING)
    estimates = {(int(group), int(period)): value for group, period, value in zip(found.group, found.period, found.estimate, strict=True)}
    assert set(estimates) == set(PUBLISHED)
    for key, value in PUBLISHED.items():
        assert estimates[key] == pytest.approx(value, abs=5e-5), key


def test_the_published_errors_and_averages_come_out() -> None:
    found = group_time(published(), comparison=NEVER, base=VARYING)
    errors = {(int(group), int(period)): value for group, period, value in zip(found.group, found.period, found.error, strict=True)}
    for key, value in PUBLISHED_ERRORS.items():
        assert errors[key] == pytest.approx(value, abs=5e-4), key
    passed = by_event_time(found)
    by_years = dict(zip(passed.period, passed.estimate, strict=True))
    for years, value in PUBLISHED_BY_YEARS.items():
        assert by_years[years] == pytest.approx(value, abs=5e-5)
    starts = by_group(found)
    for start, value in zip(starts.group, starts.estimate, strict=True):
        assert value == pytest.approx(PUBLISHED_BY_START[int(start)], abs=5e-5)
    assert overall(found).estimate[0] == pytest.approx(-0.0400, abs=5e-5)


def by_hand() -> Panel:
    """Two units begin in the third year, two in the fourth, two never do."""
    values = np.array([
        [10.0, 11.0, 15.0, 17.0], [20.0, 21.0, 27.0, 27.0],  # begin in 2: before 1 to 15, 27
        [5.0, 6.0, 8.0, 12.0], [6.0, 7.0, 7.0, 13.0],        # begin in 3
        [1.0, 3.0, 4.0, 5.0], [2.0, 2.0, 5.0, 4.0],          # never
    ])
    return Panel(tuple("abcdef"), np.arange(4.0), values, np.array([2.0, 2.0, 3.0, 3.0, np.inf, np.inf]))


def test_a_small_case_by_hand() -> None:
    never = group_time(by_hand(), comparison=NEVER)
    found = {(int(g), int(t)): value for g, t, value in zip(never.group, never.period, never.estimate, strict=True)}
    assert found[(2, 2)] == pytest.approx((4 + 6) / 2 - (1 + 3) / 2)      # 5 less 2
    assert found[(2, 0)] == pytest.approx((-1 - 1) / 2 - (-2 + 0) / 2)    # the placebo: -1 less -1
    assert found[(3, 3)] == pytest.approx((4 + 6) / 2 - (1 - 1) / 2)
    assert (2, 1) not in found  # the base is no estimate
    not_yet = group_time(by_hand(), comparison=NOT_YET)
    first = not_yet.only((not_yet.group == 2) & (not_yet.period == 2))
    assert first.estimate[0] == pytest.approx(5 - (2 + 0 + 1 + 3) / 4)  # those that begin in 3 have not begun in 2
    assert (first.units[0], first.beside[0], first.free[0]) == (2, 4, 1)


def test_averages_weigh_starts_by_their_units() -> None:
    found = group_time(by_hand(), comparison=NEVER)
    one = overall(found)
    after = found.period >= found.group
    assert one.estimate[0] == pytest.approx(np.average(found.estimate[after], weights=found.units[after]))
    assert (one.units[0], one.free[0]) == (4, 2)


def test_an_error_by_hand() -> None:
    """Changes of 4 and 6 less those of 1 and 3: each of the four is half of its distance from its mean away, sqrt(4 x 0.5^2)."""
    never = group_time(by_hand(), comparison=NEVER)
    assert never.only((never.group == 2) & (never.period == 2)).error == pytest.approx(1.0)
    assert never.only((never.group == 3) & (never.period == 3)).error == pytest.approx(np.sqrt(2 * 0.5**2 + 2 * 0.5**2))


def uneven() -> Panel:
    """The same with four units that begin in the third year: the starts are not of one size."""
    panel = by_hand()
    values = np.vstack([panel.values[:2], panel.values[:2] + np.array([0.0, 0.0, 6.0, 9.0]), panel.values[2:]])
    return Panel(tuple("abghcdef"), panel.periods, values, np.array([2.0, 2.0, 2.0, 2.0, 3.0, 3.0, np.inf, np.inf]))


def test_larger_starts_weigh_more_by_hand() -> None:
    """ATT(2, 2) = 6 and ATT(2, 3) = 8.5 of four units, ATT(3, 3) = 5 of two."""
    found = group_time(uneven(), comparison=NEVER)
    after = {(int(g), int(t)): value for g, t, value in zip(found.group, found.period, found.estimate, strict=True) if t >= g}
    assert after == pytest.approx({(2, 2): 6.0, (2, 3): 8.5, (3, 3): 5.0})
    passed = by_event_time(found)
    assert dict(zip(passed.period, passed.estimate, strict=True))[0.0] == pytest.approx((4 * 6.0 + 2 * 5.0) / 6)
    assert overall(found).estimate[0] == pytest.approx((4 * 6.0 + 4 * 8.5 + 2 * 5.0) / 10)
    assert dict(zip(by_group(found).group, by_group(found).estimate, strict=True)) == pytest.approx({2.0: (6.0 + 8.5) / 2, 3.0: 5.0})


def test_a_missing_number_is_left_out_and_never_zero() -> None:
    panel = by_hand()
    values = panel.values.copy()
    values[5, 2] = np.nan
    lacking = group_time(Panel(panel.ids, panel.periods, values, panel.start), comparison=NEVER)
    assert not ((lacking.group == 2) & (lacking.period == 2)).any()  # one unit beside is no spread
    assert ((lacking.group == 2) & (lacking.period == 3)).any()      # the others as before
    whole = group_time(panel, comparison=NEVER)
    same = whole.only((whole.group == 2) & (whole.period == 3)).estimate
    assert lacking.only((lacking.group == 2) & (lacking.period == 3)).estimate == pytest.approx(same)


def test_with_weights_every_unit_stands_beside_its_own() -> None:
    weights = np.zeros((6, 6))
    weights[0, 4] = weights[1, 5] = 1.0
    weights[2] = weights[3] = 0.0  # found nobody like them
    panel = by_hand()
    found = group_time(Panel(panel.ids, panel.periods, panel.values, panel.start, weights=csr_array(weights)), comparison=NEVER)
    assert set(found.group) == {2.0}
    assert found.only(found.period == 3).estimate[0] == pytest.approx(((17 - 11) - (5 - 3) + (27 - 21) - (4 - 2)) / 2)


def test_who_always_took_part_has_no_year_before() -> None:
    panel = by_hand()
    early = Panel(panel.ids, panel.periods, panel.values, np.array([0.0, 0.0, 3.0, 3.0, np.inf, np.inf]))
    assert set(group_time(early).group) == {3.0}


def test_errors_of_a_cluster_go_together() -> None:
    panel = by_hand()
    twice = Panel((*panel.ids, *(f"{one}2" for one in panel.ids)), panel.periods, np.vstack([panel.values, panel.values]),
                  np.concatenate([panel.start, panel.start]), clusters=np.tile(np.arange(6), 2))
    once, doubled = group_time(panel, comparison=NEVER), group_time(twice, comparison=NEVER)
    assert doubled.estimate == pytest.approx(once.estimate)
    assert doubled.error == pytest.approx(once.error)  # the same six told twice are no more certain
    alone = group_time(Panel(twice.ids, twice.periods, twice.values, twice.start), comparison=NEVER)
    assert alone.error == pytest.approx(once.error / np.sqrt(2))


def random_panel(seed: int, effect: float = 0.0) -> Panel:
    draw = np.random.default_rng(seed)
    start = np.concatenate([np.full(8, 2.0), np.full(8, 3.0), np.full(40, np.inf)])
    values = draw.normal(0, 1, (56, 1)) + draw.normal(0, 1, 5)[None, :] + draw.normal(0, 0.1, (56, 5))
    return Panel(tuple(f"u{n}" for n in range(56)), np.arange(5.0), values + np.where(np.arange(5)[None, :] >= start[:, None], effect, 0.0), start)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(-3, 3), st.floats(-5, 5))
def test_what_happens_to_everybody_is_no_effect(seed: int, effect: float, year: float) -> None:
    """A shift of a year for all changes nothing; an effect added to those that began is found exactly."""
    panel, added = random_panel(seed), random_panel(seed, effect)
    one, two = group_time(panel), group_time(added)
    after = one.period >= one.group
    assert two.estimate[after] == pytest.approx(one.estimate[after] + effect, abs=1e-9)
    assert two.estimate[~after] == pytest.approx(one.estimate[~after], abs=1e-9)
    shifted = Panel(panel.ids, panel.periods, panel.values + year * np.arange(5)[None, :], panel.start)
    assert group_time(shifted).estimate == pytest.approx(one.estimate, abs=1e-9)


def test_the_band_does_not_hang_on_the_order_of_rows_and_is_the_same_again() -> None:
    panel = random_panel(1)
    turned = Panel(panel.ids[::-1], panel.periods, panel.values[::-1], panel.start[::-1])
    one, two = (by_event_time(group_time(each)) for each in (panel, turned))
    first, second = bands(one, panel.ids, seed=3), bands(two, turned.ids, seed=3)
    assert first.low == pytest.approx(second.low)
    assert first.p == second.p
    assert bands(one, panel.ids, seed=4).critical != first.critical


def test_a_band_of_all_years_is_wider_than_that_of_one() -> None:
    event = by_event_time(group_time(random_panel(2)))
    ids = random_panel(2).ids
    every, one = bands(event, ids), bands(event.only(event.period == 0), ids)
    at = int(np.flatnonzero(event.period == 0)[0])
    assert every.high[at] - every.low[at] > one.high[0] - one.low[0]
    assert every.critical > 1.9
    assert one.critical == pytest.approx(1.645, abs=0.15)


def test_few_units_make_the_band_wide() -> None:
    few, many = wide(1.645, np.array([3]), np.array([2])), wide(1.645, np.array([300]), np.array([299]))
    assert few[0] == pytest.approx(2.92 * np.sqrt(1.5), abs=0.01)  # Student's t with two degrees of freedom
    assert many[0] == pytest.approx(1.65, abs=0.01)


def test_the_check_before_the_start_notices_who_moved_apart() -> None:
    panel = random_panel(5)
    drifting = Panel(panel.ids, panel.periods, panel.values + np.where(np.isfinite(panel.start), 1.0, 0.0)[:, None] * np.arange(5)[None, :], panel.start)
    quiet, apart = (bands(before(by_event_time(group_time(each))), panel.ids).p for each in (panel, drifting))
    assert apart < 0.01 < quiet


def test_what_could_be_found_is_about_two_and_a_half_errors() -> None:
    many = group_time(published_size())
    assert detectable(many) == pytest.approx(2.4865 * many.error, rel=0.02)


def published_size() -> Panel:
    draw = np.random.default_rng(0)
    start = np.where(np.arange(900) < 300, 1.0, np.inf)
    return Panel(tuple(map(str, range(900))), np.arange(2.0), draw.normal(0, 1, (900, 2)), start)


def test_nobody_to_compare_is_nothing_and_no_error() -> None:
    panel = by_hand()
    none = group_time(Panel(panel.ids, panel.periods, panel.values, np.full(6, np.inf)))
    assert len(none) == len(by_event_time(none)) == len(overall(none)) == 0
    assert np.isnan(bands(none, panel.ids).p)
