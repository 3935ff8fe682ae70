"""Colours by name: ramps from light to dark, tokens of the map language, and what surrounds the data."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from ecomap.model.assets import resources_dir
from ecomap.model.errors import InputError
from ecomap.model.said import Said, joined, say, shipped
from ecomap.model.said import name as kept

LEAST_CONTRAST = 3.0  # of signs and lines that carry meaning, against what lies beside them (WCAG 2.2, 1.4.11)
_STEP = 0.01           # of lightness
_TURNED, _DARKEST, _LIGHTEST = 1.22, 0.34, 0.93  # lightness in the dark theme: what it is turned about, and its bounds


def names() -> tuple[str, ...]:
    """The names of all sequential ramps."""
    found = [path.stem for path in sorted((resources_dir() / "palettes").glob("*.json"))]
    return tuple(name for name in found if _palette(name)["kind"] == "sequential")


def label(name: str) -> Said:
    """What a ramp is called on screen."""
    return shipped(_palette(name)["label"])


@lru_cache(maxsize=256)
def ramp(name: str, count: int, dark: bool = False) -> tuple[str, ...]:
    """Colours of a sequential ramp, from the faintest to the strongest, spaced evenly to the eye.

    On paper the faintest is light and the strongest dark. The dark theme has a ramp of its own, the other way round: what stands
    out most from the ground is the strongest in both, and the lowest class never glares.

    Parameters
    ----------
    name : str
        One of `names`.
    count : int
        Number of classes, at least 1.
    dark : bool
        For the dark theme.

    Examples
    --------
    >>> ramp("need", 5)[0], ramp("need", 5)[-1], len(ramp("need", 7))
    ('#F2EFF6', '#54278F', 7)
    """
    palette = _palette(name)
    if palette["kind"] != "sequential":
        raise InputError(say("'{name}' is not a colour ramp.", name=kept(name)), _one_of(names()))
    anchors = np.array([_to_lab(colour) for colour in palette["dark" if dark else "colours"]])
    places = np.linspace(0, len(anchors) - 1, count) if count > 1 else np.array([(len(anchors) - 1) * 0.75])
    mixed = [np.interp(places, np.arange(len(anchors)), anchors[:, axis]) for axis in range(3)]
    return tuple(_from_lab(np.array(lab)) for lab in zip(*mixed))


def colour(name: str, otherwise: str = "") -> str:
    """A colour as ``#RRGGBB``: as it is, or the token of that name; "" stays "".

    >>> colour("result"), colour("#123456"), colour("")
    ('#B3005E', '#123456', '')
    """
    if not name:
        return otherwise
    if name.startswith("#"):
        return name.upper()
    tokens = _palette("tokens")["colours"]
    if name not in tokens:
        raise InputError(say("There is no colour called '{name}'.", name=kept(name)),
                         say("Use #RRGGBB or one of: {names}.", names=joined(tokens, ", ")))
    return str(tokens[name])


def in_dark(colour_: str) -> str:
    """A colour of areas and lines as the dark theme shows it: the same hue, what is dark on paper light and the other way round.

    >>> in_dark("#FFFFFF"), in_dark("#26323F"), in_dark("")
    ('#383838', '#D3E3F4', '')
    """
    if not colour_:
        return ""
    lightness, green_red, blue_yellow = _to_lab(colour_)
    return _from_lab(np.array([np.clip(_TURNED - lightness, _DARKEST, _LIGHTEST), green_red, blue_yellow]))


def contrast(first: str, second: str) -> float:
    """The contrast of two colours as WCAG counts it, 1 to 21.

    >>> round(contrast("#FFFFFF", "#000000")), round(contrast("#E69F00", "#FFFFFF"), 2)
    (21, 2.25)
    """
    one, other = (float(linear(colour_) @ _LUMINANCE) + 0.05 for colour_ in (first, second))
    return max(one, other) / min(one, other)


@lru_cache(maxsize=256)
def standing_out(colour_: str, beside: str, least: float = LEAST_CONTRAST) -> str:
    """The colour of the same hue nearest to one that stands out from what lies beside it: darker on light, lighter on dark.

    >>> standing_out("#E69F00", "#FFFFFF"), standing_out("#0072B2", "#FFFFFF")
    ('#CB8600', '#0072B2')
    """
    step = -_STEP if contrast(beside, "#000000") > contrast(beside, "#FFFFFF") else _STEP
    lab, found = _to_lab(colour_), colour_
    while contrast(found, beside) < least and 0 < lab[0] < 1:
        lab = lab + np.array([step, 0, 0])
        found = _from_lab(lab)
    return found


def chrome(dark: bool = False) -> dict[str, str]:
    """The colours of what surrounds the data: paper, ground, card, text, quiet, lines, halo, label, hover, selected."""
    return themed("chrome", dark)


def themed(name: str, dark: bool = False) -> dict[str, str]:
    """The colours of a palette that has a light and a dark theme, by what they are for."""
    return dict(_palette(name)["colours"]["dark" if dark else "light"])


def rgb(colour_: str) -> tuple[int, int, int]:
    """Red, green and blue, 0-255."""
    return int(colour_[1:3], 16), int(colour_[3:5], 16), int(colour_[5:7], 16)


def _one_of(known: Iterable[str]) -> Said:
    return say("Use one of: {names}.", names=joined(known, ", "))


@lru_cache(maxsize=32)
def _palette(name: str) -> dict[str, Any]:
    path = resources_dir() / "palettes" / f"{name}.json"
    if not path.is_file():
        raise InputError(say("There is no palette called '{name}'.", name=kept(name)), _one_of(names()))
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


# OKLab (B. Ottosson, 2020): equal steps look equal.
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def linear(colour_: str) -> np.ndarray:
    """Linear light of a colour, three numbers 0-1."""
    share = np.array(rgb(colour_)) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def _to_lab(colour_: str) -> np.ndarray:
    return np.asarray(_TO_LAB @ np.cbrt(_TO_LMS @ linear(colour_)))


def _from_lab(lab: np.ndarray) -> str:
    light = np.linalg.solve(_TO_LMS, np.linalg.solve(_TO_LAB, lab) ** 3).clip(0, 1)
    share = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return "#{:02X}{:02X}{:02X}".format(*(round(float(part) * 255) for part in share))
