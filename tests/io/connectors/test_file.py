"""A file by its address: the newest version of it, or one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecomap.io.connectors.file import FileParams, asks, fetch
from ecomap.io.web import Web
from ecomap.model.errors import NetworkError
from ecomap.model.progress import Progress, silent
from tests.local_web import FAULTS, LocalWeb, Reply

OLD, NEW = b"CDS\tRate\n01\t5\n", b"CDS\tRate\n01\t6\n"


def test_a_file_lands_as_it_is(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.file("/report", OLD, type="text/plain")
    (landed,) = fetch(FileParams(local_web.url("/report?rid=dl1&token=sesame")), web, tmp_path, progress=silent())
    assert landed.path.name == "report.txt"
    assert landed.path.read_bytes() == OLD
    assert landed.address == local_web.url("/report?rid=dl1")
    assert landed.notes == ()
    assert len(local_web.asked) == 1  # a report made by a program has no -v2 beside it


def test_a_newer_version_beside_it_is_taken_and_told(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    for name, content in {"/absence25.txt": OLD, "/absence25-v2.txt": OLD, "/absence25-v3.txt": NEW, "/absence25-v5.txt": OLD}.items():
        local_web.file(name, content)
    (landed,) = fetch(FileParams(local_web.url("/absence25.txt")), web, tmp_path, progress=silent())
    assert landed.path.read_bytes() == NEW
    assert landed.notes == ("The publisher has posted a newer version: absence25-v3.txt instead of absence25.txt.",)
    (landed,) = fetch(FileParams(local_web.url("/absence25.txt"), newer=False), web, tmp_path, progress=silent())
    assert (landed.path.read_bytes(), landed.notes) == (OLD, ())


def test_a_site_that_answers_everything_with_a_page_has_no_newer_version(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.file("/absence25.txt", OLD)
    local_web.route("/absence25-v2.txt", Reply(b"<!DOCTYPE html><html>Not here</html>", type="text/html"))
    (landed,) = fetch(FileParams(local_web.url("/absence25.txt")), web, tmp_path, progress=silent())
    assert landed.path.name == "absence25.txt"


def test_a_server_that_cannot_say_whether_there_is_a_newer_one_still_gives_the_file(local_web: LocalWeb, web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Progress, "wait", lambda self, seconds: self.check())
    local_web.file("/absence25.txt", OLD)
    local_web.fail(FAULTS["503 without a word"], method="HEAD")
    (landed,) = fetch(FileParams(local_web.url("/absence25.txt")), web, tmp_path, progress=silent())
    assert landed.notes == ("The server did not say whether there is a newer version of the file.",)


def test_the_page_that_links_to_it_knows_the_newest(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.route("/files.asp", Reply(
        b'<!DOCTYPE html><html><a href="/d/absence25.txt">old</a> <a class=x href="/d/absence25-v4.txt">2025</a> <a href="/d/absence24-v9.txt">2024</a>', type="text/html"))
    local_web.file("/d/absence25-v4.txt", NEW)
    params = FileParams(local_web.url("/d/absence25.txt"), page=local_web.url("/files.asp"))
    (landed,) = fetch(params, web, tmp_path, progress=silent())
    assert landed.path.name == "absence25-v4.txt"
    assert [ask.address for ask in asks(params)] == [params.page, params.address]


def test_a_page_instead_of_a_file_names_the_files_it_links_to(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.route("/files.asp", Reply(b'<!DOCTYPE html><html><a href="/d/absence25.txt">here</a>', type="text/html"))
    with pytest.raises(NetworkError, match=r"answers with a web page, not with data\. Give the address of one of its files: .*/d/absence25\.txt"):
        fetch(FileParams(local_web.url("/files.asp")), web, tmp_path, progress=silent())
    assert list(tmp_path.glob("*.asp")) == []


def test_what_will_be_asked_is_told_without_what_is_secret() -> None:
    told = asks(FileParams("https://me:pw@data.example.org/a.csv?token=sesame"))
    assert [(ask.host, ask.address) for ask in told] == [("data.example.org", "https://data.example.org/a.csv?token=…")]
    assert [ask.why for ask in asks(FileParams("https://data.example.org/a.csv"))] == ["whether there is a newer version of the file", "the file"]
