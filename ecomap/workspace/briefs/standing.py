"""Where a school stands in the project's rankings: rank, band and why, and what would change it."""

from __future__ import annotations

from typing import Final

from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.result import Result
from ecomap.model.said import NOTHING, Said, joined, listed, name, plural, say
from ecomap.model.units import format_number, format_with_margin
from ecomap.render.typeset.band import band_svg
from ecomap.render.typeset.document import Block, Figure, Heading, Paragraph, Points
from ecomap.render.words.card import rank_band
from ecomap.render.words.cells import is_missing, number_of
from ecomap.workspace.briefs.asking import CHANGE
from ecomap.workspace.briefs.facts import Facts, Row

_RANK: Final = Column("rank", NOTHING, "rank", low="rank_low", high="rank_high")
_MOST_PARTS: Final = 3


def standing(facts: Facts, school: str, level: int = 1) -> tuple[Block, ...]:
    """Rank, band and reasons in every ranking of the project, each under its question; its part in plans."""
    said: list[Block] = [Heading(say("Where it ranks, and why"), level)]
    if not facts.rankings and not facts.plans:
        said.append(Paragraph(say("Nobody has ranked schools in this project yet. A ranking asks for what schools are to get, so none is made without a question.")))
    for result in facts.rankings:
        said += [Heading(result.title, level + 1), *_ranked(facts, result, school)]
    for result in facts.plans:
        said += [Heading(result.title, level + 1), Paragraph(_planned(facts, result, school))]
    return tuple(said)


def _ranked(facts: Facts, result: Result, school: str) -> tuple[Block, ...]:
    every = int(result.main.frame["rank"].notna().sum())
    row = next(iter(facts.of(result, "schools", school)), None)
    rank = number_of(row.get("rank")) if row is not None else None
    if row is None or rank is None:
        return (Paragraph(plural("It is not the {n} school ranked there: it may take part already, be closed on that day, or have no place on the map.",
                                 "It is not among the {n} schools ranked there: it may take part already, be closed on that day, or have no place on the map.", every)),)
    low, high = number_of(row.get("rank_low")), number_of(row.get("rank_high"))
    sentence = joined([say("Rank {rank} of {all}", rank=format_number(rank), all=format_number(every)), rank_band(row, _RANK)], ", ")
    said: list[Block] = [Paragraph(say("{sentence}.", sentence=sentence), "lead")]
    if low is not None and high is not None:
        said.append(Figure(band_svg(rank, low, high, every), say("A bar of all {all} ranks, the first at the left: a dot at rank {rank}, a band from {low} to {high}.",
                    all=format_number(every), rank=format_number(rank), low=format_number(low), high=format_number(high)),
                    say("The dot is the rank, the band the ranks it could have, given the margins of error."), 0.7))
    return (*said, *_why(facts, result, row))


def _why(facts: Facts, result: Result, row: Row) -> tuple[Block, ...]:
    reason = row.get("reason")
    reached = number_of(row.get("children_newly_reached"))
    said: list[Said] = []
    if not is_missing(reason) and reason:
        said.append(say("{reasons}.", reasons=name(reason).capitalize()))
    elif reached is not None:
        said.append(say("Children newly in reach: {many}.", many=format_with_margin(reached, number_of(row.get("children_newly_reached_moe")))))
    own = {v.CONTRIBUTION_PREFIX + one.column: one.label for layer in facts.project.layers_of(v.NEED_AREA) for one in layer.indicators}
    labels = {column.name: own.get(column.name, column.label) for column in result.main.columns}
    parts = sorted(((number, column) for column in labels if column.startswith(v.CONTRIBUTION_PREFIX) and (number := number_of(row.get(column)))), reverse=True)
    if parts:
        said.append(say("Most of its score comes from: {parts}.", parts=listed([labels[column] for _, column in parts[:_MOST_PARTS]])))
    return (Paragraph(joined(said)),) if said else ()


def _planned(facts: Facts, result: Result, school: str) -> Said:
    chosen = next(iter(facts.of(result, "plan", school)), None)
    if chosen is not None:
        firm = chosen.get("standing")
        return joined([say("It is one of the planned schools."), say("{standing}.", standing=name(firm).capitalize()) if not is_missing(firm) and firm else NOTHING])
    if (row := next(iter(facts.of(result, "schools", school)), None)) is not None:
        firm = row.get("standing")
        return joined([say("It is not among the planned schools."), say("{standing}.", standing=name(firm).capitalize()) if not is_missing(firm) and firm else NOTHING])
    return say("It was not among the schools that could be chosen.")


def what_would_change(facts: Facts, school: str, level: int = 1) -> tuple[Block, ...]:
    """The smallest changes that would move the school over the cut, where somebody asked."""
    said: list[Block] = [Heading(say("What would change it"), level)]
    asked = [result for result in reversed(facts.project.results) if result.analysis == CHANGE]
    for result in asked:
        rows = facts.of(result, "changes", school)
        if rows:
            points = tuple(joined([name(row.get("input")), name(row.get("change"))], ": ") for row in rows if not is_missing(row.get("change")))
            said += [Heading(result.title, level + 1), Points(points)]
    if len(said) > 1:
        return tuple(said)
    if asked:
        return (*said, Paragraph(say("The question “{question}” was asked of other schools: of those next to the cut.", question=asked[0].title)))
    return (*said, Paragraph(say("Nobody has asked yet what would change its place. The band above says how far the margins of error alone could move it.")
                             if _has_band(facts, school) else say("Nobody has asked yet what would change its place.")))


def _has_band(facts: Facts, school: str) -> bool:
    return any(number_of(row.get("rank_low")) is not None for result in facts.rankings for row in facts.of(result, "schools", school))
