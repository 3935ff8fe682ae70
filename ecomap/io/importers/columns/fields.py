"""From columns of a file to fields of a role: texts, numbers with reasons, flags, dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from attrs import evolve

from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.spec import CONSTANT, Draft, FieldSpec, Importer
from ecomap.io.reading import RawSource
from ecomap.io.table import parse_numbers, text_of
from ecomap.model.errors import InputError
from ecomap.model.layer import Column
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.report import ReportLine
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.said import name as named
from ecomap.model.units import format_number
from ecomap.model.vocabulary import MISSING_REASONS, REASON_SUFFIX

_YES = {"y", "yes", "true", "1", "t", "si", "sí", "x", "on", "virtual", "online"}
_NO = {"n", "no", "false", "0", "f", "off", "physical", "postal", ""}


def draft_of(importer: Importer, raw: RawSource, mapping: Mapping[str, str], project: Project | None,
             progress: Progress | None = None) -> Draft:
    """The rows with each mapped column under its field's name, as text or numbers; all else as read."""
    lines: list[ReportLine] = []
    columns: list[Column] = []
    fields: dict[str, Any] = {}
    progress = progress or silent()
    for spec in importer.fields:
        progress.check()
        if spec.name not in mapping or spec.kind in ("latitude", "longitude"):
            continue
        values, added, said = _field(spec, mapping[spec.name], raw)
        fields.update(values)
        columns.extend(added)
        lines.extend(said)
    used = {column for column in mapping.values() if not column.startswith(CONSTANT)}
    rest = [column for column in raw.frame.columns if column != "geometry" and column not in used]
    frame = _assembled(raw.frame, fields, rest)
    return Draft(frame, tuple(_rest_name(column) for column in rest), raw, mapping, project, tuple(lines), tuple(columns), progress=progress)


def _rest_name(column: str) -> str:
    """Columns that are no field keep their name behind a mark, so that no two ever meet."""
    return f"\x01{column}"


def original_name(column: str) -> str:
    return column.removeprefix("\x01")


def _assembled(source: Any, fields: Mapping[str, Any], rest: list[str]) -> Any:
    import geopandas as gpd  # heavy
    import pandas as pd  # heavy

    others = source[rest].rename(columns={column: _rest_name(column) for column in rest})
    frame = pd.concat([pd.DataFrame(dict(fields), index=source.index), pd.DataFrame(others)], axis=1).copy()
    if "geometry" in source.columns and hasattr(type(source), "crs"):
        return gpd.GeoDataFrame(frame, geometry=source["geometry"].to_numpy(), crs=source.crs)
    return frame


def _field(spec: FieldSpec, column: str, raw: RawSource) -> tuple[dict[str, Any], list[Column], list[ReportLine]]:
    import pandas as pd  # heavy

    if column.startswith(CONSTANT):
        values = pd.Series(column.removeprefix(CONSTANT), index=raw.frame.index, dtype="str")
    else:
        values = raw.frame[column]
    if spec.kind in ("number", "share"):
        return numeric_field(spec.name, spec.label, values, unit="share" if spec.kind == "share" else spec.unit or "count")
    if spec.kind == "flag":
        return {spec.name: as_flag(values)}, [Column(spec.name, spec.label, "flag")], []
    texts = text_of(values)
    if spec.kind == "date":
        texts = texts.map(lambda text: as_date(text) if isinstance(text, str) else text).astype("str")
    if spec.choices and column.startswith(CONSTANT) and texts.iloc[0] not in spec.choices:
        raise InputError(
            say("'{field}' cannot be '{value}'.", field=spec.label, value=named(texts.iloc[0])), say("Choose one of {choices}.", choices=joined(map(named, spec.choices), ", ")),
            {"unfit": spec.name},
        )
    return {spec.name: texts}, [Column(spec.name, spec.label)], []


