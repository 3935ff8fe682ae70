"""Ground put together again is counted by where each part lies, and gives what cutting gives."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from ecomap.analysis.ground import overlay
from ecomap.analysis.ground.overlay import meeting, pair_areas, pair_parts
from ecomap.analysis.travel.reach import circles, reach
from ecomap.model.progress import silent

ALWAYS = settings(deadline=None, max_examples=25)
SQUARES = np.array([box(x, y, x + 100, y + 100) for x in range(0, 500, 100) for y in range(0, 500, 100)], dtype=object)
places = st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500)), min_size=1, max_size=12)


def put_together(ground: np.ndarray) -> np.ndarray:
    return np.asarray(shapely.get_parts(shapely.union_all(ground[~shapely.is_missing(ground)])))


@ALWAYS
@given(places, st.floats(20, 160))
def test_parts_are_counted_as_cutting_counts_them(at: list[tuple[float, float]], radius: float) -> None:
    gap = reach(SQUARES, circles(shapely.points(at), radius), np.ones(len(at), dtype=int)).gap
    wholes = put_together(gap)
    source, target, area = pair_parts(gap, wholes, progress=silent())
    cut = pair_areas(gap, wholes)
    found, expected = (np.zeros((len(gap), len(wholes))) for _ in range(2))
    found[source, target], expected[cut.source, cut.target] = area, cut.area_m2
    assert np.abs(found - expected).max(initial=0) < 1e-6


def test_parts_lie_in_their_wholes_and_nothing_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    ground = np.array([box(0, 0, 1, 1), box(1, 0, 3, 1), shapely.MultiPolygon([box(3, 0, 4, 1), box(9, 0, 11, 1)]), None], dtype=object)
    monkeypatch.setattr(overlay, "pair_areas", lambda *_args, **_more: pytest.fail("cut"))
    source, target, area = pair_parts(ground, np.array([box(0, 0, 4, 1), box(9, 0, 11, 1)]), progress=silent())
    assert (source.tolist(), target.tolist(), area.tolist()) == ([0, 1, 2, 2], [0, 0, 0, 1], [1.0, 2.0, 1.0, 2.0])


def test_a_part_that_two_wholes_share_by_a_neck_is_cut() -> None:
    neck = Polygon([(0, 0), (10, 0), (10, 4.9999), (14, 4.9999), (14, 0), (24, 0), (24, 10), (14, 10), (14, 5), (10, 5), (10, 10), (0, 10)])
    wholes = np.array([box(0, 0, 10, 10), box(14, 0, 24, 10)])
    source, target, area = pair_parts(np.array([neck]), wholes, progress=silent())
    assert (source.tolist(), target.tolist()) == ([0, 0], [0, 1])
    assert area.tolist() == pytest.approx([100, 100])


def test_ground_that_is_known_to_be_there_is_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    wholes = np.array([box(0, 0, 4, 1), box(4, 0, 9, 1)])
    across = np.array([box(3, 0, 6, 1)])  # its inside point lies in the second whole alone
    source, target, area = pair_parts(across, wholes, sure=np.array([3.0, 3.0]), progress=silent())
    assert list(zip(source.tolist(), target.tolist(), area.tolist(), strict=True)) == [(0, 0, 1.0), (0, 1, 2.0)]
    monkeypatch.setattr(overlay, "pair_areas", None)
    source, target, area = pair_parts(np.array([box(4, 0, 6, 1)]), wholes, sure=np.array([4.0, 3.0]), progress=silent())
    assert list(zip(source.tolist(), target.tolist(), area.tolist(), strict=True)) == [(0, 1, 2.0)]


def test_a_spike_does_not_lead_the_inside_point_astray() -> None:
    spiked = Polygon([(0, 0), (682, 5), (679, 762), (667, 2419), (664.5, 756.5), (500, 738), (300, 730), (0, 758)])
    point = overlay._inside(np.array([spiked]))[0]
    assert shapely.contains_properly(spiked, point)


def test_meeting_is_sorted_and_the_same_in_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = circles(shapely.points(np.random.default_rng(3).uniform(0, 500, (40, 2))), 90.0)
    whole = meeting(SQUARES, shapes, silent())
    monkeypatch.setattr(overlay, "_PREPARED", 7)
    for one, other in zip(whole, meeting(SQUARES, shapes, silent()), strict=True):
        assert (one == other).all()
    assert (np.diff(whole[0] * len(shapes) + whole[1]) > 0).all()


@ALWAYS
@given(places, st.floats(20, 160))
def test_ground_that_is_let_go_of_is_as_large_as_ground_that_is_kept(at: list[tuple[float, float]], radius: float) -> None:
    discs = circles(shapely.points(at), radius)
    kept, gone = pair_areas(SQUARES, discs, keep_pieces=True), pair_areas(SQUARES, discs)
    for name in ("source", "target", "area_m2", "whole"):
        assert getattr(gone, name).tolist() == getattr(kept, name).tolist()
    assert kept.piece is not None
    assert shapely.area(kept.piece).tolist() == gone.area_m2.tolist()
