"""Step 5: one file for the meeting, in the kind and language it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from attrs import frozen
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QWidget,
)

from ecomap.model.change import Change
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import format_number
from ecomap.ui.desk import Desk, Notice
from ecomap.ui.look.controls import Choices, TickBox, WholeNumber
from ecomap.ui.look.icons import icon
from ecomap.ui.look.parts import airy, button, column, follow_theme, label, row
from ecomap.ui.look.theme import look, named
from ecomap.ui.outside import open_outside
from ecomap.ui.panels.lacking import Lacking
from ecomap.ui.panels.papers import SchoolPapers
from ecomap.ui.panels.step import StepPanel
from ecomap.ui.speech import code as spoken_code
from ecomap.ui.speech import file_kinds, spoken
from ecomap.workspace import operations
from ecomap.workspace.exports import ExportReport
from ecomap.workspace.page_order import in_page_order
from ecomap.workspace.settings import LEAST_PAGE_MB, MOST_PAGE_MB


@frozen
class Kind:
    """One kind of file to share."""

    ending: str
    text: Said
    second: Said
    picture: str
    paged: bool = True  # has a title and a language


KINDS: tuple[Kind, ...] = (
    Kind(".html", say("Meeting file"), say("One HTML page with map, tables and sources. Opens without a network."), "globe"),
    Kind(".pdf", say("Report on paper"), say("A PDF with a chapter for every answer: its finding, map, chart and tables."), "paper"),
    Kind(".png", say("Picture of the map"), say("As it is on the screen, with title, legend and sources."), "picture"),
    Kind(".xlsx", say("Tables for Excel"), say("Every layer and result, one sheet each."), "table", False),
    Kind(".gpkg", say("Data for a GIS"), say("A GeoPackage with every layer and result."), "layers", False),
)
WITH_ANSWERS = (".html", ".pdf")  # the kinds that tell the answers, not only the map
LINES_IN_SIGHT = 6
LANGUAGES = (("en", "English"), ("es", "Español"))

NOTHING_TO_SHARE: Final = say("There is nothing to share yet: the project holds no data. Bring in a file first.")


class SharePanel(StepPanel):
    """What to write, with which words on top."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("Who should see this?"), say("Write what is on the map to a file that others can open."))
        self.kinds = QButtonGroup(self)
        choices: list[QPushButton] = []
        for place, kind in enumerate(KINDS):
            choice = _kind_button(kind)
            self.kinds.addButton(choice, place)
            choices.append(choice)
        choices[0].setChecked(True)
        self.title = QLineEdit()
        self.subtitle = QLineEdit()
        named(self.title, say("Title", context="page"), say("Stands on top of the page"))
        named(self.subtitle, say("Subtitle"), say("The question or the finding, below the title"))
        self.language = Choices()
        for code, own_name in LANGUAGES:
            self.language.addItem(own_name, code)
        self.language.setCurrentIndex(max(self.language.findData(spoken_code()), 0))
        named(self.language, say("Language of the file"), say("Words around the data; names stay as they are"))
        self.open_after = TickBox(spoken(say("Open it afterwards")))
        self.open_after.setChecked(True)
        named(self.open_after, say("Open it afterwards"))
        self.answers = QListWidget()
        named(self.answers, say("Answers in the file"), say("Untick what this meeting does not need; its tables, layers and lines stay away"))
        self.answers.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.answers.setWordWrap(True)
        self.answers.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.answers.itemChanged.connect(lambda _: self._remember())
        self.which = label(say("Answers in the file"), "label")
        self.earlier = button(say("Earlier"), "quiet", say("Tell the chosen answer earlier"))
        self.later = button(say("Later"), "quiet", say("Tell the chosen answer later"))
        self.earlier.clicked.connect(lambda: self._move(-1))
        self.later.clicked.connect(lambda: self._move(1))
        self.answers.currentRowChanged.connect(lambda _: self._say_moves())
        self.notes = TickBox()
        named(self.notes, say("Notes on places in the file"), say("Notes may be private: they leave only if you tick this, with their authors"))
        self.told = label(say("Everyone who has the file can read the notes, and who wrote them."), "quiet")
        self.told.hide()
        self.notes.toggled.connect(self.told.setVisible)
        self.agreed = TickBox(spoken(say("With what was agreed")))
        named(self.agreed, say("What was agreed in the file"), say("The page opens with what was agreed last time, who leads and helps, and what became of it"))
        self.agreed.setChecked(True)
        self.most_mb = WholeNumber()
        airy(self.most_mb)
        self.most_mb.setRange(LEAST_PAGE_MB, MOST_PAGE_MB)
        self.most_mb.setSuffix(f" {spoken(say('MB'))}")
        self.most_mb.setValue(desk.settings.page_mb)
        named(self.most_mb, say("Largest size of the meeting file"),
              say("Many mailboxes take 20 MB. To stay below, borders get coarser first, then tables get shorter, then later answers lose theirs; the file and this window say what"))
        self.most_mb.valueChanged.connect(self._choose_size)
        self.limit = _with_label(say("Largest file"), self.most_mb)
        self.meeting = button(say("What was agreed…"), name=say("What was agreed"), help_text=say("Write it down, see what became of it, take minutes and a calendar home"))
        self.meeting.clicked.connect(desk.agreed_asked)
        self.write = button(say("Export…"), "primary", say("Export"), name("Ctrl+E"))
        self.write.clicked.connect(self.ask_and_export)
        self.words = column(
            column(label(say("Title", context="page"), "label"), self.title, spacing=5),
            column(label(say("Subtitle"), "label"), self.subtitle, spacing=5),
            row(label(say("Language"), "label"), -1, self.language), spacing=12,
        )
        self.body.addLayout(column(*choices, spacing=6))
        self.body.addLayout(self.words)
        self.body.addLayout(column(row(self.which, -1, self.earlier, self.later), self.answers, spacing=5))
        self.body.addLayout(column(self.notes, self.told, spacing=2))
        self.body.addWidget(self.agreed)
        self.body.addWidget(self.limit)
        self.body.addWidget(self.open_after)
        self.lacking = Lacking()
        self.lacking.import_asked.connect(desk.import_asked)
        self.lacking.data_asked.connect(lambda: desk.step_asked.emit("data"))
        self.body.addWidget(self.lacking)
        self.body.addWidget(self.write)
        self.papers = SchoolPapers(desk, self.language)
        self.body.addWidget(self.papers)
        self.body.addWidget(self.meeting)
        self.kinds.idToggled.connect(lambda *_: self._fit())
        self._own_words = False
        self.title.textEdited.connect(self._edited)
        self.subtitle.textEdited.connect(self._edited)
        self._fit()

    def refresh_all(self) -> None:
        self._own_words = False
        self._suggest()
        self._list_answers()
        self._count_notes()

    def _count_notes(self) -> None:
        """Notes leave with a page only when they are asked for, each time anew."""
        count = len(self.desk.project.notes)
        self.notes.setChecked(False)
        self.notes.setText(spoken(plural("With the {n} note on places", "With the {n} notes on places", count)))
        self._fit()

    def refresh(self, change: Change) -> None:
        if change.results or change.title:
            self._suggest()
        if change.results:
            self._list_answers()
        if change.notes:
            self._count_notes()
        if change.commitments:
            self._fit()
        self._say_whether()

    def _say_whether(self) -> None:
        """Whether there is something to share; if not, what it takes."""
        self.write.setEnabled(not self.desk.empty)
        self.meeting.setEnabled(not self.desk.empty)
        self.lacking.say((), hint=NOTHING_TO_SHARE if self.desk.empty else NOTHING)
        self.papers.refresh()

    def _list_answers(self) -> None:
        """Every answer in the order in which the file tells them; ticked unless it was left out before."""
        self.answers.blockSignals(True)
        results = in_page_order(self.desk.project)
        if [self.answers.item(n).data(Qt.ItemDataRole.UserRole) for n in range(self.answers.count())] != [result.id for result in results]:
            self.answers.clear()
            for result in results:
                QListWidgetItem(self.answers).setData(Qt.ItemDataRole.UserRole, result.id)
        for place, result in enumerate(results):
            line = self.answers.item(place)
            line.setText(spoken(result.title))
            line.setToolTip(spoken(result.sentence))
            line.setCheckState(Qt.CheckState.Unchecked if result.left_out else Qt.CheckState.Checked)
        self.answers.blockSignals(False)
        rows = min(max(self.answers.count(), 1), LINES_IN_SIGHT)
        self.answers.setFixedHeight(rows * max(self.answers.sizeHintForRow(0), look().px(22)) + 2 * self.answers.frameWidth())
        self._fit()

    def _move(self, by: int) -> None:
        """Tell the chosen answer one earlier or later; the order goes with the project, and undo takes it back."""
        ids = [str(self.answers.item(n).data(Qt.ItemDataRole.UserRole)) for n in range(self.answers.count())]
        place = self.answers.currentRow()
        if not (0 <= place < len(ids) and 0 <= place + by < len(ids)):
            return
        ids[place], ids[place + by] = ids[place + by], ids[place]
        self.desk.try_apply(lambda project: operations.order_answers(project, ids), say("Change the order of the answers"))
        self.answers.setCurrentRow(place + by)
        self._say_moves()

    def _say_moves(self) -> None:
        place = self.answers.currentRow()
        self.earlier.setEnabled(place > 0)
        self.later.setEnabled(0 <= place < self.answers.count() - 1)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Ids of the answers that are not ticked."""
        lines = [self.answers.item(n) for n in range(self.answers.count())]
        return tuple(str(line.data(Qt.ItemDataRole.UserRole)) for line in lines if line.checkState() == Qt.CheckState.Unchecked)

    def _remember(self) -> None:
        """The choice belongs to the answers: it goes with the project, and undo takes it back."""
        left_out = self.left_out
        self.desk.try_apply(lambda project: operations.leave_out(project, left_out), say("Choose which answers are shared"))

    def _choose_size(self, megabytes: int) -> None:
        """How large a file may be goes with whoever sends it, not with the project."""
        self.desk.settings.page_mb = megabytes

    def _edited(self) -> None:
        self._own_words = True

    def _suggest(self) -> None:
        """The words the page would get by itself, as long as nobody wrote others."""
        self._say_whether()
        if self._own_words:
            return
        project = self.desk.project
        self.title.setText(spoken(name(project.title)))
        self.subtitle.setText(spoken(project.results[-1].sentence) if project.results else "")
        self.title.setCursorPosition(0)
        self.subtitle.setCursorPosition(0)

    @property
    def kind(self) -> Kind:
        return KINDS[self.kinds.checkedId()]

    def _fit(self) -> None:
        for box in (self.title, self.subtitle, self.language):
            box.setEnabled(self.kind.paged)
        self._say_moves()
        for part in (self.which, self.answers, self.earlier, self.later):
            part.setVisible(self.kind.ending in WITH_ANSWERS and self.answers.count() > 1)
        noted = self.kind.paged and bool(self.desk.project.notes)
        self.notes.setVisible(noted)
        self.told.setVisible(noted and self.notes.isChecked())
        self.limit.setVisible(self.kind.ending == ".html")
        self.agreed.setVisible(self.kind.ending == ".html" and bool(self.desk.project.commitments))

    def ask_and_export(self) -> None:
        """Ask where to, then write."""
        kind = self.kind
        folder = Path(self.desk.settings.last_folder or Path.home())
        stem = "".join(c if c.isalnum() or c in " -_" else "" for c in self.desk.project.title).strip() or "EcoMap"
        file = f"{stem.lower().replace(' ', '-')}{kind.ending}"
        chosen, _ = QFileDialog.getSaveFileName(
            self, spoken(kind.text), str(folder / file), file_kinds((kind.text, f"*{kind.ending}")))
        if chosen:
            self.export(Path(chosen) if chosen.endswith(kind.ending) else Path(chosen + kind.ending))

    def export(self, path: Path) -> None:
        """Write the file in the background and say when it is there."""
        words: dict[str, Any] = {"title": self.title.text(), "subtitle": self.subtitle.text(),
                 "language": str(self.language.currentData())} if self.kind.paged else {}
        if self.kind.ending in WITH_ANSWERS:
            words["left_out"] = self.left_out
        if self.kind.paged and self.desk.project.notes:
            words["notes"] = self.notes.isChecked()
        words["agreed"] = self.agreed.isChecked()
        if self.kind.ending == ".html":
            words["most_mb"] = self.most_mb.value()
        self.desk.settings.last_folder = str(path.parent)

        def written(report: ExportReport) -> None:
            size = path.stat().st_size / 1e6
            self.desk.say(
                Notice("note", say("Wrote {file} ({size} MB).", file=name(path.name), size=format_number(size, digits=1)),
                       joined([name(path.parent), *report.gave_way]), say("Open"), lambda: open_outside(self.desk, path))
            )
            if self.open_after.isChecked():
                open_outside(self.desk, path)

        self.desk.write(path, written, **words)


def _with_label(words: Said, box: QWidget) -> QWidget:
    """A box with its words before it, to be shown and hidden together."""
    made = QWidget()
    made.setLayout(row(label(words, "label"), -1, box))
    return made


def _kind_button(kind: Kind) -> QPushButton:
    made = button(NOTHING, "choice", joined([kind.text, kind.second], ": "))
    made.setCheckable(True)
    made.setMinimumHeight(look().px(64))
    sign = label(NOTHING, wrap=False)

    def dress() -> None:
        picture = icon(kind.picture, "text").pixmap(20, 20)
        sign.setPixmap(picture)

    dress()
    follow_theme(made, dress)
    words = column(label(kind.text, "strong"), label(kind.second, "quiet"), spacing=1)
    inside = row(sign, words, margins=(12, 7, 12, 7), spacing=12)
    inside.setStretch(1, 1)
    made.setLayout(inside)
    return made
