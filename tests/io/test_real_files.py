"""Every publisher's file: imported with a report that adds up, or refused in words; never touched."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pandas as pd
import pytest

from ecomap.io.importers import Imported, guess_role, import_file
from ecomap.io.starter import load_starter
from ecomap.model.errors import EcoMapError, InputError
from ecomap.model.project import Project

ALBERS = "EPSG:3310"
# Folder -> how many of its files at least are imported, and those that are refused in words.
FOLDERS = {
    "la": (46, (
        "datapackage.json", "pmed1.txt", "services_taxonomy.csv", "foodoasis_organization.csv", "foodoasis_summer-lunch.csv",
        "lausd_SHHS_Partner_Services_2020-05-12.xlsx", "lausd_cep_isp_enrollment.csv", "CityBoundary.shp", "location.json",
        "organization_full.json", "service_full.json", "service_at_location_full.json",
    )),
    "known-answers": (5, ("SF_network_distance_candidateStore_16_censusTract_205_new.csv", "cdc_svi2020_pa_county.csv", "pmed1.txt")),
    "la2026": (9, (
        "la_county_roads_places_zcta.topo.json", "cde_outcomes_by_subgroup_lausd_2022_25.csv.gz",
        "cde_public_schools_2025_26_california.csv.gz", "DERIVED_la_tract_2010_2020_area.csv", "ca_district_funding_full.csv",
        "DERIVED_la_tracts_2020_language_acs2019_23.csv", "LA_B19013_2023_median_household_income_moe.csv",
        "LA_B25070_2023_rent_share_of_income_moe.csv",
    )),
    "elsewhere": (12, (
        "bos-census.csv", "glasgow_simd.csv", "West-Oakland.osm.bz2", "ott-cap.csv", "ott-capital_info.xlsx",
    )),
}
OF_ANOTHER_CENSUS = ("LA_B25034_2022_yearbuilt_moe.csv", "LA_B25072_2023_rentburden_moe.csv", "la_sovi_nri.csv")


@pytest.fixture(scope="module")
def starter() -> Project:
    return load_starter("los-angeles")


def fingerprints(folder: Path) -> dict[str, str]:
    return {part.name: hashlib.sha256(part.read_bytes()).hexdigest() for part in folder.iterdir() if part.is_file()}


def every_file(shared_data: Path, folder: str) -> list[Path]:
    """The files of one folder that the list of sources names, and whatever else lies in its heap of messy ones."""
    with (shared_data / "SOURCES.tsv").open(encoding="utf-8") as stream:
        listed = {shared_data / row["path"] for row in csv.DictReader(stream, delimiter="\t") if row["path"].startswith(f"{folder}/")}
    messy = {part for part in (shared_data / folder / "messy").rglob("*") if part.suffix in (".shp", ".csv", ".tsv")}
    return sorted(path for path in listed | messy if path.is_file())


def brought_in(shared_data: Path, folder: str, starter: Project) -> tuple[list[str], list[str], list[str]]:
    """Names of the files that were imported and of those that were refused, and what was wrong with either."""
    faults, refused, imported = [], [], []
    for path in every_file(shared_data, folder):
        before = fingerprints(path.parent)
        try:
            role = "school" if path.suffix == ".xlsx" and "cde" in path.name else guess_role(path)
            result = import_file(path, role, target_crs=ALBERS, project=starter)
        except EcoMapError as refusal:
            refused.append(path.name)
            if not (refusal.message and refusal.hint and refusal.message.count(". ") <= 1):
                faults.append(f"{path.name}: refused without plain words: {refusal}")
        else:
            imported.append(path.name)
            if not result.report.adds_up or not result.frame["id"].is_unique or str(result.frame.crs) != ALBERS:
                faults.append(f"{path.name}: {result.report.sentence}")
            if not result.frame.geometry.dropna().is_valid.all():
                faults.append(f"{path.name}: unsound shapes")
        if fingerprints(path.parent) != before:
            faults.append(f"{path.name}: the source or its folder changed")
    return imported, refused, faults


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_listed_file_is_imported_truly_or_refused_in_words(shared_data: Path, starter: Project, folder: str) -> None:
    imported, refused, faults = brought_in(shared_data, folder, starter.without_layer("tracts_2020"))  # a map of one census
    least, known = FOLDERS[folder]
    assert not faults
    assert len(imported) >= least
    tables_of_directories = {p.name for p in (shared_data / folder / "hsds_samples").rglob("*.csv")} - {"locations.csv"}
    of_another_census = OF_ANOTHER_CENSUS if folder == "la" else ()
    assert set(of_another_census) <= set(refused)
    assert set(refused) <= {*known, *of_another_census, *tables_of_directories}


def report_of(path: Path, role: str, project: Project | None = None, **how: object) -> Imported:
    return import_file(path, role, target_crs=ALBERS, project=project, **how)  # type: ignore[arg-type]


def counts(result: Imported, kind: str) -> dict[int | None, str]:
    return {line.count: line.text for line in result.report.lines if line.kind == kind}


def test_partner_services(shared_data: Path) -> None:
    result = report_of(shared_data / "la/services/lausd_partner_services_geocoded.csv", "service")
    assert (result.report.read, result.report.kept, result.report.count("merged")) == (668, 649, 19)
    assert counts(result, "merged").keys() == {15, 4}                 # the same to the letter, and in another spelling at the same place
    assert "off the map" in counts(result, "note")[183]
    assert "another category" in counts(result, "note")[10]     # 15 + 10 = the 25 that repeat name, address and place
    assert "20 km" in counts(result, "caution")[5]
    assert (int(result.frame.geometry.isna().sum()), int(result.frame["online_only"].sum())) == (182, 182)  # one merged


def test_the_eighth_district_is_the_sum_of_the_seven(shared_data: Path) -> None:
    result = report_of(shared_data / "la/boundaries/lausd_board_districts/lausd.shp", "district")
    caution = [line for line in result.report.lines if line.kind == "caution"]
    assert [(line.count, line.examples) for line in caution] == [(1, ("LOS ANGELES USD",))]
    whole = result.frame.set_index("name").geometry["LOS ANGELES USD"].area
    assert whole / 2_589_988.11 == pytest.approx(711.03, abs=0.5)  # square miles, as the publisher's feet give them


def test_the_citys_total_is_left_out(shared_data: Path) -> None:
    result = report_of(shared_data / "la/tracts/la_city_tracts_pop_moe.geojson", "need_area")
    dropped = [line for line in result.report.lines if line.kind == "dropped"]
    assert [(line.count, line.examples) for line in dropped] == [(1, ("Los Angeles, CA",))]
    assert {"population", "population_moe"} <= set(result.frame.columns)


def test_calenviroscreen_joins_although_it_lost_its_zero(shared_data: Path, starter: Project) -> None:
    result = report_of(shared_data / "la/need/calenviroscreen_4.0_results.csv", "need_area", starter)
    assert (result.report.read, result.report.kept) == (8035, 1171)
    assert "leading zero" in counts(result, "mended")[1171]
    before = starter.frame(result.joins)
    assert result.frame["asthma_2"].corr(before["asthma"]) == pytest.approx(1)


def test_codes_of_another_census_are_refused_unless_vouched_for(shared_data: Path, starter: Project) -> None:
    """The table of 2022 speaks of the tracts of 2020; the starter's need areas are of 2010."""
    with pytest.raises(InputError, match="136 of the 1,172 need areas") as caught:
        report_of(shared_data / "la/need/LA_B25034_2022_yearbuilt_moe.csv", "need_area", starter.without_layer("tracts_2020"))
    assert "same_census" in caught.value.details["fields"]


