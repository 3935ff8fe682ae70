"""A document as an editable text (DOCX): headings, tables and pictures as word processors and screen readers know them."""

from __future__ import annotations

import datetime
import io
import zipfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ecomap.model.cell_text import in_xml, storable
from ecomap.model.files import write_whole
from ecomap.model.record import XML_NAMESPACE, plain_json
from ecomap.model.said import name
from ecomap.render.style.typeface import FAMILY
from ecomap.render.typeset.document import (
    Attachment,
    Beside,
    Blank,
    Contents,
    Document,
    Figure,
    Heading,
    KeyFigures,
    PageBreak,
    Paragraph,
    Points,
    Table,
)
from ecomap.render.typeset.paper import picture_bytes
from ecomap.render.typeset.spoken import changed, cut, spoken

if TYPE_CHECKING:
    from docx.document import Document as Word

_SIZES_MM: Final = {"letter": (215.9, 279.4), "a4": (210.0, 297.0)}
_MARGIN_MM: Final = 19.0
_INK, _QUIET = "1F2933", "55616D"
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # that a zip file can tell
_STYLES: Final = {  # name: size in points, bold, colour
    "Normal": (10.0, None, _INK), "Title": (21.0, True, _INK), "Subtitle": (12.0, None, _QUIET), "Heading 1": (15.0, True, _INK),
    "Heading 2": (12.0, True, _INK), "Heading 3": (10.5, True, _INK), "Caption": (9.0, True, _INK), "List Bullet": (10.0, None, _INK),
}


def write_editable(document: Document, path: Path | str) -> None:
    """Write a document as DOCX; the file appears whole or not at all."""
    write_whole(Path(path), editable_bytes(document))


def editable_bytes(document: Document) -> bytes:
    """A document as DOCX, with its language, title and the alternative texts of its pictures; the same document gives the same bytes."""
    import docx  # heavy

    document = changed(spoken(document), lambda text: in_xml(storable(text)))
    word = docx.Document()
    _set_up(word, document)
    word.add_paragraph(document.title, style="Title")
    if document.subtitle:
        word.add_paragraph(document.subtitle, style="Subtitle")
    for block in document.blocks:
        _add(word, block, document)
    for attached in document.attachments:
        _attach(word, attached)
    made = io.BytesIO()
    word.save(made)
    return _dateless(made.getvalue())


def _attach(word: Word, attached: Attachment) -> None:
    """A text as a part of its own, which word processors keep and do not show."""
    from docx.opc.constants import RELATIONSHIP_TYPE  # heavy
    from docx.opc.part import Part  # heavy

    text = escape(plain_json(attached.text), quote=False)
    body = f'<?xml version="1.0" encoding="UTF-8"?><record xmlns="{XML_NAMESPACE}" type="{attached.mime}">{text}</record>'
    package = word.part.package
    part = Part(package.next_partname("/customXml/item%d.xml"), "application/xml", body.encode("utf-8"), package)
    word.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)


def _size_mm(document: Document) -> tuple[float, ...]:
    size = _SIZES_MM[document.paper]
    return size[::-1] if document.landscape else size


def _set_up(word: Word, document: Document) -> None:
    from docx.enum.section import WD_ORIENT  # heavy
    from docx.shared import Mm, Pt, RGBColor  # heavy

    section = word.sections[0]
    section.page_width, section.page_height = (Mm(size) for size in _size_mm(document))
    if document.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(_MARGIN_MM)
    for style, (size, bold, colour) in _STYLES.items():
        font = word.styles[style].font
        font.name, font.size, font.bold, font.color.rgb = FAMILY, Pt(size), bold, RGBColor.from_string(colour)
        _face(word.styles[style].element.get_or_add_rPr())
    word.styles["Normal"].paragraph_format.space_after = Pt(6)
    _language(word, document.language)
    day = _day(document.made_on)
    told = word.core_properties
    told.title, told.author, told.last_modified_by, told.comments, told.revision = str(document.title)[:255], "EcoMap", "EcoMap", "", 1
    told.language, told.created, told.modified = _code(document.language), day, day
    _foot(section.footer.paragraphs[0], cut(document.foot or document.title))


def _face(properties: Any) -> None:
    """The family for all letters, also where a theme says otherwise."""
    from docx.oxml.ns import qn  # heavy

    fonts = properties.get_or_add_rFonts()
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    for kind in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{kind}"), FAMILY)


def _code(language: str) -> str:
    base = language.replace("_", "-").split("-")[0]
    return "es-US" if base == "es" else "en-US"


def _language(word: Word, language: str) -> None:
    """What language the whole text is in, for reading aloud and spelling."""
    from docx.oxml.ns import qn  # heavy

    for found in word.styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), _code(language))


def _foot(paragraph: Any, words: str) -> None:
    from docx.shared import Pt  # heavy

    run = paragraph.add_run(f"{words} · ")
    run.font.size = Pt(9)
    number = paragraph.add_run()
    number.font.size = Pt(9)
    _field(number, "PAGE")


def _field(run: Any, code: str, shown: str = "1") -> None:
    """What the word processor fills in itself: the number of a page, the contents."""
    from docx.oxml import OxmlElement  # heavy
    from docx.oxml.ns import qn

    for kind in ("begin", "code", "separate", "shown", "end"):
        if kind == "code":
            made = OxmlElement("w:instrText")
            made.set(qn("xml:space"), "preserve")
            made.text = code
        elif kind == "shown":
            made = OxmlElement("w:t")
            made.text = shown
        else:
            made = OxmlElement("w:fldChar")
            made.set(qn("w:fldCharType"), kind)
        run._r.append(made)


