"""Sums of chosen rows, worked out by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from ecomap.analysis.chosen.sums import Sums, sums_of
from ecomap.model.indicator import Indicator
from ecomap.model.layer import POINT, POLYGON, Column, Layer
from ecomap.model.said import name
from ecomap.model.source import Source

SOURCE = Source("Survey", "Bureau", "2020")
NAN = float("nan")


def areas() -> pd.DataFrame:
    return pd.DataFrame({
        "id": ["a", "b", "c", "d"], "children": [100.0, 300.0, NAN, 0.0], "children_moe": [30.0, 40.0, NAN, 12.0],
        "poor": [50.0, 30.0, 5.0, 0.0], "poor_moe": [10.0, 6.0, 2.0, 3.0], "poor_share": [0.5, 0.1, NAN, NAN],
        "asthma": [80.0, 20.0, 50.0, NAN], "zone_number": [1.0, 2.0, 3.0, 4.0],
    })


def layer(*, indicator: bool = True, geometry: str = POLYGON, result: str = "") -> Layer:
    return Layer(
        "areas", name("Areas"), "need_area", geometry, result_id=result,
        columns=(Column("children", name("Children"), "count", moe="children_moe"), Column("children_moe", name("m"), "count", hidden=True),
                 Column("poor", name("Poor children"), "count", moe="poor_moe"), Column("poor_share", name("Poor"), "share"),
                 Column("asthma", name("Asthma"), "per_10000")),
        indicators=(Indicator("poor_share", name("Poor"), "share", 1, SOURCE, numerator="poor", denominator="children"),) if indicator else (),
    )


def chosen(rows: list[int], **how: object) -> Sums:
    return sums_of(layer(**how), areas(), rows)  # type: ignore[arg-type]


def test_a_sum_has_the_root_of_its_squared_margins_and_tells_who_has_no_figure() -> None:
    total = chosen([0, 1, 2]).totals[0]
    assert (total.column, total.value, total.moe, total.counted, total.missing) == ("children", 400.0, 50.0, 2, 1)


def test_a_zero_is_a_figure_and_its_margin_counts() -> None:
    total = chosen([1, 3]).totals[0]
    assert (total.value, total.counted, total.missing) == (300.0, 2, 0)
    assert total.moe == pytest.approx(math.hypot(40, 12))


def test_without_any_figure_there_is_no_sum() -> None:
    total = chosen([2]).totals[0]
    assert math.isnan(total.value)
    assert (total.counted, total.missing) == (0, 1)


def test_a_figure_without_its_margin_makes_the_margin_unknown_not_smaller() -> None:
    frame = areas()
    frame.loc[0, "children_moe"] = NAN
    total = sums_of(layer(), frame, [0, 1]).totals[0]
    assert total.value == 400.0
    assert math.isnan(total.moe)
    assert total.surveyed


def test_a_rate_is_the_quotient_of_sums_never_the_mean_of_rates() -> None:
    rate = chosen([0, 1]).rates[0]
    assert rate.value == pytest.approx(80 / 400)
    assert rate.value != pytest.approx((0.5 + 0.1) / 2)
    assert rate.moe == pytest.approx(math.sqrt((10**2 + 6**2) - 0.2**2 * (30**2 + 40**2)) / 400)
    assert (rate.counted, rate.missing, rate.of) == (2, 0, "children")


def test_a_row_without_both_counts_is_out_of_both_sums_of_a_rate() -> None:
    rate = chosen([0, 1, 2]).rates[0]
    assert rate.value == pytest.approx(80 / 400), "the five poor children of the area without a count are not among any children"
    assert (rate.counted, rate.missing) == (2, 1)


def test_the_counts_behind_a_rate_are_found_where_dividing_gives_it() -> None:
    frame = pd.DataFrame({"id": list("abcd"), "enrollment": [100.0, 200.0, 400.0, 50.0], "frpm_count": [50.0, 20.0, 300.0, 5.0]})
    frame["frpm_share"] = (frame["frpm_count"] / frame["enrollment"]).round(4)
    schools = Layer("schools", name("Schools"), "school", POINT, columns=(
        Column("enrollment", name("Pupils"), "count"), Column("frpm_count", name("Meals"), "count"), Column("frpm_share", name("Meals share"), "share")))
    assert sums_of(schools, frame, [0, 1]).rates[0].value == pytest.approx(70 / 300)
    frame["frpm_share"] = [0.9, 0.8, 0.1, 0.2]
    other = sums_of(schools, frame, [0, 1]).rates[0]
    assert math.isnan(other.value), "a count of the same name that does not give the rate stands behind nothing"
    assert (other.low, other.high) == (0.8, 0.9)


def test_a_rate_that_nothing_stands_behind_has_ends_and_no_mean() -> None:
    asthma = chosen([0, 1, 3]).rates[1]
    assert math.isnan(asthma.value)
    assert (asthma.low, asthma.high, asthma.missing) == (20.0, 80.0, 1)


def test_only_a_known_denominator_weighs_the_rates() -> None:
    frame = areas().drop(columns="poor")
    own = Layer("areas", name("Areas"), "need_area", POLYGON, columns=(
        Column("children", name("Children"), "count"), Column("poor_share", name("Poor"), "share", moe="poor_share_moe")),
        indicators=(Indicator("poor_share", name("Poor"), "share", 1, SOURCE, denominator="children"),))
    frame["poor_share_moe"] = [0.1, 0.05, NAN, NAN]
    rate = sums_of(own, frame, [0, 1]).rates[0]
    assert rate.value == pytest.approx((0.5 * 100 + 0.1 * 300) / 400)
    assert rate.moe == pytest.approx(math.hypot(0.1 * 100, 0.05 * 300) / 400)


def test_numbers_that_count_nobody_are_not_added() -> None:
    assert [total.column for total in chosen([0]).totals] == ["children", "poor"]


def test_areas_over_each_other_and_answers_about_points_are_not_added() -> None:
    over = sums_of(layer(), areas(), [0, 1], overlapping=True)
    assert over.overlapping
    assert over.totals == ()
    assert sums_of(layer(geometry=POINT, result="r1"), areas(), [0, 1]).totals == ()
