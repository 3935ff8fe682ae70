"""Every word the window shows goes through the messages: a walk through steps, dialogs and menus in other languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, Qt
from PySide6.QtGui import QAction, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QGroupBox,
    QInputDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QMessageBox,
    QSpinBox,
    QTabBar,
    QTextBrowser,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ecomap.analysis import registry
from ecomap.model.layer import Layer
from ecomap.model.params import param_specs
from ecomap.model.project import Project
from ecomap.model.said import Said
from ecomap.model.scenario import Change
from ecomap.model.version import VERSION
from ecomap.render.words.language import ENGLISH, PSEUDO, languages
from ecomap.ui import speech
from ecomap.ui.commands.actions import COMMANDS, OWN_NAMES, keyed_commands
from ecomap.ui.dialogs.inventory import InventoryDialog
from ecomap.ui.dialogs.reading import AboutDialog, KeysDialog, MethodDialog
from ecomap.ui.dialogs.rows import RowsDialog
from ecomap.ui.dialogs.style import StyleDialog
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.window import MainWindow, Opened
from ecomap.workspace.settings import Settings
from tests.small_project import small_project
from tests.ui.conftest import LONG, settle

Seen = list[tuple[str, str]]  # where, what is read there
ANSWERED = ("need-index", "coverage-gap", "priority")  # questions the small town can answer as they stand
KEPT = (
    "px", "EcoMap", "GeoPackage", "GeoJSON", "CSV", "Excel", "JSON", "Ctrl", "Alt", "Shift", "Return", "Esc", "NAD83 / California Albers",
    VERSION, *OWN_NAMES.values(), *(command.shortcut for command in COMMANDS if command.shortcut),
)
_LETTERS = re.compile(r"[^\W\d_]{2,}")


# --- the walk ------------------------------------------------------------------------------------------------------


def texts_of(widget: QWidget) -> Iterator[tuple[str, str]]:
    """What a widget says by itself: its text, tooltip, names, placeholder, items and headings."""
    kind = type(widget).__name__
    for what, text in (
        ("tooltip", widget.toolTip()), ("name", widget.accessibleName()), ("description", widget.accessibleDescription()),
        ("title", widget.windowTitle() if widget.isWindow() else ""),
    ):
        yield f"{kind} {what}", text
    if isinstance(widget, QLabel | QAbstractButton):
        yield kind, widget.text()
    if isinstance(widget, QGroupBox):
        yield kind, widget.title()
    if isinstance(widget, QLineEdit):
        yield f"{kind} placeholder", widget.placeholderText()
    if isinstance(widget, QSpinBox | QDoubleSpinBox):
        for text in (widget.prefix(), widget.suffix(), widget.specialValueText()):
            yield kind, text
    if isinstance(widget, QComboBox):
        for place in range(widget.count()):
            yield f"{kind} item", widget.itemText(place)
    if isinstance(widget, QTabBar):
        for place in range(widget.count()):
            if "…" not in widget.tabText(place):  # a shortened title has lost its brackets; the whole one is in the tooltip
                yield f"{kind} tab", widget.tabText(place)
            yield f"{kind} tab tooltip", widget.tabToolTip(place)
    if isinstance(widget, QTextBrowser):
        for line in widget.toPlainText().splitlines():
            yield kind, line
    if isinstance(widget, QListWidget):
        for item in (widget.item(place) for place in range(widget.count())):
            yield kind, item.text()
            yield f"{kind} tooltip", item.toolTip()
    elif isinstance(widget, QAbstractItemView) and isinstance(widget.model(), QAbstractTableModel | QStandardItemModel):
        yield from _items(kind, widget.model(), QModelIndex())
    for action in widget.actions():
        yield from _action(action)


def _items(kind: str, model: QAbstractItemModel, parent: QModelIndex) -> Iterator[tuple[str, str]]:
    columns = range(model.columnCount(parent))
    if not parent.isValid():
        for column in columns:
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                yield f"{kind} heading", str(model.headerData(column, Qt.Orientation.Horizontal, role) or "")
    for row in range(model.rowCount(parent)):
        for column in columns:
            index = model.index(row, column, parent)
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
                yield f"{kind} cell", str(index.data(role) or "")
            yield from _items(kind, model, index) if column == 0 and model.rowCount(index) else ()


def _action(action: QAction) -> Iterator[tuple[str, str]]:
    yield "action", action.text().replace("&", "")
    yield "action tooltip", action.toolTip()


def everything_in(top: QWidget, where: str) -> Seen:
    """What is read in a widget and everything inside it."""
    found: Seen = []
    for widget in (top, *top.findChildren(QWidget)):
        of_qt = isinstance(widget.parentWidget(), QAbstractSpinBox | QTabBar)
        if not of_qt and not widget.objectName().startswith("qt_"):
            found += [(f"{where}: {what}", text) for what, text in texts_of(widget) if text]
    return list(dict.fromkeys(found))


def ask(window: MainWindow, qtbot: QtBot, analysis: str) -> None:
    """Ask a question as its form stands; what has to be chosen is the first of its list."""
    step = registry.analysis(analysis).step
    window.show_step(step)
    panel = window.panels[step]
    assert isinstance(panel, QuestionPanel)
    panel.choose(analysis)
    assert panel.form is not None
    for spec in param_specs(panel.form.params_class):
        field = panel.form.fields[spec.name]
        box = getattr(field, "box", None)
        if spec.required and isinstance(box, QComboBox) and box.count():
            field.set_value(box.itemData(0))
    panel.form.check()
    with qtbot.waitSignal(window.desk.answered, timeout=LONG):
        panel.run()
    settle(qtbot, window)


def walk(window: MainWindow, qtbot: QtBot) -> Seen:
    """Every step with every question, three answers, tables, dialogs, menus, messages and the card."""
    found = everything_in(window, "start")
    for analysis in ANSWERED:
        ask(window, qtbot, analysis)
        found += everything_in(window, analysis)
    for key, panel in window.panels.items():
        window.show_step(key)
        for analysis in panel.step.analyses if isinstance(panel, QuestionPanel) else ():
            panel.choose(analysis)
            found += everything_in(panel, analysis)
        if isinstance(panel, QuestionPanel):
            found += [seen for action in panel.menu().actions() for seen in _action(action)]
        found += everything_in(panel, key)
    for key in window.table.sheets:
        window.table.show_sheet(key)
        found += everything_in(window.table, key)
    found += [(f"menu {menu.title()}", menu.title()) for menu in window.findChildren(QMenu) if menu.title()]
    for dialog in dialogs(window):
        found += everything_in(dialog, type(dialog).__name__)
        dialog.close()
        dialog.deleteLater()
    found += card_of_a_school(window, qtbot)
    window.commands.do_layer_remove()
    found += everything_in(window.map.bar, "message")
    window.search.setFocus()
    window.search.textEdited.emit("a")
    found += everything_in(window.search.list, "search")
    return list(dict.fromkeys(found))


def card_of_a_school(window: MainWindow, qtbot: QtBot) -> Seen:
    school = window.desk.project.layers_of("school")[0]
    row = str(window.desk.project.frame(school.id)["id"].iloc[0])
    window.map.open_card(school.id, row, window.map.rect().center())
    qtbot.waitUntil(window.map.card.isVisible, timeout=LONG)
    window.tree.setCurrentIndex(window.tree.layers.layer_items()[0].index())
    return everything_in(window.map.card, "card")


def dialogs(window: MainWindow) -> Iterator[QDialog]:
    desk, school = window.desk, window.desk.project.layers_of("school")[0]
    row = str(desk.project.frame(school.id)["id"].iloc[0])
    yield AboutDialog(window)
    yield KeysDialog(window, keyed_commands())
    yield MethodDialog(window, desk.project, "")
    yield StyleDialog(window, desk, school.id)
    yield InventoryDialog(window, desk, "organisation")
    yield InventoryDialog(window, desk, "staff_role", school=row, roles=("staff_role", "service"))
    yield RowsDialog(window, desk.project, Said("x"), f"school/{row}")
    window.tree.setCurrentIndex(window.tree.layers.layer_item(school.id).index())  # type: ignore[union-attr]
    for command in (window.commands.do_title, window.commands.do_layer_rename, lambda: window.commands.ask_before_losing(print)):
        command()
        yield next(box for box in reversed(window.findChildren(QDialog)) if isinstance(box, QInputDialog | QMessageBox))


# --- what is a name ------------------------------------------------------------------------------------------------


def names_of(project: Project) -> set[str]:
    """What others called something: cells, layers, sources, the project itself."""
    found = {project.title, project.crs}
    for layer in project.layers:
        frame = project.frame(layer.id)
        for column in frame.columns:
            found.add(str(column).replace("_", " "))
            if frame[column].dtype.kind not in "iufbmM" and column != "geometry":
                found |= {str(value) for value in frame[column] if isinstance(value, str)}
        found |= _named_in(layer)
    return {text for text in (*found, *KEPT) if _LETTERS.search(text)}


def _named_in(layer: Layer) -> set[str]:
    told = (layer.name, layer.group, *layer.notes, *(column.label for column in layer.columns))
    indicators = [text for one in layer.indicators for text in (one.label, one.help, one.domain)]
    sources = [text for source in (*layer.sources, *(one.source for one in layer.indicators))
               for text in (source.title, source.publisher, source.vintage, source.licence)]
    return {str(text) for text in (*told, *indicators, *sources) if not (isinstance(text, Said) and text.key)}


def outside(text: str, names: set[str]) -> str:
    """What of a text is neither a message (in brackets) nor a name."""
    deep, left = 0, []
    for letter in text:
        deep += letter == "⟦"
        if not deep:
            left.append(letter)
        deep -= letter == "⟧"
    rest = "".join(left)
    for known in sorted(names, key=len, reverse=True):
        rest = re.sub(re.escape(known), "", rest, flags=re.IGNORECASE)
    return " ".join(_LETTERS.findall(rest))


@pytest.fixture
def speaking(qtbot: QtBot, light: None) -> Iterator[Callable[[str], MainWindow]]:
    """A window on the small town in a language; the tests after it speak English again."""
    made: list[MainWindow] = []

    def start(code: str) -> MainWindow:
        speech.use(code)
        window = MainWindow(Settings())
        made.append(window)
        window.resize(1200, 800)
        with qtbot.waitExposed(window):
            window.show()
        with qtbot.waitSignals([window.map.canvas.drawn, window.map.legends_ready], timeout=LONG):
            window.desk.replace(small_project(), None)
        settle(qtbot, window)
        return window

    yield start
    speech.use(ENGLISH)
    for window in filter(shiboken6.isValid, made):
        window.desk.workspace.mark_saved(window.desk.workspace.path)  # type: ignore[arg-type]
        window.close()
        window.deleteLater()


def test_every_word_of_the_window_is_a_message_or_a_name(speaking: Callable[[str], MainWindow], qtbot: QtBot) -> None:
    window = speaking(PSEUDO)
    names = names_of(window.desk.project)
    found = walk(window, qtbot)
    assert len(found) > 500
    past = {rest: f"{where}: {text[:150]}" for where, text in found if (rest := outside(text, names))}
    assert not past, "\n".join(list(past.values())[:60])


@pytest.mark.parametrize("code", ["es"])
def test_no_sentence_of_the_window_is_left_in_english(
    code: str, speaking: Callable[[str], MainWindow], qtbot: QtBot
) -> None:
    assert code in languages()
    names = names_of(small_project())
    english = {text for _, text in walk(speaking(ENGLISH), qtbot)}
    same = [(where, text) for where, text in walk(speaking(code), qtbot) if text in english]
    left = {text: where for where, text in same if len(outside(text, names).split()) > 2}
    assert not left, "\n".join(f"{where}: {text[:150]}" for text, where in list(left.items())[:60])


# --- choosing a language -------------------------------------------------------------------------------------------


def test_another_language_is_spoken_at_once_with_the_same_work(
    speaking: Callable[[str], MainWindow], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = speaking(ENGLISH)
    monkeypatch.setattr(Settings, "save", lambda *_: None)
    monkeypatch.setattr(speech, "chosen", lambda _setting: PSEUDO)
    opened = Opened(window)
    window.commands.do_layer_up()
    window.commands.scenarios.change(Change("close", "schools", "01964733000001"))
    window.desk.looking.look_as_if(True)
    window.show_step("gaps")
    window.desk.select("schools", ("01964733000002",))
    project, view = window.desk.project, window.map.canvas.view()
    window.menus.actions["language_es"].trigger()
    qtbot.waitUntil(lambda: opened.window is not window, timeout=LONG)
    settle(qtbot, opened.window)
    again = opened.window
    assert again.settings.language == "es"
    assert (again.desk.project, again.step, again.desk.selection) == (project, "gaps", ("schools", ("01964733000002",)))
    assert again.map.canvas.view() == view
    assert again.desk.looking.as_if
    qtbot.waitUntil(lambda: again.desk.looking.happened is not None, timeout=LONG)
    assert again.menus.actions["open"].text() == "⟦Open⟧…"
    speech.use(ENGLISH)
    again.close()
    again.deleteLater()
    QApplication.processEvents()


def test_the_environment_says_the_language_before_the_settings_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(speech.VARIABLE, raising=False)
    assert speech.chosen("es") == "es"
    monkeypatch.setenv(speech.VARIABLE, "en")
    assert speech.chosen("es") == "en"
