"""Files: whole or not at all, continued where they were cut, started over where they changed."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from attrs import evolve

from ecomap.io.web import Web
from ecomap.io.web.manners import Manners
from ecomap.io.web.store import Store
from ecomap.model.errors import CancelledError, NetworkError
from ecomap.model.progress import Progress
from tests.local_web import FAULTS, HTML, Fault, LocalWeb, Reply, Request, as_reply, moved_to

LONG = bytes(range(1, 256)) * 4000
OTHER = bytes(reversed(LONG))


def _web(folder: Path) -> Web:
    return Web(folder, allowed=True, manners=Manners(folder / "hosts.json", pause=lambda host: 0.0))


def cut_at(size: int) -> Fault:
    return lambda request, good: evolve(good, cut_after=size)


def test_a_file_lands_with_what_it_is(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.file("/a/frpm2526.xlsx", LONG, headers={"Last-Modified": "Mon, 01 Jun 2026 10:00:00 GMT"})
    found = web.download(local_web.url("/a/frpm2526.xlsx"), tmp_path / "out")
    assert found.path == tmp_path / "out" / "frpm2526.xlsx"
    assert found.path.read_bytes() == LONG
    assert found.checksum == hashlib.sha256(LONG).hexdigest()
    assert (found.bytes, found.cached, found.published) == (len(LONG), False, "Mon, 01 Jun 2026 10:00:00 GMT")
    assert found.address == local_web.url("/a/frpm2526.xlsx")
    assert found.fetched.endswith("+00:00")


def test_what_was_downloaded_is_asked_for_only_if_it_changed(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.file("/a.bin", LONG)
    web.download(local_web.url("/a.bin"), tmp_path / "one")
    sent = local_web.sent
    again = web.download(local_web.url("/a.bin"), tmp_path / "two")
    assert again.cached
    assert again.path.read_bytes() == LONG
    assert local_web.sent == sent
    local_web.file("/a.bin", OTHER)
    changed = web.download(local_web.url("/a.bin"), tmp_path / "one")
    assert not changed.cached
    assert changed.path.read_bytes() == OTHER


def test_a_kept_copy_that_was_spoilt_is_fetched_anew(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.file("/a.bin", LONG)
    web.download(local_web.url("/a.bin"), tmp_path / "one")
    body = next((tmp_path / "web" / "files").glob("*/body"))
    body.write_bytes(OTHER)
    assert web.download(local_web.url("/a.bin"), tmp_path / "one").path.read_bytes() == LONG


def test_cut_files_go_on_where_they_stopped(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.file("/a.bin", LONG)
    for size in (700_000, 100_000):
        local_web.fail(cut_at(size), times=1)
    assert web.download(local_web.url("/a.bin"), tmp_path).path.read_bytes() == LONG
    starts = [request.headers.get("Range", "") for request in local_web.asked]
    assert starts[0] == ""
    assert all(start.startswith("bytes=") for start in starts[1:])
    assert all(request.headers["If-Range"].startswith('"') for request in local_web.asked[1:])
    assert local_web.sent <= len(LONG) + 600_000


def test_a_later_start_goes_on_where_the_last_one_was_killed(local_web: LocalWeb, tmp_path: Path) -> None:
    local_web.file("/a.bin", LONG)
    progress = Progress(lambda share, text: progress.cancel() if share > 0.3 else None)
    with _web(tmp_path) as web, pytest.raises(CancelledError):
        web.download(local_web.url("/a.bin"), tmp_path / "out", progress=progress)
    assert not (tmp_path / "out").exists()
    with _web(tmp_path) as web:
        assert web.download(local_web.url("/a.bin"), tmp_path / "out").path.read_bytes() == LONG
    assert local_web.asked[1].headers["Range"].startswith("bytes=")


def test_a_file_that_changed_meanwhile_starts_over(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    def swap(request: object, good: Reply) -> Reply:
        local_web.file("/a.bin", OTHER)
        return evolve(good, cut_after=700_000)

    local_web.file("/a.bin", LONG)
    local_web.fail(swap, times=1)
    assert web.download(local_web.url("/a.bin"), tmp_path).path.read_bytes() == OTHER


@pytest.mark.parametrize("tag", ["", 'W/"weak"'])
def test_without_a_strong_validator_it_starts_over(local_web: LocalWeb, web: Web, tmp_path: Path, tag: str) -> None:
    local_web.file("/a.bin", LONG, etag=tag)
    local_web.fail(cut_at(700_000), times=1)
    assert web.download(local_web.url("/a.bin"), tmp_path).path.read_bytes() == LONG
    assert all("Range" not in request.headers for request in local_web.asked)


@pytest.mark.parametrize("wrong", ["another place", "another length", "shorter than it says", "nonsense", "nothing"])
def test_a_range_that_does_not_fit_is_not_believed(local_web: LocalWeb, web: Web, tmp_path: Path, wrong: str) -> None:
    def answer(request: Request, good: Reply) -> Reply:
        have, end = int(request.headers["Range"].removeprefix("bytes=").rstrip("-")), len(LONG) - 1
        told = {"another place": f"bytes {have - 5}-{end - 5}/{len(LONG)}", "another length": f"bytes {have}-{end}/{len(LONG) + 9}",
                "shorter than it says": f"bytes {have}-{end}/{len(LONG)}", "nonsense": "bytes all of it", "nothing": ""}[wrong]
        body = OTHER[have:] if wrong != "shorter than it says" else LONG[have:-10]
        return evolve(good, body=body, headers={**good.headers, "Content-Range": told})

    local_web.file("/a.bin", LONG)
    local_web.fail(cut_at(700_000), times=1)
    local_web.fail(answer, times=1)
    assert web.download(local_web.url("/a.bin"), tmp_path).path.read_bytes() == LONG


def test_a_file_that_ends_too_soon_never_lands(local_web: LocalWeb, web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Progress, "wait", lambda self, seconds: self.check())
    local_web.route("/a.bin", Reply(LONG, length=len(LONG) + 5, type="application/octet-stream"))
    with pytest.raises(NetworkError, match="cut again and again"):
        web.download(local_web.url("/a.bin"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("fault", ["2 GB, declared", "2 GB, undeclared"])
def test_gigabytes_are_refused_before_they_fill_the_disk(local_web: LocalWeb, web: Web, tmp_path: Path, fault: str) -> None:
    local_web.fail(FAULTS[fault])
    with pytest.raises(NetworkError) as told:
        web.download(local_web.url("/a.bin"), tmp_path / "out", max_bytes=20 << 20)
    assert told.value.details["kind"] == "size"
    assert local_web.sent < 40e6
    assert sum(part.stat().st_size for part in tmp_path.rglob("*") if part.is_file()) < 1000


def test_one_byte_under_the_bound_is_taken_and_one_over_is_not(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.file("/a.bin", LONG)
    assert web.download(local_web.url("/a.bin"), tmp_path, max_bytes=len(LONG)).bytes == len(LONG)
    with pytest.raises(NetworkError):
        web.download(local_web.url("/a.bin?again"), tmp_path, max_bytes=len(LONG) - 1)


def test_what_was_there_stays_when_it_fails(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"mine")
    local_web.file("/a.bin", LONG)
    local_web.fail(FAULTS["404"])
    with pytest.raises(NetworkError):
        web.download(local_web.url("/a.bin"), tmp_path)
    assert (tmp_path / "a.bin").read_bytes() == b"mine"


@pytest.mark.parametrize("fault", ["HTML instead of JSON", "HTML that calls itself JSON", "nothing", "a guard", "a redirect without an end", "403", "429 for hours"])
def test_no_file_is_one_sentence(local_web: LocalWeb, web: Web, tmp_path: Path, fault: str) -> None:
    local_web.file("/a.csv", b"a,b\n1,2\n", type="text/csv")
    local_web.fail(FAULTS[fault])
    with pytest.raises(NetworkError) as told:
        web.download(local_web.url("/a.csv"), tmp_path / "out")
    assert told.value.hint
    assert not (tmp_path / "out").exists()


def test_a_table_that_calls_itself_a_page_is_taken(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.file("/report", b"CDSCode\tName\n01\tA\n", type="text/html")
    assert web.download(local_web.url("/report"), tmp_path).bytes == 18
    local_web.route("/page", HTML)
    assert web.download(local_web.url("/page"), tmp_path, pages=True).bytes == len(HTML.body)


def test_waiting_as_long_as_it_was_asked(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.file("/a.bin", LONG)
    local_web.fail(FAULTS["429 with Retry-After"], times=1)
    assert web.download(local_web.url("/a.bin"), tmp_path).bytes == len(LONG)


def test_sent_on_to_another_host_is_in_the_record(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.file("/there.csv", b"a\n1\n")
    local_web.fail(moved_to(local_web.url("/there.csv?X-Amz-Signature=sesame", host="localhost")), path="/here")
    found = web.download(local_web.url("/here.csv"), tmp_path)
    assert found.moved == (found.host,) == (f"localhost:{local_web.port}",)
    assert found.path.name == "here.csv"
    assert local_web.asked[1].query == {"X-Amz-Signature": "sesame"}
    assert b"sesame" not in b"".join(part.read_bytes() for part in tmp_path.rglob("*") if part.is_file())


def test_the_publisher_names_the_file_but_not_the_folder(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.file("/report", b"a\n1\n", type="text/csv", headers={"Content-Disposition": 'attachment; filename="../../pubschls.csv"'})
    assert web.download(local_web.url("/report"), tmp_path / "out").path == tmp_path / "out" / "pubschls.csv"
    assert web.download(local_web.url("/report"), tmp_path / "out", name="../mine.csv").path == tmp_path / "out" / "mine.csv"


def test_the_store_is_bounded(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    for number in range(3):
        local_web.file(f"/{number}.bin", LONG)
        web.download(local_web.url(f"/{number}.bin"), tmp_path / "out")
        os.utime(max((tmp_path / "web" / "files").iterdir(), key=lambda folder: folder.stat().st_mtime), (1e9 + number, 1e9 + number))
    Store(tmp_path / "web" / "files", most_bytes=2 * len(LONG) + 5000).tidy()
    kept = sorted(folder.stat().st_mtime for folder in (tmp_path / "web" / "files").iterdir())
    assert kept == [1e9 + 1, 1e9 + 2]


@pytest.mark.parametrize("told", [{"error": {"code": 500, "message": "No file for sesame"}}, {"status": "error", "message": "No file for sesame"}, {"error": "No file for sesame"}])
def test_an_error_in_place_of_a_file_is_none_and_is_not_remembered(local_web: LocalWeb, web: Web, tmp_path: Path, told: object) -> None:
    local_web.file("/a.csv", b"a,b\n1,2\n", etag='"same"')
    local_web.fail(lambda request, good: evolve(as_reply(told), headers=good.headers), times=1)
    with pytest.raises(NetworkError, match="reports a fault: No file for …") as problem:
        web.download(local_web.url("/a.csv?token=sesame"), tmp_path / "out")
    assert "sesame" not in str(problem.value)
    assert not (tmp_path / "out").exists()
    assert web.download(local_web.url("/a.csv?token=sesame"), tmp_path / "out").path.read_bytes() == b"a,b\n1,2\n"


@pytest.mark.parametrize("told", [{"error": None, "rows": [1]}, {"error": False}, {"type": "FeatureCollection", "features": [], "name": "error"}, [{"error": "in a row"}]])
def test_a_file_that_only_speaks_of_errors_is_a_file(local_web: LocalWeb, web: Web, tmp_path: Path, told: object) -> None:
    local_web.route("/a.json", told)
    assert json.loads(web.download(local_web.url("/a.json"), tmp_path).path.read_bytes()) == told


def test_a_file_that_turned_out_to_be_none_is_asked_for_anew(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.file("/a.zip", b"PK whole", etag='"same"')
    local_web.fail(FAULTS["half a document of JSON"], times=1)
    half = web.download(local_web.url("/a.zip?token=sesame"), tmp_path)
    assert half.path.read_bytes() == b"PK w"
    web.forget(half)
    assert web.download(local_web.url("/a.zip?token=sesame"), tmp_path).path.read_bytes() == b"PK whole"
