"""The map under real mouse, wheel and key events."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shapely.geometry import Point, box

from ecomap.model.layer import POINT, POLYGON, Layer
from ecomap.model.project import View
from ecomap.model.style import GRADUATED, LayerStyle
from ecomap.render.style.drawing import resolve
from ecomap.ui.map.canvas import MapCanvas
from ecomap.ui.map.scene import Request, build_scene

CRS = "EPSG:3310"


def squares() -> tuple[Layer, gpd.GeoDataFrame]:
    cells = [box(100 * x, 100 * y, 100 * x + 100, 100 * y + 100) for y in range(10) for x in range(10)]
    frame = gpd.GeoDataFrame(
        {"id": [f"{i:03d}" for i in range(100)], "name": "", "need": np.arange(100.0)}, geometry=cells, crs=CRS
    )
    style = LayerStyle(kind=GRADUATED, column="need", line="#FFFFFF")
    return Layer("squares", "Squares", "need_area", POLYGON, style=style), frame


def dots() -> tuple[Layer, gpd.GeoDataFrame]:
    frame = gpd.GeoDataFrame({"id": ["a", "b"], "name": ["Ash", "Birch"]}, geometry=[Point(250, 250), Point(750, 750)], crs=CRS)
    return Layer("dots", "Schools", "school", POINT, style=LayerStyle(fill="#0072B2", size=12)), frame


@pytest.fixture
def canvas(qtbot: QtBot) -> Iterator[MapCanvas]:
    made = MapCanvas()
    qtbot.addWidget(made)
    made.resize(600, 500)
    with qtbot.waitExposed(made):
        made.show()
    with qtbot.waitSignal(made.drawn, timeout=20_000):
        made.set_layers([dots(), squares()], CRS)
    yield made
    made.close()


def at(canvas: MapCanvas, x: float, y: float) -> QPoint:
    px, py = canvas.window_shown().to_screen(x, y)
    return QPoint(round(px), round(py))


def turn_wheel(canvas: MapCanvas, place: QPointF, notches: int) -> None:
    event = QWheelEvent(
        place, canvas.mapToGlobal(place), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def test_pixels_on_screen_are_the_symbols_colours(canvas: MapCanvas) -> None:
    drawing = resolve(*squares())
    shown = canvas.grab().toImage()
    for number in (25, 38, 59, 73, 96):
        place = at(canvas, 100 * (number % 10) + 30, 100 * (number // 10) + 30)
        assert shown.pixelColor(place) == QColor(drawing.symbol_of(number).fill), number


def test_a_click_says_layer_and_feature(canvas: MapCanvas, qtbot: QtBot) -> None:
    with qtbot.waitSignal(canvas.clicked) as said:
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 450, 450))
    assert said.args[:2] == ["squares", "044"]


def test_a_point_is_picked_before_the_area_under_it(canvas: MapCanvas, qtbot: QtBot) -> None:
    with qtbot.waitSignal(canvas.clicked) as said:
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 250, 250) + QPoint(3, -2))
    assert said.args[:2] == ["dots", "a"]


def test_a_click_beside_everything_says_nothing_is_there(canvas: MapCanvas, qtbot: QtBot) -> None:
    with qtbot.waitSignal(canvas.clicked) as said:
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(2, 250))
    assert said.args[:2] == ["", None]


@pytest.mark.parametrize("notches", [1, 3, -1])
def test_the_wheel_keeps_the_place_under_the_cursor(canvas: MapCanvas, notches: int) -> None:
    place = QPointF(200, 140)
    before = canvas.window_shown().to_map(place.x(), place.y())
    scale = canvas.view().px_per_m
    turn_wheel(canvas, place, notches)
    assert canvas.window_shown().to_map(place.x(), place.y()) == pytest.approx(before, abs=1e-6)
    assert canvas.view().px_per_m == pytest.approx((scale or 0) * 2 ** (notches / 2))


def test_after_zooming_the_picture_and_the_pick_are_at_the_new_scale(canvas: MapCanvas, qtbot: QtBot) -> None:
    with qtbot.waitSignal(canvas.drawn, timeout=20_000):
        turn_wheel(canvas, QPointF(at(canvas, 455, 455)), 4)
    scene = canvas.scene()
    assert scene is not None
    assert scene.window.px_per_m == pytest.approx(canvas.view().px_per_m)
    assert canvas.pick_at(QPointF(at(canvas, 430, 470))) == ("squares", "044")


def test_dragging_moves_the_ground_with_the_hand(canvas: MapCanvas, qtbot: QtBot) -> None:
    start, end = QPoint(300, 250), QPoint(360, 210)
    before = canvas.window_shown().to_map(start.x(), start.y())
    clicks: list[object] = []
    canvas.clicked.connect(lambda *said: clicks.append(said))
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 11):
        qtbot.mouseMove(canvas, start + (end - start) * step / 10)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)
    assert canvas.window_shown().to_map(end.x(), end.y()) == pytest.approx(before, abs=1e-6)
    assert not clicks


def test_a_double_click_comes_closer_there(canvas: MapCanvas, qtbot: QtBot) -> None:
    place = QPoint(220, 330)
    before, scale = canvas.window_shown().to_map(place.x(), place.y()), canvas.view().px_per_m
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=place)
    assert canvas.view().px_per_m == pytest.approx(2 * (scale or 0))
    assert canvas.window_shown().to_map(place.x(), place.y()) == pytest.approx(before, abs=1e-6)


def test_keys_steer_the_map_and_ask_what_is_in_the_middle(canvas: MapCanvas, qtbot: QtBot) -> None:
    whole = canvas.view()
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.view().x > whole.x
    qtbot.keyClick(canvas, Qt.Key.Key_Up)
    assert canvas.view().y > whole.y
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert (canvas.view().px_per_m or 0) > (whole.px_per_m or 0)
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.view() == whole
    canvas.set_view(View(650, 350, whole.px_per_m))
    with qtbot.waitSignal(canvas.clicked) as said:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert said.args[:2] in (["squares", "036"], ["squares", "026"])


def test_the_view_is_told_once_the_map_stands_still(canvas: MapCanvas, qtbot: QtBot) -> None:
    with qtbot.waitSignal(canvas.view_changed) as said:
        for _ in range(5):
            canvas.pan_by(10, 0)
    assert said.args[0] == canvas.view()


def test_pointing_tells_the_feature_and_the_coordinates(canvas: MapCanvas, qtbot: QtBot) -> None:
    hovered: list[tuple[str, str]] = []
    canvas.hovered.connect(lambda *said: hovered.append(said))
    with qtbot.waitSignal(canvas.coordinates) as said:
        qtbot.mouseMove(canvas, at(canvas, 350, 650))
    assert hovered == [("squares", "063")]
    longitude, latitude = said.args
    assert (longitude, latitude) == pytest.approx((-120, 38.02), abs=0.05)


def test_selection_is_ringed_and_let_go(canvas: MapCanvas) -> None:
    plain = canvas.grab().toImage()
    canvas.set_selection("squares", ["044", "045"])
    ringed = canvas.grab().toImage()
    assert ringed != plain
    edge = at(canvas, 400, 450)
    assert abs(ringed.pixelColor(edge).hue() - QColor("#FFB000").hue()) < 12
    canvas.set_selection("squares", [])
    assert canvas.grab().toImage() == plain


def test_recolouring_reuses_the_buffers_and_shows_the_new_ramp(canvas: MapCanvas, qtbot: QtBot) -> None:
    before = canvas.scene()
    layer, frame = squares()
    shown = before.frames["squares"] if before else frame
    with qtbot.waitSignal(canvas.drawn, timeout=20_000):
        canvas.set_layers([(layer.with_style(palette="blues"), shown)], CRS)
    after = canvas.scene()
    assert before is not None
    assert after is not None
    assert after.plates[0] is before.plates[0]
    assert canvas.grab().toImage().pixelColor(at(canvas, 930, 930)) == QColor("#12466F")


def test_zooming_to_a_feature_brings_it_to_the_middle(canvas: MapCanvas) -> None:
    canvas.zoom_to("squares", ["099"])
    assert (canvas.view().x, canvas.view().y) == pytest.approx((950, 950))


def test_a_stale_wish_is_never_shown(canvas: MapCanvas, qtbot: QtBot) -> None:
    for factor in (1.3, 1.3, 1.3, 1.3, 1.3):
        canvas.zoom_by(factor)

    def settled() -> bool:
        scene = canvas.scene()
        return scene is not None and scene.window.px_per_m == pytest.approx(canvas.view().px_per_m)

    qtbot.waitUntil(settled, timeout=20_000)


def test_a_layer_that_cannot_be_drawn_is_said_and_the_rest_is_shown(canvas: MapCanvas, qtbot: QtBot) -> None:
    layer, frame = squares()
    with qtbot.waitSignal(canvas.failed, timeout=20_000) as said:
        canvas.set_layers([dots(), (layer.with_style(column="gone"), frame)], CRS)
    assert "has no column 'gone'" in said.args[0]
    scene = canvas.scene()
    assert scene is not None
    assert [drawing.layer.id for drawing in scene.drawings] == ["dots"]


def test_an_empty_map_says_what_to_do(qtbot: QtBot) -> None:
    made = MapCanvas()
    qtbot.addWidget(made)
    made.resize(400, 300)
    blank = made.grab().toImage()
    made.set_empty_text("", "")
    assert made.grab().toImage() != blank
    assert made.pick_at(QPointF(10, 10)) is None
    made.close()


def test_the_map_has_a_name_for_screen_readers(canvas: MapCanvas) -> None:
    canvas.set_texts("Children's need", "ACS 2014-18", "US Census")
    assert canvas.accessibleName() == "Map: Children's need"
    assert "Arrow keys" in canvas.accessibleDescription()


def test_lines_are_picked_near_them_only(qtbot: QtBot) -> None:
    outline = Layer("district", "District", "district", POLYGON, style=LayerStyle(line="#26323F"))
    frame = gpd.GeoDataFrame({"id": ["d"], "name": ["D"]}, geometry=[box(0, 0, 1000, 1000)], crs=CRS)
    from ecomap.render.canvas.idbuffer import Window
    from ecomap.ui.map.scene import pick

    window = Window.fitting((0, 0, 1000, 1000), 500, 500)
    scene = build_scene(Request(1, ((outline, frame), squares()), window, False, None))
    assert scene is not None
    assert pick(scene, 1, 550, window.px_per_m) == ("district", 0)
    assert pick(scene, 550, 550, window.px_per_m) == ("squares", 55)


def test_the_canvas_is_there_before_the_heavy_libraries() -> None:
    code = (
        "import sys, ecomap.ui.map.canvas;"
        "print([m for m in ('geopandas', 'pandas', 'pyogrio', 'mapclassify', 'scipy', 'pyproj') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
