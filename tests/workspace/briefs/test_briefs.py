"""Papers about schools: what is known is said with its margin, what is not is said to be not known, and a run can be stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import docx
import pandas as pd
import pdfua
import pikepdf
import pytest
from attrs import evolve
from docx.table import Table
from docx.text.paragraph import Paragraph

from ecomap.model.commitment import Commitment
from ecomap.model.errors import CancelledError, EcoMapError
from ecomap.model.layer import NO_GEOMETRY, POINT, Column, Layer
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.record import record_from_json
from ecomap.model.units import METRES_PER_MILE, format_number
from ecomap.render.words.together import together
from ecomap.workspace import operations
from ecomap.workspace.briefs.writing import BRIEF, KINDS, write_briefs
from tests.small_project import DISTRICT, centre, need_areas, schools, small_project
from tests.workspace.test_hostile_texts import HOSTILE, called

WEST, MIDDLE, EAST = schools()["id"]
DAY = "2026-11-29"


def outcomes() -> pd.DataFrame:
    """Two years of the western school; one number of it is suppressed."""
    return pd.DataFrame({
        "id": ["o1", "o2"], "name": ["West School"] * 2, "school_id": [WEST] * 2, "year": ["2023-24", "2024-25"],
        "chronic_absence": [0.31, float("nan")], "chronic_absence_of": [290.0, 300.0], "chronic_absence_reason": ["", "suppressed"],
    })


def grants() -> pd.DataFrame:
    return pd.DataFrame({
        "id": ["g1"], "name": ["Grant"], "funder": ["Town fund"], "recipient": ["West School"], "school_id": [WEST], "approach": [""],
        "function": ["mental_health"], "amount_usd": [150_000.0], "start": ["2024-07-01"], "end": ["2026-06-30"], "inferred": ["amount"],
    })


@cache
def town() -> Project:
    """The small town with outcomes, a grant, two rankings' worth of answers and something agreed."""
    project = evolve(small_project(), day=DAY)
    absent = (Column("chronic_absence", "Chronically absent", "share"), Column("chronic_absence_of", "Pupils counted", "count"))
    project = project.with_layer(Layer("outcomes", "Outcomes", "outcome", NO_GEOMETRY, absent, sources=(DISTRICT,)), outcomes())
    project = project.with_layer(Layer("grants", "Grants", "funding", NO_GEOMETRY, sources=(DISTRICT,)), grants())
    project, _ = operations.run_analysis(project, "priority", {"target": "service:Mental Health", "radius_m": 800.0})
    agreed = Commitment("c1", "Open a clinic", layer="schools", feature=WEST, place="West School", leads=("Helpers",), due="2027-03-01")
    return evolve(project, commitments=(agreed,))


def read(path: Path) -> str:
    """All that an editable paper says, from top to bottom, a line per paragraph and per row."""
    def lines() -> Iterator[str]:
        for block in docx.Document(str(path)).iter_inner_content():
            if isinstance(block, Paragraph):
                yield block.text
            elif isinstance(block, Table):
                yield from (" | ".join(cell.text for cell in row.cells) for row in block.rows)

    return "\n".join(lines())


def paper(project: Project, school: str, folder: Path, **how: str) -> str:
    write_briefs(project, [school], folder / "one.docx", made_on=DAY, **how)
    return read(folder / "one.docx")


def test_a_brief_says_who_lives_around_it_with_their_margin(tmp_path: Path) -> None:
    """100 children on every square of a kilometre: a mile around the middle of the town leaves parts of its corners out."""
    inside = sum(100 * cell.intersection(centre(1, 1).buffer(METRES_PER_MILE)).area / cell.area for cell in need_areas().geometry)
    told = paper(town(), MIDDLE, tmp_path)
    assert f"{format_number(inside)}\u00a0±\u00a0" in told
    assert "Children who live within 1.0\u00a0mi, in a straight line" in told
    assert "Children in poverty | 50" in told  # as much on either side of the middle
    assert "| 50\u00a0% | 2014-18" in told


