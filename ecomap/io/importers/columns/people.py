"""What the columns of a file say of people: judged by their headings and cells, asked where nobody can know, kept with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import evolve

from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.columns.need.known_measures import families_of, known_measure
from ecomap.io.importers.columns.need.measures import Measured
from ecomap.io.importers.spec import Draft
from ecomap.io.table import text_of
from ecomap.model import people
from ecomap.model import vocabulary as v
from ecomap.model.judgement import COUNT, NOBODY, PERSON, SHARE, UNKNOWN, Judgement
from ecomap.model.layer import Column
from ecomap.model.people import Cells
from ecomap.model.report import ReportLine
from ecomap.model.said import Said, listed, plural, say
from ecomap.model.said import name as named
from ecomap.model.understanding import ColumnUse, Doubt, Option

PEOPLE: Final = "people"      # the code of the doubt; in front of a column's heading, the code of what was said of it alone
SIGNED: Final = "signed:"     # in front of such a code: when and by whom it was said, "2026-11-29 A. Planner"
YES, NO = "yes", "no"
_LOOKED_AT: Final = 400
_TOLD: Final = 8


def with_judgements(found: Measured, draft: Draft, role: str) -> Measured:
    """The columns that are no field with what they say of people, the doubt about those of which nobody knows, and what was seen.

    Parameters
    ----------
    role : str
        Of the layer that the columns become part of.
    """
    if role in people.SILENT:
        return found
    headings = {use.field: use.column for use in found.uses if use.field}
    margins = {column.moe for column in found.columns if column.moe}
    looked = {column.name: _cells(found.values[column.name], draft) for column in found.columns
              if column.name in found.values and column.name not in margins and not column.name.endswith(v.REASON_SUFFIX)}
    published = _published(found, role, headings)
    among = any(_judged(column, headings.get(column.name, ""), looked[column.name], role, published).holds == COUNT
                for column in found.columns if column.name in looked and _known(headings.get(column.name, "")))
    made = {column.name: _judged(column, headings.get(column.name, ""), looked[column.name], role, published, among)
            for column in found.columns if column.name in looked}
    for name, cells in looked.items():
        if _is_personal(headings.get(name, ""), found.values[name], role, cells):
            made[name] = Judgement(PERSON)
    said = {name: _said(draft.answers, headings.get(name, ""), one) for name, one in made.items()}
    columns = tuple(evolve(column, judgement=said.get(column.name, column.judgement)) for column in found.columns)
    uses = tuple(_told_use(use, said.get(use.field), looked.get(use.field)) for use in found.uses)
    asked = [headings[name] for name, one in made.items()
             if one.by == UNKNOWN and one.holds == COUNT and looked[name].small and name in headings and _own_answer(draft.answers, headings[name]) is None]
    doubts = (*found.doubts, _doubt(asked, found, headings)) if asked else found.doubts
    return evolve(found, columns=columns, uses=uses, doubts=doubts, lines=(*found.lines, *_lines(columns, said)))


def _known(heading: str) -> bool:
    return people.PEOPLE in people.kinds_of(heading)


def _published(found: Measured, role: str, headings: Mapping[str, str]) -> frozenset[str]:
    """Columns of need areas that are known published measures, or stand in a file of a known publisher."""
    if role != v.NEED_AREA:
        return frozenset()
    plain_names = {name: plain(heading) for name, heading in headings.items()}
    families = families_of(plain_names.values())
    of_dictionary = {name for name, text in plain_names.items() if known_measure(text, families) is not None}
    counted = {part for item in found.indicators if item.settled_by != "person" for part in (item.column, item.numerator, item.denominator) if part}
    beside = set(plain_names) if families else counted
    return frozenset(of_dictionary | {name for name in beside if not _known(headings.get(name, ""))})


def _judged(column: Column, heading: str, cells: Cells, role: str, published: frozenset[str], among: bool = False) -> Judgement:
    """By the file's own heading; where that says nothing, by the longer one."""
    label = f"{column.label}" if not column.label.key else ""
    words = heading if not heading or people.kinds_of(heading) or not label else label
    return people.judged_number(words or column.name, cells, role, unit=column.unit, margin=bool(column.moe), published=column.name in published,
                                among_people=among) or Judgement(NOBODY)


def _cells(values: Any, draft: Draft) -> Cells:
    """What a column looks like, texts that hold numbers among them; no numbers for one of words."""
    import pandas as pd  # heavy

    if pd.api.types.is_bool_dtype(values.dtype):
        return Cells()
    enrolled = draft.frame[v.ENROLLMENT] if v.ENROLLMENT in draft.frame.columns else None
    if pd.api.types.is_numeric_dtype(values.dtype):
        return people.cells_of(values.astype(float), enrolled)
    if not people.counted_texts(_some(values)):
        return Cells()
    return people.cells_of(pd.Series([people.number_in(text) for text in text_of(values).fillna("").tolist()], dtype=float))


