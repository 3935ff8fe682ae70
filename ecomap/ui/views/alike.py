"""Schools and those most like them, side by side."""

from __future__ import annotations

from typing import Any

from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.peers.tables import DISTANCE, PEER
from ecomap.analysis.columns import RANK
from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.result import Output, Result
from ecomap.model.units import format_number
from ecomap.ui.views.assets import number, records, said
from ecomap.ui.views.sheet import EMPTY, NAME, NOT_REPORTED, TEXT, Cell, ViewColumn, ViewRow, ViewSheet

HERE, THERE = "school_", "peer_"


def peers_sheet(result: Result, output: Output) -> ViewSheet | None:
    """One line per school and peer: how far apart, which approaches each takes part in, and the numbers of both."""
    pairs = [(column, f"{THERE}{column.name.removeprefix(HERE)}") for column in output.columns
             if column.name.startswith(HERE) and column.name != v.SCHOOL_ID and not column.hidden]
    columns = (
        ViewColumn("School", NAME, px=190), ViewColumn("Most like it", TEXT, px=190),
        ViewColumn("How far apart", TEXT, tip="Standard deviations, on average over what both have; 0 is the same", px=86, right=True),
        ViewColumn("here", TEXT, "Approaches", "Approaches of the school", 120),
        ViewColumn("there", TEXT, "Approaches", "Approaches of the school most like it", 120),
        *(ViewColumn(side, TEXT, column.label, f"{column.label}, {whose}", px=84, right=True)
          for column, _ in pairs for side, whose in (("here", "of the school"), ("there", "of the school like it"))),
    )
    made, before = [], ""
    for row in records(output):
        school, refs = said(row, v.SCHOOL_ID), said(row, a.ROWS)
        cells = [
            Cell(said(row, v.NAME)) if school != before else EMPTY,
            Cell(said(row, PEER), tip=f"{said(row, PEER)}: number {number(row, RANK) or 0:.0f} most like {said(row, v.NAME)}", refs=refs),
            Cell(f"{number(row, DISTANCE) or 0:.2f}", refs=refs),
            _approaches(row, a.APPROACHES, refs), _approaches(row, f"{THERE}approaches", refs),
        ]
        for column, there in pairs:
            cells += [_figure(row, column.name, column), _figure(row, there, column)]
        made.append(ViewRow(said(row, v.ID), tuple(cells), school))
        before = school
    caption = "Likeness is not cause: what works at one school may work for reasons no number here holds. Click a line for both schools."
    return ViewSheet(output.title, caption, columns, tuple(made))


def _approaches(row: dict[str, Any], name: str, refs: str) -> Cell:
    text = said(row, name)
    return Cell(text or "none", tip=text, refs=refs, quiet=not text)


def _figure(row: dict[str, Any], name: str, column: Column) -> Cell:
    value = number(row, name)
    return Cell(NOT_REPORTED, quiet=True) if value is None else Cell(format_number(value, column.unit, column.digits or None))
