"""What is said about the system by year: the answer in a sentence, its key figures and what cannot be placed in a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.dashboard.years import ANY, COMPUTED, KEPT, MONEY, PARTNERS, SCHOOLS
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.result import KeyFigure, Note
from ecomap.model.roles import role
from ecomap.model.said import NOTHING, Said, plural, say
from ecomap.model.units import format_number


def _value(table: pd.DataFrame, indicator: str, approach: str, year: int) -> float | None:
    row = table[(table[v.INDICATOR] == indicator) & (table[v.APPROACH] == approach) & (table[v.YEAR] == str(year))
                & (table["kind"] == COMPUTED)]
    return None if not len(row) or np.isnan(row[v.VALUE].iloc[0]) else float(row[v.VALUE].iloc[0])


def figures(table: pd.DataFrame, years: Sequence[int]) -> tuple[KeyFigure, ...]:
    """The last year's numbers, and how many schools took part in the first."""
    last, first = years[-1], years[0]
    then = _value(table, SCHOOLS, ANY, first)
    dollars = _value(table, MONEY, "", last)
    return (
        KeyFigure("schools_taking_part", say("Schools taking part, {year}", year=last), _value(table, SCHOOLS, ANY, last),
                  note=say("{schools} in {year}.", schools=format_number(then or 0.0), year=first)),
        *(KeyFigure(f"schools_{word}", say("{approach}, {year}", approach=v.APPROACH_LABELS[word], year=last),
                    _value(table, SCHOOLS, word, last)) for word in v.APPROACHES),
        KeyFigure("partners", say("Partner organisations at work, {year}", year=last), _value(table, PARTNERS, "", last)),
        KeyFigure("fiscal_support", say("Dollars a year, {year}", year=last), dollars, "usd",
                  note=NOTHING if dollars is not None else a.NOT_REPORTED),
        KeyFigure("kept", say("Figures the partners keep"), float((table["kind"] == KEPT).sum())),
    )


def sentence(table: pd.DataFrame, years: Sequence[int]) -> Said:
    """The answer in one sentence."""
    then, now = (_value(table, SCHOOLS, ANY, year) or 0.0 for year in (years[0], years[-1]))
    partners = _value(table, PARTNERS, "", years[-1]) or 0.0
    return say("{schools}; {partners}",
               schools=plural("{n} school takes part in an approach in {last}, {then} did in {first}",
                              "{n} schools take part in an approach in {last}, {then} did in {first}", now,
                              last=years[-1], first=years[0], then=format_number(then)),
               partners=plural("{n} partner organisation with a known start is at work.",
                               "{n} partner organisations with a known start are at work.", partners))


def notes(frames: Frames, undated: Mapping[str, int]) -> tuple[Note, ...]:
    """What the years stand for, and the rows (by the role of their table) that say no start and are in none of them."""
    said = [Note("caution", say("Only what says since when can be placed in a year. Figures that grow can also mean that more was "
                                "written down.")),
            Note("method", say("A year stands for its 1 October: at work on that day."))]
    said += [Note("count", say("{count} of the {rows} state no start and are in no year.", count=format_number(count),
                               rows=role(code).rows), count) for code, count in undated.items() if count]
    if "funding" not in frames:
        said.append(Note("caution", say("The project has no funding: fiscal support is not reported.")))
    if "system_indicators" not in frames:
        said.append(Note("caution", say("The project has no table of system indicators: research partners, media references, policies "
                                        "and the rest are not reported.")))
    return tuple(said)
