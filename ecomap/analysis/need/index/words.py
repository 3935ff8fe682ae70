"""What a need index says in words: the finding, the key figures, the notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.need.error_split import ErrorSplit, split_notes
from ecomap.analysis.need.index.choice import IndexChoice
from ecomap.analysis.need.scoring import allocation_range
from ecomap.analysis.notes import counted
from ecomap.analysis.statistics.error import moe_of_share, moe_of_sum
from ecomap.analysis.statistics.top_set import band_phrase, certainty, two_bands
from ecomap.model import vocabulary as v
from ecomap.model.indicator import Indicator
from ecomap.model.layer import Layer
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import say
from ecomap.model.units import format_number, format_with_margin

Bars = tuple[tuple[str, float, float | None], ...]


def share_by_fifth(areas: pd.DataFrame) -> tuple[tuple[KeyFigure, ...], Bars]:
    """How many children live in each need fifth."""
    scored = KeyFigure("areas_scored", say("Areas with a score"), float(areas[c.SCORE].notna().sum()), "count")
    if v.CHILDREN not in areas or areas[v.CHILDREN].isna().all():
        return (scored,), ()
    known = areas[areas[v.CHILDREN].notna()]
    children = known[v.CHILDREN].to_numpy(dtype=float)
    margins = _margins(known, v.CHILDREN)
    total = float(children.sum())
    bars = []
    for fifth in (5, 4, 3, 2, 1):
        inside = (known[c.FIFTH] == fifth).to_numpy()
        share = float(children[inside].sum() / total) if total > 0 else 0.0
        moe = None if margins is None else moe_of_share(inside.astype(float), children, margins)
        bars.append((c.FIFTH_LABELS[fifth], share, moe))
    highest = (known[c.FIFTH] == 5).to_numpy()
    moe = None if margins is None else moe_of_sum(children[highest], margins[highest])
    figures = (
        KeyFigure("children_highest_fifth", say("Children in the highest-need fifth of areas"),
                  float(children[highest].sum()), "count", moe),
        KeyFigure("share_highest_fifth", say("Share of all children"), bars[0][1] if total > 0 else None, "share",
                  bars[0][2] if total > 0 else None),
        scored,
    )
    return figures, tuple(bars) if total > 0 else ()


def need_sentence(areas: pd.DataFrame, indicators: Sequence[Indicator], params: Any, method: str = "") -> str:
    """The finding in plain words; `method`: the name of the method, where it has one."""
    scored = areas[areas[c.SCORE].notna()]
    if scored.empty:
        return "No area has enough indicators for a score."
    first = scored.sort_values([c.RANK, v.ID]).iloc[0]
    band = band_phrase(first, params.band)
    counted = f"{len(indicators)} indicators" if len(indicators) != 1 else f"{indicators[0].label.lower()}"
    text = (f"By {method or counted}, need is highest in {first.get(v.NAME, first[v.ID])}{band}."
            f"{certainty(areas, params.top, 'areas', params.band)}")
    if v.CHILDREN in scored and scored[v.CHILDREN].notna().any():
        highest = scored[(scored[c.FIFTH] == 5) & scored[v.CHILDREN].notna()]
        margins = _margins(highest, v.CHILDREN)
        moe = None if margins is None else moe_of_sum(highest[v.CHILDREN], margins)
        count = format_with_margin(float(highest[v.CHILDREN].sum()), moe)
        text += f" {count} children live in the highest-need fifth of areas."
    return text


def need_notes(
    choice: IndexChoice, layer: Layer, index: pd.DataFrame, params: Any, split: ErrorSplit
) -> tuple[Note, ...]:
    """Counts and cautions: what has no score, what has no margin, what the number is."""
    areas, indicators = choice.areas, choice.indicators
    banded = bool(params.draws) and choice.has_errors
    notes = [_unscored(areas, index)]
    gaps = int(sum(areas[item.column].isna().sum() for item in indicators))
    if gaps:
        rest = ("; an area that lacks one has no score, as the method asks." if choice.minimum_present == 1
                else "; each is left out of its area's mean and never taken as zero.")
        notes.append(counted(gaps, "value is missing", "values are missing", rest))
    fixed = [item.label for item in indicators
             if (not item.moe_column or item.moe_column not in areas) and allocation_range(areas, item) is None]
    if banded and fixed:
        notes.append(Note("caution", say("No margin of error is published for these, so the rank band holds them fixed: ")
                          + ", ".join(fixed) + ".", len(fixed)))
    unsure = sum(int((areas[i.moe_column].isna() & areas[i.column].notna()).sum())
                 for i in indicators if i.moe_column in areas)
    if banded and unsure:
        notes.append(counted(unsure, "value has no margin and is", "values have no margin and are",
                             " held fixed in the rank band."))
    flat = [item.label for item in indicators if areas[item.column].nunique(dropna=True) <= 1]
    if flat:
        notes.append(Note("caution", say("The same value everywhere, so these tell no areas apart: ") + ", ".join(flat) + "."))
    mixed = sorted({item.source.vintage for item in indicators if item.source.vintage})
    if len(mixed) > 1:
        notes.append(Note("caution", say("The indicators speak of different years: ") + "; ".join(mixed) + "."))
    notes.append(
        Note("caution", say("Scores compare the {areas} areas of {name} with each other, not with other places.", areas=format_number(len(areas)), name=layer.name)))
    if banded:
        notes += [two_bands(params.band, "area"), *split_notes(split)]
    elif not choice.has_errors:
        notes.append(Note("caution", say("No indicator comes with a margin of error, so nothing can be said of how sure a rank is.")))
    notes = [*choice.notes, *notes]
    return tuple(note for note in notes if note is not None)


def _unscored(areas: Any, index: pd.DataFrame) -> Note | None:
    without = index[c.SCORE].isna()
    if not without.any():
        return None
    named = areas.loc[without.to_numpy()]
    names = named[v.NAME if v.NAME in named else v.ID].astype(str).tolist()
    listed = ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
    text = f" too few indicators for a score and no data on the map: {listed}."
    if v.CHILDREN in named and named[v.CHILDREN].notna().any():
        text += f" {format_number(float(named[v.CHILDREN].sum()))} children live there."
    return counted(int(without.sum()), "area has", "areas have", text)


def _margins(areas: pd.DataFrame, column: str) -> np.ndarray | None:
    """Margins of a count with unknown ones left out (0), or None where the layer has none."""
    name = column + v.MOE_SUFFIX
    if name not in areas or not areas[name].notna().any():
        return None
    return np.nan_to_num(areas[name].to_numpy(dtype=float), nan=0.0)
