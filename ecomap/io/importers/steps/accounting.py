"""What became of every column of a file: used, kept or left out, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ecomap.io.importers.columns.fields import original_name
from ecomap.io.importers.spec import CONSTANT, Draft, Importer
from ecomap.io.table import text_of
from ecomap.model.layer import Column
from ecomap.model.said import NOTHING, Said, say
from ecomap.model.understanding import KEPT, LEFT_OUT, USED, ColumnUse, FieldUse
from ecomap.model.vocabulary import GEOMETRY

_AXES = ("longitude", "latitude")


def column_uses(
    importer: Importer, draft: Draft, measured: Iterable[ColumnUse], columns: Iterable[Column], fields: Iterable[FieldUse] = (),
) -> tuple[ColumnUse, ...]:
    """One entry per column of the file, in the file's order.

    Parameters
    ----------
    measured : iterable of ColumnUse
        Of the columns that are no field.
    columns : iterable of Column
        Of the layer.
    fields : iterable of FieldUse
        Why a column was taken for its field.
    """
    found = {use.column: use for use in measured}
    why = {use.column: use.why for use in fields}
    labels = {column.name: column.label for column in columns}
    rest = {original_name(column) for column in draft.rest}
    taken = {column: field for field, column in reversed(list(draft.mapping.items())) if not column.startswith(CONSTANT)}
    out = []
    for column in (str(name) for name in draft.raw.frame.columns if name != GEOMETRY):
        if column in taken:
            out.append(_as_field(importer, column, taken[column], labels, why.get(column, NOTHING)))
        elif column in found:
            out.append(found[column])
        elif column not in rest and importer.leaves and column not in draft.worked:
            out.append(ColumnUse(column, LEFT_OUT, why=importer.leaves))
        elif column not in rest:
            out.append(ColumnUse(column, USED, why=say("Worked into the rows, together with another column.")))
        else:
            out.append(_as_it_is(draft.raw.frame[column], column, labels))
    return tuple(out)


def _as_field(importer: Importer, column: str, field: str, labels: Mapping[str, Said], why: Said) -> ColumnUse:
    label = labels.get(field) or next((spec.label for spec in importer.fields if spec.name == field), NOTHING)
    if field in _AXES:
        return ColumnUse(column, USED, field, label, why or say("The places of the rows."))
    return ColumnUse(column, USED, field, label, why or say("Recognised by its name and its cells."))


def _as_it_is(cells: Any, column: str, labels: Mapping[str, Said]) -> ColumnUse:
    if not text_of(cells.head(5000)).notna().any() and not text_of(cells).notna().any():
        return ColumnUse(column, LEFT_OUT, why=say("It is empty."))
    return ColumnUse(column, KEPT, label=labels.get(column, NOTHING), why=say("Kept beside the rows; no question counts it."))
