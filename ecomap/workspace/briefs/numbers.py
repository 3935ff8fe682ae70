"""The money of a school with its rule, and what became of its pupils in three years."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.model.units import format_number
from ecomap.render.typeset.document import Block, Heading, Paragraph, Table, TableColumn
from ecomap.render.words.cells import format_value, is_missing, number_of
from ecomap.render.words.closed import word
from ecomap.workspace.briefs.asking import MONEY
from ecomap.workspace.briefs.facts import Facts, Row, columns_told

_MONEY_UNITS: Final = ("usd",)
_RULE: Final = ("rule", "unduplicated_from", "ada_from")  # what of the rule differs from school to school


def money(facts: Facts, school: str, level: int = 1) -> tuple[Block, ...]:
    """What the school generates, is given and spends, by the rule that was asked; and its grants."""
    said: list[Block] = [Heading(say("Money"), level)]
    result = facts.asked.answers.get(MONEY)
    rows = facts.of(result, "schools", school)
    if result is None:
        said.append(Paragraph(joined([say("What the school generates is not known here."), facts.asked.refused.get(MONEY, NOTHING)])))
    elif not rows:
        said.append(Paragraph(say("The answer “{answer}” says nothing of this school.", answer=result.title)))
    else:
        row = rows[0]
        columns = [column for column in columns_told(result, "schools") if column.unit in _MONEY_UNITS and column.name in row]
        cells = tuple((column.label, format_value(row.get(column.name), column)) for column in columns if number_of(row.get(column.name)) is not None)
        silent = [column.label.small() for column in columns if number_of(row.get(column.name)) is None and _why_not(row, column)]
        rule = joined([say("{answer}.", answer=result.title), *(_sentence(row, part) for part in _RULE)])
        said.append(Table((TableColumn(say("Generated, given and spent"), share=3), TableColumn(say("Amount"), True)), cells, NOTHING, joined([
            say("Not reported: {what}.", what=joined(silent, "; ")) if silent else NOTHING,
            rule, say("The state's formula gives to the district, not to a school: a school's part is a rule of reckoning.")])))
    return (*said, *_grants(facts, school))


def _why_not(row: Row, column: Column) -> bool:
    """Whether somebody should have reported it; what only follows from a missing number needs no words of its own."""
    reason = row.get(column.name + v.REASON_SUFFIX)
    return isinstance(reason, str) and bool(reason)


def _sentence(row: Row, column: str) -> Said:
    value = row.get(column)
    return NOTHING if is_missing(value) or value == "" else say("{text}.", text=name(value).capitalize())


def _grants(facts: Facts, school: str) -> tuple[Block, ...]:
    rows = facts.grants.get(school, ())
    if not rows:
        return (Paragraph(say("No grant to the school is on record.")),)
    columns = (TableColumn(say("Grants to the school"), share=1.6), TableColumn(say("For what")), TableColumn(say("Amount"), True), TableColumn(say("When")))
    return (Table(columns, tuple(_grant(facts, row) for row in rows)),)


def _grant(facts: Facts, row: Row) -> tuple[Said, ...]:
    approach, function = _text(row, v.APPROACH), _text(row, v.FUNCTION)
    what = joined([word(approach, v.APPROACH) if approach else NOTHING, facts.terms.label("function", function) if function else NOTHING], ", ")
    amount: Said = format_value(row.get(v.AMOUNT), Column(v.AMOUNT, NOTHING, "usd"), row.get(v.AMOUNT + v.REASON_SUFFIX))
    if "amount" in str(_text(row, v.INFERRED)):
        amount = say("{amount}, inferred", amount=amount)
    start, end = _text(row, v.START), _text(row, v.END)
    when = name(start) if start == end else joined([start, end], " – ")
    return (_text(row, v.FUNDER) or say("not reported"), what or say("not reported"), amount, when or say("not reported"))


def _text(row: Row, column: str) -> Said:
    value: Any = row.get(column)
    return NOTHING if is_missing(value) else name(value)


def outcomes(facts: Facts, school: str, level: int = 1) -> tuple[Block, ...]:
    """What became of the pupils in the last three years on record; a year without a number says why."""
    heading = Heading(say("What became of its pupils"), level)
    if not facts.years:
        return (heading, Paragraph(say("The project holds no outcomes of schools.")))
    layers = facts.project.layers_of(v.OUTCOME)
    by_year = facts.outcomes.get(school, {})
    if not any(year in by_year for year in facts.years):
        return (heading, Paragraph(say("Nothing is reported of this school for {years}.", years=joined(map(name, facts.years), ", "))))
    rows = tuple(_outcome_rows(layers[0].columns, by_year, facts.years))
    columns = (TableColumn(say("Share or number of pupils"), share=2.2), *(TableColumn(name(year), True, 1.0) for year in facts.years))
    note = say("In brackets, how many pupils the number rests on. A change between years can be chance, above all where few are counted, and no number says why it changed.")
    return (heading, Table(columns, rows, NOTHING, note))


def _outcome_rows(columns: tuple[Column, ...], by_year: Any, years: tuple[str, ...]) -> Iterator[tuple[Said, ...]]:
    names = {column.name for column in columns}
    for column in columns:
        base = column.name
        if column.hidden or base.endswith(("_count", "_of", "_reliability", v.REASON_SUFFIX)) or base in (v.SCHOOL_ID, v.YEAR, v.ID, v.NAME):
            continue
        if f"{base}_of" not in names and column.unit == "":
            continue
        cells = tuple(_outcome(by_year.get(year), column) for year in years)
        if not all(cell == v.MISSING_REASONS["not_applicable"] for cell in cells):
            yield (column.label, *cells)


def _outcome(row: Row | None, column: Column) -> Said:
    if row is None:
        return v.MISSING_REASONS["not_reported"]
    value = format_value(row.get(column.name), column, row.get(column.name + v.REASON_SUFFIX))
    of = number_of(row.get(f"{column.name}_of"))
    shown = joined([value, say("({many})", many=format_number(of))]) if of is not None and number_of(row.get(column.name)) is not None else value
    reliable = row.get(f"{column.name}_reliability")
    return joined([shown, name(reliable)], ", ") if isinstance(reliable, str) and reliable and number_of(row.get(column.name)) is not None else shown
