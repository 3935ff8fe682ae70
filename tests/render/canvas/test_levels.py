"""Coordinates for drawing: the same edges, however many processors made them simpler."""

from __future__ import annotations

import attrs
import numpy as np
import pytest
import shapely

from ecomap.render.canvas import levels
from ecomap.render.canvas.levels import Edges, build_shapes


@pytest.mark.parametrize("count", [0, 1, 7])
@pytest.mark.parametrize("processors", [None, 1, 2, 3])
def test_the_edges_are_the_same_on_any_number_of_processors(processors: int | None, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    circles = shapely.buffer(shapely.points(np.arange(count) * 90.0, 0.0), 50.0, quad_segs=32)
    shapes = np.array([*circles, None], dtype=object)
    alone = build_shapes(shapes).level(0.1)
    monkeypatch.setattr(levels, "_SHARED_FROM", 1)
    monkeypatch.setattr(levels.os, "cpu_count", lambda: processors)
    shared = build_shapes(shapes).level(0.1)
    for name in (field.name for field in attrs.fields(Edges)):
        assert np.array_equal(getattr(alone, name), getattr(shared, name)), name
    assert len(shared) < 128 * max(count, 1)
