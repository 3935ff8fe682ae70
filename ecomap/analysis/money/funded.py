"""The attendance a district is paid for: as told, as certified by the state, or as its published grants imply; and schools that add up to it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import pandas as pd
from attrs import frozen

from ecomap.analysis.money import ada
from ecomap.analysis.money.exact import share_of
from ecomap.analysis.money.rates import Rates
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.said import Said, say

TOLD: Final = say("as you gave it")
CERTIFIED: Final = say("as the state's summary certifies it")
IMPLIED: Final = say("as the state's published grants imply at the grades of these schools")
_OFFICE: Final = "0" * 7  # the school part of a code that is a district's


@frozen
class Funded:
    """What a district is paid for. ``pupils``: its funded attendance; ``how``: how that is known; ``schools``: how many were brought to it."""

    pupils: float
    how: Said
    schools: int


def row_of_summary(frames: Frames, district: str, year: str) -> Any:
    """The district's row in an imported state summary of the year, None if there is none."""
    if "allocation" not in frames or not district:
        return None
    rows = frames["allocation"]
    if v.SCOPE not in rows:
        return None
    here = rows[(rows[v.SCHOOL_ID] == district + _OFFICE) & (rows[v.YEAR] == year)]
    return here.iloc[0] if len(here) else None


def funded_attendance(members: pd.DataFrame, row: Any, rates: Rates, told: float = 0.0) -> tuple[float, Said] | None:
    """The district's funded attendance and how it is known, None where nothing says it.

    Parameters
    ----------
    members : DataFrame
        The schools that the district runs, with their attendance by grade span as far as it is known or estimated.
    row : Series or None
        The district's row of the state's summary.
    told : float
        Pupils, as a person gave it; 0: nobody did.

    Notes
    -----
    Supplemental and concentration grant are fixed shares of the adjusted base (Education Code 42238.02), so that the base is
    ``(supplemental + concentration) / (0.20 share + c max(0, share - 0.55))``; over the mean rate at the grades of these schools
    it is an attendance.
    """
    if told > 0:
        return told, TOLD
    if row is None:
        return None
    spans = [float(row.get(column, float("nan"))) for column in v.ADA_COLUMNS.values()]
    known = [pupils for pupils in spans if not pd.isna(pupils)]
    # A span that the summary leaves out is one without pupils only where no school of the district has any.
    served = [members[column].sum() > 0 for column in v.ADA_COLUMNS.values()]
    if sum(known) > 0 and not any(pd.isna(pupils) and there for pupils, there in zip(spans, served, strict=True)):
        return sum(known), CERTIFIED
    base, attended = base_of_grants(row, rates), members[ada.ADA].sum()
    made = sum(float(rates.adjusted(span)) * float(members[column].sum()) for span, column in v.ADA_COLUMNS.items())
    return (attended * base / made, IMPLIED) if base is not None and made > 0 else None


def base_of_grants(row: Any, rates: Rates) -> float | None:
    """The adjusted base that the published supplemental and concentration grants are shares of, in dollars; None if they do not say.

    The district's published 675.8 and 791.7 million of 2024-25 at a share of 0.86 stand for a base of 3,929 million.
    """
    given = [row.get(column, float("nan")) for column in (v.SUPPLEMENTAL_GRANT, v.CONCENTRATION_GRANT, v.UNDUPLICATED_SHARE)]
    if any(pd.isna(value) for value in given) or not 0 < given[2] <= 1:
        return None
    part = sum(rates.extra(share_of(float(given[2]), say("The unduplicated share"))), Decimal(0))
    return (float(given[0]) + float(given[1])) / float(part) if part > 0 else None


def brought_to(members: pd.DataFrame, pupils: float) -> tuple[pd.DataFrame, int]:
    """The schools with their estimated attendance brought to the district's by one factor, and how many; published attendance stays.

    >>> one = pd.DataFrame({name: [50.0] for name in v.ADA_COLUMNS.values()} | {"ada": [200.0], "ada_from": [ada.FROM_GRADES]})
    >>> brought_to(one, 180.0)[0]["ada"].tolist()
    [180.0]
    """
    guessed = members[ada.ADA_FROM].isin((ada.FROM_GRADES, ada.FROM_LEVELS))
    estimated = float(members.loc[guessed, ada.ADA].sum())
    left = pupils - float(members.loc[~guessed, ada.ADA].sum())
    if not (estimated > 0 and left > 0):
        return members, 0
    columns = list(v.ADA_COLUMNS.values())
    scaled = (members.loc[guessed, columns] * (left / estimated)).round(2)
    out = members.copy()
    out.loc[guessed, columns] = scaled
    out.loc[guessed, ada.ADA] = scaled.sum(axis=1).round(2)
    told = [ada.FROM_FUNDED if here else said for said, here in zip(members[ada.ADA_FROM], guessed, strict=True)]
    out[ada.ADA_FROM] = pd.Series(told, index=members.index, dtype=object)  # masking would make a plain text of the message
    return out, int(guessed.sum())
