"""Plans held against the ground: two hundred of them, each counted again from the shapes and attacked by exchanges.

Nothing of the search is used to check it: who is out of reach and whom schools reach is cut anew out of the need areas. Of every
plan: does any set of schools that was tried count more than the printed bound, does a better single school exist, is the best
single school the first of the ranking at need weight 0, and does a plan come near that the answer says does not.
"""

from __future__ import annotations

import itertools
import statistics
import time
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from attrs import evolve, field, frozen

from benchmarks.measure import Measure
from benchmarks.synthetic import SIDE_M, coverage
from ecomap.analysis import registry
from ecomap.analysis.gaps.situation import Situation, situation
from ecomap.analysis.ground.overlay import polygonal
from ecomap.analysis.plan.candidates import Candidates, candidates_for
from ecomap.io.starter import load_starter
from ecomap.model.errors import EcoMapError
from ecomap.model.frames import Frames
from ecomap.model.indicator import Indicator
from ecomap.model.layer import Layer
from ecomap.model.params import build_params
from ecomap.model.progress import silent
from ecomap.model.said import name
from ecomap.model.source import Source
from ecomap.workspace.inputs import analysis_frames, chosen_layers

MILE, TWELVE, LIMIT_S = 1609.344, 12, 20.0
_TOWN_M = 14_000.0
_AS_EXACT = 1e-7      # two ways of cutting the same ground differ by less
PLANS, _STRIDE = 200, 61
_LEAVES = 4           # schools of a plan that are exchanged for every other one
_SOURCE = Source("Made up", name("Nobody"), name("2026"))


@frozen
class Trial:
    """What became of one plan. ``gap`` is the share by which it may fall short of its bound, counted by ground."""

    what: str
    given: dict[str, Any] = field(repr=False)
    refused: str = ""
    seconds: float = 0.0
    gap: float = 0.0
    above_bound: int = 0
    better_single: int = 0
    not_first: int = 0
    false_within: int = 0
    miscounted: int = 0
    floor_missed: int = 0

    @property
    def wrong(self) -> int:
        return self.above_bound + self.better_single + self.not_first + self.false_within + self.miscounted + self.floor_missed


@frozen
class Counting:
    """The ground counted from the shapes alone: share of every need area that candidate places newly reach."""

    now: Situation
    found: Candidates
    grounds: np.ndarray = field(eq=False, repr=False)
    left: np.ndarray = field(eq=False, repr=False)    # ground of every area that nothing reaches today

    @classmethod
    def of(cls, now: Situation, found: Candidates) -> Counting:
        grounds = now.travel.ground(found.places, silent())
        left = now.ground if not len(now.shapes) else _outside(now.ground, now.shapes)
        left = np.array(left, dtype=object, copy=True)
        left[~(now.known & (np.nan_to_num(now.people) > 0))] = None
        return cls(now, found, grounds, left)

    def without(self, places: np.ndarray) -> Counting:
        """The same once these places have it."""
        return evolve(self, left=_outside(self.left, self.grounds[places])) if len(places) else self

    def people(self, high: bool = False) -> float:
        """Who is left without, in all areas or those of the highest fifth."""
        return float(self._weight(high) @ np.nan_to_num(shapely.area(self.left)))

    def alone(self, high: bool = False) -> np.ndarray:
        """Whom every candidate place would newly reach on its own."""
        pairs = shapely.STRtree(self.left).query(self.grounds, predicate="intersects")
        place, area = pairs
        size = shapely.area(shapely.intersection(self.left[area], self.grounds[place]))
        return np.bincount(place, size * self._weight(high)[area], len(self.grounds))

    def _weight(self, high: bool) -> np.ndarray:
        people = np.nan_to_num(self.now.people) / shapely.area(self.now.ground)
        return np.where(self.now.in_fifth(5), people, 0.0) if high else people


