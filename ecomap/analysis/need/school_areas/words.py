"""What carried indicators say in words: columns, key figures, the finding, the notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ecomap.analysis import columns as c
from ecomap.analysis.ground.interpolation import ALLOCATION_SUFFIX, numbers_of
from ecomap.analysis.need.carrying import PEOPLE, Carried
from ecomap.analysis.need.error_split import HIGH_ALLOCATION, HIGH_SAMPLING, LOW_ALLOCATION, LOW_SAMPLING
from ecomap.analysis.need.scoring import ALLOCATION, BOTH, SAMPLING
from ecomap.analysis.notes import counted
from ecomap.analysis.statistics.error import moe_of_share, moe_of_weighted_sum
from ecomap.analysis.statistics.top_set import ON_ITS_OWN, band_phrase
from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import say
from ecomap.model.style import GRADUATED, LayerStyle
from ecomap.model.units import format_number, format_with_margin

COUNT_LABELS = {v.CHILDREN: "Children", v.POPULATION: "Residents"}
# Which error is drawn -> the columns with the ends of the band of ranks.
BANDS: Mapping[str, tuple[str, str]] = {
    BOTH: (c.RANK_LOW, c.RANK_HIGH), SAMPLING: (LOW_SAMPLING, HIGH_SAMPLING), ALLOCATION: (LOW_ALLOCATION, HIGH_ALLOCATION),
}
WELL_COVERED = 0.99
SPREADING = "error of spreading people"
_SPREAD_HELP = ("Half the distance between two ways of placing people within the need areas; beside the margin of error, which is "
                "the survey's alone.")

Bars = tuple[tuple[str, float, float | None], ...]


def areas_style() -> LayerStyle:
    return LayerStyle(
        kind=GRADUATED, column=c.SCORE, palette="need", scheme="quantiles", classes=5, line="#FFFFFF", line_width=0.5,
        fill_opacity=0.9, class_labels=("lowest fifth", "low", "middle", "high", "highest fifth"),
    )


def area_columns(frame: Any, carried: Carried) -> tuple[Column, ...]:
    """Score and rank first, then children and residents, then every indicator; each value followed by its two errors."""
    described = [*c.id_columns(), Column(v.LEVEL, say("Level")), c.score_column()]
    described += [c.rank_column("highest need, among the areas of its level", c.RANK_LOW, c.RANK_HIGH)]
    described += [
        Column(c.RANK_LOW, say("Rank, best case"), "rank", say("Lower end of the middle 90 % of ranks drawn with both errors.")),
        Column(c.RANK_HIGH, say("Rank, worst case"), "rank", say("Upper end of the middle 90 % of ranks drawn with both errors.")),
        *(Column(BANDS[kind][at], say("Rank, {end} case, with {error} alone", end=end, error=error), "rank", hidden=True)
          for kind, error in ((SAMPLING, "the survey's error"), (ALLOCATION, "the error of spreading people"))
          for at, end in enumerate(("best", "worst"))),
        Column(c.FIFTH, say("Need fifth"), "", say("5 = the fifth of these areas with the highest need, 1 = the lowest.")),
    ]
    labels = {item.column: item for item in carried.indicators}
    for name in carried.counts:
        described += _measured(frame, name, COUNT_LABELS.get(name) or labels[name].label, "count")
    for item in carried.indicators:
        if item.column not in carried.counts:
            described += _measured(frame, item.column, item.label, item.unit)
    described += [
        Column(c.SHARE_KNOWN, say("Ground with need areas"), "share", say("Part of the area that need areas cover.")),
        Column(c.SHARE_PRESENT, say("Indicators present"), "share", say("Share of the indicators that have a value here.")),
        Column(c.REASON, say("Why there is no score")), Column(v.BOUNDARY, say("Boundary")), Column(v.SCHOOL_ID, "School", hidden=True),
    ]
    described += [
        Column(c.CONTRIBUTION + item.column, say("{label}: part of the score", label=item.label), "score",
               say("The parts add up to the score. No value: the indicator is missing here."), digits=3)
        for item in carried.indicators
    ]
    return tuple(column for column in described if column.name in frame)


def _measured(frame: Any, name: str, label: str, unit: str) -> list[Column]:
    """A value, its margin, what spreading may move it, and why it is missing."""
    margin = name + v.MOE_SUFFIX
    digits = 0 if unit in ("count", "usd", "share") else 1
    found = [Column(name, label, unit, digits=digits, moe=margin if margin in frame else "")]
    if margin in frame:
        found.append(c.margin_column(margin, label, unit))
    found.append(Column(name + ALLOCATION_SUFFIX, say(f"{label}: {SPREADING}"), unit, _SPREAD_HELP, digits=digits))
    return [*found, c.reason_column(name, label)]


def area_figures(areas: Any, carried: Carried, frame: Any, *, given: bool) -> tuple[tuple[KeyFigure, ...], Bars]:
    """How many are inside, how many are not; together the total of the need areas."""
    scored = KeyFigure("areas_scored", say("Areas with a score"), float(frame[c.SCORE].notna().sum()), "count")
    if not carried.counts or carried.counts[0] not in COUNT_LABELS:
        return (scored,), ()
    name = carried.counts[0]
    who = COUNT_LABELS[name]
    people, moes = numbers_of(areas, name), _margins(areas, name)
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
    figures = (
        KeyFigure("people_inside", say("{who} carried to these areas", who=who), within, "count", moe),
        KeyFigure("people_outside", say("{who} outside these areas", who=who), total - within, "count", away,
                  say("Of {total} in the need areas.", total=format_number(total))),
        KeyFigure("share_inside", say("Share of {who} carried", who=who.lower()), share, "share"),
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


def area_sentence(frame: Any, carried: Carried, figures: tuple[KeyFigure, ...], called: str) -> str:
    """The finding in plain words."""
    scored = frame[frame[c.SCORE].notna()]
    if scored.empty:
        return "No area has enough indicators for a score."
    first = scored.sort_values([c.RANK, v.ID]).iloc[0]
    band = band_phrase(first, ON_ITS_OWN)
    text = f"Among {len(scored):,} {called}, need is highest in {first.get(v.NAME, first[v.ID])}{band}."
    name = next((count for count in carried.counts if count in COUNT_LABELS), "")
    if name and np.isfinite(first[name]):
        moe = first.get(name + v.MOE_SUFFIX)
        count = format_with_margin(float(first[name]), None if moe is None or np.isnan(moe) else float(moe))
        text += (f" {count} {COUNT_LABELS[name].lower()} live there; spreading people over the need areas may move this "
                 f"by {format_number(float(first[name + ALLOCATION_SUFFIX]))}.")
    return text


def area_notes(areas: Any, carried: Carried, frame: Any, banded: bool, given: bool) -> tuple[Note, ...]:
    """What is not covered, counted twice, unknown; and what the numbers are."""
    notes = [*_people_notes(areas, carried, given)]
    thin = int((frame[c.SHARE_KNOWN] < WELL_COVERED).sum())
    if thin:
        notes.append(counted(thin, "area lies", "areas lie", " partly or wholly outside the need areas: the numbers speak of the covered "
                             "part only."))
    without = int(frame[c.SCORE].isna().sum())
    if without:
        notes.append(counted(without, "area has", "areas have", " too few indicators for a score and no data on the map."))
    spread = [i for i in carried.indicators if i.unit != "count" and not i.numerator]
    if spread:
        by = "the residents of each piece" if carried.rates_by == PEOPLE else "the ground of each piece"
        notes.append(Note("method", say("Counts were added up; rates without their two counts were averaged by {by}.", by=by)))
    levels = frame[v.LEVEL].nunique() if v.LEVEL in frame else 1
    if levels > 1:
        notes.append(Note("caution", say("Areas of different levels lie over each other: each level is scored and ranked by itself.")))
    fixed = [i.label for i in carried.indicators if not i.moe_column]
    if banded and fixed:
        notes.append(Note("caution", say("No margin of error is published for these, so the rank band carries only the error of spreading "
                          "people: ") + ", ".join(fixed) + ".", len(fixed)))
    if banded and frame[c.SCORE].notna().any():
        wide = {kind: float((frame[high] - frame[low] + 1).mean()) for kind, (low, high) in BANDS.items()}
        notes.append(Note("method", say("The band of a rank is {wide} ranks wide on average; with the survey's error alone {wide_2}, with that of spreading people alone {wide_3}.", wide=format_number(wide[BOTH], digits=1), wide_2=format_number(wide[SAMPLING], digits=1), wide_3=format_number(wide[ALLOCATION], digits=1))))
    notes += [
        Note("caution", say("Two errors are shown apart: the margin of error is the survey's; the other is how far it matters where in a "
             "need area people live. The rank band carries both.")),
        Note("caution", say("These are the people who live in an area, not the pupils of its school.")),
        Note("caution", say("Scores compare these {frame} areas with each other, not with other places.", frame=format_number(len(frame)))),
    ]
    return tuple(notes)


def _people_notes(areas: Any, carried: Carried, given: bool) -> list[Note]:
    name = next((count for count in carried.counts if count in COUNT_LABELS), "")
    if not name:
        return []
    who = COUNT_LABELS[name].lower()
    people = numbers_of(areas, name)
    known = np.nan_to_num(people, nan=0.0)
    share = np.bincount(carried.walk.source, carried.walk.share, carried.walk.sources)
    once = np.where(share > 0, 1.0, 0.0) if given else carried.inside
    outside, twice = float((known * (1 - carried.inside)).sum()), float((known * (share - once)).sum())
    notes = []
    if given:
        notes.append(Note("caution", say("{outside} {who} live outside these areas and were given to the areas that their need area touches.", outside=format_number(outside), who=who)))
    elif outside >= 0.5:
        notes.append(Note("count", say("{outside} {who} of the need areas live outside these areas and are in none of them.", outside=format_number(outside), who=who), round(outside)))
    if twice >= 0.5:
        notes.append(Note("caution", say("These areas lie over each other: {twice} {who} are counted in more than one, so they must not be added up.", twice=format_number(twice), who=who), round(twice)))
    unknown = int(np.isnan(people).sum())
    if unknown:
        notes.append(counted(unknown, "need area has", "need areas have", f" no number of {who}: missing, never a zero."))
    return notes


def _margins(areas: Any, name: str) -> np.ndarray | None:
    column = name + v.MOE_SUFFIX
    if column not in areas or not areas[column].notna().any():
        return None
    return np.nan_to_num(numbers_of(areas, column), nan=0.0)
