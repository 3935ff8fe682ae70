"""The demo's findings are borne out by the files it writes, read again with other programs' eyes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from ecomap.render.words.together import together
from ecomap.workspace import operations
from ecomap.workspace.demo import DemoReport, run_demo
from tests.published_numbers import page_data


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> DemoReport:
    return run_demo(tmp_path_factory.mktemp("demo"))


def _file(made: DemoReport, name: str) -> Path:
    path = Path(made.folder) / name
    assert str(path) in made.files
    assert path.stat().st_size > 0
    return path


def _shown(number: float, known_to: int) -> str:
    """A number as a sentence says it, rounded to what its margin and its range leave known; files hold it in full."""
    return f"{round(number / known_to) * known_to:,d}"


@pytest.mark.slow
def test_the_demo_writes_its_five_files_and_three_findings(made: DemoReport) -> None:
    names = [Path(file).name for file in made.files]
    assert names == ["los-angeles.ecomap.gpkg", "los-angeles.html", "priority.csv", "gaps.gpkg", "map.png"]
    assert all(Path(file).is_file() for file in made.files)
    assert len(made.findings) == 3
    assert all(re.search(r"\d", finding) and finding.endswith(".") for finding in made.findings)


@pytest.mark.slow
def test_the_need_finding_is_in_the_project_file(made: DemoReport) -> None:
    path = _file(made, "los-angeles.ecomap.gpkg")
    result = operations.open_project(path).latest_result("need-index")
    assert result is not None
    areas = result.main.frame
    highest = areas[areas["fifth"] == 5]
    assert _shown(highest["children"].sum(), 1000) in made.findings[0]
    assert areas.loc[areas["rank"] == 1, "name"].iloc[0] in made.findings[0]
    assert not [finding for finding in operations.check(path) if finding.level == "error"]


GAPS = "gaps_mental_health_service_"


@pytest.mark.slow
def test_the_gap_finding_is_in_the_gaps_file(made: DemoReport) -> None:
    path = _file(made, "gaps.gpkg")
    areas = gpd.read_file(path, layer=GAPS + "areas")
    out, children = areas["out_of_reach"].sum(), areas["children"].sum()
    assert _shown(out, 1000) in made.findings[1]
    assert f"({out / children:.0%})".replace("%", " %") in made.findings[1]
    assert (areas["covered"] + areas["out_of_reach"] - areas["children"]).abs().max() < 1e-6
    fifths = pyogrio.read_dataframe(path, layer=GAPS + "fifths").set_index("fifth")["share_out"]
    assert f"{fifths[5]:.0%} in the highest-need".replace("%", " %") in made.findings[1]
    assert f"{fifths[1]:.0%} in the lowest".replace("%", " %") in made.findings[1]


@pytest.mark.slow
def test_the_gaps_hold_everyone_out_of_reach_but_the_pieces_left_out(made: DemoReport) -> None:
    path = _file(made, "gaps.gpkg")
    drawn = gpd.read_file(path, layer=GAPS + "gaps")["children"].sum()
    out = gpd.read_file(path, layer=GAPS + "areas")["out_of_reach"].sum()
    assert 0.99 * out < drawn <= out + 1e-6


@pytest.mark.slow
def test_the_ranking_finding_is_in_the_ranking_file(made: DemoReport) -> None:
    table = pd.read_csv(_file(made, "priority.csv"), dtype=str, encoding="utf-8-sig")
    first = table.iloc[0]
    assert made.findings[2].startswith(first["name"] if "name" in table else first["Name"])
    reached = next(column for column in table if column in ("children_newly_reached", "Children newly in reach"))
    assert _shown(float(first[reached].replace(",", "")), 100) in made.findings[2]
    ids = table["id"] if "id" in table else table["Id"]
    assert ids.str.fullmatch(r"\d{14}").all()  # CDS codes with every digit
    score = pd.to_numeric(table["score"] if "score" in table else table["Need-weighted children (sets the rank)"])
    assert score.is_monotonic_decreasing


@pytest.mark.slow
def test_the_picture_and_the_page_are_what_their_names_say(made: DemoReport) -> None:
    assert _file(made, "map.png").read_bytes().startswith(b"\x89PNG")
    page = _file(made, "los-angeles.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert len(page) < 5_000_000
    said = json.dumps(page_data(page)["results"], ensure_ascii=False)
    for finding in made.findings[1:]:
        assert together(finding.split(";")[0].rstrip(".")) in said
