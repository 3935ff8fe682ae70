"""Partners' files of what was agreed, in and out: rows that do not fit are asked about, and the same file twice changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, field, frozen

from ecomap.model import agreed_table as t
from ecomap.model.commitment import COMMITMENT, DROPPED, OPEN, Commitment, in_order, is_day
from ecomap.model.dates import today
from ecomap.model.errors import InputError
from ecomap.model.params import Choice
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.terms import Terms, plain
from ecomap.render.words.agreed import where_words
from ecomap.render.words.cells import format_date
from ecomap.workspace import commitments
from ecomap.workspace.inventory_tables import project_terms

if TYPE_CHECKING:
    from ecomap.io.agreed import AgreedFile, AgreedRow

NEW, SAME, CHANGED, ASKED = "new", "same", "changed", "asked"
_LIKELY: Final = 5       # places offered where none is called so
_ALIKE: Final = 60       # of 100: less is no likeness
_OFFERED: Final = 2_000  # places in the drop-down list of a template
_EMPTY: Final = "-"      # as an answer: leave the cell empty
_KEPT: Final = {**{of: (of,) for of in t.FIELDS if of not in (t.ID, t.WHERE)}, t.WHERE: ("layer", "feature", "place")}  # field of a file -> ours
Settled = Mapping[tuple[int, str], str]  # (row, field) -> the text that stands in the cell's place


@frozen
class Question:
    """What only a person can say of a cell. ``choices``: what may be meant; another text may be given where ``free``."""

    field: str
    text: Said
    choices: tuple[Choice, ...] = ()
    free: bool = True


@frozen
class Difference:
    """A field that the file has otherwise than the project."""

    field: str
    ours: Said
    theirs: Said


@frozen
class IncomingRow:
    """One row of a file beside the project.

    ``state``: "new", "same" (nothing changes), "changed" (the project has it in other words: whose stay has to be said), or
    "asked" (it does not fit until the questions are answered).
    """

    number: int
    what: str
    state: str
    made: Commitment | None = None
    questions: tuple[Question, ...] = ()
    differences: tuple[Difference, ...] = ()


@frozen
class IncomingAgreed:
    """A file of what was agreed beside a project."""

    file_name: str
    rows: tuple[IncomingRow, ...] = ()
    strange: tuple[str, ...] = ()

    def count(self, state: str) -> int:
        return sum(row.state == state for row in self.rows)


@frozen
class _Known:
    """What the cells of a file are looked up in."""

    terms: Terms
    by_code: Mapping[str, tuple[commitments.Place, ...]] = field(repr=False)
    by_name: Mapping[str, tuple[commitments.Place, ...]] = field(repr=False)


class _AskError(Exception):
    """A cell that only a person can read."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.field)
        self.question = question


def read_file(path: Path | str, progress: Progress | None = None) -> AgreedFile:
    """The rows of a partner's file, as they stand."""
    from ecomap.io.agreed import read_agreed  # heavy

    return read_agreed(path, progress)


def understood(project: Project, file: AgreedFile, settled: Settled | None = None) -> IncomingAgreed:
    """Every row of a file beside the project: what is new, the same, otherwise, or has to be asked about.

    Parameters
    ----------
    settled : mapping
        What a person said of cells: (row, field) -> text; "-" leaves the cell empty.
    """
    known, rows = _known(project), []
    for row in file.rows:
        cells = {key: text for key, text in {**row.cells, **{of: text for (number, of), text in (settled or {}).items() if number == row.number}}.items()
                 if text != _EMPTY}
        found = _row(project, known, row, cells, file)
        rows.append(found)
        if found.state == NEW and found.made is not None:
            project = commitments.added(project, found.made)  # a later row of the file may be the same
    return IncomingAgreed(file.file_name, tuple(rows), file.strange)


