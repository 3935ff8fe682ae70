"""The papers of many schools in one file, set in stretches and joined; stopped, nothing of it stays."""

from __future__ import annotations

from pathlib import Path

import pdfua
import pikepdf
import pytest

from ecomap.model.errors import CancelledError
from ecomap.model.progress import Progress
from ecomap.workspace.briefs import together, writing
from ecomap.workspace.briefs.writing import write_briefs
from tests.small_project import schools, small_project

NAMES = [str(one) for one in schools()["name"]]
DAY = "2026-11-29"

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three schools are many."""
    monkeypatch.setattr(writing, "MANY", 1)
    monkeypatch.setattr(together, "_STRETCH", 2)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("language", ["en", "es"])
def test_all_schools_are_chapters_of_one_tagged_file_and_its_contents_lead_to_them(tmp_path: Path, language: str) -> None:
    path = tmp_path / "all.pdf"
    write_briefs(small_project(), None, path, one_file=True, made_on=DAY, language=language)
    assert not pdfua.validate(path).findings
    with pikepdf.open(path) as pdf:
        chapters = list(pdf.open_outline().root)
        assert [str(one.title) for one in chapters[1:-1]] == NAMES
        places = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        links = [places[link.Dest[0].objgen] for link in pdf.pages[0].obj.Annots]
        assert links == [places[one.destination[0].objgen] for one in chapters[1:]]
        assert list(pdf.attachments) == ["ecomap-record.json"]
        assert str(pdf.Root.Lang).startswith(language)


@pytest.mark.usefixtures("few")
def test_the_same_project_gives_the_same_bytes(tmp_path: Path) -> None:
    for file in ("one.pdf", "two.pdf"):
        write_briefs(small_project(), None, tmp_path / file, one_file=True, made_on=DAY)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("when", [0.3, 0.6, 0.95])
def test_stopped_there_is_no_file_and_nothing_beside_it(tmp_path: Path, when: float) -> None:
    seen: list[float] = []

    def stop(share: float, _text: object) -> None:
        seen.append(share)
        if share >= when:
            raise CancelledError

    with pytest.raises(CancelledError):
        write_briefs(small_project(), None, tmp_path / "all.pdf", one_file=True, made_on=DAY, progress=Progress(stop))
    assert seen == sorted(seen)
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("few")
def test_a_file_that_was_there_stays_when_stopped(tmp_path: Path) -> None:
    (tmp_path / "all.pdf").write_bytes(b"before")

    def stop(share: float, _text: object) -> None:
        if share >= 0.6:
            raise CancelledError

    with pytest.raises(CancelledError):
        write_briefs(small_project(), None, tmp_path / "all.pdf", one_file=True, made_on=DAY, progress=Progress(stop))
    assert (tmp_path / "all.pdf").read_bytes() == b"before"


@pytest.mark.usefixtures("few")
def test_no_more_schools_are_set_at_a_time_than_a_stretch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_at_once: list[int] = []
    real = together.bytes_of

    def counting(document: object, ending: str) -> bytes:
        set_at_once.append(sum(getattr(block, "level", 0) == 1 for block in document.blocks))  # type: ignore[attr-defined]
        return real(document, ending)  # type: ignore[arg-type]

    monkeypatch.setattr(together, "bytes_of", counting)
    write_briefs(small_project(), None, tmp_path / "all.pdf", one_file=True, made_on=DAY)
    assert max(set_at_once) == 2
