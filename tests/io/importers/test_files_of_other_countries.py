"""Files of towns outside the United States, and headings and words in their languages: understood alike, and never taken for American ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ecomap.model.project import Project
from ecomap.model.report import ImportReport
from ecomap.workspace import operations

NOTHING = Project()


def written(path: Path, rows: list[str], encoding: str = "utf-8") -> Path:
    path.write_bytes("\n".join(rows).encode(encoding))
    return path


def brought(project: Project, path: Path, role: str, **how: Any) -> tuple[Project, ImportReport, Any]:
    after, report = operations.import_file(project, path, role, **how)
    assert report.adds_up, report.sentence
    return after, report, after.frame(report.layer_id)


def told(report: ImportReport) -> str:
    return " ".join(str(line.text) for line in report.lines)


def areas(path: Path, west: float, south: float, names: list[dict[str, Any]]) -> Path:
    shapes = [[[west + n * 0.01, south], [west + n * 0.01 + 0.01, south], [west + n * 0.01 + 0.01, south + 0.01], [west + n * 0.01, south + 0.01],
               [west + n * 0.01, south]] for n in range(len(names))]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": one, "geometry": {"type": "Polygon", "coordinates": [shape]}} for one, shape in zip(names, shapes)]}))
    return path


SECTIONS = [{"CUSEC": f"410910100{n}", "POB_TOTAL": 1200 + n, "MENORES_18": 200 + n} for n in range(1, 7)]


@pytest.fixture
def seville(tmp_path: Path) -> Project:
    return brought(NOTHING, areas(tmp_path / "secciones.geojson", -5.99, 37.38, SECTIONS), "need_area")[0]


# --- codes ----------------------------------------------------------------------------------------------------------


def test_ten_digits_of_a_spanish_census_section_are_no_tract_that_lost_its_zero(seville: Project, tmp_path: Path) -> None:
    frame = seville.frame(seville.layers[0].id)
    assert frame["id"].tolist() == [one["CUSEC"] for one in SECTIONS]
    assert frame["children"].sum() == sum(one["MENORES_18"] for one in SECTIONS)
    path = written(tmp_path / "paro.csv", ["Sección;Tasa de paro (%)", *(f"{one['CUSEC']};{10 + n},5" for n, one in enumerate(SECTIONS)), "Total;12,0"])
    _, report, frame = brought(seville, path, "need_area")
    assert frame["tasa_de_paro"].tolist() == [0.105, 0.115, 0.125, 0.135, 0.145, 0.155]
    assert "lost their leading zero" not in told(report)
    assert "census tract" not in told(report)


def test_ten_digits_of_a_tract_still_get_their_zero(tmp_path: Path) -> None:
    """The other side: the county 06037 there is."""
    rows = [{"GEOID": int(f"6037{n:06d}"), "children": 300 + n} for n in range(201100, 201106)]
    _, report, frame = brought(NOTHING, areas(tmp_path / "tracts.geojson", -118.3, 34.0, rows), "need_area")
    assert frame["id"].tolist() == [f"06037{n}" for n in range(201100, 201106)]
    assert "lost their leading zero" in told(report)


# --- headings and words ---------------------------------------------------------------------------------------------


def test_what_has_ended_has_ended_under_spanish_headings(tmp_path: Path) -> None:
    head = "Nombre;Programa;Latitud;Longitud;Fecha de inicio;Fecha de término"
    ends = ("31/08/2021", "vigente", "a la fecha", "dic-2020", "sin fecha", "30 de junio de 2022")
    rows = [f"Escuela {n};community_school;25,6{n};-100,3{n};1 de agosto de 2019;{end}" for n, end in enumerate(ends)]
    _, report, frame = brought(NOTHING, written(tmp_path / "programas.csv", [head, *rows]), "site")
    assert frame["end"].tolist() == ["2021-08-31", "", "", "2020-12", "", "2022-06-30"]
    assert set(frame["start"]) == {"2019-08-01"}
    assert [line.count for line in report.lines if "counted nowhere as open" in str(line.text)] == [3]


def test_a_directory_of_services_in_spanish(tmp_path: Path) -> None:
    rows = ["Entidad;Servicio;Tipo de servicio;Plazas;Latitud;Longitud;Fecha de fin", "Ayuntamiento;Ludoteca;Ocio;20;37,38;-5,98;vigente",
            "Fundación Azahar;Apoyo escolar;Refuerzo;30;37,39;-5,97;30/06/2021"]
    frame = brought(NOTHING, written(tmp_path / "recursos.csv", rows, "cp1252"), "service")[2]
    assert frame["name"].tolist() == ["Ludoteca", "Apoyo escolar"]
    assert frame["organisation"].tolist() == ["Ayuntamiento", "Fundación Azahar"]
    assert frame["capacity"].tolist() == [20, 30]
    assert frame["end"].tolist() == ["", "2021-06-30"]


SCHOOLS = {
    "Spanish": ("Código;Denominación;Titularidad;Enseñanzas;Alumnado;Latitud;Longitud", ("41001;CEIP Azahar;Público;Infantil y Primaria;1.210;37,38;-5,98",
                "41002;IES Giralda;Concertado;ESO y Bachillerato;640;37,39;-5,97", "41003;CPIFP Sur;Privado;Formación Profesional;220;37,40;-5,96"),
                [1210, 640, 220], ["elementary", "middle+high", "high"], ["district", "charter", "private"]),
    "German": ("Schulnummer;Schulname;Schulart;Rechtsstatus;Schülerzahl;Breite;Länge", ("0101;Schule am Fluß;Grundschule;öffentlich;1.210;52,51;13,40",
               "0102;Schule am Markt;Gesamtschule;öffentlich;640;52,52;13,41", "0103;Schule im Park;Realschule;privat;220;52,53;13,42"),
               [1210, 640, 220], ["elementary", "middle+high", "middle"], ["district", "district", "private"]),
    "Portuguese": ("Código INEP;Escola;Dependência Administrativa;Etapas de Ensino;Matrículas;Latitude;Longitude",
                   ("3510001;EMEF Sol;Municipal;Ensino Fundamental;1.210;-23,51;-46,61", "3510002;EE Lua;Estadual;Ensino Médio;640;-23,52;-46,62",
                    "3510003;Colégio Mar;Privada;Ensino Fundamental e Médio;220;-23,53;-46,63"),
                   [1210, 640, 220], ["elementary+middle", "high", "elementary+middle+high"], ["district", "district", "private"]),
}


@pytest.mark.parametrize("language", SCHOOLS)
def test_lists_of_schools_in_other_languages(language: str, tmp_path: Path) -> None:
    head, rows, pupils, levels, run_by = SCHOOLS[language]
    frame = brought(NOTHING, written(tmp_path / "schools.csv", [head, *rows], "cp1252"), "school")[2]
    assert frame["enrollment"].tolist() == pupils
    assert frame["levels"].tolist() == levels
    assert frame["governance"].tolist() == run_by


@pytest.mark.parametrize(("heading", "words", "states"), [
    ("etat_etablissement", ("OUVERT", "FERME", "A FERMER"), ["active", "ended", "active"]),
    ("Situação", ("Em atividade", "Extinta", "Paralisada"), ["active", "ended", "paused"]),
    ("Status", ("in Betrieb", "geschlossen", "aufgelöst"), ["active", "ended", "ended"]),
])
def test_what_is_closed_is_closed_in_other_languages(heading: str, words: tuple[str, ...], states: list[str], tmp_path: Path) -> None:
    rows = [f"{n};Escola {n};48.8{n};2.3{n};{word}" for n, word in enumerate(words)]
    frame = brought(NOTHING, written(tmp_path / "list.csv", [f"code;name;lat;lon;{heading}", *rows]), "school")[2]
    assert frame["status"].tolist() == states


# --- how people write there -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lat", "lon", "first", "order"), [("53.80", "-1.50", "2021-04-03", "dmy"), ("41.85", "-87.65", "2021-03-04", "mdy")])
def test_dates_that_can_be_read_both_ways_are_read_as_people_do_there_and_asked(lat: str, lon: str, first: str, order: str, tmp_path: Path) -> None:
    rows = [f"{n},S{n},{lat}{n},{lon}{n},{end}" for n, end in enumerate(("03/04/2021", "05/06/2021", "07/08/2021"))]
    _, report, frame = brought(NOTHING, written(tmp_path / "list.csv", ["code,name,lat,lon,end", *rows]), "school")
    assert frame["end"].iloc[0] == first
    assert [(doubt.code, doubt.taken) for doubt in report.doubts if doubt.code.startswith("dates:")] == [("dates:end", order)]


def test_the_projects_places_decide_for_a_table_without_any(seville: Project, tmp_path: Path) -> None:
    schools = written(tmp_path / "centros.csv", ["code,name,lat,lon", *(f"{n},Centro {n},37.3{n},-5.9{n}" for n in range(3))])
    project = brought(seville, schools, "school")[0]
    path = written(tmp_path / "cierres.csv", ["code,fecha_de_baja", "0,03/04/2021", "1,05/06/2021", "2,07/08/2021"])
    assert brought(project, path, "school")[2]["end"].tolist() == ["2021-04-03", "2021-06-05", "2021-08-07"]


@pytest.mark.parametrize(("west", "south", "cells", "unit"), [
    (2.30, 48.85, "2{n} 100", ""), (-100.35, 25.65, "$2{n},100", "usd"), (-90.0, 40.0, "$2{n},100", "usd"), (-90.0, 40.0, "2{n}.100 €", ""),
])
def test_amounts_are_dollars_only_where_there_are_dollars(west: float, south: float, cells: str, unit: str, tmp_path: Path) -> None:
    project = brought(NOTHING, areas(tmp_path / "areas.geojson", west, south, [{"code": f"A{n}", "children": 200 + n} for n in range(6)]), "need_area")[0]
    path = written(tmp_path / "income.csv", ["code;median_income", *(f"A{n};{cells.format(n=n)}" for n in range(6))])
    after, report, frame = brought(project, path, "need_area")
    assert frame["median_income"].tolist() == [20100, 21100, 22100, 23100, 24100, 25100]
    column = next(column for column in after.layer(report.layer_id).columns if column.name == "median_income")
    assert (column.unit == "usd") is (unit == "usd")
