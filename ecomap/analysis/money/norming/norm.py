"""Norming: a school is charged the district's average pay for its staff, whatever its own staff are paid."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.said import name, say

ACTUAL: Final = "actual_usd"
CHARGED: Final = "charged_usd"
GAP: Final = "norming_gap_usd"
GAP_PER_PUPIL: Final = "norming_gap_per_pupil_usd"
LEFT_OUT: Final = "positions_left_out"
AVERAGE_FROM: Final = "average_from"  # given | worked out


def norming_gap(positions: pd.DataFrame, enrollment: pd.Series | None = None) -> pd.DataFrame:
    """What a school's staff really cost, less what the school is charged for them at the district's average pay.

    ``N_s = sum over positions of FTE x (actual pay - average pay of the position)``. Below 0: the school was charged more
    than its staff cost; the difference pays for others. Where the averages are not given they are worked out from the
    positions (by title, weighed by FTE); then the gaps of all schools add up to 0.

    Parameters
    ----------
    positions : DataFrame
        One row per position or group of like positions: ``school_id``, ``fte`` (0 or more; 1 where there is no such
        column), ``salary_usd`` (actual pay of one full-time position, dollars a year); optional ``title``,
        ``average_salary_usd`` and ``enrollment`` (pupils of the school, in each of its rows). A row without FTE or pay is
        left out and counted: a vacant position has no actual pay, which is not the same as no cost.
    enrollment : Series, optional
        Pupils by school id, for the gap per pupil; a school without has none.

    Returns
    -------
    DataFrame
        Index school id (sorted): ``fte``, ``actual_usd``, ``charged_usd``, ``norming_gap_usd``,
        ``norming_gap_per_pupil_usd``, ``positions_left_out``. A school all of whose rows are left out has missing amounts.

    Examples
    --------
    >>> rows = pd.DataFrame({"school_id": ["a", "b"], "fte": [20, 20], "salary_usd": [74000, 97000],
    ...                      "average_salary_usd": [86000, 86000]})
    >>> norming_gap(rows, pd.Series({"a": 450, "b": 450}))["norming_gap_per_pupil_usd"].round(2).tolist()
    [-533.33, 488.89]
    """
    rows = priced_positions(positions)
    known = rows[CHARGED].notna()
    table = pd.DataFrame({
        v.FTE: rows[v.FTE].where(known), ACTUAL: rows[ACTUAL].where(known), CHARGED: rows[CHARGED],
    }).groupby(rows[v.SCHOOL_ID]).sum(min_count=1)
    table[GAP] = table[ACTUAL] - table[CHARGED]
    pupils = _pupils(rows, enrollment).reindex(table.index)
    table[GAP_PER_PUPIL] = table[GAP] / pupils.where(pupils > 0)
    table[LEFT_OUT] = (~known).groupby(rows[v.SCHOOL_ID]).sum().astype(float)
    return table


def priced_positions(positions: pd.DataFrame) -> pd.DataFrame:
    """The positions with their average pay, actual cost and charge; missing where FTE, pay or average is missing.

    Raises
    ------
    InputError
        If a needed column is not there, a number is below 0 or a row has no school.
    """
    for column in (v.SCHOOL_ID, v.SALARY):
        if column not in positions:
            raise InputError(say("The positions have no column '{column}'.", column=name(column)), say("Use the template for positions."))
    rows = positions.reset_index(drop=True)
    if rows[v.SCHOOL_ID].isna().any() or (rows[v.SCHOOL_ID].astype(str) == "").any():
        raise InputError(say("A position has no school."), say("Give every row the code of its school."))
    fte = rows[v.FTE].astype(float) if v.FTE in rows else pd.Series(1.0, index=rows.index)
    salary = rows[v.SALARY].astype(float)
    for values, what in ((fte, say("FTE")), (salary, say("pay"))):
        if (values < 0).any() or np.isinf(values).any():
            raise InputError(say("A position has {what} below 0 or without end.", what=what), say("Check the column."))
    title = rows[v.TITLE].fillna("").astype(str) if v.TITLE in rows else pd.Series("", index=rows.index)
    average, given = _averages(rows, title, fte, salary)
    known = fte.notna() & salary.notna()
    return rows.assign(**{
        v.TITLE: title, v.FTE: fte, v.SALARY: salary, v.AVERAGE_SALARY: average,
        AVERAGE_FROM: np.where(given, "given", "worked out"),
        ACTUAL: (fte * salary).where(known), CHARGED: (fte * average).where(known),
    })


def position_table(rows: pd.DataFrame) -> pd.DataFrame:
    """By title: schools, FTE, average pay and the range of actual pay. ``rows`` as `priced_positions` gives them."""
    known = rows[rows[CHARGED].notna()]
    groups = known.groupby(v.TITLE)
    return pd.DataFrame({
        "schools": groups[v.SCHOOL_ID].nunique().astype(float), v.FTE: groups[v.FTE].sum(),
        v.AVERAGE_SALARY: groups[CHARGED].sum() / groups[v.FTE].sum().where(lambda fte: fte > 0),
        "lowest_usd": groups[v.SALARY].min(), "highest_usd": groups[v.SALARY].max(),
    }).sort_values(v.FTE, ascending=False, kind="stable")


def _averages(
    rows: pd.DataFrame, title: pd.Series, fte: pd.Series, salary: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """Average pay of each row's title, and where it was given."""
    known = fte.notna() & salary.notna() & (fte > 0)
    cost = (fte * salary).where(known).groupby(title).transform("sum")
    weight = fte.where(known).groupby(title).transform("sum")
    worked_out = cost / weight.where(weight > 0)
    worked_out = worked_out.where(weight > 0, salary)  # nobody works in it: no charge, no cost
    if v.AVERAGE_SALARY not in rows:
        return worked_out, pd.Series(False, index=rows.index)
    told = rows[v.AVERAGE_SALARY].astype(float)
    if (told < 0).any():
        raise InputError(say("An average pay is below 0."), say("Check the column."))
    return told.where(told.notna(), worked_out), told.notna()


def _pupils(rows: pd.DataFrame, enrollment: pd.Series | None) -> pd.Series:
    if enrollment is not None:
        return enrollment.astype(float)
    if v.ENROLLMENT in rows:
        told = rows.groupby(v.SCHOOL_ID)[v.ENROLLMENT]
        if (told.nunique() > 1).any():
            raise InputError(say("The rows of a school name different numbers of pupils."), say("Give one number for each school."))
        return told.first().astype(float)
    return pd.Series(dtype=float)
