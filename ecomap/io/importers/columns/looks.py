"""What the cells of a column look like: codes, names, numbers, and how many of them differ."""

from __future__ import annotations

import re
from typing import Any

from ecomap.io.importers.columns.headings import words_of
from ecomap.io.table import text_of

MOST = 5000  # rows of a column that are looked at; of more, every n-th

_CODE_WORDS = frozenset(["id", "code", "number", "key", "fips", "geoid", "geocode", "nces", "ncessch", "ncesschool", "ncesschoolid", "urn", "uprn", "dbn", "cds", "cdscode", "ref", "reference", "guid", "uuid", "pin", "iso", "gss", "geo", "dauid", "ctuid", "cvegeo", "datazone", "lsoa", "msoa", "oa", "tract", "block", "leaid", "laestab", "beds", "seasch"])
_NO_CODE = frozenset(["phone", "fax", "email", "url", "website", "link", "web", "postcode", "date", "year", "time", "latitude", "longitude", "x", "y", "count", "total", "percent", "rate", "share", "enrollment", "population", "children", "score", "rank", "index", "pctl", "percentile", "area", "acres", "sqmi", "length", "distance", "capacity", "grade", "age", "objectid", "fid", "shape", "median", "mean", "income", "ratio", "teachers", "boys", "girls", "male", "female", "east", "north", "easting", "northing"])
_BOOKKEEPING = re.compile(r"^(objectid(_\d+)?|fid(_\d+)?|ogc_fid|esri_oid|globalid|global_id|shape.*|column_\d+|unnamed.*|symbolid|index|gid|"
                          r"created?_.*|edited?_.*|last_.*|update.*|timestamp|_.*)$")
_CODE_CELL = re.compile(r"^(?=.*\d)[A-Za-z0-9][A-Za-z0-9./_-]*$|^[A-Za-z]{1,12}[ #-]\d{1,6}$|^\{?[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}\}?$")
_ROUNDED = re.compile(r"^\d(?:[.,]\d+)?[eE]\+?\d{1,2}$")
_DATE = re.compile(r"^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}")


class Looks:
    """The columns of a file, looked at when they are asked for."""

    def __init__(self, frame: Any) -> None:
        self.frame = frame
        self.columns = [column for column in frame.columns if column != "geometry"]
        self._cells: dict[str, Any] = {}
        self._shares: dict[str, tuple[float, float]] = {}

    def cells(self, column: str) -> Any:
        """The cells that are not blank, as text; of a long file a few thousand, from the whole of it."""
        if column not in self._cells:
            values = self.frame[column]
            step = -(-len(values) // MOST)
            self._cells[column] = text_of(values.iloc[::step] if step > 1 else values).dropna()
        return self._cells[column]

    def shares(self, column: str) -> tuple[float, float]:
        """Shares of the rows that have a cell, and of those cells that differ (0-1), over the whole file."""
        if column not in self._shares:
            values = self.frame[column]
            try:
                there, different = int(values.notna().sum()), int(values.nunique())
            except TypeError:  # lists and records as cells
                texts = text_of(values)
                there, different = int(texts.notna().sum()), int(texts.nunique())
            if there and len(self.cells(column)) < 0.98 * there * len(self.cells(column)) / max(len(values), 1):
                there = len(self.cells(column))
            self._shares[column] = (there / max(len(values), 1), different / there if there else 0.0)
        return self._shares[column]

    def filled(self, column: str) -> float:
        return self.shares(column)[0]

    def distinct(self, column: str) -> float:
        return self.shares(column)[1]


def is_unique(cells: Any) -> bool:
    return len(cells) > 0 and bool(cells.is_unique)


def is_code(cells: Any) -> bool:
    """True if most cells could be codes: of one word with a digit in it, no decimals, no dates; "Cell 7" too."""
    if not len(cells):
        return False
    texts = cells.str.replace(r"\.0$", "", regex=True)
    fits = texts.str.match(_CODE_CELL) & ~texts.str.match(r"^-?\d+[.,]\d+$") & ~texts.str.match(_DATE) & (texts.str.len() <= 40)
    return bool(fits.mean() >= 0.8)


def is_rounded(cells: Any) -> bool:
    """True if a spreadsheet has turned the codes into rounded numbers: 1.001E+09."""
    return len(cells) > 0 and bool(cells.str.match(_ROUNDED).mean() >= 0.5)


def is_words(cells: Any) -> bool:
    """True if most cells have letters, and are neither dates nor addresses of the web."""
    return len(cells) > 0 and bool((cells.str.contains(r"[^\W\d_]{2}", regex=True) & ~cells.str.contains(r"@|://|^[\[{]")).mean() >= 0.6)


def is_numbering(cells: Any) -> bool:
    """True if every cell is a whole number, as of wards or zones."""
    return len(cells) > 0 and bool(cells.str.match(r"^\d{1,5}(\.0)?$").all())


def is_bookkeeping(column: str) -> bool:
    """Whether a column is the numbering of a program, which says nothing of the thing."""
    from ecomap.io.importers.columns.headings import plain

    return bool(_BOOKKEEPING.match(plain(column)))


def coded(column: str, looks: Looks) -> float:
    """How much a column looks like the code of its rows, from 0 (not at all); uniqueness is looked at elsewhere."""
    words = words_of(column)
    if is_bookkeeping(column) or words & _NO_CODE:
        return 0.0
    cells = looks.cells(column)
    if not is_code(cells):
        return 0.0
    called = bool(words & _CODE_WORDS)
    texts = cells.str.replace(r"\.0$", "", regex=True)
    lengths = texts.str.len()
    uniform = bool(lengths.nunique() <= 2)
    lettered = bool(texts.str.contains(r"[A-Za-z]").mean() >= 0.8)
    if not called and not lettered and not (uniform and lengths.max() >= 5):
        return 0.0
    return 1.0 + 2.0 * called + uniform + lettered
