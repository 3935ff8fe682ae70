"""What it means that a scenario closes or merges schools: whose way grows, what leaves with them, who is hit most."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ecomap.model.change import Change
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.said import Said, say
from ecomap.model.scenario import Scenario
from ecomap.ui.desk import Desk
from ecomap.ui.look.parts import button, clear, label
from ecomap.ui.looking import same_rows
from ecomap.ui.panels.found import figures_box, rest_of


class ClosingBox(QWidget):
    """Worked out in the background for the scenario that is worked on, as long as it closes a school and this is looked at."""

    changed = Signal()  # other controls stand here

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._asked: tuple[Project, Scenario] | None = None
        self.result: Result | None = None
        self._place = QVBoxLayout(self)
        self._place.setContentsMargins(0, 0, 0, 0)
        self._place.setSpacing(10)
        desk.replaced.connect(self.refresh)
        desk.changed.connect(self._on_change)
        desk.looking.changed.connect(self.refresh)
        self.hide()

    def _on_change(self, change: Change) -> None:
        if change.scenarios or change.rows or change.day or change.removed:
            self.refresh()

    def refresh(self) -> None:
        """Ask anew where another scenario is worked on, or the same one closes other schools."""
        from ecomap.workspace.scenarios import closes_schools, closing_report  # heavy

        project, scenario = self.desk.project, self.desk.looking.scenario
        if scenario is None or not closes_schools(project, scenario):
            self._asked, self.result = None, None
            self.hide()
            return
        page = self.parentWidget()
        if page is None or not page.isVisible():
            return  # it is asked when the page is looked at
        if self._asked is not None and self._asked[1] == scenario and same_rows(self._asked[0], project):
            return
        asked = self._asked = (project, scenario)
        self._say(say("Working out what closing means…"))

        def done(found: Result) -> None:
            if self._asked is asked:
                self._show(found)

        def failed(problem: Any) -> None:
            if self._asked is asked:
                self._say(problem.message)

        def stopped() -> None:
            if self._asked is asked:
                self._say(say("Stopped. Change the scenario to ask again."))

        self.desk.worker.start(say("What closing means"), lambda progress: closing_report(project, scenario.id, progress=progress), done=done, failed=failed,
                               stopped=stopped)

    def _say(self, words: Said) -> None:
        self.result = None
        self._fill([label(words, "quiet")])

    def _show(self, result: Result) -> None:
        self.result = result
        tables = button(say("Show its tables"), help_text=say("Whose way grows, what leaves, and who is hit, under the map"))
        tables.setObjectName("closing-tables")
        tables.clicked.connect(lambda: self.desk.looking.show_report(result))
        self._fill([label(result.sentence), figures_box(result), *rest_of(result), tables])

    def _fill(self, parts: list[QWidget]) -> None:
        clear(self._place)
        for part in (label(say("What closing means"), "heading"), *parts):
            self._place.addWidget(part)
            part.show()
        self.show()
        self.changed.emit()
