"""An Open Referral directory as one table, a row per service at a place: for the importers of layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecomap.io.hsds.entities import Entities
from ecomap.io.hsds.mapping import inventory_tables
from ecomap.model import vocabulary as v
from ecomap.model.report import ReportLine
from ecomap.model.said import joined, say

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
            return rows, (*(line for line in table.lines if line.kind in ("note", "caution", "mended")), *_left(entities, rows))
    return [], ()


def _left(entities: Entities, rows: Sequence[Mapping[str, str | None]]) -> list[ReportLine]:
    """What the directory holds that a layer of services does not."""
    offering = {row.get(v.ORGANISATION) for row in rows}
    idle = [record["name"] for record in entities.of("organizations") if record.get("name") and record["name"] not in offering]
    others = {kind: len(entities.of(kind)) for kind in ("contacts", "funding", "programs") if entities.of(kind)}
    lines = []
    if idle:
        lines.append(ReportLine("note", say("Organisations that offer no service here: not in this layer. Bring the directory into 'Who is where' "
                                            "to keep them."), len(idle), tuple(idle[:5])))
    if others:
        lines.append(ReportLine("note", say("Not in this layer of services: {parts}. Bring the directory into 'Who is where' to keep them.",
                                            parts=joined((say("{part}: {n}", part=_PARTS[kind], n=count) for kind, count in others.items()), ", "))))
    return lines


_PARTS = {"contacts": say("contacts"), "funding": say("funding"), "programs": say("programs")}
