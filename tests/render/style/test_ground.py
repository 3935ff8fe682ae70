"""The ground is quiet, and its names are read."""

from __future__ import annotations

import pytest

from ecomap.model import vocabulary as v
from ecomap.render.style.ground import (
    LINES,
    LINES_FROM,
    NAMES,
    NAMES_FROM,
    ground_colours,
    sign_text,
    two_lines,
)
from ecomap.render.style.palette import chrome, ramp
from tests.render.style.test_palette import contrast


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("kind", sorted(NAMES))
def test_a_name_is_read_on_its_halo(kind: str, dark: bool) -> None:
    inks, look = ground_colours(dark), NAMES[kind]
    behind = inks["shield"] if look.boxed else chrome(dark)["halo"]
    assert contrast(inks[look.ink], behind) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
def test_a_name_around_the_data_is_read_too(dark: bool) -> None:
    assert contrast(ground_colours(dark)["quiet_name"], chrome(dark)["halo"]) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
def test_a_freeway_is_told_from_its_casing_and_one_of_both_from_every_class(dark: bool) -> None:
    inks = ground_colours(dark)
    assert contrast(inks["freeway"], inks["casing"]) >= 3
    for fill in ramp("need", 5):
        assert max(contrast(inks["freeway"], fill), contrast(inks["casing"], fill)) >= 1.7


def test_every_kind_has_a_look() -> None:
    drawn = {look.kind for look in LINES} | {v.PARK, v.WATER, v.NEIGHBOURHOOD, v.CITY_NAME}
    assert drawn == set(v.GROUND_KINDS)
    assert set(LINES_FROM) == set(NAMES_FROM) == set(v.GROUND_RANKS)


def test_what_ranks_higher_is_there_from_farther_away() -> None:
    for table in (LINES_FROM, NAMES_FROM):
        scales = [table[rank] for rank in v.GROUND_RANKS]
        assert scales == sorted(scales)
        assert len(set(scales)) == len(scales)


def test_a_long_name_is_broken_where_its_halves_are_most_alike() -> None:
    assert two_lines("Rancho Palos Verdes") == ("Rancho", "Palos Verdes")
    assert two_lines("Los Angeles") == ("Los Angeles",)  # eleven letters
    assert two_lines("East Oakland") == ("East", "Oakland")
    assert two_lines("Taumatawhakatangi") == ("Taumatawhakatangi",)
    assert two_lines("  a   b ") == ("a b",)


def test_a_sign_shows_the_number() -> None:
    assert sign_text("I-9") == "9"
    assert sign_text("M25") == "M25"
    assert sign_text("") == ""
