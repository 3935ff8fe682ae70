"""What a stated tie must say: two different organisations, and who says what of trust and quality."""

from __future__ import annotations

from ecomap.io.inventory.texts import Texts
from ecomap.model import vocabulary as v
from ecomap.model.dates import first_day, last_day
from ecomap.model.report import ReportLine
from ecomap.model.said import say
from ecomap.model.terms import plain


def settled_ties(texts: Texts) -> tuple[list[int], Texts, list[ReportLine]]:
    """Which rows stay, the rows that stay, and what was found.

    A tie of an organisation with itself is dropped. Trust and quality that nobody says are emptied. An end before the start
    makes both unknown: nobody can say which is wrong.
    """
    count = len(texts[v.FROM_ORGANISATION])
    same = [n for n in range(count) if plain(texts[v.FROM_ORGANISATION][n]) == plain(texts[v.TO_ORGANISATION][n])]
    keep = [n for n in range(count) if n not in set(same)]
    found = {name: [column[n] for n in keep] for name, column in texts.items()}
    unsaid = [n for n in range(len(keep)) if not found[v.STATED_BY][n] and (found[v.TRUST][n] or found[v.QUALITY][n])]
    turned = [n for n in range(len(keep)) if _turned(found[v.START][n], found[v.END][n])]
    lines = []
    if same:
        lines.append(ReportLine("dropped", say("Ties of an organisation with itself."), len(same), tuple(texts[v.FROM_ORGANISATION][n][:60] for n in same[:5])))
    if unsaid:
        lines.append(ReportLine("caution", say("Trust or quality of a tie without who says so: left out."), len(unsaid)))
    if turned:
        lines.append(ReportLine("caution", say("Ties that end before they begin: both dates count as not known."), len(turned)))
    for column, rows in ((v.TRUST, unsaid), (v.QUALITY, unsaid), (v.START, turned), (v.END, turned)):
        found[column] = ["" if n in set(rows) else text for n, text in enumerate(found[column])]
    return keep, found, lines


def _turned(start: str, end: str) -> bool:
    first, last = first_day(start), last_day(end)
    return first is not None and last is not None and last < first
