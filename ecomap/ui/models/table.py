"""The rows of a layer or of a result's table, as a sheet that sorts, filters and explains itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from attrs import frozen
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ecomap.model.layer import Column, Layer
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import DOLLARS, METRIC, format_number, measured_in, money_sign
from ecomap.model.vocabulary import GEOMETRY, ID, NAME, REASON_SUFFIX
from ecomap.render.first_rows import AS_MADE, Order
from ecomap.render.words import cells
from ecomap.ui.models.row_order import folded, order_of, sorted_rows
from ecomap.ui.speech import spoken, within

Index = QModelIndex | QPersistentModelIndex
MARK_ROLE = Qt.ItemDataRole.UserRole + 1  # Band, Bar or Margin: what the delegate draws beside the text
BANDED, BARRED = "band", "bar"
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
REASONS = ("why", "reason")
FOLLOWS = "…"  # a cell of an answer that follows the hand, where only the exact answer has it
EMPTY = "–"  # words that an answer has none of in a row
_TEXT_UNITS = ("", "date", "flag")


@frozen
class Band:
    """A rank and the ranks it could be, out of how many."""

    rank: float
    low: float
    high: float
    of: float


@frozen
class Bar:
    """A number 0-1 drawn as a bar."""

    share: float


@frozen
class Margin:
    """The 90 % margin written quietly after a number."""

    text: Said


@frozen(eq=False)
class Sheet:
    """What a table shows: rows, their description, and the layers whose places they are."""

    key: str
    title: Said
    frame: Any
    columns: tuple[Column, ...]
    layer_ids: tuple[str, ...]  # selecting a row selects in the first of these that is on the map
    sources: Said = NOTHING
    answer: Said = NOTHING  # the name of the answer it is a table of
    signed: frozenset[str] = frozenset()  # columns of changes: what grows has a plus before it
    order: Order = AS_MADE  # what decides which rows stand first

    @property
    def full_title(self) -> Said:
        """The title under the name of its answer, if it is of one."""
        return joined([self.answer, self.title], " · ")

    @property
    def is_answer(self) -> bool:
        """Whether it is a table of an answer, not of a layer."""
        return self.key.startswith("result:")


def layer_sheet(layer: Layer, frame: Any) -> Sheet:
    """The attribute table of a layer."""
    return Sheet(f"layer:{layer.id}", layer.name, frame, layer.columns, (layer.id,),
                 joined([name(source.citation) for source in layer.sources], ", "))


def shown_columns(sheet: Sheet) -> tuple[Column, ...]:
    """The columns a person sees: rank first, then the name and the reason in words; margins, bands and reasons stand beside their number."""
    described = {column.name: column for column in sheet.columns}
    aside = {name for column in sheet.columns for name in (column.moe, column.low, column.high) if name}
    aside |= {name for name in sheet.frame.columns if str(name).endswith(REASON_SUFFIX)}
    if not described:
        names: Iterable[str] = [str(n) for n in sheet.frame.columns if n not in (GEOMETRY, ID)]
    else:
        names = [name for name in described if name in sheet.frame.columns]
    if NAME in sheet.frame.columns and NAME not in described:
        names = [NAME, *(n for n in names if n != NAME)]
    shown = [described.get(one, Column(one, say("Name") if one == NAME else name(one.replace("_", " ").capitalize()))) for one in names]
    shown = [column for column in shown if not column.hidden and column.name not in aside and column.name != GEOMETRY]
    ranks = [column for column in shown if column.unit == "rank"]
    ordered = [column for column in ranks if sheet.frame[column.name].dropna().is_monotonic_increasing]   # what the rows stand by
    ranks = ordered or ranks
    rank = next((column for column in ranks if column.low), ranks[0] if ranks else None)

    def place(column: Column) -> tuple[bool, bool, bool]:
        return column is not rank, column.name != NAME, not _explains(sheet, column)

    return tuple(sorted(shown, key=place))


def has_something(sheet: Sheet, column: Column) -> bool:
    """Whether any row of an answer has a number, a word or a reason in a column; columns of layers are always shown."""
    if not sheet.is_answer or not len(sheet.frame) or column.name == NAME or column.name + REASON_SUFFIX in sheet.frame:
        return True
    values = sheet.frame[column.name]
    if values.dtype.kind in "iufbmM":
        return bool(values.notna().any())
    return any(not cells.is_missing(value) and str(value) != "" for value in values.tolist())


def _explains(sheet: Sheet, column: Column) -> bool:
    """Whether a column gives most rows their reason in words, not only the few that have no number."""
    if column.name not in REASONS or not len(sheet.frame):
        return False
    said = sum(not cells.is_missing(value) and str(value) != "" for value in sheet.frame[column.name].tolist())
    return said > 0.5 * len(sheet.frame)


class FrameModel(QAbstractTableModel):
    """A sheet as Qt sees it. Missing numbers are said in words and always sort last; out of reach is the farthest."""

    def __init__(self, sheet: Sheet, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sheet = sheet
        every = shown_columns(sheet)
        self.columns = tuple(column for column in every if has_something(sheet, column))
        self.left_out = tuple(column.label for column in every if column not in self.columns)
        self.ids: list[str] = list(map(str, sheet.frame[ID].tolist()))
        self._values = [sheet.frame[column.name].to_numpy() for column in self.columns]
        self._reasons = [self._beside(column.name + REASON_SUFFIX) for column in self.columns]
        self._margins = [self._beside(column.moe) for column in self.columns]
        self._bands = [(self._beside(column.low), self._beside(column.high)) for column in self.columns]
        self._sorted = np.arange(len(self.ids))
        self._order = self._sorted
        self._places: dict[str, int] | None = None
        self._shares: dict[int, bool] = {}
        self._texts: list[str] | None = None  # what each row is looked for by
        self._words = ""
        self._following = False
        self._follows: frozenset[int] = frozenset()  # columns whose numbers are not there while the hand moves
        self.sorted_by: Column | None = None
        self.direction = Qt.SortOrder.AscendingOrder

    def _beside(self, name: str) -> np.ndarray | None:
        return self.sheet.frame[name].to_numpy() if name and name in self.sheet.frame.columns else None

    # --- Qt ------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if self.is_number(index.column()) else _LEFT
        if role == MARK_ROLE:
            return self.mark(index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._whole(index.row(), index.column())
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return spoken(column.label)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if self.is_number(section) and self.kind(section) != BANDED else _LEFT
        if role == Qt.ItemDataRole.ToolTipRole:
            return spoken(column_help(column))
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, missing last either way, ties in their first order."""
        if not 0 <= column < len(self.columns):
            return
        self.layoutAboutToBeChanged.emit()
        descending = order == Qt.SortOrder.DescendingOrder
        self._sorted = (sorted_rows(self._values[column], descending) if self._following
                        else order_of(self.sheet.frame, self.columns[column].name, descending))
        self.sorted_by, self.direction = self.columns[column], order
        self._filter()
        self.layoutChanged.emit()

    # --- what the panel asks -------------------------------------------------------------------------------------

    def follow(self, frame: Any) -> None:
        """Show other numbers of the same rows, in the order the table is sorted by; what they do not hold is still to come.

        The widths of columns, what is chosen and where the table stands stay.
        """
        place = {str(one): row for row, one in enumerate(frame[ID])}
        rows = np.array([place.get(one, -1) for one in self.ids])
        here = [column.name in frame.columns and bool((rows >= 0).all()) for column in self.columns]
        self.layoutAboutToBeChanged.emit()
        chosen = self.persistentIndexList()
        held = [(index, self.id_at(index.row())) for index in chosen]
        self._following = True
        self._follows = frozenset(n for n, held_by in enumerate(here) if not held_by)
        self._values = [frame[column.name].to_numpy()[rows] if there else old
                        for column, there, old in zip(self.columns, here, self._values, strict=True)]
        self._margins = [frame[column.moe].to_numpy()[rows] if column.moe in frame.columns and there else None
                         for column, there in zip(self.columns, here, strict=True)]
        self._bands = [(None, None) for _ in self.columns]
        self._shares, self._texts = {}, None
        if self.sorted_by is not None:
            column = self.columns.index(self.sorted_by)
            self._sorted = sorted_rows(self._values[column], self.direction == Qt.SortOrder.DescendingOrder)
        self._filter()
        for index, one in held:
            self.changePersistentIndex(index, self.index(self.row_of(one), index.column()))
        self.layoutChanged.emit()

    def set_filter(self, words: str) -> None:
        """Keep the rows in whose text columns every word occurs."""
        self.beginResetModel()
        self._words = words
        self._filter()
        self.endResetModel()

    def _filter(self) -> None:
        self._places = None
        wanted = self._words.casefold().split()
        if not wanted:
            self._order = self._sorted
            return
        if self._texts is None:
            columns = [folded(self._values[n]) for n, column in enumerate(self.columns) if column.unit == "" and not self.is_number(n)]
            self._texts = list(map(" ".join, zip(*columns, strict=True))) if columns else [""] * len(self.ids)
        texts = self._texts
        self._order = np.array([row for row in self._sorted.tolist() if all(word in texts[row] for word in wanted)], dtype=int)

    @property
    def is_following(self) -> bool:
        """Whether it shows numbers that followed the hand."""
        return self._following

    @property
    def kept(self) -> tuple[str, ...]:
        """Ids of the rows that the filter keeps."""
        return tuple(self.ids[source] for source in self._order.tolist())

    def id_at(self, row: int) -> str:
        return self.ids[int(self._order[row])]

    def row_of(self, feature_id: str) -> int:
        """The row a place stands in now, or -1."""
        if self._places is None:
            self._places = {self.ids[int(source)]: row for row, source in enumerate(self._order)}
        return self._places.get(feature_id, -1)

    def is_number(self, column: int) -> bool:
        values = self._values[column]
        return values.dtype.kind in "iuf" and self.columns[column].unit not in ("flag", "date")

    def kind(self, column: int) -> str:
        """How a column is drawn: a band for ranks, a bar for scores 0-1, or plain."""
        described = self.columns[column]
        if described.unit == "rank" and self._bands[column][0] is not None:
            return BANDED
        if described.unit == "score" and self.is_number(column):
            if column not in self._shares:
                self._shares[column] = _within_one(self._values[column])
            return BARRED if self._shares[column] else ""
        return ""

    def text(self, row: int, column: int) -> str:
        if column in self._follows:
            return FOLLOWS
        source = int(self._order[row])
        reasons = self._reasons[column]
        value = self._values[column][source]
        if self.columns[column].name in REASONS and cells.is_missing(value):
            return ""  # nothing needs a reason here
        if self.sheet.is_answer and reasons is None and not self.is_number(column) and (cells.is_missing(value) or value == ""):
            return EMPTY
        if isinstance(value, Said):
            return spoken(value)
        text = spoken(cells.format_value(value, self.columns[column], None if reasons is None else reasons[source]))
        grows = self.columns[column].name in self.sheet.signed and not cells.is_missing(value) and value > 0
        return f"+{text}" if grows and any(digit in text for digit in "123456789") else text

    def is_said(self, row: int, column: int) -> bool:
        """Whether the cell says in words why there is no number."""
        value = self._values[column][int(self._order[row])]
        return cells.is_missing(value) or value == "" or (isinstance(value, float) and bool(np.isinf(value)))

    def mark(self, row: int, column: int) -> Band | Bar | Margin | None:
        source = int(self._order[row])
        value = self._values[column][source]
        if not self.is_number(column) or cells.is_missing(value) or column in self._follows:
            return None
        kind = self.kind(column)
        if kind == BANDED:
            low, high = self._bands[column]
            assert low is not None
            return Band(float(value), float(low[source]), float(value if high is None else high[source]),
                        float(max(len(self.ids), 1)))
        if kind == BARRED:
            return Bar(float(value))
        margins = self._margins[column]
        if margins is not None and not cells.is_missing(margins[source]):
            return Margin(cells.format_margin(float(margins[source]), self.columns[column]))
        return None

    def _whole(self, row: int, column: int) -> str:
        text, mark = self.text(row, column), self.mark(row, column)
        if isinstance(mark, Band):
            return spoken(say("Rank {rank}; between {low} and {high} (90 %)", rank=name(text),
                              low=format_number(mark.low), high=format_number(mark.high)))
        if isinstance(mark, Margin):
            return spoken(say("{value} {margin} (90 % margin)", value=name(text), margin=mark.text))
        return text if len(text) > 24 else ""

    @property
    def count(self) -> Said:
        """``412 rows``, or ``7 of 412`` where a filter keeps some."""
        return row_count(len(self._order), len(self.ids))

    @property
    def summary(self) -> Said:
        """``7 of 412 · sorted by rank``"""
        order = say("sorted by {column}", column=within(self.sorted_by.label)) if self.sorted_by else NOTHING
        return joined([self.count, order], " · ")


