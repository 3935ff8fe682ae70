"""Outcomes of schools by school year: which there are, which way is better, how sure they are, and what is missing for which reason."""

from __future__ import annotations

import datetime
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import evolve, field, frozen

from ecomap.analysis.assets.school_need import number
from ecomap.analysis.notes import count_note
from ecomap.analysis.registry import Input
from ecomap.analysis.statistics.error import Z_90
from ecomap.model import vocabulary as v
from ecomap.model.dates import school_year_begun
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.layer import Layer
from ecomap.model.params import Choice
from ecomap.model.pupils import THRESHOLD
from ecomap.model.result import Note
from ecomap.model.said import Said, joined, name, plural, say

INPUT: Final = Input("outcomes", v.OUTCOME, say("Outcomes of schools"), many=True)
OF, COUNT, RELIABILITY = "_of", "_count", "_reliability"  # beside an outcome: of how many pupils, how many of these, how it was sampled
KNOWN, MORE, LESS = "known", "more", "less"
DIRECTIONS: Final = (
    Choice(KNOWN, say("As it is known of this measure")), Choice(MORE, say("Higher is better")), Choice(LESS, say("Lower is better")),
)
# Which way is better, by what a measure is called; nothing else is taken for granted.
_BETTER: Final = {"chronic_absence": -1, "persistent_absence": -1, "exclusion": -1, "positive_destination": 1, "suspension": -1, "expulsion": -1, "dropout": -1, "attendance": 1, "graduation": 1, "a_g": 1,
                  "college_career": 1, "english_distance": 1, "math_distance": 1, "english_met": 1, "math_met": 1}
_BESIDE: Final = (OF, COUNT, RELIABILITY, v.REASON_SUFFIX, v.MOE_SUFFIX)
_KEYS: Final = (v.ID, v.NAME, v.SCHOOL_ID, v.YEAR)


@frozen
class Outcome:
    """One outcome. ``better``: 1 higher, -1 lower, 0 nobody has said. ``unit`` "share" for shares of pupils."""

    column: str
    label: Said
    unit: str
    better: int

    @property
    def digits(self) -> int:
        return 1


@frozen
class Outcomes:
    """An outcome of schools (rows) in school years (columns, by the year each began in): NaN where there is no number."""

    outcome: Outcome
    years: np.ndarray = field(eq=False)
    values: np.ndarray = field(eq=False)
    margins: np.ndarray = field(eq=False)   # 90 %, NaN where no error is known
    reasons: np.ndarray = field(eq=False)   # why there is no number, "" where there is one
    labels: tuple[str, ...]                 # the years as they are written
    notes: tuple[Note, ...] = ()


def outcomes_of(layer: Layer, frame: Any) -> tuple[Outcome, ...]:
    """The outcomes that a table holds: its columns of numbers but for those that only go with another one."""
    found = []
    for column in map(str, frame.columns):
        described = layer.column(column)
        beside = column in _KEYS or any(column.endswith(end) for end in _BESIDE)
        if beside or described.hidden or described.unit in ("count", "pupils", "rank", "date", "flag"):
            continue
        if pd.api.types.is_numeric_dtype(frame[column]) and not pd.api.types.is_bool_dtype(frame[column]):
            found.append(Outcome(column, described.label, described.unit or _unit(column, frame[column]), _BETTER.get(column, 0)))
    return tuple(found)


def _unit(column: str, values: Any) -> str:
    """A measure that is known to be a share, told without a unit: a share where its numbers are between 0 and 1."""
    known = values.dropna()
    return "share" if column in _BETTER and not column.endswith("_distance") and known.between(0, 1).all() else ""


def chosen_outcome(frames: Frames, wanted: str, better: str = KNOWN, *, needs_direction: bool = True) -> Outcome:
    """The outcome asked for, else the first of the table.

    Raises
    ------
    InputError
        If the table holds none.
    ParameterError
        If there is none of that name, or nobody has said which way is better.
    """
    known = outcomes_of(frames.layer(INPUT.name), frames[INPUT.name])
    if not known:
        raise InputError(say("The table of outcomes holds no numbers."), say("Import a table with a row per school and school year and a column per outcome."))
    found = [one for one in known if wanted.strip().casefold() in ("", one.column.casefold(), one.label.casefold())]
    if not found:
        raise ParameterError(say("There is no outcome called '{outcome}'.", outcome=name(wanted)),
                             say("Known: {names}.", names=joined([one.column for one in known], ", ")))
    one = found[0] if better == KNOWN else evolve(found[0], better=1 if better == MORE else -1)
    if not one.better and needs_direction:
        raise ParameterError(say("Nobody has said whether more of '{outcome}' is better.", outcome=one.label), say("Say whether higher or lower is better."),
                             {"setting": "better", "values": (MORE, LESS)})
    return one


