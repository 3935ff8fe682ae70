"""What a school generates by each rule, to the cent; schools that add up to their district."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.money.attribution import RULES, District, apportion, attribute_to_schools, rule_notes
from ecomap.analysis.money.exact import cents
from ecomap.analysis.money.lcff import lcff_entitlement
from ecomap.analysis.money.rates import NO, shipped_rates
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError, ParameterError

TEST_DISTRICT = {"TK-3": 3000, "4-6": 2400, "7-8": 1600, "9-12": 3000}
TWO_SCHOOLS = pd.DataFrame(
    {"ada_4_6": [460.0, 460.0], "unduplicated_count": [480.0, 200.0], "enrollment": [500.0, 500.0]}, index=["A", "B"]
)


def test_schools_a_and_b_under_rule_a() -> None:
    district = District(lcff_entitlement(TEST_DISTRICT, 0.80, "2024-25"), 8000)
    found = attribute_to_schools(TWO_SCHOOLS, year="2024-25", district=district)
    assert found["base_usd"].tolist() == [4_681_420.0, 4_681_420.0]
    assert (found["supplemental_usd"] + found["concentration_usd"]).round(2).tolist() == [2_162_781.08, 901_158.78]
    assert found["generated_usd"].tolist() == [6_844_201.08, 5_582_578.78]
    assert set(found["rule"]) == {RULES["A"]}


def test_schools_a_and_b_under_rule_b() -> None:
    found = attribute_to_schools(TWO_SCHOOLS, year="2024-25", rule="B")
    assert found["generated_usd"].tolist() == [6_827_851.07, 5_055_933.60]
    assert set(found["rule"]) == {RULES["B"]}
    assert "do not add up" in rule_notes("B")[0].text


def test_rule_c_is_what_was_published_and_missing_where_nothing_was() -> None:
    found = attribute_to_schools(TWO_SCHOOLS, rule="C", allocation=pd.Series({"A": 313_000.0, "Z": 1.0}))
    assert found.loc["A", "generated_usd"] == 313_000.0
    assert np.isnan(found.loc["B", "generated_usd"])
    assert found["base_usd"].isna().all()
    with pytest.raises(InputError, match="Rule C"):
        attribute_to_schools(TWO_SCHOOLS, rule="C")


def test_a_school_with_a_missing_number_has_no_money_and_is_not_zero() -> None:
    rows = pd.concat([TWO_SCHOOLS, pd.DataFrame(
        {"ada_4_6": [100.0, np.nan], "unduplicated_count": [np.nan, 10], "enrollment": [110.0, 20]}, index=["C", "D"])])
    found = attribute_to_schools(rows)
    assert found.loc[["C", "D"], "generated_usd"].isna().all()
    alone = attribute_to_schools(TWO_SCHOOLS)
    pd.testing.assert_frame_equal(found.loc[["A", "B"]], alone)


@pytest.mark.parametrize("change", [
    {"unduplicated_count": [501.0, 200.0]}, {"ada_4_6": [-1.0, 460.0]}, {"enrollment": [np.inf, 500.0]},
])
def test_contradicting_counts_are_refused(change: dict) -> None:
    with pytest.raises(InputError):
        attribute_to_schools(TWO_SCHOOLS.assign(**change))


def test_a_school_given_twice_is_refused() -> None:
    with pytest.raises(InputError, match="twice"):
        attribute_to_schools(pd.concat([TWO_SCHOOLS, TWO_SCHOOLS]))
    with pytest.raises(ParameterError, match="rule"):
        attribute_to_schools(TWO_SCHOOLS, rule="D")


def test_schools_larger_than_their_district_are_refused() -> None:
    district = District(lcff_entitlement(TEST_DISTRICT, 0.80, "2024-25"), 500)
    with pytest.raises(InputError, match="more unduplicated pupils than their district"):
        attribute_to_schools(TWO_SCHOOLS, district=district)


@st.composite
def districts(draw: st.DrawFn) -> pd.DataFrame:
    size = draw(st.integers(1, 12))
    hundredths = st.lists(st.integers(0, 200_000), min_size=size, max_size=size)
    enrolled = draw(st.lists(st.integers(1, 3000), min_size=size, max_size=size))
    shares = draw(st.lists(st.floats(0, 1), min_size=size, max_size=size))
    return pd.DataFrame(
        {**{name: np.array(draw(hundredths)) / 100 for name in ("ada_tk_3", "ada_4_6", "ada_7_8", "ada_9_12")},
         "enrollment": np.array(enrolled, float),
         "unduplicated_count": [float(int(n * s)) for n, s in zip(enrolled, shares, strict=True)]},
        index=[f"s{n:02d}" for n in range(size)],
    )


def _cents(amounts: pd.Series) -> int:
    return sum(cents(amount) for amount in amounts)


@settings(max_examples=80, deadline=None)
@given(districts(), st.sampled_from([year for year, rates in shipped_rates().items() if rates.confirmed != NO]))
def test_rule_a_adds_up_to_the_district_to_the_cent(schools: pd.DataFrame, year: str) -> None:
    found = attribute_to_schools(schools, year=year)
    ada = {span: sum(Decimal(str(x)) for x in schools[column]) for span, column in v.ADA_COLUMNS.items()}
    counted, enrolled = (sum(Decimal(str(x)) for x in schools[column]) for column in (v.UNDUPLICATED, v.ENROLLMENT))
    whole = lcff_entitlement(ada, counted / enrolled, year)  # type: ignore[arg-type]
    for column, part in zip(("base_usd", "grade_span_adjustment_usd", "supplemental_usd", "concentration_usd"), whole,
                            strict=False):
        assert _cents(found[column]) == cents(part), column
    assert _cents(found["generated_usd"]) == cents(whole.total)
    assert (found.drop(columns="rule") >= 0).all().all()


@settings(max_examples=40, deadline=None)
@given(districts(), st.randoms(use_true_random=False))
def test_the_order_of_schools_changes_nothing(schools: pd.DataFrame, random: object) -> None:
    order = list(schools.index)
    random.shuffle(order)  # type: ignore[attr-defined]
    for rule in ("A", "B"):
        first = attribute_to_schools(schools, rule=rule)
        pd.testing.assert_frame_equal(attribute_to_schools(schools.loc[order], rule=rule).loc[first.index], first)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any))
def test_sharing_out_is_whole_and_within_a_cent_of_fair(total: int, weights: list[int]) -> None:
    parts = apportion(total, [Fraction(weight) for weight in weights], list(range(len(weights))))
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1
