"""Sound project files to damage: a town with answers, one with every role, one of every kind of column, one elsewhere, earlier schemas, Los Angeles."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from attrs import evolve, field, frozen
from shapely.affinity import translate
from shapely.geometry import LineString

from ecomap.io.store import save_project
from ecomap.model import vocabulary as v
from ecomap.model.bookmark import Bookmark
from ecomap.model.layer import LINE, NO_GEOMETRY, POLYGON, Layer
from ecomap.model.place_note import PlaceNote
from ecomap.model.project import Project, View
from ecomap.model.recipe import Recipe
from ecomap.model.release import Release
from ecomap.model.said import say
from ecomap.model.scenario import Change, Scenario
from ecomap.workspace import operations
from ecomap.workspace.inventory_edits import add_row
from tests.io import projects
from tests.io.test_migrations import DOWN_TO_1
from tests.small_project import CENSUS, DISTRICT, small_project, square

SCHEMA_TABLES = ("ecomap_meta", "ecomap_layers", "ecomap_results", "ecomap_tables", "ecomap_said")
DOWN_TO_3 = ("ALTER TABLE ecomap_tables DROP COLUMN digest", "UPDATE ecomap_meta SET value = '3' WHERE key = 'schema_version'")
DOWN_TO_2 = (*DOWN_TO_3[:1], "DROP TABLE ecomap_said", "DELETE FROM gpkg_contents WHERE table_name = 'ecomap_said'",
             "UPDATE ecomap_meta SET value = '2' WHERE key = 'schema_version'")
CARE = {"target": "service:Mental Health"}
QUESTIONS: tuple[tuple[str, Mapping[str, str]], ...] = (("need-index", {}), ("coverage-gap", CARE), ("priority", CARE))
LA_CARE = {"target": "service:Mental health"}


@frozen
class Seed:
    """A sound file, the project that is in it, and the questions that are asked of it. ``earlier``: of an earlier schema."""

    name: str
    path: Path
    project: Project
    asked: tuple[tuple[str, ...], ...]
    earlier: bool = field(default=False)
    large: bool = field(default=False)


def seeds(folder: Path, *, large: bool = True) -> list[Seed]:
    """Every seed, its file written into a folder; Los Angeles only where large ones are wanted."""
    folder.mkdir(parents=True, exist_ok=True)
    town = answered(small_project(), QUESTIONS)
    found = [
        _seed(folder, "town", town),
        _seed(folder, "roles", every_role(town)),
        _seed(folder, "columns", projects.project()),
        _seed(folder, "elsewhere", elsewhere()),
        _seed(folder, "schema1", town, without_results=True, down=DOWN_TO_1),
        _seed(folder, "schema2", town, down=DOWN_TO_2),
        _seed(folder, "schema3", town, down=DOWN_TO_3),
    ]
    if large:
        starter = operations.new_project("los-angeles")
        found.append(evolve(_seed(folder, "los-angeles", answered(starter, (("need-index", {}), ("coverage-gap", LA_CARE), ("priority", LA_CARE))),
                                  asked=(("need-index",), ("coverage-gap", "--target", LA_CARE["target"]))), large=True))
    return found


def _seed(folder: Path, name: str, project: Project, *, down: tuple[str, ...] = (), without_results: bool = False,
          asked: tuple[tuple[str, ...], ...] = (("need-index",), ("coverage-gap", "--target", CARE["target"]))) -> Seed:
    path = folder / f"{name}.ecomap.gpkg"
    if without_results:
        for result in project.results:
            project = project.without_result(result.id)
    save_project(project, path)
    if down:
        lowered(path, down)
    return Seed(name, path, operations.open_project(path), asked, bool(down))


def lowered(path: Path, statements: tuple[str, ...]) -> None:
    """Bring a file down to an earlier schema."""
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.execute("VACUUM")
    connection.close()


def answered(project: Project, questions: tuple[tuple[str, Mapping[str, str]], ...]) -> Project:
    for name, given in questions:
        project, _ = operations.run_analysis(project, name, given)
    return project


def elsewhere() -> Project:
    """The town in another city: another coordinate system, other codes."""
    town = small_project()
    frames = {}
    for layer in town.layers:
        frame = town.frames[layer.id]
        moved = frame.set_geometry([translate(shape, 400_000, 5_600_000) for shape in frame.geometry]).set_crs("EPSG:32610", allow_override=True) \
            if layer.geometry != NO_GEOMETRY else frame
        frames[layer.id] = moved.assign(id=moved["id"].str.replace("06037", "53033"))
    return answered(Project(title="Elsewhere", crs="EPSG:32610", layers=town.layers, frames=frames), QUESTIONS[:1])


def every_role(project: Project) -> Project:
    """The town with a layer of every role, a plan, money, an inventory, a recipe, a release and a view."""
    for role, values in _INVENTORY:
        project, _ = add_row(project, role, values)
    for layer, frame in _more_layers():
        project = project.with_layer(layer, frame, len(project.layers))
    project = answered(project, (("plan", CARE), ("money", {}), ("dashboard", {}), ("overlap", {})))
    recipe = Recipe("school", ("ID", "Name", "Lat"), (("id", "ID"), ("name", "Name")), (("crs", "EPSG:4326"),), (("poverty", 1),),
                    file_name="schools.csv", made="2026-01-02")
    scenario = Scenario("a-clinic-and-no-school", "A clinic and no school", (
        Change("close", "schools", _SCHOOL, year=2028), Change("open", place=(151_500.0, -448_500.0), target="service:Health", label="New clinic",
                                                               organisation="Town schools", functions=("health",), amount=40.0)))
    return evolve(project, recipes=(recipe,), scenarios=(scenario,), bookmarks=(Bookmark("view-1", "Middle", (150_000.0, -450_000.0, 153_000.0, -447_000.0), ("schools",)),),
                  notes=(PlaceNote("note-1", "Ask about the gate", 151_500.0, -448_500.0, "J. Alvarez", "2026-01-02"),), view=View(151_500.0, -448_500.0, 0.2),
                  releases=(Release("2026-01-03T04:05:06+00:00", "page.html", (say("Schools"),), 1, 12, "{}"),))


_SCHOOL = "01964733000002"
_INVENTORY: tuple[tuple[str, Mapping[str, Any]], ...] = (
    (v.ORGANISATION, {v.NAME: "Town schools"}),
    (v.ORGANISATION, {v.NAME: "Helpers"}),
    (v.PARTICIPATION, {v.SCHOOL_ID: _SCHOOL, v.APPROACH: "linked_learning"}),
    (v.STAFF_ROLE, {v.TITLE: "Coordinator", v.SCHOOL_ID: _SCHOOL, v.FTE: 0.5}),
    (v.FUNDING, {v.FUNDER: "Helpers", v.AMOUNT: 120_000, v.SCHOOL_ID: _SCHOOL}),
    (v.TERM, {v.VOCABULARY: "function", v.CODE: "gardening", v.LABEL: "Gardening"}),
)


def _more_layers() -> list[tuple[Layer, Any]]:
    ids = [f"0196473300000{n}" for n in (1, 2, 3)]
    spending = pd.DataFrame({"id": ids, "name": ids, "school_id": ids, "students": [300.0, 310.0, 320.0], "amount_usd": [3e6, 3.2e6, 2.9e6], "per_pupil": [10_000.0, 10_322.0, 9_062.0]})
    costs = pd.DataFrame({"id": [f"c{n}" for n in range(9)], "name": "cost", "area_id": [f"0603700000{n}" for n in range(1, 10)], "place_id": "s1", "minutes": [float(n) for n in range(9)]})
    zones = gpd.GeoDataFrame({"id": ["z"], "name": ["West zone"], "approach": ["promise_neighborhood"]}, geometry=[square(0, 0, 1, 3)], crs="EPSG:3310")
    districts = zones.assign(id="d", name="Town")[["id", "name", "geometry"]]
    streets = gpd.GeoDataFrame({"id": ["st"], "name": ["Main Street"]}, geometry=[LineString([(150_000, -448_500), (153_000, -448_500)])], crs="EPSG:3310")
    return [
        (Layer("spending", "Money spent", "spending", NO_GEOMETRY, sources=(DISTRICT,)), spending),
        (Layer("allocation", "Allocations", "allocation", NO_GEOMETRY, sources=(DISTRICT,)), spending[["id", "name", "school_id", "amount_usd"]]),
        (Layer("travel", "Travel times", "travel_cost", NO_GEOMETRY, sources=(DISTRICT,)), costs),
        (Layer("zones", "Zones", "zone", POLYGON, boundary="official", sources=(DISTRICT,)), zones),
        (Layer("districts", "Districts", "district", POLYGON, sources=(CENSUS,)), districts),
        (Layer("streets", "Streets", "street", LINE, visible=False, sources=(CENSUS,)), streets),
        (Layer("parks", "Parks", "reference", POLYGON, sources=(CENSUS,)), districts.iloc[:0]),
    ]


