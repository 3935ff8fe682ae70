"""Long tables, one row per area and measure, spread into one row per area with a column per measure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from attrs import evolve, frozen

from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.columns.need.acs_codes import acs_code
from ecomap.io.reading import RawSource
from ecomap.io.table import looks_numeric, text_of
from ecomap.model import vocabulary as v
from ecomap.model.report import ReportLine
from ecomap.model.said import joined, plural, say
from ecomap.model.said import name as named
from ecomap.model.understanding import Doubt, Option
from ecomap.model.units import format_number

SPREAD: Final = "spread"         # code of the doubt
ROLES: Final = frozenset({v.NEED_AREA, v.SCHOOL, v.ATTENDANCE_AREA, v.DISTRICT, v.ZONE, v.REFERENCE})
_GEOMETRY: Final = "geometry"
_MOST_MEASURES = 600
_LEAST_FILLED = 0.3              # of the grid of areas and measures
# What publishers call the column that names the measure, the number, and what stands beside it.
_MEASURE: Final = (
    "variable", "measureid", "measure_id", "indicator_code", "indicator_id", "variable_code", "measure_code", "measure", "indicator", "metric",
    "indicator_name", "variable_name", "measure_name", "metric_name", "statistic", "characteristic", "characteristics", "characteristic_name", "characteristic_id",
    "series", "series_code", "data_series", "indicateur", "indicador", "variables", "measures", "indicators", "dataelement", "data_element", "simd_domain",
    "short_question_text", "statistique", "medida",
)
_LOOSE: Final = ("category", "type", "topic", "name", "item", "field", "key", "label", "question", "theme", "subgroup", "group", "domain", "table")
_VALUE: Final = (
    "estimate", "value", "obs_value", "data_value", "datavalue", "measure_value", "indicator_value", "val", "figure", "c1_count_total", "valeur", "valor",
    "estimated_value", "metric_value", "numeric_value", "amount", "result", "rate", "percent", "pct", "percentage", "score", "total", "count", "number", "v",
)
_MARGIN: Final = ("moe", "margin_of_error", "margin", "moe90", "moe_90", "error", "moe_value")
_ENDS: Final = {
    "lower": ("lower", "lower_ci", "lci", "low_confidence_limit", "lower_confidence_limit", "ci_lower", "lower_bound", "lower_limit", "confidence_interval_low", "low"),
    "upper": ("upper", "upper_ci", "uci", "high_confidence_limit", "upper_confidence_limit", "ci_upper", "upper_bound", "upper_limit", "confidence_interval_high", "high"),
}
_YEAR: Final = ("year", "yr", "time", "period", "time_period", "ref_date", "date", "vintage", "school_year", "academic_year", "schoolyear", "timeframe", "data_year", "annee", "ano", "datecode")
_GROUPS: Final = re.compile(r"group|category|type|(^|_)(sex|gender|age|ages|race|ethnicity|demographic\w*|unit|units|measurement|statistic|stratif\w*|students?|population|cohort)(_|$)")
_OF_PLACES: Final = re.compile(r"geo|code|fips|tract|school|district|area|place|location|zone|(^|_)(id|ward|dbn|cds\w*)(_|\d|$)|id$")
_ALL: Final = re.compile(r"^(all|total|overall|both|both sexes|all students|all pupils|all ages|everyone|ta|all persons|t)$")


@frozen
class Layout:
    """Which column of a long table is what.

    ``among`` tells several rows of one area and measure apart (sex, subgroup); "" if none is needed.
    """

    key: str
    measure: str
    value: str
    margin: str = ""
    lower: str = ""
    upper: str = ""
    year: str = ""
    among: str = ""
    loose: bool = False        # the name of the measure's column could mean something else


@frozen
class Spread:
    """The file with one row per area, and what was or is to be asked."""

    raw: RawSource
    doubts: tuple[Doubt, ...] = ()


def spread(raw: RawSource, role: str, answers: Mapping[str, str] | None = None) -> Spread:
    """Spread a long table; a file that is none is given back as it is.

    The rows that became columns are counted as merged, so that the report adds up. Of several years the last is taken.
    """
    said = (answers or {}).get(SPREAD, "")
    layout = layout_of(raw.frame) if role in ROLES and said != "no" else None
    if layout is None:
        asked = layout_of(raw.frame) if role in ROLES and said == "no" else None
        return Spread(raw, (_doubt(raw, asked),) if asked is not None else ())
    doubts = (_doubt(raw, layout),) if layout.loose or said else ()
    return Spread(_spread(raw, layout), doubts)


def layout_of(frame: Any) -> Layout | None:
    """How a long table is laid out; None where the table is none.

    A column of measures and one of numbers must be there by name, and by content: every area repeats, with each measure once.
    """
    names = {column: plain(str(column)) for column in frame.columns if column != _GEOMETRY}
    value = next((c for c in _called(names, _VALUE) if looks_numeric(frame[c], share=0.5)), "")
    if not value or len(frame) < 4:
        return None
    year = next(iter(_called(names, _YEAR)), "")
    others = {
        "margin": next((c for c in _called(names, _MARGIN) if c != value), ""),
        **{end: next((c for c in _called(names, words) if c != value), "") for end, words in _ENDS.items()},
    }
    year = year if year and 1 < text_of(frame[year]).nunique() <= 60 else ""
    for words, loose in ((_MEASURE, False), (_LOOSE, True)):
        for measure in _called(names, words):
            if measure in (value, year, *others.values()) or not _could_be_measures(frame[measure]):
                continue
            found = _keyed(frame, names, Layout("", measure, value, year=year, loose=loose, **others))
            if found is not None:
                return found
    return None


def _called(names: Mapping[str, str], wanted: Iterable[str]) -> Iterator[str]:
    return (column for one in wanted for column, name in names.items() if name == one)


def _could_be_measures(cells: Any) -> bool:
    texts = text_of(cells)
    return bool(texts.notna().all()) and 1 <= texts.nunique() <= min(_MOST_MEASURES, len(texts) // 2) and not looks_numeric(cells)


def _keyed(frame: Any, names: Mapping[str, str], layout: Layout) -> Layout | None:
    """The layout with the column of areas, the first by which every measure stands once; None if there is none."""
    fixed = {layout.measure, layout.value, layout.margin, layout.lower, layout.upper, layout.year}
    if layout.loose and any(_tells_rows_apart(frame[c], names[c]) for c in names if c not in fixed):
        return None
    repeating = [c for c in names if c not in fixed and 2 <= frame[c].astype(str).nunique() <= len(frame) / 1.5]
    texts = {c: text_of(frame[c]) for c in repeating}
    measures, years = text_of(frame[layout.measure]), text_of(frame[layout.year]) if layout.year else None
    number = measures.nunique()
    for among in ("", *(c for c in texts if _GROUPS.search(names[c]) and 2 <= texts[c].nunique() <= 40 and texts[c].notna().all())):
        for key in sorted((c for c in texts if c != among), key=lambda c: -texts[c].nunique()):
            areas = texts[key].nunique()
            if areas < 2 or (number == 1 and not layout.year and not among) or _tells_the_measure(texts[key], measures):
                continue
            by = [texts[key], measures, *([years] if years is not None else []), *([texts[among]] if among else [])]
            if texts[key].isna().any() or _repeats(by):
                continue
            groups = texts[among].nunique() if among else 1
            times = years.nunique() if years is not None else 1
            if len(frame) < _LEAST_FILLED * areas * number * groups * times or len(frame) < 1.5 * areas:
                continue
            if _one_shape_each(frame, areas):
                return evolve(layout, key=_first_code(texts, names, key, among), among=among)
    return None


def _tells_rows_apart(cells: Any, name: str) -> bool:
    """Whether every row has a cell of its own, as where each row is a place; row numbers tell nothing."""
    return bool(cells.notna().all() and cells.astype(str).is_unique) and not re.fullmatch(r"objectid(_\d+)?|fid|ogc_fid|index|row|column_\d+|unnamed_\d+", name)


def _one_shape_each(frame: Any, areas: int) -> bool:
    """Whether there are no more shapes than areas, where the rows have any."""
    if _GEOMETRY not in frame.columns or not hasattr(type(frame), "crs"):
        return True
    return int(frame.geometry.to_wkb().nunique()) <= areas


def _first_code(texts: Mapping[str, Any], names: Mapping[str, str], key: str, among: str) -> str:
    """Of columns that tell the same areas apart the one that looks like a code: a name is none."""
    same = [c for c in texts if c not in (among,) and _same_groups(texts[c], texts[key])]
    codes = [c for c in same if not texts[c].str.contains(r"\s").any()]
    return next((c for c in codes if _OF_PLACES.search(names[c])), (codes or same)[0])


def _same_groups(one: Any, other: Any) -> bool:
    import pandas as pd  # heavy

    if one.isna().any() or one.nunique() != other.nunique():
        return False
    return len(pd.DataFrame({"a": one, "b": other}).drop_duplicates()) == one.nunique()


def _tells_the_measure(cells: Any, measures: Any) -> bool:
    """Whether a column only says the measure again (its label, its unit)."""
    import pandas as pd  # heavy

    return len(pd.DataFrame({"a": measures, "b": cells.fillna("")}).drop_duplicates()) == measures.nunique()


def _repeats(by: list[Any]) -> bool:
    import pandas as pd  # heavy

    return bool(pd.concat(by, axis=1).duplicated().any())


def _spread(raw: RawSource, layout: Layout) -> RawSource:
    import pandas as pd  # heavy

    frame, notes = raw.frame.reset_index(drop=True), list(raw.notes)
    if layout.year:
        frame, notes = _last_year(frame, layout, notes)
    keys, measures = text_of(frame[layout.key]), _measure_names(frame, layout)
    order = keys.drop_duplicates()
    spread_columns = {}
    for ending, column in (("", layout.value), ("_moe", layout.margin), ("_lower", layout.lower), ("_upper", layout.upper)):
        if not column:
            continue
        cells = pd.DataFrame({"key": keys, "measure": measures, "cell": frame[column].astype(object)})
        table = cells.pivot(index="key", columns="measure", values="cell").reindex(order)
        for measure in measures.drop_duplicates():
            if table[measure].notna().any():
                spread_columns[_column_name(measure, ending)] = table[measure].to_numpy()
    first = frame[~keys.duplicated().to_numpy()]
    kept, lost = _of_the_areas(frame, keys, layout)
    rest = first[[c for c in frame.columns if c in kept or c == _GEOMETRY]].reset_index(drop=True)
    for name, cells in spread_columns.items():
        rest[_free(name, rest.columns)] = pd.Series(cells, index=rest.index).infer_objects()
    notes.append(ReportLine("merged", plural(
        "{n} further row of the same area: the {rows} rows of {areas} areas and {measures} measures were spread into columns.",
        "{n} further rows of the same areas: the {rows} rows of {areas} areas and {measures} measures were spread into columns.",
        len(frame) - len(rest), rows=format_number(len(frame)), areas=format_number(len(rest)), measures=format_number(measures.nunique())),
        len(frame) - len(rest), tuple(measures.drop_duplicates().head(5))))
    if lost:
        notes.append(ReportLine("note", say("Columns that speak of a measure and not of an area were not kept."), None, tuple(lost[:5])))
    labels = {**raw.labels, **_labels(frame, measures, layout)}
    return evolve(raw, frame=rest, notes=tuple(notes), labels=labels)


def _last_year(frame: Any, layout: Layout, notes: list[ReportLine]) -> tuple[Any, list[ReportLine]]:
    years = text_of(frame[layout.year])
    last = max(years.dropna(), key=lambda year: (re.findall(r"\d{4}", year)[-1:] or [""], year))
    others = (years != last).to_numpy()
    line = ReportLine("dropped", say("Rows of other years than {year}, the last in the file.", year=named(last)), int(others.sum()),
                      tuple(sorted(set(years[others].dropna()))[:5]))
    return frame[~others].reset_index(drop=True), [*notes, line]


def _measure_names(frame: Any, layout: Layout) -> Any:
    """What each row's column is called: the measure, and the group where that is not everybody."""
    measures = text_of(frame[layout.measure])
    if not layout.among:
        return measures
    groups = text_of(frame[layout.among])
    everybody = groups.str.lower().str.match(_ALL)
    return measures.where(everybody, measures + " " + groups)


