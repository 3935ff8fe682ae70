"""The brief of a school: what a principal, a partner or a board member should know of it before a meeting, on two to four pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import evolve

from ecomap.model import vocabulary as v
from ecomap.model.dates import date_in_words, day_of
from ecomap.model.layer import Layer
from ecomap.model.params import param_specs
from ecomap.model.result import Result
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.render.typeset.document import Block, Figure, Heading, Paragraph, Points
from ecomap.workspace.briefs.asking import MONEY, NEED
from ecomap.workspace.briefs.facts import Facts
from ecomap.workspace.briefs.numbers import money, outcomes
from ecomap.workspace.briefs.people_there import overlaps, what_is_missing, who_is_there
from ecomap.workspace.briefs.place import about, where_it_stands
from ecomap.workspace.briefs.standing import standing, what_would_change
from ecomap.workspace.page_settings import page_settings
from ecomap.workspace.pages import cautions, citations

MOST_REMARKS: Final = 8
MOST_CITED: Final = 3  # sources of a layer that are named; the record names all
TOLD: Final = (NEED, MONEY)  # beside rankings and plans
TOLD_ROLES: Final = frozenset((v.SCHOOL, v.SITE, v.PARTICIPATION, v.ZONE, v.SERVICE, v.STAFF_ROLE, v.NEED_AREA, v.OUTCOME, v.FUNDING, v.ALLOCATION,
                               v.SPENDING, v.GROUND))


def brief_subtitle(facts: Facts, school: str) -> Said:
    """What stands below the name of the school."""
    return joined([about(facts, school), say("As of {day}.", day=date_in_words(day_of(facts.asked.as_of)))], " · ")


def brief_blocks(facts: Facts, school: str, figure: Figure | None, level: int = 1) -> tuple[Block, ...]:
    """All that a brief says of a school, from where it stands to what would change it."""
    return (
        *where_it_stands(facts, school, figure, level), *who_is_there(facts, school, level), *what_is_missing(facts, school, level),
        *overlaps(facts, school, level), *money(facts, school, level), *outcomes(facts, school, level), *standing(facts, school, level),
        *what_would_change(facts, school, level),
    )


def closing(facts: Facts, level: int = 1) -> tuple[Block, ...]:
    """What to keep in mind, how the answers were asked, and where the numbers are from: the same for every school."""
    told = told_answers(facts)
    layers = [layer for layer in facts.project.layers if layer.role in TOLD_ROLES and not layer.result_id]
    remarks = tuple(dict.fromkeys(cautions(evolve(facts.project, results=told), layers)))
    more = plural("and {n} more remark in the record that is attached to the PDF", "and {n} more remarks in the record that is attached to the PDF",
                  len(remarks) - MOST_REMARKS)
    said: list[Block] = []
    if remarks:
        said += [Heading(say("What to keep in mind"), level), Points((*remarks[:MOST_REMARKS], *([more] if len(remarks) > MOST_REMARKS else [])), "small")]
    if told:
        said += [Heading(say("How the answers were asked"), level), Points(tuple(_settings(facts, told)), "small")]
    return (*said, Heading(say("Where the numbers are from"), level),
            Points(tuple(_sources(layers)) or (say("The layers of this project name no sources."),), "small"),
            Paragraph(say("What a list does not hold is not zero: it is not known here."), "small"))


def told_answers(facts: Facts) -> tuple[Result, ...]:
    """The answers that a brief tells, in the order in which they were asked."""
    ids = {result.id for result in (*facts.rankings, *facts.plans, *(answer for question, answer in facts.asked.answers.items() if question in TOLD))}
    return tuple(result for result in facts.project.results if result.id in ids)


def _sources(layers: Iterable[Layer]) -> Iterator[Said]:
    """One line per layer: who says so, and of which year."""
    for layer in layers:
        if found := citations([layer]):
            more = plural("and {n} more", "and {n} more", len(found) - MOST_CITED) if len(found) > MOST_CITED else NOTHING
            yield say("{layer}: {source}", layer=layer.name, source=joined([*found[:MOST_CITED], more], " · "))


def _settings(facts: Facts, told: Iterable[Result]) -> Iterator[Said]:
    """The settings that a planner chooses; those seldom changed stand in the record."""
    words = page_settings(facts.project)
    for result in told:
        chosen = words.get(result.id, (NOTHING, ()))[1]
        seldom = _seldom(result)
        settings = joined([joined([label, value], " " if label.endswith("?") else ": ") for label, value in chosen if label not in seldom], "; ")
        own = say("Asked for this paper with its usual settings.") if result.id in facts.asked.own else NOTHING
        yield joined([say("{title}.", title=result.title), own, say("{settings}.", settings=settings) if settings else NOTHING])


def _seldom(result: Result) -> frozenset[str]:
    from ecomap.analysis import registry  # heavy

    if result.analysis not in registry.names():
        return frozenset()
    return frozenset(str(spec.param.label) for spec in param_specs(registry.analysis(result.analysis).params) if spec.param.advanced)
