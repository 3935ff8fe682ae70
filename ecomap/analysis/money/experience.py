"""Teachers' years of experience: the sign of norming that is there where nobody published what teachers are paid."""

from __future__ import annotations

import re
from typing import Any, Final

import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.assets.school_need import number
from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.result import Note
from ecomap.model.said import say
from ecomap.model.units import format_number

EXPERIENCE: Final = "teacher_experience_years"
BESIDE_OTHERS: Final = "experience_beside_others_years"
STAND_IN: Final = say("A sign of norming, not dollars: pay follows years of service, so a school with newer teachers usually costs less than "
                      "it is charged.")
COLUMNS: Final = (
    Column(EXPERIENCE, say("Teachers' years of experience, on average"), "", STAND_IN, 1),
    Column(BESIDE_OTHERS, say("Years above (below) the district-run schools"), "", say("Beside the mean of the district-run schools that have a "
           "number, every school counting once."), 1),
)
_NAMES: Final = (r"teacher_experience_years", r"(avg|average|mean).*total.*(exp|experience)", r"(avg|average|mean).*(exp|experience)",
                 r"years?_(of_)?(teaching_)?experience")


def experience_column(frame: Any) -> str:
    """The column of a table of schools that gives teachers' years of experience, "" if none does; experience in all districts is
    taken before experience in this one.

    >>> experience_column(pd.DataFrame(columns=["id", "avg_district_years_experience", "avg_total_years_experience"]))
    'avg_total_years_experience'
    """
    for pattern in _NAMES:
        for name in frame.columns:
            if re.search(pattern, str(name).casefold()) and not str(name).endswith(v.REASON_SUFFIX):
                return str(name)
    return ""


def with_experience(schools: pd.DataFrame, own: pd.Series) -> pd.DataFrame:
    """The schools with their teachers' years and how far these are from the mean of the schools the district runs (`own`).

    Parameters
    ----------
    schools : DataFrame
        By school id, with any such column; without one nothing is added. Below 0 or above 60 years is no such number: missing.
    """
    name = experience_column(schools)
    if not name:
        return schools
    years = pd.Series(number(schools, name), index=schools.index)
    years = years.where(years.between(0, 60))
    return schools if years.isna().all() else schools.assign(**{EXPERIENCE: years, BESIDE_OTHERS: years - years[own].mean()})


def experience_notes(schools: pd.DataFrame, own: pd.Series) -> tuple[Note, ...]:
    """What the years are in the schools of highest and of lowest need."""
    if EXPERIENCE not in schools:
        return ()
    mean = schools[own].groupby(c.FIFTH)[EXPERIENCE].mean()
    ends = [mean.get(fifth, float("nan")) for fifth in (5, 1)]
    said = [Note("method", STAND_IN)]
    if not pd.isna(ends).any():
        highest, lowest = (format_number(float(years), digits=1) for years in ends)
        said.append(Note("method", say("Teachers have {highest} years of experience on average in schools of the highest-need fifth, "
                         "{lowest} in those of the lowest.", highest=highest, lowest=lowest)))
    return tuple(said)
