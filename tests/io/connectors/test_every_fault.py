"""Every connector under every fault of a server: complete or one sentence, and never half a layer in the folder."""

from __future__ import annotations

import csv
import functools
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from attrs import evolve, field, frozen
from requests_cache import CachedSession

from ecomap.io.connectors.registry import connector, names
from ecomap.io.connectors.spec import Landed
from ecomap.io.web import MAX_FILE, Answer, Downloaded, Web
from ecomap.io.web.manners import Manners
from ecomap.io.web.web import MAX_ANSWER
from ecomap.model.errors import EcoMapError
from ecomap.model.params import build_params
from ecomap.model.progress import Progress, silent
from tests.arcgis_stand_in import ArcgisLayer, point_rows
from tests.io.connectors.stand_ins import (
    COUNTY,
    TRACTS,
    Census,
    esri_layer,
    nces,
    school_frame,
    tigerweb,
    tract_frame,
    zipped,
)
from tests.io.connectors.test_geocoder import service as geocoder
from tests.io.connectors.test_portals import ckan_portal, directory, socrata_portal
from tests.io.reading.test_timetable import FEED
from tests.local_web import FAULTS, Fault, LocalWeb, Reply, Request, as_reply, moved_to

Held = tuple[tuple[str, ...], ...]  # per file that landed: what tells its rows apart
SMALL = 4 << 20                      # bytes, in place of the bounds of a gigabyte, so that a test need not pour them out
PAGED, FLAGLESS, ELSEWHERE, CHANGED = "small page limits", "a missing page flag", "a redirect to another host", "a changed file under the same name"
TURNED_AWAY = ("a guard", "a redirect without an end")  # who says so is left alone for hours
PASSING = ("a reset after half the body", "a reset before the answer", "429 with Retry-After", "503 without a word")
_FLAGS = frozenset(("exceededTransferLimit", "total", "total_items", "total_pages", "last_page", "count"))


def without_flags(told: Any) -> Any:
    """An answer that does not say whether there is more, nor how much there is in all."""
    if isinstance(told, list):
        return [without_flags(one) for one in told]
    if isinstance(told, dict):
        return {name: without_flags(value) for name, value in told.items() if name not in _FLAGS}
    return told


def _without_flags(request: Request, good: Reply) -> Reply:
    return as_reply(without_flags(json.loads(good.body))) if good.type == "application/json" and good.status == 200 else good


def _to_another_host(request: Request, good: Reply) -> Reply:
    here = request.headers["Host"]
    return moved_to(f"http://localhost:{here.partition(':')[2]}{request.address}")(request, good) if here.startswith("127.") else good


# What servers do to us. "changed" is cut after half the body and goes on as another version.
SITUATIONS: Mapping[str, Fault] = {
    **FAULTS,
    PAGED: lambda request, good: good,
    FLAGLESS: _without_flags,
    ELSEWHERE: _to_another_host,
    CHANGED: FAULTS["a reset after half the body"],
}
PROMISED = (PAGED, FLAGLESS, "an error inside a 200", "HTML instead of JSON", "a reset after half the body", "429 with Retry-After",
            CHANGED, ELSEWHERE, "2 GB, declared", "2 GB, undeclared")


@frozen
class Case:
    """One way to use a connector.

    Parameters
    ----------
    serve : callable
        (server, version, rows of a page, folder for files of the planner) -> what is asked; again with another version, it has changed.
    held : callable
        What a landed file holds.
    whole : callable
        What it must hold, by version; two versions differ in a row or more.
    places : tuple of str
        Parts of the addresses at which the fault is tried, one after the other.
    missing : mapping
        Situation that cannot be, with the reason.
    """

    connector: str
    serve: Callable[[LocalWeb, int, int, Path], Mapping[str, Any]]
    held: Callable[[Landed], tuple[str, ...]]
    whole: Callable[[int], Held]
    places: tuple[str, ...]
    missing: Mapping[str, str] = field(factory=dict)
    sends: bool = False   # something that may be sent once only


