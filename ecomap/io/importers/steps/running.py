"""One import from file to layer: read, map, prepare, check or join, describe, report."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import evolve

from ecomap.io.importers.columns.fields import draft_of, kept_texts, missing_line, original_name
from ecomap.io.importers.columns.geoids import with_whole_codes, with_whole_school_codes
from ecomap.io.importers.columns.guessing import plain, settled_mapping
from ecomap.io.importers.columns.keys.matching import Book, best_match, file_columns
from ecomap.io.importers.columns.keys.meeting import meets_of
from ecomap.io.importers.columns.known import stated_of
from ecomap.io.importers.columns.looks import is_bookkeeping
from ecomap.io.importers.columns.naming import rounded_codes, with_headed_names
from ecomap.io.importers.columns.need.census import without_census
from ecomap.io.importers.columns.need.doubles import without_scores_of_parts
from ecomap.io.importers.columns.need.measures import Measured, measured
from ecomap.io.importers.columns.need.telling import line_on_twice
from ecomap.io.importers.columns.people import with_judgements
from ecomap.io.importers.columns.places import extent_of, with_coordinates
from ecomap.io.importers.columns.separators import with_decimal_points
from ecomap.io.importers.columns.totals import without_totals
from ecomap.io.importers.columns.years import NOT_STATED, years_spoken_of
from ecomap.io.importers.registry import importer_for
from ecomap.io.importers.spec import Draft, Imported, Importer
from ecomap.io.importers.steps import addressing, carrying_over, joining, keying
from ecomap.io.importers.steps.accounting import column_uses
from ecomap.io.importers.steps.carrying_over import Carry
from ecomap.io.importers.steps.repeating import one_row_each
from ecomap.io.importers.steps.spreading import spread
from ecomap.io.reading import RawSource, read_apart
from ecomap.io.table import check_table, looks_numeric, parse_numbers
from ecomap.io.table.keys import slug
from ecomap.model.errors import EcoMapError, InputError
from ecomap.model.indicator import Indicator
from ecomap.model.layer import NO_GEOMETRY, Column, Layer
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.report import ImportReport, ReportLine
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.said import name as named
from ecomap.model.source import Source
from ecomap.model.style import GRADUATED, LayerStyle
from ecomap.model.understanding import ColumnUse
from ecomap.model.vocabulary import (
    ATTENDANCE_AREA,
    DISTRICT,
    GEOMETRY,
    ID,
    MOE_SUFFIX,
    NAME,
    NEED_AREA,
    PLACE_IN_FILE,
    PLACE_QUALITY,
    REASON_SUFFIX,
    SCHOOL,
    YEAR,
    ZONE,
)


def import_file(
    path: Path | str,
    role: str,
    *,
    target_crs: str,
    name: str = "",
    mapping: Mapping[str, str] | None = None,
    crs: str = "",
    sublayer: str = "",
    project: Project | None = None,
    carry: Carry | None = None,
    answers: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Read a file into a layer of a role; the file itself is not touched.

    Parameters
    ----------
    target_crs : str
        The project's system, projected and in metres. Where `project` has no places yet, another is taken if the rows
        do not lie in its area of use; the frame says which.
    mapping : mapping, optional
        Field -> column, correcting the guess; ``"=value"`` gives every row that value; ``""`` takes a guess away.
    crs : str
        The file's coordinate system, where it does not say it (or says it wrongly).
    project : Project, optional
        Where rows without a place look for the layer to join.
    answers : mapping, optional
        Code of a doubt (`ecomap.model.understanding.Doubt`) -> what a person said.
    carry : callable, optional
        How numbers of one census are carried over to the areas of another, where the planner asks for it.

    Returns
    -------
    Imported
        Its report adds up: read = kept + dropped + merged.

    Raises
    ------
    EcoMapError
        If the file cannot be used, saying why and what to do.
    """
    path = Path(path)
    importer = importer_for(role)
    progress = progress or silent()
    progress.at(0.0, say("Reading {file}", file=named(path.name)))
    raw = read_apart(path, sublayer or (answers or {}).get("layer", ""), prefer=importer.wanted, progress=progress)
    return import_rows(raw, role, target_crs=target_crs, name=name, mapping=mapping, crs=crs, project=project, carry=carry,
                       answers=answers, progress=progress)


