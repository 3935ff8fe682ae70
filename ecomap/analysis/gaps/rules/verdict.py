"""What a rule for gaps says of every need area, and how the answer is shown, whichever rule it was."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from attrs import field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.room.tables import with_states
from ecomap.analysis.gaps.situation import default_need
from ecomap.analysis.notes import counted
from ecomap.analysis.statistics.error import LOW, moe_of_share, moe_of_sum, reliability
from ecomap.analysis.statistics.ranks import fifths
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import POLYGON, Column, Layer
from ecomap.model.result import KeyFigure, Note, Output
from ecomap.model.said import say
from ecomap.model.style import CATEGORISED, LayerStyle
from ecomap.model.units import format_number, format_with_margin

GAP, NO_GAP, TOO_FEW, UNSURE = "gap", "no gap", "too few to call", "too uncertain to call"
RESIDENTS, NO_RESIDENTS = "residents", "no residents counted"
RELIABILITY: Final = "reliability"
IN_GAP: Final = "people_in_gap"
STYLE: Final = LayerStyle(
    kind=CATEGORISED, column=c.STATE, fill="white", line="#FFFFFF", line_width=0.5, fill_opacity=0.9, symbols=(
        (GAP, "#B3005E", ""), (UNSURE, "#D98BB3", ""), (NO_GAP, "#DCE6EE", ""), (TOO_FEW, "#C3CBD3", ""), (c.NOBODY, "#F4F6F8", ""),
        (NO_RESIDENTS, "#F4F6F8", ""),
        (c.NO_DATA, "#98A2AD", "")))


@frozen
class Verdict:
    """Every need area by one rule. Arrays follow the rows of ``areas``.

    Parameters
    ----------
    people, moes : ndarray
        Whom the rule counts; NaN where the count is missing; no margins: None.
    enough : ndarray of bool
        Whether there are enough of them for the rule to look at the area.
    unknown : ndarray of bool
        Where something else the rule needs is missing: not called, never taken for no gap.
    broken : tuple of (reason, ndarray of bool)
        The conditions of which any one makes a gap, in words.
    shown : tuple of (values, Column)
        The numbers the rule looked at.
    what : str
        What is missing where there is a gap, singular: "food service".
    rule, universe, citation : str
        The rule with its thresholds, whom it speaks of, whose it is.
    """

    areas: Any = field(eq=False, repr=False)
    layer: Layer
    who: str
    people: np.ndarray = field(eq=False, repr=False)
    moes: np.ndarray | None = field(eq=False, repr=False)
    enough: np.ndarray = field(eq=False, repr=False)
    unknown: np.ndarray = field(eq=False, repr=False)
    broken: tuple[tuple[str, np.ndarray], ...] = field(eq=False, repr=False)
    shown: tuple[tuple[np.ndarray, Column], ...] = field(eq=False, repr=False)
    what: str
    rule: str
    universe: str
    citation: str
    notes: tuple[Note, ...] = ()
    largest_variation: float = 0.40

    @property
    def reliability(self) -> np.ndarray:
        if self.moes is None:
            return np.full(len(self.people), "unknown", dtype=object)
        largest = self.largest_variation
        return np.asarray(reliability(self.people, self.moes, (min(0.12, largest), largest)), dtype=object)

    @property
    def state(self) -> np.ndarray:
        """Gap, no gap, or why the rule does not say."""
        some = np.any([holds for _, holds in self.broken], axis=0)
        unsure = self.reliability == LOW
        return np.asarray(np.select(
            [np.isnan(self.people), self.people == 0, self.unknown, ~self.enough, some & unsure, some],
            [c.NO_DATA, c.NOBODY if self.who != RESIDENTS else NO_RESIDENTS, c.NO_DATA, TOO_FEW, UNSURE, GAP], NO_GAP), dtype=object)

    @property
    def reasons(self) -> list[str]:
        state = self.state
        return ["; ".join(text for text, holds in self.broken if holds[n]) if state[n] in (GAP, UNSURE) else ""
                for n in range(len(state))]


def people_of(areas: Any, layer: Layer, column: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Whom a rule counts, with the margins if there are any.

    Raises
    ------
    InputError
        If the need areas do not count them, or counts are below zero.
    """
    if column not in areas:
        raise InputError(say("This rule counts people in the column '{column}', which '{name}' does not have.", column=column, name=layer.name),
                         say("Import need areas with it, or choose another rule."))
    people = areas[column].to_numpy(dtype=float, na_value=np.nan)
    if (people < 0).any():
        raise InputError(say("Column '{column}' holds numbers below zero.", column=column), say("Import the layer again and check it."))
    margin = column + v.MOE_SUFFIX
    moes = areas[margin].to_numpy(dtype=float, na_value=np.nan) if margin in areas else None
    return people, None if moes is None or np.isnan(moes).all() else moes


def share_of(areas: Any, names: tuple[str, ...], rule: str, what: str) -> np.ndarray:
    """The first of these columns that the need areas have, as shares of 0 to 1.

    Raises
    ------
    InputError
        If none is there; names the columns.
    """
    found = next((name for name in names if name in areas), None)
    if found is None:
        raise InputError(say(f"{rule} needs {what}, which the need areas do not have: no column {' or '.join(names)}."),
                         say("Import need areas with it, or choose another rule."))
    values = areas[found].to_numpy(dtype=float, na_value=np.nan)
    if ((values < 0) | (values > 1)).any():
        raise InputError(say("Column '{found}' is no share of 0 to 100 %.", found=found), say("Import the layer again and check it."))
    return values


