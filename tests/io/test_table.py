"""The gate: numbers and their absence, codes, places, shapes, duplicates; every row accounted for."""

from __future__ import annotations

import math
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from ecomap.io.table import check_table, clean_cds, clean_geoid, looks_numeric, parse_numbers, text_of
from ecomap.io.table.gate import Checked, unique_ids
from ecomap.io.table.numbers import read_cell
from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine
from ecomap.model.vocabulary import MISSING_REASONS, SENTINELS

ALBERS = "EPSG:3310"


def checked(frame: Any, **how: Any) -> Checked:
    how.setdefault("shapes", ("polygon",))
    return check_table(frame, target_crs=ALBERS, **how)


def of_kind(result: Checked, kind: str) -> list[ReportLine]:
    return [line for line in result.lines if line.kind == kind]


def adds_up(result: Checked) -> bool:
    return result.read == result.kept + sum(line.count or 0 for line in (*of_kind(result, "dropped"), *of_kind(result, "merged")))


# --- numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,234", 1234), ("1,234,567.5", 1234567.5), ("$73,650", 73650), ("1471 (USD)", 1471), ("12.5%", 0.125), ("-3", -3),
        ("(1,200)", -1200), ("−4.5", -4.5), ("250,000+", 250000), ("2,500-", 2500), ("1 234", 1234), ("1e3", 1000), (".5", 0.5),
        ("0", 0), (" 7 ", 7), (3, 3), (2.5, 2.5), (np.int64(9), 9), ("+5", 5), ("-$12", -12), ("±1,015", 1015), ("+/-97", 97),
    ],
)
def test_numbers_as_publishers_write_them(cell: object, value: float) -> None:
    number, reason, _ = read_cell(cell)
    assert (number, reason) == (pytest.approx(value), "")


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", "blank"), ("  ", "blank"), ("N/A", "blank"), ("-", "blank"), ("null", "blank"), (None, "blank"), (float("nan"), "blank"),
        ("*", "suppressed"), ("(s)", "suppressed"), ("<10", "suppressed"), ("≤ 5%", "suppressed"), ("Suppressed", "suppressed"),
        ("DNR", "not_reported"), ("-666666666", "no_data_code"), (-999, "no_data_code"), ("-999.00", "no_data_code"),
        (-2147483648, "no_data_code"), (-1.7976931348623157e308, "no_data_code"), ("#DIV/0!", "no_data_code"),
        ("about 12", "not_a_number"), ("1,23", "not_a_number"), ("12-15", "not_a_number"), ("inf", "not_a_number"),
        ("=1+1", "not_a_number"), (True, "not_a_number"), (float("inf"), "not_a_number"), ("1.2.3", "not_a_number"),
    ],
)
def test_what_is_no_number_is_missing_with_its_reason_and_never_zero(cell: object, reason: str) -> None:
    number, found, _ = read_cell(cell)
    assert math.isnan(number)
    assert found == reason
    assert reason in MISSING_REASONS


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=15), st.floats(), st.integers(), st.none(), st.booleans()))
def test_every_cell_is_either_a_finite_number_or_has_a_reason(cell: object) -> None:
    number, reason, _ = read_cell(cell)
    assert (math.isfinite(number) and reason == "") or (math.isnan(number) and reason in MISSING_REASONS)


@given(st.integers(min_value=-(10**9), max_value=10**12).filter(lambda n: float(n) not in SENTINELS and n != -2147483648))
def test_thousands_separators_change_nothing(number: int) -> None:
    assert read_cell(f"{number:,}")[0] == read_cell(str(number))[0] == number


@given(st.lists(st.one_of(st.integers(-900, 10**6), st.sampled_from(["*", "", "-999", "x y"])), min_size=1, max_size=30))
def test_numbers_and_reasons_count_every_row_and_keep_the_index(cells: list[object]) -> None:
    values = pd.Series(cells, index=range(100, 100 + len(cells)), dtype=object)
    numbers = parse_numbers(values)
    assert numbers.values.index.equals(values.index)
    assert int(numbers.values.notna().sum()) + sum(numbers.missing.values()) == len(cells)


