"""CSV, TSV and their like: encoding, delimiter and quoting found out, nothing assumed."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path

from ecomap.io.reading.grid import frame_of, lay_out
from ecomap.io.reading.letters import change_for, is_sound
from ecomap.io.reading.limits import require_columns
from ecomap.io.reading.raw import RawSource, text_bytes, watched
from ecomap.io.reading.strangers import KNOWN
from ecomap.model.cell_text import unguarded
from ecomap.model.errors import InputError
from ecomap.model.progress import Progress, silent
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say

FIRST_LINES = 20
DELIMITERS = (",", "\t", ";", "|")
_SEPARATORS = {",": say("commas"), "\t": say("tabs"), ";": say("semicolons"), "|": say("bars")}


def read_delimited(path: Path, progress: Progress | None = None) -> RawSource:
    """A table of text cells; while it is read, it is looked again and again whether to stop."""
    progress = progress or silent()
    text, encoding = decode(text_bytes(path), path)
    text, letters = _with_letters(text)
    delimiter = sniff_delimiter(text)
    _require_sane_width(text, delimiter, path)
    progress.check()
    cells, notes = parse(text, delimiter, progress)
    grid = lay_out(without_text_marks(cells, text), named(path.name), progress=progress)
    found = [ReportLine("note", say("Read as text separated by {separators}, encoded as {encoding}.", separators=_SEPARATORS[delimiter], encoding=named(encoding)))]
    usual_ending = {"\t": (".tsv", ".txt", ".tab"), ",": (".csv", ".txt")}.get(delimiter, (".csv", ".txt"))
    if path.suffix.lower() in (".csv", ".tsv") and path.suffix.lower() not in usual_ending:
        found.append(ReportLine(
            "note", say("The ending {ending} promises another separator than the {separators} in the file.", ending=named(path.suffix), separators=_SEPARATORS[delimiter])
        ))
    return RawSource(
        path, "TSV" if delimiter == "\t" else "CSV", frame_of(grid, progress), None, (), "", grid.read,
        (*found, *letters, *notes, *grid.notes), grid.labels,
    )


def _with_letters(text: str) -> tuple[str, list[ReportLine]]:
    """The text with garbled letters put right, line by line."""
    if is_sound(text):
        return text, []
    lines = text.splitlines(keepends=True)
    change, said = change_for(line for line in lines if not line.isascii())
    if change is None:
        return text, said
    return "".join(line if line.isascii() else change(line) for line in lines), said


def _require_sane_width(text: str, delimiter: str, path: Path) -> None:
    """The first lines tell how wide a table is, before it is read."""
    lines = text[:4_000_000].split("\n", FIRST_LINES)[:FIRST_LINES]
    require_columns(max((line.count(delimiter) + 1 for line in lines if line.count('"') < 2), default=1), path.name)


def decode(data: bytes, path: Path) -> tuple[str, str]:
    """Text and the name of its encoding.

    A byte-order mark decides; else UTF-8 if every byte fits, else Windows-1252, else Latin-1.

    Raises
    ------
    InputError
        If the bytes are not text in any of these.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding.upper()
            except UnicodeDecodeError:
                break
    sample = data[:4000]
    if sample.count(0) > len(sample) * 0.3:
        for encoding in ("utf-16-le", "utf-16-be"):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if _looks_like_text(text[:2000]):
                return text, encoding.upper()
    mixed = _mixed(data)
    if mixed:
        return mixed, "UTF-8, Windows-1252"
    for encoding, name in (("utf-8", "UTF-8"), ("cp1252", "Windows-1252"), ("latin-1", "Latin-1")):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _looks_like_text(text[:20000]):
            return text.replace("\x00", ""), name
        break
    raise InputError(
        say("{file} is not a table: its content is not text.", file=named(path.name)),
        KNOWN,
    )


def _mixed(data: bytes) -> str:
    """Text of UTF-8 in which some lines came from elsewhere, each line read as what it is; "" for any other text."""
    try:
        data.decode("utf-8")
        return ""
    except UnicodeDecodeError:
        pass
    sound = strange = 0
    out = []
    for line in data.splitlines(keepends=True):
        try:
            text = line.decode("utf-8")
            sound += not text.isascii()
        except UnicodeDecodeError:
            strange += 1
            text = line.decode("cp1252", errors="replace") if not any(byte in line for byte in b"\x81\x8d\x8f\x90\x9d") else line.decode("latin-1")
        out.append(text)
    found = "".join(out)
    return found if sound > strange and _looks_like_text(found[:20000]) else ""


_STRAY = 5  # control characters that slip into a cell do not make a short table something else


