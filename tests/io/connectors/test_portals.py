"""Socrata, CKAN and Open Referral: all records by the page, counted, or one sentence and no file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecomap.io.connectors import ckan, referral, socrata
from ecomap.io.connectors.registry import connector, names
from ecomap.io.connectors.spec import Landed
from ecomap.io.reading import read_source
from ecomap.io.web import Web
from ecomap.model.errors import CancelledError, NetworkError, ParameterError
from ecomap.model.params import build_params, param_specs
from ecomap.model.progress import Progress, silent
from tests.local_web import FAULTS, HTML, LocalWeb, Reply, Request, as_reply

CODE = "7nuu-n9uk"


def _records(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def socrata_portal(local: LocalWeb, count: int = 250, *, most: int = 100, said: int | None = None, **about: Any) -> str:
    rows = [{"name": f"Site {n}", "zip": f"0{n:04d}", "location": {"type": "Point", "coordinates": [-118.0, 34.0]}} for n in range(count)]

    def answer(request: Request) -> Any:
        if request.query.get("$select") == "count(*)":
            return [{"count": str(count if said is None else said)}]
        if "nonsense" in request.query.get("$where", ""):
            return Reply(b'{"code": "query.soql.no-such-column", "error": true, "message": "No such column: nonsense"}', 400)
        start = int(request.query.get("$offset", 0))
        return rows[start : start + min(int(request.query.get("$limit", 1000)), most)]

    local.route(f"/api/views/{CODE}.json", {"id": CODE, "name": "Sites of the city", "attribution": "City of X", "license": {"name": "CC0"}, "rowsUpdatedAt": 1748736000,
                                           "columns": [{"fieldName": "zip", "name": "ZIP code"}], **about})
    local.route(f"/resource/{CODE}.json", answer)
    return local.url(f"/Services/Sites/{CODE}/about_data")


def ckan_portal(local: LocalWeb, count: int = 250, *, most: int = 100, said: int | None = None, **resource: Any) -> str:
    rows = [{"_id": n + 1, "code": f"0{n:03d}", "pupils": n} for n in range(count)]

    def answer(request: Request) -> Any:
        start = int(request.query.get("offset", 0))
        page = rows[start : start + min(int(request.query.get("limit", 100)), most)]
        return {"success": True, "result": {"records": page, "total": count if said is None else said, "fields": []}}

    one = {"id": "r1", "name": "Schools", "format": "CSV", "datastore_active": True, "url": "", "url_type": "datastore", **resource}
    paper = {"id": "r2", "name": "Codebook", "format": "PDF", "url": local.url("/codebook.pdf")}
    local.route("/api/3/action/package_show", {"success": True, "result": {
        "id": "p1", "title": "Schools of the state", "license_title": "CC-BY", "organization": {"title": "Department of X"}, "resources": [paper, one]}})
    local.route("/api/3/action/resource_show", {"success": True, "result": one})
    local.route("/api/3/action/datastore_search", answer)
    return local.url("/dataset/schools")


def service(number: int, *, full: bool = True) -> dict[str, Any]:
    place = {"id": f"l{number}", "location_type": "physical", "name": f"Hall {number}", "latitude": 34.0 + number / 1000, "longitude": -118.0}
    more = {"service_at_locations": [{"id": f"sl{number}", "location": place}], "organization": {"id": "o1", "name": "Helpers"}} if full else {}
    return {"id": f"s{number}", "name": f"Meals {number}", "status": "active", **more}


def directory(local: LocalWeb, count: int = 250, *, most: int = 100, said: int | None = None, full: bool = True, first: int = 1,
              shape: Callable[[list[Any], int, bool], Any] | None = None) -> str:
    rows = [service(n, full=full) for n in range(count)]

    def answer(request: Request) -> Any:
        size, page = min(int(request.query.get("per_page", 25)), most), int(request.query.get("page", first)) - first
        found = rows[page * size : (page + 1) * size]
        last = (page + 1) * size >= count
        if shape is not None:
            return shape(found, count, last)
        return {"total_items": count if said is None else said, "total_pages": -(-count // size), "page_number": page + first, "size": len(found),
                "first_page": page == 0, "last_page": last, "empty": not found, "contents": found}

    local.route("/api/services", answer)
    for n in range(count if not full else 0):
        local.route(f"/api/services/s{n}", service(n))
    return local.url("/api")


def _socrata(address: str, web: Web, folder: Path, progress: Progress | None = None) -> Landed:
    return socrata.fetch(socrata.SocrataParams(address), web, folder, progress=progress or silent())[0]


def _ckan(address: str, web: Web, folder: Path, progress: Progress | None = None) -> Landed:
    return ckan.fetch(ckan.CkanParams(address), web, folder, progress=progress or silent())[0]


def _referral(address: str, web: Web, folder: Path, progress: Progress | None = None) -> Landed:
    return referral.fetch(referral.ReferralParams(address), web, folder, progress=progress or silent())[0]


SERVICES: dict[str, tuple[Any, Any, str, str]] = {
    "socrata": (socrata_portal, _socrata, "/api/views", "$offset=100"),
    "ckan": (ckan_portal, _ckan, "package_show", "offset=100"),
    "referral": (directory, _referral, "page=1&", "page=2"),
}


@pytest.fixture(autouse=True)
def _no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecomap.io.web.keys._ring", lambda: None)


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("count", [1, 99, 100, 101, 200, 250])
def test_every_record_however_small_the_pages(local_web: LocalWeb, web: Web, tmp_path: Path, name: str, count: int) -> None:
    portal, fetch, _, _ = SERVICES[name]
    landed = fetch(portal(local_web, count), web, tmp_path / "out")
    assert len(_records(landed.path)) == count
    assert len(read_source(landed.path).frame) == count
    assert [path.name for path in (tmp_path / "out").iterdir()] == [landed.path.name]


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("wrong", [-1, 1])
def test_one_record_less_or_more_than_counted_is_one_sentence(local_web: LocalWeb, web: Web, tmp_path: Path, name: str, wrong: int) -> None:
    portal, fetch, _, _ = SERVICES[name]
    with pytest.raises(NetworkError, match=r"gave \d+ of \d+ records, so nothing was kept"):
        fetch(portal(local_web, 250, said=250 + wrong), web, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("where", ["first", "later"])
def test_complete_or_one_sentence(local_web: LocalWeb, web: Web, tmp_path: Path, fault: str, name: str, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Progress, "wait", lambda self, seconds: self.check())
    portal, fetch, first, later = SERVICES[name]
    address = portal(local_web)
    for times in (1, float("inf")):
        local_web.mend()
        web.close()
        local_web.fail(FAULTS[fault], path=first if where == "first" else later.replace("$", "%24"), times=times)
        out, problem, found = tmp_path / f"out{times}", None, 0
        try:
            found = len(_records(fetch(address, web, out).path))
        except NetworkError as told:
            problem = told
        assert problem is not None or found == 250
        if problem is not None:
            assert problem.hint
            assert not out.exists() or list(out.iterdir()) == []
            assert not (times == 1 and fault in ("a reset after half the body", "a reset before the answer", "429 with Retry-After", "503 without a word"))
        for note in (tmp_path / "web").glob("hosts.json"):
            note.unlink()
    assert local_web.sent < 400e6


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_that_gives_the_same_page_again_is_found_out(local_web: LocalWeb, web: Web, tmp_path: Path, name: str) -> None:
    portal, fetch, _, _ = SERVICES[name]
    address = portal(local_web, 250)
    path = {"socrata": f"/resource/{CODE}.json", "ckan": "/api/3/action/datastore_search", "referral": "/api/services"}[name]
    good = local_web._routes[path]
    local_web.route(path, lambda request: good(Request(request.method, request.path, {key: value for key, value in request.query.items() if "offset" not in key and key != "page"}, {})))
    with pytest.raises(NetworkError, match="so nothing was kept"):
        fetch(address, web, tmp_path / "out")


@pytest.mark.parametrize("name", SERVICES)
def test_stopped_midway_nothing_is_there(local_web: LocalWeb, web: Web, tmp_path: Path, name: str) -> None:
    portal, fetch, _, _ = SERVICES[name]
    progress = Progress(lambda share, text: progress.cancel() if share > 0.3 else None)
    with pytest.raises(CancelledError):
        fetch(portal(local_web), web, tmp_path / "out", progress)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("name", SERVICES)
def test_an_empty_answer_is_no_file(local_web: LocalWeb, web: Web, tmp_path: Path, name: str) -> None:
    portal, fetch, _, _ = SERVICES[name]
    with pytest.raises(NetworkError, match="has no records"):
        fetch(portal(local_web, 0), web, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_socrata_says_what_it_is(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    address = socrata_portal(local_web)
    landed = _socrata(f"{address}?$$app_token=sesame", web, tmp_path)
    assert (landed.label, landed.publisher, landed.licence) == ("Sites of the city", "City of X", "CC0")
    assert landed.notes == ("The publisher changed the rows last on 1 June 2025.",)
    assert landed.hints.labels == {"zip": "ZIP code"}
    assert all(request.query.get("$$app_token") == "sesame" for request in local_web.asked)
    assert "sesame" not in repr(landed)
    assert list(read_source(landed.path).frame["zip"].head(2)) == ["00000", "00001"]


def test_socrata_tells_what_is_wrong_with_a_condition(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="reports a fault: No such column: nonsense"):
        socrata.fetch(socrata.SocrataParams(socrata_portal(local_web), "nonsense=1"), web, tmp_path, progress=silent())


def test_socrata_files_and_links(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    address = socrata_portal(local_web, viewType="blobby", blobId="b-1", blobFilename="sites.xlsx")
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    local_web.file(f"/api/views/{CODE}/files/b-1", b"PK\x03\x04", etag='"half"')
    with pytest.raises(NetworkError, match="cannot be read"):
        _socrata(address, web, tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())
    local_web.file(f"/api/views/{CODE}/files/b-1", whole.getvalue())
    assert _socrata(address, web, tmp_path).path.name == "sites.xlsx"
    address = socrata_portal(local_web, viewType="href", metadata={"accessPoints": {"url": "https://h.org/sites.zip"}})
    with pytest.raises(NetworkError, match=r"only a link to another place: https://h\.org/sites\.zip"):
        _socrata(address, web, tmp_path)
    with pytest.raises(ParameterError, match="holds no code of a data set"):
        socrata.asks(socrata.SocrataParams("https://data.x.org/browse"))


def test_a_kept_token_goes_along_as_a_header(local_web: LocalWeb, web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socrata, "kept_key", lambda service: "sesame")
    _socrata(socrata_portal(local_web), web, tmp_path)
    assert all(request.headers.get("X-App-Token") == "sesame" for request in local_web.asked if request.path.startswith("/resource"))


def test_ckan_takes_the_file_that_the_publisher_put_there(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.file("/files/schools.csv", b"code\n001\n", type="text/csv")
    address = ckan_portal(local_web, url=local_web.url("/files/schools.csv", host="localhost"), url_type="upload")
    landed = _ckan(address, web, tmp_path)
    assert landed.path.read_bytes() == b"code\n001\n"
    assert (landed.label, landed.publisher, landed.licence) == ("Schools", "Department of X", "CC-BY")
    assert landed.notes == (f"127.0.0.1:{local_web.port} keeps the file at localhost:{local_web.port}.",)
    assert ckan.fetch(ckan.CkanParams(local_web.url("/en/dataset/schools/resource/r1")), web, tmp_path, progress=silent())[0].path == landed.path


def test_ckan_takes_the_rows_where_the_file_is_gone_and_says_so(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    landed = _ckan(ckan_portal(local_web, url=local_web.url("/files/gone.csv"), url_type="upload"), web, tmp_path)
    assert landed.notes == ("The file itself could not be had; these are the rows that the portal keeps of it.",)
    assert _records(landed.path)[1] == {"code": "0001", "pupils": 1}
    with pytest.raises(NetworkError, match="has nothing at this address"):
        _ckan(ckan_portal(local_web, url=local_web.url("/files/gone.csv"), url_type="upload", datastore_active=False), web, tmp_path)


def test_ckan_asks_which_of_several(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    address = ckan_portal(local_web)
    one, two = ({"id": f"r{n}", "name": f"Year {n}", "format": "CSV", "datastore_active": True} for n in (1, 2))
    local_web.route("/api/3/action/package_show", {"success": True, "result": {"resources": [one, two]}})
    with pytest.raises(NetworkError, match=r"several files under this address\. Say which one: Year 1, Year 2"):
        _ckan(address, web, tmp_path)
    assert ckan.fetch(ckan.CkanParams(address, "year 2"), web, tmp_path, progress=silent())[0].label == "Year 2"


def test_ckan_says_what_the_portal_says(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.route("/api/3/action/package_show", Reply(json.dumps({"success": False, "error": {"message": "Not found", "__type": "Not Found Error"}}).encode(), 404))
    with pytest.raises(NetworkError, match="reports a fault: Not found"):
        _ckan(local_web.url("/dataset/nothing"), web, tmp_path)
    with pytest.raises(ParameterError, match="is no data set of a CKAN portal"):
        ckan.asks(ckan.CkanParams("https://data.x.org/about"))


def test_an_estimated_total_is_no_count(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    address = ckan_portal(local_web)
    good = local_web._routes["/api/3/action/datastore_search"]

    def estimated(request: Request) -> Any:
        told = json.loads(good(request).body)
        return {**told, "result": {**told["result"], "total": 1000, "total_was_estimated": True}}

    local_web.route("/api/3/action/datastore_search", estimated)
    assert len(_records(_ckan(address, web, tmp_path).path)) == 250


def test_a_directory_is_read_as_one(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    landed = _referral(directory(local_web, 3), web, tmp_path)
    raw = read_source(landed.path)
    assert raw.format == "HSDS JSON"
    assert list(raw.frame.columns[:1])
    assert len(raw.frame) == 3
    assert local_web.asked[0].query["full"] == "true"


def test_services_without_their_places_are_asked_for_one_by_one(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    landed = _referral(directory(local_web, 120, full=False), web, tmp_path)
    assert all(record["service_at_locations"] for record in _records(landed.path))
    assert landed.notes == ("120 services were asked for one by one, since the list leaves their places out.",)
    assert len(_records(landed.path)) == 120


def test_a_service_missing_among_them_is_no_half_directory(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    address = directory(local_web, 120, full=False)
    local_web.route("/api/services/s77", Reply(b"gone", 404, "text/plain"))
    with pytest.raises(NetworkError):
        _referral(address, web, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


SHAPES: dict[str, dict[str, Any]] = {
    "pages from 0": {"first": 0},
    "no totals": {"shape": lambda found, count, last: {"contents": found, "last_page": last}},
    "no totals, no last page": {"shape": lambda found, count, last: {"contents": found}},
    "a plain list": {"shape": lambda found, count, last: found},
    "a plain list with a total": {"shape": lambda found, count, last: Reply(json.dumps(found).encode(), headers={"X-Total-Count": str(count)})},
    "a plain list with links": {"shape": lambda found, count, last: Reply(
        json.dumps(found).encode(), headers={"Link": '<x>; rel="prev"' if last else '<y>; rel="next"'})},
    "404 past the end": {"shape": lambda found, count, last: found or Reply(b"no more", 404, "text/plain")},
    "the words of another version": {"shape": lambda found, count, last: {"totalElements": count, "content": found, "last": last, "first": True}},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_pages_of_every_shape(local_web: LocalWeb, web: Web, tmp_path: Path, shape: str) -> None:
    for count in (150, 250) if shape == "404 past the end" else (100, 250):
        landed = _referral(directory(local_web, count, **SHAPES[shape]), web, tmp_path / str(count))
        assert len({record["id"] for record in _records(landed.path)}) == count
        (tmp_path / "web" / "answers.sqlite").unlink()
        web.close()


def test_a_directory_that_gives_fewer_at_once_than_it_is_asked_for(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    address = directory(local_web, 60, most=25)
    local_web.fail(lambda request, good: Reply(b'{"detail": "per_page is at most 25"}', 422) if "per_page" in request.query else good)
    assert len(_records(_referral(address, web, tmp_path).path)) == 60


@pytest.mark.parametrize("most", [50, 100])
def test_a_page_that_is_gone_after_a_full_one_is_not_the_end(local_web: LocalWeb, web: Web, tmp_path: Path, most: int) -> None:
    address = directory(local_web, 250, most=most, shape=lambda found, count, last: {"contents": found})
    local_web.fail(FAULTS["404"], path="page=3")
    with pytest.raises(NetworkError, match="has nothing at this address"):
        _referral(address, web, tmp_path / "out")


@pytest.mark.parametrize("name", names())
def test_every_connector_is_told_by_its_params(name: str) -> None:
    one = connector(name)
    assert one.name == name
    specs = {spec.name: spec for spec in param_specs(one.params)}
    assert set(one.positional) <= set(specs)
    assert all(str(spec.param.label) for spec in specs.values())
    assert one.label
    assert one.help


def test_an_unknown_source_names_those_there_are() -> None:
    with pytest.raises(ParameterError, match=r"no source called 'nothing'.*arcgis"):
        connector("nothing")


@pytest.mark.parametrize("name", ["arcgis", "socrata", "ckan", "referral", "file"])
def test_switched_off_no_connector_asks(local_web: LocalWeb, tmp_path: Path, name: str) -> None:
    one = connector(name)
    address = {"arcgis": "/rest/services/A/FeatureServer/0", "socrata": f"/d/{CODE}", "ckan": "/dataset/x", "referral": "/api", "file": "/a.csv"}[name]
    params = build_params(one.params, {"address": local_web.url(address)})
    assert one.asks(params)
    with pytest.raises(NetworkError, match="works offline"):
        one.fetch(params, Web(tmp_path / "cache"), tmp_path / "out", progress=silent())
    assert local_web.asked == []
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []


def test_a_page_of_html_is_told_apart(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    address = socrata_portal(local_web)
    local_web.route(f"/api/views/{CODE}.json", HTML)
    with pytest.raises(NetworkError, match="web page"):
        _socrata(address, web, tmp_path)
    local_web.route(f"/api/views/{CODE}.json", as_reply("not json"))
    with pytest.raises(NetworkError, match="cannot be read"):
        _socrata(address, web, tmp_path)
