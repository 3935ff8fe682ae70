"""A picture of a map lies in its place under the data, drawn back, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import Point, box

from ecomap.model import vocabulary as v
from ecomap.model.layer import MIXED, POLYGON, Layer
from ecomap.model.project import Project
from ecomap.render.canvas.idbuffer import Window
from ecomap.render.canvas.raster import argb
from ecomap.render.paper import backdrop
from ecomap.render.paper.backdrop import backdrops_of, pixels_of
from ecomap.render.paper.picture import ensure_gui
from ecomap.render.style.palette import chrome
from ecomap.workspace import operations
from tests.tiles import Place, around, picture, raster_tiles, tile_at

HERE, ZOOM, CRS = (-118.25, 34.05), 13, "EPSG:3310"
MIDDLE = tile_at(*HERE, ZOOM)


def paint(place: Place) -> bytes:
    return picture("#ff0000" if place == MIDDLE else "#0000ff", kind="PNG")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    path = raster_tiles(tmp_path / "city.mbtiles", around(*HERE, ZOOM), paint)
    return operations.import_file(operations.new_project(), path, "ground")[0]


def shown(project: Project, px_per_m: float = 0.05, *, dark: bool = False, ratio: float = 1.0) -> tuple[np.ndarray | None, Window]:
    at = gpd.GeoSeries([Point(*HERE)], crs="EPSG:4326").to_crs(project.crs).iloc[0]
    window = Window(at.x - 200 / px_per_m, at.y + 150 / px_per_m, px_per_m, 400, 300, ratio)
    found = pixels_of(backdrops_of([project.frame(project.layers_of("ground")[0].id)]), window, dark=dark)
    return (None if found is None else found.reshape(300, 400)), window


def share(pixels: np.ndarray, shift: int) -> np.ndarray:
    return pixels >> np.uint32(shift) & np.uint32(0xFF)


def test_every_pixel_shows_the_tile_that_it_lies_in(project: Project) -> None:
    pixels, window = shown(project)
    assert pixels is not None
    for column in range(5, 400, 23):
        for row in range(5, 300, 19):
            x, y = window.to_map(column + 0.5, row + 0.5)
            place = gpd.GeoSeries([Point(x, y)], crs=project.crs).to_crs("EPSG:4326").iloc[0]
            beside = {tile_at(place.x + east, place.y + north, ZOOM) for east in (-1e-4, 1e-4) for north in (-1e-4, 1e-4)}
            if len(beside) == 1:  # not within some metres of a tile's edge
                red = share(pixels[row, column], 16) > share(pixels[row, column], 0)
                assert bool(red) == (beside == {MIDDLE})


@pytest.mark.parametrize(("size", "kind"), [(256, "PNG"), (512, "PNG"), (256, "JPG")])
def test_north_is_up_and_west_is_left_in_a_tile(tmp_path: Path, size: int, kind: str) -> None:
    path = raster_tiles(tmp_path / "city.mbtiles", [MIDDLE], lambda _: picture("#0000ff", size, kind, corner="#ff0000"))
    project = operations.import_file(operations.new_project(), path, "ground")[0]
    west, south, east, north = project.frame(project.layers_of("ground")[0].id).to_crs("EPSG:4326").total_bounds
    pixels, window = shown(project)
    assert pixels is not None
    for across in (0.25, 0.75):
        for up in (0.25, 0.75):
            place = gpd.GeoSeries([Point(west + across * (east - west), south + up * (north - south))], crs="EPSG:4326").to_crs(project.crs).iloc[0]
            column, row = (int(one) for one in window.to_screen(place.x, place.y))
            red = share(pixels[row, column], 16) > share(pixels[row, column], 0)
            assert bool(red) == (across < 0.5 and up > 0.5)


def test_it_is_drawn_back_into_the_bare_ground(project: Project) -> None:
    for dark, quiet in ((False, backdrop.QUIET), (True, backdrop.QUIET_DARK)):
        pixels, _ = shown(project, dark=dark)
        bare = int(argb(chrome(dark)["ground"]))
        assert pixels is not None
        assert int(share(pixels[150, 200], 16)) == round(255 * (1 - quiet) + (bare >> 16 & 0xFF) * quiet)
        assert (pixels >> np.uint32(24) == 255).all()


def test_where_no_tile_is_the_ground_is_bare_and_far_away_there_is_no_picture(project: Project) -> None:
    pixels, _ = shown(project, px_per_m=0.01)  # the tiles cover a part of the window
    assert pixels is not None
    assert pixels[0, 0] == argb(chrome(False)["ground"])
    frame = project.frame(project.layers_of("ground")[0].id)
    assert pixels_of(backdrops_of([frame]), Window(5e5, 5e5, 0.05, 100, 100, 1.0)) is None
    assert backdrops_of([frame.drop(columns=v.PICTURE)]) == ()


def test_the_zoom_fits_the_scale(tmp_path: Path) -> None:
    colours = {11: "#ff0000", 12: "#00ff00", 13: "#0000ff"}
    path = raster_tiles(tmp_path / "city.mbtiles", [place for zoom in colours for place in around(*HERE, zoom)], lambda place: picture(colours[place[0]]))
    project = operations.import_file(operations.new_project(), path, "ground")[0]
    for px_per_m, zoom in ((0.012, 11), (0.025, 12), (0.05, 13), (0.5, 13)):  # zoom 13 has 0.063 pixels to the metre here
        pixels, _ = shown(project, px_per_m)
        assert pixels is not None
        own = [int(share(pixels[150, 200], shift)) for shift in (16, 8, 0)]
        assert own.index(max(own)) == zoom - 11


@pytest.mark.parametrize("cell", ["", "no base64!", "AAAA", None])
def test_a_damaged_tile_is_a_hole_and_no_fault(project: Project, cell: str | None) -> None:
    frame = project.frame(project.layers_of("ground")[0].id)
    key = "/".join(map(str, MIDDLE))
    harmed = frame.assign(**{v.PICTURE: [cell if one == key else picture_ for one, picture_ in zip(frame[v.ID], frame[v.PICTURE])]})
    layer = project.layers_of("ground")[0]
    pixels, _ = shown(project.with_layer(layer, harmed))
    assert pixels is not None
    assert pixels[150, 200] == argb(chrome(False)["ground"])


def test_it_is_under_the_data_in_picture_and_vectors(project: Project, tmp_path: Path) -> None:
    at = gpd.GeoSeries([Point(*HERE)], crs="EPSG:4326").to_crs(project.crs).iloc[0]
    rows = gpd.GeoDataFrame({v.ID: ["1"], v.NAME: ["A"]}, geometry=[box(at.x - 900, at.y - 900, at.x + 900, at.y + 900)], crs=project.crs)
    project = project.with_layer(Layer("areas", "Areas", v.NEED_AREA, POLYGON), rows)
    ensure_gui()
    reports = {ending: operations.export(project, tmp_path / f"a.{ending}") for ending in ("png", "svg", "pdf", "html", "xlsx")}
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "data:image/png" in svg or "data:image/jpeg" in svg
    assert any("picture of a map under the data is not in this file" in note for note in reports["html"].notes)
    assert project.layers_of("ground")[0].geometry == MIXED
