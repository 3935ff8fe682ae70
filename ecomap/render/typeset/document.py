"""What a written document holds, from top to bottom: plain blocks that know neither paper nor project."""

from __future__ import annotations

from typing import Final, Literal

from attrs import field, frozen

from ecomap.model.said import NOTHING, Said, as_said

PAPERS: Final = ("letter", "a4")


@frozen
class Heading:
    """The heading of what follows; ``level`` 1 is a chapter, 2 a part of it, 3 a part of that. Bookmarks are made of them."""

    text: Said = field(converter=as_said)
    level: int = 1


@frozen
class Paragraph:
    """Whole sentences. ``kind``: what leads in is larger, a caution stands in a box, small print is small."""

    text: Said = field(converter=as_said)
    kind: Literal["text", "lead", "caution", "small"] = "text"


@frozen
class Points:
    """Several short things, one under the other."""

    items: tuple[Said, ...]
    kind: Literal["text", "small"] = "text"


@frozen
class KeyFigure:
    """One number that everybody should see: with its margin or range, and what it is of."""

    value: Said = field(converter=as_said)
    label: Said = field(converter=as_said)
    note: Said = field(default=NOTHING, converter=as_said)


@frozen
class KeyFigures:
    """Up to four key figures side by side; more stand in further rows."""

    figures: tuple[KeyFigure, ...]


@frozen
class TableColumn:
    """A column of a table. ``share`` is the part of the width that it takes of what columns of numbers leave; 0 as wide as its content."""

    label: Said = field(converter=as_said)
    numbers: bool = False
    share: float | None = None

    @property
    def width(self) -> float:
        """The share, columns of words one part each where nobody said."""
        return self.share if self.share is not None else 0.0 if self.numbers else 1.0


@frozen
class Table:
    """Rows under a row of headings, which comes again on every page. Every row has as many cells as there are columns."""

    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Said, ...], ...]
    caption: Said = field(default=NOTHING, converter=as_said)
    note: Said = field(default=NOTHING, converter=as_said)  # what is cut and by which rule, who says so
    lines: int = 1  # how high every row is at least, in lines: room to write by hand


@frozen
class Figure:
    """A picture as SVG; ``alt`` says in words what it shows, for who cannot see it. ``width`` is a share of the column of text.

    One that is ``afloat`` stands at the top or the foot of a page of its chapter, where the text around it leaves no hole.
    """

    svg: str = field(repr=False)
    alt: Said = field(converter=as_said)
    caption: Said = field(default=NOTHING, converter=as_said)
    width: float = 1.0
    afloat: bool = False


@frozen
class Blank:
    """An open question with room to answer it by hand, or by typing."""

    question: Said = field(converter=as_said)
    lines: int = 3


@frozen
class PageBreak:
    """What follows begins on a new page."""


@frozen
class Entry:
    """A line of contents that lead to another file of a chain: what is there, on which page, and which chapter behind it that is."""

    text: Said = field(converter=as_said)
    page: int
    chapter: int


@frozen
class Contents:
    """The headings with their pages, down to a level; or ``entries``, where the headings stand in the next files of a chain."""

    title: Said = field(converter=as_said)
    depth: int = 1
    entries: tuple[Entry, ...] = ()


@frozen
class Beside:
    """Two short things side by side on paper, read left before right; one under the other where a text has no columns.

    ``share`` is the part of the width that the left one takes.
    """

    left: tuple[Block, ...]
    right: tuple[Block, ...]
    share: float = 0.5


Block = Heading | Paragraph | Points | KeyFigures | Table | Figure | Blank | PageBreak | Contents | Beside


@frozen
class Attachment:
    """A text that goes along in the file: the record of what it was made from."""

    file_name: str
    text: str = field(repr=False)
    about: Said = field(converter=as_said)
    mime: str = "application/json"


@frozen
class Document:
    """A document: its title stands on top, what ``foot`` says at the foot of every page.

    Parameters
    ----------
    made_on : str
        ISO date; the only time that the file knows, so that the same document gives the same bytes.
    paper : {"letter", "a4"}
    dense : bool
        Whether things stand closer together, in a long document; type is as large.
    first_page : int
        The number of its first page; 0 where it stands by itself, and says of how many each page is one. In a chain of files only the
        first one shows its title.
    """

    title: Said = field(converter=as_said)
    blocks: tuple[Block, ...]
    language: str = "en"
    subtitle: Said = field(default=NOTHING, converter=as_said)
    foot: Said = field(default=NOTHING, converter=as_said)
    made_on: str = ""
    paper: Literal["letter", "a4"] = "letter"
    landscape: bool = False
    dense: bool = False
    first_page: int = 0
    attachments: tuple[Attachment, ...] = ()