def import_rows(
    raw: RawSource,
    role: str,
    *,
    target_crs: str,
    name: str = "",
    mapping: Mapping[str, str] | None = None,
    crs: str = "",
    project: Project | None = None,
    carry: Carry | None = None,
    answers: Mapping[str, str] | None = None,
    lines: tuple[ReportLine, ...] = (),
    progress: Progress | None = None,
) -> Imported:
    """Rows that were read already as a layer of a role, with lines to say first in the report; see `import_file`."""
    importer = importer_for(role)
    progress = progress or silent()
    path = raw.path
    raw = importer.enrich(raw) if importer.enrich else raw
    raw = with_whole_codes(raw) if role == NEED_AREA else with_whole_school_codes(raw) if role == SCHOOL else raw
    laid_out = spread(raw, role, answers)
    raw = laid_out.raw
    raw, asked = with_decimal_points(raw, mapping, answers)
    raw = with_coordinates(raw) if importer.takes_points else raw
    progress.at(0.35, say("Recognising columns"))
    guess = settled_mapping(importer, raw.frame, mapping or {}, meets_of(importer, project))
    by_code = ID in guess.mapping or _meets(raw, importer, project)
    each = one_row_each(_without_points(raw, importer) if by_code else raw, role, guess.mapping)
    raw, settled = each.raw, each.mapping
    said_of_codes = rounded_codes(importer, raw, settled)
    _require_fields(importer, settled, raw)
    raw = evolve(raw, notes=(*lines, *raw.notes, *_contradiction(raw, settled)))
    settled = _without_needless_coordinates(settled, raw)
    draft = _decided(draft_of(importer, raw, settled, project, progress, answers), importer)
    draft = evolve(draft, doubts=(*raw.doubts, *laid_out.doubts, *asked, *draft.doubts), fields=guess.fields, lines=(*draft.lines, *guess.lines, *said_of_codes))
    draft = with_headed_names(draft)
    progress.at(0.38, say("Reading cells"))
    draft = importer.prepare(draft)
    progress.check()
    try:
        if not importer.shapes:
            return _tabled(draft, importer, name, progress)
        draft = without_totals(draft)
        draft = draft if _has_place(draft, importer) else addressing.with_places(draft, importer)
        if _has_place(draft, importer):
            return _placed(draft, importer, target_crs, name, crs, progress)
        return _joined(draft, importer, carry, progress)
    except RecursionError as problem:
        raise InputError(say("{file} is nested too deeply to be read.", file=named(path.name)), say("Export it again in another format.")) from problem


def _meets(raw: RawSource, importer: Importer, project: Project | None) -> bool:
    """Whether a column has the codes of areas on the map, for a table of points that a role of areas cannot draw."""
    if project is None or importer.takes_points or not importer.joins or not raw.has_geometry:
        return False
    books = [Book(project.frame(layer.id), layer) for layer in project.layers_of(importer.joins)]
    return any(best_match(codes, book) is not None for _, codes in file_columns(raw.frame) for book in books)


def _without_points(raw: RawSource, importer: Importer) -> RawSource:
    """A table of areas whose rows only say where their middles lie, without these: its codes say which areas are meant."""
    import pandas as pd  # heavy

    if not importer.joins or importer.takes_points or not raw.has_geometry or raw.frame.geometry.isna().all():
        return raw
    if not raw.frame.geometry.dropna().geom_type.isin(["Point", "MultiPoint"]).all():
        return raw
    note = ReportLine("note", say("Its points only say where the middle of each area lies; the rows are joined by their codes."))
    return evolve(raw, frame=pd.DataFrame(raw.frame.drop(columns=raw.frame.geometry.name)), notes=(*raw.notes, note))


def _decided(draft: Draft, importer: Importer) -> Draft:
    """Decisions on the whole file stay in the mapping: they are no columns of the rows."""
    decisions = [spec.name for spec in importer.fields if spec.decision and spec.name in draft.frame.columns]
    columns = tuple(column for column in draft.columns if column.name not in decisions)
    return evolve(draft, frame=draft.frame.drop(columns=decisions), columns=columns)


