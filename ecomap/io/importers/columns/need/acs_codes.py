"""Codes of the American Community Survey in column names, in every usual spelling."""

from __future__ import annotations

import re
from typing import Final

_CODED: Final = re.compile(r"((?:[bc]\d{5}[a-z]{0,3}|dp\d\d|s\d{4}(?:_c\d\d)?)_\d{3,4})(pe|pm|e|m)?(_error|_moe|_estimate)?")
_REPORTER: Final = re.compile(r"([bc]\d{5}[a-z]?)(\d{3})(_error|_moe)?")
_MARGINS: Final = ("_error", "_moe")


def acs_code(plain_name: str) -> tuple[str, str] | None:
    """(table and line, "e", "m", "pe" or "pm") of an ACS column: B19013_001E, DP03_0062PM, "B01003001, Error".

    >>> acs_code("b19013_001e"), acs_code("b01003001"), acs_code("b01003001_error"), acs_code("b"), acs_code("s1701_c03_001m")
    (('b19013_001', 'e'), ('b01003_001', 'e'), ('b01003_001', 'm'), None, ('s1701_c03_001', 'm'))
    """
    if match := _CODED.fullmatch(plain_name):
        kind = match[2] or "e"
        return match[1], kind.replace("e", "m") if match[3] in _MARGINS else kind
    if match := _REPORTER.fullmatch(plain_name):
        return f"{match[1]}_{match[2]}", "m" if match[3] else "e"
    return None
