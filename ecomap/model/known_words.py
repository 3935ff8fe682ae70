"""What is said of how much of reality a list holds: these words and no others, on every surface."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.known import ENTRIES, SCHOOLS, Known, KnownOf
from ecomap.model.roles import role
from ecomap.model.said import NOTHING, Said, joined, listed, name, plural, say
from ecomap.model.units import format_number

_TOTAL: Final = re.compile(r"(more than|over|at least|>=?|≥|m[aá]s de)?\s*(\d{1,3}(?:[,.\s]\d{3})+|\d+)\s*(\+)?", re.IGNORECASE)
_MOST: Final = 10_000_000
_KINDS: Final[Mapping[str, Said]] = {
    "community_school": say("community schools"), "linked_learning": say("Linked Learning pathways"),
    "promise_neighborhood": say("Promise Neighborhoods"),
}


def what_is_counted(of: str, kind: str) -> Said:
    """Things of a kind, as in "49 of 70 ...".

    >>> what_is_counted("site", "community_school"), what_is_counted("service", "Food"), what_is_counted("service", "")
    ('community schools', 'food services', 'services')
    """
    if not kind:
        return role(of).rows
    if of == v.SERVICE:
        return say("{kind} services", kind=(v.SERVICE_KINDS.get(kind) or name(kind)).small())
    if of == v.STAFF_ROLE:
        return say("people in the role {role}", role=name(kind))
    return _KINDS.get(kind) or say("{approach} sites", approach=name(kind.replace("_", " ")))


def who_says_so(stated: KnownOf) -> Said:
    """The source of a statement with its year.

    >>> who_says_so(KnownOf("", 70, source=name("the district's page"), year="2025"))
    "the district's page in 2025"
    """
    if not stated.source:
        return say("an unnamed source in {year}", year=name(stated.year)) if stated.year else say("an unnamed source")
    return say("{source} in {year}", source=stated.source, year=name(stated.year)) if stated.year else stated.source


def how_much(known: Known) -> Said:
    """How many are known of how many: one sentence, or "" where nobody says how many there are."""
    stated, what = known.stated, what_is_counted(known.role, known.kind)
    if stated is None:
        return NOTHING
    total, source = format_number(stated.total), who_says_so(stated)
    if stated.more:
        return plural("{n} of more than {total} {what} is known by name, says {source}.",
                      "{n} of more than {total} {what} are known by name, says {source}.", known.known, total=total, what=what, source=source)
    if known.known > stated.total:
        return say("{known} {what} are listed here, more than the {total} that there are, says {source}; one of the two is wrong.",
                   known=format_number(known.known), total=total, what=what, source=source)
    return plural("{n} of {total} {what} is known by name, says {source}.", "{n} of {total} {what} are known by name, says {source}.",
                  known.known, total=total, what=what, source=source)


def rests_on(known: Sequence[Known], *, first: int = 0, chosen: int = 0) -> Said:
    """What an answer that counts who is there, or misses who is not, has to say of that: once, in whole sentences.

    Parameters
    ----------
    first, chosen : int
        Of an answer that lists or chooses schools for not having it: how many it puts first, or chooses.
    """
    parts: list[Said] = []
    for one in known:
        if one.stated is not None:
            parts.append(how_much(one))
            parts += [_what_follows(one, first, chosen)] if one.lacks else []
    untold = list(dict.fromkeys(what_is_counted(one.role, one.kind) for one in known if one.stated is None))
    if untold:
        parts.append(say("It is not known how complete the list of {what} is.", what=untold[0]) if len(untold) == 1 else
                     say("It is not known how complete the lists of {what} are.", what=listed(untold)))
    return joined(parts)


def _what_follows(one: Known, first: int, chosen: int) -> Said:
    """What an answer makes of those that are not known by name, and how many of the schools it lists they may be."""
    if not first and not chosen:
        return _as_absent(one)
    many, n = format_number(one.unknown), one.unknown
    if (first or chosen) == 1:
        it = say("the school chosen") if chosen else say("the first school")
        if not one.open:
            return plural("{n} of them is not, so {school} may have it already.", "{n} of them are not, so {school} may have it already.", n, school=it)
        return (say("More than {n} of them are not, so {school} may have it already.", n=many, school=it) if n else
                say("Others are not, so {school} may have it already.", school=it))
    these = say("the {n} schools chosen", n=format_number(chosen)) if chosen else say("the first {n} schools", n=format_number(first))
    if one.among(first or chosen) < (first or chosen):
        return plural("{n} of them is not, so up to {may} of {schools} may have it already.",
                      "{n} of them are not, so up to {may} of {schools} may have it already.", n, may=format_number(one.among(first or chosen)), schools=these)
    if not one.open:
        return say("{n} of them are not, so any of {schools} may have it already.", n=many, schools=these)
    return (say("More than {n} of them are not, so any of {schools} may have it already.", n=many, schools=these) if n else
            say("Others are not, so any of {schools} may have it already.", schools=these))


def _as_absent(one: Known) -> Said:
    if not one.open:
        return plural("{n} of them is not, and counts here as if it were not there.",
                      "{n} of them are not, and count here as if they were not there.", one.unknown)
    if not one.unknown:
        return say("Others are not, and count here as if they were not there.")
    return say("More than {n} of them are not, and count here as if they were not there.", n=format_number(one.unknown))


def not_known_here(known: Known) -> Said:
    """What the card of a school says of a kind that nobody is known to have there."""
    stated = known.stated
    if stated is None:
        return say("none known here; it is not known how complete the list is")
    total = format_number(stated.total)
    if stated.more:
        return (say("none known here; more than {n} of more than {total} are not known by name", n=format_number(known.unknown), total=total)
                if known.unknown else say("none known here; more than {total} are there, and not all are known by name", total=total))
    if not known.lacks:
        return say("none here; all {total} are known by name", total=total)
    return plural("none known here; {n} of {total} is not known by name", "none known here; {n} of {total} are not known by name",
                  known.unknown, total=total)


def what_is_stated(of: str, stated: KnownOf) -> Said:
    """A statement as a list of statements gives it: "70 community schools, says ..."; "more than" where it is a lower bound."""
    what, source = what_is_counted(of, stated.kind), who_says_so(stated)
    if stated.more:
        return say("more than {total} {what}, says {source}", total=format_number(stated.total), what=what, source=source)
    return say("{total} {what}, says {source}", total=format_number(stated.total), what=what, source=source)


def usual_counts(of: str, kind: str) -> str:
    """What is counted of a kind where nobody says otherwise: a community school is a school, a pathway is one of several there.

    >>> usual_counts("site", "community_school"), usual_counts("site", "linked_learning"), usual_counts("service", "Food")
    ('schools', 'entries', 'entries')
    """
    return SCHOOLS if of in (v.SITE, v.PARTICIPATION) and kind == "community_school" else ENTRIES


def statement(of: str, kind: str, total: str, *, source: str, year: str = "", counts: str = "") -> KnownOf:
    """A statement in the words of whoever makes it, checked.

    Raises
    ------
    InputError
        If the number is none, or nobody is named who says so.
    """
    number, more = total_of(total)
    if not source.strip():
        raise InputError(say("A number of how many there are needs its source."), say("Say who says so, like: the district's page."))
    if counts not in ("", SCHOOLS, ENTRIES):
        raise InputError(say("'{text}' is nothing that can be counted.", text=name(counts)), say("Choose schools or entries."))
    return KnownOf(kind, number, more, counts or usual_counts(of, kind), name(source.strip()), year.strip())


def total_of(text: str) -> tuple[int, bool]:
    """How many there are, and whether there are more than that.

    >>> total_of("70"), total_of("more than 70"), total_of("1,200+"), total_of("at least 70")
    ((70, False), (70, True), (1200, True), (69, True))

    Raises
    ------
    InputError
        If it is no number of at least one.
    """
    found = _TOTAL.fullmatch(text.strip())
    digits = re.sub(r"[,.\s]", "", found[2]) if found else ""
    if found is None or not 1 <= int(digits) <= _MOST:
        raise InputError(say("'{text}' does not say how many there are.", text=name(text)), say("Give a number like 70, or more than 70."))
    word = (found[1] or "").casefold()
    if word in ("at least", ">=", "≥"):
        return max(int(digits) - 1, 1), True
    return int(digits), bool(word or found[3])