def _require_fields(importer: Importer, mapping: Mapping[str, str], raw: RawSource) -> None:
    for spec in importer.fields:
        if spec.required and spec.name not in mapping:
            raise InputError(
                say("{file}: no column was recognised as '{field}'.", file=named(raw.path.name), field=spec.label.small()),
                say("Say which column it is."), {"field": spec.name},
            )


def _without_needless_coordinates(mapping: dict[str, str], raw: RawSource) -> dict[str, str]:
    """Where the file has shapes, its columns of coordinates are not needed."""
    if not raw.has_geometry:
        return mapping
    return {name: column for name, column in mapping.items() if name not in ("longitude", "latitude")}


def _contradiction(raw: RawSource, mapping: Mapping[str, str]) -> list[ReportLine]:
    """A caution where a file's columns of coordinates are swapped while its shapes are right."""
    if not raw.has_geometry:
        return []
    latitude = mapping.get("latitude") or next((c for c in raw.frame.columns if plain(c) == "latitude"), "")
    if not latitude:
        return []
    values = parse_numbers(raw.frame[latitude]).values
    wrong = int((values.abs() > 90).sum())
    if not wrong or wrong < 0.5 * values.notna().sum() or (values.abs() > 180).any():
        return []  # numbers beyond 180 are those of another coordinate system
    text = say("The file's own columns of latitude and longitude are swapped; they were left out, the shapes are right.")
    return [ReportLine("caution", text, wrong)]


def _has_place(draft: Draft, importer: Importer) -> bool:
    if GEOMETRY in draft.frame.columns and hasattr(type(draft.frame), "crs"):
        return True
    return importer.takes_points and {"longitude", "latitude"} <= set(draft.mapping)


def _placed(draft: Draft, importer: Importer, target_crs: str, name: str, crs: str, progress: Progress) -> Imported:
    raw = draft.raw
    frame = draft.frame
    located = GEOMETRY in frame.columns
    if not located:
        coordinates = {f"\x02{axis}": raw.frame[draft.mapping[axis]].reindex(frame.index) for axis in ("longitude", "latitude")}
        frame = frame.assign(**coordinates)
    found = frame.crs if located and hasattr(type(frame), "crs") else None
    checked = check_table(
        frame, target_crs=target_crs, shapes=importer.shapes, mixed=importer.mixed,
        key=ID if ID in frame.columns else "", name=NAME if NAME in frame.columns else "",
        found_crs=found, given_crs=crs,
        longitude="" if located else "\x02longitude", latitude="" if located else "\x02latitude",
        same=[column for column in importer.same if column in frame.columns] if NAME in frame.columns else [],
        alike=_alike(draft, importer), placeless=frame[importer.keep_placeless] if importer.keep_placeless in frame.columns else None,
        file_name=raw.path.name, answers=draft.answers, expected=extent_of(draft.project), fit=_may_choose(draft.project), progress=progress.part(0.4, 0.85),
    )
    clean = checked.frame.drop(columns=[c for c in ("\x02longitude", "\x02latitude") if c in checked.frame.columns])
    columns = (*draft.columns, Column(PLACE_IN_FILE, say("Place in the file (not on the map)"))) if PLACE_IN_FILE in clean.columns else draft.columns
    draft = evolve(draft, frame=clean, lines=(*draft.lines, *checked.lines), doubts=(*draft.doubts, *checked.doubts), columns=columns)
    if NAME not in clean.columns and ID in draft.mapping and importer.role not in (NEED_AREA, ATTENDANCE_AREA):
        line = ReportLine("caution", say("No column names the rows; they are called by their codes in {column}.", column=named(draft.mapping[ID])))
        draft = evolve(draft, lines=(*draft.lines, line))
    draft = importer.finish(draft)
    progress.at(0.9, say("Describing columns"))
    source = source_of(raw)
    found_measures = with_judgements(measured(draft, source, indicators=importer.role == NEED_AREA), draft, importer.role)
    out, columns = _assembled(draft, found_measures)
    layer = _layer(importer, draft, found_measures, columns, name, checked.geometry, source)
    lines = (*raw.notes, *draft.lines, *_field_reasons(draft), *found_measures.lines)
    progress.at(1.0, say("Done"))
    crs_said = say("none in the file: places from its addresses") if PLACE_QUALITY in draft.frame.columns else checked.crs
    return _finished(importer, draft, found_measures, layer, out, lines, crs_said)


