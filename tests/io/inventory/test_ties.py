"""The table of ties: what partners write into it, what of it stays, and that it comes home as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ecomap.io.inventory.tying import settled_ties
from ecomap.model import vocabulary as v
from ecomap.model.inventory import table_spec
from ecomap.model.terms import shipped_terms
from ecomap.workspace.inventory import export_template, import_inventory
from ecomap.workspace.inventory_tables import inventory_rows
from tests.small_project import small_project

HEADINGS = "From,To,Kind of tie,School,Since,Until,Trust,How well it works,Stated by,Detail"


def written(folder: Path, *rows: str) -> Path:
    path = folder / "ties.csv"
    path.write_text("\n".join([HEADINGS, *rows]) + "\n", encoding="utf-8")
    return path


def brought_in(folder: Path, *rows: str) -> tuple[Any, Any]:
    project, report = import_inventory(small_project(), written(folder, *rows))
    return inventory_rows(project, v.TIE), report


def lines(report: Any) -> list[str]:
    return [f"{line.text} {line.count}" for line in getattr(report, "lines", ())]


def test_the_words_of_a_partner_become_kinds_and_dates(tmp_path: Path) -> None:
    rows, _ = brought_in(tmp_path, "Helpers,Clinic,refers,,2022-23,,4,3,Helpers,", "Fund,Helpers,joint grant,,2020-01-15,2026-06,,,,")
    found = rows.set_index("from_organisation")
    assert found.loc["Helpers", ["kind", "start", "trust", "quality", "stated_by"]].tolist() == ["referral", "2022-23", "4", "3", "Helpers"]
    assert found.loc["Fund", ["kind", "start", "end", "trust"]].tolist() == ["shared_grant", "2020-01-15", "2026-06", ""]


@pytest.mark.parametrize(("trust", "kept"), [("5", "5"), ("1", "1"), ("4.0", "4"), ("4.5", ""), ("6", ""), ("0", ""), ("much", "")])
def test_trust_is_one_to_five_or_nothing(tmp_path: Path, trust: str, kept: str) -> None:
    rows, _ = brought_in(tmp_path, f"A,B,referral,,,,{trust},,A,")
    assert rows["trust"].tolist() == [kept]


def test_a_row_without_one_of_the_two_or_of_one_with_itself_is_dropped(tmp_path: Path) -> None:
    rows, _ = brought_in(tmp_path, "A,,referral,,,,,,,", "A,a,referral,,,,,,,", "A,B,referral,,,,,,,")
    assert rows["to_organisation"].tolist() == ["B"]


def test_trust_that_nobody_says_and_dates_the_wrong_way_round_are_emptied_and_told() -> None:
    spec = table_spec(v.TIE)
    texts = {name: ["", ""] for name in spec.names}
    texts |= {v.FROM_ORGANISATION: ["A", "A"], v.TO_ORGANISATION: ["B", "B"], v.TRUST: ["4", "4"], v.STATED_BY: ["", "A"],
              v.START: ["2024", "2020"], v.END: ["2020", "2024"]}
    keep, found, told = settled_ties(texts)
    assert keep == [0, 1]
    assert found[v.TRUST] == ["", "4"]
    assert (found[v.START], found[v.END]) == (["", "2020"], ["", "2024"])
    assert [line.count for line in told] == [1, 1]


def test_a_kind_that_no_list_knows_is_kept_and_told(tmp_path: Path) -> None:
    rows, _ = brought_in(tmp_path, "A,B,friendship,,,,,,,")
    assert rows["kind"].tolist() == ["friendship"]
    assert shipped_terms().code("tie_kind", "friendship") == ""


def test_the_template_carries_them_out_and_home_again(tmp_path: Path) -> None:
    project, _ = import_inventory(small_project(), written(tmp_path, "A,B,referral,,2022,,4,,A,meets weekly"))
    export_template(project, tmp_path / "template.xlsx")
    again, _ = import_inventory(project, tmp_path / "template.xlsx")
    assert inventory_rows(again, v.TIE).equals(inventory_rows(project, v.TIE))
    fresh, _ = import_inventory(small_project(), tmp_path / "template.xlsx")
    assert inventory_rows(fresh, v.TIE)[["from_organisation", "trust", "detail"]].values.tolist() == [["A", "4", "meets weekly"]]
