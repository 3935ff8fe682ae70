"""What a need index says in words: the finding, the key figures, the notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.need.bands import AREAS, certainty, two_bands, with_band
from ecomap.analysis.need.error_split import ErrorSplit, split_notes
from ecomap.analysis.need.index.choice import IndexChoice
from ecomap.analysis.need.scoring import allocation_range
from ecomap.analysis.notes import count_note
from ecomap.analysis.people import counted_in, stand_in_note, who_is_counted
from ecomap.analysis.statistics.error import moe_of_share, moe_of_sum
from ecomap.analysis.statistics.selection import DrawnFifths, margin_of_selected_sum, with_selection
from ecomap.model import vocabulary as v
from ecomap.model.indicator import BY_NAME, BY_PERSON, Indicator
from ecomap.model.layer import Layer
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import format_number, format_with_margin

Bars = tuple[tuple[Said, float, float | None], ...]


def share_by_fifth(areas: pd.DataFrame, drawn: DrawnFifths | None = None) -> tuple[tuple[KeyFigure, ...], Bars]:
    """How many of those counted live in each need fifth.

    Parameters
    ----------
    drawn : DrawnFifths, optional
        The fifths drawn again within the errors of the scores: which areas a fifth holds is in the margins then.
    """
    scored = KeyFigure("areas_scored", say("Areas with a score"), float(areas[c.SCORE].notna().sum()), "count")
    column = counted_in(areas)
    if not column:
        return (scored,), ()
    who = who_is_counted(column)
    counted = areas[column].notna().to_numpy()
    known = areas[counted]
    people = known[column].to_numpy(dtype=float)
    margins = _margins(known, column)
    total = float(people.sum())
    moved = {fifth: None if drawn is None else margin_of_selected_sum(drawn.chosen(fifth).only(counted), people) for fifth in (5, 4, 3, 2, 1)}
    bars = []
    for fifth in (5, 4, 3, 2, 1):
        inside = (known[c.FIFTH] == fifth).to_numpy()
        share = float(people[inside].sum() / total) if total > 0 else 0.0
        moe = None if margins is None else moe_of_share(inside.astype(float), people, margins)
        other = moved[fifth]
        bars.append((c.FIFTH_LABELS[fifth], share, with_selection(moe, other / total if other is not None and total > 0 else None)))
    highest = (known[c.FIFTH] == 5).to_numpy()
    moe = None if margins is None else moe_of_sum(people[highest], margins[highest])
    figures = (
        KeyFigure("children_highest_fifth", say("{who} in the highest-need fifth of areas", who=who.capitalize()),
                  float(people[highest].sum()), "count", with_selection(moe, moved[5])),
        KeyFigure("share_highest_fifth", say("Share of all {who}", who=who), bars[0][1] if total > 0 else None, "share",
                  bars[0][2] if total > 0 else None),
        scored,
    )
    return figures, tuple(bars) if total > 0 else ()


def need_sentence(
    areas: pd.DataFrame, indicators: Sequence[Indicator], params: Any, method: Said = NOTHING, figures: Sequence[KeyFigure] = ()
) -> Said:
    """The finding in plain words; `method`: the name of the method, where it has one; `figures`: those of `share_by_fifth`."""
    scored = areas[areas[c.SCORE].notna()]
    if scored.empty:
        return say("No area has enough indicators for a score.")
    first = scored.sort_values([c.RANK, v.ID]).iloc[0]
    by = method or (indicators[0].label.small() if len(indicators) == 1 else
                    plural("{n} indicator", "{n} indicators", len(indicators)))
    place = with_band(name(first.get(v.NAME, first[v.ID])), first, params.band)
    return joined([
        say("By {index}, need is highest in {place}.", index=by, place=place),
        certainty(areas, params.top, AREAS, params.band), _highest(areas, figures),
    ])


def _highest(areas: pd.DataFrame, figures: Sequence[KeyFigure]) -> Said:
    """How many live where need is highest, where they are counted."""
    told = next((one for one in figures if one.name == "children_highest_fifth"), None)
    if told is None:
        return NOTHING
    return say("{count} {who} live in the highest-need fifth of areas.",
               count=format_with_margin(told.value, told.moe), who=who_is_counted(counted_in(areas)))


def need_notes(
    choice: IndexChoice, layer: Layer, index: pd.DataFrame, params: Any, split: ErrorSplit
) -> tuple[Note, ...]:
    """Counts and cautions: what has no score, what has no margin, what the number is."""
    areas, indicators = choice.areas, choice.indicators
    banded = bool(params.draws) and choice.has_errors
    notes = [*choice.notes, *direction_notes(indicators), *stand_in_note(counted_in(areas)), *_unscored(areas, index), *_gaps(choice)]
    if banded:
        notes += _held_fixed(areas, indicators)
    flat = [item.label for item in indicators if areas[item.column].nunique(dropna=True) <= 1]
    if flat:
        notes.append(Note("caution", say("The same value everywhere, so these tell no areas apart: {indicators}.",
                                         indicators=joined(flat, ", "))))
    mixed = sorted({item.source.vintage for item in indicators if item.source.vintage})
    if len(mixed) > 1:
        notes.append(Note("caution", say("The indicators speak of different years: {years}.", years=joined(mixed, "; "))))
    notes.append(Note("caution", say("Scores compare the {number} areas of {layer} with each other, not with other places.",
                                     number=format_number(len(areas)), layer=layer.name)))
    if banded:
        notes += [two_bands(params.band, AREAS), *split_notes(split)]
    elif not choice.has_errors:
        notes.append(Note("caution", say("No indicator comes with a margin of error, so nothing can be said of how sure a rank is.")))
    return tuple(notes)


def direction_notes(indicators: Sequence[Indicator]) -> list[Note]:
    """Which directions a person settled, and which are known by a plain name only."""
    notes = []
    said = [_way(item) for item in indicators if item.settled_by == BY_PERSON]
    if said:
        notes.append(Note("method", say("A person said which way these run: {ways}.", ways=joined(said, ", "))))
    named = [_way(item) for item in indicators if item.settled_by == BY_NAME]
    if named:
        notes.append(Note("method", say("Taken by their names, which way these run: {ways}.", ways=joined(named, ", "))))
    return notes


def _way(item: Indicator) -> Said:
    return say("{label} (higher: more need)", label=item.label) if item.direction > 0 else say("{label} (higher: less need)", label=item.label)


def _gaps(choice: IndexChoice) -> list[Note]:
    """How many values are missing, and what that means for an area."""
    gaps = int(sum(choice.areas[item.column].isna().sum() for item in choice.indicators))
    if not gaps:
        return []
    if choice.recipe.minimum_present == 1:
        return [count_note(plural("{n} value is missing; an area that lacks one has no score, as the method asks.",
                                  "{n} values are missing; an area that lacks one has no score, as the method asks.", gaps))]
    return [count_note(plural("{n} value is missing; each is left out of its area's mean and never taken as zero.",
                              "{n} values are missing; each is left out of its area's mean and never taken as zero.", gaps))]


def _held_fixed(areas: Any, indicators: Sequence[Indicator]) -> list[Note]:
    """What the band of a rank takes as certain for want of a margin."""
    notes = []
    fixed = [item.label for item in indicators
             if (not item.moe_column or item.moe_column not in areas) and allocation_range(areas, item) is None]
    if fixed:
        notes.append(Note("caution", say("No margin of error is published for these, so the rank band holds them fixed: {indicators}.",
                                         indicators=joined(fixed, ", ")), len(fixed)))
    unsure = sum(int((areas[i.moe_column].isna() & areas[i.column].notna()).sum())
                 for i in indicators if i.moe_column in areas)
    if unsure:
        notes.append(count_note(plural("{n} value has no margin and is held fixed in the rank band.",
                                       "{n} values have no margin and are held fixed in the rank band.", unsure)))
    return notes


def _unscored(areas: Any, index: pd.DataFrame) -> list[Note]:
    without = index[c.SCORE].isna()
    if not without.any():
        return []
    named = areas.loc[without.to_numpy()].sort_values(v.ID)
    called = named[v.NAME if v.NAME in named else v.ID].astype(str).tolist()
    places = joined(map(name, called[:20]), ", ")
    if len(called) > 20:
        places = say("{places} and {more} more", places=places, more=len(called) - 20)
    number = int(without.sum())
    text = plural("{n} area has too few indicators for a score and no data on the map: {places}.",
                  "{n} areas have too few indicators for a score and no data on the map: {places}.", number, places=places)
    if column := counted_in(named):
        text = joined([text, say("{count} {who} live there.", count=format_number(float(named[column].sum())), who=who_is_counted(column))])
    return [count_note(text, number)]


def _margins(areas: pd.DataFrame, column: str) -> np.ndarray | None:
    """Margins of a count with unknown ones left out (0), or None where the layer has none."""
    margin = column + v.MOE_SUFFIX
    if margin not in areas or not areas[margin].notna().any():
        return None
    return np.nan_to_num(areas[margin].to_numpy(dtype=float), nan=0.0)
