"""The scenarios of a project: made, named, looked at, changed and taken away, one line per change."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QLineEdit, QVBoxLayout, QWidget

from ecomap.model.change import Change
from ecomap.model.project import Project
from ecomap.model.said import Said, name, plural, say
from ecomap.model.scenario import Scenario
from ecomap.ui.desk import Desk
from ecomap.ui.look.parts import button, clear, column, icon_button, label, row
from ecomap.ui.look.theme import named
from ecomap.ui.panels.beside import Beside
from ecomap.ui.panels.closing import ClosingBox
from ecomap.ui.panels.compare import CompareBox
from ecomap.ui.panels.step import controls_in
from ecomap.ui.speech import spoken
from ecomap.workspace import scenarios

TITLE: Final = say("What if?")
SUBTITLE: Final = say("Scenarios: named sets of changes to what is, compared with today and with each other.")
_PLAN: Final = "plan"
_FEW: Final = 4  # changes that are listed at first


class ScenarioList(QWidget):
    """Every scenario as one line; the one that is worked on open, with its changes."""

    new_asked = Signal()
    here_asked = Signal()
    order_changed = Signal()  # other controls stand here

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._says: tuple[object, ...] = ()
        self._whole: set[str] = set()  # scenarios whose every change is listed
        self._place = QVBoxLayout()
        self._place.setContentsMargins(0, 0, 0, 0)
        self._place.setSpacing(8)
        self.setLayout(self._place)
        named(self, say("Scenarios"))
        desk.replaced.connect(self.refresh)
        desk.changed.connect(self._on_change)
        desk.looking.changed.connect(self.refresh)
        self.refresh()

    def _on_change(self, change: Change) -> None:
        if change.scenarios or change.results or change.rows or change.removed:
            self.refresh()

    def refresh(self) -> None:
        """Make the lines anew where they would say something else; the keyboard stays where it was."""
        looking, project = self.desk.looking, self.desk.project
        plan = project.latest_result(_PLAN)
        skipped = looking.happened.skipped if looking.happened is not None else ()
        says = (project.scenarios, looking.scenario, looking.as_if, skipped, plan.id if plan is not None else "", frozenset(self._whole), tuple(map(id, project.frames.values())))
        if says == self._says:
            return
        self._says = says
        at = self.window().focusWidget()
        keeps = at.objectName() if at is not None and self.isAncestorOf(at) else ""
        clear(self._place)
        current = looking.scenario
        parts = [self._open(one) if one is current else self._line(one) for one in project.scenarios] or [self._empty()]
        for part in (*parts, self._foot(project)):
            self._place.addWidget(part)
            part.show()  # at once, so that the keyboard can stand there
        self.order_changed.emit()
        again = self.findChild(QWidget, keeps) if keeps else None
        if again is not None:
            again.setFocus(Qt.FocusReason.OtherFocusReason)
        elif keeps and (first := next(iter(controls_in(self)), None)) is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _empty(self) -> QFrame:
        box = QFrame()
        box.setProperty("box", "raised")
        lines = (
            label(say("Nothing is supposed yet."), "strong"),
            label(say("Right-click the map (or press and hold, or the menu key) where something could stand, or on a school or site, and say what would be "
                      "otherwise. Three scenarios side by side show who gains and who loses."), "quiet"),
        )
        box.setLayout(column(*lines, margins=(12, 10, 12, 12), spacing=5))
        return box

    def _foot(self, project: Project) -> QWidget:
        here = button(say("What if something stood here?…"), help_text=say("In the middle of the map, or at the school that is chosen (Ctrl+Shift+H)"))
        here.clicked.connect(self.here_asked)
        new = button(say("New scenario"), help_text=say("An empty one, to be filled from the map"))
        new.clicked.connect(self.new_asked)
        plan = button(say("From the plan's answer"), help_text=say("What the latest plan proposes, as a scenario that can be changed by hand"))
        plan.clicked.connect(self.from_plan)
        latest = project.latest_result(_PLAN)
        plan.setEnabled(latest is not None)
        if latest is None:
            plan.setToolTip(spoken(say("There is no plan yet: ask for one under Questions.")))
        for control, key in ((here, "scenario-here"), (new, "scenario-new"), (plan, "scenario-plan")):
            control.setObjectName(key)
        foot = QWidget()
        foot.setLayout(column(here, new, plan, spacing=7))
        return foot

    def _line(self, one: Scenario) -> QWidget:
        """A scenario that is not worked on: its name and how many changes it has."""
        choice = button(scenarios.scenario_words(one), "choice", help_text=say("Work on this scenario"))
        choice.setObjectName(f"choose-{one.id}")
        choice.clicked.connect(partial(self.desk.looking.choose, one.id))
        return choice

    def _open(self, one: Scenario) -> QWidget:
        box = QFrame()
        box.setProperty("box", "card")
        box.setObjectName(f"scenario-{one.id}")
        called = QLineEdit(one.name)
        called.setObjectName("scenario-name")
        named(called, say("Name of the scenario"), say("A name that others at the table recognise; Return keeps it"))
        called.editingFinished.connect(partial(self._rename, one.id, called))
        seen = QCheckBox(spoken(say("Look at the map as if")))
        seen.setObjectName("scenario-as-if")
        seen.setChecked(self.desk.looking.as_if)
        named(seen, say("Look at the map as if"), say("Places as this scenario has them, or as they are today (Ctrl+Shift+F)"))
        seen.clicked.connect(self.desk.looking.look_as_if)
        few = len(one.changes) <= _FEW + 1 or one.id in self._whole
        lines: list[QWidget | QVBoxLayout] = [called, seen, *(self._change(one, number) for number in range(len(one.changes) if few else _FEW))]
        if not few:
            every = button(plural("Show all {n} changes", "Show all {n} changes", len(one.changes)), "plain")
            every.setObjectName("every-change")
            every.clicked.connect(partial(self._show_whole, one.id))
            lines.append(every)
        if not one.changes:
            lines.append(label(say("No change yet. Right-click a place of the map."), "quiet"))
        happened = self.desk.looking.happened
        lines += [label(told, "problem") for told in (happened.skipped if happened is not None else ())]
        copy = button(say("Duplicate"), help_text=say("The same changes under another name"))
        gone = button(say("Remove"), help_text=say("Take this scenario out of the project; what is stays as it is"))
        copy.setObjectName("scenario-copy")
        gone.setObjectName("scenario-remove")
        copy.clicked.connect(partial(self._copy, one.id))
        gone.clicked.connect(partial(self._remove, one))
        box.setLayout(column(*lines, row(copy, gone, -1, spacing=8), margins=(12, 12, 12, 12), spacing=8))
        named(box, scenarios.scenario_words(one))
        return box

    def _change(self, one: Scenario, number: int) -> QWidget:
        """One change in words, with a cross that takes it out."""
        words = scenarios.change_words(self.desk.project, one.changes[number])
        off = icon_button("close", say("Take out: {change}", change=words))
        off.setObjectName(f"unchange-{number}")
        off.clicked.connect(partial(self._unchange, one.id, number, words))
        line = QFrame()
        line.setProperty("box", "raised")
        places = row(label(words), off, margins=(10, 4, 4, 4), spacing=6)
        places.setStretch(0, 1)
        places.setAlignment(off, Qt.AlignmentFlag.AlignTop)
        line.setLayout(places)
        return line

    def _show_whole(self, scenario_id: str) -> None:
        self._whole.add(scenario_id)
        self.refresh()

    # --- what is done --------------------------------------------------------------------------------------------------

    def _rename(self, scenario_id: str, box: QLineEdit) -> None:
        before = next((one.name for one in self.desk.project.scenarios if one.id == scenario_id), "")
        if not before:  # the box let go of the keyboard because its scenario has gone
            return
        if box.text().strip() in ("", before):
            box.setText(before)
            return
        if not self.desk.try_apply(lambda project: scenarios.rename(project, scenario_id, box.text()), say("Rename “{layer}”", layer=name(before))):
            box.setText(before)

    def _unchange(self, scenario_id: str, number: int, words: Said) -> None:
        self.desk.try_apply(lambda project: scenarios.unchange(project, scenario_id, number), say("Take out: {change}", change=words))

    def _copy(self, scenario_id: str) -> None:
        one = self.desk.project.scenario(scenario_id)  # its name may have been typed since the button was made
        called = spoken(say("{scenario}, copy", scenario=name(one.name)))
        taken = {other.name.casefold() for other in self.desk.project.scenarios}
        number = 2
        while called.casefold() in taken:
            called, number = spoken(say("{scenario}, copy {n}", scenario=name(one.name), n=number)), number + 1
        made: list[str] = []

        def copied(project: Project) -> Project:
            project, scenario = scenarios.copy(project, one.id, called)
            made.append(scenario.id)
            return project

        self._then_choose(copied, say("Duplicate “{scenario}”", scenario=name(one.name)), made)

    def _remove(self, one: Scenario) -> None:
        self.desk.try_apply(lambda project: scenarios.remove(project, one.id), say("Remove “{layer}”", layer=name(one.name)))

    def from_plan(self) -> None:
        """What the latest plan proposes, as a scenario."""
        latest = self.desk.project.latest_result(_PLAN)
        if latest is None:
            return
        made: list[str] = []

        def kept(project: Project) -> Project:
            project, scenario = scenarios.scenario_from_plan(project, latest.id)
            made.append(scenario.id)
            return project

        self._then_choose(kept, say("Scenario of a plan"), made)

    def _then_choose(self, change: Callable[[Project], Project], words: Said, made: list[str]) -> None:
        if self.desk.try_apply(change, words):
            self.desk.looking.choose(made[0], as_if=True)


class ScenariosPage(Beside):
    """What stands beside the questions of a step: the scenarios, and what comes of laying them beside each other."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(TITLE, SUBTITLE)
        self.desk = desk
        self.list = ScenarioList(desk)
        self.compare = CompareBox(desk)
        self.closing = ClosingBox(desk)
        self.body = column(self.list, self.closing, self.compare, spacing=14)
        self.setLayout(self.body)
        desk.replaced.connect(self.words_changed)
        desk.changed.connect(lambda change: self.words_changed.emit() if change.scenarios else None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.closing.refresh()

    def run(self) -> None:
        """What "Run this step" does here: compare."""
        self.compare.run()

    def tab_words(self) -> Said:
        """What the tab says: with how many there are."""
        many = len(self.desk.project.scenarios)
        return plural("Scenarios ({n})", "Scenarios ({n})", many) if many else say("Scenarios")

