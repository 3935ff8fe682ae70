"""The state's rates, year by year: the published numbers, and what is refused."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest

from ecomap.analysis.money.lcff import lcff_entitlement
from ecomap.analysis.money.rates import (
    latest_confirmed,
    rate_notes,
    rates_for,
    rates_from,
    shipped_rates,
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
