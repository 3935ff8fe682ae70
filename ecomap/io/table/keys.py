"""Codes as text, with the leading zeros that spreadsheets take away."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from attrs import field, frozen

from ecomap.model.said import say

TRACT, BLOCK_GROUP, BLOCK, COUNTY = 11, 12, 15, 5
CDS = 14
GEOID_NAMES = {TRACT: say("census tract"), BLOCK_GROUP: say("block group"), BLOCK: say("census block"), COUNTY: say("county")}
_LEVELS = {"140": TRACT, "150": BLOCK_GROUP, "100": BLOCK, "050": COUNTY}
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\u200b\ufeff]")
_UNTIDY = r"^$|^[\x00-\x20]|[\x00-\x20]$|[^\t\n\r\x20-\x7e]"  # what `text_of` may have to change: any other column is text already
_PREFIX = re.compile(r"^(\d{3})[0-9A-Z]{0,6}US([0-9A-Z]*)$")
_GISJOIN = re.compile(r"^G(\d{2})0(\d{3})0(?:(\d{6})(\d)?)?$")  # of NHGIS: a nought behind state and county
_STATES = {f"{n:02d}" for n in range(1, 57)} - {"03", "07", "14", "43", "52"} | {"72"}


@frozen
class Codes:
    """A column of codes.

    ``values``: text or missing; ``marks``: mask of rows that got a lost leading zero back, ``padded`` their number;
    ``length``: of the code; ``others``: mask of rows whose code is of another kind (a total for a city, a header, a remark).
    """

    values: Any = field(eq=False, repr=False)
    padded: int = 0
    length: int = 0
    others: Any = field(eq=False, repr=False, default=None)
    marks: Any = field(eq=False, repr=False, default=None)


def text_of(values: Any) -> Any:
    """A column as text: whole numbers without a decimal point, blanks as missing, edges trimmed."""
    import pandas as pd  # heavy

    if str(values.dtype) == "str" and not values.str.contains(_UNTIDY).any():
        return values.rename(None)
    return pd.Series(_texts(values.astype(object).tolist()), index=values.index, dtype="str")


def _texts(cells: list[Any]) -> list[str | None]:
    """What `_text` makes of every cell; whole columns of plain text or of fractions, which most are, in one go."""
    kinds = set(map(type, cells))
    if kinds <= {str, type(None)}:
        plain = [cell or "" for cell in cells] if type(None) in kinds else cells
        if not _INVISIBLE.search("".join(plain)):
            return [cell.strip() or None for cell in plain]
    if kinds == {float}:
        return [None if cell != cell else str(int(cell)) if cell.is_integer() and -1e16 < cell < 1e16 else str(cell) for cell in cells]
    if kinds == {int}:
        return list(map(str, cells))
    return list(map(_text, cells))


def _text(cell: Any) -> str | None:
    if cell is None or (isinstance(cell, float) and cell != cell) or type(cell).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e16:
        return str(int(cell))
    text = _INVISIBLE.sub("", str(cell)).strip()
    return text or None


def clean_geoid(values: Any) -> Codes:
    """Census codes as text of one length: ``1400000US06037101110``, ``6037101110`` and ``06037101110`` are one.

    The kind (tract 11, block group 12, block 15, county 5 digits) is the most frequent one in the column; rows of
    another kind are marked in ``others``.

    Examples
    --------
    >>> import pandas as pd
    >>> codes = clean_geoid(pd.Series(["14000US06037101110", "6037101122", "16000US0644000"]))
    >>> codes.values.tolist(), codes.padded, codes.others.tolist()
    (['06037101110', '06037101122', '0644000'], 1, [False, False, True])
    """
    import pandas as pd  # heavy

    read = [_geoid(cell) for cell in text_of(values).tolist()]
    lengths = Counter(length for _, length, _ in read if length)
    length = lengths.most_common(1)[0][0] if lengths else 0
    texts = pd.Series([text for text, _, _ in read], index=values.index, dtype="str")
    others = pd.Series([bool(text) and own != length for text, own, _ in read], index=values.index, dtype=bool)
    marks = pd.Series([was and own == length for _, own, was in read], index=values.index, dtype=bool)
    return Codes(texts, int(marks.sum()), length, others, marks)


def _geoid(cell: Any) -> tuple[str | None, int, bool]:
    """(code, its full length or 0, whether a zero was put back)."""
    if not isinstance(cell, str):
        return None, 0, False
    match = _PREFIX.match(cell) if "US" in cell else None
    if match:
        length = _LEVELS.get(match[1], 0)
        return match[2], length if len(match[2]) == length else 0, False
    digits = cell.removesuffix(".0")
    if not digits.isdigit():
        return cell, 0, False
    if len(digits) == 11 and digits[:2] not in _STATES:
        return "0" + digits, BLOCK_GROUP, True
    if len(digits) in GEOID_NAMES:
        return digits, len(digits), False
    if len(digits) + 1 in GEOID_NAMES:
        return "0" + digits, len(digits) + 1, True
    return digits, 0, False


def clean_cds(values: Any) -> Codes:
    """County-district-school codes of 14 digits; one lost leading zero is put back.

    Examples
    --------
    >>> import pandas as pd
    >>> codes = clean_cds(pd.Series(["19647336112345", "1611190130229", "19-64733-6112345"]))
    >>> codes.values.tolist(), codes.padded
    (['19647336112345', '01611190130229', '19647336112345'], 1)
    """
    import pandas as pd  # heavy

    out, marks, others = [], [], []
    for cell in text_of(values).tolist():
        digits = re.sub(r"[\s-]|\.0$", "", cell) if isinstance(cell, str) else ""
        lost = digits.isdigit() and len(digits) == CDS - 1
        digits = "0" + digits if lost else digits
        marks.append(lost)
        whole = digits.isdigit() and len(digits) == CDS
        out.append(digits if whole else (cell if isinstance(cell, str) else None))
        others.append(isinstance(cell, str) and not whole)
    return Codes(
        pd.Series(out, index=values.index, dtype="str"), sum(marks), CDS,
        pd.Series(others, index=values.index, dtype=bool), pd.Series(marks, index=values.index, dtype=bool),
    )


def bare_code(text: str) -> str:
    """A code without what programs add or take away: prefix, blanks and dashes, ``.0``, leading zeros, the size of letters.

    >>> bare_code("G4802010010000")
    '48201010000'
    >>> bare_code("14000US06037101110"), bare_code(" 06037101110.0"), bare_code("6037101110"), bare_code("01m015"), bare_code("19-64733-6112345")
    ('6037101110', '6037101110', '6037101110', '1M015', '19647336112345')
    """
    plain = re.sub(r"[\s_-]|\.0+$", "", text).upper()
    if joined := _GISJOIN.match(plain):
        return "".join(part or "" for part in joined.groups()).lstrip("0")
    match = _PREFIX.match(plain) or re.match(r"^(US)(?=\d)(.*)$", plain)
    return (match[2] if match else plain).lstrip("0") or "0"


def slug(text: str) -> str:
    """Plain small letters, digits and dashes, for ids and columns.

    >>> slug("Peña Adobe: Niños & más"), slug("CES 4.0 Percentile")
    ('pena-adobe-ninos-mas', 'ces-4-0-percentile')
    """
    import unicodedata

    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
