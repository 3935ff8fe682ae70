"""Directories as they are passed on: nested without ids, line by line, in pages, several ids in a cell, places without coordinates."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ecomap.io.hsds.nested import entities_of_json, is_hsds_json
from ecomap.io.importers import Imported, import_file
from ecomap.model import vocabulary as v
from ecomap.model.project import Project
from ecomap.workspace.inventory import import_inventory
from ecomap.workspace.inventory_tables import inventory_rows

CRS = "EPSG:32618"
OHANA: list[dict[str, Any]] = [
    {"name": "Harbor House", "locations": [
        {"name": "Pier", "coordinates": ["-74.01", "40.70"], "address_attributes": {"street": "1 Pier", "city": "Port", "zip": "10004"},
         "services_attributes": [{"name": "Meals", "keywords": ["Food", "Lunch"]}, {"name": "Beds", "status": "defunct"}]},
        {"name": "Annex", "address_attributes": {"street": "2 Dock", "city": "Port", "zip": "10004"}, "services_attributes": [{"audience": None}]}]},
    {"name": "Quiet Fund", "locations": [{"name": "Desk", "coordinates": ["-74.02", "40.71"], "services_attributes": [{"name": "Grants"}]}]},
]
TABLES = {
    "organizations": "id,name\n1,Helping Hands\n2,Idle Hands\n",
    "services": "id,organization_id,name,status\n10,1,Pantry,active\n11,1,Advice,active\n12,1,Old,inactive\n",
    "locations": "id,organization_id,name,latitude,longitude\n100,1,North,40.70,-74.01\n101,1,South,40.71,-74.02\n102,1,Van,,\n",
    "service_at_location": 'id,service_id,location_id\n1,"10,11",100\n2,10,"101;102"\n3,12,101\n',
    "languages": "id,service_id,language\n1,10,es\n2,10,vi\n",
}


def ohana(folder: Path, how: str) -> Path:
    path = folder / "directory.json"
    if how == "lines":
        path.write_text("\n".join(json.dumps(one) for one in OHANA) + "\n", encoding="utf-8")
    elif how == "pages":
        path.write_text(json.dumps([{"page": n, "contents": [one]} for n, one in enumerate(OHANA)]), encoding="utf-8")
    else:
        path.write_text(json.dumps(OHANA), encoding="utf-8")
    return path


def tables(folder: Path) -> Path:
    folder.mkdir()
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def layer_of(path: Path) -> Imported:
    result = import_file(path, "service", target_crs=CRS)
    assert result.report.adds_up
    return result


def said(result: Imported) -> str:
    return " ".join(str(line.text) for line in result.report.lines)


@pytest.mark.parametrize("how", ["list", "lines", "pages"])
def test_a_nested_directory_without_ids_keeps_everything(how: str, tmp_path: Path) -> None:
    frame = layer_of(ohana(tmp_path, how)).frame.set_index("name")
    assert frame["organisation"].to_dict() == {"Meals": "Harbor House", "Beds": "Harbor House", "Annex": "Harbor House", "Grants": "Quiet Fund"}
    assert frame.geometry.isna().to_dict() == {"Meals": False, "Beds": False, "Annex": True, "Grants": False}
    assert frame["address"].to_dict() == {"Meals": "1 Pier", "Beds": "1 Pier", "Annex": "2 Dock", "Grants": ""}
    assert (frame.loc["Meals", "category"], frame.loc["Beds", "status"]) == ("Food", "ended")
    project, report = import_inventory(Project(), ohana(tmp_path, how))
    assert report.adds_up
    assert sorted(inventory_rows(project, v.ORGANISATION)[v.NAME]) == ["Harbor House", "Quiet Fund"]
    assert sorted(inventory_rows(project, v.SERVICE)[v.NAME]) == ["Annex", "Beds", "Grants", "Meals"]


def test_a_directory_without_any_coordinates_is_kept_off_the_map(tmp_path: Path) -> None:
    path = tmp_path / "directory.json"
    bare = [{"name": "A", "locations": [{"name": "Hall", "address_attributes": {"street": "1 Main"}, "services_attributes": [{"name": "Meals"}]}]}]
    path.write_text(json.dumps(bare), encoding="utf-8")
    result = layer_of(path)
    assert len(result.frame) == 1
    assert result.frame.geometry.isna().all()
    assert "off the map until they are placed" in said(result)


@pytest.mark.parametrize("entry", ["locations.csv", "services.csv", "organizations.csv", "folder", "zip"])
def test_several_ids_in_a_cell_are_several_services_whichever_part_is_chosen(entry: str, tmp_path: Path) -> None:
    folder = tables(tmp_path / "package")
    path = folder if entry == "folder" else folder / entry
    if entry == "zip":
        path = tmp_path / "package.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in TABLES:
                archive.write(folder / f"{name}.csv", f"package/{name}.csv")
    result = layer_of(path)
    assert sorted(result.frame["name"]) == ["Advice", "Old", "Pantry", "Pantry", "Pantry"]
    assert result.frame.geometry.isna().sum() == 1
    assert result.frame.set_index("name")["status"].to_dict()["Old"] == "paused"
    assert "several services or places in one cell" in said(result)
    assert "2 records of parts of the file" in said(result)
    assert "Organisations that offer no service here" in said(result)


def test_lists_that_are_no_directory_stay_what_they_are() -> None:
    assert not is_hsds_json([{"name": "A", "items": [{"price": 2}]}])
    assert not is_hsds_json([{"name": "A", "services": ["food", "beds"]}])
    assert not is_hsds_json([{"id": 1, "name": "A"}])


def test_the_losses_of_a_nested_directory_are_counted() -> None:
    document = [{"id": "o", "name": "A", "services": [{"id": "s", "name": "Meals", "languages": [{"name": "es"}, {"name": "vi"}]}]}]
    assert entities_of_json(document, "d.json").passed_over == (("languages", 2),)


def test_the_shared_directories_are_whole(shared_data: Path) -> None:
    assert len(layer_of(shared_data / "awkward/h09_ohana.json").frame) == 4
    assert len(layer_of(shared_data / "awkward/h09_ohana_lines.json").frame) == 2
    assert sorted(layer_of(shared_data / "awkward/26_hsds/locations.csv").frame["name"]) == [
        "Counseling", "Counseling", "Food pantry", "Food pantry", "Old program"]
    assert len(layer_of(shared_data / "la/hsds_samples/openreferral_sample/locations.csv").frame) == 13
    assert len(layer_of(shared_data / "la/hsds_samples/ohana_sample/locations.csv").frame) == 23
