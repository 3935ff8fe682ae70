"""What a click on a place says, in plain words: the same card in the window and in the HTML file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import evolve, frozen

from ecomap.model import vocabulary as v
from ecomap.model.known import Known
from ecomap.model.known_words import not_known_here, what_is_counted
from ecomap.model.layer import Column, Layer
from ecomap.model.project import Project
from ecomap.model.result import Output, Result
from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.model.said import name as kept
from ecomap.render.words.cells import format_margin, format_number, format_value, is_missing, number_of
from ecomap.render.words.closed import word
from ecomap.render.words.language import Language

Row = Mapping[Any, Any]
Related = Sequence[tuple[Layer, Any]]  # other layers and their rows
Lacks = Mapping[str, Sequence[Known]]  # school id -> what is known of the kinds that none is known to have there
_NOTHING_LACKS: Lacks = MappingProxyType({})

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
ABOUT_PLACE = say("About this place")
_LINK_IDS = (v.SCHOOL_ID, v.AREA_ID)
_TAKING_PART = (v.SITE, v.PARTICIPATION)  # a school takes part by a site on the map, or by a line of the inventory


@frozen
class CardRow:
    """One line of a card: what it is, what it says, and quietly its margin and the period it speaks of.

    Lines of one ``group`` may stand under it as a heading, each with its ``short`` label; ``label`` says both. ``answer`` is the
    name of the answer that says it; "" for what is known of the place itself.
    """

    label: Said
    value: Said
    quiet: Said = NOTHING
    group: Said = NOTHING
    short: Said = NOTHING
    answer: Said = NOTHING


@frozen
class CardPart:
    """The lines of one answer under its name, or what is known of the place itself, under ABOUT_PLACE or none."""

    heading: Said
    rows: tuple[CardRow, ...]
    shown: bool = True  # else it is not on the map: folded, and named


@frozen
class Card:
    """A place in plain words. The lines of an answer stand together; those of answers that are on the map come first."""

    title: Said
    subtitle: Said = NOTHING
    rows: tuple[CardRow, ...] = ()
    cautions: tuple[Said, ...] = ()
    source: Said = NOTHING
    hidden: tuple[Said, ...] = ()  # names of the answers that are not on the map

    @property
    def parts(self) -> tuple[CardPart, ...]:
        """The lines under their headings, in their order."""
        found: dict[Said, list[CardRow]] = {}
        for row in self.rows:
            found.setdefault(row.answer, []).append(row)
        own = ABOUT_PLACE if len(found) > 1 else NOTHING
        return tuple(CardPart(answer or own, tuple(rows), answer not in self.hidden or not answer) for answer, rows in found.items())


def build_card(
    layer: Layer, row: Row, *, results: Sequence[Result] = (), related: Related = (), lacks: Lacks = _NOTHING_LACKS,
    on_map: Collection[str] | None = None,
) -> Card:
    """The card of one row of a layer.

    Parameters
    ----------
    row : mapping
        Column -> value. Missing values say why they are missing; infinite distances are out of reach.
    results : sequence of Result
        Answers that speak of this layer's places; each has its lines under its name.
    related : sequence of (Layer, frame)
        Other layers, from which a school's approaches are read.
    lacks : mapping
        School id -> what is known of the kinds that none is known to have there.
    on_map : collection of str, optional
        Ids of the answers that are on the map; the others are folded. Without it all are.
    """
    return card_maker(layer, results=results, related=related, lacks=lacks, on_map=on_map)(row)


def project_card(project: Project, layer_id: str, feature_id: str, lacks: Lacks = _NOTHING_LACKS) -> Card:
    """The card of one place of a project, with what the project's results, approach sites and inventory say of it."""
    layer, frame = project.layer(layer_id), project.frame(layer_id)
    found = frame[frame[v.ID].astype(str) == str(feature_id)]
    row = next(iter(found.drop(columns=v.GEOMETRY, errors="ignore").to_dict("records")), {v.ID: feature_id})
    related = [(other, project.frames[other.id]) for other in project.layers if other.role in _TAKING_PART]
    return build_card(layer, row, results=project.results, related=related, lacks=lacks, on_map=answers_on_map(project.layers))


