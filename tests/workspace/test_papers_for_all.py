"""Every written paper, in both languages: no error for readers who hear it, type of 9 pt and more, and what a screen reader needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pytest
from attrs import evolve

from ecomap.cli.exits import guarded
from ecomap.cli.program import program
from ecomap.model.commitment import Commitment
from ecomap.model.errors import EcoMapError
from ecomap.model.project import Project
from ecomap.workspace import operations
from ecomap.workspace.briefs.facts import school_layer
from ecomap.workspace.briefs.writing import KINDS, write_briefs
from ecomap.workspace.minutes import write_minutes
from tests.letters_on_paper import sizes_pt
from tests.other_cities import CITIES, elsewhere
from tests.small_project import small_project

DAY = "2026-11-29"
LEAST_PT = 8.99  # 9 pt, as rounded in a file
LANGUAGES = ("en", "es")

pytestmark = pytest.mark.usefixtures("qapp")


def with_answers(project: Project) -> Project:
    """Two answers, something agreed for two schools and for all."""
    for question in ("need-index", "priority"):
        try:
            project = operations.run_analysis(project, question, {})[0]
        except EcoMapError:  # a city without what the question asks for
            continue
    layer = school_layer(project)
    first, second = (str(one) for one in project.frame(layer.id)["id"][:2])
    agreed = (Commitment("a", "Open a clinic", layer=layer.id, feature=first, place="First", due="2027-03-01", agreed="2026-09-01"),
              Commitment("b", "Hire a coordinator", layer=layer.id, feature=second, place="Second", state="done", settled="2026-10-01"),
              Commitment("c", "Meet again", leads=("Helpers",)))
    return evolve(project, commitments=agreed, day=DAY)


def written(project: Project, folder: Path, language: str) -> dict[str, Path]:
    """Each kind of paper, of the first school where it is about one."""
    found = {kind: folder / f"{kind}.pdf" for kind in (*KINDS, "report", "minutes")}
    school = str(project.frame(school_layer(project).id)["id"].iloc[0])
    for kind in KINDS:
        write_briefs(project, [school], found[kind], kind=kind, language=language, made_on=DAY)
    operations.export(project, found["report"], language=language)
    write_minutes(project, found["minutes"], language=language, made_on=DAY)
    return found


def check(path: Path, language: str) -> None:
    """What a reader who hears a paper needs of it."""
    assert not pdfua.validate(path).findings, path.name
    with pikepdf.open(path) as pdf:
        assert str(pdf.Root.Lang).startswith(language)
        assert str(pdf.docinfo["/Title"]).strip()
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        bookmarks = list(pdf.open_outline().root)
        assert bookmarks, path.name
        assert all(str(one.title).strip() for one in bookmarks)
        tags: list[Any] = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/StructElem"]
        figures = [str(one.get("/Alt", "")) for one in tags if one.S == "/Figure"]
        assert all(len(alt) > 20 for alt in figures), (path.name, figures)
        assert path.stem == "minutes" or figures or language == "", path.name
    small = [size for size in sizes_pt(path) if size < LEAST_PT]
    assert path.stem in KINDS or not small, (path.name, sorted(small)[:5])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_small_town(tmp_path: Path, language: str) -> None:
    for path in written(with_answers(small_project()), tmp_path, language).values():
        check(path, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_starter(tmp_path: Path, language: str) -> None:
    for path in written(with_answers(operations.new_project("los-angeles")), tmp_path, language).values():
        check(path, language)


@pytest.mark.parametrize("place", sorted(CITIES))
def test_another_city(shared_data: Path, tmp_path: Path, place: str) -> None:
    city = CITIES[place](elsewhere(shared_data), tmp_path)
    file = tmp_path / "city.ecomap.gpkg"
    for command in (["new", file], *(["import", file, one.path, "--role", one.role, *one.options] for one in city.files)):
        assert guarded(lambda given=command: program.main(args=[str(part) for part in given], prog_name="ecomap", standalone_mode=False)) == 0
    opened = operations.open_project(file)
    project = with_answers(opened if isinstance(opened, Project) else opened[0])
    for language in LANGUAGES:
        for path in written(project, tmp_path, language).values():
            check(path, language)
