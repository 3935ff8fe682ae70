"""The state formula: the published and hand-worked numbers, to the cent, and what must hold for any district."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.money.lcff import (
    latest_confirmed,
    lcff_entitlement,
    rate_notes,
    rates_for,
    rates_from,
    shipped_rates,
    spans_of,
    year_name,
)
from ecomap.model.errors import EcoMapError, InputError, ParameterError

TEST_DISTRICT = {"TK-3": 3000, "4-6": 2400, "7-8": 1600, "9-12": 3000}
STATUTE = ("6845", "6947", "7154", "8289")
RATES = {  # dollars before the adjustments, as the state published or as they follow from its growth factors
    "2013-14": (6952, 7056, 7266, 8419), "2014-15": (7011, 7116, 7328, 8491), "2015-16": (7083, 7189, 7403, 8578),
    "2016-17": (7083, 7189, 7403, 8578), "2017-18": (7193, 7301, 7518, 8712), "2018-19": (7459, 7571, 7796, 9034),
    "2019-20": (7702, 7818, 8050, 9329), "2020-21": (7702, 7818, 8050, 9329), "2021-22": (8093, 8215, 8458, 9802),
    "2022-23": (9166, 9304, 9580, 11102), "2023-24": (9919, 10069, 10367, 12015),
    "2024-25": (10025, 10177, 10478, 12144), "2025-26": (10256, 10411, 10719, 12423),
}


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
    rates = evolve(rates_for("2020-21"), base=dict.fromkeys(RATES, Decimal(0)) | dict.fromkeys(
        ("TK-3", "4-6", "7-8", "9-12"), Decimal(500)))
    assert lcff_entitlement({"4-6": 100}, 0.75, "2020-21", rates=rates) == (50_000, 0, 7_500, 5_000, 62_500)


def test_the_chain_of_rates_follows_from_its_growth() -> None:
    base = [Decimal(number) for number in STATUTE]
    for year, rates in shipped_rates().items():
        for factor in rates.growth:
            base = [(number * factor).quantize(Decimal(1), ROUND_HALF_UP) for number in base]
        assert tuple(rates.base.values()) == tuple(base) == RATES[year], year
    assert list(shipped_rates()) == list(RATES)


def test_the_adjusted_rates_are_the_published_ones() -> None:
    assert rates_for("2024-25").adjusted("TK-3") == Decimal("11067.600")
    assert rates_for("2024-25").adjusted("9-12") == Decimal("12459.744")
    first = rates_for("2013-14")
    assert [round(first.adjusted(span)) for span in first.base] == [7675, 7056, 7266, 8638]


def test_a_year_that_is_not_confirmed_is_refused_unless_asked_for() -> None:
    with pytest.raises(ParameterError, match="2025-26 are not confirmed"):
        lcff_entitlement(TEST_DISTRICT, 0.8, "2025-26")
    allowed = lcff_entitlement({"TK-3": 1}, 0.0, "2025-26", allow_unconfirmed=True)
    assert allowed.base == 10_256
    assert latest_confirmed() == "2024-25"
    notes = rate_notes(rates_for("2025-26", allow_unconfirmed=True))
    assert any("not confirmed" in note.text for note in notes if note.kind == "caution")


def test_early_years_are_called_targets() -> None:
    said = [note.text for note in rate_notes(rates_for("2014-15"))]
    assert any("target" in text for text in said)
    assert not any("target" in note.text for note in rate_notes(rates_for("2018-19")))


@pytest.mark.parametrize(("text", "name"), [
    ("2024-25", "2024-25"), ("2024–25", "2024-25"), ("2024-2025", "2024-25"), (2024, "2024-25"), ("1999-00", "1999-00"),
])
def test_school_years_have_one_name(text: str | int, name: str) -> None:
    assert year_name(text) == name


@pytest.mark.parametrize("text", ["2024-26", "24-25", "", "next year", "20245"])
def test_what_is_no_school_year_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="school year"):
        year_name(text)


def test_a_year_without_rates_is_refused() -> None:
    with pytest.raises(ParameterError, match="no state rates for 2012-13"):
        lcff_entitlement(TEST_DISTRICT, 0.8, "2012-13")


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
       st.sampled_from(sorted(RATES)[:-1]))
def test_more_unduplicated_pupils_never_bring_less(hundredths: list[int], one: float, two: float, year: str) -> None:
    low, high = sorted((one, two))
    ada = [number / 100 for number in hundredths]
    assert lcff_entitlement(ada, low, year).total <= lcff_entitlement(ada, high, year).total


def test_rates_of_a_project_are_checked() -> None:
    row = {"year": "2026-27", "base_tk_3": "10500", "base_4_6": 10600, "base_7_8": 10900.0, "base_9_12": "12700",
           "adjustment_tk_3": 0.104, "adjustment_9_12": 0.026, "supplemental": 0.2, "concentration": 0.65,
           "threshold": 0.55, "confirmed": "yes"}
    own = rates_from([row])
    assert lcff_entitlement({"TK-3": 10}, 0, "2026-27", rates=own).base == 105_000
    for wrong in ({"adjustment_tk_3": 10.4}, {"base_4_6": ""}, {"base_4_6": float("nan")}, {"year": "soon"}):
        with pytest.raises(EcoMapError):
            rates_from([row | wrong])
    with pytest.raises(InputError, match="twice"):
        rates_from([row, row])
    assert rates_from([row | {"confirmed": ""}])["2026-27"].confirmed == "no"
