"""Weight sets side by side: by hand, and what must hold for any sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.need.recipe import Recipe
from ecomap.analysis.need.scoring import index_of
from ecomap.analysis.plan.weights import sets as ws
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.indicator import Indicator
from tests import small_project as town
from tests.analysis.towns import POVERTY, ask, frames, table

ASTHMA = Indicator("asthma", "Asthma visits", "per_10000", 1, town.CENSUS, domain="health")
SETS = "District: poverty=2; Clinic: asthma visits=1"
WEST, _, EAST = town.schools()["id"]
SMALL = {"target": "approach:community_school", "radius_m": 400, "detour": 1, "sets": SETS}


def two_needs(**changed: object):
    return frames((POVERTY, ASTHMA), areas=town.need_areas().assign(asthma=[float(n) for n in (9, 8, 7, 6, 5, 4, 3, 2, 1)]),
                  **changed)


def test_two_schools_swap_half_way_by_hand() -> None:
    """Poverty: West 3/8, East 5/8. Asthma the other way round. Mixed half and half both have 1/2."""
    result = ask("weight-sets", two_needs(), top=1, **SMALL)
    places = table(result, "places")
    assert places["state"].tolist() == ["contested", "contested"]
    assert places.loc[EAST, ["rank_1", "rank_2"]].tolist() == [1, 2]
    swap = result.output("swaps").frame.iloc[0]
    assert (swap["goes"], swap["comes"]) == ("East School", "West School")
    assert swap["share"] == pytest.approx(0.5)
    assert swap["says"] == "Up to 50 % of Clinic, East School is ahead; beyond it West School"
    assert result.sentence.startswith("Whichever of the 2 sets of weights is taken, 0 schools are in first place; 2 depend")


def test_areas_are_ranked_as_the_need_index_ranks_them() -> None:
    result = ask("weight-sets", two_needs(), places="areas", top=2, sets="A: poverty=3, asthma=1; B: *=1")
    ours = table(result, "places")
    areas = two_needs()["areas"]
    theirs = index_of(areas.set_index("id"), Recipe([POVERTY, ASTHMA], weights={"poverty": 3.0}))
    assert ours["rank_1"].to_dict() == theirs["rank"].to_dict()
    assert result.output("sets").frame["weight_poverty"].tolist() == [0.75, 0.5]


def test_names_may_be_columns_labels_domains_or_all_others() -> None:
    sets = ws.parse_sets("A: POVERTY=1; B: health=3, *=1; C: Children in poverty=2", [POVERTY, ASTHMA])
    assert [each.weights.tolist() for each in sets] == [[1, 0], [0.25, 0.75], [1, 0]]


@pytest.mark.parametrize(("text", "said"), [
    ("A: poverty=1", "nothing to be compared"), ("poverty=1; B: *=1", "whose weights"), ("A: *=1; A: poverty=1", "two sets"),
    ("A: povrty=1; B: *=1", "no indicator here"), ("A: poverty=much; B: *=1", "no weight"), ("A: poverty=0; B: *=1", "above 0"),
    ("A: poverty=-1; B: *=1", "below 0"), ("A: =1; B: *=1", "no indicator here"),
])
def test_a_set_that_cannot_be_read_is_refused_with_its_name(text: str, said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        ws.parse_sets(text, [POVERTY, ASTHMA])


def test_schools_need_schools() -> None:
    with pytest.raises(InputError, match="no schools"):
        ask("weight-sets", two_needs(schools=None), **SMALL)


def test_an_area_with_too_little_has_no_rank_in_any_set_and_is_counted() -> None:
    given_areas = town.need_areas().assign(asthma=5.0)
    given_areas.loc[0, "asthma"] = np.nan
    result = ask("weight-sets", frames((POVERTY, ASTHMA), areas=given_areas), places="areas", sets=SETS, top=2)
    assert table(result, "places").loc["06037000001", ["rank_1", "rank_2"]].isna().all()
    assert any(note.text.startswith("1 place has too few") for note in result.notes)


@st.composite
def cases(draw: st.DrawFn) -> tuple[ws.Scores, list[ws.WeightSet], int]:
    generator = np.random.default_rng(draw(st.integers(0, 10_000)))
    areas, items = draw(st.integers(4, 20)), draw(st.integers(2, 6))
    scaled = generator.random((areas, items))
    if draw(st.booleans()):
        scaled[generator.random(scaled.shape) < 0.1] = np.nan
    matrix, people, exponent = None, None, 1.0
    if draw(st.booleans()):
        matrix, people = generator.random((12, areas)) * (generator.random((12, areas)) < 0.5), generator.random(areas) * 100
        exponent = draw(st.sampled_from([0.5, 1.0, 2.0]))
    weights = generator.random((3, items)) + 0.01
    sets = [ws.WeightSet(str(n), row / row.sum()) for n, row in enumerate(weights)]
    return ws.Scores(scaled, 0.5, matrix, people, exponent), sets, draw(st.integers(1, 5))


@settings(max_examples=60, deadline=None)
@given(cases())
def test_agreed_is_the_overlap_of_all_lists_and_a_swap_swaps(case: tuple[ws.Scores, list[ws.WeightSet], int]) -> None:
    scores, sets, k = case
    found = ws.compared(scores, sets, k)
    lists = [set(found.index[found[f"rank_{n}"] <= k]) for n in (1, 2, 3)]
    ranked = set(found.index[found["state"] != ""])
    assert set(found.index[found["state"] == ws.AGREED]) == set.intersection(*lists) & ranked
    assert set(found.index[found["state"] == ws.CONTESTED]) == (set.union(*lists) - set.intersection(*lists)) & ranked
    first, second = sets[0], sets[1]
    for i in lists[0] - lists[1]:
        for j in lists[1] - lists[0]:
            share = ws.swap_mixture(scores, first, second, i, j)
            assert share is not None
            for away, sign in ((-1e-6, 1), (1e-6, -1)):
                mixed = np.clip(share + away, 0, 1)
                both = scores.of((1 - mixed) * first.weights + mixed * second.weights)
                assert sign * (both[i] - both[j]) >= -1e-9 * max(1.0, abs(both[i]))
            if scores.straight:
                start, end = (scores.of(each.weights)[i] - scores.of(each.weights)[j] for each in (first, second))
                assert share == pytest.approx(start / (start - end))


def test_the_same_weights_twice_agree_on_everything() -> None:
    result = ask("weight-sets", two_needs(), sets="A: poverty=1; B: poverty=7", places="areas", top=3)
    assert result.figure("contested").value == 0
    assert result.figure("agreed").value == 3
    assert result.output("swaps").frame.empty
    assert result.output("pairs").frame["moved"].tolist() == [0]
