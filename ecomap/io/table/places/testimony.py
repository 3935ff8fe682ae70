"""What a file says of where its rows are, beside their coordinates: states, countries, postcodes, codes of a census."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from attrs import field, frozen

from ecomap.io.table.keys import slug, text_of
from ecomap.io.table.places.regions import Region, called, code_table, country_of, region, state_of
from ecomap.model.said import Said, say
from ecomap.model.said import name as named

SLACK_DEG: Final = 0.3       # boxes are rough
SAMPLE_DISTINCT: Final = 2_000
_US_SCHOOL_WORDS: Final = re.compile(r"\b(?:elementary|middle school|jr\.? high|junior high|high school|magnet|unified|k-?8|pre-?k)\b", re.IGNORECASE)
_CENSUS_DIGITS: Final = re.compile(r"\d{2}|\d{5}|\d{7}|\d{10,12}|\d{15}")
_HEADINGS: Final = {
    "state": r"(^|_)(state|st|stateabbr|state_abbr|state_name|lstate|mstate|province|prov|estado|provincia)$|^state(_|$)|^st_(abb|name)|^stabb|^stusps$",
    "country": r"(^|_)(country|nation|pais|land|pays|country_code|iso2|iso3|cntry)$|^country(_|$)",
    "zip": r"(^|_)(zip|zipcode|zip_code|zip5|lzip|mzip|postal_code|postcode|postal|plz|codigo_postal)(_|$|\d)",
    "fips": r"(^|_)(geoid\d*|geo_id|fips|statefp\d*|state_fips|tract_?fips|fips_code|tractce|ncessch|nces_?id|nces|leaid)(_|$)",
}


@frozen
class Witness:
    """One column and the region it puts each row in.

    Parameters
    ----------
    which : array of int
        Row -> position in `regions`, -1 where the column says nothing.
    """

    column: str
    regions: tuple[Region, ...]
    which: Any = field(repr=False, eq=False)

    def agrees(self, longitude: Any, latitude: Any) -> Any:
        """Mask: rows that lie where this column puts them."""
        import numpy as np

        mask = np.zeros(len(self.which), dtype=bool)
        for position, one in enumerate(self.regions):
            mine = self.which == position
            mask[mine] = one.holds(longitude[mine], latitude[mine], SLACK_DEG)
        return mask

    @property
    def speaks(self) -> Any:
        """Mask: rows of which it says something."""
        return self.which >= 0

    @property
    def words(self) -> Said:
        """Which column names which region for most rows."""
        import numpy as np

        spoken = self.which[self.which >= 0]
        most = self.regions[int(np.bincount(spoken).argmax())] if len(spoken) else self.regions[0]
        if not self.column:
            return say("Its words are those of schools in {region}.", region=called(most))
        return say("The column '{column}' says {region}.", column=named(self.column), region=called(most))


def witnesses(frame: Any, leaving_out: Iterable[str] = ()) -> tuple[Witness, ...]:
    """Columns that say where rows are, the most exact first.

    Only columns count whose heading fits and nearly all of whose cells are understood.
    """
    skip = set(leaving_out)
    columns = [column for column in frame.columns if column not in skip]
    land = _first(frame, columns, "country", country_of)
    country = land.regions[0].code if land is not None and len(land.regions) == 1 else ""
    country = country if country in ("US", "CA", "AU", "GB") else ""
    others = [_first(frame, columns, kind, reader) for kind, reader in (
        ("state", lambda text: state_of(text, country)), ("zip", _of_postcode), ("fips", _of_census_code))]
    found = [one for one in (land, *others) if one is not None]
    rank = {"state": 0, "country": 1}
    found.sort(key=lambda one: rank[one.regions[0].kind])
    coded = None if found else _coded(frame, columns)
    return (*found, *([coded] if coded else []))


def _first(frame: Any, columns: list[str], kind: str, reader: Callable[[str], Region | None]) -> Witness | None:
    """The first column of that heading whose cells are understood."""
    for column in columns:
        if re.search(_HEADINGS[kind], slug(str(column)).replace("-", "_")):
            witness = _witness(frame[column], str(column), reader)
            if witness is not None:
                return witness
    return None


def school_words(frame: Any, leaving_out: Iterable[str] = ()) -> Witness | None:
    """A weak witness: words that schools of the United States use, in a third of the rows or more."""
    import numpy as np

    skip = set(leaving_out)
    for column in frame.columns:
        if column in skip or str(frame[column].dtype) not in ("object", "str", "string"):
            continue
        texts = frame[column].map(lambda cell: cell if isinstance(cell, str) else "")
        if len(texts) and texts.str.contains(_US_SCHOOL_WORDS).mean() > 0.3:
            return Witness("", (region("country", "US"),), np.zeros(len(frame), dtype=int))
    return None


def _witness(cells: Any, column: str, reader: Callable[[str], Region | None]) -> Witness | None:
    import numpy as np
    import pandas as pd  # heavy

    codes, found = pd.factorize(text_of(cells))
    distinct = found.tolist()
    if not distinct or len(distinct) > 50 * SAMPLE_DISTINCT:
        return None
    if len([text for text in distinct[:SAMPLE_DISTINCT] if reader(text) is not None]) < 0.8 * min(len(distinct), SAMPLE_DISTINCT):
        return None
    regions: list[Region] = []
    place = []
    for text in distinct:
        one = reader(text)
        if one is not None and one not in regions:
            regions.append(one)
        place.append(-1 if one is None else regions.index(one))
    which = np.array([*place, -1])[codes]  # a row without a text has the code -1: the last
    return Witness(column, tuple(regions), np.asarray(which))


def _of_postcode(text: str) -> Region | None:
    """The state of a ZIP code, the province of a Canadian postcode, the country of a British one."""
    said = text.strip().upper()
    if re.fullmatch(r"\d{5}(-?\d{4})?(\.0)?", said):
        return code_table("zip").get(said[:3])
    if re.fullmatch(r"\d{4}(\.0)?", said):  # a ZIP code that lost its zero, unless it is of another country
        return code_table("zip").get("0" + said[:2])
    if re.fullmatch(r"[A-Z]\d[A-Z] ?\d[A-Z]\d", said):
        return code_table("canadian_postcode").get(said[0])
    if re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", said):
        return region("country", "GB")
    return None


def _of_census_code(text: str) -> Region | None:
    """The state of a code of the US census or of the NCES, by its first two digits."""
    digits = text.strip()
    if "US" in digits:
        digits = re.sub(r"^.*US(?=\d{2,15}$)", "", digits)
    if _CENSUS_DIGITS.fullmatch(digits):
        return code_table("fips").get(digits[:2])
    return None


def _of_british_code(text: str) -> Region | None:
    match = re.fullmatch(r"([ESWN])(\d{8})", text.strip().upper())
    return code_table("uk_statistics").get(match[1]) if match else None


def _coded(frame: Any, columns: list[str]) -> Witness | None:
    """Codes that say where they are from whatever their heading: data zones, output areas, GEOIDs of eleven or twelve digits."""
    for column in columns:
        if str(frame[column].dtype) not in ("object", "str", "string"):
            continue
        sample = text_of(frame[column].head(SAMPLE_DISTINCT)).dropna()
        if not len(sample) or sample.nunique() < 0.5 * len(sample):
            continue
        for pattern, reader in ((r"(?i)^[ESWN]\d{8}$", _of_british_code), (r"^(\d{7}US)?\d{11,12}$", _of_census_code),
                                (r"(?i)^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$|^[A-Z]\d[A-Z] ?\d[A-Z]\d$", _of_postcode)):
            if sample.str.match(pattern).mean() > 0.95:
                return _witness(frame[column], str(column), reader)
    return None
