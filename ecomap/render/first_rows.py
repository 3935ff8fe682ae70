"""Which rows of a table come first and which are left out where not all fit: one rule for screen, page, paper and files, and its words.

What decides, the first of these that a table has: the difference the table is about (the largest of either sign first), a rank
through all rows, how many or which share is left out, the number its map is coloured by, how many children, how many of anything,
how much money. A short table, and one that counts its ranks again for every place, keeps the order it was made in. Rows without the
number come last, whatever the order, for nobody knows where they belong; ties go by rank and by id, so that the order of a file decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from attrs import frozen

from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.result import Output
from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.model.said import name as kept
from ecomap.model.style import GRADUATED
from ecomap.model.units import format_number

SHORT: Final = 12  # rows; a table of need fifths keeps its order
WORST: Final = ("out_of_reach", "people_in_gap", "share_out")  # who is left out
OWN, SMALLEST, LARGEST, EITHER = "own", "smallest", "largest", "either"
_THROUGH_ALL = 4   # a rank goes through all rows where it reaches a fourth of them; peers of every school are counted from 1 again
_KEY = "_ecomap_key"
_COUNTED = ("count", "usd")


@frozen
class Order:
    """What decides the order of a table's rows: a column and which of its numbers come first; or its own order."""

    column: Column | None = None
    first: str = OWN  # own | smallest | largest | either (the largest of either sign)
    ties: str = ""    # the rank that comes next, where the column leaves rows alike

    @property
    def words(self) -> Said:
        """The order in a sentence."""
        if self.column is None:
            return say("Rows are in the order of the answer.")
        label = self.column.label
        if self.column.unit == "rank" and self.first == SMALLEST:
            return say("Rows are in the order of “{column}”, the first rank first.", column=label)
        if self.first == SMALLEST:
            return say("Rows are in the order of “{column}”, the smallest first.", column=label)
        if self.first == EITHER:
            return say("Rows are in the order of “{column}”, the largest first, up or down.", column=label)
        return say("Rows are in the order of “{column}”, the largest first.", column=label)


AS_MADE: Final = Order()


@frozen
class FirstRows:
    """The rows of a table that fit, out of how many, in the order that decides."""

    frame: Any
    every: int
    order: Order

    @property
    def left_out(self) -> int:
        return self.every - len(self.frame)

    @property
    def words(self) -> Said:
        """How many rows of how many these are and what decided; "" where all are there."""
        if not self.left_out:
            return NOTHING
        shown = say("The first {shown} of {all} rows.", shown=format_number(len(self.frame)), all=format_number(self.every))
        return joined([shown, self.order.words, say("Key figures and sums count all rows.")])


def order_of(output: Output) -> Order:
    """What decides the order of an answer's table."""
    frame = output.frame
    there = [column for column in output.columns if not column.hidden and column.name in frame.columns and _numbers(frame[column.name])]
    by_name = {column.name: column for column in there}
    rank = next((column for column in there if column.unit == "rank"), None)
    ties = rank.name if rank is not None and _through_all(frame[rank.name]) else ""
    about = output.told_by
    if about in frame.columns and _numbers(frame[about]):
        described = next((column for column in output.columns if column.name == about), Column(about, kept(about)))
        return Order(described, EITHER if frame[about].min() < 0 else LARGEST, ties)
    if about in frame.columns:
        return AS_MADE  # told by a name: the rows stand by it already, and no number decides
    if rank is not None:
        return Order(rank, SMALLEST) if ties else AS_MADE
    if len(frame) <= SHORT:
        return AS_MADE
    style = output.style
    if not by_name.keys().isdisjoint(WORST):
        return Order(next(by_name[name] for name in WORST if name in by_name), LARGEST)
    if style is not None and style.kind == GRADUATED and style.column in by_name:
        return Order(by_name[style.column], SMALLEST if style.least_is_darkest else LARGEST)
    return _by_how_many(there)


def _by_how_many(there: Sequence[Column]) -> Order:
    """Most children, else most of what is counted first, else most money."""
    beside = {name for column in there for name in (column.moe, column.low, column.high) if name}
    counted = [column for column in there if column.unit in _COUNTED and column.name not in beside]
    counted.sort(key=lambda column: (column.name != v.CHILDREN, _COUNTED.index(column.unit)))
    return Order(counted[0], LARGEST) if counted else AS_MADE


def in_order(frame: Any, order: Order) -> Any:
    """All rows in an order: those without the number last, ties by their id. The frame itself stays as it is."""
    if order.column is None:
        return frame
    key = frame[order.column.name].astype("float64")
    key = {SMALLEST: key, LARGEST: -key, EITHER: -key.abs()}[order.first]
    by = [_KEY, *(name for name in (order.ties, v.ID) if name in frame.columns)]
    return frame.assign(**{_KEY: key}).sort_values(by, kind="stable", na_position="last").drop(columns=_KEY)


def first_rows(output: Output, most: int) -> FirstRows:
    """The rows of an answer's table that there is room for, all of them where they fit, in the order that decides.

    Parameters
    ----------
    most : int
        Room, in rows.
    """
    order = order_of(output)
    return FirstRows(in_order(output.frame, order).head(most), len(output.frame), order)


def _numbers(series: Any) -> bool:
    """Whether a column holds a number in some row, and nothing that is none."""
    return series.dtype.kind in "iuf" and bool(series.notna().any())


def _through_all(ranks: Any) -> bool:
    return bool(ranks.max() * _THROUGH_ALL >= len(ranks))
