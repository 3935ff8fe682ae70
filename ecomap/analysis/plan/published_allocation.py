"""What a district published about its schools beside our own numbers: an index, its rank and fifth, and the dollars given.

Such a file (in Los Angeles the Student Equity Need Index, SENI) is the district's own rule. It is shown as it was published and
never worked out again: a school it does not name is "not reported", and our order of schools does not change by it.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import evolve, field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.notes import count_note
from ecomap.analysis.registry import Input
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.layer import Column
from ecomap.model.result import Note, Output
from ecomap.model.said import NOTHING, Said, joined, name, plural, say

ALLOCATIONS: Final = Input("allocation", v.ALLOCATION, say("Published allocations"), optional=True, many=True)
PREFIX: Final = "published_"
SCORE, RANK, FIFTH, DOLLARS = (PREFIX + kind for kind in ("score", "rank", "fifth", "usd"))
OF_STATE: Final = "LCFF"  # the state's summary of its formula: money of districts, by no index of need
NOT_OURS: Final = say("A published index or allocation is shown as published: it changes nothing here and is not worked out again.")
_SHOWN: Final = (
    # column, field of the file, unit, digits
    (SCORE, v.NEED_SCORE, "score", 2), (RANK, v.NEED_RANK, "", 0), (FIFTH, v.NEED_QUINTILE, "", 0), (DOLLARS, v.AMOUNT, "usd", 0),
)
_MEANS: Final = {
    SCORE: say("Higher is more need, as the district counts."), RANK: say("1 is the highest need, as the district counts."),
    FIFTH: say("1 is the highest need here, as the district counts; in our fifths 5 is."),
    DOLLARS: say("What the district's own rule gives the school."),
}


@frozen
class Published:
    """One program and year of published allocations. ``table``: the columns there are, by school id; empty without a file."""

    table: pd.DataFrame = field(eq=False, repr=False)
    columns: tuple[Column, ...] = ()
    program: Said = NOTHING
    notes: tuple[Note, ...] = ()


def published_allocation(frames: Frames, ids: Any, *, program: str = "", year: str = "", dollars: bool = True) -> Published:
    """What was published about these schools, with the reason "not reported" where nothing was.

    Parameters
    ----------
    ids : sequence of str
        Codes of schools; the table follows them.
    program, year : str
        "" takes the program that most of these schools are in, and its latest year.
    dollars : bool
        Whether the dollars are wanted too; a table that has them already needs only the index.

    Returns
    -------
    Published
        Only the columns that have a number for at least one of the schools. Without such a file there are none: an index that
        nobody published is not a column of gaps.
    """
    index = pd.Index([str(one) for one in ids], name=v.ID)
    nothing = Published(pd.DataFrame(index=index))
    if "allocation" not in frames:
        return nothing
    rows = _of_schools(frames["allocation"], index, program)
    if not len(rows):
        return nothing
    named = str(rows[v.PROGRAM].iloc[0]) if v.PROGRAM in rows else ""
    years = rows[v.YEAR].fillna("").astype(str) if v.YEAR in rows else pd.Series("", index=rows.index)
    known = sorted(set(years) - {""})
    used = year if year in known else known[-1] if known else ""
    rows = rows[years == used].drop_duplicates(v.SCHOOL_ID).set_index(v.SCHOOL_ID)
    title = joined([name(named) if named else say("Allocation"), name(used)])
    where = _source(frames)
    values, columns = {}, []
    for column, given, unit, digits in _SHOWN:
        if (column == DOLLARS and not dollars) or given not in rows or rows[given].notna().sum() == 0:
            continue
        values[column] = pd.to_numeric(rows[given], errors="coerce").astype(float).reindex(index)
        columns.append(Column(column, _label(column, title), unit, joined([_MEANS[column], where]), digits))
    table = pd.DataFrame(values, index=index)
    for column in values:
        table[column + v.REASON_SUFFIX] = np.where(table[column].isna(), "not_reported", "")
    reasons = tuple(c.reason_column(column.name, column.label) for column in columns)
    silent = int(table[list(values)].isna().all(axis=1).sum()) if values else 0
    notes = [Note("method", NOT_OURS)] if values else []
    if silent:
        notes.append(count_note(plural("{n} school is not in {program}: not reported, which is not 0.",
                                       "{n} schools are not in {program}: not reported, which is not 0.", silent, program=title)))
    return Published(table, (*columns, *reasons), title, tuple(notes))


def _label(column: str, program: Said) -> Said:
    """What a column is called: by its program, and by the rule of the dollars."""
    if column == SCORE:
        return say("{program}: published need score", program=program)
    if column == RANK:
        return say("{program}: published need rank", program=program)
    if column == FIFTH:
        return say("{program}: published need fifth", program=program)
    return say("{program}: given, rule C as published", program=program)


def with_published(output: Output, published: Published) -> Output:
    """A table of schools with what was published about each, before what our own indicators add to the score."""
    if not published.columns:
        return output
    frame = output.frame.assign(**{
        column: published.table[column].reindex(output.frame[v.ID].astype(str)).to_numpy() for column in published.table
    })
    own = [column for column in output.columns if not column.name.startswith(c.CONTRIBUTION)]
    parts = [column for column in output.columns if column.name.startswith(c.CONTRIBUTION)]
    columns = (*own, *published.columns, *parts)
    rest = [kept for kept in frame.columns if kept not in {column.name for column in columns}]
    return evolve(output, frame=frame[[*(column.name for column in columns if column.name in frame), *rest]], columns=columns)


def _of_schools(rows: Any, index: pd.Index, program: str) -> pd.DataFrame:
    """The rows of one program that name one of the schools."""
    rows = pd.DataFrame(rows[rows[v.SCHOOL_ID].astype(str).isin(index)])
    if v.PROGRAM not in rows:
        return rows
    names = rows[v.PROGRAM].fillna("").astype(str)
    counts = names[names != OF_STATE].value_counts()
    chosen = program or (sorted(counts.index, key=lambda name: (-counts[name], name))[0] if len(counts) else "")
    return rows[names == chosen] if program or len(counts) else rows.iloc[:0]


def _source(frames: Frames) -> Said:
    """Where the file is from, as a sentence; nothing where its layer does not say."""
    sources = frames.layer("allocation").sources
    return say("Source: {sources}.", sources=joined([one.citation for one in sources], "; ")) if sources else NOTHING
