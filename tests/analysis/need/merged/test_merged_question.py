"""Merged areas of the small town and of Los Angeles: what is added, what is worked out anew, what is left out, what they are called."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve

from ecomap.analysis.need.merged.called import region_names
from ecomap.measures import moe_of_proportion, moe_of_sum
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.indicator import Indicator
from ecomap.model.layer import Column
from ecomap.model.said import name, say
from tests import small_project as town
from tests.analysis.towns import POVERTY, ask, described, finding, frames

RENT = Indicator("median_rent", "Median rent", "usd", 1, town.CENSUS, moe_column="median_rent_moe")
COUNTED = Indicator("renters", "Renters", "share", 1, town.CENSUS, moe_column="renters_moe", numerator="renting", denominator="homes")


def noisy() -> Any:
    """The town with a third of the poverty margins it has and counts behind another rate."""
    return town.need_areas().assign(children_moe=60.0, renting=np.arange(10.0, 100.0, 10.0), renting_moe=9.0, homes=200.0, homes_moe=12.0,
                                    renters=np.arange(10.0, 100.0, 10.0) / 200, renters_moe=0.04, median_rent=1200.0, median_rent_moe=100.0)


def asked(areas: Any = None, indicators: tuple[Indicator, ...] = (POVERTY, COUNTED, RENT), **params: Any) -> Any:
    given = frames(indicators, areas=noisy() if areas is None else areas)
    layer = given.layer("areas")
    columns = (Column("children", "Children", "count", moe="children_moe"), Column("renting", "Renting", "count", moe="renting_moe"),
               Column("homes", "Homes", "count", moe="homes_moe"))
    given = Frames(dict(given.frames), {**given.layers, "areas": evolve(layer, columns=columns)})
    return ask("merged-areas", Frames({"areas": given["areas"]}, {"areas": given.layer("areas")}), **params)


def members(result: Any) -> list[list[str]]:
    return [text.split("; ") for text in result.output("regions").frame["members"]]


def test_every_area_is_in_exactly_one_and_nothing_is_lost_of_the_count() -> None:
    result = asked()
    regions = result.output("regions").frame
    assert sorted(key for group in members(result) for key in group) == sorted(noisy()["id"])
    assert regions["children"].sum() == 900
    assert regions["renting"].sum() == noisy()["renting"].sum()
    assert regions.geometry.area.sum() == pytest.approx(9e6)
    assert (regions.geometry.geom_type == "Polygon").all()
    assert set(result.output("membership").frame["region"]) == set(regions["id"])


def test_counts_and_rates_have_the_margins_of_the_census_formulas() -> None:
    result, before = asked(), noisy().set_index("id")
    for row, group in zip(result.output("regions").frame.to_dict("records"), members(result), strict=True):
        rows = before.loc[group]
        assert row["children_moe"] == pytest.approx(moe_of_sum(rows["children"], rows["children_moe"]))
        top, whole = rows["renting"].sum(), rows["homes"].sum()
        assert row["renters"] == pytest.approx(top / whole)
        wanted = moe_of_proportion(top, moe_of_sum(rows["renting"], rows["renting_moe"]), whole, moe_of_sum(rows["homes"], rows["homes_moe"]))
        assert row["renters_moe"] == pytest.approx(wanted if len(group) > 1 else rows["renters_moe"].iloc[0])
        assert row["poverty"] == pytest.approx((rows["poverty"] * rows["children"]).sum() / rows["children"].sum())


def test_every_merged_area_is_as_sure_as_asked() -> None:
    regions = asked(largest_error=0.15).output("regions").frame
    assert (regions["largest_error"] <= 0.15).all()
    assert (regions["areas"] > 1).any()


def test_sure_enough_alone_is_left_as_published() -> None:
    result = asked(largest_error=2.0)
    regions = result.output("regions").frame
    assert regions["id"].tolist() == noisy()["id"].tolist()
    assert regions["poverty_moe"].tolist() == noisy()["poverty_moe"].tolist()
    assert finding(result) == ("All 9 need areas are sure enough as they are: every number asked about has a standard error of at most 200 %. "
                               "Nothing was merged.")


def test_a_margin_in_points_lets_a_share_near_zero_pass() -> None:
    areas = noisy().assign(children_moe=1.0, poverty=0.01, poverty_moe=0.02)
    tight = asked(areas, (POVERTY,), largest_error=0.5)
    wide = asked(areas, (POVERTY,), largest_error=0.5, or_points=0.02)
    assert len(tight.output("regions").frame) < 9
    assert len(wide.output("regions").frame) == 9
    assert "or a margin of at most 2.0 points" in wide.sentence


def test_where_nothing_can_be_made_sure_enough_it_says_so() -> None:
    result = asked(largest_error=0.001)
    assert finding(result) == "None of the 9 need areas is sure enough, and merging did not make them so: a standard error of at most 0.1 % may be too much to ask."
    assert result.figure("areas_lost").value == 9
    assert len(result.output("regions").frame) == 9


def test_a_median_is_left_out_with_its_reason() -> None:
    result = asked()
    assert "median_rent" not in result.output("regions").frame
    told = result.output("columns").frame.set_index("id").loc["median_rent", "how"]
    assert told == "left out: a median cannot be worked out from medians"
    with pytest.raises(ParameterError, match="median"):
        ask_for("median_rent")


def ask_for(column: str) -> Any:
    given = frames((POVERTY, RENT), areas=noisy())
    return ask("merged-areas", Frames({"areas": given["areas"]}, {"areas": given.layer("areas")}), indicators=column)


def test_an_indicator_that_is_not_there_or_has_no_margin_is_refused() -> None:
    with pytest.raises(ParameterError, match="no indicator"):
        ask_for("rainfall")
    with pytest.raises(InputError, match="margin of error"):
        asked(noisy().drop(columns=["poverty_moe", "children_moe"]), (evolve(POVERTY, moe_column=""),))


def test_an_area_where_nobody_is_counted_stays_as_it_is() -> None:
    areas = noisy()
    areas.loc[4, ["children", "children_moe"]] = [0.0, 11.0]
    result = asked(areas)
    assert [areas.loc[4, "id"]] in members(result)
    assert result.figure("areas_not_judged").value == 1


def test_a_missing_rate_is_missing_only_where_too_few_people_live_where_it_is_known() -> None:
    areas = noisy().assign(children_moe=20.0)
    areas.loc[[0, 1, 2, 3], "poverty"] = np.nan
    regions = asked(areas, (POVERTY,), largest_error=0.05).output("regions").frame
    gone = areas.loc[areas["poverty"].isna(), "id"].tolist()
    for row in regions.to_dict("records"):
        group = row["members"].split("; ")
        known = sum(key not in gone for key in group) / len(group)
        assert np.isnan(row["poverty"]) == (known < 0.75), row["members"]


def test_lines_are_not_crossed() -> None:
    given = frames((POVERTY,), areas=noisy())
    lines = town.attendance_areas()[["id", "name", "geometry"]]
    layer = evolve(described("attendance"), id="lines", role="district")
    result = ask("merged-areas", Frames({"areas": given["areas"], "lines": lines}, {"areas": given.layer("areas"), "lines": layer}), largest_error=0.15)
    for group in members(result):
        assert len({(int(key[-1]) - 1) % 3 for key in group}) == 1


def test_another_order_of_rows_gives_the_same() -> None:
    one, two = asked(), asked(noisy().iloc[::-1].reset_index(drop=True))
    assert one.output("regions").frame.drop(columns="geometry").equals(two.output("regions").frame.drop(columns="geometry"))


def test_counties_are_not_crossed_where_the_codes_say_which() -> None:
    areas = noisy()
    areas["id"] = [f"060370000{n:02d}" if n < 4 else f"060590000{n:02d}" for n in range(9)]
    assert all(len({key[:5] for key in group}) == 1 for group in members(asked(areas)))
    assert any(len({key[:5] for key in group}) == 2 for group in members(asked(areas, largest_error=0.13, within_counties=False)))


def test_names_say_where_and_how_many() -> None:
    tract = lambda place, number: say("{place}, tract {number}", place=name(place), number=name(number))  # noqa: E731
    names = [tract("Boyle Heights", "2046"), tract("Boyle Heights", "2047"), tract("El Sereno", "2013"), tract("Boyle Heights", "2048"),
             tract("Boyle Heights", "2049"), tract("El Sereno", "2014")]
    ids = [f"0603720{n:04d}" for n in range(6)]
    assert [str(one) for one in region_names(names, ids, np.array([0, 0, 1, 2, 2, 1]), 3)] == [
        "Boyle Heights, 2 tracts (2046)", "El Sereno, 2 tracts", "Boyle Heights, 2 tracts (2048)"]
    assert next(str(one) for one in region_names(names, ids, np.array([0, 0, 0, 1, 2, 3]), 4)) == "Boyle Heights and El Sereno, 3 tracts"
    assert [str(one) for one in region_names(["A", "B"], ["x", "y"], np.array([0, 0]), 1)] == ["A and around, 2 areas"]


def test_where_nobody_is_counted_anywhere_none_can_be_judged() -> None:
    result = asked(noisy().assign(children=0.0))
    assert finding(result) == "None of the 9 need areas can be judged: nobody is counted there, or no number has a margin of error."
    assert len(result.output("regions").frame) == 9


def test_a_single_area_is_judged_alone() -> None:
    one = noisy()[:1]
    assert finding(asked(one, largest_error=2.0)).startswith("The 1 need area is sure enough as it is")
    assert finding(asked(one, largest_error=0.001)).startswith("The 1 need area is not sure enough")


def test_where_no_indicator_is_left_it_says_that_need_cannot_be_worked_out() -> None:
    def said(result: object) -> bool:
        return any("need cannot be worked out on these merged areas" in note.text for note in result.notes)

    assert not said(asked())
    median = evolve(POVERTY, unit="usd", label="Median rent", numerator="", denominator="")
    assert said(asked(noisy().assign(poverty=900.0, poverty_moe=50.0), (median,)))
