"""The smallest change that moves a school over the cut: by hand, and proved by asking for the ranking again."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point

from ecomap.analysis.need.scaling import percentile_rank
from ecomap.analysis.statistics.ranks import percentile_gains
from ecomap.model.errors import ParameterError
from tests import small_project as town
from tests.analysis.towns import ask, finding, frames, random_town, table

SMALL = {"target": "approach:community_school", "radius_m": 400, "detour": 1}
WEST, MIDDLE, EAST = town.schools()["id"]


def changes(result) -> pd.DataFrame:
    return table(result, "changes")


def with_margins(children: float, poverty: float):
    return frames(areas=town.need_areas().assign(children_moe=children, poverty_moe=poverty))


def test_the_count_of_children_that_lifts_west_over_east_by_hand() -> None:
    """East: 100 children x 5/8. West: n x 3/8. West is level with 166.67 children, so it takes 167."""
    found = changes(ask("rank-change", with_margins(80, 0.02), school=WEST, top=1, **SMALL))
    row = found.loc[f"{WEST}:people"]
    assert (row["before"], row["after"]) == (100, 167)
    assert row["margin_used"] == pytest.approx(67 / 80)
    assert (row["rank"], row["rank_then"]) == (2, 1)
    assert row["change"] == "It comes in if Tract 4 had 167 children instead of 100 (84 % of the margin of error)"


def test_the_count_that_drops_east_by_hand() -> None:
    """East with n children x 5/8 falls behind West's 37.5 below 60 children: at 59."""
    found = changes(ask("rank-change", with_margins(80, 0.02), school=EAST, top=1, **SMALL))
    assert found.loc[f"{EAST}:people", "after"] == 59
    assert found.loc[f"{EAST}:people", "rank_then"] == 2


def test_one_indicator_just_past_the_other_area_by_hand() -> None:
    """Past 0.5 West has 4/8 against 5/8; just past East's 0.6 it has 5/8 and East 4/8."""
    found = changes(ask("rank-change", with_margins(10, 0.25), school=WEST, top=1, **SMALL))
    row = found.loc[f"{WEST}:indicator"]
    assert row["after"] == pytest.approx(0.6, abs=1e-9)
    assert row["after"] > 0.6
    assert row["margin_used"] == pytest.approx(0.8)
    assert row["rank_then"] == 1


def test_within_small_margins_no_estimate_does_it_and_that_is_said() -> None:
    result = ask("rank-change", frames(), school=WEST, top=1, **SMALL)
    found = changes(result)
    for kind in ("people", "indicator"):
        assert found.loc[f"{WEST}:{kind}", "change"] == "No change within the margins of error does it"
        assert np.isnan(found.loc[f"{WEST}:{kind}", "rank_then"])
    assert found.loc[f"{WEST}:need_weight", "after"] == 0.0  # then both reach as many children and share rank 1
    assert found.loc[f"{WEST}:radius", "change"] == "None of the distances tried does it"
    assert finding(result) == ("West School ranks 2 of 2; it comes into first place if need were weighed with the power 0.00 "
                               "instead of 1.00.")


def test_a_number_that_is_not_there_says_why() -> None:
    result = ask("rank-change", frames(), school=WEST, top=1, **SMALL)
    found = changes(result)
    assert found.loc[f"{WEST}:people", ["rank_then_reason", "margin_used_reason"]].tolist() == ["none_does", "none_does"]
    assert found.loc[f"{WEST}:need_weight", ["rank_then_reason", "margin_used_reason"]].tolist() == ["", "not_applicable"]
    assert result.main.frame["least_margin_reason"].tolist() == ["none_does"]


def test_without_a_school_those_next_to_the_cut_are_looked_at() -> None:
    result = ask("rank-change", frames(), top=1, around=1, **SMALL)
    assert table(result, "schools")["chosen"].to_dict() == {EAST: True, WEST: False}
    assert result.sentence.startswith("Of the 2 schools next to the cut after 1, 0 would change sides")


def test_where_all_are_chosen_nothing_is_at_stake() -> None:
    result = ask("rank-change", frames(), top=5, **SMALL)
    assert "no place is at stake" in result.sentence
    assert changes(result)["rank_then"].isna().all()


