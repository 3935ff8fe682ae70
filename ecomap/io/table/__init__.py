"""The one gate: what has passed here has a unique text id, sound shapes in metres, and honest numbers."""

from ecomap.io.table.gate import Checked, check_table
from ecomap.io.table.keys import clean_cds, clean_geoid, text_of
from ecomap.io.table.numbers import Numbers, Style, looks_numeric, parse_numbers, style_of, styles_of

__all__ = [
    "Checked", "Numbers", "Style", "check_table", "clean_cds", "clean_geoid", "looks_numeric", "parse_numbers", "style_of", "styles_of",
    "text_of",
]
