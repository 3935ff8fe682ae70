"""The tables of spending beside an outcome: schools by name, the corners with their questions, and need fifths. Nothing is ordered by a ratio."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.presence import spoken
from ecomap.analysis.money.beside import corners as q
from ecomap.analysis.money.beside.case import Beside
from ecomap.analysis.money.beside.words import CORNER_WORDS, QUESTIONS, REASONS
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, Column
from ecomap.model.result import Output
from ecomap.model.said import say
from ecomap.model.style import CATEGORISED, LayerStyle

DOLLARS: Final = "dollars_per_pupil_usd"
DOLLARS_MOE: Final = "dollars_per_pupil_usd_moe"
OUTCOME, OUTCOME_MOE = "outcome", "outcome_moe"
QUESTION: Final = "question"
# Four shapes in four hues of one lightness: none of them warns, none of them praises.
STYLE: Final = LayerStyle(kind=CATEGORISED, column=c.STATE, line="#FFFFFF", size=8.0, symbols=(
    (CORNER_WORDS[q.MORE_HIGHER], "#5B7FA6", "circle"), (CORNER_WORDS[q.MORE_LOWER], "#7F78A8", "square"),
    (CORNER_WORDS[q.FEWER_HIGHER], "#4F8A86", "diamond"), (CORNER_WORDS[q.FEWER_LOWER], "#8A7F58", "triangle"),
    (CORNER_WORDS[q.UNSURE], "#C3CAD2", "circle"), (CORNER_WORDS[q.MISSING], "#98A2AD", "cross")),
    quiet=(CORNER_WORDS[q.UNSURE], CORNER_WORDS[q.MISSING]))


def schools_output(found: Beside, fifth: np.ndarray, by: str) -> Output:
    """Every school by name, with both numbers, their errors, its corner and the question to ask there."""
    corner = found.corner
    ids, names = (found.schools[column].astype(str).to_numpy() for column in (v.ID, v.NAME))
    frame = pd.DataFrame({
        v.ID: ids, v.NAME: names, c.STATE: spoken(CORNER_WORDS[one] for one in corner),
        DOLLARS: found.dollars.value, DOLLARS_MOE: found.dollars.margin, "dollars_why": spoken(REASONS.get(one, REASONS["not_reported"]) for one in found.dollars_why),
        OUTCOME: found.result.value, OUTCOME_MOE: found.result.margin, "outcome_why": spoken(REASONS.get(one, REASONS["not_reported"]) for one in found.outcome_why),
        a.SCHOOL_FIFTH: fifth, QUESTION: spoken(QUESTIONS[one] for one in corner),
    }).astype({v.ID: object}).sort_values([v.NAME, v.ID], kind="stable", ignore_index=True)
    columns = (
        *c.id_columns(), Column(c.STATE, say("Corner"), "", say("Beside the medians of the schools with both numbers. A band that crosses a median is on no side.")),
        Column(DOLLARS, say("Spending per pupil"), "usd", moe=DOLLARS_MOE), c.margin_column(DOLLARS_MOE, say("Spending per pupil"), "usd"),
        Column("dollars_why", say("Spending: why there is no number")),
        Column(OUTCOME, found.outcome.label, found.outcome.unit, digits=1, moe=OUTCOME_MOE), c.margin_column(OUTCOME_MOE, found.outcome.label, found.outcome.unit),
        Column("outcome_why", say("Outcome: why there is no number, or no side")), a.school_fifth_column(by),
        Column(QUESTION, say("To ask at the meeting")),
    )
    return Output("schools", say("Spending beside the outcome, school by school"), frame, columns, NO_GEOMETRY, "schools", STYLE, told=(c.STATE, QUESTION), told_by=v.NAME)


def corners_output(found: Beside, fifth: np.ndarray) -> Output:
    """The corners in a fixed order, how many schools of which need fifth lie in each, and what to ask there."""
    corner = found.corner
    frame = pd.DataFrame({
        v.ID: list(q.KINDS), v.NAME: spoken(CORNER_WORDS[one] for one in q.KINDS), a.SCHOOLS: [int((corner == one).sum()) for one in q.KINDS],
        QUESTION: spoken(QUESTIONS[one] for one in q.KINDS),
        **{f"{a.SCHOOLS}_fifth_{n}": [int(((corner == one) & (fifth == n)).sum()) for one in q.KINDS] for n in (5, 4, 3, 2, 1)},
    }).astype({v.ID: object})
    columns = (*c.id_columns(), Column(a.SCHOOLS, say("Schools"), "count"), Column(QUESTION, say("To ask at the meeting")),
               *(a.fifth_count(n) for n in (5, 4, 3, 2, 1)))
    return Output("corners", say("The corners and what to ask there"), frame, columns, told=(a.SCHOOLS, QUESTION))


def fifths_output(found: Beside, fifth: np.ndarray, by: str) -> Output:
    """Need fifths: the middle of both numbers in each, and how many schools lie where."""
    corner = found.corner
    rows: list[dict[str, Any]] = []
    for n in (5, 4, 3, 2, 1):
        here = fifth == n
        weight = np.where(here & found.both, found.pupils, 0.0)
        rows.append({v.ID: str(n), v.NAME: c.FIFTH_LABELS[n], a.SCHOOL_FIFTH: n, a.SCHOOLS: int(here.sum()),
                     DOLLARS: q.weighted_median(found.dollars.value, weight), OUTCOME: q.weighted_median(found.result.value, weight),
                     **{f"{a.SCHOOLS}_{kind}": int((here & (corner == kind)).sum()) for kind in q.KINDS}})
    frame = pd.DataFrame(rows).assign(**{v.NAME: spoken(row[v.NAME] for row in rows)}).astype({v.ID: object})
    middle = say("Median weighed by pupils, of the schools with both numbers.")
    columns = (*c.id_columns(), a.school_fifth_column(by), Column(a.SCHOOLS, say("Schools"), "count"),
               Column(DOLLARS, say("Spending per pupil, middle"), "usd", middle), Column(OUTCOME, say("{outcome}, middle", outcome=found.outcome.label), found.outcome.unit, middle, 1),
               *(Column(f"{a.SCHOOLS}_{kind}", say("Schools: {corner}", corner=CORNER_WORDS[kind]), "count") for kind in q.KINDS))
    return Output("fifths", say("By need fifth of schools"), frame, columns)
