"""Replacing a file: whole or not at all, its bytes on the disk before its name."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from ecomap.io.reading.raw import fingerprint
from ecomap.model.errors import InputError
from ecomap.model.files import checksum_of, put_in_place, replaced, write_whole


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """What is done to the disk, in order: "flush file", "flush folder", "replace"."""
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def flushed(descriptor: int) -> None:
        done.append("flush folder" if os.path.samestat(os.fstat(descriptor), tmp_path.stat()) else "flush file")
        fsync(descriptor)

    def put(source: Path, target: Path) -> None:
        done.append("replace")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(os, "replace", put)
    return done


@pytest.mark.skipif(os.name != "posix", reason="other systems cannot flush a folder")
def test_bytes_are_on_the_disk_before_the_name_and_the_name_before_it_returns(tmp_path: Path, steps: list[str]) -> None:
    write_whole(tmp_path / "a.txt", b"new")
    assert steps == ["flush file", "replace", "flush folder"]


@pytest.mark.skipif(os.name != "posix", reason="other systems cannot flush a folder")
def test_the_old_file_is_kept_only_when_the_new_bytes_are_safe(tmp_path: Path, steps: list[str]) -> None:
    made = tmp_path / "made"
    made.write_bytes(b"new")
    put_in_place(made, tmp_path / "a.txt", before=lambda: steps.append("keep"))
    assert steps == ["flush file", "keep", "replace", "flush folder"]


def test_a_writer_that_fails_leaves_the_file_and_the_folder_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")

    def half_written() -> None:
        with replaced(path) as beside:
            beside.write_text("half", encoding="utf-8")
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        half_written()
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_writer_leaves_beside_the_file_is_thrown_away(tmp_path: Path) -> None:
    with replaced(tmp_path / "a.gpkg") as beside:
        beside.write_bytes(b"table")
        beside.with_name("a.gpkg-journal").write_bytes(b"journal")
    assert [found.name for found in tmp_path.iterdir()] == ["a.gpkg"]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    path.chmod(0o600)
    write_whole(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no folder"):
        write_whole(tmp_path / "none" / "a.txt", b"")


def test_the_checksum_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" * 100_000)
    assert checksum_of(path) == hashlib.sha256(b"a,b\n" * 100_000).hexdigest() == fingerprint(path)
    path.write_bytes(b"")
    assert checksum_of(path) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