def outcomes_by_year(frames: Frames, schools: Any, outcome: Outcome, day: datetime.date) -> Outcomes:
    """The outcome of every school and year that has begun on the day; groups under the threshold of small groups are missing.

    The margin of a share is that of a share of its pupils, had other pupils like them come that year (Wilson); where a table has
    margins of its own, these.
    """
    rows = frames[INPUT.name]
    school = pd.Index(schools[v.ID].astype(str)).get_indexer(pd.Index(rows[v.SCHOOL_ID].astype(object).fillna("").astype(str)))
    texts = rows[v.YEAR].astype(object).fillna("").astype(str).to_numpy() if v.YEAR in rows else np.full(len(rows), "", dtype=object)
    begun = np.array([np.nan if (year := school_year_begun(text)) is None or datetime.date(year, 7, 1) > day else year for text in texts], dtype=float)
    use = np.flatnonzero((school >= 0) & ~np.isnan(begun))
    years = np.unique(begun[use])
    cell = school[use] * max(len(years), 1) + np.searchsorted(years, begun[use])
    _, first = np.unique(cell, return_index=True)
    twice = len(use) - len(first)
    use, cell = use[first], cell[first]
    value, margin, reason = _cells(rows.iloc[use], outcome)
    values, margins, reasons = (_table(part, cell, (len(schools), len(years)), none)
                                for part, none in ((value, np.nan), (margin, np.nan), (reason, "not_reported")))
    labels = tuple(str(texts[use[np.flatnonzero(begun[use] == year)[0]]]) for year in years)
    return Outcomes(outcome, years, values, margins, reasons, labels, tuple(_notes(reasons, twice)))


def _cells(rows: Any, outcome: Outcome) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Value, margin and reason of every row; a group too small to be shown is no number, whatever stands in its cell."""
    value, of = number(rows, outcome.column), number(rows, outcome.column + OF)
    given = rows[outcome.column + v.REASON_SUFFIX].astype(object).fillna("").astype(str).to_numpy() if outcome.column + v.REASON_SUFFIX in rows \
        else np.full(len(rows), "", dtype=object)
    few = (of < THRESHOLD) & ~np.isnan(of)
    known = ~np.isnan(value) & ~few
    reason = np.where(known, "", np.where(few, "suppressed", np.where(given == "", "not_reported", given)))
    margin = number(rows, outcome.column + v.MOE_SUFFIX)
    if outcome.unit == "share":
        margin = np.where(np.isnan(margin), wilson_margin(value, of), margin)
    return np.where(known, value, np.nan), np.where(known, margin, np.nan), reason


def wilson_margin(share: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Half the width of Wilson's 90 % interval of a share: never 0, also where the share is 0 or 1.

    >>> wilson_margin(np.array([0.5, 0.0]), np.array([100.0, 100.0])).round(4).tolist()
    [0.0812, 0.0132]
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        inner = share * (1 - share) / of + Z_90**2 / (4 * of**2)
        found: np.ndarray = np.where((of > 0) & (inner >= 0), Z_90 * np.sqrt(np.maximum(inner, 0.0)) / (1 + Z_90**2 / of), np.nan)
    return found


def _table(part: np.ndarray, cell: np.ndarray, shape: tuple[int, int], none: Any) -> np.ndarray:
    flat = np.full(shape[0] * shape[1], none, dtype=part.dtype if part.dtype != object else object)
    flat[cell] = part
    return flat.reshape(shape)


def _notes(reasons: np.ndarray, twice: int) -> list[Note]:
    small = int((reasons == "suppressed").sum())
    other = int(((reasons != "") & (reasons != "suppressed") & (reasons != "not_applicable")).sum())
    notes = []
    if small:
        notes.append(count_note(plural("{n} number of a school and year is of a group too small to be shown: missing, in no comparison.",
                                       "{n} numbers of schools and years are of groups too small to be shown: missing, in no comparison.", small)))
    if other:
        notes.append(count_note(plural("{n} number of a school and year is not reported: missing, not 0.",
                                       "{n} numbers of schools and years are not reported: missing, not 0.", other)))
    if twice:
        notes.append(count_note(plural("{n} row repeats a school and year: the first one counts.",
                                       "{n} rows repeat a school and year: the first one of each counts.", twice)))
    return notes
