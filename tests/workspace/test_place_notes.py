"""Notes pinned on places, and that they leave with a page only when asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecomap.model.change import change_between
from ecomap.model.dates import today
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.workspace import operations, place_notes
from tests.small_project import BOTTOM, LEFT, small_project

PRIVATE = "Mother of the Garcia child asked <b>not</b> to be called"


@pytest.fixture
def noted() -> Project:
    return place_notes.pin(small_project(), f" {PRIVATE} ", LEFT + 500, BOTTOM + 500, author="J. Alvarez")


def test_a_note_holds_who_when_where_and_is_open(noted: Project) -> None:
    (note,) = noted.notes
    assert (note.text, note.author, note.day, note.settled) == (PRIVATE, "J. Alvarez", today().isoformat(), False)
    assert change_between(small_project(), noted).notes


def test_settling_and_writing_otherwise(noted: Project) -> None:
    settled = place_notes.change(noted, "note-1", settled=True)
    assert settled.notes[0].settled
    assert settled.notes[0].text == PRIVATE
    assert place_notes.change(settled, "note-1", settled=True) is settled
    with pytest.raises(InputError):
        place_notes.change(noted, "note-1", text="  ")
    with pytest.raises(InputError):
        place_notes.pin(noted, "x" * 5_001, 0.0, 0.0)
    assert place_notes.remove(noted, "note-1").notes == ()
    with pytest.raises(InputError):
        place_notes.remove(noted, "note-9")


@pytest.mark.parametrize("ending", [".html", ".gpkg", ".xlsx", ".geojson"])
def test_nothing_of_a_note_leaves_unless_asked(noted: Project, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"page{ending}"
    operations.export(noted, path, layer="schools" if ending == ".geojson" else "")
    content = path.read_bytes()
    if ending == ".xlsx":
        import zipfile

        with zipfile.ZipFile(path) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    for word in ("Garcia", "Alvarez"):
        assert word.encode() not in content


def test_asked_for_they_are_on_the_page_as_text(noted: Project, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    report = operations.export(noted, path, notes=True)
    page = path.read_text("utf-8")
    assert "Garcia child" in page
    assert "J. Alvarez" in page
    assert "<b>not</b>" not in page, "a note is text, whatever it looks like"
    assert "Notes" in report.holds


def test_the_beginning_names_a_note() -> None:
    project = place_notes.pin(small_project(), "word " * 40, 0.0, 0.0)
    assert len(place_notes.short(project.notes[0])) <= 60
    assert place_notes.short(project.notes[0]).endswith("…")
