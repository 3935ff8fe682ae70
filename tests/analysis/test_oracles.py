"""The same work by the libraries people use today: equal where they are right, and where we differ on purpose, how.

They are only needed here: access and tobler and spopt (PySAL), and esda, which comes with them.
"""

from __future__ import annotations

import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from access import fca
from access.raam import raam as peer_raam
from access.weights import gaussian, step_fn
from shapely.geometry import box

from ecomap.analysis.gaps.access import measures as a
from ecomap.analysis.ground.interpolation import interpolate
from ecomap.analysis.ground.neighbours import touching
from ecomap.analysis.optimise import location
from ecomap.analysis.statistics import moran as clusters
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.analysis.travel.pairs import travel_costs
from ecomap.model.errors import InputError

CRS = "EPSG:3310"
REACH = 9_000.0
STEPS = {3_000: 1.0, 6_000: 0.68, 9_000: 0.22}


class City:
    """People and places at random in a square of 60 km, with every pair closer than the reach."""

    def __init__(self, people: int = 400, places: int = 150, seed: int = 7) -> None:
        rng = np.random.default_rng(seed)
        self.demand_at = _points(rng, people, "d")
        self.supply_at = _points(rng, places, "s")
        self.costs = travel_costs(self.demand_at, self.supply_at, cutoff_m=REACH)
        self.demand = pd.Series(rng.integers(50, 3000, people).astype(float), index=self.demand_at["id"])
        self.supply = pd.Series(rng.integers(1, 60, places).astype(float), index=self.supply_at["id"])

    @property
    def peer_frames(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        people = self.demand.rename("demand").rename_axis("geoid").to_frame()
        places = self.supply.rename("supply").rename_axis("geoid").to_frame()
        return people, places, self.costs.table()


def _points(rng: np.random.Generator, count: int, prefix: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"id": [f"{prefix}{n:04d}" for n in range(count)]},
                            geometry=shapely.points(rng.random((count, 2)) * 60_000), crs=CRS)


@pytest.fixture(scope="module")
def city() -> City:
    return City()


def same(ours: pd.Series, theirs: pd.Series, tolerance: float = 1e-12) -> None:
    """Equal where the peer has a number; 0 with us where it has none."""
    theirs = theirs.reindex(ours.index)
    known = theirs.notna()
    assert known.sum() > 100
    np.testing.assert_allclose(ours[known], theirs[known], rtol=tolerance, atol=0)
    assert (ours[~known] == 0).all()


def test_two_step_is_that_of_access(city: City) -> None:
    same(a.two_step(city.costs, city.demand, city.supply, catchment=REACH),
         fca.two_stage_fca(*city.peer_frames, max_cost=REACH))


def test_enhanced_two_step_is_that_of_access(city: City) -> None:
    same(a.two_step(city.costs, city.demand, city.supply, catchment=REACH, decay=a.StepDecay(list(STEPS.items()))),
         fca.two_stage_fca(*city.peer_frames, max_cost=REACH, weight_fn=step_fn(STEPS)))
    same(a.two_step(city.costs, city.demand, city.supply, catchment=REACH, decay=a.GaussianDecay(3000.0)),
         fca.two_stage_fca(*city.peer_frames, max_cost=REACH, weight_fn=gaussian(3000.0)))


def test_three_step_is_that_of_access(city: City) -> None:
    same(a.three_step(city.costs, city.demand, city.supply, catchment=REACH, decay=a.StepDecay(list(STEPS.items()))),
         fca.three_stage_fca(*city.peer_frames, max_cost=REACH, weight_fn=step_fn(STEPS)))


@pytest.mark.parametrize("tau", [1_000.0, 5_000.0])
def test_rational_agents_in_whole_persons_are_those_of_access(city: City, tau: float) -> None:
    people, places, pairs = city.peer_frames
    reached = city.demand.index[np.unique(city.costs.demand)]
    people = people.loc[reached]
    rho = float(people["demand"].sum() / places["supply"].sum())
    theirs = peer_raam(people, places, pairs, tau=tau, rho=rho)
    ours = a.raam(city.costs, city.demand, city.supply, tau=tau, rho=rho, whole_persons=True)
    np.testing.assert_allclose(ours[theirs.index], theirs, rtol=1e-12, atol=0)