def answers_on_map(layers: Iterable[Layer]) -> frozenset[str]:
    """Ids of the answers of which a layer is switched on."""
    return frozenset(layer.result_id for layer in layers if layer.visible and layer.result_id)


def spoken_card(card: Card, speak: Language) -> Card:
    """A card in a language."""
    return Card(
        speak.kept(card.title), speak.kept(card.subtitle),
        tuple(CardRow(*(speak.kept(text) for text in (row.label, row.value, row.quiet, row.group, row.short, row.answer)))
              for row in card.rows),
        tuple(speak.kept(caution) for caution in card.cautions), speak.kept(card.source), tuple(map(speak.kept, card.hidden)),
    )


def card_maker(
    layer: Layer, *, results: Sequence[Result] = (), related: Related = (), lacks: Lacks = _NOTHING_LACKS,
    on_map: Collection[str] | None = None,
) -> Callable[[Row], Card]:
    """A function from row to card, for many rows of one layer: what they share is looked up once."""
    columns = own_lines(card_columns(layer))
    answers = _answers_about(layer, results)
    shown = [(title, tables) for result, title, tables in answers if on_map is None or result in on_map]
    others = [(title, tables) for result, title, tables in answers if on_map is not None and result not in on_map]
    own_answer = next((result.title for result in results if result.id == layer.result_id), layer.name if layer.result_id else NOTHING)
    knows_sites = layer.role == v.SCHOOL and any(other.role in _TAKING_PART for other, _ in related)
    sites = _sites_by_school(related) if knows_sites else {}
    vintages = {i.column: i.source.vintage for i in layer.indicators}
    cautions = _cautions(layer)
    citations = dict.fromkeys(source.citation for source in layer.sources if source.citation)
    source = say("Source: {source}", source=joined(citations, " · ")) if citations else NOTHING
    shown_above = {v.NAME, *_SUBTITLE_COLUMNS.get(layer.role, ()), *_SAID_TOGETHER}

    def make(row: Row) -> Card:
        rows: list[CardRow] = []
        if knows_sites:
            there = sites.get(str(row.get(v.ID)), [])
            rows.append(CardRow(say("Approaches here"), joined(there, "; ") if there else say("none known")))
        rows += [CardRow(what_is_counted(one.role, one.kind).capitalize(), not_known_here(one)) for one in lacks.get(str(row.get(v.ID)), ())]
        rows += [
            evolve(line, answer=own_answer)
            for column in columns
            if column.name not in shown_above
            for line in _line(row, column, vintages.get(column.name, NOTHING))
        ]
        rows += _grades_and_address(row, columns)
        under = [_under(title, tables, row) for title, tables in shown]
        folded = {title: lines for title, tables in others if (lines := _under(title, tables, row))}
        every = [line for lines in (*under, list(_distinct(rows)), *folded.values()) for line in lines]
        return Card(place_name(row.get(v.NAME)), _subtitle(layer, row), tuple(every), cautions, source, tuple(folded))

    return make


def _answers_about(layer: Layer, results: Sequence[Result]) -> list[tuple[str, Said, list[_Answer | _SchoolAreas]]]:
    """The answers that speak of a layer's own rows: id, name, and the tables that do; the latest first."""
    found = []
    for result in reversed(results):
        tables: list[_Answer | _SchoolAreas] = [_Answer(layer, output) for output in outputs_about(layer, (result,))]
        if layer.role == v.SCHOOL:
            tables += [_SchoolAreas(output) for output in result.outputs if of_school_areas(output)]
        if tables:
            found.append((result.id, result.title, tables))
    return found


def _under(title: Said, tables: Sequence[_Answer | _SchoolAreas], row: Row) -> list[CardRow]:
    """What one answer says of a place, under its name."""
    return [evolve(line, answer=title) for line in _distinct(line for table in tables for line in table.lines(row))]


def place_name(name: Any) -> Said:
    """What a place is called, or that it has no name."""
    return say("Without a name") if is_missing(name) or name == "" else word(name, v.NAME)


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


def answer_columns(layer: Layer, output: Output) -> tuple[str, ...]:
    """The columns of an output that stand on the card of a layer's place: all that the answer adds; for a layer that was made from
    it, all but the name."""
    return tuple(column.name for column in _added(layer, output))


