"""What the areas around schools look like: worked by hand on the small town, and conserved whatever the areas are."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from ecomap.analysis.need.carrying import GROUND, carry
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.indicator import Indicator
from ecomap.model.pupils import SUPPRESSED
from ecomap.model.result import Result
from tests import small_project as town
from tests.analysis.towns import POVERTY, as_it_leaves, ask, described, frames, random_town, table

KM = town.SIDE


def strip(*parts: tuple[float, float, float, float], level: str = "elementary") -> gpd.GeoDataFrame:
    """Attendance areas as (left, bottom, right, top) in kilometres from the town's south-west corner."""
    return gpd.GeoDataFrame(
        {"id": [f"{level}-{n}" for n in range(len(parts))], "name": [f"Area {n}" for n in range(len(parts))], "level": level,
         "school_id": "s", "boundary": "official"},
        geometry=[box(town.LEFT + a * KM, town.BOTTOM + b * KM, town.LEFT + c * KM, town.BOTTOM + d * KM) for a, b, c, d in parts],
        crs=town.CRS,
    )


def school_areas(attendance: Any = None, areas: Any = None, points: Any = None, **params: Any) -> Result:
    given_to = frames(attendance=attendance if attendance is not None else town.attendance_areas(),
                      **({} if areas is None else {"areas": areas}))
    rows, layers = dict(given_to), dict(given_to.layers)
    if points is not None:
        rows["points"], layers["points"] = points, evolve(described("services"), id="blocks", name="Blocks", role="reference")
    wanted = ("areas", "attendance", "points")
    return ask("school-areas", Frames({k: rows[k] for k in wanted if k in rows}, {k: layers[k] for k in wanted if k in rows}),
               **params)


def test_whole_need_areas_add_up_by_hand() -> None:
    """Three tracts of 100 ± 10 children per column; poverty (0.1 + 0.4 + 0.7) / 3 = 0.4 in the west."""
    rows = table(school_areas(), "areas")
    assert rows["children"].tolist() == pytest.approx([300.0] * 3)
    assert rows["children_moe"].tolist() == pytest.approx([300**0.5] * 3)
    assert rows["poverty"].tolist() == pytest.approx([0.4, 0.5, 0.6])
    assert rows["poverty_moe"].tolist() == pytest.approx([0.02 / 3**0.5] * 3)
    assert rows["children_allocation"].tolist() == pytest.approx([0.0] * 3)
    assert rows["poverty_allocation"].tolist() == pytest.approx([0.0] * 3)
    assert rows["rank"].tolist() == [3.0, 2.0, 1.0]


def test_a_cut_need_area_has_an_error_of_spreading_beside_its_margin() -> None:
    """0.25 of the south-west tract: 25 children evenly, none or all at its inside point, so the half range is 12.5."""
    rows = table(school_areas(strip((0, 0, 0.25, 1), (0.25, 0, 1, 1))), "areas")
    assert rows["children"].tolist() == pytest.approx([25.0, 75.0])
    assert rows["children_moe"].tolist() == pytest.approx([2.5, 7.5])
    assert rows["children_allocation"].tolist() == pytest.approx([12.5, 12.5])


def test_a_rate_is_averaged_by_people_or_by_ground() -> None:
    areas = town.need_areas()
    areas.loc[0, "children"] = 300.0
    west = strip((0, 0, 1, 2))  # tracts 1 (poverty 0.1) and 4 (0.4)
    assert table(school_areas(west, areas), "areas")["poverty"].iloc[0] == pytest.approx((0.1 * 300 + 0.4 * 100) / 400)
    assert table(school_areas(west, areas, rates="ground"), "areas")["poverty"].iloc[0] == pytest.approx(0.25)


def test_a_rate_with_its_two_counts_is_their_quotient_with_the_margin_of_a_proportion() -> None:
    areas = town.need_areas().assign(poor=[10.0, 20, 30, 40, 50, 60, 70, 80, 90], poor_moe=3.0, asked=100.0, asked_moe=4.0)
    rate = Indicator("poverty", "Poor", "share", 1, town.CENSUS, "poverty_moe", "poor", "asked")
    got = carry(areas, strip((0, 0, 1, 3)), (rate,)).frame.iloc[0]
    assert got["poverty"] == pytest.approx((10 + 40 + 70) / 300)
    moe = ((3.0**2 * 3) - 0.4**2 * (4.0**2 * 3)) ** 0.5 / 300
    assert got["poverty_moe"] == pytest.approx(moe)


def test_what_is_outside_is_left_out_and_said_or_given_away_when_asked() -> None:
    """The areas hold the western column and half of the middle one: 450 of 900 children."""
    half = strip((0, 0, 1, 3), (1, 0, 1.5, 3))
    left = school_areas(half)
    assert left.figure("people_inside").value == pytest.approx(450)
    assert left.figure("people_outside").value == pytest.approx(450)
    assert any(note.text.startswith("450 children of the need areas live outside") for note in left.notes)
    given_away = school_areas(half, outside="give")
    assert table(given_away, "areas")["children"].tolist() == pytest.approx([300.0, 300.0])
    assert given_away.figure("people_inside").value == pytest.approx(600)
    assert any("were given to the areas" in note.text for note in given_away.notes)