def test_a_column_of_codes_is_no_column_of_numbers() -> None:
    assert not looks_numeric(pd.Series(["01", "02", "03"]))
    assert looks_numeric(pd.Series(["1", "2", "*", ""]))
    assert not looks_numeric(pd.Series(["", None, "*"]))
    assert not looks_numeric(pd.Series(["1", "two", "three"]))


# --- codes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "clean"),
    [
        (["6037101110", "6037101122"], ["06037101110", "06037101122"]),
        (["1400000US06037101110"], ["06037101110"]),
        ([6037101110.0], ["06037101110"]),
        (["06037101110"], ["06037101110"]),
        (["60371011101", "60371011102"], ["060371011101", "060371011102"]),
        (["36061000100"], ["36061000100"]),
        (["06037", "06059"], ["06037", "06059"]),
    ],
)
def test_census_codes_become_whole(cells: list[object], clean: list[str]) -> None:
    assert clean_geoid(pd.Series(cells)).values.tolist() == clean


def test_a_citys_total_among_tracts_is_marked() -> None:
    codes = clean_geoid(pd.Series(["14000US06037101110", "14000US06037101122", "16000US0644000"]))
    assert codes.others.tolist() == [False, False, True]


@given(st.lists(st.integers(0, 10**12 - 1), min_size=1, max_size=20))
def test_school_codes_survive_a_spreadsheet(numbers: list[int]) -> None:
    whole = [f"{number + 10**12:014d}" for number in numbers]  # county codes 01-09 and above: at most one zero lost
    lost = clean_cds(pd.Series([int(code) for code in whole]))
    assert lost.values.tolist() == whole
    assert lost.padded == sum(code.startswith("0") for code in whole)


def test_text_keeps_digits_and_drops_control_characters() -> None:
    assert text_of(pd.Series([12.0, "a\x00b\u200b ", None, "  ", 3.5])).fillna("?").tolist() == ["12", "ab", "?", "?", "3.5"]


@given(st.lists(st.sampled_from(["a", "b", "a-2", "a-3", "c"]), min_size=1, max_size=20))
def test_ids_become_unique_and_nothing_is_lost(ids: list[str]) -> None:
    out, repeated = unique_ids(pd.Series(ids, dtype="str"))
    assert out.is_unique
    assert len(out) == len(ids)
    assert len(repeated) == len(ids) - len(set(ids))


# --- where it lies ---------------------------------------------------------------------------------------------------


def table(**columns: list[Any]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype=object)


def test_points_are_made_of_two_columns_and_land_in_metres() -> None:
    """On the central meridian of California Albers x is 0; a degree of latitude there is about 110.9 km."""
    frame = table(name=["south", "north"], x=["-120", "-120"], y=["34", "35"])
    result = checked(frame, shapes=("point",), name="name", longitude="x", latitude="y")
    south, north = result.frame.geometry
    assert (south.x, north.x) == (pytest.approx(0, abs=1), pytest.approx(0, abs=1))
    assert north.y - south.y == pytest.approx(110_930, rel=2e-3)
    assert str(result.frame.crs) == ALBERS
    assert result.crs.startswith("EPSG:4326 (assumed")


def test_swapped_columns_are_put_right_and_counted() -> None:
    right = checked(table(name=["a"], x=["-118.25"], y=["34.05"]), shapes=("point",), longitude="x", latitude="y")
    wrong = checked(table(name=["a"], x=["34.05"], y=["-118.25"]), shapes=("point",), longitude="x", latitude="y")
    assert wrong.frame.geometry.iloc[0].equals_exact(right.frame.geometry.iloc[0], 0.01)
    assert [line.count for line in of_kind(wrong, "mended")] == [1]


def test_a_lost_minus_sign_is_put_back_and_counted() -> None:
    result = checked(table(x=["118.25", "-118.25"], y=["34.05", "34.06"]), shapes=("point",), longitude="x", latitude="y")
    assert result.frame.geometry.x.max() < 200_000
    assert [line.count for line in of_kind(result, "mended")] == [1]


def test_zero_zero_and_impossible_places_are_no_places() -> None:
    frame = table(n=["a", "b", "c"], x=["0", "101", "-118.2"], y=["0", "100", "34"])
    result = checked(frame, shapes=("point",), name="n", longitude="x", latitude="y")
    assert result.frame["id"].tolist() == ["c"]
    assert [line.count for line in of_kind(result, "dropped")] == [2]
    assert adds_up(result)


