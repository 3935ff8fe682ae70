"""Schools and those most like them, side by side."""

from __future__ import annotations

from typing import Any

from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.peers.tables import DISTANCE, PEER
from ecomap.analysis.columns import RANK
from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.result import Output, Result
from ecomap.model.said import joined, say
from ecomap.model.units import format_number
from ecomap.ui.views.assets import number, records, said
from ecomap.ui.views.sheet import EMPTY, NAME, NOT_REPORTED, TEXT, Cell, ViewColumn, ViewRow, ViewSheet

HERE, THERE = "school_", "peer_"


def peers_sheet(result: Result, output: Output) -> ViewSheet | None:
    """One line per school and peer: how far apart, which approaches each takes part in, and the numbers of both."""
    pairs = [(column, f"{THERE}{column.name.removeprefix(HERE)}") for column in output.columns
             if column.name.startswith(HERE) and column.name != v.SCHOOL_ID and not column.hidden]
    columns = (
        ViewColumn(say("School"), NAME, px=190), ViewColumn(say("Most like it"), TEXT, px=190),
        ViewColumn(say("How far apart"), TEXT, tip=say("Standard deviations, on average over what both have; 0 is the same"), px=86, right=True),
        ViewColumn(say("here"), TEXT, say("Approaches"), say("Approaches of the school"), 120),
        ViewColumn(say("there"), TEXT, say("Approaches"), say("Approaches of the school most like it"), 120),
        *(ViewColumn(side, TEXT, column.label, joined([column.label, whose], ", "), px=84, right=True)
          for column, _ in pairs for side, whose in ((say("here"), say("of the school")), (say("there"), say("of the school like it")))),
    )
    made = []
    before = ""
    for row in records(output):
        school, refs = said(row, v.SCHOOL_ID), said(row, a.ROWS)
        cells = [
            Cell(said(row, v.NAME)) if school != before else EMPTY,
            Cell(said(row, PEER), tip=say(
                "{peer}: number {rank} most like {school}", peer=said(row, PEER), rank=format_number(number(row, RANK) or 0),
                school=said(row, v.NAME)), refs=refs),
            Cell(format_number(number(row, DISTANCE) or 0, digits=2), refs=refs),
            _approaches(row, a.APPROACHES, refs), _approaches(row, f"{THERE}approaches", refs),
        ]
        for column, there in pairs:
            cells += [_figure(row, column.name, column), _figure(row, there, column)]
        made.append(ViewRow(said(row, v.ID), tuple(cells), school))
        before = school
    caption = say("Likeness is not cause: what works at one school may work for reasons no number here holds. Click a line for both schools.")
    return ViewSheet(output.title, caption, columns, tuple(made))


def _approaches(row: dict[str, Any], column: str, refs: str) -> Cell:
    text = said(row, column)
    return Cell(text or say("none"), tip=text, refs=refs, quiet=not text)


def _figure(row: dict[str, Any], where: str, column: Column) -> Cell:
    value = number(row, where)
    return Cell(NOT_REPORTED, quiet=True) if value is None else Cell(format_number(value, column.unit, column.digits or None))
