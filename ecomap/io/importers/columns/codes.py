"""Columns of digits that are no amounts: codes, postcodes, telephone numbers, years."""

from __future__ import annotations

import re
from typing import Any, Final

from ecomap.io.table import looks_numeric, parse_numbers

_CODE: Final = re.compile(
    r"(^|_)(id|ids|fips|zip|zips|zipcode|zip_code|postal_code|postcode|code|geoid|geo_id|phone|phones|key|pkey|fax|ein|tax_id|"
    r"tract|tractce|trustee_ar|district|dist|sup_dist|spa(_\d+)?|statefp|countyfp|stcnty|st|year|yr|objectid|daycode\d*|open|close|ext_id|post_id|leaid|schid|ncesid|ncessch|nces|dbn|cds|irn|urn)$|"
    r"^((house|street|tract|area|unit|room|row|record|ward|precinct|block|campus|school|district|county|region)_?)?(number|num|no)$"
)


def is_code(plain_name: str, cells: Any) -> bool:
    """Whether a column is of codes, by its name and as long as its cells do not speak against it.

    Amounts have decimals; a rate called "rate per zip" is one.
    """
    if not _CODE.search(plain_name):
        return False
    if not looks_numeric(cells):
        return True
    values = parse_numbers(cells).values.dropna()
    return bool((values % 1 == 0).all())
