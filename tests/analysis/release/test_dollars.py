"""Dollars in what leaves: a sentence says them in whole thousands and stays a message."""

from __future__ import annotations

import pytest

from ecomap.analysis.release.dollars import coarse_words
from ecomap.model.said import joined, name, plural, say
from ecomap.model.units import format_number


def test_a_message_keeps_its_identity_and_its_other_numbers() -> None:
    made = plural("{n} district-run school generates {total}, {each} per pupil", "{n} district-run schools generate {total}, {each} per pupil", 724,
                  total=format_number(4_519_542_870.4, "usd"), each=format_number(10_348.2, "usd"))
    said = say("{generated}; what is spent is not reported.", generated=made)
    coarse = coarse_words(said)
    assert coarse == "724 district-run schools generate $4,519,543,000, $10,348 per pupil; what is spent is not reported."
    assert coarse.key == said.key
    assert coarse.values["generated"].key == made.key
    assert coarse.values["generated"].values["total"].parts == (4_519_543_000, None, "usd", None, "whole")
    assert coarse.values["generated"].values["each"] is made.values["each"]


def test_the_form_and_the_joints_stay() -> None:
    said = joined([say("they generate {total}.", total=format_number(2_000_600, "usd")).capitalize(), name("Town")], " ")
    assert coarse_words(said) == "They generate $2,001,000. Town"


@pytest.mark.parametrize(("text", "coarse"), [
    ("$4,519,542,870 in all", "$4,519,543,000 in all"), ("$999,999", "$999,999"), ("$1,000,499", "$1,000,000"), ("no dollars", "no dollars"),
])
def test_a_text_of_an_older_file_is_read(text: str, coarse: str) -> None:
    assert coarse_words(name(text)) == coarse


@pytest.mark.parametrize("dollars", [999_999.4, 999_999.6, 1_000_499.5, 1_234_500.0, 0.0])
def test_a_quantity_is_said_as_its_text_would_be(dollars: float) -> None:
    said = format_number(dollars, "usd")
    assert coarse_words(said) == coarse_words(name(str(said)))