def taken_in(project: Project, incoming: IncomingAgreed, take: Collection[int] = ()) -> Project:
    """The project with what is new in a file, and with the file's words in the rows of ``take``; what is asked stays out.

    It is the same project where nothing changes.
    """
    for row in incoming.rows:
        if row.made is not None and row.state == NEW:
            project = commitments.added(project, row.made)
    for row in incoming.rows:
        if row.made is not None and row.state == CHANGED and row.number in take:
            project = commitments.put(project, row.made)
    return project


def _row(project: Project, known: _Known, row: AgreedRow, cells: Mapping[str, str], file: AgreedFile) -> IncomingRow:
    what, came = cells.get(t.WHAT, ""), _digest(row.cells)
    if any(one.came == came for one in project.commitments):
        return IncomingRow(row.number, what, SAME)
    fields: dict[str, Any] = {"origin": file.file_name, "came": came}
    ours = next((one for one in project.commitments if one.id == cells.get(t.ID)), None)
    questions = []
    for read in (_what, _kind, partial(_where, known, ours), partial(_approach, known), _names, partial(_day, t.DUE), partial(_day, t.AGREED), _state, _seen):
        try:
            fields |= read(cells)
        except _AskError as asked:
            questions.append(asked.question)
    if questions:
        return IncomingRow(row.number, what, ASKED, None, tuple(questions))
    made = Commitment("-", **fields)
    made = evolve(made, id=cells[t.ID] if commitments.is_id(cells.get(t.ID, "")) else commitments.id_of(made))
    if not made.sound:
        too_long = Question(t.WHAT, say("This row cannot be kept as it stands: a text in it is too long."))
        return IncomingRow(row.number, what, ASKED, None, (too_long,))
    ours = next((one for one in project.commitments if one.id == made.id), None)
    if ours is None:
        return IncomingRow(row.number, what, NEW, evolve(made, agreed=made.agreed or today().isoformat()))
    made = evolve(made, **{key: getattr(ours, key) for of, keys in _KEPT.items() if of not in file.fields for key in keys})
    theirs = evolve(made, agreed=made.agreed or ours.agreed, settled=ours.settled if ours.state == made.state else today().isoformat())
    theirs = evolve(theirs, settled="") if theirs.state == OPEN else theirs
    differing = differences(ours, theirs, known.terms)
    return IncomingRow(row.number, what, CHANGED if differing else SAME, theirs if differing else None, (), differing)


def cell_meant(project: Project, of: str, text: str) -> dict[str, Any]:
    """The fields that a text means as a place or an approach of a project.

    Raises
    ------
    InputError
        If only a person can say which is meant.
    """
    known = _known(project)
    try:
        return _where(known, None, {of: text}) or {"layer": "", "feature": "", "place": ""} if of == t.WHERE else _approach(known, {of: text})
    except _AskError as asked:
        raise InputError(asked.question.text, joined([say("It may be: {choices}.", choices=joined(
            (choice.label for choice in asked.question.choices), "; "))] if asked.question.choices else [])) from asked


def counted(incoming: IncomingAgreed) -> Said:
    """What a file brings, in one sentence."""
    rows = len(incoming.rows)
    if not rows:
        return say("{file} holds no row.", file=name(incoming.file_name))
    parts = [
        plural("{n} is new", "{n} are new", incoming.count(NEW)), plural("{n} is here already", "{n} are here already", incoming.count(SAME)),
        plural("{n} is here in other words", "{n} are here in other words", incoming.count(CHANGED)),
        plural("{n} does not fit yet", "{n} do not fit yet", incoming.count(ASKED)),
    ]
    said = [part for part, state in zip(parts, (NEW, SAME, CHANGED, ASKED)) if incoming.count(state)]
    return plural("{file}: {n} row, {parts}.", "{file}: {n} rows, {parts}.", rows, file=name(incoming.file_name), parts=joined(said, ", "))


def differences(ours: Commitment, theirs: Commitment, terms: Terms) -> tuple[Difference, ...]:
    """The fields in which two say something else."""
    pairs = ((of, _said(ours, of, terms), _said(theirs, of, terms)) for of in t.FIELDS if of != t.ID)
    return tuple(Difference(of, mine, other) for of, mine, other in pairs if mine != other)


