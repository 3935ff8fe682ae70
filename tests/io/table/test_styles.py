"""How numbers are written is decided by whole columns: separators, money, limits, and what stands for no number."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.io.table.cells import Style, read_cell
from ecomap.io.table.numbers import (
    looks_numeric,
    looks_rounded_codes,
    only_marks,
    parse_numbers,
    rounded_codes,
)
from ecomap.io.table.styles import AMOUNT, DEGREES, WHOLE, style_of, styles_of

POINT, COMMA = "point", "comma"


def column(*cells: Any) -> pd.Series:
    return pd.Series(list(cells), dtype=object)


def read(*cells: Any) -> list[float | None]:
    return [None if math.isnan(value) else value for value in parse_numbers(column(*cells)).values]


# --- separators ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cells", "decimal"), [
    (["12,5", "7,9"], COMMA), (["12.5", "7.9"], POINT), (["0,125"], COMMA), (["0.125"], POINT), (["1.234,5", "1.234"], COMMA),
    (["1,234.5", "1,234"], POINT), (["1.234.567"], COMMA), (["1,234,567"], POINT), (["1,23,456"], POINT), (["1234,567"], COMMA),
    (["12,5 %"], COMMA), (["350", "12"], POINT), (["1,250"], POINT), (["1.250"], POINT), (["$1,250"], POINT), (["abc", "x,5y"], POINT),
])
def test_cells_that_can_be_read_in_one_way_decide_for_the_column(cells: list[str], decimal: str) -> None:
    assert style_of(column(*cells)).decimal == decimal


@pytest.mark.parametrize(("cells", "values"), [
    (["12,5", "1.250,5", "1.250"], [12.5, 1250.5, 1250.0]), (["12.5", "1,250"], [12.5, 1250.0]),
    (["1'234.5", "2’000"], [1234.5, 2000.0]), (["1 234,5", "2\u00a0000", "3\u202f000,25"], [1234.5, 2000.0, 3000.25]),
    (["1,23,456", "12,34,567.5"], [123456.0, 1234567.5]), (["１２", "٣٫٥"], [12.0, 3.5]), (["12²"], [None]),
])
def test_numbers_of_many_countries(cells: list[str], values: list[float | None]) -> None:
    assert read(*cells) == values


def test_a_slip_stays_no_number_while_a_habit_is_read() -> None:
    """One cell in ten written the other way is a slip; from one in five on it is how somebody writes."""
    points = [f"{n}.5" for n in range(9)]
    assert read(*points, "1,23")[-1] is None
    assert read(*points[:4], "1,23")[-1] == 1.23
    assert read(*points, "1.234,50")[-1] == 1234.5  # with both separators there is one reading, whatever stands around it


def test_sisters_and_meaning_decide_where_the_cells_do_not() -> None:
    both = column("1,250", "1,273")
    assert [style_of(both, sisters=sisters).decimal for sisters in ("", POINT, COMMA)] == [POINT, POINT, COMMA]
    assert style_of(both, sisters=COMMA).sure
    assert not style_of(both, sisters=COMMA, meaning=AMOUNT).sure
    assert not style_of(both, sisters="both").sure
    assert style_of(column("1,250", "350"), meaning=WHOLE, sisters=COMMA) == Style(decimal=POINT)
    assert style_of(column("1.250", "350"), meaning=WHOLE).decimal == COMMA


@pytest.mark.parametrize(("cells", "decimal"), [
    (["40,005", "-89,995"], COMMA), (["40.005", "-89.995"], POINT), (["179,999"], COMMA), (["180,000"], COMMA), (["180,001"], POINT),
])
def test_degrees_are_at_most_180(cells: list[str], decimal: str) -> None:
    assert style_of(column(*cells), meaning=DEGREES).decimal == decimal


def test_a_table_decides_for_the_columns_that_do_not() -> None:
    table = pd.DataFrame({"lat": ["40,005", "40,015"], "rate": ["12,5", "3,1"], "income": ["1,250", "1,251"], "pupils": ["350", "1.250"]})
    found = styles_of(table, {"lat": DEGREES, "income": AMOUNT, "pupils": WHOLE})
    assert {name: style.decimal for name, style in found.items()} == dict.fromkeys(table, COMMA)
    assert [name for name, style in found.items() if not style.sure] == ["income"]
    answered = styles_of(table, {"income": AMOUNT}, {"decimal:income": POINT})["income"]
    assert (answered.decimal, answered.sure) == (POINT, True)


WRITERS = {
    "english": lambda number: f"{number:,.2f}",
    "german": lambda number: f"{number:,.2f}".translate(str.maketrans(",.", ".,")),
    "french": lambda number: f"{number:,.2f}".replace(",", "\u202f").replace(".", ","),
    "swiss": lambda number: f"{number:,.2f}".replace(",", "'"),
    "plain": lambda number: f"{number:.2f}",
    "plain comma": lambda number: f"{number:.2f}".replace(".", ","),
}
CENTS = st.lists(st.integers(-(10**9), 10**9).map(lambda cents: cents / 100), min_size=1, max_size=30)


@settings(deadline=None, max_examples=150)
@given(CENTS, st.sampled_from(sorted(WRITERS)))
def test_what_is_written_in_one_way_is_read_back_the_same(numbers: list[float], way: str) -> None:
    numbers = [number for number in numbers if number not in (-999.0, -9999.0)] or [1.0]
    assert parse_numbers(column(*(WRITERS[way](number) for number in numbers))).values.tolist() == pytest.approx(numbers)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["1,250", "1.250", "12,5", "12.5", "1.250,5", "1,250.5", "*", "20-24", "7", "x", "200-", "$5", "<10"]), min_size=1, max_size=12),
       st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_style(cells: list[str], chance: Any) -> None:
    other = list(cells)
    chance.shuffle(other)
    assert style_of(column(*cells)) == style_of(column(*other))
    assert looks_numeric(column(*cells)) == looks_numeric(column(*other))


# --- money -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cell", "value"), [
    ("($1,234)", -1234), ("$(1,234)", -1234), ("$1.2M", 1_200_000), ("1.2 bn", 1.2e9), ("12k", 12_000), ("USD 5,000", 5000), ("(200)", -200),
    ("$ 12,345.67 ", 12345.67), ("£3", 3), ("CAD 4", 4), ("C$4", 4), ("$-5", -5), ("-$5", -5), ("1.234,50 €", 1234.5), ("250,-- €", 250),
    ("1,5 Mio. €", 1_500_000), ("250 Tsd. €", 250_000), ("US$ 1,000", 1000), ("5,000 USD", 5000), ("3 million", 3e6), ("$ -", 0),
])
def test_amounts_of_money(cell: str, value: float) -> None:
    assert read_cell(cell)[:2] == (pytest.approx(value), "")


def test_letters_for_millions_need_a_sign_of_money() -> None:
    assert read("5m", "6m") == [None, None]
    assert read("$5m", "6m") == [5e6, 6e6]


def test_a_minus_behind_is_a_limit_only_where_it_is_the_lowest_of_its_column() -> None:
    assert read("2,500-", "2,600", "250,000+") == [2500, 2600, 250000]
    assert read("200-", "100") == [-200, 100]
    assert read("200-", "300-", "500") == [-200, -300, 500]


# --- what stands for no number ---------------------------------------------------------------------------------------

HIDDEN = ("<10", "< 10", "≤5%", ">=95%", "95%+", ">95%", "GE95", "LE5", "LT5", "GT50", "ge 95", "n<10", "N<20", "n < 10", "*", "**", "PS", "s", "c", "x",
          "[c]", "[low]", "~", "‡", "#", "too few", "< 20 students", "fewer than 10 students", "10 or fewer", "redacted", "masked", "&lt;10", "Suppressed due to small n", "NSD", "DS",
          "Suprimido", "menos de 10")


@pytest.mark.parametrize("cell", HIDDEN)
def test_codes_for_hidden_figures_are_no_numbers(cell: str) -> None:
    numbers = parse_numbers(column(cell, "350"))
    assert numbers.reasons.tolist() == ["suppressed", ""]
    assert looks_numeric(column(cell, "350"))


@pytest.mark.parametrize(("cell", "reason"), [
    ("†", "not_applicable"), ("[z]", "not_applicable"), ("z", "not_applicable"), ("F", "unreliable"), ("[u]", "unreliable"), (":", "blank"),
    ("..", "blank"), ("[x]", "blank"), ("not reported", "not_reported"),
])
def test_other_signs_keep_their_reason(cell: str, reason: str) -> None:
    assert parse_numbers(column(cell, "1")).reasons.iloc[0] == reason


def test_a_range_is_a_hidden_figure_only_among_figures() -> None:
    assert parse_numbers(column("20-24", "GE95", "61")).reasons.tolist() == ["suppressed", "suppressed", ""]
    assert parse_numbers(column("20-24", "30", "61")).reasons.tolist() == ["suppressed", "", ""]
    for grades in (column("6-8", "9-12", "5"), column("5-9", "10-14", "15-19"), column("K-5", "6-8", "9-12")):
        assert not looks_numeric(grades)


def test_a_column_of_codes_alone_is_told_from_words() -> None:
    assert only_marks(column("GE95", "LE5", "20-24"))
    assert not only_marks(column("6-8", "9-12"))
    assert not only_marks(column("x", "c"))
    assert not only_marks(column("GE95", "61"))


def test_codes_that_a_spreadsheet_rounded() -> None:
    assert rounded_codes(column("1.001E+09", "1001000201", "1,96473E+13", "12", "5E3")).tolist() == [True, False, True, False, False]
    assert looks_rounded_codes(column("1.001E+09", "1.001E+09", "x"))
    assert not looks_rounded_codes(column("1.001E+09", "x"))
    assert not looks_rounded_codes(column("", None))


def test_thousands_without_a_separator_say_what_the_separated_ones_are() -> None:
    fees = column("1800", "2550", "13,500", "4500", "900")
    assert (style_of(fees, sisters="both").decimal, style_of(fees, sisters="both", meaning=AMOUNT).sure) == (POINT, True)
    assert not style_of(column("180", "255", "13,500", "450"), sisters="both").sure
    assert not style_of(column("1800", "13,500", "2,550", "4,500"), sisters="both").sure  # one slip among them says nothing
    assert style_of(fees, sisters="comma").decimal == COMMA


@pytest.mark.parametrize(("cells", "values"), [
    (["$ 51.200", "$ 9.100"], [51_200, 9_100]), (["45.000 €", "51.200 €"], [45_000, 51_200]), (["$51,200", "$9,100"], [51_200, 9_100]),
    (["$51.20", "$9.10"], [51.2, 9.1]), (["$1,250.50", "$2.250"], [1250.5, 2.25]),
])
def test_no_amount_of_money_has_three_decimals(cells: list[str], values: list[float]) -> None:
    assert parse_numbers(pd.Series(cells)).values.tolist() == values