def test_more_rounds_bring_divisible_people_closer_to_the_balance(city: City) -> None:
    left = [a.raam(city.costs, city.demand, city.supply, tau=5_000, cycles=rounds).attrs["left"] for rounds in (50, 150, 600)]
    assert left[0] > 3 * left[1] > 9 * left[2]
    assert left[2] < 1e-4


def _far_and_near() -> tuple[TravelCosts, pd.Series, pd.Series]:
    costs = TravelCosts.from_table(pd.DataFrame({"origin": ["near"], "dest": ["s"], "cost": [1.0]}))
    return costs, pd.Series([100.0, 50.0], index=["near", "far"]), pd.Series([10.0], index=["s"])


def test_on_purpose_out_of_reach_is_no_access_where_access_has_no_number() -> None:
    costs, people, places = _far_and_near()
    theirs = fca.two_stage_fca(people.rename("demand").rename_axis("geoid").to_frame(),
                               places.rename("supply").rename_axis("geoid").to_frame(), costs.table(), max_cost=5)
    assert "far" not in theirs.dropna().index
    assert a.two_step(costs, people, places, catchment=5)["far"] == 0


def test_on_purpose_missing_demand_is_an_error_where_access_takes_it_as_nobody() -> None:
    costs = TravelCosts.from_table(
        pd.DataFrame({"origin": ["a", "b"], "dest": ["s", "s"], "cost": [1.0, 1.0]}))
    people = pd.Series([100.0, np.nan], index=["a", "b"])
    places = pd.Series([10.0], index=["s"])
    theirs = fca.two_stage_fca(people.rename("demand").rename_axis("geoid").to_frame(),
                               places.rename("supply").rename_axis("geoid").to_frame(), costs.table(), max_cost=5)
    assert theirs["a"] == pytest.approx(0.1)  # as if nobody lived at b
    with pytest.raises(InputError) as caught:
        a.two_step(costs, people, places, catchment=5)
    assert caught.value.details["rows"] == ["b"]


def test_on_purpose_missing_capacity_is_an_error_where_access_takes_it_as_none() -> None:
    costs = TravelCosts.from_table(pd.DataFrame({"origin": ["a", "a"], "dest": ["s", "t"], "cost": [1.0, 1.0]}))
    people, places = pd.Series([100.0], index=["a"]), pd.Series([10.0, np.nan], index=["s", "t"])
    theirs = fca.two_stage_fca(people.rename("demand").rename_axis("geoid").to_frame(),
                               places.rename("supply").rename_axis("geoid").to_frame(), costs.table(), max_cost=5)
    assert theirs["a"] == pytest.approx(0.1)  # as if there were no places at t
    with pytest.raises(InputError) as caught:
        a.two_step(costs, people, places, catchment=5)
    assert caught.value.details["rows"] == ["t"]


def _coverages() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    rng = np.random.default_rng(3)
    cells = [box(x * 1000, y * 1000, (x + 1) * 1000, (y + 1) * 1000) for x in range(12) for y in range(12)]
    source = gpd.GeoDataFrame({"people": rng.integers(10, 5000, 144).astype(float), "rate": rng.random(144)},
                              geometry=cells, crs=CRS)
    slanted = [shapely.affinity.rotate(box(x * 2700, y * 2300, (x + 1) * 2700, (y + 1) * 2300), 17, origin=(6000, 6000))
               for x in range(1, 4) for y in range(1, 4)]
    return source, gpd.GeoDataFrame({"id": [str(n) for n in range(9)]}, geometry=slanted, crs=CRS)


@pytest.mark.parametrize("allocate_total", [False, True])
def test_interpolation_is_that_of_tobler(allocate_total: bool) -> None:
    from tobler.area_weighted import area_interpolate

    source, target = _coverages()
    theirs = area_interpolate(source, target, extensive_variables=["people"], intensive_variables=["rate"],
                              allocate_total=allocate_total)
    ours = interpolate(source, target, extensive=["people"], intensive=["rate"], allocate_total=allocate_total)
    for name in ("people", "rate"):
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-6)


