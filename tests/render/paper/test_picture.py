"""Pictures on disk, and the reference that one Qt release lost."""

from __future__ import annotations

import sys
from pathlib import Path

import geopandas as gpd
import pytest
from attrs import evolve
from PySide6.QtGui import QColor, QImage, QPainter

from ecomap.model.errors import InputError
from ecomap.model.layer import Layer
from ecomap.model.result import KeyFigure, Note, Output, Result
from ecomap.render.map_page import MapPage, PageLayer
from ecomap.render.paper import picture as paint

Placed = tuple[Layer, gpd.GeoDataFrame]


@pytest.fixture
def page(squares: Placed, dots: Placed) -> MapPage:
    result = Result(
        "r", "coverage-gap", "Coverage gap", "Forty children have nothing in reach.",
        (Output("gaps", "Gaps", squares[1][["id", "name", "need"]]),),
        (KeyFigure("children", "children out of reach", 40.0, moe=5.0),), (Note("caution", "Areas are estimated."),),
    )  # fmt: skip
    return MapPage(
        "Squares & need", "Where is need?", "EPSG:3310", (PageLayer(*dots), PageLayer(*squares)), (result,),
        sources=("Made up 2024",), cautions=("Squares are estimated.",), made_on="2026-01-02",
    )  # fmt: skip


def test_drawing_keeps_its_references(qapp: object) -> None:
    """PySide6 6.12.0 on Python 3.11 lost one reference to None in every call that returns nothing."""
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    colour = QColor("#112233")
    before = sys.getrefcount(None)
    for _ in range(1000):
        painter.setBrush(colour)
    after = sys.getrefcount(None)
    painter.end()
    assert abs(after - before) < 100


def test_the_png_has_the_size_asked_for_and_the_colours_of_the_legend(page: MapPage, tmp_path: Path, qapp: object) -> None:
    paint.write_png(page, tmp_path / "map.png", size=(900, 640))
    image = QImage(str(tmp_path / "map.png"))
    assert (image.width(), image.height()) == (900, 640)
    seen = {image.pixelColor(x, y).name().upper() for x in range(0, 900, 2) for y in range(0, 640, 2)}
    drawings = paint.prepare(page).drawings
    for drawing in drawings:
        for row in drawing.legend:
            if row.symbol.fill and row.class_index >= 0:
                assert row.symbol.fill in seen, row


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [(1600, 1000), (800, 1200), (500, 400)])
def test_pages_of_any_shape_draw(page: MapPage, size: tuple[int, int], dark: bool, qapp: object) -> None:
    image = paint.render_image(page, *size, dark=dark)
    corner = image.pixelColor(2, 2)
    assert corner.lightness() < 60 if dark else corner.lightness() == 255


def test_a_finer_picture_shows_the_same(page: MapPage, qapp: object) -> None:
    image = paint.render_image(page, 600, 400, scale=2.0)
    assert (image.width(), image.height()) == (1200, 800)


def test_the_svg_is_vectors_and_text_only(page: MapPage, tmp_path: Path, qapp: object) -> None:
    paint.write_svg(page, tmp_path / "map.svg", size=(900, 640))
    body = (tmp_path / "map.svg").read_text(encoding="utf-8")
    assert "<image" not in body
    assert "Where is need?" in body
    assert "#54278f" in body.lower()
    assert "Squares &amp; need" in body


def test_an_empty_map_is_refused_in_words(tmp_path: Path, qapp: object) -> None:
    empty = MapPage("Nothing", "", "EPSG:3310", ())
    with pytest.raises(InputError, match="nothing on the map"):
        paint.write_png(empty, tmp_path / "map.png")


def test_a_place_that_cannot_be_written_is_said(page: MapPage, tmp_path: Path, qapp: object) -> None:
    with pytest.raises(InputError, match="no folder"):
        paint.write_png(page, tmp_path / "missing" / "map.png", size=(300, 200))


@pytest.mark.parametrize(("language", "day"), [("en", "2 January 2026"), ("es", "2 de enero de 2026")])
def test_the_day_is_written_as_people_write_it(
    page: MapPage, tmp_path: Path, qapp: object, monkeypatch: pytest.MonkeyPatch, language: str, day: str
) -> None:
    said: list[str] = []

    def keep(_painter: object, _box: object, text: str, *_look: object) -> float:
        said.append(text)
        return 10.0

    monkeypatch.setattr(paint, "draw_text", keep)
    paint.write_png(evolve(page, language=language), tmp_path / "map.png")
    assert [text for text in said if "2026-01-02" in text] == []
    assert any(f"{day}." in text for text in said)                # the foot of the map