def test_a_brief_says_who_is_there_and_for_what(tmp_path: Path) -> None:
    told = paper(town(), MIDDLE, tmp_path)
    assert "Town schools | Community schools | active, since 2020-07-01" in told
    assert "Mental health | Helpers, 1.1\u00a0mi" not in told  # 1.4 km along a way 1.3 times the straight line is more than a mile
    assert "Nobody on record does this at the school or within 1.0\u00a0mi: Mental health." in told
    west = paper(town(), WEST, tmp_path)
    assert "Mental health | Helpers, 0.8\u00a0mi | 1" in west
    assert "Nobody is on record at the school." in west


def test_a_brief_says_its_outcomes_and_why_one_is_missing(tmp_path: Path) -> None:
    told = paper(town(), WEST, tmp_path)
    assert "Chronically absent | 31\u00a0% (290) | suppressed to protect small groups" in told
    assert "Nothing is reported of this school for 2023-24, 2024-25." in paper(town(), EAST, tmp_path)


def test_a_brief_says_grants_and_that_an_amount_is_inferred(tmp_path: Path) -> None:
    assert "Town fund | Mental health | $150,000, inferred | 2024-07-01 – 2026-06-30" in paper(town(), WEST, tmp_path)
    assert "No grant to the school is on record." in paper(town(), EAST, tmp_path)


def test_a_brief_says_rank_band_and_reasons_under_the_question(tmp_path: Path) -> None:
    ranking = town().results[-1]
    row = ranking.main.frame.set_index("id").loc[EAST]
    told = paper(town(), EAST, tmp_path).split("\n")
    at = told.index(together(str(ranking.title)))
    assert told[at + 1].startswith(f"Rank {row['rank']:.0f} of {ranking.main.frame['rank'].notna().sum()}, ")
    assert any(line.startswith(together(str(row["reason"]))) for line in told[at:at + 5])


def test_where_there_is_nothing_a_brief_says_so(tmp_path: Path) -> None:
    """Schools alone: no need areas, no services, no outcomes, no money, no ranking. Nothing of it reads as zero."""
    layer = Layer("schools", "Schools", "school", POINT)
    told = paper(evolve(Project(title="Bare", crs="EPSG:3310"), day=DAY).with_layer(layer, schools()[["id", "name", "geometry"]]), WEST, tmp_path)
    for sentence in (
        "What the people around the school need is not known here.", "Nobody is on record at the school.",
        "The project lists no services and no people in roles, so what is missing cannot be said.", "No grant to the school is on record.",
        "The project lists no services and no people in roles, so overlaps cannot be said.", "The project holds no outcomes of schools.", "Nobody has ranked schools in this project yet.",
        "Nobody has asked yet what would change its place.", "The layers of this project name no sources.",
    ):
        assert sentence in told


def test_a_school_without_a_place_has_a_brief_without_a_map(tmp_path: Path) -> None:
    frame = schools()
    frame.loc[0, "geometry"] = None
    project = evolve(town(), frames={**town().frames, "schools": frame})
    told = paper(project, WEST, tmp_path)
    assert "The school has no place on the map" in told
    shapes = docx.Document(str(tmp_path / "one.docx")).inline_shapes
    assert [shape._inline.docPr.get("descr", "")[:5] for shape in shapes] == ["A bar"]  # of its rank, which needs no map


def test_small_groups_are_hidden_as_in_every_file(tmp_path: Path) -> None:
    layer = evolve(town().layer("schools"), columns=(Column("foster_count", "Foster youth", "pupils"),))
    project = town().with_layer_changed(layer)
    project = evolve(project, frames={**project.frames, "schools": schools().assign(foster_count=[3.0, 40.0, 50.0])})
    told = paper(project, WEST, tmp_path, kind="assessment")
    assert "Foster youth | suppressed to protect small groups" in told


