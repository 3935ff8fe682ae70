"""Who lives where, in how much need, and what is in their reach: what coverage and priority both start from."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely
from attrs import evolve, field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.ground.overlay import projected_crs
from ecomap.analysis.need.drawn_fifths import drawn_fifths
from ecomap.analysis.need.scoring import need_index
from ecomap.analysis.notes import count_note
from ecomap.analysis.people import EACH_AREA, nobody_counted, people_in, stand_in_note, who_is_counted
from ecomap.analysis.statistics.error import CORRELATION, moe_of_share, moe_of_weighted_sum
from ecomap.analysis.statistics.ranks import fifths
from ecomap.analysis.statistics.selection import (
    DrawnFifths,
    margin_of_selected_mean,
    margin_of_selected_sum,
    with_selection,
)
from ecomap.analysis.travel.pairs import travel_for
from ecomap.analysis.travel.params import ReachParams, settled
from ecomap.analysis.travel.reach import Reach, not_asked, reach
from ecomap.analysis.travel.supply import Supply, parse_target, supply_for
from ecomap.analysis.travel.way import Travel
from ecomap.model import vocabulary as v
from ecomap.model.dates import day_of
from ecomap.model.frames import Frames
from ecomap.model.layer import Layer
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import Said, plural, say
from ecomap.model.units import Quantity, format_with_margin

HALF_A_PERSON = 0.5
HUNDREDTH_OF_AN_AREA = 0.01
NOWHERE_NOTE = Note("caution", say("Asked as if nobody offers it anywhere yet. Once there is a place that does, bring it in and ask "
                                   "again."))


@frozen
class Situation:
    """The need areas with their people, need and reach. All arrays follow the rows of `areas`."""

    params: Any
    layer: Layer
    areas: Any = field(eq=False, repr=False)
    people: np.ndarray = field(eq=False, repr=False)       # NaN where the count is missing
    moes: np.ndarray | None = field(eq=False, repr=False)  # NaN where the margin is missing; None without margins
    need: pd.DataFrame = field(eq=False, repr=False)       # of `need_index`; all missing without indicators
    fifth: np.ndarray = field(eq=False, repr=False)
    supply: Supply
    shape_of: np.ndarray = field(eq=False, repr=False)     # shape of every row of supply.sites
    shapes: np.ndarray = field(eq=False, repr=False)
    reach: Reach
    travel: Travel
    with_margins: bool = True  # False: only numbers are asked for

    @cached_property
    def fifths_drawn(self) -> DrawnFifths | None:
        """The need fifths drawn again within the errors of the indicators; None where these have none."""
        return drawn_fifths(self.areas, self.layer, getattr(self.params, "correlation", CORRELATION)) if self.with_margins else None

    @cached_property
    def _scores(self) -> np.ndarray:
        return np.sort(self.need[c.SCORE].dropna().to_numpy())

    def shares_below(self, scores: np.ndarray) -> np.ndarray:
        """The share of the areas with a need score whose score is lower than each of these; NaN where there are none."""
        return np.searchsorted(self._scores, scores) / (len(self._scores) or np.nan)

    @property
    def known(self) -> np.ndarray:
        return ~np.isnan(self.people)

    @property
    def who(self) -> Said:
        return who_is_counted(self.params.count)

    @property
    def nobody(self) -> Said:
        """The state of an area where none of those counted live."""
        return nobody_counted(self.params.count)

    @property
    def nowhere(self) -> bool:
        """Whether nobody offers it yet, so that everyone is out of reach."""
        return self.supply.target.nowhere

    @property
    def least(self) -> float:
        """Fewer than this are nobody: areas that touch a circle by a sliver."""
        return HUNDREDTH_OF_AN_AREA if self.params.count == EACH_AREA else HALF_A_PERSON

    def many(self, value: float, moe: float | None = None) -> Quantity:
        """So many of those counted; where areas are counted, parts of them show."""
        return how_many(self.params.count, value, moe)

    @property
    def ground(self) -> np.ndarray:
        """The areas' polygons."""
        return np.asarray(self.areas.geometry)

    def total(self, shares: np.ndarray, rows: np.ndarray | None = None) -> tuple[float, float | None]:
        """People in these shares of the areas, with margin; areas without a count are left out."""
        use = self.known if rows is None else self.known & rows
        value = float((self.people[use] * shares[use]).sum())
        if self.moes is None:
            return value, None
        return value, moe_of_weighted_sum(shares[use], np.nan_to_num(self.moes[use]), self.people[use])

    def share(self, shares: np.ndarray, rows: np.ndarray | None = None) -> tuple[float | None, float | None]:
        """The same as a share of all people in these areas; None where there is nobody."""
        use = self.known if rows is None else self.known & rows
        everybody = float(self.people[use].sum())
        if not everybody > 0:
            return None, None
        value = float((self.people[use] * shares[use]).sum()) / everybody
        if self.moes is None:
            return value, None
        return value, moe_of_share(shares[use], self.people[use], np.nan_to_num(self.moes[use]))

    def total_in_fifth(self, shares: np.ndarray, fifth: int) -> tuple[float, float | None]:
        """People in these shares of the areas of a need fifth; in its margin, which areas these are is drawn again."""
        value, moe = self.total(shares, self.in_fifth(fifth))
        drawn = self.fifths_drawn
        if drawn is None or not self.in_fifth(fifth).any():
            return value, moe
        return value, with_selection(moe, margin_of_selected_sum(drawn.chosen(fifth), self.people * shares))

    def share_in_fifth(self, shares: np.ndarray, fifth: int) -> tuple[float | None, float | None]:
        """The same as a share of all people in these areas; None where there is nobody."""
        value, moe = self.share(shares, self.in_fifth(fifth))
        drawn = self.fifths_drawn
        if drawn is None or value is None:
            return value, moe
        return value, with_selection(moe, margin_of_selected_mean(drawn.chosen(fifth), self.people * shares, self.people))

    def open_near(self, shapes: np.ndarray) -> np.ndarray:
        """Rows of the areas with people counted and ground out of reach that some shapes may hold; by the boxes around them."""
        rows = np.flatnonzero(self.reach.has_gap & self.known)
        near = shapely.STRtree(shapes).query(self.ground[rows])[0] if len(shapes) else []
        return rows[np.unique(near)]

    def numbers_only(self) -> Situation:
        """The same without margins, for whoever asks for the numbers alone."""
        return evolve(self, moes=None, with_margins=False)

    def in_fifth(self, fifth: int) -> np.ndarray:
        return self.fifth == fifth


