"""Who is where: schools by approaches and functions, combinations of approaches, rosters."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from ecomap.analysis.assets import columns as a
from ecomap.model import vocabulary as v
from ecomap.model.result import Output, Result
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import format_number
from ecomap.render.style.palette import ramp
from ecomap.render.words.cells import is_missing
from ecomap.ui.speech import spoken
from ecomap.ui.views.sheet import (
    BAR,
    EMPTY,
    HEAT,
    MARK,
    NAME,
    NOT_REPORTED,
    NOTHING_HERE,
    STACK,
    TEXT,
    Cell,
    ViewColumn,
    ViewRow,
    ViewSheet,
)

APPROACH_MARKS = {
    "community_school": ("#0072B2", "circle"), "linked_learning": ("#E69F00", "diamond"),
    "promise_neighborhood": ("#007A66", "square"),
}
OWN_MARK = ("#5F6B77", "circle")
MANY = 4               # organisations from which on the colour is darkest
FIFTHS = (5, 4, 3, 2, 1)
FIFTH_WORDS = {
    5: say("highest need"), 4: say("high need"), 3: say("middle", context="need fifth"), 2: say("low need"), 1: say("lowest need"),
}
NO_FIFTH: Final = say("no need number")


def records(output: Output) -> list[dict[str, Any]]:
    """The rows of an output without their shapes."""
    rows: list[dict[str, Any]] = output.frame.drop(columns=v.GEOMETRY, errors="ignore").to_dict("records")
    return rows


def said(row: dict[str, Any], column: str) -> Said:
    """A text column; nothing where it is missing."""
    value = row.get(column)
    return NOTHING if is_missing(value) else value if isinstance(value, Said) else name(str(value).strip())


def number(row: dict[str, Any], column: str) -> float | None:
    """A number column; None where it is missing."""
    value = row.get(column)
    return None if is_missing(value) or isinstance(value, str) else float(value)  # type: ignore[arg-type]


def find(result: Result, output_name: str) -> Output | None:
    """An output by name, if the result has it."""
    return next((output for output in result.outputs if output.name == output_name), None)


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def fifth_words(fifth: float | None) -> Said:
    """A need fifth in words."""
    return FIFTH_WORDS.get(int(fifth or 0), NO_FIFTH)


def of_fifth(count: float, fifth: int) -> Said:
    """So many of a need fifth."""
    return say("{count} {fifth}", count=format_number(count), fifth=FIFTH_WORDS[fifth])


def approach_words(approach: str) -> Said:
    """An approach as people call it."""
    return name(v.APPROACH_LABELS.get(approach, approach.replace("_", " ")))


# --- schools by approaches and functions --------------------------------------------------------------------------


def grid_sheet(result: Result, output: Output) -> ViewSheet | None:
    """Every school in a row, approaches and functions in columns; highest need first, among these most entries first."""
    rows = records(output)
    functions: dict[str, Said] = {}
    approaches: dict[str, Said] = {}
    cells: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        school, function, approach = said(row, v.SCHOOL_ID), said(row, v.FUNCTION), said(row, v.APPROACH)
        if function:
            functions.setdefault(function, said(row, a.FUNCTION_LABEL) or function)
            cells[school, f"f:{function}"].append(row)
        if approach:
            approaches.setdefault(approach, said(row, a.APPROACH_LABEL) or approach)
            cells[school, f"a:{approach}"].append(row)
    for code in v.APPROACHES:
        approaches.setdefault(code, approach_words(code))
    known = [code for code in v.APPROACHES if code in approaches] + sorted(set(approaches) - set(v.APPROACHES))
    works = sorted(functions, key=lambda code: spoken(functions[code]))
    schools = _schools(result, rows)
    columns = (
        ViewColumn(say("School"), NAME, px=230),
        ViewColumn(say("Need"), TEXT, tip=say("Need fifth of the school, 5 is the highest"), px=58, right=True),
        *(ViewColumn(approaches[code], MARK, say("Takes part or works there"), px=84) for code in known),
        *(ViewColumn(functions[code], HEAT, say("Organisations by what they do"), px=86) for code in works),
    )
    made = []
    for place in schools:
        school, key = said(place, v.NAME), said(place, v.ID)
        marks = [_approach_cell(school, approaches[code], code, cells.get((key, f"a:{code}"), [])) for code in known]
        heats = [_function_cell(school, functions[code], cells.get((key, f"f:{code}"), [])) for code in works]
        fifth = number(place, a.SCHOOL_FIFTH)
        need = Cell(NOTHING_HERE if fifth is None else format_number(fifth), tip=fifth_words(fifth), quiet=fifth is None)
        made.append((-(fifth or 0.0), -sum(bool(c.text) for c in (*marks, *heats)), school,
                     ViewRow(key, (Cell(school), need, *marks, *heats), key)))
    made.sort(key=lambda item: item[:3])
    bare = sum(1 for item in made if not item[1])
    caption = joined([
        plural("{n} school, highest need first; {bare} have nothing on record.",
               "{n} schools, highest need first; {bare} have nothing on record.", len(made), bare=format_number(bare)),
        say("Numbers count organisations; two or more is co-location, not proof of duplication."),
    ])
    return ViewSheet(say("Schools by approaches and functions"), caption, columns, tuple(item[3] for item in made))


def _schools(result: Result, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every school asked about; without that table those that occur."""
    every = find(result, "schools")
    if every is not None:
        return records(every)
    schools = {said(row, v.SCHOOL_ID): said(row, v.NAME) for row in rows}
    return [{v.ID: key, v.NAME: school} for key, school in schools.items()]


