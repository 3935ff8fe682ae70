"""From a grid of cells to a table: title rows, headings, rows of the wrong length, empty columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from attrs import frozen

from ecomap.io.reading.headings import NUMBER, Span, headings_at, like_word, units_in, units_note
from ecomap.io.reading.raw import watched
from ecomap.model.errors import InputError
from ecomap.model.progress import Progress, silent
from ecomap.model.report import ReportLine
from ecomap.model.said import Said, plural, say
from ecomap.model.said import name as named

MOSTLY, GAP = 0.65, 0.4   # headings of which a few are absent are not overtaken by a full row of words under them
HEADER_SEARCH = 40   # rows looked at for the headings
_CENSUS_CODE = re.compile(r"^[A-Z]\d{5}[A-Z]*_\d{3}(E|M|EA|MA)$|^(S|DP|CP)\d+.*_\d{3}(E|M)$|^GEO_?ID$|^NAME$")


@frozen
class Grid:
    """Headings, one list of cells per column (missing cells are None), long headings by column, and what was found."""

    columns: tuple[str, ...]
    cells: tuple[list[str | None], ...]
    labels: dict[str, str]
    notes: tuple[ReportLine, ...]
    read: int


def lay_out(
    cells: Sequence[Sequence[str]], what: Said, *, first_line: int = 1, spans: Sequence[Span] = (), progress: Progress | None = None
) -> Grid:
    """A table out of rows of cells.

    The headings are the first row that is wide enough, holds words and no numbers but years, and is followed by rows.
    Rows before it are title rows. A second row of headings, above or below, is joined with it; one as data.census.gov
    writes it becomes the columns' long names, as does a row of units. Rows shorter than the headings are filled with
    missing; rows with more cells than headings are left out.

    Parameters
    ----------
    spans : sequence of Span
        Cells merged in the sheet, with rows counted from the first of `cells`.
    """
    progress = progress or silent()
    rows = [(number, list(map(str.strip, row))) for number, row in enumerate(watched(cells, progress), first_line)]
    filled = [pair for pair in watched(rows, progress) if any(pair[1])]
    if not filled:
        raise InputError(say("{what} is empty.", what=what), say("Choose another file or sheet."))
    found = headings_at(filled, _header_position([row for _, row in filled], progress), spans, first_line)
    heading, body = found.cells, filled[found.after:]
    notes = [*_title_notes([row for _, row in filled[:found.first]]), *found.notes]
    labels, body, label_notes = _second_heading(heading, body)
    body, foot_notes = _without_foot(heading, body)
    if not body:
        raise InputError(
            say("{what} has headings but no rows under them.", what=what), say("Check that the export was complete, or choose another sheet.")
        )
    table, width_notes = _equal_length(heading, body, progress)
    across: list[Sequence[str]] = list(zip(*table)) if table else [() for _ in heading]
    columns, keep, column_notes = _columns(heading, across)
    picked = []
    for place in keep:
        progress.check()
        picked.append([cell or None for cell in across[place]])
    long_names = {columns[n]: labels[i] for n, i in enumerate(keep) if i in labels}
    dropped = sum(note.count or 0 for note in (*foot_notes, *width_notes) if note.kind == "dropped")
    return Grid(
        columns, tuple(picked), long_names, (*notes, *label_notes, *column_notes, *width_notes, *foot_notes), len(table) + dropped,
    )


def _header_position(rows: Sequence[Sequence[str]], progress: Progress) -> int:
    widths = Counter(_filled(row) for row in watched(rows, progress))
    usual = max(widths, key=lambda width: (widths[width] * min(width, 50), width))
    best, best_score = 0, -1.0
    for position, row in enumerate(rows[:HEADER_SEARCH]):
        count = _filled(row)
        if count < max(1, 0.5 * usual) or (usual > 1 and count < 2):
            continue
        words = [cell for cell in row if cell]
        wordy = sum(map(like_word, words)) / len(words) if any(not NUMBER.match(cell) for cell in words) else 0.0
        distinct = len(set(words)) / len(words)
        score = wordy * distinct * min(1.0, count / usual)
        if score > best_score + (GAP if best_score >= MOSTLY and rows[best][0] else 0.15):
            best, best_score = position, score
        if best_score >= 0.85:
            break
    return best


def _filled(row: Sequence[str]) -> int:
    return len(row) - row.count("")


def _title_notes(rows: Sequence[Sequence[str]]) -> list[ReportLine]:
    if not rows:
        return []
    texts = tuple(" ".join(cell for cell in row if cell)[:120] for row in rows[:5])
    return [ReportLine("note", plural("{n} title row stands above the headings; not read as data.",
                                      "{n} title rows stand above the headings; not read as data.", len(rows)), None, texts)]


def _second_heading(
    heading: Sequence[str], body: list[tuple[int, list[str]]]
) -> tuple[dict[int, str], list[tuple[int, list[str]]], list[ReportLine]]:
    if not body:
        return {}, body, []
    second = body[0][1]
    units = units_in(heading, second) if len(body) > 1 else {}
    if units:
        return units, body[1:], [units_note(units)]
    if sum(bool(_CENSUS_CODE.match(cell)) for cell in heading) < 2:
        return {}, body, []
    told = any("!!" in cell or cell in ("Geography", "Geographic Area Name", "id") for cell in second)
    if not told:
        return {}, body, []
    labels = {i: cell for i, cell in enumerate(second) if cell}
    note = ReportLine("note", say("The second row holds the long names of the columns; read as headings, not as data."))
    return labels, body[1:], [note]


def _without_foot(
    heading: Sequence[str], body: list[tuple[int, list[str]]]
) -> tuple[list[tuple[int, list[str]]], list[ReportLine]]:
    """Drop remarks under the table: last rows with one long text in the first cell and nothing else."""
    end = len(body)
    if _filled(heading) >= 3:
        while end > 0 and _filled(body[end - 1][1]) == 1 and len(body[end - 1][1][0]) > 12 and end > len(body) - 15:
            end -= 1
    foot = body[end:]
    if not foot:
        return body, []
    texts = tuple(row[0][:120] for _, row in foot[:5])
    return body[:end], [ReportLine("dropped", say("Remarks under the table, not rows of data."), len(foot), texts)]


def _columns(heading: Sequence[str], across: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], list[int], list[ReportLine]]:
    """Unique names; columns without a name are kept if they hold something."""
    keep = [i for i, name in enumerate(heading) if name or any(across[i])]
    seen: Counter[str] = Counter()
    names, doubled, unnamed = [], [], []
    for i in keep:
        name = re.sub(r"\s+", " ", heading[i]).strip()
        if not name:
            name = f"column_{i + 1}"
            unnamed.append(name)
        seen[name.lower()] += 1
        if seen[name.lower()] > 1:
            doubled.append(name)
            name = f"{name}_{seen[name.lower()]}"
        names.append(name)
    notes = []
    empty = len(heading) - len(keep)
    if empty:
        notes.append(ReportLine("note", plural("{n} empty column without a heading left out.",
                                               "{n} empty columns without a heading left out.", empty)))
    if unnamed:
        notes.append(ReportLine("note", plural("{n} column without a heading; named by position.",
                                               "{n} columns without a heading; named by position.", len(unnamed)), None, tuple(unnamed[:5])))
    if doubled:
        notes.append(ReportLine("note", say("Headings that occur twice were numbered."), None, tuple(doubled[:5])))
    return tuple(names), keep, notes


def _equal_length(
    heading: Sequence[str], body: Sequence[tuple[int, list[str]]], progress: Progress
) -> tuple[list[list[str]], list[ReportLine]]:
    width = len(heading)
    if all(len(row) == width for _, row in watched(body, progress)):
        return [row for _, row in body], []
    table, short, long = [], [], []
    for number, row in watched(body, progress):
        if len(row) < width:
            if any(heading[len(row):]):
                short.append(number)
            row = [*row, *[""] * (width - len(row))]
        elif any(row[width:]):
            long.append((number, row))
            continue
        table.append(row[:width])
    notes = []
    if short:
        notes.append(ReportLine(
            "mended", say("Rows with fewer cells than headings; the absent cells count as blank."), len(short),
            tuple(say("line {number}", number=number) for number in short[:5]),
        ))
    if long:
        notes.append(ReportLine(
            "dropped", say("Rows with more cells than headings: it cannot be told which cell belongs where."), len(long),
            tuple(say("line {number}: {cells}", number=number, cells=named(" | ".join(row)[:80])) for number, row in long[:5]),
        ))
    return table, notes


def frame_of(grid: Grid, progress: Progress | None = None) -> Any:
    """The table as a frame of text; missing cells are None."""
    import pandas as pd  # heavy

    progress = progress or silent()
    progress.check()
    return pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in zip(grid.columns, grid.cells)}, columns=list(grid.columns))
