"""What the commands work on: the parts of the window by their names, whoever lays them out."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMainWindow, QStackedWidget, QToolButton

from ecomap.ui.commands.strip import StepStrip
from ecomap.ui.desk import Desk
from ecomap.ui.map.area import MapArea
from ecomap.ui.panels.layers import LayerTree
from ecomap.ui.panels.start import StartPage
from ecomap.ui.panels.step import StepPanel
from ecomap.ui.panels.tables import TablePanel
from ecomap.ui.status import StatusStrip
from ecomap.workspace.settings import Settings


class Stage(QMainWindow):
    """The window as its commands know it; `window.MainWindow` builds it."""

    language_chosen = Signal()

    settings: Settings
    desk: Desk
    known_actions: Mapping[str, QAction]  # of every command, by its key
    undo_button: QToolButton
    redo_button: QToolButton
    strip: StepStrip
    search: QLineEdit
    left: QStackedWidget
    tree: LayerTree
    map: MapArea
    table: TablePanel
    steps: QStackedWidget
    start: StartPage
    status: StatusStrip
    panels: dict[str, StepPanel]

    @property
    def step(self) -> str:
        """The step that is shown."""
        return next(key for key, panel in self.panels.items() if panel is self.steps.currentWidget())

    def show_step(self, key: str) -> None:
        """Go to a step of the work."""
        raise NotImplementedError

    @property
    def starting(self) -> bool:
        """Whether the first page is shown in the place of map and steps."""
        return self.start.isVisibleTo(self)

    def show_start(self) -> None:
        """Go to the first page."""
        raise NotImplementedError

    def show_scenarios(self) -> None:
        """Go to the scenarios, beside the questions of their step."""
        raise NotImplementedError
