"""Ground cut into pieces: counted by pieces it is what is counted by ground, and too many pieces are counted from both sides."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

from ecomap.analysis.ground import pieces as module
from ecomap.analysis.ground.overlay import without_slivers
from ecomap.analysis.ground.pieces import Pieces, pieces
from ecomap.analysis.travel.reach import circles, reach


def scattered(seed: int, count: int = 25) -> tuple[np.ndarray, np.ndarray]:
    """A grid of areas a kilometre wide and circles all over it."""
    rng = np.random.default_rng(seed)
    ground = np.array([box(1000.0 * x, 1000.0 * y, 1000.0 * (x + 1), 1000.0 * (y + 1)) for x in range(5) for y in range(4)], dtype=object)
    return ground, circles(shapely.points(rng.random((count, 2)) * [5000, 4000]), float(rng.uniform(300, 1500)))


def inside(found: Pieces, shapes: list[int], edges: bool = False) -> float:
    """Size of the pieces in any of some shapes."""
    piece, shape = (np.concatenate([a, b]) if edges else a for a, b in
                    ((found.piece, found.edge_piece), (found.shape, found.edge_shape)))
    return float(found.size[np.unique(piece[np.isin(shape, shapes)])].sum())


def test_two_circles_that_overlap_cut_a_square_into_what_each_and_both_and_none_hold() -> None:
    ground = np.array([box(0, 0, 10, 10)], dtype=object)
    found = pieces(ground, np.array([box(0, 0, 6, 10), box(4, 0, 10, 5)], dtype=object), np.ones(1))
    assert sorted(found.size.tolist()) == pytest.approx([10, 20, 20, 50])
    assert {tuple(sorted(found.shape[found.piece == piece])) for piece in range(4)} == {(), (0,), (1,), (0, 1)}


@pytest.mark.parametrize("seed", range(6))
def test_any_set_of_shapes_holds_as_much_by_pieces_as_by_ground(seed: int) -> None:
    ground, shapes = scattered(seed)
    found = pieces(ground, shapes, np.ones(len(ground)))
    assert np.bincount(found.area, found.size, len(ground)) == pytest.approx(shapely.area(ground))
    rng = np.random.default_rng(seed)
    for some in (rng.choice(len(shapes), 1 + number % 6, replace=False).tolist() for number in range(20)):
        exact = shapely.area(shapely.intersection(shapely.union_all(ground), shapely.union_all(shapes[some])))
        assert inside(found, some) == pytest.approx(exact, rel=1e-9, abs=1e-3)


@pytest.mark.parametrize("most", [1, 30, 100, 300])
def test_where_there_are_too_many_pieces_the_ground_lies_between_the_two_counts(most: int) -> None:
    ground, shapes = scattered(1, 40)
    found = pieces(ground, shapes, np.ones(len(ground)), most=most)
    whole = pieces(ground, shapes, np.ones(len(ground)))
    assert len(found) < len(whole)
    assert len(found.edge_piece) > 0
    assert found.size.sum() == pytest.approx(whole.size.sum())
    for some in ([0], [3, 8], [5, 11, 20, 30], list(range(40))):
        assert inside(found, some) <= inside(whole, some) + 1e-6
        assert inside(found, some, edges=True) >= inside(whole, some) - 1e-6


def test_the_order_of_areas_and_how_many_are_in_hand_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    ground, shapes = scattered(2)
    one = pieces(ground, shapes, np.ones(len(ground)))
    monkeypatch.setattr(module, "_AT_ONCE", 5)
    other = pieces(ground, shapes, np.ones(len(ground)))
    assert one.size.tolist() == other.size.tolist()
    assert one.shape.tolist() == other.shape.tolist()
    turned = pieces(ground[::-1], shapes, np.ones(len(ground)))
    assert sorted(turned.size) == pytest.approx(sorted(one.size))


def test_nothing_is_cut_out_of_nothing() -> None:
    ground = np.array([None, Polygon(), box(0, 0, 1, 1)], dtype=object)
    assert pieces(ground[:2], circles(shapely.points([[0, 0]]), 1), np.ones(2)).size.tolist() == []
    assert pieces(ground, np.zeros(0, dtype=object), np.ones(3)).area.tolist() == [2]


def test_a_part_that_is_only_rounding_is_no_ground() -> None:
    land, sliver = box(0, 0, 1000, 1000), box(2000, 0, 2000 + 1e-9, 1)
    whole = np.array([MultiPolygon([land, sliver]), land, MultiPolygon([land, box(3000, 0, 3001, 1)])], dtype=object)
    left = without_slivers(whole, np.full(3, 1e-4))
    assert left[0].equals(land)
    assert left[1] is land
    assert len(left[2].geoms) == 2


def test_what_is_out_of_reach_has_no_slivers() -> None:
    ground = np.array([box(0, 0, 1000, 1000)], dtype=object)
    found = reach(ground, np.array([box(-1, -1, 500, 1001), box(500 + 1e-9, -1, 800, 1001)], dtype=object), np.ones(2, dtype=int))
    assert shapely.get_num_geometries(found.gap[0]) == 1
    assert shapely.area(found.gap[0]) == pytest.approx(200_000)


@pytest.mark.parametrize("most", [1, 30, 100, 10_000])
def test_an_attempt_that_a_sample_rules_out_is_not_made_and_the_pieces_are_the_same(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ground, shapes = scattered(1, 40)
    plain = pieces(ground, shapes, np.ones(len(ground)), most=most)
    monkeypatch.setattr(module, "_FEW_BATCHES", 0)
    monkeypatch.setattr(module, "_SAMPLED", 2)
    calls: list[int] = []
    cut = module._cut
    monkeypatch.setattr(module, "_cut", lambda *given: calls.append(len(given[2])) or cut(*given))
    found = pieces(ground, shapes, np.ones(len(ground)), most=most)
    for name in ("area", "size", "piece", "shape", "edge_piece", "edge_shape", "edge_held"):
        assert getattr(found, name).tolist() == getattr(plain, name).tolist()
    kept = calls[-1:] if calls[-1] == len(ground) else calls[-2:]  # what a sample has cut is not cut again
    assert sum(kept) == len(ground)
    assert set(calls[:-len(kept)]) <= {len(ground) // 2}
