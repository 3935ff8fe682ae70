"""Several layers in one file, files that are refused truly, and what is looked at before reading."""

from __future__ import annotations

import gzip
import os
import time
import zipfile
from pathlib import Path

import pyogrio
import pytest

from ecomap.io.reading import read_source
from ecomap.io.reading.layers import choice_of, kind_of_shape
from ecomap.io.reading.limits import MAX_COLUMNS
from ecomap.io.reading.raw import Sublayer
from ecomap.model.errors import InputError
from ecomap.model.formats import READABLE, STRANGERS
from tests.io.making import points, squares, write_text, write_workbook

PATH = Path("a.zip")
POINTS, AREAS, TABLE = Sublayer("points", "point", 50), Sublayer("areas", "polygon", 9), Sublayer("table", "none", 900, 4)


@pytest.mark.parametrize(
    ("prefer", "taken"),
    [(("polygon",), "areas"), (("point",), "points"), ((), "table"), (None, "points"), (("line",), "table"), (("polygon", "line", "point"), "points")],
)
def test_the_layer_with_the_shapes_a_role_needs_is_taken(prefer: tuple[str, ...] | None, taken: str) -> None:
    choice = choice_of([POINTS, AREAS, TABLE], "", prefer, PATH)
    assert choice.layer.name == taken
    assert "not read" in choice.notes[0].text


def test_an_empty_layer_is_not_taken_and_one_layer_needs_no_word() -> None:
    assert choice_of([Sublayer("none", "polygon", 0), AREAS], "", ("polygon",), PATH).layer is AREAS
    assert choice_of([AREAS], "", ("point",), PATH).notes == ()


def test_two_layers_that_fit_are_a_doubt_and_one_is_none() -> None:
    other = Sublayer("wards", "polygon", 3)
    doubts = choice_of([AREAS, other, POINTS], "", ("polygon",), PATH).doubts
    assert [(doubt.code, doubt.taken, [one.value for one in doubt.options]) for doubt in doubts] == [("layer", "areas", ["areas", "wards"])]
    assert choice_of([AREAS, POINTS], "", ("polygon",), PATH).doubts == ()
    assert choice_of([AREAS, other], "wards", ("polygon",), PATH).doubts == ()


def test_kinds_of_shapes_as_gdal_names_them() -> None:
    assert [kind_of_shape(text) for text in ("2.5D MultiPolygon", "Point Z", "MultiLineStringZM", "MultiSurface", "Unknown", None)] == [
        "polygon", "point", "line", "polygon", "", "none"]


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    squares(name=list("abcd")).to_file(tmp_path / "zones.shp")
    points(3, name=list("abc")).to_file(tmp_path / "sites.shp")
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        for part in [*tmp_path.glob("zones.*"), *tmp_path.glob("sites.*")]:
            archive.write(part, f"x/{part.name}")
    return tmp_path / "both.zip"


def test_a_zip_of_two_shapefiles_gives_the_one_wanted(zipped: Path, tmp_path: Path) -> None:
    for path in (zipped, nested(zipped, tmp_path / "nested.zip")):
        for kind, name in (("polygon", "zones"), ("point", "sites")):
            raw = read_source(path, prefer=(kind,))
            assert raw.sublayer == name
            assert {(one.name, one.geometry, one.rows) for one in raw.layers} == {("zones", "polygon", 4), ("sites", "point", 3)}
        assert read_source(path, "zones").sublayer == "zones"
        with pytest.raises(InputError, match="no table called 'x'"):
            read_source(path, "x")


def nested(inner: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "deep/inner.zip")
        archive.writestr("readme.txt", "words, and more words\n" * 100)
    return path


@pytest.mark.parametrize("ending", [".gpkg", ".gdb"])
def test_layers_of_a_database_are_chosen_by_their_shapes(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    driver = {".gpkg": "GPKG", ".gdb": "OpenFileGDB"}[ending]
    pyogrio.write_dataframe(squares(name=list("abcd")), path, driver=driver, layer="zones")
    pyogrio.write_dataframe(points(3, name=list("abc")), path, driver=driver, layer="sites", append=True)
    assert read_source(path, prefer=("point",)).sublayer == "sites"
    assert read_source(path, prefer=("polygon",)).sublayer == "zones"


def test_several_tables_in_a_zip_are_listed_and_papers_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("README.txt", "a, b, c\n" * 900)
        archive.writestr("small.csv", "id,n\n1,2\n")
        archive.writestr("in/large.csv", "id,n\n" + "1,2\n" * 30)
        archive.writestr("data_dictionary.csv", "column,meaning\n" + "n,number\n" * 90)
    raw = read_source(path)
    assert (raw.sublayers, raw.sublayer, len(raw.frame)) == (("large.csv", "small.csv"), "large.csv", 30)
    assert len(read_source(path, "small").frame) == 1


def test_one_table_with_papers_is_that_table_and_papers_alone_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "id,n\n1,2\n")
        archive.writestr("License.txt", "free\n")
        archive.writestr("cover.pdf", "%PDF")
    assert read_source(path).frame["n"].tolist() == ["2"]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.csv", "id,n\n1,2\n")
    assert read_source(path).frame["n"].tolist() == ["2"]


