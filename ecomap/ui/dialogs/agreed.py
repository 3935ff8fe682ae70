"""What was agreed, in a list beside the map: written down, done, dropped, brought in from partners, and taken home."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QListWidget, QListWidgetItem, QWidget

from ecomap.model.change import Change
from ecomap.model.commitment import DONE, DROPPED, OPEN, in_order
from ecomap.model.progress import Progress
from ecomap.model.said import Said, name, say
from ecomap.render.words.agreed import AGREED, NO_ORDER, counted_words, short_words
from ecomap.ui.desk import Desk, Notice
from ecomap.ui.dialogs.agreed_file import AgreedFileDialog
from ecomap.ui.dialogs.commitment import WRITE_DOWN, CommitmentDialog, ReasonDialog
from ecomap.ui.look.parts import button, column, label, row, rule
from ecomap.ui.look.theme import look, named
from ecomap.ui.speech import code, file_kinds, spoken
from ecomap.ui.standing import sized
from ecomap.workspace import agreed_files, commitments, minutes

_KEY: Final = Qt.ItemDataRole.UserRole
_ROWS: Final = 4  # of the list that stay in sight with large text on a small screen
PARTNERS_FILES: Final = ((say("Tables"), "*.xlsx *.csv *.ods *.xls *.tsv"),)
EXCEL, CSV = (name("Excel"), "*.xlsx"), (name("CSV"), "*.csv")
PAPER, WORD, DAYS = (name("PDF"), "*.pdf"), (name("Word"), "*.docx"), (say("Calendar"), "*.ics")


class AgreedDialog(QDialog):
    """Stays open beside the map; every change goes through undo and shows here at once. ``see`` shows a place: layer, feature."""

    def __init__(self, parent: QWidget, desk: Desk, see: Callable[[str, str], None]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(spoken(AGREED))
        self._desk, self._see = desk, see
        self.counted = label(AGREED, "strong")
        self.agreed = QListWidget()
        self.agreed.setObjectName("answers")
        self.agreed.setWordWrap(True)
        self.agreed.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.agreed.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.agreed.setMinimumHeight(look().px(22) * _ROWS)
        self.agreed.setSpacing(4)
        named(self.agreed, AGREED, NO_ORDER)
        self.write = button(say("Write down…"), "primary", WRITE_DOWN)
        self.change = button(say("Change…"), name=say("Change what was agreed"))
        self.finish = button(say("Done", context="agreed"), help_text=say("It is done, today"))
        self.drop = button(say("Dropped…"), help_text=say("It was given up; say why"))
        self.reopen = button(say("Open again"), help_text=say("It is still to be done"))
        self.show_place = button(say("Show on the map"))
        self.bring = button(say("Bring in a file…"), help_text=say("A table that a partner filled in; rows that do not fit are asked about"))
        self.template = button(say("Table for partners…"), help_text=say("A workbook or CSV for partners to fill in, with what was agreed in it"))
        self.minutes = button(say("Minutes…"), help_text=say("One page with what was agreed last time and what became of it, as PDF or to write on"))
        self.calendar = button(say("Calendar…"), help_text=say("A calendar file with a day for everything that has one"))
        places = column(
            self.counted, label(NO_ORDER, "quiet"), self.agreed, row(self.write, self.change, self.show_place, -1, spacing=8),
            row(self.finish, self.drop, self.reopen, -1, spacing=8), rule(),
            row(self.bring, self.template, -1, spacing=8), row(self.minutes, self.calendar, -1, spacing=8),
            margins=(16, 14, 16, 14), spacing=10,
        )
        places.setStretch(2, 1)
        self.setLayout(places)
        self._join()
        sized(self, 500, 560)
        self._fill()

    def _join(self) -> None:
        for control, do in (
            (self.write, lambda: CommitmentDialog(self, self._desk).open()), (self.change, self._change), (self.finish, lambda: self._settle(DONE)),
            (self.drop, self._drop), (self.reopen, lambda: self._settle(OPEN)), (self.show_place, self._show), (self.bring, self._ask_file),
            (self.template, self._ask_template), (self.minutes, self._ask_minutes), (self.calendar, self._ask_calendar),
        ):
            control.clicked.connect(lambda _checked=False, do=do: do())
        self.agreed.itemActivated.connect(lambda _: self._change())
        self.agreed.currentRowChanged.connect(lambda _: self._enable())
        self._desk.changed.connect(self._on_change)
        self._desk.replaced.connect(self.reject)

    def _on_change(self, change: Change) -> None:
        if change.commitments or change.day:
            self._fill()

    def _fill(self) -> None:
        project, before = self._desk.project, self.chosen
        day = commitments.as_of(project)
        blocked = self.agreed.blockSignals(True)
        self.agreed.clear()
        for one in in_order(project.commitments):
            item = QListWidgetItem(spoken(short_words(one, day)), self.agreed)
            item.setData(_KEY, one.id)
            if one.id == before:
                self.agreed.setCurrentItem(item)
        self.agreed.blockSignals(blocked)
        self.counted.setText(spoken(counted_words(project.commitments, day)))
        self._enable()

    @property
    def chosen(self) -> str:
        """Id of the one that is chosen; "" where none is."""
        item = self.agreed.currentItem()
        return str(item.data(_KEY)) if item is not None else ""

    def _enable(self) -> None:
        some, key = bool(self._desk.project.commitments), self.chosen
        one = commitments.commitment(self._desk.project, key) if key else None
        self.change.setEnabled(one is not None)
        self.show_place.setEnabled(one is not None and bool(one.feature) and self._desk.project.has_layer(one.layer))
        self.finish.setEnabled(one is not None and one.state != DONE)
        self.drop.setEnabled(one is not None and one.state != DROPPED)
        self.reopen.setEnabled(one is not None and one.state != OPEN)
        self.minutes.setEnabled(some)
        self.calendar.setEnabled(any(one.due for one in self._desk.project.commitments))

    # --- one of them ---------------------------------------------------------------------------------------------

    def _change(self) -> None:
        if self.chosen:
            CommitmentDialog(self, self._desk, self.chosen).open()

    def _show(self) -> None:
        if self.chosen:
            one = commitments.commitment(self._desk.project, self.chosen)
            self._see(one.layer, one.feature)

    def _drop(self) -> None:
        key = self.chosen
        if key:
            ReasonDialog(self, commitments.commitment(self._desk.project, key).what, lambda reason: self._settle(DROPPED, reason, key)).open()

    def _settle(self, state: str, reason: str = "", key: str = "") -> None:
        key = key or self.chosen
        words = {DONE: say("What was agreed is done"), DROPPED: say("What was agreed is dropped"), OPEN: say("What was agreed is open again")}
        if key:
            self._desk.try_apply(lambda project: commitments.settle(project, key, state, reason), words[state])

    # --- files ---------------------------------------------------------------------------------------------------

    def _ask_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, spoken(say("Bring in a file")), self._folder, file_kinds(*PARTNERS_FILES))
        if chosen:
            self.bring_in(Path(chosen))

    def bring_in(self, path: Path) -> None:
        """Read a partner's file; what fits comes in at once where nothing is asked, else it is asked first."""
        desk = self._desk
        project = desk.project

        def read(progress: Progress) -> tuple[object, agreed_files.IncomingAgreed]:
            file = agreed_files.read_file(path, progress)
            return file, agreed_files.understood(project, file)

        def arrived(found: tuple[object, agreed_files.IncomingAgreed]) -> None:
            AgreedFileDialog(self, desk, *found).open()

        desk.reader.start(say("Reading {file}", file=name(path.name)), read, done=arrived, failed=desk.say_problem)

    def _ask_template(self) -> None:
        self._ask_where(say("Table for partners"), "what-was-agreed.xlsx", (EXCEL, CSV), self.write_template)

    def write_template(self, path: Path) -> None:
        project, language = self._desk.project, code()
        self._write(path, lambda: agreed_files.write_file(project, path, language=language))

    def _ask_minutes(self) -> None:
        self._ask_where(say("Minutes"), "minutes.pdf", (PAPER, WORD), self.write_minutes)

    def write_minutes(self, path: Path) -> None:
        project, language = self._desk.project, code()
        self._write(path, lambda: minutes.write_minutes(project, path, language=language))

    def _ask_calendar(self) -> None:
        self._ask_where(say("Calendar"), "what-was-agreed.ics", (DAYS,), self.write_calendar)

    def write_calendar(self, path: Path) -> None:
        project, language = self._desk.project, code()
        self._write(path, lambda: minutes.write_calendar(project, path, language=language))

    def _ask_where(self, title: Said, file: str, kinds: tuple[tuple[Said, str], ...], write: Callable[[Path], None]) -> None:
        chosen, kind = QFileDialog.getSaveFileName(self, spoken(title), str(Path(self._folder) / file), file_kinds(*kinds))
        if chosen:
            endings = [ending.removeprefix("*") for _, ending in kinds]
            path = Path(chosen)
            meant = next((ending for ending in endings if ending in kind), endings[0])
            write(path if path.suffix.lower() in endings else path.with_name(path.name + meant))

    def _write(self, path: Path, work: Callable[[], object]) -> None:
        desk = self._desk
        desk.settings.last_folder = str(path.parent)
        desk.reader.start(say("Writing {file}", file=name(path.name)), lambda _progress: work(), failed=desk.say_problem,
                          done=lambda _: desk.say(Notice("note", say("Wrote {file}.", file=name(path.name)), name(path.parent))))

    @property
    def _folder(self) -> str:
        return self._desk.settings.last_folder or str(Path.home())
