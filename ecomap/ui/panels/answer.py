"""What an analysis says: the finding, two key figures, one chart, the cautions, the next step."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from ecomap.model.figures import figure_number, range_words
from ecomap.model.result import AGE, KeyFigure, Note, Result
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import missing
from ecomap.ui.look.charts import BarChart
from ecomap.ui.look.figures import FigureBox, FigureRow
from ecomap.ui.look.parts import button, clear, column, icon_button, label, row, written
from ecomap.ui.look.theme import named
from ecomap.ui.panels.ranked import RankedList
from ecomap.ui.speech import spoken, within
from ecomap.workspace.leads import leads_of
from ecomap.workspace.merged_areas import merges

OUT_OF_DATE: Final = say("Made before the last change; ask again.")
NO_MAP: Final = say("This answer has no map; it stands in the tables below.")
NEWER: Final = say("Get newer figures")
USE_AREAS: Final = say("Use these areas as need areas")
LARGE = 2  # figures shown large; the rest one line each


class Answer(QWidget):
    """The lower half of a step's panel."""

    next_asked = Signal()
    method_asked = Signal()
    bar_asked = Signal(object)  # Said: words before a bar of the chart
    rename_asked = Signal()
    map_asked = Signal()     # put it back on the map
    newer_asked = Signal()   # newer figures than those it counts
    lead_asked = Signal(object)  # Leading: a question to ask with the same settings
    areas_asked = Signal()   # use its merged areas as need areas

    def __init__(self, empty: Said, next_text: Said) -> None:
        super().__init__()
        self._empty, self._next = empty, next_text
        self._place = QVBoxLayout()
        self._place.setContentsMargins(0, 6, 0, 0)
        self._place.setSpacing(10)
        self.setLayout(self._place)
        self.result: Result | None = None
        self._boxes: dict[str, FigureBox] = {}   # the parts of what is shown that another answer can be shown in
        self._small: dict[str, QLabel] = {}
        self._chart: BarChart | RankedList | None = None
        self._sentence: QLabel | None = None
        self._followed: tuple[object, ...] = ()  # which parts an answer that follows the hand has
        self.show_result(None)

    def show_result(self, result: Result | None, *, kept: bool = True) -> None:
        """Say what a result says, or what to do to get one; one that is not kept has no name to change."""
        self.result, self._followed = result, ()
        self._boxes, self._small = {}, {}
        self._chart, self._sentence = None, None
        clear(self._place)
        if result is None:
            self._place.addWidget(label(self._empty, "quiet"))
            return
        self.called = label(result.title, "strong")
        self.rename = icon_button("edit", say("Rename…"), say("Another name for this answer, wherever it stands"))
        self.rename.clicked.connect(self.rename_asked)
        head = row(self.called, self.rename, spacing=8)
        head.setStretch(0, 1)
        self._place.addWidget(label(say("What it says"), "heading"))
        self._place.addLayout(head)
        self.rename.setVisible(kept)  # only now: shown before it stands in the window, it would be a window and take the keyboard
        self.stale = QFrame()
        self.stale.setProperty("box", "caution")
        self.stale.setLayout(column(label(OUT_OF_DATE), margins=(12, 8, 12, 8)))
        self.stale.hide()
        named(self.stale, OUT_OF_DATE)
        self.passed_words = label(NOTHING)
        self.passed = QFrame()
        self.passed.setProperty("box", "caution")
        self.passed.setLayout(column(self.passed_words, margins=(12, 8, 12, 8)))
        self.passed.hide()
        self.otherwise_words = label(NOTHING)
        self.otherwise = QFrame()
        self.otherwise.setProperty("box", "caution")
        self.otherwise.setLayout(column(self.otherwise_words, margins=(12, 8, 12, 8)))
        self.otherwise.hide()
        self._place.addWidget(self.otherwise)
        self._place.addWidget(self.stale)
        self._place.addWidget(self.passed)
        if kept:
            self._place.addWidget(label(result.sentence))
        self.no_map = label(NO_MAP, "quiet")
        self.on_map = button(say("Show it on the map again"), name=say("Show this answer on the map again"),
                             help_text=say("In place of what was asked since"))
        self.on_map.clicked.connect(self.map_asked)
        for part in (self.no_map, self.on_map):
            part.hide()
            self._place.addWidget(part)
        known = [figure for figure in result.figures if figure.value is not None and not missing(figure.value)]
        self._add_large(known[:LARGE], ranged=kept)
        self._add_age(result)
        self._add_leads(result)
        if kept and merges(result):
            use = button(USE_AREAS, help_text=say("Every question takes them from then on; those before stay, and undo takes it back"))
            use.setObjectName("use-areas")
            use.clicked.connect(self.areas_asked)
            self._place.addWidget(use)
        if RankedList.suits(result):
            self._chart = RankedList(result)
            self._place.addWidget(self._chart)
        elif result.bars:
            chart = self._chart = BarChart(result.bars, result.bars_title, result.bars_unit)
            chart.asked.connect(lambda words: self.bar_asked.emit(words))
            self._place.addWidget(chart)
            self._place.addWidget(label(_bars_caption(result), "quiet"))
        self._add_small(known[LARGE:6])
        if not kept and result.sentence:  # below what moves, for it grows when the exact answer comes
            self._sentence = label(result.sentence)
            self._place.addWidget(self._sentence)
        self._add_unknown([figure for figure in result.figures[:6] if figure not in known])
        self._add_notes([note for note in result.notes if note.about != AGE])
        onward = button(joined([self._next, name("→")], "  "), name=self._next)
        onward.clicked.connect(self.next_asked)
        method = button(say("Show the method and sources"))
        method.clicked.connect(self.method_asked)
        self._place.addLayout(column(onward, method, spacing=8))

    def follow(self, result: Result) -> None:
        """Show an answer that follows the hand: in the same places, as long as it has the same parts."""
        parts = _parts(result)
        if self.result is None or self._followed != parts:
            self.show_result(result, kept=False)
            self._followed = parts
            return
        self.result = result
        figures = {figure.name: figure for figure in result.figures}
        for name_, box in self._boxes.items():
            box.show_figure(figures[name_])
        for name_, value in self._small.items():
            value.setText(spoken(figure_number(figures[name_])))
        if isinstance(self._chart, BarChart):
            self._chart.show_bars(result.bars, result.bars_title, result.bars_unit)
        elif self._chart is not None:
            self._chart.show_result(result)
        if self._sentence is not None:
            self._sentence.setText(written(result.sentence))

    def say_stale(self, stale: bool, passed: Said = NOTHING) -> None:
        """Say whether the rows it speaks of have changed since, and what has ended or begun since its day."""
        if self.result is not None:
            self.stale.setVisible(stale)
            self.passed_words.setText(spoken(passed))
            named(self.passed, passed)
            self.passed.setVisible(bool(passed))

    def say_otherwise(self, words: Said) -> None:
        """Say what it is an answer to, where the form above asks something else by now; no words: it does not."""
        if self.result is not None:
            self.otherwise_words.setText(spoken(words))
            named(self.otherwise, words)
            self.otherwise.setVisible(bool(words))

    def say_on_map(self, drawn: bool, shown: bool) -> None:
        """Say whether it has anything on the map, and offer to bring back what later answers switched off."""
        if self.result is not None:
            self.no_map.setVisible(not drawn)
            self.on_map.setVisible(drawn and not shown)

    def _add_large(self, figures: Sequence[KeyFigure], *, ranged: bool) -> None:
        boxes = {figure.name: FigureBox(figure, ranged=ranged) for figure in figures}
        self._boxes |= boxes
        self._place.addWidget(FigureRow(tuple(boxes.values())))

    def _add_leads(self, result: Result) -> None:
        """One press to each question that the answer leads to."""
        for lead in leads_of(result):
            press = button(lead.label, help_text=say("Asks it with the settings of this answer"))
            press.setObjectName(f"lead-{lead.analysis}")
            press.clicked.connect(partial(self.lead_asked.emit, lead))
            self._place.addWidget(press)

    def _add_small(self, figures: Sequence[KeyFigure]) -> None:
        for figure in figures:
            value = label(figure_number(figure), "strong", wrap=False)
            value.setObjectName(figure.name)
            self._small[figure.name] = value
            words = label(figure.label, "quiet")
            words.setToolTip(spoken(joined([range_words(figure), figure.note], ". ")))
            line = row(words, value, spacing=8)
            line.setStretch(0, 1)
            self._place.addLayout(line)

    def _add_unknown(self, figures: Sequence[KeyFigure]) -> None:
        """What could not be counted is named, not shown as a number."""
        if figures:
            self._place.addWidget(label(say("Not known: {figures}.", figures=joined([within(figure.label) for figure in figures], "; ")), "quiet"))

    def _add_age(self, result: Result) -> None:
        """What of it is old, with the way to newer figures."""
        if not result.old:
            return
        self.newer = button(NEWER, help_text=say("Opens the way to this year's figures"))
        self.newer.setObjectName("newer-figures")
        self.newer.clicked.connect(self.newer_asked)
        box = QFrame()
        box.setProperty("box", "caution")
        box.setLayout(column(label(result.old), self.newer, margins=(12, 8, 12, 8), spacing=6))
        named(box, result.old)
        self._place.addWidget(box)

    def _add_notes(self, notes: Sequence[Note]) -> None:
        cautions = list(dict.fromkeys(note.text for note in notes if note.kind == "caution"))
        if not cautions:
            return
        box = QFrame()
        box.setProperty("box", "raised")
        lines = [label(text, "quiet") for text in cautions[:3]]
        if len(cautions) > 3:
            lines.append(label(plural("and {n} more under the method", "and {n} more under the method", len(cautions) - 3), "quiet"))
        box.setLayout(column(label(say("Keep in mind"), "strong"), *lines, margins=(12, 10, 12, 10), spacing=5))
        self._place.addWidget(box)


def _parts(result: Result) -> tuple[object, ...]:
    """What of an answer decides which parts are shown, whatever their numbers."""
    figures = tuple((one.name, one.value is not None and not missing(one.value), bool(one.moe)) for one in result.figures)
    return figures, len(result.bars), bool(result.sentence), result.analysis


def _bars_caption(result: Result) -> Said:
    margins = any(moe is not None for _, _, moe in result.bars)
    title = name(result.bars_title).bare()
    return say("{title}. Lines show 90 % margins." if margins else "{title}.", title=title)