def _may_choose(project: Project | None) -> bool:
    """Whether the system to measure in may still be chosen: the project has no places yet."""
    return project is not None and all(layer.geometry == NO_GEOMETRY for layer in project.layers)


def _alike(draft: Draft, importer: Importer) -> list[str] | None:
    """The columns in which the parts of one area agree: all but the numbering and the measures of programs; of need areas the numbers."""
    if importer.role not in (NEED_AREA, ATTENDANCE_AREA, ZONE, DISTRICT):
        return None
    columns = [column for column in draft.frame.columns if column not in (ID, GEOMETRY) and not is_bookkeeping(original_name(str(column)))]
    if importer.role != NEED_AREA:
        return columns
    counted = [column for column in columns if looks_numeric(draft.frame[column])]
    return counted or columns


def _tabled(draft: Draft, importer: Importer, name: str, progress: Progress) -> Imported:
    """Rows that have no place of their own: a table of the project. `finish` gives them unique ids."""
    raw = draft.raw
    progress.at(0.6, say("Checking rows"))
    draft = importer.finish(draft)
    progress.at(0.8, say("Describing columns"))
    source = source_of(raw)
    source = evolve(source, vintage=years_spoken_of(draft.frame[YEAR])) if YEAR in draft.frame else source
    found = with_judgements(measured(draft, source, indicators=False), draft, importer.role)
    out, columns = _assembled(draft, found)
    layer = evolve(_layer(importer, draft, found, columns, name, NO_GEOMETRY, source), visible=False)
    lines = (*raw.notes, *draft.lines, *_field_reasons(draft), *found.lines)
    progress.at(1.0, say("Done"))
    return _finished(importer, draft, found, layer, out, lines, say("no coordinates needed (a table)"))


def _joined(draft: Draft, importer: Importer, carry: Carry | None, progress: Progress) -> Imported:
    raw = draft.raw
    draft = draft if joining.carries_over(draft) else keying.keyed(draft, importer)
    joining.require_key(draft, importer)
    target = joining.find_target(draft, importer)
    progress.at(0.5, say("Joining to {layer}", layer=target.layer.name))
    draft = joining.one_row_per_code(draft, importer)
    way = carrying_over.way_of(draft, target) if joining.carries_over(draft) else None
    draft = carrying_over.only_related(draft, target, way) if way else joining.only_matching(draft, importer, target)
    draft, told = without_census(importer.finish(draft))
    source = source_of(raw)
    source = evolve(source, note=joined([source.note, told]))
    found = with_judgements(measured(draft, source, indicators=importer.role == NEED_AREA), draft, target.layer.role)
    fields = _new_fields(draft, target)
    values = {**fields, **found.values}
    if not values and NAME not in draft.frame:
        raise InputError(
            say("{file} brings no columns beside its codes.", file=named(raw.path.name)), say("Choose a file with numbers, or correct the mapping.")
        )
    progress.at(0.8, say("Adding columns"))
    described = (*draft.columns, *found.columns)
    key = draft.frame[importer.join_key]
    said: tuple[ReportLine, ...] = ()
    if way:
        key, values, said = carrying_over.carried(draft, target, values, described, way, carry, found.indicators)
        source = evolve(source, note=joined([source.note, said[0].text]))
    frame, renamed = joining.joined(target, key, values, described)
    columns = tuple(_renamed(column, renamed) for column in described if column.name in renamed)
    reasons = tuple(
        Column(c, say("Why it is missing"), hidden=True) for c in frame.columns
        if c.endswith(REASON_SUFFIX) and c not in target.frame.columns and c not in {column.name for column in columns}
    )
    indicators = tuple(
        evolve(i, column=renamed[i.column], moe_column=renamed.get(i.moe_column, ""), source=source if way else i.source,
               numerator=renamed.get(i.numerator, ""), denominator=renamed.get(i.denominator, ""))
        for i in found.indicators if i.column in renamed
    )
    doubled = [new for old, new in renamed.items() if new != old and not old.endswith((REASON_SUFFIX, "_moe"))]
    lines = [*raw.notes, *draft.lines, *_field_reasons(draft), *found.lines, *said]
    lines.append(ReportLine("note", plural("{n} column added to the layer '{layer}'.", "{n} columns added to the layer '{layer}'.",
                                        len(renamed), layer=target.layer.name)))
    if doubled:
        lines.append(ReportLine(
            "note", say("The layer had columns of these names already; the new ones were numbered."), None, tuple(doubled[:5])
        ))
    frame, called = joining.named_by_file(frame, draft, importer)
    lines.extend(called)
    lines.extend(line_on_twice(target.layer.indicators, indicators))
    counted = without_scores_of_parts((*target.layer.indicators, *indicators))
    if counted.scores:
        lines.append(ReportLine("note", say("A published score is never counted beside its own parts; it is kept beside the rows."), None, counted.scores[:5]))
    layer = evolve(
        target.layer, columns=(*target.layer.columns, *columns, *reasons),
        indicators=counted.kept, sources=(*target.layer.sources, source),
        notes=(*target.layer.notes, *(say("{file}: {note}", file=named(raw.path.name), note=line.text) for line in said[:1])),
        style=target.layer.style if target.layer.style.kind == GRADUATED or not indicators else _need_style(indicators[0]),
    )
    progress.at(1.0, say("Done"))
    return _finished(importer, draft, found, layer, frame, tuple(lines), say("no coordinates needed (its rows join a layer)"),
                     kept=len(draft.frame), joins=layer.id)


