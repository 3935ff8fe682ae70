"""Average daily attendance (ADA) by grade span of a school: as published, or estimated from pupils and grades."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
import pandas as pd

from ecomap.model import vocabulary as v
from ecomap.model.said import say

_FIRST_GRADES: Final = {"p": 0, "pk": 0, "tk": 0, "k": 0, "kn": 0, "kg": 0}
_OF_LEVEL: Final = {"elementary": (0, 5), "middle": (6, 8), "high": (9, 12)}
_LAST: Final = {"TK-3": 3, "4-6": 6, "7-8": 8, "9-12": 12}
ADA: Final = "ada"
ADA_FROM: Final = "ada_from"
PUBLISHED: Final = say("published")
FROM_GRADES: Final = say("estimated from grades")
FROM_LEVELS: Final = say("estimated from levels")
FROM_FUNDED: Final = say("estimated, brought to the district's funded attendance")
UNKNOWN: Final = say("not known")


def grades_of(low: Any, high: Any, levels: Any = "") -> tuple[int, ...]:
    """Grades served, kindergarten as 0 (preschool is outside the formula); from the levels where grades are not given.

    >>> grades_of("K", "5"), grades_of("9", "12"), grades_of("", "", "middle"), grades_of(None, None)
    ((0, 1, 2, 3, 4, 5), (9, 10, 11, 12), (6, 7, 8), ())
    """
    first, last = _grade(low), _grade(high)
    if first is not None and last is not None:
        return tuple(range(first, last + 1))
    spans = [_OF_LEVEL[level] for level in str(levels or "").split("+") if level in _OF_LEVEL]
    return tuple(sorted({grade for start, end in spans for grade in range(start, end + 1)}))


def ada_by_span(schools: pd.DataFrame, attendance_share: float) -> pd.DataFrame:
    """Attendance by grade span: the school's own columns where they are filled, else an estimate.

    The estimate spreads the enrolled pupils evenly over the grades served and multiplies by one attendance share for all:
    enrolment is not attendance, and grades are not equally large.

    Parameters
    ----------
    schools : DataFrame
        ``enrollment``, ``grades_low``, ``grades_high``, ``levels``, and the attendance columns, as far as there are any.
    attendance_share : float
        0-1, attendance over enrolment.

    Returns
    -------
    DataFrame
        Index kept; the four attendance columns, ``ada`` (their sum) and ``ada_from``. Missing where enrolment or grades
        are not known.

    >>> frame = pd.DataFrame({"enrollment": [600.0], "grades_low": ["K"], "grades_high": ["5"]})
    >>> ada_by_span(frame, 0.5)[["ada_tk_3", "ada_4_6", "ada_7_8", "ada_9_12", "ada"]].values.tolist()
    [[200.0, 100.0, 0.0, 0.0, 300.0]]
    """
    columns = list(v.ADA_COLUMNS.values())
    out = pd.DataFrame(np.nan, index=schools.index, columns=columns)
    how = np.array([UNKNOWN] * len(schools), dtype=object)
    told = [name for name in columns if name in schools]
    published = schools[told].notna().any(axis=1).to_numpy() if told else np.zeros(len(schools), dtype=bool)
    enrolled = _column(schools, v.ENROLLMENT, np.nan).to_numpy(dtype=float)
    served = list(zip(_column(schools, v.GRADES_LOW, ""), _column(schools, v.GRADES_HIGH, ""), strict=True))
    levels = list(_column(schools, v.LEVELS, ""))
    for row, (low, high) in enumerate(served):
        grades = grades_of(low, high, levels[row])
        if published[row]:
            out.iloc[row] = schools[told].iloc[row].reindex(columns).fillna(0.0).to_numpy(dtype=float)
            how[row] = PUBLISHED
        elif grades and not np.isnan(enrolled[row]):
            per_grade = enrolled[row] * attendance_share / len(grades)
            spans = [next(span for span, last in _LAST.items() if grade <= last) for grade in grades]
            out.iloc[row] = [round(per_grade * spans.count(span), 2) for span in v.SPANS]
            how[row] = FROM_GRADES if _grade(low) is not None and _grade(high) is not None else FROM_LEVELS
    return out.assign(**{ADA: out.sum(axis=1, skipna=False).round(2), ADA_FROM: pd.Series(how, index=out.index, dtype=object)})


def _grade(text: Any) -> int | None:
    plain = str(text).strip().lower() if isinstance(text, str | int | float) else ""
    if plain in _FIRST_GRADES:
        return _FIRST_GRADES[plain]
    found = re.fullmatch(r"0?(\d{1,2})(\.0)?", plain)
    return int(found[1]) if found and 1 <= int(found[1]) <= 12 else None


def _column(frame: pd.DataFrame, name: str, default: Any) -> pd.Series:
    return frame[name] if name in frame else pd.Series(default, index=frame.index)