def _said(one: Commitment, of: str, terms: Terms) -> Said:
    """What one says in a field."""
    if of == t.WHERE:
        return joined([where_words(one), name(one.feature)], ", ") if one.feature else where_words(one)
    if of == t.APPROACH:
        return terms.label("approach", one.approach) if one.approach else NOTHING
    value = getattr(one, of)
    if isinstance(value, tuple):
        return joined(map(name, value), "; ")
    return format_date(value) if of in (t.DUE, t.AGREED) and value else name(value)


def _digest(cells: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(sorted(cells.items())).encode()).hexdigest()[:20]


# --- cells -----------------------------------------------------------------------------------------------------------


def _what(cells: Mapping[str, str]) -> dict[str, Any]:
    if not cells.get(t.WHAT):
        raise _AskError(Question(t.WHAT, say("This row does not say what was agreed.")))
    return {"what": cells[t.WHAT]}


def _seen(cells: Mapping[str, str]) -> dict[str, Any]:
    return {"seen": cells.get(t.SEEN, "")}


def _names(cells: Mapping[str, str]) -> dict[str, Any]:
    return {"leads": commitments.names_in(cells.get(t.LEADS, "")), "helps": commitments.names_in(cells.get(t.HELPS, ""))}


def _kind(cells: Mapping[str, str]) -> dict[str, Any]:
    return {"kind": _code(cells.get(t.KIND, ""), t.KIND, COMMITMENT)}


def _state(cells: Mapping[str, str]) -> dict[str, Any]:
    state = _code(cells.get(t.STATE, ""), t.STATE, OPEN)
    reason = cells.get(t.REASON, "")
    if state == DROPPED and not reason:
        raise _AskError(Question(t.REASON, say("It was dropped, but no reason stands there. Why?")))
    return {"state": state, "reason": reason}


def _code(text: str, of: str, otherwise: str) -> str:
    found = t.code_of(of, text) if text else otherwise
    if not found:
        choices = tuple(Choice(code, name(code)) for code in dict.fromkeys(t.code_of(of, word) for word in t.words(of, "en")))
        raise _AskError(Question(of, say("What is meant by “{text}”?", text=name(text)), choices, free=False))
    return found


def _approach(known: _Known, cells: Mapping[str, str]) -> dict[str, Any]:
    text = cells.get(t.APPROACH, "")
    code = known.terms.code("approach", text) if text else ""
    if text and not code:
        choices = (Choice(_EMPTY, say("None in particular")), *(Choice(term.code, term.label) for term in known.terms.of("approach")))
        raise _AskError(Question(t.APPROACH, say("Which approach is “{text}”?", text=name(text)), choices, free=False))
    return {"approach": code}


def _day(of: str, cells: Mapping[str, str]) -> dict[str, Any]:
    text = cells.get(of, "")
    if not text or is_day(text):
        return {of: text}
    from ecomap.io.agreed import days_meant  # heavy

    meant = days_meant(text)
    if len(meant) == 1 and is_day(meant[0]):
        return {of: meant[0]}
    choices = (*(Choice(day, format_date(day)) for day in meant if is_day(day)), Choice(_EMPTY, say("No day")))
    raise _AskError(Question(of, say("Which day is “{text}”? Write it like 2027-06-30.", text=name(text)), choices))


def _where(known: _Known, ours: Commitment | None, cells: Mapping[str, str]) -> dict[str, Any]:
    text = cells.get(t.WHERE, "")
    if ours is not None and text == _place_text(ours):  # also where the project has lost the place
        return {"layer": ours.layer, "feature": ours.feature, "place": ours.place}
    if not text or t.code_of(t.PLACES, text) == t.ALL:
        return {}
    found = known.by_code.get(text) or known.by_code.get(_code_behind(text)) or known.by_name.get(plain(text)) or ()
    if len(found) == 1:
        return {"layer": found[0].layer, "feature": found[0].feature, "place": found[0].name}
    for_all = Choice(t.ALL, say("For all"))
    if found:
        raise _AskError(Question(t.WHERE, say("Several places are called “{text}”. Which one?", text=name(text)), (*map(_place_choice, found), for_all)))
    likely = tuple(map(_place_choice, _alike(known, text)))
    raise _AskError(Question(t.WHERE, say("No school or area is called “{text}”. Which one is meant?", text=name(text)), (*likely, for_all)))


