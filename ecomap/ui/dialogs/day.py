"""The day of the project: which day its questions speak of, and a plain way to make it today."""

from __future__ import annotations

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QDialog, QWidget

from ecomap.model.dates import first_day, today
from ecomap.model.said import joined, say
from ecomap.ui.desk import Desk
from ecomap.ui.look.controls import DateBox
from ecomap.ui.look.parts import airy, button, column, label, row
from ecomap.ui.look.theme import named
from ecomap.ui.speech import spoken
from ecomap.workspace import operations
from ecomap.workspace.days import day_words, long_past

CHANGE_THE_DAY = say("Change the day of the project")


class DayDialog(QDialog):
    """The day as it is and why, a date to choose, and today with one press."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = desk
        project = desk.project
        self.setWindowTitle(spoken(say("Day of the project")))
        told = label(joined([day_words(project), long_past(project)]))
        means = label(say("A question counts what is at work on this day: what has ended by then, or begins later, does not count. Answers "
                          "that are there already keep their own day."), "quiet")
        day = first_day(project.day) or today()
        self.date = DateBox(QDate(day.year, day.month, day.day))
        airy(self.date)
        self.date.setCalendarPopup(True)
        self.date.setDisplayFormat("yyyy-MM-dd")
        named(self.date, say("Day that questions speak of"))
        self.now = button(say("Make it today"))
        self.now.clicked.connect(lambda: self._tell(""))
        self.take = button(say("Use this day"), "primary")
        self.take.clicked.connect(lambda: self._tell(self.date.date().toString("yyyy-MM-dd")))
        self.leave = button(say("Cancel"))
        self.leave.clicked.connect(self.reject)
        self.setLayout(column(told, means, self.date, row(self.now, self.leave, self.take, spacing=8), margins=(16, 14, 16, 14), spacing=12))
        self.take.setDefault(True)

    def _tell(self, day: str) -> None:
        if self._desk.try_apply(lambda project: operations.set_day(project, day), CHANGE_THE_DAY):
            self.accept()
