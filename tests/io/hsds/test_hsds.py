"""Open Referral directories in all their forms: nothing lost, what has ended shows as ended, nothing hostile gets through."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from ecomap.io.hsds.mapping import inventory_tables
from ecomap.io.hsds.nested import entities_of_json, is_hsds_json
from ecomap.io.hsds.tabular import entities_of_folder
from ecomap.io.importers.registry import IMPORTERS
from ecomap.io.reading import read_source
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.workspace.inventory import import_inventory, peek_inventory
from ecomap.workspace.inventory_tables import inventory_rows

ORG = "11111111-1111-1111-1111-111111111111"
SERVICE = "22222222-2222-2222-2222-222222222222"
PLACE = "33333333-3333-3333-3333-333333333333"


def _directory(**service: object) -> dict[str, object]:
    """One organisation with one service at Panorama High, as HSDS 3 nests it."""
    return {
        "id": ORG, "name": "Youth Policy Institute", "description": "x", "end_date": "2019-10-25", "website": "ypiusa.org",
        "organization_identifiers": [{"id": "i", "identifier_type": "EIN", "identifier": "95-1234567"}],
        "funding": [{"id": "f", "source": "Ford Foundation"}],
        "services": [{
            "id": SERVICE, "name": "College trips", "status": "defunct",
            "program": {"id": "p", "name": "Promise Neighborhoods", "description": "x"},
            "contacts": [{"id": "c", "name": "Ann", "title": "College and career ambassador"}],
            "service_capacity": [{"id": "k", "available": 3, "maximum": 40, "unit": {"id": "u", "name": "pupils"}}],
            "attributes": [{"id": "a", "link_entity": "service", "taxonomy_term": {"id": "t", "name": "College access"}}],
            "service_at_locations": [{"id": "l", "location": {
                "id": PLACE, "location_type": "physical", "name": "Panorama High", "latitude": 34.22, "longitude": -118.44,
                "external_identifier": "19647330112052", "external_identifier_type": "CDS",
                "addresses": [{"id": "d", "address_1": "8015 Van Nuys Blvd", "city": "Panorama City", "postal_code": "91402"}],
            }}], **service,
        }],
    }


def _imported(document: object, folder: Path) -> Project:
    path = folder / "directory.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    project, report = import_inventory(Project(), path)
    assert report.adds_up
    return project


def test_a_nested_directory_becomes_rows_of_every_table(tmp_path: Path) -> None:
    project = _imported(_directory(), tmp_path)
    organisation = inventory_rows(project, v.ORGANISATION).iloc[0]
    assert (organisation[v.ID], organisation[v.IDENTIFIERS], organisation[v.END]) == (ORG, "EIN:95-1234567", "2019-10-25")
    service = inventory_rows(project, v.SERVICE).iloc[0]
    assert service[[v.ORGANISATION, v.ORGANISATION_ID, v.FUNCTION, v.CATEGORY, v.SCHOOL_ID, v.STATUS, v.APPROACH]].tolist() == [
        "Youth Policy Institute", ORG, "college_career", "College access", "19647330112052", "ended", "promise_neighborhood"]
    assert service[[v.CAPACITY, v.AVAILABLE, v.CAPACITY_UNIT]].tolist() == [40.0, 3.0, "pupils"]
    assert service.geometry.x == pytest.approx(143_500, abs=500)
    role = inventory_rows(project, v.STAFF_ROLE).iloc[0]
    assert role[[v.TITLE, v.FUNCTION, v.EMPLOYER, v.CONTACT]].tolist() == [
        "College and career ambassador", "college_career", "Youth Policy Institute", "Ann"]
    assert inventory_rows(project, v.FUNDING)[[v.FUNDER, v.RECIPIENT]].iloc[0].tolist() == ["Ford Foundation", "Youth Policy Institute"]
    participation = inventory_rows(project, v.PARTICIPATION).iloc[0]
    assert participation[[v.SCHOOL_ID, v.APPROACH, v.LEAD_ORGANISATION, v.STATUS]].tolist() == [
        "19647330112052", "promise_neighborhood", "Youth Policy Institute", "ended"]


@pytest.mark.parametrize(("theirs", "ours"), [
    ("active", "active"), ("inactive", "paused"), ("defunct", "ended"), ("temporarily closed", "paused"), ("", ""),
])
def test_the_four_statuses_of_the_standard(theirs: str, ours: str, tmp_path: Path) -> None:
    assert inventory_rows(_imported(_directory(status=theirs), tmp_path), v.SERVICE)[v.STATUS].tolist() == [ours]


def test_a_page_of_an_api_and_a_list_are_read_alike(tmp_path: Path) -> None:
    page = {"total_items": 1, "contents": [_directory()["services"][0]]}  # type: ignore[index]
    one = inventory_rows(_imported(page, tmp_path), v.SERVICE)
    two = inventory_rows(_imported(page["contents"], tmp_path), v.SERVICE)
    assert one.drop(columns=v.SOURCE).equals(two.drop(columns=v.SOURCE))


def _write(folder: Path, **tables: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


TABLES = {
    "organizations": "id,name,funding_sources\n1,Legal Aid,\"City, County\"\n2,Food Bank,\n",
    "services": "id,organization_id,name,status\n7,1,Advice,active\n8,1,Hotline,inactive\n",
    "locations": "id,name,latitude,longitude\n3,Office,34.05,-118.25\n4,Store,34.06,-118.26\n",
    "services_at_location": "id,service_id,location_id\n9,7,3\n",
}


def test_tables_are_joined_and_nothing_is_lost(tmp_path: Path) -> None:
    project, report = import_inventory(Project(), _write(tmp_path / "d", **TABLES))
    services = inventory_rows(project, v.SERVICE).set_index(v.NAME)
    assert services[v.ORGANISATION].to_dict() == {"Advice": "Legal Aid", "Hotline": "Legal Aid", "Store": ""}
    assert services.geometry.isna().to_dict() == {"Advice": False, "Hotline": True, "Store": False}
    assert sorted(inventory_rows(project, v.FUNDING)[v.FUNDER]) == ["City", "County"]
    assert report.adds_up
    assert {table.role: (table.read, table.kept) for table in report.tables} == {
        v.ORGANISATION: (2, 2), v.SERVICE: (3, 3), v.FUNDING: (2, 2)}


def test_who_offers_a_service_is_found_through_its_place(tmp_path: Path) -> None:
    folder = _write(
        tmp_path / "d",
        organizations="id,name\n1,Library\n",
        locations="id,organization_id,name\n7,1,Main branch\n",
        services="id,location_id,name,funding_sources\n3,7,Homework help,\"City, Grants\"\n",
        contacts="id,service_id,name,title\n9,3,Ana,Desk lead\n",
    )
    project, _ = import_inventory(Project(), folder)
    paid = inventory_rows(project, v.FUNDING)
    assert sorted(zip(paid[v.FUNDER], paid[v.RECIPIENT])) == [("City", "Library"), ("Grants", "Library")]
    assert inventory_rows(project, v.STAFF_ROLE)[v.EMPLOYER].tolist() == ["Library"]


def test_running_numbers_of_two_publishers_do_not_meet(tmp_path: Path) -> None:
    project, _ = import_inventory(Project(), _write(tmp_path / "a", **TABLES))
    others = {**TABLES, "organizations": "id,name\n1,Tenants Union\n2,Clinic\n"}
    project, _ = import_inventory(project, _write(tmp_path / "b", **others))
    assert sorted(inventory_rows(project, v.ORGANISATION)[v.NAME]) == ["Clinic", "Food Bank", "Legal Aid", "Tenants Union"]


def test_a_table_of_a_directory_stands_for_its_folder(tmp_path: Path) -> None:
    folder = _write(tmp_path / "d", **TABLES)
    _, report = import_inventory(Project(), folder / "organizations.csv")
    assert (report.format, len(report.tables)) == ("HSDS tables", 3)


def test_a_zipped_directory(tmp_path: Path) -> None:
    folder = _write(tmp_path / "d", **TABLES)
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"inside/{path.name}")
    _, report = import_inventory(Project(), tmp_path / "d.zip")
    assert (report.format, report.adds_up) == ("HSDS tables", True)


def test_a_package_cannot_point_outside_its_folder(tmp_path: Path) -> None:
    folder = _write(tmp_path / "d", **TABLES)
    (tmp_path / "secret.csv").write_text("id,name\n5,Secret\n", encoding="utf-8")
    resources = [{"name": "organizations", "path": path} for path in ("../secret.csv", str(tmp_path / "secret.csv"), "..\\secret.csv")]
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}), encoding="utf-8")
    assert [record["name"] for record in entities_of_folder(folder).of("organizations")] == ["Legal Aid", "Food Bank"]


def test_a_package_names_its_files(tmp_path: Path) -> None:
    folder = _write(tmp_path / "d", **{**TABLES, "places_2024": TABLES["locations"]})
    (folder / "locations.csv").unlink()
    (folder / "datapackage.json").write_text(json.dumps({"resources": [{"name": "locations", "path": "places_2024.csv"}]}), encoding="utf-8")
    assert len(entities_of_folder(folder).of("locations")) == 2


@pytest.mark.parametrize("text", [
    "[" * 100_000 + "]" * 100_000, '{"id": "1", "services": ' * 200 + "[]" + "}" * 200, '{"id": "1", "services": [', "\x00\x01",
    "[]", "3",
])
def test_hostile_json_is_refused_in_words(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as problem:
        import_inventory(Project(), tmp_path / "x.json")
    assert problem.value.hint


@pytest.mark.parametrize("text", [
    '{"id": 1, "services": [5], "locations": ["x"], "name": "A"}', '{"id": {"a": 1}, "name": "A", "services": [[[]]]}',
    '[{"id": "1", "name": NaN, "services": []}]',
])
def test_strange_json_is_read_for_what_it_says(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    _, report = import_inventory(Project(), tmp_path / "x.json")
    assert report.adds_up


def test_the_same_record_nested_many_times_is_one() -> None:
    document = [_directory(), _directory()]
    tables = {table.role: len(table) for table in inventory_tables(entities_of_json(document, "x"), "x")}
    assert tables[v.ORGANISATION] == tables[v.SERVICE] == 1


SAMPLES = {
    "hsds3/organization_full.json": {v.ORGANISATION: (1, 1), v.SERVICE: (1, 1), v.STAFF_ROLE: (4, 1), v.FUNDING: (2, 2)},
    "hsds3/service_full.json": {v.ORGANISATION: (1, 1), v.SERVICE: (1, 1), v.STAFF_ROLE: (4, 1), v.FUNDING: (2, 2)},
    "hsds3/service_at_location_full.json": {v.ORGANISATION: (1, 1), v.SERVICE: (1, 1), v.STAFF_ROLE: (4, 1), v.FUNDING: (2, 2)},
    "hsds3/location.json": {v.SERVICE: (1, 1), v.STAFF_ROLE: (1, 1)},
    "openreferral_sample": {v.ORGANISATION: (10, 10), v.SERVICE: (13, 13)},
    "ohana_sample": {v.ORGANISATION: (8, 8), v.SERVICE: (23, 23), v.STAFF_ROLE: (31, 26), v.FUNDING: (59, 59)},
}


@pytest.mark.parametrize("name", SAMPLES)
def test_published_samples_come_in_with_a_true_report(name: str, shared_data: Path) -> None:
    path = shared_data / "la/hsds_samples" / name
    project, report = import_inventory(Project(), path)
    assert report.adds_up
    assert {table.role: (table.read, table.kept) for table in report.tables} == SAMPLES[name]
    assert {table.role: len(inventory_rows(project, table.role)) for table in report.tables} == {
        role: kept for role, (_, kept) in SAMPLES[name].items()}
    again, report = import_inventory(project, path)
    assert again is project
    assert report.adds_up


def test_the_ohana_sample_row_by_row(shared_data: Path) -> None:
    """What the files say of the Redwood City library, looked up by hand."""
    project, _ = import_inventory(Project(), shared_data / "la/hsds_samples/ohana_sample")
    services = inventory_rows(project, v.SERVICE)
    library = services[services[v.NAME] == "Project Read"].iloc[0]
    assert (library[v.ADDRESS], library[v.CITY], library[v.POSTCODE]) == ("1044 Middlefield Road 2nd Floor", "Redwood City", "94063")
    roles = inventory_rows(project, v.STAFF_ROLE)
    assert roles[roles[v.CONTACT] == "Kathy Endaya"][v.TITLE].tolist() == ["Director"]


# --- one reader, whether a directory goes into the inventory or comes in as a layer ------------------------------------------


@pytest.mark.parametrize("text", [
    '[{"id": 1, "name": "A", "location": {"latitude": "34.0", "longitude": "-118.2"}, "organization": "Helpers"}]',
    '[{"id": 1, "name": "A", "services": "Tutoring; meals", "latitude": 34.0, "longitude": -118.2}]',
])
def test_lists_that_only_look_a_little_like_it_are_no_directory(text: str, tmp_path: Path) -> None:
    assert not is_hsds_json(json.loads(text))
    path = tmp_path / "list.json"
    path.write_text(text, encoding="utf-8")
    assert len(read_source(path).frame) == 1
    assert peek_inventory(path) is None


@pytest.mark.parametrize("name", ["hsds3/organization_full.json", "openreferral_sample/locations.csv", "ohana_sample/locations.csv"])
def test_a_layer_of_services_has_the_rows_that_the_inventory_has(name: str, shared_data: Path) -> None:
    path = shared_data / "la/hsds_samples" / name
    of_inventory = inventory_rows(import_inventory(Project(), path)[0], v.SERVICE)
    raw = IMPORTERS[v.SERVICE].enrich(read_source(path))  # type: ignore[misc]
    assert raw.read == len(raw.frame) == len(of_inventory)
    assert sorted(raw.frame[v.NAME]) == sorted(of_inventory[v.NAME])
    assert sorted(raw.frame[v.ORGANISATION].fillna("")) == sorted(of_inventory[v.ORGANISATION])


@pytest.mark.parametrize("name", ["lausd_partner_services_geocoded.csv", "lausd_SHHS_Partner_Services_2020-05-12.xlsx"])
def test_both_lists_of_the_district_come_in_twice_as_once(name: str, shared_data: Path) -> None:
    project, report = import_inventory(Project(), shared_data / "la/services" / name)
    assert report.adds_up
    again, report = import_inventory(project, shared_data / "la/services" / name)
    assert again is project
    assert report.adds_up
    assert report.waiting == ()
