"""Closed words: what the codes in cells say, each a message of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ecomap.model import vocabulary as v
from ecomap.model.said import Said, joined, say
from ecomap.model.said import name as kept

YES: Final = say("yes")
NO: Final = say("no")
APPROACHES: Final[Mapping[str, Said]] = {**v.APPROACH_LABELS, "promise_zone": say("Promise Zone")}
STATUSES: Final[Mapping[str, Said]] = {
    "planned": say("planned"),
    "active": say("active"),
    "sustained": say("sustained"),
    "ended": say("ended"),
    "paused": say("paused"),
}
LISTS: Final[Mapping[str, Said]] = {
    "approach": say("approach"),
    "function": say("function"),
    "role": say("role", context="list of words"),
    "sector": say("sector"),
    "pillar": say("pillar"),
    "promise_indicator": say("Promise Neighborhoods indicator"),
    "system_indicator": say("figure on the whole system"),
    "organisation_kind": say("kind of organisation"),
    "tie_kind": say("kind of tie"),
}
GOVERNANCE: Final[Mapping[str, Said]] = {"district": say("district-run"), "charter": say("charter")}

# Columns whose cells are codes, and what the codes say.
OF_COLUMN: Final[Mapping[str, Mapping[str, Said]]] = {
    v.LEVEL: v.LEVEL_LABELS,
    v.LEVELS: v.LEVEL_LABELS,
    v.APPROACH: APPROACHES,
    v.KIND: APPROACHES,
    v.STATUS: STATUSES,
    v.VOCABULARY: LISTS,
    v.GOVERNANCE: GOVERNANCE,
    v.BOUNDARY: v.BOUNDARY_LABELS,
    v.PLACE_QUALITY: v.PLACE_QUALITIES,
}


def word(cell: object, column_name: str) -> Said:
    """What a cell that is no number says: a message as it is, a code of a closed column by its word, anything else as it stands.

    >>> word("elementary+middle", v.LEVELS), word("Garfield High", v.NAME)
    ('Elementary · Middle', 'Garfield High')
    """
    known = OF_COLUMN.get(column_name)
    if known is None or (isinstance(cell, Said) and cell.key):
        return kept(cell)
    return joined([known.get(part) or kept(part) for part in str(cell).split("+")], " · ")
