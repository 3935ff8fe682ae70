"""The publishers' files the starter is compiled from: who makes them and where they can be had today."""

from __future__ import annotations

import hashlib
from pathlib import Path

from attrs import evolve, frozen

from ecomap.model.errors import InputError
from ecomap.model.source import Source

RETRIEVED = "2026-11-21"
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
            note: str = "") -> Source:
    return Source(title, publisher, vintage, url, licence, universe, RETRIEVED, note=note)


INPUTS: tuple[Input, ...] = (
    Input("tracts", "tracts/la_tracts_2012.geojson", _source(
        "Census tracts of Los Angeles County, 2010 vintage", "US Census Bureau", "2010",
        "https://www2.census.gov/geo/tiger/GENZ2018/shp/cb_2018_06_tract_500k.zip",
        "all 2,346 tracts of Los Angeles County", "public domain (US Census Bureau)",
        "Copy as served by the Los Angeles Times boundary service, set census-tracts-2012.")),
    Input("svi", "need/DERIVED_svi2018_la_county.csv", _source(
        "Social Vulnerability Index 2018, estimates and margins of error", "CDC/ATSDR, from US Census Bureau",
        "ACS 2014-18 5-year", "https://www.atsdr.cdc.gov/place-health/php/svi/svi-data-documentation-download.html",
        "census tracts of Los Angeles County with an SVI row", "public domain (CDC/ATSDR)",
        "Rows of county 06037. -999 means no data.")),
    Input("calenviroscreen", "need/calenviroscreen_4.0_results.csv", _source(
        "CalEnviroScreen 4.0", "California OEHHA", "October 2021",
        "https://oehha.ca.gov/calenviroscreen/report/calenviroscreen-40",
        "census tracts of California, 2010 vintage", "public (State of California)",
        "The leading zero of the tract number is lost in the copy used and is put back.")),
    Input("schools", "schools/la_schools_colleges_universities_2025.geojson", _source(
        "Schools, colleges and universities", "County of Los Angeles, from California Department of Education",
        "March 2025", "https://lacounty.maps.arcgis.com/home/item.html?id=61a4260e68b14a5ab91daf27d4415e7d",
        "public and charter schools whose CDS code begins 1964733 (Los Angeles Unified)")),
    Input("frpm", "schools/cde_frpm_2019_20.xlsx", _source(
        "Free or reduced-price meals, school level", "California Department of Education", "2019-20",
        "https://www.cde.ca.gov/ds/ad/documents/frpm1920.xlsx",
        "pupils in kindergarten to grade 12 on Census Day, October 2019")),
    Input("directory", "schools/cde_pubschls.xlsx", _source(
        "Public schools and districts", "California Department of Education", "5 October 2021",
        "https://www.cde.ca.gov/schooldirectory/report?rid=dl1&tp=txt", "public schools of California")),
    Input("board_districts", "boundaries/lausd_board_districts/lausd.shp", _source(
        "School districts and trustee areas, Los Angeles Unified", "County of Los Angeles", "not stated in the copy used",
        "https://maps.lacity.org/lahub/rest/services/LAUSD_Schools/MapServer/7",
        "the seven board districts of Los Angeles Unified",
        note="The eighth feature of the file is the whole district and is not a board district.")),
    Input("county", "boundaries/la_county.geojson", _source(
        "County outline (TIGER/Line)", "US Census Bureau", "2013 or later (from its metropolitan codes)",
        "https://www2.census.gov/geo/tiger/GENZ2018/shp/cb_2018_us_county_500k.zip",
        "Los Angeles County with its islands", "public domain (US Census Bureau)")),
    Input("promise_zone", "boundaries/hud_promise_zones.socrata.json", _source(
        "Promise Zones", "US Department of Housing and Urban Development", "2014",
        "https://hudgis-hud.opendata.arcgis.com/", "the Los Angeles Promise Zone, designated January 2014",
        "public domain (HUD)")),
    Input("services", "services/lausd_partner_services_geocoded.csv", _source(
        "Partner services", "LAUSD Student Health and Human Services, geocoded by C. Calvo", "May 2020",
        "https://github.com/carlosecalvo/lausd-shiny", "partner services listed for families of the district",
        "MIT (as stated for the copy used)", "A list of the first pandemic year; many offers were temporary.")),
    Input("parks", "services/countywide_parks.geojson", _source(
        "Countywide parks and open space", "County of Los Angeles Department of Parks and Recreation",
        "not stated in the copy used",
        "https://egis-lacounty.hub.arcgis.com/", "open-access local parks inside Los Angeles Unified")),
    Input("metro", "transit/metro_stations.geojson", _source(
        "Metro Rail and Busway stations", "Los Angeles County Metropolitan Transportation Authority",
        "2024 or later (it has the Airport Metro Connector)",
        "https://developer.metro.net/gis-data/", "stations inside Los Angeles Unified or within one mile of it")),
    Input("metrolink", "transit/metrolink_stations.geojson", _source(
        "Metrolink stations", "Southern California Association of Governments", "not stated in the copy used",
        "https://gisdata-scag.opendata.arcgis.com/",
        "stations inside Los Angeles Unified or within one mile of it")),
    Input("roads", "../la2026/base/DERIVED_la_major_roads.geojson", _source(
        "Major roads (Natural Earth, North America supplement)", "Natural Earth, cut to the county by the Los Angeles Times Data Desk", "2012 or later",
        "https://www.naturalearthdata.com/downloads/10m-cultural-vectors/roads/", "570 major roads of Los Angeles County",
        "public domain (Natural Earth)", "The file has no names or numbers; those shown were written down road by road.")),
    Input("places", "../la2026/base/DERIVED_la_census_places.geojson", _source(
        "Census places with their population", "US Census Bureau, by way of the Los Angeles Times Data Desk", "not stated in the copy used",
        "https://github.com/datadesk/california-topojson-atlas", "138 cities and communities of Los Angeles County", "MIT (as stated for the copy used)")),
    Input("neighborhoods", "../la2026/base/la-county-neighborhoods-v6.geojson", _source(
        "Mapping L.A. neighborhoods, version 6", "Los Angeles Times Data and Graphics", "version 6",
        "https://github.com/datadesk/mapping-la-data", "318 neighborhoods, cities and communities of Los Angeles and Orange Counties",
        "MIT (as stated for the copy used)", "Drawn by a newspaper with its readers; no official boundaries.")),
)

_BY_KEY = {item.key: item for item in INPUTS}


class Originals:
    """The folder of originals, checked to be complete when it is opened."""

    def __init__(self, folder: Path) -> None:
        inner = folder / "la"
        self.folder = inner if inner.is_dir() else folder
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