def _cells(column: str) -> Callable[[Landed], tuple[str, ...]]:
    """The values of a column, of a file of JSON, GeoJSON or CSV."""
    def held(landed: Landed) -> tuple[str, ...]:
        if landed.path.suffix == ".csv":
            with landed.path.open(encoding="utf-8", newline="") as file:
                return tuple(sorted(row[column] for row in csv.DictReader(file)))
        told = json.loads(landed.path.read_text(encoding="utf-8"))
        return tuple(sorted(str(one.get("properties", one)[column]) for one in (told if isinstance(told, list) else told["features"])))
    return held


def _bytes(landed: Landed) -> tuple[str, ...]:
    return (landed.path.read_bytes().hex(),)


def _numbers(count: int, wording: Callable[[int], str]) -> Held:
    return (tuple(sorted(wording(number) for number in range(count))),)


def _rows(version: int) -> int:
    return 12 - version


def _arcgis(local: LocalWeb, version: int, page: int, folder: Path) -> Mapping[str, Any]:
    return {"address": ArcgisLayer(local, "/arcgis/rest/services/Places/FeatureServer/0", point_rows(_rows(version)), at_once=page).address}


def _hub_file(local: LocalWeb, version: int, page: int, folder: Path) -> Mapping[str, Any]:
    item = "0123456789abcdef0123456789abcdef"
    local.route(f"/api/v3/datasets/{item}", {"data": {"id": item, "attributes": {"name": "Budget", "url": None}}})
    local.file(f"/api/v3/datasets/{item}/downloads/data", _table(version), type="text/csv")
    return {"address": local.url(f"/datasets/{item}")}


def _table(version: int) -> bytes:
    return b"code,pupils\n" + b"".join(f"{number:04d},{number + version}\n".encode() for number in range(200))


def _file(local: LocalWeb, version: int, page: int, folder: Path) -> Mapping[str, Any]:
    local.file("/absence25.csv", _table(version), type="text/csv")
    return {"address": local.url("/absence25.csv")}


