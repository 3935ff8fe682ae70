"""An imported layer takes its place, and the links between areas and schools follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from attrs import evolve

from ecomap.io.importers.spec import Imported
from ecomap.model.layer import POINT, POLYGON, Layer
from ecomap.model.project import Project
from ecomap.model.report import ImportReport
from ecomap.workspace.arrivals import with_arrival
from tests.small_project import attendance_areas, schools, small_project


@pytest.fixture
def town() -> Project:
    return small_project()


def _arriving(layer: Layer, frame: Any, joins: str = "") -> Imported:
    report = ImportReport("file.geojson", layer.role, layer.id, layer.name, read=len(frame), kept=len(frame))
    return Imported(layer, frame, report, joins)


def _links(project: Project) -> set[tuple[str, str, str]]:
    frame = project.frame("links")
    return set(zip(frame["area_id"], frame["school_id"], frame["kind"]))


def _said(report: ImportReport, kind: str = "note") -> str:
    return " ".join(line.text for line in report.lines if line.kind == kind)


OFFICIAL = Layer("elementary-areas", "Official areas", "attendance_area", POLYGON, boundary="official",
                 level="elementary")


def _official(names: Sequence[str] = ("A", "B", "C")) -> Any:
    frame = attendance_areas().drop(columns=["school_id", "shared_with"])
    return frame.assign(id=list(names), boundary="official")


def test_points_come_on_top_and_areas_over_the_topmost_area(town: Project) -> None:
    points, _ = with_arrival(town, _arriving(Layer("clinics", "Clinics", "service", POINT), town.frame("services")))
    assert points.layers[0].id == "clinics"
    zone = Layer("zone", "Zone", "zone", POLYGON)
    areas, _ = with_arrival(town, _arriving(zone, town.frame("need-areas")))
    order = [layer.id for layer in areas.layers]
    assert order.index("zone") == order.index("elementary-areas") - 1


def test_a_second_layer_of_a_name_gets_an_id_of_its_own(town: Project) -> None:
    after, report = with_arrival(town, _arriving(town.layer("services"), town.frame("services")))
    assert report.layer_id == "services-2"
    assert after.has_layer("services")
    assert after.has_layer("services-2")


def test_official_areas_take_the_place_of_the_estimated_ones_of_their_level_and_say_so(town: Project) -> None:
    after, report = with_arrival(town, _arriving(OFFICIAL, _official()))
    areas = after.layers_of("attendance_area")
    assert [(layer.name, layer.boundary) for layer in areas] == [("Official areas", "official")]
    assert [layer.id for layer in after.layers].index(areas[0].id) == 3  # where the estimated ones stood
    assert "3 estimated areas left the project" in _said(report)


def test_a_few_official_areas_do_not_drive_out_all_the_estimated_ones(town: Project) -> None:
    after, report = with_arrival(town, _arriving(OFFICIAL, _official().iloc[:1]))
    assert {layer.boundary for layer in after.layers_of("attendance_area")} == {"official", "estimated"}
    assert "Covers 33 % of the ground of 'Elementary areas'" in _said(report, "caution")


def test_estimated_areas_of_another_level_stay(town: Project) -> None:
    after, _ = with_arrival(town, _arriving(evolve(OFFICIAL, level="high"), _official().assign(level="high")))
    assert {layer.level for layer in after.layers_of("attendance_area")} == {"elementary", "high"}


def test_areas_that_name_no_school_are_linked_to_the_school_inside(town: Project) -> None:
    after, report = with_arrival(town, _arriving(OFFICIAL, _official()))
    assert _links(after) == {
        ("A", "01964733000001", "inside"), ("B", "01964733000002", "inside"), ("C", "01964733000003", "inside")
    }
    assert "3 links" in _said(report)


def test_areas_that_name_their_school_are_linked_to_it(town: Project) -> None:
    frame = _official().assign(school_id=["01964733000003", "01964733000002", "00000000000000"])
    after, report = with_arrival(town, _arriving(OFFICIAL, frame))
    assert _links(after) == {("A", "01964733000003", "official"), ("B", "01964733000002", "official")}
    assert "1 attendance areas have no school" in _said(report, "caution")


def test_schools_without_a_residential_intake_are_not_linked_by_place(town: Project) -> None:
    charter = town.frame("schools").assign(residential_intake=[True, True, False])
    town = town.with_layer(town.layer("schools"), charter)
    after, _ = with_arrival(town, _arriving(OFFICIAL, _official()))
    assert {area for area, _, _ in _links(after)} == {"A", "B"}


def test_new_schools_keep_the_links_that_still_hold(town: Project) -> None:
    fewer = schools().iloc[:2]
    after, _ = with_arrival(town, _arriving(town.layer("schools"), fewer), replace_layer="schools")
    assert _links(after) == {
        ("elementary-1", "01964733000001", "nearest"), ("elementary-2", "01964733000002", "nearest")
    }


def test_a_replaced_layer_keeps_its_place_and_its_style(town: Project) -> None:
    plain = Layer("x", "", "need_area", POLYGON)
    after, report = with_arrival(town, _arriving(plain, town.frame("need-areas")), replace_layer="need-areas")
    assert after.layer("need-areas").style == town.layer("need-areas").style
    assert [layer.id for layer in after.layers] == [layer.id for layer in town.layers]
    assert report.layer_id == "need-areas"


def test_a_table_without_places_adds_to_the_layer_it_joins(town: Project) -> None:
    more = town.frame("need-areas").assign(asthma=1.0)
    after, report = with_arrival(town, _arriving(town.layer("need-areas"), more, joins="need-areas"))
    assert report.layer_id == "need-areas"
    assert "asthma" in after.frame("need-areas")
    assert len(after.layers) == len(town.layers)


def test_running_numbers_that_meet_by_chance_link_no_area_to_a_school_of_elsewhere(town: Project) -> None:
    """A county numbers its schools from 1 up; the district's areas name theirs by the numbers of another list."""
    other = schools().iloc[[0, 1, 2]].assign(id=["201", "202", "203"], name=["Far A", "Far B", "Far C"])
    far = other.set_geometry(other.geometry.translate(60_000, 0))
    areas = attendance_areas().drop(columns=["shared_with"]).assign(id=["A", "B", "C"], school_id=["201", "202", "203"], boundary="official")
    layer = evolve(OFFICIAL, id="numbered", name="Numbered areas", boundary="official")
    bare = town
    for old in town.layers:
        if old.role in ("attendance_area", "school", "area_link"):
            bare = bare.without_layer(old.id)
    with_far, _ = with_arrival(bare, _arriving(Layer("county", "County schools", "school", POINT), far))
    apart, report = with_arrival(with_far, _arriving(layer, areas))
    links = apart.frame(apart.layers_of("area_link")[0].id)
    assert not len(links)
    assert "stand elsewhere" in _said(report, "caution")
    near = other.set_geometry(areas.geometry.iloc[:3].representative_point().to_numpy())
    with_near, _ = with_arrival(bare, _arriving(Layer("county", "County schools", "school", POINT), near))
    linked, report = with_arrival(with_near, _arriving(layer, areas))
    assert set(linked.frame(linked.layers_of("area_link")[0].id)["kind"]) == {"official"}
    assert "stand elsewhere" not in _said(report, "caution")
