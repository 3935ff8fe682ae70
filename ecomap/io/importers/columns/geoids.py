"""Codes that stand in several columns put together: state, county and tract; district and school."""

from __future__ import annotations

import re
from typing import Any, Final

from attrs import evolve

from ecomap.io.importers.columns.guessing import is_geoid, plain
from ecomap.io.reading import RawSource
from ecomap.io.table import text_of
from ecomap.model.report import ReportLine
from ecomap.model.said import joined, say
from ecomap.model.said import name as named
from ecomap.model.vocabulary import GEOMETRY

# What the parts of a code are called, and how many digits each has.
_PARTS: Final = (
    ("state", re.compile(r"^(state|st)(_?(fp|fips|code|cd|id|geoid))?(10|20)?$|^fips_?(st|state)$"), 2),
    ("county", re.compile(r"^(county|cnty|co|cty)(_?(fp|fips|code|cd|id))?(10|20)?$|^fips_?(co|county|cnty)$"), 3),
    ("tract", re.compile(r"^(census_?)?(tract|trct|ct)(_?(ce|fips|code|cd|id|no|num|number))?(10|20)?$|^tractce(10|20)?$"), 6),
    ("group", re.compile(r"^(block_?group|blkgrp|blkgrpce|blkgrp_?ce|bg|block_group_code)(10|20)?$"), 1),
)
_LOOKED_AT: Final = 2000


def with_whole_codes(raw: RawSource) -> RawSource:
    """A table with a column of whole census codes, made of those of state, county and tract; as it is where it has one."""
    frame = raw.frame
    if len(frame) == 0 or any(_whole(frame[column]) for column in frame.columns if column != GEOMETRY):
        return raw
    found: dict[str, str] = {}
    for part, pattern, digits in _PARTS:
        column = next((c for c in frame.columns if c != GEOMETRY and pattern.match(plain(str(c))) and _fits(frame[c], part, digits)), None)
        if column is not None:
            found[part] = column
    if not {"state", "county", "tract"} <= set(found):
        return raw
    codes = None
    for part, _, digits in _PARTS:
        if part in found:
            own = _padded(frame[found[part]], part, digits)
            codes = own if codes is None else codes + own
    name = "GEOID" if "GEOID" not in frame.columns else "GEOID (put together)"
    line = ReportLine("note", say("Census codes were put together from the columns {columns}.", columns=joined(map(named, map(str, found.values())), ", ")))
    return evolve(raw, frame=frame.assign(**{name: codes}), notes=(*raw.notes, line))


def with_whole_school_codes(raw: RawSource) -> RawSource:
    """A table of schools with the federal code of 12 digits, made of the district's 7 and the school's 5; as it is where it has one."""
    names = {plain(str(column)): column for column in raw.frame.columns if column != GEOMETRY}
    district, school = names.get("leaid", names.get("nces_district_id")), names.get("schid", names.get("schno", names.get("nces_school_number")))
    if district is None or school is None or any(re.match(r"ncessch|nces_?(school_?)?(id|code)$|ncesid", name) for name in names):
        return raw
    texts = {column: text_of(raw.frame[column]) for column in (district, school)}
    for column, width in ((district, 7), (school, 5)):
        if not len(texts[column].dropna()) or not texts[column].dropna().str.fullmatch(rf"\d{{1,{width}}}").all():
            return raw
    if int(texts[district].dropna().str.len().min()) < 6:
        return raw
    line = ReportLine("note", say("School codes were put together from the columns {columns}.", columns=joined(map(named, (str(district), str(school))), ", ")))
    codes = texts[district].str.zfill(7) + texts[school].str.zfill(5)
    return evolve(raw, frame=raw.frame.assign(NCESSCH=codes), notes=(*raw.notes, line))


def _whole(cells: Any) -> bool:
    texts = text_of(cells.head(_LOOKED_AT)).dropna()
    return len(texts) > 0 and ((bool(texts.str.len().min() >= 10) and is_geoid(texts)) or bool(texts.str.contains(r"US\d{5,15}$").mean() > 0.9))


def _fits(cells: Any, part: str, digits: int) -> bool:
    """Whether the cells are numbers of that many digits, or a tract's number as people write it ("101.02")."""
    texts = text_of(cells.head(_LOOKED_AT)).dropna()
    pattern = rf"\d{{1,{digits}}}" if part != "tract" else r"\d{1,6}|\d{1,4}\.\d{1,2}"
    return len(texts) > 0 and bool(texts.str.fullmatch(pattern).all())


def _padded(cells: Any, part: str, digits: int) -> Any:
    texts = text_of(cells)
    if part != "tract":
        return texts.str.zfill(digits)
    if texts.dropna().str.contains(".", regex=False).any():  # "101" and "101.02" are numbers of tracts, not codes
        whole, _, decimals = (texts.str.partition(".")[n] for n in range(3))
        return whole.str.zfill(4) + decimals.fillna("").str.ljust(2, "0")
    return texts.str.zfill(digits)
