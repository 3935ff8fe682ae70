"""Which schools are most alike: their traits in standard deviations, and how far apart two of them are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from attrs import field, frozen

from ecomap.analysis.assets.school_need import number, surroundings
from ecomap.analysis.notes import count_note
from ecomap.model import vocabulary as v
from ecomap.model.errors import ParameterError
from ecomap.model.frames import Frames
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import Said, plural, say
from ecomap.model.said import name as kept

NEED, LEVEL = "need", "level"
LABELS: Final[Mapping[str, Said]] = {
    NEED: say("Need around the school"), v.FRPM_SHARE: say("Free or reduced-price meals"), v.ENROLLMENT: say("Pupils"),
    LEVEL: say("Level"),
}
_ROOT_TWO = float(np.sqrt(2.0))
_BLOCK = 256


@frozen
class Traits:
    """The numbers likeness goes by: raw, and in standard deviations from the mean. Levels apart: one row of flags per school."""

    names: tuple[str, ...]
    raw: np.ndarray = field(eq=False, repr=False)
    standard: np.ndarray = field(eq=False, repr=False)
    levels: np.ndarray | None = field(eq=False, repr=False)
    notes: tuple[Note, ...]


def traits_of(frames: Frames, schools: Any, variables: tuple[str, ...], radius_m: float) -> Traits:
    """The chosen variables of every school; the need around it is that within a distance in metres.

    Raises
    ------
    ParameterError
        If a variable is no column of numbers, or none can be had.
    """
    names, values, notes = [], [], []
    levels = None
    for name in variables:
        if name == LEVEL and v.LEVELS in schools:
            levels = np.column_stack([schools[v.LEVELS].fillna("").astype(str).map(lambda text, one=one: one in text.split("+"))
                                      .to_numpy(dtype=bool) for one in v.SCHOOL_LEVELS])
        elif name == NEED and "areas" in frames and frames.layer("areas").indicators:
            names.append(name)
            values.append(surroundings(frames, schools, radius_m))
        elif name in (NEED, LEVEL):
            notes.append(Note("caution", say(
                "The project has no need areas with indicators, so need around the school is left out." if name == NEED else
                "The project has no levels of schools, so level is left out.")))
        else:
            names.append(name)
            values.append(numbers(schools, name))
    if not names and levels is None:
        raise ParameterError(say("There is nothing to compare schools by."), say("Choose other variables, or import them."))
    raw = np.column_stack(values) if values else np.zeros((len(schools), 0))
    known = ~np.isnan(raw)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, raw, 0.0).sum(axis=0) / count
    spread = np.sqrt((np.where(known, raw - mean, 0.0) ** 2).sum(axis=0) / count)
    standard = np.divide(raw - mean, spread, out=np.where(known, 0.0, np.nan), where=spread > 0)
    notes += [_lacking(name, int(missing)) for name, missing in zip(names, (~known).sum(axis=0), strict=True) if missing]
    return Traits(tuple(names), raw, standard, levels, tuple(notes))


def nearest_peers(
    traits: Traits, asked: np.ndarray, count: int, minimum_present: float, progress: Progress
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The schools nearest to each one asked about.

    Distance = sqrt(mean of squared differences in standard deviations, over the variables both schools have); levels differ
    by sqrt(2) times the share of their levels the two do not have in common (Jaccard), which is as far as two random
    schools are apart in any other variable.

    Returns
    -------
    one, two : ndarray of int
        Positions of the school and its peer, the nearest first; equal distances in the order of the schools.
    distance : ndarray
    present : ndarray of int
        Variables compared.
    """
    total = traits.standard.shape[1] + (traits.levels is not None)
    parts: list[tuple[np.ndarray, ...]] = []
    for start in range(0, len(asked), _BLOCK):
        progress.at(start / max(len(asked), 1), say("Comparing schools"))
        here = asked[start : start + _BLOCK]
        squares, present = _apart(traits, here)
        enough = present >= np.ceil(minimum_present * total - 1e-9)
        distance = np.where(enough & (present > 0), np.sqrt(squares / np.maximum(present, 1)), np.inf)
        distance[np.arange(len(here)), here] = np.inf
        order = np.argsort(np.round(distance, 9), axis=1, kind="stable")[:, :count]
        near = np.take_along_axis(distance, order, axis=1)
        row, rank = np.nonzero(np.isfinite(near))
        peer = order[row, rank]
        parts.append((here[row], peer, near[row, rank], present[row, peer]))
    one, two, distance, present = (np.concatenate([part[k] for part in parts]) for k in range(4))
    return one, two, distance, present


def _apart(traits: Traits, here: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sums of squared differences from some schools to all, and over how many variables both have."""
    squares, present = np.zeros((len(here), len(traits.raw))), np.zeros((len(here), len(traits.raw)), dtype=int)
    for column in traits.standard.T:
        apart = (column[here][:, None] - column[None, :]) ** 2
        squares += np.nan_to_num(apart)
        present += ~np.isnan(apart)
    if traits.levels is not None:
        common = traits.levels[here].astype(int) @ traits.levels.T.astype(int)
        size = traits.levels.sum(axis=1)
        either = size[here][:, None] + size[None, :] - common
        told = (size[here][:, None] > 0) & (size[None, :] > 0)
        squares += np.where(told, (_ROOT_TWO * (1 - common / np.maximum(either, 1))) ** 2, 0.0)
        present += told
    return squares, present


def _lacking(trait: str, n: int) -> Note:
    return count_note(plural("{n} school has no number for {trait}: compared by the others, if enough of them.",
                             "{n} schools have no number for {trait}: compared by the others, if enough of them.", n,
                             trait=LABELS[trait].small() if trait in LABELS else kept(trait.lower())))


def label_of(trait: str) -> Said:
    """What people call a variable."""
    return LABELS.get(trait) or kept(trait.replace("_", " ").capitalize())


def numbers(schools: Any, name: str) -> np.ndarray:
    """A column of numbers of the schools.

    Raises
    ------
    ParameterError
        If there is none of that name.
    """
    values = number(schools, name)
    if np.isnan(values).all():
        raise ParameterError(say("The schools have no numbers in a column '{column}'.", column=kept(name)),
                             say("Choose need, level or a column of numbers of the schools."))
    return values
