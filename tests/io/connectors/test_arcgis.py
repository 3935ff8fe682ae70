"""ArcGIS layers: all rows by whatever means there are, or one sentence and no file."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ecomap.io.connectors.arcgis.connector import ArcgisParams, asks, fetch
from ecomap.io.reading import read_source
from ecomap.io.web import Web
from ecomap.model.errors import CancelledError, NetworkError, ParameterError
from ecomap.model.progress import Progress, silent
from tests.arcgis_stand_in import ArcgisLayer, point_rows
from tests.local_web import FAULTS, HTML, LocalWeb, Reply, moved_to

PATH = "/arcgis/rest/services/Places/FeatureServer/0"


def _fetch(address: str, web: Web, folder: Path, **more: str) -> Any:
    (landed,) = fetch(ArcgisParams(address, **more), web, folder, progress=silent())
    return landed


def _ids(path: Path) -> list[int]:
    told = json.loads(path.read_text(encoding="utf-8"))
    features = told if isinstance(told, list) else told["features"]
    return sorted(one.get("properties", one.get("attributes", one))["OBJECTID"] for one in features)


WAYS: dict[str, dict[str, Any]] = {
    "pages with the flag on top": {},
    "pages with the flag in properties": {"flag": "properties"},
    "pages without a flag": {"flag": "none"},
    "fewer at once than it says": {"at_once": 40, "tells_at_once": 100},
    "fewer at once, without a flag": {"at_once": 40, "tells_at_once": 100, "flag": "none"},
    "paging not mentioned": {"pages": None},
    "no order": {"lacks": frozenset({"order"})},
    "no count": {"lacks": frozenset({"count"})},
    "no count and no flag": {"lacks": frozenset({"count"}), "flag": "none"},
    "no count, fewer at once than it says": {"lacks": frozenset({"count"}), "flag": "properties", "at_once": 40, "tells_at_once": 100},
    "no count and no flag, fewer at once than it says": {"lacks": frozenset({"count"}), "flag": "none", "at_once": 40, "tells_at_once": 100},
    "only by ranges, no count, fewer at once than it says": {"pages": False, "flag": "properties", "at_once": 40, "tells_at_once": 100,
                                                            "lacks": frozenset({"offsets", "ids", "count"})},
    "Esri's own JSON only": {"lacks": frozenset({"geojson"})},
    "Esri's own JSON only, and says so": {"lacks": frozenset({"geojson"}), "formats": "JSON, AMF"},
    "formats not mentioned": {"formats": None, "lacks": frozenset({"geojson"})},
    "offsets ignored": {"lacks": frozenset({"offsets"})},
    "offsets ignored, and no flag": {"lacks": frozenset({"offsets"}), "flag": "none"},
    "no paging": {"pages": False},
    "no paging, no posting": {"pages": False, "lacks": frozenset({"offsets", "post"})},
    "no paging, no list of ids": {"pages": False, "lacks": frozenset({"offsets", "ids"})},
    "no paging, no ids, no statistics": {"pages": False, "lacks": frozenset({"offsets", "ids", "statistics"})},
    "only by the ground": {"pages": False, "lacks": frozenset({"offsets", "ids", "statistics", "ranges", "order", "extent"})},
    "only by the ground, no flag, no count": {"pages": False, "flag": "none", "lacks": frozenset({"offsets", "ids", "statistics", "ranges", "count", "geojson"})},
    "no id": {"oid": ""},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("count", [1, 99, 100, 101, 230])
def test_every_row_by_whatever_means(local_web: LocalWeb, web: Web, tmp_path: Path, way: str, count: int) -> None:
    layer = ArcgisLayer(local_web, PATH, point_rows(count, first_id=7, step=3), **{"at_once": 100, **WAYS[way]})
    landed = _fetch(layer.address, web, tmp_path / "out")
    assert _ids(landed.path) == [7 + 3 * n for n in range(count)]
    raw = read_source(landed.path)
    assert len(raw.frame) == count
    assert raw.frame.geometry.x.between(-118.6, -117.9).all()


def test_what_landed_says_where_it_is_from(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    layer = ArcgisLayer(local_web, PATH, point_rows(3), more={"copyrightText": "County of X", "editingInfo": {"lastEditDate": 1748736000000}})
    landed = _fetch(layer.address + "/query?where=1%3D1&f=json", web, tmp_path)
    assert (landed.path.name, landed.address, landed.label, landed.licence) == ("Places.geojson", layer.address, "Places", "County of X")
    assert landed.notes == ("The publisher edited the layer last on 1 June 2025.",)
    assert landed.hints.labels == {"NAME": "Name", "STATE": "State"}
    assert landed.bytes == landed.path.stat().st_size
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["Places.geojson"]


def test_only_rows_that_meet_a_condition_and_lie_inside(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    layer = ArcgisLayer(local_web, PATH, point_rows(200), at_once=30)
    assert len(_ids(_fetch(layer.address, web, tmp_path, where="STATE='06'").path)) == 100
    assert len(_ids(_fetch(f"{layer.address}/query?where=STATE%3D'06'", web, tmp_path).path)) == 100
    inside = _ids(_fetch(layer.address, web, tmp_path, area="-118.505,33.69,-118.455,33.705").path)
    assert inside == [1, 2, 3, 4, 5]
    for pages in (True, False):
        layer.pages = pages
        layer.lacks = frozenset({"offsets", "ids"} if not pages else ())
        assert len(_ids(_fetch(layer.address, web, tmp_path, where="STATE='06'", area="-118.505,33.69,-118.255,34.7").path)) == 48


def test_no_more_is_asked_for_at_once_than_the_service_gives(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    layer = ArcgisLayer(local_web, PATH, point_rows(120), at_once=50)
    _fetch(layer.address, web, tmp_path)
    assert [request.query["resultRecordCount"] for request in local_web.asked if "resultOffset" in request.query] == ["50", "50", "50"]
    layer.at_once = 5000
    _fetch(layer.address, web, tmp_path, where="STATE='06'")
    assert local_web.asked[-1].query["resultRecordCount"] == "2000"


def test_a_query_of_many_ids_is_posted(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    layer = ArcgisLayer(local_web, PATH, point_rows(900, first_id=1_000_000), pages=False, at_once=500)
    _fetch(layer.address, web, tmp_path)
    assert [request.method for request in local_web.asked if "objectIds" in request.query] == ["POST", "POST"]


def test_a_layer_that_never_gives_all_is_one_sentence(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    layer = ArcgisLayer(local_web, PATH, point_rows(90), at_once=50, count=100)
    with pytest.raises(NetworkError, match=r"gave 90 of 100 records, so nothing was kept") as told:
        _fetch(layer.address, web, tmp_path / "out")
    assert told.value.details["kind"] == "incomplete"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_row_less_or_more_than_counted_is_not_complete(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    for count in (99, 101):
        layer = ArcgisLayer(local_web, PATH, point_rows(100), at_once=50, count=count, lacks=frozenset({"ids", "statistics"}))
        with pytest.raises(NetworkError, match="so nothing was kept"):
            _fetch(layer.address, web, tmp_path / "out")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("where", ["about", "the first page", "a later page"])
def test_complete_or_one_sentence(local_web: LocalWeb, web: Web, tmp_path: Path, fault: str, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Progress, "wait", lambda self, seconds: self.check())
    layer = ArcgisLayer(local_web, PATH, point_rows(250), at_once=100)
    path = {"about": "FeatureServer/0?f=json", "the first page": "/query?", "a later page": "resultOffset=100"}[where]
    for times in (1, float("inf")):
        local_web.mend()
        web.close()
        local_web.fail(FAULTS[fault], path=path, times=times)
        out = tmp_path / f"out{times}"
        problem: NetworkError | None = None
        try:
            ids = _ids(_fetch(layer.address, web, out).path)
        except NetworkError as found:
            problem = found
        if problem is None:
            assert ids == list(range(1, 251))
        else:
            assert problem.hint
            assert not out.exists() or list(out.iterdir()) == []
            assert not (times == 1 and fault in ("a reset after half the body", "a reset before the answer", "429 with Retry-After", "503 without a word"))
        for note in (tmp_path / "web").glob("hosts.json"):
            note.unlink()
    assert local_web.sent < 400e6


def test_a_fault_that_comes_and_goes_costs_nothing(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    layer = ArcgisLayer(local_web, PATH, point_rows(250), at_once=100)
    local_web.fail(FAULTS["an error inside a 200"], path="resultOffset=100", times=1)
    assert _ids(_fetch(layer.address, web, tmp_path).path) == list(range(1, 251))


def test_pages_that_are_too_much_for_the_server_become_smaller(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    layer = ArcgisLayer(local_web, PATH, point_rows(250), at_once=100)
    local_web.fail(FAULTS["an error inside a 200"], path="resultRecordCount=100")
    assert _ids(_fetch(layer.address, web, tmp_path).path) == list(range(1, 251))
    assert {request.query["resultRecordCount"] for request in local_web.asked if "resultOffset" in request.query} == {"100", "20"}


def test_the_same_again_asks_nothing_but_whether_it_changed(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    layer = ArcgisLayer(local_web, PATH, point_rows(250), at_once=100)
    first = _fetch(layer.address, web, tmp_path)
    local_web.asked.clear()
    again = _fetch(layer.address, web, tmp_path)
    assert again.checksum == first.checksum
    assert all("resultOffset" not in request.query for request in local_web.asked)


def test_rows_added_since_are_not_missed_for_the_cache(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    layer = ArcgisLayer(local_web, PATH, point_rows(250), at_once=100)
    _fetch(layer.address, web, tmp_path)
    layer.rows = point_rows(260)
    assert _ids(_fetch(layer.address, web, tmp_path).path) == list(range(1, 261))


def test_stopped_midway_nothing_is_there(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    layer = ArcgisLayer(local_web, PATH, point_rows(250), at_once=100)
    progress = Progress(lambda share, text: progress.cancel() if share > 0.3 else None)
    with pytest.raises(CancelledError):
        fetch(ArcgisParams(layer.address), web, tmp_path / "out", progress=progress)
    assert list((tmp_path / "out").iterdir()) == []


def test_words_dates_and_codes(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    levels = {"type": "codedValue", "codedValues": [{"code": 1, "name": "Elementary"}, {"code": 2, "name": "Middle"}]}
    fields = [{"name": "OBJECTID", "type": "esriFieldTypeOID"}, {"name": "LEVEL", "type": "esriFieldTypeInteger", "domain": levels},
              {"name": "OPENED", "type": "esriFieldTypeDate"}, {"name": "SEEN", "type": "esriFieldTypeDateOnly"},
              {"name": "SIZE", "type": "esriFieldTypeDouble", "domain": {"type": "range", "range": [0, 5]}},
              {"name": "KIND", "type": "esriFieldTypeInteger"}, {"name": "SORT", "type": "esriFieldTypeString"}]
    kinds = [{"id": 1, "name": "School", "domains": {"SORT": {"type": "codedValue", "codedValues": [{"code": "A", "name": "Charter"}]}}},
             {"id": 2, "name": "Clinic", "domains": {"SORT": {"type": "codedValue", "codedValues": [{"code": "A", "name": "Mobile"}]}}}]
    rows = [{"attributes": {"OBJECTID": 1, "LEVEL": 1, "OPENED": 1748736000000, "SEEN": "2026-01-05", "SIZE": 2.5, "KIND": 1, "SORT": "A"}, "geometry": {"x": 1, "y": 2, "z": 9}},
            {"attributes": {"OBJECTID": 2, "LEVEL": 9, "OPENED": "2025-06-01T10:00:00Z", "SEEN": None, "SIZE": None, "KIND": 2, "SORT": "A"}, "geometry": {"x": "NaN", "y": "NaN"}},
            {"attributes": {"OBJECTID": 3, "LEVEL": None, "OPENED": -86400000, "SEEN": None, "SIZE": 0, "KIND": None, "SORT": None}, "geometry": None}]
    layer = ArcgisLayer(local_web, PATH, rows, fields=fields, more={"typeIdField": "KIND", "types": kinds}, lacks=frozenset({"geojson"}))
    landed = _fetch(layer.address, web, tmp_path)
    told = [one["attributes"] for one in json.loads(landed.path.read_text())["features"]]
    assert [one["LEVEL"] for one in told] == ["Elementary", "9", None]
    assert [one["LEVEL_code"] for one in told] == [1, 9, None]
    assert [one["OPENED"] for one in told] == ["2025-06-01", "2025-06-01T10:00:00Z", "1969-12-31"]
    assert [one["SEEN"] for one in told] == ["2026-01-05", None, None]
    assert [(one["KIND"], one["SORT"]) for one in told] == [("School", "Charter"), ("Clinic", "Mobile"), (None, None)]
    assert "SIZE_code" not in told[0]
    assert "The column LEVEL holds codes that the service has no words for; these stay as they are." in landed.notes
    frame = read_source(landed.path).frame
    assert [None if shape is None else (shape.x, shape.y, shape.has_z) for shape in frame.geometry] == [(1, 2, False), None, None]


def test_holes_stay_holes_whichever_form_the_shapes_come_in(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    outer, hole, island = [[0, 0], [0, 10], [10, 10], [10, 0], [0, 0]], [[2, 2], [8, 2], [8, 8], [2, 8], [2, 2]], [[4, 4], [4, 6], [6, 6], [6, 4], [4, 4]]
    rows = [{"attributes": {"OBJECTID": 1, "NAME": "a"}, "geometry": {"rings": [island, hole, outer]}}]
    layer = ArcgisLayer(local_web, PATH, rows, kind="esriGeometryPolygon", lacks=frozenset({"geojson"}))
    shape = read_source(_fetch(layer.address, web, tmp_path).path).frame.geometry.iloc[0]
    assert shape.area == 100 - 36 + 4
    assert {part.area for part in shape.geoms} == {64, 4}


def test_heights_are_left_out_of_either_form(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    rows = [{"attributes": {"OBJECTID": 1, "NAME": "a"}, "geometry": {"hasZ": True, "rings": [[[0, 0, 7], [0, 1, 7], [1, 1, 7], [0, 0, 7]]]}}]
    layer = ArcgisLayer(local_web, PATH, rows, kind="esriGeometryPolygon")
    for lacks in ((), ("geojson",)):
        layer.lacks = frozenset(lacks)
        shape = read_source(_fetch(layer.address, web, tmp_path, where="OBJECTID=1").path).frame.geometry.iloc[0]
        assert not shape.has_z
        assert shape.area == 0.5
        (tmp_path / "web" / "answers.sqlite").unlink()
        web.close()


def test_curves_are_drawn_as_lines_and_told(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    rows = [{"attributes": {"OBJECTID": 1, "NAME": "a"}, "geometry": {"curveRings": [[[0, 0], {"c": [[2, 0], [1, 1]]}, [0, 0]]]}}]
    layer = ArcgisLayer(local_web, PATH, rows, kind="esriGeometryPolygon", lacks=frozenset({"geojson"}))
    landed = _fetch(layer.address, web, tmp_path)
    assert "1 shape has curves; they are drawn as many short lines." in landed.notes
    assert read_source(landed.path).frame.geometry.iloc[0].area == pytest.approx(1.5708, rel=1e-3)
    assert all(request.query["returnTrueCurves"] == "false" for request in local_web.asked if "outFields" in request.query)


def test_coordinates_in_a_system_of_their_own_keep_it(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    layer = ArcgisLayer(local_web, PATH, point_rows(3), lacks=frozenset({"geojson"}))
    good = layer._query

    def stubborn(request: Any) -> Any:
        told = good(request)
        return {**told, "spatialReference": {"wkid": 102100, "latestWkid": 3857}} if isinstance(told, dict) and "features" in told else told

    local_web.route(f"{PATH}/query", stubborn)
    assert read_source(_fetch(layer.address, web, tmp_path).path).crs.to_epsg() == 3857


def test_a_table_without_shapes_is_a_table(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    rows = [{"attributes": {"OBJECTID": n, "NAME": f"0{n}"}} for n in range(1, 6)]
    layer = ArcgisLayer(local_web, PATH, rows, kind="", more={"type": "Table", "geometryType": None}, at_once=2)
    landed = _fetch(layer.address, web, tmp_path)
    assert landed.path.suffix == ".json"
    assert list(read_source(landed.path).frame["NAME"]) == ["01", "02", "03", "04", "05"]


def test_a_service_with_one_layer_is_that_layer_and_with_several_names_them(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    ArcgisLayer(local_web, PATH, point_rows(3))
    service = PATH.rpartition("/")[0]
    local_web.route(service, {"layers": [{"id": 0, "name": "Places"}], "tables": []})
    assert len(_ids(_fetch(local_web.url(service), web, tmp_path).path)) == 3
    local_web.route(service, {"layers": [{"id": 0, "name": "Places"}, {"id": 4, "name": "Areas"}]})
    with pytest.raises(NetworkError, match=r"are 2 layers behind this address.*Places \(.*FeatureServer/0\), Areas \(.*FeatureServer/4\)"):
        _fetch(local_web.url(service), web, tmp_path / "out")


def test_a_group_of_layers_names_them(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.route("/rest/services/A/MapServer/2", {"id": 2, "name": "All", "type": "Group Layer", "fields": None, "geometryType": None,
                                                     "subLayers": [{"id": 3, "name": "Parks"}, {"id": 5, "name": "Pools"}]})
    with pytest.raises(NetworkError, match=r"Parks \(.*/A/MapServer/3\), Pools \(.*/A/MapServer/5\)"):
        _fetch(local_web.url("/rest/services/A/MapServer/2"), web, tmp_path)


def test_numbers_that_are_none_are_missing(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    layer = ArcgisLayer(local_web, PATH, point_rows(2), lacks=frozenset({"geojson"}))
    layer.rows = [{"attributes": {"OBJECTID": 1, "NAME": float("nan")}, "geometry": {"x": float("nan"), "y": float("inf")}}, *point_rows(1, first_id=2)]
    landed = _fetch(layer.address, web, tmp_path)
    assert "NaN" not in landed.path.read_text()
    assert read_source(landed.path).frame["NAME"].isna().tolist() == [True, False]


@pytest.mark.parametrize(("told", "words"), [
    ({"error": {"code": 499, "message": "Token Required", "details": []}}, "only to people who are signed in"),
    ({"currentVersion": 11, "folders": []}, "no layer of an ArcGIS service"),
    ([1, 2], "gives no answer"),
    ({"status": "error", "messages": ["Service Places/FeatureServer not started"]}, "not started"),
    (HTML, "answers with a web page"),
    ({"name": "Places", "geometryType": "esriGeometryPoint", "fields": 5, "maxRecordCount": "many", "advancedQueryCapabilities": []}, "gives no answer|404|nothing at this"),
])
def test_what_is_no_layer_is_one_sentence(local_web: LocalWeb, web: Web, tmp_path: Path, told: Any, words: str) -> None:
    local_web.route(PATH, told)
    with pytest.raises(NetworkError, match=words):
        _fetch(local_web.url(PATH), web, tmp_path / "out")
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []


def test_a_layer_without_rows_says_so(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    layer = ArcgisLayer(local_web, PATH, point_rows(3))
    with pytest.raises(NetworkError, match="has no rows for this"):
        _fetch(layer.address, web, tmp_path / "out", where="STATE='99'")


def test_a_token_goes_with_every_question_and_stays_nowhere(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    layer = ArcgisLayer(local_web, PATH, point_rows(250), at_once=100)
    landed = _fetch(f"{layer.address}?token=sesame", web, tmp_path)
    assert all(request.query.get("token") == "sesame" for request in local_web.asked)
    assert "sesame" not in repr(landed) + repr(asks(ArcgisParams(f"{layer.address}?token=sesame")))
    web.close()
    assert b"sesame" not in b"".join(part.read_bytes() for part in tmp_path.rglob("*") if part.is_file())


def test_a_fault_that_repeats_the_token_does_not_tell_it(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.route(PATH, {"error": {"code": 400, "message": "Bad token sesame"}})
    with pytest.raises(NetworkError) as told:
        _fetch(local_web.url(f"{PATH}?token=sesame"), web, tmp_path)
    assert "sesame" not in str(told.value)


def test_sent_on_to_another_host_still_gives_all(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    layer = ArcgisLayer(local_web, PATH, point_rows(150), at_once=100)
    local_web.fail(lambda request, good: moved_to(local_web.url(request.address, host="localhost"))(request, good) if "127.0.0.1" in request.headers["Host"] else good)
    landed = _fetch(layer.address, web, tmp_path)
    assert len(_ids(landed.path)) == 150
    assert landed.notes == (f"127.0.0.1:{local_web.port} sent EcoMap on to localhost:{local_web.port}.",)


def test_an_item_of_a_hub_is_the_layer_behind_it(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    layer = ArcgisLayer(local_web, PATH, point_rows(150), at_once=100)
    item = "0123456789abcdef0123456789abcdef"
    told = {"id": f"{item}_0", "attributes": {"name": "Libraries", "url": layer.address, "licenseInfo": "<p>CC BY</p>", "geometryType": "esriGeometryPoint"}}
    local_web.route(f"/api/v3/datasets/{item}_0", {"data": told})
    local_web.route("/api/v3/datasets", {"data": [told]})
    local_web.route(f"/sharing/rest/content/items/{item}", {"title": "Libraries", "url": layer.address.rpartition("/")[0], "type": "Feature Service"})
    for address in (f"/datasets/{item}_0/explore?location=34", "/datasets/city::libraries/about", f"/home/item.html?id={item}&sublayer=0"):
        landed = _fetch(local_web.url(address), web, tmp_path)
        assert (len(_ids(landed.path)), landed.label, landed.path.name) == (150, "Libraries", "Libraries.geojson")


def test_an_item_that_is_a_file_is_waited_for(local_web: LocalWeb, web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Progress, "wait", lambda self, seconds: self.check())
    item = "0123456789abcdef0123456789abcdef"
    local_web.route(f"/api/v3/datasets/{item}", {"data": {"id": item, "attributes": {"name": "Budget", "url": None}}})
    pending = Reply(b'{"status": "Pending"}', 202)
    local_web.script(f"/api/v3/datasets/{item}/downloads/data", pending, pending, Reply(b"a,b\n1,2\n", type="text/csv"))
    landed = _fetch(local_web.url(f"/datasets/{item}"), web, tmp_path)
    assert landed.path.read_bytes() == b"a,b\n1,2\n"
    local_web.route(f"/api/v3/datasets/{item}/downloads/data", pending)
    web.close()
    with pytest.raises(NetworkError, match="has not finished preparing"):
        _fetch(local_web.url(f"/datasets/{item}?again"), web, tmp_path / "out")


def test_an_item_that_is_half_an_archive_is_not_kept(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    item = "0123456789abcdef0123456789abcdef"
    local_web.route(f"/api/v3/datasets/{item}", {"data": {"id": item, "attributes": {"name": "Budget", "url": None}}})
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("budget.csv", "a,b\n1,2\n")
    address = f"/api/v3/datasets/{item}/downloads/data"
    named = {"Content-Disposition": 'attachment; filename="budget.zip"'}
    local_web.route(address, Reply(whole.getvalue()[:-10], type="application/zip", headers=named))
    with pytest.raises(NetworkError, match="cannot be read"):
        _fetch(local_web.url(f"/datasets/{item}"), web, tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())
    local_web.route(address, Reply(whole.getvalue(), type="application/zip", headers=named))  # nor is it given from what came before
    assert _fetch(local_web.url(f"/datasets/{item}"), web, tmp_path / "out").path.read_bytes() == whole.getvalue()


def test_an_unknown_item_is_one_sentence(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.route("/api/v3/datasets", {"data": []})
    with pytest.raises(NetworkError, match="knows no item"):
        _fetch(local_web.url("/datasets/city::nothing"), web, tmp_path)


def test_what_will_be_asked_is_told_before(local_web: LocalWeb) -> None:
    told = asks(ArcgisParams("https://h.org/rest/services/A/MapServer/3/query?f=json"))
    assert [ask.address for ask in told] == ["https://h.org/rest/services/A/MapServer/3", "https://h.org/rest/services/A/MapServer/3/query"]
    with pytest.raises(ParameterError, match="is not an area"):
        asks(ArcgisParams("https://h.org/rest/services/A/MapServer/3", area="34,-118"))
    assert local_web.asked == []
