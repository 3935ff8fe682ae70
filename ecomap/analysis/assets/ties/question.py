"""Who works with whom, and what hangs on one partner alone?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from attrs import frozen

from ecomap.analysis.assets.presence import INPUTS as PRESENCE_INPUTS
from ecomap.analysis.assets.presence import Presence, presence, terms_of
from ecomap.analysis.assets.school_need import number
from ecomap.analysis.assets.schools import schools_of
from ecomap.analysis.assets.ties import words
from ecomap.analysis.assets.ties.between import between
from ecomap.analysis.assets.ties.graph import graph_of, holding, parts_of
from ecomap.analysis.assets.ties.kinds import Ties, Which, found_ties, key_of
from ecomap.analysis.assets.ties.leaving import held, losses
from ecomap.analysis.assets.ties.lines import lines_output
from ecomap.analysis.assets.ties.tables import (
    matrix_output,
    organisations_output,
    schools_output,
    threads_output,
    ties_output,
)
from ecomap.analysis.assets.ties.tied import Tied
from ecomap.analysis.day import ON_WHICH_DAY
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.analysis.travel.params import DETOUR, Detour
from ecomap.model import vocabulary as v
from ecomap.model.dates import date_in_words, day_of
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.params import Choice, Param
from ecomap.model.progress import Progress
from ecomap.model.result import Output
from ecomap.model.said import Said, name, say
from ecomap.model.terms import Terms

INPUTS = (
    *PRESENCE_INPUTS,
    Input("ties", v.TIE, say("Stated ties"), optional=True, many=True),
    Input("funding", v.FUNDING, say("Funding"), optional=True, many=True),
    Input("organisations", v.ORGANISATION, say("Organisations"), optional=True, many=True),
)
ALL, STATED = "all", "stated"


@frozen
class TiesParams:
    """What a planner decides about ties."""

    as_of: Annotated[str, ON_WHICH_DAY] = ""
    leaving: Annotated[str, Param(
        say("What falls off if this partner leaves?"), say("None in particular: asked of every organisation."), choices_from="organisation")] = ""
    kinds: Annotated[tuple[str, ...], Param(
        say("Which kinds of ties?"), say("None chosen: every kind."), choices_from="tie_kind")] = ()
    basis: Annotated[str, Param(
        say("Stated or inferred?"), choices=(Choice(ALL, say("Ties that rows imply, and ties that somebody states")),
                                             Choice(STATED, say("Only what somebody states"))))] = ALL
    leave_out: Annotated[tuple[str, ...], Param(
        say("Left out of the picture"), say("Organisations that are everywhere, such as the district itself: without them the ties of the others show."),
        choices_from="one_organisation", picked=True)] = ()
    radius_m: Annotated[float, Param(
        say("How far does a service reach?"), say("From its place to a school, along an estimated way. 0: at schools only."), unit="m", ge=0,
        le=80_000, zero=say("at schools only"), advanced=True)] = 0.0
    level: Annotated[str, Param(say("Which schools?"), say("A school level, or all."), choices_from="level", advanced=True)] = "all"
    detour: Detour = DETOUR
    matrix_size: Annotated[int, Param(
        say("Organisations in the matrix"), say("Those with the most partners; equal ones in the order of their names."), ge=2, le=60, advanced=True)] = 20


def run_ties(frames: Frames, params: TiesParams, *, progress: Progress) -> Answer:
    """Ties between organisations, who stands between others, and what hangs on one alone."""
    progress.at(0.0, say("Finding who is at work"))
    day = day_of(params.as_of)
    schools = schools_of(frames, params.level)
    found = presence(frames, schools, day, radius_m=params.radius_m, detour=params.detour)
    if not params.radius_m:  # a service that names another school may stand at the very point of this one
        found = found.pairs(found.place < 2)
    progress.at(0.3, say("Finding who works with whom"))
    which = Which(params.kinds, params.basis == ALL, frozenset(map(key_of, params.leave_out)))
    ties = found_ties(frames, found, day, which, progress.part(0.3, 0.4))
    if not ties.organisations:
        raise InputError(say("No row of the project names an organisation at work on {day}.", day=date_in_words(day)),
                         say("Add who offers, employs, leads or pays, or choose another day."))
    tied = _tied(found, ties, which, _asked(params.leaving, ties), terms_of(frames), progress.part(0.4, 0.8))
    outputs = _tables(tied, params.matrix_size, progress.part(0.8, 0.9))
    progress.at(0.9, say("Laying them side by side"))
    lines, not_drawn = lines_output(frames, tied)
    progress.at(1.0, say("Done"))
    return Answer(
        title=_title(tied, date_in_words(day)), sentence=words.sentence(tied), outputs=(*outputs, lines), figures=words.figures(tied),
        notes=(*words.notes(tied, params.leave_out), *([not_drawn] if not_drawn else []), *found.notes), bars=words.bars(tied), bars_title=say("Pairs of organisations by kind of tie"), bars_unit="count",
    )


def _title(tied: Tied, day: Said) -> Said:
    if tied.leaving:
        return say("Who works with whom on {day}, and what falls off without {who}", day=day, who=name(tied.called(tied.leaving)))
    return say("Who works with whom on {day}", day=day)


def _tables(tied: Tied, size: int, progress: Progress) -> list[Output]:
    """Every table but the lines, one after the other."""
    tables: tuple[Callable[[Tied], Output], ...] = (schools_output, organisations_output, ties_output, threads_output, lambda tied: matrix_output(tied, size))
    made = []
    for n, table in enumerate(tables):
        progress.at(n / len(tables), say("Laying them side by side"))
        made.append(table(tied))
    return made


def _asked(leaving: str, ties: Ties) -> str:
    """The key of the organisation that might leave.

    Raises
    ------
    ParameterError
        If none is called so.
    """
    key = key_of(leaving)
    if key and key not in ties.organisations:
        raise ParameterError(say("No organisation at work that day is called '{name}'.", name=name(leaving)), say("Choose one from the list."))
    return key


def _tied(found: Presence, ties: Ties, which: Which, leaving: str, terms: Terms, progress: Progress) -> Tied:
    keys = list(ties.organisations)
    position = {key: n for n, key in enumerate(keys)}
    graph = graph_of(len(keys), [(position[tie.one], position[tie.two]) for tie in ties.ties])
    held_up = holding(graph)
    where = held(found, ties.organisations)
    pupils = number(found.schools, v.ENROLLMENT)
    return Tied(found, ties, keys, graph, parts_of(graph), held_up, between(graph, progress), where,
                losses(where, keys, held_up.cut_off, pupils), pupils, terms, which, leaving)


ANALYSIS = Analysis(
    name="ties",
    title=say("Who works with whom"),
    question=say("Who works with whom, and what hangs on one partner alone?"),
    summary=say("Lists the ties between organisations, stated or implied by the project's rows: same school, same function, referral, shared "
                "grant, shared staff. Shows who stands between others, and which schools, kinds of work and partners hang on a single one. No "
                "partner is ranked by worth."),
    step="assets",
    params=TiesParams,
    inputs=INPUTS,
    run=run_ties,
    method=say("Organisations are told apart by name. Same school: both are at one school or in the zone around it. Same function: both do the same "
               "there. Shared staff: somebody employed by one works there for the approach that the other leads. Shared grant: one pays the other, or "
               "both are paid by rows of one grant (a code in common). Every other kind only where somebody states it. An implied tie begins with the "
               "younger of the two rows, at its oldest place; its date is not known where either row has none. All kinds count alike. Standing "
               "between others: the share of all pairs of other organisations whose shortest ways go through it (equally short ways count in part); where it would take too long to follow those of all, of organisations drawn by "
               "chance, and then with its margin of error. "
               "A single thread is an organisation or a tie without which others would no longer hang together, or a kind of work at a school that "
               "one organisation alone does. What falls off if one leaves is what asking again without its rows would no longer find."),
    sources=(
        "Freeman, L. C. (1977). A set of measures of centrality based on betweenness, doi:10.2307/3033543",
        "Brandes, U. (2001). A faster algorithm for betweenness centrality, doi:10.1080/0022250X.2001.9990249",
        "Brandes, U. and Pich, C. (2007). Centrality estimation in large networks, doi:10.1142/S0218127407018403",
        "Geisberger, R., Sanders, P. and Schultes, D. (2008). Better approximation of betweenness centrality, doi:10.1137/1.9781611972887.9",
        "Tarjan, R. (1972). Depth-first search and linear graph algorithms, doi:10.1137/0201010",
        "Potochnik, T. and Romans, A. (2015). Collaborating for Equity: a scan of the Los Angeles educational ecosystem",
    ),
    tables=(
        Table("schools", say("Every school: partners there, and the kinds of work that hang on one of them.")),
        Table("organisations", say("Every organisation: ties by kind, whom it stands between, and what falls off if it leaves.")),
        Table("ties", say("Every tie: who with whom, how, since when, stated or inferred, trust and quality as stated.")),
        Table("threads", say("Single threads: organisations, ties, and kinds of work at schools that hang on one.")),
        Table("matrix", say("The organisations with the most partners against each other: in how many ways two are tied.")),
        Table("lines", say("Every tied pair whose places are known, as a line on the map: thicker the more ways they are tied, dashed where rows imply it.")),
    ),
    asked_again=False,
)