def _finished(
    importer: Importer, draft: Draft, found: Measured, layer: Layer, frame: Any, lines: tuple[ReportLine, ...], crs: Said,
    *, kept: int | None = None, joins: str = "",
) -> Imported:
    """The layer with its report: rows that add up, and every column of the file accounted for."""
    uses = tuple(evolve(use, numeric=_countable(importer, frame, use)) for use in
                 column_uses(importer, draft, found.uses, layer.columns, draft.fields))
    doubts = (*draft.doubts, *found.doubts)
    report = _report(importer, draft, layer, len(frame) if kept is None else kept, lines, crs)
    report = evolve(report, columns=uses, doubts=doubts, answers=tuple(draft.answers.items()))
    return Imported(layer, frame, report, joins=joins, uses=uses, fields=draft.fields, doubts=doubts)


def _countable(importer: Importer, frame: Any, use: ColumnUse) -> bool:
    """Whether a column of need areas could be an indicator: numbers that are no margin and no field."""
    import pandas as pd  # heavy

    if importer.role != NEED_AREA or use.field not in frame.columns or use.field in importer.field_names or use.field.endswith(MOE_SUFFIX):
        return False
    return bool(pd.api.types.is_numeric_dtype(frame[use.field].dtype) and not pd.api.types.is_bool_dtype(frame[use.field].dtype))


def _new_fields(draft: Draft, target: joining.Target) -> dict[str, Any]:
    """Fields worth adding: numbers always (another year's), words only where the layer has none."""
    import pandas as pd  # heavy

    fields = [c for c in draft.frame.columns if c not in draft.rest and c not in (ID, NAME, GEOMETRY)]
    numbers = {c for c in fields if pd.api.types.is_float_dtype(draft.frame[c].dtype)}
    reasons = {c for c in fields if c.removesuffix(REASON_SUFFIX) in numbers}
    return {c: draft.frame[c] for c in fields if c in numbers | reasons or c not in target.frame.columns}


def _renamed(column: Column, renamed: Mapping[str, str]) -> Column:
    return evolve(column, name=renamed[column.name], moe=renamed.get(column.moe, column.moe))


def _assembled(draft: Draft, found: Measured) -> tuple[Any, tuple[Column, ...]]:
    """id, name, fields, other columns, geometry: in this order, without gaps in texts."""
    import geopandas as gpd  # heavy
    import pandas as pd  # heavy

    frame = draft.frame
    fields = [column for column in frame.columns if column not in draft.rest and column not in (ID, NAME, GEOMETRY)]
    names = frame[NAME] if NAME in frame.columns else frame[ID]
    data: dict[str, Any] = {ID: frame[ID].astype("str"), NAME: kept_texts(names.fillna(frame[ID]))}
    for column in fields:
        data[column] = kept_texts(frame[column].fillna("")) if isinstance(frame[column].dtype, pd.StringDtype) else frame[column]
    data |= found.values
    table = pd.DataFrame(data, index=frame.index).reset_index(drop=True)
    if GEOMETRY in frame.columns:
        table = gpd.GeoDataFrame(table, geometry=frame.geometry.to_numpy(), crs=frame.crs)
    described = {column.name: column for column in (*draft.columns, *found.columns)}
    described = {ID: described.get(ID, Column(ID, say("Code"))), NAME: described.get(NAME, Column(NAME, say("Name"))), **described}
    columns = tuple(column for name, column in described.items() if name in table.columns)
    return table, columns


