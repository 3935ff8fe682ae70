"""What is said about merged areas: how many came out, what was lost, what became of each number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from ecomap.analysis.need.merged.division import Divided
from ecomap.analysis.need.merged.merging import Merging
from ecomap.analysis.need.merged.values import (
    ADDED,
    AVERAGED,
    LEFT_OUT,
    MEDIAN,
    NOBODY,
    QUOTIENT,
    SCORE,
    Held,
)
from ecomap.analysis.notes import count_note, first_names
from ecomap.analysis.people import WHO
from ecomap.model import vocabulary as v
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.units import format_number

MERGED: Final = say("merged, sure enough")
ALONE: Final = say("sure enough alone")
UNSURE: Final = say("not sure enough")
NOT_JUDGED: Final = say("cannot be judged")
JUDGED: Final = say("yes")
WHY: Final[Mapping[str, Said]] = {
    MEDIAN: say("a median cannot be worked out from medians"),
    SCORE: say("a score or rank cannot be worked out from scores"),
    NOBODY: say("nothing says how many people each area's number speaks of"),
}
_HOW: Final[Mapping[str, Said]] = {
    ADDED: say("added up"), QUOTIENT: say("worked out anew from its two counts"),
    AVERAGED: say("averaged by people, because its two counts are not in the file"),
}
_SIZES: Final = ((1, 1), (2, 2), (3, 3), (4, 5), (6, 9), (10, 0))


def sentence(merging: Merging, limit: float, points: float) -> Said:
    """How many areas become how many, and whether all are sure enough."""
    found = merging.found
    judged = int((~merging.unjudged).sum())
    sure = int(found.sure.sum())
    if not judged:
        return plural("The {n} need area cannot be judged: nobody is counted there, or no number has a margin of error.",
                      "None of the {n} need areas can be judged: nobody is counted there, or no number has a margin of error.", len(merging.unjudged))
    if not sure:
        return plural("The {n} need area is not sure enough, and merging did not make it so: {limit} may be too much to ask.",
                      "None of the {n} need areas is sure enough, and merging did not make them so: {limit} may be too much to ask.", judged,
                      limit=_limit(limit, points))
    if _sure_alone(merging) == judged:
        return plural("The {n} need area is sure enough as it is: every number asked about has {limit}. Nothing was merged.",
                      "All {n} need areas are sure enough as they are: every number asked about has {limit}. Nothing was merged.", judged, limit=_limit(limit, points))
    return say("{before} become {after} in which every number asked about has {limit}; {alone}{rest}.",
               before=plural("{n} need area", "{n} need areas", judged), after=plural("{n} area", "{n} areas", sure),
               limit=_limit(limit, points), alone=_alone(_sure_alone(merging)), rest=_rest(merging))


def _alone(sure: int) -> Said:
    """How many areas were sure enough before any was merged."""
    if not sure:
        return say("none was so before")
    return plural("{n} was so before", "{n} were so before", sure)


def _limit(limit: float, points: float) -> Said:
    """How sure a number is sure enough."""
    if points:
        return say("a standard error of at most {limit}, or a margin of at most {points} points", limit=format_number(limit, "share"),
                   points=format_number(points * 100, digits=1))
    return say("a standard error of at most {limit}", limit=format_number(limit, "share"))


def _rest(merging: Merging) -> Said:
    lost, most = _lost(merging), merging.task.most
    if lost and most:
        return plural(", and {n} was not made sure enough with at most {most} joined into one", ", and {n} were not made sure enough with at most {most} joined into one", lost,
                      most=format_number(most))
    return plural(", and {n} was not made sure enough", ", and {n} were not made sure enough", lost) if lost else NOTHING


def _sure_alone(merging: Merging) -> int:
    return int((merging.task.passes(merging.task.parts.sums, merging.task.parts.zeros) & ~merging.unjudged).sum())


def _lost(merging: Merging) -> int:
    """Need areas that are in no area sure enough though they could be judged."""
    return int((~merging.found.sure[merging.found.label] & ~merging.unjudged).sum())


def _names_of_lost(merging: Merging) -> list[Any]:
    where = np.flatnonzero(~merging.found.sure[merging.found.label] & ~merging.unjudged)
    return [merging.areas[v.NAME].iloc[n] if v.NAME in merging.areas else merging.areas[v.ID].iloc[n] for n in where]


def figures(merging: Merging) -> tuple[KeyFigure, ...]:
    """How many areas there are now, how many were merged and lost, and what is kept of their differences."""
    found = merging.found
    size = np.bincount(found.label[~merging.unjudged], minlength=found.regions)
    size = size[size > 0]
    alike = merging.task.alike[~merging.unjudged]
    apart = float(np.nansum((alike - np.nanmean(alike, axis=0)) ** 2)) if len(alike) and not np.isnan(alike).all() else 0.0
    return (
        KeyFigure("areas_after", say("Areas after merging"), float(len(size))),
        KeyFigure("areas_before", say("Need areas before"), float((~merging.unjudged).sum())),
        KeyFigure("areas_sure", say("Areas sure enough"), float(found.sure.sum())),
        KeyFigure("areas_sure_alone", say("Need areas that were sure enough alone"), float(_sure_alone(merging))),
        KeyFigure("areas_lost", say("Need areas that were not made sure enough"), float(_lost(merging))),
        KeyFigure("areas_not_judged", say("Need areas that cannot be judged"), float(merging.unjudged.sum())),
        KeyFigure("areas_in_one", say("Need areas in one, in the middle"), float(np.median(size)) if len(size) else None),
        KeyFigure("areas_in_largest", say("Need areas in the largest"), float(size.max()) if len(size) else None),
        KeyFigure("differences_kept", say("Differences between areas that are kept"), max(0.0, 1.0 - found.within / apart) if apart > 0 else None, "share",
                  note=say("Of the spread of the chosen indicators between need areas, how much is still between merged ones.")),
    )


def bars(found: Divided) -> tuple[tuple[Said, float, float | None], ...]:
    """Share of areas by how many need areas they hold."""
    size = np.bincount(found.label, minlength=found.regions)
    made = []
    for low, high in _SIZES:
        share = float(((size >= low) & ((size <= high) if high else True)).sum()) / max(found.regions, 1)
        if share:
            made.append((_sizes(low, high), share, None))
    return tuple(made)


def _sizes(low: int, high: int) -> Said:
    if low == 1:
        return say("not merged")
    if not high:
        return say("{low} or more merged", low=format_number(low))
    if low == high:
        return say("{low} merged", low=format_number(low))
    return say("{low} to {high} merged", low=format_number(low), high=format_number(high))


def notes(merging: Merging, people: str, *, lines: bool) -> tuple[Note, ...]:
    """What has to be kept in mind about merged areas."""
    found = [
        Note("method", say("Had to be sure enough: {numbers}. Areas that share a side were merged, alike with alike.",
                           numbers=first_names((one.label for one in merging.judged), 6))),
        Note("caution", say("A merged area hides what differs within it, and another seed draws other areas about as good. Margins add up as if "
                            "the survey's errors in neighbouring areas had nothing to do with each other.")),
    ]
    lost, unjudged = _lost(merging), int(merging.unjudged.sum())
    if merging.task.most:
        found.append(Note("method", plural("At most {n} need area is joined into one.", "At most {n} need areas are joined into one.", merging.task.most)))
    if lost:
        found.append(count_note(plural("Merging with its neighbours did not make {n} need area sure enough: it stays as it is.",
                                       "Merging with their neighbours did not make {n} need areas sure enough: they stay as they are.", lost)))
        found.append(Note("caution", say("Not sure enough: {names}. They stand in the table of merged areas as '{state}'.", names=first_names(_names_of_lost(merging), 6),
                                         state=UNSURE)))
    if unjudged:
        found.append(count_note(plural("{n} need area cannot be judged: nobody is counted there, or a number comes without a margin. It stays as it is.",
                                       "{n} need areas cannot be judged: nobody is counted there, or a number comes without a margin. They stay as they are.",
                                       unjudged)))
    if merging.outside and lines:
        found.append(count_note(plural("{n} need area lies in none of the areas whose lines are not crossed, or in two alike.",
                                       "{n} need areas lie in none of the areas whose lines are not crossed, or in two alike.", merging.outside)))
    averaged = [one.label for one in merging.held if one.how == AVERAGED]
    if averaged:
        found.append(Note("caution", say("Averaged by {who}, because their two counts are not in the file: {numbers}. Such a mean is right only as far as "
                                         "these people are spread as those whom the number speaks of.", who=WHO.get(people, WHO["population"]),
                                         numbers=first_names(averaged, 4)), len(averaged)))
    gone = [say("{label} ({reason})", label=one.label, reason=WHY[one.why]) for one in merging.held if one.how == LEFT_OUT]
    if gone:
        found.append(Note("caution", say("Left out of merged areas: {numbers}.", numbers=first_names(gone, 4)), len(gone)))
    indicators = [one for one in merging.held if one.indicator is not None]
    if indicators and all(one.how == LEFT_OUT for one in indicators):
        found.append(Note("caution", say("None of the indicators can be put together, so need cannot be worked out on these merged areas. Bring indicators that are "
                                         "shares, with their two counts.")))
    return tuple(found)


def how(one: Held) -> Said:
    """What becomes of a column."""
    return say("left out: {reason}", reason=WHY[one.why]) if one.how == LEFT_OUT else _HOW[one.how]


def help_of(one: Held) -> Said:
    """The same as the explanation of a column."""
    return joined([say("In merged areas {how}.", how=_HOW[one.how])])
