"""The project in an open file: every claim believed one by one, and told where it is not."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import evolve, field, frozen

from ecomap.io.store.bounds import GEOMETRIES, sound_layer, sound_output, sound_view
from ecomap.io.store.descriptions import recipes_from_data, scenarios_from_data, sound_from_data
from ecomap.io.store.digests import comparable, text_digest
from ecomap.io.store.gate import LARGEST_RECORD, Gate
from ecomap.io.store.geometry import BorrowedGeometry, GeometryRecord
from ecomap.io.store.inherited import OF_PLACES, OF_SHAPES, Source, inherited
from ecomap.io.store.records import Owner, read_records
from ecomap.io.store.rows import Rows, read_rows
from ecomap.io.store.schema import DIGESTS, LAYERS, META, OWNERS, RESULTS, TABLES, VIEWS
from ecomap.io.store.systems import is_system, same_system
from ecomap.io.store.tables import TableRecord
from ecomap.io.store.views import rows_of_views
from ecomap.model.believing import Believer, UnbelievedError, each_believed, loaded
from ecomap.model.bookmark import Bookmark
from ecomap.model.commitment import Commitment
from ecomap.model.correction import Correction
from ecomap.model.dates import first_day
from ecomap.model.fault import CHANGED, DOUBTED, LOST, PASSED_OVER, Fault
from ecomap.model.layer import LINE, MIXED, NO_GEOMETRY, POINT, POLYGON, Layer
from ecomap.model.place_note import PlaceNote
from ecomap.model.progress import Progress
from ecomap.model.project import ANSWERED, SAVED, Project, View
from ecomap.model.release import UNREADABLE, Release, book_of
from ecomap.model.result import Output, Result
from ecomap.model.roles import ROLE_LABELS, role
from ecomap.model.said import Said, from_data, joined, plural, say
from ecomap.model.said import name as kept
from ecomap.model.scenario import Scenario

MOST_LAYERS: Final = 5_000  # and as many answers
_SHOWN: Final = 4           # places of a description named in one sentence
_KIND_OF: Final = {"POINT": POINT, "MULTIPOINT": POINT, "LINESTRING": LINE, "MULTILINESTRING": LINE, "POLYGON": POLYGON,
                   "MULTIPOLYGON": POLYGON}


@frozen
class Content:
    """What an open file holds: the sound part as a project, and what was not believed.

    ``records`` and ``rows``: how tables are stored, and what was read of each, by owner.
    """

    project: Project
    faults: list[Fault]
    records: Mapping[Owner, TableRecord]
    rows: Mapping[Owner, Rows]


@frozen
class _Reader:
    """What is known of the file while it is read."""

    gate: Gate
    progress: Progress
    records: Mapping[Owner, TableRecord]
    digests: Mapping[str, Any]
    crs: str
    faults: list[Fault] = field(factory=list)
    rows: dict[Owner, Rows] = field(factory=dict)
    lenders: dict[str, Any] = field(factory=dict)  # rows of layers, whose shapes answers may have
    titles: dict[str, Said] = field(factory=dict)  # of layers, for sentences

    def rows_of(self, owner: Owner, title: Said, *, geometry: str, keyed: bool) -> Any:
        """The frame of a table; None where it cannot be believed, which is told."""
        self.progress.at(min(len(self.rows) / max(len(self.records), 1), 1.0), say("Reading {name}", name=title))
        record = self.records.get(owner)
        if record is None:
            self.faults.append(Fault(LOST, say("The rows of “{title}” are missing: no table holds them.", title=title), layer=owner[0], result=owner[1]))
            return None
        try:
            placed, doubts = self._placed(record, title)
            rows = Rows(faults=doubts) if placed is None else read_rows(self.gate, placed, title, geometry=geometry, keyed=keyed, lenders=self.lenders)
            rows = rows if placed is None else evolve(rows, faults=(*doubts, *rows.faults, *self._of_lenders(owner, record, title, rows)))
        except Exception as problem:  # noqa: BLE001 - whatever a stranger's table makes a library say is told, and the rest opens
            text = say("The rows of “{title}” cannot be read ({problem}).", title=title, problem=kept(type(problem).__name__))
            rows = Rows(faults=(Fault(LOST, text, record.table),))
        self.rows[owner] = rows
        self.faults.extend(evolve(fault, layer=owner[0], result=owner[1]) for fault in rows.faults)
        return rows.frame

    def _of_lenders(self, owner: Owner, record: TableRecord, title: Said, rows: Rows) -> tuple[Fault, ...]:
        """What is told of a table for the layers whose shapes it has."""
        lenders = [self.source((layer, "", ""), self.titles.get(layer, kept(layer)), OF_SHAPES) for layer in record.borrows]
        fault = inherited(title, lenders, table=record.table, layer=owner[0], result=owner[1])
        told = any(one.loses and one.column in OF_SHAPES for one in rows.faults)
        return () if fault is None or (told and not fault.loses) else (fault,)

    def source(self, owner: Owner, title: Said, columns: tuple[str, ...] = ()) -> Source:
        """A table that has been read, as what something else is made of."""
        record, rows = self.records.get(owner), self.rows.get(owner)
        return Source(title, "" if record is None else record.table, () if rows is None else rows.faults, columns)

    def _placed(self, record: TableRecord, title: Said) -> tuple[TableRecord | None, tuple[Fault, ...]]:
        """The record of a table in the project's coordinate system, which every layer has; None where it is in another one."""
        lent = next((column for column in record.columns if isinstance(column, BorrowedGeometry)), None)
        if lent is not None and lent.crs not in ("", self.crs):  # its shapes are those of layers, wherever they are
            return evolve(record, columns=tuple(evolve(column, crs=self.crs) if column is lent else column for column in record.columns)), ()
        shape = next((column for column in record.columns if isinstance(column, GeometryRecord)), None)
        if shape is None or shape.crs in ("", self.crs):
            return record, ()
        if not is_system(shape.crs):
            text = say("“{title}”: its coordinate system cannot be read; the project's is taken.", title=title)
            columns = tuple(evolve(column, crs=self.crs) if column is shape else column for column in record.columns)
            return evolve(record, columns=columns), (Fault(DOUBTED, text, record.table, shape.name),)
        if same_system(shape.crs, self.crs):
            return record, ()
        text = say("The rows of “{title}” are not here: they say to be in another coordinate system than the project.", title=title)
        return None, (Fault(LOST, text, record.table, shape.name),)

    def changed(self, part: str, key: str, text: Any) -> bool:
        """Whether a description is another one than EcoMap wrote."""
        written = self.digests.get(part)
        was = written.get(key) if isinstance(written, dict) else None
        return comparable(was) and isinstance(text, str) and text_digest(text) != was

    def written(self, part: str) -> tuple[str, ...]:
        """What was written of a part of the project."""
        found = self.digests.get(part)
        return tuple(found) if isinstance(found, dict) else ()


