"""The publishers' files the starter is compiled from: who makes them and where they can be had today."""

from __future__ import annotations

import hashlib
from pathlib import Path

from attrs import evolve, frozen

from ecomap.model.errors import InputError
from ecomap.model.source import Source

RETRIEVED = "2026-11-21"
RETRIEVED_LATER = "2026-11-28"
_CDE = "California Department of Education"
_EXPLORER = "California School Explorer"
_NOT_RESTATED = "public data; terms not restated in the copy used"


@frozen
class Input:
    """One file: its place under the folder of originals and what its publisher says of it.

    ``verified`` is true only if the address was opened on the day it was written down.
    """

    key: str
    path: str
    source: Source
    verified: bool = False


def _source(title: str, publisher: str, vintage: str, url: str, universe: str, licence: str = _NOT_RESTATED,
            note: str = "", retrieved: str = RETRIEVED) -> Source:
    return Source(title, publisher, vintage, url, licence, universe, retrieved, note=note)


INPUTS: tuple[Input, ...] = (
    Input("tracts", "la/tracts/la_tracts_2012.geojson", _source(
        "Census tracts of Los Angeles County, 2010 vintage", "US Census Bureau", "2010",
        "https://www2.census.gov/geo/tiger/GENZ2018/shp/cb_2018_06_tract_500k.zip",
        "all 2,346 tracts of Los Angeles County", "public domain (US Census Bureau)",
        "Copy as served by the Los Angeles Times boundary service, set census-tracts-2012.")),
    Input("svi", "la/need/DERIVED_svi2018_la_county.csv", _source(
        "Social Vulnerability Index 2018, estimates and margins of error", "CDC/ATSDR, from US Census Bureau",
        "ACS 2014-18 5-year", "https://www.atsdr.cdc.gov/place-health/php/svi/svi-data-documentation-download.html",
        "census tracts of Los Angeles County with an SVI row", "public domain (CDC/ATSDR)",
        "Rows of county 06037. -999 means no data.")),
    Input("calenviroscreen", "la/need/calenviroscreen_4.0_results.csv", _source(
        "CalEnviroScreen 4.0", "California OEHHA", "October 2021",
        "https://oehha.ca.gov/calenviroscreen/report/calenviroscreen-40",
        "census tracts of California, 2010 vintage", "public (State of California)",
        "The leading zero of the tract number is lost in the copy used and is put back.")),
    Input("schools", "la/schools/la_schools_colleges_universities_2025.geojson", _source(
        "Schools, colleges and universities", "County of Los Angeles, from California Department of Education",
        "March 2025", "https://lacounty.maps.arcgis.com/home/item.html?id=61a4260e68b14a5ab91daf27d4415e7d",
        "public and charter schools whose CDS code begins 1964733 (Los Angeles Unified)")),
    Input("state_schools", "la2026/cde/cde_public_schools_2025_26_la_county.csv", _source(
        "California Public Schools 2025-26", f"{_CDE}, by way of {_EXPLORER}", "2025-26",
        "https://data.ca.gov/dataset/california-public-schools-2025-26",
        "public and charter schools that Los Angeles Unified runs or has chartered, October 2025",
        "public domain (State of California)",
        "Adult schools are not in it. Twentieth Street Elementary has the address and point of another place.", RETRIEVED_LATER)),
    Input("california_schools", "la2026/cde/cde_public_schools_2025_26_california.csv.gz", _source(
        "California Public Schools 2025-26", f"{_CDE}, by way of {_EXPLORER}", "2025-26",
        "https://data.ca.gov/dataset/california-public-schools-2025-26",
        "public and charter schools of California, October 2025", "public domain (State of California)",
        "Pupils eligible for meals, foster and homeless pupils are not in this extract.", RETRIEVED_LATER)),
    Input("frpm", "la2026/cde/frpm2324.xlsx", _source(
        "Free or reduced-price meals, school level", _CDE, "2023-24",
        "https://www.cde.ca.gov/ds/ad/documents/frpm2324.xlsx",
        "pupils in kindergarten to grade 12 on Census Day, October 2023",
        note="Used for the kind of school, how charters are funded, and the last pupils of schools that are no longer listed.",
        retrieved=RETRIEVED_LATER)),
    Input("outcomes", "la2026/cde/cde_outcomes_all_students_lausd_2022_25.csv", _source(
        "Outcomes of schools, all pupils", f"{_CDE}, by way of {_EXPLORER}", "2022-23 to 2024-25",
        "https://www.cde.ca.gov/ta/ac/cm/datafiles2025.asp",
        "public and charter schools of Los Angeles Unified, all pupils together",
        note="The state hides what would speak of few pupils; that is kept as suppressed, never as 0.", retrieved=RETRIEVED_LATER)),
    Input("support_staff", "la2026/cde/cde_sarc_support_staff_la_county_2024_25.csv", _source(
        "School Accountability Report Cards, support staff", f"{_CDE}, by way of {_EXPLORER}", "2024-25",
        "https://www.cde.ca.gov/ta/ac/sa/accessdatacodebook.asp",
        "schools of Los Angeles Unified whose report states support staff",
        note="As schools report it themselves. A school without a row reports nothing, which does not mean nobody.",
        retrieved=RETRIEVED_LATER)),
    Input("district_funding", "la2026/finance/ca_district_funding_full.csv", _source(
        "LCFF Summary 2024-25", f"{_CDE}, by way of k12-research-agent", "2024-25",
        "https://www.cde.ca.gov/fg/aa/pa/lcffsumdata.asp", "the district Los Angeles Unified, without its charter schools",
        "MIT (as stated for the copy used)",
        "The copy holds the supplemental and the concentration grant; the base grant is not in it.", RETRIEVED_LATER)),
    Input("directory", "la/schools/cde_pubschls.xlsx", _source(
        "Public schools and districts", "California Department of Education", "5 October 2021",
        "https://www.cde.ca.gov/schooldirectory/report?rid=dl1&tp=txt", "public schools of California")),
    Input("board_districts", "la/boundaries/lausd_board_districts/lausd.shp", _source(
        "School districts and trustee areas, Los Angeles Unified", "County of Los Angeles", "not stated in the copy used",
        "https://maps.lacity.org/lahub/rest/services/LAUSD_Schools/MapServer/7",
        "the seven board districts of Los Angeles Unified",
        note="The eighth feature of the file is the whole district and is not a board district.")),
    Input("county", "la/boundaries/la_county.geojson", _source(
        "County outline (TIGER/Line)", "US Census Bureau", "2013 or later (from its metropolitan codes)",
        "https://www2.census.gov/geo/tiger/GENZ2018/shp/cb_2018_us_county_500k.zip",
        "Los Angeles County with its islands", "public domain (US Census Bureau)")),
    Input("promise_zone", "la/boundaries/hud_promise_zones.socrata.json", _source(
        "Promise Zones", "US Department of Housing and Urban Development", "2014",
        "https://hudgis-hud.opendata.arcgis.com/", "the Los Angeles Promise Zone, designated January 2014",
        "public domain (HUD)")),
    Input("services", "la/services/lausd_partner_services_geocoded.csv", _source(
        "Partner services", "LAUSD Student Health and Human Services, geocoded by C. Calvo", "May 2020",
        "https://github.com/carlosecalvo/lausd-shiny", "partner services listed for families of the district",
        "MIT (as stated for the copy used)", "A list of the first pandemic year; many offers were temporary.")),
    Input("parks", "la/services/countywide_parks.geojson", _source(
        "Countywide parks and open space", "County of Los Angeles Department of Parks and Recreation",
        "not stated in the copy used",
        "https://egis-lacounty.hub.arcgis.com/", "open-access local parks inside Los Angeles Unified")),
    Input("rail_feed", "la2026/transit/gtfs_rail_lacmta_2026-08.zip", _source(
        "Metro Rail schedule (GTFS)", "Los Angeles County Metropolitan Transportation Authority", "August 2026",
        "https://gitlab.com/LACMTA/gtfs_rail/-/raw/master/gtfs_rail.zip",
        "stations of Metro Rail inside Los Angeles Unified or within one mile of it", note="Service of 21 August to 4 September 2026.",
        retrieved=RETRIEVED_LATER)),
    Input("bus_stops", "la2026/transit/lacmta_bus_stops_2024-10.txt", _source(
        "Metro bus stops (GTFS)", "Los Angeles County Metropolitan Transportation Authority", "October 2024",
        "https://gitlab.com/LACMTA/gtfs_bus/-/raw/master/gtfs_bus.zip",
        "stops of Metro buses inside Los Angeles Unified or within one mile of it", "MIT (as stated for the copy used)",
        "Stops of Metro only: other operators and the hours of service are not in it.", RETRIEVED_LATER)),
    Input("metrolink", "la/transit/metrolink_stations.geojson", _source(
        "Metrolink stations", "Southern California Association of Governments", "not stated in the copy used",
        "https://gisdata-scag.opendata.arcgis.com/",
        "stations inside Los Angeles Unified or within one mile of it")),
    Input("tracts_2020", "la/tracts/Below_Poverty_tract_2020.geojson", _source(
        "Census tracts of Los Angeles County, 2020 vintage", "US Census Bureau, as served by the County of Los Angeles", "2020",
        "https://www2.census.gov/geo/tiger/GENZ2023/shp/cb_2023_06_tract_500k.zip",
        "all 2,495 tracts with land of Los Angeles County", "public domain (US Census Bureau)", retrieved=RETRIEVED_LATER)),
    Input("income", "la2026/need/LA_B19013_2023_median_household_income_moe.csv", _source(
        "Median household income (B19013)", "US Census Bureau", "ACS 2019-23 5-year",
        "https://data.census.gov/table/ACSDT5Y2023.B19013", "households", "public domain (US Census Bureau)",
        "The copy repeats a tract once for every place it touches and has lost the leading zero of its code.", RETRIEVED_LATER)),
    Input("rent", "la2026/need/LA_B25070_2023_rent_share_of_income_moe.csv", _source(
        "Gross rent as a share of household income (B25070)", "US Census Bureau", "ACS 2019-23 5-year",
        "https://data.census.gov/table/ACSDT5Y2023.B25070", "renter households whose share is computed",
        "public domain (US Census Bureau)", "The copy repeats a tract once for every place it touches.", RETRIEVED_LATER)),
    Input("languages", "la2026/need/DERIVED_la_tracts_2020_language_acs2019_23.csv", _source(
        "Household language (C16002)", "US Census Bureau, by way of CA_Language_Isolation", "ACS 2019-23 5-year",
        "https://data.census.gov/table/ACSDT5Y2023.C16002", "households", "public domain (US Census Bureau)",
        "The copy has no margins of error.", RETRIEVED_LATER)),
    Input("roads", "la2026/base/DERIVED_la_major_roads.geojson", _source(
        "Major roads (Natural Earth, North America supplement)", "Natural Earth, cut to the county by the Los Angeles Times Data Desk", "2012 or later",
        "https://www.naturalearthdata.com/downloads/10m-cultural-vectors/roads/", "570 major roads of Los Angeles County",
        "public domain (Natural Earth)", "The file has no names or numbers; those shown were written down road by road.")),
    Input("places", "la2026/base/DERIVED_la_census_places.geojson", _source(
        "Census places with their population", "US Census Bureau, by way of the Los Angeles Times Data Desk", "not stated in the copy used",
        "https://github.com/datadesk/california-topojson-atlas", "138 cities and communities of Los Angeles County", "MIT (as stated for the copy used)")),
    Input("neighborhoods", "la2026/base/la-county-neighborhoods-v6.geojson", _source(
        "Mapping L.A. neighborhoods, version 6", "Los Angeles Times Data and Graphics", "version 6",
        "https://github.com/datadesk/mapping-la-data", "318 neighborhoods, cities and communities of Los Angeles and Orange Counties",
        "MIT (as stated for the copy used)", "Drawn by a newspaper with its readers; no official boundaries.")),
)

_BY_KEY = {item.key: item for item in INPUTS}


class Originals:
    """The folder of originals, checked to be complete when it is opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        missing = [item.path for item in INPUTS if not (self.folder / item.path).is_file()]
        if missing:
            raise InputError(
                f"{self.folder} does not hold {missing[0]}"
                + (f" (and {len(missing) - 1} other files)" if len(missing) > 1 else "") + ".",
                "See --help for who publishes it and where it can be downloaded.",
                {"missing": missing},
            )

    def path(self, key: str) -> Path:
        return self.folder / _BY_KEY[key].path

    def source(self, key: str) -> Source:
        """The source of one file with its name and checksum filled in."""
        path = self.path(key)
        return evolve(
            _BY_KEY[key].source, file_name=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest()
        )


def help_text() -> str:
    """What each file is and where it can be downloaded, for the command's help."""
    lines = ["The folder must hold these files (under these names):", ""]
    for item in INPUTS:
        lines += [
            f"  {item.path}",
            f"      {item.source.title}, {item.source.vintage}. {item.source.publisher}.",
            f"      {item.source.url}{'' if item.verified else '  (address not verified)'}",
        ]
    return "\n".join(lines)
