"""The papers of many schools in one file: set in stretches, so that a thousand take no more room than a score, and joined."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

from attrs import evolve

from ecomap.model.progress import Progress
from ecomap.model.said import plural
from ecomap.render.typeset.document import Attachment, Document
from ecomap.workspace.briefs.papers import Papers, bytes_of

MANY: Final = 40     # schools: up to so many are set at once
_STRETCH: Final = 16  # schools that are set at a time
_LAST_PAGE: Final = 9_999  # as long as any page number
_SETTING: Final = 0.93     # of the time


def write_together(papers: Papers, schools: Sequence[str], path: Path, attached: tuple[Attachment, ...], progress: Progress) -> None:
    """Write the papers of all schools into one PDF; beside it nothing stays, stopped or not."""
    from ecomap.render.typeset.chained import Chain  # heavy

    with tempfile.TemporaryDirectory(dir=path.parent) as kept:
        folder = Path(kept)
        head = _set(papers.head(schools, [_LAST_PAGE] * (len(schools) + 1)), folder / "head.pdf")
        files, pages = _set_stretches(papers, schools, folder, _pages(head), progress.part(0.0, _SETTING))
        _set(evolve(papers.head(schools, pages), attachments=attached), head)
        chain = Chain(head, folder)
        try:
            joining = progress.part(_SETTING, 1.0)
            for number, file in enumerate(files):
                joining.at(number / len(files), plural("Joining {n} school", "Joining {n} schools", len(schools)))
                chain.add(file)
            chain.save(path)
        finally:
            chain.close()


def _set_stretches(papers: Papers, schools: Sequence[str], folder: Path, before: int, progress: Progress) -> tuple[list[Path], list[int]]:
    """The files in their order, and the page of every school and of what holds for all.

    While one stretch is set, which waits for nobody's interpreter, the maps of the next are drawn. Its pages count on from those before it.
    """
    stretches = [schools[start:start + _STRETCH] for start in range(0, len(schools), _STRETCH)]
    files: list[Path] = []
    pages: list[int] = []
    first = before + 1
    waiting: Future[Path] | None = None
    with ThreadPoolExecutor(1) as setter:
        for number, stretch in enumerate([*stretches, ()]):
            part = progress.part(number * _STRETCH / len(schools), min((number + 1) * _STRETCH / len(schools), 1.0))
            made = papers.stretch(stretch, 1, part)
            if waiting is not None:
                first = _counted(waiting.result(), first, pages)
            files.append(folder / f"{number}.pdf")
            waiting = setter.submit(_set, evolve(made, first_page=first), files[-1])
        if waiting is not None:
            _counted(waiting.result(), first, pages)
    return files, pages


def _counted(file: Path, first: int, pages: list[int]) -> int:
    """Note the pages of what stands in a file, and say on which the next one begins."""
    from ecomap.render.typeset.chained import chapters_of  # heavy

    many, chapters = chapters_of(file)
    pages += [first + place for place in chapters]
    return first + many


def _set(document: Document, path: Path) -> Path:
    path.write_bytes(bytes_of(document, ".pdf"))
    return path


def _pages(path: Path) -> int:
    from ecomap.render.typeset.chained import chapters_of  # heavy

    return chapters_of(path)[0]
