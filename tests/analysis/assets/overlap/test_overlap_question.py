"""Overlap worked by hand: the published example, footprints cut by hand, sets that add up."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from ecomap.analysis.assets.overlap.footprint import Footprints, overlap_table
from ecomap.analysis.assets.presence import rows_behind
from ecomap.model.errors import ParameterError
from ecomap.model.progress import silent
from tests import small_project as town
from tests.analysis.towns import ask, frames, services_at


def three_schools() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"id": ["S1", "S2", "S3"], "name": ["S1", "S2", "S3"], "frpm_share": [0.9, 0.5, np.nan]},
                            geometry=[Point(town.LEFT + 10_000 * n, town.BOTTOM) for n in range(3)], crs=town.CRS)


def example() -> gpd.GeoDataFrame:
    """S1 tutoring 3, mental health 1, college 2; S2 college 1; S3 tutoring 1."""
    rows = [("S1", "tutoring", 3), ("S1", "mental", 1), ("S1", "college", 2), ("S2", "college", 1), ("S3", "tutoring", 1)]
    listed = [(school, function, n) for school, function, count in rows for n in range(count)]
    return gpd.GeoDataFrame(
        {"id": [f"v{n}" for n in range(len(listed))], "name": "", "organisation": [f"Org {f} {n}" for _, f, n in listed],
         "function": [f"x_{f}" for _, f, _ in listed], "school_id": [s for s, _, _ in listed]},
        geometry=[None] * len(listed), crs=town.CRS)


def test_served_beyond_the_first_and_missing_as_in_the_worked_example() -> None:
    result = ask("overlap", frames(schools=three_schools(), services=example(), sites=None))
    table = result.output("functions").frame.set_index("id")
    columns = ["schools_served", "organisations_beyond_one", "schools_without"]
    assert table.loc["x_tutoring", columns].tolist() == [2, 2, 1]
    assert table.loc["x_mental", columns].tolist() == [1, 0, 2]
    assert table.loc["x_college", columns].tolist() == [2, 1, 1]
    co_located = result.output("co-location").frame
    assert list(zip(co_located["school_id"], co_located["function"], co_located["organisations_in_all"], strict=True)) == [
        ("S1", "x_tutoring", 3), ("S1", "x_college", 2)]


def test_every_count_names_the_rows_behind_it() -> None:
    services = example()
    result = ask("overlap", frames(schools=three_schools(), services=services, sites=None))
    grid = result.output("grid").frame
    assert [len(rows_behind(text)) for text in grid["rows"]] == grid["organisations_in_all"].tolist()
    named = {one for text in grid["rows"] for _, one in rows_behind(text)}
    assert named == set(services["id"])


def test_a_participation_without_a_lead_is_no_organisation_by_its_code() -> None:
    taking_part = pd.DataFrame({"id": ["p1"], "name": ["Linked Learning at S1"], "school_id": ["S1"], "approach": ["linked_learning"],
                                "lead_organisation": [""]})
    grid = ask("overlap", frames(schools=three_schools(), participations=taking_part, services=None, sites=None)).output("grid").frame
    assert grid["organisations"].tolist() == ["Linked Learning, lead not named"]


def test_co_location_is_never_called_duplication() -> None:
    result = ask("overlap", frames(schools=three_schools(), services=example(), sites=None))
    assert any("Only the partners can say" in note.text for note in result.notes)
    words = " ".join([result.sentence, *(column.label for output in result.outputs for column in output.columns)])
    assert "duplicat" not in words.casefold()


def footprint_of(*shapes: object) -> Footprints:
    count = len(shapes)
    return Footprints([f"O{n}" for n in range(count)], [f"service/{n}" for n in range(count)], np.arange(count),
                      np.array(shapes, dtype=object), 1.0)


def test_children_in_an_overlap_are_counted_once() -> None:
    # O0 holds the western two columns, O1 the eastern two; they share the middle column: 3 areas of 100 children.
    areas = town.need_areas()
    table, left_out = overlap_table(footprint_of(town.square(0, 0, 2, 3), town.square(1, 0, 2, 3)), areas, 10, silent())
    row = table.iloc[0]
    assert (row["children_in_both"], row["children_of_first"], row["children_of_second"]) == pytest.approx((300, 600, 600))
    union = row["children_of_first"] + row["children_of_second"] - row["children_in_both"]
    assert union == pytest.approx(900)  # every child of the town once
    assert left_out == 0


def test_two_places_of_one_organisation_count_their_children_once() -> None:
    # two circles of 1 km around places 1 km apart; their lens by hand: 2 r^2 acos(d / 2r) - d / 2 sqrt(4 r^2 - d^2)
    services = services_at((1.0, 1.5), (2.0, 1.5))
    services["organisation"] = ["One", "Two"]
    one = ask("overlap", frames(services=services, sites=None), radius_m=1000, detour=1).output("footprints").frame.iloc[0]
    lens_km2 = 2 * math.acos(0.5) - 0.5 * math.sqrt(3)
    assert one["shared_m2"] == pytest.approx(lens_km2 * 1e6, rel=0.004)
    assert one["children_in_both"] == pytest.approx(lens_km2 * 100, rel=0.004)  # 100 children a square kilometre
    assert one["children_of_first"] == pytest.approx(math.pi * 100, rel=0.004)
    services["organisation"] = ["One", "one "]
    assert len(ask("overlap", frames(services=services, sites=None), radius_m=1000, detour=1).output("footprints").frame) == 0
    three = services_at((1.0, 1.5), (2.0, 1.5), (1.5, 1.5))
    three["organisation"] = ["One", "One", "Two"]
    both = ask("overlap", frames(services=three, sites=None), radius_m=1000, detour=1).output("footprints").frame.iloc[0]
    merged = 2 * math.pi - lens_km2
    assert both["children_of_first"] == pytest.approx(merged * 100, rel=0.004)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 4), st.integers(1, 4)), min_size=2, max_size=6))
def test_overlaps_agree_with_counting_cells(boxes: list[tuple[int, int, int, int]]) -> None:
    cells = [(x, y) for x in range(9) for y in range(9)]
    areas = gpd.GeoDataFrame({"id": [f"{x}.{y}" for x, y in cells], "children": [float(x * 9 + y) for x, y in cells]},
                             geometry=[box(x, y, x + 1, y + 1) for x, y in cells], crs=town.CRS)
    table, _ = overlap_table(footprint_of(*(box(x, y, x + w, y + h) for x, y, w, h in boxes)), areas, 100, silent())
    inside = [{(x + i, y + j) for i in range(w) for j in range(h)} for x, y, w, h in boxes]
    expected = {f"O{i}|O{j}": float(sum(x * 9 + y for x, y in inside[i] & inside[j]))
                for i in range(len(boxes)) for j in range(i + 1, len(boxes)) if inside[i] & inside[j]}
    assert dict(zip(table["id"], table["children_in_both"], strict=True)) == pytest.approx(expected)


def test_where_there_are_many_pairs_the_largest_are_measured_and_the_rest_told() -> None:
    services = services_at(*[(0.5 + n * 0.4, 1.5) for n in range(6)])
    result = ask("overlap", frames(services=services, sites=None), radius_m=1000, detour=1, pairs=4)
    assert len(result.output("footprints").frame) == 4
    assert any("pairs of organisations share" in note.text and note.count for note in result.notes)


def test_an_area_with_nothing_in_reach_is_listed() -> None:
    result = ask("overlap", frames(services=services_at((0.5, 0.5)), sites=None), radius_m=1500, detour=1)
    # from the south-west middle: 0, 1, 1.41 km are in reach, 2 km and more are not
    assert set(result.output("areas").frame["id"]) == {f"0603700000{n}" for n in (3, 6, 7, 8, 9)}


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(ParameterError, match="date"):
        ask("overlap", frames(), as_of="next summer")


@pytest.mark.parametrize("name", ["overlap", "roles", "match", "peers", "dashboard", "funding-cliff"])
def test_los_angeles_is_answered_and_says_what_is_not_reported(name: str) -> None:
    from ecomap.analysis import registry
    from ecomap.io.starter import load_starter
    from ecomap.model.params import build_params
    from ecomap.workspace.inputs import analysis_frames, chosen_layers

    project = load_starter("los-angeles")
    analysis = registry.analysis(name)
    result = registry.run(name, analysis_frames(project, chosen_layers(project, analysis, None), analysis),
                          build_params(analysis.params, {}))
    told = " ".join(note.text for note in result.notes)
    assert "not reported" in told or "not known" in told or name == "funding-cliff"
    if name == "overlap":
        sets = result.output("sets").frame
        assert sets["schools"].sum() == (project.frame("schools")["status"] != "ended").sum() == 1009
