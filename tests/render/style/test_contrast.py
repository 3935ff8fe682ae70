"""Every colour and sign of the map that carries meaning stands out from what lies beside it, 3 to 1 (WCAG 2.2, 1.4.11), by its fill, its
edge or its pattern, in light, dark and high contrast; and docs/contrast.md says what was measured.

``python -m tests.render.style.test_contrast`` writes the page anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import pytest
from attrs import frozen
from shapely.geometry import Point, box

from ecomap.model import vocabulary as v
from ecomap.model.layer import POINT, POLYGON, Layer
from ecomap.model.style import SINGLE, LayerStyle
from ecomap.render.style import hatch, pattern
from ecomap.render.style.drawing import resolve
from ecomap.render.style.ground import ground_colours
from ecomap.render.style.palette import (
    LEAST_CONTRAST,
    chrome,
    colour,
    contrast,
    in_dark,
    names,
    ramp,
    rgb,
)
from ecomap.render.style.symbols import Symbol

PAGE = Path(__file__).parents[3] / "docs" / "contrast.md"
CLASSES = 5
POINTS = ("community_school", "linked_learning", "promise_neighborhood", "service", "school", "result", "other", "no_data")
LINES = ("district", "board_district", "attendance_area", "promise_neighborhood", "result", "rail", "reference")
THEMES = (False, True)  # high contrast draws its map in the colours of the light one
GAP_OPACITY = 0.1       # of the fill between the lines of a gap surface (`analysis/gaps/coverage/tables`)
WHITE, INK = "#FFFFFF", "#26323F"


@frozen
class Measured:
    """What was measured against what, in which theme, and whether 3 to 1 is asked of it."""

    what: str
    beside: str
    dark: bool
    ratio: float
    by: str = "fill"
    asked: bool = True

    @property
    def row(self) -> str:
        theme = "dark" if self.dark else "light, high contrast"
        return f"| {self.what} | {self.beside} | {theme} | {self.by} | {self.ratio:.2f} | {'3.00' if self.asked else '–'} |"


def over(top: str, strength: float, below: str) -> str:
    """A colour laid over another, as both are seen."""
    return "#" + "".join(f"{round(a * strength + b * (1 - strength)):02X}" for a, b in zip(rgb(top), rgb(below)))


def best(symbol: Symbol, ring: str, dark: bool) -> tuple[float, str]:
    """The contrast of a point with the ring around it, by its fill or its edge; a white edge is the ring, and stands before the map."""
    if symbol.line == WHITE:
        return max((contrast(symbol.fill, WHITE), "fill"), (contrast(WHITE, chrome(dark)["ground"]), "edge"))
    parts = [(contrast(one, ring), by) for one, by in ((symbol.fill, "fill"), (symbol.line, "edge")) if one]
    return max(parts)


def point_of(token: str, dark: bool, *, line: str = "", ended: bool = False) -> Symbol:
    frame = gpd.GeoDataFrame({"id": ["1"], "name": ["A"], "end": ["2001-01-01" if ended else None]}, geometry=[Point(0, 0)], crs="EPSG:3310")
    layer = Layer("p", "P", v.SITE, POINT, style=LayerStyle(kind=SINGLE, fill=token, line=line))
    drawing = resolve(layer, frame, "2020-01-01", dark)
    return drawing.symbol_of(0)


def area_line(token: str, dark: bool, *, ended: bool = False) -> str:
    frame = gpd.GeoDataFrame({"id": ["1"], "name": ["A"], "end": ["2001-01-01" if ended else None]}, geometry=[box(0, 0, 1, 1)], crs="EPSG:3310")
    layer = Layer("z", "Z", v.ZONE, POLYGON, style=LayerStyle(kind=SINGLE, line=token))
    return resolve(layer, frame, "2020-01-01", dark).symbol_of(0).line


def ramps() -> Iterator[Measured]:
    """Classes of a number are a gradient, of which 3 to 1 between neighbours cannot be: its ends are told apart, and each step is seen."""
    for name in names():
        for dark in THEMES:
            colours = ramp(name, CLASSES, dark)
            yield Measured(f"{name}: strongest class", "faintest class", dark, contrast(colours[-1], colours[0]))
            yield Measured(f"{name}: strongest class", "ground of the map", dark, contrast(colours[-1], chrome(dark)["ground"]))
            steps = [contrast(a, b) for a, b in pairwise(colours)]
            yield Measured(f"{name}: a class", "the next one, at least", dark, min(steps), "gradient", asked=False)


def points() -> Iterator[Measured]:
    for token in POINTS:
        for dark in THEMES:
            halo = chrome(dark)["halo"]
            ratio, by = best(point_of(token, dark), halo, dark)
            yield Measured(f"point: {token}", "its halo", dark, ratio, by)
            ratio, by = best(point_of(token, dark, line=WHITE), halo, dark)
            yield Measured(f"point: {token}, white edge", "its edge, or the map", dark, ratio, by)
            ratio, by = best(point_of(token, dark, ended=True), WHITE, dark)
            yield Measured(f"point: {token}, ended", "the white within", dark, ratio, by)


def lines() -> Iterator[Measured]:
    for dark in THEMES:
        ground = chrome(dark)["ground"]
        for token in LINES:
            line = in_dark(colour(token)) if dark else colour(token)
            yield Measured(f"line: {token}", "ground of the map", dark, contrast(line, ground), "line")
        yield Measured("line: a zone that has ended", "ground of the map", dark, contrast(area_line("promise_neighborhood", dark, ended=True), ground), "line")
        shown = ground_colours(dark)
        for kind in (v.FREEWAY, "road"):
            yield Measured(f"{kind}", "its casing", dark, contrast(shown[kind], shown["casing"]), "line")


def surfaces() -> Iterator[Measured]:
    """No data, and ground that nothing reaches; the light classes lie under most of it, on the strongest two its edge and legend say it too."""
    for dark in THEMES:
        yield Measured("no data: the lines", "between them", dark, contrast(hatch.ink(), hatch.ground(dark)), "pattern")
        gap = in_dark(colour("result")) if dark else colour("result")
        ground = chrome(dark)["ground"]
        between = over(gap, GAP_OPACITY, ground)
        yield Measured("gaps: the lines", "between them, on the ground", dark, contrast(over(gap, pattern.STRENGTH, between), between), "pattern")
        yield Measured("gaps: the edge", "ground of the map", dark, contrast(gap, ground), "line")
        for number, under in enumerate(ramp("need", CLASSES, dark), start=1):
            between = over(gap, GAP_OPACITY, under)
            yield Measured(f"gaps: the edge on need class {number}", "the class", dark, contrast(gap, under), "line", asked=number <= (1 if dark else 2))


def marks() -> Iterator[Measured]:
    for dark in THEMES:
        yield Measured("what is chosen", "its dark edge", dark, contrast(chrome(dark)["selected"], "#1F2933"), "line")
        yield Measured("flag of what was agreed", "its white edge", dark, contrast(INK, WHITE), "fill")
        yield Measured("note of a reader, pinned", "its white edge", dark, contrast(INK, WHITE), "fill")


def every() -> list[Measured]:
    return [*ramps(), *points(), *lines(), *surfaces(), *marks()]


@pytest.mark.parametrize("one", [one for one in every() if one.asked], ids=lambda one: f"{one.what}-{'dark' if one.dark else 'light'}")
def test_what_carries_meaning_stands_out(one: Measured) -> None:
    assert one.ratio >= LEAST_CONTRAST


def test_every_step_of_a_ramp_is_seen() -> None:
    assert [one for one in ramps() if not one.asked and one.ratio < 1.2] == []


def test_a_pale_point_gets_an_edge_and_a_strong_one_none() -> None:
    assert point_of("linked_learning", dark=False).line == "#CB8600"
    assert point_of("community_school", dark=False).line == ""
    assert point_of("#F2EFF6", dark=False).line not in ("", WHITE)
    assert point_of("#98A2AD", dark=False).line, "just below 3 to 1"
    assert point_of("#8A95A0", dark=False).line == "", "just above it"


def test_the_page_of_figures_says_what_was_measured() -> None:
    told = re.findall(r"^\| .*", PAGE.read_text("utf-8"), re.MULTILINE)[1:]
    assert told == [one.row for one in every()]


HEAD = """# Contrast of what the map shows

