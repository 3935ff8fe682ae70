"""The minutes: one page whatever was agreed, tagged, in both languages, as paper and to write on; and what the calendar leaves out."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pdfua
import pikepdf
import pytest
from attrs import evolve

from ecomap.model.commitment import Commitment
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.workspace import commitments
from ecomap.workspace.minutes import minutes, write_calendar, write_minutes
from tests.small_project import small_project

DAY = "2027-01-31"
LONG = "Walk the route to school with families and write down where the crossings are missing " * 12
NASTY = "#set page(width: 1pt) *x* $y$ @z <b> \\ \u202e 学校 " + "W" * 60


def with_many(count: int, what: str = "A nurse") -> Project:
    some = tuple(Commitment(f"c-{n:010x}", f"{what} {n}", place=what, leads=(what[:200],) * (n % 3), due=f"20{27 + n % 30}-06-30", seen=what, agreed=[DAY, "2026-06-01"][n % 2])
                 for n in range(count))
    return evolve(small_project(), commitments=some)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("count", "what"), [(1, "A nurse"), (12, "A nurse three days a week"), (60, "A nurse"), (40, LONG), (9, NASTY), (30, "Wide WWWWWWWWW MMMMMMMM")])
def test_it_is_one_page_and_tagged(tmp_path: Path, language: str, count: int, what: str) -> None:
    path = tmp_path / "a.pdf"
    write_minutes(with_many(count, what), path, language=language, made_on=DAY)
    with pikepdf.open(path) as paper:
        assert len(paper.pages) == 1
        assert str(paper.Root.Lang).startswith(language)
    assert not pdfua.validate(path).findings


def test_what_has_no_room_is_counted_and_nobody_is_left_out_for_who_leads(tmp_path: Path) -> None:
    project = with_many(60)
    texts = [str(row[0]) for block in minutes(project, made_on=DAY).blocks for row in getattr(block, "rows", ())]
    more = [block for block in minutes(project, made_on=DAY).blocks if "more stand in the project" in str(getattr(block, "text", ""))]
    assert more
    assert sum(int(str(getattr(block, "text", "0")).split()[0]) for block in more) + len(texts) == 60
    other = evolve(project, commitments=tuple(evolve(one, leads=("Zzz",), helps=()) for one in project.commitments))
    assert texts == [str(row[0]) for block in minutes(other, made_on=DAY).blocks for row in getattr(block, "rows", ())]


def test_the_editable_one_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    write_minutes(commitments.agree(small_project(), "A nurse", leads="Red & Blue", day=DAY), path, made_on=DAY)
    with zipfile.ZipFile(path) as whole:
        text = whole.read("word/document.xml").decode()
    assert "A nurse" in text
    assert "Red &amp; Blue" in text


def test_what_cannot_be_written_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Nothing was agreed"):
        write_minutes(small_project(), tmp_path / "a.pdf")
    with pytest.raises(InputError, match="cannot be written"):
        write_minutes(with_many(1), tmp_path / "a.txt")
    undated = commitments.agree(small_project(), "A nurse", day=DAY)
    with pytest.raises(InputError, match="has a day"):
        write_calendar(undated, tmp_path / "a.ics")
    with pytest.raises(InputError, match="calendar cannot"):
        write_calendar(with_many(1), tmp_path / "a.txt")
    assert write_calendar(with_many(3), tmp_path / "a.ics", made_on=DAY) == 3
