"""Local stand-ins of the public services, that answer as the real ones do, for a made-up county of a real state."""

from __future__ import annotations

import io
import json
import math
import sqlite3
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely.geometry import LineString, box

from tests.local_web import LocalWeb, Reply, Request, as_reply

STATE, COUNTY = "06", "019"
TRACTS = tuple(f"06019{number:06d}" for number in range(100, 2500, 100))  # a grid of 6 x 4 around Fresno
WEST, SOUTH, STEP = -119.90, 36.65, 0.02
SIGNS = {"-666666666": "-", "-555555555": "*****", "-222222222": "**"}


def cell(number: int) -> Any:
    """The ground of the tract of that place in the list."""
    x, y = WEST + STEP * (number % 6), SOUTH + STEP * (number // 6)
    return box(x, y, x + STEP, y + STEP)


def estimate(variable: str, number: int) -> str | None:
    """A made-up figure of the survey: a number per line and tract, always the same."""
    line, kind = variable[:-1], variable[-1]
    table, _, place = line.partition("_")
    if variable.endswith(("EA", "MA")):
        return SIGNS.get(str(estimate(variable[:-1], number)))
    whole = 1200 + 40 * number
    if table == "B19013":
        value = -666666666 if number == 3 else 30_000 + 2_500 * number
        return str(value if kind == "E" else -222222222 if number == 3 else 4_000 + 10 * number)
    if place == "001" or line in ("B23025_003", "B11003_003", "B01003_001"):
        return str(whole if kind == "E" else 0 if table == "B01003" else 60)
    share = 0.02 + 0.01 * ((number * 7 + int(place)) % 9)
    return str(math.floor(whole * share) if kind == "E" else 30 + number)


class Census:
    """The survey's service: fifty variables a question at most, every value a text, a key if it wants one."""

    def __init__(self, local: LocalWeb, *, years: tuple[int, ...] = (2019, 2022, 2023), key: str = "", lacking: tuple[str, ...] = (), signs: bool = True) -> None:
        self.local, self.key, self.lacking, self.signs = local, key, lacking, signs
        for year in years:
            local.route(f"/data/{year}/acs/acs5", self.answer)
            local.route(f"/data/{year}/acs/acs5.json", {"dataset": []})
        local.route("/data/missing_key.html", Reply(b"<html><head><title>Missing Key</title></head><body>A valid key must be included.</body></html>", type="text/html"))

    @property
    def address(self) -> str:
        return self.local.url("/data")

    def answer(self, request: Request) -> Any:
        query = request.query
        if self.key and query.get("key") != self.key:
            return Reply(b"", 302, headers={"Location": "/data/missing_key.html"})
        names = [name for one in query["get"].split(",") for name in self._variables(one)]
        if len(names) > 50 and "group(" not in query["get"]:
            return Reply(b"error: exceeded the number of variables allowed (50)", 400, "text/plain")
        unknown = next((name for name in names if name.startswith(self.lacking) or (not self.signs and name.endswith(("EA", "MA")))), None) if self.lacking or not self.signs else None
        if unknown:
            return Reply(f"error: error: unknown variable '{unknown}'".encode(), 400, "text/plain")
        if f"state:{STATE}" not in query["in"]:
            return Reply(b"", 204)
        if query["for"] == "tract:*":
            return self._rows(names, ["state", "county", "tract"], [(STATE, COUNTY, code[5:]) for code in self._here(query)])
        if "tract:*" not in query["in"]:
            return Reply(b"error: unknown/unsupported geography hierarchy", 400, "text/plain")
        return self._rows(names, ["state", "county", "tract", "block group"], [(STATE, COUNTY, code[5:], part) for code in self._here(query) for part in "12"])

    def _here(self, query: Mapping[str, str]) -> tuple[str, ...]:
        return TRACTS if f"county:{COUNTY}" in query["in"] or "county:*" in query["in"] or "county" not in query["in"] else ()

    def _variables(self, one: str) -> list[str]:
        if not one.startswith("group("):
            return [one]
        table = one[6:-1]
        return ["GEO_ID", "NAME", *(f"{table}_{line:03d}{kind}" for line in (1, 2) for kind in ("E", "M", "EA", "MA"))]

    def _rows(self, names: list[str], parts: list[str], places: list[tuple[str, ...]]) -> Any:
        if not places:
            return Reply(b"", 204)
        not_for_block_groups = ("B17001", "B18101", "C16001")
        rows = [[None if len(place) == 4 and name.startswith(not_for_block_groups) else self._value(name, place) for name in names] + list(place) for place in places]
        return as_reply([names + parts, *rows])

    def _value(self, name: str, place: tuple[str, ...]) -> str | None:
        code = "".join(place[:3])
        if name in ("GEO_ID", "NAME"):
            return f"1400000US{code}" if name == "GEO_ID" else f"Census Tract {code[5:]}"
        return estimate(name, TRACTS.index(code))


def tract_frame() -> gpd.GeoDataFrame:
    """The tracts of the county and one of another county, as the Census Bureau's files have them."""
    codes = [*TRACTS, "06107000100"]
    shapes = [cell(number) for number in range(len(TRACTS))] + [box(WEST + 6 * STEP, SOUTH, WEST + 7 * STEP, SOUTH + STEP)]
    return gpd.GeoDataFrame(
        {"STATEFP": [code[:2] for code in codes], "COUNTYFP": [code[2:5] for code in codes], "TRACTCE": [code[5:] for code in codes], "GEOID": codes,
         "NAME": [code[5:] for code in codes], "NAMELSAD": [f"Census Tract {int(code[5:]) / 100:g}" for code in codes]},
        geometry=shapes, crs="EPSG:4269")


def zipped(frame: gpd.GeoDataFrame, name: str) -> bytes:
    """A shapefile in a zip."""
    with tempfile.TemporaryDirectory() as folder:
        frame.to_file(Path(folder) / f"{name}.shp", driver="ESRI Shapefile")
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for part in sorted(Path(folder).iterdir()):
                archive.write(part, part.name)
    return out.getvalue()


def esri_layer(local: LocalWeb, path: str, frame: gpd.GeoDataFrame, *, page: int = 5) -> None:
    """One layer of an ArcGIS server with a small page."""
    rows = json.loads(frame.to_crs(4326).to_json())["features"]
    for number, row in enumerate(rows, 1):
        row["id"] = number
        row["properties"]["OBJECTID"] = number
    kind = {"Point": "esriGeometryPoint"}.get(frame.geometry.iloc[0].geom_type, "esriGeometryPolygon")
    names = ["OBJECTID", *(column for column in frame.columns if column != "geometry")]
    fields = [{"name": name, "type": "esriFieldTypeOID" if name == "OBJECTID" else "esriFieldTypeString", "alias": name} for name in names]
    local.route(path, {"id": 0, "name": path, "type": "Feature Layer", "geometryType": kind, "objectIdField": "OBJECTID", "fields": fields, "maxRecordCount": page,
                       "capabilities": "Query", "advancedQueryCapabilities": {"supportsPagination": True}, "supportedQueryFormats": "JSON, geoJSON"})
    local.route(f"{path}/query", lambda request: _queried(request.query, rows, fields, kind, page))


def _queried(query: Mapping[str, str], rows: list[dict[str, Any]], fields: list[dict[str, str]], kind: str, page: int) -> Any:
    found = _chosen(query.get("where", "1=1"), rows)
    if query.get("returnCountOnly") == "true":
        return {"count": len(found)}
    if query.get("returnIdsOnly") == "true":
        return {"objectIdFieldName": "OBJECTID", "objectIds": [row["id"] for row in found]}
    if query.get("objectIds"):
        wanted = {int(one) for one in query["objectIds"].split(",")}
        found = [row for row in found if row["id"] in wanted]
    start = int(query.get("resultOffset", 0))
    part = found[start : start + min(int(query.get("resultRecordCount", page)), page)]
    more = start + len(part) < len(found)
    if query.get("f") == "geojson":
        return {"type": "FeatureCollection", "features": part, **({"exceededTransferLimit": True} if more else {})}
    return {"objectIdFieldName": "OBJECTID", "geometryType": kind, "fields": fields, "spatialReference": {"wkid": 4326}, **({"exceededTransferLimit": True} if more else {}),
            "features": [{"attributes": row["properties"], "geometry": _esri(row["geometry"])} for row in part]}


def _esri(shape: Mapping[str, Any]) -> dict[str, Any]:
    if shape["type"] == "Point":
        return {"x": shape["coordinates"][0], "y": shape["coordinates"][1]}
    return {"rings": [ring[::-1] for ring in shape["coordinates"]]}


def _chosen(where: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that a question of SQL holds for."""
    names = list(rows[0]["properties"]) if rows else []
    columns = [*names, *(["BASENAME"] if "BASENAME" not in names else [])]
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute("create table t ({})".format(", ".join(f'"{name}" text' for name in columns)))
        base.executemany("insert into t values ({})".format(", ".join("?" * len(columns))),
                         [[str({"BASENAME": row["properties"].get("NAME"), **row["properties"]}[name]) for name in columns] for row in rows])
        return [rows[number - 1] for (number,) in base.execute(f"select rowid from t where {where} order by rowid")]


def district_frame() -> gpd.GeoDataFrame:
    """Two unified districts: one over the left half of the county's tracts, one over the rest and beyond."""
    middle = WEST + 3 * STEP
    return gpd.GeoDataFrame(
        {"STATEFP": ["06", "06"], "UNSDLEA": ["14550", "99999"], "GEOID": ["0614550", "0699999"], "NAME": ["Fresno Unified School District", "Clovis Unified School District"]},
        geometry=[box(WEST, SOUTH, middle + STEP * 0.005, SOUTH + 4 * STEP), box(middle, SOUTH, WEST + 8 * STEP, SOUTH + 4 * STEP)], crs="EPSG:4269")


def boundary_files(local: LocalWeb, *, years: tuple[int, ...] = (2019, 2023)) -> str:
    """The Census Bureau's files; the address they lie under."""
    for year in years:
        folder = f"/geo/tiger/GENZ{year}/shp"
        local.file(f"{folder}/cb_{year}_06_tract_500k.zip", zipped(tract_frame(), f"cb_{year}_06_tract_500k"), type="application/zip")
        local.file(f"{folder}/cb_{year}_06_unsd_500k.zip", zipped(district_frame(), f"cb_{year}_06_unsd_500k"), type="application/zip")
        places = gpd.GeoDataFrame({"STATEFP": ["06"], "GEOID": ["0627000"], "NAME": ["Fresno"], "LSAD": ["25"]}, geometry=[box(WEST, SOUTH, WEST + 4 * STEP, SOUTH + 3 * STEP)], crs="EPSG:4269")
        local.file(f"{folder}/cb_{year}_06_place_500k.zip", zipped(places, f"cb_{year}_06_place_500k"), type="application/zip")
        roads = gpd.GeoDataFrame(
            {"LINEARID": ["1", "2"], "FULLNAME": ["State Rte 99", "Blackstone Ave"], "RTTYP": ["S", "M"], "MTFCC": ["S1100", "S1200"]},
            geometry=[LineString([(WEST, SOUTH), (WEST + 6 * STEP, SOUTH + 4 * STEP)]), LineString([(WEST + 2 * STEP, SOUTH), (WEST + 2 * STEP, SOUTH + 4 * STEP)])], crs="EPSG:4269")
        local.file(f"/geo/tiger/TIGER{year}/ROADS/tl_{year}_06019_roads.zip", zipped(roads, f"tl_{year}_06019_roads"), type="application/zip")
        water = gpd.GeoDataFrame({"HYDROID": ["1"], "FULLNAME": ["San Joaquin Riv"], "MTFCC": ["H3010"]}, geometry=[box(WEST, SOUTH + 3.9 * STEP, WEST + 6 * STEP, SOUTH + 4 * STEP)],
                                 crs="EPSG:4269")
        local.file(f"/geo/tiger/TIGER{year}/AREAWATER/tl_{year}_06019_areawater.zip", zipped(water, f"tl_{year}_06019_areawater"), type="application/zip")
    head = "GEOID_TRACT_20|AREALAND_TRACT_20|GEOID_TRACT_10|AREALAND_TRACT_10|AREALAND_PART"
    local.file("/geo/docs/maps-data/data/rel2020/tract/tab20_tract20_tract10_st06.txt", "\n".join([head, *(f"{code}|100|{code}|100|100" for code in TRACTS)]).encode())
    return local.url("/geo")


def tigerweb(local: LocalWeb, *, years: tuple[int, ...] = (2019, 2022), page: int = 7) -> str:
    """The Census Bureau's map service: one map per year, the tracts under another number in each; its address."""
    local.route("/arcgis/TIGERweb", {"folders": [], "services": [{"name": f"TIGERweb/tigerWMS_ACS{year}", "type": "MapServer"} for year in years]
                                     + [{"name": "TIGERweb/tigerWMS_Current", "type": "MapServer"}, {"name": "TIGERweb/Generalized_ACS2023", "type": "MapServer"}]})
    frame = tract_frame().rename(columns={"STATEFP": "STATE", "COUNTYFP": "COUNTY", "TRACTCE": "TRACT", "NAME": "BASENAME"})
    frame = frame.assign(NAME=frame["NAMELSAD"]).drop(columns="NAMELSAD")
    for year in years:
        number = year - 2010
        service = f"/arcgis/TIGERweb/tigerWMS_ACS{year}/MapServer"
        local.route(service, {"layers": [{"id": 0, "name": "Census", "type": "Group Layer", "subLayerIds": [number]}, {"id": number + 1, "name": "Census Tracts Labels"},
                                         {"id": number, "name": "Census Tracts", "type": "Feature Layer", "subLayerIds": None}]})
        esri_layer(local, f"{service}/{number}", frame, page=page)
    return local.url("/arcgis/TIGERweb")


def nces(local: LocalWeb, *, places: str = "2425", numbers: str = "2223", page: int = 5, districts: tuple[str, str] = ("Fresno Unified", "Clovis Unified")) -> str:
    """The country's list of schools: a service per kind and school year, reports under layer 1; its address."""
    base = "/opengis/rest/services/K12_School_Locations"
    kinds = {f"EDGE_GEOCODE_PUBLICSCH_{places}": 0, "EDGE_GEOCODE_PUBLICSCH_1819": 0, f"EDGE_ADMINDATA_PUBLICSCH_{numbers}": 1, f"EDGE_GEOCODE_PUBLICLEA_{places}": 0}
    local.route(base, {"folders": [], "services": [{"name": f"K12_School_Locations/{name}", "type": "MapServer"} for name in kinds]})
    for name, number in kinds.items():
        local.route(f"{base}/{name}/MapServer", {"layers": [{"id": number, "name": name, "type": "Feature Layer"}]})
    schools = school_frame()
    esri_layer(local, f"{base}/EDGE_GEOCODE_PUBLICSCH_{places}/MapServer/0", schools.drop(columns=["TOTAL", "TOTFRL", "GSLO", "GSHI", "SCHOOL_LEVEL", "CHARTER_TEXT"]), page=page)
    reports = schools.rename(columns={"NAME": "SCH_NAME", "STATE": "LSTATE"}).drop(columns=["CNTY"])
    esri_layer(local, f"{base}/EDGE_ADMINDATA_PUBLICSCH_{numbers}/MapServer/1", reports, page=page)
    offices = gpd.GeoDataFrame(
        {"LEAID": ["0614550", "0699999"], "NAME": list(districts), "STATE": ["CA", "CA"], "CNTY": ["06019", "06019"]},
        geometry=[cell(8).centroid, cell(10).centroid], crs="EPSG:4326")
    esri_layer(local, f"{base}/EDGE_GEOCODE_PUBLICLEA_{places}/MapServer/0", offices, page=page)
    return local.url(base)


def school_frame() -> gpd.GeoDataFrame:
    """A school in every tract: those of the left half are of Fresno Unified; one reports no pupils, one hides its meals."""
    count = len(TRACTS)
    fresno = [number % 6 < 3 for number in range(count)]
    return gpd.GeoDataFrame({
        "NCESSCH": [f"{'0614550' if here else '0699999'}{number:05d}" for number, here in enumerate(fresno)],
        "LEAID": ["0614550" if here else "0699999" for here in fresno], "NAME": [f"School {number}" for number in range(count)],
        "STREET": [f"{number} Main St" for number in range(count)], "CITY": ["Fresno"] * count, "STATE": ["CA"] * count, "CNTY": ["06019"] * count,
        "TOTAL": [-1 if number == 1 else 300 + 10 * number for number in range(count)], "TOTFRL": [-9 if number == 2 else 200 + 5 * number for number in range(count)],
        "GSLO": ["M" if number == 1 else "KG" for number in range(count)], "GSHI": ["M" if number == 1 else "05" for number in range(count)],
        "SCHOOL_LEVEL": ["Elementary"] * count, "CHARTER_TEXT": ["No"] * count,
    }, geometry=[cell(number).centroid for number in range(count)], crs="EPSG:4326")
