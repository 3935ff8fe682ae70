"""Lines cover what lines of that width cover."""

from __future__ import annotations

import numpy as np
import pytest

from ecomap.render.canvas.strokes import stroke


def cover(ends: list[tuple[float, float, float, float]], **more: object) -> np.ndarray:
    columns = tuple(np.array(c, np.float32) for c in zip(*ends))
    drawn = stroke(columns, 60, 60, **more)  # type: ignore[arg-type]
    canvas = np.zeros(3600)
    canvas[drawn.position] = drawn.cover / 255
    return canvas.reshape(60, 60)


@pytest.mark.parametrize("width", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("end", [(50, 10.5), (10.5, 50), (45, 45), (50, 25)])
def test_a_line_covers_its_length_times_its_width(width: float, end: tuple[float, float]) -> None:
    found = cover([(10.5, 10.5, *end)], line_width=width).sum()
    near = 0.3 if width == 1.0 else 0.15  # hairlines are a little lighter where they run at 45 degrees
    assert found == pytest.approx(np.hypot(end[0] - 10.5, end[1] - 10.5) * width, rel=near)


def test_a_line_drawn_twice_is_no_darker() -> None:
    once = cover([(5, 5, 50, 31)])
    assert (cover([(5, 5, 50, 31), (50, 31, 5, 5)]) - once).max() <= 1 / 255


def test_lines_outside_leave_no_mark_and_long_ones_are_cut() -> None:
    assert cover([(-50, -50, -5, -5)]).sum() == 0
    assert cover([(-1e4, 30.5, 1e4, 30.5)])[30].min() > 0.9


def test_dashes_leave_gaps_by_length() -> None:
    row = cover([(0, 30.5, 60, 30.5)], along_px=np.zeros(1), dash_px=(6.0, 4.0))[30]
    assert (row > 0.5).tolist() == [x % 10 < 6 for x in range(60)]


def test_a_faint_line_is_faint() -> None:
    assert cover([(5, 30.5, 50, 30.5)], line_width=0.4).max() == pytest.approx(0.4, abs=0.01)
