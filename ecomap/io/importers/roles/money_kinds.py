"""Which table of money a file is, told by the columns that the importers of money find in it."""

from __future__ import annotations

from typing import Any

from ecomap.io.importers.columns.guessing import guess_mapping
from ecomap.io.importers.roles import allocation, funding_rate, position, spending
from ecomap.model import vocabulary as v

_CODE_PARTS = {"county_code", "district_code", "school_code"}
_SITE = {v.SITE_FEDERAL, v.SITE_STATE_LOCAL, v.CENTRAL_FEDERAL, v.CENTRAL_STATE_LOCAL}
_FORMULA = {v.BASE_GRANT, v.SUPPLEMENTAL_GRANT, v.CONCENTRATION_GRANT}


def money_role_of(frame: Any) -> str:
    """One of `ecomap.model.vocabulary.MONEY_ROLES`, or "" for a table that is not of money.

    Rates have base grants by grades and no schools. Everything else has school codes: positions have pay with a title
    or full-time equivalents; spending is split into site and central, or federal and state; the rest with an amount
    is an allocation.
    """
    if {"base_tk_3", "base_4_6", "base_7_8", "base_9_12"} <= set(guess_mapping(funding_rate.IMPORTER, frame)):
        return v.FUNDING_RATE
    staff = set(guess_mapping(position.IMPORTER, frame))
    if v.SCHOOL_ID not in staff and not staff >= _CODE_PARTS:
        return ""
    if v.SALARY in staff and staff & {v.TITLE, v.FTE}:
        return v.POSITION
    spent = {name.removeprefix(spending.FILED) for name in guess_mapping(spending.IMPORTER, frame)}
    if spent & _SITE or spent >= {v.FEDERAL, v.STATE_LOCAL}:
        return v.SPENDING
    return v.ALLOCATION if set(guess_mapping(allocation.IMPORTER, frame)) & {v.AMOUNT, *_FORMULA} else ""
