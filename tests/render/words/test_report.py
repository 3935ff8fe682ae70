"""Results and imports in plain lines."""

from __future__ import annotations

from attrs import evolve

from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.report import ImportReport, ReportLine
from ecomap.render.words.report import import_lines, result_lines
from tests.render.pages import town_page


def test_an_import_says_what_happened_in_numbers_that_add_up() -> None:
    report = ImportReport(
        "schools.csv", "school", "schools", "Schools", 1_010, 1_004,
        (ReportLine("dropped", "the point lies outside California", 6, ("A", "B")), ReportLine("note", "UTF-8 assumed")),
        mapping=(("name", "School Name"),), crs="EPSG:4326 (from the columns)",
    )
    assert import_lines(report) == [
        "schools.csv: read 1,010 rows, kept 1,004, left out 6.",
        "  layer: Schools (schools), schools",
        "  coordinates: EPSG:4326 (from the columns)",
        "  columns: name from 'School Name'",
        "  left out 6: the point lies outside California, such as A, B",
        "  note: UTF-8 assumed",
    ]


def test_counts_that_do_not_add_up_are_not_hidden() -> None:
    report = ImportReport("x.csv", "school", "x", "X", 10, 7)
    assert import_lines(report)[-1] == "  The counts do not add up: read 10, kept 7."


def test_a_result_says_its_finding_figures_ranking_and_cautions() -> None:
    (result,) = town_page().results
    lines = result_lines(result, rows=2)
    assert lines[:2] == [result.title, result.sentence]
    assert "  31,400 ± 2,100  children out of reach (21 % of all)" in lines
    assert "   1. School 0 - Children reached: 2,400 ± 120 (between 1 and 5)" in lines
    assert sum("Children reached" in line for line in lines) == 2
    assert "  ! Two areas have fewer than 50 children." in lines
    assert "  - Straight line times 1.3." in lines


def test_a_list_tells_what_its_table_is_about() -> None:
    (result,) = town_page().results
    main = result.main
    other = Column("other", "Rank in the other", "rank")
    frame = main.frame.assign(other=range(1, len(main.frame) + 1), apart=[-1, 5, -9, *[0] * (len(main.frame) - 3)])
    rank = next(column for column in main.columns if column.unit == "rank")
    told = evolve(main, frame=frame, columns=(*main.columns, other), told=(rank.name, "other"), told_by="apart")
    lines = result_lines(evolve(result, outputs=(told, *result.outputs[1:])), rows=2)
    first = lines.index(f"  {main.title}") + 1
    names = [frame[v.NAME].iloc[2], frame[v.NAME].iloc[1]]
    assert [line.split(" - ")[0].strip() for line in lines[first : first + 2]] == names
    assert lines[first].endswith("; Rank in the other: 3")
