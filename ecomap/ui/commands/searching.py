"""What the search box can lead to: places of the project, its layers, and the commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from ecomap.model.said import joined, name, say
from ecomap.model.vocabulary import (
    EVIDENCE,
    ID,
    NAME,
    PRACTICE,
    SCHOOL,
    SCHOOL_ID,
    SERVICE,
    SITE,
    TITLE,
    ZONE,
)
from ecomap.ui.commands.actions import COMMANDS
from ecomap.ui.commands.search import Found
from ecomap.ui.models.layers import mapped_layers
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.steps import STEPS, WORDS

if TYPE_CHECKING:
    from ecomap.ui.window import MainWindow

_PLACES = ((SCHOOL, "school"), (ZONE, "place"), (SITE, "place"), (SERVICE, "place"))


def everything(window: MainWindow) -> list[Found]:
    """Schools first, then layers, commands and other places."""
    project = window.desk.project
    found: list[Found] = []
    for role, kind in _PLACES[:1]:
        found += _places(window, role, kind)
    for layer in mapped_layers(project):
        found.append(Found("layer", layer.name, say("Layer"), _to_layer(window, layer.id)))
    for known in COMMANDS:
        action = window.menus.actions[known.key]
        if known.key != "find" and action.isEnabled():
            keys = joined([say("Command"), name(known.shortcut)], " · ")
            found.append(Found("command", known.text, keys, action.trigger))
    found += _practices(window)
    found += _questions(window)
    for role, kind in _PLACES[1:]:
        found += _places(window, role, kind)
    return found


def _questions(window: MainWindow) -> list[Found]:
    """Every question of every step, by the words on its button: the analyses themselves need not be read for that."""
    return [
        Found("command", WORDS[analysis].ask, joined([say("Question"), step.name], " · "),
              _to_question(window, step.key, analysis))
        for step in STEPS for analysis in step.analyses
    ]


def _to_question(window: MainWindow, step: str, analysis: str) -> Callable[[], None]:
    def go() -> None:
        window.show_step(step)
        panel = window.panels[step]
        if isinstance(panel, QuestionPanel):
            panel.choose(analysis)
            panel.others.setFocus()

    return go


def _practices(window: MainWindow) -> list[Found]:
    """What works somewhere, by its title and what shows it: each leads to its school."""
    project = window.desk.project
    schools = {str(one): (layer.id, str(school)) for layer in project.layers_of(SCHOOL)
               for one, school in zip(project.frame(layer.id)[ID], project.frame(layer.id)[NAME])}
    found = []
    for layer in project.layers_of(PRACTICE):
        for row in project.frame(layer.id).to_dict("records"):
            place = schools.get(str(row.get(SCHOOL_ID, "")))
            if place is not None:
                words = joined([name(part) for part in (row.get(TITLE), row.get(EVIDENCE)) if part and str(part) != "nan"], " · ")
                found.append(Found("place", words, joined([say("Practice"), name(place[1])], " · "), _to_place(window, place[0], str(row[SCHOOL_ID]))))
    return found


def _places(window: MainWindow, role: str, kind: str) -> list[Found]:
    project = window.desk.project
    return [
        Found(kind, name(one), layer.name, _to_place(window, layer.id, str(feature)))
        for layer in project.layers_of(role)
        if layer.geometry != "none"
        for feature, one in zip(project.frame(layer.id)[ID], project.frame(layer.id)[NAME])
    ]


def _to_place(window: MainWindow, layer_id: str, feature_id: str) -> Callable[[], None]:
    def go() -> None:
        desk = window.desk
        if not desk.project.layer(layer_id).visible:
            desk.set_visible(layer_id, True)
        desk.table_asked.emit(layer_id)
        desk.zoom_asked.emit(layer_id, (feature_id,))
        desk.select(layer_id, (feature_id,))
        size = window.map.size()
        window.map.open_card(layer_id, feature_id, QPoint(size.width() // 2, size.height() // 2))

    return go


def _to_layer(window: MainWindow, layer_id: str) -> Callable[[], None]:
    def go() -> None:
        item = window.tree.layers.layer_item(layer_id)
        if item is not None:
            window.tree.setCurrentIndex(item.index())
            window.tree.setFocus()
        if not window.desk.project.layer(layer_id).visible:
            window.desk.set_visible(layer_id, True)

    return go
