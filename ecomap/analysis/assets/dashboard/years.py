"""What is counted for every year: schools taking part, partners and dollars, beside the figures the partners keep."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.grants import YEARLY, grants_on
from ecomap.analysis.assets.presence import INPUTS as PRESENCE_INPUTS
from ecomap.analysis.assets.presence import (
    SEPARATOR,
    Presence,
    on_record,
    organisations_on_record,
    refs,
    text,
)
from ecomap.analysis.assets.school_need import number
from ecomap.analysis.at_work import days
from ecomap.analysis.travel.taking_part import TAKES_PART
from ecomap.model import vocabulary as v
from ecomap.model.dates import date_in_words, first_day
from ecomap.model.errors import ParameterError
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
COUNTED_ON: Final = (10, 1)  # 1 October: about when California counts its pupils


def days_of_years(first: int, last: int, day: datetime.date) -> dict[int, datetime.date]:
    """Year -> the day it stands for: its 1 October, in the year of the day itself that day; no year after it.

    ``last`` 0 means the year of the day.

    Raises
    ------
    ParameterError
        If the years run backwards, or none has begun on the day.
    """
    if last and last < first:
        raise ParameterError(say("The last year, {last}, is before the first, {first}.", last=last, first=first), say("Turn them round."))
    if first > day.year:
        raise ParameterError(say("The first year, {first}, has not begun on {day}.", first=first, day=date_in_words(day)),
                             say("Choose an earlier year, or a later day."))
    years = range(first, min(last or day.year, day.year) + 1)
    return {year: day if year == day.year else datetime.date(year, *COUNTED_ON) for year in years}


def undated(frames: Frames) -> frozenset[str]:
    """The rows that do not say since when, as tables refer to them: they count until they end."""
    found: set[str] = set()
    for item in PRESENCE_INPUTS:
        if item.name not in ("schools", "terms") and item.name in frames:
            rows = frames[item.name]
            found.update(refs(item.role, rows[v.ID][np.isnat(days(rows, v.START))]))
    return frozenset(found)


def count_schools(
    rows: list[dict[str, Any]], by_fifth: list[dict[str, Any]], frames: Frames, found: Presence, fifth: np.ndarray, year: int, terms: Terms,
    since: frozenset[str],
) -> None:
    """Schools that take part in each approach and in any, and how many of them are in each need fifth; missing where the project has no
    row at all that names the approach.
    """
    recorded = on_record(frames, found)
    behind = np.isin(found.role, TAKES_PART) & (found.place <= 1)
    word, ref = (found.actors[column].to_numpy()[found.actor] for column in ("approach", "ref"))
    dated = ~np.isin(ref, list(since))
    known = {term.code for term in terms.of("approach")} & set(found.part)
    for approach in (ANY, *v.APPROACHES, *sorted(known - set(v.APPROACHES))):
        mine = behind & ((word == approach) if approach != ANY else (word != ""))
        which = np.flatnonzero(found.part.any(axis=1) if approach == ANY else found.part[approach])
        there = bool(recorded) if approach == ANY else approach in recorded
        resting = len(which) - len(np.unique(found.school[mine & dated]))
        ids = found.schools[v.ID].astype(str).to_numpy()[which]
        label = say("Schools taking part in any approach") if approach == ANY else \
            say("Schools taking part: {approach}", approach=terms.label("approach", approach))
        rows.append({v.INDICATOR: SCHOOLS, v.APPROACH: approach, v.NAME: label, v.YEAR: str(year),
                     v.VALUE: float(len(which)) if there else np.nan,
                     v.UNIT: say("schools"), "kind": COMPUTED, v.SOURCE: "", REMARK: _since_unknown(resting),
                     a.ROWS: SEPARATOR.join(sorted(set(ref[mine])))})
        for number_ in (5, 4, 3, 2, 1):
            here = which[fifth[which] == number_]
            by_fifth.append({v.YEAR: str(year), v.APPROACH: approach, v.NAME: label, a.SCHOOL_FIFTH: number_,
                             v.VALUE: float(len(here)) if there else np.nan, a.ROWS: SEPARATOR.join(v.SCHOOL + "/" + i for i in ids[fifth[which] == number_])})


def count_partners(rows: list[dict[str, Any]], frames: Frames, found: Presence, year: int, since: frozenset[str]) -> None:
    """Organisations that lead, offer or employ on a day, each once, whatever school they work with; missing where no row names any."""
    named = found.actors[found.actors["organisation"] != ""]
    dated = named[~named["ref"].isin(since)]
    rows.append({v.INDICATOR: PARTNERS, v.APPROACH: "", v.NAME: say("Partner organisations at work"), v.YEAR: str(year),
                 v.VALUE: float(named["who"].nunique()) if organisations_on_record(frames) else np.nan, v.UNIT: say("organisations"), "kind": COMPUTED, v.SOURCE: "",
                 REMARK: _since_unknown(named["who"].nunique() - dated["who"].nunique()), a.ROWS: SEPARATOR.join(sorted(set(named["ref"])))})


def count_money(rows: list[dict[str, Any]], frames: Frames, day: datetime.date, year: int) -> None:
    """Dollars a year of the grants that pay on a day."""
    if "funding" not in frames or not len(frames["funding"]):
        return
    paying = grants_on(frames["funding"], day).rows
    known = paying[YEARLY].notna()
    value = float(paying.loc[known, YEARLY].sum()) if known.any() else np.nan  # nothing on record is not zero dollars
    rows.append({v.INDICATOR: MONEY, v.APPROACH: "", v.NAME: say("Dollars a year of the grants that pay"), v.YEAR: str(year),
                 v.VALUE: value, v.UNIT: DOLLARS, "kind": COMPUTED, v.SOURCE: "",
                 REMARK: _remark(int((~known).sum()), int((paying[v.INFERRED] != "").sum())),
                 a.ROWS: SEPARATOR.join(paying["ref"])})


def _since_unknown(count: int) -> Said:
    """How many of those counted rest only on rows that do not say since when."""
    return plural("{n} of these by a row that does not say since when", "{n} of these by rows that do not say since when", count) if count else NOTHING


def _remark(unknown: int, inferred: int) -> Said:
    """What has to be said beside a year's dollars."""
    return joined((
        plural("{n} grant whose dollars a year are not known", "{n} grants whose dollars a year are not known", unknown) if unknown else NOTHING,
        plural("{n} grant with an inferred last day or amount", "{n} grants with an inferred last day or amount", inferred)
        if inferred else NOTHING), SEPARATOR)


def kept(frames: Frames, terms: Terms, day: datetime.date) -> tuple[list[dict[str, Any]], int]:
    """Figures on the whole system that the partners wrote down, and how many are of years after the day, which are left out."""
    if "system_indicators" not in frames:
        return [], 0
    every = frames["system_indicators"]
    begun = np.array([(first_day(year) or day) <= day for year in text(every, v.YEAR)], dtype=bool)
    rows = every[begun]
    columns = [text(rows, column).tolist() for column in (v.ID, v.INDICATOR, v.YEAR, v.UNIT, v.SOURCE)]
    return [
        {v.INDICATOR: terms.code("system_indicator", word) or word, v.APPROACH: "",
         v.NAME: terms.label("system_indicator", terms.code("system_indicator", word) or word), v.YEAR: year, v.VALUE: value,
         v.UNIT: _UNIT_WORDS.get(unit) or name(unit), "kind": KEPT, v.SOURCE: source, a.ROWS: ref}
        for ref, word, year, unit, source, value in
        zip(refs(v.SYSTEM_INDICATOR, columns[0]), *columns[1:], number(rows, v.VALUE), strict=True)
    ], int((~begun).sum())
