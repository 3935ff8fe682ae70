"""Papers about one school or about all, as PDF or editable text: one file each or all in one, with progress, and noted in the ledger."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, frozen

from ecomap.model import leftovers
from ecomap.model.dates import today
from ecomap.model.errors import InputError
from ecomap.model.files import put_in_place, replaced, write_whole
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.record import Made
from ecomap.model.said import Said, name, plural, say
from ecomap.render.typeset.document import (
    Attachment,
    Document,
)
from ecomap.workspace.briefs.asking import asked, with_released, without_circles
from ecomap.workspace.briefs.brief import closing, told_answers
from ecomap.workspace.briefs.facts import Facts, gathered, schools_meant
from ecomap.workspace.briefs.maps import map_maker
from ecomap.workspace.briefs.papers import BRIEF, KINDS, TITLES, Papers, bytes_of
from ecomap.workspace.briefs.together import MANY, write_together
from ecomap.workspace.releases import Leaving, leaving, noted, passage_of

if TYPE_CHECKING:
    from ecomap.analysis.release.door import Passage

ENDINGS: Final = (".pdf", ".docx")
_SETTERS: Final = 2
_GATHERING: Final = 0.15  # of the time of all schools


@frozen
class BriefReport:
    """What was written: the files, of how many schools, and which have no place on the map."""

    paths: tuple[str, ...]
    schools: int
    bytes: int
    notes: tuple[Said, ...] = ()

    @property
    def sentence(self) -> Said:
        size = name(f"{self.bytes / 1e6:.1f} MB" if self.bytes >= 100_000 else f"{self.bytes / 1e3:.0f} kB")
        where = name(self.paths[0] if len(self.paths) == 1 else str(Path(self.paths[0]).parent) if self.paths else "")
        return plural("Wrote {path}: {n} school, {size}.", "Wrote {path}: {n} schools, {size}.", self.schools, path=where, size=size)


def write_briefs(project: Project, wanted: Sequence[str] | None, path: Path | str, **how: Any) -> tuple[Project, BriefReport]:
    """Write papers as `written_briefs` does, and note in the project's ledger what left.

    Returns
    -------
    tuple of Project and BriefReport
        The project with the files in its ledger, to be kept and saved.
    """
    report, left = written_briefs(project, wanted, path, **how)
    return noted(project, left), report


def written_briefs(
    project: Project, wanted: Sequence[str] | None, path: Path | str, *, kind: str = BRIEF, language: str = "en", one_file: bool = False,
    ending: str = ".pdf", made_on: str = "", progress: Progress | None = None,
) -> tuple[BriefReport, Leaving]:
    """Write the papers of some schools, or of all.

    Parameters
    ----------
    wanted : sequence of str, optional
        Codes or whole names; None for all schools.
    path : path
        A .pdf or .docx for one school or for ``one_file``; else the folder for one file each, which is made.
    kind : {"brief", "assessment"}
    ending : {".pdf", ".docx"}
        Of the files in a folder.
    made_on : str
        ISO date; default today.

    Returns
    -------
    tuple of BriefReport and Leaving
        What was written, and what the ledger is to note of it (`ecomap.workspace.releases.noted`).

    Raises
    ------
    InputError
        If there is no such school, the kind of file is not known, or it cannot be written.
    """
    progress = progress or silent()
    kind, path = _kind(kind), _target(Path(path), one_file or (wanted is not None and len(wanted) == 1), ending)
    schools = schools_meant(project, wanted)
    facts, passage = _prepared(project, progress.part(0.0, _GATHERING))
    alone = one_file or (wanted is not None and len(wanted) == 1)
    maps = map_maker(facts, language)
    papers = Papers(facts, kind, language, made_on or today().isoformat(), maps, closing(facts, 2 if one_file and len(schools) > 1 else 1))
    rest = progress.part(_GATHERING, 1.0)
    try:
        written = _write_one(papers, schools, path, rest) if alone else _write_each(papers, schools, path, ending, rest)
    except OSError as problem:
        raise InputError(say("{file} cannot be written ({reason}).", file=name(path.name), reason=name(problem.strerror or problem)),
                         say("Check the folder and the room on the disk.")) from problem
    progress.through(say("Done"))
    lost = sum(school not in facts.places for school in schools)
    notes = (plural("{n} school has no place on the map; its paper says so.", "{n} schools have no place on the map; their papers say so.", lost),) if lost else ()
    report = BriefReport(tuple(map(str, written)), len(schools), sum(one.stat().st_size for one in written), notes)
    return report, leaving(project, passage, path.name, (TITLES[kind],), _keys(project))


def _keys(project: Project) -> list[str]:
    """All tables of a project: a paper draws on any of them."""
    return [*(f"layer/{layer.id}" for layer in project.layers), *(f"{result.id}/{output.name}" for result in project.results for output in result.outputs)]


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise InputError(say("There is no paper called '{kind}'.", kind=name(kind)), say("Use one of: {names}.", names=name(", ".join(KINDS))))
    return kind


def _prepared(project: Project, progress: Progress) -> tuple[Facts, Passage]:
    """What is known of every school, as it may leave."""
    found = asked(project, progress.part(0.0, 0.6))
    passage = passage_of(found.project, progress.part(0.6, 0.9))
    return gathered(with_released(found, passage.project or found.project)), passage


def _target(path: Path, one_file: bool, ending: str) -> Path:
    """The file, whose folder is there, or the folder for one file each; of a kind that can be written."""
    kind = path.suffix.lower() if one_file else ending
    if kind not in ENDINGS:
        raise InputError(say("EcoMap cannot write '{what}'.", what=name(path.suffix or path.name)), say("Use one of {endings}.", endings=name(" ".join(ENDINGS))))
    if not path.parent.is_dir():
        raise InputError(say("There is no folder {parent}.", parent=name(path.parent)), say("Make it first, or choose another place."))
    if not one_file and path.is_file():
        raise InputError(say("{file} is a file, and a folder is needed for one file each.", file=name(path.name)), say("Choose a folder, or write all into one file."))
    return path


def _attached(papers: Papers, ending: str) -> tuple[Attachment, ...]:
    """The record of all answers in the paper, worked out once for all of them."""
    from ecomap.workspace.carrying import attached, record_as_shown  # heavy

    project = without_circles(papers.facts.project)
    made = Made(kind=ending.removeprefix("."), title=str(TITLES[papers.kind]), language=papers.language, on=papers.made_on)
    return attached(record_as_shown(project, [result.id for result in told_answers(papers.facts)], made=made))


def _write_one(papers: Papers, schools: Sequence[str], path: Path, progress: Progress) -> list[Path]:
    ending = path.suffix.lower()
    attached = _attached(papers, ending)
    if ending == ".pdf" and len(schools) > MANY:
        with replaced(path) as beside:
            write_together(papers, schools, beside, attached, progress)
        return [path]
    made = papers.one(schools[0]) if len(schools) == 1 else papers.together(schools, progress.part(0.0, 0.5))
    progress.at(0.5, say("Writing {file}", file=name(path.name)))
    write_whole(path, bytes_of(evolve(made, attachments=attached), path.suffix.lower()))
    return [path]


def _write_each(papers: Papers, schools: Sequence[str], folder: Path, ending: str, progress: Progress) -> list[Path]:
    """One file each: all of them are there at the end, or none, for what has left is noted at the end."""
    new = not folder.exists()
    folder.mkdir(exist_ok=True)
    try:
        with leftovers.under_way(leftovers.beside(folder / "papers", leftovers.PART)) as beside:
            beside.mkdir(mode=0o700)  # nobody reads papers of which some are missing
            made = _written_into(beside, papers, schools, ending, progress)
            progress.check()
            for one in made:
                put_in_place(one, folder / one.name)
    except BaseException:
        if new:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise
    return [folder / one.name for one in made]


def _written_into(folder: Path, papers: Papers, schools: Sequence[str], ending: str, progress: Progress) -> list[Path]:
    record = _attached(papers, ending)
    written: list[Path] = []

    def write(document: Document, path: Path) -> None:
        path.write_bytes(bytes_of(document, ending))

    # Setting type waits for nobody's interpreter: while one thread draws the next map, others set what is drawn.
    with ThreadPoolExecutor(_SETTERS) as setters:
        waiting: deque[Future[None]] = deque()
        try:
            for number, (school, file) in enumerate(_files(papers.facts, schools)):
                progress.at(number / len(schools), say("Writing {school}", school=papers.facts.name_of(school)))
                written.append(folder / f"{file}{ending}")
                waiting.append(setters.submit(write, evolve(papers.one(school), attachments=record), written[-1]))
                while len(waiting) > 2 * _SETTERS:
                    waiting.popleft().result()
            for last in waiting:
                last.result()
        finally:
            for one in waiting:
                one.cancel()
    return written


def _files(facts: Facts, schools: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every school with the name of its file: what it is called, and its code, so that no two are the same."""
    from ecomap.workspace.exports import file_stem  # heavy

    for school in schools:
        yield school, f"{file_stem(str(facts.name_of(school)))[:60]}-{file_stem(school)[:40]}"