def _outside(ground: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    """What is left of each ground outside of shapes, on a grid of a tenth of a millimetre: another way than the product's."""
    tree = shapely.STRtree(shapes)
    result = ground.copy()
    row, shape = tree.query(ground, predicate="intersects")
    for one in np.unique(row):
        result[one] = shapely.difference(ground[one], shapely.union_all(shapes[shape[row == one]]), grid_size=1e-4)
    return result


def trial(what: str, frames: Frames, given: dict[str, Any]) -> Trial:
    """Ask for a plan and try to prove it wrong."""
    params = build_params(registry.analysis("plan").params, {"time_limit_s": LIMIT_S, **given})
    began = time.perf_counter()
    try:
        result = registry.run("plan", frames, params)
    except EcoMapError as refusal:
        return Trial(what, given, refused=str(refusal.message))
    seconds = time.perf_counter() - began
    now = situation(frames, params, progress=silent())
    found = candidates_for(frames, now)
    counting, place = Counting.of(now, found), dict(zip(found.schools["id"].astype(str), found.place_of, strict=True))
    chosen = [place[school] for school in result.main.frame["id"]]
    bound, counted = result.figure("bound").value, result.figure("children_newly_reached").value
    assert bound is not None
    assert counted is not None
    everybody, every_high = counting.people(), counting.people(high=True)
    after = counting.without(np.unique(chosen))
    reached, high = everybody - after.people(), every_high - after.people(high=True)
    floor = float(given.get("share_for_highest_fifth", 0.0))
    slack = _AS_EXACT * max(everybody, 1.0)
    done = Trial(what, given, seconds=seconds, gap=max(bound - reached, 0.0) / bound if bound else 0.0,
                 miscounted=int(abs(reached - counted) > slack), above_bound=int(reached > bound + slack),
                 floor_missed=int(high < floor * reached - slack))
    if given["sites"] == 1 and not floor:
        alone = counting.alone()
        first = registry.run("priority", frames, build_params(registry.analysis("priority").params, {
            key: value for key, value in given.items() if key in ("target", "radius_m", "travel", "level")} | {"need_weight": 0, "draws": 0}))
        done = evolve(done, better_single=int(alone.max() > reached + slack), above_bound=int(alone.max() > bound + slack),
                      not_first=int(first.main.frame["id"].iloc[0] != result.main.frame["id"].iloc[0]))
    return _attacked(done, counting, chosen, result, place, (everybody, every_high), floor, slack)


def _attacked(done: Trial, counting: Counting, chosen: list[int], result: Any, place: dict[str, int], all_of: tuple[float, float],
              floor: float, slack: float) -> Trial:
    """Exchange some schools of the plan for every other one, by ground."""
    schools, bound = result.output("schools").frame.set_index("id"), result.figure("bound").value
    counted = result.figure("children_newly_reached").value
    standing = schools["standing"].astype(str)
    rows = np.array([place[school] for school in schools.index])
    near = (1 - 0.02) * counted
    above, within = done.above_bound, 0
    everybody, every_high = all_of
    for leaves in list(dict.fromkeys(np.linspace(0, len(chosen) - 1, min(_LEAVES, len(chosen))).round().astype(int).tolist())) if chosen else []:
        rest = counting.without(np.unique([one for number, one in enumerate(chosen) if number != leaves]))
        value = everybody - rest.people() + rest.alone()
        if floor:
            high = every_high - rest.people(high=True) + rest.alone(high=True)
            value = np.where(high >= floor * value + slack, value, -np.inf)
        above += int((value > bound + slack).any())
        school = result.main.frame["id"].iloc[leaves]
        by_school = pd.Series(value[rows], index=schools.index)
        others = by_school[~schools["in_plan"]]
        within += int((others[standing[others.index] == "in no plan nearly as good"] > near + slack).any())
        if standing[school] == "in every plan nearly as good" or (len(chosen) == 1 and "No other school" in str(result.sentence)):
            within += int((others > near + slack).any())
    return evolve(done, above_bound=above, false_within=within)


@cache
def los_angeles() -> Frames:
    plan, project = registry.analysis("plan"), load_starter("los-angeles")
    return analysis_frames(project, chosen_layers(project, plan), plan)


@cache
def made_up(seed: int = 0, areas: int = 220, schools: int = 90) -> Frames:
    """A town of crooked need areas, schools, two kinds of services, a street grid with gaps in it, and a table of minutes."""
    rng = np.random.default_rng(seed)
    shapes = polygonal(shapely.make_valid(shapely.transform(coverage(areas, 60, seed=seed), lambda xy: xy * (_TOWN_M / SIDE_M))))
    ground = gpd.GeoDataFrame({
        "id": [f"A{n:04d}" for n in range(areas)], "name": [f"Area {n}" for n in range(areas)],
        "children": rng.integers(0, 1500, areas).astype(float), "poverty": rng.random(areas),
    }, geometry=shapes, crs="EPSG:3310")
    spots = shapely.points(rng.random((schools, 2)) * _TOWN_M)
    school = gpd.GeoDataFrame({"id": [f"{n:014d}" for n in range(schools)], "name": [f"School {n}" for n in range(schools)],
                               "levels": rng.choice(["elementary", "middle", "high"], schools), "governance": "district"},
                              geometry=spots, crs=ground.crs)
    kinds = np.repeat(["Food", "Health"], [12, 4])
    service = gpd.GeoDataFrame({"id": [f"V{n}" for n in range(16)], "name": [f"Service {n}" for n in range(16)], "category": kinds},
                               geometry=shapely.points(rng.random((16, 2)) * _TOWN_M), crs=ground.crs)
    rows = {"areas": ground, "schools": school, "services": service, "streets": _streets(rng, ground.crs),
            "travel_costs": table_of_minutes(ground, [school, service], rng)}
    poverty = Indicator("poverty", name("Children in poverty"), "share", 1, _SOURCE)
    roles = {"areas": "need_area", "schools": "school", "services": "service", "streets": "street", "travel_costs": "travel_cost"}
    kind = {"areas": "polygon", "streets": "line", "travel_costs": "none"}
    return Frames(rows, {part: Layer(part, name(part.capitalize()), role, kind.get(part, "point"),
                                     indicators=(poverty,) if part == "areas" else (), sources=(_SOURCE,)) for part, role in roles.items()})


def _streets(rng: np.random.Generator, crs: Any) -> Any:
    """A grid of 200 m with a fifth of its pieces missing."""
    at = np.arange(0.0, _TOWN_M + 1, 200.0)
    ends = [((x, y), (x + dx, y + dy)) for x, y in itertools.product(at, at) for dx, dy in ((200, 0), (0, 200)) if rng.random() > 0.2]
    lines = shapely.linestrings(np.array(ends))
    return gpd.GeoDataFrame({"id": [f"S{n}" for n in range(len(lines))], "name": ""}, geometry=lines, crs=crs)


def table_of_minutes(areas: Any, places: list[Any], rng: np.random.Generator, most: float = 60.0) -> pd.DataFrame:
    """Minutes on foot from every area to every place, longer than the straight line by another factor each."""
    tables = []
    here = shapely.get_coordinates(shapely.point_on_surface(np.asarray(areas.geometry)))
    for frame in places:
        frame = frame[~frame.geometry.is_empty & frame.geometry.notna()]
        there = shapely.get_coordinates(np.asarray(frame.geometry))
        way = np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)) * rng.uniform(1.1, 1.6, (len(here), len(there))) / 80
        row, column = np.nonzero(way <= most)
        tables.append(pd.DataFrame({
            "from_id": areas["id"].astype(str).to_numpy()[row], "to_id": frame["id"].astype(str).to_numpy()[column],
            "cost": way[row, column], "unit": "minutes"}))
    table = pd.concat(tables, ignore_index=True)
    return table.assign(id=[f"T{n}" for n in range(len(table))], name="")