def test_areas_over_each_other_count_people_in_each_and_say_so() -> None:
    twice = strip((0, 0, 2, 3), (1, 0, 3, 3))
    for outside in ("leave", "give"):
        result = school_areas(twice, outside=outside)
        assert table(result, "areas")["children"].tolist() == pytest.approx([600.0, 600.0])
        assert result.figure("people_inside").value == pytest.approx(900)
        assert any("300 children are counted in more than one" in note.text for note in result.notes)


def test_levels_are_chosen_and_each_is_ranked_by_itself() -> None:
    both = pd.concat([town.attendance_areas(), strip((0, 0, 3, 1), (0, 1, 3, 3), level="high")], ignore_index=True)
    assert len(table(school_areas(both, level="high"), "areas")) == 2
    rows = table(school_areas(both, level="all"), "areas")
    assert rows["rank"].tolist() == [3.0, 2.0, 1.0, 2.0, 1.0]
    with pytest.raises(InputError, match="middle"):
        school_areas(both, level="middle")


def test_people_can_be_placed_as_in_blocks() -> None:
    """All of the south-west tract's homes are in its eastern half."""
    east = Point(town.LEFT + 0.75 * KM, town.BOTTOM + 0.5 * KM)
    blocks = gpd.GeoDataFrame({"id": ["b", "none"], "name": ["b", "none"], "housing_units": [40.0, np.nan]},
                              geometry=[east, east], crs=town.CRS)
    halves = strip((0, 0, 0.5, 1), (0.5, 0, 1, 1))
    result = school_areas(halves, points=blocks, spread="blocks")
    rows = table(result, "areas")
    assert rows["children"].tolist() == pytest.approx([0.0, 100.0])
    assert rows["children_allocation"].tolist() == pytest.approx([25.0, 25.0])
    assert any("1 block or point has no number" in note.text for note in result.notes)
    with pytest.raises(InputError, match="no column"):
        school_areas(halves, points=blocks.drop(columns="housing_units"), spread="blocks")


def test_a_missing_number_stays_missing_with_its_reason() -> None:
    areas = town.need_areas().assign(poverty_reason="", children_reason="")
    areas.loc[[0, 3, 6], "poverty"] = np.nan
    areas.loc[[0, 3, 6], "poverty_reason"] = SUPPRESSED
    areas.loc[0, "children"] = np.nan
    result = school_areas(areas=areas)
    west = table(result, "areas").iloc[0]
    assert np.isnan(west["poverty"])
    assert west["poverty_reason"] == SUPPRESSED
    assert np.isnan(west["children"])
    assert west["children_reason"] == "not_reported"
    assert np.isnan(west["rank"])
    assert any("1 need area has no number of children" in note.text for note in result.notes)


def test_the_band_carries_both_errors() -> None:
    """Strips that cut every need area in two: both errors widen the band, and either is given on its own."""
    strips = strip(*((n / 2 + 0.2, 0, n / 2 + 0.7, 3) for n in range(5)))
    rows = table(school_areas(strips, town.need_areas().assign(poverty_moe=0.1)), "areas")
    width = {end: (rows[f"rank_high{end}"] - rows[f"rank_low{end}"]).sum() for end in ("", "_sampling", "_allocation")}
    assert (rows["poverty_allocation"] > 0).any()
    assert width[""] >= max(width["_sampling"], width["_allocation"])
    assert min(width.values()) > 0
    surveyed = table(school_areas(areas=town.need_areas().assign(poverty_moe=0.1)), "areas")  # whole areas: nothing to spread
    assert (surveyed["rank_low_allocation"] == surveyed["rank_high_allocation"]).all()


def test_small_groups_of_pupils_stay_hidden_in_what_leaves() -> None:
    """An indicator that counts pupils keeps its name and so its protection: 1.5 pupils per strip are never written."""
    areas = town.need_areas().assign(enrollment=0.5)
    pupils = Indicator("enrollment", "Pupils", "count", 1, town.CENSUS)
    given_to = frames((POVERTY, pupils), areas=areas)
    result = ask("school-areas", Frames({k: given_to[k] for k in ("areas", "attendance")},
                                        {k: given_to.layer(k) for k in ("areas", "attendance")}))
    assert table(result, "areas")["enrollment"].tolist() == pytest.approx([1.5] * 3)
    out = table(as_it_leaves(result), "areas")
    assert out["enrollment"].isna().all()
    assert set(out["enrollment_reason"]) == {SUPPRESSED}


def test_other_ground_and_the_need_areas_themselves_are_refused() -> None:
    with pytest.raises(InputError, match="no ground in common"):
        school_areas(strip((50, 50, 51, 51)))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 5), st.floats(0, 5))
def test_inside_and_outside_are_everybody(seed: int, across: float, up: float) -> None:
    people = random_town(seed)
    parts = strip((0, 0, across + 0.01, 5), (across + 0.01, 0, 5.5, up + 0.01))
    carried = carry(people, parts, (), rates_by=GROUND)
    total = people["children"].sum()
    assert carried.frame["children"].sum() == pytest.approx((people["children"] * carried.inside).sum(), abs=1e-6)
    assert carried.frame["children"].sum() <= total + 1e-6
    everybody = carry(people, parts, (), allocate_total=True)
    touched = np.bincount(everybody.walk.source, minlength=25) > 0
    assert everybody.frame["children"].sum() == pytest.approx(people["children"][touched].sum())
