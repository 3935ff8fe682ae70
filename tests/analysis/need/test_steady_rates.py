"""Rates of small areas steadied before they go into an index."""

from __future__ import annotations

import numpy as np
import pytest

from ecomap.analysis.need.steady_rates import EVERYWHERE, NEIGHBOURS, steadied
from ecomap.analysis.statistics.smoothing import empirical_bayes, spatial_empirical_bayes
from ecomap.model.errors import InputError
from ecomap.model.indicator import Indicator
from tests import small_project as town
from tests.analysis.towns import POVERTY, ask, frames, table

PEOPLE = [50.0, 4000, 300, 800, 20, 1500, 900, 60, 2500]
INCOME = Indicator("income", "Income per person", "usd", -1, town.CENSUS)
ASTHMA = Indicator("asthma", "Asthma visits", "per_10000", 1, town.CENSUS)


def areas() -> object:
    return town.need_areas().assign(population=PEOPLE, income=1000.0, asthma=[5.0, 90, 10, 40, 0, 20, 60, 80, 30])


def test_it_is_off_unless_asked_for() -> None:
    plain = ask("need-index", frames(areas=areas()))
    assert plain.provenance.params["steady"] == "off"
    assert not any("steadied" in note.text for note in plain.notes)


def test_values_and_margins_are_those_of_empirical_bayes() -> None:
    before = areas()
    done = steadied(before, (ASTHMA, POVERTY, INCOME), EVERYWHERE)
    people = np.array(PEOPLE)
    rate = empirical_bayes(before["asthma"].to_numpy() * people / 10_000, people)
    assert done.areas["asthma"].tolist() == pytest.approx((10_000 * rate["smoothed"]).tolist())
    share = empirical_bayes(before["poverty"].to_numpy() * people, people)
    assert done.areas["poverty_moe"].tolist() == pytest.approx((before["poverty_moe"] * share["weight"]).tolist())
    assert done.left == ("Income per person",)
    assert done.areas["income"].tolist() == before["income"].tolist()


def test_around_them_takes_the_neighbours() -> None:
    from ecomap.analysis.ground.neighbours import touching

    before, people = areas(), np.array(PEOPLE)
    done = steadied(before, (POVERTY,), NEIGHBOURS)
    wanted = spatial_empirical_bayes(before["poverty"].to_numpy() * people, people, touching(before.geometry, within=15.0))
    assert done.areas["poverty"].tolist() == pytest.approx(wanted["smoothed"].tolist())


def test_what_is_missing_stays_missing_and_nobody_is_no_reason_to_lose_a_rate() -> None:
    before = areas()
    before.loc[2, "poverty"] = np.nan
    before.loc[4, "population"] = 0.0
    done = steadied(before, (POVERTY,), EVERYWHERE)
    assert done.areas["poverty"].isna().tolist() == before["poverty"].isna().tolist()
    assert done.areas["poverty"].iloc[4] == before["poverty"].iloc[4]
    assert done.without_people == 1


def test_the_denominator_comes_before_the_residents() -> None:
    item = Indicator("poverty", "Poverty", "share", 1, town.CENSUS, denominator="asked")
    before = areas().assign(asked=1_000_000.0, population=1.0)
    assert steadied(before, (item,), EVERYWHERE).areas["poverty"].tolist() == pytest.approx(before["poverty"].tolist(), abs=1e-4)


def test_without_residents_it_says_so() -> None:
    with pytest.raises(InputError, match="how many people live in each"):
        ask("need-index", frames(areas=town.need_areas().drop(columns="population", errors="ignore")), steady="everywhere")


@pytest.mark.parametrize("name", ["need-index", "clusters", "sensitivity"])
def test_the_answer_says_what_changed(name: str) -> None:
    result = ask(name, frames((ASTHMA, POVERTY, INCOME), areas=areas()), steady="everywhere")
    said = " ".join(note.text for note in result.notes)
    assert "Rates were steadied: each is drawn towards the rate of all areas" in said
    assert "of 18 steadied" in said
    assert "The furthest: " in said
    assert "No rates, so left as they are: Income per person." in said


def test_the_layer_is_not_touched_and_the_order_of_rows_does_not_matter() -> None:
    before = areas()
    kept = before.copy(deep=True)
    scores = table(ask("need-index", frames((ASTHMA, POVERTY), areas=before), steady="neighbours", draws=0), "areas")
    assert before.equals(kept)
    mixed = table(ask("need-index", frames((ASTHMA, POVERTY), areas=before.iloc[::-1]), steady="neighbours", draws=0), "areas")
    assert mixed["score"].to_dict() == pytest.approx(scores["score"].to_dict())
