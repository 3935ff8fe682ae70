"""The real window, offscreen, and the patience to wait until it stands still before a picture is taken."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("ECOMAP_HOME", tempfile.mkdtemp(prefix="ecomap-images-"))

from PySide6.QtCore import QEventLoop, QPoint, Qt  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QDialog, QWidget  # noqa: E402

from ecomap.analysis import registry  # noqa: E402
from ecomap.model.project import Project  # noqa: E402
from ecomap.model.result import Result  # noqa: E402
from ecomap.render.words.language import ENGLISH  # noqa: E402
from ecomap.ui import speech  # noqa: E402
from ecomap.ui.look.theme import THEME  # noqa: E402
from ecomap.ui.panels.question import QuestionPanel  # noqa: E402
from ecomap.ui.window import MainWindow, application  # noqa: E402
from ecomap.workspace.map_order import mapped_layers  # noqa: E402
from ecomap.workspace.settings import Settings  # noqa: E402

SIZE = (1440, 900)
LONGEST_S = 120
STILL_S = 0.7      # the map counts as finished when no new picture came for so long


class Camera:
    """The window, what can be done to it with mouse and form, and pictures of it."""

    def __init__(self, out: Path, theme: str = "light", scale: float = 1.0) -> None:
        self.app = application()
        THEME.start(self.app, theme, scale)
        speech.use(os.environ.get(speech.VARIABLE, ENGLISH))  # the same pictures wherever they are made
        self.out = out
        self.meeting: Project | None = None    # what a first meeting is about
        self.with_need: Project | None = None  # the starter with its need index
        self.window = MainWindow(Settings())
        self.window.resize(*SIZE)
        self.window.show()
        self._last_drawn = time.monotonic()
        self.window.map.canvas.drawn.connect(self._drawn)

    def _drawn(self, _scene: object) -> None:
        self._last_drawn = time.monotonic()

    def wait(self, over: Callable[[], bool]) -> None:
        """Let the window live until something is so."""
        until = time.monotonic() + LONGEST_S
        while not over():
            if time.monotonic() > until:
                raise TimeoutError("The window did not come to rest.")
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 30)

    def rest(self) -> None:
        """Until all work is done and the map stands still."""
        desk = self.window.desk
        self.wait(lambda: not desk.worker.runner.busy and not desk.reader.runner.busy)
        self._last_drawn = time.monotonic()
        self.wait(lambda: self.sharp() and time.monotonic() - self._last_drawn > STILL_S)
        self.wait(lambda: not desk.reader.runner.busy)

    def sharp(self) -> bool:
        """Whether the picture on screen was made for the present scale."""
        canvas = self.window.map.canvas
        scene = canvas.scene()
        if scene is None:  # right only where nothing is there to be drawn
            project = self.window.desk.project
            return not any(layer.visible and len(project.frame(layer.id)) for layer in mapped_layers(project))
        made, shown = scene.window, canvas.window_shown()
        return abs(made.px_per_m / made.ratio / shown.px_per_m - 1) < 1e-6

    def take(self, name: str, what: QWidget | None = None) -> None:
        """One picture into the folder."""
        self.rest()
        path = self.out / f"{name}.png"
        (what or self.window).grab().save(str(path))
        print(f"{path}  {path.stat().st_size / 1e3:.0f} kB")

    def start(self, starter: str) -> None:
        """Open the window on a starter project."""
        self.window.desk.new(starter)
        self.wait(lambda: not self.window.desk.empty)

    def calm(self) -> None:
        """Nothing chosen, no card, the whole map."""
        self.window.map.card.dismiss()
        self.window.desk.select("", ())
        self.window.map.fit()

    def go_to(self, analysis: str) -> QuestionPanel:
        """The panel of a question, with its form."""
        step = registry.analysis(analysis).step
        self.window.show_step(step)
        panel = self.window.panels[step]
        assert isinstance(panel, QuestionPanel)
        panel.choose(analysis)
        self.wait(lambda: panel.form is not None)
        return panel

    def ask(self, analysis: str, values: Mapping[str, Any]) -> Result:
        """Go to a question, fill its form and press its button."""
        panel = self.go_to(analysis)
        assert panel.form is not None
        panel.form.set_values(values)
        QTest.mouseClick(panel.ask, Qt.MouseButton.LeftButton)
        self.rest()
        if panel.result is None:
            raise RuntimeError(f"{analysis} gave no answer: {self.window.map.bar.said}")
        return panel.result

    def show_table(self, output: str) -> None:
        """Go to one of the tables of the answer that is shown."""
        table = self.window.table
        key = next(key for key in table.sheets if key.startswith("result:") and key.endswith(f":{output}"))
        table.show_sheet(key)

    def dialog(self) -> QWidget:
        """The dialog that is open over the window."""
        self.wait(lambda: any(map(_is_open, self.window.findChildren(QDialog))))
        return next(filter(_is_open, self.window.findChildren(QDialog)))

    def open_school(self, name: str) -> None:
        """Zoom to a school whose name holds some words and open its card."""
        window, project = self.window, self.window.desk.project
        schools = project.layers_of("school")[0]
        frame = project.frame(schools.id)
        chosen = frame[frame["name"].str.contains(name, regex=True)]
        feature = str((chosen if len(chosen) else frame)["id"].iloc[0])
        window.map.canvas.zoom_to(schools.id, (feature,))
        window.map.canvas.zoom_by(0.1)
        self.rest()
        window.desk.select(schools.id, (feature,))
        window.map.open_card(schools.id, feature, QPoint(window.map.width() // 2, window.map.height() // 2))
        self.rest()


def _is_open(dialog: QDialog) -> bool:
    return dialog.isVisible()
