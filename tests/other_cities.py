"""Seattle, Boston and Glasgow: the files a planner there has, and what comes out of them by hand.

The numbers are worked out from the publishers' files with geopandas, shapely and pandas alone: nothing here uses EcoMap.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from attrs import field, frozen

REACH_M: Final = 1609.344 / 1.3    # one mile along the way, the way 1.3 times the straight line
AT_THE_SCHOOL_M: Final = 100.0
ENOUGH_PRESENT: Final = 0.75

SEATTLE_CLINICS = (("Harbor Youth Clinic", 47.6205, -122.3493), ("Rainier Family Clinic", 47.5480, -122.2840),
                   ("Ravenna Youth Clinic", 47.6620, -122.3130), ("Junction Youth Clinic", 47.5630, -122.3790))
GLASGOW_CLINICS = (("Barmulloch Youth Service", 55.8830, -4.1990), ("Govan Youth Service", 55.8610, -4.3110),
                   ("Castlemilk Youth Service", 55.8050, -4.2340), ("Drumchapel Youth Service", 55.9060, -4.3680))
GLASGOW_SCHOOLS = (
    ("Hawthorn Primary School", 260300, 659400, "Primary", 310), ("Rowan High School", 254800, 665300, "Secondary", 520),
    ("Birch Primary School", 256700, 669000, "Primary", 280), ("Alder Primary School", 268600, 665600, "Primary", 240),
    ("Juniper High School", 251800, 670900, "Secondary", 450), ("Willow Primary School", 253000, 661700, "Primary", 300),
    ("Hazel Primary School", 261200, 664000, "Primary", 210), ("Aspen Primary School", 255700, 666500, "Primary", 330),
    ("Cedar Academy", 260600, 668000, "Secondary", 1300), ("Elder Primary School", 264300, 664100, "Primary", 260),
    ("Holly Primary School", 259200, 663900, "Primary", 250), ("Maple Academy", 257200, 662000, "Secondary", 1200),
)
SIMD: Final = {
    **dict.fromkeys(("income_rate", "employment_rate", "CIF", "ALCOHOL", "DRUG", "SMR", "DEPRESS", "LBWT", "EMERG", "no_qualifications",
                     "not_participating", "crime_rate", "overcrowded_rate", "nocentralheating_rate", "drive_petrol", "drive_GP", "drive_post",
                     "drive_primary", "drive_retail", "drive_secondary", "PT_GP", "PT_post", "PT_retail", "broadband"), 1),
    **dict.fromkeys(("Attendance", "Attainment", "University"), -1),
}


@frozen
class CityFile:
    """A file, what it is, and what is said about it: the options of the command line, one answer each."""

    path: Path
    role: str
    answers: tuple[tuple[str, str], ...] = ()

    @property
    def options(self) -> list[str]:
        return [part for answer in self.answers for part in answer]


@frozen
class City:
    """The files in the order in which they are brought in, and the same data as anybody reads it."""

    title: str
    who: str                      # the words for those who are counted
    target: str                   # of which services reach is asked
    files: tuple[CityFile, ...]
    areas: Any = field(eq=False)      # projected, with `people`
    scores: Any = field(eq=False)     # need by area
    services: Any = field(eq=False)   # projected points
    schools: Any = field(eq=False)    # projected points, with `name`

    def share_in_reach(self) -> float:
        """Of all people, those on the ground within reach of a service."""
        return float((self.areas["people"] * self._shares(_circles(self.services))).sum() / self.areas["people"].sum())

    def first_school(self, *, nowhere: bool) -> tuple[str, float]:
        """The school that brings most need-weighted people newly into reach, and these people."""
        schools, within = self.schools, np.zeros(len(self.areas))
        open_ground = self.areas.geometry
        if not nowhere:
            near = schools.geometry.map(lambda place: self.services.distance(place).min() <= AT_THE_SCHOOL_M)
            schools = schools[~near]
            open_ground = open_ground.difference(_circles(self.services))
        known = self.scores.notna()
        mean = (self.scores * self.areas["people"])[known].sum() / self.areas["people"][known].sum()
        heavy = self.areas["people"] * self.scores.fillna(mean)
        best = ("", -1.0, 0.0)
        for name, place in zip(schools["name"], schools.geometry):
            within = open_ground.intersection(place.buffer(REACH_M, quad_segs=16)).area / self.areas.area
            found = (name, float((heavy * within).sum()), float((self.areas["people"] * within).sum()))
            best = max(best, found, key=lambda one: one[1])
        return best[0], best[2]

    def _shares(self, ground: Any) -> Any:
        return self.areas.intersection(ground).area / self.areas.area


def _circles(points: Any) -> Any:
    return points.buffer(REACH_M, quad_segs=64).union_all()


def need_scores(table: pd.DataFrame, directions: dict[str, int]) -> pd.Series:
    """The mean of percentile ranks ((rank - 1)/(n - 1), ties at their lowest, reversed as 1 - rank); too few values: none."""
    ranks = pd.DataFrame({name: table[name].rank(method="min").sub(1) / (table[name].notna().sum() - 1) for name in directions})
    ranks = ranks.apply(lambda column: 1 - column if directions[column.name] < 0 else column)
    return ranks.mean(axis=1).where(ranks.notna().mean(axis=1) >= ENOUGH_PRESENT)


def elsewhere(shared_data: Path) -> Path:
    folder = shared_data / "elsewhere"
    if not folder.is_dir():
        pytest.skip("the files of other cities are not here: shared/data/elsewhere")
    return folder


def _points(rows: Any, crs: str) -> Any:
    table = pd.DataFrame(rows, columns=["name", "latitude", "longitude"])
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["longitude"], table["latitude"]), crs="EPSG:4326").to_crs(crs)


def _services_file(path: Path, rows: Any, kind: str) -> Path:
    path.write_text("name,category,latitude,longitude\n" + "".join(f"{name},{kind},{north},{east}\n" for name, north, east in rows))
    return path


def seattle(data: Path, tmp_path: Path) -> City:
    """Tracts and the Census Bureau's two tables, attendance areas, the district's sites, the county's schools, four clinics."""
    folder = data / "seattle"
    tracts = gpd.read_file(folder / "seattle-tracts.geojson").to_crs("EPSG:32610")
    codes = tracts["geoid"].str[-11:]
    water = codes.str[5:].str.startswith("99")
    order = np.arange(len(tracts))
    table = pd.DataFrame({"GEOID": codes, "NAME": tracts["name"], "B09001_001E": (200 + order * 37 % 900).astype(int), "B09001_001M": 40 + order % 50,
                          "B19013_001E": 30_000 + order * 7_919 % 150_000, "B19013_001M": 3_000 + order * 11 % 9_000})
    table.loc[water, "B09001_001E"] = 0
    table.loc[water | (order == 7), ["B19013_001E", "B19013_001M"]] = [-666666666, -222222222]
    table.to_csv(tmp_path / "acs.csv", index=False)
    clinics = _services_file(tmp_path / "clinics.csv", SEATTLE_CLINICS, "Mental Health")
    income = table["B19013_001E"].where(table["B19013_001E"] > 0)
    schools = gpd.read_file(folder / "king-sites.geojson").to_crs(tracts.crs).rename(columns={"NAME": "name"})
    return City(
        "Seattle", "children", "service:Mental Health",
        (CityFile(folder / "seattle-tracts.geojson", "need_area"), CityFile(tmp_path / "acs.csv", "need_area"),
         CityFile(folder / "seattle-es-2023.geojson", "attendance_area"), CityFile(folder / "seattle-sites.geojson", "school"),
         CityFile(folder / "king-sites.geojson", "school", (("--answer", "not_schools=keep"),)), CityFile(clinics, "service")),
        tracts.assign(people=table["B09001_001E"].astype(float), code=codes), need_scores(pd.DataFrame({"income": income}), {"income": -1}),
        _points(SEATTLE_CLINICS, "EPSG:32610"), schools,
    )