def read_content(gate: Gate, faults: list[Fault], progress: Progress) -> Content:
    """The project in an open file of today's schema.

    Parameters
    ----------
    faults : list of Fault
        What is known already, to which the rest is added.
    """
    texts = _meta_texts(gate, faults)
    digests = _digests(texts)
    stored, owners = (found if isinstance(found := digests.get(part), dict) else {} for part in (TABLES, OWNERS))
    records = read_records(gate, faults, stored, owners)
    reader = _Reader(gate, progress, records, digests, _system(texts, records, faults), faults)
    meta = _Meta(reader, texts)
    layers, frames = _layers(reader)
    results = _results(reader)
    layers = _with_their_answers(layers, results, faults)
    layers, frames = _with_views(reader, layers, frames, results)
    progress.at(1.0, say("Read"))
    _passed_over(gate, _own_views(texts), faults)
    project = Project(
        title=meta.title(), crs=reader.crs, layers=layers, frames={layer.id: frames[layer.id] for layer in layers}, results=results,
        view=meta.view(), recipes=meta.recipes(), releases=meta.releases(), book=meta.book(),
        scenarios=meta.scenarios(), bookmarks=meta.sound("bookmarks", Bookmark), notes=meta.sound("notes", PlaceNote),
        commitments=meta.sound("commitments", Commitment), corrections=meta.sound("corrections", Correction),
    )
    return Content(_with_a_day(project.with_pairs(meta.pairs()), meta.saved_day()), faults, records, reader.rows)


