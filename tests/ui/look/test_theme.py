"""Light and dark from one set of tokens, readable in both, at any text size."""

from __future__ import annotations

import attrs
import pytest
from PySide6.QtWidgets import QApplication

from ecomap.ui.look.style_sheet import style_sheet
from ecomap.ui.look.theme import THEME, look
from ecomap.ui.look.tokens import (
    DARK_TOKENS,
    LIGHT_TOKENS,
    SYMBOL_PAIRS,
    TEXT_LEAST,
    TEXT_LEAST_OF,
    TEXT_PAIRS,
    TOKENS,
    Look,
    Tokens,
    contrast,
)

ALL = list(TOKENS.values())


def test_contrast_is_the_published_ratio() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)  # the usual example just below 4.5
    assert contrast("#26323F", "#26323F") == 1.0


@pytest.mark.parametrize("tokens", ALL, ids=lambda tokens: tokens.name)
@pytest.mark.parametrize("pair", TEXT_PAIRS, ids="-on-".join)
def test_text_can_be_read(tokens: Tokens, pair: tuple[str, str]) -> None:
    assert contrast(getattr(tokens, pair[0]), getattr(tokens, pair[1])) >= TEXT_LEAST_OF.get(tokens.name, TEXT_LEAST)


@pytest.mark.parametrize("tokens", ALL, ids=lambda tokens: tokens.name)
@pytest.mark.parametrize("pair", SYMBOL_PAIRS, ids="-on-".join)
def test_controls_can_be_seen(tokens: Tokens, pair: tuple[str, str]) -> None:
    assert contrast(getattr(tokens, pair[0]), getattr(tokens, pair[1])) >= 3.0


def test_all_themes_have_the_same_tokens_and_only_colours() -> None:
    for tokens in ALL:
        colours = [value for name, value in attrs.asdict(tokens).items() if name != "name"]
        assert all(len(colour) == 7 and int(colour[1:], 16) >= 0 for colour in colours)


@pytest.mark.parametrize("scale", [0.85, 1.0, 2.0])
def test_style_sheet_is_whole_and_grows_with_the_text(light: None, scale: float) -> None:
    sheet = style_sheet(Look(LIGHT_TOKENS, scale))
    assert "$" not in sheet
    assert f"spacing: {round(8 * scale)}px" in sheet


def test_switching_reaches_the_application(light: None, qapp: QApplication) -> None:
    before = qapp.font().pointSizeF()
    THEME.set("dark", 2.0)
    assert look().tokens is DARK_TOKENS
    assert qapp.palette().text().color().name().upper() == DARK_TOKENS.text
    assert qapp.font().pointSizeF() == pytest.approx(2 * before, rel=0.02)


def test_text_size_stays_within_reason(light: None) -> None:
    THEME.set(scale=9.0)
    assert look().scale == 2.5
    THEME.set(scale=0.1)
    assert look().scale == 0.8


def test_high_contrast_has_seven_to_one_and_lines_that_are_seen(light: None, qapp: QApplication) -> None:
    THEME.set("contrast")
    tokens = look().tokens
    assert TEXT_LEAST_OF[tokens.name] == 7.0
    assert contrast(tokens.line, tokens.surface) >= 3.0
    assert "sheet-check-light.svg" in qapp.styleSheet()
