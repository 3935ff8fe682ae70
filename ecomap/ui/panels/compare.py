"""Two sides laid beside each other: chosen, asked, and what comes of it: the sentence, figures, bars by need, tables and map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from ecomap.model.change import Change
from ecomap.model.errors import EcoMapError
from ecomap.model.params import Choice, build_params, param_specs
from ecomap.model.project import Project
from ecomap.model.said import Said, name, say
from ecomap.model.scenario import SCHOOL_OPENS
from ecomap.ui.desk import Desk, Notice
from ecomap.ui.forms.fields import ChoiceBox
from ecomap.ui.forms.of_params import Form
from ecomap.ui.look.change_bars import ChangeBar, ChangeBars
from ecomap.ui.look.parts import button, clear, column, label, rule
from ecomap.ui.look.theme import named
from ecomap.ui.looking import same_rows
from ecomap.ui.panels.asked import AskedLine
from ecomap.ui.panels.found import figures_box, rest_of
from ecomap.ui.panels.step import controls_in
from ecomap.ui.speech import spoken

if TYPE_CHECKING:
    from ecomap.workspace.scenarios import Comparison

COMPARED: Final = ("coverage-gap", "capacity-gap", "access")  # the questions that say of every area who has it


class CompareBox(QWidget):
    """A and B, a question with its settings, and who gains and who loses."""

    changed = Signal()   # other controls stand here
    answered = Signal()  # there is something to read

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.form: Form | None = None
        self._question = ""
        self._settings: dict[str, Any] = {}
        self._by_hand = False
        self._sides: tuple[tuple[str, Said], ...] = ()
        self.a, self.b, self.question = _box(say("A: from")), _box(say("B: to")), _box(say("Compared by"))
        self.swap = button(say("Swap A and B"), help_text=say("What A gains B loses: the same numbers the other way round"))
        self.asked = AskedLine()
        self._form_place = column(spacing=0)
        self.compare = button(say("Compare"), "primary", say("Compare"), name("Ctrl+Return"))
        self.found = QWidget()  # what comes of it
        self._answer = QVBoxLayout(self.found)
        self._answer.setContentsMargins(0, 0, 0, 0)
        self._answer.setSpacing(10)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        grid.setColumnStretch(1, 1)
        for place, (words, box) in enumerate(((name("A"), self.a), (name("B"), self.b), (say("Compared by"), self.question))):
            head = label(words, "label", wrap=False)
            head.setBuddy(box)
            grid.addWidget(head, place, 0)
            grid.addWidget(box, place, 1)
        self.hint = label(say("Today, scenarios, plans and earlier answers can stand on either side."), "quiet")
        self.setLayout(column(rule(), label(say("Compare"), "title"), self.hint, grid, self.swap, self.asked, self._form_place, self.compare, self.found, spacing=10))
        self.swap.clicked.connect(self._swap)
        self.compare.clicked.connect(self.run)
        self.asked.change_asked.connect(self.open_form)
        for box in (self.a, self.b, self.question):
            box.activated.connect(lambda _: self._chosen())
        desk.replaced.connect(self._start_over)
        desk.changed.connect(self._on_change)
        desk.looking.changed.connect(self._follow_scenario)
        desk.looking.compared.connect(self._show)
        self._offer()

    # --- what can be chosen --------------------------------------------------------------------------------------------

    def _start_over(self) -> None:
        self._question, self._settings, self._by_hand = "", {}, False
        self._forget_form()
        self._offer()
        self._show()

    def _on_change(self, change: Change) -> None:
        if change.scenarios or change.results or change.added or change.removed:
            self._offer()

    def _follow_scenario(self) -> None:
        """The scenario that is worked on is what B begins with, as long as nothing else was chosen and compared."""
        scenario = self.desk.looking.scenario
        if scenario is not None and self.desk.looking.comparison is None:
            place = self.b.findData(scenario.id)
            if place >= 0 and place != self.b.currentIndex():
                self.b.setCurrentIndex(place)
                self._chosen()

    def _offer(self) -> None:
        """The sides that there are now; what was chosen stays chosen."""
        project = self.desk.project
        question = str(self.question.currentData() or COMPARED[0])
        plans = [(one.id, one.title) for one in project.results if one.analysis == "plan"]
        answers = [(one.id, one.title) for one in project.results if one.analysis == question]
        sides = (("", say("Today")), *((one.id, name(one.name)) for one in project.scenarios), *plans, *answers)
        if sides != self._sides:
            self._sides = sides
            scenario = self.desk.looking.scenario
            for box, usual in ((self.a, ""), (self.b, scenario.id if scenario is not None else "")):
                chosen = box.currentData() if box.count() and box.currentData() else usual
                box.clear()
                for key, words in sides:
                    box.addItem(spoken(words), key)
                box.setCurrentIndex(max(box.findData(chosen), 0))
        self._chosen()

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self._follow()

    def _chosen(self) -> None:
        """Something else is chosen; settings follow what is compared until they are set by hand."""
        same = self.a.currentData() == self.b.currentData()
        self.compare.setEnabled(not same and not self.desk.empty)
        self.compare.setToolTip(spoken(say("Choose two sides that differ.") if same else name("Ctrl+Return")))
        if self.isVisible():
            self._follow()

    def _follow(self) -> None:
        """The settings that the two sides are usually compared with, in a line."""
        if self.desk.empty:
            return
        from ecomap.analysis import registry  # heavy
        from ecomap.workspace.asked import asked_words, reach_as_asked
        from ecomap.workspace.scenarios import usual_settings

        if not self.question.count():
            for one in COMPARED:
                self.question.addItem(spoken(registry.analysis(one).question), one)
        question = str(self.question.currentData())
        if question != self._question:
            self._question, self._by_hand = question, False
            self._forget_form()
            self._offer()
        if self._by_hand:
            return
        params = registry.analysis(question).params
        keys = (str(self.a.currentData() or ""), str(self.b.currentData() or ""))
        try:
            usual = usual_settings(self.desk.project, keys, question)
        except EcoMapError:
            usual = {}
        usual = {**reach_as_asked(self.desk.project, question), **usual}
        known = {key: value for key, value in usual.items() if value not in ("", None)}
        for spec in param_specs(params):
            if spec.name not in known and spec.required and spec.param.choices_from:
                known[spec.name] = next((choice.value for choice in self._choices(spec.param.choices_from)), "")
        if known != self._settings or not self.asked.isVisibleTo(self):
            self._settings = known
            self._forget_form()
            self.asked.say(name(asked_words(self.desk.project, params, known)))
            self.asked.show()

    def _forget_form(self) -> None:
        clear(self._form_place)
        self.form = None
        self.asked.show()

    def open_form(self) -> None:
        """The settings of the question, the keyboard in the first of them."""
        from ecomap.analysis import registry  # heavy

        if self.form is None:
            self.form = Form(registry.analysis(self._question).params, self._choices)
            self.form.set_values(self._settings)
            self.form.changed.connect(self._set_by_hand)
            self._form_place.addWidget(self.form)
        self.asked.hide()
        self.form.show()
        self.changed.emit()
        first = next(iter(controls_in(self.form)), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def _set_by_hand(self) -> None:
        self._by_hand = True

    def _fold(self) -> None:
        """The settings as a line again."""
        from ecomap.workspace.asked import asked_words

        if self.form is not None:
            self._settings = dict(self.form.values())
            self.asked.say(name(asked_words(self.desk.project, self.form.params_class, self._settings)))
            self.form.hide()
            self.asked.show()
            self.changed.emit()

    def _choices(self, of: str) -> tuple[Choice, ...]:
        """What can be asked about: what the project offers, and what only a scenario opens."""
        from ecomap.workspace.choices import choices
        from ecomap.workspace.scenarios.words import target_words

        known = choices(self.desk.project, of)
        if not any(choice.value.partition(":")[0] in ("service", "approach") for choice in known):
            return known
        there = {choice.value.casefold() for choice in known}
        opened = dict.fromkeys(change.target for one in self.desk.project.scenarios for change in one.changes if change.target not in ("", SCHOOL_OPENS))
        return (*(Choice(target, say("{what}, only in a scenario", what=target_words(target))) for target in opened if target.casefold() not in there), *known)

    # --- asking --------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Compare the two sides, in the background."""
        if not self._question:
            self._follow()
        if not self.compare.isEnabled() or (self.form is not None and not self.form.check()):
            return
        from ecomap.analysis import registry  # heavy

        project, question = self.desk.project, self._question
        a, b = str(self.a.currentData() or ""), str(self.b.currentData() or "")
        given = self._settings if self.form is None else self.form.values()
        plain = build_params(registry.analysis(question).params, given)
        settings = {key: getattr(plain, key) for key in given}

        def work(progress: Any) -> tuple[Comparison, dict[int, Any]]:
            from ecomap.workspace.scenarios import compared
            from ecomap.workspace.scenarios.picture import pictures_of

            found = compared(project, a, b, question, settings, progress=progress)
            return found, pictures_of(project, found)

        self.desk.worker.start(say("Comparing"), work, done=lambda found: self._done(project, *found), failed=self.desk.say_problem)

    def _done(self, project: Project, found: Comparison, pictures: dict[int, Any]) -> None:
        if not same_rows(self.desk.project, project):
            self.desk.say(Notice("caution", say("The project changed meanwhile, so nothing was compared."), say("Compare again.")))
            return
        self._fold()
        self.desk.looking.show(found, pictures)
        self.answered.emit()

    def _swap(self) -> None:
        """B to A: the negative of A to B."""
        a, b = self.a.currentIndex(), self.b.currentIndex()
        self.a.setCurrentIndex(b)
        self.b.setCurrentIndex(a)
        shown = self.desk.looking.comparison
        if shown is None:
            self._chosen()
            return
        project = self.desk.project

        def work(_progress: Any) -> tuple[Comparison, dict[int, Any]]:
            from ecomap.workspace.scenarios import between
            from ecomap.workspace.scenarios.picture import pictures_of

            found = between(project, shown.b, shown.a)
            return found, pictures_of(project, found)

        self.desk.worker.start(say("Comparing"), work, done=lambda found: self._done(project, *found), failed=self.desk.say_problem)

    # --- what comes of it ----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """What the comparison says; nothing where none is laid out."""
        comparison, looking = self.desk.looking.comparison, self.desk.looking
        at = self.window().focusWidget()
        keeps = at.objectName() if at is not None and self.isAncestorOf(at) else ""
        clear(self._answer)
        if comparison is not None:
            result = comparison.result
            parts: list[QWidget] = [label(say("Who gains, who loses"), "heading"), label(result.sentence), figures_box(result)]
            bars = bars_of(comparison)
            if bars:
                title = say("Gain and loss by need, highest need on top")
                parts += [ChangeBars(bars, title), label(say("Right of the line: gain it. Left, striped: lose it. Need fifths of areas."), "quiet")]
            parts += [*rest_of(result), self._doors(looking.beside)]
            for part in parts:
                self._answer.addWidget(part)
                part.show()
        self.changed.emit()
        again = self.findChild(QWidget, keeps) if keeps else None
        if again is not None:
            again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _doors(self, beside: bool) -> QWidget:
        two = button(say("One map of the difference") if beside else say("Two maps side by side"), help_text=say("Both maps move together (Ctrl+Shift+M)"))
        two.setObjectName("compare-beside")
        two.clicked.connect(lambda: self.desk.looking.show_beside(not beside))
        away = button(say("Close the comparison"), help_text=say("The map and the tables show the project again"))
        away.setObjectName("compare-close")
        away.clicked.connect(lambda: self.desk.looking.show(None))
        doors = QWidget()
        doors.setLayout(column(two, away, spacing=7))
        return doors


def bars_of(comparison: Comparison) -> tuple[ChangeBar, ...]:
    """Gain and loss by need fifth, as the table has them."""
    rows = comparison.table("fifths").frame.to_dict("records")
    return tuple(ChangeBar(row_["name"], float(row_["gaining"]), float(row_["losing"]), float(row_["net"]), row_.get("net_moe")) for row_ in rows
                 if str(row_["id"]).startswith("fifth"))


def _box(words: Said) -> ChoiceBox:
    box = ChoiceBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(12)
    box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    named(box, words)
    return box