def _code_behind(text: str) -> str:
    """The code in brackets behind a name, as the template offers it."""
    return text.rpartition("(")[2].removesuffix(")").strip() if text.endswith(")") else ""


def _place_choice(place: commitments.Place) -> Choice:
    return Choice(f"{place.name} ({place.feature})", joined([name(place.name), place.kind, name(place.feature)], " · "))


def _alike(known: _Known, text: str) -> list[commitments.Place]:
    """Places that may be meant: those whose code has lost its leading zeros in a spreadsheet, else those with a name like it."""
    from rapidfuzz import fuzz, process  # heavy

    if text.isdigit() and (short := [place for code, some in known.by_code.items() if code.lstrip("0") == text.lstrip("0") for place in some]):
        return short[:_LIKELY]
    found = process.extract(plain(text), list(known.by_name), scorer=fuzz.token_set_ratio, limit=_LIKELY, score_cutoff=_ALIKE)
    return [place for word, _, _ in found for place in known.by_name[word]][:_LIKELY]


def _known(project: Project) -> _Known:
    by_code: dict[str, list[commitments.Place]] = {}
    by_name: dict[str, list[commitments.Place]] = {}
    for place in commitments.places(project):
        by_code.setdefault(place.feature, []).append(place)
        by_name.setdefault(plain(place.name), []).append(place)
    return _Known(project_terms(project), {key: _apart(some) for key, some in by_code.items()}, {key: _apart(some) for key, some in by_name.items() if key})


def _apart(some: list[commitments.Place]) -> tuple[commitments.Place, ...]:
    """Each place once: one that several layers have, under the same code and name, is the same place."""
    return tuple({(place.feature, plain(place.name)): place for place in reversed(some)}.values())[::-1]


# --- out -------------------------------------------------------------------------------------------------------------


def write_file(project: Project, path: Path | str, *, language: str = "en", empty: bool = False) -> int:
    """Write the template that partners fill in, as .xlsx or .csv, with what was agreed in it; gives the number of rows.

    ``empty``: leave the rows out; the lists stay.
    """
    from ecomap.io.agreed import Offered, write_agreed  # heavy
    from ecomap.render.words.language import language as language_of

    speak, terms = language_of(language), project_terms(project)
    rows = [] if empty else [_cells(one, terms, speak.say, language) for one in in_order(project.commitments)]
    known = [f"{place.name} ({place.feature})" for place in sorted(commitments.places(project), key=lambda place: place.name.casefold())]
    offered = Offered(known[:_OFFERED], tuple(speak.say(term.label) for term in terms.of("approach")), commitments.partners(project))
    write_agreed(rows, path, offered, language, str(project.title))
    return len(rows)


def _place_text(one: Commitment) -> str:
    """A place as a file has it: its name with its code behind it; "" where it is for all."""
    return f"{one.place} ({one.feature})" if one.feature else one.place


def _cells(one: Commitment, terms: Terms, speak: Any, language: str) -> dict[str, str]:
    label = speak(terms.label("approach", one.approach)) if one.approach else ""
    return {
        t.ID: one.id, t.KIND: t.word(t.KINDS, one.kind, language), t.WHAT: one.what,
        t.WHERE: _place_text(one) or t.word(t.PLACES, t.ALL, language),
        t.APPROACH: label if terms.code("approach", label) == one.approach else one.approach,
        t.LEADS: f"{t.BETWEEN_NAMES} ".join(one.leads), t.HELPS: f"{t.BETWEEN_NAMES} ".join(one.helps), t.DUE: one.due, t.SEEN: one.seen,
        t.STATE: t.word(t.STATES, one.state, language), t.REASON: one.reason, t.AGREED: one.agreed,
    }
