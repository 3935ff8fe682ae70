"""The ground in the window: drawn, named clear of what stands on the map, switched by command, remembered by the project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect
from pytestqt.qtbot import QtBot
from shapely.geometry import Point

from ecomap.model.layer import POINT, Layer
from ecomap.model.style import LayerStyle
from ecomap.ui.commands.search import everything
from ecomap.ui.map.canvas import MapCanvas
from ecomap.ui.map.scene import Request, build_scene
from ecomap.ui.window import MainWindow
from ecomap.workspace import operations
from tests.grounds import CRS, made_up_ground
from tests.ui.conftest import settle

Placed = tuple[Layer, Any]


@pytest.fixture
def canvas(qtbot: QtBot) -> Iterator[MapCanvas]:
    made = MapCanvas()
    qtbot.addWidget(made)
    made.resize(700, 560)
    with qtbot.waitExposed(made):
        made.show()
    with qtbot.waitSignal(made.drawn, timeout=20_000):
        made.set_layers([made_up_ground()], CRS)
    yield made
    made.close()


def picture(canvas: MapCanvas) -> np.ndarray:
    image = canvas.grab().toImage()
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()).copy()


def names(canvas: MapCanvas) -> list[str]:
    scene = canvas.scene()
    assert scene is not None
    return [" ".join(name.lines) for name in scene.standing.names]


def test_the_ground_is_drawn_and_named(canvas: MapCanvas) -> None:
    assert {"North Heights", "Hill Park", "Made-up City"} <= set(names(canvas))


def test_the_ground_is_not_pointed_at(canvas: MapCanvas) -> None:
    for x in range(20, 700, 60):
        for y in range(20, 560, 60):
            assert canvas.pick_at(QPointF(x, y)) is None


def test_names_switch_off_and_the_ground_stays(canvas: MapCanvas, qtbot: QtBot) -> None:
    named = picture(canvas)
    with qtbot.waitSignal(canvas.drawn, timeout=20_000):
        canvas.set_layers([made_up_ground()], CRS, names=False)
    bare = picture(canvas)
    assert names(canvas) == []
    assert (named != bare).any()
    assert len(np.unique(bare)) > 5


def test_names_keep_clear_of_the_title(canvas: MapCanvas, qtbot: QtBot) -> None:
    canvas.set_texts("A title that is long enough to stand over several names", "and a second line")
    with qtbot.waitSignal(canvas.view_changed, timeout=5_000):
        canvas.repaint()
    title, name = canvas.title_box, canvas._names[0]
    x, y = canvas.window_shown().to_screen(name.x, name.y)
    with qtbot.waitSignal(canvas.view_changed, timeout=5_000):
        canvas.pan_by(x - title.center().x(), y - title.center().y())
    qtbot.waitUntil(lambda: canvas._names == canvas._names_shown(), timeout=10_000)
    scene = canvas.scene()
    assert scene is not None
    assert name in scene.standing.names
    assert name not in canvas._names
    assert canvas._names
    for name in canvas._names:
        left, top, right, bottom = name.box(canvas.window_shown().left, canvas.window_shown().top, canvas.window_shown().px_per_m)
        assert not title.intersects(QRect(round(left), round(top), round(right - left), round(bottom - top)))


def test_names_are_placed_once_for_a_scale_and_stay_while_the_map_is_moved() -> None:
    placed = (made_up_ground(),)
    from ecomap.render.canvas.idbuffer import Window
    window = Window.around(4_000, 5_000, 0.04, 900, 700).on_grid()
    scene = build_scene(Request(1, placed, window, False, None))
    assert scene is not None
    assert len(scene.standing.names) > 8
    for step in range(1, 6):
        moved = Window.around(4_000 + 700 * step, 5_000 - 300 * step, 0.04, 900, 700).on_grid()
        again = build_scene(Request(2, placed, moved, False, scene))
        assert again is not None
        assert again.standing.names == scene.standing.names
    closer = build_scene(Request(3, placed, Window.around(4_000, 5_000, 0.08, 900, 700), False, scene))
    assert closer is not None
    assert len(closer.standing.names) > len(scene.standing.names)


def test_what_is_chosen_is_named_and_no_name_stands_on_that(canvas: MapCanvas, qtbot: QtBot) -> None:
    crowd = canvas._names[0]
    schools = gpd.GeoDataFrame({"id": ["s"], "name": ["Chosen Elementary"]}, geometry=[Point(crowd.x - 200, crowd.y)], crs=CRS)
    layer = Layer("schools", "Schools", "school", POINT, style=LayerStyle(fill="#0072B2", size=10))
    with qtbot.waitSignal(canvas.drawn, timeout=20_000):
        canvas.set_layers([(layer, schools), made_up_ground()], CRS)
    assert crowd in canvas._names
    assert canvas._chosen_name() == ()
    canvas.set_selection("schools", ["s"])
    qtbot.waitUntil(lambda: canvas._names == canvas._names_shown(), timeout=10_000)
    (chosen,) = canvas._chosen_name()
    assert chosen.lines == ("Chosen", "Elementary")
    assert crowd not in canvas._names
    canvas.set_selection("", [])
    qtbot.waitUntil(lambda: crowd in canvas._names, timeout=10_000)


@pytest.fixture
def on_ground(window: MainWindow, qtbot: QtBot) -> MainWindow:
    project = window.desk.project
    left, bottom, _, _ = project.frame(project.layers_of("need_area")[0].id).total_bounds
    layer, frame = made_up_ground(west=left, south=bottom, crs=project.crs)
    window.desk.replace(project.with_layer(layer, frame, len(project.layers)), None)
    settle(qtbot, window)
    return window


def test_commands_switch_ground_and_names_and_undo_brings_them_back(on_ground: MainWindow, qtbot: QtBot) -> None:
    actions, desk = on_ground.known_actions, on_ground.desk
    on_ground.menus.refresh()
    assert actions["ground"].isChecked()
    assert actions["names"].isChecked()
    actions["ground"].trigger()
    settle(qtbot, on_ground)
    assert not desk.project.layer("ground").visible
    actions["names"].trigger()
    settle(qtbot, on_ground)
    assert not desk.project.named
    assert not actions["names"].isChecked()
    actions["undo"].trigger()
    actions["undo"].trigger()
    settle(qtbot, on_ground)
    assert desk.project.named
    assert desk.project.layer("ground").visible
    on_ground.menus.refresh()
    assert actions["ground"].isChecked()
    assert actions["names"].isChecked()


def test_without_ground_there_is_nothing_to_switch(window: MainWindow) -> None:
    window.menus.refresh()
    assert not window.known_actions["ground"].isEnabled()
    assert window.known_actions["names"].isEnabled()


def test_what_is_switched_off_stays_off_in_the_file(on_ground: MainWindow, tmp_path: Path) -> None:
    project = operations.set_names(operations.set_ground(on_ground.desk.project, False), False)
    operations.save_project(project, tmp_path / "p.ecomap.gpkg")
    again = operations.open_project(tmp_path / "p.ecomap.gpkg")
    assert not again.named
    assert not again.layer("ground").visible
    assert operations.set_names(again, True).named
    assert operations.map_page(again).names is False


def test_a_neighbourhood_is_found_by_name_and_shown(on_ground: MainWindow, qtbot: QtBot) -> None:
    operations_off = operations.set_ground(on_ground.desk.project, False)
    on_ground.desk.replace(operations_off, None)
    settle(qtbot, on_ground)
    found = [one for one in everything(on_ground) if one.text == "Boyle Corner"]
    assert len(found) == 1
    before = on_ground.map.canvas.view()
    found[0].go()
    settle(qtbot, on_ground)
    assert on_ground.desk.project.layer("ground").visible
    assert on_ground.map.canvas.view() != before
    assert not [one for one in everything(on_ground) if one.text == "Main Street"]


def test_the_ground_has_no_style_to_choose(on_ground: MainWindow) -> None:
    for layer, styled in (("ground", False), ("schools", True)):
        item = on_ground.tree.layers.layer_item(layer)
        assert item is not None
        on_ground.tree.setCurrentIndex(item.index())
        on_ground.menus.refresh()
        assert on_ground.known_actions["layer_style"].isEnabled() is styled