def test_projected_numbers_without_a_system_are_asked_about() -> None:
    frame = gpd.GeoDataFrame({"n": ["a"]}, geometry=[box(-13_160_000, 4_030_000, -13_150_000, 4_040_000)])
    with pytest.raises(InputError) as asked:
        checked(frame, file_name="City.shp")
    assert asked.value.details["candidates"] == ["EPSG:3857"]
    assert "EPSG:3857 (" in asked.value.hint
    assert asked.value.details["candidates"]
    assert len(checked(frame, given_crs="EPSG:3857").frame) == 1


@pytest.mark.parametrize("code", ["EPSG:2229", "EPSG:3310", "EPSG:26911", "EPSG:26945"])
def test_the_right_system_is_among_those_proposed(code: str) -> None:
    place = gpd.GeoSeries([box(-118.3, 34.0, -118.2, 34.1)], crs="EPSG:4326").to_crs(code)
    frame = gpd.GeoDataFrame({"n": ["a"]}, geometry=list(place))
    with pytest.raises(InputError) as asked:
        checked(frame)
    assert code in asked.value.details["candidates"]


def test_a_file_that_says_degrees_over_metres_is_asked_about() -> None:
    frame = gpd.GeoDataFrame({"n": ["a"]}, geometry=[box(6.4e6, 1.8e6, 6.5e6, 1.9e6)], crs="EPSG:4326")
    with pytest.raises(InputError, match="says it is in degrees"):
        checked(frame)


def test_a_system_that_does_not_exist_is_refused() -> None:
    frame = gpd.GeoDataFrame({"n": ["a"]}, geometry=[box(0, 0, 1, 1)])
    with pytest.raises(InputError, match="not a coordinate system"):
        checked(frame, given_crs="EPSG:999999")


def test_geographic_system_without_a_number_is_understood() -> None:
    wkt = ('GEOGCS["WGS84(DD)",DATUM["WGS84",SPHEROID["WGS84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
           'UNIT["degree",0.017453292519943295]]')
    frame = gpd.GeoDataFrame({"n": ["a"]}, geometry=[box(-118.3, 34, -118.2, 34.1)], crs=wkt)
    assert checked(frame).crs.startswith("EPSG:4326 (from the file")


def test_the_working_system_must_be_in_metres() -> None:
    frame = gpd.GeoDataFrame({"n": ["a"]}, geometry=[box(-118.3, 34, -118.2, 34.1)], crs="EPSG:4326")
    for code in ("EPSG:4326", "EPSG:2229"):
        with pytest.raises(InputError, match="not in metres"):
            check_table(frame, target_crs=code)


# --- shapes ----------------------------------------------------------------------------------------------------------


def areas(*shapes: Any, **columns: Any) -> gpd.GeoDataFrame:
    data = columns or {"name": [f"area {n}" for n in range(len(shapes))]}
    return gpd.GeoDataFrame(data, geometry=list(shapes), crs=ALBERS)


def test_a_bow_tie_is_mended_and_keeps_its_area() -> None:
    bow_tie = Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    result = checked(areas(bow_tie), name="name")
    assert result.frame.geometry.is_valid.all()
    assert result.frame.geometry.area.iloc[0] == pytest.approx(5000)
    assert of_kind(result, "mended")[0].count == 1


def test_mixed_shapes_keep_their_areas() -> None:
    mixed = GeometryCollection([Point(0, 0), LineString([(0, 0), (9, 9)]), box(0, 0, 10, 10), box(20, 0, 30, 10)])
    frame = areas(mixed, box(50, 50, 60, 60))
    result = checked(frame, name="name", shapes=("polygon", "line", "point"))
    assert result.frame.geometry.area.tolist() == pytest.approx([200, 100])
    assert result.geometry == "polygon"


def test_other_dimensions_are_dropped_with_a_count() -> None:
    frame = areas(box(0, 0, 1, 1), Point(5, 5), None, LineString([(0, 0), (1, 1)]))
    result = checked(frame, name="name")
    assert result.kept == 1
    assert sorted(line.count for line in of_kind(result, "dropped")) == [1, 2]
    assert adds_up(result)


