"""How the ground is drawn, one recipe for window, paper and page: which kinds from which scale on, how wide, in which quiet colours.

Water and parks lie under the data, roads and the coast above its fills as thin lines with a casing, names and road numbers on top
with a halo. What the data says with colour stays as the legend has it: only the lines themselves take pixels of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from attrs import frozen

from ecomap.model import vocabulary as v
from ecomap.model.layer import Layer
from ecomap.render.style.palette import themed

AREAS: Final = (v.PARK, v.WATER)  # bottom first

# By rank, 1 from afar to 5 street by street: the scale (pixels per metre) from which a line is drawn, and a name written.
LINES_FROM: Final[Mapping[int, float]] = MappingProxyType({1: 0.0, 2: 0.003, 3: 0.012, 4: 0.05, 5: 0.12})
NAMES_FROM: Final[Mapping[int, float]] = MappingProxyType({1: 0.0, 2: 0.0015, 3: 0.004, 4: 0.02, 5: 0.06})
STREET_NAMES_FROM: Final[Mapping[int, float]] = MappingProxyType({1: 0.03, 2: 0.03, 3: 0.05, 4: 0.2, 5: 0.4})  # along a road
SCHOOL_NAMES_FROM: Final = 0.05
USUAL_RANK: Final = 3             # of a row that says none


@frozen
class Growth:
    """How much larger something is at a scale than at that of a whole town: a power of the scale, within bounds."""

    reference_px_per_m: float
    power: float
    least: float
    most: float

    def at(self, px_per_m: float) -> float:
        """How many times larger it is.

        >>> LINE_GROWTH.at(0.01), round(LINE_GROWTH.at(0.1), 1), LINE_GROWTH.at(0.001)
        (1.0, 2.2, 0.8)
        >>> TEXT_GROWTH.at(0.01), round(TEXT_GROWTH.at(0.1), 2), TEXT_GROWTH.at(0.001)
        (1.0, 1.2, 0.92)
        """
        return min(max((px_per_m / self.reference_px_per_m) ** self.power, self.least), self.most)


LINE_GROWTH: Final = Growth(0.01, 0.35, 0.8, 4.0)
TEXT_GROWTH: Final = Growth(0.01, 0.08, 0.92, 1.25)  # hardly


@frozen
class LineLook:
    """A kind of line: width in pixels at the scale of a whole town, and how much of what lies below it and its casing cover."""

    kind: str
    ink: str                  # the name of its colour
    width: float
    strength: float
    casing: float             # px on each side; 0 for none
    casing_strength: float = 0.0
    dash: bool = False


CASING: Final = "casing"
INKS: Final = (CASING, "road", "coast", "freeway")  # colours of lines, bottom first

# Bottom first. Roads are cased so that they are seen on the lightest class and on the darkest.
LINES: Final = (
    LineLook(v.RAIL, "road", 0.9, 0.55, 0.0, dash=True),
    LineLook(v.SMALL_STREET, "road", 0.8, 0.55, 0.4, 0.35),
    LineLook(v.ROAD, "road", 0.8, 0.6, 0.5, 0.4),
    LineLook(v.MAIN_ROAD, "road", 1.0, 0.7, 0.6, 0.5),
    LineLook(v.WATER, "coast", 1.0, 0.8, 0.0),
    LineLook(v.COAST, "coast", 1.0, 0.9, 0.0),
    LineLook(v.FREEWAY, "freeway", 1.5, 1.0, 0.9, 0.85),
)


@frozen
class NameLook:
    """How a kind of name is written: height in pixels, weight, slanted or not, and the name of its ink."""

    px: float
    weight: int
    ink: str
    slanted: bool = False
    boxed: bool = False       # the number of a road, on its sign


SCHOOL_NAME: Final = "school"
SIGN: Final = "sign"
NAMES: Final[Mapping[str, NameLook]] = MappingProxyType({
    v.CITY_NAME: NameLook(12.5, 600, "city_name"),
    v.NEIGHBOURHOOD: NameLook(11.5, 550, "neighbourhood_name"),
    v.PARK: NameLook(11.5, 550, "park_name", slanted=True),
    v.WATER: NameLook(12.0, 550, "water_name", slanted=True),
    v.FREEWAY: NameLook(11.0, 550, "road_name"),
    v.MAIN_ROAD: NameLook(11.0, 500, "road_name"),
    v.ROAD: NameLook(10.5, 500, "road_name"),
    v.SMALL_STREET: NameLook(10.0, 500, "road_name"),
    SCHOOL_NAME: NameLook(11.5, 550, "school_name"),
    SIGN: NameLook(10.0, 700, "shield_text", boxed=True),
})
HALO_PX: Final = 3.2          # both sides together
SIGN_ROOM: Final = (4.0, 2.0)  # px between a road's number and the edge of its sign
LINE_GAP: Final = 0.94        # of a line's height, from line to line of one name

_TWO_LINES_FROM = 12          # letters


def is_ground(layer: Layer) -> bool:
    """Whether a layer is what a map is recognised by: it has a recipe of its own, no classes, and is not pointed at."""
    return layer.role == v.GROUND


def ground_colours(dark: bool = False) -> dict[str, str]:
    """The colours of the ground in a theme, by what they are for."""
    return themed("ground", dark)


@lru_cache(maxsize=10_000)
def two_lines(text: str) -> tuple[str, ...]:
    """A long name in two lines, broken where they come out most alike; one that has no blank stays in one.

    >>> two_lines("Boyle Heights"), two_lines("Pacoima"), two_lines("Hollywood Hills West")
    (('Boyle', 'Heights'), ('Pacoima',), ('Hollywood', 'Hills West'))
    """
    words = text.split()
    if len(text) < _TWO_LINES_FROM or len(words) < 2:
        return (" ".join(words),)
    ways = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return min(ways, key=lambda way: max(map(len, way)))


def sign_text(shield: str) -> str:
    """What stands on the sign of a road: of several numbers the first, and no letters before a dash.

    >>> sign_text("I-110"), sign_text("US-101;SR-134"), sign_text("A40"), sign_text("Loop-North")
    ('110', '101', 'A40', 'Loop-North')
    """
    first = shield.split(";")[0].strip()
    letters, dash, number = first.partition("-")
    return number.strip() if dash and letters.strip().isalpha() and number.strip()[:1].isdigit() else first