def areas_output(verdict: Verdict) -> Output:
    """Every need area: the state, why, and the numbers the rule looked at."""
    kept = [name for name in (v.ID, v.NAME, v.GEOMETRY) if name in verdict.areas]
    values: dict[str, Any] = {c.STATE: verdict.state, c.REASON: verdict.reasons, "people": verdict.people}
    if verdict.moes is not None:
        values["people_moe"] = verdict.moes
    values |= {column.name: numbers for numbers, column in verdict.shown}
    values[IN_GAP] = np.where(verdict.state == GAP, verdict.people, np.where(np.isnan(verdict.people), np.nan, 0.0))
    frame = verdict.areas[kept].assign(**values, **{RELIABILITY: verdict.reliability})
    columns = (
        *c.id_columns(), Column(c.STATE, say("By the rule")), Column(c.REASON, say("Why")),
        *c.children_columns(verdict.who.capitalize(), verdict.moes is not None, "people"),
        *(column for _, column in verdict.shown), Column(IN_GAP, say("{who} in a gap", who=verdict.who.capitalize()), "count"),
        Column(RELIABILITY, say("How far the count can be leaned on")),
    )
    ordered = [column.name for column in columns if column.name in frame] + [v.GEOMETRY]
    return Output("areas", say("Gaps by a rule: {what}", what=verdict.what), frame[ordered], columns, POLYGON, verdict.layer.id,
                  with_states(STYLE, verdict.state),
                  verdict.layer.boundary)


def figures_of(verdict: Verdict) -> tuple[KeyFigure, ...]:
    """Gaps, who lives there, and what could not be called."""
    people, moe, total = _in_gaps(verdict)
    who, counted = verdict.who, not np.isnan(verdict.people).all()
    return (
        KeyFigure("gap_areas", say("Areas that are a gap"), float((verdict.state == GAP).sum()), "count"),
        KeyFigure("people_in_gaps", say("{who} in them", who=who.capitalize()), people if counted else None, "count", moe if counted else None),
        KeyFigure("share_in_gaps", say("Share of all {who}", who=who), people / total if total > 0 else None, "share"),
        KeyFigure("unsure_areas", say("Too uncertain to call"), float((verdict.state == UNSURE).sum()), "count"),
    )


def sentence_of(verdict: Verdict) -> str:
    """The finding in plain words."""
    count = int((verdict.state == GAP).sum())
    if np.isnan(verdict.people).all():
        return f"No need area has a count of {verdict.who}, so this rule can call none of them."
    if not count:
        return f"By this rule no need area is a gap for a {verdict.what}."
    people, moe, _ = _in_gaps(verdict)
    return (f"By this rule {count:,} of {len(verdict.areas):,} need areas are gaps for a {verdict.what}; an estimated "
            f"{format_with_margin(people, moe)} {verdict.who} live there.")


def bars_of(verdict: Verdict) -> tuple[tuple[str, float, float | None], ...]:
    """Share of the people who live in a gap by need fifth, highest need first; none without indicators."""
    if not verdict.layer.indicators:
        return ()
    fifth = fifths(default_need(verdict.areas, verdict.layer)[c.SCORE]).to_numpy()
    gap, bars = (verdict.state == GAP).astype(float), []
    for number, label in c.FIFTH_LABELS.items():
        here = (fifth == number) & (np.nan_to_num(verdict.people) > 0)
        if here.any():
            people = verdict.people[here]
            moe = None if verdict.moes is None else moe_of_share(gap[here], people, np.nan_to_num(verdict.moes[here]))
            bars.append((label, float((gap[here] * people).sum() / people.sum()), moe))
    return tuple(bars)


def notes_of(verdict: Verdict) -> tuple[Note, ...]:
    """The rule with its thresholds, whose it is and whom it speaks of, and what it could not call."""
    notes = [Note("method", say("The rule: {rule}; and the count is not too uncertain (standard error up to {largest_variation} of it).", rule=verdict.rule, largest_variation=format_number(verdict.largest_variation, 'share')))]
    if verdict.citation:
        notes.append(Note("method", say("It counts {universe}. Whose rule: {citation}.", universe=verdict.universe, citation=verdict.citation)))
    notes.append(Note("caution", say("A rule draws a line where there is none: areas just on either side of a threshold hardly differ.")))
    for state, one, many, rest in (
        (UNSURE, "area would be a gap but its count is", "areas would be gaps but their counts are", " too uncertain to say so."),
        (TOO_FEW, "area has", "areas have", f" too few {verdict.who} to be called."),
    ):
        count = int((verdict.state == state).sum())
        if count:
            notes.append(counted(count, one, many, rest))
    lacking = int((verdict.unknown & (np.nan_to_num(verdict.people) > 0)).sum())
    if lacking:
        notes.append(counted(lacking, "area lacks", "areas lack", " a number that the rule needs: kept as no data, not as no gap."))
    return (*notes, *verdict.notes)


def _in_gaps(verdict: Verdict) -> tuple[float, float | None, float]:
    rows = verdict.state == GAP
    people = float(verdict.people[rows].sum())
    moe = None if verdict.moes is None else moe_of_sum(verdict.people[rows], np.nan_to_num(verdict.moes[rows]))
    return people, moe, float(np.nansum(verdict.people))


def below_quantile(values: np.ndarray, people: np.ndarray, share: float) -> np.ndarray:
    """Areas whose value is under the quantile over areas with people; none for a share of 0."""
    lived = np.nan_to_num(people) > 0
    if not share > 0 or not lived.any():
        return np.zeros(len(values), dtype=bool)
    return np.asarray(values < np.quantile(values[lived], share))


def per(people: np.ndarray, places: np.ndarray) -> np.ndarray:
    """People per place; infinite without a place, 0 without people, missing without a count."""
    divided = np.divide(people, places, out=np.full(len(people), np.inf), where=places > 0)
    return np.where(np.isnan(people), np.nan, np.where(people == 0, 0.0, divided))
