"""Who is where: schools by approaches and functions, combinations of approaches, rosters."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ecomap.analysis.assets import columns as a
from ecomap.model import vocabulary as v
from ecomap.model.result import Output, Result
from ecomap.render.style.palette import ramp
from ecomap.render.words.cells import is_missing
from ecomap.ui.views.sheet import (
    BAR,
    EMPTY,
    HEAT,
    MARK,
    NAME,
    NOT_REPORTED,
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
FIFTH_WORDS = {5: "highest need", 4: "high need", 3: "middle", 2: "low need", 1: "lowest need"}


def records(output: Output) -> list[dict[str, Any]]:
    """The rows of an output without their shapes."""
    rows: list[dict[str, Any]] = output.frame.drop(columns=v.GEOMETRY, errors="ignore").to_dict("records")
    return rows


def said(row: dict[str, Any], name: str) -> str:
    """A text column; "" where it is missing."""
    value = row.get(name)
    return "" if is_missing(value) else str(value).strip()


def number(row: dict[str, Any], name: str) -> float | None:
    """A number column; None where it is missing."""
    value = row.get(name)
    return None if is_missing(value) or isinstance(value, str) else float(value)  # type: ignore[arg-type]


def find(result: Result, name: str) -> Output | None:
    """An output by name, if the result has it."""
    return next((output for output in result.outputs if output.name == name), None)


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


# --- schools by approaches and functions --------------------------------------------------------------------------


def grid_sheet(result: Result, output: Output) -> ViewSheet | None:
    """Every school in a row, approaches and functions in columns; highest need first, among these most entries first."""
    rows = records(output)
    functions: dict[str, str] = {}
    approaches: dict[str, str] = {}
    cells: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        school, function, approach = said(row, v.SCHOOL_ID), said(row, v.FUNCTION), said(row, v.APPROACH)
        if function:
            functions.setdefault(function, said(row, a.FUNCTION_LABEL) or function)
            cells[school, f"f:{function}"].append(row)
        if approach:
            approaches.setdefault(approach, said(row, a.APPROACH_LABEL) or approach)
            cells[school, f"a:{approach}"].append(row)
    for approach in v.APPROACHES:
        approaches.setdefault(approach, v.APPROACH_LABELS[approach])
    known = [code for code in v.APPROACHES if code in approaches] + sorted(set(approaches) - set(v.APPROACHES))
    works = sorted(functions, key=lambda code: functions[code])
    schools = _schools(result, rows)
    columns = (
        ViewColumn("School", NAME, px=230),
        ViewColumn("Need", TEXT, tip="Need fifth of the school, 5 is the highest", px=58, right=True),
        *(ViewColumn(approaches[code], MARK, "Takes part or works there", px=84) for code in known),
        *(ViewColumn(functions[code], HEAT, "Organisations by what they do", px=86) for code in works),
    )
    made = []
    for place in schools:
        name, key = said(place, v.NAME), said(place, v.ID)
        marks = [_approach_cell(name, approaches[code], code, cells.get((key, f"a:{code}"), [])) for code in known]
        heats = [_function_cell(name, functions[code], cells.get((key, f"f:{code}"), [])) for code in works]
        fifth = number(place, a.SCHOOL_FIFTH)
        need = Cell(f"{fifth:.0f}" if fifth is not None else "–", tip=FIFTH_WORDS.get(int(fifth or 0), "no need number"),
                    quiet=fifth is None)
        made.append((-(fifth or 0.0), -sum(bool(c.text) for c in (*marks, *heats)), name,
                     ViewRow(key, (Cell(name), need, *marks, *heats), key)))
    made.sort(key=lambda item: item[:3])
    bare = sum(1 for item in made if not item[1])
    caption = (f"{_counted(len(made), 'school', 'schools')}, highest need first; {bare:,} have nothing on record. "
               "Numbers count organisations; two or more is co-location, not proof of duplication.")
    return ViewSheet("Schools by approaches and functions", caption, columns, tuple(item[3] for item in made))


def _schools(result: Result, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every school asked about; without that table those that occur."""
    every = find(result, "schools")
    if every is not None:
        return records(every)
    names = {said(row, v.SCHOOL_ID): said(row, v.NAME) for row in rows}
    return [{v.ID: key, v.NAME: name} for key, name in names.items()]


def _approach_cell(school: str, label: str, code: str, rows: list[dict[str, Any]]) -> Cell:
    if not rows:
        return EMPTY
    colour, shape = APPROACH_MARKS.get(code, OWN_MARK)
    who = sorted({name for row in rows for name in _split(said(row, a.ORGANISATIONS))})
    tip = f"{school} · {label}" + (f": {'; '.join(who)}" if who else "")
    return Cell("yes", 1.0, colour, shape, tip=tip, refs=_refs(rows))