def _approach_cell(school: Said, label: Said, code: str, rows: list[dict[str, Any]]) -> Cell:
    if not rows:
        return EMPTY
    colour, shape = APPROACH_MARKS.get(code, OWN_MARK)
    who = sorted({one for row in rows for one in _split(said(row, a.ORGANISATIONS))})
    tip = joined([joined([school, label], " · "), joined([name(one) for one in who], "; ")], ": ")
    return Cell(say("yes"), 1.0, colour, shape, tip=tip, refs=_refs(rows))


def _function_cell(school: Said, label: Said, rows: list[dict[str, Any]]) -> Cell:
    if not rows:
        return EMPTY
    who = sorted({one for row in rows for one in _split(said(row, a.ORGANISATIONS))})
    count = max(len(who), *(int(number(row, a.PARTNERS) or 0) for row in rows), 1)
    words = plural("{n} organisation", "{n} organisations", count)
    if who:
        words = say("{organisations} ({names})", organisations=words, names=joined([name(one) for one in who], "; "))
    tip = joined([joined([school, label], " · "), words], ": ")
    return Cell(format_number(count), min(count, MANY) / MANY, tip=tip, refs=_refs(rows))


def _refs(rows: list[dict[str, Any]]) -> str:
    return "; ".join(dict.fromkeys(ref for row in rows for ref in _split(said(row, a.ROWS))))


# --- combinations of approaches ------------------------------------------------------------------------------------


def sets_sheet(result: Result, output: Output) -> ViewSheet | None:
    """Schools with each combination of approaches: marks for the members, a bar by need fifth."""
    rows = records(output)
    keys = [said(row, v.ID) for row in rows]
    known = [code for code in v.APPROACHES if any(code in key.split("+") for key in keys)]
    known += sorted({part for key in keys for part in key.split("+")} - set(v.APPROACHES) - {"none", ""})
    most = max((number(row, a.SCHOOLS) or 0.0 for row in rows), default=0.0) or 1.0
    colours = dict(zip(FIFTHS, reversed(ramp("need", 5)), strict=True))
    columns = (
        ViewColumn(say("Combination"), NAME, px=225),
        *(ViewColumn(approach_words(code), MARK, say("Approaches"), px=80) for code in known),
        ViewColumn(say("Schools, by need fifth"), STACK, tip=say("Dark is the highest-need fifth, light the lowest, grey without a need number"),
                   px=225),
        ViewColumn(say("Highest-need fifth"), BAR, tip=say("Schools of the highest-need fifth in this combination"), px=125),
    )
    highest = max((number(row, f"{a.SCHOOLS}_fifth_5") or 0.0 for row in rows), default=0.0) or 1.0
    every = find(result, "schools")
    in_need = {f"{v.SCHOOL}/{said(row, v.ID)}" for row in records(every) if number(row, a.SCHOOL_FIFTH) == 5} if every else set()
    made = []
    for row, key in zip(rows, keys, strict=True):
        members = key.split("+")
        marks = [Cell(say("yes"), 1.0, *APPROACH_MARKS.get(code, OWN_MARK), tip=say("with {approach}", approach=approach_words(code)))
                 if code in members else EMPTY for code in known]
        count = number(row, a.SCHOOLS) or 0.0
        fifths = {n: number(row, f"{a.SCHOOLS}_fifth_{n}") or 0.0 for n in FIFTHS}
        parts = [(fifths[n] / most, colours[n]) for n in FIFTHS if fifths[n]]
        rest = count - sum(fifths.values())
        if rest > 0:
            parts.append((rest / most, "#B8C0C8"))
        words = joined([of_fifth(fifths[n], n) for n in FIFTHS], "; ")
        refs = said(row, a.ROWS)
        neediest = "; ".join(ref for ref in _split(refs) if ref in in_need)
        made.append(ViewRow(key, (
            Cell(said(row, v.NAME)), *marks,
            Cell(format_number(count), count / most, parts=tuple(parts),
                 tip=plural("{n} school: {fifths}", "{n} schools: {fifths}", count, fifths=words), refs=refs),
            Cell(format_number(fifths[5]), fifths[5] / highest, colours[5],
                 tip=plural("{n} school of the highest-need fifth", "{n} schools of the highest-need fifth", fifths[5]),
                 refs=neediest),
        )))
    return ViewSheet(say("Combinations of approaches"), say("Every school is in exactly one row. Click a bar for its schools."), columns, tuple(made))


