"""An Open Referral directory as one table, a row per service at a place: for the importers of layers."""

from __future__ import annotations

from ecomap.io.hsds.entities import Entities
from ecomap.io.hsds.mapping import inventory_tables
from ecomap.model import vocabulary as v
from ecomap.model.report import ReportLine

_ASIDE = (v.SOURCE, v.ORGANISATION_ID, v.IDENTIFIERS)


def places_of(entities: Entities) -> tuple[list[dict[str, str | None]], tuple[ReportLine, ...]]:
    """Rows under EcoMap's names, as the inventory would have them; what is not said is None.

    Returns
    -------
    tuple of rows and lines
        Without rows where the directory names neither services nor places.
    """
    for table in inventory_tables(entities, ""):
        if table.role == v.SERVICE:
            names = [name for name, cells in table.cells.items() if name not in _ASIDE and any(cells)]
            rows = [{name: table.cells[name][n] or None for name in names} for n in range(len(table))]
            return rows, tuple(line for line in table.lines if line.kind == "note")
    return [], ()