@cache
def with_table(frames_of: str) -> Frames:
    """Los Angeles with a made-up table of minutes."""
    frames = los_angeles()
    table = table_of_minutes(frames["areas"], [frames["schools"], frames["services"], frames["sites"]], np.random.default_rng(3), 40.0)
    return Frames({**frames.frames, "travel_costs": table},
                  {**frames.layers, "travel_costs": Layer("travel_costs", name("Minutes"), "travel_cost", "none", sources=(_SOURCE,))})


def questions() -> list[tuple[str, Frames, dict[str, Any]]]:
    """Two hundred plans: targets, distances, numbers, floors, ways of getting there, cities."""
    asked: list[tuple[str, Frames, dict[str, Any]]] = []
    city = los_angeles()
    targets = ("service:Mental health", "service:Food", "service:Legal", "service:*", "approach:community_school", "approach:linked_learning")
    distances = (400.0, 800.0, MILE, 2 * MILE, 3 * MILE)
    for number, (target, radius, sites) in enumerate(itertools.product(targets, distances, (1, 12))):
        asked.append(("Los Angeles, straight lines", city, {"target": target, "radius_m": radius, "sites": sites}))
        if number % 6 == 5:
            asked.append(("Los Angeles, straight lines", city, {"target": target, "radius_m": radius, "sites": 25}))
        if number % 6 == 3:
            asked.append(("Los Angeles, with a floor", city, {"target": target, "radius_m": radius, "sites": 6, "share_for_highest_fifth": 0.5}))
    for target, sites in itertools.product(targets[:2], (1, 12)):
        asked.append(("Los Angeles, by a table", with_table(""), {"target": target, "radius_m": MILE, "travel": "travel_cost", "sites": sites}))
    for seed, travel in itertools.product((0, 1), ("estimated", "street", "travel_cost")):
        town = made_up(seed)
        for number, (target, radius, sites) in enumerate(itertools.product(("service:Food", "service:Health"), distances[:4], (1, 4, 12))):
            if number % 3 != 1 or travel != "street" or seed == 0:
                floor = {"share_for_highest_fifth": 0.4} if number % 5 == 4 else {}
                asked.append((f"A made-up town, {'straight lines' if travel == 'estimated' else 'streets' if travel == 'street' else 'a table'}"
                              + (", with a floor" if floor else ""), town,
                              {"target": target, "radius_m": radius, "sites": sites, "travel": travel, **floor}))
    return [asked[number * _STRIDE % PLANS] for number in range(PLANS)]   # kinds mixed: a run that is stopped says something of all


