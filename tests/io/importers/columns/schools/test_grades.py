"""Grades and levels: every spelling a file may have means what a planner means by it."""

from __future__ import annotations

import pytest

from ecomap.io.importers.columns.schools.grades import (
    AGE,
    GRADE,
    YEAR,
    are_grades,
    are_levels,
    grades_in,
    levels_in_name,
    levels_in_words,
    levels_of,
    levels_of_grades,
    unit_of,
)

E, M, H = "elementary", "middle", "high"
EM, MH, EMH = f"{E}+{M}", f"{M}+{H}", f"{E}+{M}+{H}"


@pytest.mark.parametrize(("text", "levels"), [
    ("PK,KF,01,02,03,04,05", E), ("K-5", E), ("6–8", M), ("Pre-K to 5", E), ("9 - 12", H), ("KG-12", EMH), ("Grades K through 8", EM),
    ("JK-6", E), ("JK-8", EM), ("P1-P7", E), ("S1-S6", MH), ("Years 7-13", MH), ("Year 1 to 6", E), ("Reception–Year 6", E),
    ("K8", EM), ("K12", EMH), ("PK-8", EM), ("TK-5", E), ("6-12", MH), ("06-08", M), ("09-12", H), ("PK 05", E), ("0912", H), ("PK05", E),
    ("K thru 6", E), ("Kindergarten - 5th", E), ("9th-12th", H), ("5th grade - 8th grade", M), ("Grade 5", M), ("Gr. 6-8", M),
    ("6/7-12", MH), ("PK/K-5", E), ("K, 1, 2, 3, 4, 5, 6", E), ("PK K 1 2 3 4 5", E), ("7 & 8", M), ("7 and 8", M), ("8-Jun", M),
    ("12-Sep", H), ("Pre-Kindergarten through 12", EMH), ("Form 1-4", H), ("Std 1-8", EM), ("Standard 1 to 8", EM), ("1-6", E), ("4-6", E),
    ("5-6", M), ("3K-5", E), ("0K,01,02,03,04,05,SE", E), ("F-6", E), ("Prep-6", E), ("7-9", MH), ("11-12", H), ("Ages 5-11", E),
    ("4-13yrs", EM), ("ages 11 to 18", MH), ("1 a 6", E), ("1º a 6º", E), ("Y7-Y11", MH), ("Years 9-15", MH), ("UG", ""), ("Adult", ""),
    ("Adams", ""), ("", ""), ("12-9", ""), ("2019-2020", ""), ("1,344", ""), ("10-12", H), ("KG", E), ("Head", ""),
])
def test_a_span_has_the_levels_of_its_grades(text: str, levels: str) -> None:
    assert levels_of_grades(grades_in(text)) == levels


@pytest.mark.parametrize(("text", "levels"), [
    ("5-11", E), ("11-16", MH), ("11-18", MH), ("4-7", E), ("7-11", E), ("16-18", H), ("3-18", EMH), ("9-13", EM), ("2-11", E),
])
def test_ages_are_grades_five_years_later(text: str, levels: str) -> None:
    assert levels_of_grades(grades_in(text, AGE)) == levels


