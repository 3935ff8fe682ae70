"""Coordinates as people write them: degrees, minutes and seconds; both in one cell; links to a map."""

from __future__ import annotations

import re
from typing import Any, Final

from attrs import field, frozen

from ecomap.io.table.keys import text_of
from ecomap.io.table.numbers import parse_numbers

SAMPLE: Final = 400
_HEMISPHERE: Final = {"N": 1, "S": -1, "E": 1, "W": -1, "O": -1}  # O is west in Spanish and French
_NUMBER: Final = r"\d+(?:[.,]\d+)?"
_DEGREE: Final = r"(?:°|º|˚|deg(?:rees)?\.?|d|:|\s)"
_MINUTE: Final = "(?:['\u2032\u2019\u02b9\u00b4`]|min\\.?|m|:|\\s)"
_SECOND: Final = "(?:[\"\u2033\u201d\u02ba]|''|\u2032\u2032|sec\\.?|s)"
_SPELLED: Final = re.compile(
    rf"^(?P<front>[NSEWO])?\s*(?P<sign>[-−–+])?\s*(?P<degrees>{_NUMBER})\s*{_DEGREE}?\s*"
    rf"(?:(?P<minutes>{_NUMBER})\s*{_MINUTE}?\s*)?(?:(?P<seconds>{_NUMBER})\s*{_SECOND}?\s*)?(?P<back>[NSEWO])?$", re.IGNORECASE,
)
_PACKED: Final = re.compile(r"^(?P<front>[NSEWO])?\s*(?P<degrees>\d{2,3})(?P<minutes>[0-5]\d)(?P<seconds>[0-5]\d(?:\.\d+)?)\s*(?P<back>[NSEWO])?$", re.IGNORECASE)
_DASHED: Final = re.compile(r"^(?P<front>[NSEWO])?\s*(?P<degrees>\d{1,3})-(?P<minutes>\d{1,2})-(?P<seconds>\d{1,2}(?:[.,]\d+)?)\s*(?P<back>[NSEWO])?$", re.IGNORECASE)
_LINK: Final = (
    re.compile(r"[@=/](?P<lat>-?\d{1,2}\.\d+),\s*(?P<lon>-?\d{1,3}\.\d+)"),                      # @40.005,-89.995,17z and ?q=40.0,-89.9
    re.compile(r"[?&#]m?lat=(?P<lat>-?\d{1,2}(?:\.\d+)?).*?[?&]m?lon=(?P<lon>-?\d{1,3}(?:\.\d+)?)", re.IGNORECASE),
    re.compile(r"#map=[\d.]+/(?P<lat>-?\d{1,2}(?:\.\d+)?)/(?P<lon>-?\d{1,3}(?:\.\d+)?)"),
    re.compile(r"!3d(?P<lat>-?\d{1,2}\.\d+)!4d(?P<lon>-?\d{1,3}\.\d+)"),
    re.compile(r"^geo:(?P<lat>-?\d{1,2}(?:\.\d+)?),(?P<lon>-?\d{1,3}(?:\.\d+)?)", re.IGNORECASE),
)
_NAMED: Final = re.compile(
    r"lat(?:itude)?[\"']?\s*[:=]\s*[\"']?(?P<lat>-?\d+(?:\.\d+)?).*?(?:lon|lng)(?:g|gitude)?[\"']?\s*[:=]\s*[\"']?(?P<lon>-?\d+(?:\.\d+)?)", re.IGNORECASE | re.DOTALL)
_NAMED_BACK: Final = re.compile(
    r"(?:lon|lng)(?:g|gitude)?[\"']?\s*[:=]\s*[\"']?(?P<lon>-?\d+(?:\.\d+)?).*?lat(?:itude)?[\"']?\s*[:=]\s*[\"']?(?P<lat>-?\d+(?:\.\d+)?)", re.IGNORECASE | re.DOTALL)
_POINT: Final = re.compile(r"^(?:SRID=\d+;)?\s*POINT\s*Z?M?\s*\(\s*(?P<lon>-?\d+(?:\.\d+)?(?:e-?\d+)?)\s+(?P<lat>-?\d+(?:\.\d+)?(?:e-?\d+)?)", re.IGNORECASE)
_ARRAY: Final = re.compile(r"[\"']?coordinates[\"']?\s*:\s*\[\s*(?P<lon>-?\d+(?:\.\d+)?)\s*,\s*(?P<lat>-?\d+(?:\.\d+)?)")
_TWO: Final = re.compile(r"^[\s(\[{<]*(?P<one>[-−+]?\d{1,3}(?:\.\d+)?)\s*[°º]?\s*(?:[,;|/]|\s)\s*(?P<two>[-−+]?\d{1,3}(?:\.\d+)?)\s*[°º]?[\s)\]}>]*$")
_COMMAS: Final = re.compile(r"^[\s(\[]*(?P<one>[-−+]?\d{1,3},\d+)\s*(?:[;|/]|\s)\s*(?P<two>[-−+]?\d{1,3},\d+)[\s)\]]*$")
_TAIL: Final = re.compile(r"\((?P<one>-?\d{1,2}\.\d+),\s*(?P<two>-?\d{1,3}\.\d+)\)\s*$")  # an address with its place behind


@frozen
class Degrees:
    """A column of latitudes or longitudes.

    Parameters
    ----------
    values : array of float
        NaN where there is no number.
    spelled : int
        Cells with minutes, seconds or a letter for the side of the Earth.
    odd : tuple of str
        A few cells that are no coordinate.
    """

    values: Any = field(eq=False, repr=False)
    spelled: int = 0
    odd: tuple[str, ...] = ()


