"""The review list of a project: rows of files that may be rows it has, and cells said otherwise, until a person decides.

The list is kept with the project (its facts hold it as text), so that it waits for a quiet hour, is undone with
everything else, and the same file asks nothing a second time.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import asdict, evolve, frozen

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.inventory import INVENTORY_ROLES, table_spec
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.workspace.inventory_edits import merge_pairs, with_names
from ecomap.workspace.inventory_tables import (
    inventory_rows,
    surroundings,
    table_texts,
    with_changes,
    with_organisations_linked,
    with_rows,
)

if TYPE_CHECKING:
    from ecomap.io.inventory import MergeItem, Texts

PAIR, CELLS = "pair", "cells"           # may be one thing; is one thing, said otherwise
SAME, SAME_THEIRS, DIFFERENT = "same", "same_theirs", "different"
OURS, THEIRS, LATER = "ours", "theirs", ""
ANSWERS: Mapping[str, tuple[str, ...]] = {PAIR: (SAME, SAME_THEIRS, DIFFERENT), CELLS: (OURS, THEIRS)}
KEPT_AS = "inventory_review"
_LEFT_OUT, _UNTOUCHED = "left_out", "untouched"
_WORDS = {"merge": SAME, "take": SAME_THEIRS, "keep": _UNTOUCHED, "new": DIFFERENT, "skip": _LEFT_OUT}
Answered = Mapping[tuple[str, str], frozenset[tuple[str, str]]]  # (role, id in the file) -> (column, word) decided on


@frozen
class Question:
    """One line of the review list.

    Parameters
    ----------
    row : str
        Id of the file's row. Of a pair it is a row of the project by itself until somebody says it is the same.
    other : str
        Id of the row the project had.
    kind : str
        "pair": may be one thing. "cells": is one thing, and the file says something else of it.
    changes : tuple of (column, ours, theirs)
        The cells that differ.
    answer : str
        "" while nobody decided.
    """

    role: str
    row: str
    other: str
    kind: str
    why: Said = NOTHING
    file: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()
    answer: str = LATER

    @property
    def key(self) -> str:
        return f"{self.role}/{self.row}>{self.other}@{self.file}"


@frozen
class Sides:
    """Both sides of a question, column by column: what the project has, what the file says."""

    question: Question
    ours: Mapping[str, str]
    theirs: Mapping[str, str]
    differing: frozenset[str]

    @property
    def name(self) -> str:
        return self._called(self.ours)

    @property
    def other_name(self) -> str:
        return self._called(self.theirs)

    def _called(self, texts: Mapping[str, str]) -> str:
        named = table_spec(self.question.role).named or (v.NAME,)
        return ", ".join(texts[name] for name in named if texts[name]) or texts[v.ID]


def review_list(project: Project) -> tuple[Question, ...]:
    """Every question ever put about this project, decided or not; none if what is kept cannot be read."""
    try:
        kept = json.loads(dict(project.meta).get(KEPT_AS, "[]"))
        return tuple(
            Question(**{**one, "changes": tuple((str(a), str(b), str(c)) for a, b, c in one["changes"])}) for one in kept
        )
    except (ValueError, TypeError, KeyError):
        return ()


def open_questions(project: Project) -> tuple[Sides, ...]:
    """What still waits for a person, both sides as they are today, by table."""
    found: list[Sides] = []
    asked = [question for question in review_list(project) if question.answer == LATER]
    for role in INVENTORY_ROLES:
        mine = [question for question in asked if question.role == role]
        if mine:
            texts = table_texts(project, role)
            places = _places(texts)
            found += [sides for question in mine if (sides := _sides(question, texts, places)) is not None]
    return tuple(found)


def waiting_count(project: Project) -> int:
    """How many questions are open, told without laying out the tables: those whose rows are still there."""
    asked = [question for question in review_list(project) if question.answer == LATER]
    ids = {role: set(inventory_rows(project, role)[v.ID]) for role in {question.role for question in asked}}
    return sum(one.other in ids[one.role] and (one.kind == CELLS or one.row in ids[one.role]) for one in asked)


def _sides(question: Question, texts: Texts, places: Mapping[str, int]) -> Sides | None:
    """Both sides; None where the question has answered itself: a row has left, or the words agree by now."""
    names = table_spec(question.role).names
    here = places.get(question.other, -1)
    if here < 0:
        return None
    ours = {name: texts[name][here] for name in names}
    if question.kind == CELLS:
        theirs = {**ours, **{column: said for column, _, said in question.changes if column in ours}}
    else:
        there = places.get(question.row, here)
        if there == here:
            return None
        theirs = {name: texts[name][there] for name in names}
    differing = frozenset(_differing(names, ours, theirs))
    return Sides(question, ours, theirs, differing) if differing or question.kind == PAIR else None


def _differing(names: Iterable[str], ours: Mapping[str, str], theirs: Mapping[str, str]) -> list[str]:
    return [n for n in names if n not in (v.ID, v.IDENTIFIERS, v.ORGANISATION_ID) and theirs[n] and ours[n] != theirs[n]]


def _places(texts: Texts) -> dict[str, int]:
    """Id -> position, also of ids that a row took over when two became one."""
    found: dict[str, int] = {}
    for n, codes in enumerate(texts.get(v.IDENTIFIERS, ())):
        found |= {code.strip().removeprefix("id:"): n for code in codes.split(";") if code.strip().startswith("id:")}
    return found | {row_id: n for n, row_id in enumerate(texts[v.ID])}


def answered(project: Project) -> Answered:
    """What the file's words were decided on, row by row."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for question in review_list(project):
        if question.answer != LATER:
            found[question.role, question.row] |= {(column, theirs) for column, _, theirs in question.changes}
    return {row: frozenset(said) for row, said in found.items()}