def run() -> list[Measure]:
    """All of them, one line for every kind of plan."""
    trials: list[Trial] = []
    for number, (what, frames, given) in enumerate(questions()):
        trials.append(trial(what, frames, given))
        print(f"{number + 1:4d} {trials[-1].wrong} {trials[-1].gap:8.3%} {trials[-1].seconds:6.1f} s  {what} {given} {trials[-1].refused}", flush=True)
    return [_measured(what, [one for one in trials if one.what == what]) for what in dict.fromkeys(one.what for one in trials)] + [
        _measured("All plans", trials),
        _measured("Twelve schools", [one for one in trials if one.given["sites"] == TWELVE])]


def _measured(what: str, trials: list[Trial]) -> Measure:
    asked = [one for one in trials if not one.refused]
    if not asked:
        return Measure(what, 0.0, note="nobody is out of reach")
    wrong = {fault: sum(getattr(one, fault) for one in asked)
             for fault in ("above_bound", "better_single", "not_first", "false_within", "miscounted", "floor_missed")}
    said = ", ".join(f"{fault.replace('_', ' ')} {count}" for fault, count in wrong.items())
    gaps, refused = [one.gap for one in asked], len(trials) - len(asked)
    said += f", refused as all are in reach {refused}" if refused else ""
    return Measure(f"{what}: {len(asked)} plans", statistics.median(one.seconds for one in asked) * 1000,
                   note=f"{said}; gap on the ground {statistics.median(gaps):.2%} in the middle, {max(gaps):.1%} at most")