def _with_a_day(project: Project, saved: str) -> Project:
    """A project of a time without days gets the one it last spoke of: that of its last answer, else that of its file."""
    if first_day(project.day) is not None:
        return project
    answered = max((result.provenance.made_at[:10] for result in project.results if result.provenance is not None), default="")
    day, given_by = (answered, ANSWERED) if first_day(answered) else (saved, SAVED)
    return project.with_day(day, given_by) if first_day(day) else project


# --- what holds for the whole project ------------------------------------------------------------------------------


@frozen
class _Meta:
    """The project's own values, each under its key."""

    reader: _Reader
    texts: Mapping[str, Any]

    def _value(self, key: str) -> Any:
        """The value of a key; None where there is none or it cannot be read."""
        text = self.texts.get(key)
        if text is None:
            if key in self.reader.written(META):
                self.doubt(key)
            return None
        try:
            value = loaded(text, LARGEST_RECORD)
        except UnbelievedError:
            self.doubt(key)
            return None
        if self.reader.changed(META, key, text):
            self.reader.faults.append(Fault(CHANGED, say("Another program has changed “{what}” of the project.", what=_NAMES[key]), META, key))
        return value

    def doubt(self, key: str) -> None:
        self.reader.faults.append(Fault(DOUBTED, say("“{what}” of the project cannot be read, and is not here.", what=_NAMES[key]), META, key))

    def _believed(self, key: str, kind: Any, otherwise: Any) -> Any:
        value = self._value(key)
        if value is None:
            return otherwise
        believer = Believer(LARGEST_RECORD)
        try:
            found = believer.of(value, kind)
        except UnbelievedError:
            self.doubt(key)
            return otherwise
        if believer.doubts:
            self.doubt(key)
        return found

    def title(self) -> str:
        """The title, as a message where it is still the one that EcoMap gave it."""
        title: str = self._believed("title", str, "Untitled")
        try:
            message = from_data(loaded(self.texts.get("title_said"), LARGEST_RECORD))
        except UnbelievedError:
            return title
        return message if message == title else title

    def view(self) -> View:
        view, wrong = sound_view(self._believed("view", View, View()))
        if wrong:
            self.doubt("view")
        return view

    def saved_day(self) -> str:
        """The day the file was saved, by its own word; "" where it says none."""
        try:
            text = loaded(self.texts.get("saved_at"), LARGEST_RECORD)
        except UnbelievedError:
            return ""
        return text[:10] if isinstance(text, str) else ""

    def pairs(self) -> tuple[tuple[str, str], ...]:
        found: tuple[tuple[str, str], ...] = self._believed("meta", tuple[tuple[str, str], ...], ())
        return found

    def recipes(self) -> Any:
        value = self._value("recipes")
        found = recipes_from_data(value)
        if value is not None and (not isinstance(value, list) or len(found) < len(value)):
            self.doubt("recipes")
        return found

    def scenarios(self) -> tuple[Scenario, ...]:
        found, doubted, unknown = scenarios_from_data(self._value("scenarios"))
        if doubted:
            self.reader.faults.append(Fault(DOUBTED, plural(
                "{n} part of the project's scenarios is not as EcoMap writes it, and is not here.",
                "{n} parts of the project's scenarios are not as EcoMap writes them, and are not here.", doubted), META, "scenarios"))
        if unknown:
            self.reader.faults.append(Fault(PASSED_OVER, say(
                "The project's scenarios say what this EcoMap does not know: {places}.", places=_places(unknown)), META, "scenarios"))
        return found

    def sound(self, key: str, kind: Any) -> tuple[Any, ...]:
        """Views, notes, commitments or corrections that are what EcoMap writes."""
        found, doubted = sound_from_data(self._value(key), kind)
        if doubted:
            self.reader.faults.append(Fault(DOUBTED, plural(
                "{n} part of “{what}” of the project is not as EcoMap writes it, and is not here.",
                "{n} parts of “{what}” of the project are not as EcoMap writes them, and are not here.", doubted, what=_NAMES[key]), META, key))
        return found

    def releases(self) -> tuple[Release, ...]:
        found, unbelieved = each_believed(self._value("releases"), Release, LARGEST_RECORD)
        if unbelieved:
            self.doubt("releases")
        return tuple(found)

    def book(self) -> str:
        """The numbers in the release ledger; as they stand where they cannot be read, so that nothing leaves as if nothing had left."""
        value = self._value("book")
        if value is None:
            return UNREADABLE if any(fault.column == "book" for fault in self.reader.faults) else ""
        try:
            if not isinstance(value, str):
                raise ValueError
            book_of(value)
        except ValueError:
            self.doubt("book")
            return UNREADABLE
        return value


