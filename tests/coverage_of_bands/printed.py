"""An answer as a reader meets it: the sentence, the figures, the notes and the cells of its tables, all of them as text."""

from __future__ import annotations

from typing import Any

from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.result import Result
from ecomap.model.units import format_with_margin
from ecomap.render.words.cells import format_margin, format_value, number_of


def printed(result: Result) -> dict[str, str]:
    """Where it stands -> what it says. Rows go by their ids, so that their order in the file is not part of it."""
    said = {"sentence": str(result.sentence)}
    said |= {f"figure {one.name}": str(format_with_margin(one.value, one.moe, one.unit)) for one in result.figures}
    said |= {f"bar {label}": str(format_with_margin(value, moe, "share")) for label, value, moe in result.bars}
    said |= {f"note {number}": str(note.text) for number, note in enumerate(result.notes)}
    for output in result.outputs:
        described = {column.name: column for column in output.columns}
        for row in output.frame.drop(columns=v.GEOMETRY, errors="ignore").to_dict("records"):
            for column in output.columns:
                if column.name in row and not column.hidden:
                    said[f"{output.name} {row[v.ID]} {column.name}"] = _cell(row, column, described)
    return said


def _cell(row: dict[Any, Any], column: Column, described: dict[str, Column]) -> str:
    parts = [str(format_value(row[column.name], column, row.get(column.name + v.REASON_SUFFIX)))]
    if column.moe in row:
        parts.append(str(format_margin(number_of(row[column.moe]), column)))
    parts += [str(format_value(row[end], described.get(end, column))) for end in (column.low, column.high) if end in row]
    return " ".join(parts)
