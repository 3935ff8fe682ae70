"""Tables on their way out: every count of pupils on all of them, the sums these are parts of, and what is hidden for both.

Which numbers count pupils is declared, never guessed: columns with the unit "pupils", and the columns of `PUPIL_COUNTS`
wherever they stand; `door` declares those of tables of schools whose heading speaks of pupils. Everything that speaks of the same pupils is protected together: a school's count in its layer and in
every result is one number; a row that names the rows behind it is their sum; a table by need fifth adds up the schools of
each fifth; the total of a layer counts as known. See `ecomap.analysis.release.suppression` for the rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import evolve, field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.presence import rows_behind
from ecomap.analysis.assets.school_need import number
from ecomap.analysis.gaps.room import assignment as k
from ecomap.analysis.gaps.room.groups import COMPARED, EVERYBODY, MORE, SHARE_NONE_MOE
from ecomap.analysis.gaps.room.tables import SHARE_NONE, SHARE_SERVED
from ecomap.analysis.money.attribution import GENERATED
from ecomap.analysis.release import dollars
from ecomap.analysis.release.followers import is_error_of
from ecomap.analysis.release.suppression import Cells, hide
from ecomap.model import vocabulary as v
from ecomap.model.judgement import UNKNOWN
from ecomap.model.layer import Column
from ecomap.model.progress import Progress, silent
from ecomap.model.pupils import PUPILS, SUPPRESSED, THRESHOLD
from ecomap.model.said import NOTHING
from ecomap.model.said import name as called

PUPIL_COUNTS: Final = frozenset({v.ENROLLMENT, v.FRPM_COUNT, v.UNDUPLICATED, v.MEMBERSHIP, *v.ADA_COLUMNS.values()})
WHOLES: Final = {v.FRPM_COUNT: v.ENROLLMENT, v.UNDUPLICATED: v.ENROLLMENT}
SHARES: Final = {v.FRPM_SHARE: v.FRPM_COUNT, v.UNDUPLICATED_SHARE: v.UNDUPLICATED, v.DISADVANTAGED: "", v.NONSTABILITY: ""}
# Columns that speak of the school in another column of the same row.
PREFIXES: Final = {"school_": v.SCHOOL_ID, "peer_": "peer_id"}
PER_PUPIL: Final = "per_pupil"
# The states of a group add up to all of it, and what is worked out of them goes with any of them.
STATES: Final = (k.SERVED, k.FULL, k.OUT)
OF_STATES: Final = (SHARE_SERVED, SHARE_NONE, SHARE_NONE_MOE, MORE, COMPARED)
_GROUPS: Final = (c.FIFTH, a.SCHOOL_FIFTH)
_NO_SHARE, _ROUNDED = 1.5, 0.006
_TOTAL_COST, _GUARD_COST, _SUM_COST = 1_000.0, 100.0, 30.0


@frozen
class Sheet:
    """One table on its way out. ``role``: of the layer whose ids its rows share, "" if none."""

    key: str
    frame: Any = field(eq=False, repr=False)
    columns: tuple[Column, ...]
    role: str = ""
    whole: bool = False  # a layer: the total over its rows counts as known
    shares: frozenset[str] = frozenset()  # columns with parts of the pupils of a school under names of their own


def released_in_turn(turns: Sequence[Sequence[Sheet]], progress: Progress | None = None) -> tuple[Sheet, ...]:
    """Hide small counts of pupils in tables that leave together, one turn of them after the other.

    What one turn published stays public, so a later turn hides its own numbers in its stead, and the files of all turns laid
    together give no small group back. Tables without small counts come back as they are.
    """
    book, hidden = _Book(), np.zeros(0, dtype=bool)
    progress = progress or silent()
    for done, turn in enumerate(turns):
        progress.at(done / len(turns))
        before = len(book.values)
        for sheet in turn:
            progress.check()
            book.read(sheet)
        for sheet in turn:
            progress.check()
            book.relate(sheet, turn)
        hidden = hide(book.cells(), before=hidden if before else None, progress=progress)
    return tuple(_applied(sheet, book, hidden) for turn in turns for sheet in turn)


def counts_pupils(column: Column) -> bool:
    """Whether a column counts pupils of a group: by its unit or because its name is declared."""
    return column.unit == PUPILS or measure(column.name) in PUPIL_COUNTS


def measure(name: str) -> str:
    """What a column measures, whichever school of the row it speaks of.

    >>> measure("peer_frpm_share"), measure("school_id")
    ('frpm_share', 'school_id')
    """
    for prefix in PREFIXES:
        rest = name.removeprefix(prefix)
        if rest != name and (rest in PUPIL_COUNTS or rest in SHARES):
            return rest
    return name


class _Book:
    """Every count of pupils on all sheets, each once, and the sums they are parts of."""

    def __init__(self) -> None:
        self.at: dict[tuple[str, str, str], int] = {}     # (measure, role or sheet, id) -> position
        self.values: list[float] = []
        self.cost: list[float] = []
        self.open: list[bool] = []
        self.equations: list[tuple[np.ndarray, np.ndarray]] = []
        self.place: dict[tuple[str, str], np.ndarray] = {}  # (sheet, column) -> position of every row, -1 where missing
        self.sums: dict[str, np.ndarray] = {}               # sheet of money -> positions of its sums of dollars

    def read(self, sheet: Sheet) -> None:
        open_row = EVERYBODY if _has_states(sheet) else None  # everybody counted is no small group, and stands elsewhere
        for column in _pupil_columns(sheet):
            values = number(sheet.frame, column)
            what, role, ids = dollars.stood_in_for(sheet.frame, measure(column)), *_entities(sheet, column)
            self.place[sheet.key, column] = np.array(
                [-1 if np.isnan(value) or value < 0 or one == open_row else self._position((what, role, one), value, sheet.key)
                 for one, value in zip(ids, values, strict=True)], dtype=int)

    def _position(self, key: tuple[str, str, str], value: float, sheet: str) -> int:
        known = self.at.get(key)
        if known is not None and self.values[known] != value:  # another year or another count of the same school
            key = (key[0], f"{key[1]}@{sheet}", key[2])
            known = self.at.get(key)
        if known is None:
            known = self.at[key] = self._add(value, 1.0 + float(np.log1p(value)))
        return known

    def _add(self, value: float, cost: float, is_open: bool = True) -> int:
        self.values.append(value)
        self.cost.append(cost)
        self.open.append(is_open)
        return len(self.values) - 1

    def relate(self, sheet: Sheet, sheets: Sequence[Sheet]) -> None:
        if _has_states(sheet):
            for total, *states in zip(*(self.place[sheet.key, name] for name in (k.DEMAND, *STATES)), strict=True):
                self._sum_if_true(int(total), [int(state) for state in states])
        if sheet.whole and sheet.role == v.SCHOOL and (sheet.key, v.ENROLLMENT) in self.place:
            for at, factor in dollars.guards(sheet.frame, self.place[sheet.key, v.ENROLLMENT], self.place.get((sheet.key, v.FRPM_COUNT))):
                if np.array(self.values)[at] @ factor >= THRESHOLD:
                    self._dollars(at, factor, _GUARD_COST)
        if sheet.role and dollars.is_money(sheet.frame):
            self._of_money(sheet, sheets)
        for column in _pupil_columns(sheet):
            places = self.place[sheet.key, column]
            if sheet.whole and (places >= 0).any():
                parts = np.unique(places[places >= 0])
                total = self._add(float(np.sum([self.values[n] for n in parts])), _TOTAL_COST)
                self._sum(total, parts)
            if a.ROWS in sheet.frame and sheet.role == "":
                for place, text in zip(places, sheet.frame[a.ROWS], strict=True):
                    self._sum_if_true(int(place), [self.at.get((measure(column), *one), -1) for one in rows_behind(str(text))])
            for group in _GROUPS:
                self._by_group(sheet, column, group, sheets)
            whole = WHOLES.get(measure(column), "")
            other = next((n for n in _pupil_columns(sheet) if n.replace(whole, measure(column)) == column), "") if whole else ""
            if other:
                self._bound(places, self.place[sheet.key, other])

    def _of_money(self, sheet: Sheet, sheets: Iterable[Sheet]) -> None:
        """Sums of dollars over schools are sums over their pupils."""
        found = dollars.dollars_of(sheet.frame, self.place[sheet.key, v.ENROLLMENT], self.place[sheet.key, v.UNDUPLICATED])
        if found is None:
            return
        self.sums[sheet.key] = np.array([self._dollars(*found.sum_of(rows)) for rows in dollars.sums_of(sheet.frame)])
        for other in sheets:
            if not other.role and {GENERATED, c.FIFTH} <= set(other.frame) and other.key.rpartition("/")[0] == sheet.key.rpartition("/")[0]:
                self.sums[other.key] = np.array([
                    self._dollars(*found.sum_of(dollars.rows_of_fifth(sheet.frame, fifth))) for fifth in number(other.frame, c.FIFTH)])
                for place, fifth in zip(self.place.get((other.key, v.ENROLLMENT), ()), number(other.frame, c.FIFTH), strict=False):
                    self._sum_if_true(int(place), found.enrolled[dollars.rows_of_fifth(sheet.frame, fifth)].tolist())

    def _dollars(self, at: np.ndarray, factor: np.ndarray, cost: float = _TOTAL_COST) -> int:
        total = self._add(float(np.sum(np.array(self.values)[at] * factor)), cost)
        self.equations.append((np.append(at, total), np.append(factor, -1.0)))
        return total

    def _by_group(self, sheet: Sheet, column: str, group: str, sheets: Iterable[Sheet]) -> None:
        if sheet.role or group not in sheet.frame or not pd.Series(sheet.frame[group]).is_unique:
            return
        for schools in sheets:
            if schools.role and group in schools.frame and (schools.key, column) in self.place \
                    and schools.key.rpartition("/")[0] == sheet.key.rpartition("/")[0]:
                own = number(schools.frame, group)
                for place, value in zip(self.place[sheet.key, column], number(sheet.frame, group), strict=True):
                    self._sum_if_true(int(place), [int(n) for n in self.place[schools.key, column][own == value]])

    def _sum_if_true(self, total: int, parts: list[int]) -> None:
        """Note that a number is the sum of others, if it is: parts that are missing count as none."""
        known = np.unique([n for n in parts if n >= 0]).astype(int)
        if total < 0 or not len(known) or total in known:
            return
        if abs(sum(self.values[n] for n in known) - self.values[total]) < 1e-6:
            self.cost[total] = max(self.cost[total], _SUM_COST * (1.0 + float(np.log1p(self.values[total]))))
            self._sum(total, known)

    def _sum(self, total: int, parts: np.ndarray) -> None:
        self.equations.append((np.append(parts, total), np.append(np.ones(len(parts)), -1.0)))

    def _bound(self, parts: np.ndarray, wholes: np.ndarray) -> None:
        for part, whole in {(int(p), int(w)) for p, w in zip(parts, wholes, strict=True) if p >= 0 and w >= 0 and p != w}:
            rest = self.values[whole] - self.values[part]
            if rest >= 0:
                slack = self._add(rest, 0.0, is_open=False)
                self.equations.append((np.array([part, slack, whole]), np.array([1.0, 1.0, -1.0])))

    def cells(self) -> Cells:
        return Cells(np.array(self.values), np.array(self.cost), tuple(self.equations), np.array(self.open, dtype=bool))


def _pupil_columns(sheet: Sheet) -> list[str]:
    described = {column.name: column for column in sheet.columns}
    return [str(name) for name in sheet.frame.columns if name != v.GEOMETRY and counts_pupils(described.get(name, Column(str(name), NOTHING)))
            and pd.api.types.is_numeric_dtype(sheet.frame[name]) and not is_error_of(str(name), sheet.frame)]


def _entities(sheet: Sheet, column: str) -> tuple[str, list[str]]:
    """What the rows of a column speak of: the role of the layer, and ids."""
    if measure(column) != column:
        prefix = column[: -len(measure(column))]
        return v.SCHOOL, sheet.frame[PREFIXES[prefix]].astype(str).tolist()
    if sheet.role:
        return sheet.role, sheet.frame[v.ID].astype(str).tolist()
    return sheet.key, sheet.frame[v.ID].astype(str).tolist()


def _has_states(sheet: Sheet) -> bool:
    return {k.DEMAND, *STATES} <= set(_pupil_columns(sheet))


def _applied(sheet: Sheet, book: _Book, hidden: np.ndarray) -> Sheet:
    names = _pupil_columns(sheet)
    gone = {name: (book.place[sheet.key, name] >= 0) & np.append(hidden, False)[book.place[sheet.key, name]] for name in names}
    if _has_states(sheet):
        some = np.any([gone[name] for name in (k.DEMAND, *STATES)], axis=0)
        gone |= {name: some for name in OF_STATES if name in sheet.frame}
    for name in sheet.frame.columns:
        if measure(str(name)) in SHARES:
            gone[str(name)] = _share_gone(sheet, str(name), gone)
        elif PER_PUPIL in str(name) and any(measure(one) == v.ENROLLMENT for one in names):
            gone[str(name)] = next(gone[one] for one in names if measure(one) == v.ENROLLMENT)
    gone |= {name: _part_gone(sheet, name, names, gone) for name in sheet.shares}
    if sheet.key in book.sums:
        gone |= _money_gone(sheet, hidden[book.sums[sheet.key]], gone)
    gone = {name: rows for name, rows in gone.items() if rows.any()}
    if not gone:
        return sheet
    changes: dict[str, Any] = {}
    described = list(sheet.columns)
    for name, rows in gone.items():
        changes[name] = sheet.frame[name].astype(float).mask(rows) if name in names or measure(name) in SHARES or name in sheet.shares \
            else sheet.frame[name].mask(rows)
        reason = name + v.REASON_SUFFIX
        old = sheet.frame[reason].astype(object) if reason in sheet.frame else pd.Series("", index=sheet.frame.index, dtype=object)
        changes[reason] = old.mask(rows, SUPPRESSED)
        if all(column.name != reason for column in described):
            label = next((column.label for column in described if column.name == name), called(name))
            described.append(c.reason_column(name, label))
    return evolve(sheet, frame=sheet.frame.assign(**changes), columns=tuple(described))


def _money_gone(sheet: Sheet, sums: np.ndarray, gone: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Dollars that go with pupils: of schools, or of fifths, where `sums` says which of their sums are hidden."""
    if not sheet.role:
        return {name: sums for name in dollars.OF_FIFTHS if name in sheet.frame}
    rows = gone[v.ENROLLMENT] | gone[v.UNDUPLICATED]
    return dollars.gone_with_pupils(sheet.frame, rows, bool(sums.any()))


