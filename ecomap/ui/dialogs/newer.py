"""What is new in a newer list of the things of a layer: in words, in counts and row by row, before anything is replaced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from attrs import evolve
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from ecomap.model.errors import EcoMapError
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.report import ImportReport
from ecomap.model.said import NOTHING, Said, name, say
from ecomap.model.units import format_number
from ecomap.ui.desk import Desk
from ecomap.ui.look.controls import Choices, FormDialog, TabPages, TickBox
from ecomap.ui.look.parts import Scroll, button, clear, column, label, row
from ecomap.ui.look.theme import look, named
from ecomap.ui.speech import spoken
from ecomap.ui.standing import sized
from ecomap.workspace.newer import words
from ecomap.workspace.newer.comparing import whats_new
from ecomap.workspace.newer.keeping import keep_both, replace_layer
from ecomap.workspace.newer.news import ADDED, GONE, KINDS, MOVED, OPEN, REDRAWN, News, Options

_MOST: Final = 2_000     # rows that are listed; the rest are counted
_AGAIN_MS: Final = 250   # a second choice soon after the first is looked at together with it
_DISTANCES: Final = (100.0, 250.0, 500.0, 1_000.0, 2_000.0)
_WHAT, _NAME, _CODE, _MORE = range(4)


class NewerSource(FormDialog):
    """What a layer is compared with: a file, or another layer of its kind.

    Parameters
    ----------
    with_file, with_layer : callable
        Are given what was chosen.
    """

    def __init__(self, parent: QWidget, desk: Desk, layer_id: str, folder: str, kinds: str,
                 with_file: Callable[[Path], None], with_layer: Callable[[str], None]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        layer = desk.project.layer(layer_id)
        self.setWindowTitle(spoken(say("What is new?")))
        self._folder, self._kinds, self._with_file, self._with_layer = folder, kinds, with_file, with_layer
        others = [one for one in desk.project.layers if one.role == layer.role and one.id != layer_id and not one.result_id]
        self.file = button(say("Choose a newer file…"), "primary")
        self.file.clicked.connect(self._choose)
        self.others = Choices()
        for one in others:
            self.others.addItem(spoken(one.name), one.id)
        named(self.others, say("Another layer of the project"), say("The newer list, where it is in the project already"))
        self.go = button(say("Compare with it"))
        self.go.clicked.connect(self._take_layer)
        beside = QWidget()
        beside.setLayout(column(label(say("Or a layer that is here already"), "label"), row(self.others, self.go), spacing=5))
        beside.setVisible(bool(others))
        leave = button(say("Cancel"))
        leave.clicked.connect(self.reject)
        self.setLayout(column(
            label(say("What is new in “{layer}”?", layer=layer.name), "title"),
            label(say("A newer list of the same things is laid beside the layer: what came, what went, what moved, which numbers changed by more than their "
                      "error, and which answers would change. Nothing is replaced before you have seen it.")),
            self.file, beside, -1, row(-1, leave), margins=(22, 18, 22, 18), spacing=14))
        sized(self, 520, 300)

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, spoken(say("Choose a newer file")), self._folder, self._kinds)
        if chosen:
            self.accept()
            self._with_file(Path(chosen))

    def _take_layer(self) -> None:
        other = str(self.others.currentData())
        self.accept()
        self._with_layer(other)


class NewsDialog(FormDialog):
    """What was found, with the choices that change it; replaces the layer or keeps both only when the planner says so."""

    def __init__(self, parent: QWidget, desk: Desk, news: News) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(spoken(say("What is new?")))
        self.desk, self.news = desk, news
        self.options: Options = news.options
        self.choices: dict[str, QComboBox] = {}
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_AGAIN_MS)
        self._later.timeout.connect(self._look_again)
        self.title = label(say("What is new in “{layer}”?", layer=news.layer_name), "title")
        self.headline = label(NOTHING)
        self.headline.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.counts = row(spacing=26)
        self._make_options()
        self._make_tabs()
        self._make_end()
        self._lay_out()
        self._fill()

    # --- parts -------------------------------------------------------------------------------------------------------

    def _make_options(self) -> None:
        self.vintage = QLineEdit(self.options.vintage)
        self.vintage.setPlaceholderText(spoken(say("such as 2025-26")))
        named(self.vintage, say("Of which year is the newer list?"), say("Kept with its numbers, and said in every answer"))
        self.vintage.editingFinished.connect(lambda: self._chosen(evolve(self.options, vintage=self.vintage.text().strip())))
        self.moved = Choices()
        for metres in sorted({*_DISTANCES, self.options.moved_m}):
            self.moved.addItem(spoken(format_number(metres, "m")), metres)
        self.moved.setCurrentIndex(self.moved.findData(self.options.moved_m))
        named(self.moved, say("Moved means farther than"), say("From more than this distance on a thing has moved"))
        self.moved.activated.connect(lambda _: self._chosen(evolve(self.options, moved_m=float(self.moved.currentData()))))
        self.everywhere = TickBox(spoken(say("Take rows on other ground too")))
        named(self.everywhere, say("Take rows on other ground too"), say("The newer list may be of a larger place than the layer"))
        self.everywhere.setChecked(not self.options.here_only)
        self.everywhere.toggled.connect(lambda on: self._chosen(evolve(self.options, here_only=not on)))
        self.keep = TickBox(spoken(say("Keep columns that it does not have")))
        named(self.keep, say("Keep columns that it does not have"), say("With their former values, at the rows that both have"))
        self.keep.setChecked(self.options.keep_columns)
        self.keep.toggled.connect(lambda on: self._chosen(evolve(self.options, keep_columns=on)))
        self.carry = button(say("Carry the numbers over and compare"))
        self.carry.clicked.connect(lambda: self._chosen(evolve(self.options, carry=True)))

    def _make_tabs(self) -> None:
        self.rows = _table((say("What"), say("Name"), say("Code"), say("More")), say("Row by row"))
        self.numbers, self.answers, self.mind = (QWidget() for _ in range(3))
        self._lines = {widget: column(spacing=10, margins=(2, 8, 8, 8)) for widget in (self.numbers, self.answers, self.mind)}
        for widget, places in self._lines.items():
            widget.setLayout(places)
        self.tabs = TabPages()
        self.tabs.setDocumentMode(True)
        named(self.tabs, say("What is new"))
        for inside, title in ((self.rows, say("Rows")), (Scroll(self.numbers, say("Numbers")), say("Numbers")),
                              (Scroll(self.answers, say("Answers")), say("Answers")), (Scroll(self.mind, say("Keep in mind")), say("Keep in mind"))):
            self.tabs.addTab(inside, spoken(title))

    def _make_end(self) -> None:
        self.working = label(NOTHING, "quiet", wrap=False)
        self.leave = button(say("Leave it as it is"))
        self.leave.clicked.connect(self.reject)
        self.both = button(say("Keep both"), help_text=say("The newer list becomes a layer of its own"))
        self.both.clicked.connect(self._keep_both)
        self.replace = button(say("Replace"), "primary", say("Replace the layer by the newer list"), say("One step of undo brings the former rows back"))
        self.replace.clicked.connect(self._replace)

    def _lay_out(self) -> None:
        box = QFrame()
        box.setProperty("box", "raised")
        form = column(
            label(say("Of which year is the newer list?"), "label"), self.vintage, label(say("Moved means farther than"), "label"), self.moved,
            self.everywhere, self.keep, self.carry, -1, margins=(12, 10, 12, 12), spacing=6)
        box.setLayout(form)
        halves = row(box, self.tabs, spacing=18)
        halves.setStretch(0, 3)
        halves.setStretch(1, 9)
        places = column(self.title, self.headline, self.counts, halves, row(self.working, -1, self.leave, self.both, self.replace),
                        margins=(22, 18, 22, 16), spacing=12)
        places.setStretch(3, 1)
        self.setLayout(places)
        screen = self.screen().availableGeometry()
        self.resize(min(look().px(1080), screen.width()), min(look().px(680), screen.height()))

    # --- what is shown -----------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        news = self.news
        self.headline.setText(spoken(words.headline(news)))
        self._fill_counts()
        self._fill_rows()
        self._say_lines(self.numbers, [words.column_line(one) for one in news.columns], say("No column of numbers is in both."))
        self._fill_answers()
        mind = [*words.caution_lines(news), *(words.leaning_line(line) for line in words.leaning_lines(news))]
        self._say_lines(self.mind, mind, say("Nothing in particular."))
        for place, count in enumerate((len(news.rows), len(news.columns), len(news.answers_changed), len(mind))):
            title = (say("Rows"), say("Numbers"), say("Answers"), say("Keep in mind"))[place]
            self.tabs.setTabText(place, spoken(say("{title} ({count})", title=title, count=format_number(count)) if count else title))
        self.moved.setEnabled(news.points)
        self.everywhere.setVisible(bool(news.elsewhere))
        self.keep.setVisible(bool(news.columns_gone) or self.options.keep_columns)
        self.carry.setVisible(news.other_census is not None and news.other_census.carries)
        self.both.setVisible(news.understood is not None and news.understood.imported is not None and not news.understood.imported.joins)
        self.replace.setEnabled(news.candidate is not None)

    def _fill_counts(self) -> None:
        clear(self.counts)
        if self.news.other_census is not None:
            return
        wanted = [kind for kind in KINDS if self.news.count(kind) or kind in (ADDED, GONE) or kind == (MOVED if self.news.points else REDRAWN)]
        for kind in wanted:
            self.counts.addLayout(column(label(format_number(self.news.count(kind)), "strong", wrap=False),
                                         label(words.KIND_WORDS[kind], "quiet", wrap=False), spacing=0))
        self.counts.addStretch(1)

    def _fill_rows(self) -> None:
        shown = self.news.rows[:_MOST]
        self.choices.clear()
        self.rows.setRowCount(0)
        self.rows.setRowCount(len(shown))
        for line, one in enumerate(shown):
            known, code = one.name or one.former_name, one.id or one.former_id
            for place, text in ((_WHAT, words.KIND_WORDS[one.kind]), (_NAME, name(known or code)), (_CODE, name(code)), (_MORE, words.row_more(one))):
                item = QTableWidgetItem(spoken(text))
                item.setToolTip(spoken(words.row_line(one)))
                self.rows.setItem(line, place, item)
            if one.kind == OPEN:
                self.rows.setCellWidget(line, _MORE, self._candidates(one.former_id, known, one.candidates))

    def _candidates(self, former: str, called: str, candidates: Sequence[tuple[str, str]]) -> QWidget:
        """The rows that a former one could be, to choose from."""
        box = Choices()
        box.addItem(spoken(say("Which one is it?")), None)
        for key, other in candidates:
            box.addItem(spoken(say("{name} ({code})", name=name(other or key), code=name(key))), key)
        box.addItem(spoken(say("None of them: it is gone")), "")
        named(box, say("Which newer row is {name}?", name=name(called or former)))
        box.activated.connect(lambda _: self._settled(former, box.currentData()))
        self.choices[former] = box
        return box

    def _fill_answers(self) -> None:
        places = self._lines[self.answers]
        clear(places)
        for one in self.news.answers:
            lines = [label(line, "quiet") for line in words.answer_lines(one)]
            places.addLayout(column(label(one.title, "strong"), *lines, spacing=2))
        if not self.news.answers:
            places.addWidget(label(say("No answer of this project rests on the layer."), "quiet"))
        places.addStretch(1)

    def _say_lines(self, widget: QWidget, lines: Sequence[Said], nothing: Said) -> None:
        places = self._lines[widget]
        clear(places)
        for line in lines or (nothing,):
            places.addWidget(label(line, "" if lines else "quiet"))
        places.addStretch(1)

    # --- what the planner says ---------------------------------------------------------------------------------------

    def _settled(self, former: str, newer: str | None) -> None:
        """Which newer row a former one is; "" where it is none of them, None where nothing was said."""
        if newer is not None:
            self._chosen(evolve(self.options, same={**self.options.same, former: newer}))

    def _chosen(self, options: Options) -> None:
        """Something was settled: compare again, in the background."""
        if options == self.options:
            return
        self.options = options
        self._busy(True)
        self._later.start()

    def _busy(self, busy: bool) -> None:
        self.working.setText(spoken(say("Looking again…")) if busy else "")
        for one in (self.replace, self.both):
            one.setEnabled(not busy)

    def _look_again(self) -> None:
        if self.desk.worker.busy:
            self._later.start()
            return
        options, project, news = self.options, self.desk.project, self.news

        def look_into(progress: Progress) -> News:
            return whats_new(project, news.layer_id, news.understood or news.other_layer, options, progress=progress)

        def done(found: News) -> None:
            self._busy(False)
            self.news = found
            self._fill()

        def refused(problem: EcoMapError) -> None:
            self._busy(False)
            self.options = self.news.options
            self.working.setText(spoken(problem.said))

        def stopped() -> None:
            self._busy(False)
            self.options = self.news.options

        self.desk.worker.start(say("Comparing with the newer list"), look_into, done=done, failed=refused, stopped=stopped)

    def _replace(self) -> None:
        self._do(lambda: replace_layer(self.desk.project, self.news), say("Replace “{layer}”", layer=self.news.layer_name))

    def _keep_both(self) -> None:
        self._do(lambda: keep_both(self.desk.project, self.news), say("Import “{layer}”", layer=self.news.newer_name))

    def _do(self, verb: Callable[[], tuple[Project, ImportReport]], undo: Said) -> None:
        try:
            after, report = verb()
        except EcoMapError as problem:
            self.working.setText(spoken(problem.said))
            return
        self.desk.last_import = report
        self.desk.apply(after, undo)
        self.desk.imported.emit(report)
        self.desk.step_asked.emit("data")
        self.accept()


def _table(heads: Sequence[Said], called: Said) -> QTableWidget:
    """A table that is read, not written; the name takes what is left."""
    table = QTableWidget(0, len(heads))
    table.setHorizontalHeaderLabels([spoken(head) for head in heads])
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(look().px(26))
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    head = table.horizontalHeader()
    head.setMaximumSectionSize(look().px(260))
    for place in (_WHAT, _CODE, _MORE):
        head.setSectionResizeMode(place, QHeaderView.ResizeMode.ResizeToContents)
    head.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
    named(table, called)
    return table
