"""A table out of a file of ours: what its record says of it stays with it, so that it answers as it did where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from ecomap.model.errors import EcoMapError
from ecomap.model.layer import Layer
from ecomap.model.record import Carried, LayerRecord, Record, record_from_json
from ecomap.model.report import ReportLine
from ecomap.model.said import NOTHING, Said, plural, say
from ecomap.model.understanding import USED, ColumnUse

if TYPE_CHECKING:
    from ecomap.io.importers.spec import Imported
    from ecomap.io.reading import RawSource
    from ecomap.io.understanding import Understood

_WORKBOOK, _CUT = ".xlsx", "…"
_DIRECTION = "direction:"


@frozen
class OwnTable:
    """A layer in a file of ours: what is said of it, the table it stands in, and its rows where only the packed ones are whole."""

    told: LayerRecord
    sublayer: str = ""
    raw: RawSource | None = None


def own_table(path: Path | str, role: str = "", sublayer: str = "") -> OwnTable | None:
    """What the record in or beside a file says of one of its tables; None where the file is somebody else's, or the table no layer.

    Parameters
    ----------
    role : str
        What its rows are; where no table is named, the first layer of that role is meant.
    sublayer : str
        Table or sheet that was named.
    """
    from ecomap.io.carried.reading import kind_of, quietly_carried_by  # heavy

    path = Path(path)
    carried = quietly_carried_by(path) if path.is_file() else Carried()
    record = _believed(carried)
    if record is None:
        return None
    told = _meant(record, role, sublayer)
    if told is None:
        return None
    if kind_of(path) == _WORKBOOK:
        raw = _packed_rows(path, record, carried, told)
        return OwnTable(told, sublayer, raw) if raw is not None else None
    return OwnTable(told, sublayer or ("" if record.made.of else told.held))


def _believed(carried: Carried) -> Record | None:
    if not carried.record:
        return None
    try:
        return record_from_json(carried.record)
    except EcoMapError:  # a file of anybody's is read as anybody's
        return None


def _meant(record: Record, role: str, sublayer: str) -> LayerRecord | None:
    """The layer that a table holds: by the table's name, by that of its sheet, or the first one of the role."""
    layers = [one for one in record.layers if one.checksum and (not role or one.layer.role == role)]
    if sublayer:
        return next((one for one in layers if one in (record.holding(sublayer),) or _is_sheet(one.layer, sublayer)), None)
    if record.made.of:
        return next((one for one in layers if record.made.of in (one.layer.id, str(one.layer.name))), None)
    return next((one for one in layers if role and one.held), None)


def _is_sheet(layer: Layer, sheet: str) -> bool:
    """Whether a sheet is called after a layer, as far as there was room for its name."""
    plain = " ".join(str(layer.name).split()).casefold()
    return plain == sheet.casefold() or (sheet.endswith(_CUT) and plain.startswith(sheet[:-1].casefold()))


def _packed_rows(path: Path, record: Record, carried: Carried, told: LayerRecord) -> RawSource | None:
    """The rows of a sheet with their shapes, which stand packed in the workbook."""
    from ecomap.io.carried.parcel import unpack  # heavy
    from ecomap.io.reading.raw import RawSource

    if not carried.rows:
        return None
    project = unpack(carried.rows)
    if not project.has_layer(told.layer.id):
        return None
    frame = project.frame(told.layer.id)
    return RawSource(path, "Excel", frame, crs=getattr(frame, "crs", None), sublayers=tuple(one.held for one in record.layers if one.held), read=len(frame),
                     notes=(ReportLine("note", say("The rows are those packed in the workbook, with their shapes; what was changed in its sheets since is not in them.")),))


def as_told(understood: Understood, own: OwnTable) -> Understood:
    """The file as it was understood, with what its record says: names of columns, indicators and which way they run, sources, how complete it is."""
    imported = understood.imported
    if imported is None or own.told.layer.role != imported.layer.role:
        return understood
    told = own.told.layer
    layer = _with_columns(imported.layer, told, imported.frame)
    if not imported.joins:
        layer = evolve(layer, sources=told.sources or layer.sources, known_of=told.known_of, boundary=told.boundary or layer.boundary,
                       level=told.level or layer.level, notes=told.notes, style=told.style)
    counted = {one.column for one in layer.indicators}
    uses = tuple(_used(use, layer) if use.column in counted or use.field in counted else use for use in imported.uses)
    doubts = tuple(one for one in imported.doubts if one.code.removeprefix(_DIRECTION) not in counted)
    lines = (*imported.report.lines, ReportLine("note", _line(len(layer.indicators)))) if layer.indicators else imported.report.lines
    report = evolve(imported.report, lines=lines, columns=uses, doubts=doubts)
    kept: Imported = evolve(imported, layer=layer, uses=uses, doubts=doubts, report=report)
    return evolve(understood, imported=kept, view=evolve(understood.view, columns=uses, doubts=doubts, lines=lines))


def _line(count: int) -> Said:
    return plural("{n} indicator runs as the record in the file says.", "{n} indicators run as the record in the file says.", count)


def _with_columns(layer: Layer, told: Layer, frame: Any) -> Layer:
    """The layer with the columns and indicators that the record tells, as far as they are there."""
    there: Mapping[str, Any] = {str(name): name for name in frame.columns}
    known = {one.name: one for one in told.columns}
    counted = {one.column: one for one in told.indicators if one.column in there}
    others = {one.column: one for one in layer.indicators if one.column not in known and one.column not in counted}
    columns = tuple(known.pop(one.name, one) for one in layer.columns)
    return evolve(layer, columns=(*columns, *(one for name, one in known.items() if name in there)), indicators=(*counted.values(), *others.values()))

def _used(use: ColumnUse, layer: Layer) -> ColumnUse:
    indicator = layer.indicator(use.field or use.column)
    if use.use == USED or indicator is None:
        return use
    return evolve(use, use=USED, field=indicator.column, label=indicator.label or NOTHING, why=say("As the record in the file says."))