_NAMES: Final[Mapping[str, Said]] = {
    "title": say("Title"), "crs": say("Coordinate system"), "view": say("View of the map"), "meta": say("Notes"),
    "recipes": say("Recipes"), "releases": say("Release ledger"), "book": say("Numbers in the release ledger"),
    "scenarios": say("Scenarios"), "bookmarks": say("Views by name"), "notes": say("Notes on places"),
    "commitments": say("What was agreed"), "corrections": say("Corrections"),
}


def _meta_texts(gate: Gate, faults: list[Fault]) -> dict[str, Any]:
    try:
        rows = gate.ask(f"SELECT key, value FROM {META} ORDER BY fid DESC")
    except sqlite3.Error as problem:
        faults.append(Fault(LOST, say("What the project says of itself cannot be read ({problem}).", problem=kept(problem)), META))
        return {}
    return {key: value for key, value in rows if isinstance(key, str)}


def _digests(texts: Mapping[str, Any]) -> dict[str, Any]:
    try:
        found = loaded(texts.get(DIGESTS), LARGEST_RECORD)
    except UnbelievedError:
        return {}
    return found if isinstance(found, dict) else {}


def _system(texts: Mapping[str, Any], records: Mapping[Owner, TableRecord], faults: list[Fault]) -> str:
    """The project's coordinate system: what it says itself, if the layers say so too; else what most layers say."""
    said = Counter(column.crs for record in records.values() for column in record.columns if isinstance(column, GeometryRecord) and column.crs)
    try:
        own = loaded(texts.get("crs"), LARGEST_RECORD)
    except UnbelievedError:
        own = None
    most = [crs for crs, _ in said.most_common() if is_system(crs)]
    if isinstance(own, str) and is_system(own) and (not most or any(same_system(own, one) for one in most[:3])):
        return own
    taken = most[0] if most else Project().crs
    if own is not None or texts:
        faults.append(Fault(DOUBTED, say("The project's coordinate system cannot be what its file says; {crs} is taken.", crs=kept(taken)), META, "crs"))
    return taken


# --- layers --------------------------------------------------------------------------------------------------------


def _described(reader: _Reader, table: str) -> Iterator[tuple[str, Any]]:
    """Id and text of the descriptions in a table, in their order, each id once."""
    seen: set[str] = set()
    try:
        rows = reader.gate.ask(f"SELECT id, description FROM {table} ORDER BY place LIMIT {MOST_LAYERS + 1}")
    except sqlite3.Error as problem:
        reader.faults.append(Fault(LOST, say("The table '{table}' cannot be read ({problem}).", table=kept(table), problem=kept(problem)), table))
        rows = []
    if len(rows) > MOST_LAYERS:
        reader.faults.append(Fault(LOST, say("The table '{table}' has more rows than EcoMap writes; the first {n} are read.", table=kept(table),
                                             n=MOST_LAYERS), table))
    for key, text in rows[:MOST_LAYERS]:
        if not isinstance(key, str) or key in seen:
            reader.faults.append(Fault(LOST, say("The table '{table}' has a row without an id of its own, which is left out.", table=kept(table)), table))
            continue
        seen.add(key)
        yield key, text
    for key in reader.written(table):
        if key not in seen:
            reader.faults.append(_about(table, key, LOST, _gone(table, key)))


