"""Numbers are rounded to what is known of them, and a range stands beside its figure."""

from __future__ import annotations

import pytest

from ecomap.model.figures import (
    digits_known,
    figure_digits,
    figure_number,
    range_sentence,
    range_words,
)
from ecomap.model.result import KeyFigure, Range
from ecomap.model.said import as_data, from_data, name, say
from ecomap.model.units import format_margin, format_number, format_with_margin

WAYS = say("for ways {low} to {high} times the straight line", low=name("1.2"), high=name("1.4"))
STARTER = KeyFigure("children_out_of_reach", say("Children out of reach"), 707337.4884, "count", 5480.4478,
                    range=Range(667869.84, 741057.11, WAYS, "detour"))


@pytest.mark.parametrize(("error", "digits"), [
    (94.9, None), (95.0, None), (99.4, None), (99.5, -1), (100.0, -1), (994.0, -1), (995.1, -2), (1000.0, -2), (5480.4, -2),
    (9949.0, -2), (9951.0, -3), (36593.6, -3), (99400.0, -3), (99600.0, -4)])
def test_the_second_digit_of_the_error_is_the_last_that_is_said(error: float, digits: int | None) -> None:
    assert digits_known(707337, error, "count") == digits


def test_nothing_is_rounded_away_whole_or_without_an_error() -> None:
    assert digits_known(120, 50_000, "count") == -2  # one digit stays
    assert digits_known(7, 50_000, "count") is None
    assert digits_known(0.0, 5_000, "count") == -2
    for error in (0.0, float("nan"), float("inf")):
        assert digits_known(707337, error, "count") is None
    assert digits_known(None, 10, "count") is None
    assert digits_known(float("nan"), 1e5, "count") is None


@pytest.mark.parametrize(("error", "digits"), [(0.0003, 1), (0.0156, 1), (0.0999, 1), (0.1, None), (0.4, None), (0.0, None)])
def test_a_share_has_a_decimal_within_ten_points(error: float, digits: int | None) -> None:
    assert digits_known(0.533, error, "share") == digits


def test_distances_and_scores_keep_their_digits() -> None:
    assert digits_known(3316.0, 400.0, "m") is None
    assert digits_known(0.02, 0.01, "score") is None


def test_margin_and_half_the_range_together_decide() -> None:
    assert figure_digits(STARTER) == -3
    assert figure_digits(KeyFigure("a", say("A"), 707337.0, moe=5480.0)) == -2
    assert figure_digits(KeyFigure("a", say("A"), 707337.0, range=Range(700000.0, 700001.0, WAYS))) is None
    assert figure_digits(KeyFigure("a", say("A"), 707337.0)) is None


def test_a_figure_reads_as_it_is_known() -> None:
    assert figure_number(STARTER) == "707,000 ± 5,000"
    assert range_words(STARTER) == "668,000 to 741,000 for ways 1.2 to 1.4 times the straight line"
    assert range_sentence(STARTER) == ("Children out of reach: about 707,000; 668,000 to 741,000 for ways 1.2 to 1.4 times the straight line.")


def test_a_range_that_reads_as_one_number_is_not_said() -> None:
    assert range_words(KeyFigure("a", say("A"), 100.2, range=Range(100.1, 100.3, WAYS))) == ""
    assert range_sentence(KeyFigure("a", say("A"), None, range=Range(1.0, 3.0, WAYS))) == ""
    assert range_words(KeyFigure("a", say("A"), 0.698, "share", 0.003, range=Range(0.659, 0.731, WAYS))).startswith("65.9 % to 73.1 %")


def test_no_finer_number_lies_within_what_is_said() -> None:
    data = str(as_data(range_words(STARTER)))
    assert "667869" not in data
    assert "741057" not in data


def test_rounded_quantities_are_written_and_read_back() -> None:
    assert format_number(707337.0, digits=-3) == "707,000"
    assert format_margin(400.0, digits=-3) == "<1,000"
    assert format_number(-1499.0, digits=-3) == "-1,000"
    assert format_number(-400.0, digits=-3) == "0"
    assert format_number(4519542870.0, "usd", -7) == "$4,520,000,000"
    said = format_with_margin(707337.0, 5480.0, digits=-3)
    assert from_data(as_data(said)) == said
    assert from_data(as_data(said)).values["digits"] == -3
