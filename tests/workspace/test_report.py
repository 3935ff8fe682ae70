"""The report of a project: a chapter per chosen answer with its map, its settings and its sources; tagged, whole, in two languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pdfua
import pikepdf
import pytest
from attrs import evolve

from ecomap.model.project import Project
from ecomap.model.record import record_from_json
from ecomap.render.report.chapters import RECORD_FILE, report_document
from ecomap.render.typeset import document as d
from ecomap.render.typeset.spoken import spoken, texts_of
from ecomap.workspace import operations
from ecomap.workspace.answer_names import rename_answer
from ecomap.workspace.report import report_of
from tests.letters_on_paper import sizes_pt
from tests.small_project import small_project

MOST_PAGES = 25
LEAST_PT = 8.99  # 9 pt, as rounded in a file
LONG = "Fortalecimiento interinstitucional de acompañamiento psicopedagógico para niñas"  # 79 letters

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(scope="module")
def asked() -> Project:
    project = small_project()
    for name, given in (("need-index", {}), ("coverage-gap", {"radius_m": 800.0}), ("coverage-gap", {"radius_m": 1600.0}), ("dashboard", {})):
        project = operations.run_analysis(project, name, given)[0]
    return project


def chapters(document: d.Document) -> dict[str, list[d.Block]]:
    found: dict[str, list[d.Block]] = {}
    for block in document.blocks:
        if isinstance(block, d.Heading) and block.level == 1:
            found[str(block.text)] = []
        elif found:
            found[list(found)[-1]].append(block)
    return found


def test_every_answer_is_a_chapter_under_its_own_name(asked: Project) -> None:
    found = chapters(report_document(report_of(asked)))
    assert list(found)[:-1] == [str(result.title) for result in asked.results]
    for result in asked.results:
        said = texts_of(d.Document("t", tuple(found[str(result.title)])))
        assert any(str(result.sentence).startswith(text) for text in said if text)


def test_chapters_stand_in_the_order_in_which_the_page_tells_the_findings(asked: Project) -> None:
    from ecomap.workspace.page_order import in_told_order
    from ecomap.workspace.pages import map_page

    told = in_told_order(asked, [asked.results[2].id, asked.results[0].id])
    titles = {result.id: str(result.title) for result in told.results}
    order = [titles[one] for one in map_page(told).order]
    assert list(chapters(report_document(report_of(told))))[:-1] == order
    assert order[:2] == [titles[asked.results[2].id], titles[asked.results[0].id]]


def test_every_answer_about_places_has_a_map_of_its_own(asked: Project) -> None:
    found = chapters(report_document(report_of(asked)))
    maps = {name: [block for block in blocks if isinstance(block, d.Figure) and block.alt.startswith("Map: ")] for name, blocks in found.items()}
    pictures = [one.svg for ones in maps.values() for one in ones]
    assert [len(maps[str(result.title)]) for result in asked.results] == [1, 1, 1, 0]
    assert len(set(pictures)) == 3
    for name, ones in maps.items():
        assert all(name in one.alt and name in one.caption for one in ones)


def test_a_cut_table_says_how_much_is_cut_and_by_which_order(asked: Project) -> None:
    found = chapters(report_document(report_of(asked)))
    need = next(one for one in found[str(asked.results[0].title)] if isinstance(one, d.Table))
    every = len(asked.results[0].main.frame)
    if every > len(need.rows):
        assert re.search(rf"The first {len(need.rows)} of {every} rows\. Rows are in the order of", need.note)
    ranks = [int(re.match(r"\d+", row[0])[0]) for row in need.rows]
    assert ranks == sorted(ranks)


def test_settings_stand_in_the_chapter(asked: Project) -> None:
    found = chapters(report_document(report_of(asked)))
    for result, words in zip(asked.results[1:3], ("0.5 mi", "1.0 mi")):
        asked_with = next(text for text in texts_of(d.Document("t", tuple(found[str(result.title)]))) if "Asked with:" in text)
        assert words in asked_with


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_file_is_tagged_and_carries_its_record(asked: Project, tmp_path: Path, language: str) -> None:
    operations.export(rename_answer(asked, asked.results[1].id, LONG), tmp_path / "town.pdf", language=language)
    assert not pdfua.validate(tmp_path / "town.pdf").findings
    with pikepdf.open(tmp_path / "town.pdf") as pdf:
        assert str(pdf.Root.Lang).startswith(language)
        record = record_from_json(bytes(pdf.attachments[RECORD_FILE].get_file().read_bytes()).decode())
        bookmarks = [str(one.title) for one in pdf.open_outline().root]
    assert [one.result.id for one in record.answers] == [result.id for result in asked.results]
    assert LONG in bookmarks
    assert record.made.kind == "pdf"


def test_an_answer_left_out_is_nowhere_in_it(asked: Project, tmp_path: Path) -> None:
    gone = asked.results[2]
    operations.export(asked, tmp_path / "town.pdf", left_out=[gone.id])
    with pikepdf.open(tmp_path / "town.pdf") as pdf:
        record = json.loads(bytes(pdf.attachments[RECORD_FILE].get_file().read_bytes()))
        bookmarks = [str(one.title) for one in pdf.open_outline().root]
    assert gone.id not in json.dumps(record["answers"])
    assert str(gone.title) not in bookmarks


@pytest.mark.parametrize("language", ["en", "es"])
def test_seventeen_answers_stay_a_report_that_people_read(tmp_path: Path, language: str) -> None:
    project = small_project()
    for name in ("need-index", "clusters", "overlap", "roles", "money"):
        project = operations.run_analysis(project, name, {})[0]
    for metres in range(400, 1600, 100):
        project = operations.run_analysis(project, "coverage-gap", {"radius_m": float(metres)})[0]
    assert len(project.results) == 17
    operations.export(project, tmp_path / "many.pdf", language=language)
    with pikepdf.open(tmp_path / "many.pdf") as pdf:
        assert len(pdf.pages) <= MOST_PAGES


QUESTIONS = ("need-index", "clusters", "overlap", "roles", "money", "match", "school-areas", "peers", "access", "dashboard")


@pytest.fixture(scope="module")
def many_of_the_starter() -> Project:
    project = operations.new_project("los-angeles")
    for name in QUESTIONS:
        project = operations.run_analysis(project, name, {})[0]
    for metres in range(400, 400 + 300 * (17 - len(QUESTIONS)), 300):
        project = operations.run_analysis(project, "coverage-gap", {"radius_m": float(metres)})[0]
    return project


@pytest.mark.parametrize("language", ["en", "es"])
def test_seventeen_answers_of_los_angeles_take_25_pages_with_type_of_nine_points(many_of_the_starter: Project, tmp_path: Path, language: str) -> None:
    assert len(many_of_the_starter.results) == 17
    operations.export(many_of_the_starter, tmp_path / "many.pdf", language=language)
    with pikepdf.open(tmp_path / "many.pdf") as pdf:
        assert len(pdf.pages) <= MOST_PAGES
    assert min(sizes_pt(tmp_path / "many.pdf")) >= LEAST_PT


def test_without_an_answer_it_is_the_map_of_what_there_is(tmp_path: Path) -> None:
    document = report_document(report_of(small_project()))
    assert any(isinstance(block, d.Figure) for block in document.blocks)
    operations.export(small_project(), tmp_path / "town.pdf")
    assert not pdfua.validate(tmp_path / "town.pdf").findings


def test_notes_on_places_leave_only_when_they_are_asked_for(asked: Project) -> None:
    from ecomap.workspace.place_notes import pin, with_notes

    pinned = pin(asked, "Ask the school about the gate", *asked.frame(asked.layers_of("school")[0].id).geometry.iloc[0].coords[0], author="Ana")
    texts = [texts_of(spoken(report_document(report_of(project)))) for project in (pinned, with_notes(pinned))]
    assert [any("Ask the school about the gate" in text for text in told) for told in texts] == [False, True]


def test_the_same_project_gives_the_same_bytes(asked: Project) -> None:
    from ecomap.render.typeset.paper import paper_bytes

    one, other = (paper_bytes(report_document(evolve(report_of(asked), made_on="2026-01-02"))) for _ in range(2))
    assert one == other
