"""What was measured, in the units of the setting."""

from __future__ import annotations

import pytest

from ecomap.model.units import METRIC, choose_system
from ecomap.workspace.measuring import area_words, path_words

DEGREES = "EPSG:4326"


@pytest.fixture
def kilometres() -> object:
    choose_system(METRIC)
    yield
    choose_system("")


def test_miles_and_the_last_piece() -> None:
    assert path_words([(0, 0), (0.01, 0)], DEGREES) == "0.69 mi"
    assert path_words([(0, 0), (0.01, 0), (0.01, 0.02)], DEGREES) == "2.07 mi · last piece 1.37 mi"
    assert path_words([(0, 0), (1, 0)], DEGREES) == "69.2 mi"
    assert path_words([(0, 0)], DEGREES) == ""


def test_a_few_steps_are_feet() -> None:
    assert path_words([(0, 0), (0.0001, 0)], DEGREES) == "37 ft"


@pytest.mark.usefixtures("kilometres")
def test_kilometres() -> None:
    assert path_words([(0, 0), (0.01, 0)], DEGREES) == "1.11 km"
    assert area_words([(0, 0), (0.01, 0), (0.01, 0.01), (0, 0.01)], DEGREES) == "1.23 sq km · 4.44 km around"


def test_two_corners_are_a_line() -> None:
    assert area_words([(0, 0), (0.01, 0)], DEGREES) == "0.69 mi"
    assert area_words([(0, 0), (0.01, 0), (0.01, 0.01), (0, 0.01)], DEGREES).startswith("0.48 sq mi")
