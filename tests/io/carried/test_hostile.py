"""A file that was handed out is a stranger's file: whatever it holds ends in one clear sentence, soon and with little memory."""

from __future__ import annotations

import base64
import contextlib
import lzma
import random
import sqlite3
import zipfile
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from ecomap.io.carried import parcel, workbook
from ecomap.io.carried.geopackage import put_into_geopackage
from ecomap.io.carried.page import unpacked_text
from ecomap.io.carried.reading import carried_by, quietly_carried_by
from ecomap.model.errors import EcoMapError, InputError
from ecomap.model.record import BESIDE, Carried, Record, record_from_json, record_to_json

RECORD = record_to_json(Record())


def page(record: str = RECORD, rows: str = "", more: str = "") -> str:
    return (f'<html><script type="application/json" id="ecomap-record">{record}</script>'
            f'<script type="text/plain" id="ecomap-rows">{rows}</script>{more}</html>')


def test_what_was_put_in_comes_out(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(page(rows=base64.b64encode(b"rows").decode()), "utf-8")
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as file, file:
        file.execute("CREATE TABLE gpkg_contents (table_name TEXT)")
    put_into_geopackage(tmp_path / "a.gpkg", Carried(RECORD, b"rows"))
    (tmp_path / "a.csv").write_text("id\n1\n", "utf-8")
    (tmp_path / f"a.csv{BESIDE}").write_text(RECORD, "utf-8")
    assert carried_by(tmp_path / "a.html") == carried_by(tmp_path / "a.gpkg") == Carried(RECORD, b"rows")
    assert carried_by(tmp_path / "a.csv") == Carried(RECORD)


def test_a_file_of_nobody_carries_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html></html>", "utf-8")
    (tmp_path / "a.csv").write_text("id\n1\n", "utf-8")
    assert carried_by(tmp_path / "a.html") == carried_by(tmp_path / "a.csv") == Carried()


def test_of_two_records_in_a_page_none_is_believed(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(page() + page(), "utf-8")
    assert carried_by(tmp_path / "a.html") == Carried()


@pytest.mark.parametrize("rows", ["&&&", "AAA", "<b>"])
def test_rows_that_are_no_base64(tmp_path: Path, rows: str) -> None:
    (tmp_path / "a.html").write_text(page(rows=rows), "utf-8")
    if "<" in rows:
        assert carried_by(tmp_path / "a.html").rows == b""
    else:
        with pytest.raises(InputError, match="damaged"):
            carried_by(tmp_path / "a.html")


def test_a_text_that_unpacks_without_end_is_stopped() -> None:
    maker = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = base64.b64encode(maker.compress(b"x" * 50_000_000) + maker.flush()).decode()
    with pytest.raises(ValueError):
        unpacked_text(bomb, 1_000_000)


def test_rows_that_unpack_without_end_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcel, "MOST_BYTES", 5_000_000)
    with pytest.raises(InputError, match="unpack to more"):
        parcel.unpack(lzma.compress(b"\0" * 20_000_000))


@pytest.mark.parametrize("packed", [b"", b"no xz", lzma.compress(b"no file"), lzma.compress(b"x" * 10_000)[:-30], lzma.compress(b"SQLite format 3\x00" + b"\0" * 5_000)])
def test_rows_that_are_damaged(packed: bytes) -> None:
    with pytest.raises(InputError, match="damaged or were changed"):
        parcel.unpack(packed)


def test_rows_with_a_program_of_somebody_are_not_run(tmp_path: Path) -> None:
    """A view in the packed rows is somebody's program."""
    from ecomap.workspace.carrying import only_rows
    from ecomap.workspace.record import record_of
    from tests.small_project import small_project

    town = small_project()
    path = tmp_path / "rows.ecomap.gpkg"
    path.write_bytes(lzma.decompress(parcel.pack(only_rows(town, record_of(town)))))
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("DELETE FROM ecomap_layers")
        file.execute("DROP TABLE ecomap_layers")
        file.execute("CREATE VIEW ecomap_layers AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id, id AS place, 'x' AS description FROM n")
    with pytest.raises(EcoMapError):
        parcel.unpack(lzma.compress(path.read_bytes()))


def test_a_workbook_that_unpacks_to_too_much_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_BYTES", 1_000_000)
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"<a>" + b" " * 2_000_000)
    with pytest.raises(InputError, match="unpacks to more"):
        carried_by(tmp_path / "a.xlsx")


@pytest.mark.parametrize("view", ["gpkg_metadata", "ecomap_rows"])
def test_a_view_in_a_geopackage_is_never_asked(tmp_path: Path, view: str) -> None:
    path = tmp_path / "a.gpkg"
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(f"CREATE VIEW {view} AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) "
                     "SELECT id, 'urn:ecomap-record' AS md_standard_uri, 'x' AS metadata, x'00' AS packed FROM n")
        if view != "gpkg_metadata":
            file.execute("CREATE TABLE gpkg_metadata (id INTEGER, md_standard_uri TEXT, metadata TEXT)")
            file.execute("INSERT INTO gpkg_metadata VALUES (1, 'urn:ecomap-record', ?)", (RECORD,))
    assert carried_by(path).rows == b""


@pytest.mark.parametrize("ending", ["html", "xlsx", "gpkg", "csv"])
def test_noise_ends_in_a_sentence(tmp_path: Path, ending: str) -> None:
    draw = random.Random(14)
    fronts = {"html": page().encode(), "xlsx": b"PK\x03\x04", "gpkg": b"SQLite format 3\x00", "csv": b"id\n"}
    for number in range(60):
        path = tmp_path / f"{number}.{ending}"
        path.write_bytes(fronts[ending][:draw.randrange(1, 400)] + draw.randbytes(draw.randrange(3_000)))
        with contextlib.suppress(EcoMapError):  # anything else would end the test
            found = carried_by(path)
            if found.record:
                record_from_json(found.record)
        quietly_carried_by(path)


def test_a_record_with_markup_stays_text() -> None:
    found = record_from_json(record_to_json(Record(title="</script><script>alert(1)</script>")))  # type: ignore[arg-type]
    assert found.title == "</script><script>alert(1)</script>"