def _added(layer: Layer, output: Output) -> list[Column]:
    columns = own_lines(card_columns(Layer(layer.id, layer.name, v.RESULT, layer.geometry, output.columns)))
    if layer.result_id:
        return [column for column in columns if column.name not in (v.ID, v.NAME)]
    own = {column.name for column in layer.columns} | {v.ID, v.NAME, v.LEVEL, v.LEVELS, v.GOVERNANCE}
    return [column for column in columns
            if column.name not in own and not column.name.startswith(v.CONTRIBUTION_PREFIX) and column.unit != "flag"]


class _Answer:
    """One output, its rows by id."""

    def __init__(self, layer: Layer, output: Output) -> None:
        self._layer = layer
        self._columns = _added(layer, output)
        frame = output.frame.drop(columns=v.GEOMETRY, errors="ignore")
        self._rows = dict(zip(frame[v.ID].astype(str), frame.to_dict("records")))

    def lines(self, row: Row) -> Iterator[CardRow]:
        key = str(row.get(v.ID))
        answer = self._rows.get(key) or self._rows.get(f"{self._layer.id}/{key}")
        if answer is None:
            return
        for column in self._columns:
            yield from _line(answer, column, NOTHING)


class _SchoolAreas:
    """One output on attendance areas, its rows by the schools they send their pupils to."""

    def __init__(self, output: Output) -> None:
        self._columns = _of_areas(output)
        self._rows: dict[str, list[Row]] = {}
        for row in output.frame.drop(columns=v.GEOMETRY, errors="ignore").to_dict("records"):
            for school in str(row[v.SCHOOL_ID]).split("+"):
                self._rows.setdefault(school, []).append(row)

    def lines(self, row: Row) -> Iterator[CardRow]:
        for area in self._rows.get(str(row.get(v.ID)), ()):
            where = _where(area)
            for column in self._columns:
                for line in _line(area, column, NOTHING):
                    together = joined([where, kept(line.label).small()], ": ")
                    yield CardRow(together, line.value, line.quiet, where, line.label)


def school_area_words(output: Output) -> tuple[tuple[str, ...], dict[str, tuple[list[str], Said]]]:
    """The columns that a school's card takes from an output on attendance areas; and by row id the schools it speaks of, in which words."""
    rows = output.frame.drop(columns=v.GEOMETRY, errors="ignore").to_dict("records")
    return (tuple(column.name for column in _of_areas(output)),
            {str(row[v.ID]): (str(row[v.SCHOOL_ID]).split("+"), _where(row)) for row in rows})


def _of_areas(output: Output) -> list[Column]:
    return [
        column
        for column in own_lines(card_columns(Layer("", NOTHING, v.RESULT, "", output.columns)))
        if column.unit and column.name not in (v.ID, v.NAME, v.LEVEL, v.BOUNDARY)
        and not column.name.startswith(v.CONTRIBUTION_PREFIX)
    ]


def _where(area: Row) -> Said:
    """``Elementary (estimated)``: of which kind of area a number of a school's surroundings is."""
    level = word(str(area.get(v.LEVEL, "")), v.LEVEL)
    boundary = str(area.get(v.BOUNDARY) or "")
    return say("{level} ({boundary})", level=level, boundary=word(boundary, v.BOUNDARY)) if boundary else level


def of_school_areas(output: Output) -> bool:
    """Whether an output speaks of attendance areas and names their schools."""
    return {v.SCHOOL_ID, v.LEVEL} <= set(output.frame.columns) and output.joins == v.ATTENDANCE_AREA


def _grades_and_address(row: Row, columns: Sequence[Column]) -> Iterator[CardRow]:
    """What is read as one thing is said as one thing: ``Grades K-5``, street, city and ZIP code."""
    described = {column.name: column for column in columns}

    def said(names: Sequence[str]) -> list[str]:
        return [str(row[n]) for n in names if n in described and not is_missing(row.get(n)) and row[n] != ""]

    grades = said(_GRADES)
    if grades:
        yield CardRow(say("Grades"), joined(dict.fromkeys(grades), "-"))
    address = said(_ADDRESS)
    if address:
        yield CardRow(say("Address"), joined(address, ", "))


