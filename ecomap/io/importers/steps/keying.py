"""Which column of a table without places is the key, found by what it meets in the project; names as a last resort."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import evolve, frozen

from ecomap.io.importers.columns.guessing import column_called, plain
from ecomap.io.importers.columns.headings import NO_FIT, fit, heading
from ecomap.io.importers.columns.keys.matching import (
    ENOUGH,
    Book,
    Match,
    best_match,
    file_columns,
    match_said,
)
from ecomap.io.importers.columns.looks import Looks, is_words
from ecomap.io.importers.spec import Draft, Importer
from ecomap.io.table import text_of
from ecomap.io.table.names import Pairs, pairs_of
from ecomap.model.errors import InputError
from ecomap.model.layer import Layer
from ecomap.model.report import ReportLine
from ecomap.model.said import Said, joined, plural, say
from ecomap.model.said import name as named
from ecomap.model.understanding import Doubt, Option
from ecomap.model.units import format_number
from ecomap.model.vocabulary import ID, NAME, SCHOOL

CLOSE = 0.1        # two keys whose rates differ by less are asked about, where they mean different rows
SHOWN = 50         # pairs of names on the list to look through


@frozen
class Key:
    """A column of the file, what it meets, and the id of the layer for every row."""

    column: str
    match: Match
    rows: Any

    @property
    def answer(self) -> str:
        return f"{self.column}={self.match.column}"

    def said(self) -> Said:
        return match_said(self.column, self.match)


def keyed(draft: Draft, importer: Importer) -> Draft:
    """The rows under the ids of the layer they belong to, by the column that meets it best.

    A key that a person named is obeyed. The column that is called like the key is kept as long as the layer knows its codes.
    Where no codes meet, names do, and what is doubtful about them is left out and asked.

    Raises
    ------
    InputError
        If the key that a person named does not exist, or meets nothing.
    """
    project = draft.project
    layers = project.layers_of(importer.joins) if project is not None and importer.joins else ()
    if not layers:
        return draft
    if draft.answers.get("key"):
        return _by_key(draft, importer, _chosen(draft, importer, layers))
    own = _own(draft, importer, layers)
    if own is not None and own.match.rate >= ENOUGH and _called(draft, importer, own.column):
        return _noted(draft, own)
    keys = sorted(_keys(draft, importer, layers, own), key=lambda one: (-one.match.matched, not one.match.exact, len(one.column), one.column))
    keys.sort(key=lambda one: -round(one.match.rate, 2))
    if own is not None and own.match.matched and (not keys or keys[0].match.rate < own.match.rate):
        return draft
    if not keys:
        return draft if own is not None and own.match.matched else _by_names(draft, importer, layers)
    best = keys[0]
    rivals = [one for one in keys[1:] if best.match.rate - one.match.rate < CLOSE and _differ(best, one)]
    called = [one for one in (best, *rivals) if own is not None and one.column == own.column]
    best = called[0] if called else best
    return _by_key(draft, importer, best, tuple(one for one in keys if one is best or one in rivals))


def _frame(draft: Draft, layer: Layer) -> Any:
    assert draft.project is not None
    return draft.project.frame(layer.id)


def _called(draft: Draft, importer: Importer, column: str) -> bool:
    """Whether a column is called like the key, or nothing else in the file could be one."""
    spec = importer.field(importer.join_key)
    aliases = (*spec.aliases, *spec.loose, "school_code")
    return any(fit(heading(column), alias) < NO_FIT for alias in aliases) or column not in draft.raw.frame.columns


def _own(draft: Draft, importer: Importer, layers: tuple[Layer, ...]) -> Key | None:
    """The column that is called like the key, as its codes were mended, beside the ids of the layers."""
    key = importer.join_key
    if key not in draft.frame.columns or not draft.frame[key].notna().any():
        return None
    codes = text_of(draft.frame[key])
    different = {str(code) for code in codes.dropna().unique()}
    found = []
    for layer in layers:
        frame = _frame(draft, layer)
        ids = {code: code for code in different & set(frame[ID].astype(str))}
        match = Match(layer, ID, ids, len(ids), len(different), len(frame), True)
        found.append(Key(draft.mapping.get(key) or draft.mapping.get("school_code", key), match, codes.map(ids)))
    return max(found, key=lambda one: (one.match.matched, one.match.rate))


def _keys(draft: Draft, importer: Importer, layers: tuple[Layer, ...], own: Key | None) -> Iterator[Key]:
    """Every column of the file that could be a code, beside every column of the layers that could."""
    raw = draft.raw.frame.loc[draft.frame.index]
    columns = dict(file_columns(raw))
    if own is not None:
        columns[own.column] = text_of(draft.frame[importer.join_key])
    for layer in layers:
        book = Book(_frame(draft, layer), layer)
        for column, codes in columns.items():
            match = best_match(codes, book, parts=importer.joins == SCHOOL)
            if match is not None and not _by_chance(match, codes, column):
                yield Key(column, match, codes.map(match.ids))


def _by_chance(match: Match, codes: Any, column: str) -> bool:
    """Small whole numbers meet other small whole numbers; they are a key only where a heading says of both what they are."""
    cells = codes.dropna()
    if not bool(cells.str.fullmatch(r"\d{1,3}").all()):
        return False
    alike = set(plain(column).split("_")) & set(plain(match.column).split("_"))
    return not alike and not (match.column == ID and match.matched == match.of == match.rows)


def _differ(one: Key, other: Key) -> bool:
    """Whether two keys put more than a few rows with other rows of the layer."""
    if one.match.layer.id != other.match.layer.id:
        return False
    both = one.rows.notna() & other.rows.notna()
    return bool(both.any()) and bool((one.rows[both] != other.rows[both]).mean() > 0.05)


def _chosen(draft: Draft, importer: Importer, layers: tuple[Layer, ...]) -> Key:
    """The key a person named, as COLUMN=FIELD."""
    column, _, wanted = draft.answers["key"].rpartition("=")
    column = column_called(draft.raw.frame, column or wanted)
    codes = text_of(draft.raw.frame.loc[draft.frame.index, column])
    wanted = wanted if "=" in draft.answers["key"] else ID
    found: list[Key] = []
    known: set[str] = set()
    for layer in layers:
        frame = _frame(draft, layer)
        known |= {str(name) for name in frame.columns if name != "geometry"}
        field = next((str(name) for name in frame.columns if name == wanted or plain(str(name)) == plain(wanted)), "")
        if field == NAME:
            pairs = _pairs(codes, frame)
            match = Match(layer, NAME, pairs.sure, len(pairs.sure), int(codes.nunique()), len(frame))
            found.append(Key(column, match, codes.map(dict(pairs.sure))))
        elif field:
            best = best_match(codes, Book(frame, layer, (field,)), parts=importer.joins == SCHOOL)
            if best is not None:
                found.append(Key(column, best, codes.map(best.ids)))
    if not found:
        raise InputError(
            say("Hardly any of the codes in column {column} is in '{field}' of {what}.", column=named(column), field=named(wanted),
                what=joined([layer.name for layer in layers], ", ")),
            say("Columns to match with are: {columns}.", columns=joined(map(named, sorted(known)[:20]), ", ")), {"doubt": "key"},
        )
    return max(found, key=lambda one: one.match.matched)


def _by_key(draft: Draft, importer: Importer, key: Key, rivals: tuple[Key, ...] = ()) -> Draft:
    """The rows under the ids that the key means; codes that mean none stay, to be told as unknown."""
    draft = _rekeyed(draft, importer, key.column, key.rows)
    draft = _noted(draft, key)
    if len(rivals) < 2 and not draft.answers.get("key"):
        return draft
    options = tuple(Option(one.answer, one.said()) for one in rivals)
    doubt = Doubt(
        "key", say("Which column says to which row of '{layer}' each row belongs?", layer=key.match.layer.name),
        tuple(one.said() for one in rivals) or (key.said(),), options, key.answer, key.column,
    )
    return evolve(draft, doubts=(*draft.doubts, doubt))


def _rekeyed(draft: Draft, importer: Importer, column: str, rows: Any) -> Draft:
    """The join field holds the layer's ids; the column that held it before stays beside the rows under its own name."""
    key, frame, rest = importer.join_key, draft.frame, draft.rest
    before = draft.mapping.get(key, "")
    codes = text_of(draft.raw.frame.loc[frame.index, column] if column in draft.raw.frame.columns else frame[key])
    if before and before != column and not before.startswith("=") and f"\x01{before}" not in frame.columns:
        frame = frame.assign(**{f"\x01{before}": draft.raw.frame.loc[frame.index, before]})
        rest = (*rest, f"\x01{before}")
    frame = frame.assign(**{key: rows.where(rows.notna(), codes).astype("str")})
    here = f"\x01{column}"
    if here in frame.columns:
        frame, rest = frame.drop(columns=here), tuple(one for one in rest if one != here)
    return evolve(draft, frame=frame, rest=rest, mapping={**draft.mapping, key: column})


