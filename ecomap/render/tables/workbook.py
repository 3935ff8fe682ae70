"""A spreadsheet file (Office Open XML) from finished cells: text stays text, the same cells give the same bytes.

Written cell by cell as text, column after column, because a project with every question answered holds more than half a million
cells. Format: ECMA-376, Office Open XML File Formats, part 1 (SpreadsheetML).
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from attrs import field, frozen

from ecomap.model.cell_text import in_xml, runs, shortened
from ecomap.model.progress import Progress, silent
from ecomap.model.said import name as kept

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_SHEETS: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_HIDDEN: Final = ' state="hidden"'
_EXACT: Final = 10**15  # whole numbers above it lose digits in a spreadsheet; they are written as text
_LIKE_AN_ESCAPE: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x0041_ as A
_FIRST_OWN_FORMAT: Final = 164  # numbers below are the formats every spreadsheet program knows
_EPOCH: Final = (2000, 1, 1, 0, 0, 0)
_ROWS_AT_ONCE: Final = 2_000
LETTER, A4 = 1, 9          # kinds of paper by their numbers in the format
_LINE_HIGH: Final = 15.0   # points
_PAGE_WIDE: Final = 170.0  # letters across a page before they are too small to read
_USUAL_WIDTH: Final = 8.43
_LONGEST_HEAD: Final = 120  # letters at the head of a page; the format takes 255 for left, middle and right


@frozen
class Look:
    """How a cell looks. ``kept``: text that begins like a formula and is none. ``linked``: it leads to another sheet."""

    bold: bool = False
    wrapped: bool = False
    number_format: str = ""
    kept: bool = False
    linked: bool = False


@frozen
class Sheet:
    """One sheet: its columns of cells (the first cell is the heading), how each looks, and what stays in sight.

    ``closer`` says of a number in a column how it is written otherwise than the column. Cells are None, bool, int, float (finite) or text. ``frozen`` names the cell that scrolling begins at. On paper it lies across,
    as many pages wide as its columns need; the headings, and columns left of ``frozen``, stand on every page, ``title`` at the head.
    ``links`` leads from a line of the first column (the first is 1) to the sheet of that name.
    """

    name: str
    columns: Sequence[Sequence[Any]] = field(repr=False)
    formats: Sequence[str] = ()
    widths: Sequence[float] = ()
    frozen: str = ""
    filtered: bool = False
    wrapped: bool = False
    title: str = ""
    paper: int = LETTER
    links: Mapping[int, str] = field(factory=dict)
    hidden: bool = False
    closer: Sequence[Callable[[Any], str]] = field(default=(), repr=False)


def workbook_bytes(
    sheets: Sequence[Sheet], *, title: str = "", creator: str = "", progress: Progress | None = None,
) -> bytes:
    """The file as bytes. Text that a spreadsheet might take for a formula is marked as text for good."""
    progress = progress or silent()
    looks: dict[Look, int] = {Look(): 0}
    texts: dict[str, int] = {}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for number, sheet in enumerate(sheets, start=1):
            progress.at((number - 1) / len(sheets), kept(sheet.name))
            with book.open(_entry(f"xl/worksheets/sheet{number}.xml"), "w") as part:
                for text in _sheet(sheet, looks, texts):
                    progress.check()
                    part.write(text.encode("utf-8"))
        for name, text in _around(sheets, looks, texts, title, creator):
            progress.check()
            book.writestr(_entry(name), text.encode("utf-8"), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def column_letters(number: int) -> str:
    """The letters of a column, the first is 1.

    >>> column_letters(1), column_letters(26), column_letters(27), column_letters(703)
    ('A', 'Z', 'AA', 'AAA')
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The number of a column, the first is 1.

    >>> column_number("A"), column_number("AAA")
    (1, 703)
    """
    return sum((ord(letter) - 64) * 26**n for n, letter in enumerate(reversed(letters)))


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _sheet(sheet: Sheet, looks: dict[Look, int], texts: dict[str, int]) -> Iterator[str]:
    """The XML of a sheet, a stretch of rows at a time."""
    rows = max((len(column) for column in sheet.columns), default=0)
    last = f"{column_letters(max(len(sheet.columns), 1))}{max(rows, 1)}"
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="A1:{last}"/>{_sight(sheet.frozen)}'
    if sheet.widths:
        widths = (f'<col min="{n}" max="{n}" width="{width:g}" customWidth="1"/>' for n, width in enumerate(sheet.widths, start=1))
        yield f"<cols>{''.join(widths)}</cols>"
    yield "<sheetData>"
    for start in range(0, rows, _ROWS_AT_ONCE):
        end = min(start + _ROWS_AT_ONCE, rows)
        cells = [_cells(sheet, n, start, end, looks, texts) for n in range(len(sheet.columns))]
        yield "".join(f'<row r="{line}"{_high(sheet, line)}>{"".join(row)}</row>' for line, row in enumerate(zip(*cells, strict=True), start=start + 1))
    yield "</sheetData>"
    if sheet.filtered:
        yield f'<autoFilter ref="A1:{last}"/>'
    yield f"{_linked(sheet)}{_on_paper(sheet)}</worksheet>"


def _high(sheet: Sheet, line: int) -> str:
    """The height of the headings, which break into lines where their columns are narrow."""
    if line > 1 or not sheet.widths:
        return ""
    lines = max((_lines(str(column[0] or ""), wide) for column, wide in zip(sheet.columns, sheet.widths)), default=1)
    return f' ht="{lines * _LINE_HIGH:g}" customHeight="1"' if lines > 1 else ""


def _lines(text: str, wide: float) -> int:
    """Into how many lines whole words break."""
    lines, used = 1, 0
    for word in text.split():
        if used and used + 1 + len(word) > wide - 1:
            lines, used = lines + 1, 0
        used += len(word) + bool(used)
    return lines


def _linked(sheet: Sheet) -> str:
    links = "".join(f'<hyperlink ref="A{line}" location={quoteattr(_quoted(name) + "!A1")}/>' for line, name in sheet.links.items())
    return f"<hyperlinks>{links}</hyperlinks>" if links else ""


def _on_paper(sheet: Sheet) -> str:
    """How the sheet is printed: across, its columns over whole pages, its title at the head, the page at the foot."""
    widths = [*sheet.widths, *([_USUAL_WIDTH] * (len(sheet.columns) - len(sheet.widths)))]
    wide = max(math.ceil(sum(widths) / _PAGE_WIDE), 1)
    head = shortened(_in_head(sheet.title or sheet.name), _LONGEST_HEAD)
    return ('<pageMargins left="0.4" right="0.4" top="0.7" bottom="0.6" header="0.3" footer="0.3"/>'
            f'<pageSetup paperSize="{sheet.paper}" orientation="landscape" fitToWidth="{wide}" fitToHeight="0"/>'
            f"<headerFooter>{head and '<oddHeader>' + escape('&L' + head) + '</oddHeader>'}<oddFooter>{escape('&LEcoMap&R&P / &N')}</oddFooter></headerFooter>")


def _in_head(text: str) -> str:
    """Text at the head of a page, where "&" begins an order."""
    return " ".join(in_xml(text).replace("&", "&&").split())


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _sight(frozen_at: str) -> str:
    """The part of a sheet that does not scroll: rows above and columns left of a cell."""
    if not frozen_at:
        return ""
    letters, line = re.fullmatch(r"([A-Z]+)(\d+)", frozen_at).groups()  # type: ignore[union-attr]
    across, down = column_number(letters) - 1, int(line) - 1
    pane = "bottomRight" if across and down else "topRight" if across else "bottomLeft"
    split = (f' xSplit="{across}"' if across else "") + (f' ySplit="{down}"' if down else "")
    return f'<sheetViews><sheetView workbookViewId="0"><pane{split} topLeftCell="{frozen_at}" activePane="{pane}" state="frozen"/>' \
           f'<selection pane="{pane}"/></sheetView></sheetViews>'


def _cells(sheet: Sheet, number: int, start: int, end: int, looks: dict[Look, int], texts: dict[str, int]) -> list[str]:
    """The cells of one column over a stretch of rows; the heading is bold."""
    letters = column_letters(number + 1)
    number_format = sheet.formats[number] if number < len(sheet.formats) else ""
    closer = sheet.closer[number] if number < len(sheet.closer) else None
    styles = {  # (heading, kind of cell) -> its look
        (heading, kind): _style(Look(heading, heading or sheet.wrapped, "" if kind or heading else number_format, kind == "kept"), looks)
        for heading in (True, False) for kind in ("", "text", "kept")
    }
    leads = _style(Look(wrapped=sheet.wrapped, linked=True), looks) if sheet.links and number == 0 else ""
    made = []
    for line, value in enumerate(sheet.columns[number][start:end], start=start + 1):
        heading = line == 1
        if value is None:
            made.append("")
        elif isinstance(value, str) or (type(value) is int and abs(value) > _EXACT):
            text = shortened(in_xml(str(value)))
            style = leads if leads and line in sheet.links else styles[heading, "kept" if runs(text) else "text"]
            made.append(f'<c r="{letters}{line}"{style} t="s"><v>{texts.setdefault(text, len(texts))}</v></c>')
        elif isinstance(value, bool):
            made.append(f'<c r="{letters}{line}"{styles[heading, "text"]} t="b"><v>{int(value)}</v></c>')
        elif not math.isfinite(value):
            raise ValueError(f"{value!r} is no number that a cell can hold")
        else:
            own = "" if heading or closer is None else closer(value)
            style = _style(Look(wrapped=sheet.wrapped, number_format=own), looks) if own else styles[heading, ""]
            made.append(f'<c r="{letters}{line}"{style}><v>{value!r}</v></c>')
    return made


def _style(look: Look, looks: dict[Look, int]) -> str:
    number = looks.setdefault(look, len(looks))
    return f' s="{number}"' if number else ""


def _around(
    sheets: Sequence[Sheet], looks: dict[Look, int], texts: dict[str, int], title: str, creator: str
) -> Iterator[tuple[str, str]]:
    """The parts of the file beside the sheets."""
    numbers = range(1, len(sheets) + 1)
    yield "xl/sharedStrings.xml", _HEAD + f'<sst xmlns="{_MAIN}" uniqueCount="{len(texts)}">' + "".join(
        f'<si><t xml:space="preserve">{_escaped(text)}</t></si>' for text in texts) + "</sst>"
    yield "xl/styles.xml", _styles(looks)
    filters = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{n - 1}" hidden="1">{_range_of(sheet)}</definedName>'
        for n, sheet in zip(numbers, sheets, strict=True) if sheet.filtered)
    filters += "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{n - 1}">{_on_every_page(sheet)}</definedName>'
        for n, sheet in zip(numbers, sheets, strict=True) if sheet.frozen)
    yield "xl/workbook.xml", _HEAD + f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><bookViews><workbookView/></bookViews><sheets>' + "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{n}"{_HIDDEN if sheet.hidden else ""} r:id="rId{n}"/>' for n, sheet in zip(numbers, sheets, strict=True)) \
        + "</sheets>" + (f"<definedNames>{filters}</definedNames>" if filters else "") + "</workbook>"
    targets = [("worksheet", f"worksheets/sheet{n}.xml") for n in numbers] + [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
    yield "xl/_rels/workbook.xml.rels", _relationships([(f"{_LINKS}/{kind}", target) for kind, target in targets])
    yield "_rels/.rels", _relationships([(f"{_LINKS}/officeDocument", "xl/workbook.xml"),
                                         (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml")])
    yield "docProps/core.xml", _HEAD + (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:creator>{escape(creator)}</dc:creator>" + (f"<dc:title>{escape(in_xml(title))}</dc:title>" if title else "")
        + "</cp:coreProperties>")
    kinds = [("/xl/workbook.xml", f"{_SHEETS}.sheet.main+xml"), ("/xl/styles.xml", f"{_SHEETS}.styles+xml"),
             ("/xl/sharedStrings.xml", f"{_SHEETS}.sharedStrings+xml"),
             ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
             *((f"/xl/worksheets/sheet{n}.xml", f"{_SHEETS}.worksheet+xml") for n in numbers)]
    yield "[Content_Types].xml", _HEAD + (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in kinds) + "</Types>")


def _escaped(text: str) -> str:
    """Text in XML: a carriage return stays one, and what only looks like Excel's escape of a letter is none."""
    return escape(_LIKE_AN_ESCAPE.sub("_x005F_", text), {"\r": "&#13;"})


