"""No small count of people leaves under any heading, in any format, unless somebody said that it counts no people; who said so is told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from ecomap.cli.program import program
from ecomap.model.judgement import COUNT, NOBODY, UNKNOWN
from ecomap.model.project import Project
from ecomap.model.pupils import THRESHOLD
from ecomap.workspace import operations

ENGLISH = (
    "Foster youth", "Homeless students", "Number of students", "StudentCount", "EL", "SWD count", "SPED K-5", "504", "IEPs", "Gifted", "Newcomers", "Children served", "Clients",
    "Clients served FY24", "Caseload", "Staff", "Counselors", "Teachers", "Volunteers", "Patients seen", "Participants", "Members", "Referrals", "Waitlist", "Families", "Adults",
    "Grade 3", "3rd Grade", "Kindergarten", "Male", "Black", "Two or more races", "Suspensions", "Dropouts", "N", "Count", "Total", "Total FY", "N_A2", "n_tested", "X7", "Group A",
    "Cohort B", "SY2324", "Students in after-school program", "Homeless students school year 2022-23", "Students within 1 mile", "Students at level 1",
)
SPANISH = (
    "Conteo", "Grupo 3", "Bajas", "Clientes atendidos", "Beneficiarios", "Alumnos sin hogar", "Matrícula", "Jóvenes de acogida", "Inscritos", "Niños", "Niñas", "Mujeres", "Familias",
    "Docentes", "Personal", "Voluntarios", "Pacientes", "Usuarios", "Egresados", "Aprendices de inglés", "Con discapacidad", "Personas atendidas", "Lista de espera", "Total general",
    "Nº de casos", "Expulsados", "Padres",
)
SMALL, LARGE = (3, 7, 10), (11, 40, 55, 60, 700)
HEAD = "CDS Code,School Name,Latitude,Longitude"


def district(folder: Path, columns: dict[str, list[str]], name: str = "district.csv") -> Path:
    count = len(next(iter(columns.values())))
    lines = [",".join([HEAD, *(f'"{one}"' for one in columns)])]
    lines += [f"1964733000000{n + 1},School of {'ABCDEFGHIJ'[n]},{34 + n / 100},-118.2,{','.join(columns[one][n] for one in columns)}" for n in range(count)]
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def brought_in(path: Path, role: str = "school", **settled: object) -> tuple[Project, str]:
    project, report = operations.import_file(Project(crs="EPSG:3310"), path, role, **settled)  # type: ignore[arg-type]
    return project, report.layer_id


def numbers_out(project: Project, layer: str, folder: Path, column: int = -1) -> list[float]:
    path = folder / "out.csv"
    operations.export(project, path, layer=layer)
    table = pd.read_csv(path, dtype=str).drop(columns=["id", "name", "longitude", "latitude"])
    table = table[[one for one in table.columns if not one.endswith("_reason")]]
    return [float(cell) for cell in table.iloc[:, column].dropna()]


@pytest.mark.parametrize("heading", [*ENGLISH, *SPANISH])
def test_nothing_under_eleven_leaves_under_any_heading(heading: str, tmp_path: Path) -> None:
    project, layer = brought_in(district(tmp_path, {heading: [str(n) for n in (*SMALL, *LARGE)]}))
    shown = numbers_out(project, layer, tmp_path)
    assert not [one for one in shown if one < THRESHOLD]
    assert max(LARGE) in shown


@pytest.mark.parametrize("cells", [
    ["3.0", "40.0", "55.0", "60.0", "70.0"], ["3", "1,234", "55", "60", "70"], ["3", "<5", "55", "60", "70"], ["3", "", "55", "60", "70"], ["3", "see note", "55", "60", "70"],
    ["3", "*", "55", "60", "70"], [" 3", "40 ", "55", "60", "70"], ["3", "40.5", "55", "60", "70"],
])
@pytest.mark.parametrize("heading", ["Foster youth", "Grupo 3"])
def test_however_the_counts_are_written(heading: str, cells: list[str], tmp_path: Path) -> None:
    project, layer = brought_in(district(tmp_path, {heading: [f'"{one}"' for one in cells]}))
    out = tmp_path / "out.csv"
    operations.export(project, out, layer=layer)
    for line in out.read_text("utf-8").splitlines()[1:]:
        assert not re.search(r",\s*3(\.0)?\s*(,|$)", line), line


@pytest.mark.parametrize("ending", ["csv", "xlsx", "geojson", "gpkg", "html", "svg", "pdf"])
@pytest.mark.parametrize("heading", ["Foster youth", "N_A2", "Grupo 3"])
def test_in_every_kind_of_file(ending: str, heading: str, tmp_path: Path) -> None:
    marked = ["7", "41", "52", "63", "74"]
    project, layer = brought_in(district(tmp_path, {heading: marked}))
    name = next(column.name for column in project.layer(layer).columns if column.judgement is not None and column.judgement.holds == COUNT)
    project = operations.restyle(project, layer, kind="graduated", column=name)
    path = tmp_path / f"out.{ending}"
    report = operations.export(project, path, layer="" if ending in ("html", "svg", "pdf") else layer)
    said = " ".join(map(str, report.notes))
    assert "hidden in 1 column" in said
    assert ("Protected because nobody has said what they count" in said) == (heading == "Grupo 3")
    assert 7 not in _numbers_in(path, name)


def _numbers_in(path: Path, name: str) -> list[float]:
    """The numbers of a column that a reader of the file would find."""
    if path.suffix == ".csv":
        return pd.to_numeric(pd.read_csv(path)[name], errors="coerce").dropna().tolist()
    if path.suffix == ".xlsx":
        return pd.to_numeric(pd.read_excel(path, sheet_name=1).iloc[:, 2], errors="coerce").dropna().tolist()
    if path.suffix in (".gpkg", ".geojson"):
        import geopandas as gpd

        return pd.to_numeric(gpd.read_file(path)[name], errors="coerce").dropna().tolist()
    text = path.read_bytes().decode("latin-1")
    if path.suffix == ".pdf":
        return []  # drawn from the same released rows; its legend is looked at in the picture
    return [float(one) for one in re.findall(r"(?<![\d.\w#-])(\d{1,2})(?![\d.\w%])", re.sub(r"<style.*?</style>|<script(?! type=.application/json).*?</script>|\w+=\"[^\"]*\"", "", text, flags=re.DOTALL))
            if path.suffix == ".svg"]


def test_a_legend_does_not_say_the_small_number(tmp_path: Path) -> None:
    from ecomap.render.style.drawing import resolve
    from ecomap.workspace.releases import released

    project, layer = brought_in(district(tmp_path, {"Grupo 3": ["7", "41", "52", "63", "74"]}))
    project = operations.restyle(project, layer, kind="graduated", column="grupo_3")
    open_, left = (resolve(one.layer(layer), one.frame(layer)) for one in (project, released(project)))
    assert re.search(r"\b7\b", " ".join(str(row) for row in open_.legend))
    assert not re.search(r"\b7\b", " ".join(str(row) for row in left.legend))


@pytest.mark.parametrize(("heading", "cells"), [
    ("Year opened", ["2001", "1999", "5", "2010"]), ("Star rating", ["3", "4", "5", "1"]), ("Miles to bus", ["3", "4", "5", "1"]), ("Capacity", ["3", "40", "55", "60"]),
    ("School code 2", ["3", "40", "55", "60"]), ("Lowest grade served", ["3", "4", "5", "1"]), ("Ward", ["3", "4", "5", "1"]), ("Students per teacher", ["3", "40", "55", "60"]),
    ("Buses", ["3", "4", "5", "1"]), ("Rank", ["3", "4", "5", "1"]), ("Distancia a la parada", ["3", "4", "5", "1"]), ("Año de apertura", ["3", "4", "5", "1"]), ("Aulas", ["3", "4", "5", "1"]),
    ("Average class size", ["3", "40", "55", "60"]), ("Cost in dollars", ["3", "40", "55", "60"]), ("Elevation", ["3", "40", "55", "60"]),
])
def test_what_counts_no_people_leaves_as_it_is(heading: str, cells: list[str], tmp_path: Path) -> None:
    project, layer = brought_in(district(tmp_path, {heading: cells}))
    path = tmp_path / "out.csv"
    report = operations.export(project, path, layer=layer)
    assert "suppressed" not in path.read_text("utf-8")
    assert report.notes == ("Nothing in it is known to count people, so nothing was there to protect.",)


def test_shares_and_changes_follow(tmp_path: Path) -> None:
    project, layer = brought_in(district(tmp_path, {
        "enrollment": ["300", "310", "500", "420"], "Foster youth": ["3", "40", "55", "60"], "Foster youth percent": ["1", "12.9", "11", "14.3"],
        "Change in foster youth": ["-20", "5", "25", "30"], "Suspension rate": ["0.02", "0.2", "0.1", "0.3"],
    }))
    path = tmp_path / "out.csv"
    operations.export(project, path, layer=layer)
    table = pd.read_csv(path)
    assert table["foster_youth"].isna()[0]
    assert table["foster_youth_percent"].isna()[0]
    assert table["change_in_foster_youth"].isna().tolist()[:2] == [True, True]  # beside a hidden count; small itself
    assert table["change_in_foster_youth"].notna().any()
    assert table["suspension_rate"].isna().tolist() == [True, False, False, False]  # 6 of 300


def test_a_declaration_frees_a_column_and_every_file_says_whose_it_is(tmp_path: Path) -> None:
    path = district(tmp_path, {"Grupo 3": ["3", "40", "55", "60"], "X7": ["3", "40", "55", "60"]})
    project, layer = brought_in(path)
    assert project.layer(layer).column("grupo_3").judgement.by == UNKNOWN  # type: ignore[union-attr]
    free = operations.declare(project, layer, ["Grupo 3"], NOBODY, "A. Planner", "2026-11-29")
    out = tmp_path / "out.xlsx"
    report = operations.export(free, out, layer=layer)
    said = " ".join(map(str, report.notes))
    assert "Declared to count no people by A. Planner on 2026-11-29: Grupo 3." in said
    assert "Protected because nobody has said what they count: X7." in said
    sheets = pd.read_excel(out, sheet_name=None, header=None)
    assert "A. Planner" in " ".join(map(str, sheets["Notes"].to_numpy().ravel()))
    assert 3 in list(sheets.values())[1].to_numpy().ravel().tolist()
    assert numbers_out(project, layer, tmp_path, 0) != numbers_out(free, layer, tmp_path, 0)  # the first snapshot is as it was: undo


def test_the_answer_holds_for_next_years_file_but_for_no_new_column(tmp_path: Path) -> None:
    first = district(tmp_path, {"Grupo 3": ["3", "40", "55", "60"], "X7": ["4", "40", "55", "60"]})
    project, report = operations.import_file(Project(crs="EPSG:3310"), first, "school", answers={"people": "no", "signed:people": "2026-11-29 A. Planner"})
    assert project.layer(report.layer_id).column("x7").judgement.by == "A. Planner"  # type: ignore[union-attr]
    second = district(tmp_path, {"Grupo 3": ["5", "40", "55", "60"], "X7": ["4", "40", "55", "60"], "X8": ["6", "40", "55", "60"]}, "next.csv")
    project, report = operations.import_file(project, second, "school")
    held = {name: project.layer(report.layer_id).column(name).judgement for name in ("grupo_3", "x8")}
    assert (held["grupo_3"].holds, held["grupo_3"].by, held["grupo_3"].on) == (NOBODY, "A. Planner", "2026-11-29")  # type: ignore[union-attr]
    assert (held["x8"].holds, held["x8"].by) == (COUNT, UNKNOWN)  # type: ignore[union-attr]
    assert [doubt.code for doubt in report.doubts] == ["people"]
    assert "X8" in str(report.doubts[0].text)


def test_a_declaration_is_kept_in_the_project_file_and_by_new_rows(tmp_path: Path) -> None:
    path = district(tmp_path, {"Grupo 3": ["3", "40", "55", "60"]})
    project, layer = brought_in(path, recipes=False)
    project = operations.declare(project, layer, ["grupo_3"], NOBODY, "A. Planner")
    operations.save_project(project, tmp_path / "town.ecomap.gpkg")
    again = operations.open_project(tmp_path / "town.ecomap.gpkg")
    assert again.layer(layer).column("grupo_3").judgement == project.layer(layer).column("grupo_3").judgement
    replaced, _ = operations.import_file(again, path, "school", replace_layer=layer, recipes=False)
    assert replaced.layer(layer).column("grupo_3").judgement.by == "A. Planner"  # type: ignore[union-attr]


def test_one_doubt_per_file_and_the_flag_that_answers_it(tmp_path: Path) -> None:
    path, home = district(tmp_path, {"Grupo 3": ["3", "40", "55", "60"], "X7": ["4", "40", "55", "60"]}), tmp_path / "town.ecomap.gpkg"
    run = CliRunner().invoke
    assert run(program, ["new", str(home)]).exit_code == 0
    told = run(program, ["import", str(home), str(path), "--role", "school"])
    assert told.exit_code == 0, told.output
    assert "--people COLUMN=no" in told.output
    said = run(program, ["import", str(home), str(path), "--role", "school", "--people", "Grupo 3=no", "--by", "A. Planner"])
    assert said.exit_code == 0, said.output
    out = tmp_path / "out.csv"
    layer = operations.open_project(home).layers[0].id
    shown = run(program, ["export", str(home), str(out), "--layer", layer])
    assert "Declared to count no people by A. Planner on" in shown.output
    assert ",3," in out.read_text("utf-8") or out.read_text("utf-8").rstrip().endswith("3")
    assert run(program, ["import", str(home), str(path), "--role", "school", "--people", "Grupo 3=maybe"]).exit_code == 2


def test_columns_about_single_persons_stay_here_unless_ticked(tmp_path: Path) -> None:
    project, layer = brought_in(district(tmp_path, {
        "Principal": ["Maria Lopez", "John Smith", "Ana de la Cruz", "Wei Chen"], "Contact email": ["mlopez@x.org", "jsmith@x.org", "ana@x.org", "wei@x.org"],
        "Director's salary": ["120000", "110000", "99000", "101000"], "Fecha de nacimiento": ["1970-01-02", "1971-03-04", "1972-05-06", "1973-07-08"],
        "Phone": ["213-555-0101", "213-555-0102", "213-555-0103", "213-555-0104"],
    }))
    out = tmp_path / "out.csv"
    report = operations.export(project, out, layer=layer)
    text = out.read_text("utf-8")
    for private in ("Lopez", "mlopez", "120000", "1970-01-02"):
        assert private not in text
    assert "213-555-0101" in text  # the school's own
    assert any("Left out because they are about single persons" in str(note) for note in report.notes)
    operations.export(project, out, layer=layer, persons=["Principal"])
    assert "Maria Lopez" in out.read_text("utf-8")
    assert "mlopez" not in out.read_text("utf-8")
    assert "principal" in {str(column) for column in project.frame(layer).columns}


@pytest.mark.parametrize("role", ["site", "service", "zone", "district", "attendance_area", "need_area", "reference"])
def test_in_layers_of_every_role(role: str, tmp_path: Path) -> None:
    points = role in ("site", "service", "reference")
    features = []
    for n, cell in enumerate((3, 40, 55, 60, 71)):
        x, y = -118.2 + n / 50, 34.0
        shape = {"type": "Point", "coordinates": [x, y]} if points else {"type": "Polygon", "coordinates": [[[x, y], [x + .01, y], [x + .01, y + .01], [x, y + .01], [x, y]]]}
        features.append({"type": "Feature", "geometry": shape, "properties": {
            "code": f"A{n}", "name": f"Place {'ABCDE'[n]}", "approach": "community_school", "Clients served": cell, "Grupo Q": cell}})
    path = tmp_path / "places.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    project, layer = brought_in(path, role, constants={"level": "elementary"} if role == "attendance_area" else {})
    for name in ("clients_served", "grupo_q"):
        out = tmp_path / "out.csv"
        operations.export(project, out, layer=layer)
        shown = pd.to_numeric(pd.read_csv(out)[name], errors="coerce").dropna()
        assert shown.min() >= THRESHOLD, name


def test_residents_of_areas_with_margins_leave_as_published(tmp_path: Path) -> None:
    square = [[[0, 0], [.01, 0], [.01, .01], [0, .01], [0, 0]]]
    features = [{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[a - 118.2 + n / 50, b + 34] for a, b in square[0]]]},
                 "properties": {"GEOID": f"0603710{n}000", "B01001_001E": 5 + n, "B01001_001M": 3, "Children under 5": 4 + n}} for n in range(5)]
    path = tmp_path / "tracts.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    project, layer = brought_in(path, "need_area")
    out = tmp_path / "out.csv"
    operations.export(project, out, layer=layer)
    assert "suppressed" not in out.read_text("utf-8")


def test_enrolment_counts_people_though_nobody_has_to_judge_it(tmp_path: Path) -> None:
    project = operations.new_project()
    (tmp_path / "s.csv").write_text("school,phase,roll,latitude,longitude\nA,primary,310,34.0,-118.2\nB,secondary,520,34.1,-118.3\n", encoding="utf-8")
    project, _ = operations.import_file(project, tmp_path / "s.csv", role="school")
    from ecomap.analysis.release.door import released
    from ecomap.analysis.release.stated import protected_in

    said = " ".join(map(str, protected_in(project, released(project)).sentences))
    assert "Nothing had to be hidden" in said
    assert "known to count people" not in said
