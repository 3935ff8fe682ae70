"""What a school spends per pupil, what became of its pupils, both with their error, and how many pupils it has."""

from __future__ import annotations

import datetime
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.assets.outcomes import Outcome, outcomes_by_year
from ecomap.analysis.assets.school_need import number
from ecomap.analysis.money.beside.corners import Numbers, corners, sides, weighted_median
from ecomap.model import vocabulary as v
from ecomap.model.dates import school_year_begun
from ecomap.model.errors import ParameterError
from ecomap.model.frames import Frames
from ecomap.model.pupils import SUPPRESSED, THRESHOLD
from ecomap.model.result import Note
from ecomap.model.said import joined, name, say

SITE, EVERYTHING = "site", "everything"
PARTS: Final = {SITE: (v.SITE_FEDERAL, v.SITE_STATE_LOCAL),
                EVERYTHING: (v.SITE_FEDERAL, v.SITE_STATE_LOCAL, v.CENTRAL_FEDERAL, v.CENTRAL_STATE_LOCAL)}
WHOLE: Final = {SITE: v.SITE_ALL, EVERYTHING: v.SPENT_ALL}  # where a file does not tell the sources of the money apart
NO_ERROR: Final = "no_error"  # the number is there and nobody has said how sure it is


@frozen
class Beside:
    """Schools in the order of their names, both numbers of each, the middle of both and the corner of every school."""

    schools: Any = field(eq=False, repr=False)
    outcome: Outcome
    dollars: Numbers
    result: Numbers
    pupils: np.ndarray = field(eq=False)
    dollars_why: np.ndarray = field(eq=False)
    outcome_why: np.ndarray = field(eq=False)
    spending_year: str
    outcome_year: str
    notes: tuple[Note, ...] = ()
    otherwise: bool = False  # none of the schools has this kind of spending, some have the other kind

    @property
    def both(self) -> np.ndarray:
        found: np.ndarray = ~np.isnan(self.dollars.value) & ~np.isnan(self.result.value)
        return found

    @property
    def middles(self) -> tuple[float, float]:
        """Medians weighed by pupils, of the schools that have both numbers."""
        weight = np.where(self.both, self.pupils, 0.0)
        return weighted_median(self.dollars.value, weight), weighted_median(self.result.value, weight)

    @property
    def corner(self) -> np.ndarray:
        dollars, result = self.middles
        return corners(sides(self.dollars, dollars), sides(self.result, result))


def beside(frames: Frames, schools: Any, outcome: Outcome, day: datetime.date, *, parts: str, error: float, year: str) -> Beside:
    """Both numbers of every school, of the year asked for, else of the latest with spending.

    Dollars are added up before they are divided by the pupils whom the spending was filed for; a part that is missing makes the
    sum missing. ``error`` is how far dollars per pupil may be off, as a share of them.
    """
    dollars, pupils, why, spent_in = _spending(frames, schools, parts, year)
    table = outcomes_by_year(frames, schools, outcome, day)
    at = _year_of(table.labels, table.years, spent_in or year)
    value, margin, reason = (part[:, at] if at is not None else none for part, none in (
        (table.values, np.full(len(schools), np.nan)), (table.margins, np.full(len(schools), np.nan)),
        (table.reasons, np.full(len(schools), "not_reported", dtype=object))))
    reason = np.where(~np.isnan(value) & np.isnan(margin), NO_ERROR, reason)
    return Beside(schools, outcome, Numbers(dollars, dollars * error), Numbers(value, margin), pupils, why, reason, spent_in,
                  table.labels[at] if at is not None else "", table.notes, bool(np.isnan(dollars).all()) and _filed_otherwise(frames, schools, parts))


def _spending(frames: Frames, schools: Any, parts: str, year: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, str]:
    """Spending per pupil, pupils, why there is no number, and of which school year."""
    none = np.full(len(schools), np.nan)
    if "spending" not in frames or not len(frames["spending"]):
        return none, number(schools, v.ENROLLMENT), np.full(len(schools), "not_reported", dtype=object), ""
    rows = frames["spending"]
    years = rows[v.YEAR].fillna("").astype(str) if v.YEAR in rows else pd.Series("", index=rows.index)
    named = sorted(set(years[rows[v.SCHOOL_ID].isin(schools[v.ID])]) - {""})
    used = _year_meant(year, named)
    rows = rows[years == used].drop_duplicates(v.SCHOOL_ID).set_index(v.SCHOOL_ID).reindex(schools[v.ID].astype(str))
    told_apart = np.column_stack([number(rows, part) for part in PARTS[parts]]).sum(axis=1)
    total = np.where(np.isnan(told_apart), number(rows, WHOLE[parts]), told_apart)
    filed, enrolled = number(rows, v.MEMBERSHIP), number(schools, v.ENROLLMENT)
    pupils = np.where(np.isnan(filed), enrolled, filed)
    few = pupils < THRESHOLD
    value = np.where((pupils > 0) & ~few, total / np.where(pupils > 0, pupils, 1.0), np.nan)
    told = [rows[part + v.REASON_SUFFIX].astype(object).fillna("").astype(str).to_numpy() for part in (*PARTS[parts], WHOLE[parts]) if part + v.REASON_SUFFIX in rows]
    unsure = np.any([one == "unreliable" for one in told], axis=0) if told else np.zeros(len(schools), dtype=bool)
    why = np.where(~np.isnan(value), "", np.where(few, SUPPRESSED, np.where(unsure, "unreliable", "not_reported"))).astype(object)
    return value, pupils, why, used


def _filed_otherwise(frames: Frames, schools: Any, parts: str) -> bool:
    """Whether what schools spend is there, but for none of them as it was asked for."""
    if "spending" not in frames:
        return False
    rows = frames["spending"]
    rows = rows[rows[v.SCHOOL_ID].isin(schools[v.ID])]
    asked, other = (_filed(rows, kind) for kind in (parts, EVERYTHING if parts == SITE else SITE))
    return bool(not asked.any() and (other.any() or any(bool(np.isfinite(number(rows, part)).any()) for part in PARTS[parts])))


def _filed(rows: Any, parts: str) -> np.ndarray:
    """Of which rows the spending is known: all of its parts, or the whole."""
    known: np.ndarray = np.isfinite(np.column_stack([number(rows, part) for part in PARTS[parts]])).all(axis=1) | np.isfinite(number(rows, WHOLE[parts]))
    return known


def _year_meant(year: str, named: list[str]) -> str:
    """The school year of the rows that is asked for, however it is written; the latest where none is.

    Raises
    ------
    ParameterError
        If no row is of that year.
    """
    if not year or not named:
        return named[-1] if named else ""
    begun = school_year_begun(year)
    meant = [one for one in named if one == year or (begun is not None and school_year_begun(one) == begun)]
    if not meant:
        raise ParameterError(say("No money spent in {year} is in the project.", year=name(year)), say("Known: {names}.", names=joined(named, ", ")))
    return meant[0]


def _year_of(labels: tuple[str, ...], years: np.ndarray, wanted: str) -> int | None:
    """The column of the year that spending speaks of, else the latest."""
    begun = school_year_begun(wanted) if wanted else None
    same = np.flatnonzero(years == begun) if begun is not None else np.zeros(0, dtype=int)
    return int(same[0]) if len(same) else len(labels) - 1 if labels else None
