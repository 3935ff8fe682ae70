"""Timetables by their address: what lands is one, or one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecomap.io.connectors.gtfs import GtfsParams, asks, fetch
from ecomap.io.web import Web
from ecomap.model.errors import EcoMapError, NetworkError
from ecomap.model.progress import silent
from tests.io.reading.test_timetable import feed
from tests.local_web import FAULTS, LocalWeb


def test_a_timetable_lands_whole_and_says_which_table_is_meant(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.file("/gtfs.zip", feed(tmp_path / "gtfs.zip").read_bytes(), type="application/zip")
    local_web.fail(FAULTS["a reset after half the body"], times=1)
    params = GtfsParams(local_web.url("/gtfs.zip"))
    (found,) = fetch(params, web, tmp_path / "out", progress=silent())
    assert found.path.read_bytes() == (tmp_path / "gtfs.zip").read_bytes()
    assert (found.role, found.hints.sublayer) == ("reference", "stops and their lines")
    assert [str(ask.why) for ask in asks(params)] == ["the timetable, as one file"]


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b"stop_id,stop_name\n1,A\n", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_timetable_is_not_kept(local_web: LocalWeb, web: Web, tmp_path: Path, content: bytes) -> None:
    local_web.file("/gtfs.zip", content, type="application/zip")
    with pytest.raises(NetworkError, match="no timetable"):
        fetch(GtfsParams(local_web.url("/gtfs.zip")), web, tmp_path / "out", progress=silent())
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize("fault", ["HTML instead of JSON", "2 GB, declared", "404", "a guard"])
def test_a_fault_is_one_sentence_and_no_file(local_web: LocalWeb, web: Web, tmp_path: Path, fault: str) -> None:
    local_web.file("/gtfs.zip", feed(tmp_path / "gtfs.zip").read_bytes(), type="application/zip")
    local_web.fail(FAULTS[fault])
    with pytest.raises(EcoMapError):
        fetch(GtfsParams(local_web.url("/gtfs.zip")), web, tmp_path / "out", progress=silent())
    assert not list((tmp_path / "out").glob("*"))
