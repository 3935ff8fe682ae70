"""Sums of money and counts as exact decimal numbers, so that cents add up."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from numbers import Number
from typing import Any, Final

from ecomap.model.errors import InputError, ParameterError
from ecomap.model.said import Said, name, say

CENT: Final = Decimal("0.01")


def share_of(value: Any, what: Said) -> Decimal:
    """A share 0-1 as an exact decimal number."""
    try:
        share = amount_of(value, what)
    except InputError as problem:
        raise ParameterError(problem.message, problem.hint) from problem
    if share > 1:
        raise ParameterError(say("{what} cannot be {value}: it is between 0 and 1.", what=what, value=name(value)), say("Write 80 % as 0.80."))
    return share


def amount_of(value: Any, what: Said) -> Decimal:
    """A number of 0 or more as an exact decimal: the number that a person wrote, not its binary neighbour."""
    if isinstance(value, Decimal):
        exact = value
    elif isinstance(value, (Number, str)) and not isinstance(value, bool):
        text = str(value).strip()
        exact = Decimal(text) if re.fullmatch(r"-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", text) else Decimal("NaN")
    else:
        exact = Decimal("NaN")
    if not exact.is_finite():
        raise InputError(say("{what} is missing or not a number.", what=what), say("A missing number is not 0: find it, or leave the row out."))
    if exact < 0:
        raise InputError(say("{what} cannot be {value}: it is below 0.", what=what, value=name(value)), say("Check the number."))
    return exact


def cents(amount: Any) -> int:
    """Dollars as whole cents, half a cent up."""
    exact = amount if isinstance(amount, Decimal) else Decimal(str(amount))
    try:
        return int((exact / CENT).quantize(Decimal(1), ROUND_HALF_UP))
    except InvalidOperation as problem:
        raise InputError(say("${amount} is no sum of money.", amount=name(f"{exact:.3g}")), say("Check the numbers of pupils and the rates.")) from problem


def dollars(amount_cents: int) -> float:
    """Whole cents as the nearest number of dollars."""
    return amount_cents / 100
