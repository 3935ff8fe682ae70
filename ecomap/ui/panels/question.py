"""A step that asks one analysis: its form, its answer, the next step."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from ecomap.model.change import Change
from ecomap.model.errors import EcoMapError
from ecomap.model.params import ParamSpec
from ecomap.model.result import Result
from ecomap.ui.desk import Desk
from ecomap.ui.forms import Form
from ecomap.ui.panels.answer import Answer
from ecomap.ui.panels.step import StepPanel
from ecomap.ui.parts import button, clear, column, label
from ecomap.ui.theme import named


@frozen
class Question:
    """What a step asks, and the words around it."""

    step: str
    analysis: str
    title: str
    subtitle: str
    ask: str            # on the primary button
    working: str        # while it runs
    next_step: str
    next_text: str
    empty: str          # before the first answer


QUESTIONS: tuple[Question, ...] = (
    Question(
        "need", "need-index", "Where is children's need greatest?",
        "Choose what counts as need. EcoMap ranks the neighbourhoods from most to least.",
        "Compute need", "Computing need", "gaps", "Who has nothing in reach?",
        "Nothing computed yet. The list above is a good start as it is.",
    ),
    Question(
        "gaps", "coverage-gap", "Who has nothing in reach?",
        "Children whose nearest site is too far away, or where there is none.",
        "Find the gaps", "Finding the gaps", "plan", "Which schools next?",
        "Choose a service or an approach and how far is in reach.",
    ),
    Question(
        "plan", "priority", "Which schools next?",
        "Schools that would bring it into reach of most children in need.",
        "Rank the schools", "Ranking the schools", "share", "Share what you found",
        "Choose what should come into reach. Schools that have it already are left out.",
    ),
)


class QuestionPanel(StepPanel):
    """Form, button and answer of one analysis. The form is made when the step is first looked at."""

    def __init__(self, desk: Desk, question: Question) -> None:
        super().__init__(desk, question.title, question.subtitle)
        self.question = question
        self.form: Form | None = None
        self.ask = button(question.ask, "primary", question.ask, "Ctrl+Return")
        self.ask.clicked.connect(self.run)
        self.trouble = label("", "problem")
        self.trouble.hide()
        self._form_place = column(spacing=0)
        self.answer = Answer(question.empty, question.next_text)
        self.answer.next_asked.connect(lambda: desk.step_asked.emit(question.next_step))
        self.answer.method_asked.connect(lambda: self.asked_method.emit(question.analysis))
        self.body.addLayout(self._form_place)
        self.body.addWidget(self.trouble)
        self.body.addWidget(self.ask)
        self.body.addWidget(self.answer)
        self._stale = True
        self._lists: tuple[object, ...] = ()
        named(self, question.title)

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self._make_form()

    def refresh_all(self) -> None:
        self._stale = True
        self._make_form()
        self.show_answer()

    def refresh(self, change: Change) -> None:
        if change.added or change.removed or change.rows:
            self._stale = True
            self._make_form()
        if change.results:
            self.show_answer()

    def _make_form(self) -> None:
        """The form, if the step is in sight and the project holds what it asks about."""
        if not self._stale or not self.isVisible():
            return
        if self.desk.empty:
            self.ask.setEnabled(False)
            return
        from ecomap.analysis import registry  # heavy
        from ecomap.workspace.choices import choices

        self._stale = False
        project = self.desk.project
        try:
            params = registry.analysis(self.question.analysis).params
        except EcoMapError as problem:
            self.trouble.setText(str(problem))
            self.trouble.show()
            return
        if self.form is None:
            self.form = Form(params, lambda name: choices(self.desk.project, name), self._explain)
            self.form.valid.connect(self.ask.setEnabled)
            clear(self._form_place)
            self._form_place.addWidget(self.form)
            self.form.set_values(self.desk.settings.last_params.get(self.question.analysis, {}))
            latest = project.latest_result(self.question.analysis)
            if latest is not None and latest.provenance is not None:
                self.form.set_values(latest.provenance.params)
                self.form.fold_lists()
        elif self._lists != self._list_values(choices):
            self.form.rebuild()
        self._lists = self._list_values(choices)
        self.ask.setEnabled(self.form.check())

    def _list_values(self, choices: Any) -> tuple[object, ...]:
        assert self.form is not None
        names = [field.spec.param.choices_from for field in self.form.fields.values()]
        return tuple(choices(self.desk.project, name) for name in names if name)

    def _explain(self, spec: ParamSpec, value: str) -> str:
        """Which way an indicator counts."""
        if spec.param.choices_from != "indicator":
            return ""
        for layer in self.desk.project.layers:
            indicator = layer.indicator(value)
            if indicator is not None:
                return "less is more need" if indicator.direction < 0 else ""
        return ""

    def run(self) -> None:
        """Ask the question as the form stands."""
        if self.form is None or not self.form.check():
            return
        given = self.form.values()
        self.desk.settings.remember_params(self.question.analysis, given)
        self.desk.run_analysis(self.question.analysis, given, self.question.working, self.question.ask)

    def show_answer(self) -> None:
        self.answer.show_result(self.result)
        if self.result is not None and self.form is not None:
            self.form.fold_lists()

    @property
    def result(self) -> Result | None:
        return self.desk.project.latest_result(self.question.analysis)


def question_panels(desk: Desk) -> dict[str, StepPanel]:
    """One panel per question, by step."""
    return {question.step: QuestionPanel(desk, question) for question in QUESTIONS}