def numeric_field(
    name: str, label: Said, values: Any, *, unit: str = "", divide: float = 1.0, digits: int = 0, moe: str = "",
    help_: Said = NOTHING, always_reason: bool = True,
) -> tuple[dict[str, Any], list[Column], list[ReportLine]]:
    """A number column with its reasons (only where something is missing) and what was found on the way."""
    numbers = parse_numbers(values)
    figures = numbers.values / (1.0 if numbers.percent else divide)
    if unit == "share" and divide == 1.0 and not numbers.percent and figures.max() > 1.5:
        figures = figures / 100
    out = {name: figures.round(6) if unit == "share" else figures}
    columns = [Column(name, label, unit, help_, digits, moe)]
    lines = []
    told = numbers.missing.keys() - {"blank"}
    if told or (always_reason and numbers.missing):
        out[name + REASON_SUFFIX] = numbers.reasons
        columns.append(Column(name + REASON_SUFFIX, reason_label(label), hidden=True))
    if numbers.odd:
        count = numbers.missing["not_a_number"]
        lines.append(ReportLine("caution", say("{column}: text where a number is expected; counts as missing.", column=label), count, numbers.odd))
    if numbers.edges:
        lines.append(ReportLine("note", plural(
            "{column}: {n} value is given as 'this or more' or 'this or less'; the limit was taken.",
            "{column}: {n} values are given as 'this or more' or 'this or less'; the limit was taken.", numbers.edges, column=label)))
    return out, columns, lines


def margin_label(measure: Said) -> Said:
    """What the column with the margins of a measure is called."""
    return say("{measure}: margin of error (90 %)", measure=measure)


def reason_label(column: Said) -> Said:
    """What the column is called that says why there is no number in another."""
    return say("{column}: why it is missing", column=column)


def missing_line(found: Counter[tuple[Said, str]]) -> list[ReportLine]:
    """One line on the missing numbers, by reason; `found` counts (column, reason)."""
    if not found:
        return []
    reasons: Counter[str] = Counter()
    for (_, reason), count in found.items():
        reasons[reason] += count
    counts = joined((_of_reason(reason, count) for reason, count in sorted(reasons.items())), ", ")
    examples = tuple(say("{column}: {count}", column=label, count=_of_reason(reason, count))
                     for (label, reason), count in found.most_common(5))
    return [ReportLine("note", say("Cells without a number, kept as missing with their reason: {counts}.", counts=counts), None, examples)]


def _of_reason(reason: str, count: int) -> Said:
    return say("{count} {reason}", count=format_number(count), reason=MISSING_REASONS[reason])


def as_flag(values: Any) -> Any:
    """Yes/no cells as booleans; what says neither is no."""
    return text_of(values).map(lambda text: isinstance(text, str) and text.strip().lower() in _YES).astype(bool)


def is_flag(cells: Any) -> bool:
    return bool(cells.str.lower().isin(_YES | _NO).mean() > 0.95)


def as_date(text: str) -> str:
    """A date as ISO text or a year; anything else as it stands.

    >>> as_date("6/12/2017"), as_date("2017"), as_date("2017-18"), as_date("2023-01-05T00:00:00")
    ('2017-06-12', '2017', '2017-18', '2023-01-05')
    """
    text = text.strip()
    match = re.match(r"^(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\b", text)
    if match:
        month, day, year = match.groups()
        year = year if len(year) == 4 else f"20{year}"
        return f"{year}-{int(month):02d}-{int(day):02d}" if int(month) <= 12 and int(day) <= 31 else text
    match = re.match(r"^(\d{4}-\d{2}-\d{2})[T ]", text)
    return match[1] if match else text


PADDED = "\x03padded"  # marks rows whose code got its leading zero back, until they are counted


def with_padding_marked(frame: Any, marks: Any) -> Any:
    """Remember which rows had their code mended: only those that are kept are counted."""
    before = frame[PADDED] if PADDED in frame.columns else False
    return frame.assign(**{PADDED: marks | before})


def padding_counted(draft: Draft, line: Said) -> Draft:
    """The line on mended codes, for the rows that are left."""
    if PADDED not in draft.frame.columns:
        return draft
    count = int(draft.frame[PADDED].sum())
    return evolve(draft, frame=draft.frame.drop(columns=PADDED), lines=(*draft.lines, ReportLine("mended", line, count)))


def kept_texts(cells: Any) -> Any:
    """Cells of text as a layer holds them: with the messages among them, where EcoMap put some."""
    if str(cells.dtype) == "str":  # such a column holds no messages
        return cells
    messages = any(isinstance(cell, Said) and cell.key for cell in cells.tolist())
    return cells.astype(object) if messages else cells.astype("str")


def free_name(wanted: str, taken: set[str]) -> str:
    """A column name in plain letters that is not taken yet."""
    base = plain(wanted) or "column"
    if base[0].isdigit():
        base = f"c_{base}"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    taken.add(name)
    return name
