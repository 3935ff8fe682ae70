"""What the ground is called: none over another at any scale, the same wherever the map is moved, and nothing guessed."""

from __future__ import annotations

import itertools
from typing import Any

import geopandas as gpd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, box

from ecomap.model import vocabulary as v
from ecomap.model.layer import POINT, POLYGON, Layer
from ecomap.render.canvas.names import Lettering, all_names, build_known, letterings
from ecomap.render.style.ground import NAMES_FROM, SCHOOL_NAMES_FROM, SIGN
from tests.grounds import CRS, made_up_ground


def measure(text: str, _kind: str, px: int) -> tuple[float, float]:
    """Without any font: every letter is as wide as six tenths of its height."""
    return 0.6 * px * len(text), 1.25 * px


def words(names: tuple[Lettering, ...], kind: str = "") -> list[str]:
    return [" ".join(name.lines) for name in names if not kind or name.kind == kind]


def overlapping(names: tuple[Lettering, ...], px_per_m: float) -> list[tuple[str, str]]:
    upright = [(name, name.box(0, 0, px_per_m)) for name in names if not name.angle]
    return [
        (one.lines[0], other.lines[0]) for (one, a), (other, b) in itertools.combinations(upright, 2)
        if a[0] < b[2] - 1e-6 and b[0] < a[2] - 1e-6 and a[1] < b[3] - 1e-6 and b[1] < a[3] - 1e-6
    ]  # fmt: skip


def rows(*made: tuple[str, str, int, Any], **more: list[Any]) -> gpd.GeoDataFrame:
    name, kind, rank, geometry = zip(*made)
    return gpd.GeoDataFrame({"id": name, "name": name, "kind": kind, "rank": rank, **more}, geometry=list(geometry), crs=CRS)


@pytest.mark.parametrize("px_per_m", [0.001, 0.005, 0.01, 0.03, 0.1, 0.4])
def test_no_name_stands_over_another(px_per_m: float) -> None:
    assert overlapping(letterings([build_known(made_up_ground()[1])], px_per_m, measure), px_per_m) == []


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.text("abc XYZ", min_size=1, max_size=20), st.sampled_from([v.CITY_NAME, v.NEIGHBOURHOOD, v.PARK]), st.integers(1, 5),
                       st.tuples(st.integers(0, 9_000), st.integers(0, 9_000)), st.sampled_from([0, 200, 3_000])), min_size=1, max_size=30),
    st.sampled_from([0.002, 0.01, 0.07]),
)  # fmt: skip
def test_no_name_of_any_ground_stands_over_another(made: list[Any], px_per_m: float) -> None:
    frame = rows(*((text, kind, rank, box(x, y, x + size, y + size) if size else Point(x, y)) for text, kind, rank, (x, y), size in made))
    assert overlapping(letterings([build_known(frame)], px_per_m, measure), px_per_m) == []


def test_names_stay_where_they_are_while_the_map_is_moved() -> None:
    known = [build_known(made_up_ground()[1])]
    everywhere = letterings(known, 0.03, measure)
    assert len(everywhere) > 8
    for region in ((-20_000, -20_000, 20_000, 20_000), (-5_000, -5_000, 30_000, 30_000)):
        assert letterings(known, 0.03, measure, region=region) == everywhere


def test_the_higher_rank_and_then_the_larger_stands() -> None:
    same_spot = [("Small", v.NEIGHBOURHOOD, 3, box(-100, -100, 100, 100)), ("Large", v.NEIGHBOURHOOD, 3, box(-300, -300, 300, 300))]
    first = ("First", v.CITY_NAME, 2, Point(0, 0))
    assert words(letterings([build_known(rows(*same_spot, first))], 0.01, measure)) == ["First", "Large"]  # there is room for two


def test_what_holds_most_of_the_need_areas_comes_first_and_what_is_outside_is_quiet() -> None:
    crowded, empty = ("Crowded", v.NEIGHBOURHOOD, 2, box(0, 0, 2_000, 2_000)), ("Empty", v.NEIGHBOURHOOD, 2, box(0, 2_000, 2_500, 5_000))
    elsewhere = ("Elsewhere", v.CITY_NAME, 2, Point(40_000, 0))
    tracts = gpd.GeoDataFrame({"id": range(17)}, crs=CRS, geometry=[
        *(box(x, y, x + 500, y + 500) for x in range(0, 2_000, 500) for y in range(0, 2_000, 500)), box(0, 2_000, 2_500, 5_000)])
    layer, frame = made_up_ground()[0], rows(crowded, empty, elsewhere)
    need = Layer("need", "Need", v.NEED_AREA, POLYGON)
    spots = all_names([(layer, frame), (need, tracts)])[0].spots
    assert [(spot.text, spot.quiet) for spot in spots] == [("Crowded", False), ("Empty", False), ("Elsewhere", True)]
    assert next(spot.text for spot in all_names([(layer, frame)])[0].spots) == "Empty"  # larger; nothing else is known


