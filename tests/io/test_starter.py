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
    "community_schools", "linked_learning", "services", "schools", "rail_stations", "bus_stops", "promise_neighborhoods",
    "promise_zone", "attendance_elementary", "attendance_middle", "attendance_high", "district", "board_districts",
    "parks", "need_areas", "tracts_2020", "county", "ground", "area_links", "outcomes", "state_funding", "organisations", "staff_roles", "funding",
    "ties", "need_links",
)


# Read by hand in the state's file: school, year, chronically absent, of, share.
HAND_READ = (
    ("19647330112045", "2024-25", 265, 1069, 0.248),   # Arleta High
    ("19647330112045", "2022-23", 354, 1215, 0.291),
    ("19647336019582", "2024-25", 120, 519, 0.231),    # Twentieth Street Elementary
    ("19647336019582", "2023-24", 145, 555, 0.261),
    ("19647336058051", "2024-25", 199, 963, 0.207),    # Hollenbeck Middle
    ("19647330100289", "2024-25", 57, 434, 0.131),     # N.E.W. Academy of Science and Arts
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
    below_zero = {"english_distance", "math_distance"}  # points from the standard
    for layer_id in ("need_areas", "tracts_2020", "schools", "outcomes"):
        frame = project.frame(layer_id)
        for reason in [name for name in frame.columns if name.endswith(v.REASON_SUFFIX)]:
            column = reason.removesuffix(v.REASON_SUFFIX)
            assert ((frame[reason] != "") == frame[column].isna()).all()
            assert set(frame[reason]) - {""} <= set(v.MISSING_REASONS)
            if column + v.MOE_SUFFIX in frame.columns:
                assert (frame[column].isna() == frame[column + v.MOE_SUFFIX].isna()).all()
            assert column in below_zero or (frame[column].dropna() >= 0).all()


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
    assert len(schools) == 997 + 17
    assert schools["id"].str.fullmatch("1964733[0-9]{7}").all()
    assert schools["enrollment"].notna().sum() == 997
    assert (schools["levels"] == "").sum() == (schools["school_type"] == "adult school").sum() == 11
    assert (schools["board_district"] == "").sum() == 1
    assert schools["nces_id"].str.fullmatch("([0-9]{12})?").all()
    assert schools["residential_intake"].dtype == bool


def test_schools_that_have_left_the_list_are_there_and_count_nowhere(project: Project) -> None:
    schools = project.frame("schools").set_index("id")
    gone = schools[schools["status"] == "ended"]
    assert sorted(gone["name"]) == [
        "Alliance Tennenbaum Family Technology High", "Crete Academy",
        "Ivy Bound Academy of Math, Science, and Technology Charter Middle", "KIPP Sol Academy", "Los Angeles Leadership Academy"]
    assert gone["enrollment"].isna().all()
    assert gone["detail"].str.contains("is inferred|County Office of Education").all()
    assert gone["detail"].str.contains("pupils in 2023-24").all()
    assert set(schools[schools["school_type"] == "adult school"]["status"]) == {""}  # neither planned nor ended: at work


def test_every_far_move_of_a_school_is_decided_with_a_reason(project: Project) -> None:
    with (boundaries_dir() / "point_moves_reviewed.csv").open(encoding="utf-8", newline="") as stream:
        moves = list(csv.DictReader(stream))
    assert len(moves) == 20
    assert all(float(row["moved_m"]) > 500 and row["reason"] and row["source"] and row["date_checked"] for row in moves)
    assert [row["school_name"] for row in moves if row["decision"] != "state"] == ["Twentieth Street Elementary"]
    places = project.frame("schools").set_index("id").geometry.to_crs("EPSG:4326")
    twentieth, ednovate = places["19647336019582"], places["19647330140129"]
    assert (twentieth.x, twentieth.y) == pytest.approx((-118.250084, 34.022823), abs=2e-5)   # not in Pasadena
    assert (ednovate.x, ednovate.y) == pytest.approx((-118.287346, 33.951658), abs=2e-5)     # the state's word, in ZIP 90044


def test_outcomes_hold_three_years_with_what_they_are_counted_of(project: Project) -> None:
    frame = project.frame("outcomes")
    assert set(frame["year"]) == {"2022-23", "2023-24", "2024-25"}
    assert set(frame["school_id"]) <= set(project.frame("schools")["id"])
    for column in ("chronic_absence", "suspension", "graduation", "a_g", "college_career"):
        known = frame[frame[column].notna()]
        assert ((known[f"{column}_count"] / known[f"{column}_of"] - known[column]).abs() <= 0.00051).all()  # published to a tenth of a per cent
        assert (known[f"{column}_count"] <= known[f"{column}_of"]).all()
    few = frame[frame["chronic_absence_reliability"] == "small sample"]
    assert len(few) == 6
    assert (few["chronic_absence_of"] < 30).all()
    hidden = frame[frame["chronic_absence_reason"] == "suppressed"]
    assert len(hidden) == 3
    assert hidden[["chronic_absence", "chronic_absence_count", "chronic_absence_of"]].isna().all(axis=None)
    for column in (name for name in frame if name.endswith("_of")):
        assert not frame[column].between(1, 10).any()   # a whole of so few pupils is hidden with its parts
    nobody = frame[frame["a_g_of"] == 0]
    assert len(nobody) == 9
    assert nobody["a_g"].isna().all()  # published as 0 % of nobody


@pytest.mark.parametrize(("school", "year", "absent", "of", "share"), HAND_READ)
def test_chronic_absence_is_as_the_file_says(project: Project, school: str, year: str, absent: int, of: int, share: float) -> None:
    frame = project.frame("outcomes")
    row = frame[(frame["school_id"] == school) & (frame["year"] == year)].iloc[0]
    assert (row["chronic_absence_count"], row["chronic_absence_of"]) == (absent, of)
    assert row["chronic_absence"] == pytest.approx(share)
    beside = {"2024-25": "chronic_absence", "2023-24": "chronic_absence_2023_24", "2022-23": "chronic_absence_2022_23"}[year]
    assert project.frame("schools").set_index("id").loc[school, beside] == pytest.approx(share)


def test_what_the_state_says_of_pupils_is_judged(project: Project) -> None:
    for layer_id in ("schools", "outcomes"):
        layer = project.layer(layer_id)
        for column in layer.columns:
            if column.unit == "share" and column.name != v.FRPM_SHARE:  # meals are known by their name
                assert column.judgement is not None
                assert column.judgement.holds == "share"
            if column.name.endswith("_count") and column.name != v.FRPM_COUNT:
                assert column.unit == "pupils"


def test_support_staff_are_roles_with_their_fte(project: Project) -> None:
    roles = project.frame("staff_roles")
    assert len(roles) == 1515
    assert (roles["fte"] > 0).all()
    assert set(roles["school_id"]) <= set(project.frame("schools")["id"])
    nurses = roles[roles["title"] == "Nurse"]
    assert (len(nurses), round(nurses["fte"].sum(), 1), set(nurses["function"])) == (9, 9.9, {"physical_health"})
    told = roles[roles["function"] != ""]
    assert not told.duplicated(["school_id", "function"]).any()   # staff of one school are no two organisations that do the same
    assert set(roles[roles["title"] == "Other support staff, not teaching"]["function"]) == {""}


def test_the_states_money_is_that_of_the_district(project: Project) -> None:
    row = project.frame("state_funding").iloc[0]
    assert (row["supplemental_grant_usd"], row["concentration_grant_usd"]) == (675_770_364, 791_672_839)
    assert row["amount_usd"] == 1_467_443_203
    assert (row["scope"], row["year"], row["unduplicated_share"]) == ("district", "2024-25", 0.86)


def test_tracts_of_two_vintages_are_two_layers(project: Project) -> None:
    old, new = project.frame("need_areas"), project.frame("tracts_2020")
    assert (set(old["census"]), set(new["census"])) == ({"2010"}, {"2020"})
    assert len(new) == 1288
    assert project.layers_of(v.NEED_AREA)[0].id == "need_areas"   # what a question takes that names no layer
    columns = {one.column for one in project.layer("tracts_2020").indicators}
    assert columns == {"median_household_income", "rent_burden", "severe_rent_burden", "limited_english_households"}
    assert not columns & {one.column for one in project.layer("need_areas").indicators}
    assert all("2019-23" in one.source.vintage for one in project.layer("tracts_2020").indicators)
    assert (new["severe_rent_burden"].dropna() <= new["rent_burden"].dropna()).all()


def test_rail_is_that_of_2026_and_bus_stops_are_there(project: Project) -> None:
    rail = project.frame("rail_stations")
    lines = dict(zip(rail["name"], rail["lines"]))
    assert lines["Wilshire / La Brea Station"] == "D"   # opened in 2026
    assert lines["7th Street / Metro Center Station"] == "A, B, D, E"
    assert (rail["operator"] == "Metrolink").sum() > 0
    assert len(project.frame("bus_stops")) == 9433


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


def test_ties_are_those_the_report_of_2015_states(project: Project) -> None:
    ties = project.frame("ties")
    assert len(ties) == 16
    assert (ties[v.SOURCE].str.contains("Collaborating for Equity, 2015, (?:section|sidebar|appendix)", regex=True)).all()  # where in the report
    assert (ties[v.STATED_BY] == "Annenberg Institute, report of 2015").all()
    for column in (v.TRUST, v.QUALITY, v.START):  # none is said
        assert ties[column].eq("").all()
    ended = ties[(ties[[v.FROM_ORGANISATION, v.TO_ORGANISATION]] == "Youth Policy Institute").any(axis=1)]
    assert set(ended[v.END]) == {"2019-10-25"}
    assert ties[~ties[v.ID].isin(ended[v.ID])][v.END].eq("").all()
    assert project.layer("ties").sources[0].vintage == "2015"
    known = {*project.frame("organisations")[v.NAME], "Los Angeles Area Chamber of Commerce"}
    assert {*ties[v.FROM_ORGANISATION], *ties[v.TO_ORGANISATION]} <= known


def test_need_links_are_neutral_and_name_indicators_there_are(project: Project) -> None:
    links = project.frame("need_links")
    assert set(links["weight"]) == {1.0}
    assert set(links["indicator"]) == {one.column for one in project.layer("need_areas").indicators}


def test_the_first_look_is_calm_and_on_the_district(project: Project) -> None:
    shown = {layer.id for layer in project.layers if layer.visible}
    assert shown == {"community_schools", "linked_learning", "schools", "promise_neighborhoods", "promise_zone",
                     "district", "need_areas", "ground"}
    assert project.frame("district").geometry.iloc[0].envelope.contains(shapely.Point(project.view.x, project.view.y))


def test_the_shipped_folder_is_small() -> None:
    files = [path for path in boundaries_dir().rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 9_000_000
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
