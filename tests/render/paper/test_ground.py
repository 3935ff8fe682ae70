"""The ground in pictures and on paper: seen, named, searchable, and gone when it is switched off."""

from __future__ import annotations

import itertools
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from attrs import evolve
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from ecomap.model.layer import POLYGON
from ecomap.model.style import LayerStyle
from ecomap.render.canvas.names import all_names, rooms_of, showing
from ecomap.render.map_page import MapPage, PageLayer
from ecomap.render.paper.figure import map_figure
from ecomap.render.paper.names import draw_names, names_in, stamp_names
from ecomap.render.paper.picture import draw_map, draw_page, prepare, render_image, write_svg
from ecomap.render.style.ground import ground_colours
from tests.render.pages import HOSTILE, HOSTILE_END, town_on_ground, town_page

pytestmark = pytest.mark.usefixtures("qapp")


def pixels(image: QImage) -> np.ndarray:
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)[:, :image.width()].copy()


def count(image: QImage, colour: str) -> int:
    return int((pixels(image) & 0xFFFFFF == int(colour[1:], 16)).sum())


@pytest.mark.parametrize("dark", [False, True])
def test_water_is_on_the_picture_in_both_themes(dark: bool) -> None:
    ink = ground_colours(dark)["water"]
    assert count(render_image(town_on_ground(), 900, 700, dark=dark), ink) > 2_000
    assert count(render_image(town_page(), 900, 700, dark=dark), ink) == 0


def test_switched_off_the_picture_is_as_before() -> None:
    off, never = (render_image(page, 900, 700) for page in (town_on_ground(visible=False, names=False), evolve(town_page(), names=False)))
    assert (pixels(off) == pixels(never)).all()


def test_names_switch_apart_from_the_ground() -> None:
    named, bare = (render_image(town_on_ground(names=on), 900, 700) for on in (True, False))
    assert 200 < (pixels(named) != pixels(bare)).sum() < 40_000
    assert count(bare, ground_colours()["water"]) > 2_000


