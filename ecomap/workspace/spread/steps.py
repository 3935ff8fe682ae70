"""The jobs on one part: what it wants of the sites, and what it gets of them. Each leaves a file, or finds it there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
import pandas as pd

from ecomap.analysis.spread.catchments import Way, reached_of, wanted_of
from ecomap.analysis.spread.tallied import (
    Carried,
    by_group,
    carried_of,
    drawn_totals,
    located_of,
    tally,
)
from ecomap.io.parts import is_whole, read_note, read_part, source_of, write_note, write_part
from ecomap.io.table.places.shift import shifted
from ecomap.model import vocabulary as v
from ecomap.model.files import checksum_of
from ecomap.model.progress import Progress
from ecomap.workspace.spread.laying import Plan, places_of, plan_of
from ecomap.workspace.spread.settings import SpreadParams, named

WANTED, REACHED, SITES, RATES = "wanted", "reached", "sites.parquet", "rates.parquet"
_FORM = 1


def way_of(params: SpreadParams) -> Way:
    return Way(params.radius_m, params.detour, params.decay, params.width_share)


def wanted_work(plan: Plan) -> str:
    """The name of the first step: the places, the sites and the way between them."""
    return named(WANTED, _FORM, plan.work, plan.site_work, attrs.astuple(way_of(plan.params)))


def reached_work(plan: Plan) -> str:
    """The name of the second step: the first, and what is counted."""
    into = checksum_of(plan.params.into) if plan.params.into else ""
    return named(REACHED, _FORM, wanted_work(plan), into, plan.params.draws, plan.params.seed)


def ask_of_sites(folder: str, part: int) -> bool:
    """The first step of one part; whether it had to be done."""
    plan = plan_of(folder)
    work, file = wanted_work(plan), plan.file(WANTED, part)
    if is_whole(file, work):
        return False
    here = places_of(plan, part)
    found = wanted_of(here["xy"], numbers(here, plan.params.people), _site_places(plan), way_of(plan.params), Progress())
    write_part(file, {"site": found.site, "wanted": found.wanted, "people": found.people}, work)
    return True


def get_of_sites(folder: str, part: int) -> dict[str, Any]:
    """The second step of one part: its rows in a file; what they come to."""
    plan = plan_of(folder)
    work, file, note = reached_work(plan), plan.file(REACHED, part), plan.file(REACHED, part, ".json")
    there = read_note(note, work)
    if there is not None and is_whole(file, work):
        return {**there, "kept": True}
    here = places_of(plan, part)
    people = numbers(here, plan.params.people)
    per_person = read_part(plan.out / RATES, ["per_person"])["per_person"]
    found = reached_of(here["xy"], _site_places(plan), per_person, way_of(plan.params), Progress())
    known = ~np.isnan(people)
    write_part(file, {
        plan.params.key: here[plan.params.key], plan.params.people: people, "access": np.where(known, found.access, np.nan),
        "share": np.where(known, found.access * people, np.nan), "sites_in_reach": found.sites,
        "nearest_m": np.where(np.isfinite(found.nearest_m), found.nearest_m, np.nan)}, work)
    came_to = _came_to(plan, here, people, found.sites)
    write_note(note, came_to, work)
    return {**came_to, "kept": False}


def _came_to(plan: Plan, here: dict[str, np.ndarray], people: np.ndarray, sites: np.ndarray) -> dict[str, Any]:
    """What a part adds to the whole, as plain values."""
    params = plan.params
    moes = numbers(here, params.moe) if params.moe else None
    found: dict[str, Any] = {"tally": attrs.asdict(tally(people, moes, sites))}
    if params.group:
        table = by_group(here[params.group], people, sites)
        found["groups"] = {str(group): [float(one) for one in row] for group, row in zip(table.index, table.to_numpy())}
    if params.draws and moes is not None:
        found["drawn"] = drawn_totals(here[params.key], people, moes, sites == 0, draws=params.draws, seed=params.seed).tolist()
    if params.into is not None:
        carried = _carried(plan, here, people)
        found["into"] = {one: getattr(carried, one).tolist() for one in ("target", "total", "ground", "known")}
    return found


def _carried(plan: Plan, here: dict[str, np.ndarray], people: np.ndarray) -> Carried:
    """The people of a part carried to the targets, of which only those around it are looked at."""
    targets = targets_of(plan)
    if not plan.params.by_ground:
        return located_of(here["xy"] / plan.unit, np.asarray(targets.geometry), people)
    import geopandas as gpd  # heavy
    import shapely

    source = gpd.GeoDataFrame({v.ID: here[plan.params.key]}, geometry=shapely.from_wkb(here["shape"]), crs=targets.crs)
    near = np.flatnonzero(shapely.intersects(shapely.box(*source.total_bounds), shapely.box(*targets.bounds.to_numpy().T)))
    found = carried_of(source, targets.iloc[near], people)
    return attrs.evolve(found, target=near[found.target])


def targets_of(plan: Plan) -> Any:
    """The areas that people are carried to, in the coordinates of the places."""
    import geopandas as gpd  # heavy

    frame = gpd.read_parquet(plan.params.into)
    crs = source_of(plan.params.areas).crs
    if crs is None or frame.crs is None:
        return frame
    return frame.set_geometry(gpd.GeoSeries(shifted(frame.geometry.to_numpy(), frame.crs, crs).shapes, index=frame.index, crs=crs))


def _site_places(plan: Plan) -> np.ndarray:
    told = read_part(plan.out / SITES, ["x", "y"])
    return np.stack([told["x"], told["y"]], axis=1)


def numbers(columns: Mapping[str, np.ndarray], name: str) -> np.ndarray:
    """A column as numbers, missing ones as NaN."""
    return np.asarray(pd.to_numeric(pd.Series(columns[name]), errors="coerce"), dtype=float)