def how_many(count: str, value: float, moe: float | None = None) -> Quantity:
    """A number of those counted, with its margin; where areas are counted, parts of them show."""
    return format_with_margin(value, moe, digits=1 if count == EACH_AREA and value != round(value) else None)


def nobody_has_it(count: str, people: np.ndarray, moe: float | None) -> Said:
    """That everyone is out of reach, because nobody offers it yet."""
    known = people[~np.isnan(people)]
    return say("No one in this project offers it yet: all {count} {who} are out of reach.",
               count=how_many(count, float(known.sum()), moe), who=who_is_counted(count))


def situation(
    frames: Frames, params: ReachParams, *, often: bool = True, twice: bool = True, ground: bool = True, reached: bool = True,
    progress: Progress,
) -> Situation:
    """Read the inputs of a coverage question and work out what is in reach.

    Parameters
    ----------
    often : bool
        False: how many sites reach an area, and what of it each, is not asked for; see `ecomap.analysis.travel.reach.reach`.
    twice : bool
        False: what is in reach of two is not asked for either.
    ground : bool
        False: what is out of reach is worked out by rows, when it is asked for.
    reached : bool
        False: what ground is in reach is not asked for at all; there are no `shapes` then, and `reach` is missing throughout.

    Raises
    ------
    InputError
        If no need area has a count of people, or they are not in a projected CRS.
    """
    areas, layer = frames["areas"], frames.layer("areas")
    params = params.fitted(frames)
    projected_crs(areas, say("need areas"))
    people = people_in(areas, layer, params.count)
    params = settled(params)
    progress.at(0.0, say("Finding what counts"))
    target = parse_target(params.target)
    supply = supply_for(frames, target, areas, include_ended=params.include_ended, day=day_of(params.as_of))
    travel = travel_for(frames, params, progress.part(0.0, 0.4))
    margin = params.count + v.MOE_SUFFIX
    moes = areas[margin].to_numpy(dtype=float, na_value=np.nan) if margin in areas else None
    if moes is not None and np.isnan(moes).all():
        moes = None
    need = default_need(areas, layer)
    shapes, shape_of, found = np.zeros(0, dtype=object), np.zeros(0, dtype=int), not_asked(len(areas))
    if reached:
        shapes, count, shape_of = supply.shapes(lambda places: travel.ground(places, progress.part(0.4, 0.6)))
        found = reach(np.asarray(areas.geometry), shapes, count, often=often, twice=twice, ground=ground, progress=progress.part(0.6, 1.0))
    return Situation(
        params, layer, areas, people, moes, need, fifths(need[c.SCORE]).to_numpy(), supply, shape_of, shapes, found, travel,
    )