def test_a_layer_of_points_is_no_layer_of_areas() -> None:
    frame = areas(Point(0, 0), Point(1, 1))
    with pytest.raises(InputError, match="holds no areas"):
        checked(frame)


def test_an_area_where_points_are_wanted_gets_a_point_inside() -> None:
    ell = Polygon([(0, 0), (10, 0), (10, 1), (1, 1), (1, 10), (0, 10)])
    frame = areas(ell)
    result = checked(frame, shapes=("point",))
    assert ell.contains(result.frame.geometry.iloc[0])


def test_a_stray_part_far_away_is_reported() -> None:
    shapes = [box(n * 1000, 0, n * 1000 + 1000, 1000) for n in range(10)]
    shapes[3] = MultiPolygon([shapes[3], box(90_000, 90_000, 90_001, 90_001)])
    frame = areas(*shapes)
    caution = of_kind(checked(frame, name="name"), "caution")
    assert [(line.count, line.examples) for line in caution] == [(1, ("area 3",))]


def test_an_area_that_is_the_sum_of_others_is_reported() -> None:
    frame = areas(box(0, 0, 10, 10), box(10, 0, 20, 10), box(20, 0, 30, 10), box(0, 0, 30, 10))
    caution = of_kind(checked(frame, name="name"), "caution")
    assert [(line.count, line.examples) for line in caution] == [(1, ("area 3",))]


def test_neighbouring_areas_are_not_taken_for_a_sum() -> None:
    frame = areas(box(0, 0, 10, 10), box(10, 0, 20, 10), box(0, 10, 20, 20))
    assert not of_kind(checked(frame, name="name"), "caution")


# --- duplicates and keys ---------------------------------------------------------------------------------------------


def test_identical_rows_are_merged_and_differing_ones_keep_a_numbered_code() -> None:
    square = box(0, 0, 10, 10)
    frame = areas(square, square, box(50, 0, 60, 10), code=["1", "1", "1"], n=["5", "5", "6"])
    result = checked(frame, key="code")
    assert result.frame["id"].tolist() == ["1", "1-2"]
    assert [line.count for line in of_kind(result, "merged")] == [1]
    assert adds_up(result)


def test_rows_with_the_same_name_and_place_are_one_and_fill_each_others_blanks() -> None:
    frame = table(name=["Pantry", "pantry ", "Pantry"], phone=[None, "555", "777"], x=["-118.2"] * 3, y=["34", "34", "34.1"])
    result = checked(frame, shapes=("point",), name="name", longitude="x", latitude="y", same=["name"])
    assert result.frame["phone"].tolist() == ["555", "777"]
    assert adds_up(result)


def test_rows_without_a_place_pass_only_where_they_may() -> None:
    frame = table(name=["a", "b", "c"], x=["-118", "", ""], y=["34", "", ""])
    result = checked(frame, shapes=("point",), name="name", longitude="x", latitude="y", placeless=pd.Series([False, True, False]))
    assert result.frame["name"].tolist() == ["a", "b"]
    assert result.frame.geometry.isna().tolist() == [False, True]
    assert adds_up(result)


def test_the_frame_given_is_not_changed() -> None:
    frame = areas(Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]), None, name=["a", "b"])
    before = frame.copy(deep=True)
    checked(frame, name="name")
    pd.testing.assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(before))


_cell = st.sampled_from(["", "34.05", "-118.2", "118.2", "0", "200", "x", "-999", None])


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a", "b", "", None]), _cell, _cell, st.booleans()), min_size=1, max_size=15))
def test_every_row_is_accounted_for(rows: list[tuple[Any, Any, Any, bool]]) -> None:
    frame = table(name=[r[0] for r in rows], x=[r[1] for r in rows], y=[r[2] for r in rows])
    try:
        result = checked(frame, shapes=("point",), key="name", name="name", longitude="x", latitude="y",
                         placeless=pd.Series([r[3] for r in rows]))
    except InputError:
        return  # nothing usable among the rows; the words are tested elsewhere
    assert adds_up(result)
    assert result.frame["id"].is_unique
    assert result.frame["id"].map(lambda value: isinstance(value, str)).all()
    assert np.isfinite(result.frame.geometry.dropna().x).all()
