"""What is kept of frames for drawing is bounded by bytes, goes with its frame, and is shared by answers with the shapes of a layer."""

from __future__ import annotations

import gc

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from ecomap.model.kept import Kept
from ecomap.render.canvas import levels


def frame() -> pd.DataFrame:
    return pd.DataFrame({"id": ["1"]})


def test_the_oldest_go_when_all_together_are_too_heavy_and_the_latest_stays() -> None:
    kept = Kept(lambda _frame: bytes(100), weigh=len, most_bytes=250)
    frames = [frame() for _ in range(4)]
    for one in frames:
        kept.of(one)
    assert len(kept.all()) == 2
    heavy = Kept(lambda _frame: bytes(1000), weigh=len, most_bytes=250)
    heavy.of(frames[0])
    assert len(heavy.all()) == 1


def test_one_that_serves_several_frames_weighs_once() -> None:
    shared = bytes(200)
    kept = Kept(lambda _frame: shared, weigh=len, most_bytes=250)
    frames = [frame() for _ in range(4)]
    for one in frames:
        kept.of(one)
    assert len(kept.all()) == 4


def test_what_was_made_of_a_frame_goes_with_it_at_once() -> None:
    kept = Kept(lambda _frame: bytes(100))
    one = frame()
    kept.of(one)
    del one
    gc.collect()
    assert kept._entries == {}


def test_an_answer_is_drawn_from_the_shapes_of_the_layer_it_borrows_them_from() -> None:
    areas = gpd.GeoDataFrame({"id": list("ab")}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs="EPSG:3310")
    answer, other = areas.assign(score=1.0), areas.set_geometry(areas.geometry.translate(1, 0))
    assert levels.shapes_of(answer) is levels.shapes_of(areas)
    assert levels.shapes_of(other) is not levels.shapes_of(areas)
