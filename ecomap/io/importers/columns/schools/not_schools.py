"""Rows of a list of schools that look like no school of a district: colleges, schools for adults. Asked with the evidence, never dropped unasked."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import lru_cache
from typing import Any, Final

from attrs import evolve

from ecomap.io.importers.columns.fields import original_name
from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.columns.schools.grades import in_words
from ecomap.io.importers.spec import Draft
from ecomap.io.table import text_of
from ecomap.model import vocabulary as v
from ecomap.model.assets import resources_dir
from ecomap.model.report import ReportLine
from ecomap.model.said import Said, joined, plural, say
from ecomap.model.said import name as named
from ecomap.model.understanding import Doubt, Option

CODE: Final = "not_schools"
KEEP, LEAVE_OUT = "keep", "leave out"
_SCHOOL: Final = "school"  # of the words: these are of a school although others of them are not
_KINDS: Final = ("college", "adult")
_WORDS: Final = re.compile(r"level|type|phase|nivel|niveau|class|descr|categ|kind|group|sector")  # headings of columns that say what a row is
_SHOWN: Final = 8
_EXAMPLES: Final = 5


def with_others_asked(draft: Draft) -> Draft:
    """The rows with those asked about whose level nothing tells and whose name or type is not of a school for children of school age.

    They stay until somebody says that they are to be left out; a caution names them.
    """
    kinds, said_by = _found(draft)
    rows = kinds != ""
    if not rows.any() or rows.all():
        return draft
    count = int(rows.sum())
    names = draft.frame[v.NAME].fillna("").astype(str) if v.NAME in draft.frame.columns else draft.frame.index.to_series().astype(str)
    told = tuple(names[rows].head(_EXAMPLES))
    doubt = _doubt(Counter(kinds[rows]), said_by[rows], names[rows], count)
    draft = evolve(draft, doubts=(*draft.doubts, doubt))
    if draft.answers.get(CODE, KEEP) == LEAVE_OUT:
        line = ReportLine("dropped", say("Rows that look like colleges or schools for adults: left out, as you said."), count, told)
        return evolve(draft, frame=draft.frame[~rows], lines=(*draft.lines, line))
    line = ReportLine("caution", say("Rows that look like colleges or schools for adults, and say no level: kept, and ranked as schools unless they are left out."),
                      count, told)
    return evolve(draft, lines=(*draft.lines, line))


@lru_cache(maxsize=100_000)
def kind_of(text: str) -> str:
    """college or adult; "" where the words are of neither; a preschool may be a district's own.

    >>> kind_of("Los Angeles City College"), kind_of("Evans Community Adult School"), kind_of("Sunshine Preschool")
    ('college', 'adult', '')
    >>> kind_of("University Preparatory Academy"), kind_of("Early College Academy"), kind_of("College Park School")
    ('', '', '')
    """
    words = in_words(text)
    found = next((kind for pattern, kind in _rows() if pattern.search(words)), "")
    return "" if found == _SCHOOL else found


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[re.Pattern[str], str], ...]:
    with (resources_dir() / "schools" / "not_schools.csv").open(encoding="utf-8", newline="") as stream:
        return tuple((re.compile(row["pattern"]), row["kind"]) for row in csv.DictReader(stream))


def _found(draft: Draft) -> tuple[Any, Any]:
    """What every row looks like whose level nothing tells, and the text that says so."""
    import pandas as pd  # heavy

    frame = draft.frame
    kinds, said_by = (pd.Series("", index=frame.index, dtype=object) for _ in range(2))
    unknown = frame[v.LEVELS].fillna("") == "" if v.LEVELS in frame.columns else pd.Series(True, index=frame.index)
    further = [column for column in draft.rest if column in frame.columns and _WORDS.search(plain(original_name(column)))]
    for column in (v.SCHOOL_TYPE, *further, v.NAME):
        if column not in frame.columns:
            continue
        cells = text_of(frame[column]).fillna("")
        looks = cells.map(kind_of)
        new = unknown & (kinds == "") & (looks != "")
        kinds, said_by = kinds.where(~new, looks), said_by.where(~new, cells)
    return kinds, said_by


def _doubt(found: Counter[str], said_by: Any, names: Any, count: int) -> Doubt:
    evidence = [joined([_kind_words(kind, found[kind]), named(" · ".join(names[said_by.map(kind_of) == kind].head(3)))], ": ") for kind in _KINDS if found[kind]]
    own = said_by[said_by != names]
    if len(own):
        evidence.append(say("What they are called: {words}", words=named(" · ".join(dict.fromkeys(own.head(_SHOWN))))))
    return Doubt(
        CODE, plural("{n} row says no level and looks like no school of a district. Leave it out?",
                     "{n} rows say no level and look like no schools of a district. Leave them out?", count),
        tuple(evidence), (Option(KEEP, say("They are schools: keep them")), Option(LEAVE_OUT, say("Leave them out"))), KEEP, rows=tuple(names.head(_SHOWN)),
    )


def _kind_words(kind: str, count: int) -> Said:
    if kind == "college":
        return plural("{n} looks like a college or university", "{n} look like colleges or universities", count)
    return plural("{n} looks like a school for adults", "{n} look like schools for adults", count)