def parse_degrees(cells: Any) -> Degrees:
    """Numbers as they stand; degrees, minutes and seconds as degrees.

    >>> import pandas as pd
    >>> parse_degrees(pd.Series(["40.5", "40°30'00\\"N", "W89 30.0", "89:30:00 W", "400018N", "north"])).values.round(4).tolist()
    [40.5, 40.5, -89.5, -89.5, 40.005, nan]
    """
    import numpy as np

    numbers = parse_numbers(cells)
    values = numbers.values.to_numpy(dtype=float).copy()
    odd = np.flatnonzero((numbers.reasons == "not_a_number").to_numpy(dtype=bool)).tolist()
    texts = cells.tolist() if odd else []
    left, spelled = [], 0
    for n in odd:
        read = degrees_of(str(texts[n]))
        if read is None:
            left.append(str(texts[n])[:40])
        else:
            values[n] = read
            spelled += 1
    return Degrees(np.asarray(values), spelled, tuple(dict.fromkeys(left))[:5])


def degrees_of(text: str) -> float | None:
    """Degrees of one cell that is no plain number; None if it is no coordinate.

    >>> degrees_of("40° 0' 18.0\\" N"), degrees_of("89°59′42″W"), degrees_of("40 0 18 N"), degrees_of("-118d15m")
    (40.005, -89.995, 40.005, -118.25)
    >>> degrees_of("40-00-18.0N"), degrees_of("12 Main St"), degrees_of("12-10-05")
    (40.005, None, None)
    """
    said = " ".join(text.replace("\u00a0", " ").split()).strip("()[] ")
    sided = next((found for form in (_PACKED, _DASHED) if (found := form.match(said)) and (found["front"] or found["back"])), None)
    match = sided or _SPELLED.match(said)
    if not match or (match["front"] and match["back"]):
        return None
    degrees, minutes, seconds = (float(match[part].replace(",", ".")) if match[part] else 0.0 for part in ("degrees", "minutes", "seconds"))
    if degrees > 180 or minutes >= 60 or seconds > 60:
        return None
    side = _HEMISPHERE[(match["front"] or match["back"] or "N").upper()]
    sign = -1 if match.groupdict().get("sign") in ("-", "−", "–") else 1
    return round(min(side, sign) * (degrees + minutes / 60 + seconds / 3600), 9)


def is_coordinate(cells: Any) -> bool:
    """True if most cells of a column are degrees or metres, in any spelling."""
    from ecomap.io.table.numbers import looks_numeric

    if looks_numeric(cells):
        return True
    texts = [text for text in text_of(cells).dropna().head(SAMPLE) if text.strip()]
    read = [text for text in texts if re.search(r"\d", text) and degrees_of(text) is not None]
    return len(texts) > 0 and len(read) >= 0.8 * len(texts)


def pair_of(text: str) -> tuple[float, float] | None:
    """Latitude and longitude of a cell that holds both; None if it does not.

    >>> pair_of("(40.005, -89.995)"), pair_of("POINT (-89.995 40.005)"), pair_of('{"lat": 40.005, "lng": -89.995}')
    ((40.005, -89.995), (40.005, -89.995), (40.005, -89.995))
    >>> pair_of("https://www.google.com/maps/@40.005,-89.995,17z"), pair_of("geo:40.005,-89.995"), pair_of("40°00'18\\"N 89°59'42\\"W")
    ((40.005, -89.995), (40.005, -89.995), (40.005, -89.995))
    >>> pair_of("10, 11") is None, pair_of("-118.25, 34.05"), pair_of("40,005; -89,995")
    (True, (34.05, -118.25), (40.005, -89.995))
    """
    said = text.strip()
    for pattern in (_POINT, _ARRAY, *_LINK, _NAMED, _NAMED_BACK):
        found = pattern.search(said)
        if found:
            return float(found["lat"]), float(found["lon"])
    match = _COMMAS.match(said) or _TWO.match(said) or _TAIL.search(said)
    if match:
        one, two = (match[part].replace("−", "-").replace(",", ".") for part in ("one", "two"))
        return _in_order(float(one), float(two)) if "." in one and "." in two else None
    return _spelled_pair(said)


def _in_order(one: float, two: float) -> tuple[float, float] | None:
    """Latitude first, as people write it, unless it cannot be one."""
    if abs(one) > 90 >= abs(two):
        one, two = two, one
    return (one, two) if abs(one) <= 90 and abs(two) <= 180 else None


def _spelled_pair(said: str) -> tuple[float, float] | None:
    """Two coordinates with letters: "40°00'18"N 89°59'42"W", "N40 00.300 W89 59.700"."""
    match = re.match(r"^[\s(]*(.*?[NS])[\s,;/]*([\d].*?[EWO])[\s)]*$", said, re.IGNORECASE) or re.match(
        r"^[\s(]*([NS][^NSEWO]*?)[\s,;/]*([EWO][^NSEWO]*?)[\s)]*$", said, re.IGNORECASE)
    if not match:
        return None
    latitude, longitude = degrees_of(match[1]), degrees_of(match[2])
    return None if latitude is None or longitude is None or abs(latitude) > 90 else (latitude, longitude)


def holds_pairs(cells: Any) -> bool:
    """True if nearly all cells that say something hold latitude and longitude together."""
    texts = [text for text in text_of(cells.head(SAMPLE)).dropna() if text.strip()]
    if not texts:
        return False
    return sum(pair_of(text) is not None for text in texts) >= 0.8 * len(texts)
