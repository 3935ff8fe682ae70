"""What a click on a place says, in plain words: the same card in the window and in the HTML file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from ecomap.model import vocabulary as v
from ecomap.model.layer import Column, Layer
from ecomap.model.project import Project
from ecomap.model.result import Output, Result
from ecomap.model.said import NOTHING
from ecomap.render.words.spoken import spoken_layer, spoken_result
from ecomap.render.words.wording import (
    Strings,
    catalogue,
    format_margin,
    format_number,
    format_value,
    format_word,
    is_missing,
    language_of,
    number_of,
)

Row = Mapping[Any, Any]
Related = Sequence[tuple[Layer, Any]]  # other layers and their rows

_SUBTITLE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    v.SCHOOL: (v.LEVELS, v.GOVERNANCE, v.SCHOOL_TYPE),
    v.ATTENDANCE_AREA: (v.LEVEL,),
    v.SITE: (v.APPROACH, v.STATUS),
    v.ZONE: (v.STATUS,),
    v.SERVICE: (v.CATEGORY, v.ORGANISATION),
}
_ADDRESS = (v.ADDRESS, v.CITY, v.POSTCODE)
_GRADES = (v.GRADES_LOW, v.GRADES_HIGH)
_SAID_TOGETHER = (*_ADDRESS, *_GRADES)
_LINK_IDS = (v.SCHOOL_ID, v.AREA_ID)
_TAKING_PART = (v.SITE, v.PARTICIPATION)  # a school takes part by a site on the map, or by a line of the inventory


@frozen
class CardRow:
    """One line of a card: what it is, what it says, and quietly its margin and the period it speaks of.

    Lines of one ``group`` may stand under it as a heading, each with its ``short`` label; ``label`` says both.
    """

    label: str
    value: str
    quiet: str = ""
    group: str = ""
    short: str = ""


@frozen
class Card:
    """A place in plain words."""

    title: str
    subtitle: str = ""
    rows: tuple[CardRow, ...] = ()
    cautions: tuple[str, ...] = ()
    source: str = ""


def build_card(
    layer: Layer,
    row: Row,
    *,
    results: Sequence[Result] = (),
    related: Related = (),
    strings: Strings | None = None,
) -> Card:
    """The card of one row of a layer.

    Parameters
    ----------
    row : mapping
        Column -> value. Missing values say why they are missing; infinite distances are out of reach.
    results : sequence of Result
        Answers that speak of this layer's places; their columns follow the layer's own.
    related : sequence of (Layer, frame)
        Other layers, from which a school's approaches are read.
    """
    return card_maker(layer, results=results, related=related, strings=strings)(row)


def project_card(project: Project, layer_id: str, feature_id: str, *, strings: Strings | None = None) -> Card:
    """The card of one place of a project, with what the project's results, approach sites and inventory say of it."""
    layer, frame = project.layer(layer_id), project.frame(layer_id)
    found = frame[frame[v.ID].astype(str) == str(feature_id)]
    row = next(iter(found.drop(columns=v.GEOMETRY, errors="ignore").to_dict("records")), {v.ID: feature_id})
    related = [(other, project.frames[other.id]) for other in project.layers if other.role in _TAKING_PART]
    return build_card(layer, row, results=project.results, related=related, strings=strings)


def card_maker(
    layer: Layer,
    *,
    results: Sequence[Result] = (),
    related: Related = (),
    strings: Strings | None = None,
) -> Callable[[Row], Card]:
    """A function from row to card, for many rows of one layer: what they share is looked up once."""
    words = strings or catalogue()
    layer = spoken_layer(layer, language_of(words))
    results = [spoken_result(result, language_of(words)) for result in results]
    columns = own_lines(card_columns(layer))
    answers = [_Answer(layer, output) for output in outputs_about(layer, results)]
    knows_sites = layer.role == v.SCHOOL and any(other.role in _TAKING_PART for other, _ in related)
    sites = _sites_by_school(related, words) if knows_sites else {}
    vintages = {i.column: i.source.vintage for i in layer.indicators}
    cautions = _cautions(layer, words)
    citations = dict.fromkeys(source.citation for source in layer.sources if source.citation)
    source = words["card.source"].format(source=" · ".join(citations)) if citations else ""
    shown_above = {v.NAME, *_SUBTITLE_COLUMNS.get(layer.role, ()), *_SAID_TOGETHER}

    areas = _areas_of_schools(results) if layer.role == v.SCHOOL else []

    def make(row: Row) -> Card:
        rows = [line for answer in answers for line in answer.lines(row, words)]
        if knows_sites:
            there = sites.get(str(row.get(v.ID)), [])
            rows.append(CardRow(words["card.approaches"], "; ".join(there) or words["card.none"]))
        rows += [line for area in areas for line in area.lines(row, words)]
        rows += [
            line
            for column in columns
            if column.name not in shown_above
            for line in _line(row, column, words, vintages.get(column.name, ""))
        ]
        rows += _grades_and_address(row, columns, words)
        name = row.get(v.NAME)
        title = words["card.unnamed"] if is_missing(name) or name == "" else format_word(str(name), v.NAME, words)
        return Card(title, _subtitle(layer, row, words), tuple(_distinct(rows)), cautions, source)

    return make