def standing_decisions(project: Project) -> dict[str, str]:
    """Rows of files that a person left out, or that were not to change a row, for good: decisions by key of an item."""
    words = {_LEFT_OUT: "skip", _UNTOUCHED: "keep"}
    return {f"{one.role}/{one.row}": words[one.answer] for one in review_list(project) if one.answer in words}


def with_questions(project: Project, items: Iterable[MergeItem], file: str, decisions: Mapping[str, str]) -> Project:
    """Put what a file left open on the list, and write down what was decided on the way."""
    listed = list(review_list(project))
    before = tuple(listed)
    open_at = {question.key: n for n, question in enumerate(listed) if question.answer == LATER}
    for item in items:
        word = decisions.get(item.key, "")
        if not item.waiting and not (item.settled and word):
            continue
        changes = tuple((c.column, c.before, c.after) for c in item.changes if not c.taken or word == "take")
        kind = PAIR if item.kind == "likely" else CELLS
        question = Question(item.role, item.row_id, item.other, kind, item.why, file, changes, _WORDS.get(word, LATER))
        if question.key in open_at:
            listed[open_at[question.key]] = question
        elif question not in listed:
            listed.append(question)
    return project if tuple(listed) == before else _with_list(project, listed)


def decide(project: Project, answers: Mapping[str, str]) -> Project:
    """Answer questions of the list by their keys; what is answered is done, table by table, and remembered.

    Parameters
    ----------
    answers : mapping
        Key of a question -> same (the project's words stay, gaps are filled), same_theirs (the file's words count),
        different, ours or theirs; "" leaves it open.

    Raises
    ------
    InputError
        If a question is not on the list any more, or an answer does not fit it.
    """
    waiting = {sides.question.key: sides for sides in open_questions(project)}
    given = {key: word for key, word in answers.items() if word != LATER}
    for key, word in given.items():
        if key not in waiting:
            raise InputError(say("The review list has no open question '{key_}'.", key_=name(key)), say("Open the list again."))
        if word not in ANSWERS[waiting[key].question.kind]:
            raise InputError(say("'{word}' is no answer to '{key_}'.", word=name(word), key_=name(key)), say("Choose one of {answers}.", answers=joined(ANSWERS[waiting[key].question.kind], ", ")))
    if not given:
        return project
    settled = {key: _settled(waiting[key], word) for key, word in given.items()}
    for role in dict.fromkeys((v.ORGANISATION, *INVENTORY_ROLES)):
        project = _done(project, role, [waiting[key] for key in given if waiting[key].question.role == role], given)
    return _with_list(project, [settled.get(one.key, one) if one.answer == LATER else one for one in review_list(project)])


def _settled(sides: Sides, word: str) -> Question:
    changes = tuple((name, sides.ours[name], sides.theirs[name]) for name in sorted(sides.differing))
    return evolve(sides.question, changes=changes, answer=word)


def _done(project: Project, role: str, asked: list[Sides], given: Mapping[str, str]) -> Project:
    """The answers on one table, put into its rows."""
    words = {sides.question: given[sides.question.key] for sides in asked}
    pairs = [(sides.ours[v.ID], sides.theirs[v.ID]) for sides in asked if words[sides.question] in (SAME, SAME_THEIRS)]
    newer = {sides.theirs[v.ID] for sides in asked if words[sides.question] == SAME_THEIRS}
    taken = {
        sides.ours[v.ID]: {name: sides.theirs[name] for name in sides.differing}
        for sides in asked if words[sides.question] == THEIRS
    }
    project = _with_words(project, role, taken) if taken else project
    return merge_pairs(project, role, pairs, newer=newer) if pairs else project


def _with_words(project: Project, role: str, taken: Mapping[str, Mapping[str, str]]) -> Project:
    spec, texts = table_spec(role), table_texts(project, role)
    places = _places(texts)
    changed = {places[row_id]: dict(words) for row_id, words in taken.items()}
    frame = with_changes(project, spec, texts, changed, {}, surroundings(project).terms)
    renamed = {texts[v.NAME][n]: words[v.NAME] for n, words in changed.items() if role == v.ORGANISATION and v.NAME in words}
    project = with_rows(project, role, frame)
    return with_organisations_linked(with_names(project, renamed, {}) if renamed else project)


def _with_list(project: Project, questions: Iterable[Question]) -> Project:
    plain: list[dict[str, Any]] = [asdict(question) for question in questions]
    meta = tuple(pair for pair in project.meta if pair[0] != KEPT_AS)
    return evolve(project, meta=(*meta, (KEPT_AS, json.dumps(plain, ensure_ascii=False))))
