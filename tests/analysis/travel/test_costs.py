"""The table of pairs: what it keeps, what it drops, and what it refuses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.errors import InputError


def test_a_table_of_costs_keeps_zeros_and_drops_what_cannot_be_reached() -> None:
    table = pd.DataFrame({"origin": ["b", "a", "c", "a"], "dest": ["s", "s", "s", "t"], "cost": [5.0, 0.0, np.inf, np.nan]})
    costs = TravelCosts.from_table(table)
    assert costs.table().to_numpy().tolist() == [["a", "s", 0.0], ["b", "s", 5.0]]
    assert costs.demand_ids.tolist() == ["a", "b", "c"]
    assert costs.supply_ids.tolist() == ["s", "t"]
    assert len(costs.within(1.0)) == 1


def test_a_table_may_name_its_columns() -> None:
    table = pd.DataFrame({"home": [1], "clinic": [2], "minutes": [7.5]})
    assert TravelCosts.from_table(table, demand="home", supply="clinic", cost="minutes").cost.tolist() == [7.5]


@pytest.mark.parametrize(
    "table",
    [{"origin": ["a"], "dest": ["s"]}, {"origin": ["a"], "dest": ["s"], "cost": [-1.0]},
     {"origin": ["a"], "dest": ["s"], "cost": ["near"]},
     {"origin": ["a", "a"], "dest": ["s", "s"], "cost": [1.0, 2.0]},
     {"origin": ["a", None], "dest": ["s", "s"], "cost": [1.0, 2.0]}],
)
def test_a_table_that_says_two_things_or_nothing_is_refused(table: dict) -> None:
    with pytest.raises(InputError):
        TravelCosts.from_table(pd.DataFrame(table))