def test_a_name_is_written_from_the_scale_of_its_rank_on() -> None:
    known = [build_known(rows(("Corner", v.NEIGHBOURHOOD, 4, Point(0, 0))))]
    assert words(letterings(known, NAMES_FROM[4], measure)) == ["Corner"]
    assert words(letterings(known, NAMES_FROM[4] * 0.999, measure)) == []


def test_names_come_in_the_language_asked_for_where_they_have_it() -> None:
    frame = made_up_ground()[1]
    english, spanish = (words(letterings([build_known(frame, code)], 0.02, measure)) for code in ("en", "es"))
    assert "Hill Park" in english
    assert "Parque de la Colina" in spanish
    assert "North Heights" in english
    assert "North Heights" in spanish
    assert "Hill Park" not in spanish


def test_a_road_has_its_number_on_a_sign_and_its_name_along_it() -> None:
    known = [build_known(made_up_ground()[1])]
    assert {"9", "7", "3"} <= set(words(letterings(known, 0.02, measure), SIGN))
    near = letterings(known, 0.12, measure)
    street = next(name for name in near if name.lines == ("Main Street",))
    assert street.angle == 0
    assert abs(street.y - 2_500) < 1
    highway = next(name for name in near if name.lines == ("Old Highway",))
    assert highway.angle != 0
    assert -90 < highway.angle <= 90


def test_a_sign_stands_once_and_again_only_far_away() -> None:
    road = LineString([(0, 0), (60_000, 0)])
    frame = rows(("", v.FREEWAY, 1, road), ("", v.FREEWAY, 1, LineString([(0, 30), (60_000, 30)])), shield=["I-5", "I-5"])
    for px_per_m in (0.005, 0.01, 0.02):
        signs = sorted(name.x * px_per_m for name in letterings([build_known(frame)], px_per_m, measure))
        assert signs
        assert all(after - before >= 90 for before, after in itertools.pairwise(signs))


def test_no_name_follows_a_bend() -> None:
    corner = LineString([(0, 0), (0, 1_000), (1_000, 1_000)])
    known = [build_known(rows(("A Street That Is Named At Length", v.ROAD, 3, corner)))]
    for name in letterings(known, 0.3, measure):
        assert abs(name.angle) in (0.0, 90.0)


def test_schools_are_named_from_nearby_those_with_most_pupils_first() -> None:
    layer = Layer("schools", "Schools", v.SCHOOL, POINT)
    frame = gpd.GeoDataFrame({"id": ["a", "b", "c"], "name": ["Small", "Large", ""], "enrollment": [10.0, 900.0, 5.0]},
                             geometry=[Point(0, 0), Point(0, 1), Point(900, 0)], crs=CRS)  # fmt: skip
    known = all_names([(layer, frame)])
    assert words(letterings(known, SCHOOL_NAMES_FROM * 0.999, measure)) == []
    assert words(letterings(known, SCHOOL_NAMES_FROM, measure))[0] == "Large"
    assert all_names([(layer.with_style(label_column="name"), frame)]) == ()


def test_nothing_stands_where_the_map_is_covered() -> None:
    known = [build_known(rows(("Corner", v.NEIGHBOURHOOD, 1, Point(0, 0))))]
    assert words(letterings(known, 0.01, measure, taken=[(-60.0, -60.0, 60.0, 60.0)])) == []
    assert words(letterings(known, 0.01, measure, taken=[(-60.0, 30.0, 60.0, 60.0)])) == ["Corner"]


def test_what_has_no_name_or_no_place_is_left_out() -> None:
    frame = rows(("", v.CITY_NAME, 1, Point(0, 0)), ("Nowhere", v.CITY_NAME, 1, None), ("Empty", v.CITY_NAME, 1, Point()))
    assert build_known(frame).spots == ()
    assert build_known(frame[["id", "geometry"]]).spots == ()
