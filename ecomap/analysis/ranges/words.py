"""What is said of ranges: the finding rounded to what is known, and what every assumption makes of the headline."""

from __future__ import annotations

from collections.abc import Sequence

from ecomap.model.figures import (
    digits_known,
    figure_digits,
    figure_value,
    range_sentence,
    range_words,
    same_number,
)
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import Quantity, Said, joined, rewritten, say
from ecomap.model.units import format_with_margin


def headline_of(sentence: Said, figures: Sequence[KeyFigure]) -> KeyFigure | None:
    """The first figure with a range whose number stands in the finding, else the first with one; None where none has."""
    told: list[KeyFigure] = []

    def seen(part: Said) -> Said:
        found = same_number(part, figures) if isinstance(part, Quantity) else None
        told.extend([] if found is None else [found])
        return part

    rewritten(sentence, seen)
    return next((one for one in (*(figure for figure in figures if figure in told), *figures) if range_words(one)), None)


def rounded_sentence(sentence: Said, figures: Sequence[KeyFigure]) -> Said:
    """The finding with its numbers rounded to what is known of them, and the range of its headline at the end."""

    def rounded(part: Said) -> Said:
        if not isinstance(part, Quantity):
            return part
        value, moe, unit, digits, kind = part.parts
        if kind != "whole" or value is None or digits:
            return part
        figure = same_number(part, figures)
        known = figure_digits(figure) if figure is not None else digits_known(value, moe or 0.0, unit or "count")
        shown = value if figure is None else figure_value(figure)
        return part if known is None or known > 0 else format_with_margin(shown, moe, unit, known)

    headline = headline_of(sentence, figures)
    found = rewritten(sentence, rounded)
    return found if headline is None else joined([found, range_sentence(headline)])


def asked_again_note(headline: KeyFigure | None, effects: Sequence[tuple[Said, KeyFigure]]) -> tuple[Note, ...]:
    """What every assumption makes of the headline, when the question is asked again at its ends."""
    if headline is None:
        return ()
    parts = [range_words(figure) or say("hardly another number {what}", what=words) for words, figure in effects]
    return (Note("method", say("{figure}, asked again at the ends of every assumption: {ranges}. Every figure has the range of the one that "
                               "moves it most beside it; margins of the survey are not in a range.",
                               figure=headline.label, ranges=joined(parts, "; "))),)
