"""Domains weigh what they are given, however many indicators they hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.need.domains import domain_index
from ecomap.analysis.need.recipe import Recipe
from ecomap.analysis.need.scoring import need_index
from ecomap.model.errors import ParameterError
from ecomap.model.indicator import Indicator
from ecomap.model.source import Source

SOURCE = Source("made up")


def indicator(name: str, domain: str, direction: int = 1) -> Indicator:
    return Indicator(name, name, "share", direction, SOURCE, domain=domain)


MONEY = [indicator("poverty", "money"), indicator("income", "money", -1)]
ALL = [*MONEY, indicator("asthma", "health")]
FRAME = pd.DataFrame({"poverty": [0.1, 0.2, 0.3], "income": [30.0, 20.0, 10.0], "asthma": [9.0, 5.0, 1.0]}, index=list("abc"))


def test_two_indicators_of_one_domain_weigh_as_much_as_one_of_another() -> None:
    """money 0, .5, 1; health 1, .5, 0: even with domains, tilted to money without."""
    assert domain_index(FRAME, Recipe(ALL))["score"].tolist() == pytest.approx([0.5, 0.5, 0.5])
    assert need_index(FRAME, ALL)["score"].tolist() == pytest.approx([1 / 3, 0.5, 2 / 3])


def test_domain_weights_by_hand_and_contributions_add_up() -> None:
    found = domain_index(FRAME, Recipe(ALL), domain_weights={"money": 3})
    assert found["score"].tolist() == pytest.approx([0.25, 0.5, 0.75])
    assert (found["contribution_money"] + found["contribution_health"]).tolist() == pytest.approx(found["score"].tolist())
    assert found["rank"].tolist() == [3, 2, 1]


@pytest.mark.parametrize("mean", ["geometric", "harmonic"])
def test_a_mean_that_forgives_less_puts_the_even_area_first(mean: str) -> None:
    found = domain_index(FRAME, Recipe(ALL, aggregation=mean))
    assert found["rank"].tolist() == [2, 1, 2]
    parts = found["contribution_money"] + found["contribution_health"]
    assert parts.tolist() == pytest.approx(found["score"].tolist())


def test_a_missing_domain_is_left_out_and_never_zero() -> None:
    frame = FRAME.assign(asthma=[None, 5.0, 1.0])
    kept = domain_index(frame, Recipe(ALL, minimum_present=0.5))
    assert kept["score"]["a"] == kept["domain_money"]["a"]
    assert kept["share_present"]["a"] == 0.5
    assert np.isnan(domain_index(frame, Recipe(ALL))["score"]["a"])


def test_a_domain_of_weight_zero_and_one_that_is_not_there() -> None:
    alone = domain_index(FRAME, Recipe(ALL), domain_weights={"health": 0})
    assert alone["score"].tolist() == need_index(FRAME, MONEY)["score"].tolist()
    with pytest.raises(ParameterError, match="no domain called 'air'"):
        domain_index(FRAME, Recipe(ALL), domain_weights={"air": 1})
