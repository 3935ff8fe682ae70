"""The table of a need index: every area with its score, its rank and what each indicator adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
from attrs import evolve

from ecomap.analysis import columns as c
from ecomap.analysis.need.bands import band_columns, top_columns
from ecomap.analysis.need.error_split import SCORE_MOE, ErrorSplit, rank_errors, score_errors
from ecomap.analysis.people import carried_count, column_label
from ecomap.model import vocabulary as v
from ecomap.model.indicator import Indicator
from ecomap.model.layer import POLYGON, Column, Layer
from ecomap.model.result import Output
from ecomap.model.said import say
from ecomap.model.style import GRADUATED, LayerStyle

PERCENTILE: Final = "percentile"


def areas_output(
    areas: Any, layer: Layer, index: pd.DataFrame, indicators: Sequence[Indicator], params: Any, split: ErrorSplit
) -> Output:
    """One row per need area, in the order of the layer."""
    described = _columns(areas, index, indicators, params, split)
    carried = [column for column in (v.ID, v.NAME, *_people_columns(areas), v.GEOMETRY) if column in areas]
    made = [column.name for column in described if column.name in index and column.name not in carried]
    frame = areas[carried].assign(**{column: index[column] for column in made})
    ordered = [column.name for column in described if column.name in frame] + [v.GEOMETRY]
    return Output("areas", say("Need by area"), frame[ordered], described, POLYGON, layer.id, need_style(), layer.boundary)


def _people_columns(areas: Any) -> tuple[str, ...]:
    """Those counted with their margin and why there is no number; none where nobody is counted."""
    count = carried_count(areas)
    return (count, count + v.MOE_SUFFIX, count + v.REASON_SUFFIX) if count else ()


def need_style() -> LayerStyle:
    """Five classes that hold equally many areas, from the least need to the most."""
    return LayerStyle(
        kind=GRADUATED, column=c.SCORE, palette="need", scheme="quantiles", classes=5, line="#FFFFFF", line_width=0.5,
        fill_opacity=0.9, class_labels=(say("lowest fifth"), say("low", context="fifth of need"),
                                        say("middle", context="fifth of need"), say("high", context="fifth of need"),
                                        say("highest fifth")),
    )


def contribution_columns(indicators: Sequence[Indicator]) -> tuple[Column, ...]:
    """What each indicator adds to the score."""
    return tuple(
        Column(c.CONTRIBUTION + item.column, say("{label}: part of the score", label=item.label), "score",
               say("The parts add up to the score. No value: the indicator is missing here."), digits=3)
        for item in indicators
    )


def _columns(
    areas: Any, index: pd.DataFrame, indicators: Sequence[Indicator], params: Any, split: ErrorSplit
) -> tuple[Column, ...]:
    banded = c.RANK_LOW in index and SCORE_MOE in index
    count = carried_count(areas)
    people = c.children_columns(column_label(count), count + v.MOE_SUFFIX in areas, count) if count else ()
    percentile = Column(PERCENTILE, say("Percentile, as the method publishes it"), "share",
                        say("Share of the areas ranked here that are lower."))
    return (
        *c.id_columns(), evolve(c.score_column(), moe=SCORE_MOE if banded else ""), *score_errors(split),
        c.rank_column(say("highest need"), *((c.RANK_LOW, c.RANK_HIGH) if banded else ("", ""))), *band_columns(params.band),
        *((percentile,) if PERCENTILE in index else ()), *(top_columns(params.top) if banded else ()), c.fifth_column(), *people,
        *((c.reason_column(count, column_label(count)),) if count and count + v.REASON_SUFFIX in areas else ()),
        Column(c.SHARE_PRESENT, say("Indicators present"), "share", say("Share of the indicators that have a value here.")),
        Column(c.REASON, say("Why there is no score")),
        *(column for column in contribution_columns(indicators) if column.name in index), *rank_errors(split),
    )
