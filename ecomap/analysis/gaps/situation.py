"""Who lives where, in how much need, and what is in their reach: what coverage and priority both start from."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.ground.overlay import projected_crs
from ecomap.analysis.need.scoring import need_index
from ecomap.analysis.notes import counted
from ecomap.analysis.statistics.error import moe_of_share, moe_of_weighted_sum
from ecomap.analysis.statistics.ranks import fifths
from ecomap.analysis.travel.means import ESTIMATED, STREETS, TABLE, Travel, settled, travel_for
from ecomap.analysis.travel.reach import Reach, reach
from ecomap.analysis.travel.supply import Supply, parse_target, supply_for
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.layer import Layer
from ecomap.model.params import Choice, Param
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import say
from ecomap.model.source import Source
from ecomap.model.units import METRES_PER_MILE

MILE_M = METRES_PER_MILE


@frozen
class ReachParams:
    """What a planner decides about being in reach."""

    target: Annotated[str, Param(
        "What should be in reach?", "A kind of service (service:Food), any service (service:*), an approach "
        "(approach:community_school) or any approach (approach:*).", choices_from="coverage_target")] = "service:*"
    radius_m: Annotated[float, Param(
        "How far is in reach?", "Along the way people take, which is estimated unless you choose another.", unit="m", gt=0,
        le=80_000)] = MILE_M
    travel: Annotated[str, Param(
        "How do people get there?", "Along the streets, rivers and freeways count: people walk, and cross only where a street "
        "does. A table is one that a routing program or a transit agency made.",
        choices=(Choice(ESTIMATED, "By an estimated way (straight line x detour)"), Choice(STREETS, "On foot along the streets"),
                 Choice(TABLE, "As the imported travel times say")))] = ESTIMATED
    detour: Annotated[float, Param(
        "Detour factor", "Estimated way only: how much longer the way is than the straight line; 1.2 to 1.4 in cities.", ge=1, le=3,
        advanced=True)] = 1.3
    count: Annotated[str, Param(
        "Who is counted?", choices=(Choice(v.CHILDREN, "Residents under 18"), Choice(v.POPULATION, "All residents")),
        advanced=True)] = v.CHILDREN
    include_ended: Annotated[bool, Param(
        "Count sites that have ended?", "Planned sites never count.", advanced=True)] = False
    minutes: Annotated[float, Param(
        "How many minutes are in reach?", "0: the distance above, at the walking speed. Anything else takes its place.",
        ge=0, le=600, advanced=True)] = 0.0
    walking_kmh: Annotated[float, Param(
        "Walking speed", "km/h; 4.8 is usual, less with small children. Turns minutes into a distance and back.", gt=0, le=15, advanced=True)] = 4.8
    street_limit_m: Annotated[float, Param(
        "Furthest from a street", "Along the streets only: whoever lives further from any street than this is out of reach.",
        unit="m", gt=0, le=5_000, advanced=True)] = 250.0


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

    @property
    def known(self) -> np.ndarray:
        return ~np.isnan(self.people)

    @property
    def who(self) -> str:
        return "children" if self.params.count == v.CHILDREN else "residents"

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

    def in_fifth(self, fifth: int) -> np.ndarray:
        return self.fifth == fifth


def situation(frames: Frames, params: Any, *, progress: Progress) -> Situation:
    """Read the inputs of a coverage question and work out what is in reach.

    Raises
    ------
    InputError
        If no need area has a count of people, or they are not in a projected CRS.
    """
    areas, layer = frames["areas"], frames.layer("areas")
    projected_crs(areas, say("need areas"))
    people = people_in(areas, layer, params.count)
    params = settled(params)
    progress.at(0.0, say("Finding what counts"))
    target = parse_target(params.target)
    supply = supply_for(frames, target, areas, include_ended=params.include_ended)
    travel = travel_for(frames, params, progress.part(0.0, 0.4))
    shapes, count, shape_of = supply.shapes(lambda places: travel.ground(places, progress.part(0.4, 0.6)))
    margin = params.count + v.MOE_SUFFIX
    moes = areas[margin].to_numpy(dtype=float, na_value=np.nan) if margin in areas else None
    if moes is not None and np.isnan(moes).all():
        moes = None
    need = default_need(areas, layer)
    ground = reach(np.asarray(areas.geometry), shapes, count, progress=progress.part(0.6, 1.0))
    return Situation(
        params, layer, areas, people, moes, need, fifths(need[c.SCORE]).to_numpy(), supply, shape_of, shapes, ground,
        travel,
    )


def people_in(areas: Any, layer: Layer, count: str) -> np.ndarray:
    """How many people live in every area; NaN where nobody counted them.

    Raises
    ------
    InputError
        If no area has a count, or one is below zero.
    """
    if count not in areas:
        raise InputError(say("'{name}' has no column '{count}'.", name=layer.name, count=count), say("Import need areas with a count of people."))
    people = np.asarray(areas[count].to_numpy(dtype=float, na_value=np.nan))
    if (people < 0).any():
        raise InputError(say("Column '{count}' holds numbers below zero.", count=count), say("Import the layer again and check it."))
    if np.isnan(people).all():
        raise InputError(say("No area of '{name}' has a number in '{count}', so nobody can be said to be in or out of reach.", name=layer.name, count=count),
                         say("Import need areas with a count of people, or count others."))
    return people


def default_need(areas: Any, layer: Layer) -> pd.DataFrame:
    """The default need index (all indicators, percentile ranks, equal weights), or missing scores without indicators."""
    if layer.indicators:
        return need_index(areas, layer.indicators)
    return pd.DataFrame({c.SCORE: np.nan, c.RANK: np.nan}, index=areas.index)


def interior_points(areas: Any) -> np.ndarray:
    return np.asarray(shapely.point_on_surface(np.asarray(areas.geometry)))


def situation_notes(now: Situation) -> tuple[Note, ...]:
    """Counts and cautions that hold for every coverage question."""
    notes = [
        Note("caution", say("{who} are residents by census area, spread evenly over it; they are not the pupils of a school.", who=now.who.capitalize())),
        *now.travel.notes(now.supply, now.people),
    ]
    if now.moes is not None:
        notes.append(Note("caution", say("Margins carry the survey's sampling error only; the error of spreading people "
                          "evenly is not in them.")))
    else:
        notes.append(Note("caution", say("The need areas come without margins of error, so none can be given.")))
    notes += now.supply.notes
    missing = int((~now.known).sum())
    if missing:
        notes.append(counted(missing, "need area has", "need areas have",
                             f" no count of {now.who}: kept as no data and in no total."))
    if now.moes is not None:
        unsure = int((np.isnan(now.moes) & now.known).sum())
        if unsure:
            notes.append(counted(unsure, "need area has", "need areas have",
                                 " a count without a margin; the margins of totals leave it out."))
    unscored = int(now.need[c.SCORE].isna().sum())
    if not now.layer.indicators:
        notes.append(Note("caution", say("The need areas have no indicators, so gaps are not weighed by need.")))
    elif unscored:
        notes.append(counted(unscored, "need area has", "need areas have",
                             " too few indicators for a need score and no place in a fifth."))
    notes.append(Note("method", say("Need fifths come from the default need index of this layer: all its indicators, "
                      "percentile ranks, equal weights; fifths hold equally many areas, 5 is the highest need.")))
    return tuple(notes)


def sources_of(frames: Frames, names: tuple[str, ...]) -> tuple[Source, ...]:
    """The sources of the layers an answer was made from, each once."""
    found = [source for name in names if name in frames.layers for source in frames.layer(name).sources]
    return tuple(dict.fromkeys(found))


def inputs_of(frames: Frames, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """(layer id, "") of every layer given; the workspace adds the fingerprints of their rows."""
    return tuple((frames.layer(name).id, "") for name in names if name in frames.layers)