def _part_gone(sheet: Sheet, name: str, counts: Sequence[str], gone: Mapping[str, np.ndarray]) -> np.ndarray:
    """A part of a school's pupils goes where it would say that a group is small, or how large a hidden count is.

    Which count it is a part of is not known: of the largest in its row. Parts above one are in per cent.
    """
    parts = number(sheet.frame, name)
    parts = parts / 100 if np.nanmax(np.append(parts, 0.0)) > _NO_SHARE else parts
    wholes = [number(sheet.frame, one) for one in counts]
    sure = [number(sheet.frame, one) for one in counts if _known(sheet, one)] or wholes
    if not wholes:
        return np.zeros(len(sheet.frame), dtype=bool)
    largest = np.nanmax(np.vstack([*sure, np.zeros(len(sheet.frame))]), axis=0)
    small = np.round(parts * largest) < THRESHOLD
    told = [gone[one] & (np.abs(np.nan_to_num(values, nan=-1.0) - parts * largest) <= np.maximum(1.0, _ROUNDED * largest))
            for one, values in zip(counts, wholes, strict=True) if one in gone]
    return np.asarray(~np.isnan(parts) & (small | np.any([*told, np.zeros(len(parts), dtype=bool)], axis=0)))


def _known(sheet: Sheet, name: str) -> bool:
    """Whether a count is known to be of people; what only may be is no whole to take parts of."""
    found = next((column.judgement for column in sheet.columns if column.name == name), None)
    return found is None or found.by != UNKNOWN


def _share_gone(sheet: Sheet, name: str, gone: Mapping[str, np.ndarray]) -> np.ndarray:
    """A share goes with the count it is of, with its whole, and where share x whole is small."""
    part = SHARES[measure(name)]
    of_part = gone.get(name.replace(measure(name), part), np.zeros(len(sheet.frame), bool)) if part else np.zeros(len(sheet.frame), bool)
    whole = name.replace(measure(name), v.ENROLLMENT)
    if whole not in sheet.frame:
        return of_part
    count = np.round(number(sheet.frame, name) * number(sheet.frame, whole))
    return np.asarray(of_part | gone.get(whole, np.zeros(len(sheet.frame), bool)) | (count < THRESHOLD))


