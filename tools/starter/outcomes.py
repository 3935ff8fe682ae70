"""Outcomes of three years by school: value, numerator, denominator and reliability, and the reason where a value is missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from attrs import frozen

from ecomap.model import vocabulary as v
from ecomap.model.judgement import SHARE, Judgement
from ecomap.model.layer import NO_GEOMETRY, Column, Layer
from ecomap.model.pupils import PUPILS, THRESHOLD
from tools.starter.inputs import Originals
from tools.starter.writing import Compiled

YEARS = ("2022-23", "2023-24", "2024-25")
LATEST = YEARS[-1]
COUNT, OF, RELIABILITY = "_count", "_of", "_reliability"
_REASONS = {"suppressed": "suppressed", "not-available": "no_data_code"}
_SAMPLES = {"small-sample": "small sample", "reliable": "", "suppressed": "", "not-available": ""}


@frozen
class Outcome:
    """One outcome: its column, what the file calls it, and what it says."""

    column: str
    metric: str
    label: str
    help: str
    counted: str = ""          # what the numerator counts; "": the outcome is no share
    of: str = ""               # what the denominator counts
    high_only: bool = False    # asked of schools with a grade 12 alone

    @property
    def is_share(self) -> bool:
        return bool(self.counted)


OUTCOMES = (
    Outcome("chronic_absence", "chronic_absenteeism_rate", "Chronically absent",
            "Pupils who missed a tenth of their school days or more, of all pupils enrolled for 30 days or more.",
            "Pupils chronically absent", "Pupils whose absence was counted"),
    Outcome("suspension", "suspension_rate", "Suspended at least once",
            "Pupils suspended for a day or more in all, once or more often, of all pupils enrolled.",
            "Pupils suspended", "Pupils whose suspensions were counted"),
    Outcome("graduation", "four_year_graduation_rate", "Graduated in four years",
            "Pupils of the class who graduated within four years.", "Graduates", "Pupils of the class", high_only=True),
    Outcome("a_g", "a_g_completion_rate", "Completed the A-G courses",
            "Graduates who met the course requirements of the state's universities.", "Graduates with A-G", "Graduates counted",
            high_only=True),
    Outcome("college_career", "college_career_prepared_rate", "Prepared for college or career",
            "Pupils of the class whom the state's indicator calls prepared.", "Pupils prepared", "Pupils of the indicator",
            high_only=True),
    Outcome("english_distance", "ela_distance_from_standard", "English: points from the standard",
            "Mean distance of the state test from the standard, in points: below zero is below the standard.",
            of="Pupils tested in English"),
    Outcome("math_distance", "math_distance_from_standard", "Mathematics: points from the standard",
            "Mean distance of the state test from the standard, in points: below zero is below the standard.",
            of="Pupils tested in mathematics"),
)
_TREND = OUTCOMES[0]  # shown of all years beside a school


def compile_outcomes(originals: Originals, schools: Any) -> Compiled:
    """One row per school and year; a school without any outcome of a year has none."""
    read = _read(originals)
    keys = read[["cds", "school_year"]].drop_duplicates().sort_values(["cds", "school_year"]).reset_index(drop=True)
    keys = keys[keys["cds"].isin(schools[v.ID])].reset_index(drop=True)
    names, highest = (dict(zip(schools[v.ID], schools[column])) for column in (v.NAME, v.GRADES_HIGH))
    frame = pd.DataFrame({
        v.ID: keys["cds"] + "|" + keys["school_year"], v.NAME: keys["cds"].map(names), v.SCHOOL_ID: keys["cds"],
        v.YEAR: keys["school_year"],
    })
    for outcome in OUTCOMES:
        frame = frame.assign(**_columns(outcome, read, keys, keys["cds"].map(highest) == "12"))
    hidden = sum(int((frame[outcome.column + v.REASON_SUFFIX] == "suppressed").sum()) for outcome in OUTCOMES)
    small = int((read["reliability"] == "small-sample").sum())
    layer = Layer(
        "outcomes", "Outcomes of schools", v.OUTCOME, NO_GEOMETRY, _described(), (), (originals.source("outcomes"),), visible=False,
        group="Sites",
        notes=(
            f"{len(frame):,} rows: {frame[v.SCHOOL_ID].nunique():,} schools, {len(YEARS)} school years, all pupils of a school together.",
            f"{hidden} values would speak of fewer than 11 pupils, and the state hides nearly all of them: they are missing, with the reason suppressed.",
            f"{small} values rest on fewer than 30 pupils: they are there, and the column beside them says small sample.",
            "Chronic absence of 2022-23 still shows the years of the pandemic; compare years with that in mind.",
        ),
    )
    return Compiled(layer, frame, (f"{len(read):,} values read of {len(OUTCOMES)} outcomes, {hidden} suppressed, {small} of a small sample",))


def with_latest(frame: Any, originals: Originals) -> Any:
    """Schools with their latest outcomes, and chronic absence of every year."""
    read = _read(originals)
    for name, outcome, year in _beside():
        keys = pd.DataFrame({"cds": frame[v.ID], "school_year": year})
        found = _columns(outcome, read, keys, frame[v.GRADES_HIGH] == "12")
        frame = frame.assign(**{name: found[outcome.column], name + v.REASON_SUFFIX: found[outcome.column + v.REASON_SUFFIX]})
    return frame


def latest_columns() -> tuple[Column, ...]:
    """What the columns of `with_latest` say."""
    values = tuple(_value(outcome, name, f"{outcome.label}, {year}") for name, outcome, year in _beside())
    return (*values, *(Column(column.name + v.REASON_SUFFIX, "Why it is missing", hidden=True) for column in values))


def _beside() -> list[tuple[str, Outcome, str]]:
    trend = [(f"{_TREND.column}_{year.replace('-', '_')}", _TREND, year) for year in reversed(YEARS[:-1])]
    return [(_TREND.column, _TREND, LATEST), *trend, *((outcome.column, outcome, LATEST) for outcome in OUTCOMES[1:])]


def _read(originals: Originals) -> Any:
    table = pd.read_csv(originals.path("outcomes"), dtype={"cds": str})
    return table[table["metric"].isin([outcome.metric for outcome in OUTCOMES]) & table["school_year"].isin(YEARS)]


def _columns(outcome: Outcome, read: Any, keys: Any, has_grade_12: Any) -> dict[str, Any]:
    """The columns of one outcome for schools and years."""
    rows = read[read["metric"] == outcome.metric].set_index(["cds", "school_year"], verify_integrity=True)
    rows = rows.reindex(pd.MultiIndex.from_frame(keys[["cds", "school_year"]]))
    of = rows["denominator"].to_numpy(float)
    nobody = of == 0  # published as 0 of 0
    few = ((of > 0) & (of < THRESHOLD)) | (rows["reliability"] == "suppressed").to_numpy()
    value = np.where(nobody | few, np.nan, rows["value"].to_numpy(float))
    told = rows["reliability"]
    none = "not_reported" if not outcome.high_only else np.where(has_grade_12, "not_reported", "not_applicable")
    reason = np.where(nobody, "not_applicable", np.where(few, "suppressed", np.where(told.isna(), none, told.map(_REASONS).fillna("not_reported"))))
    columns: dict[str, Any] = {
        outcome.column: np.round(value / 100, 4) if outcome.is_share else value,
        outcome.column + v.REASON_SUFFIX: np.where(np.isnan(value), reason, ""),
    }
    if outcome.is_share:
        columns[outcome.column + COUNT] = np.where(few, np.nan, rows["numerator"].to_numpy(float))
    columns[outcome.column + OF] = np.where(few, np.nan, of)
    columns[outcome.column + RELIABILITY] = told.map(_SAMPLES).fillna("").to_numpy()
    return columns


def _value(outcome: Outcome, name: str, label: str) -> Column:
    judged = Judgement(SHARE) if outcome.is_share else None
    return Column(name, label, "share" if outcome.is_share else "", outcome.help, 1, judgement=judged)


def _described() -> tuple[Column, ...]:
    columns = [Column(v.SCHOOL_ID, "School"), Column(v.YEAR, "School year")]
    for outcome in OUTCOMES:
        columns.append(_value(outcome, outcome.column, outcome.label))
        if outcome.is_share:
            columns.append(Column(outcome.column + COUNT, outcome.counted, PUPILS))
        columns.append(Column(outcome.column + OF, outcome.of, "count"))
        columns.append(Column(outcome.column + RELIABILITY, f"{outcome.label}: reliability", hidden=True))
        columns.append(Column(outcome.column + v.REASON_SUFFIX, "Why it is missing", hidden=True))
    return tuple(columns)