def test_two_heading_rows_and_the_rows_citys_total(shared_data: Path, starter: Project) -> None:
    path = shared_data / "la/need/LA_B25034_2022_yearbuilt_moe.csv"
    result = report_of(path, "need_area", starter.without_layer("tracts_2020"), mapping={"same_census": "=yes"})
    assert (result.report.read, result.report.count("dropped"), result.report.kept) == (2499, 1463, 1036)
    assert result.layer.column("b25034_002e").label == "Total, Built 2020 or later"
    assert "b25034_002e_moe" in result.frame.columns


def test_a_table_of_2020_tracts_finds_the_tracts_of_2020(shared_data: Path, starter: Project) -> None:
    result = report_of(shared_data / "la/need/LA_B25034_2022_yearbuilt_moe.csv", "need_area", starter)
    assert (result.report.read, result.report.count("dropped"), result.report.kept) == (2499, 1211, 1288)
    assert set(result.frame["id"]) == set(starter.frame("tracts_2020")["id"])


def test_overflowed_land_is_missing_not_negative(shared_data: Path) -> None:
    path = shared_data / "la/messy/secondary_school_districts_overflow/secondary-school-districts.shp"
    frame = report_of(path, "district").frame
    assert frame["aland"].min() > 0
    assert set(frame["aland_reason"]) == {"", "no_data_code"}


