"""The review list: nothing merged in silence, decided once, undone like everything else, asked never twice."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.workspace import operations
from ecomap.workspace.contents import contents
from ecomap.workspace.inventory import export_template, import_inventory
from ecomap.workspace.inventory_edits import add_row, change_row
from ecomap.workspace.inventory_review import (
    ANSWERS,
    CELLS,
    DIFFERENT,
    OURS,
    PAIR,
    SAME,
    SAME_THEIRS,
    THEIRS,
    decide,
    open_questions,
    review_list,
)
from ecomap.workspace.inventory_tables import inventory_rows

OURS_FILE = """Name,Website,Phone,City
Los Angeles Education Partnership,https://laep.org,,
InnerCity Struggle,https://innercitystruggle.org,323-780-7605,
"""
THEIR_FILE = """Name,Website,Phone,City
L.A. Educaton Partnership,laep.org,213-622-5237,Los Angeles
InnerCity Struggle,https://innercitystruggle.org,323-000-0000,Los Angeles
Proyecto Pastoral,https://proyectopastoral.org,,
"""


def write(folder: Path, text: str, name: str) -> Path:
    """A table of organisations as a partner sends it: in a folder of its own, under the template's name."""
    place = folder / name / "organisations.csv"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return place


@pytest.fixture
def met(tmp_path: Path) -> tuple[Project, Path]:
    """A project that has met a partner's file, and the file."""
    before, _ = import_inventory(Project(), write(tmp_path, OURS_FILE, "ours"))
    theirs = write(tmp_path, THEIR_FILE, "theirs")
    return import_inventory(before, theirs)[0], theirs


def organisations(project: Project) -> dict[str, tuple[str, str, str]]:
    rows = inventory_rows(project, v.ORGANISATION)
    return dict(zip(rows[v.NAME], zip(rows[v.WEBSITE], rows[v.PHONE], rows[v.CITY])))


def key(project: Project, kind: str) -> str:
    return next(sides.question.key for sides in open_questions(project) if sides.question.kind == kind)


def test_a_file_leaves_a_pair_and_a_contradiction_on_the_list_and_merges_neither(met: tuple[Project, Path]) -> None:
    found = {sides.question.kind: sides for sides in open_questions(met[0])}
    assert set(found) == {PAIR, CELLS}
    assert (found[PAIR].name, found[PAIR].other_name) == ("Los Angeles Education Partnership", "L.A. Educaton Partnership")
    assert "name" in found[PAIR].question.why
    assert found[PAIR].differing == {v.NAME, v.WEBSITE, v.PHONE, v.CITY}
    assert found[CELLS].differing == {v.PHONE}
    assert (found[CELLS].ours[v.PHONE], found[CELLS].theirs[v.PHONE]) == ("323-780-7605", "323-000-0000")
    assert len(organisations(met[0])) == 4
    assert organisations(met[0])["InnerCity Struggle"] == ("https://innercitystruggle.org", "323-780-7605", "Los Angeles")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (SAME, {"Los Angeles Education Partnership": ("https://laep.org", "213-622-5237", "Los Angeles")}),
        (SAME_THEIRS, {"L.A. Educaton Partnership": ("laep.org", "213-622-5237", "Los Angeles")}),
        (DIFFERENT, {"Los Angeles Education Partnership": ("https://laep.org", "", ""),
                     "L.A. Educaton Partnership": ("laep.org", "213-622-5237", "Los Angeles")}),
    ],
)
def test_a_pair_is_answered_once_for_all(met: tuple[Project, Path], word: str, expected: dict[str, tuple[str, str, str]]) -> None:
    project, theirs = met
    after = decide(project, {key(project, PAIR): word})
    rows = organisations(after)
    assert {name: said for name, said in rows.items() if "Partnership" in name} == expected
    assert [sides.question.kind for sides in open_questions(after)] == [CELLS]
    again, report = import_inventory(after, theirs)
    assert again is after
    assert [item.name for item in report.waiting] == ["InnerCity Struggle"]


@pytest.mark.parametrize(("word", "phone"), [(OURS, "323-780-7605"), (THEIRS, "323-000-0000")])
def test_a_contradiction_is_answered_once_for_all(met: tuple[Project, Path], word: str, phone: str) -> None:
    project, theirs = met
    after = decide(project, {key(project, CELLS): word})
    assert organisations(after)["InnerCity Struggle"][1] == phone
    again, report = import_inventory(after, theirs)
    assert again is after
    assert all(item.name != "InnerCity Struggle" for item in report.waiting)
    assert "1 to look at" not in report.sentence or report.waiting