def _about(table: str, key: str, kind: str, text: Said) -> Fault:
    return Fault(kind, text, table, layer=key) if table == LAYERS else Fault(kind, text, table, result=key)


def _gone(table: str, key: str) -> Said:
    return (say("The layer '{id}' is no longer in the file.", id=kept(key)) if table == LAYERS
            else say("The answer '{id}' is no longer in the file.", id=kept(key)))


def _believed(reader: _Reader, table: str, key: str, text: Any, kind: Any) -> tuple[Any, list[str]]:
    """A layer or an answer, and the places of what of it is not believed; None where nothing is."""
    believer = Believer()
    try:
        found = believer.of(loaded(text, LARGEST_RECORD), kind)
        if found.id != key and _owned(reader, table, key) and not _owned(reader, table, found.id):
            found = evolve(found, id=key)
            believer.doubts.append("id")
    except UnbelievedError:
        reader.faults.append(_about(table, key, LOST, say("The description of '{id}' cannot be read, so it is not here.", id=kept(key))))
        return None, []
    if believer.unknown:
        reader.faults.append(_about(table, key, PASSED_OVER, say(
            "The description of '{id}' says what this EcoMap does not know: {places}.", id=kept(key), places=_places(believer.unknown))))
    if reader.changed(table, key, text):
        reader.faults.append(_about(table, key, CHANGED, say("Another program has changed the description of '{id}'.", id=kept(key))))
    return found, believer.doubts


def _owned(reader: _Reader, table: str, key: str) -> bool:
    """Whether rows are kept for a layer or an answer of this id."""
    return any(key == (owner[0] if table == LAYERS else owner[1]) for owner in reader.records)


def _doubt(reader: _Reader, table: str, key: str, places: list[str]) -> None:
    if places:
        reader.faults.append(_about(table, key, DOUBTED, plural(
            "The description of '{id}' is not as EcoMap writes it: {places} is left out.",
            "The description of '{id}' is not as EcoMap writes it in {n} places, which are left out: {places}.",
            len(places), id=kept(key), places=_places(places))))


def _places(places: list[str]) -> Said:
    shown = [kept(place[:80]) for place in places[:_SHOWN]]
    return joined([*shown, *([plural("{n} more", "{n} more", len(places) - _SHOWN)] if len(places) > _SHOWN else [])], ", ")


def _layers(reader: _Reader) -> tuple[tuple[Layer, ...], dict[str, Any]]:
    layers: list[Layer] = []
    frames = reader.lenders
    ids: set[str] = set()
    borrowing = {owner[0] for owner, record in reader.records.items() if record.borrows}
    described = list(_described(reader, LAYERS))
    order = {key: place for place, (key, _) in enumerate(described)}
    for key, text in sorted(described, key=lambda one: one[0] in borrowing):  # those that lend shapes first
        layer, doubts = _believed(reader, LAYERS, key, text, Layer)
        if layer is None:
            continue
        if layer.id in ids:
            reader.faults.append(Fault(LOST, say("Two layers have the id '{id}'; the second one is left out.", id=kept(layer.id)), LAYERS, layer=key))
            continue
        ids.add(layer.id)
        order.setdefault(layer.id, order[key])
        reader.titles[layer.id] = layer.name
        layer, kind = _of_a_kind(reader, layer)
        layer, bounds = sound_layer(layer)
        if layer.view is not None and (layer.id, "", "") not in reader.records:
            _doubt(reader, LAYERS, key, [*doubts, *kind, *bounds])
            layers.append(layer)
            continue
        frame = reader.rows_of((layer.id, "", ""), layer.name, geometry=layer.geometry, keyed=True)
        if frame is None:
            continue
        changed = reader.changed(LAYERS, key, text) or doubts
        layer, columns = _with_its_columns(layer, frame) if changed else (layer, [])
        _doubt(reader, LAYERS, key, [*doubts, *kind, *bounds, *columns])
        layers.append(layer)
        frames[layer.id] = frame
    return tuple(sorted(layers, key=lambda one: order[one.id])), frames


