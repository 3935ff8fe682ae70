"""Ground out of files of maps: what each row is, by whose words, with numbers and names; and the streets of the same file."""

from __future__ import annotations

import bz2
import gzip
import sqlite3
import struct
import zipfile
import zlib
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString, Point, box

from ecomap.io.importers import import_file
from ecomap.io.importers.columns.ground.kinds import kinds_of, rules
from ecomap.io.importers.columns.ground.ranks import ranked
from ecomap.io.importers.columns.ground.shields import shield_of
from ecomap.io.reading import tiles
from ecomap.io.reading.layers import MAP_LAYER
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import MIXED
from ecomap.workspace import operations

ALBERS = "EPSG:3310"
NODES = "".join(f'<node id="{n}" lat="{38 + (n % 7) / 100}" lon="{-120 + n / 100}"/>' for n in range(1, 15))


def way(number: int, nodes: list[int], **tags: str) -> str:
    inside = "".join(f'<nd ref="{one}"/>' for one in nodes)
    told = "".join(f'<tag k="{key.replace("__", ":")}" v="{value}"/>' for key, value in tags.items())
    return f'<way id="{number}">{inside}{told}</way>'


TOWN = ('<?xml version="1.0"?><osm version="0.6">' + NODES + '<node id="50" lat="38.02" lon="-119.9"><tag k="place" v="city"/><tag k="name" v="Port"/>'
        '<tag k="name:es" v="Puerto"/><tag k="population" v="200000"/></node><node id="51" lat="38.03" lon="-119.9"><tag k="place" v="neighbourhood"/>'
        '<tag k="name" v="Hill"/></node><node id="52" lat="38.03" lon="-119.91"><tag k="amenity" v="bench"/></node>'
        + way(1, [1, 2, 3], natural="coastline") + way(2, [1, 3, 5], highway="motorway", ref="I 110;CA 110", name="Harbor Freeway")
        + way(3, [5, 7], highway="motorway", ref="I 110", name="Harbor Freeway") + way(4, [2, 4], highway="residential", name="Elm Street")
        + way(5, [4, 6], highway="residential", name="Elm Street") + way(6, [8, 9], highway="footway") + way(7, [8, 10], highway="service")
        + way(8, [10, 11, 12, 10], leisure="park", name="Green") + way(9, [8, 12], railway="rail", name="Line A") + way(10, [3, 9], barrier="wall") + "</osm>")


def by_name(frame: gpd.GeoDataFrame) -> dict[str, tuple[str, str, float]]:
    return {row[v.NAME]: (row[v.KIND], row[v.SHIELD], row[v.RANK]) for _, row in frame.iterrows() if row[v.NAME]}


@pytest.fixture
def town(tmp_path: Path) -> Path:
    path = tmp_path / "town.osm.bz2"
    path.write_bytes(bz2.compress(TOWN.encode()))
    return path


def test_open_street_map_is_told_by_its_tags_in_all_layers_together(town: Path) -> None:
    found = import_file(town, "ground", target_crs=ALBERS)
    assert found.layer.geometry == MIXED
    named = by_name(found.frame)
    assert named["Port"] == (v.CITY_NAME, "", 1)            # by its people
    assert named["Hill"] == (v.NEIGHBOURHOOD, "", 4)
    assert named["Harbor Freeway"] == (v.FREEWAY, "I-110", 1)
    assert named["Elm Street"] == (v.SMALL_STREET, "", 4)
    assert named["Line A"][0] == v.RAIL
    assert named["Green"][0] == v.PARK
    assert (found.frame[v.KIND] == v.COAST).sum() == 1
    assert found.frame.set_index(v.NAME).loc["Port", "name_es"] == "Puerto"
    assert found.report.adds_up
    assert (found.report.count("merged"), found.report.count("dropped")) == (2, 2)  # pieces of two roads; a bench and a wall