WCAG 2.2 (1.4.11) asks 3 to 1 of what carries meaning against what lies beside it. Signs, lines, patterns and edges of the map are measured
from the recipes that window, paper and page draw from (`tests/render/style/test_contrast.py`, which writes this table and goes red where a
figure falls below). High contrast draws the map in the colours of the light theme.

Asked of are: points against their halo, by fill or by edge (a point too pale for it gets a deeper edge of its own colour,
`palette.standing_out`); what has ended, which is paler only as far as it is still seen; lines against the ground; the hatch of "no data";
the pattern and edge of gaps on the ground and on the faintest classes of need; what is chosen; flags and notes. Not asked of, and why:

- **A class against the next one.** Five classes cannot each be 3 to 1 from the next (that would take 81 to 1); WCAG excepts gradients that
  stand for a measurement. Each step is at least 1.2 to 1, the ends are more than 3 to 1 apart, the ramps keep their order for every
  colour vision and in grey (`tests/render/style/test_palette.py`), and every number stands on its place's card and in the tables.
- **The edge of a gap over the stronger classes of need.** Its magenta is about as dark as they are. There the lines of the pattern differ in hue,
  not in lightness; card and table say of each area how much of it is out of reach.

| what | beside | theme | by | contrast | asked |
|---|---|---|---|---:|---:|
"""


def main() -> None:
    PAGE.write_text(HEAD + "\n".join(one.row for one in every()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
