"""Palettes are read by everyone: in grey, and with the three common kinds of colour vision."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from ecomap.model.errors import InputError
from ecomap.render.style.palette import chrome, colour, in_dark, linear, names, ramp

# Linear-light simulation of full dichromacy (Machado, Oliveira & Fernandes 2009, severity 1.0).
VISION = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def lightness(light: np.ndarray) -> float:
    """CIE L* of linear light."""
    y = float(np.clip(light, 0, 1) @ [0.2126, 0.7152, 0.0722])
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


def lab(light: np.ndarray) -> np.ndarray:
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(light, 0, 1)
    f = np.cbrt(xyz / [0.9505, 1.0, 1.089])
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def seen(colour_: str, vision: str) -> np.ndarray:
    return np.asarray(VISION[vision]) @ linear(colour_) if vision in VISION else linear(colour_)


def contrast(first: str, second: str) -> float:
    lights = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (first, second)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("count", [3, 5, 7])
@pytest.mark.parametrize("vision", ["all", "protan", "deutan", "tritan"])
def test_a_ramp_grows_darker_for_every_eye(name: str, count: int, vision: str) -> None:
    steps = np.diff([lightness(seen(c, vision)) for c in ramp(name, count)])
    assert (steps < -35 / count).all()


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("count", [2, 3, 5, 7, 9])
@pytest.mark.parametrize("dark", [False, True])
def test_what_is_worse_stands_out_more_from_the_ground_in_both_themes(name: str, count: int, dark: bool) -> None:
    """The order of the classes is the order of their contrast to the map's ground, and the lowest class never glares."""
    against = [contrast(step, chrome(dark)["ground"]) for step in ramp(name, count, dark)]
    assert against == sorted(against)
    assert against[0] < 2


@pytest.mark.parametrize("white", ["#FFFFFF", "#F4F6F8", "#DCE6EE", "#E8EBEE"])
def test_pale_areas_do_not_glare_in_the_dark(white: str) -> None:
    assert contrast(in_dark(white), chrome(True)["ground"]) < 2
    assert contrast(in_dark("#26323F"), chrome(True)["ground"]) > 7  # and dark outlines do not drown


@pytest.mark.parametrize("vision", ["all", *VISION])
def test_the_three_approaches_are_told_apart(vision: str) -> None:
    """By hue for nearly everyone; blue and green come close without short-wave cones, where shape tells them apart."""
    least = 8 if vision == "tritan" else 15
    hues = [colour(n) for n in ("community_school", "linked_learning", "promise_neighborhood")]
    for first, second in itertools.combinations(hues, 2):
        assert np.linalg.norm(lab(seen(first, vision)) - lab(seen(second, vision))) > least


def test_the_need_ramp_is_the_one_of_the_map_language() -> None:
    assert ramp("need", 5) == ("#F2EFF6", "#CBC9E2", "#9E9AC8", "#756BB1", "#54278F")


@pytest.mark.parametrize("dark", [False, True])
def test_text_on_the_map_is_readable(dark: bool) -> None:
    look = chrome(dark)
    for ink, paper in [("text", "paper"), ("quiet", "paper"), ("text", "card"), ("quiet", "card"), ("label", "halo"), ("text", "ground"), ("quiet", "ground")]:
        assert contrast(look[ink], look[paper]) >= 4.5, (ink, paper)


def test_the_result_stands_out_from_every_need_class_but_the_darkest_by_contrast_or_hue() -> None:
    for step in ramp("need", 5):
        assert np.linalg.norm(lab(linear(colour("result"))) - lab(linear(step))) > 40


def test_unknown_names_are_refused_in_words() -> None:
    with pytest.raises(InputError, match="no colour called"):
        colour("purpleish")
    with pytest.raises(InputError, match="no palette called"):
        ramp("purpleish", 5)
