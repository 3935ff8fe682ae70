"""Papers about schools out of the window: asked where to, written in the background, said when they are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.model.vocabulary import SCHOOL
from ecomap.ui.desk import Desk, Notice
from ecomap.ui.outside import open_outside
from ecomap.ui.speech import code, file_kinds, spoken

if TYPE_CHECKING:
    from ecomap.model.progress import Progress
    from ecomap.model.project import Project
    from ecomap.workspace.briefs.writing import BriefReport
    from ecomap.workspace.releases import Leaving

BRIEF, ASSESSMENT = "brief", "assessment"
TITLES = {BRIEF: say("Brief of a school"), ASSESSMENT: say("Needs and assets assessment")}
PDF, DOCX = ".pdf", ".docx"
FORMATS = {PDF: say("PDF, to read and print"), DOCX: say("Word file, to edit")}


def paper_actions(desk: Desk, layer_id: str, school: str, parent: QWidget) -> tuple[tuple[Said, Callable[[], None]], ...]:
    """Words and deed of the papers of a school, where its list is the one that papers are about."""
    if desk.project.layers_of(SCHOOL)[0].id != layer_id:
        return ()
    return tuple((joined([words, "…"], ""), partial(ask_for_one, desk, school, kind, parent)) for kind, words in TITLES.items())


def ask_for_one(desk: Desk, school: str, kind: str, parent: QWidget) -> None:
    """Ask for a file, then write the paper of one school into it, in the language of the window."""
    from ecomap.workspace.exports import file_stem

    layer = desk.project.layers_of(SCHOOL)[0]
    frame = desk.project.frame(layer.id)
    called = [str(one) for one in frame.loc[frame["id"].astype(str) == school, "name"]]
    start = Path(desk.settings.last_folder or Path.home()) / f"{file_stem(called[0] if called else school)}-{kind}{PDF}"
    chosen, picked = QFileDialog.getSaveFileName(parent, spoken(TITLES[kind]), str(start), file_kinds(*((words, f"*{ending}") for ending, words in FORMATS.items())))
    if chosen:
        ending = DOCX if picked.endswith("(*.docx)") and Path(chosen).suffix.lower() != PDF else PDF
        path = Path(chosen)
        write(desk, path if path.suffix.lower() in FORMATS else path.with_name(path.name + ending), [school], kind, language=code())


def write(desk: Desk, path: Path, schools: Sequence[str] | None, kind: str, *, language: str, one_file: bool = False, ending: str = PDF) -> None:
    """Write papers in the background and say when they are there; the project notes that they have left."""
    from ecomap.workspace import operations

    project = desk.project
    desk.settings.last_folder = str(path.parent)

    def work(progress: Progress) -> tuple[BriefReport, Leaving, Project]:
        from ecomap.workspace.briefs.writing import written_briefs  # heavy

        report, left = written_briefs(project, schools, path, kind=kind, language=language, one_file=one_file, ending=ending, progress=progress)
        return report, left, operations.noted(project, left)  # here, for a long ledger takes longer than the window may stand still

    def done(made: tuple[BriefReport, Leaving, Project]) -> None:
        report, left, after = made
        after = after if desk.project is project else operations.noted(desk.project, left)
        desk.workspace.note(after, say("Write {file}", file=name(path.name)))
        more: Said = report.notes[0] if report.notes else NOTHING
        desk.say(Notice("note", report.sentence, more, say("Open it"), lambda: open_outside(desk, path)))

    desk.worker.start(say("Writing {file}", file=name(path.name)), work, done=done, failed=desk.say_problem)
