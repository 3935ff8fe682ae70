"""Who is counted where nobody counted children."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.people import (
    carried_count,
    counted_in,
    fitting_count,
    nobody_counted,
    people_in,
    stand_in_note,
    weight_of,
    who_is_counted,
)
from ecomap.model.errors import InputError
from ecomap.model.layer import Layer

LAYER = Layer("areas", "Wards", "need_area", "polygon")


def areas(**columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"id": ["a", "b"], **columns})


@pytest.mark.parametrize(("columns", "found"), [
    ({"children": [1.0, 2.0], "population": [9.0, 9.0], "households": [3.0, 3.0], "enrollment": [30.0, 30.0]}, "children"),
    ({"enrollment": [30.0, 30.0], "population": [9.0, 9.0], "households": [3.0, 3.0]}, "enrollment"),
    ({"population": [9.0, np.nan], "households": [3.0, 3.0]}, "population"),
    ({"households": [3.0, 3.0]}, "households"),
    ({"children": [np.nan, np.nan], "households": [3.0, 3.0]}, "households"),
    ({}, ""),
])
def test_children_come_first_then_pupils_residents_households(columns: dict[str, list[float]], found: str) -> None:
    assert counted_in(areas(**columns)) == found
    assert fitting_count("children", areas(**columns)) == (found or "each_area")


def test_only_children_have_a_stand_in() -> None:
    assert fitting_count("population", areas(households=[3.0, 3.0])) == "population"
    with pytest.raises(InputError, match="no column 'population'"):
        people_in(areas(households=[3.0, 3.0]), LAYER, "population")


def test_a_stand_in_is_said_and_children_are_not() -> None:
    assert stand_in_note("children") == ()
    assert ["residents" in note.text for note in stand_in_note("population")] == [True]
    assert "each area counts as one" in stand_in_note("each_area")[0].text
    assert stand_in_note("") == ()


def test_areas_count_alike_where_nobody_is_counted() -> None:
    assert people_in(areas(), LAYER, "each_area").tolist() == [1.0, 1.0]
    assert weight_of(areas()).tolist() == [1.0, 1.0]
    assert weight_of(areas(households=[3.0, 4.0])).tolist() == [3.0, 4.0]


def test_small_groups_of_pupils_are_in_no_number() -> None:
    assert np.isnan(people_in(areas(enrollment=[10.0, 11.0]), LAYER, "enrollment")).tolist() == [True, False]


def test_every_kind_has_its_words() -> None:
    assert [who_is_counted(column) for column in ("children", "enrollment", "population", "households", "each_area")] == [
        "children", "pupils", "residents", "households", "areas"]
    assert nobody_counted("children") == "no children counted"
    assert carried_count(areas(children=[np.nan, np.nan])) == "children"
