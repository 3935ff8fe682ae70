"""One site in several spellings counts once, and a person is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecomap.io.importers import Imported, import_file
from tests.io.making import write_text

CRS = "EPSG:32616"
METRE = 1 / 111_000   # of latitude, in degrees


def services(folder: Path, *listed: tuple[str, str, float], more: str = "", **how: object) -> Imported:
    """Services by name, category and metres north of one place."""
    heading, cells = more.partition("=")[::2]
    lines = [f"name,category,latitude,longitude{',' + heading if heading else ''}"]
    for n, (called, kind, north) in enumerate(listed):
        cell = "," + cells.split("|")[n] if heading else ""
        lines.append(f'"{called}",{kind},{41.9 + north * METRE:.7f},-87.68{cell}')
    result = import_file(write_text(folder / "services.csv", "\n".join(lines) + "\n"), "service", target_crs=CRS, **how)  # type: ignore[arg-type]
    assert result.report.adds_up
    return result


def doubts(result: Imported) -> list[str]:
    return [doubt.code for doubt in result.doubts if doubt.code == "duplicates"]


@pytest.mark.parametrize("other", ["FOOD BANK A, Inc.", "Foodbank A", "food-bank A", "The Food Bank A"])
def test_the_same_words_at_one_place_are_one_row_and_told(other: str, tmp_path: Path) -> None:
    result = services(tmp_path, ("Food Bank A", "Food", 0), (other, "Food", 4), ("Clinic B", "Health", 900))
    assert result.frame["name"].tolist() == ["Food Bank A", "Clinic B"]
    assert result.report.count("merged") == 1
    assert doubts(result) == ["duplicates"]


@pytest.mark.parametrize(("north", "kept"), [(29, 1), (31, 2)])
def test_far_enough_apart_they_are_two(north: float, kept: int, tmp_path: Path) -> None:
    assert len(services(tmp_path, ("Food Bank A", "Food", 0), ("Foodbank A", "Food", north)).frame) == kept


def test_nearly_the_same_name_is_asked_and_counts_once(tmp_path: Path) -> None:
    listed = (("Westside Family Health Center", "Health", 0), ("Westside Familiy Health Centre", "Health", 10))
    result = services(tmp_path, *listed)
    first, second = result.frame["id"]
    assert result.frame["same_as"].tolist() == ["", first]
    (doubt,) = result.doubts
    assert (doubt.code, doubt.taken, len(doubt.evidence)) == ("duplicates", "once", 1)
    assert len(services(tmp_path, *listed, answers={"duplicates": "merge"}).frame) == 1
    kept = services(tmp_path, *listed, answers={"duplicates": "keep"})
    assert len(kept.frame) == 2
    assert "same_as" not in kept.frame
    assert second != first


@pytest.mark.parametrize(("one", "other"), [
    (("Food Bank A", "Food", 0), ("Food Bank B", "Food", 0)),            # a letter tells them apart
    (("Pantry 12", "Food", 0), ("Pantry 13", "Food", 0)),                # a number does
    (("Hope Center", "Food", 0), ("Hope Center", "Housing", 0)),         # another kind of work at the same place
    (("Youth Clinic", "Health", 0), ("Dental Van", "Health", 0)),
])
def test_what_differs_in_earnest_is_two_services(one: tuple[str, str, float], other: tuple[str, str, float], tmp_path: Path) -> None:
    result = services(tmp_path, one, other)
    assert len(result.frame) == 2
    assert not doubts(result)


def test_two_organisations_offering_the_same_are_two(tmp_path: Path) -> None:
    result = services(tmp_path, ("Food pantry", "Food", 0), ("Food Pantry", "Food", 3), more="organization=St Mary|Salvation Army")
    assert len(result.frame) == 2


def test_rows_without_a_name_are_never_merged_for_want_of_it(tmp_path: Path) -> None:
    text = "code,latitude,longitude\n1,41.9,-87.68\n2,41.9,-87.68\n3,41.9,-87.68\n"
    result = import_file(write_text(tmp_path / "points.csv", text), "service", target_crs=CRS)
    assert len(result.frame) == 3


def test_the_shared_list_has_three_sites_and_asks(shared_data: Path) -> None:
    result = import_file(shared_data / "awkward/48_dups.csv", "service", target_crs=CRS)
    assert result.frame["name"].tolist() == ["Food bank A", "Clinic B", "Pantry C"]
    assert (result.report.read, result.report.count("merged")) == (6, 3)
    assert doubts(result) == ["duplicates"]


def test_dots_saints_and_small_words_tell_no_two_sites_apart() -> None:
    from ecomap.io.importers.columns.repeats import _likeness, _spelled_out
    from ecomap.io.inventory.settling import key_text

    ours, theirs = (key_text("name", _spelled_out(text)) for text in ("Y.M.C.A. of Saint Paul", "YMCA St. Paul, Inc."))
    assert _likeness(ours, theirs) >= 90
    assert _likeness(key_text("name", "Clinic A"), key_text("name", "Clinic B")) == 0