def test_an_assessment_fills_in_what_is_known_and_asks_the_rest(tmp_path: Path) -> None:
    told = paper(town(), WEST, tmp_path, kind="assessment")
    for part in ("Who took part", "Students and families", "Staff", "Partners", "Services by pillar", "Integrated Student Supports",
                 "Active Family and Community Engagement", "What is missing within reach", "Where work overlaps", "Priorities"):
        assert part in told.split("\n")
    assert "Students | 300 |  | " in told
    assert "Mental health | nobody on record | 1" in told
    assert "Food | on no list of this project | " in told  # not zero: no list says who gives food
    assert "Open a clinic | Helpers | 1 March 2027 | open" in told
    assert "What do students say helps them, and what do they miss?" in told


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_paper_is_tagged_without_error_and_carries_its_record(kind: str, language: str, tmp_path: Path) -> None:
    write_briefs(town(), [WEST], tmp_path / "one.pdf", kind=kind, language=language, made_on=DAY)
    assert not pdfua.validate(tmp_path / "one.pdf").findings
    with pikepdf.open(tmp_path / "one.pdf") as pdf:
        assert 2 <= len(pdf.pages) <= 6
        assert str(pdf.Root.Lang) == f"{language}-US"
        record = record_from_json(pdf.attachments["ecomap-record.json"].get_file().read_bytes().decode())
    assert "priority" in [answer.result.analysis for answer in record.answers]


def test_the_same_project_gives_the_same_bytes(tmp_path: Path) -> None:
    for file in ("one.pdf", "two.pdf"):
        write_briefs(town(), [WEST], tmp_path / file, made_on=DAY)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_all_schools_get_a_file_each_even_where_their_names_are_alike(tmp_path: Path) -> None:
    frame = schools().assign(name="Same School")
    project, report = write_briefs(evolve(town(), frames={**town().frames, "schools": frame}), None, tmp_path / "briefs", made_on=DAY)
    assert report.schools == 3
    assert sorted(path.name for path in (tmp_path / "briefs").iterdir()) == [f"same-school-{code}.pdf" for code in (WEST, MIDDLE, EAST)]
    assert [release.file for release in project.releases] == ["briefs"]


def test_all_schools_stand_in_one_file_one_behind_the_other(tmp_path: Path) -> None:
    write_briefs(town(), None, tmp_path / "all.pdf", one_file=True, made_on=DAY)
    assert not pdfua.validate(tmp_path / "all.pdf").findings
    with pikepdf.open(tmp_path / "all.pdf") as pdf, pdf.open_outline() as outline:
        titles = [one.title for one in outline.root]
    assert titles[-4:] == ["West School", "Middle School", "East School", "For all of these schools"]


def test_stopping_leaves_no_file_that_the_ledger_does_not_know(tmp_path: Path) -> None:
    def stop(share: float, text: str) -> None:
        if "Middle School" in text:
            progress.cancel()

    progress = Progress(stop)
    with pytest.raises(CancelledError):
        write_briefs(town(), None, tmp_path / "briefs", made_on=DAY, progress=progress)
    assert not (tmp_path / "briefs").exists()
    (tmp_path / "briefs").mkdir()
    (tmp_path / "briefs" / "mine.txt").write_text("mine")
    progress = Progress(stop)
    with pytest.raises(CancelledError):
        write_briefs(town(), None, tmp_path / "briefs", made_on=DAY, progress=progress)
    assert [one.name for one in (tmp_path / "briefs").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(("wanted", "file", "message"), [
    (["No School"], "x.pdf", "There is no school called 'No School'."), ([" "], "x.pdf", "Say of which school."),
    ([WEST], "x.odt", "EcoMap cannot write '.odt'."), ([WEST], "gone/x.pdf", "There is no folder"),
])
def test_what_cannot_be_written_is_said(wanted: list[str], file: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(EcoMapError, match=message):
        write_briefs(town(), wanted, tmp_path / file)


@pytest.mark.parametrize("text", list(HOSTILE.values()), ids=list(HOSTILE))
def test_a_school_of_any_name_has_its_papers(text: str, tmp_path: Path) -> None:
    write_briefs(called(text), [WEST], tmp_path / "x.pdf", kind=BRIEF, made_on=DAY)
    assert not pdfua.validate(tmp_path / "x.pdf").findings
    write_briefs(called(text), [WEST], tmp_path / "x.docx", made_on=DAY)
    assert read(tmp_path / "x.docx")


def test_a_thousand_letters_of_a_name_stay_on_four_pages(tmp_path: Path, pages: Callable[[Path], int]) -> None:
    write_briefs(called("Very Long Name " * 4000), [WEST], tmp_path / "x.pdf", made_on=DAY)
    assert pages(tmp_path / "x.pdf") <= 4


@pytest.fixture
def pages() -> Callable[[Path], int]:
    def count(path: Path) -> int:
        with pikepdf.open(path) as pdf:
            return len(pdf.pages)

    return count
