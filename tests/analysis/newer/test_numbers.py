"""Numbers beside their newer ones: error, fifths and surveys that overlap, by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.newer.numbers import change_of, holds_pandemic, shared_years, survey_of
from ecomap.analysis.newer.ranking import compare_ranks

ROWS = np.arange(5)


def series(*values: float | None) -> pd.Series:
    return pd.Series(values, dtype=float)


@pytest.mark.parametrize(("after", "beyond"), [(15.0, 0), (15.001, 1), (5.0, 0), (4.999, 1)])
def test_a_change_is_beyond_error_only_above_the_margin_of_the_difference(after: float, beyond: int) -> None:
    found = change_of(series(10.0), series(after), series(3.0), series(4.0), [0], [0])  # root of 9 + 16 = 5
    assert (found.beyond, found.within, found.unsure) == (beyond, 1 - beyond, 0)


def test_without_a_margin_on_either_side_nobody_can_say() -> None:
    for old_moe, new_moe in ((None, series(1.0)), (series(1.0), None), (series(None), series(1.0))):
        found = change_of(series(10.0), series(99.0), old_moe, new_moe, [0], [0])
        assert (found.beyond, found.within, found.unsure, found.changed) == (0, 0, 1, 1)


@pytest.mark.parametrize(("after", "changed"), [(0.5005, 0), (0.5006, 1)])
def test_what_lists_round_otherwise_is_no_other_number(after: float, changed: int) -> None:
    assert change_of(series(0.5), series(after), None, None, [0], [0], 0.00051).changed == changed


def test_missing_is_never_zero() -> None:
    found = change_of(series(None, 3.0, None), series(4.0, None, None), None, None, [0, 1, 2], [0, 1, 2])
    assert (found.both, found.appeared, found.vanished, found.changed) == (0, 1, 1, 0)
    assert math.isnan(found.median)


def test_fifths_are_found_among_all_rows_of_each_list() -> None:
    old, new = series(1, 2, 3, 4, 5), series(1, 2, 3, 5.5, 5)  # the two highest change places
    none = change_of(old, new, None, None, ROWS, ROWS)
    assert (none.fifth, none.fifth_within, none.fifth_unsure) == (2, 0, 2)
    wide = change_of(old, new, series(*[2.0] * 5), series(*[2.0] * 5), ROWS, ROWS)
    assert (wide.fifth, wide.fifth_within, wide.fifth_unsure) == (2, 2, 0)
    sharp = change_of(old, new, series(*[0.1] * 5), series(*[0.1] * 5), ROWS, ROWS)
    assert (sharp.fifth, sharp.fifth_within) == (2, 1)  # the one that fell from the top did not change its own number


def test_a_row_that_came_moves_the_fifths_of_others() -> None:
    old, new = series(1, 2, 3, 4, 5), series(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
    assert change_of(old, new, None, None, ROWS, ROWS).fifth == 4


def test_rows_are_met_by_position_not_by_order() -> None:
    old, new = series(1, 2, 3), series(3, 1, 2)
    assert change_of(old, new, None, None, [0, 1, 2], [1, 2, 0]).changed == 0


def test_surveys_that_share_years_overlap() -> None:
    assert shared_years("ACS 2014-18 5-year", "ACS 2016-20 5-year") == (2016, 2018)
    assert shared_years("2014-2018", "2018-2022") == (2018, 2018)
    assert shared_years("2014-18", "2019-23") is None
    assert shared_years("2014-18", "2014-18") is None       # the same survey is no newer one
    assert shared_years("2014-18", "2015-16") is None       # a school year is no survey
    assert survey_of("2017-22") is None
    assert survey_of("1996-2000") == (1996, 2000)
    assert [holds_pandemic(f"{first}-{first + 4}") for first in (2015, 2016, 2020, 2021)] == [False, True, True, False]


def ranked(**ranks: tuple[float, float, float]) -> pd.DataFrame:
    return pd.DataFrame([(key, *told) for key, told in ranks.items()], columns=["id", "rank", "low", "high"])


def test_a_rank_within_the_bands_of_both_is_within_error() -> None:
    before = ranked(a=(1, 1, 2), b=(2, 1, 2), c=(3, 3, 3))
    after = ranked(a=(3, 3, 4), b=(1, 1, 1), c=(2, 2, 3))
    found = compare_ranks(before, after, ("low", "high"), same={}, top=1)
    assert found is not None
    assert (found.both, found.changed, found.within) == (3, 3, 2)  # a: 1-2 and 3-4 do not meet
    assert (found.entered, found.left) == (("b",), ("a",))


def test_ranks_without_bands_say_nothing_of_error_and_rows_under_another_code_are_followed() -> None:
    before, after = ranked(a=(1, 1, 1), b=(2, 2, 2)), ranked(x=(1, 1, 1), b=(2, 2, 2))
    found = compare_ranks(before, after, ("", ""), same={"a": "x"}, top=1)
    assert found is not None
    assert (found.changed, found.within, found.entered, found.left) == (0, None, (), ())
    assert compare_ranks(before.drop(columns="rank"), after, ("", ""), same={}, top=1) is None