def test_the_columns_of_the_file_are_accounted_for(town: Path) -> None:
    uses = {use.column: use.use for use in import_file(town, "ground", target_crs=ALBERS).report.columns}
    assert uses["highway"] == uses["name"] == uses["place"] == "used"
    assert uses["barrier"] == "left out"
    assert set(import_file(town, "ground", target_crs=ALBERS).frame.columns) == {"id", "name", "kind", "shield", "rank", "name_es", "geometry"}


def test_such_a_file_is_taken_for_ground_with_the_evidence(town: Path) -> None:
    seen = operations.understand(operations.new_project(), town).view
    assert seen.role == "ground"
    assert "map of everything" in seen.role_why
    assert "OpenStreetMap" in seen.role_why
    assert [doubt.code for doubt in seen.doubts if doubt.code == "walking"] == ["walking"]


def test_one_import_gives_the_ground_and_the_streets_for_walking(town: Path) -> None:
    project, report = operations.import_file(operations.new_project(), town, "ground", answers={"walking": "yes"})
    ground, streets = project.layers_of("ground")[0], project.layers_of("street")[0]
    assert len(project.frame(ground.id)) == report.kept
    walked = project.frame(streets.id)
    assert sorted(walked[v.WALK].tolist()) == [False, False, True, True, True, True]  # nobody walks along the freeway
    assert any("6 lines to walk along" in line.text for line in report.lines)
    alone, _ = operations.import_file(operations.new_project(), town, "ground")
    assert not alone.layers_of("street")


def test_a_map_of_clinics_is_no_ground(tmp_path: Path) -> None:
    path = tmp_path / "clinics.osm"
    nodes = "".join(f'<node id="{n}" lat="{38 + n / 100}" lon="-120"><tag k="amenity" v="clinic"/><tag k="name" v="Clinic {n}"/></node>' for n in range(1, 9))
    path.write_text(f'<?xml version="1.0"?><osm version="0.6">{nodes}</osm>', encoding="utf-8")
    assert operations.understand(operations.new_project(), path).view.role == "service"


def test_census_roads_water_and_places(tmp_path: Path) -> None:
    lines = [LineString([(0, n * 1000), (5000, n * 1000)]) for n in range(6)]
    gpd.GeoDataFrame({"LINEARID": list("123456"), "FULLNAME": ["I- 10", "State Rte 2", "Elm St", None, "Metro", "US Hwy 101"], "RTTYP": list("ISMMMU"),
                      "MTFCC": ["S1100", "S1200", "S1400", "S1400", "R1011", "S1100"]}, geometry=lines, crs=ALBERS).to_file(tmp_path / "tl_2025_06037_roads.shp")
    roads = import_file(tmp_path / "tl_2025_06037_roads.shp", "ground", target_crs=ALBERS).frame.set_index("id")
    assert roads[v.KIND].tolist() == [v.FREEWAY, v.MAIN_ROAD, v.SMALL_STREET, v.SMALL_STREET, v.RAIL, v.FREEWAY]
    assert roads[v.SHIELD].tolist() == ["I-10", "SR-2", "", "", "", "US-101"]
    assert roads[v.NAME].tolist() == ["", "", "Elm St", "", "Metro", ""]  # a number is no name beside it
    gpd.GeoDataFrame({"HYDROID": ["1", "2"], "FULLNAME": ["Big Lk", "Pacific Ocean"], "MTFCC": ["H2030", "H2053"]},
                     geometry=[box(0, 0, 5000, 5000), box(9000, 0, 99_000, 50_000)], crs=ALBERS).to_file(tmp_path / "tl_2025_06037_areawater.shp")
    water = import_file(tmp_path / "tl_2025_06037_areawater.shp", "ground", target_crs=ALBERS).frame
    assert water[v.RANK].tolist() == [1, 1]  # 25 square kilometres are seen from afar
    gpd.GeoDataFrame({"GEOID": ["0644000", "0600212"], "NAME": ["Port", "Acton"], "MTFCC": ["G4110", "G4210"]},
                     geometry=[box(0, 0, 9, 9), box(20, 0, 29, 9)], crs=ALBERS).to_file(tmp_path / "tl_2025_06_place.shp")
    found = operations.understand(operations.new_project(), tmp_path / "tl_2025_06_place.shp").view
    assert (found.role, "Census" in found.role_why) == ("ground", True)
    with zipfile.ZipFile(tmp_path / "county.zip", "w") as archive:
        for part in tmp_path.glob("tl_2025*"):
            archive.write(part, part.name)
    together = import_file(tmp_path / "county.zip", "ground", target_crs=ALBERS)
    assert together.report.kept == 6 + 2 + 2
    assert set(together.frame.geom_type) == {"LineString", "Polygon"}