def boston(data: Path, tmp_path: Path) -> City:
    """A grid of cells, the census by cell, the district's schools, its social infrastructure; nobody is counted, so every area is one."""
    folder = data / "boston"
    census = pd.read_csv(folder / "bos-census.csv")
    cells = gpd.read_file(folder / "bos-grid.geojson").to_crs("EPSG:32619").merge(census, on="cell", how="left", validate="1:1")
    infra = gpd.read_file(folder / "bos-infra.geojson").to_crs(cells.crs)
    return City(
        "Boston", "areas", "service:Community Spaces",
        (CityFile(folder / "bos-grid.geojson", "need_area"),
         CityFile(folder / "bos-census.csv", "need_area", (("--indicator", "income_inequality=more"),)),
         CityFile(folder / "bps.geojson", "school"), CityFile(folder / "bos-infra.geojson", "service")),
        cells.assign(people=1.0, code=cells["cell"]),
        need_scores(cells, {"median_income": -1, "pop_unemployed": 1, "income_inequality": 1}),
        infra[infra["group"] == "Community Spaces"],
        gpd.read_file(folder / "bps.geojson").to_crs(cells.crs).rename(columns={"SCH_NAME": "name"}),
    )


def glasgow(data: Path, tmp_path: Path) -> City:
    """Data zones, the Scottish index with its parts, twelve schools by easting and northing, four services; residents stand in for children."""
    folder = data / "glasgow"
    zones = gpd.read_file(folder / "glasgow_dz.geojson")
    index = pd.read_csv(folder / "glasgow_simd.csv")
    for name in SIMD:
        index[name] = pd.to_numeric(index[name].astype(str).str.rstrip("%"), errors="coerce")
    joined = zones.merge(index, left_on="DataZone", right_on="Data_Zone", how="left", validate="1:1")
    names = ["school", "eastings", "northings", "phase", "roll"]
    schools = pd.DataFrame(GLASGOW_SCHOOLS, columns=names)
    schools.to_csv(tmp_path / "glasgow_schools.csv", index=False)
    places = gpd.GeoDataFrame({"name": schools["school"]}, geometry=gpd.points_from_xy(schools["eastings"], schools["northings"]), crs="EPSG:27700")
    services = _services_file(tmp_path / "glasgow_services.csv", GLASGOW_CLINICS, "Youth work")
    return City(
        "Glasgow", "residents", "service:Youth work",
        (CityFile(folder / "glasgow_dz.geojson", "need_area"), CityFile(folder / "glasgow_simd.csv", "need_area"),
         CityFile(tmp_path / "glasgow_schools.csv", "school", (("--crs", "EPSG:27700"),)), CityFile(services, "service")),
        joined.assign(people=joined["Total_population"].astype(float), code=joined["DataZone"]), need_scores(joined, SIMD),
        _points(GLASGOW_CLINICS, "EPSG:27700"), places,
    )


CITIES: Final[dict[str, Callable[[Path, Path], City]]] = {"seattle": seattle, "boston": boston, "glasgow": glasgow}
