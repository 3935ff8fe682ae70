"""Letters garbled on the way: put right where it is certain, told where it is not, left alone where they are right."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecomap.io.reading import read_source
from ecomap.io.reading.letters import mended, other_code
from tests.io.making import points, write_geojson, write_text, write_workbook

NAMES = ["Peña Elementary", "École Émile", "Niño’s “House”", "Straße"]


@pytest.mark.parametrize("code", ["cp1252", "latin-1"])
def test_utf8_that_was_read_as_another_code_is_mended(code: str) -> None:
    for name in NAMES:
        garbled = "".join(chr(byte) if code == "latin-1" or byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([byte]).decode(code)
                          for byte in name.encode())
        assert mended(garbled).text == name
        assert mended(name).text == name


def test_text_garbled_twice_is_mended() -> None:
    assert mended("Peña".encode().decode("cp1252").encode().decode("cp1252")).text == "Peña"


@pytest.mark.parametrize("text", ["CAFÉ–BAR", "SÃO PAULO", "Voilà !", "Ñandú—Sur", "Žižek", "50 °C ±2", "Ä“"[:1]])
def test_right_letters_are_left_alone(text: str) -> None:
    assert mended(text).text == text


def test_a_shapefile_whose_cpg_lies_is_read_right_and_said(tmp_path: Path) -> None:
    points(name=["Peña", "Niño", "Clark", "Ångström"]).to_file(tmp_path / "a.shp", encoding="UTF-8")
    (tmp_path / "a.cpg").write_text("1252")
    raw = read_source(tmp_path / "a.shp")
    assert raw.frame["name"].tolist() == ["Peña", "Niño", "Clark", "Ångström"]
    assert [(note.kind, note.count, note.examples[0]) for note in raw.notes] == [("mended", 3, "PeÃ±a is Peña")]


def test_headings_and_cells_of_every_format_are_mended(tmp_path: Path) -> None:
    garbled = "AÃ±o"
    frames = [
        read_source(write_text(tmp_path / "a.csv", f"{garbled},b\nPeÃ±a,1\n")).frame,
        read_source(write_workbook(tmp_path / "a.xlsx", {"Data": [[garbled, "b"], ["PeÃ±a", 1]]})).frame,
        read_source(write_geojson(tmp_path / "a.geojson", points(1, **{garbled: ["PeÃ±a"]}))).frame,
    ]
    assert all("Año" in frame.columns and frame["Año"].tolist() == ["Peña"] for frame in frames)


@pytest.mark.parametrize("code", ["cp850", "mac_roman"])
def test_bytes_of_other_machines_are_found(tmp_path: Path, code: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("name,n\nPeña,1\nJosé Niño,2\nMaría,3\n".encode(code))
    assert read_source(path).frame["name"].tolist() == ["Peña", "José Niño", "María"]


@pytest.mark.parametrize("names", [["Long–term", "Part–time"], ["Aleš", "Žižek", "Košice"], ["Lexia®", "Read™"], ["cœur", "sœur"], ["José–Luis", "Peña"]])
def test_dashes_marks_and_other_languages_are_no_evidence_of_another_machine(names: list[str]) -> None:
    assert other_code(names) == ""


def test_what_is_lost_is_said_with_examples(tmp_path: Path) -> None:
    raw = read_source(write_text(tmp_path / "a.csv", "name,n\nPe\ufffda,1\nNi\ufffdo,2\n"))
    assert [(note.count, note.examples[0]) for note in raw.notes if note.kind == "caution"] == [(2, "Pe\ufffda,1")]


def test_lines_of_two_codes_in_one_file_are_each_read_right(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("name,n\nPeña,1\nJosé,2\n".encode() + "Muñoz,3\n".encode("cp1252"))
    assert read_source(path).frame["name"].tolist() == ["Peña", "José", "Muñoz"]


def test_accents_behind_their_letter_are_joined_with_it(tmp_path: Path) -> None:
    assert read_source(write_text(tmp_path / "a.csv", "name,n\nPen\u0303a,1\n")).frame["name"].tolist() == ["Peña"]