def _noted(draft: Draft, key: Key) -> Draft:
    """The rate is said in the report and beside the field."""
    fields = tuple(evolve(use, column=key.column, why=key.said()) if use.field == ID else use for use in draft.fields)
    return evolve(draft, fields=fields, lines=(*draft.lines, ReportLine("note", key.said())))


def _pairs(texts: Any, frame: Any, *, near: bool = True) -> Pairs:
    known = [(str(name), str(key)) for name, key in zip(frame[NAME], frame[ID])]
    return pairs_of([str(text) for text in texts.dropna().unique()], known, near=near)


def _by_names(draft: Draft, importer: Importer, layers: tuple[Layer, ...]) -> Draft:
    """Rows put with the layer's by their names: the sure ones; the doubtful only where a person says so."""
    raw = draft.raw.frame.loc[draft.frame.index]
    looks = Looks(raw)
    columns = [column for column in looks.columns if is_words(looks.cells(column)) and looks.cells(column).nunique() > 1]
    found = []
    for layer in layers:
        frame = _frame(draft, layer)
        for column in columns:
            texts = text_of(raw[column])
            pairs = _pairs(texts, frame, near=False)
            share = len(pairs.sure) / max(min(int(texts.nunique()), len(frame)), 1)
            if share >= ENOUGH:
                found.append((-len(pairs.sure), str(column), layer, texts))
    if not found:
        return draft
    _, column, layer, texts = min(found, key=lambda one: one[:2])
    pairs = _pairs(texts, _frame(draft, layer))
    ids, doubt = _settled_names(draft, layer, column, pairs, _frame(draft, layer))
    rows = texts.map(ids)
    draft = _rekeyed(draft, importer, column, rows)
    said = _names_said(layer, column, pairs, len(ids))
    fields = tuple(evolve(use, column=column, why=said) if use.field == ID else use for use in draft.fields)
    lines = [ReportLine("note", said)]
    open_names = [name for name, *_ in pairs.doubtful if name not in ids] + [name for name in pairs.ties if name not in ids]
    if open_names:
        lines.append(ReportLine("caution", say("Names that are like another but not surely the same, or that several rows have: they were not joined. "
                                               "Look through them."), len(open_names), tuple(open_names[:5])))
    return evolve(draft, fields=fields, lines=(*draft.lines, *lines), doubts=(*draft.doubts, *([doubt] if doubt else [])))


