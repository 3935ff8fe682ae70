"""Rows that are no places, such as need fifths and months, are called in the language of the file; places keep their names."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from ecomap.model import vocabulary as v
from ecomap.model.result import Output, Result
from ecomap.render.words.spoken import spoken_result, spoken_rows
from ecomap.workspace import operations
from tests.small_project import small_project
from tests.spoken import translate_row


@pytest.mark.parametrize(("english", "spanish"), [
    ("Highest need", "Más necesidad"),
    ("November 2026", "noviembre de 2026"),
    ("Community schools and Linked Learning", "Escuelas comunitarias y Linked Learning"),
    ("Schools taking part: Linked Learning", "Escuelas que participan: Linked Learning"),
    ("All the same · Housing and transport first", "Todos igual · Vivienda y transporte primero"),
    ("Garfield High", "Garfield High"),
    ("Salesian Boys and Girls Club", "Salesian Boys and Girls Club"),
    ("Census tract 2094.03", "Sector censal 2094.03"),
])
def test_own_words_are_said_and_names_are_kept(english: str, spanish: str) -> None:
    assert translate_row(english, "es") == spanish
    assert translate_row(english, "en") == english


def rows(joins: str) -> Output:
    return Output("fifths", "Fifths", pd.DataFrame({v.ID: ["5"], v.NAME: ["Highest need"]}), joins=joins)


def test_only_rows_that_are_no_places_are_said() -> None:
    result = Result("r", "need-index", "Need index", "", (rows(""), rows(v.SCHOOL)))
    groups, places = spoken_result(result, "es").outputs
    assert groups.frame[v.NAME].tolist() == ["Más necesidad"]
    assert places.frame[v.NAME].tolist() == ["Highest need"]
    assert result.outputs[0].frame[v.NAME].tolist() == ["Highest need"]


def test_a_table_without_names_stays_as_it_is() -> None:
    frame = pd.DataFrame({v.ID: ["5"]})
    assert spoken_rows(frame, "es") is frame


def test_a_spanish_workbook_names_the_fifths_in_spanish(tmp_path: Path) -> None:
    project, result = operations.run_analysis(small_project(), "coverage-gap", {})
    operations.export(project, tmp_path / "x.xlsx", language="es", layer=result.id)
    names = {cell.value for sheet in openpyxl.load_workbook(tmp_path / "x.xlsx") for cell in sheet["B"]}
    assert "Más necesidad" in names
    assert "Highest need" not in names
