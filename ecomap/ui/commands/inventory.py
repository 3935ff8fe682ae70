"""What the window does with the asset inventory: rows looked at, added, changed; templates read and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QFileDialog

from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.said import Said, name, plural, say
from ecomap.model.vocabulary import ORGANISATION, SCHOOL
from ecomap.ui.commands.stage import Stage
from ecomap.ui.desk import Desk, Notice
from ecomap.ui.dialogs.inventory import AT_A_SCHOOL, InventoryDialog, holds
from ecomap.ui.dialogs.review import ReviewDialog
from ecomap.ui.dialogs.rows import RowsDialog, rows_at_school
from ecomap.ui.panels.data import DataPanel
from ecomap.ui.speech import ALL_FILES, file_kinds, spoken
from ecomap.workspace import inventory, inventory_review, inventory_tables

if TYPE_CHECKING:
    from ecomap.workspace.inventory import InventoryReport

INVENTORY_FILES: Final = (say("Templates and directories"), "*.xlsx *.csv *.json *.zip"), (ALL_FILES, "*")


class InventoryCommands:
    """The verbs of the inventory."""

    def __init__(self, window: Stage, undo: Callable[[], None]) -> None:
        self.window = window
        self._undo = undo

    @property
    def _desk(self) -> Desk:
        return self.window.desk

    @property
    def _folder(self) -> str:
        return self._desk.settings.last_folder or str(Path.home())

    # --- the rows behind a number ----------------------------------------------------------------------------------

    def show_rows(self, what: Said, refs: str) -> None:
        """Open the records that a number counts."""
        RowsDialog(self.window, self._desk.project, what, refs, self.change_row, self._can_change).open()

    def show_record(self, school: str) -> None:
        """Open what the inventory says of a school."""
        project = self._desk.project
        self.show_rows(say("On record at {school}", school=name(inventory_tables.project_schools(project).get(school, school))), rows_at_school(project, school))

    def _can_change(self, layer: Layer) -> bool:
        return holds(layer.role) and self._desk.project.layers_of(layer.role)[0].id == layer.id

    # --- the inventory -------------------------------------------------------------------------------------------

    def add_at_school(self, school: str) -> None:
        """Write down who works at a school."""
        InventoryDialog(self.window, self._desk, AT_A_SCHOOL[0], school=school, roles=AT_A_SCHOOL).open()

    def change_row(self, layer_id: str, row_id: str) -> None:
        """Change, end or take out a row of the inventory."""
        InventoryDialog(self.window, self._desk, self._desk.project.layer(layer_id).role, row_id=row_id).open()

    def do_inventory_add(self) -> None:
        layer_id, ids = self._desk.selection
        at = ids[0] if layer_id and len(ids) == 1 and self._desk.project.layer(layer_id).role == SCHOOL else ""
        if at:
            self.add_at_school(at)
        else:
            InventoryDialog(self.window, self._desk, ORGANISATION).open()

    def do_inventory_read(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self.window, spoken(say("Read a filled template")), self._folder, file_kinds(*INVENTORY_FILES))
        if chosen:
            self.read_inventory(Path(chosen))

    def read_inventory(self, path: Path, sheet: str = "") -> None:
        """Bring a template, an Open Referral directory or a partner's list into the inventory."""
        before = self._desk.project

        def arrived(answer: tuple[Project, InventoryReport]) -> None:
            after, report = answer
            if self._desk.project is not before:
                self._desk.say(Notice("caution", say("{file} was read, but the project changed meanwhile.", file=name(path.name)), say("Read it again.")))
                return
            self._desk.apply(after, say("Read {file}", file=name(path.name)))
            data = self.window.panels["data"]
            assert isinstance(data, DataPanel)
            data.show_reports(report.tables, name(report.sentence))
            waiting = len(report.waiting)
            self._desk.say(Notice("caution" if waiting else "note", name(report.sentence), say("Step 1 says table by table what became of its rows."), say("Undo"), self._undo))
            if waiting:
                self.do_inventory_review()

        self._desk.worker.start(
            say("Reading {file}", file=name(path.name)), lambda progress: inventory.import_inventory(before, path, sheet=sheet, progress=progress),
            done=arrived, failed=self._desk.say_problem,
        )

    def do_inventory_review(self) -> None:
        before = self._desk.project

        def found(waiting: tuple[inventory_review.Sides, ...]) -> None:
            if waiting and self._desk.project is before:
                ReviewDialog(self.window, self._desk, waiting, self.decide).open()
            else:
                self._desk.say(Notice("note", say("There is nothing to decide."), say("Questions come up when a file says something else than the project.")))

        self._desk.worker.start(say("Laying out the review list"), lambda _progress: inventory_review.open_questions(before),
                                done=found, failed=self._desk.say_problem)

    def decide(self, answers: Mapping[str, str]) -> None:
        """Do what was decided on the review list, as one step to undo."""
        before = self._desk.project
        words = plural("{n} decision of the review list", "{n} decisions of the review list", len(answers))

        def done(after: Project) -> None:
            if self._desk.project is not before:
                self._desk.say(Notice("caution", say("The project changed meanwhile, so nothing was decided."), say("Open the review list again.")))
                return
            self._desk.apply(after, words.capitalize())
            left = len(inventory_review.open_questions(after))
            self._desk.say(Notice("note", say("Done: {decisions}.", decisions=words), plural("{n} still to decide.", "{n} still to decide.", left) if left else say("Nothing is left to decide."),
                                say("Undo"), self._undo))

        self._desk.worker.start(say("Merging"), lambda _progress: inventory_review.decide(before, answers),
                                done=done, failed=self._desk.say_problem)

    def do_inventory_write(self) -> None:
        start = str(Path(self._folder) / "who-is-where.xlsx")
        chosen, _ = QFileDialog.getSaveFileName(self.window, spoken(say("Write a template for partners")), start, file_kinds((name("Excel"), "*.xlsx")))
        if chosen:
            self.write_inventory(Path(chosen if chosen.endswith(".xlsx") else chosen + ".xlsx"))

    def write_inventory(self, path: Path) -> None:
        """Write the template with what the project holds."""
        project = self._desk.project
        self._desk.worker.start(
            say("Writing {file}", file=name(path.name)), lambda _progress: inventory.export_template(project, path),
            done=lambda rows: self._desk.say(Notice("note", plural("Wrote {file} with {n} rows.", "Wrote {file} with {n} rows.", rows, file=name(path.name)), name(path.parent))),
            failed=self._desk.say_problem,
        )
