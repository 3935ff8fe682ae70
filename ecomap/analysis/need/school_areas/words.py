"""What carried indicators say in words: the key figures, the finding, the notes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecomap.analysis import columns as c
from ecomap.analysis.ground.interpolation import numbers_of
from ecomap.analysis.need.bands import with_band
from ecomap.analysis.need.carrying import PEOPLE, Carried
from ecomap.analysis.need.school_areas.tables import BANDS, COUNT_LABELS
from ecomap.analysis.need.scoring import ALLOCATION, BOTH, SAMPLING
from ecomap.analysis.notes import count_note
from ecomap.analysis.people import who_is_counted
from ecomap.analysis.statistics.error import moe_of_share, moe_of_weighted_sum
from ecomap.analysis.statistics.ranks import ON_ITS_OWN, mean_width
from ecomap.model import vocabulary as v
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import Said, joined, name, plural, say
from ecomap.model.units import format_number, format_with_margin

WELL_COVERED = 0.99
Bars = tuple[tuple[Said, float, float | None], ...]


def area_figures(areas: Any, carried: Carried, frame: Any, *, given: bool) -> tuple[tuple[KeyFigure, ...], Bars]:
    """How many are inside, how many are not; together the total of the need areas."""
    scored = KeyFigure("areas_scored", say("Areas with a score"), float(frame[c.SCORE].notna().sum()), "count")
    if not carried.counts or carried.counts[0] not in COUNT_LABELS:
        return (scored,), ()
    column = carried.counts[0]
    people, moes = numbers_of(areas, column), _margins(areas, column)
    known = ~np.isnan(people)
    if not known.any():
        return (scored,), ()
    touched = np.bincount(carried.walk.source, minlength=carried.walk.sources) > 0
    inside = np.where(touched, 1.0, 0.0) if given else carried.inside
    within = float((people[known] * inside[known]).sum())
    total = float(people[known].sum())
    moe = None if moes is None else moe_of_weighted_sum(inside[known], moes[known], people[known])
    away = None if moes is None else moe_of_weighted_sum(1 - inside[known], moes[known], people[known])
    share = within / total if total > 0 else None
    who = who_is_counted(column)
    figures = (
        KeyFigure("people_inside", say("{who} carried to these areas", who=who.capitalize()), within, "count", moe),
        KeyFigure("people_outside", say("{who} outside these areas", who=who.capitalize()), total - within, "count", away,
                  say("Of {total} in the need areas.", total=format_number(total))),
        KeyFigure("share_inside", say("Share of {who} carried", who=who), share, "share"),
        scored,
    )
    return figures, _bars(carried, frame, people, moes)


def _bars(carried: Carried, frame: Any, people: np.ndarray, moes: np.ndarray | None) -> Bars:
    """The share of everybody in these areas by their need fifth."""
    walk, given = carried.walk, np.nan_to_num(people, nan=0.0)
    total = np.bincount(walk.source, walk.share, walk.sources)
    placed = given * total
    if not placed.sum() > 0:
        return ()
    fifth = frame[c.FIFTH].to_numpy(dtype=float)
    bars = []
    for number in (5, 4, 3, 2, 1):
        here = np.bincount(walk.source, walk.share * (fifth[walk.target] == number), walk.sources)
        part = np.divide(here, total, out=np.zeros(len(total)), where=total > 0)
        moe = None if moes is None else moe_of_share(part, placed, np.nan_to_num(moes, nan=0.0) * total)
        bars.append((c.FIFTH_LABELS[number], float((part * placed).sum() / placed.sum()), moe))
    return tuple(bars)


def area_sentence(frame: Any, carried: Carried, called: Said) -> Said:
    """The finding in plain words."""
    scored = frame[frame[c.SCORE].notna()]
    if scored.empty:
        return say("No area has enough indicators for a score.")
    first = scored.sort_values([c.RANK, v.ID]).iloc[0]
    place = with_band(name(first.get(v.NAME, first[v.ID])), first, ON_ITS_OWN)
    text = say("Among {number} {areas}, need is highest in {place}.", number=format_number(len(scored)), areas=called, place=place)
    column = _counted(carried)
    if not column or not np.isfinite(first[column]):
        return text
    moe = first.get(column + v.MOE_SUFFIX)
    count = format_with_margin(float(first[column]), None if moe is None or np.isnan(moe) else float(moe))
    spread = format_number(float(first[column + v.ALLOCATION_SUFFIX]))
    return joined([text, say("{count} {who} live there; spreading people over the need areas may move this by {spread}.",
                             count=count, who=who_is_counted(column), spread=spread)])


def _counted(carried: Carried) -> str:
    """The column that says how many live somewhere: children, else who stands in, else none."""
    return next((count for count in carried.counts if count in COUNT_LABELS), "")


def area_notes(areas: Any, carried: Carried, frame: Any, banded: bool, given: bool) -> tuple[Note, ...]:
    """What is not covered, counted twice, unknown; and what the numbers are."""
    notes = _people_notes(areas, carried, given)
    thin = int((frame[c.SHARE_KNOWN] < WELL_COVERED).sum())
    if thin:
        notes.append(count_note(plural(
            "{n} area lies partly or wholly outside the need areas: the numbers speak of the covered part only.",
            "{n} areas lie partly or wholly outside the need areas: the numbers speak of the covered part only.", thin)))
    without = int(frame[c.SCORE].isna().sum())
    if without:
        notes.append(count_note(plural("{n} area has too few indicators for a score and no data on the map.",
                                       "{n} areas have too few indicators for a score and no data on the map.", without)))
    if any(i.unit != "count" and not i.numerator for i in carried.indicators):
        notes.append(Note("method", say("Counts were added up; rates without their two counts were averaged by the residents of each "
                                        "piece.") if carried.rates_by == PEOPLE else
                          say("Counts were added up; rates without their two counts were averaged by the ground of each piece.")))
    if v.LEVEL in frame and frame[v.LEVEL].nunique() > 1:
        notes.append(Note("caution", say("Areas of different levels lie over each other: each level is scored and ranked by itself.")))
    if banded:
        notes += _band_notes(carried, frame)
    notes += [
        Note("caution", say("Two errors are shown apart: the margin of error is the survey's; the other is how far it matters where in a "
             "need area people live. The rank band carries both.")),
        Note("caution", say("These are the people who live in an area, not the pupils of its school.")),
        Note("caution", say("Scores compare these {number} areas with each other, not with other places.",
                            number=format_number(len(frame)))),
    ]
    return tuple(notes)


def _band_notes(carried: Carried, frame: Any) -> list[Note]:
    """Whose errors are in the band of a rank, and how wide it is with each."""
    notes = []
    fixed = [i.label for i in carried.indicators if not i.moe_column]
    if fixed:
        notes.append(Note("caution", say("No margin of error is published for these, so the rank band carries only the error of spreading "
                                         "people: {indicators}.", indicators=joined(fixed, ", ")), len(fixed)))
    if frame[c.SCORE].notna().any():
        wide = {kind: format_number(mean_width(frame[low], frame[high]), digits=1) for kind, (low, high) in BANDS.items()}
        notes.append(Note("method", say("The band of a rank is {both} ranks wide on average; with the survey's error alone {survey}, with "
                                        "that of spreading people alone {spreading}.", both=wide[BOTH], survey=wide[SAMPLING],
                                        spreading=wide[ALLOCATION])))
    return notes


def _people_notes(areas: Any, carried: Carried, given: bool) -> list[Note]:
    column = _counted(carried)
    if not column:
        return []
    who = who_is_counted(column)
    people = numbers_of(areas, column)
    known = np.nan_to_num(people, nan=0.0)
    share = np.bincount(carried.walk.source, carried.walk.share, carried.walk.sources)
    once = np.where(share > 0, 1.0, 0.0) if given else carried.inside
    outside, twice = float((known * (1 - carried.inside)).sum()), float((known * (share - once)).sum())
    notes = []
    if given:
        notes.append(Note("caution", _given_away(format_number(outside), who)))
    elif outside >= 0.5:
        notes.append(Note("count", say("{number} {who} of the need areas live outside these areas and are in none of them.",
                                       number=format_number(outside), who=who), round(outside)))
    if twice >= 0.5:
        notes.append(Note("caution", _counted_twice(format_number(twice), who), round(twice)))
    unknown = int(np.isnan(people).sum())
    if unknown:
        notes.append(count_note(plural("{n} need area has no number of {who}: missing, never a zero.",
                                       "{n} need areas have no number of {who}: missing, never a zero.", unknown, who=who)))
    return notes


def _given_away(number: Said, who: Said) -> Said:
    return say("{number} {who} live outside these areas and were given to the areas that their need area touches.", number=number, who=who)


def _counted_twice(number: Said, who: Said) -> Said:
    return say("These areas lie over each other: {number} {who} are counted in more than one, so they must not be added up.",
               number=number, who=who)


def _margins(areas: Any, counted: str) -> np.ndarray | None:
    column = counted + v.MOE_SUFFIX
    if column not in areas or not areas[column].notna().any():
        return None
    return np.nan_to_num(numbers_of(areas, column), nan=0.0)
