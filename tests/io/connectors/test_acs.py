"""The American Community Survey: whole tables with margins and reasons, or one sentence."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from ecomap.io.connectors.acs import AcsParams, asks, fetch
from ecomap.io.connectors.survey import cell_of, wanted_of
from ecomap.io.web import Web
from ecomap.io.web.keys import use_key
from ecomap.io.web.manners import Manners
from ecomap.model.errors import EcoMapError, NetworkError, ParameterError
from ecomap.model.params import build_params
from ecomap.model.progress import silent
from tests.io.connectors.stand_ins import TRACTS, Census, estimate
from tests.local_web import FAULTS, LocalWeb


def rows_of(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["GEOID"]: row for row in csv.DictReader(file)}


def landed(census: Census, web: Web, folder: Path, **given: Any) -> Any:
    params = build_params(AcsParams, {"state": "CA", "county": "Fresno", "year": 2023, "service": census.address, **given})
    (found,) = fetch(params, web, folder, progress=silent())
    return found


def test_a_set_of_measures_for_the_tracts_of_a_county(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    found = landed(Census(local_web), web, tmp_path)
    rows = rows_of(found.path)
    assert tuple(rows) == TRACTS
    first = rows[TRACTS[0]]
    assert (first["B17001_002E"], first["B17001_002M"]) == (estimate("B17001_002E", 0), estimate("B17001_002M", 0))
    assert {name[:6] for name in first if name != "GEOID"} == {one.table for one in wanted_of("need", "tract", ())}
    assert (found.role, found.vintage, dict(found.hints.constants), found.label) == (
        "need_area", "2019-23", {"census": "2020"}, "American Community Survey 2019-23, Fresno County, California")
    assert all(len(request.query["get"].split(",")) <= 50 for request in local_web.asked)
    assert len(local_web.asked) == 6  # seventy lines of four columns each, twelve lines a question


def test_what_is_no_number_is_a_reason(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    rows = rows_of(landed(Census(local_web), web, tmp_path).path)
    assert (rows[TRACTS[3]]["B19013_001E"], rows[TRACTS[3]]["B19013_001M"]) == ("unreliable", "unreliable")
    assert rows[TRACTS[0]]["B01003_001M"] == "0"


@pytest.mark.parametrize(("value", "sign", "margin", "cell"), [
    ("-666666666", None, False, "unreliable"), ("-666666666.0", "-", False, "unreliable"), ("-999999999", "N", False, "*"), ("-888888888", "(X)", True, "not applicable"),
    ("-222222222", "**", True, "unreliable"), ("-333333333", "***", True, "not applicable"), ("-555555555", "*****", True, "0"), (None, "*****", True, "0"),
    ("2499", "2,500-", False, "2,500-"), ("0", None, False, "0"), ("12.5", "", True, "12.5"), (None, "N", False, "*"), (-666666666, None, True, "unreliable")])
def test_every_sign_of_the_survey(value: object, sign: object, margin: bool, cell: str) -> None:
    assert cell_of(value, sign, margin=margin) == cell


def test_block_groups_have_their_own_tables_and_say_what_is_not_published(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    found = landed(Census(local_web), web, tmp_path, areas="block_group", tables="B17001_002")
    rows = rows_of(found.path)
    assert len(rows) == 2 * len(TRACTS)
    assert all(len(code) == 12 for code in rows)
    assert {name.partition("_")[0] for name in rows[TRACTS[0] + "1"]} >= {"C17002", "B01001", "C16002"}
    assert "B17001_002E" not in rows[TRACTS[0] + "1"]
    assert found.notes == ("Not published for block groups in 2023: B17001.",)


def test_a_whole_table_and_a_single_line_by_name(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    found = landed(Census(local_web), web, tmp_path, measures="none", tables="B25077,b19013_001e")
    assert set(rows_of(found.path)[TRACTS[0]]) >= {"B25077_001E", "B25077_001M", "B25077_002E", "B19013_001E", "B19013_001M"}
    assert "group(B25077)" in {request.query["get"] for request in local_web.asked}
    with pytest.raises(ParameterError, match="'income' is no table of the survey"):
        landed(Census(local_web), web, tmp_path, tables="income")


def test_the_newest_year_is_asked_for(local_web: LocalWeb, tmp_path: Path) -> None:
    folder = tmp_path / "web"
    with Web(folder, allowed=True, manners=Manners(folder / "hosts.json", pause=lambda host: 0.0), now=lambda: dt.datetime(2026, 3, 1, tzinfo=dt.UTC)) as web:
        found = landed(Census(local_web), web, tmp_path, year=0)
    assert found.vintage == "2019-23"
    assert [request.path for request in local_web.asked][:3] == ["/data/2025/acs/acs5.json", "/data/2024/acs/acs5.json", "/data/2023/acs/acs5.json"]


def test_a_fault_is_not_taken_for_a_year_that_is_not_there(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.fail(FAULTS["403"], path="acs5.json")
    with pytest.raises(NetworkError, match="refuses to answer"):
        landed(Census(local_web), web, tmp_path, year=0)


@pytest.mark.parametrize(("year", "census"), [(2019, "2010"), (2022, "2020")])
def test_the_year_decides_which_tracts(local_web: LocalWeb, web: Web, tmp_path: Path, year: int, census: str) -> None:
    assert dict(landed(Census(local_web), web, tmp_path, year=year).hints.constants) == {"census": census}


def test_a_year_without_a_table_or_without_signs_says_so(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    found = landed(Census(local_web, lacking=("B28002",), signs=False), web, tmp_path)
    row = rows_of(found.path)[TRACTS[3]]
    assert "B28002_013E" not in row
    assert row["B19013_001E"] == "unreliable"
    assert [str(note) for note in found.notes] == [
        "The survey of this year gives no signs beside its numbers; what stands for no number is told by the numbers themselves.",
        "The survey of this year has no B28002."]


def test_a_key_is_asked_for_and_never_written_down(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    census = Census(local_web, key="sesame")
    with pytest.raises(NetworkError, match=r"wants a key.*key_signup") as refused:
        landed(census, web, tmp_path)
    assert refused.value.details["kind"] == "key"
    try:
        use_key("census", "sesame")
        found = landed(census, web, tmp_path / "out")
    finally:
        use_key("census", "")
    assert "sesame" not in f"{found} {found.path.read_text()}"
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"sesame" in path.read_bytes()]


def test_before_anything_is_asked_it_is_said_what_of_whom(local_web: LocalWeb) -> None:
    params = AcsParams("CA", ("Fresno", "Madera"), service=local_web.url("/data"))
    told = asks(params)
    assert told[0].why == "which year of the survey is the newest"
    assert told[1].why.startswith("the tracts of Fresno County and Madera County, California in the American Community Survey, tables B01003, B09001, ")
    assert [ask.key for ask in told] == ["census", "census"]
    assert local_web.asked == []


@pytest.mark.parametrize("fault", ["HTML instead of JSON", "HTML that calls itself JSON", "half a document of JSON", "a reset after half the body",
                                   "429 for hours", "503 without a word", "2 GB, declared", "2 GB, undeclared", "an error inside a 200", "nothing", "403", "404"])
def test_a_fault_in_the_middle_leaves_nothing_and_one_sentence(local_web: LocalWeb, web: Web, tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecomap.io.web.web.TRIES", 1)
    local_web.fail(FAULTS[fault], path="B25070_001E")
    with pytest.raises(EcoMapError) as problem:
        landed(Census(local_web), web, tmp_path / "out")
    assert problem.value.message
    assert "Traceback" not in str(problem.value)
    assert not list((tmp_path / "out").glob("*"))


@pytest.mark.parametrize("fault", ["a reset after half the body", "429 with Retry-After", "503 without a word"])
def test_a_fault_that_passes_is_waited_out_and_nothing_is_asked_twice(local_web: LocalWeb, web: Web, tmp_path: Path, fault: str) -> None:
    local_web.fail(FAULTS[fault], path="B25070_001E", times=1)
    found = landed(Census(local_web), web, tmp_path)
    assert tuple(rows_of(found.path)) == TRACTS
    assert len(local_web.asked) == 7
    again = landed(Census(local_web), web, tmp_path)
    assert (len(local_web.asked), again.unchanged) == (7, True)


def test_answers_that_do_not_fit_together_are_no_layer(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    census = Census(local_web)
    whole = census.answer
    local_web.route("/data/2023/acs/acs5", lambda request: whole(request) if "B19013_001E" in request.query["get"]
                    else [row for row in json.loads(whole(request).body) if row[-1] != TRACTS[5][5:]])
    with pytest.raises(NetworkError, match="do not fit together"):
        landed(census, web, tmp_path)


@pytest.mark.parametrize("answer", [[], {}, [["a"]], [["B01003_001E", "state", "county", "tract"], ["1", "6", "19", "100"]], [["B01003_001E", "state"], ["1"]],
                                    [["B01003_001E", "state", "county", "tract"], [{"a": 1}, "06", "019", "000100"]]])
def test_an_answer_of_another_shape_is_refused(local_web: LocalWeb, web: Web, tmp_path: Path, answer: Any) -> None:
    census = Census(local_web)
    local_web.route("/data/2023/acs/acs5", answer)
    with pytest.raises(NetworkError):
        landed(census, web, tmp_path)


def test_a_county_without_rows_is_told_by_name(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="nothing for Madera County"):
        landed(Census(local_web), web, tmp_path, county="Fresno,Madera")
