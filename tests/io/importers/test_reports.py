"""Whatever a table holds, its report adds up or the file is refused in words."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.io.importers import Imported, import_file
from ecomap.model.errors import EcoMapError, InputError
from ecomap.model.project import Project
from ecomap.model.roles import ROLES
from tests.io.making import TRACTS, squares, write_geojson

ALBERS = "EPSG:3310"
_text = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
_odd = st.sampled_from(["", "*", "-999", "NA", "<img src=x onerror=alert(1)>", "=1+1", "12%", "1,234", "19647336000001", "Food"])
_lon = st.sampled_from(["-118.25", "-118.30", "34.05", "118.2", "0", "", "NA", "x", "-90"])
_lat = st.sampled_from(["34.05", "34.10", "-118.25", "0", "", "NA", "91"])
_row = st.tuples(st.sampled_from([*TRACTS, "6037101110", "36061000100", "", "?"]), st.one_of(_text, _odd), _lon, _lat, _odd, _odd)


def outcome(path: Path, role: str, project: Project | None = None, **how: Any) -> tuple[Imported | None, EcoMapError | None]:
    """The import or its refusal; any other exception is a fault."""
    try:
        return import_file(path, role, target_crs=ALBERS, project=project, **how), None
    except EcoMapError as refused:
        return None, refused


def hold(result: Imported | None, refused: EcoMapError | None) -> None:
    if refused is not None:
        assert refused.message
        assert refused.hint
        assert "accounted for" not in refused.message
        return
    assert result is not None
    report = result.report
    assert report.read == report.kept + report.count("dropped") + report.count("merged")
    assert report.count("mended") >= 0
    assert all(line.count is None or line.count > 0 for line in report.lines)
    assert all(len(line.examples) <= 5 for line in report.lines)
    assert result.frame["id"].is_unique
    assert not result.frame.columns.duplicated().any()
    assert all(str(column).isprintable() for column in result.frame.columns)
    described = [column.name for column in result.layer.columns]
    assert len(described) == len(set(described))
    assert set(described) <= set(result.frame.columns)
    assert {i.column for i in result.layer.indicators} <= set(result.frame.columns)


@settings(max_examples=120, deadline=None)
@given(st.lists(_row, min_size=1, max_size=12), st.sampled_from(ROLES))
def test_reports_of_any_table_add_up(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], role: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["geoid", "name", "longitude", "latitude", "pct_poor", "category"])
        writer.writerows(rows)
    mapping = {"site": {"approach": "=linked_learning"}, "attendance_area": {"level": "=high"}}.get(role, {})
    hold(*outcome(path, role, mapping=mapping))


@settings(max_examples=60, deadline=None)
@given(st.lists(_row, min_size=1, max_size=12))
def test_reports_of_any_join_add_up(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]) -> None:
    base = tmp_path_factory.getbasetemp()
    tracts = import_file(write_geojson(base / "tracts.geojson", squares(GEOID=list(TRACTS))), "need_area", target_crs=ALBERS)
    path = base / "join.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["geoid", "what", "value", "score", "pct_poor", "kind"])
        writer.writerows(rows)
    result, refused = outcome(path, "need_area", Project().with_layer(tracts.layer, tracts.frame))
    hold(result, refused)
    if result is not None:
        assert len(result.frame) == len(TRACTS)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_takes_or_refuses_areas(tmp_path: Path, role: str) -> None:
    path = write_geojson(tmp_path / "areas.geojson", squares(name=list("abcd"), EKEY_5=[1, 2, 3, 4], approach=["Linked Learning"] * 4))
    hold(*outcome(path, role))


def test_ids_of_a_repeated_code_are_numbered_and_said(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", squares(GEOID=[TRACTS[0], TRACTS[0], TRACTS[1], TRACTS[2]], place=list("abcd")))
    result = import_file(path, "need_area", target_crs=ALBERS)
    assert result.frame["id"].tolist() == [TRACTS[0], f"{TRACTS[0]}-2", TRACTS[1], TRACTS[2]]
    assert any(line.kind == "caution" and line.count == 1 for line in result.report.lines)


def test_a_target_system_in_degrees_is_refused(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", squares(name=list("abcd")))
    with pytest.raises(InputError, match="not in metres"):
        import_file(path, "reference", target_crs="EPSG:4326")


_heading = st.one_of(
    st.sampled_from(["id", "name", "geometry", "NAME", "x", "population", "population_moe", "poverty_reason", "poverty", "EP_POV",
                     "MP_POV", "EPL_POV", "\x01name", "lon", "lat", "level", "index", "crs", "pct_a", "pct_a_moe", "", "é", "1"]),
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=6),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(_heading, min_size=1, max_size=7), st.sampled_from(ROLES), st.data())
def test_no_heading_upsets_an_import(
    tmp_path_factory: pytest.TempPathFactory, headings: list[str], role: str, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "headings.csv"
    cell = st.sampled_from(["1", "2.5", "a", "", "POINT (1 2)"])
    rows = [["-118.25", "34.05", *(data.draw(cell) for _ in headings)] for _ in range(3)]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["longitude", "latitude", *headings])
        writer.writerows(rows)
    hold(*outcome(path, role, mapping={"site": {"approach": "=linked_learning"}}.get(role, {})))


def test_shapes_written_as_text_are_shapes(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text('the_geom,name\n"POLYGON ((-118.3 34, -118.2 34, -118.2 34.1, -118.3 34))",Zone\nPOLYGON EMPTY,Nowhere\n')
    result = import_file(path, "zone", target_crs=ALBERS)
    assert (result.report.read, result.report.kept, result.layer.geometry) == (2, 1, "polygon")
    assert result.report.crs.startswith("EPSG:4326 (assumed")


def test_coordinates_of_a_state_system_beside_the_shapes_are_no_swapped_degrees(tmp_path: Path) -> None:
    """Boston's schools carry feet in POINT_X and POINT_Y; degrees in the wrong columns are still said."""
    feet = write_geojson(tmp_path / "feet.geojson", squares(code=list("abcd"), POINT_X=[790128.2, 780001.5, 775000.1, 790500.7], POINT_Y=[2967094.4, 2950000.2, 2961111.3, 2944444.9]))
    degrees = write_geojson(tmp_path / "degrees.geojson", squares(code=list("abcd"), latitude=[-118.1, -118.2, -118.3, -118.4], longitude=[34.1, 34.2, 34.3, 34.4]))
    told = [" ".join(str(line.text) for line in import_file(path, "need_area", target_crs=ALBERS).report.lines) for path in (feet, degrees)]
    assert ["swapped" in text for text in told] == [False, True]
