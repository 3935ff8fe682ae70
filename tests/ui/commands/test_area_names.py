"""The layer menu calls tracts after their neighbourhoods and, pressed again, as their publisher does."""

from __future__ import annotations

from ecomap.model import vocabulary as v
from ecomap.model.layer import POLYGON, Layer
from ecomap.ui.window import MainWindow
from tests.grounds import made_up_ground
from tests.workspace.test_area_names import NAMED, areas, called, town


def test_the_menu_turns_names_round_and_undo_brings_them_back(window: MainWindow) -> None:
    layer, rows = areas()
    window.desk.replace(town((layer, rows), made_up_ground()), None)
    window.tree.setCurrentIndex(window.tree.layers.layer_item("tracts").index())  # type: ignore[union-attr]
    published = called(window.desk.project)
    window.commands.do_layer_names()
    assert called(window.desk.project) == NAMED
    window.commands.do_layer_names()
    assert called(window.desk.project) == published
    window.commands.do_undo()
    assert called(window.desk.project) == NAMED


def test_where_there_is_nothing_to_name_it_says_so(window: MainWindow) -> None:
    said: list[str] = []
    window.desk.said.connect(lambda notice: said.append(notice.text))
    zones = Layer("tracts", "Tracts", v.ZONE, POLYGON)
    window.desk.replace(town((zones, areas()[1]), made_up_ground()), None)
    before = window.desk.project
    window.tree.setCurrentIndex(window.tree.layers.layer_item("tracts").index())  # type: ignore[union-attr]
    window.commands.do_layer_names()
    assert window.desk.project is before
    assert said
    assert "stay as they are" in said[-1]
