"""Grants on a day: who funds what until when, at what pace."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.assets.presence import refs, text
from ecomap.analysis.assets.school_need import number
from ecomap.analysis.at_work import ACTIVE, days, state_on
from ecomap.analysis.notes import count_note
from ecomap.model import vocabulary as v
from ecomap.model.dates import ENDED
from ecomap.model.errors import InputError
from ecomap.model.result import Note
from ecomap.model.said import Said, joined, plural, say

DAYS_PER_YEAR = 365.25
YEARLY = "yearly_usd"
_LISTED = 10


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
    ended, waiting = int((state == ENDED).sum()), int((~np.isin(state, [ENDED, ACTIVE])).sum())
    if ended:
        notes.append(count_note(plural("{n} grant has ended and no longer pays.", "{n} grants have ended and no longer pay.", ended)))
    if waiting:
        notes.append(count_note(plural("{n} grant does not pay yet, or for now.", "{n} grants do not pay yet, or for now.", waiting)))
    frame = frame[state == ACTIVE].reset_index(drop=True)
    return Grants(frame, (*notes, *_not_stated(frame)))


def _not_stated(frame: pd.DataFrame) -> list[Note]:
    """What the grants that pay leave open, and what of them is inferred."""
    notes = []
    no_amount, no_end = int(frame[v.AMOUNT].isna().sum()), int(frame[v.END].isna().sum())
    no_start = int((frame[YEARLY].isna() & frame[v.AMOUNT].notna() & frame[v.END].notna()).sum())
    if no_amount:
        notes.append(count_note(plural("{n} grant states no amount: listed, and in no sum of dollars.",
                                       "{n} grants state no amount: listed, and in no sum of dollars.", no_amount)))
    if no_end:
        notes.append(count_note(plural("{n} grant states no end: listed, and in no month.",
                                       "{n} grants state no end: listed, and in no month.", no_end)))
    if no_start:
        notes.append(count_note(plural("{n} grant states no start, so what falls away in a year is not known.",
                                       "{n} grants state no start, so what falls away in a year is not known.", no_start)))
    inferred = int((frame[v.INFERRED] != "").sum())
    if inferred:
        notes.append(inferred_note(inferred))
    return notes


def inferred_note(count: int) -> Note:
    """That some of what is shown no source states."""
    return Note("caution", plural(
        "{n} grant has a last day or an amount that is inferred, not stated by a source: marked in the list of grants.",
        "{n} grants have a last day or an amount that is inferred, not stated by a source: marked in the list of grants.",
        count), count)


def grants_table(rows: Any) -> pd.DataFrame:
    """Every grant, also those that do not pay on a day; see `Grants`."""
    start, end = days(rows, v.START), days(rows, v.END, last=True)
    amount = number(rows, v.AMOUNT)
    ids = text(rows, v.ID)
    below, turned = amount < 0, end < start
    if below.any():
        raise InputError(plural("{n} grant has an amount below zero: {grants}.", "{n} grants have an amount below zero: {grants}.",
                                below.sum(), grants=_first(ids[below])),
                         say("Correct the amount; leave it empty where it is not known."))
    if turned.any():
        raise InputError(plural("{n} grant has an end before its start: {grants}.", "{n} grants have an end before its start: {grants}.",
                                turned.sum(), grants=_first(ids[turned])), say("Correct the dates."))
    length = (end - start).astype("timedelta64[D]").astype(float) + 1
    length[np.isnat(end) | np.isnat(start)] = np.nan
    return pd.DataFrame({
        "ref": refs(v.FUNDING, ids).to_numpy(),
        **{name: text(rows, name).to_numpy() for name in (v.FUNDER, v.RECIPIENT, v.SCHOOL_ID, v.APPROACH, v.FUNCTION, v.INFERRED)},
        v.START: start, v.END: end, v.AMOUNT: amount, YEARLY: amount / length * DAYS_PER_YEAR,
    })


def _first(ids: pd.Series) -> Said:
    return joined(ids[:_LISTED], ", ")


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
