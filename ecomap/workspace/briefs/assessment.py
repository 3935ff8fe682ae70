"""The needs and assets assessment of a school: the facts filled in, the questions that only its people can answer left open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ecomap.model import vocabulary as v
from ecomap.model.commitment import Commitment
from ecomap.model.dates import date_in_words, day_of, first_day
from ecomap.model.layer import Column
from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.model.units import format_number
from ecomap.render.typeset.document import (
    Blank,
    Block,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Points,
    Table,
    TableColumn,
)
from ecomap.render.words.cells import format_value, is_missing, number_of
from ecomap.workspace.briefs.asking import MATCH
from ecomap.workspace.briefs.facts import AT_SCHOOL, IN_REACH, Actor, Facts, Row
from ecomap.workspace.briefs.numbers import outcomes
from ecomap.workspace.briefs.people_there import overlaps, what_is_missing, who_is_there
from ecomap.workspace.briefs.place import about, pupils, where_it_stands

PRIORITIES: Final = 4     # rows left open for the school's own
POINTS_TO: Final = 3      # kinds of work that the numbers point to
STATES: Final = {"open": say("open"), "done": say("done"), "dropped": say("dropped")}


def assessment_subtitle(facts: Facts, school: str) -> Said:
    """What stands below the title."""
    return joined([about(facts, school), say("As of {day}.", day=date_in_words(day_of(facts.asked.as_of)))], " · ")


def assessment_blocks(facts: Facts, school: str, figure: Figure | None, level: int = 1) -> tuple[Block, ...]:
    """All parts of the assessment; what is known is filled in, what is not is asked."""
    return (
        Paragraph(say("What is on record is filled in below. What only students, families, staff and partners can say is left open: write it by hand, or type it into the "
                      "editable file."), "lead"),
        *_taking_part(facts, school, level),
        *where_it_stands(facts, school, figure, level),
        Heading(say("Students and families"), level), *pupils(facts, school, level + 1), *outcomes(facts, school, level + 1),
        Blank(say("What do students say helps them, and what do they miss?"), 4),
        Blank(say("What do families say helps them, and what keeps them away? In which languages were they asked?"), 4),
        *_staff(facts, school, level),
        Blank(say("What do teachers and staff see that no list shows?"), 3),
        *_partners(facts, school, level), *_by_pillar(facts, school, level),
        Blank(say("Which services here are full, closed or changed? What is here and not on the lists?"), 3),
        *what_is_missing(facts, school, level), *_unmet(facts, school), *overlaps(facts, school, level),
        *_agreed(facts, school, level), PageBreak(), *_priorities(facts, school, level),
    )


def _taking_part(facts: Facts, school: str, level: int) -> tuple[Block, ...]:
    """Who was asked, out of how many: the numbers on record are filled in."""
    row = facts.schools[school]
    many = format_value(row.get(v.ENROLLMENT), Column(v.ENROLLMENT, NOTHING, "count"), row.get(v.ENROLLMENT + v.REASON_SUFFIX))
    partners = {one.who for one in facts.actors.get(school, ()) if one.place != IN_REACH and one.role != v.STAFF_ROLE}
    groups = ((say("Students"), many), (say("Families"), NOTHING), (say("Teachers and staff"), NOTHING),
              (say("Partners at the school, on record"), format_number(len(partners)) if partners else say("none on record")), (say("Neighbours and others"), NOTHING))
    columns = (TableColumn(say("Who"), share=1.5), TableColumn(say("How many there are"), share=1.0), TableColumn(say("How many took part"), share=1.0),
               TableColumn(say("How they were asked, and when"), share=1.8))
    return (Heading(say("Who took part"), level), Table(columns, tuple((who, number, NOTHING, NOTHING) for who, number in groups), lines=2))


def _staff(facts: Facts, school: str, level: int) -> tuple[Block, ...]:
    """People in roles, and the kinds of work that are held by people and by nobody here."""
    held = [one for one in facts.actors.get(school, ()) if one.role == v.STAFF_ROLE]
    heading = Heading(say("Staff"), level)
    if not held:
        return (heading, Paragraph(say("No people in roles are reported for this school. That does not mean that there are none.")))
    columns = (TableColumn(say("Role"), share=1.6), TableColumn(say("For what"), share=1.4), TableColumn(say("Full-time"), True))
    rows = tuple((one.title, facts.terms.label("function", one.function) if one.function else say("not reported"), _fte(one)) for one in held)
    nobody = [term.label for term in facts.terms.of("function") if term.kind in ("role", "both") and term.code not in {one.function for one in held}]
    return (heading, Table(columns, rows), Paragraph(say("No role on record at the school for: {what}.", what=joined(nobody, ", ")), "small"))


def _fte(one: Actor) -> Said:
    fte = number_of(one.row.get(v.FTE))
    return say("not reported") if fte is None else format_number(fte, digits=1)


def _partners(facts: Facts, school: str, level: int) -> tuple[Block, ...]:
    first, *rest = who_is_there(facts, school, level)
    return (Heading(say("Partners"), level), *rest) if isinstance(first, Heading) else (first, *rest)


def _by_pillar(facts: Facts, school: str, level: int) -> tuple[Block, ...]:
    """Every kind of work under the pillar it mostly stands for: who does it at the school, and how many in reach."""
    said: list[Block] = [Heading(say("Services by pillar"), level)]
    pillars = facts.terms.of("pillar")
    known = {pillar.code for pillar in pillars}
    functions = facts.terms.of("function")
    columns = (TableColumn(say("Kind of work"), share=1.2), TableColumn(say("At the school"), share=1.8), TableColumn(say("Others in reach"), True))
    for pillar in pillars:
        rows = tuple(_line(facts, school, term.code) for term in functions if term.parent == pillar.code)
        if rows:
            said.append(Table(columns, rows, pillar.label))
    own = tuple(_line(facts, school, term.code) for term in functions if term.parent not in known)
    if own:
        said.append(Table(columns, own, say("Under no pillar")))
    said.append(Paragraph(say("Which kind of work stands for which pillar is EcoMap's start, not a rule: change it where your program sees it differently."), "small"))
    return tuple(said)


def _line(facts: Facts, school: str, function: str) -> tuple[Said, ...]:
    those = [one for one in facts.actors.get(school, ()) if one.function == function]
    at = list(dict.fromkeys(str(one.called if one.role != v.STAFF_ROLE else one.title) for one in those if one.place != IN_REACH))
    named = {one.who for one in those if one.place == AT_SCHOOL}
    near = {one.who for one in those if one.place == IN_REACH} - named
    if function not in facts.functions:
        return (facts.terms.label("function", function), say("on no list of this project"), NOTHING)
    return (facts.terms.label("function", function), joined(at, ", ") if at else say("nobody on record"),
            format_number(len(near)) if near else say("none on record"))


def _unmet(facts: Facts, school: str) -> tuple[Block, ...]:
    """How many pupils may need each kind of work, and for how many of them nothing is in reach."""
    result = facts.asked.answers.get(MATCH)
    rows = _by_need(facts, school)
    if result is None or not rows:
        why = facts.asked.refused.get(MATCH, NOTHING)
        return (Paragraph(joined([say("How many pupils may need what cannot be estimated here."), why]), "small"),)
    columns = (TableColumn(say("Kind of work"), share=1.6), TableColumn(say("Pupils who may need it, estimated"), True, 1.0),
               TableColumn(say("Nothing in reach for"), True, 1.0), TableColumn(say("In reach, places not known"), True, 1.0))
    cells = tuple((_label(row), *(_whole(row, column) for column in ("need_pupils", "out_of_reach", "places_not_known"))) for row in rows)
    note = joined([say("{answer}.", answer=result.title),
                   say("Estimated from the neighborhood's rates, not counted at the school: a place to start a conversation, not a finding.")])
    return (Table(columns, cells, say("Need and what is in reach"), note),)


def _by_need(facts: Facts, school: str) -> list[Row]:
    rows = [row for row in facts.of(facts.asked.answers.get(MATCH), "unmet", school) if number_of(row.get("need_pupils"))]
    return sorted(rows, key=lambda row: (-(number_of(row.get("out_of_reach")) or 0.0), -(number_of(row.get("need_pupils")) or 0.0), str(row.get(v.FUNCTION))))


def _label(row: Row) -> Said:
    label = row.get("function_label")
    return say("not reported") if is_missing(label) else name(label)


def _whole(row: Row, column: str) -> Said:
    return format_value(row.get(column), Column(column, NOTHING, "count"), row.get(column + v.REASON_SUFFIX))


def _agreed(facts: Facts, school: str, level: int) -> tuple[Block, ...]:
    """What was agreed for this school at earlier meetings, in the words of those who did."""
    found = [one for one in facts.project.commitments if one.feature == school and one.layer == facts.layer.id]
    if not found:
        return ()
    columns = (TableColumn(say("Agreed"), share=2.2), TableColumn(say("Who")), TableColumn(say("By when"), share=0.9), TableColumn(say("How it stands"), share=0.8))
    return (Heading(say("What was agreed for this school"), level), Table(columns, tuple(_commitments(found))))


def _commitments(found: Sequence[Commitment]) -> Iterator[tuple[Said, ...]]:
    for one in found:
        due = first_day(one.due)
        yield (name(one.what), joined(map(name, (*one.leads, *one.helps)), ", "), date_in_words(due) if due else say("no day"), STATES.get(one.state, name(one.state)))


def _priorities(facts: Facts, school: str, level: int) -> tuple[Block, ...]:
    """What the numbers point to, and room for what the school decides."""
    rows = [row for row in _by_need(facts, school) if number_of(row.get("out_of_reach"))][:POINTS_TO]
    said: list[Block] = [Heading(say("Priorities"), level)]
    if rows:
        said += [Paragraph(say("What the numbers point to. People decide, numbers do not:")),
                 Points(tuple(say("{what}: nothing on record in reach for an estimated {many} pupils", what=_label(row), many=_whole(row, "out_of_reach")) for row in rows))]
    columns = (TableColumn(say("Our priority"), share=1.6), TableColumn(say("Why: what people said, what numbers say"), share=2.0), TableColumn(say("Who leads")),
               TableColumn(say("By when"), share=0.8), TableColumn(say("How it will be seen"), share=1.2))
    said += [Table(columns, tuple((name(f"{number + 1}."), NOTHING, NOTHING, NOTHING, NOTHING) for number in range(PRIORITIES)), lines=4),
             Blank(say("What do we still not know, and who will find out?"), 3),
             Blank(say("What works here that others should hear of?"), 3)]
    return tuple(said)


