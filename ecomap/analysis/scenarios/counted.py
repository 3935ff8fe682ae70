"""Who has something in reach on one side of a comparison, by need area: the same few numbers whatever the question was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from attrs import field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.day import on_its_day
from ecomap.analysis.gaps.access.tables import ACCESS
from ecomap.analysis.gaps.room.assignment import DEMAND, SERVED
from ecomap.analysis.gaps.situation import interior_points, situation
from ecomap.analysis.people import who_is_counted
from ecomap.analysis.registry import run
from ecomap.analysis.travel.supply import parse_target
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.layer import Column
from ecomap.model.progress import Progress
from ecomap.model.result import Output
from ecomap.model.said import Said
from ecomap.model.units import format_number

COVERAGE, ROOM, ACCESS_OF = "coverage-gap", "capacity-gap", "access"
QUESTIONS: Final = (COVERAGE, ROOM, ACCESS_OF)  # those that say of every need area who has it in reach


@frozen
class Counted:
    """One side, by need area; all arrays follow `ids`.

    Parameters
    ----------
    people, moes : ndarray
        Of those counted; NaN where missing. ``moes`` is None where the question gives no margins.
    served : ndarray
        Share of them that has it in reach, or a place, 0-1; NaN where that is not known.
    fifth : ndarray of int
        Need fifth, 5 is the highest need; 0 without a score.
    nearest : ndarray
        Cost to the nearest, infinite where there is none; all NaN where the question does not say it.
    gap : ndarray of geometry, optional
        The ground out of reach; None as a whole where it is not known by ground.
    access : ndarray, optional
        The measure of access; ``good``: whether more of it is better.
    settings : Any
        The parameters it was asked with, settled for these rows.
    """

    ids: np.ndarray = field(eq=False, repr=False)
    names: np.ndarray = field(eq=False, repr=False)
    people: np.ndarray = field(eq=False, repr=False)
    moes: np.ndarray | None = field(eq=False, repr=False)
    served: np.ndarray = field(eq=False, repr=False)
    fifth: np.ndarray = field(eq=False, repr=False)
    nearest: np.ndarray = field(eq=False, repr=False)
    settings: Any
    what: Said
    distance: Said
    ground: np.ndarray | None = field(default=None, eq=False, repr=False)
    gap: np.ndarray | None = field(default=None, eq=False, repr=False)
    access: np.ndarray | None = field(default=None, eq=False, repr=False)
    access_column: Column | None = None
    good: bool = True
    unit: str = "m"

    @property
    def who(self) -> Said:
        return who_is_counted(self.settings.count)


def counted(question: str, frames: Frames, params: Any, *, progress: Progress) -> Counted:
    """Ask a question of `QUESTIONS` for its numbers by need area alone.

    Raises
    ------
    InputError
        As the question itself would.
    """
    params = on_its_day(params)
    if question == COVERAGE:
        return _by_ground(frames, params, progress)
    params = params.fitted(frames)
    result = run(question, frames, params, progress=progress)
    return counted_in(question, result.output("areas"), params)


def _by_ground(frames: Frames, params: Any, progress: Progress) -> Counted:
    now = situation(frames, params, progress=progress)
    areas = now.areas
    return Counted(
        areas[v.ID].astype(str).to_numpy(), _names(areas), now.people, now.moes, np.where(now.known, now.reach.share, np.nan), now.fifth,
        now.travel.nearest(interior_points(areas), now.supply), now.params, now.supply.target.phrase, now.travel.distance,
        ground=now.ground, gap=now.reach.gap, unit=now.travel.unit)


def counted_in(question: str, output: Output, params: Any) -> Counted:
    """The same out of an answer's table of need areas, which does not say where within an area it is.

    Raises
    ------
    KeyError
        If the table lacks what every answer to the question has.
    """
    people, served = _READ[question](output.frame, params)
    frame = output.frame
    margin = params.count + v.MOE_SUFFIX
    moes = _numbers(frame, margin) if margin in frame and question != ROOM else None
    access = _numbers(frame, ACCESS) if question == ACCESS_OF else None
    column = next((one for one in output.columns if one.name == ACCESS), None)
    return Counted(
        frame[v.ID].astype(str).to_numpy(), _names(frame), people, moes, served, np.nan_to_num(_numbers(frame, c.FIFTH)).astype(int),
        _numbers(frame, c.NEAREST) if c.NEAREST in frame else np.full(len(frame), np.nan), params, parse_target(params.target).phrase,
        format_number(float(params.radius_m), "m"), access=access, access_column=column,
        good=column is None or column.unit not in ("m", "min"))


def _covered(frame: Any, params: Any) -> tuple[np.ndarray, np.ndarray]:
    people = _numbers(frame, params.count)
    return people, _share(_numbers(frame, c.COVERED), people)


def _with_a_place(frame: Any, params: Any) -> tuple[np.ndarray, np.ndarray]:
    people = np.round(_numbers(frame, DEMAND), 6)  # a solver's last digits are not the same every time
    return people, np.round(_share(_numbers(frame, SERVED), people), 9)


def _reaching_any(frame: Any, params: Any) -> tuple[np.ndarray, np.ndarray]:
    people, sites = _numbers(frame, params.count), _numbers(frame, c.SITES_IN_REACH)
    return people, np.where(np.isnan(people) | np.isnan(sites), np.nan, (sites > 0).astype(float))


_READ: Final[Mapping[str, Callable[[Any, Any], tuple[np.ndarray, np.ndarray]]]] = {
    COVERAGE: _covered, ROOM: _with_a_place, ACCESS_OF: _reaching_any,
}


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Part of the whole; where nobody is counted 0 of 0 is no change of anything."""
    found = np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)
    return np.where(np.isnan(whole) | np.isnan(part), np.nan, found)


def _numbers(frame: Any, column: str) -> np.ndarray:
    found: np.ndarray = frame[column].to_numpy(dtype=float, na_value=np.nan)
    return found


def _names(frame: Any) -> np.ndarray:
    named: np.ndarray = (frame[v.NAME] if v.NAME in frame else frame[v.ID]).astype(str).to_numpy()
    return named
