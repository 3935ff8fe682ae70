"""Who stands between whom: by hand, as networkx finds it, for starts all at once or drawn, and by whoever does the parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.assets.ties import between as asked
from ecomap.analysis.assets.ties.between import between
from ecomap.analysis.assets.ties.graph import graph_of
from ecomap.model.errors import CancelledError
from ecomap.model.hands import lent
from ecomap.model.progress import Progress, silent
from ecomap.model.said import Said

Pairs = list[tuple[int, int]]
graphs = st.integers(1, 14).flatmap(lambda size: st.tuples(st.just(size), st.lists(
    st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=24)))


def by_networkx(size: int, pairs: Pairs) -> list[float]:
    peer = nx.Graph()
    peer.add_nodes_from(range(size))
    peer.add_edges_from(pair for pair in pairs if pair[0] != pair[1])
    found = nx.betweenness_centrality(peer)
    return [found[n] for n in range(size)]


def by_chance(size: int, pairs: int, seed: int) -> Pairs:
    return [(int(one), int(two)) for one, two in np.random.default_rng(seed).integers(0, size, (pairs, 2))]


def test_on_a_line_of_three_the_middle_one_stands_between() -> None:
    found = between(graph_of(3, [(0, 1), (1, 2)]), silent())
    assert found.share.tolist() == [0.0, 1.0, 0.0]
    assert (found.moe.tolist(), found.starts, found.of) == ([0.0] * 3, 0, 0)


def test_two_equally_short_ways_count_half_each() -> None:
    assert between(graph_of(4, [(0, 1), (1, 3), (0, 2), (2, 3)]), silent()).share.tolist() == pytest.approx([1 / 6] * 4)


def test_nobody_stands_between_where_nobody_is_and_in_twos() -> None:
    assert between(graph_of(0, []), silent()).share.tolist() == []
    assert between(graph_of(5, [(0, 1), (2, 3), (3, 3)]), silent()).share.tolist() == [0.0] * 5


@settings(deadline=None)
@given(graphs, st.sampled_from([0, 8, 10**9]), st.sampled_from([1, 3, 128]))
def test_as_networkx_finds_it_whichever_way_the_products_are_made(case: tuple[int, Pairs], dense: int, at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asked, "_DENSE", dense)
        patch.setattr(asked, "_AT_ONCE", at_once)
        np.testing.assert_allclose(between(graph_of(*case), silent()).share, by_networkx(*case), rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("pairs", [150, 300, 2_000, 20_000])
def test_some_hundreds_as_networkx_finds_it(pairs: int) -> None:
    some = by_chance(300, pairs, seed=pairs)
    np.testing.assert_allclose(between(graph_of(300, some), silent()).share, by_networkx(300, some), rtol=1e-9, atol=1e-15)


def test_more_ways_than_a_number_can_count() -> None:
    """700 steps of three, each tied to all three of the next: 3 to the 698th ways from end to end. All three of a step are alike."""
    wide, long = 3, 700
    pairs = [(wide * step + one, wide * (step + 1) + two) for step in range(long - 1) for one in range(wide) for two in range(wide)]
    found = between(graph_of(wide * long, pairs), silent()).share.reshape(long, wide)
    size, step = wide * long, 350
    through = 2 * (step * wide) * ((long - 1 - step) * wide) / wide  # one of the three lies on a third of the ways from before to behind
    beside = 2 * (wide * (wide - 1)) / (2 * wide)                    # two of a step beside it meet by way of the three before or behind them
    assert found[step].tolist() == pytest.approx([(through + beside) / ((size - 1) * (size - 2))] * wide, rel=1e-12)


def test_a_part_that_would_take_too_long_is_drawn_from_and_says_its_error() -> None:
    graph = graph_of(2_003, [*by_chance(2_000, 20_000, seed=1), (2_000, 2_001), (2_001, 2_002)])
    whole = between(graph, silent())
    held = []
    for seed in range(5):
        drawn = between(graph, silent(), most_steps=1, seed=seed)
        assert (drawn.starts, drawn.of) == (1_000, 2_000)
        held.append((np.abs(drawn.share - whole.share) <= drawn.moe + 1e-15)[:2_000].mean())
        assert drawn.share[2_001] == pytest.approx(2 / (2_002 * 2_001), rel=1e-12)  # the small part is asked in full
        assert drawn.moe[2_001] == 0
    assert np.mean(held) > 0.9   # a margin at 90 %
    assert drawn.moe.max() < whole.share.max() / 4
    assert between(graph, silent(), most_steps=1, seed=4).share.tolist() == drawn.share.tolist()
    assert between(graph, silent(), most_steps=1, seed=3).share.tolist() != drawn.share.tolist()


def test_where_as_many_are_drawn_as_there_are_it_is_the_whole() -> None:
    graph = graph_of(300, by_chance(300, 900, seed=2))
    drawn = between(graph, silent(), most_steps=1)
    assert (drawn.share.tolist(), drawn.of) == (between(graph, silent()).share.tolist(), 0)


def test_others_that_take_parts_change_no_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "_AT_ONCE", 10)
    graph, taken = graph_of(400, by_chance(400, 1_200, seed=3)), []

    def each(work: Callable[..., Any], jobs: Sequence[tuple[Any, ...]], progress: Progress, text: Said) -> list[Any]:
        taken.extend(jobs)
        return [work(*job) for job in reversed(jobs)][::-1]

    alone = between(graph, silent())
    with lent(each):
        assert between(graph, silent()).share.tolist() == alone.share.tolist()
    assert len(taken) == 5  # of eight pieces of ten starts


def test_it_tells_how_far_it_is_and_stops() -> None:
    shares: list[float] = []
    progress = Progress(lambda share, text: progress.cancel() if share > 0.5 else shares.append(share))
    with pytest.raises(CancelledError):
        between(graph_of(600, by_chance(600, 1_800, seed=4)), progress)
    assert len(shares) > 4
    assert shares == sorted(shares)
