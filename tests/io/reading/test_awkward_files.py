"""The collection of awkward files: each gives what its description says, or one true sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecomap.io.reading import read_source
from ecomap.model.errors import InputError

SCHOOLS = ["Adams Elementary", "Baker Elementary", "Clark Elementary", "Dewey Elementary", "Emerson Elementary", "Lincoln High"]


@pytest.fixture
def awkward(shared_data: Path) -> Path:
    folder = shared_data / "awkward"
    if not folder.is_dir():
        pytest.skip("the collection of awkward files is not here")
    return folder


@pytest.mark.parametrize(
    ("name", "format_name", "column", "rows"),
    [("24_att.fgb", "FlatGeobuf", "school", 2), ("24_att.geojsonl", "GeoJSON lines", "school", 2), ("24_att.kml", "KML", "school", 2),
     ("24_att.kmz", "KMZ", "school", 2), ("24_att.topojson", "TopoJSON", "school", 1), ("24_wkbhex.csv", "CSV", "school", 2),
     ("24_schools.gpx", "GPX", "name", 6), ("24_schools.kml", "KML", "Name", 6)],
)
def test_map_files(awkward: Path, name: str, format_name: str, column: str, rows: int) -> None:
    raw = read_source(awkward / name)
    assert (raw.format, list(raw.frame.columns), len(raw.frame)) == (format_name, [column, "geometry"], rows)
    assert raw.frame[column].str.startswith(tuple(text.split()[0] for text in SCHOOLS)).all()
    west, south, east, north = raw.frame.total_bounds
    assert -90.1 < west < east < -89.9
    assert 39.9 < south < north < 40.1


@pytest.mark.parametrize("name", ["24_att.ods", "24_schools.csv.gz"])
def test_tables(awkward: Path, name: str) -> None:
    frame = read_source(awkward / name).frame
    assert frame["school_name"].tolist() == SCHOOLS
    assert frame["school_id"].tolist() == [f"0100000{n}" for n in range(1, 7)]
    assert frame["enrollment"].tolist() == ["300", "310", "320", "330", "340", "350"]


def test_a_lying_code_page_a_curve_and_headings_of_two_rows(awkward: Path) -> None:
    raw = read_source(awkward / "02_lying.shp")
    assert raw.frame["SCH_NAME"].tolist() == ["Peña Elementary", "Niño Academy", "Clark", "Dewey", "École Émile", "Lincoln High"]
    assert any(note.kind == "mended" and note.count == 3 for note in raw.notes)
    curved = read_source(awkward / "13_curve.json")
    assert curved.frame.geometry.notna().all()
    assert len(curved.frame.geometry.iloc[0].exterior.coords) > 50
    assert [(note.kind, note.count) for note in curved.notes] == [("mended", 1)]
    columns = list(read_source(awkward / "23_merged.xlsx").frame.columns)
    assert columns[4:] == ["2022-23 Enrollment", "2022-23 Chronic absence", "2023-24 Enrollment", "2023-24 Chronic absence"]


def test_two_layers_in_a_zip(awkward: Path) -> None:
    for kind, taken, left in (("point", "schools", "zones"), ("polygon", "zones", "schools")):
        raw = read_source(awkward / "32_two.zip", prefer=(kind,))
        assert raw.sublayer == taken
        assert f"'{left}'" in raw.notes[0].text
        assert raw.doubts == ()


@pytest.mark.parametrize(
    ("name", "words"),
    [("bad_deflate.zip", "broken zip"), ("xlsx_named_zip.zip", "damaged or hostile Excel"), ("wide.csv", "6,003 columns"),
     ("type_dict.geojson", "holds no features"), ("type_list.geojson", "holds no features")],
)
def test_hostile_files_get_one_sentence(awkward: Path, name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_source(awkward / "trust" / name)


def test_hostile_files_that_are_read_do_no_harm(awkward: Path) -> None:
    huge = read_source(awkward / "trust" / "huge_int.json")
    assert [(note.kind, note.count) for note in huge.notes] == [("caution", 1)]
    assert len(read_source(awkward / "trust" / "cr.csv").frame) == 1
