"""One measured need."""

from __future__ import annotations

from attrs import field, frozen

from ecomap.model.said import NOTHING, Said, as_said
from ecomap.model.source import Source


@frozen
class Indicator:
    """One measured need, as a column of a need-area layer.

    Parameters
    ----------
    column : str
        Column with the estimate. ``<column>_moe`` holds its 90 % margin if `moe_column` says so;
        ``<column>_reason`` says why a value is missing.
    unit : {"share", "usd", "per_10000", "ug_m3", "score", "count"}
        Unit of the column; a share is 0-1.
    direction : {1, -1}
        +1: a higher value means more need; -1: a higher value means less need (income).
    numerator, denominator : str
        Count columns if the indicator is a rate and the counts are carried along, else "".
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