def card_columns(layer: Layer) -> tuple[Column, ...]:
    """The columns a reader is shown: described, not hidden; indicators that have no description get theirs."""
    described = {column.name for column in layer.columns}
    measured = tuple(
        Column(i.column, i.label, i.unit, i.help, moe=i.moe_column)
        for i in layer.indicators
        if i.column not in described
    )
    companions = {c.moe for c in layer.columns} | {c.low for c in layer.columns} | {c.high for c in layer.columns}
    return tuple(
        column
        for column in (*layer.columns, *measured)
        if not column.hidden and column.name not in companions and not column.name.endswith(v.REASON_SUFFIX)
    )


def own_lines(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns that have a line of their own on a card: what spreading people may move stands beside its number."""
    named = {column.name for column in columns}
    return tuple(column for column in columns if not column.name.endswith(v.ALLOCATION_SUFFIX)
                 or column.name.removesuffix(v.ALLOCATION_SUFFIX) not in named)


def outputs_about(layer: Layer, results: Sequence[Result]) -> tuple[Output, ...]:
    """The outputs that speak of a layer's own rows. A layer made by a result carries that result's columns already."""
    return tuple(
        output
        for result in results
        if not layer.result_id
        for output in result.outputs
        if speaks_of(output, layer)
    )


def speaks_of(output: Output, layer: Layer) -> bool:
    """Whether an output's ids are a layer's: ``joins`` names the layer, its role, or an input of that role."""
    return bool(output.joins) and output.joins in (layer.id, layer.role, layer.role + "s")


class _Answer:
    """One output, its rows by id."""

    def __init__(self, layer: Layer, output: Output) -> None:
        self._layer = layer
        own = {column.name for column in layer.columns} | {v.ID, v.NAME, v.LEVEL, v.LEVELS, v.GOVERNANCE}
        self._columns = [
            column
            for column in own_lines(card_columns(Layer(layer.id, layer.name, v.RESULT, layer.geometry, output.columns)))
            if column.name not in own and not column.name.startswith(v.CONTRIBUTION_PREFIX) and column.unit != "flag"
        ]
        frame = output.frame.drop(columns=v.GEOMETRY, errors="ignore")
        self._rows = dict(zip(frame[v.ID].astype(str), frame.to_dict("records")))

    def lines(self, row: Row, words: Strings) -> Iterator[CardRow]:
        key = str(row.get(v.ID))
        answer = self._rows.get(key) or self._rows.get(f"{self._layer.id}/{key}")
        if answer is None:
            return
        for column in self._columns:
            yield from _line(answer, column, words, "")


class _SchoolAreas:
    """One output on attendance areas, its rows by the schools they send their pupils to."""

    def __init__(self, output: Output) -> None:
        self._columns = [
            column
            for column in own_lines(card_columns(Layer("", NOTHING, v.RESULT, "", output.columns)))
            if column.unit and column.name not in (v.ID, v.NAME, v.LEVEL, v.BOUNDARY)
            and not column.name.startswith(v.CONTRIBUTION_PREFIX)
        ]
        self._rows: dict[str, list[Row]] = {}
        for row in output.frame.drop(columns=v.GEOMETRY, errors="ignore").to_dict("records"):
            for school in str(row[v.SCHOOL_ID]).split("+"):
                self._rows.setdefault(school, []).append(row)

    def lines(self, row: Row, words: Strings) -> Iterator[CardRow]:
        for area in self._rows.get(str(row.get(v.ID)), ()):
            level = format_word(str(area.get(v.LEVEL, "")), v.LEVEL, words)
            boundary = str(area.get(v.BOUNDARY) or "")
            where = f"{level} ({format_word(boundary, v.BOUNDARY, words)})" if boundary else level
            for column in self._columns:
                for line in _line(area, column, words, ""):
                    together = f"{where}: {line.label[:1].lower()}{line.label[1:]}"
                    yield CardRow(together, line.value, line.quiet, where, line.label)


def _areas_of_schools(results: Sequence[Result]) -> list[_SchoolAreas]:
    """The outputs that speak of attendance areas and name their schools, of the latest answer of each kind."""
    latest = {result.analysis: result for result in results}
    return [
        _SchoolAreas(output)
        for result in latest.values()
        for output in result.outputs
        if {v.SCHOOL_ID, v.LEVEL} <= set(output.frame.columns) and output.joins == v.ATTENDANCE_AREA
    ]


def _grades_and_address(row: Row, columns: Sequence[Column], words: Strings) -> Iterator[CardRow]:
    """What is read as one thing is said as one thing: ``Grades K-5``, street, city and ZIP code."""
    described = {column.name: column for column in columns}

    def said(names: Sequence[str]) -> list[str]:
        return [str(row[n]) for n in names if n in described and not is_missing(row.get(n)) and row[n] != ""]

    grades = said(_GRADES)
    if grades:
        yield CardRow(words["card.grades"], "-".join(dict.fromkeys(grades)))
    address = said(_ADDRESS)
    if address:
        yield CardRow(words["card.address"], ", ".join(address))


def _line(row: Row, column: Column, words: Strings, vintage: str) -> Iterator[CardRow]:
    """The line of one column; text that is simply empty has none."""
    if column.name not in row or column.name == v.ID:
        return
    value, reason = row[column.name], row.get(column.name + v.REASON_SUFFIX)
    if (is_missing(value) or value == "") and not (column.unit or column.moe or isinstance(reason, str)):
        return
    if column.name == v.ONLINE_ONLY:
        if value is True or number_of(value):
            yield CardRow(column.label, words["card.online_only"])
        return
    quiet = [format_margin(number_of(row.get(column.moe)), column, words) if column.moe else "", vintage]
    spreading = format_margin(number_of(row.get(column.name + v.ALLOCATION_SUFFIX)), column, words)
    if spreading:
        quiet.insert(1, words["card.spreading"].format(margin=spreading))
    if column.low and column.high:
        quiet.insert(0, rank_band(row, column, words))
    text = format_value(value, column, words, reason)
    yield CardRow(column.label, text, " · ".join(part for part in quiet if part))


def rank_band(row: Row, column: Column, words: Strings) -> str:
    """``between 1 and 5``: the ranks a place could have, in words where it is one; "" where they are not known."""
    low, high = number_of(row.get(column.low)), number_of(row.get(column.high))
    if low is None or high is None:
        return ""
    if low == high:
        return words["card.rank_alone"]
    plain = Column(column.name, column.label)
    return words["card.rank_band"].format(
        low=format_number(low, plain, words), high=format_number(high, plain, words)
    )


def _subtitle(layer: Layer, row: Row, words: Strings) -> str:
    parts = [
        format_word(str(row[name]), name, words)
        for name in _SUBTITLE_COLUMNS.get(layer.role, ())
        if name in row and not is_missing(row[name]) and row[name] != ""
    ]
    if not parts or layer.role in (v.ATTENDANCE_AREA, v.ZONE):
        parts.insert(0, layer.name)
    if layer.boundary in ("estimated", "approximate"):
        parts.append(words[f"boundary.{layer.boundary}"])
    return " · ".join(dict.fromkeys(parts))


def _cautions(layer: Layer, words: Strings) -> tuple[str, ...]:
    said = words.get(f"card.{layer.boundary}", "") if layer.boundary in ("estimated", "approximate") else ""
    return (said,) if said else ()


def _sites_by_school(related: Related, words: Strings) -> dict[str, list[str]]:
    """School id -> the approaches there, with status and dates."""
    found: dict[str, list[str]] = {}
    for layer, frame in related:
        if layer.role not in _TAKING_PART:
            continue
        for row in frame.drop(columns=v.GEOMETRY, errors="ignore").to_dict("records"):
            school = next((str(row[k]) for k in _LINK_IDS if k in row and not is_missing(row[k])), "")
            if school:
                text = _approach_sentence(row, words)
                if text not in found.setdefault(school, []):
                    found[school].append(text)
    return found


def _approach_sentence(row: Row, words: Strings) -> str:
    def text(name: str) -> str:
        return "" if is_missing(row.get(name)) else str(row.get(name) or "")

    start, end = text(v.START), text(v.END)
    when = ""
    if start and end:
        when = words["card.from_to"].format(start=start, end=end)
    elif start:
        when = words["card.since"].format(start=start)
    elif end:
        when = words["card.until"].format(end=end)
    status = format_word(text(v.STATUS), v.STATUS, words) if text(v.STATUS) else ""
    inside = ", ".join(part for part in (status, when) if part)
    approach = format_word(text(v.APPROACH), v.APPROACH, words)
    return f"{approach} ({inside})" if inside else approach


def _distinct(rows: Iterable[CardRow]) -> Iterator[CardRow]:
    """Lines in order, each said once: one without margin or vintage adds nothing to the same one with it."""
    lines = list(dict.fromkeys(rows))
    told = {(line.label, line.value, line.group) for line in lines if line.quiet}
    yield from (line for line in lines if line.quiet or (line.label, line.value, line.group) not in told)
