"""Who has nothing in reach: the small town by hand, and what must hold in any town."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from ecomap.model.errors import InputError, ParameterError
from tests import small_project as town
from tests.analysis.towns import ask, frames, random_town, services_at, table

KM = {"detour": 1, "radius_m": 1000}


def note(result, start: str):
    return next((item for item in result.notes if start in item.text), None)


def test_one_service_in_a_corner_by_hand() -> None:
    """A circle of 400 m around the middle of the first square kilometre holds 0.16 pi of it."""
    result = ask("coverage-gap", frames(), target="service:Mental Health", radius_m=400, detour=1)
    areas = table(result, "areas")
    inside = 100 * 0.16 * math.pi
    assert areas["covered"].iloc[0] == pytest.approx(inside)
    assert areas["out_of_reach"].tolist() == pytest.approx([100 - inside] + [100.0] * 8)
    assert areas["state"].tolist() == ["partly in reach"] + ["out of reach"] * 8
    assert areas["out_of_reach_moe"].iloc[0] == pytest.approx(10 * (1 - 0.16 * math.pi))
    assert result.figure("children_out_of_reach").value == pytest.approx(900 - inside)
    assert result.figure("children_out_of_reach").moe == pytest.approx(10 * math.hypot(1 - 0.16 * math.pi, math.sqrt(8)))
    assert result.figure("sites_counted").value == 1


def test_margins_of_a_gap_and_of_a_site_add_up_as_squares() -> None:
    """The gap around the corner office is all but 0.16 pi of one area; a site where four areas meet reaches 0.04 pi of each."""
    gap = table(ask("coverage-gap", frames(), target="service:Mental Health", radius_m=400, detour=1), "gaps")
    assert gap["children_moe"].tolist() == pytest.approx([10 * math.hypot(1 - 0.16 * math.pi, math.sqrt(8))])
    given = frames(services=services_at((1, 1)))
    sites = table(ask("coverage-gap", given, target="service:Food", radius_m=400, detour=1), "sites")
    assert sites["in_reach"].tolist() == pytest.approx([100 * 0.16 * math.pi])
    assert sites["in_reach_moe"].tolist() == pytest.approx([10 * 0.04 * math.pi * 2])


def test_nearest_is_measured_from_inside_the_area_with_the_detour() -> None:
    areas = table(ask("coverage-gap", frames(), target="service:*", detour=1.5), "areas")
    assert areas["nearest_m"].iloc[:3].tolist() == pytest.approx([0, 1500, 3000])


def test_the_detour_shrinks_the_circle() -> None:
    wide = ask("coverage-gap", frames(), target="service:*", radius_m=600, detour=1.5)
    plain = ask("coverage-gap", frames(), target="service:*", radius_m=400, detour=1)
    pd.testing.assert_series_equal(table(wide, "areas")["covered"], table(plain, "areas")["covered"])


def test_attendance_areas_get_the_shares_of_their_need_areas() -> None:
    result = ask("coverage-gap", frames(), target="service:Mental Health", radius_m=400, detour=1)
    attendance = table(result, "attendance")
    assert attendance["children"].tolist() == pytest.approx([300, 300, 300])
    assert attendance["covered"].tolist() == pytest.approx([100 * 0.16 * math.pi, 0, 0])
    assert attendance["boundary"].tolist() == ["estimated"] * 3
    assert result.output("attendance").boundary == "estimated"
    assert note(result, "Attendance areas are estimated") is not None


def test_attendance_areas_that_cut_need_areas() -> None:
    """A strip of 250 m width over the middle of the circle: the part of the strip inside it, by hand."""
    strip = town.attendance_areas().iloc[[0]].set_geometry([town.square(0, 0).intersection(
        Point(town.LEFT, town.BOTTOM + 500).buffer(5000)).intersection(
        town.square(0, 0).buffer(-375, cap_style="square", join_style="mitre"))])
    result = ask("coverage-gap", frames(attendance=strip), target="service:Mental Health", radius_m=400, detour=1)
    row = table(result, "attendance").iloc[0]
    assert row["children"] == pytest.approx(100 * 0.25**2)
    assert row["covered"] == pytest.approx(row["children"])  # the square of 250 m lies inside the circle of 400 m


def test_gaps_hold_everybody_who_is_out_of_reach() -> None:
    result = ask("coverage-gap", frames(), target="service:*", radius_m=400, detour=1)
    gaps = result.output("gaps").frame
    assert gaps["id"].tolist() == ["gap-001"]
    assert gaps["children"].sum() == pytest.approx(result.figure("children_out_of_reach").value)
    assert gaps["area_m2"].sum() == pytest.approx(9e6 - math.pi * 400**2)
    assert gaps.geometry.is_valid.all()


def test_small_pieces_are_not_drawn_but_counted() -> None:
    services = services_at((0.5, 0.5), (0.5, 1.5), (0.5, 2.5), (1.5, 0.5), (1.5, 1.5), (1.5, 2.5), (2.5, 0.5), (2.5, 1.5), (2.5, 2.5))
    result = ask("coverage-gap", frames(services=services), target="service:Food", radius_m=600, detour=1, minimum_children=3)
    assert result.figure("children_out_of_reach").value > 0
    drawn = result.output("gaps").frame["children"]
    assert (drawn >= 3).all()
    assert note(result, "of a gap").count > 0


def test_fifths_add_up_and_are_ordered_from_the_highest_need() -> None:
    result = ask("coverage-gap", frames(), target="service:*")
    fifths = result.output("fifths").frame
    assert fifths["fifth"].tolist() == [5, 4, 3, 2, 1]
    assert fifths["children"].sum() == pytest.approx(900)
    assert fifths["out_of_reach"].sum() == pytest.approx(result.figure("children_out_of_reach").value)
    assert [label for label, _, _ in result.bars] == ["Highest need", "High need", "Middle", "Low need", "Lowest need"]
    assert result.figure("share_out_highest_fifth").value == 1.0


def test_a_missing_count_is_kept_as_no_data_and_in_no_total() -> None:
    areas = town.need_areas()
    areas.loc[4, ["children", "children_moe"]] = np.nan
    result = ask("coverage-gap", frames(areas=areas), target="service:*", **KM)
    row = table(result, "areas").iloc[4]
    assert row[["children", "covered", "out_of_reach", "share_out"]].isna().all()
    assert row["state"] == "no data"
    assert result.figure("children_total").value == 800
    assert note(result, "no count of children: kept").count == 1
    attendance = table(result, "attendance")
    assert attendance["children"].isna().tolist() == [False, True, False]
    assert note(result, "attendance area has no count").count == 1


def test_an_area_without_children_is_neither_covered_nor_a_gap() -> None:
    areas = town.need_areas()
    areas.loc[8, "children"] = 0.0
    result = ask("coverage-gap", frames(areas=areas), target="service:*", **KM)
    row = table(result, "areas").iloc[8]
    assert (row["state"], row["out_of_reach"]) == ("no children counted", 0.0)
    assert np.isnan(row["share_out"])
    assert result.output("gaps").frame["area_m2"].sum() < 9e6 - 1e6


def test_online_planned_ended_placeless_and_repeated_entries_do_not_count_but_are_counted() -> None:
    services = services_at((0.5, 0.5), (0.5, 0.5), (1.5, 1.5), (2.5, 2.5), (2.5, 0.5), (0.5, 2.5)).assign(
        organisation=["A", "a", "B", "C", "D", "E"], online_only=[False, False, False, True, False, False],
        status=["", "", "active", "", "ended", "planned"],
    )
    services.loc[2, "geometry"] = None
    result = ask("coverage-gap", frames(services=services), target="service:*", **KM)
    assert result.output("sites").frame["id"].tolist() == ["s0"]
    assert [item.text for item in result.notes if item.kind == "count"] == [
        "1 service is online only: it has no place and reaches nobody here.", "1 site has ended and does not count.",
        "1 site is only planned and does not count yet.", "1 site has no place on the map and reaches nobody here.",
        "1 entry repeats an organisation or a school at the same address and does not count again.",
    ]
    again = ask("coverage-gap", frames(services=services), target="service:*", include_ended=True, **KM)
    assert again.output("sites").frame["id"].tolist() == ["s0", "s4"]


def test_two_organisations_at_one_address_are_two_sites() -> None:
    result = ask("coverage-gap", frames(services=services_at((0.5, 0.5), (0.5, 0.5))), target="service:*",
                 radius_m=400, detour=1)
    areas = table(result, "areas")
    assert areas["sites_in_reach"].iloc[0] == pytest.approx(2 * 0.16 * math.pi)
    assert areas["reached_twice"].iloc[0] == pytest.approx(16 * math.pi)


def test_nothing_left_means_everybody_is_out_of_reach_at_an_infinite_distance() -> None:
    sites = town.sites().assign(status="ended")
    result = ask("coverage-gap", frames(sites=sites), target="approach:community_school")
    areas = table(result, "areas")
    assert np.isinf(areas["nearest_m"]).all()
    assert result.figure("children_out_of_reach").value == 900
    assert len(result.output("sites").frame) == 0


def zone(**changed: object) -> object:
    return town.attendance_areas().iloc[[0]].assign(
        **{"approach": "promise_neighborhood", "status": "active", "boundary": "approximate", "id": "z", **changed}
    )


def test_a_promise_neighborhood_reaches_those_inside_its_boundary() -> None:
    result = ask("coverage-gap", frames(zones=zone()), target="approach:promise_neighborhood")
    areas = table(result, "areas")
    assert areas["share_out"].tolist() == pytest.approx([0, 1, 1] * 3)
    assert result.output("sites").frame["counts_as"].tolist() == ["zone"]
    assert "outside every Promise Neighborhood" in result.sentence
    assert note(result, "Zone footprints are approximate") is not None


def test_member_schools_of_a_zone_add_no_circles() -> None:
    member = town.sites().assign(approach="promise_neighborhood")
    result = ask("coverage-gap", frames(zones=zone(), sites=member), target="approach:promise_neighborhood")
    assert table(result, "areas")["covered"].sum() == pytest.approx(300)
    assert note(result, "member school of a zone").count == 1


def test_a_zone_of_no_approach_is_not_an_approach() -> None:
    result = ask("coverage-gap", frames(zones=zone(approach="")), target="approach:*")
    assert result.output("sites").frame["counts_as"].tolist() == ["site"]


@pytest.mark.parametrize(
    ("target", "problem"),
    [("Food", ParameterError), ("service:", ParameterError), ("service:Ponies", ParameterError),
     ("approach:magnet", ParameterError), ("place:x", ParameterError)],
)
def test_targets_that_are_not_there_are_refused_with_what_is(target: str, problem: type) -> None:
    with pytest.raises(problem) as raised:
        ask("coverage-gap", frames(), target=target)
    assert raised.value.hint


def test_a_project_without_services_or_sites_says_so() -> None:
    with pytest.raises(InputError, match="no services"):
        ask("coverage-gap", frames(services=None))
    with pytest.raises(InputError, match="no approach sites"):
        ask("coverage-gap", frames(sites=None), target="approach:*")


def test_without_indicators_gaps_are_counted_but_not_weighed() -> None:
    result = ask("coverage-gap", frames(indicators=()), target="service:*")
    assert result.figure("share_out_highest_fifth").value is None
    assert result.bars == ()
    assert result.figure("children_out_of_reach").value > 0
    assert note(result, "The need areas have no indicators") is not None


def test_without_margins_none_are_invented() -> None:
    areas = town.need_areas().drop(columns=["children_moe"])
    result = ask("coverage-gap", frames(areas=areas), target="service:*")
    assert result.figure("children_out_of_reach").moe is None
    assert not [name for output in result.outputs for name in output.frame if str(name).endswith("_moe")]
    assert note(result, "The need areas come without margins") is not None


def test_degrees_are_refused() -> None:
    degrees = town.need_areas().set_crs("EPSG:4326", allow_override=True)
    with pytest.raises(InputError, match="degrees"):
        ask("coverage-gap", frames(areas=degrees))


places = st.lists(st.tuples(st.floats(-0.5, 5.5), st.floats(-0.5, 5.5)), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None)
@given(places, st.integers(0, 10_000), st.floats(100, 4000))
def test_covered_and_out_of_reach_are_all_children(at: list, seed: int, radius: float) -> None:
    given_ = frames(areas=random_town(seed, missing=True), services=services_at(*at))
    result = ask("coverage-gap", given_, target="service:*", radius_m=radius)
    for name in ("areas", "attendance"):
        rows = result.output(name).frame
        total = rows["covered"] + rows["out_of_reach"]
        np.testing.assert_allclose(total, rows["children"], atol=1e-9)
        assert (rows["covered"].dropna() >= -1e-9).all()
        assert (rows["out_of_reach"].dropna() >= -1e-9).all()
    assert result.figure("children_total").value == pytest.approx(result.output("areas").frame["children"].sum())


@settings(max_examples=20, deadline=None)
@given(places.filter(lambda found: len(found) > 1), st.integers(0, 10_000), st.floats(100, 4000))
def test_one_site_more_never_covers_fewer_nor_moves_away(at: list, seed: int, radius: float) -> None:
    areas = random_town(seed)
    fewer = ask("coverage-gap", frames(areas=areas, services=services_at(*at[1:])), target="service:*", radius_m=radius)
    more = ask("coverage-gap", frames(areas=areas, services=services_at(*at)), target="service:*", radius_m=radius)
    assert (table(more, "areas")["covered"] >= table(fewer, "areas")["covered"] - 1e-9).all()
    assert (table(more, "areas")["nearest_m"] <= table(fewer, "areas")["nearest_m"] + 1e-9).all()
    assert (table(more, "areas")["reached_twice"] >= table(fewer, "areas")["reached_twice"] - 1e-9).all()


@settings(max_examples=15, deadline=None)
@given(places, st.integers(0, 10_000))
def test_rows_may_be_mixed(at: list, seed: int) -> None:
    areas, services = random_town(seed), services_at(*at)
    plain = ask("coverage-gap", frames(areas=areas, services=services), target="service:*", radius_m=900)
    mixed = ask("coverage-gap", frames(areas=areas.sample(frac=1, random_state=seed), services=services.iloc[::-1]),
                target="service:*", radius_m=900)
    columns = ["children", "covered", "out_of_reach", "nearest_m", "sites_in_reach", "reached_twice", "score", "fifth"]
    first, second = table(plain, "areas")[columns], table(mixed, "areas")[columns]
    pd.testing.assert_frame_equal(second.loc[first.index], first, atol=1e-7)


def test_why_a_count_is_missing_travels_with_it() -> None:
    areas = town.need_areas().assign(children_reason="")
    areas.loc[4, ["children", "children_moe", "children_reason"]] = [np.nan, np.nan, "suppressed"]
    for name in ("coverage-gap", "need-index"):
        assert table(ask(name, frames(areas=areas)), "areas")["children_reason"].iloc[4] == "suppressed"


def test_what_spreading_may_move_stands_beside_the_margin() -> None:
    """Three whole tracts in each attendance area: nothing to move. Half a column wider: half of three tracts, or none of them."""
    from shapely.affinity import translate

    plain = ask("coverage-gap", frames()).output("attendance").frame
    assert plain["children_allocation"].tolist() == pytest.approx([0, 0, 0], abs=1e-6)
    areas = town.attendance_areas()
    moved = areas.set_geometry([translate(shape, xoff=400) for shape in areas.geometry])
    rows = ask("coverage-gap", frames(attendance=moved)).output("attendance").frame
    assert rows["children"].tolist() == pytest.approx([300, 300, 180])
    assert rows["children_allocation"].tolist() == pytest.approx([0, 0, 60])
    assert rows["children_moe"].iloc[2] == pytest.approx(6 * 3**0.5)
