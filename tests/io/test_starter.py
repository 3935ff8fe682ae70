"""The Los Angeles starter as it ships: whole, described, small, and honest about what is missing."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import shapely

from ecomap.io.starter import load_starter, starters
from ecomap.model import vocabulary as v
from ecomap.model.assets import boundaries_dir
from ecomap.model.errors import CancelledError, ProjectError
from ecomap.model.layer import MIXED
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.terms import shipped_terms

LAYERS = (
    "community_schools", "linked_learning", "services", "schools", "rail_stations", "promise_neighborhoods",
    "promise_zone", "attendance_elementary", "attendance_middle", "attendance_high", "district", "board_districts",
    "parks", "need_areas", "county", "ground", "area_links", "organisations", "funding", "need_links",
)


@pytest.fixture(scope="module")
def project() -> Project:
    return load_starter("los-angeles")


def test_the_starter_is_listed() -> None:
    assert "los-angeles" in starters()


def test_an_unknown_starter_names_the_known_ones() -> None:
    with pytest.raises(ProjectError, match="los-angeles"):
        load_starter("atlantis")


@pytest.mark.parametrize("damage", ["cut", "gone", "no description", "other format"])
def test_a_damaged_starter_is_refused(damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "los-angeles"
    shutil.copytree(boundaries_dir() / "los-angeles", copy)
    rows, description = copy / "linked_learning.csv", copy / "starter.json"
    if damage == "cut":
        rows.write_text("".join(rows.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")
    elif damage == "gone":
        rows.unlink()
    elif damage == "no description":
        description.write_text("{", encoding="utf-8")
    else:
        description.write_text(json.dumps({"format": 99}), encoding="utf-8")
    monkeypatch.setattr("ecomap.io.starter.boundaries_dir", lambda: tmp_path)
    with pytest.raises(ProjectError, match="starter") as problem:
        load_starter("los-angeles")
    assert problem.value.hint == "Install EcoMap again."


def test_loading_tells_its_progress_and_can_be_stopped() -> None:
    seen: list[str] = []
    load_starter("los-angeles", progress=Progress(lambda share, text: seen.append(text)))
    assert seen[0] == "Community schools"
    assert seen[-1] == "Ready"
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(CancelledError):
        load_starter("los-angeles", progress=stopped)


def test_layers_stand_in_order(project: Project) -> None:
    assert tuple(layer.id for layer in project.layers) == LAYERS
    assert set(project.frames) == set(LAYERS)


@pytest.mark.parametrize("layer_id", LAYERS)
def test_every_layer_is_whole(project: Project, layer_id: str) -> None:
    layer, frame = project.layer(layer_id), project.frame(layer_id)
    assert frame["id"].is_unique
    assert all(isinstance(value, str) and value for value in frame["id"])
    assert all(isinstance(value, str) for value in frame["name"])
    assert (frame["name"] != "").all() or layer.role == v.GROUND  # a shore and many streets have none
    described = {column.name for column in layer.columns} | {"id", "name", "geometry"}
    assert set(frame.columns) <= described
    assert {column.name for column in layer.columns} <= set(frame.columns)
    if layer.geometry != "none":
        placed = frame.geometry[frame.geometry.notna()]
        assert frame.crs == project.crs
        assert placed.is_valid.all()
        assert not placed.is_empty.any()
        kinds = placed.geom_type.str.removeprefix("Multi").str.lower().replace("linestring", "line")
        assert set(kinds) == ({"polygon", "line", "point"} if layer.geometry == MIXED else {layer.geometry})
        coordinates = shapely.get_coordinates(placed.to_numpy())
        assert (coordinates == np.round(coordinates)).all()


@pytest.mark.parametrize("layer_id", LAYERS)
def test_every_layer_says_where_it_is_from(project: Project, layer_id: str) -> None:
    layer = project.layer(layer_id)
    assert layer.sources
    for source in layer.sources:
        assert source.title
        assert source.vintage
        assert source.universe
        assert source.licence
    assert layer.group


def test_estimated_and_approximate_are_said(project: Project) -> None:
    for level in v.SCHOOL_LEVELS:
        layer = project.layer(f"attendance_{level}")
        assert (layer.boundary, layer.level, layer.style.dash) == ("estimated", level, True)
        assert "estimated" in layer.name
        assert project.frame(layer.id)["name"].str.contains("estimated").all()
    neighborhoods = project.layer("promise_neighborhoods")
    assert (neighborhoods.boundary, neighborhoods.style.dash) == ("approximate", True)
    assert project.layer("promise_zone").boundary == "official"


def test_need_areas_hold_the_children_of_the_district(project: Project) -> None:
    frame = project.frame("need_areas")
    assert len(frame) == 1172
    assert frame["children"].sum() == 1_013_610
    assert frame["id"].str.fullmatch("06037[0-9]{6}").all()
    assert frame["children"].notna().all()


def test_fifteen_indicators_with_margins_where_acs_gives_one(project: Project) -> None:
    layer, frame = project.layer("need_areas"), project.frame("need_areas")
    assert {i.column for i in layer.indicators} == {
        "poverty", "unemployment", "per_capita_income", "no_high_school_diploma", "limited_english", "single_parent",
        "no_vehicle", "crowding", "uninsured", "disability", "asthma", "low_birth_weight", "pm25", "housing_burden",
        "linguistic_isolation",
    }
    for indicator in layer.indicators:
        from_acs = "ACS 2014-18" in indicator.source.vintage
        assert indicator.moe_column == (indicator.column + "_moe" if from_acs else "")
        assert indicator.direction == (-1 if indicator.column == "per_capita_income" else 1)
        assert indicator.universe
        if indicator.unit == "share":
            assert frame[indicator.column].dropna().between(0, 1).all()


def test_what_is_missing_has_a_reason_and_is_never_zero(project: Project) -> None:
    for layer_id in ("need_areas", "schools"):
        frame = project.frame(layer_id)
        for reason in [name for name in frame.columns if name.endswith(v.REASON_SUFFIX)]:
            column = reason.removesuffix(v.REASON_SUFFIX)
            assert ((frame[reason] != "") == frame[column].isna()).all()
            assert set(frame[reason]) - {""} <= set(v.MISSING_REASONS)
            if column + v.MOE_SUFFIX in frame.columns:
                assert (frame[column].isna() == frame[column + v.MOE_SUFFIX].isna()).all()
            assert (frame[column].dropna() >= 0).all()


def test_tracts_without_residents_have_no_rates(project: Project) -> None:
    frame = project.frame("need_areas")
    empty = frame[frame["population"] == 0]
    assert len(empty) == 7
    assert empty["poverty"].isna().all()
    assert (empty["poverty_reason"] == "no_data_code").all()


@pytest.mark.parametrize("layer_id", ["need_areas", "board_districts", *(f"attendance_{x}" for x in v.SCHOOL_LEVELS)])
def test_neighbours_share_their_borders(project: Project, layer_id: str) -> None:
    assert shapely.coverage_is_valid(project.frame(layer_id).geometry.to_numpy())


@pytest.mark.parametrize("level", v.SCHOOL_LEVELS)
def test_attendance_areas_tile_the_district(project: Project, level: str) -> None:
    district = project.frame("district").geometry.iloc[0]
    areas = project.frame(f"attendance_{level}")
    assert areas.area.sum() == pytest.approx(district.area, rel=1e-5)
    assert shapely.coverage_union_all(areas.geometry.to_numpy()).symmetric_difference(district).area < 1e-4 * district.area


def test_the_seven_board_districts_are_the_district_once(project: Project) -> None:
    boards = project.frame("board_districts")
    assert boards["number"].tolist() == list("1234567")
    assert boards.area.sum() == pytest.approx(project.frame("district").area.sum())
    assert boards.area.sum() / 2_589_988.11 == pytest.approx(711.0, abs=0.5)


def test_schools_have_codes_levels_and_a_board_district(project: Project) -> None:
    schools = project.frame("schools")
    assert len(schools) == 1013
    assert schools["id"].str.fullmatch("1964733[0-9]{7}").all()
    assert schools["enrollment"].isna().sum() == 28
    assert (schools["levels"] == "").sum() == (schools["school_type"] == "adult school").sum() == 11
    assert (schools["board_district"] == "").sum() == 1
    assert schools["nces_id"].str.fullmatch("([0-9]{12})?").all()
    assert schools["residential_intake"].dtype == bool


def test_charter_continuation_special_and_magnet_schools_have_no_area(project: Project) -> None:
    schools, links = project.frame("schools"), project.frame("area_links")
    with_area = schools[schools["id"].isin(links["school_id"])]
    assert set(with_area["governance"]) == {"district"}
    assert set(with_area["school_type"]) == {"traditional"}


def test_links_join_known_areas_and_schools(project: Project) -> None:
    links = project.frame("area_links")
    areas = {i for level in v.SCHOOL_LEVELS for i in project.frame(f"attendance_{level}")["id"]}
    assert set(links["area_id"]) == areas
    assert set(links["school_id"]) <= set(project.frame("schools")["id"])
    assert links["area_id"].value_counts().max() > 1


@pytest.mark.parametrize(("layer_id", "count"), [("community_schools", 49), ("linked_learning", 11)])
def test_approach_sites_stand_at_their_schools(project: Project, layer_id: str, count: int) -> None:
    sites, schools = project.frame(layer_id), project.frame("schools").set_index("id")
    assert len(sites) == count
    assert sites["school_id"].is_unique
    at_school = schools.geometry.loc[sites["school_id"]].to_numpy()
    assert shapely.equals(sites.geometry.to_numpy(), at_school).all()
    assert set(sites["approach"]) <= set(v.APPROACHES)
    assert set(sites["status"]) <= set(v.STATUSES)


@pytest.mark.parametrize("table", ["approach_sites_reviewed.csv", "zone_members_reviewed.csv"])
def test_reviewed_tables_name_schools_as_the_layer_does(project: Project, table: str) -> None:
    names = dict(zip(project.frame("schools")["id"], project.frame("schools")["name"]))
    with (boundaries_dir() / table).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        assert row["source_name"]
        assert row["source"]
        assert row["date_checked"]
        if row["school_id"]:
            assert names[row["school_id"]] == row["school_name"]
        else:
            assert row["note"].startswith("Unmatched: ")


def test_promise_neighborhoods_carry_their_history(project: Project) -> None:
    zones = project.frame("promise_neighborhoods").set_index("id")
    assert zones.loc["lapn-1-pacoima", ["status", "end"]].tolist() == ["ended", "2019-10-25"]
    assert zones.loc["lapn-2", "status"] == "ended"
    assert zones.loc["promesa-boyle-heights", ["status", "lead_organisation"]].tolist() == ["active", "Proyecto Pastoral"]
    assert set(zones["approach"]) == {"promise_neighborhood"}
    assert project.frame("promise_zone")["approach"].tolist() == [""]


def test_services_without_a_place_are_kept_and_marked(project: Project) -> None:
    services = project.frame("services")
    assert len(services) == 648
    assert (services.geometry.isna() == services["online_only"]).all()
    assert services["online_only"].sum() == 182
    assert services["website"].str.fullmatch(r"(https?://\S+)?").all()
    assert "Mental health" in set(services["category"])
    placed = services[~services["online_only"]]
    assert not placed.duplicated(["name", "address", "category"]).any()


def test_every_service_has_a_function_of_the_vocabulary(project: Project) -> None:
    known = {term.code for term in shipped_terms().of("function")}
    assert set(project.frame("services")["function"]) <= known
    assert (project.frame("services")["function"] == "food").sum() == 181


def test_the_lead_agency_that_closed_shows_as_ended(project: Project) -> None:
    organisations = project.frame("organisations").set_index("name")
    closed = organisations.loc["Youth Policy Institute"]
    assert (closed["status"], closed["end"]) == ("ended", "2019-10-25")
    grants = project.frame("funding")
    assert set(grants[grants["recipient"] == "Youth Policy Institute"]["end"]) == {"2019-10-25"}
    assert organisations["source"].str.len().gt(0).all()
    assert organisations.index.isin(["Los Angeles Unified School District", "Proyecto Pastoral"]).sum() == 2


def test_funding_names_known_schools_and_leaves_unknown_amounts_empty(project: Project) -> None:
    grants = project.frame("funding")
    schools = set(project.frame("schools")["id"])
    assert set(grants["school_id"]) - {""} <= schools
    assert grants.set_index("id")["amount_usd"].isna().to_dict()["funding:promesa-planning"]
    cohort = grants[grants["school_id"] != ""]
    assert (cohort["amount_usd"] == 150_000).all()
    sites = project.frame("community_schools")
    assert set(cohort["school_id"]) == set(sites[sites["detail"].str.startswith("Cohort 1")]["school_id"])


def test_need_links_are_neutral_and_name_indicators_there_are(project: Project) -> None:
    links = project.frame("need_links")
    assert set(links["weight"]) == {1.0}
    assert set(links["indicator"]) == {one.column for one in project.layer("need_areas").indicators}


def test_the_first_look_is_calm_and_on_the_district(project: Project) -> None:
    shown = {layer.id for layer in project.layers if layer.visible}
    assert shown == {"community_schools", "linked_learning", "schools", "promise_neighborhoods", "promise_zone",
                     "district", "need_areas"}
    assert project.frame("district").geometry.iloc[0].envelope.contains(shapely.Point(project.view.x, project.view.y))


def test_the_shipped_folder_is_small() -> None:
    files = [path for path in boundaries_dir().rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 6_000_000
    assert (boundaries_dir() / "SOURCES.md").is_file()


def test_the_page_of_sources_names_every_layer(project: Project) -> None:
    page = (boundaries_dir() / "SOURCES.md").read_text(encoding="utf-8")
    for layer in project.layers:
        assert f"(`{layer.id}`)" in page


def test_what_no_source_states_is_said_to_be_inferred(project: Project) -> None:
    funding = project.frame("funding").set_index(v.ID)
    said = funding[v.INFERRED].to_dict()
    federal = {"funding:lapn-1", "funding:lapn-2", "funding:promesa-planning"}
    assert {key for key, word in said.items() if word == "last day"} == federal
    assert {word for key, word in said.items() if key not in federal} == {"amount"}
    assert funding[v.DETAIL].str.contains("inferred").all()
    assert any("inferred" in note for note in project.layer("funding").notes)
    zones = project.frame("promise_neighborhoods").set_index(v.STATUS)
    assert zones.loc["ended", v.DETAIL].str.contains("is inferred").all()


def test_no_address_rests_on_an_encyclopedia(project: Project) -> None:
    addresses = project.frame("organisations").set_index(v.NAME)[v.ADDRESS]
    assert addresses[addresses != ""].to_dict() == {"Los Angeles Unified School District": "333 S Beaudry Ave"}


def test_what_ecomap_says_is_a_message_and_what_publishers_are_called_is_a_name(project: Project) -> None:
    for layer in project.layers:
        assert layer.name.key
        assert all(note.key for note in layer.notes)
        assert all(column.label.key for column in layer.columns)
        assert not any(source.publisher.key or source.title.key for source in layer.sources)
    poverty = project.layer("need_areas").column("poverty_moe").label
    assert (poverty.key, poverty.values["measure"].key) == ("{measure}: margin of error (90 %)", "Living below the poverty line")


@pytest.mark.parametrize(("layer_id", "column", "key"), [
    ("need_areas", "name", "Census tract {number}"), ("board_districts", "name", "Board District {number}"),
    ("attendance_high", "name", "{place}, estimated high area"), ("services", "category", "Food"),
])
def test_cells_that_ecomap_wrote_can_be_said_in_every_language(project: Project, layer_id: str, column: str, key: str) -> None:
    assert project.frame(layer_id)[column].iloc[0].key == key
