"""Finding places, layers and commands."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from shapely.geometry import Point

from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.vocabulary import CITY_NAME, FREEWAY, NEIGHBOURHOOD, PARK, SMALL_STREET, WATER
from ecomap.ui.commands.search import Found, everything, matches
from ecomap.ui.window import MainWindow


def found(text: str, second: str = "") -> Found:
    return Found("school", text, second, lambda: None)


def test_beginnings_of_words_come_first() -> None:
    known = [found("Humana School"), found("Manchester"), found("East Manual Arts")]
    assert [f.text for f in matches(known, "man")] == ["Manchester", "East Manual Arts", "Humana School"]


def test_every_word_must_occur_in_name_or_kind() -> None:
    known = [found("Middle School", "Schools"), found("Middle area", "Layer")]
    assert [f.text for f in matches(known, "middle lay")] == ["Middle area"]
    assert matches(known, "   ") == []


def test_a_school_is_found_chosen_and_its_card_opened(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    window.commands.do_find()
    qtbot.keyClicks(window.search, "east sch")
    assert window.search.list.item(0).text() == "East School"
    with qtbot.waitSignal(window.desk.selected):
        qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert window.desk.selection == ("schools", ("01964733000003",))
    qtbot.waitUntil(window.map.card.isVisible)
    assert window.map.card.card is not None
    assert window.map.card.card.title == "East School"


def test_a_command_is_run_from_the_box(window: MainWindow, qtbot: QtBot) -> None:
    window.commands.do_find()
    qtbot.keyClicks(window.search, "plan which")
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert window.step == "plan"


def test_places_of_the_ground_are_found_and_its_streets_are_not(window: MainWindow) -> None:
    kinds = [SMALL_STREET, PARK, WATER, NEIGHBOURHOOD, CITY_NAME, PARK, FREEWAY]
    ground = gpd.GeoDataFrame({"id": list("abcdefg"), "name": ["Oak", "Oak Park", "Oak Lake", "Oak Hill", "Oak City", None, "Oak Freeway"], "kind": kinds},
                              geometry=[Point(-118.2, 34.0)] * 7, crs=window.desk.project.crs)
    window.desk.apply(window.desk.project.with_layer(Layer("ground", "Ground", "ground", "point"), ground), "Ground")
    assert sorted(one.text for one in everything(window) if one.second == "Ground") == ["Oak City", "Oak Hill", "Oak Lake", "Oak Park"]


def test_nothing_found_is_said(window: MainWindow, qtbot: QtBot) -> None:
    window.commands.do_find()
    qtbot.keyClicks(window.search, "zzzz")
    assert window.search.list.item(0).text() == "Nothing of that name"
    qtbot.keyClick(window.search, Qt.Key.Key_Escape)
    assert not window.search.list.isVisible()


def test_what_works_somewhere_is_found_and_leads_to_its_school(window: MainWindow, qtbot: QtBot) -> None:
    notes = pd.DataFrame({"id": ["n1"], "name": ["Saturday college trips"], "school_id": ["01964733000003"], "title": ["Saturday college trips"],
                          "approach": [""], "function": ["college_career"], "since": ["2022"], "evidence": ["Applications rose"], "contact": [""]})
    desk = window.desk
    desk.apply(desk.project.with_layer(Layer("practices", "Practice notes", "practice", NO_GEOMETRY), notes), "Practice note")
    window.commands.do_find()
    qtbot.keyClicks(window.search, "applications practice")
    assert window.search.list.item(0).text().startswith("Saturday college trips")
    with qtbot.waitSignal(desk.selected):
        qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert desk.selection == ("schools", ("01964733000003",))
