"""The column that names a row stays in sight while a wide table is scrolled."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ecomap.ui.views.sheet import HEAT, NAME, Cell, ViewColumn, ViewRow, ViewSheet
from ecomap.ui.views.table import ViewModel, ViewTable

COLUMNS = 12


@pytest.fixture
def table(qtbot: QtBot, light: None) -> ViewTable:
    columns = (ViewColumn("School", NAME, px=150), *(ViewColumn(f"Function {n}", HEAT, px=90) for n in range(COLUMNS)))
    rows = tuple(ViewRow(name, (Cell(name), *(Cell(str(n + 1), 0.5, tip=f"{name} {n}", refs=f"service/{name}{n}")
                                              for n in range(COLUMNS)))) for name in ("Ash", "Birch"))
    made = ViewTable()
    qtbot.addWidget(made)
    made.resize(420, 200)
    made.show_sheet(ViewModel(ViewSheet("Grid", "", columns, rows), made))
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_it_stands_in_its_own_place_until_the_table_is_scrolled(table: ViewTable) -> None:
    header = table.horizontalHeader()
    assert header.stuck() == 0  # type: ignore[attr-defined]
    table.horizontalScrollBar().setValue(300)
    assert header.stuck() == 150  # type: ignore[attr-defined]


def test_the_name_is_painted_at_the_left_edge(table: ViewTable) -> None:
    before = table.viewport().grab().toImage().copy(0, 0, 140, 20)
    table.horizontalScrollBar().setValue(300)
    assert table.viewport().grab().toImage().copy(0, 0, 140, 20) == before


def test_a_click_on_the_kept_name_is_a_click_on_the_name(table: ViewTable) -> None:
    table.horizontalScrollBar().setValue(300)
    assert table.indexAt(QPoint(20, 10)).column() == 0
    assert table.indexAt(QPoint(200, 10)).column() > 0


def test_a_click_on_the_kept_heading_sorts_by_name(table: ViewTable) -> None:
    table.horizontalScrollBar().setValue(300)
    viewport = table.horizontalHeader().viewport()
    model = table.view_model()
    assert model is not None
    for expected in ("Ash", "Birch"):
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(20, viewport.height() - 6))
        assert model.rows[0].id == expected


def test_the_keys_never_go_under_the_kept_column(table: ViewTable) -> None:
    table.horizontalScrollBar().setValue(table.horizontalScrollBar().maximum())
    table.setCurrentIndex(table.model().index(0, COLUMNS))
    for column in range(COLUMNS - 1, 0, -1):
        QTest.keyClick(table, Qt.Key.Key_Left)
        assert table.currentIndex().column() == column
        assert table.visualRect(table.currentIndex()).left() >= table.horizontalHeader().stuck()  # type: ignore[attr-defined]


def test_a_column_that_would_cover_the_others_is_not_kept(table: ViewTable) -> None:
    table.resize(200, 200)
    table.horizontalScrollBar().setValue(300)
    assert table.horizontalHeader().stuck() == 0  # type: ignore[attr-defined]
