"""The compiler against the publishers' files: counts, totals, faults, the same bytes again."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from ecomap.io.starter import load_starter
from ecomap.model.assets import boundaries_dir
from ecomap.model.project import Project
from tools.compile_starter import main
from tools.starter.geometry import shared_coverage, simplified, simplified_coverage
from tools.starter.inputs import INPUTS

ROOT = Path(__file__).resolve().parents[2]
COMPILER = ROOT / "tools" / "compile_starter.py"


@pytest.fixture(scope="module")
def project() -> Project:
    return load_starter("los-angeles")


@pytest.fixture(scope="module")
def compiled_again(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The starter compiled afresh in a process with another hash seed, and what it printed."""
    out = tmp_path_factory.mktemp("starter")
    done = subprocess.run(
        [sys.executable, str(COMPILER), "--from", str(shared_data), "--out", str(out)],
        env={**os.environ, "PYTHONHASHSEED": "4711"}, cwd=out, capture_output=True, text=True, check=True,
    )
    return out, done.stdout


@pytest.mark.slow
def test_compiling_again_gives_the_shipped_bytes(compiled_again: tuple[Path, str]) -> None:
    out, _ = compiled_again
    shipped = boundaries_dir()
    made = sorted(path.relative_to(out) for path in out.rglob("*") if path.is_file())
    assert made == sorted(
        path.relative_to(shipped) for path in shipped.rglob("*") if path.is_file() and "reviewed" not in path.name
    )
    different = [str(path) for path in made if (out / path).read_bytes() != (shipped / path).read_bytes()]
    assert different == []


@pytest.mark.slow
def test_the_compiler_prints_counts_and_faults(compiled_again: tuple[Path, str]) -> None:
    said = compiled_again[1]
    for text in ("need_areas                1,172 rows", "370 private schools of the county's list left out", "997 schools of the state's list, 495,891 pupils",
                 "668 rows read = 648 kept + 15 merged + 5 far outside", "1 of them the whole district",
                 "unmatched: Cohort 4", "26 tables"):
        assert text in said


def test_a_missing_file_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--from", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "does not hold la/tracts/la_tracts_2012.geojson" in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_the_help_says_where_each_file_can_be_downloaded(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    said = capsys.readouterr().out
    for item in INPUTS:
        assert item.path in said
        assert item.source.url in said
        assert item.source.publisher in said


def test_children_are_those_of_the_publisher(project: Project, shared_data: Path) -> None:
    svi = pd.read_csv(shared_data / "la/need/DERIVED_svi2018_la_county.csv", dtype={"FIPS": str}).set_index("FIPS")
    ours = project.frame("need_areas").set_index("id")
    theirs = svi.loc[ours.index]
    assert (ours["children"] == theirs["E_AGE17"]).all()
    assert (ours["children_moe"] == theirs["M_AGE17"]).all()
    known = ours["poverty"].notna()
    assert ((ours["poverty"] * 100 - theirs["EP_POV"])[known].abs() < 1e-6).all()
    assert ((ours["poverty_moe"] * 100 - theirs["MP_POV"])[known].abs() < 1e-6).all()
    assert ((theirs["EP_POV"] == -999) == ~known).all()
    no_households = theirs["E_HH"] == 0
    assert ours.loc[no_households, "single_parent"].isna().all()  # published as 0 with a margin of -999


def test_calenviroscreen_joins_in_spite_of_the_lost_zero(project: Project, shared_data: Path) -> None:
    table = pd.read_csv(shared_data / "la/need/calenviroscreen_4.0_results.csv", encoding="utf-8-sig")
    theirs = table.set_index("0" + table["tract"].astype(str))
    ours = project.frame("need_areas").set_index("id")
    joined = theirs.reindex(ours.index)
    for column, field, scale in (("asthma", "Asthma", 1), ("pm25", "PM2.5", 1), ("low_birth_weight", "Low_Birth_Weight", 100),
                                 ("housing_burden", "Housing Burden", 100),
                                 ("linguistic_isolation", "Linguistic Isolation", 100)):
        assert (ours[column].isna() == joined[field].isna()).all()
        assert ((ours[column] * scale - joined[field]).dropna().abs() < 0.006).all()


