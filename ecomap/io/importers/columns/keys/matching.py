"""Codes of a file beside codes of the project: which column means which, and how many meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from ecomap.io.importers.columns.looks import Looks, coded, is_bookkeeping, is_code
from ecomap.io.table import text_of
from ecomap.io.table.keys import bare_code
from ecomap.model.layer import Layer
from ecomap.model.said import Said, plural, say
from ecomap.model.said import name as named
from ecomap.model.units import format_number
from ecomap.model.vocabulary import GEOMETRY, ID, REASON_SUFFIX

ENOUGH = 0.5        # share of the file's codes, or of the layer's rows, from which two columns are said to match
SMALL = 3           # digits of numbers that may be anything
SHORT_CODE = 7      # digits that the code of a school has at most within its long code
_LONG_CODES = (12, 14)  # NCES and California: state or county, district, school


@frozen
class Match:
    """A column of codes and the column of a layer that knows them.

    Parameters
    ----------
    ids : mapping
        Code as the file writes it -> id of the layer's row.
    matched, of : int
        Of so many different codes of the file, this many are known.
    rows : int
        Rows of the layer.
    exact : bool
        Whether the codes are the ids of the layer, letter by letter.
    """

    layer: Layer
    column: str
    ids: Mapping[str, str] = field(repr=False, eq=False)
    matched: int
    of: int
    rows: int
    exact: bool = False

    @property
    def rate(self) -> float:
        """The larger of the shares of the file's codes and of the layer's rows that are met (0-1)."""
        return max(self.matched / max(self.of, 1), len(set(self.ids.values())) / max(self.rows, 1))


def code_columns(frame: Any) -> tuple[str, ...]:
    """The columns of a layer by which its rows can be told apart, its ids first."""
    looks = Looks(frame)
    others = [
        column for column in frame.columns
        if column not in (ID, GEOMETRY) and not str(column).endswith(REASON_SUFFIX) and coded(str(column), looks) > 0
        and looks.filled(column) > 0 and _differs(looks, column)
    ]
    return (ID, *others)


def _differs(looks: Looks, column: str) -> bool:
    cells = looks.cells(column)
    return len(cells) > 0 and cells.nunique() / len(cells) >= 0.9


class Book:
    """The codes of a layer, column by column, gathered once: what each means, also without what programs add or take away."""

    def __init__(self, frame: Any, layer: Layer, columns: tuple[str, ...] = ()) -> None:
        self.layer, self.rows = layer, len(frame)
        self.columns = columns or code_columns(frame)
        self._frame = frame
        self._known: dict[str, dict[str, str]] = {}
        self._bare: dict[str, dict[str, str]] = {}

    def known(self, column: str) -> dict[str, str]:
        """Code as it stands -> id of its row."""
        if column not in self._known:
            pairs = zip(text_of(self._frame[column]), self._frame[ID])
            self._known[column] = {text: str(key) for text, key in pairs if isinstance(text, str)}
        return self._known[column]

    def bare(self, column: str) -> dict[str, str]:
        """Bare code -> id of its row; codes that only differ in what was taken away are left out."""
        if column not in self._bare:
            forms = [(bare_code(text), key) for text, key in self.known(column).items()]
            counted = Counter(form for form, _ in forms)
            self._bare[column] = {form: key for form, key in forms if counted[form] == 1}
        return self._bare[column]


def best_match(codes: Any, book: Book, *, parts: bool = False) -> Match | None:
    """The column of a layer that knows most of a file's codes; None if it knows too few.

    Parameters
    ----------
    codes : Series of str
        As the file writes them.
    parts : bool
        Whether a short code may be the end of a long one, as a school's number within its state's code.
    """
    different = [str(code) for code in codes.dropna().unique()]
    if not different:
        return None
    found: list[Match | None] = [_match(different, book, column) for column in book.columns]
    if parts:
        found += [_within(different, book, column) for column in book.columns]
    small = all(len(code) <= SMALL and code.isdigit() for code in different)  # meet others by chance
    good = [one for one in found if one is not None and one.matched and one.rate >= ENOUGH and (one.matched > 1 or one.of == 1 or one.rows == 1)
            and not (small and one.column != ID and one.matched < 0.9 * one.of)]
    return max(good, key=lambda one: (one.matched, one.exact, one.column == ID), default=None)


def _match(different: list[str], book: Book, column: str) -> Match:
    known = book.known(column)
    literal = {code: known[code] for code in different if code in known}
    if len(literal) == len(different):
        return Match(book.layer, column, literal, len(literal), len(different), book.rows, column == ID)
    bare = book.bare(column)
    asked = Counter(bare_code(code) for code in different)
    loose = {code: bare[form] for code in different if (form := bare_code(code)) in bare and (asked[form] == 1 or code in known)}
    ids = {**loose, **literal}
    return Match(book.layer, column, ids, len(ids), len(different), book.rows, column == ID and len(ids) == len(literal))


def _within(different: list[str], book: Book, column: str) -> Match | None:
    """Short numbers as the ends of long ones: 112345 is the school of 19-64733-0112345."""
    short = {code: bare_code(code) for code in different}
    if not all(form.isdigit() and len(form) <= SHORT_CODE for form in short.values()):
        return None
    long = {text: key for text, key in book.known(column).items() if text.isdigit()}
    lengths = {len(text) for text in long} & set(_LONG_CODES)
    if len(lengths) != 1 or len(long) < 0.8 * book.rows:
        return None
    width = SHORT_CODE if lengths == {14} else 5
    ends = Counter(text[-width:].lstrip("0") for text in long)
    by_end = {text[-width:].lstrip("0"): key for text, key in long.items()}
    ids = {code: by_end[form] for code, form in short.items() if ends[form] == 1}
    return Match(book.layer, column, ids, len(ids), len(different), book.rows)


def match_said(column: str, match: Match) -> Said:
    """``356 of 356 codes in 'school_id' match the ids of 'Schools'.``"""
    what = say("the ids") if match.column == ID else say("the column '{column}'", column=named(match.column))
    return plural("{matched} of {n} code in '{column}' matches {what} of '{layer}'.", "{matched} of {n} codes in '{column}' match {what} of '{layer}'.",
                  match.of, matched=format_number(match.matched), column=named(column), what=what, layer=match.layer.name)


def file_columns(frame: Any) -> list[tuple[str, Any]]:
    """The columns of a file that could be codes, with their cells as text; those that are called a code first."""
    looks = Looks(frame)
    chosen = [(column, coded(str(column), looks)) for column in looks.columns
              if not is_bookkeeping(str(column)) and is_code(looks.cells(column)) and looks.cells(column).nunique() > 1]
    chosen.sort(key=lambda one: (-one[1], len(str(one[0])), str(one[0])))
    return [(column, text_of(frame[column])) for column, _ in chosen]