def zip_of(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return path


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.accdb", b"\x00\x01\x00\x00Standard ACE DB\x00", "Access"), ("a.sav", b"$FL2@(#)", "SPSS"), ("a.dta", b"<stata_dta>", "Stata"),
        ("a.rds", gzip.compress(b"X\n\x00\x00\x00\x03", mtime=0), "a file of R"), ("a.lyrx", b'{ "type" : "CIMLayerDocument" }', "ArcGIS layer"),
        ("a.mxd", b"\xd0\xcf\x11\xe0" + bytes(900), "ArcGIS map"), ("a.doc", b"\xd0\xcf\x11\xe0" + bytes(900), "Word"), ("a.pdf", b"%PDF-1.7", "PDF"),
        ("a.png", b"\x89PNG\r\n", "picture"), ("photo", b"\xff\xd8\xff\xe0", "picture"), ("a.tif", b"II*\x00" + bytes(90), "raster"),
        ("a.feather", b"ARROW1\x00\x00", "Arrow"), ("list.gsheet", b'{"url": "https://docs.example/x", "doc_id": "1"}', "Google document"), ("a.7z", b"7z\xbc\xaf\x27\x1c", "7-Zip"), ("a.tar", bytes(257) + b"ustar" + bytes(99) + b"x", "TAR"),
        ("a.dwg", b"AC1032", "drawing"), ("a.e00", b"EXP  0 /A", "ArcInfo"), ("a.qgs", b'<?xml version="1.0"?><qgis version="3">', "QGIS project"),
        ("a.xls", b"<html><table><tr><td>a</td></tr></table></html>", "web page with a table"),
        ("a.xml", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "XML of 2003"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
    ],
)
def test_a_stranger_is_called_what_it_is_with_the_way_out(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=words) as refused:
        read_source(path)
    assert len(refused.value.hint) > 15


@pytest.mark.parametrize(("name", "member", "words"), [
    ("a.docx", "word/document.xml", "Word"), ("a.pptx", "ppt/presentation.xml", "presentation"), ("a.qgz", "a.qgs", "QGIS project"),
    ("a.numbers", "Index/Document.iwa", "Numbers"), ("a.aprx", "GISProject.json", "ArcGIS map"), ("a.zip", "a.exe", "nothing that EcoMap reads")])
def test_a_zip_that_is_another_programs_document(tmp_path: Path, name: str, member: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_source(zip_of(tmp_path / name, member))


def test_no_stranger_has_an_ending_that_is_read() -> None:
    assert not {ending for one in STRANGERS for ending in one.endings} & set(READABLE)


@pytest.mark.parametrize("text", ["A\n2\n3\n4\n", "AC1032,n\n1,2\n", "EXP,n\n1,2\n", "MZ,n\n1,2\n"])
def test_a_table_whose_heading_begins_like_a_stranger_is_a_table(tmp_path: Path, text: str) -> None:
    assert len(read_source(write_text(tmp_path / "a.csv", text)).frame) == text.count("\n") - 1


def test_records_with_a_column_of_documents_are_records(tmp_path: Path) -> None:
    assert list(read_source(write_text(tmp_path / "a.json", '[{"doc_id": "1"}]')).frame.columns) == ["doc_id"]


def test_a_timetable_asks_which_table(tmp_path: Path) -> None:
    path = tmp_path / "gtfs.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("stops.txt", "stop_times.txt", "trips.txt"):
            archive.writestr(name, "id,n\n1,2\n")
    with pytest.raises(InputError, match="timetable"):
        read_source(path)
    assert read_source(path, "stops.txt").frame["id"].tolist() == ["1"]


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(InputError, match="device, pipe or socket"):
        read_source(tmp_path / "a.csv")


@pytest.mark.parametrize("columns", [MAX_COLUMNS, MAX_COLUMNS + 1])
def test_the_widest_table_that_is_taken_and_the_first_that_is_not(tmp_path: Path, columns: int) -> None:
    names, cells = [f"c{n}" for n in range(columns)], ["1"] * columns
    for path in (write_text(tmp_path / "a.csv", ",".join(names) + "\n" + ",".join(cells) + "\n"), write_workbook(tmp_path / "a.xlsx", {"Data": [names, cells]})):
        if columns <= MAX_COLUMNS:
            assert read_source(path).frame.shape == (1, columns)
        else:
            with pytest.raises(InputError, match=f"{columns:,} columns"):
                read_source(path)


def test_twenty_thousand_columns_are_refused_in_a_second(tmp_path: Path) -> None:
    row = ",".join("1" * 20_000)
    path = write_text(tmp_path / "a.csv", ",".join(f"c{n}" for n in range(20_000)) + "\n" + f"{row}\n" * 50)
    read_source(write_text(tmp_path / "b.csv", "a,b\n1,2\n"))  # what is loaded once is loaded
    before = time.process_time()
    with pytest.raises(InputError, match="20,000 columns"):
        read_source(path)
    assert time.process_time() - before < 1.0
