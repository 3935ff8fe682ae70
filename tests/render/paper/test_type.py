"""The type comes with the program: text is as wide here as on any other machine, and numbers stand in columns."""

from __future__ import annotations

import importlib.metadata

import pytest
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF
from PySide6.QtWidgets import QApplication

from ecomap.render.paper.marks import font
from ecomap.render.paper.type import families
from ecomap.render.style.typeface import FAMILY, type_files
from ecomap.ui.look.theme import THEME, look
from ecomap.ui.look.tokens import LIGHT


def test_every_weight_of_the_type_is_brought_by_the_program(qapp: QApplication) -> None:
    assert [path.stem for path in type_files()] == ["Roboto-Regular", "Roboto-Medium", "Roboto-Bold", "Roboto-Italic"]
    assert families()[0] == FAMILY


def test_the_licence_comes_with_the_type() -> None:
    files = importlib.metadata.files("font-roboto") or []
    assert any(path.name == "LICENSE" for path in files)


@pytest.mark.parametrize("weight", [400, 500, 550, 650, 700])
def test_window_and_paper_are_set_in_it(qapp: QApplication, weight: int) -> None:
    THEME.start(qapp, LIGHT, 1.0)
    for made in (font(14, weight), look().font(14, weight)):
        assert QFontInfo(made).family() == FAMILY


def test_figures_are_of_equal_width(qapp: QApplication) -> None:
    measure = QFontMetricsF(font(100))
    assert {measure.horizontalAdvance(figure) for figure in "0123456789"} == {measure.horizontalAdvance("0")}


def test_text_is_as_wide_as_on_any_machine(qapp: QApplication) -> None:
    """The widths of the family's own tables, in units of 2,048 to its size: N is 1,461 wide, e 1,086."""
    made = QFont(font(2048))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    assert QFontMetricsF(made).horizontalAdvance("N") == pytest.approx(1461, abs=3)
