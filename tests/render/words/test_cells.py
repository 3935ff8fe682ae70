"""What a cell says where there is no number."""

from __future__ import annotations

import pytest

from ecomap.model import units
from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.said import say
from ecomap.render.words.cells import format_value

COLUMN = Column("share", say("Share"), unit="share")


@pytest.mark.parametrize("reason", list(v.MISSING_REASONS))
def test_a_code_is_said_in_words(reason: str) -> None:
    assert format_value(None, COLUMN, reason) == v.MISSING_REASONS[reason]


def test_an_answer_s_own_reason_is_kept_as_it_is() -> None:
    assert str(format_value(float("nan"), COLUMN, "the margin hides it")) == "the margin hides it"


@pytest.mark.parametrize("reason", ["", None, float("nan")])
def test_without_a_reason_it_is_no_data(reason: object) -> None:
    assert format_value(None, COLUMN, reason) == units.NO_DATA


def test_zero_needs_no_reason() -> None:
    assert str(format_value(0.0, COLUMN, "suppressed")) == "0 %"
