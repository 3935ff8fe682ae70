"""The name of every row: from the column that names the thing, filled from further ones, never from people or places around it."""

from __future__ import annotations

import re
from typing import Any, Final

from attrs import evolve

from ecomap.io.importers.columns.fields import original_name
from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.spec import Draft
from ecomap.io.table import text_of
from ecomap.model.layer import Column
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say
from ecomap.model.vocabulary import NAME

_LOOKED_AT = 2_000  # cells

_NAMES = re.compile(r"(name|(^|_)(nm|nam|nombre|nom|label|title|titulo)(_|$)|_na$|_nm$)")
_OTHERS = re.compile(
    r"(head|principal|director|contact|teacher|staff|person|owner|user|author|editor|creator|admin|manager|chair|super|trustee|first|last|middle|sur|"
    r"city|town|county|state|country|province|district|ward|village|street|road|addr|place|location_of|region|street|agency|org|operator|parent|"
    r"sponsor|file|field|layer|domain|host|email|mail|phone|fax|web|url|link|image|photo|date|note|comment|descr|former|previous|old|alt|short|abb|"
    r"category|type|status|level|grade)")
_NO_NAME = re.compile(r"^(https?://|www\.)|@|^\W*$|^[\d\W_]+$", re.IGNORECASE)
ENOUGH: Final = 0.5      # of the cells that differ, where a column is taken for names by its cells alone
LONGEST: Final = 90


def with_names(draft: Draft) -> Draft:
    """Names where the column of names leaves gaps, or where there is none: from the file's other columns that hold names.

    What was taken from where is said.
    """
    frame = draft.frame
    if NAME in frame.columns and frame[NAME].notna().all():
        return draft
    if NAME in frame.columns:
        return _filled(draft)
    column = next((c for c in draft.rest if _by_heading(c) and _hold_names(frame[c])), "") or next(
        (c for c in draft.rest if not _OTHERS.search(plain(original_name(c))) and _hold_names(frame[c])), "")
    if not column:
        return draft
    line = ReportLine("note", say("Names were taken from the column '{column}', whose cells look like names.", column=named(original_name(column))))
    return evolve(draft, frame=frame.assign(**{NAME: text_of(frame[column])}), columns=(*draft.columns, Column(NAME, say("Name"))),
                  lines=(*draft.lines, line))


def _filled(draft: Draft) -> Draft:
    names, lines = draft.frame[NAME], list(draft.lines)
    fuller = [c for c in draft.rest if _by_heading(c)]
    for column in sorted(fuller, key=lambda c: -int(draft.frame[c].notna().sum())):
        if names.notna().all():
            break
        if not _hold_names(draft.frame[column]):
            continue
        cells = text_of(draft.frame[column])
        gained = int((names.isna() & cells.notna()).sum())
        if gained:
            names = names.where(names.notna(), cells)
            lines.append(ReportLine("note", say("Rows without a name were given that of the column '{column}'.",
                                                column=named(original_name(column))), gained))
    return evolve(draft, frame=draft.frame.assign(**{NAME: names.astype("str")}), lines=tuple(lines))


def _by_heading(column: str) -> bool:
    heading = plain(original_name(column))
    return bool(_NAMES.search(heading)) and not _OTHERS.search(heading)


def _hold_names(values: Any) -> bool:
    """True if the cells are texts with letters, not too long, and most of them differ."""
    cells = text_of(values.dropna().head(_LOOKED_AT)).dropna()
    if not len(cells):
        return False
    words = [cell for cell in cells if len(cell) <= LONGEST and not _NO_NAME.search(cell) and sum(map(str.isalpha, cell)) >= 0.5 * len(cell.replace(" ", ""))]
    return len(words) >= 0.8 * len(cells) and len(set(words)) > ENOUGH * len(words) and sum(map(len, words)) > 3 * len(words)
