"""Every count of pupils on tables that leave together, each once, and the sums these are parts of: what hiding has to reckon with.

Which numbers count pupils is declared, never guessed: columns with the unit "pupils", and the columns of `PUPIL_COUNTS`
wherever they stand; `door` declares those of tables of schools whose heading speaks of pupils. Everything that speaks of the same pupils
is protected together: a school's count in its layer and in every answer is one number for as long as it stays the same; a row that
names the rows behind it is their sum; a table by need fifth adds up the schools of each fifth; the total of a layer counts as known.
What left earlier (`ledger.Past`) stands in the book first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.presence import rows_behind
from ecomap.analysis.assets.school_need import number
from ecomap.analysis.gaps.room import assignment as k
from ecomap.analysis.gaps.room.groups import EVERYBODY
from ecomap.analysis.money.attribution import GENERATED
from ecomap.analysis.release import dollars
from ecomap.analysis.release.across import relations_across
from ecomap.analysis.release.followers import is_error_of
from ecomap.analysis.release.ledger import HIDDEN, NOTHING, SHOWN, UNTOLD, Left, Past
from ecomap.analysis.release.suppression import Cells, hide
from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.progress import Progress
from ecomap.model.pupils import PUPILS, THRESHOLD
from ecomap.model.release import Cell, Sum
from ecomap.model.said import NOTHING as NO_WORDS

PUPIL_COUNTS: Final = frozenset({v.ENROLLMENT, v.FRPM_COUNT, v.UNDUPLICATED, v.MEMBERSHIP, *v.ADA_COLUMNS.values()})
WHOLES: Final = {v.FRPM_COUNT: v.ENROLLMENT, v.UNDUPLICATED: v.ENROLLMENT}
SHARES: Final = {v.FRPM_SHARE: v.FRPM_COUNT, v.UNDUPLICATED_SHARE: v.UNDUPLICATED, v.DISADVANTAGED: "", v.NONSTABILITY: ""}
# Columns that speak of the school in another column of the same row.
PREFIXES: Final = {"school_": v.SCHOOL_ID, "peer_": "peer_id"}
# The states of a group add up to all of it.
STATES: Final = (k.SERVED, k.FULL, k.OUT)
_GROUPS: Final = (c.FIFTH, a.SCHOOL_FIFTH)
_TOTAL_COST, _GUARD_COST, _SUM_COST = 1_000.0, 100.0, 30.0
# Why a sum is known: everybody knows a total, a row of a table says it, dollars say it, a part is no more than its whole. What guards the
# dollars of a year that nobody has asked for is said nowhere; earlier sums are in the ledger already.
TOTAL, ROW, MONEY, BOUND, GUARD, EARLIER = "total", "row", "money", "bound", "guard", "earlier"


@frozen
class Sheet:
    """One table on its way out. ``role``: of the layer whose ids its rows share, "" if none; then ``kind`` is what it goes by."""

    key: str
    frame: Any = field(eq=False, repr=False)
    columns: tuple[Column, ...]
    role: str = ""
    whole: bool = False  # a layer: the total over its rows counts as known
    shares: frozenset[str] = frozenset()  # columns with parts of the pupils of a school under names of their own
    kind: str = ""  # the question and its table, the same whatever was set: one group is one number in all of its answers

    @property
    def question(self) -> str:
        """What its tables have in common: the answer they are of."""
        return self.key.rpartition("/")[0]


class Numbers:
    """Every count of pupils on all sheets, each version once, and the sums they are parts of."""

    def __init__(self, past: Past) -> None:
        self.past = past
        self.values: list[float] = []
        self.cost: list[float] = []
        self.open: list[bool] = []
        self.keys: dict[tuple[str, str, str, float], int] = {}  # (measure, role or kind, id, value) -> position
        self.names: dict[tuple[str, str], str] = {}             # (role or kind, id) -> what it is called
        self.equations: list[tuple[np.ndarray, np.ndarray]] = []
        self.known_by: list[str] = []                           # of every equation, why its total is known
        self.place: dict[tuple[str, str], np.ndarray] = {}      # (sheet, column) -> position of every row, -1 where missing
        self.sums: dict[str, np.ndarray] = {}                   # sheet of money -> positions of its sums of dollars
        self.across: list[int] = []                             # the equations of numbers in one row
        self.withheld: set[int] = set()                         # hidden with their whole column only, and so free to leave another day
        self._own: dict[str, dict[str, str]] = {}               # role -> id -> id in the ledger, where it is another
        self._first: dict[tuple[str, str, str], int] = {}       # (measure, role or kind, id) -> the number it has today
        self._in_answer: dict[tuple[str, str, str, str], int] = {}  # the same in one answer, which may be older
        self._earlier: dict[tuple[str, str, str], list[int]] = {}   # the same in the ledger
        self._remember()

    def _remember(self) -> None:
        """What left earlier: unknowns with their sums; a number that was only part of a sum is nobody's yet."""
        for cell in self.past.untold:
            at = self._add(cell.value, _cost(cell.value) if cell.hidden else 0.0, is_open=bool(cell.hidden))
            self.keys[cell.key] = at
            self._earlier.setdefault(cell.key[:3], []).append(at)
        for places, factor, room in self.past.sums:
            slack = [] if room is None else [self._add(room, 0.0, is_open=False)]
            self._equation(np.append(places, slack).astype(int), np.append(factor, np.ones(len(slack))), EARLIER)
        self.remembered = len(self.values)

    # --- reading ---------------------------------------------------------------------------------------------------

    def recognise(self, sheets: Sequence[Sheet]) -> None:
        """Under which ids the places of these layers went before."""
        for role in dict.fromkeys(sheet.role for sheet in sheets if sheet.whole and v.NAME in sheet.frame):
            frames = [sheet.frame for sheet in sheets if sheet.whole and sheet.role == role and v.NAME in sheet.frame]
            ids, names = ([str(one) for frame in frames for one in frame[column]] for column in (v.ID, v.NAME))
            self._own[role] = self.past.own_ids(role, ids, names)
            self.names |= {(role, self._own[role].get(one, one)): called for one, called in zip(ids, names, strict=True)}

    def read(self, sheet: Sheet) -> None:
        open_row = EVERYBODY if has_states(sheet) else None  # everybody counted is no small group, and stands elsewhere
        for column in pupil_columns(sheet):
            values = number(sheet.frame, column)
            what, role, ids = dollars.stood_in_for(sheet.frame, measure(column)), *self._entities(sheet, column)
            self.place[sheet.key, column] = np.array(
                [-1 if np.isnan(value) or value < 0 or one == open_row else self._position((what, role, one), float(value), sheet.question)
                 for one, value in zip(ids, values, strict=True)], dtype=int)

    def _entities(self, sheet: Sheet, column: str) -> tuple[str, list[str]]:
        """What the rows of a column speak of: the role of the layer, and ids."""
        role, source = sheet.role or sheet.kind or sheet.key, v.ID
        if measure(column) != column:
            role, source = v.SCHOOL, PREFIXES[column[: -len(measure(column))]]
        own = self._own.get(role, {})
        return role, [own.get(one, one) for one in sheet.frame[source].astype(str)]

    def _position(self, who: tuple[str, str, str], value: float, answer: str) -> int:
        key = (*who, value)
        known = self.keys.get(key)
        if known is None:
            known = self.keys[key] = self._add(value, _cost(value))
        elif not self.open[known]:
            self.open[known], self.cost[known] = True, _cost(value)  # it was part of a sum only, and now it would leave
        self._first.setdefault(who, known)
        self._in_answer.setdefault((answer, *who), known)
        return known

    def _add(self, value: float, cost: float, is_open: bool = True) -> int:
        self.values.append(value)
        self.cost.append(cost)
        self.open.append(is_open)
        return len(self.values) - 1

    # --- sums ------------------------------------------------------------------------------------------------------

    def relate(self, sheet: Sheet, sheets: Sequence[Sheet]) -> None:
        columns = pupil_columns(sheet)
        if has_states(sheet):
            for total, *states in zip(*(self.place[sheet.key, name] for name in (k.DEMAND, *STATES)), strict=True):
                self._sum_if_true(int(total), [int(state) for state in states])
        if sheet.whole and sheet.role == v.SCHOOL and (sheet.key, v.ENROLLMENT) in self.place:
            for at, factor in dollars.guards(sheet.frame, self.place[sheet.key, v.ENROLLMENT], self.place.get((sheet.key, v.FRPM_COUNT))):
                if np.array(self.values)[at] @ factor >= THRESHOLD:
                    self._dollars(at, factor, _GUARD_COST, GUARD)
        if sheet.role and dollars.is_money(sheet.frame):
            self._of_money(sheet, sheets)
        if sheet.whole:
            self._across(sheet, columns)
        for column in columns:
            places = self.place[sheet.key, column]
            if sheet.whole and (places >= 0).any():
                parts = np.unique(places[places >= 0])
                total = self._add(float(np.sum([self.values[n] for n in parts])), _TOTAL_COST)
                self._sum(total, parts, TOTAL)
            if a.ROWS in sheet.frame and sheet.role == "":
                for place, text in zip(places, sheet.frame[a.ROWS], strict=True):
                    self._row_behind(sheet, int(place), measure(column), rows_behind(str(text)))
            for group in _GROUPS:
                self._by_group(sheet, column, group, sheets)
            whole = WHOLES.get(measure(column), "")
            other = next((n for n in columns if n.replace(whole, measure(column)) == column), "") if whole else ""
            if other:
                self._bound(places, self.place[sheet.key, other])

    def _across(self, sheet: Sheet, columns: Sequence[str]) -> None:
        """Numbers of one row that add up, as girls and boys do to the enrolment."""
        if len(columns) < 2:
            return
        places = np.column_stack([self.place[sheet.key, column] for column in columns])
        values = np.where(places >= 0, np.append(self.values, np.nan)[places], np.nan)
        for factor in relations_across(values):
            used = np.flatnonzero(factor)
            order = used[np.argsort(-factor[used], kind="stable")]  # what is taken away last
            for row in np.flatnonzero(np.abs(values[:, used] @ factor[used]) < 1e-6):
                at = places[row, order]
                if len(np.unique(at)) == len(at):
                    self.across.append(len(self.equations))
                    self._equation(at, factor[order], ROW)

    def _row_behind(self, sheet: Sheet, total: int, what: str, rows: Iterable[tuple[str, str]]) -> None:
        """A number that names the rows it adds up: as they are today, as they were when the question was asked, or when they left."""
        who = [(what, role, self._own.get(role, {}).get(one, one)) for role, one in rows]
        if not self._sum_if_true(total, [self._first.get(one, -1) for one in who]) \
                and not self._sum_if_true(total, [self._in_answer.get((sheet.question, *one), self._first.get(one, -1)) for one in who]):
            self._sum_if_true(total, [self._earlier.get(one, [self._first.get(one, -1)])[-1] for one in who])

    def _of_money(self, sheet: Sheet, sheets: Iterable[Sheet]) -> None:
        """Sums of dollars over schools are sums over their pupils."""
        found = dollars.dollars_of(sheet.frame, self.place[sheet.key, v.ENROLLMENT], self.place[sheet.key, v.UNDUPLICATED])
        if found is None:
            return
        self.sums[sheet.key] = np.array([self._dollars(*found.sum_of(rows)) for rows in dollars.sums_of(sheet.frame)])
        for other in sheets:
            if not other.role and {GENERATED, c.FIFTH} <= set(other.frame) and other.question == sheet.question:
                self.sums[other.key] = np.array([
                    self._dollars(*found.sum_of(dollars.rows_of_fifth(sheet.frame, fifth))) for fifth in number(other.frame, c.FIFTH)])
                for place, fifth in zip(self.place.get((other.key, v.ENROLLMENT), ()), number(other.frame, c.FIFTH), strict=False):
                    self._sum_if_true(int(place), found.enrolled[dollars.rows_of_fifth(sheet.frame, fifth)].tolist())

    def _dollars(self, at: np.ndarray, factor: np.ndarray, cost: float = _TOTAL_COST, known_by: str = MONEY) -> int:
        total = self._add(float(np.sum(np.array(self.values)[at] * factor)), cost)
        self._equation(np.append(at, total), np.append(factor, -1.0), known_by)
        return total

    def _by_group(self, sheet: Sheet, column: str, group: str, sheets: Iterable[Sheet]) -> None:
        if sheet.role or group not in sheet.frame or not pd.Series(sheet.frame[group]).is_unique:
            return
        for schools in sheets:
            if schools.role and group in schools.frame and (schools.key, column) in self.place and schools.question == sheet.question:
                own = number(schools.frame, group)
                for place, value in zip(self.place[sheet.key, column], number(sheet.frame, group), strict=True):
                    self._sum_if_true(int(place), [int(n) for n in self.place[schools.key, column][own == value]])

    def _sum_if_true(self, total: int, parts: list[int]) -> bool:
        """Note that a number is the sum of others, if it is: parts that are missing count as none."""
        known = np.unique([n for n in parts if n >= 0]).astype(int)
        if total < 0 or not len(known) or total in known:
            return False
        if abs(sum(self.values[n] for n in known) - self.values[total]) >= 1e-6:
            return False
        self.cost[total] = max(self.cost[total], _SUM_COST * _cost(self.values[total]))
        self._sum(total, known, ROW)
        return True

    def _sum(self, total: int, parts: np.ndarray, known_by: str) -> None:
        self._equation(np.append(parts, total), np.append(np.ones(len(parts)), -1.0), known_by)

    def _bound(self, parts: np.ndarray, wholes: np.ndarray) -> None:
        for part, whole in sorted({(int(p), int(w)) for p, w in zip(parts, wholes, strict=True) if p >= 0 and w >= 0 and p != w}):
            rest = self.values[whole] - self.values[part]
            if rest >= 0:
                slack = self._add(rest, 0.0, is_open=False)
                self._equation(np.array([part, whole, slack]), np.array([1.0, -1.0, 1.0]), BOUND)

    def _equation(self, at: np.ndarray, factor: np.ndarray, known_by: str) -> None:
        """The last position is the total's, or of a bound its slack's."""
        self.equations.append((at, factor))
        self.known_by.append(known_by)

    # --- hiding ----------------------------------------------------------------------------------------------------

    def hidden(self, before: np.ndarray | None, progress: Progress | None) -> np.ndarray:
        """Which numbers to hide. `before`: what was decided for those of an earlier turn."""
        cells = Cells(np.array(self.values), np.array(self.cost), tuple(self.equations), np.array(self.open, dtype=bool))
        public, kept = np.zeros(len(self.values), dtype=bool), np.zeros(len(self.values), dtype=bool)
        for key, at in self.keys.items():
            public[at] = key in self.past.public
            kept[at] = "/" not in key[1] and key[:3] in self.past.hidden
        kept[: len(self.past.untold)] |= np.array([bool(cell.hidden) for cell in self.past.untold], dtype=bool)
        self._hide_beside(kept, public, 0 if before is None else len(before))
        found = hide(cells, before=before, public=None if self.past is NOTHING else public, kept=kept, progress=progress)
        return self._withheld(found, before)

    def _hide_beside(self, kept: np.ndarray, public: np.ndarray, decided: int) -> None:
        """Where numbers of a row add up and a small one is among them, another that could be as much less (changes `kept`)."""
        values, cost, open_ = np.array(self.values), np.array(self.cost), np.array(self.open, dtype=bool)
        may = open_ & ~public & (np.arange(len(values)) >= decided) & (values >= THRESHOLD)
        for one in self.across:
            at, factor = self.equations[one]
            for sign in (1.0, -1.0):
                side = at[factor == sign]
                able = side[may[side]]
                if len(able) and not kept[able].any() and (values[side] < THRESHOLD).any():
                    kept[able[np.argmin(cost[able])]] = True

    def _withheld(self, found: np.ndarray, before: np.ndarray | None) -> np.ndarray:
        """What is hidden, and with it every number of a column whose total would have to be.

        All that could hide a small number has been read in earlier files, and the total of a layer counts as known. A column of which
        nothing leaves says no total.
        """
        hidden, open_ = found.copy(), np.array(self.open, dtype=bool)
        leaving = np.arange(len(hidden)) >= (0 if before is None else len(before))  # the others are in the file already
        for (at, _), known_by in zip(self.equations, self.known_by, strict=True):
            if known_by == TOTAL and found[at[-1]] and leaving[at[-1]]:
                hidden[at] |= open_[at]
        self.withheld |= set(np.flatnonzero(hidden & ~found).tolist())
        return hidden

    # --- what the ledger notes -------------------------------------------------------------------------------------

    def left(self, keys: Iterable[str], hidden: np.ndarray) -> Left:
        """The numbers on some of the sheets, and what adds up to something known."""
        wanted = set(keys)
        here = np.zeros(len(self.values), dtype=bool)
        for (sheet, _), places in self.place.items():
            if sheet in wanted:
                here[places[places >= 0]] = True
        told = here & ~hidden
        said = {int(at) for sheet, places in self.sums.items() if sheet in wanted for at in places if not hidden[at]}
        cells: dict[int, str] = {int(at): SHOWN if told[at] else HIDDEN for at in np.flatnonzero(here) if at not in self.withheld}
        sums: list[tuple[list[tuple[int, float]], float | None]] = []
        for (at, factor), known_by in zip(self.equations, self.known_by, strict=True):
            *parts, last = at.tolist()
            if known_by == EARLIER or (not here[at].any() and last not in said):
                continue
            if (known_by == TOTAL and hidden[last]) or (known_by == MONEY and last not in said) or known_by == GUARD or (known_by == ROW and not here[last]):
                continue
            terms = [(n, float(f)) for n, f in zip((*parts, last) if known_by == ROW else parts, factor, strict=False) if not told[n]]
            if not terms or (known_by == BOUND and not any(hidden[n] and here[n] for n, _ in terms)):
                continue
            for n, _ in terms:
                cells.setdefault(n, UNTOLD)
            sums.append((terms, self.values[last] if known_by == BOUND else None))
        return self._as_left(cells, sums)

    def _as_left(self, cells: dict[int, str], sums: list[tuple[list[tuple[int, float]], float | None]]) -> Left:
        key_of = {at: key for key, at in self.keys.items()}
        order = {at: n for n, at in enumerate(sorted(cells))}
        found = tuple((Cell(*key_of[at][:3], self.names.get(key_of[at][1:3], ""), key_of[at][3]), cells[at]) for at in order)
        return Left(found, tuple(Sum(tuple((order[n], factor) for n, factor in terms), room) for terms, room in sums))


def _cost(value: float) -> float:
    return 1.0 + float(np.log1p(value))


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


def pupil_columns(sheet: Sheet) -> list[str]:
    """The columns of a table that count pupils."""
    described = {column.name: column for column in sheet.columns}
    return [str(name) for name in sheet.frame.columns if name != v.GEOMETRY and counts_pupils(described.get(name, Column(str(name), NO_WORDS)))
            and pd.api.types.is_numeric_dtype(sheet.frame[name]) and not is_error_of(str(name), sheet.frame)]


def has_states(sheet: Sheet) -> bool:
    """Whether the rows of a table are groups with the states their pupils are in."""
    return {k.DEMAND, *STATES} <= set(pupil_columns(sheet))
