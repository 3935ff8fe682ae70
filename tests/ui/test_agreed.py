"""What was agreed in the window: written at the table with keys and mouse, settled, shown on map, card and wall, brought in and taken home."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from ecomap.model.commitment import DONE, DROPPED, OPEN
from ecomap.ui.dialogs.agreed import AgreedDialog
from ecomap.ui.dialogs.agreed_file import AgreedFileDialog
from ecomap.ui.dialogs.commitment import CommitmentDialog, ReasonDialog
from ecomap.ui.panels.share import SharePanel
from ecomap.ui.wall import LEAST_OF_MANY, Wall
from ecomap.ui.window import MainWindow
from ecomap.workspace import commitments
from tests.ui.conftest import LONG

Rest = Callable[[], None]
WEST, DAY = "01964733000001", "2027-01-31"


def opened(over: Any, kind: type) -> Any:
    return next(one for one in over.findChildren(kind) if one.isVisible())


def press(control: Any) -> None:
    QTest.mouseClick(control, Qt.MouseButton.LeftButton)


def listed(window: MainWindow) -> AgreedDialog:
    window.known_actions["agreed"].trigger()
    found: AgreedDialog = opened(window, AgreedDialog)
    return found


def agree(window: MainWindow, what: str = "A nurse", **fields: Any) -> str:
    desk = window.desk
    desk.apply(commitments.agree(desk.project, what, day=DAY, **fields), name_of(what))
    return desk.project.commitments[-1].id


def name_of(what: str) -> Any:
    from ecomap.model.said import name

    return name(what)


def test_it_is_written_at_the_table_and_undone(window: MainWindow) -> None:
    dialog = listed(window)
    press(dialog.write)
    form = opened(dialog, CommitmentDialog)
    assert not form.take.isEnabled(), "it has to say what"
    QTest.keyClicks(form.what, "A nurse three days a week")
    form.where.setFocus()
    form.where.lineEdit().selectAll()
    QTest.keyClicks(form.where.lineEdit(), "West School")
    QTest.keyClicks(form.leads, "Red; Blue")
    press(form.take)
    (one,) = window.desk.project.commitments
    assert (one.what, one.place, one.feature, one.leads, one.due, one.state) == ("A nurse three days a week", "West School", WEST, ("Red", "Blue"), "", OPEN)
    assert dialog.agreed.count() == 1
    assert [(flag.feature, flag.state) for flag in window.map.tools.flags.flags] == [(WEST, OPEN)]
    window.desk.workspace.undo()
    assert window.desk.project.commitments == ()
    assert dialog.agreed.count() == 0
    assert window.map.tools.flags.flags == ()


def test_a_place_that_is_none_is_not_kept(window: MainWindow) -> None:
    window.known_actions["agreed_write"].trigger()
    form = opened(window, CommitmentDialog)
    QTest.keyClicks(form.what, "A nurse")
    form.where.lineEdit().selectAll()
    QTest.keyClicks(form.where.lineEdit(), "Nowhere")
    assert not form.take.isEnabled()
    form.reject()


def test_done_dropped_with_a_reason_and_open_again(window: MainWindow) -> None:
    key = agree(window)
    dialog = listed(window)
    dialog.agreed.setCurrentRow(0)
    press(dialog.finish)
    assert commitments.commitment(window.desk.project, key).state == DONE
    assert not dialog.finish.isEnabled()
    press(dialog.drop)
    reason = opened(dialog, ReasonDialog)
    assert not reason.take.isEnabled(), "a reason is needed"
    QTest.keyClicks(reason.reason, "No money")
    press(reason.take)
    one = commitments.commitment(window.desk.project, key)
    assert (one.state, one.reason) == (DROPPED, "No money")
    press(dialog.reopen)
    assert commitments.commitment(window.desk.project, key).settled == ""


def test_the_order_in_the_list_is_by_day_then_alphabet(window: MainWindow) -> None:
    agree(window, "Zebra", leads="Aardvark")
    agree(window, "A nurse", leads="Zoo", due="2027-06-30")
    agree(window, "A gym", leads="Aardvark")
    dialog = listed(window)
    assert [dialog.agreed.item(n).text().splitlines()[0] for n in range(3)] == ["A nurse", "A gym", "Zebra"]


def test_a_flag_opens_the_card_and_the_card_says_it_first(window: MainWindow, rest: Rest, qtbot: QtBot) -> None:
    agree(window, "Open the gym", layer="schools", feature=WEST, leads="Red", due="2027-06-30")
    rest()
    flags = window.map.tools.flags
    at = flags._cloth(flags.flags[0]).center().toPoint()
    QTest.mouseClick(window.map.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(at))
    qtbot.waitUntil(window.map.card.isVisible, timeout=LONG)
    card = window.map.card.card
    assert card is not None
    assert (card.title, card.parts[0].heading, card.parts[0].rows[0].label) == ("West School", "Agreed for this place", "Open the gym")
    window.desk.apply(commitments.settle(window.desk.project, window.desk.project.commitments[0].id, DONE, day="2027-02-01"), name_of("x"))
    qtbot.waitUntil(lambda: window.map.card.card is not None and "Done" in window.map.card.card.parts[0].rows[0].value, timeout=LONG)


def test_a_school_can_be_given_one_from_its_card(window: MainWindow) -> None:
    words = {str(text): do for text, do in window.map._actions_at("schools", WEST)}
    words["Write down what was agreed…"]()
    form = opened(window, CommitmentDialog)
    assert form.where.currentText() == "West School"
    form.reject()


def test_a_partners_file_asks_and_the_answers_are_used(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "red.csv"
    path.write_text("What,Where,By when\nA nurse,West,6/7/2027\nA gym,,\n", "utf-8")
    dialog = listed(window)
    dialog.bring_in(path)
    qtbot.waitUntil(lambda: bool(dialog.findChildren(AgreedFileDialog)), timeout=LONG)
    asked = opened(dialog, AgreedFileDialog)
    assert set(asked.fields) == {(1, "where"), (1, "due")}
    asked.fields[1, "where"].setCurrentIndex(1)
    asked.fields[1, "due"].setCurrentIndex(1)
    press(asked.look)
    assert asked.fields == {}
    press(asked.take)
    assert {(one.what, one.place, one.due) for one in window.desk.project.commitments} == {("A nurse", "West School", "2027-06-07"), ("A gym", "", "")}
    before = window.desk.project
    dialog.bring_in(path)
    qtbot.waitUntil(lambda: any(one.isVisible() for one in dialog.findChildren(AgreedFileDialog)), timeout=LONG)
    again = opened(dialog, AgreedFileDialog)
    assert not again.take.isEnabled(), "the same file twice changes nothing"
    again.reject()
    window.desk.workspace.undo()
    assert window.desk.project.commitments == ()
    assert window.desk.project is not before


def test_what_is_not_answered_stays_out(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "red.csv"
    path.write_text("What,State\nA nurse,maybe\nA gym,open\n", "utf-8")
    dialog = listed(window)
    dialog.bring_in(path)
    qtbot.waitUntil(lambda: any(one.isVisible() for one in dialog.findChildren(AgreedFileDialog)), timeout=LONG)
    press(opened(dialog, AgreedFileDialog).take)
    assert [one.what for one in window.desk.project.commitments] == ["A gym"]


@pytest.mark.parametrize(("write", "file"), [("write_template", "a.xlsx"), ("write_minutes", "a.pdf"), ("write_minutes", "a.docx"), ("write_calendar", "a.ics")])
def test_files_go_home(window: MainWindow, rest: Rest, tmp_path: Path, write: str, file: str) -> None:
    agree(window, due="2027-06-30")
    getattr(listed(window), write)(tmp_path / file)
    rest()
    assert (tmp_path / file).stat().st_size > 100


def test_the_page_has_it_unless_it_is_unticked(window: MainWindow, rest: Rest, tmp_path: Path) -> None:
    panel = window.panels["share"]
    assert isinstance(panel, SharePanel)
    assert panel.agreed.isHidden(), "nothing was agreed"
    agree(window)
    assert not panel.agreed.isHidden()
    panel.open_after.setChecked(False)
    for wanted in (True, False):
        panel.agreed.setChecked(wanted)
        panel.export(tmp_path / "a.html")
        rest()
        assert ('id="agreed"' in (tmp_path / "a.html").read_text("utf-8")) is wanted


@pytest.fixture
def wall(window: MainWindow, rest: Rest) -> Wall:
    for n in range(30):
        agree(window, f"Thing number {n}", due=f"2027-06-{n % 28 + 1:02d}")
    window.known_actions["present"].trigger()
    made = next(one for one in QApplication.topLevelWidgets() if isinstance(one, Wall) and one.isVisible())
    made.showNormal()
    made.resize(1600, 900)
    rest()
    return made


def test_the_wall_turns_to_what_was_agreed_in_a_type_that_a_room_reads(wall: Wall) -> None:
    QTest.keyClick(wall, Qt.Key.Key_A)
    assert wall.meeting
    texts = [one.text() for one in wall.findChildren(QLabel) if one.isVisibleTo(wall) and one.text()]
    assert "What was agreed" in texts
    assert any(text.startswith("30 things were agreed") for text in texts)
    assert wall.size_of_type >= LEAST_OF_MANY
    shown = sum(text.startswith("Thing number") for text in texts)
    assert f"and {30 - shown} more" in texts, "what does not fit is counted"
    QTest.keyClick(wall, Qt.Key.Key_A)
    assert not wall.meeting
    wall.close()


def test_it_is_written_down_on_the_wall_while_everybody_looks(wall: Wall, window: MainWindow) -> None:
    QTest.keyClick(wall, Qt.Key.Key_A)
    press(wall.write)
    form = opened(wall, CommitmentDialog)
    QTest.keyClicks(form.what, "A first thing")
    press(form.take)
    assert window.desk.project.commitments[-1].what == "A first thing"
    assert any(one.text() == spoken_count(window) for one in wall.findChildren(QLabel))
    wall.close()


def spoken_count(window: MainWindow) -> str:
    from ecomap.render.words.agreed import counted_words

    project = window.desk.project
    return str(counted_words(project.commitments, commitments.as_of(project)))


def test_a_place_that_is_gone_is_still_named_and_has_no_flag(window: MainWindow) -> None:
    agree(window, "Open the gym", layer="schools", feature=WEST)
    project = window.desk.project
    window.desk.apply(evolve(project, layers=tuple(one for one in project.layers if one.id != "schools"),
                             frames={key: frame for key, frame in project.frames.items() if key != "schools"}), name_of("x"))
    assert window.map.tools.flags.flags == ()
    dialog = listed(window)
    assert "West School" in dialog.agreed.item(0).text()
    dialog.agreed.setCurrentRow(0)
    assert not dialog.show_place.isEnabled()
    press(dialog.change)
    form = opened(dialog, CommitmentDialog)
    assert form.where.currentText() == "West School"
    QTest.keyClicks(form.seen, "A door")
    press(form.take)
    assert (window.desk.project.commitments[0].feature, window.desk.project.commitments[0].seen) == (WEST, "A door")
