"""From columns of a file to fields of a role: texts, numbers with reasons, flags, dates."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import evolve

from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.columns.local_ways import usual_order
from ecomap.io.importers.columns.scales import Scale, named_as_share, scales_of
from ecomap.io.importers.spec import CONSTANT, Draft, FieldSpec, Importer
from ecomap.io.reading import RawSource
from ecomap.io.table import Numbers, looks_numeric, parse_numbers, style_of, text_of
from ecomap.io.table.dates import DMY, MDY, order_shown, parse_dates
from ecomap.io.table.styles import WHOLE
from ecomap.io.table.words import NO, YES
from ecomap.model.errors import InputError
from ecomap.model.layer import Column
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.report import ReportLine
from ecomap.model.said import NOTHING, Said, joined, listed, plural, say
from ecomap.model.said import name as named
from ecomap.model.understanding import Doubt, Option
from ecomap.model.units import DOLLARS, format_number, money_sign
from ecomap.model.vocabulary import END, MISSING_REASONS, REASON_SUFFIX

# Marks of layout only: whatever else looks like code is the text of a name, and stays.
_TAGS = re.compile(r"</?(?:br|p|b|i|u|em|strong|span|div|font|sup|sub|li|ul|ol|small)(?:\s[^<>]{0,200})?/?>", re.IGNORECASE)
_ENTITIES = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,24}\d{0,2});")
# Numbers below zero that stand for no number where none can be below zero.
_CODES_BELOW_ZERO = frozenset(-float(code) for code in (*range(1, 10), 55, 66, 77, 88, 95, 96, 97, 98, 99, 555, 666, 777, 888, 995, 996, 997, 998))
_NEVER_NEGATIVE = ("count", "share", "pupils")


def draft_of(importer: Importer, raw: RawSource, mapping: Mapping[str, str], project: Project | None,
             progress: Progress | None = None, answers: Mapping[str, str] | None = None) -> Draft:
    """The rows with each mapped column under its field's name, as text or numbers; all else as read."""
    lines: list[ReportLine] = []
    columns: list[Column] = []
    doubts: list[Doubt] = []
    fields: dict[str, Any] = {}
    progress, answers = progress or silent(), answers or {}
    wanted = [spec for spec in importer.fields if spec.name in mapping and spec.kind not in ("latitude", "longitude")]
    scales = _scales(wanted, mapping, raw, answers)
    for spec in wanted:
        progress.check()
        values, added, said, asked = _field(spec, mapping, raw, scales, answers, project)
        fields.update(values)
        columns.extend(added)
        lines.extend(said)
        doubts.extend(asked)
    used = {column for column in mapping.values() if not column.startswith(CONSTANT)}
    rest = [column for column in raw.frame.columns if column != "geometry" and column not in used]
    frame = _assembled(raw.frame, fields, rest)
    return Draft(frame, tuple(_rest_name(column) for column in rest), raw, mapping, project, tuple(lines), tuple(columns), progress=progress,
                 answers=dict(answers), doubts=tuple(doubts))


def _scales(wanted: Iterable[FieldSpec], mapping: Mapping[str, str], raw: RawSource, answers: Mapping[str, str]) -> dict[str, Scale]:
    """The scale of every column of the file that is a field of shares; columns named like it help to decide."""
    shares = [mapping[spec.name] for spec in wanted if spec.kind == "share" and not mapping[spec.name].startswith(CONSTANT)]
    if not shares:
        return {}
    sisters = [str(name) for name in raw.frame.columns if name != "geometry" and named_as_share(str(name)) and looks_numeric(raw.frame[name])]
    together = list(dict.fromkeys([*shares, *sisters]))
    found = scales_of({name: raw.frame[name] for name in together}, answers=answers)
    return {name: found[name] for name in shares}


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


def _field(
    spec: FieldSpec, mapping: Mapping[str, str], raw: RawSource, scales: Mapping[str, Scale], answers: Mapping[str, str], project: Project | None,
) -> tuple[dict[str, Any], list[Column], list[ReportLine], list[Doubt]]:
    import pandas as pd  # heavy

    column = mapping[spec.name]
    if column.startswith(CONSTANT):
        values = pd.Series(column.removeprefix(CONSTANT), index=raw.frame.index, dtype="str")
    else:
        values = raw.frame[column]
    if spec.kind in ("number", "share"):
        scale = scales.get(column)
        unit = "share" if spec.kind == "share" else spec.unit or "count"
        found = numeric_field(spec.name, spec.label, values, unit=unit, scale=scale, amount=spec.unit == "usd", whole=spec.unit == "count")
        return *found, [scale.doubt] if scale is not None and scale.doubt is not None else []
    if spec.kind == "flag":
        flags, said = flag_field(spec.label, values)
        return {spec.name: flags}, [Column(spec.name, spec.label, "flag")], said, []
    if spec.kind == "date":
        return _date_field(spec, column, values, _order_of_sisters(spec, mapping, raw), answers, lambda: usual_order(raw, mapping, project))
    texts, lines = (text_of(values), []) if spec.kind != "text" else plain_text_field(spec.label, text_of(values))
    if spec.choices and column.startswith(CONSTANT) and texts.iloc[0] not in spec.choices:
        raise InputError(
            say("'{field}' cannot be '{value}'.", field=spec.label, value=named(texts.iloc[0])), say("Choose one of {choices}.", choices=joined(map(named, spec.choices), ", ")),
            {"unfit": spec.name},
        )
    return {spec.name: texts}, [Column(spec.name, spec.label)], lines, []