def _on_every_page(sheet: Sheet) -> str:
    """The headings, and the columns that stay in sight."""
    letters = re.match("[A-Z]+", sheet.frozen)
    kept_left = column_letters(column_number(letters[0]) - 1) if letters else ""
    name = escape(_quoted(sheet.name))
    return (f"{name}!$A:${kept_left}," if kept_left else "") + f"{name}!$1:$1"


def _range_of(sheet: Sheet) -> str:
    return f"{escape(_quoted(sheet.name))}!$A$1:${column_letters(len(sheet.columns))}${max(len(column) for column in sheet.columns)}"


def _relationships(targets: Sequence[tuple[str, str]]) -> str:
    return _HEAD + f'<Relationships xmlns="{_PACKAGE}/relationships">' + "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(targets, start=1)) + "</Relationships>"


def _styles(looks: dict[Look, int]) -> str:
    """Every look that a cell has, in the order of their numbers."""
    formats = list(dict.fromkeys(look.number_format for look in looks if look.number_format))
    own = {text: _FIRST_OWN_FORMAT + n for n, text in enumerate(formats)}
    cells = "".join(
        f'<xf numFmtId="{own.get(look.number_format, 0)}" fontId="{2 if look.linked else int(look.bold)}" fillId="0" borderId="0" xfId="0"'
        + (' applyNumberFormat="1"' if look.number_format else "") + (' applyFont="1"' if look.bold or look.linked else "")
        + (' quotePrefix="1"' if look.kept else "")
        + (' applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>' if look.wrapped else "/>") for look in looks)
    font = '<sz val="11"/><name val="Calibri"/><family val="2"/>'
    linked = '<sz val="11"/><color rgb="FF0B5CAD"/><name val="Calibri"/><family val="2"/>'
    said = "".join(f'<numFmt numFmtId="{number}" formatCode={quoteattr(text)}/>' for text, number in own.items())
    return _HEAD + (
        f'<styleSheet xmlns="{_MAIN}">' + (f'<numFmts count="{len(own)}">{said}</numFmts>' if own else "")
        + f'<fonts count="3"><font>{font}</font><font><b/>{font}</font><font><u/>{linked}</font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
        "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(looks)}">{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>')
