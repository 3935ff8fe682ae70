"""What holds a graph together alone: by hand, and as networkx and leaving points out find it."""

from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.assets.ties.graph import graph_of, holding, parts_of

# 0-1-2 in a triangle, 2-3 the one tie to 3-4
KITE = [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4)]


def test_two_groups_that_one_tie_holds_together() -> None:
    found = holding(graph_of(6, KITE))
    assert found.bridges == ((2, 3), (3, 4))
    assert found.cut_off.tolist() == [0, 0, 2, 1, 0, 0]
    assert parts_of(graph_of(6, KITE)).tolist() == [0, 0, 0, 0, 0, 1]


graphs = st.integers(1, 14).flatmap(lambda size: st.tuples(st.just(size), st.lists(
    st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=24)))


@settings(deadline=None)
@given(graphs)
def test_as_networkx_finds_it(case: tuple[int, list[tuple[int, int]]]) -> None:
    size, pairs = case
    peer = nx.Graph()
    peer.add_nodes_from(range(size))
    peer.add_edges_from(pair for pair in pairs if pair[0] != pair[1])
    graph = graph_of(size, pairs)
    found = holding(graph)
    assert set(np.flatnonzero(found.cut_off)) == set(nx.articulation_points(peer))
    assert set(found.bridges) == {(min(pair), max(pair)) for pair in nx.bridges(peer)}
    assert len(set(parts_of(graph))) == nx.number_connected_components(peer)


@settings(deadline=None)
@given(graphs)
def test_cut_off_is_what_leaving_a_point_out_cuts_off(case: tuple[int, list[tuple[int, int]]]) -> None:
    size, pairs = case
    graph = graph_of(size, pairs)
    part = parts_of(graph)
    for point in range(size):
        others = [other for other in range(size) if part[other] == part[point] and other != point]
        left = parts_of(graph, without=point)
        sizes = np.bincount([left[other] for other in others]) if others else np.zeros(1, dtype=int)
        assert holding(graph).cut_off[point] == len(others) - sizes.max()
