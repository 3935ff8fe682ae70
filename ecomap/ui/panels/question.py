"""A step that asks: one question of the registry at a time, the others a click away; form, answer, next step."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QActionGroup, QKeyEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from ecomap.model.change import Change
from ecomap.model.clash import ClashError, WayOut
from ecomap.model.errors import EcoMapError, ParameterError
from ecomap.model.params import ParamSpec, build_params, plain_params
from ecomap.model.result import Result
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import measured_in, money_sign
from ecomap.model.vocabulary import NEED_AREA
from ecomap.ui.desk import Desk, Notice
from ecomap.ui.forms.of_params import Form
from ecomap.ui.look.icons import icon
from ecomap.ui.look.parts import button, clear, column, dress, follow_theme, label
from ecomap.ui.look.theme import named
from ecomap.ui.panels.answer import Answer
from ecomap.ui.panels.asked import LONG_FORM, AskedLine
from ecomap.ui.panels.begun import BegunLine
from ecomap.ui.panels.beside import Beside, BesideTabs
from ecomap.ui.panels.clash import ClashBox
from ecomap.ui.panels.day import DayLine
from ecomap.ui.panels.following import Following
from ecomap.ui.panels.lacking import Lacking
from ecomap.ui.panels.step import StepPanel, controls_in
from ecomap.ui.panels.why import WhyBox
from ecomap.ui.speech import spoken, told
from ecomap.ui.steps import STEPS, WORDS, Step, Words, step_after, step_of
from ecomap.workspace import operations
from ecomap.workspace.arguing import PLAN
from ecomap.workspace.days import AS_OF, passed_since
from ecomap.workspace.freshness import outdated
from ecomap.workspace.leads import Leading
from ecomap.workspace.merged_areas import use_areas, used_words
from ecomap.workspace.needs import asked_of_nobody, lacking
from ecomap.workspace.pins import pins_of, pins_words, settings_of


class QuestionPage(QWidget):
    """Form, button and answer of one analysis. The form is made when the question is first looked at."""

    def __init__(self, panel: QuestionPanel, analysis: str) -> None:
        super().__init__()
        self.desk, self.analysis, self.panel = panel.desk, analysis, panel
        self.words = WORDS.get(analysis, Words())
        self.form: Form | None = None
        self.ask = button(self.words.ask, "primary", self.words.ask, name("Ctrl+Return"))
        self.ask.clicked.connect(self.run)
        self.trouble = label(NOTHING, "problem")
        self.trouble.hide()
        self.lacking = Lacking()
        self.lacking.data_asked.connect(lambda: self.desk.step_asked.emit("data"))
        self.lacking.import_asked.connect(self.desk.import_asked)
        self.day = DayLine()
        self.day.change_asked.connect(self.desk.day_asked)
        self.day.today_asked.connect(self.make_today)
        self._form_place = column(spacing=0)
        self.asked = AskedLine()
        self.asked.change_asked.connect(self.open_form)
        self.begun = BegunLine(self.desk, analysis)
        self.begun.begun.connect(self._begun)
        onward = step_of(self.words.onward) if self.words.onward else step_after(panel.step.key)
        self.clash = ClashBox()
        self.clash.chosen.connect(self.take_way_out)
        self.answer = Answer(self.words.empty, onward.question)
        self.answer.next_asked.connect(lambda: self.desk.step_asked.emit(onward.key))
        self.answer.method_asked.connect(lambda: panel.asked_method.emit(analysis))
        self.answer.map_asked.connect(self.show_on_map)
        self.answer.lead_asked.connect(panel.follow)
        self.answer.newer_asked.connect(self.desk.newer_asked)
        self.answer.areas_asked.connect(self.use_areas)
        self.answer.rename_asked.connect(self.rename)
        self.answer.bar_asked.connect(lambda words: self.desk.bar_asked.emit(self.result, words))
        self.following = Following(self, self)
        self.hand, self.held = self.following.hand, self.following.held
        self.held.stands.connect(lambda there: dress(self.ask, "" if there else "primary"))  # one dark button: what is to be done next
        self.setLayout(column(self._form_place, self.asked, self.begun, self.trouble, self.lacking, self.day, self.ask, self.clash, self.held, self.answer, spacing=12))
        self.why = WhyBox(self.desk) if analysis == PLAN else None
        if self.why is not None:
            places = self.layout()
            assert places is not None
            places.addWidget(self.why)
        self.stale = True
        self._lists: tuple[object, ...] = ()
        self.given: Mapping[str, Any] = {}  # what was asked with last
        self.show_answer()

    def make_form(self) -> None:
        """The form, if the project holds what it asks about."""
        if not self.stale:
            self.begun.begin()
            return
        empty = self.desk.empty
        for part in (self.ask, self.answer):
            part.setVisible(not empty)
        self.say_day()
        if empty:
            if self.form is not None:
                self._show_form(False)
            self.asked.hide()
            self.ask.setEnabled(False)
            self.lacking.say(lacking(self.desk.project, self.analysis), empty=True)
            return
        from ecomap.analysis import registry
        from ecomap.workspace.choices import choices

        self.stale = False
        project = self.desk.project
        try:
            params = registry.analysis(self.analysis).params  # heavy
        except EcoMapError as problem:
            self.trouble.setText(told(problem))
            self.trouble.show()
            return
        if self.form is None:
            self.form = Form(params, lambda name: choices(self.desk.project, name), self._explain, dragged=self.hand.settings)
            self.form.valid.connect(self._on_valid)
            self.form.changed.connect(self.keep_pins)
            self.form.changed.connect(self.following.changed)
            self.form.touched.connect(self.following.touched)
            clear(self._form_place)
            self._form_place.addWidget(self.form)
            self.begun.watch(self.form)
            latest = project.latest_result(self.analysis)
            if latest is not None and latest.provenance is not None:
                self.form.set_values(self.as_asked(latest.provenance.params))
                self.fold_form()
            self.take_pins()
        elif self._lists != self._list_values(choices):
            self.form.rebuild()
        if not self.asked.isVisibleTo(self):
            self._show_form(True)
        self._lists = self._list_values(choices)
        self.lacking.say(lacking(project, self.analysis), hint=asked_of_nobody(project, self.analysis))
        self.answer.setVisible(self.result is not None or not self.lacking.roles)  # nothing to begin with is said above
        self.form.check()
        self.begun.begin()
        self.following.at = self.plain(self.form.values())
        self.panel.order_of_keys()

    def _begun(self) -> None:
        assert self.form is not None
        self.following.at = self.plain(self.form.values())

    def say_day(self) -> None:
        """Which day the question speaks of, unless its form names another."""
        self.day.say(self.desk.project)
        if self.desk.empty:
            self.day.hide()

    def make_today(self) -> None:
        """The day of the project becomes today, as one step that undo takes back; answers keep their own day."""
        self.desk.try_apply(operations.set_day, say("Change the day of the project"))

    def as_asked(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Settings as the form takes them: a day that is the project's follows the project, and the pins are the project's."""
        pins = {} if pins_of(params) is None else settings_of(self.desk.project.pins)
        return {**params, **({AS_OF: ""} if params.get(AS_OF) == self.desk.project.day else {}), **pins}

    def take_pins(self) -> None:
        """The form shows the pins of the project."""
        if self.form is not None and pins_of(self.form.values()) is not None:
            self.form.set_values(settings_of(self.desk.project.pins))
            self.panel.order_of_keys()
            self.mark_otherwise()

    def keep_pins(self) -> None:
        """A pin that was set or taken off in the form is one of the project, as one step that undo takes back."""
        pins = None if self.form is None else pins_of(self.form.values())
        if pins is not None and pins != self.desk.project.pins:
            self.desk.apply(self.desk.project.with_pins(pins), pins_words(self.desk.project, pins))

    def _on_valid(self, valid: bool) -> None:
        """A form with something wrong in it is not folded away."""
        self.ask.setEnabled(valid and not self.lacking.roles)
        if not valid:
            self._show_form(True)

    def _show_form(self, whole: bool) -> None:
        assert self.form is not None
        self.form.setVisible(whole)
        self.asked.setVisible(not whole)

    def fold_form(self) -> None:
        """Make a long form one line, so that the answer stands in view; the keyboard goes to the button that asks."""
        if self.form is None:
            return
        self.form.fold_lists()
        if self.form.sizeHint().height() <= self.panel.area.viewport().height() * LONG_FORM:
            return
        at = self.window().focusWidget()
        if at is not None and self.form.isAncestorOf(at):
            self.ask.setFocus()
        self._say_asked()
        self._show_form(False)

    def _say_asked(self) -> None:
        """What the button asks, in a line."""
        from ecomap.workspace.asked import asked_words

        if self.form is not None:
            self.asked.say(name(asked_words(self.desk.project, self.form.params_class, self.form.values())))

    def _settle_form(self) -> None:
        """Fold the form below a new answer; one that came otherwise (undo, another project) brings its settings along.

        A form that the planner changed while the answer was worked out stays as it is.
        """
        if self.form is None:
            return
        result = self.result
        if result is None or result.provenance is None:
            self._show_form(True)
            return
        there, given = self.plain(self.form.values()), self.plain(self.given)
        told = self.as_asked(result.provenance.params)
        if there != told and given == told:
            return
        if there != told:
            self.form.set_values(told)
            self.following.at = self.plain(self.form.values())
        self.fold_form()
        self.panel.order_of_keys()
        self.panel.bring_up(self.answer)

    def plain(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Values of the form as a result keeps them; what cannot be asked with is nobody's settings."""
        assert self.form is not None
        try:
            return plain_params(build_params(self.form.params_class, values))
        except ParameterError:
            return {}

    def open_form(self) -> None:
        """The whole form again, the keyboard in its first control."""
        if self.form is None:
            return
        self._show_form(True)
        first = next(iter(controls_in(self.form)), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def _list_values(self, choices: Any) -> tuple[object, ...]:
        assert self.form is not None
        names = [field.spec.param.choices_from for field in self.form.fields.values()]
        return (measured_in(), money_sign(), *(choices(self.desk.project, name) for name in names if name))

    def _explain(self, spec: ParamSpec, value: str) -> Said:
        """Which way an indicator counts."""
        if spec.param.choices_from != "indicator":
            return NOTHING
        for layer in self.desk.project.layers:
            indicator = layer.indicator(value)
            if indicator is not None:
                return say("less is more need") if indicator.direction < 0 else NOTHING
        return NOTHING

    def run(self) -> None:
        """Ask the question as the form stands."""
        if self.form is None or not self.form.check() or self.lacking.roles:
            return
        self.hand.drop()
        given = self.given = self.form.values()
        from ecomap.analysis import registry

        title = name(registry.analysis(self.analysis).title)  # heavy
        verb = self.words.ask if self.analysis in WORDS else say("Ask: {title}", title=title)
        self.clash.say(None)
        self.desk.run_analysis(self.analysis, given, self.words.working or title, verb, self._failed)

    def _failed(self, problem: EcoMapError) -> None:
        """Wishes that clash stay here, with what would make them possible; anything else is said over the map."""
        if not isinstance(problem, ClashError):
            self.desk.say_problem(problem)
            return
        self.clash.say(problem)
        self.panel.order_of_keys()
        self.panel.bring_up(self.clash)

    def take_way_out(self, way: WayOut) -> None:
        """Ask again as it was asked, but for one wish."""
        if self.form is None:
            return
        self.form.set_values({**self.given, **way.settings})
        self.keep_pins()
        self.ask.setFocus()
        self.run()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves an answer that is not kept."""
        if event.key() == Qt.Key.Key_Escape and self.hand.active:
            self.following.leave()
        else:
            super().keyPressEvent(event)

    def start_over(self) -> None:
        """Another project: nothing that was set for the one before counts for it."""
        self.given = {}
        self.clash.say(None)
        if self.form is not None:
            clear(self._form_place)
            self.form = None
            self.begun.watch(None)

    def mark_otherwise(self) -> None:
        """Mark the answer where the form no longer asks what it answers: here, on the map and over its tables."""
        from ecomap.workspace.asked import asked_otherwise

        result = self.result
        if self.asked.isVisibleTo(self):
            self._say_asked()
        if self.hand.showing:
            peeked = None if self.desk.peek is None or self.desk.peek[2].analysis != self.analysis else self.desk.peek[2]
            self.answer.say_otherwise(NOTHING)
            for one in filter(None, (result, peeked)):
                self.desk.mark_otherwise(one, say("{setting}, while you drag", setting=self.hand.words()))
            return
        if result is None:
            return
        given = self.plain(self.form.values()) if self.form is not None else {}  # no form stands otherwise
        words = asked_otherwise(self.desk.project, result, given) if given else NOTHING
        self.answer.say_otherwise(words)
        self.desk.mark_otherwise(result, words)

    def check_freshness(self) -> None:
        """Find out in the background whether the answer still speaks of the rows as they are."""
        project, result = self.desk.project, self.result
        if result is None:
            return

        def told(found: tuple[bool, Said]) -> None:
            if self.answer.result is result:
                self.answer.say_stale(*found)

        self.desk.reader.start(
            say("Still true?"), lambda _progress: (outdated(project, result), passed_since(project, result)), done=told,
            failed=self.desk.say_problem, quiet=True,
        )

    def show_answer(self) -> None:
        if self.answer.result is not self.result or self.result is None:
            self.hand.drop()
            self.held.hide()
            self.answer.show_result(self.result)
            if self.why is not None:
                self.why.show_plan(self.result is not None)
            self.check_freshness()
            self._settle_form()
        self.check_map()
        self.mark_otherwise()

    def in_order(self) -> None:
        """Put what is shown into the order of the keys."""
        self.panel.order_of_keys()

    def check_map(self) -> None:
        """Say whether the answer is on the map, as the layers stand now."""
        if self.result is not None:
            own = [layer for layer in self.desk.project.layers if layer.result_id == self.result.id]
            self.answer.say_on_map(bool(own), any(layer.visible for layer in own))

    def show_on_map(self) -> None:
        """Bring the answer back on the map, as one step that undo takes back."""
        result = self.result
        if result is not None:
            verb = say("Show “{title}” on the map", title=result.title)
            self.desk.try_apply(lambda project: operations.show_result(project, result.id), verb)

    def use_areas(self) -> None:
        """Its merged areas are the need areas of every question from now on, as one step that undo takes back."""
        result = self.result
        if result is not None and self.desk.try_apply(lambda project: use_areas(project, result.id)[0], say("Use “{title}” as need areas", title=result.title)):
            self.desk.say(Notice("note", used_words(self.desk.project, self.desk.project.layers_of(NEED_AREA)[0])))

    def rename(self) -> None:
        """Another name for the answer."""
        if self.result is not None:
            self.desk.rename_asked.emit(self.result.id)

    @property
    def result(self) -> Result | None:
        return self.desk.project.latest_result(self.analysis)


class QuestionPanel(StepPanel):
    """The questions of one step. The main one stands first; a menu offers the others."""

    question_chosen = Signal(str)  # analysis name

    def __init__(self, desk: Desk, step: Step) -> None:
        words = WORDS.get(step.analyses[0], Words())
        super().__init__(desk, words.title or step.question, words.subtitle)
        self.step = step
        self.pages: dict[str, QuestionPage] = {}
        self.current = step.analyses[0]
        self.others = button(NOTHING, "plain", say("Other questions of this step"))
        self.others.setVisible(len(step.analyses) > 1)
        self.others.clicked.connect(self._offer)
        self.beside: Beside | None = None
        self.body.addWidget(self.others)
        self._place = QVBoxLayout()
        self._place.setContentsMargins(0, 0, 0, 0)
        self.body.addLayout(self._place)
        self.foot = QVBoxLayout()
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.body.addLayout(self.foot)
        follow_theme(self, self._dress)
        self._dress()
        named(self, step.question)
        self.page_of(self.current)
        if PLAN in step.analyses:
            desk.why_asked.connect(self.ask_why)

    def ask_why(self, school: str) -> None:
        """What a school would cost the plan, or save it."""
        self.desk.step_asked.emit(self.step.key)
        self.choose(PLAN)
        page = self.page_of(PLAN)
        if page.why is not None:
            page.why.ask(school)
            self.bring_up(page.why)

    def _dress(self) -> None:
        count = len(self.step.analyses) - 1
        self.others.setText(spoken(plural("{n} other question in this step", "{n} other questions in this step", count)))
        self.others.setIcon(icon("chevron-down", "quiet"))
        self.others.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    # --- which question --------------------------------------------------------------------------------------------

    def page_of(self, analysis: str) -> QuestionPage:
        """The page of a question; made when first asked for."""
        if analysis not in self.pages:
            page = self.pages[analysis] = QuestionPage(self, analysis)
            page.setVisible(analysis == self.current)
            self._place.addWidget(page)
        return self.pages[analysis]

    def menu(self) -> QMenu:
        """Every question of the step, the present one marked."""
        from ecomap.analysis import registry

        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        group = QActionGroup(menu)
        for one in self.step.analyses:
            analysis = registry.analysis(one)  # heavy
            action = menu.addAction(spoken(WORDS.get(one, Words()).title or analysis.question))
            action.setToolTip(spoken(joined([analysis.summary, analysis.when])))
            action.setStatusTip(one)  # which question it is
            action.setCheckable(True)
            action.setChecked(one == self.current)
            action.triggered.connect(partial(self.choose, one))
            group.addAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _offer(self) -> None:
        self.menu().popup(self.others.mapToGlobal(QPoint(0, self.others.height() + 2)))

    def choose(self, analysis: str, *_: object) -> None:
        """Show another question of this step."""
        if self.on_beside:
            self.show_beside(False)
        if analysis == self.current:
            return
        self.current = analysis
        page = self.page_of(analysis)
        for one, other in self.pages.items():
            other.setVisible(one == analysis)
        self._say_question()
        if self.isVisible():
            page.make_form()
        self.area.verticalScrollBar().setValue(0)
        self.question_chosen.emit(analysis)

    def follow(self, lead: Leading) -> None:
        """Ask another question of this step with given settings."""
        page = self.page_of(lead.analysis)
        page.make_form()
        self.choose(lead.analysis)
        if page.form is not None:
            page.form.set_values(lead.params)
            page.mark_otherwise()
            page.run()

    def set_beside(self, beside: Beside) -> None:
        """Give the step a page beside its questions, with two tabs on top to go from one to the other."""
        self.beside = beside
        beside.hide()
        self.tabs = BesideTabs(say("Questions"), beside)
        self.tabs.chosen.connect(self.show_beside)
        self.body.insertWidget(0, self.tabs)
        self.body.addWidget(beside)

    def show_beside(self, shown: bool) -> None:
        """The page beside the questions, or the questions."""
        assert self.beside is not None
        self.tabs.say(shown)
        self.beside.setVisible(shown)
        self.others.setVisible(not shown and len(self.step.analyses) > 1)
        self.page.setVisible(not shown)
        self._say_question()
        self.area.verticalScrollBar().setValue(0)

    @property
    def on_beside(self) -> bool:
        """Whether the page beside the questions is shown."""
        return self.beside is not None and self.beside.isVisibleTo(self)

    def _say_question(self) -> None:
        """The question and its second line, in the words of the step or of the analysis itself."""
        if self.beside is not None and self.on_beside:
            self.say(self.beside.title, self.beside.subtitle)
            return
        words = WORDS.get(self.current, Words())
        title, subtitle = words.title, words.subtitle
        if not title:
            from ecomap.analysis import registry

            analysis = registry.analysis(self.current)  # heavy
            title, subtitle = analysis.question, analysis.summary
        self.say(title, subtitle)

    # --- the page that is shown ------------------------------------------------------------------------------------

    @property
    def page(self) -> QuestionPage:
        return self.page_of(self.current)

    @property
    def form(self) -> Form | None:
        return self.page.form

    @property
    def ask(self) -> QWidget:
        return self.page.ask

    @property
    def answer(self) -> Answer:
        return self.page.answer

    @property
    def result(self) -> Result | None:
        return self.page.result

    def run(self) -> None:
        """Ask the question that is shown, as its form stands; or what the page beside it asks."""
        if self.beside is not None and self.on_beside:
            self.beside.run()
        else:
            self.page.run()

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self._say_question()
        self.page.make_form()

    def refresh_all(self) -> None:
        for page in self.pages.values():
            page.stale = True
            page.start_over()
            page.show_answer()
        self._catch_up()

    def refresh(self, change: Change) -> None:
        if change.added or change.removed or change.rows:
            for page in self.pages.values():
                page.stale = True
            self._catch_up()
        for page in self.pages.values():
            if change.results:
                page.show_answer()
            elif change.described or change.removed:
                page.check_map()
            if change.day:
                page.say_day()
            if change.pins:
                page.take_pins()
            if change.added or change.removed or change.rows or change.day:
                page.check_freshness()

    def _catch_up(self) -> None:
        if self.isVisible():
            self.page.make_form()


def question_panels(desk: Desk) -> dict[str, StepPanel]:
    """One panel per step that asks."""
    return {step.key: QuestionPanel(desk, step) for step in STEPS if step.analyses}
