"""What the report says of a file's columns: what counts as need, which way, and by whose word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecomap.io.importers.columns.need.doubles import Counted
from ecomap.io.importers.columns.need.leaving_out import BOOKKEEPING, COORDINATES, EMPTY, ROW_NUMBERS
from ecomap.model.indicator import BY_NAME, BY_PERSON, Indicator
from ecomap.model.report import ReportLine
from ecomap.model.said import Said, plural, say

SHOWN = 5


def lines_of(counted: Counted, made: Sequence[Indicator], beyond: Sequence[Said], left_out: Mapping[str, Said]) -> list[ReportLine]:
    """The lines of the report on the columns that are no field."""
    lines = [*_on_indicators(counted.kept), *_on_rates(counted.kept, made)]
    if counted.scores:
        lines.append(ReportLine("note", say("A published score is never counted beside its own parts; it is kept beside the rows."), None, counted.scores[:SHOWN]))
    if counted.insisted:
        lines.append(ReportLine("caution", say("A published score counts beside its own parts, as was said; what it is made of counts twice."), None, counted.insisted[:SHOWN]))
    if beyond:
        lines.append(ReportLine(
            "caution", say("Columns named as percentages hold values outside 0-100 %; they are kept but not used as indicators."),
            None, tuple(beyond[:SHOWN]),
        ))
    return [*lines, *_on_left_out(left_out)]


def _on_indicators(found: Sequence[Indicator]) -> list[ReportLine]:
    if not found:
        return []
    margins = sum(bool(i.moe_column) for i in found)
    lines = [ReportLine("note", plural("{n} column counted as need, {margins} with a margin of error.",
                                       "{n} columns counted as need, {margins} with a margin of error.", len(found), margins=margins), None, _labels(found))]
    less = [i for i in found if i.direction < 0]
    if less:
        lines.append(ReportLine("note", say("In these, a higher value means less need."), None, _labels(less)))
    by_name = [i for i in found if i.settled_by == BY_NAME]
    if by_name:
        lines.append(ReportLine("note", say("Known by their name alone; say so if one runs otherwise or should not count."), None, _ways(by_name)))
    by_person = [i for i in found if i.settled_by == BY_PERSON]
    if by_person:
        lines.append(ReportLine("note", say("The direction of these was said by a person."), None, _ways(by_person)))
    return lines


def _on_rates(found: Sequence[Indicator], made: Sequence[Indicator]) -> list[ReportLine]:
    lines = []
    made_here = [i for i in found if i.column in {one.column for one in made}]
    if made_here:
        lines.append(ReportLine("note", plural("{n} rate was made of the table's counts, with its margin where they have one.",
                                               "{n} rates were made of the table's counts, with their margins where they have one.", len(made_here)),
                                None, _labels(made_here)))
    parts = [i for i in found if i.numerator]
    if parts:
        lines.append(ReportLine("note", plural(
            "{n} rate with both counts in the file; carried elsewhere, the counts are added up and divided.",
            "{n} rates with both counts in the file; carried elsewhere, the counts are added up and divided.", len(parts)), None, _labels(parts)))
    return lines


def _on_left_out(left_out: Mapping[str, Said]) -> list[ReportLine]:
    """One line per reason, with the columns it holds for."""
    lines = []
    empty, numbers, kept_by_programs, places = (
        tuple(c for c, why in left_out.items() if why == one) for one in (EMPTY, ROW_NUMBERS, BOOKKEEPING, COORDINATES))
    if empty:
        lines.append(ReportLine("note", plural("{n} column left out: it is empty.", "{n} columns left out: they are empty.", len(empty)), None, empty[:SHOWN]))
    if numbers:
        lines.append(ReportLine("note", plural("{n} column left out: it only numbers the rows.", "{n} columns left out: they only number the rows.", len(numbers)),
                                None, numbers[:SHOWN]))
    if kept_by_programs:
        lines.append(ReportLine("note", plural("{n} column left out: a mapping program keeps it for itself.",
                                               "{n} columns left out: a mapping program keeps them for itself.", len(kept_by_programs)), None, kept_by_programs[:SHOWN]))
    if places:
        lines.append(ReportLine("note", plural("{n} column of coordinates left out: the places on the map stand for it.",
                                               "{n} columns of coordinates left out: the places on the map stand for them.", len(places)), None, places[:SHOWN]))
    return lines


def line_on_twice(before: Sequence[Indicator], new: Sequence[Indicator]) -> list[ReportLine]:
    """A caution where a layer gets a measure that it counts already."""
    known = {item.measure for item in before if item.measure}
    twice = [item for item in new if item.measure in known]
    if not twice:
        return []
    return [ReportLine("caution", say("The layer counted these already, so they count twice now: take one away."), None, _labels(twice))]


def _labels(found: Sequence[Indicator]) -> tuple[Said, ...]:
    return tuple(i.label for i in found[:SHOWN])


def _ways(found: Sequence[Indicator]) -> tuple[Said, ...]:
    """The labels with which way each runs."""
    return tuple(say("{label} (higher: more need)", label=i.label) if i.direction > 0 else say("{label} (higher: less need)", label=i.label) for i in found[:SHOWN])
