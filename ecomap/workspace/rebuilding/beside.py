"""What a file says, laid beside the same file made of the answers asked again: every cell that differs, by its place."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Final

from attrs import evolve, frozen

from ecomap.model.errors import EcoMapError
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.pupils import SUPPRESSED
from ecomap.model.record import Record
from ecomap.model.said import Said, name, say
from ecomap.model.vocabulary import MISSING_REASONS
from ecomap.workspace.layer_names import layer_of
from ecomap.workspace.rebuilding.found import CHANGED, Difference

KINDS: Final = (".html", ".xlsx", ".gpkg", ".csv", ".geojson", ".fgb")
Cells = Mapping[tuple[str, str, str], str]  # (table, row, column) -> what stands there
PAGE_DATA: Final = say("The data of the page")
_CLOSE: Final = 1e-9      # of a number: the last digits may be another processor's
_NAMES: Final = ("name", "Name", "Nombre")  # headings of what a row is called, in the languages of workbooks
_MOST: Final = 100_000    # differences that are kept


@frozen
class Beside:
    """The differences of two files, how many cells were compared, how many are hidden in one of them, and how many are of answers that are only in the first."""

    differences: tuple[Difference, ...] = ()
    cells: int = 0
    kept_back: int = 0
    unasked: int = 0


def beside_file(path: Path, project: Project, record: Record, progress: Progress, *, unasked: Sequence[Said] = ()) -> Beside:
    """What a file says beside the same kind of file of a project; nothing of kinds that hold no numbers to compare."""
    from ecomap.io.carried.cells import cells_of_file  # heavy
    from ecomap.workspace.exports import written

    ending = f".{record.made.kind}"
    if ending not in KINDS:
        return Beside()
    made, of = record.made, _of_again(project, record)
    if made.of and not of:  # what the file is of could not be asked again
        return Beside(unasked=len(cells_of_file(path, ending)))
    with tempfile.TemporaryDirectory(prefix="ecomap-rebuild-") as folder:
        again = Path(folder) / path.with_suffix(ending).name.replace(".ecomap.gpkg", "-ecomap.gpkg")
        written(project, again, title=made.title, subtitle=made.subtitle, language=made.language, layer=of, left_out=made.left_out,
                persons=made.persons, notes=bool(record.notes), rows=False, made_on=made.on, most_mb=made.most_mb, progress=progress)
        found = beside(cells_of_file(path, ending), cells_of_file(again, ending))
        return _without(found, unasked) if unasked else found


def _of_again(project: Project, record: Record) -> str:
    """The answer or layer that a file of one is of, as the project made again calls it: other settings give an answer another id. "" where it is not there."""
    of = record.made.of
    others = (of.replace(one.result.id, result.id, 1) for one in record.answers for result in project.results
              if result.title == one.result.title and of.startswith(one.result.id))
    return next((called for called in (of, *others) if called and _has(project, called)), "")


def _has(project: Project, called: str) -> bool:
    try:
        return any(result.id == called for result in project.results) or bool(layer_of(project, called).id)
    except EcoMapError:
        return False


def _without(found: Beside, unasked: Sequence[Said]) -> Beside:
    """Where answers could not be asked again, what only one of the two files says may be theirs, and so may what names them or counts all answers."""
    kept = tuple(one for one in found.differences if one.again and one.in_file and one.where != PAGE_DATA and not any(title in one.in_file for title in unasked))
    return evolve(found, differences=kept, unasked=len(found.differences) - len(kept))


def beside(told: Cells, again: Cells) -> Beside:
    """Two files' cells beside each other, in the order of the first one.

    >>> found = beside({("Need", "1", "Rank"): "2", ("Need", "2", "Rank"): "3"}, {("Need", "1", "Rank"): "4", ("Need", "2", "Rank"): "3.0000000000001"})
    >>> [(one.row, one.in_file, one.again) for one in found.differences], found.cells
    ([('1', '2', '4')], 2)
    """
    lines, lines_again = _lines(told), _lines(again)
    different = [place for place in dict.fromkeys((*told, *again)) if place not in lines and place not in lines_again and not _same(told.get(place, ""), again.get(place, ""))]
    hidden = _rows_with_hidden(told, different) | _rows_with_hidden(again, different)
    kept_back = {place for place in different if place[:2] in hidden and "" in (told.get(place, ""), again.get(place, ""))}
    kept_back |= {place for place in different if _hides(told.get(place, "")) or _hides(again.get(place, ""))}
    differences = [_named(place, told, again) for place in different[:_MOST] if place not in kept_back]
    return Beside((*differences, *_other_words(list(lines.values()), list(lines_again.values()))), len(told), len(kept_back))


def _lines(cells: Cells) -> dict[tuple[str, str, str], str]:
    """What a page says outside of tables and cards, line by line."""
    from ecomap.io.carried.cells import LINE, PAGE  # heavy

    return {place: text for place, text in cells.items() if place[0] == PAGE and place[1].startswith(LINE)}


def _other_words(told: Sequence[str], again: Sequence[str]) -> list[Difference]:
    """Lines of a page that are otherwise; one put in or taken away leaves those behind it as they are."""
    found = []
    for kind, first, last, start, end in SequenceMatcher(None, told, again, autojunk=False).get_opcodes() if told != again else ():
        if kind != "equal":
            found += [Difference(CHANGED, say("The words of the page"), "", "", one, other) for one, other in zip_longest(told[first:last], again[start:end], fillvalue="")]
    return found[:_MOST]


def _named(place: tuple[str, str, str], told: Cells, again: Cells) -> Difference:
    from ecomap.io.carried.cells import PAGE  # heavy

    table, row, column = place
    where = PAGE_DATA if table == PAGE else name(table)
    called = next((text for cells in (again, told) for heading in _NAMES if (text := cells.get((table, row, heading), ""))), "")
    return Difference(CHANGED, where, row, column, told.get(place, ""), again.get(place, ""), called=called if called != row else "")


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    first, second = _number(one), _number(other)
    return first is not None and second is not None and abs(first - second) <= _CLOSE * max(1.0, abs(first), abs(second))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _rows_with_hidden(cells: Cells, different: Sequence[tuple[str, str, str]]) -> set[tuple[str, str]]:
    """Rows, among those that differ, in which something is hidden to protect small groups."""
    wanted = {place[:2] for place in different}
    return {place[:2] for place, text in cells.items() if place[:2] in wanted and _hides(text)}


def _hides(text: str) -> bool:
    return text == SUPPRESSED or text in _words()


@cache
def _words() -> frozenset[str]:
    """What stands in the place of a hidden number, in every language."""
    from ecomap.render.words.language import language, languages  # heavy

    return frozenset(language(code).say(MISSING_REASONS[SUPPRESSED]) for code in languages())
