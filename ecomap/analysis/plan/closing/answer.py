"""What it would mean to close or merge schools, put together as one answer."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from attrs import evolve, field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.at_work import open_on
from ecomap.analysis.gaps.situation import default_need
from ecomap.analysis.people import people_in
from ecomap.analysis.plan.closing.hit import Hit, pupils_hit, ways_hit
from ecomap.analysis.plan.closing.leaving import Support, Table, supports_leaving
from ecomap.analysis.plan.closing.ways import (
    LongerWay,
    WaySum,
    levels_of,
    longer_ways,
    sum_of,
    takes_by_address,
)
from ecomap.analysis.statistics.ranks import fifths
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import Layer
from ecomap.model.progress import Progress
from ecomap.model.said import say
from ecomap.model.terms import Terms

FIFTHS = (5, 4, 3, 2, 1)


@frozen
class Case:
    """What closes, and what is there before and after.

    Parameters
    ----------
    schools, then : GeoDataFrame
        All schools of the layer today, and those of it then; ``closing`` marks rows of ``schools``.
    into : mapping of str
        Id of a school that merges -> id of the school that its pupils go to.
    tables : sequence of Table
        Every layer whose rows go along.
    reach_m, detour : float
        How far another support of the kind may be; straight line times detour, metres.
    count : str
        Who is counted, a column of the need areas.
    """

    areas: Any = field(eq=False, repr=False)
    layer: Layer
    schools: Any = field(eq=False, repr=False)
    schools_layer: Layer
    closing: np.ndarray = field(eq=False, repr=False)
    then: Any = field(eq=False, repr=False)
    into: dict[str, str]
    tables: Sequence[Table] = field(repr=False)
    terms: Terms = field(repr=False)
    day: datetime.date
    reach_m: float
    detour: float
    count: str
    other_layers: int = 0   # of schools, which are not read

    @property
    def says_intake(self) -> bool:
        """Whether the schools say if they take pupils by home address."""
        return v.RESIDENTIAL_INTAKE in self.schools


@frozen
class Closing:
    """What was found; arrays follow the need areas of the case."""

    case: Case
    people: np.ndarray = field(eq=False, repr=False)
    moes: np.ndarray | None = field(eq=False, repr=False)
    fifth: np.ndarray = field(eq=False, repr=False)
    ways: tuple[LongerWay, ...] = field(repr=False)
    supports: tuple[Support, ...]
    hits: tuple[Hit, ...]
    by_choice: tuple[str, ...]     # closing schools that take no pupils by home address
    next_door: int
    no_place: tuple[str, ...] = ()  # closing schools that stand nowhere on the map
    shut: tuple[str, ...] = ()      # schools of the scenario that are not open on the day anyway

    def total(self, way: LongerWay) -> WaySum:
        return sum_of(way, self.people, self.moes, np.ones(len(self.people), dtype=bool))

    def of_fifth(self, way: LongerWay, fifth: int) -> WaySum:
        return sum_of(way, self.people, self.moes, self.fifth == fifth)

    @property
    def names(self) -> list[str]:
        rows = self.case.schools[self.case.closing]
        return [str(one) for one in (rows[v.NAME] if v.NAME in rows else rows[v.ID])]


def closing(case: Case, *, progress: Progress) -> Closing:
    """Whose way grows, what leaves, and who is hit most.

    Raises
    ------
    InputError
        If none of the schools that close is open on the day.
    """
    is_open = open_on(case.schools, case.day)
    closes = case.closing & is_open
    if not closes.any():
        raise InputError(say("None of these schools is open today, so nothing closes."), say("Choose a school that is open."))
    takes = takes_by_address(case.schools)
    then = case.then[open_on(case.then, case.day)].reset_index(drop=True)
    progress.at(0.0, say("Measuring the ways to school"))
    people = people_in(case.areas, case.layer, case.count)
    margin = case.count + v.MOE_SUFFIX
    moes = case.areas[margin].to_numpy(dtype=float, na_value=np.nan) if margin in case.areas else None
    if moes is not None and np.isnan(moes).all():
        moes = None
    before = case.schools[is_open].reset_index(drop=True)
    ways = longer_ways(case.areas, before, closes[is_open], then, detour=case.detour, progress=progress.part(0.0, 0.8))
    progress.at(0.8, say("Finding what leaves with the schools"))
    supports = tuple(one for one in supports_leaving(case.tables, case.schools, case.terms, case.day, case.reach_m, case.detour) if closes[one.school])
    levels = set().union(*(one for one, closed in zip(levels_of(case.schools), closes) if closed))
    beside = is_open & np.array([bool(one & levels) for one in levels_of(case.schools)])
    share = np.max([way.share for way in ways], axis=0) if ways else np.zeros(len(people))
    hits = (*pupils_hit(case.schools, case.schools_layer, closes, beside), *(ways_hit(case.areas, case.layer, people, share) if share.any() else ()))
    fifth = np.nan_to_num(fifths(default_need(case.areas, case.layer)[c.SCORE]).to_numpy(dtype=float, na_value=np.nan)).astype(int)
    called = (case.schools[v.NAME] if v.NAME in case.schools else case.schools[v.ID]).astype(str)
    shapes = np.asarray(case.schools.geometry)
    nowhere = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    by_choice, no_place, shut = (tuple(called[rows]) for rows in (closes & ~takes & ~nowhere, closes & nowhere, case.closing & ~is_open))
    return Closing(evolve(case, closing=closes), people, moes, fifth, tuple(ways), supports, hits, by_choice, sum(int(table.goes.next_door.sum()) for table in case.tables),
                   no_place, shut)
