"""Which role a file could play: by its shapes, words and codes in any country, with the evidence and the second best."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from ecomap.io.importers import guess_role
from ecomap.io.importers.steps.recognising import recognised
from tests.io.making import points, squares

EXPECTED = {
    "awkward": {
        "02_lying.shp": "school", "04_sci.csv": "need_area", "07_chicago_swapped.csv": "school", "10b_semicolon_need.csv": "need_area",
        "13_curve.json": "attendance_area", "17_samename.csv": "school", "17b_table.csv": "school", "18_byid.csv": "school", "18b_nces.csv": "school",
        "19_byname.csv": "school", "22_smallpct.csv": "need_area", "25_ct_2022.csv": "need_area", "25_ct_tracts.geojson": "need_area",
        "33b_ended.csv": "site", "34_money.csv": "spending", "37d_cde_directory.txt": "school", "38_exploded.geojson": "need_area",
        "43_grades.csv": "school", "48_dups.csv": "service", "49a_money.csv": "spending", "50_trunc.shp": "school", "53_nyc_tracts.geojson": "need_area",
        "base_schools.csv": "school", "base_services.csv": "service", "base_tracts.geojson": "need_area", "h01_areas.geojson": "need_area",
        "h01_crs_outlier_schools.csv": "school", "h02_schools.csv": "school", "h02_times.csv": "travel_cost", "h02_zones.geojson": "attendance_area",
        "h03_services_publicname.csv": "service", "h04_schools_school_nm.csv": "school", "h05_tracts.geojson": "need_area", "h05_wards.geojson": "reference",
        "h06_levels.json": "attendance_area", "h07_blocks.geojson": "need_area", "h07_districts_cde.geojson": "district", "h11_areas.geojson": "need_area",
        "h11_ces3_six_tracts.csv": "need_area", "h12_areas.geojson": "need_area", "h12_names.csv": "need_area", "h14_uncategorised_services.csv": "service",
        "h15_areas.geojson": "need_area", "h15_join_name_dropped.csv": "need_area",
    },
    "elsewhere": {
        "boston/bos-bg.geojson": "need_area", "boston/bos-census.csv": "need_area", "boston/bos-grid.geojson": "need_area",
        "boston/bos-infra.geojson": "service", "boston/bps.geojson": "school", "england/kingston-schools.geojson": "school",
        "glasgow/glasgow_dz.geojson": "need_area", "glasgow/glasgow_simd.csv": "need_area", "kenya/nairobi.csv": "school", "ottawa/ott-cap.csv": "school",
        "ottawa/ott-schools.json": "school", "seattle/king-sites.geojson": "school", "seattle/seattle-es.geojson": "attendance_area",
        "seattle/seattle-es-2023.geojson": "attendance_area", "seattle/seattle-sites.geojson": "school", "seattle/seattle-tracts.geojson": "need_area",
    },
    "la": {
        "boundaries/la_county.geojson": "reference", "boundaries/city_council_2021.geojson": "reference", "boundaries/lausd_board_districts/lausd.shp": "district",
        "boundaries/hud_promise_zones.socrata.json": "zone", "services/foodoasis_summer-lunch.csv": "service", "services/lausd_partner_services_geocoded.csv": "service",
        "services/hospitals_with_tract.csv": "service", "services/countywide_parks.geojson": "reference", "schools/lausd_sites_by_region.csv": "reference",
        "schools/lausd_cep_isp_enrollment.csv": "school", "need/la_sovi_nri.csv": "need_area", "transit/metro_stations.geojson": "reference",
        "schools/lausd_boundary_one_address_high.esri.json": "attendance_area", "tracts/la_tracts_2012.geojson": "need_area",
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("folder", EXPECTED)
def test_the_role_of_every_file(shared_data: Path, folder: str) -> None:
    found = {name: guess_role(shared_data / folder / name) for name in EXPECTED[folder]}
    assert found == EXPECTED[folder]


def role_of(frame: pd.DataFrame | gpd.GeoDataFrame, geometry: str, name: str = "layer") -> str:
    return recognised(frame, geometry, name).role


@pytest.mark.parametrize(("columns", "geometry", "wanted"), [
    ({"Nombre de la escuela": ["A", "B", "C", "D"], "Matrícula": ["1", "2", "3", "4"]}, "point", "school"),
    ({"Nom de l'école": ["A", "B", "C", "D"], "Niveau": ["primaire"] * 4}, "point", "school"),
    ({"dbn": ["01M015", "01M019", "01M020", "01M034"], "school_nm": ["A", "B", "C", "D"]}, "point", "school"),
    ({"SITE": ["Ash", "Birch", "Cedar", "Elm"], "TYP": ["ES", "MS", "HS", "ES"]}, "point", "school"),
    ({"LSOA21CD": ["E01000001", "E01000002", "E01000003", "E01000005"]}, "polygon", "need_area"),
    ({"cvegeo": ["0900200010012", "0900200010013", "0900200010014", "0900200010015"]}, "polygon", "need_area"),
    ({"MS_Zone": ["A", "B", "C", "D"]}, "polygon", "attendance_area"),
    ({"ward": ["1", "2", "3", "4"]}, "polygon", "reference"),
    ({"program": ["A", "B", "C", "D"], "agency": ["X", "X", "Y", "Z"]}, "point", "service"),
])
def test_words_and_codes_of_any_place(columns: dict[str, list[str]], geometry: str, wanted: str) -> None:
    made = squares if geometry == "polygon" else points
    assert role_of(made(4, **columns), geometry) == wanted


def test_a_table_from_areas_to_places_is_one_of_travel_times() -> None:
    frame = pd.DataFrame({"tract": ["36061000100", "36061000200"], "facility_id": ["7", "9"], "walk_time": ["5", "9"]})
    assert role_of(frame, "none") == "travel_cost"
    assert role_of(frame.drop(columns="walk_time"), "none") == "need_area"


def test_the_evidence_and_the_second_best_are_told() -> None:
    found = recognised(squares(4, LSOA21CD=["E01000001", "E01000002", "E01000003", "E01000005"]), "polygon", "school_zones")
    assert str(found.why) == "Column LSOA21CD has codes of small areas."
    assert [code for code, _ in found.others] == ["zone", "reference"]