def test_the_rule_for_tracts_is_the_interior_point(project: Project, shared_data: Path) -> None:
    tracts = gpd.read_file(shared_data / "la/tracts/la_tracts_2012.geojson")
    boards = gpd.read_file(shared_data / "la/boundaries/lausd_board_districts/lausd.shp")
    district = boards[boards["LABEL"] == "LOS ANGELES USD"].to_crs("EPSG:3310").geometry.iloc[0]
    inside = tracts[tracts.geometry.representative_point().to_crs("EPSG:3310").within(district).to_numpy()]
    assert set(inside["external_id"]) == set(project.frame("need_areas")["id"])


def test_generalised_tracts_stay_close_to_the_published_ones(project: Project, shared_data: Path) -> None:
    tracts = gpd.read_file(shared_data / "la/tracts/la_tracts_2012.geojson").set_index("external_id").to_crs("EPSG:3310")
    ours = project.frame("need_areas").set_index("id")
    theirs = tracts.loc[ours.index]
    assert ours.area.sum() == pytest.approx(theirs.area.sum(), rel=1e-3)
    moved = ours.geometry.symmetric_difference(theirs.geometry).area / theirs.area
    assert moved.median() < 0.005
    assert moved.max() < 0.05


def test_schools_are_those_of_the_states_list(project: Project, shared_data: Path) -> None:
    with (shared_data / "la2026/cde/cde_public_schools_2025_26_la_county.csv").open(encoding="utf-8", newline="") as stream:
        state = {row["id"]: row for row in csv.DictReader(stream) if row["districtId"] == "19647330000000"}
    schools = project.frame("schools").set_index("id")
    listed = schools[schools["enrollment"].notna()]
    assert len(state) == len(listed) == 997
    assert set(listed.index) == set(state)
    for school, row in listed.iterrows():
        theirs = state[str(school)]
        assert row["enrollment"] == int(theirs["enrollment"])
        assert row["frpm_count"] == int(theirs["Free/Reduced Meal Eligible count"])
        assert row["foster_count"] == int(theirs["Foster count"])
        assert row["homeless_count"] == int(theirs["Homeless count"])
        assert abs(row["english_learner_share"] * 100 - float(theirs["English Learner percent"])) <= 0.0601
        assert abs(row["disability_share"] * 100 - float(theirs["Students with Disabilities percent"])) <= 0.0601
        assert row["governance"] == ("charter" if theirs["charter"] == "True" else "district")


def test_pupils_of_the_schools_that_were_there_in_2019_20(project: Project, shared_data: Path) -> None:
    table = pd.read_excel(shared_data / "la/schools/cde_frpm_2019_20.xlsx", sheet_name=1, header=1, dtype=str)
    table.columns = [" ".join(name.split()) for name in table.columns]
    codes = set(table["County Code"] + table["District Code"] + table["School Code"])
    schools = project.frame("schools")
    # New West Charter was not of the district's list that the former starter was made of.
    both = schools[schools["enrollment"].notna() & schools["id"].isin(codes) & (schools["id"] != "19647336120158")]
    assert (len(both), both["enrollment"].sum()) == (980, 487_353)


def test_schools_of_the_countys_list_alone_are_kept(project: Project, shared_data: Path) -> None:
    read = gpd.read_file(shared_data / "la/schools/la_schools_colleges_universities_2025.geojson")
    ours = read[read["source_id"].astype(str).str.startswith("1964733") & (read["cat3"] != "Private Schools")]
    schools = project.frame("schools")
    assert set(ours["source_id"]) <= set(schools["id"])
    assert set(schools["id"]) - set(ours["source_id"]) == {"19647336120158"}


