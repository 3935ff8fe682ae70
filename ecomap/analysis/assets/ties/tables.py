"""The tables of ties: schools on the map, organisations, ties, single threads, and who is tied to whom side by side."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.presence import SEPARATOR, labelled, spoken
from ecomap.analysis.assets.ties import words
from ecomap.analysis.assets.ties.kinds import key_of, kinds_in
from ecomap.analysis.assets.ties.tied import Tied
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, POINT, Column
from ecomap.model.pupils import PUPILS
from ecomap.model.result import Output
from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.model.short_names import short_name
from ecomap.model.style import CATEGORISED, LayerStyle

PARTNERS, SINGLE, ALONE, BETWEEN, PLACE, CUT_OFF = "partners", "functions_single", "single_partners", "stands_between", "place_between", "cut_off"
LOST_SCHOOLS, LOST_FUNCTIONS, LOST_PUPILS, PART, AT = "schools_lost", "functions_lost", "pupils_lost", "part", "schools_at"
BASIS, UNTIL, BETWEEN_MOE = "basis", "until", "stands_between_moe"
_HEADING = 16  # letters of a name over a column of the matrix
_COLOURS = ((words.SEVERAL, "#3D4853", "square"), (words.SOME_SINGLE, "#8C5E00", "triangle"), (words.ONE_ONLY, "#B3005E", "square"),
            (words.NOBODY, "#B8C0C8", "cross"))


def schools_output(tied: Tied) -> Output:
    """Every school: how many partners, and which kinds of work there hang on one of them."""
    schools, count = tied.found.schools, len(tied.found.schools)
    single: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for school, word, key in tied.where.only_one():
        single[school].append((word, key))
    rows: dict[int, set[str]] = defaultdict(set)
    refs = tied.found.actors["ref"].to_numpy()
    known = np.array([key_of(who) in tied.ties.organisations for who in tied.found.actors["organisation"]], dtype=bool)
    for school, actor in zip(tied.found.school.tolist(), tied.found.actor.tolist(), strict=True):
        if known[actor]:
            rows[school].add(refs[actor])
    work = labelled(tied.terms, "function", [SEPARATOR.join(word for word, _ in single[n]) for n in range(count)])
    states = [words.NOBODY if not there else words.ONE_ONLY if len(there) == 1 else words.SOME_SINGLE if single[n] else words.SEVERAL
              for n, there in enumerate(tied.where.at)]
    frame = gpd.GeoDataFrame({
        v.ID: schools[v.ID].astype(str).to_numpy(), v.NAME: schools[v.NAME].astype(str).to_numpy(), c.STATE: spoken(states),
        PARTNERS: [len(there) for there in tied.where.at],
        a.ORGANISATIONS: [SEPARATOR.join(sorted(tied.called(key) for key in there)) for there in tied.where.at],
        SINGLE: work,
        ALONE: [SEPARATOR.join(sorted({tied.called(key) for _, key in single[n]})) for n in range(count)],
        a.ROWS: [SEPARATOR.join(sorted(rows[n])) for n in range(count)],
    }, geometry=np.asarray(schools.geometry), crs=schools.crs)
    columns = (
        *c.id_columns(), Column(c.STATE, say("Partners there")), Column(PARTNERS, say("Organisations"), "count", words.ON_RECORD),
        Column(a.ORGANISATIONS, say("Which")), Column(SINGLE, say("Work that one of them alone does there")),
        Column(ALONE, say("Who that is")), a.rows_column(say("the organisations there")),
    )
    style = LayerStyle(kind=CATEGORISED, column=c.STATE, line="#FFFFFF", size=8.0,
                       symbols=tuple((state, colour, shape) for state, colour, shape in _COLOURS if state in set(states)),
                       quiet=(words.NOBODY,))
    return Output("schools", say("Schools: how many partners, and what hangs on one"), frame, columns, POINT, v.SCHOOL, style)


def organisations_output(tied: Tied) -> Output:
    """Every organisation, those with a tie or at a school first, in the order of names: its ties, whom it stands between, what falls off if it leaves."""
    keys, kinds = tied.keys, kinds_in(tied.ties.ties)
    tied_to: dict[str, dict[str, set[str]]] = {kind: defaultdict(set) for kind in kinds}
    for tie in tied.ties.ties:
        tied_to[tie.kind][tie.one].add(tie.two)
        tied_to[tie.kind][tie.two].add(tie.one)
    between, drawn = np.round(tied.between.share, 12), bool(tied.between.of)
    place = [np.nan if drawn or not value else float(1 + (between > value).sum()) for value in between]
    margin = {BETWEEN_MOE: tied.between.moe} if drawn else {}
    columns: dict[str, Any] = {
        v.ID: keys, v.NAME: [tied.called(key) for key in keys], AT: [len(tied.where.schools_of(key)) for key in keys],
        PARTNERS: [len(others) for others in tied.graph.around],
        **{f"ties_{kind}": [len(tied_to[kind][key]) for key in keys] for kind in kinds},
        BETWEEN: between, **margin, PLACE: place,
        CUT_OFF: [tied.losses[key].cut_off for key in keys], LOST_SCHOOLS: [len(tied.losses[key].schools) for key in keys],
        LOST_FUNCTIONS: [len(tied.losses[key].functions) for key in keys], LOST_PUPILS: [tied.losses[key].pupils for key in keys], PART: tied.part + 1,
    }
    described = (
        Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("Organisation")), Column(AT, say("Schools it is at"), "count"),
        Column(PARTNERS, say("Partners"), "count", say("Organisations it is tied to in any way.")),
        *(Column(f"ties_{kind}", say("Tied by {kind}", kind=tied.terms.label("tie_kind", kind).small()), "count") for kind in kinds),
        Column(BETWEEN, say("Stands between others"), "share", say("Of all pairs of other organisations, the share whose shortest ways go through it. "
                                                                  "It says where it stands, not what it is worth."), digits=1, moe=BETWEEN_MOE if drawn else ""),
        *([c.margin_column(BETWEEN_MOE, say("Stands between others"), "share")] if drawn else []),
        Column(PLACE, say("Place by standing between others"), "",
               say("1 = between most pairs; equal ones share a place. Empty where it is between none, or where that is estimated.")),
        Column(CUT_OFF, say("Organisations cut off if it leaves"), "count", say("No longer tied, even by way of others, to the largest rest of those it holds together.")),
        Column(LOST_SCHOOLS, say("Schools without any partner if it leaves"), "count", words.ON_RECORD),
        Column(LOST_FUNCTIONS, say("Work at schools that nobody else does there"), "count", say("Pairs of a school and a function.")),
        Column(LOST_PUPILS, say("Pupils of the schools that lose something"), PUPILS, say("Enrolled there; how many of them it serves is not known.")),
        Column(PART, say("Group that hangs together"), "", say("Those with the same number are tied, at least by way of others.")),
    )
    frame = pd.DataFrame(columns)
    apart = (frame[PARTNERS] == 0) & (frame[AT] == 0)
    return Output("organisations", say("Organisations and what hangs on them"), pd.concat([frame[~apart], frame[apart]], ignore_index=True), described, NO_GEOMETRY,
                  told_by=v.NAME)  # no count puts one partner above another


def ties_output(tied: Tied) -> Output:
    """Every tie, in the order of names."""
    ties = tied.ties.ties
    schools = tied.found.schools[v.NAME].astype(str).tolist()
    frame = pd.DataFrame({
        v.ID: pd.Series([f"{tie.one}|{tie.two}|{tie.kind}|{n}" for n, tie in enumerate(ties)], dtype=object),
        v.NAME: pd.Series([tied.called(tie.one) for tie in ties], dtype=object), "with": pd.Series([tied.called(tie.two) for tie in ties], dtype=object),
        v.KIND: labelled(tied.terms, "tie_kind", [tie.kind for tie in ties]), BASIS: spoken(words.STATED if tie.stated else words.INFERRED for tie in ties),
        v.SINCE: pd.Series([_day(tie.since) for tie in ties], dtype=object), UNTIL: pd.Series([_day(tie.until) for tie in ties], dtype=object),
        a.SCHOOLS: [float(len(tie.schools)) if tie.schools else np.nan for tie in ties],
        "where": pd.Series([SEPARATOR.join(schools[n] for n in tie.schools) for tie in ties], dtype=object),
        a.FUNCTION_LABEL: labelled(tied.terms, "function", [tie.function for tie in ties]),
        v.TRUST: [float(tie.trust) if tie.trust else np.nan for tie in ties], v.QUALITY: [float(tie.quality) if tie.quality else np.nan for tie in ties],
        v.STATED_BY: pd.Series([tie.stated_by for tie in ties], dtype=object), a.ROWS: pd.Series([SEPARATOR.join(tie.rows) for tie in ties], dtype=object),
    })
    columns = (
        Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("Organisation")), Column("with", say("With")), Column(v.KIND, say("Kind of tie")),
        Column(BASIS, say("Stated or inferred")), Column(v.SINCE, say("Since"), "date", say("Empty where it is not known.")), Column(UNTIL, say("Until"), "date"),
        Column(a.SCHOOLS, say("Schools"), "count"), Column("where", say("At which")), Column(a.FUNCTION_LABEL, say("Function")),
        Column(v.TRUST, say("Trust (1-5)"), "", say("As the one beside it states; nobody else's guess, and in no other number.")),
        Column(v.QUALITY, say("How well it works (1-5)"), "", say("As the one beside it states; nobody else's guess, and in no other number.")),
        Column(v.STATED_BY, say("Stated by")), a.rows_column(say("this tie")),
    )
    return Output("ties", say("Ties between organisations"), frame, columns, NO_GEOMETRY, told_by=v.NAME)


def threads_output(tied: Tied) -> Output:
    """Single threads, those of the organisation that is asked about where one is."""
    ids, called, keys = (*(tied.found.schools[name].astype(str).tolist() for name in (v.ID, v.NAME)), tied.keys)
    asked = tied.leaving
    rows: list[tuple[str, Said, str, str, Said, float, float]] = []
    for key in keys:
        loss = tied.losses[key]
        if loss.cut_off and asked in ("", key):
            rows.append((f"organisation|{key}", words.BY_ORGANISATION, tied.called(key), "", NOTHING, float(loss.cut_off), np.nan))
    for one, two in tied.holding.bridges:
        if asked in ("", keys[one], keys[two]):
            rows.append((f"tie|{keys[one]}|{keys[two]}", words.BY_TIE, tied.called(keys[one]), tied.called(keys[two]), NOTHING, np.nan, np.nan))
    for school, key in tied.where.alone_at():
        if asked in ("", key):
            rows.append((f"school|{ids[school]}", words.BY_SCHOOL, tied.called(key), called[school], NOTHING, np.nan, tied.pupils[school]))
    for school, word, key in tied.where.only_one():
        if asked in ("", key):
            rows.append((f"function|{ids[school]}|{word}", words.BY_FUNCTION, tied.called(key), called[school],
                         tied.terms.label("function", word), np.nan, tied.pupils[school]))
    parts = list(zip(*rows, strict=True)) if rows else [()] * 7
    frame = pd.DataFrame({v.ID: pd.Series(parts[0], dtype=object), "thread": spoken(parts[1]), v.NAME: pd.Series(parts[2], dtype=object),
                          "hangs": pd.Series(parts[3], dtype=object), a.FUNCTION_LABEL: spoken(parts[4]),
                          CUT_OFF: pd.Series(parts[5], dtype=float), LOST_PUPILS: pd.Series(parts[6], dtype=float)})
    columns = (
        Column(v.ID, say("Id"), hidden=True), Column("thread", say("What kind of single thread")), Column(v.NAME, say("Hangs on")),
        Column("hangs", say("What hangs on it"), "", say("A school, or the other organisation of a tie.")), Column(a.FUNCTION_LABEL, say("Function")),
        Column(CUT_OFF, say("Organisations cut off without it"), "count"), Column(LOST_PUPILS, say("Pupils of the school"), PUPILS),
    )
    return Output("threads", say("Single threads"), frame, columns, NO_GEOMETRY, told_by=v.NAME)


def matrix_output(tied: Tied, size: int) -> Output:
    """The organisations with the most partners against each other: in how many kinds of ways two are tied."""
    degree = [len(others) for others in tied.graph.around]
    first = sorted((n for n in range(len(tied.keys)) if degree[n]), key=lambda n: (-degree[n], tied.keys[n]))[:size]
    first.sort(key=lambda n: tied.keys[n])
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    for tie in tied.ties.ties:
        kinds[tie.pair].add(tie.kind)
    keys = [tied.keys[n] for n in first]
    cells = {f"with_{m + 1}": [_cell(one, two, kinds) for one in keys] for m, two in enumerate(keys)}
    told = [_ways(tied, key, kinds) for key in keys]
    frame = pd.DataFrame({v.ID: keys, v.NAME: [tied.called(key) for key in keys], PARTNERS: [degree[n] for n in first], **cells, "ways": spoken(told)})
    columns = (
        Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("Organisation")), Column(PARTNERS, say("Partners"), "count"),
        *(Column(f"with_{m + 1}", name(short_name(tied.called(key), _HEADING)), "", say("In how many ways it is tied to {name}; a dot: in none on record.", name=name(tied.called(key))))
          for m, key in enumerate(keys)),
        Column("ways", say("How"), "", say("Kinds of ties it has to those in this table.")),
    )
    return Output("matrix", say("Who is tied to whom: in how many ways"), frame, columns, NO_GEOMETRY, told_by=v.NAME)


def _cell(one: str, two: str, kinds: dict[tuple[str, str], set[str]]) -> str:
    """In how many ways two are tied; a dash where it is one and the same."""
    return "–" if one == two else str(len(kinds[min(one, two), max(one, two)]) or "·")


def _ways(tied: Tied, key: str, kinds: dict[tuple[str, str], set[str]]) -> Said:
    found = sorted({kind for pair, some in kinds.items() if key in pair for kind in some})
    return joined([tied.terms.label("tie_kind", kind) for kind in found], SEPARATOR)


def _day(when: Any) -> str:
    return "" if np.isnat(when) else str(when)
