"""Numbers of one census carried over to the areas of another on the way in, with what was split, merged and lost in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecomap.model.report import ReportLine
from ecomap.model.said import joined, say
from ecomap.model.said import name as kept
from ecomap.model.units import format_number


def carry_over(
    frame: Any,
    relationship: Any,
    *,
    to: str,
    on: frozenset[str],
    extensive: Sequence[str],
    intensive: Sequence[str],
    margins: Mapping[str, str],
    people: str = "",
    labels: Mapping[str, str] | None = None,
) -> tuple[Any, tuple[ReportLine, ...]]:
    """The numbers for the areas of the other census, and the loss report as lines of the import's report.

    Parameters
    ----------
    on : frozenset of str
        Codes of the areas on the map; what goes to others is counted as off the map, not as lost.
    """
    from ecomap.analysis.ground.vintages import carried_over  # heavy

    found, report = carried_over(frame, relationship, to=to, extensive=extensive, intensive=intensive, margins=margins, people=people)
    here = found["id"].isin(on)
    counted = say("Of {all} tracts, {split} were shared out over several and {whole} went whole to one; {merged} areas are made of several.",
                  all=format_number(len(frame)), split=format_number(report.split), whole=format_number(report.whole),
                  merged=format_number(report.merged))
    spread = say("A tract that is shared out is taken to be lived in evenly, or as the relationship weighs it: its parts are "
                 "estimates, and their margins do not hold this error.")
    lines = [ReportLine("caution", joined([counted, spread]) if report.split else counted)]
    if intensive:
        lines.append(ReportLine("note", say("Rates and scores were averaged by the people of each part." if people else
                                            "Rates and scores were averaged by the land of each part: the file has no number of people.")))
    if report.partial:
        lines.append(ReportLine("caution", say("Tracts that the relationship gives away only in part: the rest is lost."),
                                len(report.partial), report.partial[:5]))
    for name in extensive:
        arrived = float(found.loc[here, name].sum())
        off = report.before[name] - report.lost[name] - arrived
        lines.append(ReportLine("note", say(
            "{what}: {before} in the file's tracts; {arrived} on the map, {off} in areas off the map or without a number, {lost} lost.",
            what=kept((labels or {}).get(name, name)), before=format_number(report.before[name]), arrived=format_number(arrived),
            off=format_number(max(off, 0.0)), lost=format_number(report.lost[name]))))
    return found, _shortened(lines)


def _shortened(lines: Sequence[ReportLine], most: int = 8) -> tuple[ReportLine, ...]:
    """The report with at most so many counts spelled out."""
    if len(lines) <= most:
        return tuple(lines)
    more = len(lines) - most
    return (*lines[:most], ReportLine("note", say("And {more} more counts, shared out in the same way.", more=format_number(more))))