def _some(values: Any) -> list[str]:
    told = text_of(values.iloc[::-(-len(values) // _LOOKED_AT) or 1]).dropna()
    return [str(text) for text in told.tolist()]


def _is_personal(heading: str, values: Any, role: str, cells: Cells) -> bool:
    import pandas as pd  # heavy

    numeric = bool(pd.api.types.is_numeric_dtype(values.dtype))
    if not heading or (numeric and not people.kinds_of(heading) & set(people.PERSONAL)):
        return False
    texts = [f"{value:.0f}" for value in values.dropna().head(_LOOKED_AT)] if numeric else _some(values)
    return people.judged_person(heading, texts, role, numeric)


# --- what a person said ----------------------------------------------------------------------------------------------


def _said(answers: Mapping[str, str], heading: str, judged: Judgement) -> Judgement:
    """What a person said of a column in place of what was judged; of all that are open, in place of what is not known."""
    code = _own_answer(answers, heading)
    if code is None and judged.by == UNKNOWN and PEOPLE in answers:
        code = PEOPLE
    if code is None or answers[code] not in (YES, NO):
        return judged
    on, _, by = answers.get(SIGNED + code, "").partition(" ")
    holds = NOBODY if answers[code] == NO else SHARE if judged.holds == SHARE else COUNT
    return Judgement(holds, by, on)


def _own_answer(answers: Mapping[str, str], heading: str) -> str | None:
    wanted = plain(heading)
    return next((code for code in answers if code.startswith(f"{PEOPLE}:") and plain(code.partition(":")[2]) == wanted), None) if wanted else None


def _doubt(asked: Sequence[str], found: Measured, headings: Mapping[str, str]) -> Doubt:
    """One doubt for all columns of which nobody knows whether they count people."""
    names = {heading: name for name, heading in headings.items()}
    text = plural("Does the column {columns} count pupils, children, clients or staff?", "Do {n} columns count pupils, children, clients or staff: {columns}?",
                  len(asked), columns=listed([named(one) for one in asked[:_TOLD]]))
    rows = tuple(f"{heading}: {_examples(found.values[names[heading]])}" for heading in asked[:4])
    evidence = [say("Until somebody says, small numbers in what nobody knows are hidden in everything that leaves EcoMap."),
                say("What counts no people can be said of one column alone in the list of columns.")]
    options = (Option(YES, say("They may: keep small numbers hidden")), Option(NO, say("None of them counts people: let them leave as they are")))
    return Doubt(PEOPLE, text, tuple(evidence), options, YES, asked[0] if len(asked) == 1 else "", rows)


def _examples(values: Any) -> str:
    return ", ".join(str(text) for text in text_of(values).dropna().drop_duplicates().head(4).tolist())


def _told_use(use: ColumnUse, judgement: Judgement | None, cells: Cells | None) -> ColumnUse:
    return use if judgement is None or (judgement.holds != PERSON and not (cells and cells.numbers)) else evolve(use, judgement=judgement)


def _lines(columns: Sequence[Column], said: Mapping[str, Judgement]) -> list[ReportLine]:
    """What the report says of columns that count people, of those nobody knows, and of those about persons."""
    labels = {column.name: column.label for column in columns}

    def told(holds: str, unknown: bool) -> tuple[Said, ...]:
        return tuple(labels[name] for name, one in said.items() if one.holds == holds and (one.by == UNKNOWN) == unknown)

    lines = []
    if counted := told(COUNT, False):
        lines.append(ReportLine("note", plural("{n} column counts people: small numbers in it stay hidden in what leaves EcoMap.",
                                               "{n} columns count people: small numbers in them stay hidden in what leaves EcoMap.", len(counted)),
                                None, counted[:5]))
    if unknown := told(COUNT, True):
        lines.append(ReportLine("caution", plural(
            "{n} column may count people, nobody has said: small numbers in it stay hidden in what leaves EcoMap.",
            "{n} columns may count people, nobody has said: small numbers in them stay hidden in what leaves EcoMap.", len(unknown)), None, unknown[:5]))
    if persons := told(PERSON, False):
        lines.append(ReportLine("note", plural(
            "{n} column is about single persons: kept here, left out of everything that leaves EcoMap.",
            "{n} columns are about single persons: kept here, left out of everything that leaves EcoMap.", len(persons)), None, persons[:5]))
    return lines