def _column_name(measure: str, ending: str) -> str:
    """``B19013_001`` becomes ``B19013_001E`` and ``B19013_001M``, as in the tables of the Census."""
    code = acs_code(plain(measure))
    if code and not re.search(r"[em]$", plain(measure)) and "_" in measure and ending in ("", "_moe"):
        return f"{measure}{'M' if ending else 'E'}"
    return f"{measure}{ending}"


def _of_the_areas(frame: Any, keys: Any, layout: Layout) -> tuple[list[str], list[str]]:
    """Columns that say one thing of each area, and those that change with the measure."""
    spent = {layout.measure, layout.value, layout.margin, layout.lower, layout.upper, layout.among}
    kept: list[str] = []
    lost: list[str] = []
    for column in frame.columns:
        if column == _GEOMETRY or column in spent:
            continue
        texts = text_of(frame[column]).fillna("")
        (kept if texts.groupby(keys).nunique().max() <= 1 else lost).append(column)
    return kept, lost


def _labels(frame: Any, measures: Any, layout: Layout) -> dict[str, str]:
    """The publisher's long words for each measure, where a column holds them."""
    raw = text_of(frame[layout.measure])
    for column in frame.columns:
        if column in (layout.measure, _GEOMETRY) or column == layout.value or not re.search(r"label|name|desc|measure|text|indicator|question|concept", plain(str(column))):
            continue
        texts = text_of(frame[column])
        if texts.notna().all() and texts.nunique() == raw.nunique() > 1 and _tells_the_measure(texts, raw) and not looks_numeric(frame[column]):
            return {_column_name(measure, ""): f"{text} {measure.removeprefix(own)}".strip() for measure, text, own in zip(measures, texts, raw)}
    return {}


def _free(wanted: str, taken: Any) -> str:
    name, number = wanted, 2
    while name in set(taken):
        name, number = f"{wanted} {number}", number + 1
    return name


def _doubt(raw: RawSource, layout: Layout) -> Doubt:
    frame = raw.frame
    areas, measures = text_of(frame[layout.key]).nunique(), text_of(frame[layout.measure])
    evidence = say("{rows} rows: {areas} different {key}, each with up to {measures} different {measure} ({examples}).", rows=format_number(len(frame)),
                   areas=format_number(areas), key=named(layout.key), measures=format_number(measures.nunique()), measure=named(layout.measure),
                   examples=joined([named(one) for one in measures.drop_duplicates().head(3)], ", "))
    return Doubt(
        SPREAD, say("Is this one row for each area and measure, to be spread into a column per measure?"), (evidence,),
        (Option("yes", say("Yes, one column per measure")), Option("no", say("No, every row stands for itself"))), "yes",
        column=layout.measure, rows=tuple(measures.drop_duplicates().head(5)),
    )

