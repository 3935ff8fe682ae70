"""Shared arcs: what goes in comes out, each border once, and neighbours stay neighbours."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from ecomap.render.page.topology import (
    STEPS_PER_DEGREE,
    Topology,
    build_topology,
    decode_arcs,
    encode_arcs,
    rings,
)

QUANTUM = 1 / STEPS_PER_DEGREE


def degrees(*shapes: Any) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), crs="EPSG:4326")


def shape(topology: Topology, name: str, row: int) -> Any:
    parts = rings(topology, topology.shapes[name][row])
    return shapely.normalize(MultiPolygon([Polygon(part[0], part[1:]) for part in parts]))


def wavy_cells(columns: int = 6, rows: int = 5) -> gpd.GeoSeries:
    """A coverage whose shared borders have many points: a grid cut out of a warped plane."""
    cells = []
    for i in range(columns):
        for j in range(rows):
            square = shapely.segmentize(box(i, j, i + 1, j + 1), 0.05)
            cells.append(
                shapely.transform(
                    square,
                    lambda c: np.c_[
                        -118.5 + 0.05 * (c[:, 0] + 0.08 * np.sin(9 * c[:, 1])),
                        33.9 + 0.05 * (c[:, 1] + 0.08 * np.sin(7 * c[:, 0])),
                    ],
                )
            )
    return gpd.GeoSeries(cells, crs="EPSG:4326")


def test_two_squares_share_their_border_once() -> None:
    topology = build_topology({"a": degrees(box(0, 0, 1, 1), box(1, 0, 2, 1))})
    assert len(topology.arcs) == 3
    left = {abs(n) if n >= 0 else abs(~n) for n in topology.shapes["a"][0][0][0]}
    right = {abs(n) if n >= 0 else abs(~n) for n in topology.shapes["a"][1][0][0]}
    assert len(left & right) == 1


def test_the_same_polygons_in_another_layer_add_no_arc() -> None:
    cells = wavy_cells()
    once = build_topology({"a": cells})
    twice = build_topology({"a": cells, "b": cells[::-1].reset_index(drop=True)})
    assert len(twice.arcs) == len(once.arcs)
    assert twice.points == once.points


def test_what_is_written_is_read_back() -> None:
    topology = build_topology({"a": wavy_cells()})
    back = decode_arcs(encode_arcs(topology.arcs))
    assert len(back) == len(topology.arcs)
    assert all((x == y).all() for x, y in zip(back, topology.arcs))


@given(st.lists(st.lists(st.tuples(st.integers(-18_000_000, 18_000_000), st.integers(-9_000_000, 9_000_000)),
                         min_size=1, max_size=9), max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_arcs_survive_the_encoding(arcs: list[list[tuple[int, int]]]) -> None:
    given_arcs = [np.array(arc, np.int64) for arc in arcs]
    back = decode_arcs(encode_arcs(given_arcs))
    assert [arc.tolist() for arc in back] == [arc.tolist() for arc in given_arcs]


def test_shapes_come_back_within_the_quantum() -> None:
    cells = wavy_cells()
    topology = build_topology({"a": cells})
    for row, cell in enumerate(cells):
        assert shape(topology, "a", row).hausdorff_distance(cell) <= QUANTUM


def test_simplified_neighbours_leave_no_gap_and_no_overlap() -> None:
    cells = wavy_cells()
    whole = build_topology({"a": cells})
    topology = build_topology({"a": cells}, simplify_m=60)
    assert topology.points < whole.points / 2
    parts = [shape(topology, "a", row) for row in range(len(cells))]
    assert sum(part.area for part in parts) == pytest.approx(shapely.union_all(parts).area, rel=1e-12)
    assert len(shapely.union_all(parts).geoms if hasattr(shapely.union_all(parts), "geoms") else [1]) == 1
    assert not getattr(shapely.union_all(parts), "interiors", [])


def test_simplifying_stays_within_the_tolerance() -> None:
    cells = wavy_cells()
    topology = build_topology({"a": cells}, simplify_m=60)
    metres = cells.to_crs("EPSG:3310")
    drawn = gpd.GeoSeries([shape(topology, "a", i) for i in range(len(cells))], crs="EPSG:4326").to_crs("EPSG:3310")
    assert max(a.hausdorff_distance(b) for a, b in zip(metres, drawn)) < 62


def test_a_hole_stays_a_hole_and_its_filling_shares_its_border() -> None:
    hole = box(0.4, 0.4, 0.6, 0.6)
    ring = box(0, 0, 1, 1).difference(hole)
    topology = build_topology({"a": degrees(ring, hole)})
    assert shape(topology, "a", 0).area == pytest.approx(0.96)
    assert len(topology.arcs) == 2


def test_several_parts_belong_to_one_row() -> None:
    both = MultiPolygon([box(0, 0, 1, 1), box(3, 0, 4, 1)])
    topology = build_topology({"a": degrees(both, box(1, 0, 3, 1))})
    assert shape(topology, "a", 0).area == pytest.approx(2)
    assert len(topology.shapes["a"][0]) == 2


def test_missing_empty_and_tiny_shapes_have_no_rings() -> None:
    speck = Point(0.5, 0.5).buffer(QUANTUM / 20)
    topology = build_topology({"a": degrees(None, Polygon(), speck, box(0, 0, 1, 1))})
    assert [len(parts) for parts in topology.shapes["a"]] == [0, 0, 0, 1]


def test_a_small_island_survives_simplification() -> None:
    island = shapely.segmentize(box(0.5, 0.5, 0.501, 0.501), 0.0001)
    topology = build_topology({"a": degrees(island)}, simplify_m=5_000)
    assert shape(topology, "a", 0).area > 0


def test_lines_are_kept_open() -> None:
    line = LineString([(0, 0), (0.5, 0.2), (1, 0)])
    topology = build_topology({"rail": degrees(line)})
    (part,) = rings(topology, topology.shapes["rail"][0])
    assert part[0].tolist() == [[0, 0], [0.5, 0.2], [1, 0]]


def test_no_layers_make_an_empty_topology() -> None:
    assert build_topology({}).arcs == ()
    assert decode_arcs("") == ()


def test_coordinates_are_re_projected_from_the_working_crs() -> None:
    square = degrees(box(-118.3, 34.0, -118.29, 34.01)).to_crs("EPSG:3310")
    topology = build_topology({"a": square})
    assert shape(topology, "a", 0).bounds == pytest.approx((-118.3, 34.0, -118.29, 34.01), abs=1.1 * QUANTUM)
