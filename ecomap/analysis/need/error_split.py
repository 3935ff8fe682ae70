"""How much of a score's error and of a band of ranks comes from the survey, and how much from spreading people over areas."""

from __future__ import annotations

from typing import Final

import pandas as pd
from attrs import field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.need import scoring
from ecomap.analysis.need.index.choice import IndexChoice, index_surveys
from ecomap.analysis.need.scoring import allocation_range
from ecomap.analysis.statistics.rank_sets import Surveys, rank_sets
from ecomap.analysis.statistics.ranks import AT_ONCE, ON_ITS_OWN, mean_width
from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import say
from ecomap.model.units import format_number

SCORE_MOE: Final = c.SCORE + v.MOE_SUFFIX
SCORE_ALLOCATION: Final = c.SCORE + v.ALLOCATION_SUFFIX
LOW_SAMPLING, HIGH_SAMPLING = "rank_low_sampling", "rank_high_sampling"
LOW_ALLOCATION, HIGH_ALLOCATION = "rank_low_allocation", "rank_high_allocation"

# The bands of ranks with one error alone.
ALONE: Final = (
    Column(LOW_SAMPLING, say("Rank, best case, with the survey's error alone"), "rank", hidden=True),
    Column(HIGH_SAMPLING, say("Rank, worst case, with the survey's error alone"), "rank", hidden=True),
    Column(LOW_ALLOCATION, say("Rank, best case, with the error of spreading people alone"), "rank", hidden=True),
    Column(HIGH_ALLOCATION, say("Rank, worst case, with the error of spreading people alone"), "rank", hidden=True),
)


@frozen
class ErrorSplit:
    """The errors of a need index, each on its own.

    Parameters
    ----------
    table : DataFrame
        Index of the areas: score_moe; where values were carried from other areas also score_allocation and the bands of ranks
        (each place on its own) with only one of the errors.
    widths : mapping of error to (float, float), empty without allocation error
        Mean width in ranks of the band on its own and of the band of all at once: both, sampling, allocation.
    """

    table: pd.DataFrame = field(eq=False, repr=False)
    widths: dict[str, tuple[float, float]] = field(factory=dict)


def error_split(
    choice: IndexChoice, score: pd.Series, both: Surveys, sets: pd.DataFrame, correlation: float, *, progress: Progress
) -> ErrorSplit:
    """The margin of every score from sampling, and beside it what spreading people adds.

    Parameters
    ----------
    both : Surveys
        With both errors (`index_surveys`).
    sets : DataFrame
        The bands made of them (`rank_sets`).
    correlation : float
        Between the survey's errors of one area's indicators.
    """
    if not len(both):
        return ErrorSplit(pd.DataFrame(index=score.index))
    carried = any(allocation_range(choice.areas, item) is not None for item in choice.indicators)
    if not carried:
        return ErrorSplit(pd.DataFrame({SCORE_MOE: both.margins}, index=score.index))
    kinds = {scoring.SAMPLING: (SCORE_MOE, LOW_SAMPLING, HIGH_SAMPLING), scoring.ALLOCATION: (SCORE_ALLOCATION, LOW_ALLOCATION, HIGH_ALLOCATION)}
    table, widths = pd.DataFrame(index=score.index), {scoring.BOTH: _widths(sets)}
    for at, (kind, (margin, low, high)) in enumerate(kinds.items()):
        drawn = index_surveys(choice, errors=kind, draws=len(both), correlation=correlation, progress=progress.part(at / 2, at / 2 + 0.5))
        alone = rank_sets(score, drawn)
        table[margin], table[low], table[high] = drawn.margins, alone["own_low"], alone["own_high"]
        widths[kind] = _widths(alone)
    return ErrorSplit(table[[SCORE_MOE, SCORE_ALLOCATION, *(column.name for column in ALONE)]], widths)


def score_errors(split: ErrorSplit) -> tuple[Column, ...]:
    """The two errors of the score, to stand beside it."""
    columns = (
        c.margin_column(SCORE_MOE, say("Need score"), "score"),
        Column(SCORE_ALLOCATION, say("Need score, error of spreading people (90 %)"), "score", say("From carrying people from one set of "
               "areas to another, as wide as a margin of error; not part of the survey's margin."), digits=2),
    )
    return tuple(column for column in columns if column.name in split.table)


def rank_errors(split: ErrorSplit) -> tuple[Column, ...]:
    """The bands of ranks with one error alone, kept for files."""
    return tuple(column for column in ALONE if column.name in split.table)


def split_notes(split: ErrorSplit) -> tuple[Note, ...]:
    """Whose error is in the bands, and how wide they are with each alone."""
    if not split.widths:
        return (Note("caution", say("The band carries the survey's sampling error only, taken as independent between areas.")),)
    own, joint = ({kind: format_number(widths[at], digits=1) for kind, widths in split.widths.items()} for at in (0, 1))
    return (
        Note("method", say("Two errors are in the bands, kept apart: that of the survey and that of spreading people over other "
                           "areas. A band on its own is {both} ranks wide on average; with the survey's error alone {survey}, with "
                           "that of spreading people alone {spreading}.", both=own[scoring.BOTH], survey=own[scoring.SAMPLING],
                           spreading=own[scoring.ALLOCATION])),
        Note("method", say("With all areas compared at once it is {both} ranks wide; with the survey's error alone {survey}, with that "
                           "of spreading people alone {spreading}.", both=joint[scoring.BOTH], survey=joint[scoring.SAMPLING],
                           spreading=joint[scoring.ALLOCATION])),
        Note("caution", say("Both errors are taken as independent between areas. How people are spread is taken as anywhere within the range "
             "between two ways of spreading them, for each indicator by itself.")),
    )


def _widths(sets: pd.DataFrame) -> tuple[float, float]:
    """Mean number of ranks a band holds: each place on its own, and all at once."""
    own, joint = (mean_width(sets[f"{band}_low"], sets[f"{band}_high"]) for band in (ON_ITS_OWN, AT_ONCE))
    return own, joint