def test_rent_burden_and_its_margin_are_those_of_the_table(project: Project, shared_data: Path) -> None:
    with (shared_data / "la2026/need/LA_B25070_2023_rent_share_of_income_moe.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["GEO_ID"].zfill(11): row for row in csv.DictReader(stream)}
    ours = project.frame("tracts_2020").set_index("id")
    for tract in ("06037533603", "06037543400"):
        row = {name: float(value) for name, value in rows[tract].items() if name.startswith("B25070")}
        part = sum(row[f"B25070_0{cell}E"] for cell in ("07", "08", "09", "10"))
        whole = row["B25070_001E"] - row["B25070_011E"]
        assert ours.loc[tract, "rent_burden"] == pytest.approx(part / whole, abs=6e-5)
        assert all(row[f"B25070_0{cell}E"] > 0 for cell in ("01", "07", "08", "09", "10", "11"))  # so that no zero shares a margin
        part_moe = sum(row[f"B25070_0{cell}M"] ** 2 for cell in ("07", "08", "09", "10")) ** 0.5
        whole_moe2 = row["B25070_001M"] ** 2 + row["B25070_011M"] ** 2
        under = part_moe**2 - (part / whole) ** 2 * whole_moe2
        margin = (under if under >= 0 else part_moe**2 + (part / whole) ** 2 * whole_moe2) ** 0.5 / whole
        assert ours.loc[tract, "rent_burden_moe"] == pytest.approx(margin, abs=6e-5)


def test_every_service_row_is_accounted_for(project: Project, shared_data: Path) -> None:
    read = pd.read_csv(shared_data / "la/services/lausd_partner_services_geocoded.csv", dtype=str)
    services = project.frame("services")
    assert len(read) == 668 == len(services) + 15 + 5
    assert (read["online"] == "yes").sum() == 183 == services["online_only"].sum() + 1  # one of the merged rows
    placed = services.geometry.dropna().to_crs("EPSG:4326")
    assert placed.x.between(-119, -117.5).all()
    assert placed.y.between(33.6, 35).all()


@pytest.mark.parametrize("level", ["elementary", "middle", "high"])
def test_the_comparison_with_an_official_area_is_what_the_notes_say(
    project: Project, shared_data: Path, level: str
) -> None:
    path = shared_data / f"la/schools/lausd_boundary_one_address_{level}.esri.json"
    rings = json.loads(path.read_text(encoding="utf-8"))["features"][0]["geometry"]["rings"]
    outer = shapely.make_valid(shapely.Polygon(max(rings, key=len)))
    official = gpd.GeoSeries([outer], crs="EPSG:4326").to_crs(project.crs).iloc[0]
    share = project.frame(f"attendance_{level}").intersection(official).area.max() / official.area
    assert any(f"covers {share:.0%} of it" in note for note in project.layer(f"attendance_{level}").notes)


def test_no_original_is_shipped(shared_data: Path) -> None:
    originals = {
        hashlib.sha256(path.read_bytes()).hexdigest() for path in shared_data.rglob("*") if path.is_file()
    }
    shipped = [path for path in boundaries_dir().rglob("*") if path.is_file()]
    assert not [path for path in shipped if hashlib.sha256(path.read_bytes()).hexdigest() in originals]


def test_a_coverage_with_a_gap_and_an_overlap_comes_out_exact() -> None:
    left = shapely.Polygon([(0, 0), (100.4, 0), (99.6, 50), (100.3, 100), (0, 100)])
    right = shapely.Polygon([(100.1, 0), (200, 0), (200, 100), (99.9, 100), (100.2, 50)])
    both = shared_coverage([left, right])
    assert shapely.coverage_is_valid(both)
    assert shapely.intersection(both[0], both[1]).area == 0
    assert shapely.area(both).sum() == pytest.approx(20_000, rel=0.01)
    coordinates = shapely.get_coordinates(both)
    assert (coordinates == coordinates.round()).all()


def test_simplifying_a_coverage_keeps_borders_shared() -> None:
    wavy = [(100 + (3 if step % 2 else -3), step * 10) for step in range(1, 10)]
    left = shapely.Polygon([(0, 0), (100, 0), *wavy, (100, 100), (0, 100)])
    right = shapely.Polygon([(200, 0), (200, 100), (100, 100), *wavy[::-1], (100, 0)])
    both = simplified_coverage([left, right], 20.0)
    assert shapely.coverage_is_valid(both)
    assert shapely.get_num_coordinates(both).sum() < shapely.get_num_coordinates([left, right]).sum()
    assert shapely.area(both).sum() == 20_000


def test_a_tiny_outline_is_not_simplified_away() -> None:
    tiny = shapely.box(0, 0, 6, 6)
    assert shapely.area(simplified([tiny], 50.0))[0] == 36
