"""By what else than its name a place is found on the page: its codes, its ZIP code, its city, who runs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ecomap.model import vocabulary as v
from ecomap.render.map_page import PageLayer
from ecomap.render.page.texts import Texts
from ecomap.render.words.cells import is_missing

CODE, POSTCODE, CITY, PARTNER = "code", "postcode", "city", "partner"
# What a column is looked for as. Several columns of a kind are all looked through; the id of a row is a code of it.
_COLUMNS: Final[Mapping[str, str]] = {
    v.ID: CODE, v.IDENTIFIERS: CODE, v.POSTCODE: POSTCODE, v.CITY: CITY, v.ORGANISATION: PARTNER, v.LEAD_ORGANISATION: PARTNER,
}


def finds(shown: PageLayer, texts: Texts) -> list[dict[str, Any]]:
    """Per column that a place is looked for by: the kind, and the text number of each row, -1 where it has none."""
    found = []
    hidden = {column.name for column in shown.layer.columns if column.hidden}
    for name, kind in _COLUMNS.items():
        if name not in shown.frame or name in hidden:
            continue
        cells = ["" if is_missing(value) else str(value) for value in shown.frame[name]]
        if any(cells):
            found.append({"kind": kind, "cells": [texts.add(cell) if cell else -1 for cell in cells]})
    return found
