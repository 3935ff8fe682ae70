"""The commands of scenarios: made, listed, changed, compared and reported, with one sentence for what cannot be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ecomap.cli import main
from ecomap.workspace import operations
from tests.small_project import small_project

MIDDLE = "01964733000002"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    path = tmp_path / "town.ecomap.gpkg"
    operations.save_project(small_project(), path)
    return path


def _run(capsys: pytest.CaptureFixture[str], *given: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main([str(one) for one in given])
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


def _json(capsys: pytest.CaptureFixture[str], *given: object) -> Any:
    code, out, err = _run(capsys, *given, "--json")
    assert code == 0, err
    return json.loads(out)


def _where(project: Path, column: int, row: int) -> str:
    from pyproj import Transformer

    from tests.small_project import CRS, centre

    x, y = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(centre(column, row).x, centre(column, row).y)
    return f"{y:.6f},{x:.6f}"


def test_a_scenario_is_made_listed_changed_and_removed(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = _json(capsys, "scenario", town, "Two steps", "--open", "service:Mental Health", _where(town, 2, 2), "--label", "North", "--close", "middle school", "--year", 2028)
    (one,) = made["scenarios"]
    assert [change["kind"] for change in one["changes"]] == ["close", "open"]
    assert one["words"][0] == "Middle School closes. From 2028 on."
    more = _json(capsys, "scenario", town, "two-steps", "--merge", "West School", "East School", "--capacity", "s1", "40", "--move", "s1", _where(town, 0, 2))
    assert [change["kind"] for change in more["scenarios"][0]["changes"]] == ["close", "open", "merge", "move", "capacity"]
    dropped = _json(capsys, "scenario", town, "two-steps", "--drop", 1, "--rename", "One step less")
    assert [change["kind"] for change in dropped["scenarios"][0]["changes"]] == ["open", "merge", "move", "capacity"]
    assert dropped["scenarios"][0]["name"] == "One step less"
    code, out, _ = _run(capsys, "scenario", town)
    assert code == 0
    assert "One step less: 4 changes" in out
    assert "scenario One step less" in _run(capsys, "list", town)[1]
    assert _json(capsys, "list", town)["scenarios"][0]["id"] == "two-steps"
    assert _json(capsys, "scenario", town, "two-steps", "--remove") == {"scenarios": []}
    assert "No scenarios yet" in _run(capsys, "scenario", town)[1]


def test_two_sides_are_compared_and_written(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run(capsys, "scenario", town, "North", "--open", "service:Mental Health", _where(town, 2, 2))
    asked = ("--set", "radius=450m", "--set", "detour=1")
    there = _json(capsys, "compare", town, "today", "North", *asked, "--out", tmp_path / "north.xlsx")
    back = _json(capsys, "compare", town, "north", "", *asked)
    figures = [{one["name"]: one["value"] for one in found["figures"]} for found in (there, back)]
    assert figures[0]["gaining"] == pytest.approx(63.6, abs=0.1)
    assert figures[0]["net"] == -figures[1]["net"]
    assert figures[0]["gaining"] == figures[1]["losing"]
    assert set(there["tables"]) == {"fifths", "areas", "groups"}
    assert (tmp_path / "north.xlsx").exists()
    assert operations.open_project(town).releases[0].file == "north.xlsx"
    code, out, _ = _run(capsys, "compare", town, "today", "North", *asked)
    assert code == 0
    assert "64 children gain" in out
    assert "Highest need" in out


def test_closing_is_reported(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run(capsys, "scenario", town, "Close", "--close", MIDDLE)
    code, out, _ = _run(capsys, "scenario", town, "Close", "--report")
    assert code == 0
    assert "Middle School would close. For 300 ± 17 children the way to the nearest elementary school" in out
    assert "No rule of assignment is known" in out


@pytest.mark.parametrize(("given", "code", "words"), [
    (("scenario", "--close", "Nowhere School"), 2, "Say of which scenario"),
    (("scenario", "A", "--close", "Nowhere School"), 1, "no school, approach site or service called 'Nowhere School'"),
    (("scenario", "A", "--open", "service:Food", "95,10"), 1, "latitude comes first"),
    (("scenario", "A", "--open", "service:Food", "51.5,-0.1"), 1, "far from everything"),
    (("scenario", "A", "--open", "food", "35.4,-118.3"), 1, "not something that can be in reach"),
    (("scenario", "A", "--move", "s1", "West School"), 1, "is no place"),
    (("scenario", "A", "--capacity", "s1", "many"), 1, "is no number"),
    (("scenario", "A", "--capacity", "s1", "-1"), 1, "How many"),
    (("scenario", "A", "--merge", "West School", "West School"), 1, "pupils go to"),
    (("scenario", "A", "--remove"), 1, "no scenario called 'A'"),
    (("scenario", "A", "--report"), 1, "no scenario called 'A'"),
    (("scenario", "A", "--from-plan", "nobody"), 1, "no result called 'nobody'"),
    (("compare", "today", "A"), 1, "no scenario called 'A'"),
    (("compare", "today", "today", "--question", "need-index"), 1, "cannot be compared"),
    (("compare", "today", "today", "--set", "radius"), 2, "is not NAME=VALUE"),
    (("compare", "today", "today", "--set", "colour=red"), 1, "no parameter called 'colour'"),
    (("compare", "today", "today", "--out", "a.pdf"), 2, "must end with one of"),
])
def test_what_cannot_be_is_one_sentence(town: Path, capsys: pytest.CaptureFixture[str], given: tuple[str, ...], code: int, words: str) -> None:
    before = town.read_bytes()
    found, out, err = _run(capsys, given[0], town, *given[1:])
    assert (found, out) == (code, "")
    assert words in err
    assert town.read_bytes() == before


def test_words_of_no_change_are_refused_and_not_passed_over(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _json(capsys, "scenario", town, "One", "--close", "middle school")
    for words in (("--note", "Ask the board"), ("--year", 2030), ("--places", 30)):
        code, _, err = _run(capsys, "scenario", town, "One", *words)
        assert code == 2
        assert "need a change that they belong to" in err
