"""Shares from 0 to 1 or in per cent: one scale per column, decided with its sisters, asked where nothing decides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.io.importers import Imported, import_file
from ecomap.io.importers.columns.scales import Scale, named_as_share, scales_of
from ecomap.model.project import Project
from tests.io.making import TRACTS, squares, write_geojson, write_text


def scales(answers: dict[str, str] | None = None, **columns: list[Any]) -> dict[str, Scale]:
    return scales_of({name: pd.Series(cells) for name, cells in columns.items()}, answers=answers)


def kind(name: str, *cells: Any, **sisters: list[Any]) -> tuple[str, bool]:
    found = scales_of({one: pd.Series(figures) for one, figures in {name: list(cells), **sisters}.items()})[name]
    return found.kind, found.doubt is None


FEW = [0.11, 0.12, 0.18]


@pytest.mark.parametrize(("name", "cells", "expected"), [
    ("x_rate", [0.123] * 99 + [1.51], ("percent", True)),               # no share reaches so far
    ("x_rate", [0.123] * 99 + [1.5], ("share", False)),
    ("rate_x", [12.5, 3.0], ("percent", True)),
    ("pct_x", ["12%", "7%"], ("percent", True)),
    ("pct_x", [0.123, 0.4], ("share", True)),                           # three decimals were divided
    ("pct_x", [0.12, 0.4], ("share", False)),                           # two may be rare in per cent
    ("share_x", [0.12, 0.4], ("share", True)), ("x_rate", [0.12, 0.4], ("share", True)),
    ("pct_x", [n / 10 for n in range(1, 10)] + [0.1], ("percent", True)),  # ten figures of one decimal under a heading that says per cent
    ("pct_x", [n / 10 for n in range(1, 10)], ("percent", False)),      # nine of them
    ("x_rate", [0.123] * 95 + [1.1] * 5, ("percent", True)),            # one in twenty above one
    ("x_rate", [0.123] * 96 + [1.1] * 4, ("share", False)),
    ("x_rate", [0.5, 1.0005], ("share", True)),
])
def test_the_scale_of_one_column(name: str, cells: list[Any], expected: tuple[str, bool]) -> None:
    assert kind(name, *cells) == expected


def test_a_sister_above_one_decides_for_the_columns_named_alike() -> None:
    assert kind("pct_homeless", *FEW, pct_foster=[0.31, 2.3]) == ("percent", True)
    assert kind("homeless_pct", *FEW, foster_pct=["3 %", "2.5 %"]) == ("percent", True)
    assert kind("pct_homeless", *FEW, foster_rate=[0.31, 2.3]) == ("share", False)  # named in another way


def test_a_column_on_another_scale_than_its_sisters_is_asked() -> None:
    """Attendance of 93 in 100 beside suspensions in per cent: finer figures, or figures close to one, are not rare things."""
    assert kind("attendance_rate", 0.93, 0.95, 0.88, suspension_rate=[3.5, 14.2]) == ("share", False)
    assert kind("homeless_rate", 0.15, 0.95, 0.2, suspension_rate=[3.5, 14.2]) == ("percent", False)
    assert kind("homeless_rate", 0.15, 0.95, 0.2, suspension_rate=[3.5, 4.2]) == ("percent", True)  # both are rare


def test_sisters_that_nothing_decides_make_one_question() -> None:
    found = scales(pct_a=FEW, pct_b=[0.21, 0.9], n_rate=[0.12, 0.3])
    doubts = [scale.doubt for scale in found.values() if scale.doubt]
    assert [doubt.code for doubt in doubts] == ["scale:pct_a"]
    assert doubts[0].taken == "share"
    assert any("pct_a and pct_b" in line for line in doubts[0].evidence)
    assert [option.value for option in doubts[0].options] == ["percent", "share", "number"]
    answered = scales({"scale:pct_a": "percent"}, pct_a=FEW, pct_b=[0.21, 0.9])
    assert answered["pct_a"].divide == 100


def test_columns_called_shares() -> None:
    assert [name for name in ("pct_x", "x (%)", "Poverty Rate", "taux_x", "tasa_x", "rated", "enrolment", "depart") if named_as_share(name)] == [
        "pct_x", "x (%)", "Poverty Rate", "taux_x", "tasa_x"]


@settings(deadline=None)
@given(st.permutations([0.11, 0.12, 0.7, 1.2, 2.4, 0.05]), st.permutations(["pct_a", "pct_b", "pct_c"]))
def test_the_order_of_rows_and_columns_changes_no_scale(cells: list[float], names: list[str]) -> None:
    columns = {"pct_a": cells, "pct_b": [value / 3 for value in cells], "pct_c": [value / 10 for value in cells]}
    found = scales_of({name: pd.Series(columns[name]).round(2) for name in names})
    assert {name: scale.kind for name, scale in found.items()} == dict.fromkeys(names, "percent")


# --- through the door ------------------------------------------------------------------------------------------------


def areas(tmp_path: Path) -> Project:
    base = import_file(write_geojson(tmp_path / "tracts.geojson", squares(GEOID=list(TRACTS))), "need_area", target_crs="EPSG:3310")
    return Project().with_layer(base.layer, base.frame)


def need(tmp_path: Path, text: str, **how: Any) -> Imported:
    return import_file(write_text(tmp_path / "need.csv", text), "need_area", target_crs="EPSG:3310", project=areas(tmp_path), **how)


def rows(heading: str, *cells: str) -> str:
    return f"GEOID,{heading}\n" + "".join(f"{code},{cell}\n" for code, cell in zip(TRACTS, cells, strict=True))


def test_rare_things_in_per_cent_are_not_a_hundred_times_as_many(tmp_path: Path) -> None:
    found = need(tmp_path, rows("pct_homeless,pct_foster", "0.1,0.3", "0.15,2.2", "0.9,0.4", "0.2,0.1"))
    assert found.frame["pct_homeless"].tolist() == [0.001, 0.0015, 0.009, 0.002]
    assert not found.doubts
    assert any(line.text == "Columns with small figures that were read as per cent." for line in found.report.lines)


def test_an_open_scale_is_asked_and_the_answer_used(tmp_path: Path) -> None:
    text = rows("pct_homeless", "0.11", "0.15", "0.90", "0.20")
    found = need(tmp_path, text)
    assert [doubt.code for doubt in found.doubts] == ["scale:pct_homeless"]
    assert found.frame["pct_homeless"].iloc[2] == 0.9
    assert need(tmp_path, text, answers={"scale:pct_homeless": "percent"}).frame["pct_homeless"].iloc[2] == 0.009
    kept = need(tmp_path, text, answers={"scale:pct_homeless": "number"})
    assert kept.frame["pct_homeless"].iloc[2] == 0.9
    assert not kept.layer.indicators


def test_the_file_of_small_percentages(tmp_path: Path, shared_data: Path) -> None:
    table = pd.read_csv(shared_data / "awkward" / "22_smallpct.csv", dtype=str)
    found = scales_of({name: table[name] for name in ("pct_homeless", "pct_foster")})
    assert [scale.divide for scale in found.values()] == [100, 100]
    assert not any(scale.doubt for scale in found.values())