def test_after_every_answer_the_same_file_asks_nothing_even_when_our_word_has_changed(met: tuple[Project, Path]) -> None:
    project, theirs = met
    after = decide(project, {key(project, PAIR): SAME, key(project, CELLS): THEIRS})
    row_id = next(i for i, name in inventory_rows(after, v.ORGANISATION)[[v.ID, v.NAME]].itertuples(index=False) if name == "InnerCity Struggle")
    moved = change_row(after, v.ORGANISATION, row_id, {v.PHONE: "323-111-1111"})
    again, report = import_inventory(moved, theirs)
    assert again is moved
    assert report.waiting == ()
    assert open_questions(again) == ()


def test_a_newer_word_of_the_same_partner_is_asked_anew(met: tuple[Project, Path]) -> None:
    project, theirs = met
    after = decide(project, {key(project, CELLS): OURS})
    newer = write(theirs.parent.parent, THEIR_FILE.replace("323-000-0000", "323-999-9999"), "theirs")
    again, _ = import_inventory(after, newer)
    asked = [sides for sides in open_questions(again) if sides.question.kind == CELLS]
    assert [sides.theirs[v.PHONE] for sides in asked] == ["323-999-9999"]


def test_later_stays_open_and_is_asked_once(met: tuple[Project, Path]) -> None:
    project, theirs = met
    assert decide(project, {key(project, PAIR): ""}) is project
    again, _ = import_inventory(project, theirs)
    assert again is project
    assert len(open_questions(again)) == 2


def test_mentions_follow_when_two_organisations_are_one(met: tuple[Project, Path]) -> None:
    project, _ = add_row(met[0], v.STAFF_ROLE, {v.TITLE: "Coordinator", v.EMPLOYER: "L.A. Educaton Partnership"})
    after = decide(project, {key(project, PAIR): SAME})
    assert inventory_rows(after, v.STAFF_ROLE)[v.EMPLOYER].tolist() == ["Los Angeles Education Partnership"]
    renamed = decide(add_row(met[0], v.STAFF_ROLE, {v.TITLE: "Coach", v.EMPLOYER: "Los Angeles Education Partnership"})[0],
                     {key(met[0], PAIR): SAME_THEIRS})
    assert inventory_rows(renamed, v.STAFF_ROLE)[v.EMPLOYER].tolist() == ["L.A. Educaton Partnership"]


def test_the_list_is_saved_with_the_project_and_is_no_fact_about_it(met: tuple[Project, Path], tmp_path: Path) -> None:
    project, theirs = met
    after = decide(project, {key(project, CELLS): OURS})
    operations.save_project(after, tmp_path / "town.ecomap.gpkg")
    opened = operations.open_project(tmp_path / "town.ecomap.gpkg")
    assert review_list(opened) == review_list(after)
    assert len(open_questions(opened)) == 1
    assert import_inventory(opened, theirs)[0] is opened
    assert contents(opened).meta == contents(Project()).meta


def test_a_decision_by_command_is_remembered_too(tmp_path: Path) -> None:
    before, _ = import_inventory(Project(), write(tmp_path, OURS_FILE, "ours"))
    theirs = write(tmp_path, THEIR_FILE, "theirs")
    _, report = import_inventory(before, theirs)
    words = {"L.A. Educaton Partnership": "skip", "InnerCity Struggle": "keep"}
    after, told = import_inventory(before, theirs, decisions={item.key: words[item.name] for item in report.waiting})
    assert told.waiting == ()
    assert set(organisations(after)) == {"Los Angeles Education Partnership", "InnerCity Struggle", "Proyecto Pastoral"}
    again, told = import_inventory(after, theirs)
    assert again is after
    assert told.waiting == ()


def test_a_question_answers_itself_when_a_row_leaves_or_the_words_agree(met: tuple[Project, Path]) -> None:
    from ecomap.workspace.inventory_edits import remove_rows

    project, _ = met
    rows = inventory_rows(project, v.ORGANISATION)
    ids = dict(zip(rows[v.NAME], rows[v.ID]))
    project = remove_rows(project, v.ORGANISATION, [ids["L.A. Educaton Partnership"]])
    project = change_row(project, v.ORGANISATION, ids["InnerCity Struggle"], {v.PHONE: "323-000-0000"})
    assert open_questions(project) == ()


def test_answers_that_do_not_fit_are_refused(met: tuple[Project, Path]) -> None:
    with pytest.raises(InputError, match="no open question"):
        decide(met[0], {"organisation/nobody>x@y": SAME})
    with pytest.raises(InputError, match="no answer"):
        decide(met[0], {key(met[0], PAIR): OURS})


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"role": 1}]', '[{"role": "service", "changes": [[1]]}]'])
def test_a_list_somebody_meddled_with_is_no_list(text: str) -> None:
    assert review_list(Project(meta=(("inventory_review", text),))) == ()