def test_a_file_that_says_nothing_is_asked_about_and_answered(tmp_path: Path) -> None:
    path = tmp_path / "layer7.gpkg"
    gpd.GeoDataFrame({"label": ["A", "B"]}, geometry=[box(0, 0, 9, 9), box(20, 0, 29, 9)], crs=ALBERS).to_file(path)
    with pytest.raises(InputError, match="does not say what its rows are") as asked:
        import_file(path, "ground", target_crs=ALBERS)
    assert [doubt.code for doubt in asked.value.doubts] == ["ground_kind"]
    for given in ({"answers": {"ground_kind": "park"}}, {"mapping": {"kind": "=park"}}):
        assert import_file(path, "ground", target_crs=ALBERS, **given).frame[v.KIND].tolist() == ["park", "park"]
    path.rename(tmp_path / "Neighborhoods_2024.gpkg")
    assert set(import_file(tmp_path / "Neighborhoods_2024.gpkg", "ground", target_crs=ALBERS).frame[v.KIND]) == {"neighbourhood"}


TILED = [
    ("transportation", {"class": "motorway"}, v.FREEWAY), ("transportation_name", {"class": "minor"}, v.SMALL_STREET), ("water", {"class": "ocean"}, v.WATER),
    ("place", {"class": "suburb"}, v.NEIGHBOURHOOD), ("park", {}, v.PARK), ("housenumber", {}, ""),
    ("streets", {"kind": "motorway"}, v.FREEWAY), ("street_labels", {"kind": "primary"}, v.MAIN_ROAD), ("ocean", {}, v.WATER), ("place_labels", {"kind": "town"}, v.CITY_NAME),
    ("land", {"kind": "park"}, v.PARK), ("land", {"kind": "farmland"}, ""),
    ("roads", {"kind": "highway"}, v.FREEWAY), ("roads", {"kind": "major_road", "kind_detail": "primary"}, v.MAIN_ROAD), ("roads", {"kind": "major_road"}, v.ROAD),
    ("roads", {"pmap:kind": "minor_road"}, v.SMALL_STREET), ("places", {"kind": "locality", "kind_detail": "city"}, v.CITY_NAME),
    ("places", {"kind": "neighbourhood"}, v.NEIGHBOURHOOD), ("landuse", {"kind": "park"}, v.PARK), ("buildings", {"kind": "building"}, ""),
]


@pytest.mark.parametrize(("layer", "cells", "kind"), TILED, ids=str)
def test_the_common_schemas_of_tiles_are_told_by_layer_and_class(layer: str, cells: dict[str, str], kind: str) -> None:
    assert kinds_of(pd.DataFrame({MAP_LAYER: [layer], **{column: [cell] for column, cell in cells.items()}})).kind.tolist() == [kind]
    assert kinds_of(pd.DataFrame({"x": ["1"], **{column: [cell] for column, cell in cells.items()}}), layer).kind.tolist() == [kind]


def test_every_rule_gives_a_kind_and_a_rank_of_the_lists() -> None:
    assert {rule.kind for rule in rules()} == set(v.GROUND_KINDS)
    assert all(rule.rank in v.GROUND_RANKS and rule.where for rule in rules())


