"""What a chart shows of one or two numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.chosen.plotted import bar_edges, bars_of, number_columns, plotted, ticks
from ecomap.model.layer import POLYGON, Column, Layer
from ecomap.model.said import name

LAYER = Layer("a", name("A"), "need_area", POLYGON, columns=(
    Column("x", name("X"), "share", moe="x_moe"), Column("x_moe", name("m"), "share"), Column("y", name("Y"), "m"), Column("text", name("T")),
    Column("hidden", name("H"), "count", hidden=True), Column("empty", name("E"), "count"), Column("yes", name("F"), "flag")))
FRAME = pd.DataFrame({"id": list("abcd"), "x": [0.1, np.nan, 0.3, 0.4], "x_moe": [0.01, np.nan, 0.02, np.nan], "y": [5.0, 6.0, np.inf, 8.0], "text": "t",
                      "hidden": 1.0, "empty": np.nan, "yes": [1.0, 0.0, 1.0, 0.0]})


def test_only_numbers_that_are_shown_are_offered() -> None:
    assert [column.name for column in number_columns(LAYER, FRAME)] == ["x", "y"]


def test_missing_and_out_of_reach_are_two_things_and_neither_is_drawn() -> None:
    found = plotted(LAYER, FRAME, "x", "y")
    assert found.drawn.tolist() == [True, False, False, True]
    assert found.missing.tolist() == [False, True, False, False]
    assert found.beyond.tolist() == [False, False, True, False]
    assert found.x_moe[0] == 0.01
    assert np.isnan(found.x_moe[3])
    alone = plotted(LAYER, FRAME, "x")
    assert alone.drawn.tolist() == [True, False, True, True]
    assert alone.y is None


@pytest.mark.parametrize("values", [[0.0, 0.83], list(range(1000)), [-5.0, 5.0, 0.1], [1e-6, 2e-6, 9e-6], [1e9, 3e9, 2e9]])
def test_bars_hold_every_value_once(values: list[float]) -> None:
    edges = bar_edges(values)
    assert 2 <= len(edges) <= 27
    assert edges[0] <= min(values)
    assert edges[-1] >= max(values)
    assert np.allclose(np.diff(edges), np.diff(edges)[0])
    found = bars_of(values, edges)
    assert found.min() >= 0
    assert np.bincount(found).sum() == len(values)


def test_a_value_on_an_edge_is_in_the_upper_bar_and_the_last_edge_in_the_last() -> None:
    assert bars_of([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]).tolist() == [0, 1, 1]


def test_ticks_are_round_and_within() -> None:
    assert ticks(0.07, 0.93, 5) == [0.2, 0.4, 0.6, 0.8]
    assert ticks(-3.0, 12.0, 4) == [0.0, 5.0, 10.0]
