"""The bar chart: need colours, margins, and the same facts for those who do not see it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF
from pytestqt.qtbot import QtBot

from ecomap.render.style.palette import ramp
from ecomap.ui.look.charts import BarChart, bar_colours
from ecomap.ui.look.lines import in_lines
from ecomap.ui.look.parts import together
from ecomap.ui.look.theme import look

FIFTHS = (("Highest need", 0.5, 0.1), ("High need", 0.4, None), ("Middle", 0.3, None), ("Low need", 0.2, None),
          ("Lowest need", 0.1, None))


def test_need_classes_take_the_colours_of_the_need_map() -> None:
    assert bar_colours(FIFTHS) == tuple(reversed(ramp("need", 5)))
    assert bar_colours(tuple(reversed(FIFTHS))) == ramp("need", 5)


def test_other_bars_have_one_colour() -> None:
    assert set(bar_colours((("A", 0.1, None), ("B", 0.2, None), ("C", 0.3, None)))) == {look().tokens.bar}


def test_it_says_its_numbers(light: None, qtbot: QtBot) -> None:
    chart = BarChart(FIFTHS, "Share out of reach")
    qtbot.addWidget(chart)
    assert chart.accessibleName().startswith("Share out of reach: Highest need: 50 ± 10 %; High need: 40 %")


def test_bars_are_as_long_as_their_share(light: None, qtbot: QtBot) -> None:
    chart = BarChart((("Highest need", 0.5, None), ("Middle", 0.25, None), ("Low need", 0.5, None)), "Share")
    qtbot.addWidget(chart)
    chart.resize(400, chart.sizeHint().height())
    chart.show()
    picture = chart.grab().toImage()
    colours = [QColor(colour).rgb() for colour in bar_colours(chart.bars)]
    ratio = picture.devicePixelRatio()
    lengths = []
    for row, colour in enumerate(colours):
        y = round((row * look().px(24) + look().px(12) + 3) * ratio)
        lengths.append(sum(picture.pixel(x, y) == colour for x in range(picture.width())))
    assert abs(lengths[0] - 2 * lengths[1]) <= 4
    assert abs(lengths[0] - lengths[2]) <= 2


def test_a_missing_share_is_no_bar(light: None, qtbot: QtBot) -> None:
    chart = BarChart((("A", float("nan"), None), ("B", 0.5, None)), "Share")
    qtbot.addWidget(chart)
    assert "A: no data" in chart.accessibleName()
    chart.grab()


def test_long_words_stand_in_lines_and_make_room_for_them(light: None, qtbot: QtBot) -> None:
    long = "Highest need (20 % of areas)"
    font = look().font(11.5)
    metrics = QFontMetricsF(font)
    width = metrics.horizontalAdvance("Highest need (20") + 1
    assert in_lines(together(long), font, width) == ("Highest need", "(20\u00a0% of areas)")  # a number keeps its sign
    assert in_lines("Middle", font, width) == ("Middle",)
    assert "".join(in_lines("Unbreakable" * 9, font, width)) == "Unbreakable" * 9  # broken, never cut
    chart = BarChart(((long, 0.5, None), ("Middle", 0.25, None)), "Share")
    qtbot.addWidget(chart)
    narrow, wide = chart.heightForWidth(look().px(180)), chart.heightForWidth(look().px(900))
    assert narrow - wide == 2 * look().px(15)  # three lines at this width
    chart.resize(look().px(180), narrow)
    chart.show()
    chart.grab()


def test_a_bar_is_asked_by_click_and_by_key(light: None, qtbot: QtBot) -> None:
    chart = BarChart(FIFTHS, "Share")
    qtbot.addWidget(chart)
    chart.resize(400, chart.sizeHint().height())
    chart.show()
    third = QPointF(200, chart.sizeHint().height() / 5 * 2.5)
    assert chart.bar_at(third) == 2
    with qtbot.waitSignal(chart.asked) as asked:
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=third.toPoint())
    assert asked.args == ["Middle"]
    qtbot.keyClick(chart, Qt.Key.Key_Down)
    with qtbot.waitSignal(chart.asked) as asked:
        qtbot.keyClick(chart, Qt.Key.Key_Return)
    assert asked.args == ["Low need"]


def test_a_difference_below_zero_stands_left_of_its_line(qtbot: QtBot) -> None:
    chart = BarChart((("before", -0.05, 0.01), ("after", 0.05, 0.01)), "Differences")
    qtbot.addWidget(chart)
    chart.resize(400, 60)
    picture = chart.grab().toImage()
    colour = QColor(bar_colours(chart.bars)[0]).rgb()
    rows = [[x for x in range(picture.width()) if picture.pixel(x, y) == colour] for y in range(picture.height())]
    upper = [x for row in rows[: picture.height() // 2] for x in row]
    lower = [x for row in rows[picture.height() // 2 :] for x in row]
    assert max(upper) <= min(lower)
    assert max(upper) - min(upper) == pytest.approx(max(lower) - min(lower), abs=3)
