"""The attribute table: words for what is missing, sorting that keeps it last, bands and bars."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPixmap
from pytestqt.qtbot import QtBot

from ecomap.model.layer import Column
from ecomap.model.result import Output
from ecomap.render.first_rows import order_of
from ecomap.render.style.band import rank_place
from ecomap.ui.models.result_sheets import first_order
from ecomap.ui.models.table import MARK_ROLE, Band, Bar, FrameModel, Margin, Sheet, shown_columns
from ecomap.ui.panels.table_view import table_view

COLUMNS = (
    Column("score", "Need score", "score"),
    Column("rank", "Rank", "rank", low="low", high="high"),
    Column("children", "Children", "count", "Residents under 18", moe="children_moe"),
    Column("distance", "Nearest", "m"),
    Column("share", "Eligible", "share"),
    Column("secret", "Hidden", hidden=True),
)


def sheet() -> Sheet:
    frame = pd.DataFrame(
        {
            "id": ["a", "b", "c", "d"], "name": ["Ash", "Birch", "Cedar", "Élan"],
            "score": [0.9, 0.5, np.nan, 0.1], "rank": [1.0, 2.0, np.nan, 3.0], "low": [1.0, 1.0, np.nan, 2.0],
            "high": [2.0, 3.0, np.nan, 3.0], "children": [2310.0, 0.0, np.nan, 12.0],
            "children_moe": [240.0, np.nan, np.nan, 3.0], "distance": [804.672, np.inf, np.nan, 1609.344],
            "share": [0.861, np.nan, np.nan, 0.0], "share_reason": ["", "suppressed", "not_reported", ""],
            "secret": ["x"] * 4,
        }
    )
    return Sheet("s", "Sheet", frame, COLUMNS, ("layer",))


@pytest.fixture
def model(qtbot: QtBot) -> FrameModel:
    return FrameModel(sheet())


def place(model: FrameModel, name: str) -> int:
    return [column.name for column in model.columns].index(name)


def texts(model: FrameModel, name: str) -> list[str]:
    return [model.text(row, place(model, name)) for row in range(model.rowCount())]


def test_rank_and_name_stand_first_and_companions_are_not_columns_of_their_own() -> None:
    names = [column.name for column in shown_columns(sheet())]
    assert names == ["rank", "name", "score", "children", "distance", "share"]


def test_numbers_carry_their_unit(model: FrameModel) -> None:
    assert texts(model, "children")[0] == "2,310"
    assert texts(model, "distance") == ["0.5 mi", "out of reach", "no data", "1.0 mi"]


def test_missing_is_said_in_words_and_zero_stays_zero(model: FrameModel) -> None:
    assert texts(model, "share") == ["86 %", "suppressed to protect small groups", "not reported", "0 %"]
    assert texts(model, "children")[1] == "0"


def test_missing_sorts_last_either_way(model: FrameModel) -> None:
    model.sort(place(model, "children"), Qt.SortOrder.AscendingOrder)
    assert [model.id_at(row) for row in range(4)] == ["b", "d", "a", "c"]
    model.sort(place(model, "children"), Qt.SortOrder.DescendingOrder)
    assert [model.id_at(row) for row in range(4)] == ["a", "d", "b", "c"]


def test_out_of_reach_is_farther_than_any_distance(model: FrameModel) -> None:
    model.sort(place(model, "distance"), Qt.SortOrder.DescendingOrder)
    assert [model.id_at(row) for row in range(4)] == ["b", "d", "a", "c"]


def test_numbers_stand_right_and_words_left(model: FrameModel) -> None:
    def side(name: str) -> Qt.AlignmentFlag:
        return model.data(model.index(0, place(model, name)), Qt.ItemDataRole.TextAlignmentRole)

    assert side("children") & Qt.AlignmentFlag.AlignRight
    assert side("name") & Qt.AlignmentFlag.AlignLeft


def test_what_the_delegate_draws_beside_the_text(model: FrameModel) -> None:
    def mark(row: int, name: str) -> object:
        return model.data(model.index(row, place(model, name)), MARK_ROLE)

    assert mark(0, "rank") == Band(1.0, 1.0, 2.0, 4.0)
    assert mark(0, "score") == Bar(0.9)
    assert mark(0, "children") == Margin("± 240")
    assert mark(1, "children") is None
    assert mark(2, "rank") is None


def test_the_header_explains_itself(model: FrameModel) -> None:
    def tip(name: str) -> str:
        return model.headerData(place(model, name), Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)

    assert tip("children") == "Residents under 18\n± is the 90 % margin of error."
    assert "In miles." in tip("distance")


def test_filter_keeps_rows_that_hold_every_word(model: FrameModel) -> None:
    model.set_filter("éL")
    assert [model.id_at(row) for row in range(model.rowCount())] == ["d"]
    assert model.row_of("a") == -1
    assert model.summary == "1 of 4"
    model.set_filter("")
    assert model.rowCount() == 4


def test_rank_place_puts_first_and_last_at_the_ends() -> None:
    assert rank_place(1, 500) == 0.0
    assert rank_place(500, 500) == 1.0
    assert rank_place(2, 4) == pytest.approx(0.5)  # one doubling of two


def test_a_long_table_is_sorted_whole() -> None:
    count = 20_000
    generator = np.random.default_rng(0)
    frame = pd.DataFrame({"id": [str(n) for n in range(count)], "name": [f"Tract {n}" for n in range(count)],
                          "children": generator.permutation(count).astype(float)})
    model = FrameModel(Sheet("s", "Long", frame, (Column("children", "Children", "count"),), ("l",)))
    model.sort(1)
    shown = [model.text(row, 1) for row in range(count)]
    assert sorted([shown[0], shown[-1]], key=len) == ["0", "19,999"]
    assert len(set(shown)) == count


def test_reasons_stand_beside_the_name_only_where_most_rows_have_one() -> None:
    described = (Column("score", "Need score", "score"), Column("reason", "Why"))
    rows = {"id": ["a", "b", "c"], "name": ["A", "B", "C"], "score": [1.0, 0.5, np.nan]}
    mostly = Sheet("k", "Ranked", pd.DataFrame({**rows, "reason": ["near", "far", "full"]}), described, ())
    rarely = Sheet("k", "Ranked", pd.DataFrame({**rows, "reason": ["", "", "no count"]}), described, ())
    assert [column.name for column in shown_columns(mostly)] == ["name", "reason", "score"]
    assert [column.name for column in shown_columns(rarely)] == ["name", "score", "reason"]


def answer(frame: pd.DataFrame, *columns: Column) -> FrameModel:
    return FrameModel(Sheet("result:r:t", "Answer", frame, columns, (), order=order_of(Output("t", "Answer", frame, columns))))


def test_of_several_ranks_only_the_first_stands_before_the_name(qtbot: QtBot) -> None:
    frame = pd.DataFrame({"id": ["a"], "name": ["Ash"], "best": [1], "worst": [4], "state": ["contested"]})
    model = answer(frame, Column("state", "State"), Column("best", "Best", "rank"), Column("worst", "Worst", "rank"))
    assert [column.name for column in model.columns] == ["best", "name", "state", "worst"]


def test_a_column_that_no_row_of_an_answer_has_is_left_out_and_named(qtbot: QtBot) -> None:
    frame = pd.DataFrame({"id": ["a", "b"], "name": ["A", "B"], "fte": [np.nan, np.nan], "why": ["", ""], "hidden_number": [1.0, np.nan],
                          "secret": [np.nan, np.nan], "secret_reason": ["suppressed", "suppressed"]})
    model = answer(frame, Column("fte", "FTE"), Column("why", "Why"), Column("hidden_number", "Number"), Column("secret", "Secret"))
    assert [column.name for column in model.columns] == ["name", "hidden_number", "secret"]
    assert model.left_out == ("FTE", "Why")


def test_words_that_an_answer_has_none_of_are_a_dash_and_a_missing_number_is_said(qtbot: QtBot) -> None:
    frame = pd.DataFrame({"id": ["a", "b"], "name": ["A", "B"], "which": ["", "Food"], "count": [np.nan, 1.0]})
    model = answer(frame, Column("which", "Which"), Column("count", "Count", "count"))
    assert model.text(0, place(model, "which")) == "–"
    assert model.text(0, place(model, "count")) == "no data"


def test_peers_counted_from_one_for_every_school_keep_their_order(qtbot: QtBot) -> None:
    names = [f"School {n}" for n in range(10) for _ in range(2)]
    frame = pd.DataFrame({"id": range(20), "name": names, "rank": [1, 2] * 10})
    assert first_order(answer(frame, Column("rank", "Peer number", "rank")))[0] == -1
    assert first_order(answer(frame.assign(rank=range(1, 21)), Column("rank", "Rank", "rank")))[0] == 0


def test_a_short_table_of_fifths_keeps_its_order(qtbot: QtBot) -> None:
    frame = pd.DataFrame({"id": range(5), "name": list("abcde"), "share_out": [0.1, 0.5, 0.2, 0.9, 0.3]})
    assert first_order(answer(frame, Column("share_out", "Share", "share")))[0] == -1


def test_the_sign_of_the_sorted_column_stands_beside_its_heading(qtbot: QtBot, light: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A heading that fits on one line is as wide as that line, not as the longer of the two it would break into."""
    sign = QPixmap(12, 12)
    sign.fill(QColor("#ff00ff"))
    monkeypatch.setattr("ecomap.ui.panels.table_view.pixmap", lambda *_: sign)
    view = table_view()
    qtbot.addWidget(view)
    frame = pd.DataFrame({"id": ["a"], "name": ["Ash"], "words": ["near"]})
    view.setModel(FrameModel(Sheet("s", "Sheet", frame, (Column("words", "Rank (2014-18 and later)"),), ("layer",)), view))
    view.resize(500, 120)
    with qtbot.waitExposed(view):
        view.show()
    header, section = view.horizontalHeader(), 1
    view.setColumnWidth(section, 240)
    header.setSortIndicator(section, Qt.SortOrder.AscendingOrder)
    shot = header.grab().toImage()
    seen = sum(shot.pixelColor(x, y) == QColor("#ff00ff") for x in range(shot.width()) for y in range(shot.height()))
    assert seen == 144, "no letter stands on the sign"
