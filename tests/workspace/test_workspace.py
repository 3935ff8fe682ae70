"""The living state: one signal per change, undo and redo of everything, merges, and what is saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ecomap.model.change import Change
from ecomap.model.project import Project, View
from ecomap.workspace.workspace import Workspace


def titled(title: str) -> Project:
    return Project(title=title)


@pytest.fixture
def workspace() -> Workspace:
    return Workspace(titled("start"))


def titles(workspace: Workspace) -> str:
    return workspace.project.title


def test_undo_and_redo_walk_the_same_way(workspace: Workspace) -> None:
    for title in ("one", "two"):
        workspace.apply(titled(title), f"Call it {title}")
    assert workspace.undo_label == "Call it two"
    workspace.undo()
    assert (titles(workspace), workspace.undo_label, workspace.redo_label) == ("one", "Call it one", "Call it two")
    workspace.undo()
    assert (titles(workspace), workspace.undo_label, workspace.redo_label) == ("start", "", "Call it one")
    workspace.redo()
    workspace.redo()
    assert (titles(workspace), workspace.redo_label) == ("two", "")


def test_undo_brings_back_the_very_snapshot(workspace: Workspace) -> None:
    before = workspace.project
    workspace.apply(titled("one"), "One")
    after = workspace.project
    workspace.undo()
    assert workspace.project is before
    workspace.redo()
    assert workspace.project is after


def test_with_nothing_to_undo_nothing_happens(workspace: Workspace) -> None:
    assert workspace.undo().empty
    assert workspace.redo().empty
    assert titles(workspace) == "start"


def test_a_new_change_forgets_what_was_undone(workspace: Workspace) -> None:
    workspace.apply(titled("one"), "One")
    workspace.undo()
    workspace.apply(titled("two"), "Two")
    assert workspace.redo().empty
    assert titles(workspace) == "two"


def test_a_slider_drag_is_one_step(workspace: Workspace) -> None:
    for value in range(20):
        workspace.apply(titled(str(value)), "Opacity", merge_key="opacity:need")
    workspace.apply(titled("other"), "Opacity", merge_key="opacity:sites")
    workspace.undo()
    assert titles(workspace) == "19"
    workspace.undo()
    assert titles(workspace) == "start"


def test_two_drags_with_another_change_between_are_three_steps(workspace: Workspace) -> None:
    for title, key in (("1", "drag"), ("2", ""), ("3", "drag")):
        workspace.apply(titled(title), "Step", merge_key=key)
    for expected in ("2", "1", "start"):
        workspace.undo()
        assert titles(workspace) == expected


def test_changes_without_a_key_never_merge(workspace: Workspace) -> None:
    workspace.apply(titled("1"), "A")
    workspace.apply(titled("2"), "A")
    workspace.undo()
    assert titles(workspace) == "1"


def test_looking_around_is_not_undone_but_is_told(workspace: Workspace) -> None:
    heard: list[Change] = []
    workspace.connect(heard.append)
    workspace.look(evolve(workspace.project, view=View(1.0, 2.0, 0.5)))
    assert heard == [Change(view=True)]
    assert workspace.undo_label == ""


def test_everyone_hears_every_change_until_they_leave(workspace: Workspace) -> None:
    heard: list[Change] = []
    workspace.connect(heard.append)
    workspace.apply(titled("one"), "One")
    workspace.undo()
    workspace.redo()
    workspace.replace(titled("other"), None)
    assert heard == [Change(title=True)] * 4
    workspace.disconnect(heard.append)
    workspace.undo()
    assert len(heard) == 4


def test_applying_the_same_snapshot_is_no_step(workspace: Workspace) -> None:
    assert workspace.apply(workspace.project, "Nothing").empty
    assert workspace.undo_label == ""


def test_another_project_starts_clean(workspace: Workspace) -> None:
    workspace.apply(titled("one"), "One")
    workspace.replace(titled("opened"), Path("p.ecomap.gpkg"))
    assert workspace.undo().empty
    assert not workspace.dirty
    assert workspace.path == Path("p.ecomap.gpkg")


def test_dirty_follows_what_is_on_disk_through_undo(workspace: Workspace) -> None:
    workspace.apply(titled("one"), "One")
    assert workspace.dirty
    workspace.mark_saved(Path("p.ecomap.gpkg"))
    assert not workspace.dirty
    workspace.undo()
    assert workspace.dirty
    workspace.redo()
    assert not workspace.dirty


def test_a_change_made_while_saving_is_still_to_be_saved(workspace: Workspace) -> None:
    being_saved = workspace.project
    workspace.apply(titled("meanwhile"), "Meanwhile")
    workspace.mark_saved(Path("p.ecomap.gpkg"), being_saved)
    assert workspace.dirty


def test_the_oldest_steps_are_forgotten_first() -> None:
    workspace = Workspace(titled("start"), undo_limit=3)
    for number in range(10):
        workspace.apply(titled(str(number)), "Step")
    for _ in range(10):
        workspace.undo()
    assert titles(workspace) == "6"


@given(st.lists(st.sampled_from(["apply", "undo", "redo"]), max_size=40))
def test_undo_and_redo_agree_with_a_list_and_a_finger(steps: list[str]) -> None:
    workspace = Workspace(titled("0"))
    history, finger = ["0"], 0
    for number, step in enumerate(steps, start=1):
        if step == "apply":
            workspace.apply(titled(str(number)), "Step")
            history[finger + 1 :] = [str(number)]
            finger += 1
        elif step == "undo":
            workspace.undo()
            finger = max(finger - 1, 0)
        else:
            workspace.redo()
            finger = min(finger + 1, len(history) - 1)
        assert titles(workspace) == history[finger]