@functools.cache
def _timetable(version: int) -> bytes:
    """A timetable with a stop more in each version."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in {**FEED, "stops.txt": FEED["stops.txt"] + "".join(f"Q{number},New stop,33.9,-118.2,0,\n" for number in range(version))}.items():
            archive.writestr(name, text)
    return out.getvalue()


def _packed(local: LocalWeb, version: int, page: int, folder: Path) -> Mapping[str, Any]:
    local.file("/schools.zip", _timetable(version), type="application/zip")
    return {"address": local.url("/schools.zip")}


def _socrata(local: LocalWeb, version: int, page: int, folder: Path) -> Mapping[str, Any]:
    return {"address": socrata_portal(local, _rows(version), most=page)}


def _ckan(local: LocalWeb, version: int, page: int, folder: Path) -> Mapping[str, Any]:
    return {"address": ckan_portal(local, _rows(version), most=page)}


def _ckan_file(local: LocalWeb, version: int, page: int, folder: Path) -> Mapping[str, Any]:
    local.file("/files/schools.csv", _table(version), type="text/csv")
    return {"address": ckan_portal(local, url=local.url("/files/schools.csv"), url_type="upload", datastore_active=False)}


def _referral(local: LocalWeb, version: int, page: int, folder: Path) -> Mapping[str, Any]:
    return {"address": directory(local, _rows(version), most=page)}


def _acs(local: LocalWeb, version: int, page: int, folder: Path) -> Mapping[str, Any]:
    census = Census(local)

    def answer(request: Request) -> Any:
        good = census.answer(request)
        return as_reply(json.loads(good.body)[: len(TRACTS) + 1 - version]) if good.status == 200 else good

    local.route("/data/2023/acs/acs5", answer)
    return {"state": "CA", "county": "Fresno", "year": 2023, "service": census.address, "measures": "none", "tables": "B17001_002,B19013_001,B25077"}


@functools.cache
def _outlines(version: int) -> bytes:
    return zipped(gpd.GeoDataFrame(tract_frame().iloc[version:]), "cb_2023_06_tract_500k")


def _tracts(version: int) -> Held:
    return (TRACTS[version:],)


def _boundaries(local: LocalWeb, version: int, page: int, folder: Path) -> Mapping[str, Any]:
    local.file("/geo/tiger/GENZ2023/shp/cb_2023_06_tract_500k.zip", _outlines(version), type="application/zip")
    return {"state": "CA", "county": "Fresno", "year": 2023, "files": local.url("/geo"), "service": local.url("/none")}


def _roads(local: LocalWeb, version: int, page: int, folder: Path) -> Mapping[str, Any]:
    for county in (COUNTY, "039"):  # streets land as they are, whatever is in the archive
        local.file(f"/geo/tiger/TIGER2023/ROADS/tl_2023_06{county}_roads.zip", _outlines(version), type="application/zip")
    return {"state": "CA", "county": "Fresno,Madera", "kind": "roads", "year": 2023, "files": local.url("/geo"), "service": local.url("/none")}


def _tigerweb(local: LocalWeb, version: int, page: int, folder: Path) -> Mapping[str, Any]:
    given = {"state": "CA", "county": "Fresno", "year": 2022, "source": "service", "files": local.url("/none"), "service": tigerweb(local, years=(2022,), page=page)}
    frame = tract_frame().rename(columns={"STATEFP": "STATE", "COUNTYFP": "COUNTY", "TRACTCE": "TRACT", "NAME": "BASENAME"})
    esri_layer(local, "/arcgis/TIGERweb/tigerWMS_ACS2022/MapServer/12", frame.iloc[version:], page=page)
    return given


def _nces(local: LocalWeb, version: int, page: int, folder: Path) -> Mapping[str, Any]:
    address = nces(local, page=page)
    for kind, number in (("GEOCODE_PUBLICSCH_2425", 0), ("ADMINDATA_PUBLICSCH_2223", 1)):
        esri_layer(local, f"/opengis/rest/services/K12_School_Locations/EDGE_{kind}/MapServer/{number}", school_frame().iloc[version:], page=page)
    return {"state": "CA", "district": "Fresno Unified", "service": address}


def _schools(version: int) -> Held:
    codes = tuple(f"0614550{number:05d}" for number in range(version, len(TRACTS)) if number % 6 < 3)
    return codes, codes


def _geocoder(local: LocalWeb, version: int, page: int, folder: Path) -> Mapping[str, Any]:
    local.route("/addressbatch", geocoder)
    (folder / "partners.csv").write_text("Agency,Address\n" + "".join(f"A{number},{2 * number + 2} Main St\n" for number in range(6)), encoding="utf-8")
    return {"file": str(folder / "partners.csv"), "send_addresses": "yes", "service": local.url("/addressbatch")}


NO_PAGES = "it comes as one file, not in pages"
UNPAGED: Mapping[str, str] = {PAGED: NO_PAGES, FLAGLESS: NO_PAGES}
ANY_TEXT: Mapping[str, str] = {**UNPAGED, "half a document of JSON": "a text that the server calls whole is whole; only its reader can tell"}

CASES: Mapping[str, Case] = {
    "arcgis": Case("arcgis", _arcgis, _cells("OBJECTID"), lambda version: _numbers(_rows(version), lambda number: str(number + 1)), ("/query?",)),
    "arcgis, a file": Case("arcgis", _hub_file, _bytes, lambda version: ((_table(version).hex(),),), ("api/v3/datasets", "downloads/data"), ANY_TEXT),
    "socrata": Case("socrata", _socrata, _cells("zip"), lambda version: _numbers(_rows(version), lambda number: f"0{number:04d}"), ("offset=5",)),
    "ckan": Case("ckan", _ckan, _cells("code"), lambda version: _numbers(_rows(version), lambda number: f"0{number:03d}"), ("offset=5",)),
    "ckan, a file": Case("ckan", _ckan_file, _bytes, lambda version: ((_table(version).hex(),),), ("files/schools",), ANY_TEXT),
    "referral": Case("referral", _referral, _cells("id"), lambda version: _numbers(_rows(version), lambda number: f"s{number}"), ("page=2",)),
    "file": Case("file", _file, _bytes, lambda version: ((_table(version).hex(),),), ("/absence25.csv", "/absence25-v2.csv"), ANY_TEXT),
    "file, packed": Case("file", _packed, _bytes, lambda version: ((_timetable(version).hex(),),), ("/schools.zip",), UNPAGED),
    "acs": Case("acs", _acs, _cells("GEOID"), lambda version: (TRACTS[: len(TRACTS) - version],), ("group", "B17001_002E"),
                {PAGED: "a table is one answer; the fifty columns of a question are kept to by the stand-in", FLAGLESS: "its answers know no pages"}),
    "boundaries, a file": Case("boundaries", _boundaries, _cells("GEOID"), _tracts, ("tract_500k",), UNPAGED),
    "boundaries, two files": Case("boundaries", _roads, _bytes, lambda version: ((_outlines(version).hex(),),) * 2, ("06039_roads",), UNPAGED),
    "boundaries, the map service": Case("boundaries", _tigerweb, _cells("GEOID"), _tracts, ("TIGERweb?", "MapServer?", "MapServer/12?", "/query?")),
    "nces": Case("nces", _nces, _cells("NCESSCH"), _schools, ("K12_School_Locations?", "PUBLICLEA", "ADMINDATA_PUBLICSCH_2223/MapServer/1/query")),
    "gtfs": Case("gtfs", _packed, _bytes, lambda version: ((_timetable(version).hex(),),), ("/schools.zip",), UNPAGED),
    "geocoder": Case("geocoder", _geocoder, _cells("longitude"), lambda version: (tuple(f"-118.{2 * number + 2:02d}" for number in range(6)),), ("addressbatch",),
                     {PAGED: "a batch is answered whole, and counted", FLAGLESS: "its answers know no pages", CHANGED: "it answers a list that is sent; there is no file under a name"}, sends=True),
}


class BoundedWeb(Web):
    """Looks that every bound is one, and keeps a smaller one, so that a test need not pour gigabytes."""

    def get(self, address: str, params: Mapping[str, object] | None = None, **more: Any) -> Answer:
        assert more.get("max_bytes", MAX_ANSWER) <= MAX_ANSWER
        return super().get(address, params, **{**more, "max_bytes": SMALL})

    def post(self, address: str, data: Mapping[str, object] | None = None, **more: Any) -> Answer:
        assert more.get("max_bytes", MAX_ANSWER) <= MAX_ANSWER
        return super().post(address, data, **{**more, "max_bytes": SMALL})

    def download(self, address: str, folder: Path, **more: Any) -> Downloaded:
        assert more.get("max_bytes", MAX_FILE) <= MAX_FILE
        return super().download(address, folder, **{**more, "max_bytes": SMALL})


@frozen
class Bench:
    """A connector at a server, asked as often as wanted."""

    case: Case
    local: LocalWeb
    folder: Path
    told: list[str] = field(factory=list)

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def web(self, name: str = "web") -> Web:
        notes = self.folder / name / "hosts.json"
        return BoundedWeb(self.folder / name, allowed=True, manners=Manners(notes, pause=lambda host: 0.0), tell=lambda told: self.told.append(str(told)))

    def asked(self, given: Mapping[str, Any], web: Web) -> Held | None:
        """What landed; None where one sentence said why nothing did, and then nothing of it is in the folder."""
        before = _inside(self.out)
        one, told = connector(self.case.connector), ""
        try:
            landed = one.fetch(build_params(one.params, given), web, self.out, progress=silent())
        except EcoMapError as problem:
            told = str(problem.message)
            landed = ()
        if not landed:
            assert told.strip()
            assert "\n" not in told
            assert _inside(self.out) == before
            return None
        assert {one.path.relative_to(self.out).as_posix() for one in landed} == set(_inside(self.out))
        return tuple(self.case.held(file) for file in landed)


def _inside(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()} if folder.exists() else {}


@pytest.fixture(autouse=True)
def _in_no_hurry_and_without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Progress, "wait", lambda self, seconds: self.check())
    monkeypatch.setattr("ecomap.io.web.keys._ring", lambda: None)
    monkeypatch.setattr("ecomap.model.files._flush", lambda path: None)  # no power is cut here, and the disk need not be waited for
    monkeypatch.setattr("ecomap.io.web.web.CachedSession", functools.partial(CachedSession, fast_save=True))


TRIED = [(name, situation, place) for name, case in CASES.items() for situation in SITUATIONS if situation not in case.missing
         for place in (("",) if situation in (PAGED, FLAGLESS) else case.places)]


@pytest.mark.parametrize(("name", "situation", "place"), TRIED)
def test_complete_or_one_sentence_and_never_a_half_layer(local_web: LocalWeb, tmp_path: Path, name: str, situation: str, place: str) -> None:
    bench = Bench(CASES[name], local_web, tmp_path)
    given = bench.case.serve(local_web, 0, 2 if situation == PAGED else 5, tmp_path)
    whole = (bench.case.whole(0), bench.case.whole(1)) if situation == CHANGED else (bench.case.whole(0),)

    def fault(request: Request, good: Reply) -> Reply:
        if situation == CHANGED:
            bench.case.serve(local_web, 1, 5, tmp_path)
        return SITUATIONS[situation](request, good)

    local_web.fail(fault, path=place, times=1 if situation == CHANGED else float("inf"))
    with bench.web() as web:
        found = bench.asked(given, web)
        assert found is None or all(file in {one[number] for one in whole} for number, file in enumerate(found))  # each file is of one version
        assert place == "" or any(place in request.address for request in local_web.asked)
        if situation == ELSEWHERE and found is not None:
            assert any("localhost" in told for told in bench.told)
        local_web.mend()
        if situation not in TURNED_AWAY and situation != CHANGED:  # nothing of the fault is remembered
            assert bench.asked(given, web) in whole
    assert local_web.sent < 100e6


@pytest.mark.parametrize(("name", "situation"), [(name, situation) for name, case in CASES.items() for situation in PASSING if not case.sends])
def test_a_fault_that_passes_is_waited_out(local_web: LocalWeb, tmp_path: Path, name: str, situation: str) -> None:
    bench = Bench(CASES[name], local_web, tmp_path)
    given = bench.case.serve(local_web, 0, 5, tmp_path)
    for number, place in enumerate(bench.case.places):
        local_web.fail(SITUATIONS[situation], path=place, times=1)
        with bench.web(f"web{number}") as web:
            assert bench.asked(given, web) == bench.case.whole(0)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if CHANGED not in case.missing])
def test_what_changed_comes_whole_and_what_fails_leaves_the_old(local_web: LocalWeb, tmp_path: Path, name: str) -> None:
    bench = Bench(CASES[name], local_web, tmp_path)
    with bench.web("first") as web:
        assert bench.asked(bench.case.serve(local_web, 0, 5, tmp_path), web) == bench.case.whole(0)
    given = bench.case.serve(local_web, 1, 5, tmp_path)
    assert bench.case.whole(1) != bench.case.whole(0)
    local_web.fail(FAULTS["403"], path=bench.case.places[-1])
    with bench.web("later") as web:
        bench.asked(given, web)  # and the folder is as it was, if it did not come
        local_web.mend()
        assert bench.asked(given, web) == bench.case.whole(1)


def test_every_connector_and_every_promised_fault_is_tried() -> None:
    assert {case.connector for case in CASES.values()} == set(names()), "a new connector needs a case here"
    assert set(PROMISED) <= set(SITUATIONS)
    for name, case in CASES.items():
        assert set(case.missing) <= {PAGED, FLAGLESS, CHANGED, "half a document of JSON"}, name
        assert all(case.missing.values())


@pytest.mark.parametrize("name", names())
def test_what_fails_after_a_first_file_leaves_none(tmp_path: Path, name: str) -> None:
    """Whatever a connector does, its files come into the folder together: also one that is written tomorrow."""
    def half(params: object, web: Web, folder: Path, /, *, progress: Progress) -> tuple[Landed, ...]:
        (folder / "first.csv").write_text("a\n", encoding="utf-8")
        raise ValueError("the second one")

    (tmp_path / "old.csv").write_text("kept", encoding="utf-8")
    with pytest.raises(ValueError, match="the second one"):
        evolve(connector(name), fetch=half).fetch(None, Web(tmp_path), tmp_path, progress=silent())
    assert _inside(tmp_path) == {"old.csv": b"kept"}