def _settled_names(draft: Draft, layer: Layer, column: str, pairs: Pairs, frame: Any) -> tuple[dict[str, str], Doubt | None]:
    """Name -> id of the sure ones and of those a person settled; and what is left to look through."""
    ids = dict(pairs.sure)
    known = set(frame[ID].astype(str))
    by_name = {str(name): str(key) for name, key in zip(frame[NAME], frame[ID])}
    if draft.answers.get("names") == "yes":
        ids |= {name: key for name, _, key in pairs.doubtful if key not in ids.values()}
    for code, said in draft.answers.items():
        if code.startswith("name:"):
            key = said if said in known else by_name.get(said, "")
            if key:
                ids[code.removeprefix("name:")] = key
    if not pairs.doubtful and not pairs.ties:
        return ids, None
    rows = [f"{name} -> {like}" for name, like, _ in pairs.doubtful] + [f"{name} -> ?" for name in pairs.ties]
    evidence = (plural("{n} name is the same in another spelling.", "{n} names are the same in another spelling.", len(pairs.sure)),
                plural("{n} name is only alike.", "{n} names are only alike.", len(pairs.doubtful)),
                plural("{n} name could be several rows.", "{n} names could be several rows.", len(pairs.ties)))
    return ids, Doubt(
        "names", say("Do these names in {column} mean these rows of '{layer}'?", column=named(column), layer=layer.name), evidence,
        (Option("yes", say("Yes, all that are paired")), Option("no", say("No, leave them out"))), "no", column, tuple(rows[:SHOWN]),
    )


def _names_said(layer: Layer, column: str, pairs: Pairs, taken: int) -> Said:
    every = len(pairs.sure) + len(pairs.doubtful) + len(pairs.ties) + len(pairs.strange)
    return say("Joined to '{layer}' by name ({column}): {taken} of {all}.", layer=layer.name, column=named(column), taken=format_number(taken),
               all=format_number(every))