def _function_cell(school: str, label: str, rows: list[dict[str, Any]]) -> Cell:
    if not rows:
        return EMPTY
    who = sorted({name for row in rows for name in _split(said(row, a.ORGANISATIONS))})
    count = max(len(who), *(int(number(row, a.PARTNERS) or 0) for row in rows), 1)
    words = _counted(count, "organisation", "organisations")
    tip = f"{school} · {label}: {words}" + (f" ({'; '.join(who)})" if who else "")
    return Cell(str(count), min(count, MANY) / MANY, tip=tip, refs=_refs(rows))


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
        ViewColumn("Combination", NAME, px=225),
        *(ViewColumn(v.APPROACH_LABELS.get(code, code.replace("_", " ")), MARK, "Approaches", px=80) for code in known),
        ViewColumn("Schools, by need fifth", STACK, tip="Dark is the highest-need fifth, light the lowest, grey without a need number",
                   px=225),
        ViewColumn("Highest-need fifth", BAR, tip="Schools of the highest-need fifth in this combination", px=125),
    )
    highest = max((number(row, f"{a.SCHOOLS}_fifth_5") or 0.0 for row in rows), default=0.0) or 1.0
    every = find(result, "schools")
    in_need = {f"{v.SCHOOL}/{said(row, v.ID)}" for row in records(every) if number(row, a.SCHOOL_FIFTH) == 5} if every else set()
    made = []
    for row, key in zip(rows, keys, strict=True):
        members = key.split("+")
        marks = [Cell("yes", 1.0, *APPROACH_MARKS.get(code, OWN_MARK), tip=f"with {v.APPROACH_LABELS.get(code, code)}")
                 if code in members else EMPTY for code in known]
        count = number(row, a.SCHOOLS) or 0.0
        fifths = {n: number(row, f"{a.SCHOOLS}_fifth_{n}") or 0.0 for n in FIFTHS}
        parts = [(fifths[n] / most, colours[n]) for n in FIFTHS if fifths[n]]
        rest = count - sum(fifths.values())
        if rest > 0:
            parts.append((rest / most, "#B8C0C8"))
        words = "; ".join(f"{fifths[n]:,.0f} {FIFTH_WORDS[n]}" for n in FIFTHS)
        refs = said(row, a.ROWS)
        neediest = "; ".join(ref for ref in _split(refs) if ref in in_need)
        made.append(ViewRow(key, (
            Cell(said(row, v.NAME)), *marks,
            Cell(f"{count:,.0f}", count / most, parts=tuple(parts), tip=f"{count:,.0f} schools: {words}", refs=refs),
            Cell(f"{fifths[5]:,.0f}", fifths[5] / highest, colours[5], tip=f"{fifths[5]:,.0f} schools of the highest-need fifth",
                 refs=neediest),
        )))
    return ViewSheet("Combinations of approaches", "Every school is in exactly one row. Click a bar for its schools.", columns, tuple(made))


# --- rosters -------------------------------------------------------------------------------------------------------


def roster_sheet(result: Result, output: Output) -> ViewSheet | None:
    """Per school who to go to for what; what nobody holds is written out."""
    people: dict[str, list[dict[str, Any]]] = defaultdict(list)
    names: dict[str, str] = {}
    for row in records(output):
        people[said(row, v.SCHOOL_ID)].append(row)
        names.setdefault(said(row, v.SCHOOL_ID), said(row, v.NAME))
    every = find(result, "schools")
    told = {said(row, v.ID): row for row in records(every)} if every is not None else {}
    columns = (
        ViewColumn("School", NAME, px=200), ViewColumn("Who to go to for", TEXT, px=270),
        ViewColumn("Title as used there", TEXT, px=210), ViewColumn("Employer", TEXT, px=140), ViewColumn("Approach", TEXT, px=150),
        ViewColumn("FTE", TEXT, tip="Full-time equivalents", px=56, right=True), ViewColumn("Contact", TEXT, px=180),
        ViewColumn("Since", TEXT, px=84),
    )
    made: list[ViewRow] = []
    for school in sorted(people, key=lambda key: (not key, names[key])):
        lines = sorted(people[school], key=lambda row: (said(row, a.FUNCTION_LABEL), said(row, v.TITLE)))
        for place, row in enumerate(lines):
            made.append(_person(row, names[school] if not place else "", school))
        missing = said(told.get(school, {}), "held_by_nobody")
        if missing and missing != NOT_REPORTED:
            nobody = Cell("nobody on record", tip=f"{names[school]}: nobody is on record for {missing}", quiet=True)
            what = Cell(missing, tip=f"Nobody on record for: {missing}", quiet=True)
            made.append(ViewRow(f"{school}|nobody", (EMPTY, what, nobody, *[EMPTY] * 5), school))
    silent = sum(1 for row in told.values() if row.get(a.REPORTED) is False or str(row.get(a.REPORTED)) == "False")
    caption = f"{_counted(len([s for s in people if s]), 'school has', 'schools have')} people on record"
    caption += f"; {silent:,} {NOT_REPORTED}." if silent else "."
    return ViewSheet("Who to go to for what", caption + " Titles are as used at the school; functions can be compared.", columns, tuple(made))


def _person(row: dict[str, Any], school_name: str, school: str) -> ViewRow:
    fte = number(row, v.FTE)
    shared = str(row.get("shared")) == "True"
    function = said(row, a.FUNCTION_LABEL) or NOT_REPORTED
    tip = f"{function}: more than one approach or employer holds it here" if shared else function
    mark = Cell(f"{function}  · shared" if shared else function, tip=tip, refs=said(row, a.ROWS), quiet=function == NOT_REPORTED)
    texts = (v.TITLE, v.EMPLOYER, a.APPROACH_LABEL)
    cells = [Cell(said(row, name) or "–", quiet=not said(row, name), tip=said(row, name), refs=said(row, a.ROWS)) for name in texts]
    contact, start = said(row, v.CONTACT), said(row, v.START)
    return ViewRow(said(row, v.ID), (
        Cell(school_name), mark, *cells, Cell(f"{fte:.2g}" if fte is not None else "–", quiet=fte is None),
        Cell(contact or "–", quiet=not contact, tip=contact), Cell(start or "–", quiet=not start),
    ), school)
