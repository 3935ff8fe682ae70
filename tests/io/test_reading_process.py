"""A file that hangs, crashes or swells takes the reading process with it, never the program."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely import wkt
from shapely.geometry import Point

from ecomap.io.importers import guess_role, import_file, preview_file
from ecomap.io.inventory.opening import made_for_inventory
from ecomap.io.reading import RawSource, read_apart, read_source
from ecomap.io.reading.process import apart, asking, client, close, forget
from ecomap.io.reading.process.frames import pack_frame, unpack_frame
from ecomap.io.reading.process.limits import LEAST, limits_for
from ecomap.io.reading.process.plain import StrangeAnswerError, from_plain, to_plain
from ecomap.model.errors import CancelledError, InputError
from ecomap.model.progress import Progress
from ecomap.model.report import ReportLine
from ecomap.model.said import NOTHING, Said, name, plural, say
from ecomap.model.understanding import Doubt, Option
from tests.io.making import squares, write_geojson, write_text, write_workbook

FAKE = """
import os, sys, time
sys.path.insert(0, sys.argv.pop())
from ecomap.io.reading.process.stream import PROTOCOL, receive, send
out = os.fdopen(1, "wb")
send(out, {"kind": "ready", "protocol": PROTOCOL})
receive(os.fdopen(0, "rb"), 1 << 20)
send(out, {"kind": "begun"})
"""


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write_text(tmp_path / "schools.csv", "id,name\n01,Peña\n02,El Águila\n")


@pytest.fixture
def misbehaving(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Puts a reading process in place that does what it is told instead of reading."""
    def put(what: str) -> None:
        close()
        root = str(Path(client.__file__).parents[4])
        monkeypatch.setattr(client, "_command", lambda: [sys.executable, "-P", "-c", FAKE + what, root])

    yield put
    monkeypatch.undo()
    close()


def refusal(path: Path, **more: Any) -> InputError:
    with pytest.raises(InputError) as refused:
        read_apart(path, **more)
    assert refused.value.hint
    return refused.value


def same(one: RawSource, other: RawSource) -> bool:
    assert_frame_equal(pd.DataFrame(one.frame), pd.DataFrame(other.frame))
    assert type(one.frame) is type(other.frame)
    return one == other


def test_what_is_read_apart_is_what_is_read_here(tmp_path: Path, table: Path) -> None:
    write_geojson(tmp_path / "a.geojson", squares(name=["a", None, "c", "d"], n=[1, 2, 3, 4], share=[0.5, None, 1, 2]))
    squares(name=list("abcd"), open=[True, False, True, True]).to_file(tmp_path / "a.gpkg", layer="one")
    squares(name=list("wxyz")).to_crs("EPSG:3310").to_file(tmp_path / "a.gpkg", layer="two")
    squares(name=list("abcd")).to_file(tmp_path / "a.shp")
    write_workbook(tmp_path / "a.xlsx", {"One": [["id", "n"], ["01", 2], ["02", 3]], "Two": [["x"], ["y"]]})
    write_text(tmp_path / "a.json", '[{"n": 1, "t": "x"}, {"n": 12345678901234567890, "t": null}, {"n": 2.5, "ok": true}]')
    for path in sorted(tmp_path.iterdir()):
        if path.suffix in (".csv", ".geojson", ".gpkg", ".shp", ".xlsx", ".json"):
            assert same(read_apart(path), read_source(path)), path.name
    assert same(read_apart(tmp_path / "a.gpkg", "two", prefer=("polygon",)), read_source(tmp_path / "a.gpkg", "two", prefer=("polygon",)))


