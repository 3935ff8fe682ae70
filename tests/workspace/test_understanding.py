"""A file is understood before anything is kept; what was settled once holds for next year's file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.workspace import operations, recipes

AREAS = {"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {"GEOID": f"5303300{n:02d}00", "kids": 100 + 10 * n, "walk_index": 3 + n, "no_park": n % 5},
     "geometry": {"type": "Polygon", "coordinates": [[[-122.3 + n / 100, 47.6], [-122.29 + n / 100, 47.6], [-122.29 + n / 100, 47.61],
                                                      [-122.3 + n / 100, 47.61], [-122.3 + n / 100, 47.6]]]}} for n in range(1, 9)]}
CLINICS = "Name,Category,Lat,Lon,Notes,Blank\nNorth,Health,47.605,-122.285,a,\nSouth,Food,47.606,-122.265,b,\n"


def areas(folder: Path, name: str = "areas.geojson") -> Path:
    path = folder / name
    path.write_text(json.dumps(AREAS))
    return path


def clinics(folder: Path, text: str = CLINICS, name: str = "clinics.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_every_column_is_told_and_nothing_is_kept(tmp_path: Path) -> None:
    project = Project()
    found = operations.understand(project, clinics(tmp_path), "service")
    uses = {use.column: use for use in found.view.columns}
    assert {column: use.use for column, use in uses.items()} == {
        "Name": "used", "Category": "used", "Lat": "used", "Lon": "used", "Notes": "used", "Blank": "left out"}
    assert "empty" in uses["Blank"].why
    assert all(use.why for use in uses.values())
    assert project.layers == ()
    assert found.view.box == pytest.approx((-122.285, 47.605, -122.265, 47.606), abs=1e-6)


def test_keeping_what_was_understood_is_the_same_as_importing(tmp_path: Path) -> None:
    path = areas(tmp_path)
    kept, report = operations.import_understood(Project(), operations.understand(Project(), path, "need_area", indicators={"no_park": 1}))
    imported, again = operations.import_file(Project(), path, "need_area", indicators={"no_park": 1})
    assert report == again
    assert kept.crs == imported.crs
    assert kept.frame(report.layer_id).equals(imported.frame(report.layer_id))
    assert [(one.column, one.direction) for one in kept.layers[0].indicators] == [(one.column, one.direction) for one in imported.layers[0].indicators]


def test_a_file_that_cannot_be_brought_in_says_why_and_what_it_knows(tmp_path: Path) -> None:
    path = clinics(tmp_path, "Name,Category\nNorth,Health\n")
    view = operations.understand(Project(), path, "service").view
    assert view.problem
    assert view.hint
    assert {use.column for use in view.columns} == {"Name", "Category"}
    with pytest.raises(InputError, match=str(view.problem)[:30]):
        operations.import_file(Project(), path, "service")


def test_a_field_that_the_role_does_not_know_is_told_and_no_mistake(tmp_path: Path) -> None:
    view = operations.understand(Project(), clinics(tmp_path), "service", mapping={"colour": "Notes"}).view
    assert "'colour'" in view.problem
    assert {use.column for use in view.columns} >= {"Name", "Notes"}


def test_next_years_file_needs_no_answers(tmp_path: Path) -> None:
    first, _ = operations.import_file(Project(), clinics(tmp_path), "service", mapping={"detail": "", "address": "Notes"})
    changed = clinics(tmp_path, CLINICS.replace("Blank", "Phone").replace(",a,", ",a,555"), "clinics_2027.csv")
    found = operations.understand(first, changed)
    assert found.view.role == "service"
    assert found.view.mapping["address"] == "Notes"
    assert "clinics.csv" in found.view.recipe
    assert "Phone" in found.view.recipe
    assert "Blank" in found.view.recipe
    fresh = operations.understand(first, changed, "service", recipes=False)
    assert "address" not in fresh.view.mapping
    assert not fresh.view.recipe


def test_what_no_longer_fits_is_said_and_not_forced(tmp_path: Path) -> None:
    first, _ = operations.import_file(Project(), clinics(tmp_path), "service", mapping={"address": "Notes"})
    changed = clinics(tmp_path, CLINICS.replace("Notes", "Remarks"), "new.csv")
    _, report = operations.import_file(first, changed, "service")
    assert "address" not in dict(report.mapping)
    assert any(line.kind == "caution" and "Notes" in line.examples for line in report.lines)


def test_what_is_said_now_wins_over_what_was_said_then(tmp_path: Path) -> None:
    path = areas(tmp_path)
    first, _ = operations.import_file(Project(), path, "need_area", indicators={"no_park": 1})
    after, report = operations.import_file(first, path, "need_area", indicators={"no_park": -1})
    ways = {one.column: one.direction for one in after.layer(report.layer_id).indicators}
    assert ways["no_park"] == -1
    again, report = operations.import_file(after, path, "need_area")
    assert {one.column: one.direction for one in again.layer(report.layer_id).indicators}["no_park"] == -1


def test_recipes_outlive_the_file_and_can_be_handed_on(tmp_path: Path) -> None:
    first, _ = operations.import_file(Project(), areas(tmp_path), "need_area", indicators={"no_park": 1})
    operations.save_project(first, tmp_path / "a.ecomap.gpkg")
    opened = operations.open_project(tmp_path / "a.ecomap.gpkg")
    assert opened.recipes == first.recipes
    assert recipes.write_recipes(opened, tmp_path / "recipes.json") == 1
    other = recipes.with_recipes_of(Project(), tmp_path / "recipes.json")
    assert other.recipes == first.recipes
    after, report = operations.import_file(other, areas(tmp_path, "elsewhere.geojson"), "need_area")
    assert {one.column: one.direction for one in after.layer(report.layer_id).indicators}["no_park"] == 1
    assert recipes.without_recipe(other, 0).recipes == ()
    with pytest.raises(InputError, match="number 2"):
        recipes.without_recipe(other, 1)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "other"}', '{"kind": "ecomap-recipes", "recipes": [{"role": 3}, 7]}', "{" * 5000, "\x00"])
def test_a_stranger_is_no_file_of_recipes(text: str, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(InputError, match=r"r\.json"):
        recipes.with_recipes_of(Project(), tmp_path / "r.json")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(6)), rows=st.permutations(range(2)))
def test_order_of_rows_and_columns_changes_nothing(order: list[int], rows: list[int], tmp_path: Path) -> None:
    lines = [line.split(",") for line in CLINICS.splitlines()]
    body = [lines[0], *(lines[1 + row] for row in rows)]
    text = "\n".join(",".join(line[place] for place in order) for line in body) + "\n"
    plain = operations.understand(Project(), clinics(tmp_path), "service").view
    mixed = operations.understand(Project(), clinics(tmp_path, text, "mixed.csv"), "service").view
    assert mixed.mapping == plain.mapping
    assert {use.column: (use.use, use.field) for use in mixed.columns} == {use.column: (use.use, use.field) for use in plain.columns}


SWAPPED = "school_id,school_name,latitude,longitude\n" + "".join(f"40{n},School {n},-87.6{n},41.8{n}\n" for n in range(1, 7))
RIGHT = "school_id,school_name,latitude,longitude\n" + "".join(f"40{n},School {n},41.8{n},-87.6{n}\n" for n in range(1, 7))


@pytest.mark.parametrize(("text", "said"), [(SWAPPED, (("axes", "swapped"),)), (RIGHT, ())])
def test_how_last_years_cells_were_meant_holds_only_where_the_doubt_comes_again(text: str, said: tuple[tuple[str, str], ...], tmp_path: Path) -> None:
    first, _ = operations.import_file(Project(), clinics(tmp_path, SWAPPED, "2025.csv"), "school", answers={"axes": "swapped"})
    after, report = operations.import_file(first, clinics(tmp_path, text, "2026.csv"), "school")
    places = after.frame(report.layer_id).to_crs("EPSG:4326").geometry
    assert places.y.between(41, 42).all(), "a publisher who has mended the file is not swapped again"
    assert report.answers == said


@pytest.mark.parametrize("code", ["names", "duplicates"])
def test_answers_about_rows_of_then_are_asked_anew(code: str, tmp_path: Path) -> None:
    first, _ = operations.import_file(Project(), clinics(tmp_path), "service", answers={code: "yes"})
    assert code not in operations.understand(first, clinics(tmp_path, name="next.csv"), "service").view.answers


def test_a_remembered_system_is_not_forced_on_degrees(tmp_path: Path) -> None:
    feet = "name,category,x,y\n" + "".join(f"Clinic {n},Health,{6480000 + 900 * n},{1840000 + 700 * n}\n" for n in range(1, 6))
    degrees = "name,category,x,y\n" + "".join(f"Clinic {n},Health,-118.2{n},34.0{n}\n" for n in range(1, 6))
    first, report = operations.import_file(Project(), clinics(tmp_path, feet, "feet.csv"), "service", crs="EPSG:2229")
    again, _ = operations.import_file(first, clinics(tmp_path, feet.replace("Clinic", "Place"), "feet2.csv"), "service")
    assert len(again.layers) == 2, "the same kind of numbers: the same system, without being asked"
    after, report = operations.import_file(first, clinics(tmp_path, degrees, "degrees.csv"), "service")
    assert after.frame(report.layer_id).to_crs("EPSG:4326").geometry.x.between(-119, -118).all()