def _with_views(
    reader: _Reader, layers: tuple[Layer, ...], frames: dict[str, Any], results: tuple[Result, ...]
) -> tuple[tuple[Layer, ...], dict[str, Any]]:
    """The layers with the rows of those that are answers laid on layers; one that cannot be made again is told and left out."""
    try:
        made = rows_of_views(layers, results, frames, reader.crs)
    except Exception as problem:  # noqa: BLE001 - whatever a stranger's tables make a library say is told, and the rest opens
        made = {}
        reader.faults.append(Fault(LOST, say("Answers cannot be laid on the map ({problem}).", problem=kept(type(problem).__name__)), LAYERS))
    sound = []
    for layer in layers:
        if layer.id in frames:
            sound.append(layer)
        elif layer.id in made:
            kind = _kind_of_shapes(made[layer.id], layer.geometry)
            reader.faults.extend(_of_what_it_is_made(reader, layer, results))
            _doubt(reader, LAYERS, layer.id, ["geometry"] if kind != layer.geometry else [])
            sound.append(layer if kind == layer.geometry else evolve(layer, geometry=kind))
        else:
            reader.faults.append(Fault(LOST, say(
                "“{title}” is left out: the answer or the layers that it is made of are not here whole.", title=layer.name), LAYERS, layer=layer.id))
    return tuple(sound), {**frames, **made}


def _of_what_it_is_made(reader: _Reader, layer: Layer, results: tuple[Result, ...]) -> Iterator[Fault]:
    """What is told of an answer laid on layers for the tables that it shows."""
    if layer.view is None:
        return
    answer = next((result for result in results if result.id == layer.result_id), None)
    output = next((one for one in answer.outputs if one.name == layer.view.output), None) if answer is not None else None
    sources = [reader.source(("", layer.result_id, layer.view.output), output.title)] if output is not None else []
    sources += [reader.source((one, "", ""), reader.titles.get(one, kept(one)), OF_PLACES) for one in layer.view.layers]
    fault = inherited(layer.name, sources, layer=layer.id)
    if fault is not None:
        yield fault


def _kind_of_shapes(frame: Any, said: str) -> str:
    """The kind of shape that rows really have; what was said of them where they have none."""
    import shapely  # heavy

    found = {int(kind) for kind in shapely.get_dimensions(frame.geometry.array) if kind >= 0}
    if not found or (len(found) > 1 and said in GEOMETRIES[:3]):
        return said if said in GEOMETRIES[:3] else POLYGON
    return (POINT, LINE, POLYGON)[max(found)]


def _of_a_kind(reader: _Reader, layer: Layer) -> tuple[Layer, list[str]]:
    """The layer with the kind of shape that its table has, where what it says is none."""
    if layer.role not in ROLE_LABELS:
        reader.faults.append(Fault(PASSED_OVER, say("“{title}” is of a kind that this EcoMap does not know ({role}).", title=layer.name,
                                                    role=kept(layer.role[:80])), LAYERS, layer=layer.id))
    record = reader.records.get((layer.id, "", ""))
    if record is None:
        return layer, []
    shape = next((column for column in record.columns if isinstance(column, GeometryRecord)), None)
    if record.borrows and layer.geometry in GEOMETRIES[:3]:
        return layer, []
    if shape is None:
        return (layer, []) if layer.geometry == NO_GEOMETRY else (evolve(layer, geometry=NO_GEOMETRY), ["geometry"])
    if layer.geometry == MIXED and role(layer.role).mixed:
        return layer, []
    stored = _KIND_OF.get(shape.type_name, layer.geometry)
    if layer.geometry not in GEOMETRIES or layer.geometry == NO_GEOMETRY or (stored != layer.geometry and reader.digests):
        return evolve(layer, geometry=stored if stored in GEOMETRIES[:3] else POLYGON), ["geometry"]
    return layer, []