def tiled(path: Path, **options: str) -> Path:
    lines = [LineString([(-120, 38), (-119.9, 38.05)]), LineString([(-120, 38.01), (-119.95, 38.01)])]
    frame = gpd.GeoDataFrame({"kind": ["highway", "minor_road"], "name": ["Harbor Freeway", "Elm"], "ref": ["I 9", None], "name:es": [None, "Olmo"]}, geometry=lines, crs=4326)
    frame.to_file(path, driver={".mbtiles": "MBTiles", ".pmtiles": "PMTiles"}[path.suffix], layer="roads", engine="pyogrio",
                  dataset_options={"MINZOOM": "8", "MAXZOOM": "14", **options})
    return path


@pytest.mark.parametrize("ending", [".mbtiles", ".pmtiles"])
def test_vector_tiles_are_ground_and_streets(tmp_path: Path, ending: str) -> None:
    path = tiled(tmp_path / f"town{ending}")
    project, _ = operations.import_file(operations.new_project(), path, "ground", answers={"walking": "yes"})
    frame = project.frame(project.layers_of("ground")[0].id)
    assert by_name(frame) == {"Harbor Freeway": (v.FREEWAY, "I-9", 1), "Elm": (v.SMALL_STREET, "", 4)}
    assert frame.set_index(v.NAME).loc["Elm", "name_es"] == "Olmo"
    assert project.frame(project.layers_of("street")[0].id).set_index(v.NAME)[v.WALK].to_dict() == {"Harbor Freeway": False, "Elm": True}
    assert operations.understand(operations.new_project(), path).view.role == "ground"


