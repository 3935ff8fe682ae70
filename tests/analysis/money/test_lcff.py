"""The state formula: the published and hand-worked numbers, to the cent, and what must hold for any district."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.money.lcff import lcff_entitlement, spans_of
from ecomap.analysis.money.rates import NO, rates_for, shipped_rates
from ecomap.model.errors import EcoMapError

TEST_DISTRICT = {"TK-3": 3000, "4-6": 2400, "7-8": 1600, "9-12": 3000}


def test_the_test_district_of_2024_25() -> None:
    found = lcff_entitlement(TEST_DISTRICT, 0.80, "2024-25")
    assert found.adjusted_base == 111_771_632.00
    assert found.supplemental == 17_883_461.12
    assert found.concentration == 18_162_890.20
    assert found.total == 147_817_983.32
    assert found == tuple(found)
    assert found.base + found.grade_span_adjustment == found.adjusted_base


def test_the_test_district_at_the_old_half() -> None:
    old = rates_for("2020-21")
    new = rates_for("2024-25")
    assert (old.concentration, new.concentration) == (Decimal("0.50"), Decimal("0.65"))
    assert lcff_entitlement(TEST_DISTRICT, 0.80, "2024-25", rates=evolve(new, concentration=old.concentration)
                                   ).concentration == 13_971_454.00


def test_the_state_auditors_example() -> None:
    """100 pupils, 75 of them intended, a base of $500, half and 55 %: 50,000 + 7,500 + 5,000."""
    rates = evolve(rates_for("2020-21"), base=dict.fromkeys(("TK-3", "4-6", "7-8", "9-12"), Decimal(500)))
    assert lcff_entitlement({"4-6": 100}, 0.75, "2020-21", rates=rates) == (50_000, 0, 7_500, 5_000, 62_500)


def test_a_charter_counts_no_more_concentration_than_its_district() -> None:
    free = lcff_entitlement({"7-8": 100}, 0.90, "2024-25")
    capped = lcff_entitlement({"7-8": 100}, 0.90, "2024-25", concentration_cap=0.60)
    assert capped.supplemental == free.supplemental
    assert capped.concentration == pytest.approx(free.concentration * 0.05 / 0.35, abs=0.01)


@pytest.mark.parametrize(("ada", "share"), [
    ({"TK-3": -1}, 0.5), ({"TK-3": float("nan")}, 0.5), ({"TK-3": None}, 0.5), ({"K-5": 100}, 0.5), ([1, 2, 3], 0.5),
    ({"TK-3": 1}, 1.01), ({"TK-3": 1}, -0.1), ({"TK-3": 1}, float("nan")), ({"TK-3": "many"}, 0.5),
    ({"TK-3": float("inf")}, 0.5), ({"TK-3": True}, 0.5), ({"TK-3": 1}, 80),
])
def test_hostile_numbers_are_refused_in_words(ada: object, share: float) -> None:
    with pytest.raises(EcoMapError) as told:
        lcff_entitlement(ada, share, "2024-25")  # type: ignore[arg-type]
    assert told.value.hint


def test_spans_go_by_any_usual_spelling() -> None:
    for name in ("TK-3", "K-3", "tk_3", "ada_tk_3", "Grades TK–3"):
        assert spans_of({name: 5})["TK-3"] == 5
    assert spans_of(pd.Series({"9-12": 3.5}))["9-12"] == Decimal("3.5")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 500_000), min_size=4, max_size=4), st.floats(0, 1), st.floats(0, 1),
       st.sampled_from([year for year, rates in shipped_rates().items() if rates.confirmed != NO]))
def test_more_unduplicated_pupils_never_bring_less(hundredths: list[int], one: float, two: float, year: str) -> None:
    low, high = sorted((one, two))
    ada = [number / 100 for number in hundredths]
    assert lcff_entitlement(ada, low, year).total <= lcff_entitlement(ada, high, year).total