def plain_text_field(label: Said, texts: Any) -> tuple[Any, list[ReportLine]]:
    """Text without the marks of web pages: "Smith &amp; Co<br>" is "Smith & Co"."""
    marked = texts.str.contains("[&<]").fillna(False).astype(bool)
    if not marked.any():
        return texts, []
    likely = texts[marked]
    marked[marked] = (likely.str.contains(_ENTITIES) | likely.str.contains(_TAGS)).to_numpy(dtype=bool)
    if not marked.any():
        return texts, []
    cleaned = texts.where(~marked, texts.map(lambda text: _without_marks(text) if isinstance(text, str) else text)).astype("str")
    marked = marked & (cleaned != texts)
    if not marked.any():
        return texts, []
    line = ReportLine("mended", say("{column}: marks of web pages in the text, such as &amp; or <br>, were taken off.", column=label), int(marked.sum()),
                      tuple(text[:60] for text in texts[marked].head(3)))
    return cleaned, [line]


def _without_marks(text: str) -> str:
    return " ".join(html.unescape(_TAGS.sub(" ", text)).split()) or text


def _order_of_sisters(spec: FieldSpec, mapping: Mapping[str, str], raw: RawSource) -> str:
    """The order of day and month that the file's columns with dates in their names show, "" if they do not agree."""
    others = {str(name) for name in raw.frame.columns if name != mapping[spec.name] and name != "geometry"
              and re.search(r"(^|_)(date|fecha|start|end|begin|open|close|opened|closed|since|until|inicio|fin)", plain(str(name)))}
    shown = {order for name in others if (order := order_shown(raw.frame[name]))}
    return shown.pop() if len(shown) == 1 else ""


def _date_field(
    spec: FieldSpec, column: str, values: Any, sisters: str, answers: Mapping[str, str], usual: Callable[[], tuple[str, Said]],
) -> tuple[dict[str, Any], list[Column], list[ReportLine], list[Doubt]]:
    """Dates as ISO text, a month, a year or a school year, and what could not be read; where nothing decides, in the order usual where they are."""
    code, last = f"dates:{column}", spec.name == END
    said = answers.get(code, "")
    given, why = said if said in (DMY, MDY) else "", NOTHING
    dates = parse_dates(values, last=last, order=given, likely=sisters or MDY)
    if dates.open_order and not sisters and not given:
        order, why = usual()
        dates = parse_dates(values, last=last, likely=order)
    lines = []
    if dates.unread:
        text = say("{column}: not a date that can be read; kept as it stands. It is not known whether these rows have ended.", column=spec.label) if last else \
            say("{column}: not a date that can be read; kept as it stands, counts as not known.", column=spec.label)
        lines.append(ReportLine("caution", text, dates.unread_count, dates.unread))
    if dates.unknown:
        lines.append(ReportLine("caution" if last else "note", say("{column}: not decided or not known yet, as the file says; counts as no date.", column=spec.label), dates.unknown))
    if dates.serials:
        lines.append(ReportLine("mended", say("{column}: a spreadsheet's or a program's count of days was turned into dates.", column=spec.label), dates.serials))
    asked = [_date_doubt(column, spec.label, dates.open_order, dates.order, why)] if said in (DMY, MDY) or (dates.open_order and not sisters) else []
    return {spec.name: dates.values}, [Column(spec.name, spec.label)], lines, asked


def _date_doubt(column: str, label: Said, cells: tuple[str, ...], taken: str, why: Said) -> Doubt:
    evidence = (say("{label}: every such cell can be read in both ways.", label=label), say("For example {cells}.", cells=listed([named(cell) for cell in cells[:3]])),
                *([why] if why else []))
    return Doubt(
        f"dates:{column}", say("Is the day or the month written first in '{column}'?", column=named(column)), evidence if cells else evidence[:0],
        (Option(DMY, say("The day first")), Option(MDY, say("The month first"))), taken, column, cells[:5],
    )


