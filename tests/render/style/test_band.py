"""The band of a rank has one geometry: in the recipe, in the meeting file and in the window."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from ecomap.render.page.file import write_html
from ecomap.render.style.band import band_of, rank_place
from ecomap.ui.look.theme import look
from ecomap.ui.models.cells import draw_band, paint_band
from ecomap.ui.models.table import Band
from tests.render.pages import town_page, unfolded


def test_a_rank_lies_within_its_band_and_both_on_the_bar() -> None:
    for rank, low, high in ((1, 1, 1), (7, 2, 40), (50, 50, 50), (3, 5, 9), (9, 1, 4), (1, -3, 900)):
        band = band_of(rank, low, high, 50)
        assert 0 <= band.start <= band.dot <= band.end <= 1


def test_the_meeting_file_places_its_bands_by_the_recipe(tmp_path: Path) -> None:
    write_html(town_page(), tmp_path / "page.html", packing=False)
    text = (tmp_path / "page.html").read_text("utf-8")
    found = re.search(r'id="page-data">(.*?)</script>', text, re.S)
    assert found
    data = unfolded(json.loads(found[1]))
    column = next(one for one in data["results"][0]["tables"][0]["columns"] if one["kind"] == "rank")
    every = len(column["keys"])
    assert column["places"][9] == [round(1000 * rank_place(8, every)),
                                   round(1000 * (rank_place(14, every) - rank_place(8, every))),
                                   round(1000 * rank_place(10, every))]
    assert data["texts"][column["ends"][9]] == "8–14"
    for drawn in ("bar.style.left = places[0]", "bar.style.width = places[1]", "dot.style.left = places[2]"):
        assert f"{drawn} / 10 + '%'" in text


def test_the_window_draws_the_dot_and_the_bar_where_the_recipe_says(qapp: object) -> None:
    image = QImage(240, 20, QImage.Format.Format_RGB32)
    image.fill(look().colour("surface"))
    painter = QPainter(image)
    draw_band(painter, QRectF(20, 8, 200, 5), Band(4.0, 2.0, 16.0, 64.0), 8.0)
    painter.end()
    at = band_of(4, 2, 16, 64)
    row = np.array([image.pixelColor(x, 10).lightness() for x in range(240)])
    dot, track = row == row.min(), row[20 + round(200 * at.end) + 4]
    assert abs(np.flatnonzero(dot).mean() - (20 + 200 * at.dot)) < 1.5
    bar = np.flatnonzero(row < (track + look().colour("control").lightness()) / 2)
    assert abs(bar.min() - (20 + 200 * at.start)) < 2.5
    assert abs(bar.max() - (20 + 200 * at.end)) < 2.5


def test_the_cell_of_the_window_has_the_band(qapp: object) -> None:
    image = QImage(320, 24, QImage.Format.Format_RGB32)
    image.fill(look().colour("surface"))
    painter = QPainter(image)
    paint_band(painter, QRectF(0, 0, 320, 24), "4", Band(4.0, 2.0, 16.0, 64.0))
    painter.end()
    bar = sum(image.pixelColor(x, 12) == look().colour("control") for x in range(320))
    assert bar > 10