# --- rosters -------------------------------------------------------------------------------------------------------


def roster_sheet(result: Result, output: Output) -> ViewSheet | None:
    """Per school who to go to for what; what nobody holds is written out."""
    people: dict[str, list[dict[str, Any]]] = defaultdict(list)
    names: dict[str, Said] = {}
    for row in records(output):
        people[said(row, v.SCHOOL_ID)].append(row)
        names.setdefault(said(row, v.SCHOOL_ID), said(row, v.NAME))
    every = find(result, "schools")
    told: dict[str, dict[str, Any]] = {said(row, v.ID): row for row in records(every)} if every is not None else {}
    columns = (
        ViewColumn(say("School"), NAME, px=200), ViewColumn(say("Who to go to for"), TEXT, px=270),
        ViewColumn(say("Title as used there"), TEXT, px=210), ViewColumn(say("Employer"), TEXT, px=140), ViewColumn(say("Approach"), TEXT, px=150),
        ViewColumn(say("FTE", context="heading"), TEXT, tip=say("Full-time equivalents"), px=56, right=True), ViewColumn(say("Contact"), TEXT, px=180),
        ViewColumn(say("Since"), TEXT, px=84),
    )
    made: list[ViewRow] = []
    for school in sorted(people, key=lambda key: (not key, names[key])):
        lines = sorted(people[school], key=lambda row: (said(row, a.FUNCTION_LABEL), said(row, v.TITLE)))
        for place, row in enumerate(lines):
            made.append(_person(row, names[school] if not place else NOTHING, school))
        missing = said(told.get(school, {}), "held_by_nobody")
        if missing and missing != NOT_REPORTED:
            nobody = Cell(say("nobody on record"), tip=say("{school}: nobody is on record for {functions}", school=names[school], functions=missing), quiet=True)
            what = Cell(missing, tip=say("Nobody on record for: {functions}", functions=missing), quiet=True)
            made.append(ViewRow(f"{school}|nobody", (EMPTY, what, nobody, *[EMPTY] * 5), school))
    silent = sum(1 for row in told.values() if row.get(a.REPORTED) is False or str(row.get(a.REPORTED)) == "False")
    schools = len([school for school in people if school])
    if silent:
        counted = plural("{n} school has people on record; {silent} not reported.",
                         "{n} schools have people on record; {silent} not reported.", schools, silent=format_number(silent))
    else:
        counted = plural("{n} school has people on record.", "{n} schools have people on record.", schools)
    caption = joined([counted, say("Titles are as used at the school; functions can be compared.")])
    return ViewSheet(say("Who to go to for what"), caption, columns, tuple(made))


def _person(row: dict[str, Any], school_name: Said, school: str) -> ViewRow:
    fte = number(row, v.FTE)
    shared = str(row.get("shared")) == "True"
    function = said(row, a.FUNCTION_LABEL) or NOT_REPORTED
    tip = say("{function}: more than one approach or employer holds it here", function=function) if shared else function
    mark = Cell(say("{function}  · shared", function=function) if shared else function, tip=tip, refs=said(row, a.ROWS), quiet=function == NOT_REPORTED)
    texts = (v.TITLE, v.EMPLOYER, a.APPROACH_LABEL)
    cells = [Cell(said(row, one) or NOTHING_HERE, quiet=not said(row, one), tip=said(row, one), refs=said(row, a.ROWS)) for one in texts]
    contact, start = said(row, v.CONTACT), said(row, v.START)
    return ViewRow(said(row, v.ID), (
        Cell(school_name), mark, *cells, Cell(NOTHING_HERE if fte is None else name(f"{fte:.2g}"), quiet=fte is None),
        Cell(contact or NOTHING_HERE, quiet=not contact, tip=contact), Cell(start or NOTHING_HERE, quiet=not start),
    ), school)
