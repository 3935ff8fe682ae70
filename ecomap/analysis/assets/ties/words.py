"""What is said about ties: how many there are, what hangs on one partner, and what none of it means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from ecomap.analysis.assets.overlap.words import CO_LOCATION
from ecomap.analysis.assets.ties.alike import same_words
from ecomap.analysis.assets.ties.kinds import Which, kinds_in, kinds_of_pairs
from ecomap.analysis.assets.ties.tied import Tied
from ecomap.analysis.assets.words import date_note
from ecomap.analysis.notes import count_note, first_names
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import format_number

SEVERAL: Final = say("several partners")
SOME_SINGLE: Final = say("some work hangs on one of several partners")
ONE_ONLY: Final = say("one partner alone")
NOBODY: Final = say("no partner on record")
STATED: Final = say("stated")
INFERRED: Final = say("inferred")
STATED_ONE: Final = say("stated, in one way")
STATED_TWO: Final = say("stated, in two ways")
STATED_MORE: Final = say("stated, in three ways or more")
INFERRED_ONE: Final = say("inferred, in one way")
INFERRED_TWO: Final = say("inferred, in two ways")
INFERRED_MORE: Final = say("inferred, in three ways or more")
BY_ORGANISATION: Final = say("organisation between others")
BY_TIE: Final = say("the one tie between two groups")
BY_SCHOOL: Final = say("the one partner of a school")
BY_FUNCTION: Final = say("the one that does this at a school")
ON_RECORD: Final = say("Of those on record by name.")


def sentence(tied: Tied) -> Said:
    """How many are tied and what hangs on one of them, or what falls off if the one asked about leaves; and which ties count, where not all do."""
    said, which = leaving_sentence(tied) if tied.leaving else _tied_sentence(tied), tied.which
    kinds = joined([tied.terms.label("tie_kind", kind) for kind in which.kinds], ", ")
    if not which.implied and which.kinds:
        return say("{sentence} Only ties that somebody states are counted, of these kinds: {kinds}.", sentence=said, kinds=kinds)
    if not which.implied:
        return say("{sentence} Only ties that somebody states are counted.", sentence=said)
    return say("{sentence} Only ties of these kinds are counted: {kinds}.", sentence=said, kinds=kinds) if which.kinds else said


def _tied_sentence(tied: Tied) -> Said:
    schools = _single_schools(len({school for school, _, _ in tied.where.only_one()}))
    if not tied.ties.ties:
        return say("No tie is on record between {organisations}; {schools}.", organisations=plural("{n} organisation", "{n} organisations", len(tied.keys)), schools=schools)
    return say("{tied} on record are tied, in {pairs}; {holding}, and {schools}.", tied=_tied_of(_with_a_tie(tied), len(tied.keys)),
               pairs=plural("{n} pair", "{n} pairs", len({tie.pair for tie in tied.ties.ties})), schools=schools,
               holding=plural("{n} of them alone holds others together", "{n} of them alone hold others together", _holding(tied)) if _holding(tied)
               else say("none of them alone holds others together"))


def _tied_of(tied: int, every: int) -> Said:
    if tied == every:
        return say("Both organisations") if every == 2 else say("All {n} organisations", n=format_number(every))
    return say("{n} of {every} organisations", n=format_number(tied), every=format_number(every))


def _single_schools(count: int) -> Said:
    """Schools with work that hangs on one partner."""
    if not count:
        return say("no school has work that is known to hang on one partner alone")
    return plural("{n} school has work that one partner alone does there", "{n} schools have work that one partner alone does there", count)


def leaving_sentence(tied: Tied) -> Said:
    """What falls off if the organisation asked about leaves."""
    loss = tied.losses[tied.leaving]
    if not loss.schools and not loss.functions and not loss.cut_off:
        return say("If {name} left, every school and kind of work it is at would still have somebody on record, and no other organisation would be cut off.",
                   name=name(tied.called(tied.leaving)))
    parts = []
    if loss.schools:
        parts.append(plural("{n} school would have no partner on record", "{n} schools would have no partner on record", len(loss.schools)))
    if loss.functions:
        parts.append(plural("{n} kind of work at a school would be done by nobody else there", "{n} kinds of work at schools would be done by nobody else there",
                            len(loss.functions)))
    if loss.cut_off:
        parts.append(plural("{n} organisation would be cut off from the others", "{n} organisations would be cut off from the others", loss.cut_off))
    return say("If {name} left, {what}.", name=name(tied.called(tied.leaving)), what=joined(parts, "; "))


def _with_a_tie(tied: Tied) -> int:
    return sum(1 for others in tied.graph.around if others)


def _holding(tied: Tied) -> int:
    return int((tied.holding.cut_off > 0).sum())


def figures(tied: Tied) -> tuple[KeyFigure, ...]:
    """The numbers behind the sentence, those of the organisation asked about first."""
    single = tied.where.only_one()
    hit = sorted({school for school, _, _ in single} | {school for school, _ in tied.where.alone_at()})
    known = [tied.pupils[school] for school in hit if not np.isnan(tied.pupils[school])]
    own: tuple[KeyFigure, ...] = ()
    if tied.leaving:
        loss = tied.losses[tied.leaving]
        own = (
            KeyFigure("functions_lost", say("Work at schools that nobody else does there"), float(len(loss.functions))),
            KeyFigure("schools_lost", say("Schools that would have no partner on record"), float(len(loss.schools))),
            KeyFigure("cut_off", say("Organisations that would be cut off"), float(loss.cut_off)),
        )
    return (
        *own,
        KeyFigure("organisations_tied", say("Organisations with a tie"), float(_with_a_tie(tied))),
        KeyFigure("single_functions", say("Work at schools that one partner alone does"), float(len(single)), note=CO_LOCATION),
        KeyFigure("pairs_tied", say("Pairs that are tied"), float(len({tie.pair for tie in tied.ties.ties}))),
        KeyFigure("pairs_stated", say("Of these stated by somebody"), float(len({tie.pair for tie in tied.ties.ties if tie.stated}))),
        KeyFigure("organisations_between", say("Organisations that alone hold others together"), float(_holding(tied))),
        KeyFigure("ties_single", say("Ties that alone hold two groups together"), float(len(tied.holding.bridges))),
        KeyFigure("schools_one_partner", say("Schools with one partner alone"), float(len(tied.where.alone_at()))),
        KeyFigure("schools_nobody", say("Schools with no partner on record"), float(sum(1 for there in tied.where.at if not there))),
        KeyFigure("groups", say("Groups that hang together"), float(len({part for part, others in zip(tied.part.tolist(), tied.graph.around, strict=True) if others}))),
        KeyFigure("organisations_untied", say("Organisations without any tie on record"), float(sum(1 for others in tied.graph.around if not others))),
        KeyFigure("schools_hanging", say("Schools where something hangs on one partner"), float(len(hit)),
                  note=say("{pupils} pupils are enrolled there.", pupils=format_number(_rounded(sum(known)))) if known else NOTHING),
    )


def _rounded(number: float) -> float:
    """Told to the hundred: what is enrolled at all such schools together."""
    return float(round(number, -2)) if number >= 1000 else float(round(number, -1))


def notes(tied: Tied, leave_out: Sequence[str]) -> tuple[Note, ...]:
    """What has to be kept in mind about ties."""
    found = [
        Note("caution", say("Being at one school is no proof of working together, and a tie nobody wrote down is not in here: what is missing from the record "
                            "looks like a gap.")),
        Note("caution", CO_LOCATION),
        Note("caution", say("Standing between others says where an organisation stands on the record, not what it is worth. All kinds of ties and all "
                            "approaches count alike.")),
    ]
    if tied.between.of:
        found.append(Note("caution", say("Whom an organisation stands between is estimated from the ways that begin at {starts} of {of} organisations, drawn by chance: "
                                         "its margin of error (90 %) is at most {most} of all pairs, and no organisation has a place.",
                                         starts=format_number(tied.between.starts), of=format_number(tied.between.of),
                                         most=format_number(float(tied.between.moe.max()), "share", 2))))
    if tied.which == Which(left_out=tied.which.left_out) and not any(tie.stated for tie in tied.ties.ties):
        found.append(Note("caution", say("Nobody has stated a tie: all are inferred. Referrals, trust and quality are known only where a partner states them.")))
    graded = sum(1 for tie in tied.ties.ties if tie.trust or tie.quality)
    if graded:
        found.append(count_note(plural("{n} tie has trust or quality as one partner states it; it stands beside the tie and is in no other number.",
                                       "{n} ties have trust or quality as one partner states it; it stands beside the tie and is in no other number.", graded)))
    found += _left_out(tied, leave_out)
    return (*found, date_note(tied.found.day))


def _left_out(tied: Tied, leave_out: Sequence[str]) -> list[Note]:
    ties, found = tied.ties, []
    if ties.not_now:
        found.append(count_note(plural("{n} stated tie has ended or has not begun and does not count.",
                                       "{n} stated ties have ended or have not begun and do not count.", ties.not_now)))
    if ties.unsaid:
        found.append(count_note(plural("{n} stated tie has trust or quality without who says so: not shown.",
                                       "{n} stated ties have trust or quality without who says so: not shown.", ties.unsaid)))
    if ties.grants_to_schools:
        found.append(count_note(plural("{n} grant goes to a school itself and ties no organisations.",
                                       "{n} grants go to schools themselves and tie no organisations.", ties.grants_to_schools)))
    undated = sum(1 for tie in ties.ties if not tie.stated and np.isnat(tie.since))
    if undated:
        found.append(count_note(plural("{n} inferred tie is of unknown age: a row behind it has no start.",
                                       "{n} inferred ties are of unknown age: a row behind each has no start.", undated)))
    if leave_out:
        found.append(Note("caution", say("Left out of the picture: {names}.", names=first_names(leave_out, 4)), len(leave_out)))
    alike = same_words(tied.ties.organisations.values())
    if alike:
        found.append(Note("caution", plural("{n} organisation may stand in the record under two names made of the same words, which would be no tie: {names}.",
                                            "{n} organisations may stand in the record under two names made of the same words, which would be no ties: {names}.",
                                            len(alike), names=first_names([joined(list(group), " = ") for group in alike], 3)), len(alike)))
    nameless = _without_a_name(tied)
    if nameless:
        found.append(count_note(plural("{n} row at work names no organisation and is in no tie.", "{n} rows at work name no organisation and are in no tie.", nameless)))
    return found


def _without_a_name(tied: Tied) -> int:
    return int((tied.found.actors["organisation"] == "").sum())


def bars(tied: Tied) -> tuple[tuple[Said, float, float | None], ...]:
    """How many pairs each kind ties, the implied kinds first."""
    count = kinds_of_pairs(tied.ties.ties)
    made: list[tuple[Any, float, float | None]] = [(tied.terms.label("tie_kind", kind), float(count[kind]), None) for kind in kinds_in(tied.ties.ties)]
    return tuple(made)


