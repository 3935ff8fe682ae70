"""A list with addresses only becomes places with the address ranges of the project; what is not found is listed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from attrs import evolve

from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.workspace import operations
from tests.io.addresses.county import METRES, House, made


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, list[House]]:
    path, houses = made(tmp_path_factory.mktemp("county"))
    project, report = operations.import_file(Project(crs=METRES), path, "address_range")
    assert report.adds_up
    return project, houses


def partner_list(folder: Path, houses: list[House], *more: tuple[str, str]) -> Path:
    rows = [(f"Helper {n}", f"{one.number} {one.street}", one.zip) for n, one in enumerate(houses)]
    rows += [(f"Lost {n}", *one) for n, one in enumerate(more)]
    pd.DataFrame(rows, columns=["Agency", "Street address", "ZIP"]).to_csv(folder / "partners.csv", index=False)
    return folder / "partners.csv"


LOST = (("P.O. Box 7", "90012"), ("101 Nowhere Rd", "90012"), ("101 Elmm St", "90012"))


def test_a_partner_list_with_addresses_only_becomes_places(county: tuple[Project, list[House]], tmp_path: Path) -> None:
    project, houses = county
    known = [one for one in houses if one.known and one.street == "Elm St"][:5]
    after, report = operations.import_file(project, partner_list(tmp_path, known, *LOST), "service")
    frame = after.frame(report.layer_id)
    assert report.adds_up
    assert (report.read, report.kept) == (8, 8)           # a service is never lost because its address is not found
    assert frame["place_quality"].tolist() == ["interpolated"] * 5 + ["not_found"] * 3
    assert frame.geometry.isna().tolist() == [False] * 5 + [True] * 3
    for house, point in zip(known, frame.geometry):
        assert ((point.x - house.x) ** 2 + (point.y - house.y) ** 2) ** 0.5 < 50.0
    told = {line.text: (line.count, line.examples) for line in report.lines if line.text.startswith("Addresses without a place")}
    assert told["Addresses without a place: a P.O. box, which is no place."] == (1, ("P.O. Box 7",))
    assert told["Addresses without a place: no street of this name in the address ranges."] == (1, ("101 Nowhere Rd",))
    assert len(told) == 3


def test_the_understanding_offers_it_with_every_address_that_has_no_place(county: tuple[Project, list[House]], tmp_path: Path) -> None:
    project, houses = county
    view = operations.understand(project, partner_list(tmp_path, [one for one in houses if one.known][:5], *LOST), "service").view
    doubt = next(one for one in view.doubts if one.code == "places")
    assert doubt.taken == "addresses"
    assert doubt.evidence[0].startswith("5 of 8 addresses are found")
    assert "P.O. Box 7: a P.O. box, which is no place" in doubt.rows
    asked = next(one for one in view.doubts if one.code == "street:Elmm St")
    assert ([option.value for option in asked.options], asked.taken) == (["Elm St", "none"], "")


def test_every_county_whose_streets_are_looked_through_is_named(county: tuple[Project, list[House]], tmp_path: Path) -> None:
    project, houses = county
    ranges = project.layers_of("address_range")[0]
    file = partner_list(tmp_path, [one for one in houses if one.known][:2])

    def evidence(of: Project) -> str:
        return next(one for one in operations.understand(of, file, "service").view.doubts if one.code == "places").evidence[0]

    assert evidence(project) == f"2 of 2 addresses are found along the streets of '{ranges.name}'."
    two = project.with_layer(evolve(ranges, id="next-county", name="Next county"), project.frame(ranges.id).iloc[:0])
    assert evidence(two) == f"2 of 2 addresses are found along the streets of 'Next county' and '{ranges.name}'."


def test_a_street_that_a_person_settles_is_taken(county: tuple[Project, list[House]], tmp_path: Path) -> None:
    project, houses = county
    house = next(one for one in houses if one.known and one.street == "Elm St")
    file = partner_list(tmp_path, [one for one in houses if one.known][:2], (f"{house.number} Elmm St", house.zip))
    after, report = operations.import_file(project, file, "service", answers={"street:Elmm St": "Elm St"})
    assert after.frame(report.layer_id)["place_quality"].tolist() == ["interpolated"] * 3
    _, report = operations.import_file(project, file, "service", answers={"street:Elmm St": "none"}, recipes=False)
    assert any("no street of this name" in line.text for line in report.lines)


def test_other_things_than_services_are_left_out_and_counted(county: tuple[Project, list[House]], tmp_path: Path) -> None:
    project, houses = county
    file = partner_list(tmp_path, [one for one in houses if one.known][:5], *LOST)
    after, report = operations.import_file(project, file, "school")
    assert report.adds_up
    assert (report.kept, report.count("dropped"), len(after.frame(report.layer_id))) == (5, 3, 5)


def test_without_ranges_it_is_said_what_to_bring(county: tuple[Project, list[House]], tmp_path: Path) -> None:
    project, houses = county
    file = partner_list(tmp_path, houses[:3])
    with pytest.raises(InputError) as refused:
        operations.import_file(Project(crs=METRES), file, "service")
    assert "address ranges" in refused.value.hint
    with pytest.raises(InputError):
        operations.import_file(project, file, "service", answers={"places": "none"})


def test_a_list_of_another_county_is_refused_in_words(county: tuple[Project, list[House]], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="None of the 2 addresses"):
        operations.import_file(county[0], partner_list(tmp_path, [], ("1 Far Away Rd", "10001"), ("2 Far Away Rd", "10001")), "service")


def test_coordinates_go_before_addresses(county: tuple[Project, list[House]], tmp_path: Path) -> None:
    pd.DataFrame({"Agency": ["A", "B"], "Street address": ["101 Elm St", "103 Elm St"], "lat": [34.0, 34.01], "lon": [-118.3, -118.31]}).to_csv(
        tmp_path / "placed.csv", index=False)
    after, report = operations.import_file(county[0], tmp_path / "placed.csv", "service")
    assert "place_quality" not in after.frame(report.layer_id)


def test_ranges_are_kept_hidden_and_as_text(county: tuple[Project, list[House]]) -> None:
    layer = county[0].layers_of("address_range")[0]
    frame = county[0].frame(layer.id)
    assert not layer.visible
    assert {"left_from", "left_zip", "right_to"} <= set(frame)
    assert "01" in {text.rpartition("-")[2] for text in frame["left_from"]} | {text.rpartition("-")[2] for text in frame["right_from"]}
    assert frame["id"].is_unique
