"""One measured need."""

from __future__ import annotations

from typing import Final

from attrs import field, frozen

from ecomap.model.said import NOTHING, Said, as_said
from ecomap.model.source import Source

# Who says which way an indicator runs.
BY_DICTIONARY: Final = "dictionary"  # its publisher's column, which EcoMap knows
BY_NAME: Final = "name"              # its plain name, which says one thing
BY_PERSON: Final = "person"          # somebody who brought the data in


@frozen
class Indicator:
    """One measured need, as a column of a need-area layer.

    Parameters
    ----------
    column : str
        Column with the estimate. ``<column>_moe`` holds its 90 % margin if `moe_column` says so;
        ``<column>_reason`` says why a value is missing.
    unit : {"share", "usd", "per_10000", "ug_m3", "score", "count", "min"}
        Unit of the column; a share is 0-1.
    direction : {1, -1}
        +1: a higher value means more need; -1: a higher value means less need (income).
    numerator, denominator : str
        Count columns if the indicator is a rate and the counts are carried along, else "".
    settled_by : {"dictionary", "name", "person", ""}
        Who says which way it runs; "" where that is not known.
    measure : str
        What it measures in EcoMap's dictionary, the same for every publisher; "" if it is not in there.
    """

    column: str
    label: Said = field(converter=as_said)
    unit: str
    direction: int
    source: Source
    moe_column: str = ""
    numerator: str = ""
    denominator: str = ""
    universe: Said = field(default=NOTHING, converter=as_said)
    help: Said = field(default=NOTHING, converter=as_said)
    domain: Said = field(default=NOTHING, converter=as_said)
    settled_by: str = ""
    measure: str = ""
