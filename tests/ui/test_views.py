"""Answers that are more than a table: what their cells say, sorting, filtering, and the rows behind them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.result import Output, Result
from ecomap.ui.look.lines import in_halves
from ecomap.ui.look.tokens import contrast
from ecomap.ui.models.result_sheets import row_of_bar
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.views.cells import heat_colours
from ecomap.ui.views.choosing import has_view, view_sheet
from ecomap.ui.views.table import ViewModel
from ecomap.ui.window import MainWindow
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


def test_months_that_end_nothing_say_so_and_show_no_zeros() -> None:
    frame = pd.DataFrame({"id": ["2027-06"], "name": ["June 2027"], "amount_usd": [0.0], "rows": [""]})
    result = result_of("funding-cliff", Output("months", "What ends", frame, (Column("amount_usd", "Dollars", "usd"),)))
    sheet = view_sheet(result, result.main)
    assert sheet is not None
    assert not sheet.rows
    assert sheet.caption.startswith("No grant on record ends")


def test_months_split_their_grants_by_need_fifth() -> None:
    frame = pd.DataFrame({
        "id": ["a", "b"], "name": ["June", "July"], "amount_usd": [50.0, 10.0], "rows": ["funding/1", "funding/2"],
        **{f"grants_fifth_{n}": [2 if n == 5 else 0, 1 if n == 1 else 0] for n in (5, 4, 3, 2, 1)}, "grants_no_fifth": [2, 0],
    })
    columns = (Column("amount_usd", "Dollars", "usd"), *(Column(f"grants_fifth_{n}", f"Fifth {n}", "count") for n in (5, 4, 3, 2, 1)))
    result = result_of("funding-cliff", Output("months", "What ends", frame, columns))
    sheet = view_sheet(result, result.main)
    assert sheet is not None
    assert [column.label for column in sheet.columns] == ["Month", "Dollars", "Grants that end, by need fifth"]
    june, july = (row.cells[2] for row in sheet.rows)
    assert (june.text, [share for share, _ in june.parts]) == ("4", [0.5, 0.5])
    assert june.tip == "June: 2 highest need; 2 of no one school or one without a need number"
    assert (july.text, [share for share, _ in july.parts]) == ("1", [0.25])


def test_the_system_stands_by_year_newest_first_and_a_missing_year_is_no_zero() -> None:
    frame = pd.DataFrame({
        "id": ["1", "2", "3"], "name": ["Schools taking part", "Schools taking part", "Dollars"], "year": ["2024", "2025", "2025"],
        "value": [10.0, 40.0, float("nan")], "unit": ["schools", "schools", "usd"], "kind": ["counted"] * 3, "source": [""] * 3,
        "rows": ["site/1", "site/1; site/2", ""],
    })
    result = result_of("dashboard", Output("years", "By year", frame))
    sheet = view_sheet(result, result.main)
    assert sheet is not None
    assert [column.label for column in sheet.columns] == ["Indicator", "Unit", "2025", "2024"]
    schools, dollars = sheet.rows
    assert [(cell.text, cell.share, cell.refs) for cell in schools.cells[2:]] == [
        ("40", 1.0, "site/1; site/2"), ("10", 0.25, "site/1")]
    assert [cell.text for cell in dollars.cells[2:]] == ["", ""]
    assert dollars.cells[2].tip == "Dollars, 2025: not reported"


def test_peers_stand_beside_their_school_which_is_named_once() -> None:
    frame = pd.DataFrame({
        "id": ["1|2", "1|3"], "name": ["A", "A"], "school_id": ["1", "1"], "rank": [1, 2], "peer": ["B", "C"], "peer_id": ["2", "3"],
        "distance": [0.125, 0.5], "approaches": ["", ""], "peer_approaches": ["Linked Learning", ""],
        "school_enrollment": [541.0, 541.0], "peer_enrollment": [600.0, float("nan")], "rows": ["school/1; school/2", "school/1; school/3"],
    })
    columns = (Column("school_id", "School, code", hidden=True), Column("school_enrollment", "Pupils", "pupils"),
               Column("peer_enrollment", "Pupils, peer", "pupils"))
    result = result_of("peers", Output("peers", "Peers", frame, columns))
    sheet = view_sheet(result, result.main)
    assert sheet is not None
    assert [[cell.text for cell in row.cells] for row in sheet.rows] == [
        ["A", "B", "0.12", "none", "Linked Learning", "541", "600"],
        ["", "C", "0.50", "none", "none", "541", "not reported"],
    ]
    assert sheet.rows[1].cells[1].refs == "school/1; school/3"


def test_a_table_of_the_same_name_in_another_answer_is_no_view() -> None:
    assert has_view("overlap", "sets")
    assert not has_view("weight-sets", "sets")


def test_the_bar_of_the_neediest_schools_opens_these_and_no_others() -> None:
    schools = pd.DataFrame({"id": ["1", "2", "3"], "name": list("ABC"), "school_fifth": [5.0, 5.0, 2.0]})
    sets = pd.DataFrame({"id": ["none"], "name": ["None"], "schools": [3], "schools_fifth_5": [2], "schools_fifth_2": [1],
                         "rows": ["school/1; school/2; school/3"]})
    result = result_of("overlap", Output("schools", "Schools", schools), Output("sets", "Sets", sets))
    sheet = view_sheet(result, result.output("sets"))
    assert sheet is not None
    every, neediest = sheet.rows[0].cells[-2:]
    assert (every.text, every.refs) == ("3", "school/1; school/2; school/3")
    assert (neediest.text, neediest.refs) == ("2", "school/1; school/2")


def test_a_bar_leads_to_the_row_it_stands_for() -> None:
    fifths = pd.DataFrame({"id": ["5", "1"], "name": ["Highest need", "Lowest need"]})
    sets = pd.DataFrame({"id": ["x"], "name": ["Highest need"], "rows": ["school/1"]})
    result = result_of("money", Output("fifths", "Fifths", fifths), Output("sets", "Sets", sets))
    assert row_of_bar(result, "Lowest need (20 % of pupils)") == ("fifths", "1")
    assert row_of_bar(result, "highest need") == ("sets", "x")  # the table that holds the rows behind it
    assert row_of_bar(result, "Middle") == ("", "")


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


def test_a_long_title_stands_whole_on_two_lines_of_its_tab() -> None:
    assert in_halves("Children out of reach of mental health by need area", 26) == "Children out of reach of\nmental health by need area"
    assert in_halves("Schools", 26) == "Schools"
    assert in_halves("Unbreakable" * 9, 26) == "Unbreakable" * 9


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


def test_an_empty_table_of_an_answer_says_so(window: MainWindow, qtbot: QtBot) -> None:
    window.show_step("assets")
    window.panels["assets"].choose("roles")  # type: ignore[attr-defined]
    panel = run_step(window, "assets", qtbot)
    assert panel.result is not None
    window.table.show_sheet(f"result:{panel.result.id}:roster")
    assert window.table.pages.currentIndex() == 0
    assert "no rows" in window.table.empty.text()
    window.table.show_sheet(f"result:{panel.result.id}:schools")
    model = window.table.model()
    assert model is not None
    assert "Full-time equivalents" in model.left_out
    assert "no data" not in {model.text(0, n) for n in range(model.columnCount())}


def test_a_question_that_cannot_be_asked_says_what_it_lacks_and_where_that_comes_from(window: MainWindow, qtbot: QtBot) -> None:
    window.show_step("money")
    panel = window.panels["money"]
    assert isinstance(panel, QuestionPanel)
    panel.choose("norming")
    qtbot.waitUntil(panel.page.lacking.isVisible, timeout=LONG)
    assert panel.page.lacking.words.text().startswith("This question needs staff positions.")
    assert not panel.page.ask.isEnabled()
    qtbot.mouseClick(panel.page.lacking.go, LEFT)
    assert window.step == "data"


def test_what_is_not_known_is_named_and_is_no_number(window: MainWindow, qtbot: QtBot) -> None:
    window.show_step("assets")
    window.panels["assets"].choose("roles")  # type: ignore[attr-defined]
    panel = run_step(window, "assets", qtbot)
    texts = [found.text() for found in panel.answer.findChildren(QLabel) if found.isVisible()]
    assert not any("no data" in text for text in texts)
    assert any(text.startswith("Not known: roles held") for text in texts)
