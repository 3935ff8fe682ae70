"""What differs between an earlier version and now, and that keeping one overwrites nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from ecomap.io.store import open_project, save_project
from ecomap.model.errors import InputError
from ecomap.workspace import operations
from ecomap.workspace.versions import differences, earlier_versions, keep_version
from tests.small_project import small_project


def test_the_same_has_no_differences(tmp_path: Path) -> None:
    save_project(small_project(), tmp_path / "a.ecomap.gpkg")
    assert differences(open_project(tmp_path / "a.ecomap.gpkg"), small_project()) == ()


def test_layers_rows_titles_and_looks_are_told() -> None:
    now = small_project()
    frame = now.frames["schools"].copy()
    frame.loc[frame.index[:2], "enrollment"] = 7.0
    before = evolve(now, frames={**now.frames, "schools": frame.iloc[:-1]}, title="Then")
    before = operations.set_visible(before, "schools", not now.layer("schools").visible)
    others = [layer.id for layer in now.layers if layer.id != "schools"]
    before = operations.remove_layer(before, others[0])
    assert set(differences(before, now)) == {
        "Its title is “Then”.", f"It does not have the layer “{now.layer(others[0]).name}” yet.",
        "“Schools” has 3 rows that differ.", "1 layer is drawn otherwise.",
    }
    assert f"It still has the layer “{now.layer(others[0]).name}”." in differences(now, before)


def test_answers_are_told() -> None:
    now = small_project()
    asked, result = operations.run_analysis(now, "coverage-gap", {})
    assert differences(asked, now) == (f"It still has the answer “{result.title}”.",)
    assert differences(now, asked) == (f"It does not have the answer “{result.title}” yet.",)


def test_versions_are_listed_and_kept_under_another_name_only(tmp_path: Path) -> None:
    path = tmp_path / "a.ecomap.gpkg"
    assert earlier_versions(path) == ()
    for title in ("one", "two", "three"):
        save_project(operations.set_title(small_project(), title), path)
    versions = earlier_versions(path)
    assert [one.path.name[-4:] for one in versions] == [".~1~", ".~2~"]
    before = path.read_bytes(), versions[0].path.read_bytes()
    for taken in (path, versions[0].path, versions[1].path):
        with pytest.raises(InputError):
            keep_version(versions[0].path, taken, of=path)
    assert (path.read_bytes(), versions[0].path.read_bytes()) == before
    keep_version(versions[0].path, tmp_path / "b.ecomap.gpkg", of=path)
    assert open_project(tmp_path / "b.ecomap.gpkg").title == "two"