def test_stray_part_of_sunland_tujunga(shared_data: Path) -> None:
    result = report_of(shared_data / "la/boundaries/neighborhood_council_boundaries.geojson", "reference")
    assert [line.examples for line in result.report.lines if line.kind == "caution"] == [("Sunland-Tujunga",)]


def test_parks_of_mixed_shapes(shared_data: Path) -> None:
    result = report_of(shared_data / "la/services/countywide_parks.geojson", "reference")
    assert (result.report.read, result.report.kept) == (1460, 1460)
    assert "mixed kinds" in counts(result, "mended")[8]
    assert set(result.frame.geometry.geom_type) <= {"Polygon", "MultiPolygon"}


def test_city_outline_without_prj_asks_and_then_lies_in_los_angeles(shared_data: Path) -> None:
    path = shared_data / "la/messy/CityBoundary_no_prj/CityBoundary.shp"
    with pytest.raises(EcoMapError) as asked:
        report_of(path, "district")
    assert "EPSG:3857" in asked.value.hint
    frame = report_of(path, "district", crs="EPSG:3857").frame
    west, south, east, north = frame.to_crs("EPSG:4326").total_bounds
    assert (-118.7 < west < east < -118.1)
    assert (33.6 < south < north < 34.4)


def test_neighbourhoods_with_swapped_columns_and_odd_system(shared_data: Path) -> None:
    result = report_of(shared_data / "la/messy/usc_la_neighborhoods_odd_wkt/Los Angeles.shp", "reference")
    assert result.report.crs.startswith("EPSG:4326 (from the file, which says")
    assert "swapped" in counts(result, "caution")[272]
    assert result.report.count("mended") == 2


@pytest.mark.parametrize(("workbook", "rows"), [("la/schools/cde_frpm_2019_20.xlsx", 10592), ("la2026/cde/frpm2324.xlsx", None)])
def test_meals_from_the_workbook_stand_beside_the_starters(shared_data: Path, starter: Project, workbook: str, rows: int | None) -> None:
    """The pupils of another year join the schools by code, each number as the workbook has it, and do not touch this year's."""
    result = report_of(shared_data / workbook, "school", starter)
    assert rows is None or result.report.read == rows
    table = pd.read_excel(shared_data / workbook, sheet_name=1, header=1, dtype=str)
    table.columns = [" ".join(str(name).split()) for name in table.columns]
    theirs = pd.to_numeric(table.set_index(table["County Code"] + table["District Code"] + table["School Code"])["Enrollment (K-12)"])
    frame = result.frame.set_index("id")
    known = frame[frame["enrollment_2"].notna()]
    assert len(known) > 980
    assert (known["enrollment_2"] == theirs.loc[known.index]).all()
    assert frame["enrollment"].sum() == 495_891


def test_one_address_areas_take_their_level(shared_data: Path) -> None:
    for level, key in (("elementary", "elementary:10296"), ("middle", "middle:20609"), ("high", "high:30191")):
        result = report_of(shared_data / f"la/schools/lausd_boundary_one_address_{level}.esri.json", "attendance_area")
        assert (result.layer.level, result.layer.boundary, result.frame["id"].tolist()) == (level, "official", [key])


def test_two_thousand_tracts_come_from_feet(shared_data: Path) -> None:
    result = report_of(shared_data / "la/tracts/Below_Poverty_tract_2020.geojson", "need_area")
    assert result.report.crs == "EPSG:2229 (from the file)"
    assert len(result.frame) == 2495
    assert result.frame["below_fpl_pct"].max() <= 1
