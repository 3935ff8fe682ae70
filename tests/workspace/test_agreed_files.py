"""Partners' files of what was agreed: nothing is guessed, the same file twice changes nothing, and hostile text stays text."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest
from attrs import evolve

from ecomap.io.agreed import days_meant, read_agreed
from ecomap.model.commitment import DONE
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.model.vocabulary import ID, NAME
from ecomap.workspace import commitments
from ecomap.workspace.agreed_files import (
    ASKED,
    CHANGED,
    NEW,
    SAME,
    IncomingAgreed,
    read_file,
    taken_in,
    understood,
    write_file,
)
from tests.small_project import small_project

DAY = "2027-01-31"
HEADS = ["What", "Where", "Who leads", "By when", "State", "Reason"]
NASTY = ["=1+1", "<script>alert(1)</script>", "{place}", "\u202e' OR 1=1 --", "@SUM(A1)", "  ", "x" * 3_000, "a\x00b", "1e999", "DROP TABLE", "30/02/2027", "; ;", "-"]


@pytest.fixture(scope="module")
def town() -> Project:
    return small_project()


def table(path: Path, *rows: list[str], heads: list[str] = HEADS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([heads, *rows])
    return path


def brought(project: Project, path: Path) -> tuple[Project, IncomingAgreed]:
    incoming = understood(project, read_file(path))
    return taken_in(project, incoming), incoming


def with_some(project: Project) -> Project:
    frame = project.frame("schools")
    made = commitments.agree(project, "=HYPERLINK(\"http://x\")", leads="Boys & Girls Club, East; UCLA", helps="Red", seen="- a sign", day=DAY)
    made = commitments.agree(made, "Open the gym", layer="schools", feature=str(frame[ID].iloc[0]), approach="linked_learning", due="2027-06-30", day=DAY)
    return commitments.settle(made, made.commitments[0].id, "dropped", "No money", day="2027-03-01")


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_template_comes_back_as_it_went(town: Project, tmp_path: Path, ending: str, language: str) -> None:
    before, path = with_some(town), tmp_path / f"a{ending}"
    assert write_file(before, path, language=language) == 2
    after, incoming = brought(before, path)
    assert [row.state for row in incoming.rows] == [SAME, SAME]
    assert after is before
    fresh, incoming = brought(town, path)
    assert [row.state for row in incoming.rows] == [NEW, NEW]
    plain = {evolve(one, origin="", came="", settled="") for one in fresh.commitments}
    assert plain == {evolve(one, settled="") for one in before.commitments}, "another laptop has the same, under the same ids"


def test_the_same_file_twice_changes_nothing_even_after_other_words_here(town: Project, tmp_path: Path) -> None:
    path = table(tmp_path / "red.csv", ["Paint the hall", "", "Red", "2027-03-01", "", ""])
    once, _ = brought(town, path)
    assert brought(once, path)[0] is once
    edited = commitments.change(once, once.commitments[0].id, what="Paint both halls", due="2027-04-01", state=DONE)
    again, incoming = brought(edited, path)
    assert again is edited
    assert [row.state for row in incoming.rows] == [SAME]


def test_files_in_any_order_give_the_same(town: Project, tmp_path: Path) -> None:
    files = [table(tmp_path / f"{n}.csv", ["Paint the hall", "", "Red", "2027-03-01", "", ""], [f"Thing {n}", "", "Blue", "", "done", ""]) for n in range(3)]
    results = []
    for order in (files, files[::-1]):
        project = town
        for path in order:
            project, _ = brought(project, path)
        results.append({evolve(one, origin="", came="") for one in project.commitments})
    assert results[0] == results[1]
    assert len(results[0]) == 4


@pytest.mark.parametrize(("row", "field", "answer"), [
    (["", "", "Red", "", "", ""], "what", "A nurse"), (["A", "Nowhere High", "", "", "", ""], "where", "all"), (["A", "", "", "June 2027", "", ""], "due", "2027-06-30"),
    (["A", "", "", "6/7/2027", "", ""], "due", "2027-07-06"), (["A", "", "", "soon", "", ""], "due", "-"), (["A", "", "", "", "maybe", ""], "state", "open"),
    (["A", "", "", "", "dropped", ""], "reason", "No money"),
])  # fmt: skip
def test_a_row_that_does_not_fit_is_asked_about_and_stays_out(town: Project, tmp_path: Path, row: list[str], field: str, answer: str) -> None:
    path = table(tmp_path / "a.csv", row)
    after, incoming = brought(town, path)
    assert after is town
    assert [(one.state, [question.field for question in one.questions]) for one in incoming.rows] == [(ASKED, [field])]
    file = read_file(path)
    settled = understood(town, file, {(1, field): answer})
    assert [one.state for one in settled.rows] == [NEW]
    kept = taken_in(town, settled)
    assert brought(kept, path)[0] is kept, "what was settled is not asked again"


def test_two_schools_of_one_name_are_asked_about_with_both(town: Project, tmp_path: Path) -> None:
    frame = town.frame("schools").copy()
    frame[NAME] = "Central"
    twins = town.with_layer(town.layer("schools"), frame)
    (row,) = brought(twins, table(tmp_path / "a.csv", ["A", "central", "", "", "", ""]))[1].rows
    assert row.state == ASKED
    assert len(row.questions[0].choices) == len(frame) + 1
    value = row.questions[0].choices[0].value
    (settled,) = understood(twins, read_file(tmp_path / "a.csv"), {(1, "where"): value}).rows
    assert settled.made is not None
    assert settled.made.feature == str(frame[ID].iloc[0])


def test_a_code_that_lost_its_zeros_is_asked_about_and_its_school_offered(town: Project, tmp_path: Path) -> None:
    (row,) = brought(town, table(tmp_path / "a.csv", ["A", "1964733000002", "", "", "", ""]))[1].rows
    assert row.state == ASKED
    assert row.questions[0].choices[0].value == "Middle School (01964733000002)"


def test_other_words_for_what_is_here_wait_for_somebody_to_say_whose_stay(town: Project, tmp_path: Path) -> None:
    before = with_some(town)
    path = tmp_path / "a.csv"
    write_file(before, path)
    text = path.read_text("utf-8-sig").replace("Open the gym", "Open the gym and the yard")
    path.write_text(text, "utf-8")
    incoming = understood(before, read_file(path))
    (changed,) = [row for row in incoming.rows if row.state == CHANGED]
    assert [(one.field, str(one.ours), str(one.theirs)) for one in changed.differences] == [("what", "Open the gym", "Open the gym and the yard")]
    assert taken_in(before, incoming) is before
    after = taken_in(before, incoming, {changed.number})
    assert after.commitments[1].what == "Open the gym and the yard"
    assert after.commitments[1].id == before.commitments[1].id


def test_a_column_that_is_not_there_takes_nothing_away(town: Project, tmp_path: Path) -> None:
    before = commitments.agree(town, "A nurse", leads="Red", seen="A door", helps="Blue", day=DAY)
    path = table(tmp_path / "a.csv", ["A nurse", "Red"], heads=["What", "Who leads"])
    after, incoming = brought(before, path)
    assert after is before
    assert [row.state for row in incoming.rows] == [SAME]


def test_an_id_that_ecomap_did_not_make_is_none(town: Project, tmp_path: Path) -> None:
    one = table(tmp_path / "red.csv", ["1", "A nurse"], heads=["Id", "What"])
    other = table(tmp_path / "blue.csv", ["1", "A gym"], heads=["Id", "What"])
    project, _ = brought(town, one)
    project, incoming = brought(project, other)
    assert [row.state for row in incoming.rows] == [NEW]
    assert len(project.commitments) == 2


def test_the_fullest_sheet_of_a_workbook_need_not_be_ours(town: Project, tmp_path: Path) -> None:
    import openpyxl

    path = tmp_path / "a.xlsx"
    write_file(with_some(town), path)
    book = openpyxl.load_workbook(path)
    full = book.create_sheet("Budget")
    for line in range(1, 200):
        for column in range(1, 9):
            full.cell(line, column, f"x{line}{column}")
    book.save(path)
    assert len(read_agreed(path).rows) == 2


def test_a_file_of_something_else_is_refused(town: Project, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no table of what was agreed"):
        read_file(table(tmp_path / "a.csv", ["1", "2"], heads=["Shoe", "Size"]))
    with pytest.raises(InputError):
        write_file(town, tmp_path / "a.pdf")


def test_hostile_files_are_never_applied_in_silence_and_twice_is_once(town: Project, tmp_path: Path) -> None:
    dice = random.Random(14)
    for turn in range(60):
        path = table(tmp_path / "a.csv", *([dice.choice([*NASTY, "Red", ""]) for _ in HEADS] for _ in range(dice.randrange(1, 9))))
        try:
            file = read_file(path)
        except InputError:
            continue
        incoming = understood(town, file)
        once = taken_in(town, incoming)
        assert all(one.sound for one in once.commitments), turn
        assert all(row.made is None for row in incoming.rows if row.state == ASKED)
        assert taken_in(once, understood(once, file)) is once, turn
        texts = {cell for row in file.rows for cell in row.cells.values()}
        assert all(one.what in texts for one in once.commitments)


@pytest.mark.parametrize(("text", "days"), [
    ("2027-06-30", ("2027-06-30",)), ("6/30/2027", ("2027-06-30",)), ("30/6/2027", ("2027-06-30",)), ("6/6/2027", ("2027-06-06",)),
    ("6/7/2027", ("2027-06-07", "2027-07-06")), ("2027", ()), ("spring 2027", ()), ("TBD", ()), ("2027-02-30", ()), ("", ()),
])  # fmt: skip
def test_a_day_is_plain_or_it_is_asked(text: str, days: tuple[str, ...]) -> None:
    assert days_meant(text) == days
