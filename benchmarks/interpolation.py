"""Carrying counts between areas, against tobler; a second column on the table already made; and many draws of an index.

Without ``tobler`` only our own times are given.
"""

from __future__ import annotations

import importlib.util

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.measure import Measure, median_ms
from benchmarks.synthetic import coverage
from ecomap.analysis.ground.interpolation import cross_walk

SOURCES, TARGETS = 90_000, 500


def _valid(polygons: np.ndarray) -> np.ndarray:
    """Crooked edges cross themselves now and then; such loops are cut off."""
    return np.where(shapely.is_valid(polygons), polygons, shapely.buffer(polygons, 0))


def run(sources: int = SOURCES, targets: int = TARGETS) -> list[Measure]:
    """One extensive and one intensive column, from many areas to few."""
    rng = np.random.default_rng(0)
    source = gpd.GeoDataFrame(
        {"people": rng.integers(1, 5000, sources).astype(float), "rate": rng.random(sources)},
        geometry=_valid(coverage(sources, 60)), crs="EPSG:3310",
    )
    target = gpd.GeoDataFrame(geometry=_valid(coverage(targets, 350, seed=1)), crs="EPSG:3310")
    people, rate = source["people"].to_numpy(), source["rate"].to_numpy()

    def first() -> object:
        walk = cross_walk(source, target)
        return walk.extensive(people), walk.intensive(rate)

    walk = cross_walk(source, target)
    size = f"{sources:,} areas to {targets:,}"
    ours, again = median_ms(first, 3, warm=0), median_ms(lambda: walk.extensive(people))
    if importlib.util.find_spec("tobler") is None:
        note = "tobler is not installed"
        return [Measure(f"A count and a rate, {size}", ours, "2.5x", note=note),
                Measure(f"Another count, {size}", again, "50x", note=note)]
    from tobler.area_weighted import area_interpolate

    both = median_ms(lambda: area_interpolate(source, target, extensive_variables=["people"], intensive_variables=["rate"],
                                              allocate_total=False), 3, warm=0)
    one = median_ms(lambda: area_interpolate(source, target, extensive_variables=["people"], allocate_total=False), 1, warm=0)
    return [
        Measure(f"A count and a rate, {size}", ours, "2.5x", "tobler", both),
        Measure(f"Another count, {size}", again, "50x", "tobler", one, "the table of shares is made once and kept"),
    ]