_STEMS = ("Harbor House", "Valley Works", "Central Arts Center", "Eastside Reading Circle")
_LINE = st.tuples(
    st.sampled_from(_STEMS), st.sampled_from(["", "s", " Inc", "of"]), st.sampled_from(["", "https://a.org", "https://b.org"]),
    st.sampled_from(["", "213-555-0100", "213-555-0199"]), st.sampled_from(["", "Los Angeles"]),
)
_OURS = st.lists(_LINE, max_size=6, unique_by=lambda line: (line[0], line[1]))
_THEIRS = st.lists(_LINE, max_size=4, unique_by=lambda line: line[0])  # two rows on one thing can contradict each other


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ours=_OURS, theirs=_THEIRS, data=st.data())
def test_whatever_is_answered_the_same_file_asks_and_changes_nothing_more(ours: Any, theirs: Any, data: st.DataObject) -> None:
    def text(rows: Any) -> str:
        return "Name,Website,Phone,City\n" + "".join(f"{stem}{end},{web},{phone},{city}\n" for stem, end, web, phone, city in rows)

    with TemporaryDirectory() as name:
        project, _ = import_inventory(Project(), write(Path(name), text(ours), "ours"))
        file = write(Path(name), text(theirs), "theirs")
        met, report = import_inventory(project, file)
        assert report.adds_up
        assert set(organisations(project)) <= set(organisations(met))  # nothing merged in silence
        waiting = open_questions(met)
        assert len(waiting) <= len(report.waiting)
        answers = {s.question.key: data.draw(st.sampled_from(ANSWERS[s.question.kind])) for s in waiting}
        after = decide(met, answers)
        assert open_questions(after) == ()
        again, report = import_inventory(after, file)
        assert report.waiting == ()
        assert again is after


def test_the_order_of_two_partners_does_not_matter_where_they_say_different_things(tmp_path: Path) -> None:
    start, _ = import_inventory(Project(), write(tmp_path, OURS_FILE, "ours"))
    one = write(tmp_path, "Name,Website,Phone,City\nInnerCity Struggle,,,Los Angeles\nNew Partner,,,\n", "one")
    two = write(tmp_path, "Name,Website,Phone,City\nLos Angeles Education Partnership,,213-622-5237,\nOther Partner,,,\n", "two")
    ab = import_inventory(import_inventory(start, one)[0], two)[0]
    ba = import_inventory(import_inventory(start, two)[0], one)[0]
    assert organisations(ab) == organisations(ba)
    assert open_questions(ab) == open_questions(ba) == ()


def test_a_template_of_a_partners_own_project_brings_news_not_old_words(tmp_path: Path) -> None:
    ours, _ = add_row(Project(), v.ORGANISATION, {v.NAME: "InnerCity Struggle", v.WEBSITE: "https://innercitystruggle.org"})
    theirs, _ = add_row(Project(), v.ORGANISATION, {v.NAME: "InnerCity Struggle", v.WEBSITE: "https://other.org", v.PHONE: "323-780-7605"})
    export_template(theirs, tmp_path / "partner.xlsx")
    after, _ = import_inventory(ours, tmp_path / "partner.xlsx")
    assert organisations(after)["InnerCity Struggle"] == ("https://innercitystruggle.org", "323-780-7605", "")
    assert [sorted(sides.differing) for sides in open_questions(after)] == [[v.WEBSITE]]


def test_a_template_of_our_own_brings_no_old_words_back(tmp_path: Path) -> None:
    ours, _ = import_inventory(Project(), write(tmp_path, OURS_FILE, "ours"))
    export_template(ours, tmp_path / "partner.xlsx")
    rows = inventory_rows(ours, v.ORGANISATION)
    row_id = dict(zip(rows[v.NAME], rows[v.ID]))["InnerCity Struggle"]
    moved = change_row(ours, v.ORGANISATION, row_id, {v.PHONE: ""})
    assert import_inventory(moved, tmp_path / "partner.xlsx")[0] is moved


def test_two_rows_of_one_file_can_be_one_and_the_same(tmp_path: Path) -> None:
    start, _ = import_inventory(Project(), write(tmp_path, "Name,Website\nHarbor House,\n", "ours"))
    file = write(tmp_path, "Name,Website\nHarbor House,\nHarbor House Inc,\nHarbor Houses,\n", "theirs")
    met, _ = import_inventory(start, file)
    after = decide(met, {sides.question.key: SAME for sides in open_questions(met)})
    assert set(organisations(after)) == {"Harbor House"}
    again, report = import_inventory(after, file)
    assert again is after
    assert report.waiting == ()
