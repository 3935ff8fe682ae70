"""Papers, pictures and single tables hold the record too: what rebuilding makes of them, and what it says it cannot do."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecomap.io.carried.reading import carried_by
from ecomap.model.correction import WRONG, Correction
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.model.record import record_from_json
from ecomap.workspace import commitments, operations
from ecomap.workspace.briefs.writing import write_briefs
from ecomap.workspace.minutes import write_minutes
from ecomap.workspace.rebuilding.rebuild import rebuild
from tests.small_project import small_project

RECORD_ONLY = ("pdf", "png", "svg")
ALL = ("html", "pdf", "png", "svg", "gpkg", "xlsx", "csv", "geojson", "fgb")
SECRET = "in the reader's own words"


@pytest.fixture(scope="module")
def asked() -> Project:
    from attrs import evolve

    project = operations.run_analysis(small_project(), "need-index", {})[0]
    project = commitments.agree(project, "A nurse on Mondays", due="2027-01-31", leads="The clinic", day="2026-12-01")
    return evolve(project, corrections=(Correction("c1", WRONG, text=SECRET, layer="schools", author="Ana Pérez", day="2026-11-01"),))


def exported(project: Project, path: Path) -> Path:
    operations.export(project, path, layer=project.results[0].id if path.suffix in (".csv", ".geojson", ".fgb") else "")
    return path


@pytest.mark.parametrize("kind", ALL)
def test_every_format_names_what_was_agreed_and_corrected_and_no_reader(asked: Project, tmp_path: Path, kind: str) -> None:
    text = carried_by(exported(asked, tmp_path / f"town.{kind}")).record
    record = record_from_json(text)
    assert [one.what for one in record.commitments] == ["A nurse on Mondays"]
    assert [one.kind for one in record.corrections] == [WRONG]
    assert SECRET not in text
    assert "Ana Pérez" not in text


@pytest.mark.parametrize("kind", RECORD_ONLY)
def test_a_paper_or_a_picture_is_asked_again_with_the_project_that_has_the_rows(asked: Project, tmp_path: Path, kind: str) -> None:
    path = exported(asked, tmp_path / f"town.{kind}")
    with pytest.raises(InputError, match="does not hold the rows"):
        rebuild(path)
    found = rebuild(path, given=[asked])
    assert found.identical
    assert not found.cells
    assert str(found.sentence) == "1 answer asked again comes out just as the record in the file says."
    assert "Its words and pictures were not compared" in found.notes[-1]


def test_what_was_agreed_stands_in_the_workbook_for_people(asked: Project, tmp_path: Path) -> None:
    import openpyxl

    notes = openpyxl.load_workbook(exported(asked, tmp_path / "town.xlsx"))["Notes"]
    lines = [tuple(row) for row in notes.iter_rows(values_only=True)]
    assert any("A nurse on Mondays" in str(text) and what == "What was agreed" for text, what, *_ in lines)
    assert ("1 correction waits, of 1.", "Corrections of readers") in [line[:2] for line in lines]


@pytest.mark.parametrize("ending", [".pdf", ".docx"])
def test_minutes(asked: Project, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"minutes{ending}"
    write_minutes(asked, path)
    record = record_from_json(carried_by(path).record)
    assert [one.what for one in record.commitments] == ["A nurse on Mondays"]
    assert not record.answers
    found = rebuild(path)
    assert [one.what for one in found.project.commitments] == ["A nurse on Mondays"]
    assert "were not compared" in found.notes[-1]


@pytest.mark.parametrize("kind", ["brief", "assessment"])
@pytest.mark.parametrize("ending", [".pdf", ".docx"])
def test_papers_of_a_school(asked: Project, tmp_path: Path, ending: str, kind: str) -> None:
    path = tmp_path / f"school{ending}"
    write_briefs(asked, [str(asked.frame("schools")["id"].iloc[0])], path, kind=kind)
    record = record_from_json(carried_by(path).record)
    assert record.made.kind == ending[1:]
    assert record.answers
    assert [one.what for one in record.commitments] == ["A nurse on Mondays"]
    assert rebuild(path, given=[asked]).identical


def test_a_word_text_that_was_edited_keeps_its_record(asked: Project, tmp_path: Path) -> None:
    import docx

    path = tmp_path / "minutes.docx"
    write_minutes(asked, path)
    word = docx.Document(str(path))
    word.add_paragraph("Written by hand")
    word.save(str(path))
    assert record_from_json(carried_by(path).record).commitments


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.png", "a.svg"])
def test_papers_of_somebody_else_have_no_record(tmp_path: Path, name: str) -> None:
    import docx

    path = tmp_path / name
    if name == "a.docx":
        docx.Document().save(str(path))
    else:
        path.write_bytes({"a.pdf": b"%PDF-1.7\n", "a.png": b"\x89PNG\r\n\x1a\n", "a.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}[name])
    assert carried_by(path).record == ""
    with pytest.raises(InputError, match="carries no record"):
        rebuild(path)


@pytest.mark.parametrize("ending", [".pdf", ".docx", ".png", ".svg"])
def test_a_cut_off_paper_is_refused_in_a_sentence(asked: Project, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"minutes{ending}"
    if ending in (".pdf", ".docx"):
        write_minutes(asked, path)
    else:
        operations.export(asked, path)
    whole = path.read_bytes()
    for share in (0.2, 0.5, 0.8):
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(InputError):
            rebuild(path)
