"""Carrying counts between areas: worked numbers, published counts, and what must always hold."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from ecomap.analysis.ground.interpolation import cross_walk, interpolate
from ecomap.model.errors import InputError

CRS = "EPSG:3310"


def two_tracts() -> gpd.GeoDataFrame:
    """Tract 1: 4,000 people on area 2, 30 % poor. Tract 2: 3,000 on area 3, 10 % poor."""
    return gpd.GeoDataFrame(
        {"people": [4000.0, 3000.0], "poor": [1200.0, 300.0], "rate": [0.3, 0.1], "people_moe": [400.0, 300.0]},
        geometry=[box(0, 0, 2, 1), box(2, 0, 5, 1)], crs=CRS,
    )


def one_school_area() -> gpd.GeoDataFrame:
    """Takes area 1.0 of tract 1 and 0.6 of tract 2."""
    return gpd.GeoDataFrame({"id": ["s"], "name": ["School"]}, geometry=[box(1, 0, 2.6, 1)], crs=CRS, index=["row"])


def homes() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"weight": [2600.0, 1400.0, 450.0, 2550.0]},
        geometry=[Point(1.5, 0.5), Point(0.5, 0.5), Point(2.3, 0.5), Point(4, 0.5)], crs=CRS,
    )


def squares(side: int, width: float, shift: float = 0.0) -> gpd.GeoDataFrame:
    shapes = [box(x * width + shift, y * width, (x + 1) * width + shift, (y + 1) * width)
              for x in range(side) for y in range(side)]
    return gpd.GeoDataFrame({"id": [str(n) for n in range(len(shapes))]}, geometry=shapes, crs=CRS)


def test_worked_example_by_area() -> None:
    found = interpolate(two_tracts(), one_school_area(), extensive=["people", "poor"], intensive=["rate"])
    assert found.loc["row", "people"] == pytest.approx(2600)
    assert found.loc["row", "poor"] == pytest.approx(660)
    assert found.loc["row", "poor"] / found.loc["row", "people"] == pytest.approx(0.2538, abs=5e-5)
    assert found.loc["row", "rate"] == pytest.approx(0.225)  # averaging a rate by area is another, worse number


def test_worked_example_by_where_people_live() -> None:
    found = interpolate(two_tracts(), one_school_area(), extensive=["people", "poor"], weights=homes())
    assert found.loc["row", "people"] == pytest.approx(3050)
    assert found.loc["row", "poor"] == pytest.approx(825)
    assert found.loc["row", "poor"] / found.loc["row", "people"] == pytest.approx(0.2705, abs=5e-5)


def test_the_index_names_and_shapes_of_the_target_are_kept() -> None:
    found = interpolate(two_tracts(), one_school_area(), extensive=["people"])
    assert found.index.tolist() == ["row"]
    assert found.columns.tolist() == ["id", "name", "geometry", "people", "people_share_known"]
    assert found.crs == CRS


def test_margins_are_carried_with_the_shares() -> None:
    found = interpolate(two_tracts(), one_school_area(), extensive=["people"], margins={"people": "people_moe"})
    assert found.loc["row", "people_moe"] == pytest.approx(np.hypot(0.5 * 400, 0.2 * 300))


def test_zero_counts_carry_their_largest_margin_once() -> None:
    source = two_tracts().assign(people=[0.0, 0.0])
    found = interpolate(source, one_school_area(), extensive=["people"], margins={"people": "people_moe"})
    assert found.loc["row", "people"] == 0
    assert found.loc["row", "people_moe"] == pytest.approx(0.5 * 400)


def test_all_of_a_source_is_given_away_only_when_asked() -> None:
    covered = interpolate(two_tracts(), one_school_area(), extensive=["people"])
    everybody = interpolate(two_tracts(), one_school_area(), extensive=["people"], allocate_total=True)
    assert covered["people"].sum() == pytest.approx(2600)
    assert everybody["people"].sum() == pytest.approx(7000)


def test_a_missing_count_stays_missing_and_is_said() -> None:
    source = two_tracts()
    source.loc[1, ["people", "rate"]] = np.nan
    found = interpolate(source, one_school_area(), extensive=["people", "poor"], intensive=["rate"])
    assert np.isnan(found.loc["row", "people"])  # a sum without one of its parts would be too low
    assert found.loc["row", "people_share_known"] == pytest.approx(1.0 / 1.6)
    assert found.loc["row", "poor"] == pytest.approx(660)
    assert found.loc["row", "rate"] == pytest.approx(0.3)  # the mean of what is known


def test_a_sliver_of_unknown_ground_does_not_blank_a_target() -> None:
    source = two_tracts()
    source.loc[1, "people"] = np.nan
    target = one_school_area().set_geometry([box(0, 0, 2.001, 1)])
    found = interpolate(source, target, extensive=["people"])
    assert found.loc["row", "people"] == pytest.approx(4000)
    assert 0.99 < found.loc["row", "people_share_known"] < 1


def test_a_target_that_nothing_covers_is_missing_not_zero() -> None:
    target = one_school_area().set_geometry([box(50, 50, 51, 51)])
    found = interpolate(two_tracts(), target, extensive=["people"], intensive=["rate"])
    assert found[["people", "rate"]].isna().all().all()


def test_degrees_are_refused() -> None:
    degrees = two_tracts().set_crs("EPSG:4326", allow_override=True)
    with pytest.raises(InputError, match="degrees"):
        interpolate(degrees, one_school_area(), extensive=["people"])
    with pytest.raises(InputError, match="EPSG:2229"):
        interpolate(two_tracts().set_crs("EPSG:2229", allow_override=True), one_school_area(), extensive=["people"])


def test_missing_columns_and_text_are_refused() -> None:
    with pytest.raises(InputError, match="pupils"):
        interpolate(two_tracts(), one_school_area(), extensive=["pupils"])
    with pytest.raises(InputError, match="text"):
        interpolate(two_tracts().assign(people=["a", "b"]), one_school_area(), extensive=["people"])


def test_feet_and_metres_give_the_same_counts() -> None:
    feet = "EPSG:2229"
    found = interpolate(two_tracts().set_crs(feet, allow_override=True),
                        one_school_area().set_crs(feet, allow_override=True), extensive=["people"])
    assert found["people"].sum() == pytest.approx(2600)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 1000), min_size=16, max_size=16), st.floats(0.0, 0.9))
def test_people_are_neither_made_nor_lost_over_a_tiling(counts: list[float], shift: float) -> None:
    source = squares(4, 1.0).assign(people=counts)
    target = squares(3, 2.0, -shift)
    found = interpolate(source, target, extensive=["people"])
    assert found["people"].sum() == pytest.approx(sum(counts))


def test_rows_may_be_mixed() -> None:
    source, target = squares(5, 1.0).assign(people=np.arange(25.0)), squares(2, 1.7)
    plain = interpolate(source, target, extensive=["people"])
    mixed = interpolate(source.sample(frac=1, random_state=2), target.iloc[::-1], extensive=["people"])
    np.testing.assert_allclose(mixed.loc[target.index, "people"], plain["people"])


def test_one_cross_walk_serves_every_column() -> None:
    source, target = two_tracts(), one_school_area()
    walk = cross_walk(source, target)
    for name in ("people", "poor"):
        direct = interpolate(source, target, extensive=[name])
        assert walk.extensive(source[name].to_numpy()) == pytest.approx(direct[name].to_numpy())


@pytest.mark.parametrize(
    ("layer", "column", "total", "mae", "rmse"),
    [("ottawa_ct_pop_2016", "ct_pop_2016", 893_264.51, 1_791.13, 3_023.06),
     ("ottawa_da_pop_2016", "da_pop_2016", 917_885.25, 885.36, 1_645.98)],
)
def test_ottawa_neighbourhoods(shared_data: Path, layer: str, column: str, total: float, mae: float, rmse: float) -> None:
    folder = shared_data / "known-answers" / "areal_ottawa"
    source, target = gpd.read_file(folder / f"{layer}.gpkg"), gpd.read_file(folder / "ottawa_neighborhoods.gpkg")
    target["geometry"] = shapely.make_valid(target.geometry.array)
    assert source[column].sum() == 934_243
    found = interpolate(source, target, extensive=[column])[column]
    error = found - target["nbhd_pop_est"]
    assert found.sum() == pytest.approx(total, abs=0.005)
    assert error.abs().mean() == pytest.approx(mae, abs=0.005)
    assert np.sqrt((error**2).mean()) == pytest.approx(rmse, abs=0.005)


def test_the_error_of_spreading_is_kept_apart_by_hand() -> None:
    """By area 2,600. Tract 1's inside point (1, 0.5) is on the edge and in nobody's, tract 2's (3.5, 0.5) outside: 0. Half: 1,300."""
    found = interpolate(two_tracts(), one_school_area(), extensive=["people"], margins={"people": "people_moe"},
                        allocation_error=True)
    assert found.loc["row", "people_allocation"] == pytest.approx(1300)
    plain = interpolate(two_tracts(), one_school_area(), extensive=["people"], margins={"people": "people_moe"})
    assert found.loc["row", "people_moe"] == plain.loc["row", "people_moe"]
    assert "people_allocation" not in plain


def test_tracts_that_lie_wholly_inside_leave_no_doubt_where_people_are() -> None:
    whole = gpd.GeoDataFrame({"id": ["all"]}, geometry=[box(0, 0, 5, 1)], crs=CRS)
    found = interpolate(two_tracts(), whole, extensive=["people"], allocation_error=True)
    assert found["people_allocation"].tolist() == [0.0]