def row_count(shown: int, every: int) -> Said:
    """How many rows a table shows, of how many."""
    if shown == every:
        return plural("{n} row", "{n} rows", every)
    return say("{shown} of {every}", shown=format_number(shown), every=format_number(every))


def column_help(column: Column) -> Said:
    """What a header says when it is pointed at."""
    parts = [column.help or column.label]
    if words := (_METRIC_WORDS if measured_in() == METRIC else _MILE_WORDS).get(column.unit) or _UNIT_WORDS.get(column.unit):
        parts.append(words)
    if column.unit == "usd":
        parts.append(say("In dollars.") if money_sign() == DOLLARS else say("In {money}.", money=name(money_sign())))
    if column.moe:
        parts.append(say("± is the 90 % margin of error."))
    if column.low:
        parts.append(say("The bar shows the ranks it could be, with 90 % confidence; left is first, each doubling one step."))
    return joined(parts, "\n")


_MILE_WORDS = {"m": say("In miles."), "m2": say("In square miles.")}
_METRIC_WORDS = {"m": say("In kilometres."), "m2": say("In square kilometres.")}
_UNIT_WORDS = {
    "share": say("In percent."), "points": say("In percentage points."),
    "score": say("From 0 (least) to 1 (most)."), "per_10000": say("Per 10,000 people."),
    "ug_m3": say("Micrograms per cubic metre of air."),
}


def _within_one(values: np.ndarray) -> bool:
    finite = values[np.isfinite(values.astype(float))]
    return bool(len(finite)) and float(finite.min()) >= 0 and float(finite.max()) <= 1.0
