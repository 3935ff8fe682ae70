"""One area that came in several rows: its parts put together, so that its people count once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecomap.model.report import ReportLine
from ecomap.model.said import Said, joined, plural, say
from ecomap.model.units import format_number
from ecomap.model.vocabulary import CHILDREN, GEOMETRY, POPULATION


def put_together(frame: Any, key: str, alike: Sequence[str]) -> tuple[Any, list[ReportLine]]:
    """Rows with one code and the same values in all of `alike` become one row of several shapes.

    Rows that share a code and differ in a value stay as they are: they may be anything.

    Parameters
    ----------
    key : str
        Column of codes; rows without one stay.
    alike : sequence of str
        Columns that must agree.
    """
    import geopandas as gpd  # heavy
    import pandas as pd  # heavy
    import shapely

    repeated = frame[key].notna() & frame[key].duplicated(keep=False)
    if not repeated.any():
        return frame, []
    marks = frame.loc[repeated, [key, *alike]].astype(object).map(lambda cell: "" if cell is None or cell != cell else str(cell).strip())
    group = marks.groupby(list(marks.columns), sort=False).ngroup()
    per_code = group.groupby(marks[key]).nunique()
    group = group[marks[key].map(per_code) == 1]
    further = group[group.duplicated()]
    if not len(further):
        return frame, []
    shapes = frame[GEOMETRY].copy()
    for _, rows in group.groupby(group).groups.items():
        whole = shapely.union_all(frame.loc[rows, GEOMETRY].to_numpy())
        shapes.loc[rows[0]] = whole
    out = gpd.GeoDataFrame(pd.DataFrame(frame.drop(columns=GEOMETRY)), geometry=gpd.GeoSeries(shapes, crs=frame.crs), crs=frame.crs)
    out = out.drop(index=further.index).reset_index(drop=True)
    line = ReportLine("merged", _said(frame.loc[further.index]), len(further), tuple(str(code) for code in frame.loc[further.index, key].drop_duplicates().head(5)))
    return out[list(frame.columns)], [line]


def _said(further: Any) -> Said:
    """What was done, in people where the rows say how many they are."""
    text = say("Rows that are further parts of an area, with its code and its numbers: put together into one area.")
    for column, people in ((CHILDREN, _children), (POPULATION, _residents)):
        if column in further.columns:
            count = float(further[column].sum())
            if count > 0:
                return joined([text, people(count)])
    return text


def _children(count: float) -> Said:
    return plural("{people} child would have counted twice.", "{people} children would have counted twice.", int(count), people=format_number(count))


def _residents(count: float) -> Said:
    return plural("{people} resident would have counted twice.", "{people} residents would have counted twice.", int(count), people=format_number(count))