def texts_of(svg: Path) -> list[str]:
    return ["".join(found.itertext()).strip() for found in ElementTree.parse(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_svg_holds_the_names_as_text_and_a_hostile_one_runs_nothing(tmp_path: Path) -> None:
    write_svg(town_on_ground(), tmp_path / "map.svg")
    texts = texts_of(tmp_path / "map.svg")
    assert {"North Heights", "Hill Park", "9"} <= {text.replace("\n", " ") for text in [*texts, *map(" ".join, itertools.pairwise(texts))]}
    assert any("onerror" in text for text in texts)
    tags = {found.tag.rsplit("}")[-1] for found in ElementTree.parse(tmp_path / "map.svg").iter()}
    assert not tags & {"img", "script", "image"}


def test_a_figure_holds_the_names_in_the_language_of_the_page(tmp_path: Path) -> None:
    (tmp_path / "map.svg").write_text(map_figure(town_on_ground(language="es"), 178, 120).svg, encoding="utf-8")
    told = " ".join(texts_of(tmp_path / "map.svg"))
    assert "Parque de" in told
    assert "la Colina" in told
    assert "Hill Park" not in told


def test_vectors_show_what_pixels_show(tmp_path: Path) -> None:
    """Roads above the fills, water under them: the same places differ from a map without ground."""
    def drawn(page: MapPage, vector: bool) -> np.ndarray:
        image = QImage(900, 700, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        draw_page(painter, prepare(page), 900, 700, vector=vector)
        painter.end()
        return pixels(image)

    on, off = evolve(town_on_ground(), names=False), evolve(town_page(), names=False)
    by_pixels, by_vectors = (drawn(on, vector) != drawn(off, vector) for vector in (False, True))
    assert by_pixels.sum() > 5_000
    assert (by_pixels & by_vectors).sum() > 0.85 * max(by_pixels.sum(), by_vectors.sum())


@pytest.mark.parametrize("vector", [False, True])
def test_a_fill_that_waits_for_a_closer_view_lifts_no_road(vector: bool) -> None:
    """Roads lie above the topmost fill that is drawn, and below the outlines above it."""
    page = evolve(town_on_ground(), names=False)
    areas = next(one for one in page.layers if one.layer.geometry == POLYGON)
    outlines = replaced(areas, "outlines", LayerStyle(line="#FF0000", line_width=7.0))
    waiting = replaced(areas, "waiting", LayerStyle(fill="#123456", min_scale_px_per_m=9.0))

    def drawn(*above: PageLayer) -> np.ndarray:
        image = QImage(900, 700, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        draw_map(painter, prepare(evolve(page, layers=(*above, *page.layers))), QRectF(0, 0, 900, 700), vector=vector)
        painter.end()
        return pixels(image)

    assert (drawn(waiting, outlines) == drawn(outlines)).all()


def replaced(areas: PageLayer, key: str, style: LayerStyle) -> PageLayer:
    return evolve(areas, layer=evolve(areas.layer, id=key, style=style, indicators=()))


def test_no_name_is_cut_by_the_frame_or_stands_on_the_scale_bar() -> None:
    prepared = prepare(town_on_ground())
    from ecomap.render.canvas.idbuffer import Window
    window = Window.fitting(prepared.extent, 700, 500, 0.03)
    bar = QRectF(12, 452, 120, 36)
    for name in names_in(prepared.names, window, [bar]):
        left, top, right, bottom = name.box(window.left, window.top, window.px_per_m)
        assert left >= 0
        assert top >= 0
        assert right <= 700
        assert bottom <= 500
        assert not QRectF(left, top, right - left, bottom - top).intersects(bar)


def test_stamps_are_the_letters_that_vectors_write() -> None:
    page = town_on_ground()
    from ecomap.render.canvas.idbuffer import Window
    window = Window.fitting(prepare(page).extent, 600, 450)
    names = names_in(all_names([(shown.layer, shown.frame) for shown in page.layers]), window, [])
    assert len(names) > 5
    made = []
    for stamped in (False, True):
        image = QImage(600, 450, QImage.Format.Format_RGB32)
        image.fill(0xFF888888)
        painter = QPainter(image)
        if stamped:
            stamp_names(painter, names, window, False)
        else:
            draw_names(painter, names, window)
        painter.end()
        made.append(pixels(image) != 0xFF888888)
    assert (made[0] & made[1]).sum() > 0.85 * max(made[0].sum(), made[1].sum())


def test_names_shown_keep_clear_and_are_not_cut() -> None:
    page = town_on_ground()
    from ecomap.render.canvas.idbuffer import Window
    window = Window.fitting(prepare(page).extent, 600, 450)
    names = names_in(all_names([(shown.layer, shown.frame) for shown in page.layers]), window, [])
    rooms, whole = rooms_of(names), (0.0, 0.0, 600.0, 450.0)
    boxes = [QRectF(QPointF(left, top), QPointF(right, bottom)) for left, top, right, bottom in
             (name.box(window.left, window.top, window.px_per_m) for name in names)]
    assert showing(rooms, window, [], whole).tolist() == list(range(len(names)))
    title = QRectF(0, 0, 400, 200)
    assert showing(rooms, window, [(0, 0, 400, 200)], whole).tolist() == [n for n, box in enumerate(boxes) if not box.intersects(title)]
    seen = QRectF(100, 60, 320, 260)
    told = showing(rooms, window, [], (100.0, 60.0, 420.0, 320.0)).tolist()
    assert told == [n for n, box in enumerate(boxes) if seen.contains(box) or not seen.intersects(box)]
    assert 0 < len(told) < len(names)


def test_hostile_names_are_only_letters() -> None:
    """They are measured and drawn like any other; nothing in them is read as markup."""
    spots = [spot.text for spot in all_names([(shown.layer, shown.frame) for shown in town_on_ground().layers])[-1].spots]
    assert HOSTILE in spots
    assert HOSTILE_END in spots