def _with_its_columns(layer: Layer, frame: Any) -> tuple[Layer, list[str]]:
    """A changed layer without indicators that count what is no column of numbers, or run no way."""
    from pandas.api.types import is_numeric_dtype  # heavy

    wrong = [one for one in layer.indicators
             if one.direction not in (1, -1) or one.column not in frame or not is_numeric_dtype(frame[one.column].dtype)]
    if not wrong:
        return layer, []
    sound = tuple(one for one in layer.indicators if one not in wrong)
    return evolve(layer, indicators=sound), [f"indicators.{one.column}" for one in wrong]


# --- answers -------------------------------------------------------------------------------------------------------


def _results(reader: _Reader) -> tuple[Result, ...]:
    results: dict[str, Result] = {}
    for key, text in _described(reader, RESULTS):
        result, doubts = _believed(reader, RESULTS, key, text, Result)
        if result is None:
            continue
        if result.id in results:
            reader.faults.append(Fault(LOST, say("Two answers have the id '{id}'; the second one is left out.", id=kept(result.id)), RESULTS, result=key))
            continue
        made = _with_rows(reader, result)
        if made is None:
            reader.faults.append(Fault(LOST, say("The answer “{title}” is left out: a table of it is missing.", title=result.title), RESULTS,
                                       result=result.id))
            continue
        outputs, bounds = zip(*map(sound_output, made)) if made else ((), ())
        _doubt(reader, RESULTS, key, [*doubts, *(place for places in bounds for place in places)])
        results[result.id] = evolve(result, outputs=tuple(outputs))
    return tuple(results.values())


def _with_rows(reader: _Reader, result: Result) -> list[Output] | None:
    """The outputs with their rows; None where one is missing, for an answer is whole or none."""
    names = [output.name for output in result.outputs]
    if not names or len(set(names)) < len(names):
        return None
    made = []
    for output in result.outputs:
        frame = reader.rows_of(("", result.id, output.name), output.title, geometry=output.geometry, keyed=False)
        if frame is None:
            return None
        made.append(evolve(output, frame=frame))
    return made


def _with_their_answers(layers: tuple[Layer, ...], results: tuple[Result, ...], faults: list[Fault]) -> tuple[Layer, ...]:
    """The layers without those whose answer is not here: they would say what nobody can ask again."""
    known = {"", *(result.id for result in results)}
    for layer in layers:
        if layer.result_id not in known:
            faults.append(Fault(LOST, say("“{title}” is left out: the answer that made it is not here.", title=layer.name), LAYERS, layer=layer.id))
    return tuple(layer for layer in layers if layer.result_id in known)


def _own_views(texts: Mapping[str, Any]) -> frozenset[str]:
    """The views that EcoMap says it has written; they are not read either."""
    try:
        found = loaded(texts.get(VIEWS), LARGEST_RECORD)
    except UnbelievedError:
        return frozenset()
    return frozenset(one[1] for one in found if isinstance(one, list) and len(one) == 2 and isinstance(one[1], str)) if isinstance(found, list) else frozenset()


def _passed_over(gate: Gate, ours: frozenset[str], faults: list[Fault]) -> None:
    """What stands in the file and is somebody's program."""
    triggers = [one for one in gate.stored if one.kind == "trigger" and not one.name.lower().startswith("rtree_")]
    if triggers:
        faults.append(Fault(PASSED_OVER, plural(
            "The file holds a trigger of another program ({names}). It is not run, and a save leaves it out.",
            "The file holds {n} triggers of other programs ({names}). They are not run, and a save leaves them out.",
            len(triggers), names=_places([one.name for one in triggers])), triggers[0].table))
    views = [one for one in gate.stored if one.kind == "view" and one.name not in ours]
    if views:
        faults.append(Fault(PASSED_OVER, plural(
            "The file holds a view of another program ({names}). It is not run, and a save leaves it out.",
            "The file holds {n} views of other programs ({names}). They are not run, and a save leaves them out.",
            len(views), names=_places([one.name for one in views])), views[0].name))
