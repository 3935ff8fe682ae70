"""The record of a file: what its answers were asked with, of which rows, from which sources, and what to know before believing them.

One record goes with every file in every format, so that a number never stands without its question and whoever has the file
can ask again. Rows are not in it: they are told by a checksum, which covers only columns that left whole. A checksum of columns
in which small groups were hidden would give the groups back to whoever tries all small numbers.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, get_type_hints

import attrs
from attrs import evolve, field, frozen

from ecomap.model.believing import Believer, UnbelievedError, loaded
from ecomap.model.cell_text import storable
from ecomap.model.commitment import Commitment
from ecomap.model.correction import Correction
from ecomap.model.errors import InputError
from ecomap.model.layer import Layer
from ecomap.model.place_note import PlaceNote
from ecomap.model.result import Result
from ecomap.model.said import NOTHING, Said, as_data, as_said, say
from ecomap.model.said import name as named
from ecomap.model.scenario import Scenario
from ecomap.model.source import Source

FORM: Final = 1                     # of the record; a higher one is of a later EcoMap
NAME: Final = "ecomap-record"       # what it is called wherever a format names its parts
LONGEST: Final = 64_000_000         # letters of a record as JSON
ROWS: Final = "ecomap-rows"          # what the packed rows are called there
PNG_KEYWORD: Final = "EcoMap record"      # of the text in a PNG
XML_NAMESPACE: Final = "urn:ecomap:record"  # of the element ``record`` in an SVG or a Word text
HIDDEN_SHEET: Final = "EcoMap"      # of a workbook
HIDDEN_SHEET_HEADINGS: Final = (NAME, ROWS)
BESIDE: Final = ".ecomap.json"      # behind the name of a file that has no room for it inside: need.csv.ecomap.json
_NEVER: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@frozen
class Carried:
    """What a file carries beside what it shows: its record as JSON, and the packed rows its answers rest on, none where they are left out."""

    record: str = field(default="", repr=False)
    rows: bytes = field(default=b"", repr=False)


@frozen
class LayerRecord:
    """A layer that answers rest on, or that they made, and how to tell its rows.

    Parameters
    ----------
    layer : Layer
        All that is said of it: columns, indicators with their directions, sources, vintages, how complete it is.
    rows : int
        How many it has.
    checksum : str
        Of its rows without the columns of ``kept_back``; "" of layers that an answer made.
    kept_back : tuple of str
        Columns that did not leave whole: small groups are hidden in them, or they speak of persons.
    held : str
        Name of the table or sheet with its rows in this file; "" where it has none.
    """

    layer: Layer
    rows: int = 0
    checksum: str = ""
    kept_back: tuple[str, ...] = ()
    held: str = ""


@frozen
class TableRecord:
    """A table of an answer as it left, and its checksum; ``held`` names the table or sheet with it in this file, "" where it has none."""

    output: str
    rows: int = 0
    checksum: str = ""
    held: str = ""


@frozen
class AnswerRecord:
    """An answer without the rows of its tables: its finding, figures, cautions, settings, sources, and the layers that were chosen by hand.

    Parameters
    ----------
    result : Result
        As it left; its tables have no rows here.
    reads : tuple of (str, tuple of str)
        Input of the question -> ids of layers, where these are not the usual ones.
    settings : tuple of (Said, Said)
        Label and value of every setting, in words.
    """

    result: Result
    reads: tuple[tuple[str, tuple[str, ...]], ...] = ()
    settings: tuple[tuple[Said, Said], ...] = ()
    tables: tuple[TableRecord, ...] = ()


@frozen
class Made:
    """How a file was made, so that the same one can be made of the same answers."""

    kind: str = ""                     # its ending without the dot
    title: str = ""
    subtitle: str = ""
    language: str = "en"
    of: str = ""                       # the one layer or answer it holds; "" holds all
    left_out: tuple[str, ...] = ()     # ids of answers that its readers do not need
    persons: tuple[str, ...] = ()      # columns about single persons that left all the same
    on: str = ""                       # the day it was made, in ISO form
    most_mb: int = 0                   # megabytes that a meeting file was to keep below; 0 is the usual limit


@frozen
class Record:
    """What stands in every file that leaves a project.

    Parameters
    ----------
    title, crs, day, day_from, meta
        Of the project; see `ecomap.model.project.Project`.
    version : str
        Of EcoMap.
    layers : tuple of LayerRecord
        In the order in which they are painted, top first.
    answers : tuple of AnswerRecord
        In the order in which they were asked.
    scenarios, commitments, notes, corrections
        Those that the file shows, as far as it shows them.
    sources : tuple of Source
        Each once, in order of first use.
    cautions, people : tuple of Said
        What to know before believing it; what was protected of the people in it, and what was declared safe by whom.
    data : str
        Digest of the packed rows that its answers rest on, whether they stand in the same file or were left out; "" where none
        were packed.
    """

    title: Said = field(default=NOTHING, converter=as_said)
    crs: str = ""
    day: str = ""
    day_from: str = ""
    meta: tuple[tuple[str, str], ...] = ()
    version: str = ""
    layers: tuple[LayerRecord, ...] = ()
    answers: tuple[AnswerRecord, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    notes: tuple[PlaceNote, ...] = ()
    corrections: tuple[Correction, ...] = ()
    sources: tuple[Source, ...] = ()
    cautions: tuple[Said, ...] = ()
    people: tuple[Said, ...] = ()
    made: Made = field(factory=Made)
    data: str = ""

    def layer(self, layer_id: str) -> LayerRecord | None:
        """What is said of a layer; None where the record does not know it."""
        return next((one for one in self.layers if one.layer.id == layer_id), None)

    def answer(self, result_id: str) -> AnswerRecord | None:
        """What is said of an answer; None where the record does not know it."""
        return next((one for one in self.answers if one.result.id == result_id), None)

    def holding(self, table: str) -> LayerRecord | None:
        """The layer whose rows stand in a table or sheet of the file, by that name in any capitals."""
        return next((one for one in self.layers if one.held and one.held.casefold() == table.casefold()), None)

    def with_held(self, held: Mapping[str, str]) -> Record:
        """The same record with the names of the tables in the file: ``layer/ID`` or ``RESULT/OUTPUT`` -> name."""
        layers = tuple(evolve(one, held=held.get(f"layer/{one.layer.id}", "")) for one in self.layers)
        answers = tuple(evolve(one, tables=tuple(evolve(table, held=held.get(f"{one.result.id}/{table.output}", "")) for table in one.tables))
                        for one in self.answers)
        return evolve(self, layers=layers, answers=answers)


def record_to_json(record: Record) -> str:
    """The record as JSON: fields by name, no class paths; a sentence with its English, its message and its values.

    >>> record_from_json(record_to_json(Record(title="Need"))) == Record(title="Need")
    True
    """
    return storable(json.dumps({"record": NAME, "form": FORM, **_plain(record)}, ensure_ascii=False, allow_nan=False, separators=(",", ":")))


def plain_json(text: str) -> str:
    """The same JSON with letters that XML or UTF-8 cannot hold by their numbers."""
    return _NEVER.sub(lambda letter: f"\\u{ord(letter[0]):04x}", text)


def record_from_json(text: str) -> Record:
    """The record in a text of JSON, believed field by field: one that says something EcoMap would not write is none.

    Raises
    ------
    InputError
        If it is no record, too long, nested too deep, or of a later EcoMap.
    """
    try:
        found = loaded(text, LONGEST)
        if not isinstance(found, dict) or found.get("record") != NAME:
            raise UnbelievedError
        form = found.get("form")
        if isinstance(form, int) and form > FORM:
            raise InputError(say("The file was written by a later EcoMap ({version}).", version=named(_version(found))),
                             say("Install the latest EcoMap, then open it again."))
        given = {key: value for key, value in found.items() if key not in ("record", "form")}
        believer = Believer(LONGEST)
        record: Record = believer.of(given, Record)
        if believer.doubts:
            raise UnbelievedError(believer.doubts[0])
    except (UnbelievedError, RecursionError) as problem:
        raise InputError(say("The record of settings and sources in this file cannot be read."),
                         say("Ask whoever sent the file to export it again.")) from problem
    return record


def _version(found: Mapping[str, Any]) -> str:
    version = found.get("version")
    return version[:40] if isinstance(version, str) else ""


def _plain(value: Any, messages: bool = True) -> Any:
    """Plain JSON, messages as texts where a text is expected; the rows of a table are left out, and a number that JSON has no word for is the text Python reads it back from."""
    if isinstance(value, Said):
        return as_data(value) if messages else str(value)
    if attrs.has(type(value)):
        told = ((field_name, getattr(value, field_name), usual, said) for field_name, usual, said in _told(value.__class__))
        return {field_name: _plain(found, said) for field_name, found, usual, said in told if not (usual is found or (type(usual) is type(found) and usual == found))}
    if isinstance(value, Mapping):
        return {str(key): _plain(item, messages) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item, messages) for item in value]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else repr(float(value))
    if hasattr(value, "item"):  # a number of numpy
        return _plain(value.item())
    return str(value)


@cache
def _told(kind: type) -> tuple[tuple[str, Any, bool], ...]:
    """The fields of a kind that are told, each with its usual value, which need not be, and whether it holds messages: all but rows, which are of any kind."""
    hints = get_type_hints(kind)
    return tuple((one.name, one.default.factory() if isinstance(one.default, attrs.Factory) else one.default, "Said" in str(hints[one.name]))  # type: ignore[arg-type]
                 for one in attrs.fields(kind) if hints[one.name] is not Any)