def numeric_field(
    name: str, label: Said, values: Any, *, unit: str = "", divide: float = 1.0, digits: int = 0, moe: str = "",
    help_: Said = NOTHING, always_reason: bool = True, scale: Scale | None = None, amount: bool = False, whole: bool = False,
) -> tuple[dict[str, Any], list[Column], list[ReportLine]]:
    """A number column with its reasons (only where something is missing) and what was found on the way.

    Parameters
    ----------
    divide : float
        What turns the publisher's figures into the unit; cells with a percent sign are shares already.
    scale : Scale, optional
        Of a column of shares, decided with its sisters; by the column alone, if not given.
    amount, whole : bool
        Whether it holds amounts of money ("200-" is below zero), or counts of things.
    """
    style = evolve(style_of(values), money=True, minus=True) if amount else style_of(values, meaning=WHOLE) if whole else None
    numbers = parse_numbers(values, style)
    if not unit and numbers.percent:  # a percent sign says what the figures are, whatever the column is called
        unit = "share"
    if unit == "share" and divide == 1.0:
        divide = (scale or scales_of({name: values})[name]).divide
    figures = numbers.values.where(numbers.in_percent, numbers.values / divide)
    if unit == "usd" and money_sign() != DOLLARS and any(DOLLARS in str(cell) for cell in values if isinstance(cell, str)):
        numbers = evolve(numbers, foreign=(DOLLARS, *numbers.foreign))
    numbers, figures, coded = _without_codes(numbers, figures, unit, label)
    out = {name: figures.round(6) if unit == "share" else figures}
    columns = [Column(name, label, unit, help_, digits, moe)]
    told = numbers.missing.keys() - {"blank"}
    if told or (always_reason and numbers.missing):
        out[name + REASON_SUFFIX] = numbers.reasons
        columns.append(Column(name + REASON_SUFFIX, reason_label(label), hidden=True))
    return out, columns, [*_said_of(numbers, label, unit), *coded]


def _said_of(numbers: Numbers, label: Said, unit: str) -> list[ReportLine]:
    lines = []
    if numbers.odd:
        count = numbers.missing["not_a_number"]
        lines.append(ReportLine("caution", say("{column}: text where a number is expected; counts as missing.", column=label), count, numbers.odd))
    if numbers.edges:
        lines.append(ReportLine("note", plural(
            "{column}: {n} value is given as 'this or more' or 'this or less'; the limit was taken.",
            "{column}: {n} values are given as 'this or more' or 'this or less'; the limit was taken.", numbers.edges, column=label)))
    bare = int(numbers.values[~numbers.in_percent].notna().sum()) if numbers.percent else 0
    if bare:
        lines.append(ReportLine("caution", say("{column}: some cells carry a percent sign and some do not; all were read as per cent.", column=label), bare))
    foreign = [sign for sign in numbers.foreign if sign != money_sign()] if unit == "usd" else []
    if foreign:
        lines.append(ReportLine("caution", say("{column}: amounts in another currency stand among them; they were not converted.", column=label), None, tuple(foreign)))
    if numbers.others:
        lines.append(ReportLine("note", say("{column}: cells written with the other decimal sign than the rest; each was read as it can only be meant.",
                                            column=label), numbers.others))
    return lines


def _without_codes(numbers: Numbers, figures: Any, unit: str, label: Said) -> tuple[Numbers, Any, list[ReportLine]]:
    """Numbers below zero that are codes for no number: where nothing is below zero otherwise, and the same ones come again."""
    below = numbers.values < 0
    if not below.any():
        return numbers, figures, []
    codes = sorted(set(numbers.values[below]))
    again = int(below.sum()) > len(codes)
    if not again or not set(codes) <= _CODES_BELOW_ZERO or int(below.sum()) == int(numbers.values.notna().sum()):
        return numbers, figures, []
    examples = tuple(f"{code:g}" for code in codes[:5])
    if unit not in _NEVER_NEGATIVE:
        if max(codes) > -7 or len(codes) > 3:
            return numbers, figures, []
        return numbers, figures, [ReportLine("caution", say("{column}: numbers below zero that come again and may stand for no number; they were kept as numbers.",
                                                           column=label), int(below.sum()), examples)]
    line = ReportLine("caution", say("{column}: numbers below zero where none can be, taken as codes for no number; count as missing.", column=label),
                      int(below.sum()), examples)
    return evolve(numbers, values=numbers.values.mask(below), reasons=numbers.reasons.mask(below, "no_data_code")), figures.mask(below), [line]


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


def flag_field(label: Said, values: Any) -> tuple[Any, list[ReportLine]]:
    """Yes/no cells as booleans; blank is no, and what says neither counts as no and is said."""
    texts = text_of(values).fillna("").str.strip().str.lower()
    neither = ~texts.isin(YES | NO)
    flags = texts.isin(YES).astype(bool)
    if not neither.any():
        return flags, []
    return flags, [ReportLine("caution", say("{column}: cells that say neither yes nor no; they count as no.", column=label), int(neither.sum()),
                              tuple(texts[neither].drop_duplicates().head(5)))]


def is_flag(cells: Any) -> bool:
    return bool(cells.str.lower().isin(YES | NO).mean() > 0.8)


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
