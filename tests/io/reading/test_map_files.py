"""Every kind of map file that people send: its rows and shapes, without the bookkeeping of the format."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import sqlite3
import zipfile
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest

from ecomap.io.reading import read_source
from ecomap.io.reading import staging as staging_module
from ecomap.model.errors import InputError
from tests.io.making import points, squares, write_text

CODES = ["007", "008", "009", "010"]


def areas() -> gpd.GeoDataFrame:
    return squares(code=CODES, pupils=[1, 2, 3, 4])


def kml(places: str, *, folder: str = "") -> str:
    inner = f"<Folder><name>{folder}</name>{places}</Folder>" if folder else places
    return f'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inner}</Document></kml>'


def placemark(name: str, more: str = "", shape: str = "<Point><coordinates>-4.2,55.8,0</coordinates></Point>", number: int = 1) -> str:
    return f'<Placemark id="ID_{number:05d}"><name>{name}</name>{more}{shape}</Placemark>'


@pytest.mark.parametrize(
    ("ending", "driver", "format_name"),
    [(".fgb", "FlatGeobuf", "FlatGeobuf"), (".gml", "GML", "GML"), (".tab", "MapInfo File", "MapInfo"), (".mif", "MapInfo File", "MapInfo"),
     (".gdb", "OpenFileGDB", "File geodatabase"), (".sqlite", "SQLite", "SQLite"), (".kml", "LIBKML", "KML"), (".kml", "KML", "KML"),
     (".geojsonl", "GeoJSONSeq", "GeoJSON lines"), (".geojson", "GeoJSON", "GeoJSON"), (".gpkg", "GPKG", "GeoPackage"), (".shp", "ESRI Shapefile", "Shapefile")],
)
def test_a_map_file_gives_its_rows_and_shapes(tmp_path: Path, ending: str, driver: str, format_name: str) -> None:
    path = tmp_path / f"zones{ending}"
    pyogrio.write_dataframe(areas(), path, driver=driver)
    raw = read_source(path)
    assert raw.format == format_name
    frame = raw.frame.sort_values("code")
    assert frame["code"].tolist() == CODES
    assert [int(n) for n in frame["pupils"]] == [1, 2, 3, 4]
    assert not {"tessellate", "extrude", "visibility", "gml_id", "altitudeMode", "id"} & set(frame.columns)
    assert raw.crs.to_epsg() == 4326
    assert frame.to_crs(26911).area.sum() == pytest.approx(areas().to_crs(26911).area.sum(), rel=1e-6)
    assert raw.layers[0].geometry == "polygon" if raw.layers else format_name.startswith("GeoJSON")


def test_the_ending_does_not_matter_where_the_content_tells(tmp_path: Path) -> None:
    pyogrio.write_dataframe(areas(), tmp_path / "a.fgb", driver="FlatGeobuf")
    plain = (tmp_path / "a.fgb").rename(tmp_path / "download")
    assert read_source(plain).format == "FlatGeobuf"
    pyogrio.write_dataframe(areas(), tmp_path / "a.gpkg", driver="GPKG")
    assert read_source((tmp_path / "a.gpkg").rename(tmp_path / "map.db")).format == "GeoPackage"


@pytest.mark.parametrize("inside", ["export/zones.gdb/", "zones.gdb/", ""])
def test_a_zipped_geodatabase_with_or_without_its_folder(tmp_path: Path, inside: str) -> None:
    pyogrio.write_dataframe(areas(), tmp_path / "zones.gdb", driver="OpenFileGDB", layer="zones")
    with zipfile.ZipFile(tmp_path / "a.gdb.zip", "w") as archive:
        for part in (tmp_path / "zones.gdb").iterdir():
            archive.write(part, inside + part.name)
    raw = read_source(tmp_path / "a.gdb.zip")
    assert (raw.format, raw.sublayer, len(raw.frame)) == ("File geodatabase", "zones", 4)


def test_kml_keeps_what_its_author_said_and_drops_the_bookkeeping(tmp_path: Path) -> None:
    data = '<ExtendedData><Data name="school_id"><value>0071</value></Data></ExtendedData>'
    path = write_text(tmp_path / "a.kml", kml(placemark("Oakgrove", data) + placemark("Elmbank", number=2)))
    frame = read_source(path).frame
    assert list(frame.columns) == ["Name", "school_id", "geometry"]
    assert (frame["Name"].tolist(), frame["school_id"].fillna("").tolist()) == (["Oakgrove", "Elmbank"], ["0071", ""])
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.write(path, "doc.kml")
    assert read_source(tmp_path / "a.kmz").format == "KMZ"


def test_a_code_in_the_id_of_a_placemark_is_no_bookkeeping(tmp_path: Path) -> None:
    places = placemark("A").replace("ID_00001", "S01001234567") + placemark("B").replace("ID_00001", "S01001234568")
    assert read_source(write_text(tmp_path / "a.kml", kml(places))).frame["id"].tolist() == ["S01001234567", "S01001234568"]


def test_tables_in_descriptions_become_columns_and_other_markup_is_told(tmp_path: Path) -> None:
    table = "<description><![CDATA[<table><tr><td>Zone</td><td>7</td></tr><tr><td>Pupils</td><td>&lt;Null&gt;</td></tr></table>]]></description>"
    raw = read_source(write_text(tmp_path / "a.kml", kml(placemark("A", table))))
    assert (raw.frame["Zone"].tolist(), raw.frame["Pupils"].tolist()) == (["7"], [None])
    prose = "<description><![CDATA[<b>Open</b> on Mondays]]></description>"
    raw = read_source(write_text(tmp_path / "b.kml", kml(placemark("A", prose))))
    assert any("HTML" in note.text for note in raw.notes)
    assert "description" in raw.frame.columns


def test_kml_that_only_points_elsewhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="link to a map"):
        read_source(write_text(tmp_path / "a.kml", kml("<NetworkLink><Link><href>http://example.test/a.kml</href></Link></NetworkLink>")))


def test_gpx_gives_waypoints_or_the_tracks_that_are_asked_for(tmp_path: Path) -> None:
    track = '<trk><name>Walk</name><trkseg><trkpt lat="1" lon="2"/><trkpt lat="1.1" lon="2"/></trkseg></trk>'
    path = write_text(tmp_path / "a.gpx", '<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
                      '<wpt lat="1" lon="2"><name>A</name></wpt><wpt lat="1" lon="3"><name>B</name></wpt>' + track + "</gpx>")
    raw = read_source(path, prefer=("point",))
    assert (raw.sublayer, list(raw.frame.columns)) == ("waypoints", ["name", "geometry"])
    assert read_source(path, "tracks").frame["name"].tolist() == ["Walk"]
    assert read_source(path, prefer=("line",)).sublayer == "tracks"


def test_topojson_gives_each_object_as_a_layer(tmp_path: Path) -> None:
    arcs = [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]
    document = {"type": "Topology", "arcs": arcs, "objects": {
        "wards": {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "arcs": [[0]], "properties": {"code": "01"}}]},
        "sites": {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [0.5, 0.5], "properties": {"code": "x"}}]}}}
    path = write_text(tmp_path / "a.topojson", json.dumps(document))
    raw = read_source(path, prefer=("polygon",))
    assert (raw.sublayers, raw.sublayer, list(raw.frame.columns)) == (("wards", "sites"), "wards", ["code", "geometry"])
    assert read_source(path, "sites").frame["code"].tolist() == ["x"]


@pytest.mark.parametrize("separator", ["", "\x1e"])
def test_lines_of_geojson_with_or_without_record_separators(tmp_path: Path, separator: str) -> None:
    lines = [json.dumps({"type": "Feature", "properties": {"code": f"0{n}"}, "geometry": {"type": "Point", "coordinates": [n, 1]}}) for n in range(3)]
    raw = read_source(write_text(tmp_path / "a.geojsons", "".join(f"{separator}{line}\n" for line in lines)))
    assert raw.frame["code"].tolist() == ["00", "01", "02"]
    raw = read_source(write_text(tmp_path / "b.ndjson", "".join(f"{separator}{line}\n" for line in [*lines, '{"broken'])))
    assert (raw.read, len(raw.frame)) == (4, 3)
    assert [note.count for note in raw.notes if note.kind == "dropped"] == [1]


def test_lines_of_records_are_a_table(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.jsonl", '{"id": "01", "n": 1}\n\n{"id": "02", "n": 2}\n')
    assert read_source(path).frame["id"].tolist() == ["01", "02"]
    with pytest.raises(InputError, match="in its record 2"):
        read_source(write_text(tmp_path / "b.jsonl", '{"id": "01"}\n{"id": 02}\n'))


@pytest.mark.parametrize("where", ["top", "properties", ""])
def test_a_geojson_answer_that_was_cut_off_says_so(tmp_path: Path, where: str) -> None:
    document: dict[str, object] = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"a": 1}, "geometry": {"type": "Point", "coordinates": [1, 2]}}]}
    if where == "top":
        document["exceededTransferLimit"] = True
    elif where:
        document["properties"] = {"exceededTransferLimit": True}
    notes = read_source(write_text(tmp_path / "a.geojson", json.dumps(document))).notes
    assert any("cut its answer off after 1 features" in note.text for note in notes) == bool(where)


def test_records_inside_an_answer_of_a_service(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.json", json.dumps({"success": True, "result": {"fields": [], "records": [{"id": "01"}, {"id": "02"}]}}))
    assert read_source(path).frame["id"].tolist() == ["01", "02"]


OSM = """<?xml version="1.0"?><osm version="0.6"><node id="1" lat="55.80" lon="-4.20"/><node id="2" lat="55.81" lon="-4.21"/>
<node id="3" lat="55.82" lon="-4.22"><tag k="amenity" v="school"/><tag k="name" v="Oakgrove"/><tag k="isced:level" v="1"/></node>
<way id="9"><nd ref="1"/><nd ref="2"/><tag k="highway" v="footway"/><tag k="foot" v="yes"/><tag k="odd:key" v="1"/></way></osm>"""


def test_openstreetmap_gives_points_or_lines_with_their_tags(tmp_path: Path) -> None:
    path = tmp_path / "town.osm.bz2"
    path.write_bytes(bz2.compress(OSM.encode()))
    raw = read_source(path, prefer=("line",))
    assert (raw.format, raw.sublayer) == ("OpenStreetMap", "lines")
    assert (raw.frame["highway"].tolist(), raw.frame["foot"].tolist(), raw.frame["other_tags"].tolist()) == (["footway"], ["yes"], ["odd:key=1"])
    schools = read_source(path, prefer=("point",)).frame
    assert schools[["amenity", "name", "isced:level"]].to_numpy().tolist() == [["school", "Oakgrove", "1"]]


@pytest.mark.parametrize("ending", [".mbtiles", ".pmtiles"])
def test_vector_tiles_are_put_together_again_with_a_caution(tmp_path: Path, ending: str) -> None:
    driver = {".mbtiles": "MBTiles", ".pmtiles": "PMTiles"}[ending]
    pyogrio.write_dataframe(areas().to_crs(3857), tmp_path / f"a{ending}", driver=driver, MAXZOOM="14")
    raw = read_source(tmp_path / f"a{ending}")
    assert sorted(raw.frame["code"]) == CODES
    assert raw.frame.area.sum() == pytest.approx(areas().to_crs(3857).area.sum(), rel=0.005)
    assert any(note.kind == "caution" and "map tiles" in note.text for note in raw.notes)


def test_tiles_of_pictures_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mbtiles"
    with sqlite3.connect(path) as base:
        base.executescript("create table tiles(a); create table metadata(name, value); insert into metadata values('format', 'png')")
    base.close()
    with pytest.raises(InputError, match="pictures of a map"):
        read_source(path)


def test_a_database_without_shapes_is_a_table(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.db") as base:
        base.executescript("create table places(code text, n integer); insert into places values('01', 5), ('02', 6); create table empty(x)")
    base.close()
    raw = read_source(tmp_path / "a.db", prefer=())
    assert (raw.sublayer, raw.frame["code"].tolist(), raw.has_geometry) == ("places", ["01", "02"], False)


def test_a_dbase_file_alone_is_a_table_and_beside_its_shapes_a_part(tmp_path: Path) -> None:
    areas().to_file(tmp_path / "a.shp")
    with pytest.raises(InputError, match="one part of a shapefile"):
        read_source(tmp_path / "a.dbf")
    alone = (tmp_path / "a.dbf").rename(tmp_path / "table.dbf")
    raw = read_source(alone)
    assert (raw.format, raw.frame["code"].tolist(), raw.has_geometry) == ("dBASE", CODES, False)


@pytest.mark.parametrize("name", ["a.dat", "a.map", "a.id"])
def test_a_part_of_a_mapinfo_file_names_the_file_to_choose(tmp_path: Path, name: str) -> None:
    pyogrio.write_dataframe(areas(), tmp_path / "a.tab", driver="MapInfo File")
    with pytest.raises(InputError) as refused:
        read_source(tmp_path / name)
    assert ".tab" in refused.value.hint


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)])
def test_one_packed_file_is_unpacked_whatever_it_is(tmp_path: Path, ending: str, pack: object) -> None:
    for inner, content in (("a.csv", "id,n\n01,2\n"), ("a.geojson", areas().head(1).to_json())):
        path = tmp_path / f"{inner}{ending}"
        path.write_bytes(pack(content.encode()))  # type: ignore[operator]
        assert len(read_source(path).frame) == 1
    (tmp_path / f"broken.csv{ending}").write_bytes(pack(b"id,n\n1,2\n" * 500)[:40])  # type: ignore[operator]
    with pytest.raises(InputError, match="broken packed file"):
        read_source(tmp_path / f"broken.csv{ending}")


def test_a_packed_file_that_swells_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"id,n\n" + b"1,2\n" * 400_000))
    assert len(read_source(path).frame) == 400_000
    monkeypatch.setattr(staging_module, "SMALL_BYTES", 1 << 20)
    monkeypatch.setattr(staging_module, "MAX_RATIO", 50)
    with pytest.raises(InputError, match="unpacks to more than"):
        read_source(path)


def test_a_parquet_file_is_read_or_the_library_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    areas().rename_geometry("shape").to_parquet(tmp_path / "a.parquet")
    raw = read_source(tmp_path / "a.parquet")
    assert (raw.format, raw.frame["code"].tolist(), raw.crs.to_epsg()) == ("GeoParquet", CODES, 4326)
    areas().drop(columns="geometry").to_parquet(tmp_path / "b.parquet")
    assert read_source(tmp_path / "b.parquet").format == "Parquet"
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(InputError, match="pyarrow") as refused:
        read_source(tmp_path / "a.parquet")
    assert "extra 'parquet'" in refused.value.hint


def test_a_prj_that_names_no_place_is_none(tmp_path: Path) -> None:
    points(name=list("abcd")).to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").write_text('LOCAL_CS["a"]')
    raw = read_source(tmp_path / "a.shp")
    assert (raw.crs, len(raw.frame)) == (None, 4)
    assert any(note.kind == "caution" and ".prj" in note.text for note in raw.notes)


def test_descriptions_that_reach_out_are_refused(tmp_path: Path) -> None:
    vrt = '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><!-- <OGRVRTDataSource><OGRVRTLayer name="passwd"/> --></kml>'
    with pytest.raises(InputError, match="open other files"):
        read_source(write_text(tmp_path / "a.kml", vrt))
    bomb = '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aaaa">]><kml xmlns="http://www.opengis.net/kml/2.2"></kml>'
    with pytest.raises(InputError, match="fill the memory"):
        read_source(write_text(tmp_path / "b.kml", bomb))