def default_need(areas: Any, layer: Layer) -> pd.DataFrame:
    """The default need index (all indicators, percentile ranks, equal weights), or missing scores without indicators."""
    if layer.indicators:
        return need_index(areas, layer.indicators)
    return pd.DataFrame({c.SCORE: np.nan, c.RANK: np.nan}, index=areas.index)


def interior_points(areas: Any) -> np.ndarray:
    return np.asarray(shapely.point_on_surface(np.asarray(areas.geometry)))


def spread_note(count: str) -> tuple[Note, ...]:
    """Who those counted are, and where they are taken to live."""
    who = who_is_counted(count)
    if count in (v.CHILDREN, v.POPULATION):
        return (Note("caution", say("{who} are residents by census area, spread evenly over it; they are not the pupils of a school.",
                                    who=who.capitalize())),)
    if count == EACH_AREA:
        return ()
    return (Note("caution", say("{who} are counted by area and spread evenly over it.", who=who.capitalize())),)


def situation_notes(now: Situation) -> tuple[Note, ...]:
    """Counts and cautions that hold for every coverage question."""
    notes = [
        *stand_in_note(now.params.count),
        *spread_note(now.params.count),
        *now.travel.notes(now.supply, now.people),
    ]
    if now.moes is not None:
        notes.append(Note("caution", say("Margins carry the survey's sampling error only; the error of spreading people "
                          "evenly is not in them.")))
    else:
        notes.append(Note("caution", say("The need areas come without margins of error, so none can be given.")))
    if now.nowhere:
        notes.append(NOWHERE_NOTE)
    notes += now.supply.notes
    missing = int((~now.known).sum())
    if missing:
        notes.append(count_note(plural(
            "{n} need area has no count of {who}: kept as no data and in no total.",
            "{n} need areas have no count of {who}: kept as no data and in no total.", missing, who=now.who)))
    if now.moes is not None:
        unsure = int((np.isnan(now.moes) & now.known).sum())
        if unsure:
            notes.append(count_note(plural(
                "{n} need area has a count without a margin; the margins of totals leave it out.",
                "{n} need areas have a count without a margin; the margins of totals leave it out.", unsure)))
    unscored = int(now.need[c.SCORE].isna().sum())
    if not now.layer.indicators:
        notes.append(Note("caution", say("The need areas have no indicators, so gaps are not weighed by need.")))
    elif unscored:
        notes.append(unscored_note(unscored))
    if now.layer.indicators:
        notes.append(Note("method", say("Need fifths come from the default need index of this layer: all its indicators, "
                          "percentile ranks, equal weights; fifths hold equally many areas, 5 is the highest need.")))
    return tuple(notes)


def unscored_note(count: int) -> Note:
    """How many need areas have no need score."""
    return count_note(plural(
        "{n} need area has too few indicators for a need score and no place in a fifth.",
        "{n} need areas have too few indicators for a need score and no place in a fifth.", count))
