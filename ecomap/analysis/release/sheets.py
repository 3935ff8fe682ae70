"""Tables on their way out: the small counts of pupils on all of them hidden, and what goes with them.

What counts pupils and what adds up stands in `numbers`; the rule in `ecomap.analysis.release.suppression`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import evolve, field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.assets.school_need import number
from ecomap.analysis.gaps.room import assignment as k
from ecomap.analysis.gaps.room.groups import COMPARED, MORE, SHARE_NONE_MOE
from ecomap.analysis.gaps.room.tables import SHARE_NONE, SHARE_SERVED
from ecomap.analysis.release import dollars
from ecomap.analysis.release.ledger import NOTHING, Past
from ecomap.analysis.release.numbers import SHARES, STATES, Numbers, Sheet, has_states, measure, pupil_columns
from ecomap.model import vocabulary as v
from ecomap.model.judgement import UNKNOWN
from ecomap.model.progress import Progress, silent
from ecomap.model.pupils import SUPPRESSED, THRESHOLD
from ecomap.model.said import name as called

PER_PUPIL: Final = "per_pupil"
OF_STATES: Final = (SHARE_SERVED, SHARE_NONE, SHARE_NONE_MOE, MORE, COMPARED)  # what is worked out of the states of a group
_NO_SHARE, _ROUNDED = 1.5, 0.006


@frozen
class Passed:
    """Tables as they may leave, with the numbers on all of them and which of these are hidden."""

    sheets: tuple[Sheet, ...]
    numbers: Numbers = field(eq=False, repr=False)
    hidden: np.ndarray = field(eq=False, repr=False)


def released_in_turn(turns: Sequence[Sequence[Sheet]], progress: Progress | None = None, past: Past = NOTHING) -> tuple[Sheet, ...]:
    """The tables of `passed_in_turn`."""
    return passed_in_turn(turns, progress, past).sheets


def passed_in_turn(turns: Sequence[Sequence[Sheet]], progress: Progress | None = None, past: Past = NOTHING) -> Passed:
    """Hide small counts of pupils in tables that leave together, one turn of them after the other.

    What one turn published stays public, so a later turn hides its own numbers in its stead, and the files of all turns and all
    that left before them (`past`), laid together, give no small group back. Tables without small counts come back as they are.
    """
    numbers, hidden = Numbers(past), np.zeros(0, dtype=bool)
    numbers.recognise([sheet for turn in turns for sheet in turn])
    progress = progress or silent()
    for done, turn in enumerate(turns):
        progress.at(done / len(turns))
        before = len(numbers.values) > numbers.remembered
        for sheet in turn:
            progress.check()
            numbers.read(sheet)
        for sheet in turn:
            progress.check()
            numbers.relate(sheet, turn)
        hidden = numbers.hidden(hidden if before else None, progress)
    return Passed(tuple(_applied(sheet, numbers, hidden) for turn in turns for sheet in turn), numbers, hidden)


def _applied(sheet: Sheet, numbers: Numbers, hidden: np.ndarray) -> Sheet:
    names = pupil_columns(sheet)
    gone = {name: (numbers.place[sheet.key, name] >= 0) & np.append(hidden, False)[numbers.place[sheet.key, name]] for name in names}
    if has_states(sheet):
        some = np.any([gone[name] for name in (k.DEMAND, *STATES)], axis=0)
        gone |= {name: some for name in OF_STATES if name in sheet.frame}
    for name in sheet.frame.columns:
        if measure(str(name)) in SHARES:
            gone[str(name)] = _share_gone(sheet, str(name), gone)
        elif PER_PUPIL in str(name) and any(measure(one) == v.ENROLLMENT for one in names):
            gone[str(name)] = next(gone[one] for one in names if measure(one) == v.ENROLLMENT)
    gone |= {name: _part_gone(sheet, name, names, gone) for name in sheet.shares}
    if sheet.key in numbers.sums:
        gone |= _money_gone(sheet, hidden[numbers.sums[sheet.key]], gone)
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


