"""Clusters of need as a planner asks for them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box

from tests import small_project as town
from tests.analysis.towns import ask, frames, table


def city(missing: bool = False) -> gpd.GeoDataFrame:
    """A 14 x 14 town, poor in its south-west quarter; ten children each."""
    rng = np.random.default_rng(6)
    poverty = rng.random((14, 14)) * 0.2
    poverty[:5, :5] += 0.6
    if missing:
        poverty[1, 1] = np.nan
    cells = [(x, y) for y in range(14) for x in range(14)]
    return gpd.GeoDataFrame(
        {"id": [f"t{n:03d}" for n in range(196)], "name": [f"Tract {n}" for n in range(196)], "children": 10.0,
         "children_moe": 2.0, "poverty": [poverty[y, x] for x, y in cells], "poverty_moe": 0.01},
        geometry=[box(town.LEFT + x * 500, town.BOTTOM + y * 500, town.LEFT + (x + 1) * 500, town.BOTTOM + (y + 1) * 500)
                  for x, y in cells], crs=town.CRS,
    )


@pytest.mark.parametrize(("method", "kind"), [("moran", "high among high"), ("getis_ord", "high")])
def test_the_poor_quarter_is_found(method: str, kind: str) -> None:
    result = ask("clusters", frames(areas=city()), method=method, indicators="poverty")
    found = table(result, "areas")["kind"].to_numpy().reshape(14, 14)
    assert (found[:4, :4] == kind).all()
    assert not (found[8:, 8:] == kind).any()
    count = int((found == kind).sum())
    assert result.figure("areas_high").value == count
    assert result.figure("children_high").value == 10 * count
    assert f"high in {count:,} of 196 areas" in result.sentence


def test_a_missing_area_is_no_data_and_counted_never_low() -> None:
    result = ask("clusters", frames(areas=city(missing=True)), indicators="poverty")
    assert table(result, "areas")["kind"].iloc[15] == "no data"
    assert any("1 area has no value" in note.text for note in result.notes)
    kinds = table(result, "kinds")
    assert kinds["areas"].sum() == 196
    assert kinds.loc["no-data", "areas"] == 1


def test_slits_between_generalised_outlines_do_not_make_islands() -> None:
    shrunk = city().set_geometry(city().buffer(-4, join_style="mitre"))
    bridged = ask("clusters", frames(areas=shrunk), indicators="poverty")
    assert bridged.figure("areas_high").value > 10
    apart = ask("clusters", frames(areas=shrunk), indicators="poverty", gap_m=0)
    assert set(table(apart, "areas")["kind"]) == {"no neighbours"}
    assert any("196 areas touch no other" in note.text for note in apart.notes)


def test_chance_alone_is_called_nothing() -> None:
    areas = city().assign(poverty=np.random.default_rng(1).random(196))
    result = ask("clusters", frames(areas=areas), indicators="poverty")
    assert result.figure("areas_high").value == 0
    assert "no area of 196" in result.sentence
