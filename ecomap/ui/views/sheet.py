"""What a view shows: columns and rows of cells that say how they are drawn, where they lead and what is behind them."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from ecomap.model.said import NOTHING, Said, name, say

# How the cells of a column are drawn.
NAME, TEXT, HEAT, MARK, BAR, STACK = "name", "text", "heat", "mark", "bar", "stack"


@frozen
class Cell:
    """One cell.

    Parameters
    ----------
    text : Said
        What it says, always readable without its colour.
    share : float or None
        0-1: strength of its colour (heat) or length of its bar; None for none.
    colour : str
        Of the bar or mark, ``#RRGGBB``; "" takes the theme's bar colour.
    parts : tuple of (share, colour)
        Pieces of a stacked bar, 0-1 of the column's width.
    tip : Said
        The whole sentence, for the pointer and for screen readers.
    refs : str
        The rows behind it, "role/id; role/id".
    quiet : bool
        It says why there is no number, or that there is nothing.
    """

    text: Said = NOTHING
    share: float | None = None
    colour: str = ""
    shape: str = ""
    parts: tuple[tuple[float, str], ...] = ()
    tip: Said = NOTHING
    refs: str = ""
    quiet: bool = False


@frozen
class ViewColumn:
    """One column: its heading, the heading above several, and how its cells are drawn."""

    label: Said
    kind: str = TEXT
    group: Said = NOTHING
    tip: Said = NOTHING
    px: int = 0          # width; 0 is measured from the cells
    right: bool = False


@frozen
class ViewRow:
    """One row and the place it speaks of, if any."""

    id: str
    cells: tuple[Cell, ...]
    place: str = ""      # id of a school


@frozen(eq=False)
class ViewSheet:
    """A whole view: what it is called, what it says on top, its columns and rows in the order to read them."""

    title: Said
    caption: Said
    columns: tuple[ViewColumn, ...]
    rows: tuple[ViewRow, ...]


EMPTY = Cell()
NOT_REPORTED: Final = say("not reported")
NOTHING_HERE: Final = name("–")
