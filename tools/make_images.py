"""Make the pictures in docs/images by driving the real window, offscreen, on the Los Angeles starter.

    python tools/make_images.py [--out docs/images] [--no-files]

The seven steps, views of answers and a dark one, then map.png and, where Chromium is installed, the meeting file as it shows it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("ECOMAP_HOME", tempfile.mkdtemp(prefix="ecomap-images-"))

from PySide6.QtCore import QEventLoop, QPoint, Qt  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from ecomap.model.project import Project  # noqa: E402
from ecomap.ui.main_window import STARTER, MainWindow, application  # noqa: E402
from ecomap.ui.panels.question import QuestionPanel  # noqa: E402
from ecomap.ui.theme import THEME  # noqa: E402
from ecomap.workspace.settings import Settings  # noqa: E402

SIZE = (1440, 900)
LONGEST_S = 120
STILL_S = 0.7      # the map counts as finished when no new picture came for so long
TARGET = "service:Mental health"


class Camera:
    """The window, and patience."""

    def __init__(self, out: Path) -> None:
        self.app = application()
        THEME.start(self.app, "light", 1.0)
        self.out = out
        self.meeting: Project | None = None
        self.window = MainWindow(Settings())
        self.window.resize(*SIZE)
        self.window.show()
        self._last_drawn = time.monotonic()
        self.window.map.canvas.drawn.connect(self._drawn)

    def _drawn(self, _scene: object) -> None:
        self._last_drawn = time.monotonic()

    def wait(self, over: Callable[[], bool]) -> None:
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
        if scene is None:
            return self.window.desk.empty
        made, shown = scene.window, canvas.window_shown()
        return abs(made.px_per_m / made.ratio / shown.px_per_m - 1) < 1e-6

    def take(self, name: str, what: QWidget | None = None) -> None:
        self.rest()
        path = self.out / f"{name}.png"
        (what or self.window).grab().save(str(path))
        print(f"{path}  {path.stat().st_size / 1e3:.0f} kB")


def window_pictures(camera: Camera) -> None:
    """The seven steps as a planner meets them, with a school's card, and the same in the dark."""
    window, desk = camera.window, camera.window.desk
    desk.new(STARTER)
    camera.wait(lambda: not desk.empty)
    camera.take("window-data")
    ask(camera, "need", {})
    camera.take("window-need")
    ask(camera, "gaps", {"target": TARGET})
    look_closer(camera)
    camera.take("window-gaps")
    ask(camera, "plan", {"target": TARGET})
    window.map.card.dismiss()
    desk.select("", ())
    window.table.view.scrollToTop()
    window.map.fit()
    camera.rest()
    window.table.view.selectRow(1)
    camera.rest()
    desk.zoom_asked.emit(desk.selection[0], desk.selection[1])
    window.map.canvas.zoom_by(0.12)
    camera.take("window-plan")
    desk.select("", ())
    window.map.fit()
    camera.meeting = desk.project  # need, gaps and plan: what a first meeting is about
    window.show_step("share")
    camera.take("window-share")
    THEME.set("dark")
    window.show_step("gaps")
    look_closer(camera)
    camera.take("window-dark")
    THEME.set("light")
    window.map.card.dismiss()
    desk.select("", ())
    window.map.fit()
    ask(camera, "assets", {})
    camera.take("window-assets")
    window.table.show_sheet(next(key for key in window.table.sheets if key.endswith(":sets")))
    camera.take("window-combinations")
    ask(camera, "money", {})
    camera.take("window-money")


def ask(camera: Camera, step: str, values: dict[str, object]) -> None:
    """Go to a step, fill its form and run it."""
    camera.window.show_step(step)
    panel = camera.window.panels[step]
    assert isinstance(panel, QuestionPanel)
    camera.wait(lambda: panel.form is not None)
    assert panel.form is not None
    panel.form.set_values(values)
    QTest.mouseClick(panel.ask, Qt.MouseButton.LeftButton)
    camera.rest()
    if panel.result is None:
        raise RuntimeError(f"{step} gave no answer: {camera.window.map.bar.said}")


def look_closer(camera: Camera) -> None:
    """Zoom to the middle of the city and open the card of a school there."""
    window, project = camera.window, camera.window.desk.project
    schools = project.layers_of("school")[0]
    frame = project.frame(schools.id)
    chosen = frame[frame["name"].str.contains("Main Street|Vernon City", regex=True)]
    feature = str((chosen if len(chosen) else frame)["id"].iloc[0])
    window.map.canvas.zoom_to(schools.id, (feature,))
    window.map.canvas.zoom_by(0.1)
    camera.rest()
    window.desk.select(schools.id, (feature,))
    window.map.open_card(schools.id, feature, QPoint(window.map.width() // 2, window.map.height() // 2))
    camera.rest()


def file_pictures(camera: Camera) -> None:
    """The exported picture of the map, and the meeting file as Chromium shows it."""
    from ecomap.workspace import operations

    project = camera.meeting or camera.window.desk.project
    operations.export(project, camera.out / "map.png", width=1600, height=1000)
    print(camera.out / "map.png")
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "meeting.html"
        operations.export(project, page)
        if browser is None:
            print("Chromium is not installed: no picture of the meeting file.")
            return
        target = camera.out / "meeting.png"
        subprocess.run(
            [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1440,900",
             "--virtual-time-budget=4000", f"--screenshot={target}", page.as_uri()],
            check=True, capture_output=True, timeout=90,
        )
        print(target)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--no-files", action="store_true", help="only the window")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    camera = Camera(given.out)
    window_pictures(camera)
    if not given.no_files:
        file_pictures(camera)
    camera.window.desk.workspace.mark_saved(Path("images"))
    camera.window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