@pytest.mark.parametrize(("text", "levels"), [
    ("Primary", E), ("Secondary", MH), ("Infant", E), ("Junior", E), ("First", E), ("Middle deemed secondary", M), ("Middle deemed primary", EM),
    ("All-through", EMH), ("16 plus", H), ("Nursery", E), ("Intermediate", M), ("Composite", EMH), ("Contributing", E), ("Full Primary", E),
    ("Kura", EM), ("ELEMENTARY", E), ("MIDDLE", M), ("HIGH", H), ("ES", E), ("MS", M), ("HS", H), ("Elem", E), ("Jr High", M), ("Sr High", H),
    ("Junior High", M), ("Junior/Senior High", MH), ("Jr-Sr High", MH), ("primaria", E), ("Secundaria", M), ("preparatoria", H),
    ("Bachillerato", H), ("maternelle", E), ("primaire", E), ("Secondaire", MH), ("Élémentaire", E), ("PRIMARY SCHOOL", E),
    ("SECONDARY SCHOOL", MH), ("pre_primary", E), ("Elementary Schools (Public)", E), ("Intermediate/Middle/Junior High Schools", M),
    ("High Schools (Public)", H), ("Elementary-High Combination", EMH), ("Elementary/Middle", EM), ("Middle/High", MH), ("K-8", EM),
    ("K-12", EMH), ("6/7-12", MH), ("Option ELEM", E), ("School-Elementary", E), ("School-Junior High/Middle", M), ("School-High", H),
    ("School-K-12", EMH), ("Secondary (Year 9-15)", MH), ("Full Primary (Year 1-8)", EM), ("Community Infant", E), ("Continuation High", H),
    ("E", E), ("M", M), ("H", H), ("ELC", E), ("INTMIDJR", M), ("ELEMHIGH", EMH), ("Elementary School Zone", E),
    ("Unknown", ""), ("Other", ""), ("N/A", ""), ("Not applicable", ""), ("", ""), ("Special", ""), ("School-College or University", ""),
    ("Academy", ""), ("Public", ""), ("Voluntary aided school", ""),
])
def test_a_word_has_the_levels_a_planner_means(text: str, levels: str) -> None:
    assert levels_in_words(text) == levels


@pytest.mark.parametrize(("name", "levels"), [
    ("Adams Elementary", E), ("Lincoln High", H), ("Lincoln HS", H), ("Burlington Junior School", E), ("Bell Intermediate School", M),
    ("Sawmill Middle", M), ("Olympic Primary School", E), ("SHADRACK KIMALEL PRI SCH", E), ("Escuela Primaria Benito Juárez", E),
    ("Rosa Parks K-8", EM), ("Jackson Jr High", M), ("A ELEM", E), ("B HIGH", H), ("C MIDDLE", M), ("Highland Park Academy", ""),
    ("Middle Village Prep", ""), ("High Tech Charter", ""), ("Station A", ""), ("First Avenue Library", ""),
])
def test_a_name_tells_a_level_only_where_the_word_names_the_school(name: str, levels: str) -> None:
    assert levels_in_name(name) == levels


def test_lowest_and_highest_may_be_ages_or_years() -> None:
    assert levels_of("PK", "06") == E
    assert levels_of("07", "08") == M
    assert levels_of("11", "18", AGE) == MH
    assert levels_of("3", "11", AGE) == E
    assert levels_of("7", "13", YEAR) == MH
    assert levels_of("9", "K") == ""


def test_numbers_of_a_known_column_are_codes_and_of_any_other_are_not() -> None:
    assert levels_in_words("1", "LEVEL") == E
    assert levels_in_words("4", "PhaseOfEducation (code)") == MH
    assert levels_in_words("1", "district") == ""


@pytest.mark.parametrize(("column", "cells", "unit"), [
    ("AgeRange", ["5-11"], AGE), ("minage", ["5"], AGE), ("Year group", ["7-11"], YEAR), ("span", ["11-18", "5-11", "11-16"], AGE),
    ("span", ["K-5", "6-8", "9-12"], GRADE), ("grades", ["1-13", "1-6"], GRADE), ("school_year", ["2019-20"], GRADE),
])
def test_what_bare_numbers_are_is_decided_for_the_whole_column(column: str, cells: list[str], unit: str) -> None:
    assert unit_of(column, cells) == unit


def test_unknown_cells_do_not_speak_against_a_column_of_levels_and_names_are_none() -> None:
    assert are_levels(_series(["Unknown", "High", "Unknown", "Elementary"]))
    assert not are_levels(_series(["Unknown"] * 4))
    assert not are_levels(_series([f"{n} Street Elementary" for n in range(40)]))
    assert are_grades(_series(["K-5", "6-8", "N/A"]))
    assert not are_grades(_series(["Main Street", "K-5", "Elm"]))


def _series(cells: list[str]) -> object:
    import pandas as pd  # heavy

    return pd.Series(cells, dtype="str")
