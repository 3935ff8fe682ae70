"""Open, closed, merged, planned: in whatever words, codes, flags or dates a file says it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from ecomap.io.importers import Imported, import_file
from ecomap.model.states import state_of, state_of_code
from tests.io.making import write_text

CRS = "EPSG:32616"
FUTURE = f"{dt.date.today().year + 3}-08-01"


@pytest.mark.parametrize(("text", "state", "kind"), [
    ("Active", "active", "open"), ("Open", "active", "open"), ("OPEN", "active", "open"), ("Operational", "active", "open"),
    ("Open, but proposed to close", "active", "open"), ("Reopened", "active", "open"), ("New", "active", "open"), ("Abierta", "active", "open"),
    ("En funcionamiento", "active", "open"), ("Ouverte", "active", "open"), ("certified", "active", "open"), ("gold", "active", "open"),
    ("Closed", "ended", "closed"), ("Permanently closed", "ended", "closed"), ("CLOSED - 2019", "ended", "closed"), ("cerrada", "ended", "closed"),
    ("Clausurado", "ended", "closed"), ("fermée", "ended", "closed"), ("Defunct", "ended", "closed"), ("former", "ended", "closed"),
    ("disused", "ended", "closed"), ("Discontinued", "ended", "closed"), ("Not operational", "ended", "closed"), ("ended", "ended", "closed"),
    ("Merged", "ended", "merged"), ("Merged with Adams", "ended", "merged"), ("Consolidated", "ended", "merged"), ("fusionada", "ended", "merged"),
    ("Amalgamated", "ended", "merged"),
    ("Pending", "planned", "planned"), ("Future", "planned", "planned"), ("Proposed to open", "planned", "planned"), ("planned", "planned", "planned"),
    ("Under construction", "planned", "planned"), ("Not yet open", "planned", "planned"), ("Opening soon", "planned", "planned"),
    ("Pendiente", "planned", "planned"), ("temporarily closed", "paused", "temporarily closed"), ("Inactive", "paused", "temporarily closed"),
    ("Cerrado temporalmente", "paused", "temporarily closed"), ("suspended", "paused", "temporarily closed"), ("sustaining", "sustained", "open"),
    ("N/A", "unknown", "unknown"), ("No Data", "unknown", "unknown"),
])
def test_a_word_means_what_a_planner_means(text: str, state: str, kind: str) -> None:
    found = state_of(text)
    assert found is not None
    assert (found.state, found.kind) == (state, kind)


@pytest.mark.parametrize("text", ["zebra", "PUBLIC", "PRIVATE", "Elementary", "ELEM", "1", "12 Main St", ""])
def test_a_word_of_something_else_is_no_status(text: str) -> None:
    assert state_of(text) is None


def test_numbers_are_codes_only_in_a_column_that_has_them() -> None:
    codes = [state_of_code(column, code) for column, code in (("SY_STATUS", "1"), ("UPDATED_STATUS", "2"), ("sy_status", "6"), ("SY_STATUS", "7"),
                                                              ("EstablishmentStatus (code)", "2"), ("grade", "2"))]
    assert [code.state if code else None for code in codes] == ["active", "ended", "paused", "planned", "ended", None]


def imported(folder: Path, text: str, role: str = "school", **how: object) -> Imported:
    return import_file(write_text(folder / "list.csv", text), role, target_crs=CRS, **how)  # type: ignore[arg-type]


def rows(*cells: str) -> str:
    """A list of schools, one per row of cells behind the name, level and place."""
    first, *rest = cells
    lines = [f"school_name,level,latitude,longitude,{first}"]
    return "\n".join([*lines, *(f"School {n},Elementary,40.0{n},-90.0{n},{cell}" for n, cell in enumerate(rest))]) + "\n"


def told(result: Imported, word: str) -> list[str]:
    return [str(line.text) for line in result.report.lines if word in str(line.text)]


@pytest.mark.parametrize(("heading", "cells", "states"), [
    ("SchoolStatus", ("Open", "Closed", "Merged"), ["active", "ended", "ended"]),
    ("operational_status", ("operating", "permanently closed", "temporarily closed"), ["active", "ended", "paused"]),
    ("open_closed", ("Open", "Closed", "Open"), ["active", "ended", "active"]),
    ("SY_STATUS", ("1", "2", "7"), ["active", "ended", "planned"]),
    ("IsActive", ("Y", "N", "Y"), ["active", "ended", "active"]),
    ("active", ("1", "0", "1"), ["active", "ended", "active"]),
    ("is_closed", ("false", "true", "false"), ["", "ended", ""]),
    ("disused:amenity", ("", "school", ""), ["", "ended", ""]),
    ("Estado", ("abierta", "cerrada", "abierta"), ["active", "ended", "active"]),
])
def test_the_state_is_found_under_many_headings(heading: str, cells: tuple[str, ...], states: list[str], tmp_path: Path) -> None:
    result = imported(tmp_path, rows(heading, *cells))
    assert result.frame["status"].tolist() == states
    assert result.report.adds_up


def test_what_is_not_open_is_counted_by_what_it_is_and_kept(tmp_path: Path) -> None:
    text = rows("StatusType,OpenDate,ClosedDate", "Active,1990-08-01,No Data", "Closed,1990-08-01,2019-06-30", "Merged,1990,2021-06-30",
                f"Future,{FUTURE},", "Active,2001-08-01,2020-06-30")
    result = imported(tmp_path, text)
    assert len(result.frame) == 5
    assert told(result, "Not open") == [f"Not open, kept in the table and counted nowhere as open: 2 closed, 1 merged, 1 opens on {FUTURE}."]
    assert told(result, "closing day has passed")
    assert result.frame["status_text"].tolist() == ["Active", "Closed", "Merged", "Future", "Active"]


def test_a_day_that_has_passed_does_not_open_what_is_still_called_pending(tmp_path: Path) -> None:
    result = imported(tmp_path, rows("StatusType,OpenDate", "Active,1990-08-01", "Pending,1990-08-01"))
    assert result.frame["start"].tolist() == ["1990-08-01", ""]
    assert told(result, "Still called planned")


def test_a_school_that_closed_and_opened_again_is_open(tmp_path: Path) -> None:
    result = imported(tmp_path, rows("status,open_date,closed_date", "Open,2015-08-01,2010-06-30", "Open,2001-08-01,"))
    assert result.frame["end"].tolist() == ["", ""]


def test_a_word_that_no_list_knows_is_asked_once_and_counts_as_open(tmp_path: Path) -> None:
    text = rows("status", "Open", "Zeta", "Closed", "Zeta", "Omega")
    result = imported(tmp_path, text)
    (doubt,) = [doubt for doubt in result.doubts if doubt.code.startswith("status:")]
    assert (doubt.code, doubt.taken, doubt.rows) == ("status:*", "open", ("Zeta", "Omega"))
    assert result.frame["status"].tolist() == ["active", "", "ended", "", ""]
    answered = imported(tmp_path, text, answers={"status:Zeta": "closed", "status:Omega": "planned"})
    assert answered.frame["status"].tolist() == ["active", "ended", "ended", "ended", "planned"]


def test_a_status_column_that_holds_levels_is_none(tmp_path: Path) -> None:
    text = "school_name,Status,latitude,longitude\nAdams,ELEM,40.0,-90.0\nBaker,MS,40.1,-90.1\nClark,HS,40.2,-90.2\n"
    result = imported(tmp_path, text)
    assert result.frame["levels"].tolist() == ["elementary", "middle", "high"]
    assert "status" not in result.frame


@pytest.mark.parametrize("role", ["service", "site"])
def test_services_and_sites_have_a_state_too(role: str, tmp_path: Path) -> None:
    text = ("name,category,approach,status,closing_date,latitude,longitude\nA,Food,Community schools,active,,40.0,-90.0\n"
            "B,Food,Community schools,closed,2020-01-31,40.1,-90.1\n")
    result = imported(tmp_path, text, role)
    assert result.frame.set_index("name")["status"].to_dict() == {"A": "active", "B": "ended"}
    assert result.frame.set_index("name")["end"].to_dict() == {"A": "", "B": "2020-01-31"}


def test_the_shared_directory_has_three_open_schools(shared_data: Path) -> None:
    result = import_file(shared_data / "awkward/37d_cde_directory.txt", "school", target_crs=CRS)
    assert pd.Series(result.frame["status"]).value_counts().to_dict() == {"active": 3, "ended": 2, "planned": 1}
    assert told(result, "Not open") == ["Not open, kept in the table and counted nowhere as open: 1 closed, 1 merged, 1 not open yet."]
