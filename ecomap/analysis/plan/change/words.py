"""What a test of the order of schools says: the changes, the finding, the key figures and the cautions."""

from __future__ import annotations

from ecomap.analysis.plan.change import search as rc
from ecomap.analysis.plan.change.params import RankChangeParams
from ecomap.model import vocabulary as v
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import format_number

INPUT = {rc.VALUE: say("One indicator in one area"), rc.PEOPLE: say("The count of people in one area"),
         rc.EXPONENT: say("How much need weighs"), rc.RADIUS: say("How far is in reach")}


def condition(given: rc.Ranking, change: rc.Change) -> Said:
    """The change as the end of "if ...": the input, from what to what, and how much of its margin that is."""
    now = given.now
    if change.kind == rc.EXPONENT:
        return say("need were weighed with the power {after} instead of {before}", after=format_number(change.after, digits=2),
                   before=format_number(change.before, digits=2))
    if change.kind == rc.RADIUS:
        return say("{after} were in reach instead of {before}", after=format_number(change.after, "m"),
                   before=format_number(change.before, "m"))
    area = name(now.areas[v.NAME if v.NAME in now.areas else v.ID].iloc[change.area])
    used = format_number(change.margin, "share")
    if change.kind == rc.PEOPLE:
        return say("{area} had {after} {who} instead of {before} ({share} of the margin of error)", area=area, who=now.who,
                   after=format_number(change.after), before=format_number(change.before), share=used)
    item = now.layer.indicator(change.column)
    label, unit = (item.label, item.unit) if item else (name(change.column), "")
    return say("{indicator} in {area} were just past {after} instead of {before} ({share} of the margin of error)", indicator=label,
               area=area, after=format_number(change.after, unit, 1), before=format_number(change.before, unit, 1), share=used)


def if_changed(given: rc.Ranking, row: int, k: int, change: rc.Change) -> Said:
    """What the change does to a school."""
    how = condition(given, change)
    return say("It falls out if {how}", how=how) if given.rank(row) <= k else say("It comes in if {how}", how=how)


def nothing_does(given: rc.Ranking, params: RankChangeParams) -> Said:
    """Why no input moves a school."""
    if len(given.ids) <= params.top:
        return say("Nothing: there are not more schools than will be chosen")
    return say("No change of one input within what was tried does it")


def no_such_change(kind: str, given: rc.Ranking, params: RankChangeParams) -> Said:
    """Why this input does not move a school."""
    if len(given.ids) <= params.top:
        return nothing_does(given, params)
    if kind == rc.EXPONENT:
        return say("No weight of need between 0 and 2 does it")
    if kind == rc.RADIUS:
        return say("None of the distances tried does it") if params.other_distances else say("Not tried")
    return say("No change within the margins of error does it")


def change_sentence(
    given: rc.Ranking, found: dict[int, dict[str, rc.Change]], params: RankChangeParams, names: dict[str, str]
) -> Said:
    """The finding in plain words."""
    ranked, cut = format_number(len(given.ids)), format_number(params.top)
    if len(given.ids) == 1:
        return say("Only one school is ranked, so no place is at stake.")
    if len(given.ids) <= params.top:
        return say("All {ranked} ranked schools are among the {cut} to be chosen, so no place is at stake.", ranked=ranked, cut=cut)
    if params.school:
        row, changes = next(iter(found.items()))
        return _of_one(given, row, rc.easiest_of(changes), params.top, name(names[given.ids[row]]))
    loose = sum(any(kind in changes for kind in (rc.VALUE, rc.PEOPLE)) for changes in found.values())
    return plural(
        "Of the {n} school next to the cut after {cut}, {loose} would change sides if one single estimate were off within its margin "
        "of error; {firm} would not.", "Of the {n} schools next to the cut after {cut}, {loose} would change sides if one single "
        "estimate were off within its margin of error; {firm} would not.", len(found), cut=cut, loose=format_number(loose),
        firm=format_number(len(found) - loose))


def _of_one(given: rc.Ranking, row: int, easiest: rc.Change | None, k: int, school: Said) -> Said:
    """The finding about one school."""
    stands: dict[str, Said] = {"school": school, "rank": format_number(given.rank(row)), "ranked": format_number(len(given.ids))}
    if easiest is None:
        return say("{school} ranks {rank} of {ranked}; no change of one input within what was tried moves it over the cut after {cut}.",
                   cut=format_number(k), **stands)
    stands["how"] = condition(given, easiest)
    if k == 1:
        return (say("{school} ranks {rank} of {ranked}; it falls out of first place if {how}.", **stands) if given.rank(row) <= k else
                say("{school} ranks {rank} of {ranked}; it comes into first place if {how}.", **stands))
    stands["cut"] = format_number(k)
    return (say("{school} ranks {rank} of {ranked}; it falls out of the first {cut} if {how}.", **stands) if given.rank(row) <= k else
            say("{school} ranks {rank} of {ranked}; it comes into the first {cut} if {how}.", **stands))


def change_figures(
    given: rc.Ranking, found: dict[int, dict[str, rc.Change]], params: RankChangeParams
) -> tuple[KeyFigure, ...]:
    def count(*kinds: str) -> float:
        return float(sum(any(kind in changes for kind in kinds) for changes in found.values()))

    return (
        KeyFigure("schools_looked_at", say("Schools looked at"), float(len(found)), "count"),
        KeyFigure("loose_by_margin", say("Change sides within one margin of error"), count(rc.VALUE, rc.PEOPLE), "count"),
        KeyFigure("loose_by_weight", say("Change sides with another weight of need"), count(rc.EXPONENT), "count"),
        KeyFigure("loose_by_distance", say("Change sides with another distance"), count(rc.RADIUS) if params.other_distances else None,
                  "count", note=NOTHING if params.other_distances else say("Other distances were not tried.")),
        KeyFigure("schools_ranked", say("Schools ranked"), float(len(given.ids)), "count"),
    )


def change_notes(given: rc.Ranking, params: RankChangeParams) -> tuple[Note, ...]:
    held = [item.label for item in given.now.layer.indicators
            if not item.moe_column or item.moe_column not in given.now.areas]
    notes = [
        Note("method", say("Every change named here was tried: all schools were ranked again with that one input changed and "
             "everything else as it is, and the school stood on the other side of the cut.")),
        Note("caution", say("One input at a time, and only areas that the school reaches. Several small errors together can do "
             "what none does alone: see the band of ranks of the ranking.")),
    ]
    if given.now.moes is None:
        notes.append(Note("caution", say("The counts of people have no margin of error, so none of them was changed.")))
    if held:
        notes.append(Note("caution", say("No margin of error is published for these, so they were not changed: {indicators}.",
                                         indicators=joined(held, ", ")), len(held)))
    if params.other_distances:
        notes.append(Note("method", say("Distances tried: a tenth, a quarter and a half nearer and further than the one chosen.")))
    return tuple(notes)
