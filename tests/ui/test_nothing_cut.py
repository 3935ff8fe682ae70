"""No text is cut: what every step and dialog paints is compared with its room, in three languages and at two text sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from ecomap.model.params import param_specs
from ecomap.model.said import Said
from ecomap.render.words.language import ENGLISH, PSEUDO
from ecomap.ui import speech
from ecomap.ui.look.controls import PushButton, TickBox
from ecomap.ui.look.parts import ElidedLabel
from ecomap.ui.look.theme import THEME
from ecomap.ui.look.tokens import LIGHT
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.window import MainWindow
from ecomap.workspace.settings import Settings
from tests.small_project import small_project
from tests.ui.conftest import LONG, settle
from tests.ui.fit import cut_in

SCREEN = QSize(1280, 800)
INSIDE = QSize(1280, 770)  # below the bar that the system puts on top of a window
LANGUAGES = (ENGLISH, "es", PSEUDO)
SIZES = (1.0, 2.0)
Start = Callable[[str, float], MainWindow]


@pytest.fixture
def start(qtbot: QtBot, qapp: QApplication) -> Iterator[Start]:
    """A window on the small town in a language, at a text size, as large as a laptop's screen allows."""
    made: list[MainWindow] = []

    def begin(code: str, size: float) -> MainWindow:
        THEME.start(qapp, LIGHT, size)
        speech.use(code)
        window = MainWindow(Settings())
        made.append(window)
        window.resize(INSIDE)
        with qtbot.waitExposed(window):
            window.show()
        with qtbot.waitSignals([window.map.canvas.drawn, window.map.legends_ready], timeout=LONG):
            window.desk.replace(small_project(), None)
        settle(qtbot, window)
        return window

    yield begin
    speech.use(ENGLISH)
    for window in filter(shiboken6.isValid, made):
        window.desk.workspace.mark_saved(window.desk.workspace.path)  # type: ignore[arg-type]
        window.close()
        window.deleteLater()
    THEME.set(LIGHT, 1.0)


def asked(window: MainWindow, panel: QuestionPanel, qtbot: QtBot) -> None:
    """Ask the question that is shown; what has to be chosen is the first of its list."""
    assert panel.form is not None
    for spec in param_specs(panel.form.params_class):
        box = getattr(panel.form.fields[spec.name], "box", None)
        if spec.required and isinstance(box, QComboBox) and box.count():
            panel.form.fields[spec.name].set_value(box.itemData(0))
    panel.form.check()
    panel.run()
    settle(qtbot, window)


def cut_of(window: MainWindow, qtbot: QtBot, questions: int) -> list[str]:
    """What is cut in the steps, in the forms of their questions and in the answers to the first few of each."""
    found: dict[str, str] = {}

    def look_at(where: str) -> None:
        for _ in range(8):  # a part that grows tells its surroundings, and they theirs
            QApplication.processEvents()
        for one in cut_in(window):
            found.setdefault(str(one), where)

    for key, panel in window.panels.items():
        window.show_step(key)
        look_at(key)
        for analysis in panel.step.analyses[:questions] if isinstance(panel, QuestionPanel) else ():
            assert isinstance(panel, QuestionPanel)
            panel.choose(analysis)
            qtbot.waitUntil(lambda panel=panel: panel.form is not None, timeout=LONG)
            look_at(f"{analysis}, asked")
            asked(window, panel, qtbot)
            look_at(f"{analysis}, answered")
    return [f"{where}: {one}" for one, where in found.items()]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("code", LANGUAGES)
def test_no_text_of_a_step_is_cut(code: str, size: float, start: Start, qtbot: QtBot) -> None:
    window = start(code, size)
    assert not (cut := cut_of(window, qtbot, 1)), "\n".join(cut)
    assert (window.width(), window.height()) == (INSIDE.width(), INSIDE.height())


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("code", LANGUAGES)
def test_no_text_of_any_answer_is_cut(code: str, size: float, start: Start, qtbot: QtBot) -> None:
    window = start(code, size)
    assert not (cut := cut_of(window, qtbot, 99)), "\n".join(cut)


# --- the test sees what it is to see ---------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [40, 200])
def test_a_label_that_is_too_narrow_is_found(width: int, light: None, qtbot: QtBot) -> None:
    shown = QLabel("Children out of reach")
    qtbot.addWidget(shown)
    shown.resize(width, 30)
    shown.show()
    assert bool(cut_in(shown)) == (width < 100)


def test_a_label_that_is_too_low_is_found(light: None, qtbot: QtBot) -> None:
    shown = QLabel("Children out of reach of a site")
    shown.setWordWrap(True)
    qtbot.addWidget(shown)
    for tall, cut in ((20, True), (shown.heightForWidth(80) + 2, False)):
        shown.setFixedSize(80, tall)
        shown.show()
        assert bool(cut_in(shown)) == cut


def test_dots_for_words_that_have_no_room_are_found(light: None, qtbot: QtBot) -> None:
    shown = ElidedLabel(Said("Children out of reach"))
    qtbot.addWidget(shown)
    shown.resize(60, 30)
    shown.show()
    assert [one.why for one in cut_in(shown)] == ["is shortened"]


def test_a_part_that_stands_out_of_its_surroundings_is_found(light: None, qtbot: QtBot) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    around.resize(100, 60)
    shown = QLabel("Children", around)
    shown.setGeometry(70, 5, 80, 30)
    around.show()
    assert len(cut_in(around)) == 1


def test_dots_that_a_button_says_are_its_own(light: None, qtbot: QtBot) -> None:
    shown = PushButton("Export…")
    qtbot.addWidget(shown)
    shown.resize(shown.sizeHint())
    shown.show()
    assert not cut_in(shown)


def test_a_shortened_tab_is_found(light: None, qtbot: QtBot) -> None:
    shown = QTabBar()
    qtbot.addWidget(shown)
    shown.setElideMode(Qt.TextElideMode.ElideRight)
    shown.addTab("Children out … need area")
    shown.show()
    assert [one.why for one in cut_in(shown)] == ["is shortened"]


# --- what takes the lines it needs -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [PushButton, TickBox])
def test_a_button_grows_with_its_words(kind: type[PushButton] | type[TickBox], light: None, qtbot: QtBot) -> None:
    shown = kind("Bring the latest figures in from the county")
    qtbot.addWidget(shown)
    natural = shown.sizeHint()
    assert shown.minimumSizeHint().width() < natural.width() / 2
    narrow = round(natural.width() * 0.6)
    assert shown.heightForWidth(natural.width()) == natural.height()
    assert shown.heightForWidth(narrow) > natural.height()
    shown.resize(narrow, shown.heightForWidth(narrow))
    shown.show()
    assert not cut_in(shown)
    shown.resize(narrow, natural.height() // 2)
    assert cut_in(shown)