def test_on_purpose_a_missing_count_stays_missing_where_tobler_makes_it_zero() -> None:
    """tobler writes zeros over missing values (and with pandas 3 stops while trying); the zeros are given to it here."""
    from tobler.area_weighted import area_interpolate

    source, target = _coverages()
    source.loc[source.sindex.query(target.geometry[4], predicate="intersects")[:3], "people"] = np.nan
    theirs = area_interpolate(source.fillna({"people": 0.0}), target, extensive_variables=["people"], allocate_total=False)
    ours = interpolate(source, target, extensive=["people"])
    complete = interpolate(_coverages()[0], target, extensive=["people"])
    assert theirs["people"][4] < complete["people"][4]
    assert np.isnan(ours["people"][4])
    assert ours["people_share_known"][4] < 0.99


@pytest.fixture(scope="module")
def plans() -> tuple[City, np.ndarray]:
    small = City(people=60, places=12, seed=11)
    far = travel_costs(small.demand_at, small.supply_at, cutoff_m=200_000)
    small.costs = far
    return small, far.cost.reshape(60, 12)


def _solved(model: object) -> float:
    import pulp

    model.solve(pulp.PULP_CBC_CMD(msg=False))  # type: ignore[attr-defined]
    return float(pulp.value(model.problem.objective))  # type: ignore[attr-defined]


def test_plans_are_as_good_as_those_of_spopt(plans: tuple[City, np.ndarray]) -> None:
    from spopt.locate import LSCP, MCLP, PCenter, PMedian

    town, matrix = plans
    people = town.demand.to_numpy()
    covered = location.maximum_cover(town.costs, town.demand, radius=15_000, sites=3)
    assert covered.objective == pytest.approx(_solved(MCLP.from_cost_matrix(matrix, people, 15_000, 3)))
    median = location.p_median(town.costs, town.demand, sites=3)
    assert median.objective == pytest.approx(_solved(PMedian.from_cost_matrix(matrix, people, 3)))
    centre = location.p_center(town.costs, sites=3)
    assert centre.objective == pytest.approx(_solved(PCenter.from_cost_matrix(matrix, 3)))
    fewest = location.set_cover(town.costs, radius=30_000)
    assert fewest.objective == pytest.approx(_solved(LSCP.from_cost_matrix(matrix, 30_000)))


def _neighbourhood() -> tuple[gpd.GeoDataFrame, np.ndarray, object]:
    from libpysal.weights import Queen

    cells = gpd.GeoDataFrame(geometry=[box(x, y, x + 1, y + 1) for y in range(8) for x in range(8)], crs=CRS)
    values = np.random.default_rng(5).gamma(2.0, 1.0, 64)
    return cells, values, Queen.from_dataframe(cells, use_index=False)


def test_local_moran_and_hot_spots_are_those_of_esda() -> None:
    from esda import G_Local, Moran, Moran_Local

    cells, values, queen = _neighbourhood()
    near = touching(cells.geometry)
    ours = clusters.local_moran(values, near)
    # esda divides by the sample variance (n - 1), Anselin's paper and we by the population's
    np.testing.assert_allclose(ours["local_i"] * 63 / 64, Moran_Local(values, queen, permutations=0).Is, rtol=1e-9)
    assert clusters.global_moran(values, near) == pytest.approx(Moran(values, queen, permutations=0).I)
    queen.transform = "b"
    theirs = G_Local(values, queen, transform="B", star=True, permutations=0)
    np.testing.assert_allclose(clusters.getis_ord(values, near)["z"], theirs.Zs, rtol=1e-9)


def test_on_purpose_one_blank_is_one_blank_where_esda_blanks_the_map() -> None:
    from esda import Moran_Local

    cells, values, queen = _neighbourhood()
    values[10] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = Moran_Local(values, queen, permutations=0)
    assert np.isnan(theirs.Is).all()
    ours = clusters.local_moran(values, touching(cells.geometry))
    assert ours["local_i"].isna().sum() == 1
    assert ours["kind"].iloc[10] == clusters.NO_DATA
