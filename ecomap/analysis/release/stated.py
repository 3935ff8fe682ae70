"""What is said of the people in a file that leaves: what was protected, what nobody knows, what was declared safe and by whom."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from attrs import frozen

from ecomap.analysis.release.judging import judgements_of
from ecomap.analysis.release.numbers import PUPIL_COUNTS, measure
from ecomap.model import vocabulary as v
from ecomap.model.judgement import COUNT, NOBODY, PERSON, UNKNOWN
from ecomap.model.project import Project
from ecomap.model.pupils import PUPILS, SUPPRESSED, THRESHOLD
from ecomap.model.said import Said, joined, plural, say
from ecomap.model.said import name as named
from ecomap.model.units import format_number

_TOLD = 12  # columns that are named in one sentence


@frozen
class Declared:
    """Columns of which somebody said that they count no people."""

    by: str
    on: str
    columns: tuple[Said, ...]


@frozen
class Protected:
    """What became of the columns that count people, or may, in the tables of one file.

    Parameters
    ----------
    hidden : tuple of Said
        Columns in which small numbers, or what would give them away, are hidden.
    withheld : tuple of Said
        Those among them of which no number leaves, though not all are small.
    unknown : tuple of Said
        Those among them of which nobody has said what they count.
    counted : bool
        Whether any column counts people, or may.
    declared : tuple of Declared
        What was declared to count no people.
    persons : tuple of Said
        Columns about single persons that were left out.
    """

    hidden: tuple[Said, ...] = ()
    withheld: tuple[Said, ...] = ()
    unknown: tuple[Said, ...] = ()
    counted: bool = False
    declared: tuple[Declared, ...] = ()
    persons: tuple[Said, ...] = ()

    @property
    def sentences(self) -> tuple[Said, ...]:
        """What is said of it, in whole sentences."""
        return tuple(_sentences(self))


def protected_in(whole: Project, released: Project, of: Collection[str] = ()) -> Protected:
    """What was protected between a project and its release.

    Parameters
    ----------
    of : collection of str
        Ids of the layers and results that are in the file; all of them, if none is named.
    """
    hidden: list[Said] = []
    unknown: list[Said] = []
    withheld: list[Said] = []
    persons: list[Said] = []
    declared: dict[tuple[str, str], list[Said]] = {}
    counted = False
    for layer in (one for one in whole.layers if not one.result_id and (not of or one.id in of)):
        frame, after = whole.frame(layer.id), released.frame(layer.id)
        gone = set(_hidden_in(frame, after))
        counted |= any(measure(str(name)) in PUPIL_COUNTS for name in frame)  # fields of schools, which nobody has to judge
        for name, one in judgements_of(layer, frame).items():
            label = layer.column(name).label
            counted |= one.holds == COUNT
            if name in gone and one.by == UNKNOWN:
                unknown.append(label)
            if one.holds == NOBODY and one.declared:
                declared.setdefault((one.by, one.on), []).append(label)
            if one.holds == PERSON and name in frame and name not in after:
                persons.append(label)
        withheld += [layer.column(name).label for name in gone if after[name].isna().all() and _any_large(frame[name])]
        hidden += [layer.column(name).label for name in sorted(gone, key=list(map(str, frame.columns)).index)]
    for before, result in zip(whole.results, released.results, strict=False):
        if of and before.id not in of:
            continue
        for output, left in zip(before.outputs, result.outputs, strict=False):
            labels = {column.name: column.label for column in output.columns}
            counted |= any(column.unit == PUPILS for column in output.columns)
            hidden += [labels.get(name, named(name)) for name in _hidden_in(output.frame, left.frame)]
    return Protected(_once(hidden), _once(withheld), _once(unknown), counted, tuple(Declared(by, on, _once(said)) for (by, on), said in declared.items()), _once(persons))


def _hidden_in(before: Any, after: Any) -> Iterator[str]:
    """The columns in which something was hidden on the way out."""
    if before is after:
        return
    for name in map(str, before.columns):
        reason = name + v.REASON_SUFFIX
        if reason in after and (after[reason] == SUPPRESSED).any() and not (reason in before and (before[reason] == SUPPRESSED).equals(after[reason] == SUPPRESSED)):
            yield name


def _any_large(values: Any) -> bool:
    import pandas as pd  # heavy

    return bool((pd.to_numeric(values, errors="coerce") >= THRESHOLD).any())


def _once(said: list[Said]) -> tuple[Said, ...]:
    return tuple(dict.fromkeys(said))


def says_what_is_hidden(one: Said) -> bool:
    """Whether a sentence names the columns in which counts are hidden."""
    return one.key == _names_hidden(()).key


def _names_hidden(columns: tuple[Said, ...]) -> Said:
    return plural("Counts of fewer than {most} pupils or other people, and what would give them away, are hidden in {n} column ({columns}).",
                  "Counts of fewer than {most} pupils or other people, and what would give them away, are hidden in {n} columns ({columns}).",
                  len(columns), most=format_number(THRESHOLD), columns=_listed(columns))


def _sentences(found: Protected) -> Iterator[Said]:
    if found.hidden:
        yield _names_hidden(found.hidden)
    elif found.counted:
        yield say("Nothing had to be hidden: no count of people in it is smaller than {most}.", most=format_number(THRESHOLD))
    else:
        yield say("Nothing in it is known to count people, so nothing was there to protect.")
    if found.withheld:
        yield say("No number leaves of these, because small counts could be worked out from the others, or from what has left before: "
                  "{columns}.", columns=_listed(found.withheld))
    if found.unknown:
        yield say("Protected because nobody has said what they count: {columns}.", columns=_listed(found.unknown))
    for one in found.declared:
        who = named(one.by) if one.by else say("somebody who gave no name")
        if one.on:
            yield say("Declared to count no people by {who} on {day}: {columns}.", who=who, day=named(one.on), columns=_listed(one.columns))
        else:
            yield say("Declared to count no people by {who}: {columns}.", who=who, columns=_listed(one.columns))
    if found.persons:
        yield say("Left out because they are about single persons: {columns}.", columns=_listed(found.persons))


def _listed(columns: tuple[Said, ...]) -> Said:
    if len(columns) <= _TOLD:
        return joined(columns, ", ")
    return say("{columns} and {count} more", columns=joined(columns[:_TOLD], ", "), count=format_number(len(columns) - _TOLD))



