"""A document with all that is read in it changed at once: said in a language, or made fit for a kind of file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from attrs import evolve

from ecomap.model.said import Said, name
from ecomap.model.short_names import short_name
from ecomap.render.typeset.document import (
    Attachment,
    Beside,
    Blank,
    Block,
    Contents,
    Document,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Points,
    Table,
    TableColumn,
)
from ecomap.render.words.language import language
from ecomap.render.words.together import together

LONGEST_FOOT: Final = 100  # letters in the line at the foot of a page
LONGEST_HEADING: Final = 200
LONGEST_TEXT: Final = 4_000
NO_WORDS: Final = "–"  # where a name is blank

Change = Callable[[Said], str]


def spoken(document: Document) -> Document:
    """The document with every text in its language, to be read as it stands from here on; no text is longer than a page bears."""
    speak = language(document.language)
    document = changed(document, lambda text: cut(together(speak.say(text)), LONGEST_TEXT))
    return evolve(document, title=_heading(document.title), blocks=tuple(map(_with_words, document.blocks)))


def _heading(text: Said) -> Said:
    """What can stand as a bookmark: short, and never empty."""
    return name(short_name(text.strip(), LONGEST_HEADING) or NO_WORDS)


def _with_words(block: Block) -> Block:
    if isinstance(block, Heading):
        return evolve(block, text=_heading(block.text))
    if isinstance(block, Beside):
        return evolve(block, left=tuple(map(_with_words, block.left)), right=tuple(map(_with_words, block.right)))
    return evolve(block, alt=name(block.alt.strip() or NO_WORDS)) if isinstance(block, Figure) else block


def with_pictures(document: Document, change: Callable[[str], str]) -> Document:
    """The document with the source of every picture changed, of those that stand beside others too."""
    def to(block: Block) -> Block:
        if isinstance(block, Beside):
            return evolve(block, left=tuple(map(to, block.left)), right=tuple(map(to, block.right)))
        return evolve(block, svg=change(block.svg)) if isinstance(block, Figure) else block

    return evolve(document, blocks=tuple(map(to, document.blocks)))


def pictures_of(document: Document) -> list[str]:
    """The source of every picture in a document."""
    found: list[str] = []

    def kept(svg: str) -> str:
        found.append(svg)
        return svg

    with_pictures(document, kept)
    return found


def changed(document: Document, change: Change) -> Document:
    """The document with every text that is read changed; pictures and what is attached stay as they are.

    Parameters
    ----------
    change : callable
        A text to a text.
    """
    def to(text: Said) -> Said:
        return name(str(change(text)))

    return evolve(
        document, title=to(document.title), subtitle=to(document.subtitle), foot=to(document.foot),
        blocks=tuple(_block(block, to) for block in document.blocks),
        attachments=tuple(_attachment(one, to) for one in document.attachments),
    )


def texts_of(document: Document) -> list[str]:
    """Every text that is read in a document."""
    found: list[str] = []

    def kept(text: Said) -> str:
        found.append(text)
        return text

    changed(document, kept)
    return found


def cut(text: str, most: int = LONGEST_FOOT) -> str:
    """A text for a single line.

    >>> cut("Garfield Senior High", 9)
    'Garfield…'
    """
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _attachment(one: Attachment, to: Callable[[Said], Said]) -> Attachment:
    return evolve(one, about=to(one.about))


def _block(block: Block, to: Callable[[Said], Said]) -> Block:
    if isinstance(block, Heading | Paragraph):
        return evolve(block, text=to(block.text))
    if isinstance(block, Points):
        return evolve(block, items=tuple(map(to, block.items)))
    if isinstance(block, KeyFigures):
        return KeyFigures(tuple(KeyFigure(to(one.value), to(one.label), to(one.note)) for one in block.figures))
    if isinstance(block, Table):
        columns: tuple[TableColumn, ...] = tuple(evolve(column, label=to(column.label)) for column in block.columns)
        return Table(columns, tuple(tuple(map(to, row)) for row in block.rows), to(block.caption), to(block.note), block.lines)
    if isinstance(block, Figure):
        return evolve(block, alt=to(block.alt), caption=to(block.caption))
    if isinstance(block, Beside):
        return evolve(block, left=tuple(_block(one, to) for one in block.left), right=tuple(_block(one, to) for one in block.right))
    if isinstance(block, Blank):
        return evolve(block, question=to(block.question))
    if isinstance(block, Contents):
        return evolve(block, title=to(block.title), entries=tuple(evolve(one, text=to(one.text)) for one in block.entries))
    return block