@pytest.mark.parametrize(("school", "said"), [(MIDDLE, "Middle School is not among"), ("nowhere", "no school of this")])
def test_a_school_that_is_not_ranked_is_refused_with_the_reason(school: str, said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        ask("rank-change", frames(), school=school, **SMALL)


def some_schools(seed: int) -> gpd.GeoDataFrame:
    generator = np.random.default_rng(seed)
    places = generator.random((8, 2)) * 5
    return gpd.GeoDataFrame(
        {"id": [f"S{n}" for n in range(8)], "name": [f"School {n}" for n in range(8)], "levels": "elementary",
         "governance": "district"},
        geometry=[Point(town.LEFT + x * town.SIDE, town.BOTTOM + y * town.SIDE) for x, y in places], crs=town.CRS,
    )


@pytest.mark.parametrize("seed", range(6))
def test_every_claim_holds_when_the_ranking_is_asked_for_again(seed: int) -> None:
    areas = random_town(seed, missing=seed % 2 == 1).assign(poverty_moe=0.15)
    if seed % 3 == 2:
        areas.loc[[3, 11], "poverty"] = np.nan
    given = frames(areas=areas, schools=some_schools(seed), attendance=None)
    asked = {"target": "approach:community_school", "radius_m": 1000, "detour": 1.2}
    result = ask("rank-change", given, top=3, around=3, **asked)
    proved = 0
    for key, row in changes(result).iterrows():
        school, kind = str(key).split(":")
        if np.isnan(row["rank_then"]):
            continue
        changed, params = areas.copy(), dict(asked, draws=0)
        if kind in ("people", "indicator"):
            column = "children" if kind == "people" else "poverty"
            name = row["change"].split(" had ")[0].split(" if ")[1] if kind == "people" else (
                row["change"].split(" in ")[-1].split(" were ")[0])
            here = changed["name"] == name
            assert changed.loc[here, column].item() == row["before"]
            assert abs(row["after"] - row["before"]) <= changed.loc[here, column + "_moe"].item() + 1e-9
            changed.loc[here, column] = row["after"]
        else:
            params["need_weight" if kind == "need_weight" else "radius_m"] = row["after"]
        again = table(ask("priority", frames(areas=changed, schools=some_schools(seed), attendance=None), **params), "schools")
        assert again.loc[school, "rank"] == row["rank_then"]
        assert (again.loc[school, "rank"] <= 3) != (row["rank"] <= 3)
        proved += 1
    assert proved >= 3


@pytest.mark.parametrize("seed", range(3))
def test_no_smaller_change_of_one_count_does_it(seed: int) -> None:
    """All counts of all areas on a fine grid within their margins, ranked one after the other."""
    from ecomap.analysis.plan.change import search as rc
    from ecomap.analysis.plan.change.params import RankChangeParams
    from ecomap.model.progress import Progress

    given = rc.ranking(frames(areas=random_town(seed), schools=some_schools(seed), attendance=None),
                       RankChangeParams(target="approach:community_school", radius_m=1000, detour=1.2), progress=Progress())
    for row in range(len(given.ids)):
        found = rc.people_change(given, row, 3)
        least = np.inf if found is None else found.margin
        for area in range(25):
            moe = given.now.moes[area]
            for share in np.linspace(-1, 1, 41):
                after = given.people[area] + share * moe
                if after < 0 or abs(share) >= least - 1.01 / moe:  # the answer is made up to whole children
                    continue
                score = rc.ranked_again(given, rc.Change(rc.PEOPLE, given.people[area], after, 0, area))
                rank = 1 + int((np.round(score, 6) > np.round(score[row], 6)).sum())
                reaches = given.gain.weights[[row]].toarray().ravel()[area] > 0
                assert not reaches or (rank <= 3) == (given.rank(row) <= 3)


def test_percentiles_step_by_step_are_those_worked_out_anew() -> None:
    generator = np.random.default_rng(4)
    for _ in range(200):
        values = generator.integers(0, 8, 9).astype(float)
        values[generator.random(9) < 0.1] = np.nan
        place = int(generator.integers(9))
        if np.isnan(values[place]):
            continue
        for up in (True, False):
            steps, gains = percentile_gains(values, place, 5, up=up)
            stepped = percentile_rank(values).to_numpy().copy()
            for after, (rows, gain) in zip(steps, gains, strict=True):
                stepped[rows] += gain
                moved = values.copy()
                moved[place] = after
                np.testing.assert_allclose(stepped, percentile_rank(moved), atol=1e-12)
