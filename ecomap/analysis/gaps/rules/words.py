"""What an answer by a rule says, whichever rule it was: key figures, the finding, bars and notes."""

from __future__ import annotations

import numpy as np

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.rules.verdict import GAP, TOO_FEW, UNSURE, Verdict
from ecomap.analysis.gaps.situation import default_need
from ecomap.analysis.need.drawn_fifths import drawn_fifths
from ecomap.analysis.notes import count_note
from ecomap.analysis.statistics.error import CORRELATION, moe_of_share, moe_of_sum
from ecomap.analysis.statistics.ranks import fifths
from ecomap.analysis.statistics.selection import margin_of_selected_mean, with_selection
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import Said, plural, say
from ecomap.model.units import format_number, format_with_margin


def figures_of(verdict: Verdict) -> tuple[KeyFigure, ...]:
    """Gaps, who lives there, and what could not be called."""
    people, moe, total = _in_gaps(verdict)
    who, known = verdict.who, not np.isnan(verdict.people).all()
    return (
        KeyFigure("gap_areas", say("Areas that are a gap"), float((verdict.state == GAP).sum()), "count"),
        KeyFigure("people_in_gaps", say("{who} in them", who=who.capitalize()), people if known else None, "count", moe if known else None),
        KeyFigure("share_in_gaps", say("Share of all {who}", who=who), people / total if total > 0 else None, "share"),
        KeyFigure("unsure_areas", say("Too uncertain to call"), float((verdict.state == UNSURE).sum()), "count"),
    )


def sentence_of(verdict: Verdict) -> Said:
    """The finding in plain words."""
    count = int((verdict.state == GAP).sum())
    if np.isnan(verdict.people).all():
        return say("No need area has a count of {who}, so this rule can call none of them.", who=verdict.who)
    if not count:
        return say("By this rule no need area is a gap for a {what}.", what=verdict.what)
    people, moe, _ = _in_gaps(verdict)
    return say("By this rule {count} of {areas} need areas are gaps for a {what}; an estimated {people} {who} live there.",
               count=format_number(count), areas=format_number(len(verdict.areas)), what=verdict.what,
               people=format_with_margin(people, moe), who=verdict.who)


def bars_of(verdict: Verdict, correlation: float = CORRELATION) -> tuple[tuple[Said, float, float | None], ...]:
    """Share of the people who live in a gap by need fifth, highest need first; none without indicators."""
    if not verdict.layer.indicators:
        return ()
    fifth = fifths(default_need(verdict.areas, verdict.layer)[c.SCORE]).to_numpy()
    gap, bars = (verdict.state == GAP).astype(float), []
    drawn = drawn_fifths(verdict.areas, verdict.layer, correlation)
    for number, label in c.FIFTH_LABELS.items():
        here = (fifth == number) & (np.nan_to_num(verdict.people) > 0)
        if here.any():
            people = verdict.people[here]
            moe = None if verdict.moes is None else moe_of_share(gap[here], people, np.nan_to_num(verdict.moes[here]))
            share = float((gap[here] * people).sum() / people.sum())
            selection = None if drawn is None else margin_of_selected_mean(drawn.chosen(number), gap * verdict.people, verdict.people)
            bars.append((label, share, with_selection(moe, selection)))
    return tuple(bars)


def notes_of(verdict: Verdict) -> tuple[Note, ...]:
    """The rule with its thresholds, whose it is and whom it speaks of, and what it could not call."""
    notes = [Note("method", say("The rule: {rule}; and the count is not too uncertain (standard error up to {share} of it).",
                                rule=verdict.rule, share=format_number(verdict.largest_variation, "share")))]
    if verdict.citation:
        notes.append(Note("method", say("It counts {universe}. Whose rule: {citation}.", universe=verdict.universe,
                                        citation=verdict.citation)))
    notes.append(Note("caution", say("A rule draws a line where there is none: areas just on either side of a threshold hardly differ.")))
    unsure, few = (int((verdict.state == state).sum()) for state in (UNSURE, TOO_FEW))
    if unsure:
        notes.append(count_note(plural(
            "{n} area would be a gap but its count is too uncertain to say so.",
            "{n} areas would be gaps but their counts are too uncertain to say so.", unsure)))
    if few:
        notes.append(count_note(plural("{n} area has too few {who} to be called.", "{n} areas have too few {who} to be called.", few,
                                       who=verdict.who)))
    lacking = int((verdict.unknown & (np.nan_to_num(verdict.people) > 0)).sum())
    if lacking:
        notes.append(count_note(plural(
            "{n} area lacks a number that the rule needs: kept as no data, not as no gap.",
            "{n} areas lack a number that the rule needs: kept as no data, not as no gap.", lacking)))
    return (*notes, *verdict.notes)


def _in_gaps(verdict: Verdict) -> tuple[float, float | None, float]:
    rows = verdict.state == GAP
    people = float(verdict.people[rows].sum())
    moe = None if verdict.moes is None else moe_of_sum(verdict.people[rows], np.nan_to_num(verdict.moes[rows]))
    return people, moe, float(np.nansum(verdict.people))
