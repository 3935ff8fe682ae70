"""Streets of the size of Los Angeles: a grid of 100,000 crossings over the starter, asked as the window asks."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from ecomap.analysis import columns as c
from ecomap.model.errors import CancelledError
from ecomap.model.layer import LINE, Layer
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.source import Source
from ecomap.workspace import operations

BLOCK_M = 210.0
MILE_M = 1609.344


def street_grid(bounds: tuple[float, float, float, float], block_m: float) -> np.ndarray:
    """Every block of a grid as a line of its own."""
    left, bottom, right, top = bounds
    xy = np.stack(np.meshgrid(np.arange(left, right + block_m, block_m), np.arange(bottom, top + block_m, block_m)), axis=-1)
    along = np.stack([xy[:, :-1], xy[:, 1:]], axis=2).reshape(-1, 2, 2)
    across = np.stack([xy[:-1], xy[1:]], axis=2).reshape(-1, 2, 2)
    return np.asarray(shapely.linestrings(np.concatenate([along, across])))


@pytest.fixture(scope="module")
def city() -> Project:
    project = operations.new_project("los-angeles")
    areas = project.frame(project.layers_of("need_area")[0].id)
    lines = street_grid(tuple(areas.total_bounds), BLOCK_M)
    assert len(lines) > 195_000
    streets = gpd.GeoDataFrame({"id": np.arange(len(lines)).astype(str), "name": "Street", "walk": True, "street_level": 0.0},
                               geometry=lines, crs=areas.crs)
    return project.with_layer(Layer("streets", "Streets", "street", LINE, sources=(Source("A grid", vintage="2024"),)), streets)


def test_three_questions_are_answered_along_a_hundred_thousand_crossings(city: Project) -> None:
    """On a grid the way is at least the straight line and at most both legs of the corner, with a block more at either end."""
    for name in ("coverage-gap", "access", "priority"):
        seen: list[float] = []
        _, result = operations.run_analysis(city, name, {"travel": "street"}, progress=Progress(lambda share, _, to=seen: to.append(share)))
        assert len(seen) >= 15
        assert seen == sorted(seen)
        assert any("street pieces of Streets (2024)" in note.text for note in result.notes)
        if name == "access":
            frame = next(output.frame for output in result.outputs if output.name == "areas")
            sites = next(output.frame for output in result.outputs if output.name == "sites")
            here, there = (shapely.get_coordinates(shapely.point_on_surface(np.asarray(x.geometry))) for x in (frame, sites))
            apart = np.abs(here[:, None] - there[None])
            assert (frame[c.NEAREST] >= np.hypot(*apart.transpose(2, 0, 1)).min(axis=1) - 1e-6).all()
            assert (frame[c.NEAREST] <= apart.sum(axis=2).min(axis=1) + 3 * BLOCK_M).all()


@pytest.mark.parametrize("step", [3, 12, 25])
def test_the_work_stops_at_the_step_that_it_is_asked_to(city: Project, step: int) -> None:
    seen: list[str] = []
    progress = Progress(lambda _, text: (seen.append(text), progress.cancel() if len(seen) == step else None))
    with pytest.raises(CancelledError):
        operations.run_analysis(city, "coverage-gap", {"travel": "street", "radius_m": MILE_M / 2}, progress=progress)
    assert len(seen) == step
