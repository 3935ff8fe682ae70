"""What a snapshot weighs beside another, and how far undo reaches when memory is short."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.project import Project
from ecomap.model.said import name, say
from ecomap.workspace import memory, operations
from ecomap.workspace.memory import own_bytes, undo_mb
from ecomap.workspace.workspace import Workspace
from tests.small_project import small_project

ROWS = 100_000
COLUMN = ROWS * 8


def table(value: float) -> pd.DataFrame:
    return pd.DataFrame({"id": np.arange(ROWS), "value": np.full(ROWS, value)})


def project(value: float, base: Project | None = None) -> Project:
    return (base or Project()).with_layer(Layer("numbers", name("Numbers"), "reference", NO_GEOMETRY), table(value))


def test_a_snapshot_weighs_nothing_beside_one_with_the_same_rows() -> None:
    town = small_project()
    assert own_bytes(town, operations.set_visible(town, "schools", False)) == 0


def test_other_rows_weigh_their_columns_and_a_new_column_leaves_the_old_ones_shared() -> None:
    before = project(1.0)
    assert own_bytes(before, project(2.0)) == pytest.approx(2 * COLUMN)
    wider = before.with_layer(before.layers[0], before.frames["numbers"].assign(more=0.0))
    assert own_bytes(before, wider) == 0
    assert own_bytes(wider, before) == pytest.approx(COLUMN)


def test_shapes_that_another_snapshot_holds_weigh_nothing() -> None:
    town = small_project()
    areas = town.frames["need-areas"]
    turned = town.with_layer(town.layer("need-areas"), areas.iloc[::-1].reset_index(drop=True))
    moved = town.with_layer(town.layer("need-areas"), areas.set_geometry(areas.geometry.translate(1, 1)))
    assert own_bytes(moved, town) - own_bytes(turned, town) > len(areas) * memory.SHAPE_BYTES * 0.5


def test_an_answer_weighs_its_columns_and_not_the_shapes_it_borrows() -> None:
    town = small_project()
    asked, result = operations.run_analysis(town, "need-index", {"draws": 0})
    assert own_bytes(town, asked) == 0
    shapes = len(result.main.frame) * memory.SHAPE_BYTES
    assert own_bytes(asked, town) > 0
    assert own_bytes(asked, town) < own_bytes(asked, Project()) - shapes


def steps(workspace: Workspace, count: int) -> None:
    for number in range(count):
        workspace.apply(project(float(number), workspace.project), say("Step {n}", n=number))


def test_undo_keeps_what_fits_and_drops_the_oldest_first() -> None:
    workspace = Workspace(undo_bytes=3 * 2 * COLUMN + 1000)
    steps(workspace, 10)
    assert workspace.undo_bytes <= 3 * 2 * COLUMN + 1000
    assert workspace.dropped == 7
    assert workspace.oldest_label == "Step 7"
    back = []
    while workspace.undo_label:
        back.append(str(workspace.undo_label))
        workspace.undo()
    assert back == ["Step 9", "Step 8", "Step 7"]
    assert float(workspace.project.frames["numbers"]["value"].iloc[0]) == 6.0


def test_the_last_step_can_always_be_taken_back_and_redone() -> None:
    workspace = Workspace(undo_bytes=1)
    steps(workspace, 5)
    assert workspace.undo_label == "Step 4"
    workspace.undo()
    assert float(workspace.project.frames["numbers"]["value"].iloc[0]) == 3.0
    workspace.redo()
    assert float(workspace.project.frames["numbers"]["value"].iloc[0]) == 4.0


def test_steps_that_hold_no_rows_of_their_own_are_never_dropped() -> None:
    workspace = Workspace(small_project(), undo_bytes=1)
    for number in range(50):
        workspace.apply(operations.set_visible(workspace.project, "schools", bool(number % 2)), say("Look {n}", n=number))
    assert workspace.dropped == 0
    assert workspace.undo_bytes == 0


def test_another_project_begins_anew() -> None:
    workspace = Workspace(undo_bytes=1)
    steps(workspace, 5)
    workspace.replace(small_project(), None)
    assert (workspace.dropped, workspace.undo_bytes, workspace.oldest_label) == (0, 0, None)


@pytest.mark.parametrize(("machine", "wanted", "expected"), [
    (24_000, 0, 500), (4_000, 0, 250), (512, 0, 50), (0, 0, 500), (24_000, 80, 80), (512, 9_000, 9_000),
])
def test_how_much_undo_may_hold(machine: int, wanted: int, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "machine_mb", lambda: machine)
    assert undo_mb(wanted) == expected


def test_giving_back_is_safe_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    memory.give_back()
    monkeypatch.setattr(memory.sys, "platform", "win32")
    memory.give_back()


def test_what_was_kept_for_a_second_look_is_forgotten_with_the_project() -> None:
    from ecomap.analysis.travel import street
    from ecomap.io.reading.process import apart

    street._KEPT._network = (b"sign", object())  # type: ignore[assignment]
    apart._KEPT._sources["key"] = (object(), 1)  # type: ignore[index, assignment]
    memory.forget_kept()
    assert street._KEPT._network is None
    assert not apart._KEPT._sources
