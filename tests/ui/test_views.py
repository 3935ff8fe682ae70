"""Answers that are more than a table: what their cells say, sorting, filtering, and the rows behind them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.result import Output, Result
from ecomap.ui.main_window import MainWindow
from ecomap.ui.models.result_sheets import short_title
from ecomap.ui.theme import contrast
from ecomap.ui.views.cells import heat_colours
from ecomap.ui.views.choosing import has_view, view_sheet
from ecomap.ui.views.table import ViewModel
from ecomap.workspace import inventory_edits
from tests.ui.conftest import LONG
from tests.ui.test_window import run_step

MIDDLE, EAST = "01964733000002", "01964733000003"
LEFT = Qt.MouseButton.LeftButton


def result_of(analysis: str, *outputs: Output) -> Result:
    return Result("r1", analysis, "Title", "Sentence.", outputs)


def grid() -> Result:
    schools = pd.DataFrame({"id": ["1", "2", "3"], "name": ["A", "B", "C"], "school_fifth": [5.0, 5.0, float("nan")]})
    cells = pd.DataFrame({
        "id": ["1|x", "1|y", "1|z"], "name": ["A"] * 3, "school_id": ["1"] * 3,
        "approach": ["community_school", "linked_learning", ""], "approach_label": ["Community schools", "Linked Learning", ""],
        "function": ["", "food", "food"], "function_label": ["", "Food", "Food"],
        "organisations": ["District", "Bridge", "Bridge; Pantry"], "organisations_in_all": [1, 1, 2],
        "rows": ["site/s1", "service/f1", "service/f1; service/f2"],
    })
    return result_of("overlap", Output("schools", "Schools", schools), Output("grid", "Grid", cells))


def test_the_grid_lists_every_school_and_counts_each_organisation_once() -> None:
    result = grid()
    sheet = view_sheet(result, result.output("grid"))
    assert sheet is not None
    labels = [column.label for column in sheet.columns]
    first = dict(zip(labels, sheet.rows[0].cells, strict=True))
    assert [row.id for row in sheet.rows] == ["1", "2", "3"]
    assert first["Food"].text == "2"
    assert first["Food"].refs == "service/f1; service/f2"
    assert first["Community schools"].text == "yes"
    assert first["Promise Neighborhoods"].text == ""
    assert not any(cell.text for cell in sheet.rows[1].cells[2:])
    assert "2 have nothing on record" in sheet.caption


def test_spending_that_was_not_filed_says_so_and_is_no_bar() -> None:
    nothing = float("nan")
    frame = pd.DataFrame({
        "id": ["1", "2"], "name": ["A", "B"], "enrollment": [100.0, 200.0], "generated_usd": [1_000_000.0, 1_000_000.0],
        "allocated_usd": [nothing, nothing], "spending_reported": ["reported", "not reported"],
        **{name: [250_000.0, nothing] for name in v.SPENDING_PARTS}, "difference_per_pupil_usd": [7_500.0, nothing],
    })
    result = result_of("money", Output("schools", "Money", frame))
    sheet = view_sheet(result, result.main)
    assert sheet is not None
    labels = [column.label for column in sheet.columns]
    first, second = (dict(zip(labels, row.cells, strict=True)) for row in sheet.rows)
    assert first["Generated"].text == "$10,000"
    assert first["Generated"].share == 1.0
    assert first["Spent at the site"].text == "$5,000"
    assert first["Spent at the site"].share == 0.5
    assert second["Spent at the site"].text == "not reported"
    assert second["Spent at the site"].share is None
    assert second["Allocated"].text == "not reported"
    assert "1 of 2 schools" in sheet.caption


def test_months_are_bars_and_an_amount_not_stated_is_said() -> None:
    frame = pd.DataFrame({"id": ["2027-06", "2027-07"], "name": ["June 2027", "July 2027"],
                          "amount_usd": [50.0, float("nan")], "rows": ["funding/g1", "funding/g2"]})
    columns = (Column("name", "Month"), Column("amount_usd", "Dollars", "usd"))
    result = result_of("funding-cliff", Output("months", "What ends", frame, columns))
    sheet = view_sheet(result, result.main)
    assert sheet is not None
    assert [row.cells[1].text for row in sheet.rows] == ["$50", "not reported"]
    assert [row.cells[1].refs for row in sheet.rows] == ["funding/g1", "funding/g2"]


def test_a_view_filters_and_sorts_with_nothing_last() -> None:
    result = grid()
    sheet = view_sheet(result, result.output("grid"))
    assert sheet is not None
    model = ViewModel(sheet)
    model.set_filter("pantry")
    assert [row.id for row in model.rows] == ["1"]
    model.set_filter("")
    model.sort_by(0, True)
    assert [row.id for row in model.rows] == ["3", "2", "1"]
    food = [column.label for column in sheet.columns].index("Food")
    model.sort_by(food, False)
    assert model.rows[0].id == "1"


def test_the_number_in_a_cell_can_be_read_on_its_colour() -> None:
    assert all(contrast(*heat_colours(share / 4)) >= 4.5 for share in range(5))


def test_an_answer_without_a_view_is_a_table() -> None:
    assert not has_view("coverage-gap", "areas")


def test_tabs_of_one_answer_differ_where_their_titles_do() -> None:
    first = short_title("Children out of reach of mental health by need area")
    second = short_title("Children out of reach of mental health by attendance area")
    assert first != second
    assert first.endswith("need area")
    assert "…" in first


def test_the_roster_opens_as_a_view_and_a_cell_opens_the_row_behind_it(
    window: MainWindow, qtbot: QtBot, rest: Callable[[], None]
) -> None:
    project, _ = inventory_edits.add_row(
        window.desk.project, v.STAFF_ROLE,
        {v.SCHOOL_ID: EAST, v.TITLE: "College coach", v.FUNCTION: "college_career", v.EMPLOYER: "Bridge"},
    )
    window.desk.apply(project, "Add")
    window.show_step("assets")
    window.panels["assets"].choose("roles")  # type: ignore[attr-defined]
    run_step(window, "assets", qtbot)
    picture = window.table.pictured()
    assert picture is not None
    row = next(n for n, found in enumerate(picture.rows) if found.place == EAST)
    assert picture.cell(row, 2).text == "College coach"
    table = window.table.picture
    with qtbot.waitSignal(window.table.rows_asked) as asked:
        qtbot.mouseClick(table.viewport(), LEFT, pos=table.visualRect(picture.index(row, 2)).center())
    assert asked.args[1].startswith("staff_role/")
    assert window.desk.selection == ("schools", (EAST,))
    window.desk.select("schools", (MIDDLE,))
    qtbot.mouseClick(window.table.as_table, LEFT)
    assert window.table.pictured() is None
    assert window.table.model() is not None
    qtbot.mouseClick(window.table.as_table, LEFT)
    assert window.table.pictured() is not None


def test_an_answer_says_when_its_rows_have_changed_since(window: MainWindow, qtbot: QtBot) -> None:
    panel = run_step(window, "gaps", qtbot)
    assert not panel.answer.stale.isVisible()
    layer = window.desk.project.layer("need-areas")
    frame = window.desk.project.frame("need-areas")
    window.desk.apply(window.desk.project.with_layer(layer, frame.assign(children=frame["children"] * 2)), "Other numbers")
    qtbot.waitUntil(panel.answer.stale.isVisible, timeout=LONG)
    window.commands.do_undo()
    qtbot.waitUntil(lambda: not panel.answer.stale.isVisible(), timeout=LONG)
