"""The layer tree: what it shows, dragging, keys, and the orders they make."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from ecomap.model.project import Project
from ecomap.ui.models.layers import KIND, LAYER_ID, group_moved, moved
from ecomap.ui.window import MainWindow
from ecomap.workspace.map_order import grouped

LEFT = Qt.MouseButton.LeftButton


def one_heading(project: Project) -> Project:
    """The town with all its points under one heading."""
    for name in ("schools", "services", "sites"):
        project = project.with_layer_changed(evolve(project.layer(name), group="Sites"))
    return project


def order(project: Project) -> list[str]:
    return [layer.id for layer in project.layers]


def line(window: MainWindow, layer_id: str) -> QPoint:
    item = window.tree.layers.layer_item(layer_id)
    assert item is not None
    return window.tree.visualRect(item.index()).center()


def drag(window: MainWindow, qtbot: QtBot, start: QPoint, end: QPoint) -> None:
    view = window.tree.viewport()
    qtbot.mousePress(view, LEFT, pos=start)
    for part in range(1, 6):
        qtbot.mouseMove(view, pos=start + (end - start) * part / 5)
    qtbot.mouseRelease(view, LEFT, pos=end)


def test_layers_stand_under_their_headings_and_tables_without_a_place_do_not(window: MainWindow) -> None:
    groups = {name: [layer.id for layer in layers] for name, layers in grouped(window.desk.project)}
    assert groups["Schools"] == ["schools"]
    assert all("links" not in ids for ids in groups.values())


def test_a_layer_moves_before_another_of_its_heading(town: Project) -> None:
    project = one_heading(town)
    assert moved(project, "sites", "schools")[:3] == ["sites", "schools", "services"]
    assert moved(project, "schools", "")[:3] == ["services", "sites", "schools"]


def test_a_heading_moves_with_its_layers(town: Project) -> None:
    project = one_heading(town)
    assert group_moved(project, "Sites", "")[-3:] == ["schools", "services", "sites"]
    assert group_moved(project, "Need areas", "Sites")[0] == "need-areas"


def test_the_order_stays_as_it_is_when_a_layer_is_dropped_on_its_own_place(town: Project) -> None:
    project = one_heading(town)
    assert moved(project, "schools", "services") == [name for name in order(project) if name != "links"]


def test_dragging_reorders_the_map_and_undo_puts_it_back(
    window: MainWindow, qtbot: QtBot, rest: Callable[[], None]
) -> None:
    window.desk.apply(one_heading(window.desk.project), "Group")
    rest()
    before = order(window.desk.project)
    drag(window, qtbot, line(window, "sites"), line(window, "schools") - QPoint(0, 8))
    rest()
    assert order(window.desk.project)[:3] == ["sites", "schools", "services"]
    scene = window.map.canvas.scene()
    assert scene is not None
    assert window.menus.actions["undo"].text() == "Undo: Move “Community schools”"
    window.commands.do_undo()
    assert order(window.desk.project) == before


def test_escape_leaves_a_dragged_layer_where_it_was(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.apply(one_heading(window.desk.project), "Group")
    before = order(window.desk.project)
    view = window.tree.viewport()
    start = line(window, "sites")
    qtbot.mousePress(view, LEFT, pos=start)
    qtbot.mouseMove(view, pos=start - QPoint(0, 20))
    qtbot.keyClick(window.tree, Qt.Key.Key_Escape)
    qtbot.mouseRelease(view, LEFT, pos=start - QPoint(0, 40))
    assert order(window.desk.project) == before


def test_alt_and_arrows_move_the_layer(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.apply(one_heading(window.desk.project), "Group")
    item = window.tree.layers.layer_item("services")
    assert item is not None
    window.tree.setCurrentIndex(item.index())
    qtbot.keyClick(window.tree, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert order(window.desk.project)[:3] == ["services", "schools", "sites"]
    assert window.tree.current_layer() == "services"
    qtbot.keyClick(window.tree, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert order(window.desk.project)[:3] == ["schools", "services", "sites"]


def test_legend_rows_stand_under_their_layer_with_their_counts(window: MainWindow) -> None:
    item = window.tree.layers.layer_item("need-areas")
    assert item is not None
    rows = [item.child(place) for place in range(item.rowCount())]
    assert all(row.data(KIND) == "legend" and row.data(LAYER_ID) == "need-areas" for row in rows)
    legend = window.map.legends["need-areas"]
    assert [row.text() for row in rows][-len(legend.rows):] == [entry.label for entry in legend.rows]
    assert sum(entry.count for entry in legend.rows) == 9


def test_a_folded_legend_stays_folded(window: MainWindow, qtbot: QtBot) -> None:
    item = window.tree.layers.layer_item("need-areas")
    assert item is not None
    place = window.tree.lines.fold_rect(item.index()).center().toPoint()
    qtbot.mouseClick(window.tree.viewport(), LEFT, pos=place)
    assert not window.tree.isExpanded(item.index())
    window.desk.set_visible("schools", False)
    window._show_legends()
    again = window.tree.layers.layer_item("need-areas")
    assert again is not None
    assert not window.tree.isExpanded(again.index())


def test_removing_a_layer_offers_to_undo_it(window: MainWindow, qtbot: QtBot) -> None:
    item = window.tree.layers.layer_item("services")
    assert item is not None
    window.tree.setCurrentIndex(item.index())
    window.commands.do_layer_remove()
    assert not window.desk.project.has_layer("services")
    assert window.map.bar.action.text() == "Undo"
    qtbot.mouseClick(window.map.bar.action, LEFT)
    assert window.desk.project.has_layer("services")


def test_the_menu_of_a_layer_offers_its_verbs(window: MainWindow) -> None:
    item = window.tree.layers.layer_item("services")
    assert item is not None
    window.tree.setCurrentIndex(item.index())
    menu = window.menus.layer_menu("services")
    words = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert words == ["Show or hide", "Zoom to layer", "Open its table", "Style…", "What its numbers count…", "How complete it is…", "Rename…",
                     "Names of neighborhoods or as published", "Move up", "Move down", "What is new?…", "Export layer…", "Remove from the project"]
    off = [action.text() for action in menu.actions() if not action.isSeparator() and not action.isEnabled()]
    assert set(off) <= {"Names of neighborhoods or as published"}  # of areas only
    menu.deleteLater()
