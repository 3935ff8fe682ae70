"""Who is at a school and in its reach and for what, what nobody does there, and where several do the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ecomap.model import vocabulary as v
from ecomap.model.dates import date_in_words, day_of
from ecomap.model.known_words import not_known_here, what_is_counted
from ecomap.model.said import NOTHING, Said, joined, listed, name, plural, say
from ecomap.model.units import format_number
from ecomap.render.typeset.document import Block, Heading, Paragraph, Points, Table, TableColumn
from ecomap.render.words.cells import is_missing, number_of
from ecomap.render.words.closed import word
from ecomap.workspace.briefs.facts import AT_SCHOOL, IN_REACH, IN_ZONE, Actor, Facts

NEAREST: Final = 3  # organisations named per kind of work; the others are counted
_APPROACHES: Final = (v.SITE, v.PARTICIPATION, v.ZONE)


def who_is_there(facts: Facts, school: str, level: int = 1) -> tuple[Block, ...]:
    """Approaches, people in roles and services at the school; services in reach by what they do, the nearest first."""
    there = facts.actors.get(school, ())
    when = say("On {day}, within {radius} along an estimated way.", day=date_in_words(day_of(facts.asked.as_of)), radius=format_number(facts.radius_m, "m", 1))
    said: list[Block] = [Heading(say("Who is there, and for what"), level)]
    at = [one for one in there if one.place != IN_REACH]
    if at:
        columns = (TableColumn(say("At the school"), share=1.3), TableColumn(say("For what")), TableColumn(say("Details")))
        said.append(Table(columns, tuple(_at_school(facts, at)), NOTHING, when))
    else:
        said.append(Paragraph(say("Nobody is on record at the school. That is what the lists hold, not proof that nobody is there.")))
    said += _unknown_approaches(facts, school)
    near = [one for one in there if one.place == IN_REACH]
    if near:
        columns = (TableColumn(say("Within {radius}", radius=format_number(facts.radius_m, "m", 1)), share=1.1), TableColumn(say("Nearest ones and their way"), share=2.4),
                   TableColumn(say("In all"), True))
        said.append(Table(columns, tuple(_by_function(facts, near)), NOTHING, plural(
            "The nearest {n} of each kind is named; all are counted.", "The nearest {n} of each kind are named; all are counted.", NEAREST)))
    else:
        said.append(Paragraph(say("No service on record lies within {radius}.", radius=format_number(facts.radius_m, "m", 1))))
    return tuple(said)


def _at_school(facts: Facts, at: Sequence[Actor]) -> Iterator[tuple[Said, ...]]:
    for one in at:
        if one.role in _APPROACHES:
            what = word(one.approach, v.APPROACH) if one.approach else _kind(facts, one)
            yield (one.called, what, joined([_status(one), say("the school lies in this zone") if one.place == IN_ZONE else NOTHING], ", "))
        elif one.role == v.STAFF_ROLE:
            fte = number_of(one.row.get(v.FTE))
            yield (one.title, _kind(facts, one), joined([
                say("{fte} full-time", fte=format_number(fte, digits=1)) if fte is not None else NOTHING, _text(one, v.EMPLOYER)], ", "))
        else:
            yield (one.called, _kind(facts, one), _status(one))


def _kind(facts: Facts, one: Actor) -> Said:
    return facts.terms.label("function", one.function) if one.function else say("not reported")


def _status(one: Actor) -> Said:
    start, end = _text(one, v.START), _text(one, v.END)
    status = word(_text(one, v.STATUS), v.STATUS) if _text(one, v.STATUS) else NOTHING
    when = say("{start} to {end}", start=start, end=end) if start and end else say("since {start}", start=start) if start else say(
        "until {end}", end=end) if end else NOTHING
    return joined([status, when], ", ")


def _text(one: Actor, column: str) -> Said:
    value = one.row.get(column)
    return NOTHING if is_missing(value) else name(value)


def _unknown_approaches(facts: Facts, school: str) -> tuple[Block, ...]:
    found = [joined([what_is_counted(one.role, one.kind).capitalize(), not_known_here(one)], ": ") for one in facts.lacks.get(school, ())]
    return (Points(tuple(found), "small"),) if found else ()


def _by_function(facts: Facts, near: Iterable[Actor]) -> Iterator[tuple[Said, ...]]:
    kinds: dict[str, list[Actor]] = {}
    for one in near:
        kinds.setdefault(one.function, []).append(one)
    labelled = sorted(((_kind(facts, those[0]), those) for those in kinds.values()), key=lambda pair: str(pair[0]))
    for label, those in labelled:
        first = {one.who: one for one in reversed(those)}  # of each organisation the nearest place
        nearest = sorted(first.values(), key=lambda one: (one.distance_m, one.ref))[:NEAREST]
        yield (label, joined([say("{who}, {way}", who=one.called, way=format_number(one.distance_m, "m", 1)) for one in nearest], " · "),
               format_number(len(first)))


def done(facts: Facts, school: str) -> dict[str, dict[str, Actor]]:
    """Function -> organisation -> somebody of it at the school or in reach."""
    found: dict[str, dict[str, Actor]] = {}
    for one in facts.actors.get(school, ()):
        if one.function:
            found.setdefault(one.function, {}).setdefault(one.who, one)
    return found


def missing(facts: Facts, school: str) -> tuple[str, ...]:
    """The functions that somebody in the project does, and nobody on record here."""
    return tuple(sorted(set(facts.functions) - set(done(facts, school))))


def what_is_missing(facts: Facts, school: str, level: int = 1) -> tuple[Block, ...]:
    """What nobody on record does at the school or in reach, and how far the lists can be trusted to say so."""
    said: list[Block] = [Heading(say("What is missing within reach"), level)]
    if not facts.functions:
        said.append(Paragraph(say("The project lists no services and no people in roles, so what is missing cannot be said.")))
        return tuple(said)
    lacking = missing(facts, school)
    if lacking:
        labels = [facts.terms.label("function", code) for code in lacking]
        said.append(Paragraph(plural("Nobody on record does this at the school or within {radius}: {what}.",
                                     "Nobody on record does these {n} things at the school or within {radius}: {what}.", len(lacking),
                                     radius=format_number(facts.radius_m, "m", 1), what=joined(labels, ", "))))
    else:
        said.append(Paragraph(say("For every kind of work on the lists, somebody is on record at the school or within {radius}. That says nothing of free places.",
                                  radius=format_number(facts.radius_m, "m", 1))))
    told = facts.lists or (say("How complete the lists are is not known: what is not on them may be there all the same."),)
    said.append(Points(told, "small"))
    return tuple(said)


def overlaps(facts: Facts, school: str, level: int = 1) -> tuple[Block, ...]:
    """Where two or more organisations do the same at the school or in reach."""
    several = {code: those for code, those in done(facts, school).items() if len(those) > 1}
    heading = Heading(say("Where work overlaps"), level)
    if not facts.functions:
        return (heading, Paragraph(say("The project lists no services and no people in roles, so overlaps cannot be said.")))
    if not several:
        return (heading, Paragraph(say("No two organisations on record do the same at the school or within reach.")))
    at = [one for those in several.values() for one in those.values() if one.place in (AT_SCHOOL, IN_ZONE)]
    ordered = sorted(several.items(), key=lambda pair: (-len(pair[1]), str(facts.terms.label("function", pair[0]))))
    kinds = listed([say("{what} ({many})", what=facts.terms.label("function", code), many=format_number(len(those))) for code, those in ordered])
    return (heading, Paragraph(say("Two or more organisations do the same here: {kinds}.", kinds=kinds)),
            Paragraph(say("Some of them are at the school itself.") if at else say("None of them is at the school itself: they lie within reach of it."), "small"),
            Paragraph(say("Lists show who works in the same place. Whether they reach the same children, no list says."), "small"))
