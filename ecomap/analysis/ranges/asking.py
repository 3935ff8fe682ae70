"""An answer with its ranges: asked again at the ends of every assumption, the one that moves a figure most beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from attrs import evolve, frozen

from ecomap.analysis import registry
from ecomap.analysis.ranges.assumptions import Assumption, assumptions_of
from ecomap.analysis.ranges.words import asked_again_note, headline_of, rounded_sentence
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.figures import figure_digits
from ecomap.model.frames import Frames
from ecomap.model.progress import Progress, silent
from ecomap.model.result import KeyFigure, Range, Result
from ecomap.model.said import Said, say

_NOTHING = 1e-9  # of a figure: the rounding of arithmetic


@frozen
class Moved:
    """What one assumption makes of every figure: its name -> the lowest and the highest number; figures that do not move are not in it."""

    assumption: Assumption
    ends: dict[str, tuple[float, float]]

    def width(self, figure: str) -> float:
        low, high = self.ends.get(figure, (0.0, 0.0))
        return high - low

    def range_of(self, figure: str) -> Range | None:
        if figure not in self.ends:
            return None
        return Range(*self.ends[figure], self.assumption.words, self.assumption.name)


def with_ranges(name: str, frames: Frames, params: Any, result: Result, *, progress: Progress | None = None) -> Result:
    """The answer with the range of the assumption that moves it most beside every figure, and rounded to what is known.

    Parameters
    ----------
    name : str
        The analysis that gave the answer.
    frames, params
        What it was asked with.

    Returns
    -------
    Result
        Tables are as they were. The range of a figure holds the figure itself. Where an end cannot be asked (nobody is left
        to count), it is not in the range.
    """
    progress = progress or silent()
    asked = registry.analysis(name)
    found = assumptions_of(asked, frames, params) if asked.asked_again else ()
    each = sum(len(one.ends) for one in found)
    moved, done = [], 0
    for one in found:
        answers = []
        for given, settings in one.ends:
            progress.at(done / each, say("Asking again at the ends of what is assumed"))
            answers.append(_asked(name, given, settings, result, progress.part(done / each, (done + 1) / each)))
            done += 1
        moved.append(_moved(one, result.figures, [answer for answer in answers if answer is not None]))
    progress.at(1.0, say("Done"))
    figures = _beside(tuple(_ranged(figure, moved) for figure in result.figures))
    headline = headline_of(result.sentence, figures)
    return evolve(result, figures=figures, sentence=rounded_sentence(result.sentence, figures),
                  notes=(*result.notes, *asked_again_note(headline, _effects(headline, moved))))


def _asked(name: str, frames: Frames, params: Any, first: Result, progress: Progress) -> Sequence[KeyFigure] | None:
    """The figures at one end; None where the question has no answer there."""
    try:
        return registry.figures_again(name, frames, params, first, progress=progress)
    except (InputError, ParameterError):
        return None


def _moved(assumption: Assumption, figures: Sequence[KeyFigure], answers: Sequence[Sequence[KeyFigure]]) -> Moved:
    ends = {}
    for figure in figures:
        numbers = [other.value for answer in answers for other in answer if _same(figure, other)]
        known = [number for number in (figure.value, *numbers) if number is not None and math.isfinite(number)]
        if figure.value is None or not known:
            continue
        low, high = min(known), max(known)
        if high - low > _NOTHING * max(abs(low), abs(high)):
            ends[figure.name] = (low, high)
    return Moved(assumption, ends)


def _same(figure: KeyFigure, other: KeyFigure) -> bool:
    """Whether both speak of the same: a school that is first elsewhere is another figure."""
    return (figure.name, figure.unit, str(figure.label)) == (other.name, other.unit, str(other.label))


def _ranged(figure: KeyFigure, moved: Sequence[Moved]) -> KeyFigure:
    widest = max(moved, key=lambda one: one.width(figure.name), default=None)
    return figure if widest is None else evolve(figure, range=widest.range_of(figure.name))


def _beside(figures: Sequence[KeyFigure]) -> tuple[KeyFigure, ...]:
    """The figures, those that are compared with another one written no finer than that."""
    digits = {figure.name: figure_digits(figure) for figure in figures}
    return tuple(evolve(figure, digits=digits.get(figure.beside)) if figure.beside and figure.range is None else figure for figure in figures)


def _effects(headline: KeyFigure | None, moved: Sequence[Moved]) -> list[tuple[Said, KeyFigure]]:
    """Beside the words of every assumption the headline with its range; with one that moves nothing it has none."""
    if headline is None:
        return []
    return [(one.assumption.words, evolve(headline, range=one.range_of(headline.name))) for one in moved if one.assumption.ends]
