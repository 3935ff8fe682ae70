"""Map tiles that are pictures are kept within bounds, each in its place, and only where a ground is wanted."""

from __future__ import annotations

import base64
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ecomap.io.importers import import_file
from ecomap.io.reading import pictures, read_source
from ecomap.io.reading.layers import TOGETHER
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.workspace import operations
from tests.tiles import around, picture, raster_tiles, tile_at

HERE = (-118.25, 34.05)


def pyramid(path: Path, *zooms: int) -> Path:
    return raster_tiles(path, [place for zoom in zooms for place in around(*HERE, zoom)], lambda place: picture("#336699"))


def test_a_pyramid_becomes_a_layer_of_ground_with_every_tile_in_its_place(tmp_path: Path) -> None:
    path = pyramid(tmp_path / "city.mbtiles", 11, 12)
    found = import_file(path, "ground", target_crs="EPSG:3310")
    assert found.report.kept == 18
    assert set(found.frame[v.KIND]) == {v.PICTURE}
    zoom, column, row = tile_at(*HERE, 12)
    tile = found.frame.set_index(v.ID).loc[f"{zoom}/{column}/{row}"]
    assert base64.b64decode(tile[v.PICTURE]) == picture("#336699")
    west, south, east, north = found.frame.set_index(v.ID).to_crs("EPSG:4326").loc[[f"{zoom}/{column}/{row}"]].total_bounds
    assert west < HERE[0] < east
    assert south < HERE[1] < north
    seen = operations.understand(operations.new_project(), path).view
    assert (seen.role, "picture of a map" in seen.role_why) == ("ground", True)


def test_it_travels_in_the_project_file(tmp_path: Path) -> None:
    project, _ = operations.import_file(operations.new_project(), pyramid(tmp_path / "city.mbtiles", 12), "ground")
    operations.save_project(project, tmp_path / "a.ecomap.gpkg")
    back = operations.open_project(tmp_path / "a.ecomap.gpkg")
    layer = back.layers_of("ground")[0]
    assert back.frame(layer.id)[v.PICTURE].tolist() == project.frame(layer.id)[v.PICTURE].tolist()


@pytest.mark.parametrize("wanted", [("polygon",), ("line",), ()])
def test_where_rows_are_wanted_pictures_are_refused(tmp_path: Path, wanted: tuple[str, ...]) -> None:
    path = pyramid(tmp_path / "city.mbtiles", 12)
    with pytest.raises(InputError, match="pictures of a map") as refused:
        read_source(path, prefer=wanted)
    assert "as ground" in refused.value.hint


@pytest.mark.parametrize(("bound", "most", "kept"), [("MOST_TILES", 18, 18), ("MOST_TILES", 17, 9), ("MOST_BYTES", "two", 18), ("MOST_BYTES", "one", 9), ("MOST_TILE_BYTES", "tile", 0)])
def test_zooms_are_taken_as_long_as_they_fit_and_the_rest_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, most: int | str, kept: int) -> None:
    path, size = pyramid(tmp_path / "city.mbtiles", 11, 12), len(picture("#336699"))
    monkeypatch.setattr(pictures, bound, {"two": 18 * size, "one": 18 * size - 1, "tile": size - 1}.get(str(most), most))
    if not kept:
        with pytest.raises(InputError, match="pictures of a map"):
            read_source(path, prefer=TOGETHER)
        return
    raw = read_source(path, prefer=TOGETHER)
    assert len(raw.frame) == kept
    assert any("blurred" in note.text for note in raw.notes) == (kept < 18)


def test_tiles_of_countries_are_left_out(tmp_path: Path) -> None:
    assert len(read_source(pyramid(tmp_path / "city.mbtiles", pictures.FIRST_ZOOM - 1, pictures.FIRST_ZOOM)).frame) == 9


@pytest.mark.parametrize("harm", ["update tiles set tile_data = x'00010203' where rowid = 3", "update tiles set tile_data = 'text' where rowid = 3",
                                  "update tiles set tile_column = -1 where rowid = 3", "update tiles set tile_row = 99999 where rowid = 3",
                                  "update tiles set tile_data = null where rowid = 3"])
def test_a_tile_that_is_none_refuses_the_file_in_one_sentence(tmp_path: Path, harm: str) -> None:
    path = pyramid(tmp_path / "city.mbtiles", 12)
    with closing(sqlite3.connect(path)) as base:
        base.execute(harm)
        base.commit()
    with pytest.raises(InputError, match="damaged"):
        read_source(path, prefer=TOGETHER)
