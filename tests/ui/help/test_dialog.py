"""Help beside the window: F1 leads to what is in sight, every word can be searched, all of it offline."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ecomap.analysis import registry
from ecomap.render.words.language import ENGLISH
from ecomap.ui import speech
from ecomap.ui.help.dialog import HelpDialog
from ecomap.ui.help.pages import NEWS_KEY, guide_pages, news_page, question_names, question_page, step_key
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.steps import STEPS
from ecomap.ui.window import MainWindow
from tests.ui.conftest import LONG


@pytest.fixture
def spanish() -> Iterator[None]:
    speech.use("es")
    yield
    speech.use(ENGLISH)


def opened(window: MainWindow) -> HelpDialog:
    dialog = window.commands.beginning.help
    assert dialog is not None
    return dialog


def whole(dialog: HelpDialog, qtbot: QtBot) -> None:
    """Wait until the pages of the questions are written."""
    qtbot.waitUntil(lambda: set(registry.names()) <= set(dialog._pages), timeout=LONG)


@pytest.mark.parametrize("name", registry.names())
def test_every_question_has_a_page_from_its_definition(name: str) -> None:
    page, known = question_page(name), registry.analysis(name)
    assert page.title == str(known.question)
    assert known.tables[0].rows.replace("'", "&#x27;").split("&")[0] in page.text
    assert "--" not in page.text.replace("---", "")


def test_a_question_that_was_asked_for_first_stands_at_its_place_in_the_list(window: MainWindow, qtbot: QtBot) -> None:
    window.commands.beginning.open_help("coverage-gap")
    dialog = opened(window)
    whole(dialog, qtbot)
    assert [key for key in dialog._pages if key in registry.names()] == list(question_names())
    assert dialog.current == "coverage-gap"
    dialog.close()


def test_every_step_has_its_part_of_the_guide_in_both_languages(spanish: None) -> None:
    for code in ("es", ENGLISH):
        speech.use(code)
        keys = {page.key for page in guide_pages()}
        assert {step_key(step.key) for step in STEPS} <= keys


def test_the_guide_in_the_window_has_no_commands_for_a_terminal() -> None:
    for page in guide_pages():
        assert "```" not in page.text
        assert "`ecomap " not in page.text
        assert "](" not in page.text, page.title


def test_help_is_about_the_question_in_sight(window: MainWindow, qtbot: QtBot) -> None:
    window.show_step("gaps")
    panel = window.panels["gaps"]
    assert isinstance(panel, QuestionPanel)
    window.commands.doer("help")()
    assert opened(window).current == panel.current
    assert window.known_actions["help"].shortcut().toString() == "F1"
    window.show_step("share")
    window.commands.doer("help")()
    assert opened(window).current == step_key("share")
    assert not opened(window).isModal()
    whole(opened(window), qtbot)
    assert opened(window).current == step_key("share")  # the page in sight stays when the others arrive
    opened(window).close()


def test_a_step_and_a_question_of_one_name_have_a_page_each(window: MainWindow, qtbot: QtBot) -> None:
    window.commands.beginning.open_help("money")
    whole(opened(window), qtbot)
    assert {"money", step_key("money"), "plan", step_key("plan")} <= set(opened(window)._pages)
    opened(window).close()


def test_search_keeps_the_pages_with_every_word_and_marks_them(window: MainWindow, qtbot: QtBot) -> None:
    window.commands.doer("guide")()
    dialog = opened(window)
    whole(dialog, qtbot)
    every = dialog.list.count()
    qtbot.keyClicks(dialog.search, "detour factor")
    shown = [dialog.list.item(at).data(Qt.ItemDataRole.UserRole) for at in range(dialog.list.count())]
    assert step_key("gaps") in shown
    assert "coverage-gap" in shown
    assert NEWS_KEY not in shown
    assert len(shown) < every
    assert dialog.text.extraSelections()
    dialog.search.setText("xyzzy")
    assert dialog.list.count() == 0
    assert "Try another word" in dialog.text.toPlainText()
    dialog.open_at("need-index")  # asked for from outside: the search gives way
    assert dialog.current == "need-index"
    assert dialog.search.text() == ""
    dialog.close()


def test_search_minds_neither_accents_nor_capitals(spanish: None) -> None:
    pages = [page for page in guide_pages() if page.holds(["calle"]) and page.holds(["alcance"])]
    assert [page.key for page in pages] == [step_key("gaps")]
    assert next(page for page in guide_pages() if page.key == step_key("need")).holds(["indicadores", "margenes"])


def test_news_begin_after_the_version_that_was_seen() -> None:
    assert "First version." in news_page("").text
    assert "First version." not in news_page("0.1.0").text
    assert "First version." in news_page("9.9.9").text  # a version that nobody knows: everything


def test_what_is_in_english_only_is_said_to_be(spanish: None) -> None:
    assert "solo en inglés" in news_page("").text
