"""What is said about the system by year: the answer in a sentence, its key figures and what cannot be placed in a year."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.dashboard.years import (
    ANY,
    COMPUTED,
    KEPT,
    MONEY,
    PARTNERS,
    REMARK,
    SCHOOLS,
    undated,
)
from ecomap.analysis.assets.presence import NO_APPROACH
from ecomap.model import vocabulary as v
from ecomap.model.dates import date_in_words
from ecomap.model.frames import Frames
from ecomap.model.result import KeyFigure, Note
from ecomap.model.roles import role
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.units import format_number


def _value(table: pd.DataFrame, indicator: str, approach: str, year: int) -> float | None:
    row = table[(table[v.INDICATOR] == indicator) & (table[v.APPROACH] == approach) & (table[v.YEAR] == str(year))
                & (table["kind"] == COMPUTED)]
    return None if not len(row) or np.isnan(row[v.VALUE].iloc[0]) else float(row[v.VALUE].iloc[0])


def figures(table: pd.DataFrame, years: Sequence[int]) -> tuple[KeyFigure, ...]:
    """The last year's numbers, and how many schools took part in the first."""
    last, first = years[-1], years[0]
    then, partners = _value(table, SCHOOLS, ANY, first), _value(table, PARTNERS, "", last)
    of_approaches = {word: _value(table, SCHOOLS, word, last) for word in (ANY, *v.APPROACHES)}
    dollars = _value(table, MONEY, "", last)
    return (
        KeyFigure("schools_taking_part", say("Schools taking part, {year}", year=last), of_approaches[ANY],
                  note=NO_APPROACH if then is None else say("{schools} in {year}.", schools=format_number(then), year=first)),
        *(KeyFigure(f"schools_{word}", say("{approach}, {year}", approach=v.APPROACH_LABELS[word], year=last), of_approaches[word],
                    note=a.NOT_REPORTED if of_approaches[word] is None else NOTHING) for word in v.APPROACHES),
        KeyFigure("partners", say("Partner organisations at work, {year}", year=last), partners,
                  note=a.NOT_REPORTED if partners is None else NOTHING),
        KeyFigure("fiscal_support", say("Dollars a year, {year}", year=last), dollars, "usd",
                  note=NOTHING if dollars is not None else a.NOT_REPORTED),
        KeyFigure("kept", say("Figures the partners keep"), float((table["kind"] == KEPT).sum()) if (table["kind"] == KEPT).any() else None,
                  note=NOTHING if (table["kind"] == KEPT).any() else a.NOT_REPORTED),
    )


def sentence(table: pd.DataFrame, years: Sequence[int]) -> Said:
    """The answer in one sentence."""
    then, now = (_value(table, SCHOOLS, ANY, year) for year in (years[0], years[-1]))
    partners = _value(table, PARTNERS, "", years[-1])
    if then is None or now is None:
        apart = say("No approach is on record at any school, so how many take part cannot be said.")
        return joined([apart, say("Partner organisations are not reported.") if partners is None else
                       plural("{n} partner organisation is at work{known}.", "{n} partner organisations are at work{known}.", partners,
                              known=_known(table, years[-1]))])
    if partners is None:
        return plural("{n} school takes part in an approach in {last}, {then} did in {first}; partner organisations are not reported.",
                      "{n} schools take part in an approach in {last}, {then} did in {first}; partner organisations are not reported.", now,
                      last=years[-1], first=years[0], then=format_number(then))
    return say("{schools}; {partners}",
               schools=plural("{n} school takes part in an approach in {last}, {then} did in {first}",
                              "{n} schools take part in an approach in {last}, {then} did in {first}", now,
                              last=years[-1], first=years[0], then=format_number(then)),
               partners=plural("{n} partner organisation is at work{known}.", "{n} partner organisations are at work{known}.", partners,
                               known=_known(table, years[-1])))


def _known(table: pd.DataFrame, year: int) -> Said:
    """How many of the partners rest on rows that do not say since when, so that nobody reads growth into them."""
    row = table[(table[v.INDICATOR] == PARTNERS) & (table[v.YEAR] == str(year)) & (table["kind"] == COMPUTED)]
    remark = row[REMARK].iloc[0] if len(row) else NOTHING
    return say(" ({remark})", remark=remark) if remark else NOTHING


def notes(frames: Frames, days: Mapping[int, datetime.date], to_come: int, asked_last: int) -> tuple[Note, ...]:
    """What the years stand for, what does not say since when, and what is of years after the day."""
    last = max(days)
    said = [Note("caution", say("Only what says since when can show a change between years. Figures that grow can also mean that more was "
                                "written down.")),
            Note("method", say("A year stands for its 1 October, {last} for {day}: at work on that day.", last=last, day=date_in_words(days[last])))]
    roles = Counter(ref.partition("/")[0] for ref in undated(frames))
    said += [Note("count", say("{count} of the {rows} state no start: they count in every year until they end.", count=format_number(count),
                               rows=role(code).rows), count) for code, count in sorted(roles.items())]
    if asked_last > last:
        said.append(Note("count", plural("{n} year after {last} has not begun on the day asked for and is left out.",
                                         "{n} years after {last} have not begun on the day asked for and are left out.", asked_last - last, last=last),
                         asked_last - last))
    if to_come:
        said.append(Note("count", plural("{n} figure the partners keep is of a year after the day and is left out.",
                                         "{n} figures the partners keep are of years after the day and are left out.", to_come), to_come))
    if "funding" not in frames:
        said.append(Note("caution", say("The project has no funding: fiscal support is not reported.")))
    if "system_indicators" not in frames:
        said.append(Note("caution", say("The project has no table of system indicators: research partners, media references, policies "
                                        "and the rest are not reported.")))
    return tuple(said)
