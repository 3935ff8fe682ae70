"""Grants on a day: who funds what until when, at what pace."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
from attrs import evolve, field, frozen

from ecomap.analysis.assets.presence import refs, text
from ecomap.analysis.assets.school_need import number
from ecomap.analysis.dates import ACTIVE, days, state_on
from ecomap.analysis.notes import counted
from ecomap.model import vocabulary as v
from ecomap.model.dates import ENDED
from ecomap.model.errors import InputError
from ecomap.model.result import Note
from ecomap.model.said import say

DAYS_PER_YEAR = 365.25
YEARLY = "yearly_usd"


@frozen
class Grants:
    """The grants that pay on a day, one row each: ref, funder, recipient, school_id, approach, function, start and end (as
    days, NaT where not stated), amount_usd (over the whole time; NaN where not stated), yearly_usd, and what of it is inferred."""

    rows: pd.DataFrame = field(eq=False, repr=False)
    notes: tuple[Note, ...]


def grants_on(rows: Any, day: datetime.date) -> Grants:
    """Read the grants that pay on a day.

    The pace is amount / (days from start to end, both included) x 365.25; not known without amount, start and end.

    Raises
    ------
    InputError
        If an amount is below zero or a grant ends before it starts.
    """
    frame = grants_table(rows)
    state = state_on(rows, day)
    notes = []
    for count, one, many, rest in (
        (int((state == ENDED).sum()), "grant has ended and no longer pays.", "grants have ended and no longer pay.", ""),
        (int((~np.isin(state, [ENDED, ACTIVE])).sum()), "grant does not pay yet, or for now.", "grants do not pay yet, or for now.", ""),
    ):
        if count:
            notes.append(counted(count, one, many, rest))
    frame = frame[state == ACTIVE].reset_index(drop=True)
    for missing, rest in (
        (frame[v.AMOUNT].isna(), " no amount: listed, and in no sum of dollars."),
        (frame[v.END].isna(), " no end: listed, and in no month."),
        (frame[YEARLY].isna() & frame[v.AMOUNT].notna() & frame[v.END].notna(), " no start, so what falls away in a year is not known."),
    ):
        if missing.any():
            notes.append(counted(int(missing.sum()), "grant states", "grants state", rest))
    inferred = int((frame[v.INFERRED] != "").sum())
    if inferred:
        notes.append(inferred_note(inferred))
    return Grants(frame, tuple(notes))


def inferred_note(count: int) -> Note:
    """That some of what is shown no source states."""
    one, many = (f"{verb} a last day or an amount that is inferred, not stated by a source: marked in the list of grants."
                 for verb in ("grant has", "grants have"))
    return evolve(counted(count, one, many), kind="caution")


def grants_table(rows: Any) -> pd.DataFrame:
    """Every grant, also those that do not pay on a day; see `Grants`."""
    start, end = days(rows, v.START), days(rows, v.END, last=True)
    amount = number(rows, v.AMOUNT)
    ids = text(rows, v.ID)
    for wrong, what, hint in (
        (amount < 0, "an amount below zero", "Correct the amount; leave it empty where it is not known."),
        (end < start, "an end before its start", "Correct the dates."),
    ):
        if wrong.any():
            raise InputError(say(f"{int(wrong.sum())} grants have {what}: {', '.join(ids[wrong][:10])}."), hint)
    length = (end - start).astype("timedelta64[D]").astype(float) + 1
    length[np.isnat(end) | np.isnat(start)] = np.nan
    return pd.DataFrame({
        "ref": refs(v.FUNDING, ids).to_numpy(),
        **{name: text(rows, name).to_numpy() for name in (v.FUNDER, v.RECIPIENT, v.SCHOOL_ID, v.APPROACH, v.FUNCTION, v.INFERRED)},
        v.START: start, v.END: end, v.AMOUNT: amount, YEARLY: amount / length * DAYS_PER_YEAR,
    })


def shares(amounts: np.ndarray) -> tuple[np.ndarray, float]:
    """Share of every funder, and their concentration: the sum of squared shares (Herfindahl and Hirschman), 0-1.

    >>> shares(np.array([50.0, 30.0, 20.0]))[1]
    0.38
    """
    total = amounts.sum()
    if not total > 0:
        return np.full(len(amounts), np.nan), float("nan")
    part = amounts / total
    return part, float(np.round((part**2).sum(), 12))