# --- blocks ---------------------------------------------------------------------------------------------------------


def _add(word: Word, block: Any, document: Document) -> None:
    if isinstance(block, Heading):
        word.add_heading(block.text, level=block.level)
    elif isinstance(block, Paragraph):
        _add_paragraph(word, block)
    elif isinstance(block, Points):
        for item in block.items:
            word.add_paragraph(item, style="List Bullet")
    elif isinstance(block, KeyFigures):
        _add_key_figures(word, block)
    elif isinstance(block, Table):
        _add_table(word, block, document)
    elif isinstance(block, Figure):
        _add_figure(word, block, document)
    elif isinstance(block, Blank):
        _add_blank(word, block)
    elif isinstance(block, PageBreak):
        word.add_page_break()
    elif isinstance(block, Contents):
        _add_contents(word, block, document)
    elif isinstance(block, Beside):
        for one in (*block.left, *block.right):
            _add(word, one, document)


def _add_paragraph(word: Word, block: Paragraph) -> None:
    from docx.shared import Mm, Pt, RGBColor  # heavy

    made = word.add_paragraph()
    run = made.add_run(block.text)
    if block.kind == "lead":
        run.font.size = Pt(12)
    elif block.kind == "small":
        run.font.size, run.font.color.rgb = Pt(9), RGBColor.from_string(_QUIET)
    elif block.kind == "caution":
        made.paragraph_format.left_indent = Mm(4)
        run.bold = True


def _add_key_figures(word: Word, block: KeyFigures) -> None:
    """One line each: a table of big numbers would be read as one."""
    from docx.shared import Pt  # heavy

    for one in block.figures:
        made = word.add_paragraph()
        number = made.add_run(one.value)
        number.bold, number.font.size = True, Pt(14)
        made.add_run(f"  {one.label}")
        if one.note:
            made.add_run(f" ({one.note})")


def _width(document: Document) -> float:
    return _size_mm(document)[0] - 2 * _MARGIN_MM


def _add_table(word: Word, block: Table, document: Document) -> None:
    from docx.shared import Mm, Pt  # heavy

    if block.caption:
        word.add_paragraph(block.caption, style="Caption").paragraph_format.keep_with_next = True
    made = word.add_table(rows=1 + len(block.rows), cols=len(block.columns))
    made.style = "Table Grid"
    made.autofit = False
    _head_row(made.rows[0]._tr)
    for row, texts in zip(made.rows, (tuple(column.label for column in block.columns), *block.rows)):
        for cell, column, text in zip(row.cells, block.columns, texts):
            _fill(cell.paragraphs[0], text, Pt(9), right=column.numbers, bold=row is made.rows[0])
    for row in made.rows[1:] if block.lines > 1 else ():
        row.height = Mm(_LINE_MM * block.lines)
    parts = [column.width or _PART_OF_NUMBERS for column in block.columns]
    for column, part in zip(made.columns, parts):
        for cell in column.cells:
            cell.width = Mm(_width(document) * part / sum(parts))
    _add_small(word, block.note)


_LINE_MM: Final = 5.0
_PART_OF_NUMBERS: Final = 0.5  # of the width, of what a column of words takes


def _head_row(row: Any) -> None:
    """The first row says what stands below it, and comes again on every page."""
    from docx.oxml import OxmlElement  # heavy

    row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _fill(paragraph: Any, text: str, size: Any, *, right: bool, bold: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # heavy
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.font.size, run.bold = size, bold or None
    paragraph.paragraph_format.space_after = Pt(0)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _add_small(word: Word, text: str) -> None:
    _add_paragraph(word, Paragraph(name(text), "small")) if text else word.add_paragraph()  # two tables in a row would become one


def _add_figure(word: Word, block: Figure, document: Document) -> None:
    from docx.shared import Mm  # heavy

    paragraph = word.add_paragraph()
    paragraph.add_run().add_picture(io.BytesIO(picture_bytes(block.svg)), width=Mm(_width(document) * block.width))
    shape = word.inline_shapes[len(word.inline_shapes) - 1]._inline.docPr
    shape.set("descr", block.alt)
    shape.set("title", block.caption or block.alt[:120])
    if block.caption:
        paragraph.paragraph_format.keep_with_next = True
        word.add_paragraph(block.caption, style="Caption")


def _add_blank(word: Word, block: Blank) -> None:
    from docx.shared import Mm  # heavy

    made = word.add_paragraph()
    made.add_run(block.question).bold = True
    made.paragraph_format.keep_with_next = True
    table = word.add_table(rows=1, cols=1)
    table.style = "Table Grid"
    table.rows[0].height = Mm(8 * block.lines)
    word.add_paragraph()


def _add_contents(word: Word, block: Contents, document: Document) -> None:
    """The headings; a word processor puts their pages when it is asked to update the list."""
    word.add_paragraph(block.title).runs[0].bold = True
    listed = [one.text for one in document.blocks if isinstance(one, Heading) and one.level <= block.depth]
    _field(word.add_paragraph().add_run(), f'TOC \\o "1-{block.depth}" \\h \\z', "\n".join(listed))


# --- the file -------------------------------------------------------------------------------------------------------


def _day(made_on: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(made_on)
    except ValueError:
        return datetime.datetime(1980, 1, 1)


def _dateless(whole: bytes) -> bytes:
    """The file without the clock's time, so that the same document gives the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as read, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        for part in read.infolist():
            written.writestr(zipfile.ZipInfo(part.filename, _EARLIEST), read.read(part), zipfile.ZIP_DEFLATED)
    return made.getvalue()