def _field_reasons(draft: Draft) -> list[ReportLine]:
    fields = [c for c in draft.frame.columns if str(c).endswith(REASON_SUFFIX) and c not in draft.rest]
    labels = {column.name: column.label for column in draft.columns}
    found: Counter[tuple[Said, str]] = Counter()
    for column in fields:
        label = labels.get(column.removesuffix(REASON_SUFFIX), named(column))
        found.update((label, reason) for reason in draft.frame[column].tolist() if reason)
    return missing_line(found)


def _layer(
    importer: Importer, draft: Draft, found: Measured, columns: tuple[Column, ...], name: str, geometry: str, source: Source
) -> Layer:
    called = (name if isinstance(name, Said) else named(name)) if name else layer_name(draft.raw)
    style = importer.style
    if found.indicators:
        style = _need_style(found.indicators[0])
    layer = Layer(
        id=slug(called).replace("-", "_") or "layer", name=called, role=importer.role, geometry=geometry, columns=columns,
        indicators=found.indicators, sources=(source,), style=style, group=importer.group, known_of=stated_of(importer.role, draft),
    )
    return evolve(layer, **dict(draft.layer))


def _need_style(indicator: Indicator) -> LayerStyle:
    """Five classes of an indicator, the one with the most need in the strongest colour."""
    return LayerStyle(
        kind=GRADUATED, column=indicator.column, least_is_darkest=indicator.direction < 0, palette="need", scheme="quantiles", classes=5, fill_opacity=0.9, line="#FFFFFF",
        line_width=0.5,
    )


_NAMED_LAYERS = ("File geodatabase", "Shapefile", "TopoJSON", "KML", "KMZ")


def _named_by_author(raw: RawSource) -> bool:
    """Whether the layer's own name says more than the file's."""
    return bool(raw.sublayer) and (raw.format == "GeoPackage" or (raw.format in _NAMED_LAYERS and len(raw.layers) > 1))


def layer_name(raw: RawSource) -> Said:
    """A readable name from the file's: "la_city_tracts-2020.geojson" -> "La city tracts 2020"."""
    stem = raw.sublayer.rpartition("/")[2].removesuffix(".shp") if _named_by_author(raw) else re.sub(r"\.(esri|socrata|topo|csv|tsv|json|geojson|osm|gdb|shp)$", "", raw.path.stem)
    text = re.sub(r"[_\-\s]+", " ", stem).strip()
    return named(text[:1].upper() + text[1:]) if text else say("Layer")


def source_of(raw: RawSource) -> Source:
    """Where a layer is from: as whoever fetched the file knows, else as far as the file can tell it."""
    if raw.origin is not None:
        return evolve(raw.origin, file_name=raw.path.name, sha256=raw.sha256, vintage=raw.origin.vintage or NOT_STATED)
    return Source(
        title=layer_name(raw), publisher=NOTHING, vintage=NOT_STATED, file_name=raw.path.name, sha256=raw.sha256,
        retrieved=dt.date.today().isoformat(), note=say("Publisher and licence are not stated in the file."),
    )


def _report(
    importer: Importer, draft: Draft, layer: Layer, kept: int, lines: tuple[ReportLine, ...], crs: Said
) -> ImportReport:
    report = ImportReport(
        file_name=draft.raw.path.name, role=importer.role, layer_id=layer.id, layer_name=layer.name, read=draft.raw.read,
        kept=kept, lines=tuple(line for line in lines if line.count != 0), mapping=tuple(draft.mapping.items()), crs=crs,
        sha256=draft.raw.sha256,
    )
    if not report.adds_up:
        raise EcoMapError(
            say("The rows of {file} were not all accounted for ({sentence})", file=named(report.file_name), sentence=report.sentence),
            say("Please report this as a fault of EcoMap, with the file."),
            {"file": report.file_name, "columns": [plain(str(c)) for c in draft.raw.frame.columns][:50]},
        )
    return report