def test_a_refusal_crosses_as_a_message_with_its_hint_and_details(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.json", '{"a": [')
    with pytest.raises(InputError) as here:
        read_source(path)
    apart_ = refusal(path)
    assert (apart_.message, apart_.hint, apart_.details) == (here.value.message, here.value.hint, here.value.details)
    assert apart_.message.key == here.value.message.key != ""


def test_a_question_crosses_with_its_refusal(misbehaving: Any, table: Path) -> None:
    doubt = Doubt("layer", say("Which one?"), say("There are two."), (Option("a", name("a")),))
    what = {"kind": "refused", "message": to_plain(say("No.")), "hint": to_plain(say("Say.")), "details": {"n": to_plain((1, "a"))},
            "doubts": to_plain((doubt,))}
    misbehaving(f"send(out, {what!r}); time.sleep(60)")
    problem = refusal(table)
    assert problem.doubts == (doubt,)
    assert problem.details["n"] == (1, "a")


def test_a_file_that_is_not_there_is_said_with_the_folder_as_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, table: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert "'none.csv' at '.'" in refusal(Path("none.csv")).message
    assert read_apart(Path("schools.csv")).path == Path("schools.csv")


@pytest.mark.parametrize(("what", "said"), [
    ("time.sleep(60)", "took longer than 1 second"),
    ("os._exit(11)", "the reader stopped"),
    ("out.write(b'GET / HTTP/1.0' * 100); out.flush(); time.sleep(60)", "the reader stopped"),
    ("out.write(b'EcoM' + bytes([0, 0, 0, 2, 0, 0, 0, 1]) + bytes([127] * 8) + b'{}'); out.flush(); time.sleep(60)", "the reader stopped"),
    ("send(out, {'kind': 'done'}); time.sleep(60)", "the reader stopped"),
    ("send(out, {'kind': 'done', 'frame': {'rows': 1, 'names': [], 'columns': []}, 'crs': '', 'rest': {'path': 1}}); time.sleep(60)", "the reader stopped"),
    ("send(out, {'kind': 'fault', 'type': 'TypeError', 'trace': '...'}); time.sleep(60)", "the reader stopped"),
    ("send(out, {'kind': 'refused', 'message': {'object': ['Path', {}]}}); time.sleep(60)", "the reader stopped"),
    ("send(out, {'kind': 'memory'}); time.sleep(60)", "needed more than 1024 MB"),
])
def test_whatever_happens_there_is_one_sentence_here(misbehaving: Any, monkeypatch: pytest.MonkeyPatch, table: Path, what: str, said: str) -> None:
    monkeypatch.setenv("ECOMAP_READ_SECONDS", "1")
    misbehaving(what)
    start = time.monotonic()
    problem = refusal(table)
    assert problem.message.startswith("schools.csv could not be read: ")
    assert said in problem.message
    assert time.monotonic() - start < 30


def test_signs_of_life_keep_a_long_reading_going(misbehaving: Any, monkeypatch: pytest.MonkeyPatch, table: Path) -> None:
    monkeypatch.setenv("ECOMAP_READ_SECONDS", "1")
    misbehaving("for _ in range(8): send(out, {'kind': 'alive'}); time.sleep(0.25)\nsend(out, {'kind': 'memory'}); time.sleep(60)")
    assert "needed more" in refusal(table).message


def test_after_a_crash_the_next_file_is_read(misbehaving: Any, monkeypatch: pytest.MonkeyPatch, table: Path) -> None:
    misbehaving("os._exit(11)")
    refusal(table)
    monkeypatch.undo()
    assert len(read_apart(table).frame) == 2


def test_a_file_that_swells_ends_with_the_limit_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("elsewhere the process looks after itself, which takes longer")
    path = write_text(tmp_path / "a.csv", "a,b\n" + "1,2\n" * 700_000)
    monkeypatch.setenv("ECOMAP_READ_MEGABYTES", "220")
    problem = refusal(path)
    assert "it needed more than 220 MB of memory" in problem.message
    monkeypatch.delenv("ECOMAP_READ_MEGABYTES")
    assert len(read_apart(write_text(tmp_path / "b.csv", "a,b\n1,2\n")).frame) == 1


def test_what_a_file_may_cost_grows_with_it(tmp_path: Path, table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits_for(table).memory == LEAST
    large = tmp_path / "large.csv"
    with large.open("wb") as stream:
        stream.truncate(200 << 20)
    assert limits_for(large).memory == 25 * (200 << 20)
    with large.open("r+b") as stream:
        stream.write(b"PK\x03\x04")
        stream.truncate(100 << 20)
    assert limits_for(large).memory == 75 * (100 << 20)
    monkeypatch.setenv("ECOMAP_READ_SECONDS", "7")
    assert limits_for(table).seconds == 7


class _Stopping(Progress):
    """Wants to stop at the third look."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0

    def check(self) -> None:
        self.looks += 1
        if self.looks > 3:
            raise CancelledError


def test_a_wish_to_stop_ends_the_process_at_once(misbehaving: Any, table: Path) -> None:
    misbehaving("time.sleep(60)")
    client.warm()
    process = client._readers[0]._process
    start = time.monotonic()
    with pytest.raises(CancelledError):
        read_apart(table, progress=_Stopping())
    assert time.monotonic() - start < 5
    assert process.poll() is not None
    assert client._readers == []


def test_progress_comes_over_the_pipe(misbehaving: Any, table: Path) -> None:
    misbehaving("send(out, {'kind': 'at', 'share': 0.25, 'text': {'said': 'half way'}}); send(out, {'kind': 'memory'}); time.sleep(60)")
    seen: list[tuple[float, Said]] = []
    refusal(table, progress=Progress(lambda share, text: seen.append((share, text))))
    assert seen == [(0.25, "half way")]


def test_a_look_and_an_import_read_the_file_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[str] = []
    real = asking.exchange
    monkeypatch.setattr(asking, "exchange", lambda request, *more: asked.append(request["path"]) or real(request, *more))  # type: ignore[func-returns-value]
    path = write_geojson(tmp_path / "a.geojson", squares(GEOID=["a", "b", "c", "d"], population=[1, 2, 3, 4]))
    role = guess_role(path)
    preview_file(path, role)
    first = import_file(path, role, target_crs="EPSG:3310")
    again = import_file(path, role, target_crs="EPSG:3310")
    assert asked == [str(path)]
    assert first.report == again.report
    write_geojson(path, squares(GEOID=["a", "b", "c", "e"], population=[1, 2, 3, 4]))
    assert read_apart(path).frame["GEOID"].tolist() == ["a", "b", "c", "e"]


def test_a_file_of_several_tables_is_remembered_by_what_was_wanted_of_it(tmp_path: Path) -> None:
    squares(name=list("abcd")).to_file(tmp_path / "a.gpkg", layer="one")
    squares(name=list("wxyz")).to_file(tmp_path / "a.gpkg", layer="two")
    found = [read_apart(tmp_path / "a.gpkg", wanted).frame["name"].iloc[0] for wanted in ("one", "two", "one", "two")]
    assert found == ["a", "w", "a", "w"]


def test_what_is_remembered_is_not_changed_by_its_users(table: Path) -> None:
    frame = read_apart(table).frame
    frame["name"] = "changed"
    assert read_apart(table).frame["name"].tolist() == ["Peña", "El Águila"]


def test_few_files_are_remembered_and_no_large_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = apart._Kept()
    raws = [RawSource(Path(str(n)), "CSV", None) for n in range(6)]
    for number, raw in enumerate(raws):
        kept.put((number,), raw, 1)
    assert [kept.get((n,)) is not None for n in range(6)] == [False, False, True, True, True, True]
    kept.put((7,), raws[0], apart.MOST_BYTES + 1)
    assert kept.get((7,)) is None
    kept.put((8,), raws[0], apart.MOST_BYTES)
    assert [kept.get((n,)) is not None for n in (5, 8)] == [False, True]


def test_where_asked_for_files_are_read_in_this_process(monkeypatch: pytest.MonkeyPatch, table: Path) -> None:
    monkeypatch.setenv(asking.HERE, "1")
    monkeypatch.setattr(asking, "exchange", None)
    assert len(read_apart(table).frame) == 2


@pytest.mark.parametrize("program", ["", "/usr/bin/qgis"])
def test_inside_another_program_files_are_read_in_it(monkeypatch: pytest.MonkeyPatch, table: Path, program: str) -> None:
    close()
    monkeypatch.setattr(sys, "executable", program)
    assert len(read_apart(table).frame) == 2
    assert client._readers == []


def test_a_packaged_program_is_its_own_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert client._command() == [sys.executable, "reading-process"]


def test_the_process_goes_when_the_program_goes_and_leaves_nothing_behind(table: Path) -> None:
    read_apart(table)
    reader = client._readers[0]
    assert Path(reader._folder).is_dir()
    assert Path(reader._folder).parent == Path(tempfile.gettempdir())
    assert reader._process.stdin is not None
    reader._process.stdin.close()
    assert reader._process.wait(timeout=20) == 0
    close()
    assert not Path(reader._folder).exists()
    assert len(read_apart(table).frame) == 2


def test_a_process_that_left_for_want_of_work_is_started_again(table: Path, tmp_path: Path) -> None:
    read_apart(table)
    client._readers[0]._process.kill()  # as it looks from here
    assert len(read_apart(write_text(tmp_path / "b.csv", "a,b\n1,2\n")).frame) == 1


def test_a_process_that_goes_while_it_is_asked_is_started_again(table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_apart(table)
    gone = client._readers[0]
    gone._process.kill()
    gone._process.wait()
    monkeypatch.setattr(client.Reader, "alive", property(lambda self: True))
    assert len(read_apart(write_text(tmp_path / "b.csv", "a,b\n1,2\n")).frame) == 1
    assert client._readers[0] is not gone


def test_several_threads_take_turns(tmp_path: Path) -> None:
    paths = [write_text(tmp_path / f"{n}.csv", f"a,b\n{n},2\n") for n in range(8)]
    found: dict[int, str] = {}
    threads = [threading.Thread(target=lambda n=n: found.update({n: read_apart(paths[n]).frame["a"].iloc[0]})) for n in range(8)]  # type: ignore[misc]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: str(n) for n in range(8)}


def test_a_directory_read_apart_is_the_one_read_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write_text(tmp_path / "organizations.csv", "id,name\no1,YMCA\n")
    write_text(tmp_path / "services.csv", "id,organization_id,name\ns1,o1,Tutoring\n")
    write_text(tmp_path / "locations.csv", "id,organization_id,name,latitude,longitude\nl1,o1,Hall,34.0,-118.2\n")
    away = made_for_inventory(tmp_path)
    monkeypatch.setenv(asking.HERE, "1")
    assert away is not None
    assert away == made_for_inventory(tmp_path)
    assert made_for_inventory(write_text(tmp_path / "other.csv", "a,b\n1,2\n")) is None


texts = st.one_of(st.none(), st.just(float("nan")), st.text(st.characters(codec=None, exclude_categories=()), max_size=6),
                  st.sampled_from(["\x1f", "\x1e\x1d\x00", "\ue000", "a\nb", "\ud800", ""]))
mixed = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=3), st.binary(max_size=3))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(texts, mixed, st.floats(), st.integers(-2**63, 2**63 - 1), st.booleans()), max_size=8))
def test_any_table_arrives_as_it_left(rows: list[tuple[Any, ...]]) -> None:
    frame = pd.DataFrame({
        "text": pd.Series([row[0] for row in rows], dtype=object), "mixed": pd.Series([row[1] for row in rows], dtype=object),
        "float": np.array([row[2] for row in rows], dtype=float), "int": np.array([row[3] for row in rows], dtype="int64"),
        "flag": np.array([row[4] for row in rows], dtype=bool), "day": pd.Series(["2024-05-01"] * len(rows), dtype="datetime64[s]"),
        "kept": pd.Series(["x"] * len(rows), dtype="str"), "whole": pd.Series([None] * len(rows), dtype="Int64"),
    })
    assert_frame_equal(arrived(frame), frame)
    assert [type(one) for one in arrived(frame)["mixed"]] == [type(one) for one in frame["mixed"]]


def arrived(frame: Any) -> Any:
    head, blocks = pack_frame(frame)
    return unpack_frame(head, [bytearray(block) for block in blocks])


def test_shapes_arrive_with_heights_holes_and_gaps() -> None:
    shapes = [wkt.loads("POLYGON ((0 0, 4 0, 4 4, 0 0), (1 .5, 2 .5, 2 1, 1 .5))"), None, Point(), wkt.loads("POINT Z (1 2 3)"),
              wkt.loads("GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))"), Point(np.nan, 1)]
    frame = gpd.GeoDataFrame({"n": range(6), "n2": range(6)}, geometry=shapes, crs="EPSG:2229")
    back = arrived(frame)
    assert back.geometry.to_wkb().tolist() == frame.geometry.to_wkb().tolist()
    assert back.crs == frame.crs
    assert arrived(gpd.GeoDataFrame(geometry=[Point(1, 2)])).crs is None
    odd = "+proj=aea +lat_0=30 +lon_0=-95 +lat_1=30 +lat_2=40 +ellps=WGS84 +units=us-ft"
    assert arrived(gpd.GeoDataFrame(geometry=[Point(1, 2)], crs=odd)).crs == frame.set_crs(odd, allow_override=True).crs


def test_two_columns_of_one_name_arrive_as_two() -> None:
    frame = pd.DataFrame([["a", "b"]], columns=["x", "x"], dtype=object)
    assert_frame_equal(arrived(frame), frame)


@pytest.mark.parametrize("spoil", [
    lambda head: head["columns"][0].update(kind="pickle"),
    lambda head: head["columns"][0].update(at=9),
    lambda head: head.update(rows=3),
    lambda head: head.update(rows="many"),
    lambda head: head.update(names=["a"]),
    lambda head: head["columns"][1].update(type="|O8"),
    lambda head: head["columns"][1].update(type="nonsense"),
    lambda head: head["columns"][2].update(crs="EPSG:1"),
    lambda head: head["columns"][2].update(lengths=head["columns"][1]["at"]),
])
def test_a_table_that_does_not_hold_together_is_not_taken(spoil: Any) -> None:
    head, blocks = pack_frame(gpd.GeoDataFrame({"t": ["a", "b"], "n": [1.5, 2.5]}, geometry=[Point(1, 2), Point(3, 4)], crs="EPSG:4326"))
    spoil(head)
    with pytest.raises(StrangeAnswerError):
        unpack_frame(head, blocks)


def test_values_arrive_as_they_left_with_their_messages() -> None:
    line = ReportLine("note", plural("{n} row of {file}", "{n} rows of {file}", 2, file=name("a.csv")), None, ("x", say("line {n}", n=3)))
    back = from_plain(to_plain((line, {"a": [1, None]}, NOTHING)), (ReportLine,))
    assert back == (line, {"a": [1, None]}, NOTHING)
    assert back[0].text.key == line.text.key
    assert back[0].examples[1].key == "line {n}"


@pytest.mark.parametrize("found", [
    {"object": ["Path", {"x": 1}]}, {"object": ["ReportLine", {"kind": "note"}]}, {"tuple": 3}, {"what": []}, {"a": 1, "b": 2}, [1],
    {"map": [[{"tuple": []}, 1]]}, {"map": [1]}, {"object": []},
])
def test_values_of_no_known_kind_are_not_taken(found: Any) -> None:
    with pytest.raises(StrangeAnswerError):
        from_plain(found, (ReportLine,))


def test_values_nested_too_deeply_are_not_taken() -> None:
    deep: Any = 1
    for _ in range(200):
        deep = {"tuple": [deep]}
    with pytest.raises(StrangeAnswerError):
        from_plain(deep, ())
