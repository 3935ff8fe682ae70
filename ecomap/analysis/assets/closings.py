"""What ends with its organisation: rows of one that has closed, where they do not say when they ended themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import frozen

from ecomap.analysis.at_work import days
from ecomap.analysis.notes import count_note
from ecomap.model import vocabulary as v
from ecomap.model.dates import ENDED
from ecomap.model.result import Note
from ecomap.model.said import plural, say

BY: Final = {
    v.PARTICIPATION: v.LEAD_ORGANISATION, v.SITE: v.LEAD_ORGANISATION, v.ZONE: v.LEAD_ORGANISATION,
    v.SERVICE: v.ORGANISATION, v.STAFF_ROLE: v.EMPLOYER, v.FUNDING: v.RECIPIENT,
}
EITHER: Final = {v.TIE: (v.FROM_ORGANISATION, v.TO_ORGANISATION)}  # a tie ends with whichever of the two closes first
_LAST_DAY: Final = say("last day")
_NO_DAY: Final = ""


@frozen
class Closings:
    """Organisations that have closed: name in small letters -> the day as its source writes it, "" where none is known."""

    ends: Mapping[str, str]

    def apply(self, rows: Any, role: str) -> tuple[Any, int]:
        """Rows of a role, ended with their organisation where they state no end or a later one; and how many those are.

        A grant keeps an end of its own: what was promised for longer may have gone to somebody else. An end that is
        filled in is marked as inferred where the table has a column for that.
        """
        counted = 0
        for column in EITHER.get(role, (BY.get(role, ""),)):
            rows, ended = self._ended(rows, role, column)
            counted += ended
        return rows, counted

    def _ended(self, rows: Any, role: str, column: str) -> tuple[Any, int]:
        """Rows ended with the organisation that one column names."""
        if not self.ends or column not in rows or not len(rows):
            return rows, 0
        closing = _texts(rows, column).str.casefold().map(self.ends)
        known = closing.notna().to_numpy()
        if not known.any():
            return rows, 0
        own = days(rows, v.END, last=True)
        theirs = days(pd.DataFrame({v.END: closing.fillna(_NO_DAY)}), v.END, last=True)
        later = np.isnat(own) if role == v.FUNDING else np.isnat(own) | (own > theirs)
        dated = known & ~np.isnat(theirs) & later
        undated = known & np.isnat(theirs) & np.isnat(own) & (_texts(rows, v.STATUS) != ENDED).to_numpy()
        if not (dated | undated).any():
            return rows, 0
        changed: dict[str, Any] = {v.END: np.where(dated, closing, _texts(rows, v.END))}
        if undated.any():
            changed[v.STATUS] = np.where(undated, ENDED, _texts(rows, v.STATUS))
        if v.INFERRED in rows:
            said = _texts(rows, v.INFERRED)
            changed[v.INFERRED] = pd.Series([_LAST_DAY if ended and not text else text for ended, text in zip(dated, said, strict=True)],
                                             index=rows.index, dtype=object)
        return rows.assign(**changed), int((dated | undated).sum())


def closings_of(organisations: Iterable[Any]) -> Closings:
    """The organisations that have closed or will close on a stated day, out of every table of organisations."""
    ends: dict[str, str] = {}
    for rows in organisations:
        parts = zip(_texts(rows, v.NAME), _texts(rows, v.END), _texts(rows, v.STATUS), ~np.isnat(days(rows, v.END, last=True)))
        for name, end, status, dated in parts:
            if name and (dated or status == ENDED):
                ends[name.casefold()] = end if dated else _NO_DAY
    return Closings(ends)


def closing_note(count: int) -> Note:
    """That rows were counted as ended because their organisation was."""
    return count_note(plural(
        "{n} row does not say that it ended, but its organisation has closed: it counts as ended with it.",
        "{n} rows do not say that they ended, but their organisations have closed: they count as ended with them.", count))


def _texts(rows: Any, column: str) -> pd.Series:
    if column not in rows:
        return pd.Series("", index=rows.index, dtype=object)
    return rows[column].astype(object).where(rows[column].notna(), "").astype(str).str.strip()
