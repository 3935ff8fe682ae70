"""What an import says is a message, beside the names of the file: every line of its report, every label, note and refusal."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ecomap.io.importers import Imported, guess_role, import_file
from ecomap.model.errors import EcoMapError
from ecomap.model.project import Project
from ecomap.model.roles import ROLES
from ecomap.render.words.language import PSEUDO, language
from tests.io.making import TRACTS, points, squares, write_features, write_geojson, write_text, write_workbook
from tests.spoken import messages, untranslated

ALBERS = "EPSG:3310"
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_CDS = ("19647336000001", "19647336000002", "19647336000003", "01611190130229")
Told = list[tuple[str, str]]  # where it stands, and what is said there


def told(path: Path, role: str, project: Project | None = None, **how: Any) -> Told:
    """Everything people read of an import or of its refusal."""
    try:
        result = import_file(path, role, target_crs=ALBERS, project=project, **how)
    except EcoMapError as refused:
        return [("refusal", refused.message), ("hint", refused.hint)]
    return list(_told(result))


def _told(result: Imported) -> Iterator[tuple[str, str]]:
    report, layer = result.report, result.layer
    yield from (("sentence", report.sentence), ("system", report.crs), ("layer", report.layer_name))
    yield from ((f"report, {line.kind}", line.text) for line in report.lines)
    yield from (("layer", layer.name), ("heading", layer.group), *(("note", note) for note in layer.notes))
    for column in layer.columns:
        yield from (("label", column.label), ("help", column.help))
    for one in layer.indicators:
        yield from (("label", one.label), ("help", one.help), ("domain", one.domain), ("universe", one.universe))
    for source in (*layer.sources, *(one.source for one in layer.indicators)):
        yield from (("source", text) for text in (source.title, source.publisher, source.vintage, source.licence, source.note))


def own_words(path: Path) -> set[str]:
    """The words of a file: its name, and every word in it as it is written."""
    content = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            content = b" ".join(_member(archive, name) for name in archive.namelist())
    if path.suffix == ".shp":
        content += path.with_suffix(".dbf").read_bytes()
    text = f"{path.name} {content.decode('utf-8', 'replace')}"
    found = {word.casefold() for word in _LETTERS.findall(text)}
    return found | {part.casefold() for word in _LETTERS.findall(text) for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", word)}


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return name.encode() + b" " + archive.read(name)
    except (zipfile.BadZipFile, zlib.error):
        return name.encode()


def outside(text: str) -> str:
    """A text in the pseudo-language without what stands in the brackets of messages."""
    kept, depth = [], 0
    for letter in language(PSEUDO).say(text):
        depth += letter == "⟦"
        if not depth:
            kept.append(letter)
        depth -= letter == "⟧"
    return "".join(kept)


def assert_messages(found: Told, own: set[str]) -> None:
    past = [f"{where}: {text}" for where, text in found
            if any(word.casefold() not in own for word in _LETTERS.findall(outside(text)))]
    english = [f"{where}: {key}" for where, text in found if any(messages(text)) for key in untranslated(text, "es")]
    assert not past
    assert not english


# --- files of every role and kind of fault ---------------------------------------------------------------------------


def _areas(path: Path) -> Path:
    return write_geojson(path.with_suffix(".geojson"), squares(
        FIPS=list(TRACTS), LOCATION=["a", "b", "c", "d"], E_TOTPOP=[4000, 5000, 0, 300], M_TOTPOP=[400, 500, 12, 30],
        E_AGE17=[900, 1000, 0, 80], EP_POV=[25.4, 0, -999, 10], MP_POV=[5.1, 3.0, -999, 2], EP_ODD=[1, 2, 3, 4]))


def _schools(path: Path) -> Path:
    return write_geojson(path.with_suffix(".geojson"), points(
        CDSCode=list(_CDS), School=["Ash", "Birch", "", "Dogwood"], GSserved=["K-5", "6-8", "?", "K-8"], Charter=["N", "N", "Y", "N"],
        Enrollment=["<10", "400", "*", "-999"]))


def _table(heading: str, *rows: str) -> Callable[[Path], Path]:
    return lambda path: write_text(path.with_suffix(".csv"), "\n".join((heading, *rows)) + "\n")


_PLACE = "name,longitude,latitude"
FILES: dict[str, Callable[[Path], Path]] = {
    "areas": _areas,
    "schools": _schools,
    "services": _table(f"{_PLACE},category", "Ash,-118.25,34.05,Food", "Ash,-118.25,34.05,Food", "Birch,-118.3,34.1,Odd", "Cedar,,,Food"),
    "swapped": _table(_PLACE, "Ash,34.05,-118.25", "Birch,34.1,-118.3", "Cedar,34.0,-118.2"),
    "minus lost": _table(_PLACE, "Ash,118.25,34.05", "Birch,118.3,34.1", "Cedar,-118.2,34.0"),
    "null island": _table(_PLACE, "Ash,0,0", "Birch,-118.3,34.1", "Cedar,500,34.0"),
    "rounded codes": _table("geoid,poverty", "6.037E+09,0.2", "6.037E+09,0.3"),
    "no place": _table("what,much", "a,1", "b,2"),
    "codes": _table("geoid,pct_poor,pct_poor_moe", *(f"{code},{n}.5,1" for n, code in enumerate(TRACTS)), "36061000100,7,1"),
    "another census": _table("geoid,pct_poor", "36061000100,7", "36061000200,8"),
    "sites": _table(f"{_PLACE},approach,status,start_date,end_date", "Ash,-118.25,34.05,community_schools,active,2019,",
                    "Birch,-118.3,34.1,odd,odd,soon,never"),
    "dates": _table(f"{_PLACE},approach,status,start_date,end_date", "Ash,-118.25,34.05,linked_learning,ended,13/13/2020,2019-02-31"),
    "money": _table("school_id,year,spending_usd", f"{_CDS[0]},2019-20,\"($1,234)\"", f"{_CDS[1]},2019-20,$1.2M", "x,?,many"),
    "allocation": _table("school_id,school_year,allocated_usd,title_i", f"{_CDS[0]},2019-20,1000,1", f"{_CDS[1]},19,-5,2"),
    "positions": _table("school_id,position,fte", f"{_CDS[0]},Nurse,0.5", f"{_CDS[0]},Odd,-1"),
    "rates": _table("name,amount_usd", "base_tk_3,10000", "odd,x"),
    "travel": _table("from_id,to_id,minutes", "a,b,5", "a,c,-1", "a,b,7", "x,,"),
    "tracts of two censuses": _table("GEOID_TRACT_10,GEOID_TRACT_20,AREALAND_PART", f"{TRACTS[0]},{TRACTS[0]},100", "x,y,z"),
    "empty": lambda path: write_text(path.with_suffix(".csv"), ""),
    "heading only": _table(_PLACE),
    "web page": lambda path: write_text(path.with_suffix(".csv"), "<!doctype html><html></html>"),
    "pdf": lambda path: write_text(path.with_suffix(".csv"), "%PDF-1.7"),
    "old excel": lambda path: _bytes(path.with_suffix(".xls"), b"\xd0\xcf\x11\xe0" + b"x" * 100),
    "broken json": lambda path: write_text(path.with_suffix(".json"), '{"type": '),
    "topology": lambda path: write_text(path.with_suffix(".json"), '{"type": "Topology"}'),
    "kind that is none": lambda path: write_text(path.with_suffix(".geojson"), '{"type": {}, "features": []}'),
    "no features": lambda path: write_features(path.with_suffix(".geojson"), []),
    "huge number": lambda path: write_text(path.with_suffix(".json"), json.dumps(
        [{"name": "a", "the_geom": {"type": "Polygon", "coordinates": [[[0, 0], [10**400, 1], [1, 1], [0, 0]]]}}])),
    "broken zip": lambda path: _bytes(path.with_suffix(".zip"), b"PK\x03\x04" + b"x" * 100),
    "sheets": lambda path: write_workbook(path.with_suffix(".xlsx"), {
        "Read": [["name", "longitude", "latitude"], ["Ash", -118.25, 34.05], ["Birch", -118.3, 34.1]], "Not": [["a"]]}),
    "geometry of lines": lambda path: write_features(path.with_suffix(".geojson"), [
        {"type": "Feature", "properties": {"highway": "residential", "oneway": "odd", "maxspeed": "fast"},
         "geometry": {"type": "LineString", "coordinates": [[-118.3, 34.0], [-118.29, 34.0]]}}]),
}
MAPPINGS = {"site": {"approach": "=linked_learning"}, "attendance_area": {"level": "=high"}}


def _bytes(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.fixture(scope="module")
def joined_to(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, set[str]]:
    """Need areas and schools that rows without a place may join, and the words of their files."""
    folder, made, own = tmp_path_factory.mktemp("base"), Project(), set[str]()
    for role, make in (("need_area", _areas), ("school", _schools)):
        path = make(folder / role)
        result = import_file(path, role, target_crs=ALBERS)
        made, own = made.with_layer(result.layer, result.frame), own | own_words(path)
    return made, own


@pytest.mark.parametrize("kind", FILES)
def test_what_is_said_of_a_file_is_a_message_in_every_role(
    kind: str, joined_to: tuple[Project, set[str]], tmp_path: Path
) -> None:
    path = FILES[kind](tmp_path / "zq")
    (project, theirs), own = joined_to, own_words(path)
    for role in ROLES:
        assert_messages(told(path, role), own)
        assert_messages(told(path, role, project, mapping=MAPPINGS.get(role, {})), own | theirs)


@pytest.mark.parametrize("how", [
    {"mapping": {"name": "nowhere"}}, {"mapping": {"nowhere": "name"}}, {"crs": "EPSG:1"}, {"crs": "odd"}, {"sublayer": "nowhere"},
    {"name": "Mine"},
], ids=str)
def test_what_is_said_of_a_wrong_request_is_a_message(how: dict[str, Any], tmp_path: Path) -> None:
    path = FILES["services"](tmp_path / "zq")
    assert_messages(told(path, "service", **how), own_words(path) | {"mine"})


def test_what_is_said_of_awkward_files_is_a_message(shared_data: Path) -> None:
    folder = shared_data / "awkward"
    if not folder.is_dir():
        pytest.skip("there are no awkward files among the publishers' files here")
    files = [path for path in sorted(folder.rglob("*"))
             if path.is_file() and path.suffix not in (".md", ".dbf", ".shx", ".prj", ".cpg")]
    assert files
    for path in files:
        directory = [part for part in path.parent.iterdir() if part.is_file()] if path.parent != folder else [path]  # read together
        assert_messages(told(path, _guessed(path)), set[str]().union(*map(own_words, directory)))


def _guessed(path: Path) -> str:
    try:
        return guess_role(path)
    except EcoMapError:
        return "reference"
