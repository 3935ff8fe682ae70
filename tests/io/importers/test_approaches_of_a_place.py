"""Approaches are data of a place: one that EcoMap does not ship keeps its own name, and can be asked about."""

from __future__ import annotations

from pathlib import Path

import ecomap
from ecomap.io.importers import import_file
from ecomap.workspace.choices import approaches, coverage_targets
from tests.io.making import squares, write_geojson, write_text

SITES = ("name,approach,status,latitude,longitude\nOne,Community schools,active,34.005,-118.295\nTwo,Beacon,active,34.005,-118.285\n"
         "Three,Beacon,closed,34.005,-118.275\nFour,Beacon,active,34.005,-118.265\n")


def test_rows_of_an_unknown_approach_are_kept_under_its_name(tmp_path: Path) -> None:
    result = import_file(write_text(tmp_path / "sites.csv", SITES), "site", target_crs="EPSG:3310")
    assert result.frame.set_index("name")["approach"].to_dict() == {"One": "community_school", "Two": "Beacon", "Three": "Beacon", "Four": "Beacon"}
    assert result.report.count("dropped") == 0
    assert [line.examples for line in result.report.lines if "does not ship" in line.text] == [("Beacon",)]
    assert {symbol[0] for symbol in result.layer.style.symbols} == {"community_school", "Beacon"}


def test_it_is_offered_and_can_be_asked_about(tmp_path: Path) -> None:
    areas = write_geojson(tmp_path / "areas.geojson", squares(GEOID=[f"0603710111{n}" for n in range(4)], children=[100, 200, 300, 400]))
    project, _ = ecomap.import_file(ecomap.new(), areas, role="need_area")
    project, _ = ecomap.import_file(project, write_text(tmp_path / "sites.csv", SITES), role="site")
    assert "Beacon" in {choice.value for choice in approaches(project)}
    assert "approach:Beacon" in {choice.value for choice in coverage_targets(project)}
    _, result = ecomap.run(project, "coverage-gap", target="approach:beacon", radius="200m")
    assert result.outputs
    _, every = ecomap.run(project, "coverage-gap", target="approach:*", radius="200m")
    assert [note.count for note in every.notes if "has ended" in note.text] == [1]


def test_services_that_nobody_sorted_are_no_target(tmp_path: Path) -> None:
    text = "name,category,latitude,longitude\nA,Food,34.005,-118.295\nB,,34.005,-118.285\nC,Not sorted,34.005,-118.275\n"
    project, _ = ecomap.import_file(ecomap.new(), write_text(tmp_path / "services.csv", text), role="service")
    assert {choice.value for choice in coverage_targets(project) if choice.value.startswith("service:")} == {"service:Food"}


def test_the_files_own_columns_are_proposed_where_no_category_is_found(tmp_path: Path) -> None:
    text = "name,What we do,latitude,longitude\n" + "".join(
        f"Place {n},{'Meals' if n % 2 else 'Beds'},34.0{n},-118.2{n}\n" for n in range(6))
    path = write_text(tmp_path / "services.csv", text)
    first = import_file(path, "service", target_crs="EPSG:3310")
    (doubt,) = first.doubts
    assert (doubt.code, [option.value for option in doubt.options], doubt.taken) == ("category", ["What we do", "none"], "none")
    assert set(first.frame["category"]) == {""}
    second = import_file(path, "service", target_crs="EPSG:3310", answers={"category": "What we do"})
    assert set(second.frame["category"]) == {"Meals", "Beds"}
