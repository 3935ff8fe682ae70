"""What is counted for every year: schools taking part, partners and dollars, beside the figures the partners keep."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.grants import YEARLY, grants_table
from ecomap.analysis.assets.overlap.grid import TAKES_PART
from ecomap.analysis.assets.presence import INPUTS as PRESENCE_INPUTS
from ecomap.analysis.assets.presence import SEPARATOR, Presence, refs, text
from ecomap.analysis.assets.school_need import number
from ecomap.analysis.at_work import ACTIVE, days, state_on
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.terms import Terms

SCHOOLS, PARTNERS, MONEY = "schools_taking_part", "partners", "fiscal_support"
ANY: Final = "any"
COMPUTED: Final = say("counted from the records")
KEPT: Final = say("as the partners keep it")
DOLLARS: Final = say("dollars a year")
_UNIT_WORDS: Final[Mapping[str, Said]] = {"usd": say("dollars")}
REMARK: Final = "remark"


def dated(frames: Frames) -> tuple[Frames, dict[str, int]]:
    """The rows that say since when; how many of each role do not, which cannot be placed in a year."""
    found, undated = {}, {}
    for item in PRESENCE_INPUTS:
        if item.name in ("schools", "terms") or item.name not in frames:
            continue
        rows = frames[item.name]
        known = ~np.isnat(days(rows, v.START))
        undated[item.role] = int((~known).sum())
        found[item.name] = rows[known]
    layers = {name: frames.layer(name) for name in frames}
    rest = {name: frames[name] for name in ("terms",) if name in frames}
    return Frames({**found, **rest}, layers), undated


def count_schools(
    rows: list[dict[str, Any]], by_fifth: list[dict[str, Any]], found: Presence, fifth: np.ndarray, year: int, terms: Terms
) -> None:
    """Schools that take part in each approach and in any, and how many of them are in each need fifth."""
    part = np.isin(found.role, TAKES_PART) & (found.place <= 1)
    word = found.actors["approach"].to_numpy()[found.actor]
    known = {term.code for term in terms.of("approach")} & set(word)
    for approach in (ANY, *v.APPROACHES, *sorted(known - set(v.APPROACHES))):
        mine = part & ((word == approach) if approach != ANY else (word != ""))
        which = np.unique(found.school[mine])
        ids = found.schools[v.ID].astype(str).to_numpy()[which]
        label = say("Schools taking part in any approach") if approach == ANY else \
            say("Schools taking part: {approach}", approach=terms.label("approach", approach))
        rows.append({v.INDICATOR: SCHOOLS, v.APPROACH: approach, v.NAME: label, v.YEAR: str(year), v.VALUE: float(len(which)),
                     v.UNIT: say("schools"), "kind": COMPUTED, v.SOURCE: "",
                     a.ROWS: SEPARATOR.join(sorted(set(found.actors["ref"].to_numpy()[found.actor[mine]])))})
        for number_ in (5, 4, 3, 2, 1):
            here = which[fifth[which] == number_]
            by_fifth.append({v.YEAR: str(year), v.APPROACH: approach, v.NAME: label, a.SCHOOL_FIFTH: number_,
                             v.VALUE: float(len(here)), a.ROWS: SEPARATOR.join(v.SCHOOL + "/" + i for i in ids[fifth[which] == number_])})


def count_partners(rows: list[dict[str, Any]], found: Presence, year: int) -> None:
    """Organisations that lead, offer or employ on a day, each once, whatever school they work with."""
    named = found.actors[found.actors["organisation"] != ""]
    rows.append({v.INDICATOR: PARTNERS, v.APPROACH: "", v.NAME: say("Partner organisations at work"), v.YEAR: str(year),
                 v.VALUE: float(named["who"].nunique()), v.UNIT: say("organisations"), "kind": COMPUTED, v.SOURCE: "",
                 a.ROWS: SEPARATOR.join(sorted(set(named["ref"])))})


def count_money(rows: list[dict[str, Any]], frames: Frames, day: datetime.date, year: int) -> None:
    """Dollars a year of the grants that pay on a day."""
    if "funding" not in frames or not len(frames["funding"]):
        return
    paying = grants_table(frames["funding"])[(state_on(frames["funding"], day) == ACTIVE) & ~np.isnat(days(frames["funding"], v.START))]
    known = paying[YEARLY].notna()
    value = float(paying.loc[known, YEARLY].sum()) if known.any() else np.nan  # nothing on record is not zero dollars
    rows.append({v.INDICATOR: MONEY, v.APPROACH: "", v.NAME: say("Dollars a year of the grants that pay"), v.YEAR: str(year),
                 v.VALUE: value, v.UNIT: DOLLARS, "kind": COMPUTED, v.SOURCE: "",
                 REMARK: _remark(int((~known).sum()), int((paying[v.INFERRED] != "").sum())),
                 a.ROWS: SEPARATOR.join(paying["ref"])})


def _remark(unknown: int, inferred: int) -> Said:
    """What has to be said beside a year's dollars."""
    return joined((
        plural("{n} grant whose dollars a year are not known", "{n} grants whose dollars a year are not known", unknown) if unknown else NOTHING,
        plural("{n} grant with an inferred last day or amount", "{n} grants with an inferred last day or amount", inferred)
        if inferred else NOTHING), SEPARATOR)


def kept(frames: Frames, terms: Terms) -> list[dict[str, Any]]:
    """Figures on the whole system that the partners wrote down."""
    if "system_indicators" not in frames:
        return []
    rows = frames["system_indicators"]
    columns = [text(rows, column).tolist() for column in (v.ID, v.INDICATOR, v.YEAR, v.UNIT, v.SOURCE)]
    return [
        {v.INDICATOR: terms.code("system_indicator", word) or word, v.APPROACH: "",
         v.NAME: terms.label("system_indicator", terms.code("system_indicator", word) or word), v.YEAR: year, v.VALUE: value,
         v.UNIT: _UNIT_WORDS.get(unit) or name(unit), "kind": KEPT, v.SOURCE: source, a.ROWS: ref}
        for ref, word, year, unit, source, value in
        zip(refs(v.SYSTEM_INDICATOR, columns[0]), *columns[1:], number(rows, v.VALUE), strict=True)
    ]
