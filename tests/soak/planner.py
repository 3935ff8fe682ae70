"""A planner without a plan: random things done in a real window, with what went wrong and how long each held the window up."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from attrs import Factory, define
from PySide6.QtCore import QEventLoop, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QMessageBox,
    QPushButton,
)

from ecomap.model.trail import trail
from ecomap.ui.dialogs.importing import ImportDialog
from ecomap.ui.dialogs.inventory import InventoryDialog
from ecomap.ui.dialogs.style import StyleDialog
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.panels.share import KINDS, SharePanel
from ecomap.ui.steps import STEPS
from ecomap.ui.window import MainWindow, Opened

ENDING: Final = ".ecomap.gpkg"
PATIENCE_S: Final = 120.0       # work that takes longer is a hang
GLANCE_S: Final = 0.01          # how long events run after every action
MOST_RESULTS, MOST_LAYERS = 12, 30  # a project that grows without end measures nothing
LEFT: Final = Qt.MouseButton.LeftButton
EVENTS: Final = QEventLoop.ProcessEventsFlag.AllEvents


@define
class Diary:
    """What was done, what went wrong, and how long the window stood still (seconds) in which action."""

    done: Counter[str] = Factory(Counter)
    faults: list[str] = Factory(list)
    refused: Counter[str] = Factory(Counter)
    stalls: list[tuple[float, str]] = Factory(list)


class Planner:
    """Does one random thing after the other; the same seed does the same things.

    Parameters
    ----------
    opened : Opened
        The window, as the program starts it.
    folder : Path
        Where projects and exports go.
    files : sequence of Path
        What is imported.
    """

    def __init__(self, opened: Opened, folder: Path, files: list[Path], seed: int) -> None:
        self.opened, self.folder, self.files = opened, folder, files
        self.random = random.Random(seed)
        self.diary = Diary()
        self.projects: list[Path] = []
        self._action = ""
        self._told: set[str] = set()
        self._chances: dict[str, tuple[int, Callable[[], None]]] = {
            "step": (10, self._step), "question": (8, self._question), "run": (10, self._run), "run and stop": (3, self._run_and_stop),
            "undo": (12, lambda: self._command("undo")), "redo": (8, lambda: self._command("redo")),
            "show or hide": (12, lambda: self._of_layer("layer_toggle")), "style": (5, self._style), "rename": (4, self._rename),
            "title": (2, self._title), "up": (4, lambda: self._of_layer("layer_up")), "down": (4, lambda: self._of_layer("layer_down")),
            "remove": (1, lambda: self._of_layer("layer_remove")), "table": (6, lambda: self._of_layer("layer_table")),
            "zoom to layer": (3, lambda: self._of_layer("layer_zoom")), "select": (10, self._select), "click": (10, self._click),
            "zoom": (8, self._zoom), "pan": (8, self._pan), "search": (6, self._search), "filter": (4, self._filter),
            "theme": (2, self._theme), "text size": (1, self._text_size), "language": (1, self._language), "units": (1, self._units),
            "panes": (2, self._panes), "import": (4, self._import), "import and leave": (2, self._import_and_leave),
            "inventory": (4, self._inventory), "template": (1, self._template), "read template": (1, self._read_template),
            "review": (1, lambda: self._command("inventory_review")), "export": (3, self._export), "export layer": (2, self._export_layer),
            "save": (3, self._save), "save as": (1, self._save_as), "open": (1, self._open), "new": (1, self._new),
            "read": (2, self._read), "resize": (1, self._resize),
        }

    # --- the day -------------------------------------------------------------------------------------------------

    @property
    def window(self) -> MainWindow:
        return self.opened.window

    def listen(self) -> None:
        """Hear of every mistake, wherever it happens."""
        sys.excepthook = self._caught
        threading.excepthook = lambda given: self._caught(given.exc_type, given.exc_value, given.exc_traceback)

    def act(self) -> str:
        """Do one thing; its name."""
        names = list(self._chances)
        self._action = self.random.choices(names, [self._chances[name][0] for name in names])[0]
        self.do(self._action)
        return self._action

    def do(self, action: str) -> None:
        """Do a thing by its name, and wait until the work that it started is over."""
        self._action = action
        self.diary.done[action] += 1
        self._listen_to_the_desk()
        began = time.perf_counter()
        try:
            self._chances[action][1]()
        except Exception as bug:  # noqa: BLE001 - as a slot's would be: written down, and on with the day
            self._caught(type(bug), bug, bug.__traceback__)
        self._held_up(time.perf_counter() - began)
        self.rest()

    def rest(self) -> None:
        """Until nothing is worked on and no dialog is open."""
        until = time.monotonic() + PATIENCE_S
        self._glance()
        while self.window.desk.worker.busy or QApplication.activeModalWidget() is not None:
            if QApplication.activeModalWidget() is not None and not self.window.desk.worker.busy:
                self._leave_dialog()
            self._glance()
            if time.monotonic() > until:
                self.diary.faults.append(f"{self._action}: not over after {PATIENCE_S:.0f} s")
                self.window.desk.worker.cancel()
                return

    def _glance(self) -> None:
        began = time.perf_counter()
        QApplication.processEvents(EVENTS, int(GLANCE_S * 1000))
        self._held_up(time.perf_counter() - began - GLANCE_S)
        time.sleep(0.001)  # the worker's turn

    def _held_up(self, seconds: float) -> None:
        if seconds > 0.05:
            self.diary.stalls.append((seconds, self._action))

    def _caught(self, kind: type[BaseException], bug: BaseException | None, trace: TracebackType | None) -> None:
        del kind, trace
        if bug is not None:
            self.diary.faults.append(f"{self._action}: {bug!r:.300} " + " ".join(trail(bug)))

    def _listen_to_the_desk(self) -> None:
        desk = self.window.desk
        if getattr(desk, "heard_by_the_planner", None) is not self:
            desk.heard_by_the_planner = self  # type: ignore[attr-defined]
            desk.said.connect(self._said)

    def _said(self, notice: Any) -> None:
        if notice.kind == "problem":
            self.diary.refused[self._action] += 1
            if "made a mistake" in str(notice.text):
                self.diary.faults.append(f"{self._action}: {notice.text} {self.window.desk.last_report}")

    # --- dialogs -------------------------------------------------------------------------------------------------

    def _leave_dialog(self) -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QMessageBox):
            buttons = [one for one in dialog.buttons() if dialog.buttonRole(one) != QMessageBox.ButtonRole.AcceptRole]
            self.random.choice(buttons).click()
        elif isinstance(dialog, ImportDialog):
            self._leave_import(dialog)
        elif isinstance(dialog, QDialog):
            dialog.reject()
        elif dialog is not None:
            dialog.close()

    def _leave_import(self, dialog: ImportDialog) -> None:
        if self._action == "import" and dialog.go.isEnabled() and dialog.property("tried") is None:
            dialog.setProperty("tried", True)
            dialog.go.click()
        else:
            dialog.reject()

    def _dialog(self, kind: type[QDialog]) -> Any:
        self._glance()
        found = QApplication.activeModalWidget()
        return found if isinstance(found, kind) else None

    def _chosen_file(self, path: Path, work: Callable[[], None]) -> None:
        """Do what asks for a file, and choose it."""
        before = QFileDialog.getSaveFileName, QFileDialog.getOpenFileName
        QFileDialog.getSaveFileName = QFileDialog.getOpenFileName = lambda *_, **__: (str(path), "")  # type: ignore[assignment,method-assign]
        try:
            work()
        finally:
            QFileDialog.getSaveFileName, QFileDialog.getOpenFileName = before  # type: ignore[method-assign]

    def _command(self, key: str) -> None:
        action = self.window.known_actions[key]
        if action.isEnabled():
            action.trigger()

    # --- questions -----------------------------------------------------------------------------------------------

    def _panel(self) -> QuestionPanel | None:
        panel = self.window.panels[self.window.step]
        return panel if isinstance(panel, QuestionPanel) else None

    def _step(self) -> None:
        self._command(f"step_{self.random.choice(STEPS).key}")

    def _question(self) -> None:
        panel = self._panel()
        if panel is not None:
            panel.choose(self.random.choice(panel.step.analyses))

    def _run(self) -> None:
        if len(self.window.desk.project.results) > MOST_RESULTS:
            results = tuple(result.id for result in self.window.desk.project.results[:MOST_RESULTS // 2])
            self.window.commands.remove_earlier(results)
        panel = self._panel()
        if panel is not None and panel.form is not None:
            if self.random.random() < 0.4:
                self._turn_a_knob(panel)
            self._command("step_run")

    def _turn_a_knob(self, panel: QuestionPanel) -> None:
        boxes = [box for box in panel.form.findChildren(QComboBox) if box.isVisible() and box.isEnabled() and box.count()]  # type: ignore[union-attr]
        if boxes:
            box = self.random.choice(boxes)
            box.setCurrentIndex(self.random.randrange(box.count()))

    def _run_and_stop(self) -> None:
        self._run()
        for _ in range(self.random.randrange(8)):
            self._glance()
        self.window.desk.worker.cancel()

    # --- layers and the map --------------------------------------------------------------------------------------

    def _of_layer(self, key: str) -> None:
        if self._choose_layer():
            self._command(key)

    def _choose_layer(self) -> bool:
        """Make some layer of the tree the current one."""
        tree = self.window.tree
        items = [item for layer in self.window.desk.project.layers if (item := tree.layers.layer_item(layer.id)) is not None]
        if items:
            tree.setCurrentIndex(self.random.choice(items).index())
        return bool(items)

    def _style(self) -> None:
        self._of_layer("layer_style")
        dialog = self._dialog(StyleDialog)
        if dialog is not None:
            box = self.random.choice((dialog.colour_by, dialog.palette_box, dialog.scheme, dialog.shape))
            if box.count():
                box.setCurrentIndex(self.random.randrange(box.count()))
            dialog.classes.setValue(self.random.randint(2, 9))
            dialog.opacity.setValue(self.random.randint(10, 100))
            self._glance()
            self.random.choice((dialog.accept, dialog.reject))()

    def _rename(self) -> None:
        self._of_layer("layer_rename")
        self._give_line()

    def _title(self) -> None:
        self._command("title")
        self._give_line()

    def _give_line(self) -> None:
        dialog = self._dialog(QInputDialog)
        if dialog is not None:
            dialog.setTextValue(self.random.choice(("Schools of the east", "", "=1+1", "🎒" * 20, "x" * 500, "a\u202eb")))
            self.random.choice((dialog.accept, dialog.reject))()

    def _select(self) -> None:
        project = self.window.desk.project
        layers = [layer for layer in project.layers if len(project.frame(layer.id)) and "id" in project.frame(layer.id)]
        if layers:
            layer = self.random.choice(layers)
            ids = list(project.frame(layer.id)["id"])
            self.window.desk.select(layer.id, tuple(map(str, self.random.sample(ids, self.random.randint(0, min(3, len(ids)))))))
            self._command(self.random.choice(("zoom_selection", "clear_selection", "whole_map")))

    def _at(self) -> QPoint:
        canvas = self.window.map.canvas
        return QPoint(self.random.randrange(max(canvas.width(), 1)), self.random.randrange(max(canvas.height(), 1)))

    def _click(self) -> None:
        QTest.mouseMove(self.window.map.canvas, self._at())
        QTest.mouseClick(self.window.map.canvas, LEFT, Qt.KeyboardModifier.NoModifier, self._at())

    def _zoom(self) -> None:
        self._command(self.random.choice(("zoom_in", "zoom_out", "zoom_in", "zoom_out", "whole_map")))

    def _pan(self) -> None:
        key = self.random.choice((Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down))
        QTest.keyClick(self.window.map.canvas, key)

    def _search(self) -> None:
        self._command("find")
        search = self.window.search
        search.setText(self.random.choice(("school", "zzz", "need", "gap", "a", "ñ", "health", "1")))
        self._glance()
        QTest.keyClick(search, self.random.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down)))
        self.window.map.canvas.setFocus()

    def _filter(self) -> None:
        self.window.table.filter.setText(self.random.choice(("", "school", "a", "=", "19")))
        if self.window.table.tabs.count():
            self.window.table.tabs.setCurrentIndex(self.random.randrange(self.window.table.tabs.count()))

    # --- the window ----------------------------------------------------------------------------------------------

    def _theme(self) -> None:
        self._command(self.random.choice(("theme_light", "theme_dark", "theme_system")))

    def _text_size(self) -> None:
        self._command(self.random.choice(("text_larger", "text_smaller", "text_normal")))

    def _language(self) -> None:
        self._command(self.random.choice(("language_en", "language_es", "language_system")))

    def _units(self) -> None:
        self._command(self.random.choice(("units_us", "units_metric", "units_place")))

    def _panes(self) -> None:
        self._command(self.random.choice(("show_layers", "show_table", "show_step")))

    def _resize(self) -> None:
        self.window.resize(self.random.randint(900, 1600), self.random.randint(600, 1000))

    def _read(self) -> None:
        self._command(self.random.choice(("method", "keys", "about", "fault")))

    # --- files ---------------------------------------------------------------------------------------------------

    def _import(self) -> None:
        if len(self.window.desk.project.layers) > MOST_LAYERS:
            self._new()
        else:
            self.window.commands.take_files([self.random.choice(self.files)])

    def _import_and_leave(self) -> None:
        self.window.commands.take_files([self.random.choice(self.files)])
        for _ in range(self.random.randrange(12)):
            self._glance()
        self.window.desk.worker.cancel()

    def _inventory(self) -> None:
        self._command("inventory_add")
        dialog = self._dialog(InventoryDialog)
        if dialog is None:
            return
        for box in dialog.findChildren(QLineEdit):
            if self.random.random() < 0.6 and box.isEnabled():
                box.setText(self.random.choice(("Helpers", "2026-01-01", "3", "=1", "Mental health", "")))
        buttons = [one for one in dialog.findChildren(QPushButton) if one.isVisible() and one.isEnabled()]
        self.random.choice([dialog.save, dialog.save, *buttons]).click()

    def _path(self, ending: str) -> Path:
        return self.folder / f"{self.random.randrange(6)}{ending}"

    def _template(self) -> None:
        if not self.window.desk.empty:
            self.window.commands.inventory.write_inventory(self.folder / "who.xlsx")

    def _read_template(self) -> None:
        if (self.folder / "who.xlsx").exists():
            self.window.commands.inventory.read_inventory(self.folder / "who.xlsx")

    def _export(self) -> None:
        panel = self.window.panels["share"]
        assert isinstance(panel, SharePanel)
        self._command("step_share")
        panel.open_after.setChecked(False)
        button = self.random.choice(panel.kinds.buttons())
        button.click()
        if not self.window.desk.empty:
            self._chosen_file(self._path(KINDS[panel.kinds.checkedId()].ending), panel.ask_and_export)

    def _export_layer(self) -> None:
        path = self._path(self.random.choice((".gpkg", ".geojson", ".csv", ".xlsx")))
        self._chosen_file(path, lambda: self._of_layer("layer_export"))

    def _save(self) -> None:
        self._chosen_file(self._path(ENDING), lambda: self._command("save"))

    def _save_as(self) -> None:
        path = self._path(ENDING)
        self._chosen_file(path, lambda: self._command("save_as"))
        self.rest()
        if path.exists() and path not in self.projects:
            self.projects.append(path)

    def _open(self) -> None:
        if self.projects:
            self.window.commands.open_path(self.random.choice(self.projects))

    def _new(self) -> None:
        self._command("new" if self.random.random() < 0.2 else "starter")
