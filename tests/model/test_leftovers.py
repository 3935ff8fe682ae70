"""Unfinished files go when their program is gone, and never before."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecomap.model import leftovers

DAY_S = leftovers.FORGOTTEN_AFTER_S


@pytest.fixture(scope="module")
def gone() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


@pytest.fixture(autouse=True)
def _no_notes() -> Iterator[None]:
    before = dict(leftovers._noted_in)
    leftovers._noted_in.clear()
    yield
    leftovers._noted_in.clear()
    leftovers._noted_in.update(before)


def left(folder: Path, pid: int, kind: str = leftovers.SAVING, host: str = "") -> Path:
    made = folder / f".la.ecomap.gpkg.{host or leftovers.host()}.{pid}-3f2a{kind}"
    if kind == leftovers.PART:
        made.mkdir()
        (made / "la.csv").write_text("half", encoding="utf-8")
    else:
        made.write_bytes(b"half")
    return made


def test_what_a_dead_program_left_is_removed_with_what_sqlite_put_beside_it(tmp_path: Path, gone: int) -> None:
    one = left(tmp_path, gone)
    one.with_name(one.name + "-journal").write_bytes(b"")
    left(tmp_path, gone, leftovers.PART)
    assert leftovers.sweep_folder(tmp_path) == 3
    assert list(tmp_path.iterdir()) == []


def test_what_a_running_program_writes_stays(tmp_path: Path) -> None:
    running = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        theirs = left(tmp_path, running.pid)
        with leftovers.under_way(leftovers.beside(tmp_path / "a.csv", leftovers.PART)) as ours:
            ours.mkdir()
            assert leftovers.sweep_folder(tmp_path) == 0
            assert theirs.exists()
            assert ours.exists()
    finally:
        running.communicate(b"\n")


@pytest.mark.parametrize(("age_s", "removed"), [(DAY_S - 600, 0), (DAY_S + 600, 1)])
def test_what_another_machine_began_stays_for_a_day(age_s: int, removed: int, tmp_path: Path, gone: int) -> None:
    one = left(tmp_path, gone, host="elsewhere")
    then = one.stat().st_mtime - age_s
    os.utime(one, (then, then))
    assert leftovers.sweep_folder(tmp_path) == removed


@pytest.mark.parametrize("called", ["la.ecomap.gpkg", ".la.ecomap.gpkg.lock", "la.ecomap.gpkg.~1~", ".a.saving", ".la.host.12.saving"])
def test_other_files_are_never_touched(called: str, tmp_path: Path) -> None:
    (tmp_path / called).write_bytes(b"mine")
    assert leftovers.sweep_folder(tmp_path) == 0


def test_a_link_goes_and_what_it_leads_to_stays(tmp_path: Path, gone: int) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "mine.csv").write_text("a", encoding="utf-8")
    (tmp_path / f".la.gpkg.{leftovers.host()}.{gone}-3f2a.part").symlink_to(kept)
    assert leftovers.sweep_folder(tmp_path) == 1
    assert (kept / "mine.csv").exists()


def test_what_was_noted_is_found_wherever_it_lies(tmp_path: Path, gone: int) -> None:
    notes, elsewhere = tmp_path / "notes", tmp_path / "stick"
    notes.mkdir()
    elsewhere.mkdir()
    one = left(elsewhere, gone)
    (notes / f"{leftovers.host()}-{gone}-3f2a").write_text(str(one), encoding="utf-8")
    innocent = elsewhere / "mine.csv"
    innocent.write_text("a", encoding="utf-8")
    (notes / f"{leftovers.host()}-{gone}-4f2a").write_text(str(innocent), encoding="utf-8")
    leftovers.note_in(notes)
    assert leftovers.sweep_noted() == 1
    assert not one.exists()
    assert innocent.exists(), "a note removes only what has such a name"
    assert list(notes.iterdir()) == []


def test_a_note_is_there_as_long_as_the_writing_lasts(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    leftovers.note_in(notes)
    with leftovers.under_way(leftovers.beside(tmp_path / "a.csv", leftovers.PART)) as made:
        assert [note.read_text(encoding="utf-8") for note in notes.iterdir()] == [str(made)]
    assert list(notes.iterdir()) == []


def test_folders_of_killed_imports_are_removed(tmp_path: Path, gone: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead = tmp_path / f"ecomap-zip-{leftovers.host()}-{gone}-abcd1234"
    dead.mkdir()
    (dead / "a.shp").write_bytes(b"rows")
    mine = Path(tempfile.mkdtemp(prefix=leftovers.work_prefix("zip")))
    assert leftovers.sweep_work() == 1
    assert not dead.exists()
    assert mine.exists()
