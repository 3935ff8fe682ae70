"""Each kind of correction: what accepting would change, that it changes this and no more, and what stays for the planner to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ecomap.analysis.at_work import open_on
from ecomap.io.corrections import read_corrections
from ecomap.model.dates import day_of
from ecomap.model.errors import InputError
from ecomap.model.layer import Column
from ecomap.model.project import Project
from ecomap.workspace import operations
from ecomap.workspace.corrections import coming, settling
from ecomap.workspace.corrections.effect import effect_of
from ecomap.workspace.corrections.number import number_meant
from ecomap.workspace.corrections.on_page import became, corrections_part, page_id
from ecomap.workspace.corrections.subject import subject_of
from ecomap.workspace.operations import run_analysis
from tests.correction_files import WEST, about, content, entry
from tests.small_project import small_project

HERE = [-118.36, 33.92]  # in the town's south-east


def with_one(project: Project | None = None, **values: Any) -> tuple[Project, str]:
    kind = values.pop("kind", "closed")
    after, _ = coming.received(project or small_project(), [read_corrections(content(entry(kind, **values)), "f")])
    (one,) = [one for one in after.corrections if one.waits]
    return after, one.id


def changed(before: Project, after: Project) -> set[str]:
    return {key for key in after.frames if before.frames.get(key) is not after.frames[key]}


def test_what_closed_ends_on_the_day_of_the_note_or_since_when_it_says() -> None:
    before, key = with_one(about=about("services", "s1", "Counselling office"))
    assert "12 November 2026" in effect_of(before, before.corrections[0]).words
    after = settling.accept(before, key)
    row = after.frame("services").iloc[0]
    assert (row["end"], changed(before, after)) == ("2026-11-12", {"services"})
    assert "Closed" in row["corrected"]
    assert "readers" in after.layer("services").sources[-1].title
    since, key = with_one(about=about("services", "s1", "Counselling office"), since="2026-05")
    assert settling.accept(since, key).frame("services")["end"].iloc[0] == "2026-05"


def test_a_closed_service_counts_in_no_answer_from_that_day_on() -> None:
    def counted(project: Project, day: str) -> bool:
        row = project.frame("services")
        return bool(open_on(row, day_of(day))[0])

    before, key = with_one(about=about("services", "s1", "Counselling office"))
    after = settling.accept(before, key)
    assert [counted(before, "2026-11-11"), counted(before, "2026-11-12")] == [True, True]
    assert [counted(after, "2026-11-11"), counted(after, "2026-11-12")] == [True, False]


def test_what_has_ended_already_and_what_cannot_end_change_nothing() -> None:
    before, key = with_one(about=about("services", "s1", "Counselling office"))
    after = settling.accept(before, key)
    again, second = with_one(after, about=about("services", "s1", "Counselling office"), text="Really")
    assert "already" in effect_of(again, settling.correction(again, second)).words
    with pytest.raises(InputError):
        settling.accept(again, second)
    area, key = with_one(about=about("need-areas", "06037000001", "Tract 1"))
    assert effect_of(area, area.corrections[0]).make is None


def test_a_moved_school_takes_what_is_at_it_along() -> None:
    before, key = with_one(kind="moved", about=about("schools", "01964733000002", "Middle School"), place=HERE)
    after = settling.accept(before, key)
    assert changed(before, after) == {"schools", "sites"}
    assert after.frame("schools").geometry.iloc[1].distance(after.frame("sites").geometry.iloc[0]) < 1
    assert after.frame("schools").geometry.iloc[1].distance(before.frame("schools").geometry.iloc[1]) > 1000
    assert after.frame("schools")["corrected"].tolist()[0] == ""


def test_without_the_new_place_nothing_moves() -> None:
    before, key = with_one(kind="moved")
    assert effect_of(before, before.corrections[0]).make is None
    with pytest.raises(InputError):
        settling.accept(before, key)


def test_what_is_missing_becomes_a_row_with_name_and_place_alone_and_keeps_every_kind_of_column() -> None:
    before, key = with_one(kind="missing", about={"layer": "services", "name": "Valley Clinic"}, place=HERE)
    after = settling.accept(before, key)
    row = after.frame("services").iloc[-1]
    assert (row["name"], row["category"], row["id"]) == ("Valley Clinic", "", f"note-{key}")
    assert dict(before.frame("services").dtypes) == {column: after.frame("services")[column].dtype for column in before.frame("services")}
    again, second = with_one(after, kind="missing", about={"layer": "services", "name": "valley  clinic"}, place=HERE, author="B")
    assert "already" in effect_of(again, settling.correction(again, second)).words


@pytest.mark.parametrize("values", [{"about": {"name": "X"}}, {"about": {"layer": "services"}, "text": "a clinic"}, {"about": {"layer": "services", "name": "X"}, "place": None},
                                    {"about": {"layer": "need-areas", "name": "X"}}, {"about": {"layer": "gone", "name": "X"}}])
def test_missing_without_list_name_or_place_is_for_the_planners_hand(values: dict[str, Any]) -> None:
    before, key = with_one(**{"kind": "missing", "place": HERE, **values})
    assert effect_of(before, before.corrections[0]).make is None
    after = settling.accept(before, key, by_hand="Added to the inventory")
    assert (after.corrections[0].state, after.corrections[0].reason, changed(before, after)) == ("accepted", "Added to the inventory", set())


def test_a_wrong_number_becomes_the_right_one_and_its_margin_is_not_known() -> None:
    before, key = with_one(kind="wrong", about=about("need-areas", "06037000005", "Tract 5", label="Children in poverty", shown="50 %"), should="44 %")
    effect = effect_of(before, before.corrections[0])
    assert "44" in effect.words
    assert "44" not in effect.told, "a page made afterwards says no number: it may count a few people"
    after = settling.accept(before, key)
    row = after.frame("need-areas").iloc[4]
    assert row["poverty"] == pytest.approx(0.44)
    assert row["poverty_moe"] != row["poverty_moe"]
    assert after.frame("need-areas")["poverty"].drop(4).tolist() == before.frame("need-areas")["poverty"].drop(4).tolist()


def test_a_label_of_a_spanish_page_means_the_same_column() -> None:
    before, _ = with_one(kind="wrong", about=about(label="Nombre", shown="West School"), should="West Academy", language="es")
    assert effect_of(before, before.corrections[0]).make is not None


@pytest.mark.parametrize(("label", "should"), [
    ("Priority: Rank", "1"), ("Rank", "1"), ("", "5"), ("Children in poverty", ""), ("Children in poverty", "4 or 5"), ("Children in poverty", "44"), ("Id", "5")])
def test_a_wrong_number_that_is_no_cell_or_no_number_changes_nothing(label: str, should: str) -> None:
    before, _ = with_one(kind="wrong", about=about("need-areas", "06037000005", "Tract 5", label=label), should=should, text="It is wrong")
    effect = effect_of(before, before.corrections[0])
    assert effect.make is None
    assert effect.words


def test_a_code_becomes_only_a_word_that_its_column_has() -> None:
    project = small_project()
    project = project.with_layer_changed(evolve(project.layer("schools"), columns=(Column("governance", "Run by"),)))
    two = project.frame("schools").assign(governance=["district", "charter", "district"])
    project = project.with_layer(project.layer("schools"), two)
    for should, becomes in (("Charter", "charter"), ("Marte", None), ("district-run", None)):  # it is district-run already
        before, key = with_one(project, kind="wrong", about=about(label="Run by"), should=should)
        assert (effect_of(before, before.corrections[0]).make is not None) == (becomes is not None), should
        if becomes:
            assert settling.accept(before, key).frame("schools")["governance"].iloc[0] == becomes


def test_an_idea_changes_nothing_and_is_pinned_as_a_note_with_its_author() -> None:
    before, key = with_one(kind="idea", text="<b>More</b> shade", author="Ana", place=HERE)
    with pytest.raises(InputError):
        settling.accept(before, key)
    after = settling.keep(before, key)
    (note,) = after.notes
    assert "<b>More</b> shade" in note.text
    assert (note.author, after.corrections[0].state, changed(before, after)) == ("Ana", "noted", set())


def test_declining_needs_a_reason_and_can_be_taken_back() -> None:
    before, key = with_one()
    with pytest.raises(InputError):
        settling.decline(before, key, "  ")
    declined = settling.decline(before, key, "It is open.")
    with pytest.raises(InputError):
        settling.accept(declined, key)
    assert settling.reopen(declined, key).corrections == before.corrections


def test_what_is_gone_or_only_shares_an_id_is_not_taken_for_the_place() -> None:
    for layer, feature, called in (("schools", "404", "X"), ("gone", WEST, "Other School"), ("", "", "")):
        before, _ = with_one(about=about(layer, feature, called), place=HERE)
        assert effect_of(before, before.corrections[0]).make is None
    before, _ = with_one(about=about("gone", WEST, "west school"))
    assert effect_of(before, before.corrections[0]).make is not None, "the layer was made anew under another id"


def test_another_name_than_on_the_page_is_a_doubt() -> None:
    before, _ = with_one(about=about(name="Old Name"))
    assert "Old Name" in effect_of(before, before.corrections[0]).doubt
    same, _ = with_one()
    assert not effect_of(same, same.corrections[0]).doubt


def test_everything_settled_is_saved_and_comes_back(tmp_path: Path) -> None:
    project = small_project()
    for values in (
        {"about": about("services", "s1", "Counselling office")}, {"kind": "missing", "about": {"layer": "services", "name": "V"}, "place": HERE},
        {"kind": "wrong", "about": about("need-areas", "06037000005", "Tract 5", label="Children in poverty"), "should": "44 %"},
    ):
        project, key = with_one(project, **values)
        project = settling.accept(project, key)
    operations.save_project(project, tmp_path / "a.ecomap.gpkg")
    again = operations.open_project(tmp_path / "a.ecomap.gpkg")
    assert again.faults == ()
    assert again.corrections == project.corrections
    assert again.frame("services")["corrected"].tolist() == project.frame("services")["corrected"].tolist()


def test_a_page_made_afterwards_tells_what_became_of_them_but_not_who_wrote_what() -> None:
    project, key = with_one(text="SECRET WORDS", author="Ana Secret", about=about("services", "s1", "Stranger's name"))
    project = settling.accept(project, key)
    project, key = with_one(project, kind="missing", about={"layer": "services", "name": "RUDE NAME"}, place=HERE, text="SECRET WORDS", author="Ana Secret")
    project = settling.decline(project, key, "We looked: nothing is there.")
    project, _ = with_one(project, kind="idea", text="SECRET IDEA")
    told = became(project)
    words = " ".join(f"{one.kind} {one.about} {one.written} {one.state} {one.why}" for one in told)
    assert len(told) == 2
    assert "Counselling office" in words
    assert "We looked: nothing is there." in words
    for never in ("SECRET", "Secret", "RUDE", "Stranger"):
        assert never not in words
    part = corrections_part(project)
    assert part is not None
    assert (part.waiting, part.lists) == (1, ("services", "sites", "schools"))


def test_a_page_is_known_by_what_is_on_it() -> None:
    project, _ = with_one()
    assert page_id(project) == page_id(small_project())
    assert page_id(project.with_day("2026-01-01", "told")) != page_id(project)


@pytest.mark.parametrize(("text", "unit", "number"), [("1 250", "count", 1250.0), ("$1,000,000", "usd", 1e6), ("0.4", "share", 0.4), ("100 %", "share", 1.0), ("101 %", "share", None),
                                                      ("5 %", "count", None), ("", "count", None), ("1e3", "count", None), ("12,5", "count", None), ("9" * 400, "count", None)])
def test_a_number_is_taken_only_where_it_can_be_read_in_one_way(text: str, unit: str, number: float | None) -> None:
    assert number_meant(text, unit) == number


def test_what_had_no_place_on_the_map_gets_one() -> None:
    project = small_project()
    bare = project.frame("services").copy()
    bare.geometry = [None]
    project = project.with_layer(project.layer("services"), bare)
    before, key = with_one(project, kind="moved", about=about("services", "s1", "Counselling office"), place=HERE)
    after = settling.accept(before, key)
    assert after.frame("services").geometry.iloc[0].distance(small_project().frame("schools").geometry.iloc[0]) < 10_000
    assert "put on the map" in after.corrections[0].did


def test_an_answer_is_not_corrected_but_what_it_rests_on() -> None:
    project = small_project()
    project, result = run_analysis(project, "need-index", {})
    before, _ = with_one(project, kind="wrong", about={"name": str(project.results[0].title)}, text="That cannot be")
    effect = effect_of(before, before.corrections[0])
    assert effect.make is None
    assert "part of an answer" in effect.words
    assert result.title


def test_what_an_answer_says_of_a_place_is_about_the_place_and_its_own_ground_is_nobodys() -> None:
    project, _ = run_analysis(small_project(), "coverage-gap", {"target": "service:Mental Health", "radius_m": 500.0})
    layers = {layer.id: layer for layer in project.layers if layer.result_id}
    found = {}
    for key in layers:
        frame = project.frame(key)
        if len(frame):
            one, _ = with_one(project, about=about(key, str(frame["id"].iloc[0]), "as some page called it"), text=key)
            found[key] = (subject_of(one, one.corrections[0]), effect_of(one, one.corrections[0]))
    assert len(found) >= 2
    assert any(subject is not None and subject.layer.id == "need-areas" for subject, _ in found.values())
    assert all("part of an answer" in effect.words for subject, effect in found.values() if subject is None)
