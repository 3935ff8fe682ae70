"""What may leave a project, and the ledger of what has: worked out once for the files of one project, noted with each of them."""

from __future__ import annotations

import weakref
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from attrs import frozen

from ecomap.model.dates import date_in_words
from ecomap.model.errors import InputError
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.release import Release
from ecomap.model.result import Result
from ecomap.model.said import NOTHING, Said, joined, name, plural, say

if TYPE_CHECKING:
    from ecomap.analysis.release.door import Passage
    from ecomap.analysis.release.ledger import Left


@frozen
class Leaving:
    """A file that was written, as the ledger notes it: an entry, and the protected numbers in it."""

    release: Release
    left: Left
    passage: Passage
    project: weakref.ref[Project]


def passage_of(project: Project, progress: Progress | None = None, persons: Collection[str] = ()) -> Passage:
    """The project as it may leave after all that has left: small counts of people, and what would give them back, are hidden.

    Worked out once for the files that a planner writes one after the other of the same project.
    """
    from ecomap.analysis.release.door import passage  # heavy

    if persons:
        return passage(project, progress=progress, ticked=persons)
    known = _LATEST.get(project)
    if known is None:
        known = passage(project, progress=progress)
        _LATEST.put(project, known)
    return known


def released(project: Project, progress: Progress | None = None) -> Project:
    """The project as it may leave."""
    return passage_of(project, progress).project or project


def released_result(project: Project, result_id: str) -> Result:
    """One result as it may leave, hidden as it is in every file made of the project."""
    return next(result for result in released(project).results if result.id == result_id)


def leaving(project: Project, passage: Passage, file: str, holds: tuple[Said, ...], keys: Collection[str]) -> Leaving:
    """A file with some of the tables of a project (``layer/ID``, ``RESULT/OUTPUT``), for the ledger; ``file`` "" is the command line."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return Leaving(Release(at, file, holds), passage.left(keys), passage, weakref.ref(project))


def noted(project: Project, left: Leaving) -> Project:
    """The project with one more file in its ledger; it may have changed since the file was written."""
    from ecomap.analysis.release.ledger import noted as with_file  # heavy

    after = project.with_ledger(with_file(project.ledger, left.release, left.left))
    if left.project() is project and _LATEST.get(project) is left.passage:
        _LATEST.put(after, left.passage)  # what has just left hides what it hid, and shows what it showed
    return after


def printed(project: Project, result_id: str) -> Project:
    """The project with an answer noted that a command printed for other programs: its main table left."""
    result = project.result(result_id)
    return noted(project, leaving(project, passage_of(project), "", (result.title,), [f"{result_id}/{result.main.name}"]))


def withdraw(project: Project, number: int) -> Project:
    """Note that a file was never handed on, so that it binds no later one.

    Raises
    ------
    InputError
        If the project has no such file in its ledger.
    """
    if all(one.number != number for one in project.releases):
        raise InputError(say("No file of that number has left this project."), say("The list of what has left shows the numbers."))
    return project.with_ledger(project.ledger.without(number, datetime.now(UTC).isoformat(timespec="seconds")))


def hidden_text(release: Release) -> Said:
    """How much of a file was hidden."""
    if not release.hidden and not release.published:
        return say("no counts of people")
    return plural("{n} number hidden", "{n} numbers hidden", release.hidden) if release.hidden else say("nothing hidden")


def day_of(release: Release) -> Said:
    """The day a file was written, in words; as it stands, where it is no day."""
    try:
        return date_in_words(date.fromisoformat(release.at[:10]))
    except ValueError:
        return name(release.at[:10])


def release_lines(found: Iterable[Release]) -> list[Said]:
    """Files that left, a line each."""
    return [joined([say("{number}. {file}, {day}", number=one.number, file=called(one), day=day_of(one)), hidden_text(one),
                    say("never handed on") if one.withdrawn else NOTHING], " · ") for one in found]


def called(release: Release) -> Said:
    """The name of a file that left."""
    return name(release.file) if release.file else say("an answer for other programs")


class _Latest:
    """What was worked out of the latest project, for as long as that very project is in use; snapshots never change."""

    def __init__(self) -> None:
        self._kept: tuple[weakref.ref[Project], Passage] | None = None

    def get(self, project: Project) -> Passage | None:
        kept = self._kept
        return kept[1] if kept is not None and kept[0]() is project else None

    def put(self, project: Project, made: Passage) -> None:
        self._kept = (weakref.ref(project, self._forget), made)

    def _forget(self, gone: weakref.ref[Project]) -> None:
        if self._kept is not None and self._kept[0] is gone:
            self._kept = None


_LATEST = _Latest()
