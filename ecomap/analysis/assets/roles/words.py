"""What is said about who does what: for every school together, or for the one that is asked about."""

from __future__ import annotations

from typing import Final

from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.presence import labelled
from ecomap.analysis.assets.roles.roster import Roster
from ecomap.analysis.notes import count_note
from ecomap.model import vocabulary as v
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.terms import Terms
from ecomap.model.units import format_number

CLEAR: Final = say("one holder each")
SHARED: Final = say("some held by several")
SILENT: Final = a.NOT_REPORTED
EMPTY: Final = say("nobody now")
NO_SCHOOL: Final = say("No school named")
SAME_TITLE: Final = say("The same title can mean different work at different schools; functions can be compared, titles cannot.")
_MOST_BARS = 12


def figures(roster: Roster) -> tuple[KeyFigure, ...]:
    """The numbers that answer the question; none where nobody reported."""
    told = int(roster.reported.sum())
    missing = (~roster.held[roster.reported]).sum() if told else None
    return (
        KeyFigure("schools_reported", say("Schools that reported"), float(told)),
        KeyFigure("schools_not_reported", say("Schools not reported"), float(len(roster.schools) - told)),
        KeyFigure("roles_held", say("Roles held"), float(len(roster.people)) if told else None, note=NOTHING if told else a.NOT_REPORTED),
        KeyFigure("functions_shared", say("Functions at schools that several hold"), float(roster.several.sum()) if told else None),
        KeyFigure("functions_nobody", say("Functions at reporting schools that nobody holds"), None if missing is None else float(missing)),
    )


def of_one_first(roster: Roster) -> tuple[KeyFigure, ...]:
    """For one school: what is held there before how many schools reported."""
    found = figures(roster)
    return (*found[2:], *found[:2])


def sentence(roster: Roster) -> Said:
    """The answer in one sentence, for every school together."""
    told = int(roster.reported.sum())
    if not told:
        return say("No school has reported who does what, so it cannot be said what nobody and what several hold.")
    return say("{reported} of {schools} schools have reported who does what: at {several} of them several approaches or employers hold "
               "the same function, and at {nobody} some function is held by nobody.",
               reported=format_number(told), schools=format_number(len(roster.schools)),
               several=format_number(int(roster.several.any(axis=1).sum())),
               nobody=format_number(int((~roster.held[roster.reported]).any(axis=1).sum())))


def of_one(roster: Roster, terms: Terms) -> Said:
    """Who to go to for what at the one school asked about, and what several hold there."""
    school, people = name(roster.schools[v.NAME].iloc[0]), roster.people[roster.people["school"] == 0]
    if not len(people):
        return say("At {school} nobody is on record that day.", school=school) if roster.reported[0] else \
            say("At {school} who does what is not reported.", school=school)
    lines = [say("{function}: {people}", function=terms.label("function", function) or a.NOT_REPORTED,
                 people=joined((_person(title, employer) for title, employer in zip(group[v.TITLE], group[v.EMPLOYER], strict=True)), ", "))
             for function, group in people.groupby(v.FUNCTION, sort=True)]
    first = say("Who to go to at {school}: {lines}.", school=school, lines=joined(lines, "; "))
    shared = labelled(terms, "function", [word for word, several in zip(roster.functions, roster.several[0], strict=True) if several])
    return joined([first, say("Held by several there: {functions}.", functions=joined(shared, ", "))]) if len(shared) else first


def _person(title: str, employer: str) -> Said:
    return say("{title} ({employer})", title=name(title), employer=name(employer)) if employer else name(title)


def bars(roster: Roster, terms: Terms) -> tuple[tuple[Said, float, float | None], ...]:
    """Share of reporting schools where somebody holds each function, the most held first."""
    told = int(roster.reported.sum())
    if not told:
        return ()
    shares = [(terms.label("function", word), float(roster.held[roster.reported, n].sum()) / told, None)
              for n, word in enumerate(roster.functions)]
    return tuple(sorted(shares, key=lambda bar: (-bar[1], bar[0]))[:_MOST_BARS])


def not_reported(n: int) -> tuple[Note, ...]:
    """That nobody wrote down who works at some schools."""
    return (count_note(plural("{n} school is not reported: nobody wrote down who works there.",
                              "{n} schools are not reported: nobody wrote down who works there.", n)),) if n else ()