@pytest.mark.parametrize("ending", [".mbtiles", ".pmtiles"])
def test_the_deepest_zoom_is_read_whose_tiles_are_not_too_many(tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path, kind = tiled(tmp_path / f"town{ending}"), {".mbtiles": tiles.MBTILES, ".pmtiles": tiles.PMTILES}[ending]
    assert tiles._zoom_for(path, kind) == 14
    counts = tiles._counted(path) if ending == ".mbtiles" else tiles._reckoned(path)
    for most, zoom in ((counts[12], 12), (counts[12] - 1, 11), (0, 8)):
        monkeypatch.setattr(tiles, "MOST_TILES", most)
        assert tiles._zoom_for(path, kind) == zoom


@pytest.mark.parametrize("harm", ["cut", "other bytes", "bomb", "no bytes"])
def test_a_damaged_tile_refuses_the_map_in_one_sentence(tmp_path: Path, harm: str) -> None:
    path = tiled(tmp_path / "town.mbtiles")
    with sqlite3.connect(path) as base:
        row, data = base.execute("select rowid, tile_data from tiles where zoom_level = 14 limit 1").fetchone()
        harmed = {"cut": data[:-9], "other bytes": data[:10] + bytes(20), "bomb": gzip.compress(bytes(tiles.MOST_TILE_BYTES + 1)), "no bytes": "text"}[harm]
        base.execute("update tiles set tile_data = ? where rowid = ?", (harmed, row))
    base.close()
    with pytest.raises(InputError, match="damaged"):
        import_file(path, "ground", target_crs=ALBERS)


def test_a_damaged_tile_of_a_pmtiles_file_too(tmp_path: Path) -> None:
    path = tiled(tmp_path / "town.pmtiles")
    data = bytearray(path.read_bytes())
    start = int.from_bytes(data[56:64], "little")
    for place in range(start + 12, len(data), 40):
        data[place] ^= 255
    path.write_bytes(data)
    with pytest.raises(InputError):
        import_file(path, "ground", target_crs=ALBERS)


def test_a_bomb_of_entities_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "town.osm"
    path.write_text('<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><osm version="0.6"><node id="1" lat="&b;" lon="1"/></osm>', encoding="utf-8")
    with pytest.raises(InputError, match="fill the memory"):
        import_file(path, "ground", target_crs=ALBERS)


def blob(kind: bytes, body: bytes, stated: int | None = None) -> bytes:
    head = b"\x0a" + bytes([len(kind)]) + kind + b"\x18" + varint(len(body) if stated is None else stated)
    return struct.pack(">I", len(head)) + head + body


def varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


@pytest.mark.parametrize("harm", ["stated too large", "unpacks to more", "cut"])
def test_a_pbf_with_an_absurd_blob_is_refused(tmp_path: Path, harm: str) -> None:
    header = b"\x22\x0eOsmSchema-V0.6"
    zipped = zlib.compress(bytes(200 << 20) if harm == "unpacks to more" else b"\x0a\x00" * 50)
    body = b"\x10" + varint(1 << 31 if harm == "unpacks to more" else 100) + b"\x1a" + varint(len(zipped)) + zipped
    first = blob(b"OSMHeader", b"\x10" + varint(len(header)) + b"\x1a" + varint(len(zlib.compress(header))) + zlib.compress(header))
    path = tmp_path / "town.osm.pbf"
    path.write_bytes(first + blob(b"OSMData", body, stated=1 << 30 if harm == "stated too large" else None)[:-30 if harm == "cut" else None])
    with pytest.raises(InputError):
        import_file(path, "ground", target_crs=ALBERS)


@pytest.mark.parametrize(("text", "named", "shield"), [
    ("I 110;CA 110", False, "I-110"), ("I- 405", True, "I-405"), ("US Hwy 101", True, "US-101"), ("US 101", False, "US-101"), ("State Rte 2", True, "SR-2"),
    ("SR-60", False, "SR-60"), ("Co Rd 12", True, "CR-12"), ("A8", False, "A8"), ("M 60", False, "M-60"), ("CA 1", False, "CA-1"), ("75", False, "75"),
    ("Main St", True, ""), ("75 Street", True, ""), ("CA 1", True, ""), (None, False, ""), ("", False, ""), ("see note", False, ""),
])
def test_the_number_of_a_road_as_its_sign_has_it(text: str | None, named: bool, shield: str) -> None:
    assert shield_of(text, named=named) == shield


def test_size_gives_the_rank_on_each_side_of_every_threshold() -> None:
    nan = float("nan")
    rows = [(v.PARK, 3, 20e6, nan, 1), (v.PARK, 3, 19.9e6, nan, 2), (v.PARK, 3, 3e6, nan, 2), (v.PARK, 3, 2.9e6, nan, 3), (v.WATER, 3, 500e3, nan, 3),
            (v.WATER, 3, 499e3, nan, 4), (v.WATER, 3, 50e3, nan, 4), (v.WATER, 3, 49e3, nan, 5), (v.WATER, 1, 1.0, nan, 1), (v.WATER, 3, 0.0, nan, 3),
            (v.CITY_NAME, 4, 0.0, 150_000, 1), (v.CITY_NAME, 4, 0.0, 149_999, 2), (v.CITY_NAME, 1, 0.0, 50_000, 2), (v.CITY_NAME, 1, 0.0, 10_000, 3),
            (v.CITY_NAME, 1, 0.0, 9_999, 4), (v.CITY_NAME, 2, 0.0, nan, 2), (v.FREEWAY, 1, 9e9, 9e9, 1)]
    table = pd.DataFrame(rows, columns=["kind", "rank", "area", "people", "expected"])
    found = ranked(table["kind"].to_numpy(object), table["rank"].to_numpy(float), table["area"].to_numpy(float), table["people"].to_numpy(float))
    assert found.tolist() == table["expected"].tolist()


def test_points_of_a_table_can_be_ground(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("name,kind,longitude,latitude\nPort,city,-120,38\nHill,neighbourhood,-120.1,38.1\n", encoding="utf-8")
    found = import_file(path, "ground", target_crs=ALBERS)
    assert by_name(found.frame) == {"Port": (v.CITY_NAME, "", 2), "Hill": (v.NEIGHBOURHOOD, "", 3)}
    assert isinstance(found.frame.geometry.iloc[0], Point)