def _looks_like_text(text: str) -> bool:
    strange = sum((ord(letter) < 32 and letter not in "\t\r\n\f") or letter in "\x7f\ufffd" for letter in text)
    return strange <= max(_STRAY, len(text) * 0.005)


def sniff_delimiter(text: str) -> str:
    """The separator under which most lines fall into the same number (above one) of cells."""
    sample = io.StringIO(text[:200_000], newline="")
    lines = [line for line in sample if line.strip()][:400]

    def agreement(delimiter: str) -> float:
        widths = Counter(len(row) for row in _rows(lines, delimiter, csv.QUOTE_MINIMAL, silent()) if row)
        several = {width: count for width, count in widths.items() if width > 1}
        if not several:
            return 0.0
        width = max(several, key=lambda w: several[w])
        return several[width] / sum(widths.values()) * (1 + min(width, 40) / 100)

    best = max(DELIMITERS, key=agreement)
    return best if agreement(best) > 0 else ","


def parse(text: str, delimiter: str, progress: Progress | None = None) -> tuple[list[list[str]], list[ReportLine]]:
    """Rows of cells.

    Quotes are obeyed as long as they make sense. Where a stray quote swallows rows (a cell that runs over many
    lines and brings more cells than the table has), the file is read again with quotes as plain characters.
    """
    progress = progress or silent()
    lines = list(io.StringIO(text, newline=""))
    quoted = _rows(lines, delimiter, csv.QUOTE_MINIMAL, progress)
    if len(quoted) == len(lines):  # no cell runs over a line
        return quoted, []
    widths = Counter(len(row) for row in watched(quoted, progress) if any(row))
    usual = widths.most_common(1)[0][0] if widths else 0
    swallowed = [row for row in watched(quoted, progress) if any(cell.count("\n") > 40 and delimiter in cell for cell in row)]
    if not swallowed and not (quoted and _unclosed(quoted[-1], usual)):
        several = sum(any("\n" in cell.strip() for cell in row) for row in watched(quoted, progress))
        notes = [ReportLine("note", say("Cells with line breaks inside were read as one cell each."), several)] if several else []
        return quoted, notes
    plain = _rows(lines, delimiter, csv.QUOTE_NONE, progress)
    rows, joined = _joined(plain, usual)
    rows = [[_unquoted(cell) for cell in row] for row in rows]
    notes = [ReportLine("caution", say("The quotation marks in the file do not pair up; they were read as plain characters."))]
    if joined:
        notes.append(ReportLine("mended", say("Rows broken over several lines were put together again."), joined))
    return rows, notes


_CODE_AS_TEXT = re.compile(r"^'(?=\d[\d.\-]*$)|^=\"(?=[^\"]*\"$)")


def without_text_marks(rows: list[list[str]], text: str) -> list[list[str]]:
    """Texts without the marks that keep a spreadsheet from reading them as numbers or running them: '0123, ="0123" and '=1+1."""
    if "'" not in text and '="' not in text:
        return rows
    return [[_bare(cell) if cell[:1] in ("'", "=") else cell for cell in row] for row in rows]


def _bare(cell: str) -> str:
    bare = _CODE_AS_TEXT.sub("", cell)
    return unguarded(cell) if bare == cell else bare.removesuffix('"')


def _unclosed(row: list[str], usual: int) -> bool:
    """A last row whose quote was never closed holds the rest of the file in one cell."""
    return len(row) < usual and any("\n" in cell.strip() for cell in row)


def _joined(rows: list[list[str]], usual: int) -> tuple[list[list[str]], int]:
    """Neighbouring short rows that together have the usual number of cells are one row."""
    out: list[list[str]] = []
    joined, position = 0, 0
    while position < len(rows):
        row = rows[position]
        after = rows[position + 1] if position + 1 < len(rows) else []
        if 0 < len(row) < usual and after and len(row) + len(after) - 1 == usual and len(after) < usual:
            row = [*row[:-1], f"{row[-1]} {after[0]}".strip(), *after[1:]]
            joined, position = joined + 1, position + 1
        out.append(row)
        position += 1
    return out, joined


def _unquoted(cell: str) -> str:
    cell = cell.strip()
    if len(cell) >= 2 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def _rows(lines: list[str], delimiter: str, quoting: int, progress: Progress) -> list[list[str]]:
    before = csv.field_size_limit(1 << 30)
    try:
        return list(csv.reader(watched(lines, progress), delimiter=delimiter, quoting=quoting))  # type: ignore[arg-type]
    except csv.Error as problem:
        raise InputError(
            say("The file is not a table that can be split into cells."), say("Export it again as CSV in UTF-8."),
            {"reason": str(problem)},
        ) from problem
    finally:
        csv.field_size_limit(before)
