"""One thing counted once: a published score never beside its own parts, a measure in one column of a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from ecomap.io.importers.columns.need.by_name import year_in
from ecomap.io.importers.columns.need.known_measures import OVERALL, measures_by_name, parts_of_score
from ecomap.model.indicator import BY_PERSON, Indicator
from ecomap.model.said import Said, joined, say


@frozen
class Counted:
    """The indicators that count, and why others do not: column -> reason."""

    kept: tuple[Indicator, ...]
    left: Mapping[str, Said]
    scores: tuple[Said, ...] = ()      # published scores that are not counted beside their parts
    insisted: tuple[Said, ...] = ()    # those that are, because a person said so


def without_doubles(found: Iterable[Indicator], answers: Mapping[str, str] | None = None) -> Counted:
    """The indicators of one file, each measure once: of several years the last, else the first column; scores only without parts."""
    items = list(found)
    left: dict[str, Said] = {}
    first: dict[str, Indicator] = {}
    for item in sorted(items, key=lambda one: -year_in(one.column)):  # stable: the file's order within a year
        if item.settled_by == BY_PERSON or not item.measure:
            continue
        other = first.setdefault(_thing(item.measure), item)
        if other is not item:
            left[item.column] = say("Not counted: {other} says the same and is counted.", other=other.label)
    kept = tuple(item for item in items if item.column not in left)
    scored = without_scores_of_parts(kept)
    return Counted(scored.kept, {**left, **scored.left}, scored.scores, scored.insisted)


def _thing(measure: str) -> str:
    """What is counted once: a measure, or the whole index of a publisher in any of its forms (score, rank, decile)."""
    known = measures_by_name().get(measure)
    return f"{known.family} {OVERALL}" if known is not None and known.tier == OVERALL else measure


def without_scores_of_parts(found: Iterable[Indicator]) -> Counted:
    """The indicators without published scores whose parts are among them; a person's word on a score stands."""
    items = tuple(found)
    measures = {item.measure for item in items if item.measure}
    left: dict[str, Said] = {}
    scores, insisted = [], []
    for item in items:
        parts = [one.label for one in items if one.measure and one.measure in parts_of_score(item.measure) & measures]
        if parts and item.settled_by == BY_PERSON:
            insisted.append(item.label)
        elif parts:
            left[item.column] = say("Not counted beside its own parts: {parts}.", parts=joined(parts[:3], ", "))
            scores.append(item.label)
    return Counted(tuple(item for item in items if item.column not in left), left, tuple(scores), tuple(insisted))
