"""Residents and children of an area: their margins, and children added up from a table of ages."""

from __future__ import annotations

import re
from typing import Any, Final

from attrs import evolve

from ecomap.io.importers.columns.fields import original_name
from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.columns.need.acs_codes import acs_code
from ecomap.io.importers.columns.need.sums import margin_of_sum
from ecomap.io.importers.spec import Draft
from ecomap.io.table import parse_numbers
from ecomap.model.layer import Column
from ecomap.model.report import ReportLine
from ecomap.model.said import say
from ecomap.model.vocabulary import CHILDREN, MOE_SUFFIX, POPULATION

# Under 5, 5 to 9, 10 to 14, 15 to 17: boys and girls of the table of sex by age.
_UNDER_18: Final = tuple(f"b01001_{line:03d}" for line in (3, 4, 5, 6, 27, 28, 29, 30))


def with_margins(draft: Draft) -> Draft:
    """Margins of error of residents and children, taken from the columns beside them."""
    frame, columns, rest = draft.frame, list(draft.columns), list(draft.rest)
    for field in (POPULATION, CHILDREN):
        source = plain(draft.mapping.get(field, ""))
        if field not in frame.columns or not source:
            continue
        wanted = {f"m_{source[2:]}" if source.startswith("e_") else "", re.sub(r"e$", "m", source), f"{source}_error", f"{source}_moe",
                  f"moe_{source}", f"{source}_margin_of_error"}
        column = next((c for c in rest if plain(original_name(c)) in wanted - {"", source}), None)
        if column is None:
            continue
        margin = parse_numbers(frame[column]).values
        frame = frame.drop(columns=column).assign(**{field + MOE_SUFFIX: margin.where(margin >= 0)})
        rest.remove(column)
        columns = [evolve(c, moe=field + MOE_SUFFIX) if c.name == field else c for c in columns]
        columns.append(_margin_column(field))
    return evolve(draft, frame=frame, columns=tuple(columns), rest=tuple(rest))


def with_children_of_ages(draft: Draft) -> Draft:
    """Children under 18 added up from the ages of table B01001, with their margin, where the file has no column of them."""
    if CHILDREN in draft.frame.columns:
        return draft
    codes = {code: column for column in draft.rest if (code := acs_code(plain(original_name(column))))}
    if not all((line, "e") in codes for line in _UNDER_18):
        return draft
    counts = [parse_numbers(draft.frame[codes[line, "e"]]).values for line in _UNDER_18]
    total = sum(counts[1:], counts[0])
    added: dict[str, Any] = {CHILDREN: total}
    columns = [Column(CHILDREN, say("Children under 18"), "count")]
    if all((line, "m") in codes for line in _UNDER_18):
        margins = [parse_numbers(draft.frame[codes[line, "m"]]).values for line in _UNDER_18]
        added[CHILDREN + MOE_SUFFIX] = margin_of_sum(counts, [margin.where(margin >= 0) for margin in margins])
        columns = [evolve(columns[0], moe=CHILDREN + MOE_SUFFIX), _margin_column(CHILDREN)]
    line = ReportLine("note", say("Children under 18 were added up from the table of ages."), None, tuple(original_name(codes[line, "e"]) for line in _UNDER_18)[:5])
    return evolve(draft, frame=draft.frame.assign(**added), columns=(*draft.columns, *columns), lines=(*draft.lines, line))


def _margin_column(field: str) -> Column:
    return Column(field + MOE_SUFFIX, say("Population: margin of error (90 %)" if field == POPULATION else "Children: margin of error (90 %)"), "count", hidden=True)