def _line(row: Row, column: Column, vintage: Said) -> Iterator[CardRow]:
    """The line of one column; text that is simply empty has none."""
    if column.name not in row or column.name == v.ID:
        return
    value, reason = row[column.name], row.get(column.name + v.REASON_SUFFIX)
    if (is_missing(value) or value == "") and not (column.unit or column.moe or isinstance(reason, str)):
        return
    if column.name == v.ONLINE_ONLY:
        if value is True or number_of(value):
            yield CardRow(column.label, say("online only, no place on the map"))
        return
    quiet = [format_margin(number_of(row.get(column.moe)), column) if column.moe else NOTHING, vintage]
    spreading = format_margin(number_of(row.get(column.name + v.ALLOCATION_SUFFIX)), column)
    if spreading:
        quiet.insert(1, say("{margin} from spreading people", margin=spreading))
    if column.low and column.high:
        quiet.insert(0, rank_band(row, column))
    yield CardRow(column.label, format_value(value, column, reason), joined(quiet, " · "))


def rank_band(row: Row, column: Column) -> Said:
    """``between 1 and 5``: the ranks a place could have, in words where it is one; "" where they are not known."""
    low, high = number_of(row.get(column.low)), number_of(row.get(column.high))
    if low is None or high is None:
        return NOTHING
    if low == high:
        return say("very likely this rank")
    plain = Column(column.name, column.label)
    return say("between {low} and {high}", low=format_number(low, plain), high=format_number(high, plain))


def _subtitle(layer: Layer, row: Row) -> Said:
    parts = [
        word(row[name], name)
        for name in _SUBTITLE_COLUMNS.get(layer.role, ())
        if name in row and not is_missing(row[name]) and row[name] != ""
    ]
    if not parts or layer.role in (v.ATTENDANCE_AREA, v.ZONE):
        parts.insert(0, layer.name)
    if layer.boundary in ("estimated", "approximate"):
        parts.append(v.BOUNDARY_LABELS[layer.boundary])
    return joined(dict.fromkeys(parts), " · ")


_BOUNDARY_CAUTIONS: Mapping[str, Said] = {
    "estimated": say("The boundary is estimated, not official."),
    "approximate": say("The footprint is approximate, not an official boundary."),
}


def _cautions(layer: Layer) -> tuple[Said, ...]:
    said = _BOUNDARY_CAUTIONS.get(layer.boundary)
    return (said,) if said else ()


def _sites_by_school(related: Related) -> dict[str, list[Said]]:
    """School id -> the approaches there, with status and dates."""
    found: dict[str, list[Said]] = {}
    for layer, frame in related:
        if layer.role not in _TAKING_PART:
            continue
        for row in frame.drop(columns=v.GEOMETRY, errors="ignore").to_dict("records"):
            school = next((str(row[k]) for k in _LINK_IDS if k in row and not is_missing(row[k])), "")
            if school:
                text = _approach_sentence(row)
                if text not in found.setdefault(school, []):
                    found[school].append(text)
    return found


def _approach_sentence(row: Row) -> Said:
    def text(name: str) -> str:
        return "" if is_missing(row.get(name)) else str(row.get(name) or "")

    start, end = kept(text(v.START)), kept(text(v.END))
    when = NOTHING
    if start and end:
        when = say("{start} to {end}", start=start, end=end)
    elif start:
        when = say("since {start}", start=start)
    elif end:
        when = say("until {end}", end=end)
    status = word(text(v.STATUS), v.STATUS) if text(v.STATUS) else NOTHING
    approach = word(text(v.APPROACH), v.APPROACH)
    inside = joined([status, when], ", ")
    return say("{approach} ({details})", approach=approach, details=inside) if inside else approach


def _distinct(rows: Iterable[CardRow]) -> Iterator[CardRow]:
    """Lines in order, each said once: one without margin or vintage adds nothing to the same one with it."""
    lines = list(dict.fromkeys(rows))
    told = {(line.label, line.value, line.group) for line in lines if line.quiet}
    yield from (line for line in lines if line.quiet or (line.label, line.value, line.group) not in told)
