"""Every cell as found, the file untouched, and no file able to do harm."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ecomap.io.reading import read_source
from ecomap.io.reading import staging as staging_module
from ecomap.io.reading.delimited import parse
from ecomap.io.reading.letters import change_for
from ecomap.io.reading.raw import LOOK_EVERY
from ecomap.model.errors import CancelledError, EcoMapError, InputError
from ecomap.model.progress import Progress
from tests.io.making import points, ring, squares, write_features, write_geojson, write_text, write_workbook


def read_or_refused(path: Path) -> tuple[Any, EcoMapError | None]:
    """The source, or the refusal; any other exception is a fault."""
    try:
        return read_source(path), None
    except EcoMapError as refused:
        return None, refused


def test_codes_keep_their_leading_zeros_in_csv(tmp_path: Path) -> None:
    raw = read_source(write_text(tmp_path / "a.csv", "GEOID,n\n06037101110,1\n06037101122,02\n"))
    assert raw.frame["GEOID"].tolist() == ["06037101110", "06037101122"]
    assert raw.frame["n"].tolist() == ["1", "02"]
    assert raw.read == 2


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8-SIG"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16-LE"),
     ("cp1252", "Windows-1252")],
)
def test_encodings_are_found(tmp_path: Path, encoding: str, named: str) -> None:
    raw = read_source(write_text(tmp_path / "a.csv", "name,n\nPeña Adobe – Niños,1\nEl Águila,2\n" * 3, encoding))
    assert raw.frame["name"].iloc[0] == "Peña Adobe – Niños"
    assert named in raw.notes[0].text


def test_bytes_that_windows_does_not_know_are_read_as_latin_1(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"name,n\nPe\xf1a \x81,1\n")
    assert read_source(path).frame["name"].iloc[0].startswith("Peña")


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters_are_found_whatever_the_ending(tmp_path: Path, delimiter: str) -> None:
    rows = [["name", "text"], ["a", "one, two; three"], ["b", "four, five"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    frame = read_source(write_text(tmp_path / "a.csv", text)).frame
    assert frame["text"].tolist() == ["one, two; three", "four, five"]


def test_title_rows_and_remarks_are_not_data(tmp_path: Path) -> None:
    text = "Department of Education\nOctober 2021\n\nname,pupils,city\nA,10,LA\nB,20,LA\nC,30,LA\nSource: the department itself,,\n"
    raw = read_source(write_text(tmp_path / "a.csv", text))
    assert raw.frame["name"].tolist() == ["A", "B", "C"]
    assert raw.read == 4
    assert [(n.kind, n.count) for n in raw.notes if n.kind == "dropped"] == [("dropped", 1)]


def test_second_heading_row_of_the_census_becomes_labels(tmp_path: Path) -> None:
    text = (
        '"GEO_ID","NAME","B19013_001E","B19013_001M",\n'
        '"Geography","Geographic Area Name","Estimate!!Median household income","Margin of Error!!Median",\n'
        '"1400000US06037101110","Census Tract 1011.10","50,000","1,200",\n'
    )
    raw = read_source(write_text(tmp_path / "a.csv", text))
    assert len(raw.frame) == 1
    assert raw.labels["B19013_001E"] == "Estimate!!Median household income"
    assert list(raw.frame.columns) == ["GEO_ID", "NAME", "B19013_001E", "B19013_001M"]


def test_rows_of_the_wrong_length_are_counted_not_guessed(tmp_path: Path) -> None:
    raw = read_source(write_text(tmp_path / "a.csv", "a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3\n1,2,3\n"))
    assert len(raw.frame) == 4
    assert raw.read == 5
    assert {(n.kind, n.count) for n in raw.notes if n.kind != "note"} == {("mended", 1), ("dropped", 1)}


def test_rows_broken_by_stray_quotes_are_put_together_again() -> None:
    good = "".join(f"a{n}\tb{n}\tc{n}\n" for n in range(60))
    rows, notes = parse('x\ty\tz\nh\t"half\nhalf\tc\n' + good, "\t")
    assert rows[1] == ["h", '"half half', "c"]
    assert [len(row) for row in rows] == [3] * 62
    assert any(note.kind == "mended" and note.count == 1 for note in notes)


def test_repeated_and_absent_headings_get_names(tmp_path: Path) -> None:
    frame = read_source(write_text(tmp_path / "a.csv", ",day,day,\n7,1,2,\n8,3,4,\n")).frame
    assert list(frame.columns) == ["column_1", "day", "day_2"]


def test_workbook_gives_the_sheet_with_data_and_codes_as_text(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", {
        "Title Page": [["A title"], ["prose"]],
        "Data": [["Meals 2019-20"], ["County\nCode", "Code", "n"], ["19", "0012345", 1.0], ["01", "0000007", 2.5]],
        "Notes": [["Column", "Meaning"], ["n", "number"]],
    })
    raw = read_source(path)
    assert raw.sublayer == "Data"
    assert raw.sublayers == ("Title Page", "Data", "Notes")
    assert raw.frame.to_dict("list") == {"County Code": ["19", "01"], "Code": ["0012345", "0000007"], "n": ["1", "2.5"]}
    assert read_source(path, "notes").frame["Column"].tolist() == ["n"]
    with pytest.raises(InputError, match="no table called 'x'"):
        read_source(path, "x")


def test_workbook_with_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", {"Data": [["a", "b"], [1, 2]]})
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>'
        '<c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
    )
    hostile = tmp_path / "hostile.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(hostile, "w") as target:
        for member in source.namelist():
            target.writestr(member, bomb if member.endswith("sheet1.xml") else source.read(member))
    with pytest.raises(InputError, match="damaged or hostile"):
        read_source(hostile)


def test_geojson_quirks(tmp_path: Path) -> None:
    collection = {"type": "GeometryCollection", "geometries": [
        {"type": "Point", "coordinates": [-118.3, 34]}, {"type": "Polygon", "coordinates": [ring(-118.3, 34)]}]}
    path = write_features(tmp_path / "a.geojson", [
        {"type": "Feature", "properties": {"code": "007", "deep": {"a": [1]}}, "geometry": collection},
        {"type": "Feature", "properties": {"code": "008", "deep": None}, "geometry": None},
    ], crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2229"}})
    raw = read_source(path)
    assert raw.frame["code"].tolist() == ["007", "008"]
    assert json.loads(raw.frame["deep"].iloc[0]) == {"a": [1]}
    assert raw.crs.to_epsg() == 2229
    assert raw.frame.geometry.isna().tolist() == [False, True]


def test_esri_json_and_a_cut_off_answer(tmp_path: Path) -> None:
    document = {
        "geometryType": "esriGeometryPolygon", "spatialReference": {"wkid": 102100, "latestWkid": 3857},
        "fields": [{"name": "HKEY_5", "type": "esriFieldTypeInteger"}], "exceededTransferLimit": True,
        "features": [{"attributes": {"HKEY_5": 30191}, "geometry": {"rings": [
            [[0, 0], [0, 10], [10, 10], [10, 0], [0, 0]], [[2, 2], [4, 2], [4, 4], [2, 4], [2, 2]]]}}],
    }
    raw = read_source(write_text(tmp_path / "a.json", json.dumps(document)))
    assert raw.format == "Esri JSON"
    assert raw.crs.to_epsg() == 3857
    assert raw.frame.geometry.area.iloc[0] == pytest.approx(96)
    assert any("cut its answer off" in note.text for note in raw.notes)


def test_socrata_array(tmp_path: Path) -> None:
    records = [{"n": "1", "the_geom": {"type": "Point", "coordinates": [-118, 34]}}, {"n": "2"}]
    raw = read_source(write_text(tmp_path / "a.json", json.dumps(records)))
    assert raw.format == "Socrata JSON"
    assert raw.frame["n"].tolist() == ["1", "2"]
    assert raw.frame.geometry.isna().tolist() == [False, True]


def test_geopackage_stays_as_it_is_even_in_wal_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    squares(name=list("abcd")).to_file(path, driver="GPKG", layer="areas")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    raw = read_source(path)
    assert (raw.sublayer, len(raw.frame)) == ("areas", 4)
    assert raw.sha256 == before == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [part.name for part in tmp_path.iterdir()] == ["a.gpkg"]


def test_shapefile_as_file_folder_and_zip(tmp_path: Path) -> None:
    folder = tmp_path / "shapes"
    folder.mkdir()
    squares(name=list("abcd"), code=["01", "02", "03", "04"]).to_file(folder / "one.shp")
    points(name=list("abcd")).to_file(folder / "two.shp")
    with zipfile.ZipFile(tmp_path / "shapes.zip", "w") as archive:
        for part in folder.iterdir():
            archive.write(part, f"inside/{part.name}")
    for path in (folder, tmp_path / "shapes.zip"):
        raw = read_source(path)
        assert raw.sublayers == ("one", "two")
        assert raw.frame["code"].tolist() == ["01", "02", "03", "04"]
        assert read_source(path, "two").frame.geometry.geom_type.unique().tolist() == ["Point"]
    assert read_source(folder / "two.shp").sublayer == "two"


def test_shapefile_without_prj_and_shx_leaves_nothing_behind(tmp_path: Path) -> None:
    squares(name=list("abcd")).to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    (tmp_path / "a.shx").unlink()
    before = {part.name for part in tmp_path.iterdir()}
    raw = read_source(tmp_path / "a.shp")
    assert raw.crs is None
    assert len(raw.frame) == 4
    assert {part.name for part in tmp_path.iterdir()} == before
    assert sum("absent" in note.text for note in raw.notes) == 2


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/evil.csv", "a\\..\\..\\evil.csv", "C:evil.csv"])
def test_zip_that_reaches_outside_is_refused(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), "a,b\n1,2\n")
    with pytest.raises(InputError, match="outside its own folder"):
        read_source(tmp_path / "a.zip")


def test_zip_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.shp", "w") as member:
        for _ in range(64):
            member.write(bytes(1 << 20))
    with pytest.raises(InputError, match="would unpack to"):
        read_source(tmp_path / "a.zip")


def test_zip_that_lies_about_its_size_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", "a,b\n" + "1,2\n" * 1000)
    monkeypatch.setattr(staging_module, "_trusted", lambda path, members: list(members))
    monkeypatch.setattr(staging_module, "MAX_BYTES", 1000)
    with pytest.raises(InputError, match="unpacks to more than it says"):
        read_source(tmp_path / "a.zip")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\n\n  \n", "is empty"),
        ("a.csv", b"a,b,c\n", "no rows under"),
        ("a.csv", bytes(range(256)) * 40, "not text"),
        ("a.json", b"{broken", "not valid JSON"),
        ("a.json", b"[]", "empty list"),
        ("a.json", b"3", "not what its ending says"),
        ("datapackage.json", b'{"name": "x", "resources": [{"path": "a.csv"}]}', "describes data but holds no table"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": []}', "holds no features"),
        ("a.json", b'{"error": {"code": 400}}', "error message of a service"),
        ("a.xlsx", b"PK\x03\x04 nothing", "broken zip"),
        ("a.gpkg", b"SQLite format 3\x00" + bytes(200), "damaged"),
        ("a.xls", b"\xd0\xcf\x11\xe0 rest", "old Excel"),
        ("a.pdf", b"%PDF-1.4", "is a PDF"),
        ("a.csv", b"<!DOCTYPE html><html></html>", "web page"),
        ("a.shp", b"nothing like it at all", "not what its ending says"),
        ("a.dbf", b"anything", "only one part of a shapefile"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=words) as refused:
        read_source(path)
    assert refused.value.hint


def test_absent_file_and_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file"):
        read_source(tmp_path / "none.csv")
    with pytest.raises(InputError, match="holds no shapefile"):
        read_source(tmp_path)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([".csv", ".json", ".geojson", ".tsv", ".zip", ".shp", ".gpkg", ".xlsx"]))
def test_no_bytes_bring_anything_but_a_table_or_a_refusal(tmp_path_factory: pytest.TempPathFactory, data: bytes, ending: str) -> None:
    path = tmp_path_factory.getbasetemp() / f"garbage{ending}"
    path.write_bytes(data)
    raw, refused = read_or_refused(path)
    if refused is not None:
        assert refused.message
        assert refused.hint
    else:
        assert raw.read == len(raw.frame) + sum(n.count or 0 for n in raw.notes if n.kind in ("dropped", "merged"))
        assert list(raw.frame.columns) == list(dict.fromkeys(raw.frame.columns))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12)
                         .filter(lambda cell: cell.strip() == cell and cell != ""), min_size=3, max_size=3), min_size=1, max_size=8))
def test_a_clean_csv_is_read_back_cell_for_cell(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    import csv

    assume(change_for(cell for row in rows for cell in row)[0] is None)  # what another program garbled is put right
    path = tmp_path_factory.getbasetemp() / "clean.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([["name", "what", "where"], *rows])
    frame = read_source(path).frame
    assert frame.to_numpy().tolist() == rows


def test_geojson_written_by_others_keeps_its_rows(tmp_path: Path) -> None:
    raw = read_source(write_geojson(tmp_path / "a.geojson", squares(name=list("abcd"))))
    assert (raw.read, raw.format, raw.crs.to_epsg()) == (4, "GeoJSON", 4326)


class _Asked(Progress):
    """Counts how often it was looked whether to stop; stops at the given time."""

    def __init__(self, stop_at: int = 0) -> None:
        super().__init__()
        self.looks, self._stop_at = 0, stop_at

    def check(self) -> None:
        self.looks += 1
        if self.looks == self._stop_at:
            self.cancel()
        super().check()


def test_a_long_table_can_be_stopped_at_every_step_of_reading(tmp_path: Path) -> None:
    rows = 2 * LOOK_EVERY + 1
    path = write_text(tmp_path / "times.csv", "from_id,to_id,minutes\n" + "a,b,1\n" * rows)
    asked = _Asked()
    assert len(read_source(path, progress=asked).frame) == rows
    assert asked.looks >= 3 * 5  # three looks in each of the passes over the rows
    for look in (2, asked.looks // 2, asked.looks):
        with pytest.raises(CancelledError):
            read_source(path, progress=_Asked(look))


def test_a_control_character_in_a_short_table_does_not_make_it_something_else(tmp_path: Path) -> None:
    short, other = tmp_path / "short.csv", tmp_path / "other.csv"
    short.write_bytes(b"name,city\n0000\x7f,Los Angeles\n")
    assert read_source(short).read == 1
    other.write_bytes(bytes(range(1, 32)) * 4)
    with pytest.raises(InputError, match="not text"):
        read_source(other)


def test_headings_and_cells_that_are_whole_books_are_cut_and_told(tmp_path: Path) -> None:
    raw = read_source(write_text(tmp_path / "a.csv", f"id,{'h' * 900},{'h' * 901},n\n1,{'x' * 100_000},y,2\n2,{'x' * 100_001},y,3\n"))
    assert [len(str(column)) for column in raw.frame.columns] == [2, 300, 292, 1]
    assert raw.frame.iloc[:, 1].map(len).tolist() == [100_000, 100_000]
    told = {str(line.text): line.count for line in raw.notes}
    assert told["Headings of more than 300 letters were cut."] == 2
    assert told["Cells of more than 100000 letters were cut."] == 1


def test_half_a_letter_in_json_is_a_question_mark(tmp_path: Path) -> None:
    assert read_source(write_text(tmp_path / "a.json", '[{"n": "a\\ud800b \\ud83d\\ude00"}, {"n": "x"}]')).frame["n"].tolist() == ["a?b \U0001f600", "x"]
    lines = write_text(tmp_path / "a.jsonl", '{"n": "a\\ud800"}\n{"n": "x"}\n')
    assert read_source(lines).frame["n"].tolist() == ["a?", "x"]


def test_two_fields_of_one_name_are_told_apart(tmp_path: Path) -> None:
    squares(name=list("abcd"), mane=list("wxyz")).to_file(tmp_path / "a.shp")
    table = tmp_path / "a.dbf"
    table.write_bytes(table.read_bytes().replace(b"mane", b"name", 1))
    frame = read_source(tmp_path / "a.shp").frame
    assert list(frame.columns) == ["name", "name_2", "geometry"]
    assert frame["name_2"].tolist() == list("wxyz")


def test_a_system_that_is_not_even_text_is_none(tmp_path: Path) -> None:
    squares(name=list("abcd")).to_file(tmp_path / "a.shp")
    for spoilt in (b"GEOGCS[" + b"\xab" * 30, b'PROJCS["a",', b"GEOGCS[" + b"x" * 200_000):
        (tmp_path / "a.prj").write_bytes(spoilt)
        assert read_source(tmp_path / "a.shp").crs is None
