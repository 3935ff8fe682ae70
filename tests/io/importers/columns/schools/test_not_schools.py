"""Colleges and schools for adults in a list of schools: asked with the evidence where nothing tells their level, dropped only when told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ecomap.io.importers import import_file
from ecomap.io.importers.columns.schools.not_schools import CODE, LEAVE_OUT, kind_of
from tests.io.importers.test_registry import ALBERS, imported, lines

ROWS = (("1", "Adams Elementary School", "K", "5", "Public"), ("2", "Lincoln Academy", "", "", "Public"), ("3", "Valley Community College", "", "", "Postsecondary"),
        ("4", "Evans Community Adult School", "", "", "Public"), ("5", "Sunshine Preschool", "", "", "Private"), ("6", "University High School", "9", "12", "Public"),
        ("7", "Northside Institute", "", "", "College or university"))


def listed(folder: Path, rows: Any = ROWS) -> Path:
    path = folder / "county.csv"
    cells = [f"{code},{called},{low},{high},{kind},34.0{code},-118.2{code}" for code, called, low, high, kind in rows]
    path.write_text("\n".join(["school_code,school_name,low_grade,high_grade,school_type,latitude,longitude", *cells]) + "\n", "utf-8")
    return path


@pytest.mark.parametrize(("text", "kind"), [
    ("UNIVERSITY OF SOUTHERN CALIFORNIA", "college"), ("West Los Angeles College", "college"), ("Universidad Autónoma", "college"), ("ABC Adult School", "adult"),
    ("Metropolitan Skills Center", ""), ("Head Start - Vermont", ""), ("Guardería Luz", ""), ("City College Child Care Center", ""), ("Early Learning Center", ""),
    ("Adams Elementary", ""), ("Animo Venice Charter", ""), ("University Prep Value High", ""), ("College Ready Academy", ""), ("Collegiate Charter", ""),
    ("College Street School", ""), ("Polytechnic STM Magnet", ""), ("University MAST Magnet", ""), ("Pepperdine University", "college"), ("Cal State University Northridge", "college"),
    ("Colleges and Universities", "college"), ("Washington Academy", ""), ("", ""),
])
def test_words(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def test_they_are_asked_about_with_the_evidence_and_kept(tmp_path: Path) -> None:
    result = imported(listed(tmp_path), "school")
    assert len(result.frame) == len(ROWS)
    (doubt,) = (doubt for doubt in result.doubts if doubt.code == CODE)
    assert doubt.text == "3 rows say no level and look like no schools of a district. Leave them out?"
    assert not doubt.needed
    assert doubt.taken == "keep"
    assert set(doubt.rows) == {"Valley Community College", "Evans Community Adult School", "Northside Institute"}
    said = "\n".join(doubt.evidence)
    assert "2 look like colleges or universities: Valley Community College · Northside Institute" in said
    assert "1 looks like a school for adults: Evans Community Adult School" in said
    assert "Preschool" not in said
    assert [count for count, text in lines(result, "caution") if "look like colleges" in text] == [3]


def test_they_go_when_told_and_the_report_says_which(tmp_path: Path) -> None:
    result = import_file(listed(tmp_path), "school", target_crs=ALBERS, answers={CODE: LEAVE_OUT})
    assert set(result.frame["name"]) == {"Adams Elementary School", "Lincoln Academy", "Sunshine Preschool", "University High School"}
    assert result.report.adds_up
    assert [count for count, text in lines(result, "dropped") if "look like colleges" in text] == [3]


def test_what_says_a_level_is_not_asked_about(tmp_path: Path) -> None:
    given = [("1", "Valley College", "9", "12", "Public"), ("2", "Sunshine Preschool and Primary School", "K", "5", "Private"), ("3", "Adams School", "K", "8", "Public")]
    result = imported(listed(tmp_path, given), "school")
    assert not [doubt for doubt in result.doubts if doubt.code == CODE]


def test_a_list_of_nothing_else_is_what_it_is(tmp_path: Path) -> None:
    given = [("1", "Valley College", "", "", "Public"), ("2", "Mountain College", "", "", "Public")]
    assert not [doubt for doubt in imported(listed(tmp_path, given), "school").doubts if doubt.code == CODE]
