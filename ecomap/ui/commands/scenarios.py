"""What the window does with scenarios: a place of the map opened, closed, moved, merged or given other room, and what is looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtWidgets import QMenu

from ecomap.model.dates import first_day, today
from ecomap.model.project import Project
from ecomap.model.said import Said, joined, name, plural, say
from ecomap.model.scenario import CAPACITY, CHANGES_ROLES, CLOSE, MERGE, MOVE, OPEN, Change, Scenario
from ecomap.model.vocabulary import CAPACITY as PLACES
from ecomap.model.vocabulary import ID, SCHOOL
from ecomap.ui.commands.pinning import school_actions
from ecomap.ui.commands.stage import Stage
from ecomap.ui.desk import Desk, Notice
from ecomap.ui.dialogs.scenario import MergeDialog, OpenDialog, Opening, RoomDialog
from ecomap.ui.look.parts import menu_heading
from ecomap.ui.map.placing import Spot
from ecomap.ui.speech import spoken
from ecomap.workspace import scenarios
from ecomap.workspace.scenarios.marks import others_to_merge_with, what_opens
from ecomap.workspace.scenarios.words import row_name

_MOST_ROWS: Final = 8  # of a heap of places under the pointer, in the menu
Row = tuple[str, str]  # layer id, row id


class ScenarioCommands:
    """The verbs of scenarios."""

    def __init__(self, window: Stage, undo: Callable[[], None]) -> None:
        self.window = window
        self._undo = undo
        self._target = ""  # what was opened last

    @property
    def _desk(self) -> Desk:
        return self.window.desk

    @property
    def _project(self) -> Project:
        return self._desk.project

    # --- the menu of a place -----------------------------------------------------------------------------------------

    def open_menu(self, spot: Spot) -> None:
        """What can be otherwise at a place of the map."""
        if not self._desk.empty:
            self.menu(spot).popup(self.window.map.canvas.mapToGlobal(spot.at))

    def menu(self, spot: Spot) -> QMenu:
        """The menu of a place: what could open there, and what can become of each school, site and service that is there."""
        menu = QMenu(self.window)
        rows = self._changeable(spot)
        schools = [row for row in rows if self._project.layer(row[0]).role == SCHOOL]
        self._add(menu, say("What if something stood here?"), partial(self.ask_open, spot, schools[0] if schools else ("", "")), asks=True)
        for row in rows[:_MOST_ROWS]:
            layer = self._project.layer(row[0])
            inside = menu
            if len(rows) > 1:
                inside = menu.addMenu(_plain(joined([row_name(self._project, *row), layer.name], " · ")))
            else:
                menu_heading(menu, spoken(row_name(self._project, *row)))
            self._add_row(inside, row)
        scenario = self._desk.looking.scenario
        if scenario is not None and self._desk.looking.as_if:
            for number in spot.changes:
                words = scenarios.change_words(self._project, scenario.changes[number])
                menu.addSeparator()
                self._add(menu, say("Take out: {change}", change=words), partial(self.unchange, number))
        menu.addSeparator()
        if scenario is not None:
            on = self._desk.looking.as_if
            words = say("Look at the map as it is today") if on else say("Look at the map as if: {scenario}", scenario=name(scenario.name))
            self._add(menu, words, partial(self._desk.looking.look_as_if, not on))
        self._add(menu, say("Scenarios and comparison"), self.do_scenarios)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _add_row(self, menu: QMenu, row: Row) -> None:
        role = self._project.layer(row[0]).role
        self._add(menu, say("Close", context="what is closed"), partial(self.close, row))
        self._add(menu, say("Move"), partial(self.ask_move, row), asks=True)
        if role == SCHOOL:
            self._add(menu, say("Merge into"), partial(self.ask_merge, row), asks=True)
        self._add(menu, say("Capacity"), partial(self.ask_room, row), asks=True)
        for words, do in school_actions(self._desk, row[1]) if role == SCHOOL else ():
            self._add(menu, words, do)

    @staticmethod
    def _add(menu: QMenu, words: Said, do: Callable[[], None], *, asks: bool = False) -> None:
        action = menu.addAction(_plain(words) + ("…" if asks else ""))
        action.triggered.connect(lambda *_: do())

    def _changeable(self, spot: Spot) -> list[Row]:
        """The rows there that a scenario can change, each once; of what is drawn by an answer, the row it speaks of."""
        known = [layer for layer in self._project.layers if layer.role in CHANGES_ROLES and not layer.result_id]
        found: dict[Row, None] = {}
        for layer_id, row_id in spot.rows:
            layer = self._project.layer(layer_id) if self._project.has_layer(layer_id) else None
            if layer is not None and layer.result_id:
                holders = [one for one in known if (self._project.frame(one.id)[ID].astype(str) == row_id).any()]
                found.update(dict.fromkeys((one.id, row_id) for one in holders[:1]))
            elif layer in known and (self._project.frame(layer_id)[ID].astype(str) == row_id).any():
                found[layer_id, row_id] = None
        return list(found)

    # --- changes -------------------------------------------------------------------------------------------------------

    def ask_open(self, spot: Spot, at: Row = ("", ""), *, middle: bool = False) -> None:
        """Ask what could open at a place, or at a school; ``middle``: the place is where the map happens to stand."""
        choices = what_opens(self._project)
        known = {choice.value for choice in choices}
        asked = [str(result.provenance.params.get("target", "")) for result in reversed(self._project.results) if result.provenance is not None]
        target = next((one for one in (self._target, *asked) if one in known), "")
        where = say("At {school}", school=row_name(self._project, *at)) if at[1] else say("In the middle of the map") if middle else say("At the chosen place")
        year = (first_day(self._project.day) or today()).year

        def given(opening: Opening) -> None:
            self._target = opening.target
            place = None if at[1] else (spot.x, spot.y)
            self.change(Change(OPEN, at[0], at[1], place, opening.year, opening.amount, opening.label, target=opening.target, levels=opening.levels))

        OpenDialog(self.window, choices, target, where, year, given).open()

    def close(self, row: Row) -> None:
        self.change(Change(CLOSE, *row))

    def ask_move(self, row: Row) -> None:
        """Ask where a place moves to: the next click on the map."""
        words = say("Where does {what} move to?", what=row_name(self._project, *row))
        self.window.map.ask_place(words, lambda spot: self.change(Change(MOVE, *row, place=(spot.x, spot.y))))

    def ask_merge(self, row: Row) -> None:
        """Ask which school the pupils of one go to."""
        choices = others_to_merge_with(self._project, *row)
        MergeDialog(self.window, row_name(self._project, *row), choices, lambda into: self.change(Change(MERGE, *row, into=into))).open()

    def ask_room(self, row: Row) -> None:
        """Ask how many a place can take."""
        frame = self._project.frame(row[0])
        held = list(frame.loc[frame[ID].astype(str) == row[1], PLACES]) if PLACES in frame else []
        today_ = float(held[0]) if held and held[0] == held[0] else None
        RoomDialog(self.window, row_name(self._project, *row), today_, lambda amount: self.change(Change(CAPACITY, *row, amount=amount))).open()

    def change(self, new: Change) -> None:
        """Add a change to the scenario that is worked on, or to a new one, as one step to undo; the map shows it."""
        current = self._desk.looking.scenario
        words = scenarios.change_words(self._project, new)
        made: list[str] = []

        def add(project: Project) -> Project:
            if current is None:
                project, scenario = scenarios.add(project, free_name(project), (new,))
                made.append(scenario.id)
                return project
            made.append(current.id)
            return scenarios.change(project, current.id, new)

        if not self._desk.try_apply(add, say("Scenario: {change}", change=words)):
            return
        self._desk.looking.choose(made[0], as_if=True)
        scenario = self._project.scenario(made[0])
        many = plural("It has {n} change now.", "It has {n} changes now.", len(scenario.changes))
        self._desk.say(Notice("note", say("In “{scenario}”: {change}", scenario=name(scenario.name), change=words), many, say("Undo"), self._undo))

    def unchange(self, number: int) -> None:
        """Take a change out of the scenario that is worked on."""
        scenario = self._desk.looking.scenario
        if scenario is not None:
            words = scenarios.change_words(self._project, scenario.changes[number])
            self._desk.try_apply(lambda project: scenarios.unchange(project, scenario.id, number), say("Take out: {change}", change=words))

    # --- commands ------------------------------------------------------------------------------------------------------

    def do_scenarios(self) -> None:
        """Go to the scenarios, beside the questions of their step."""
        self.window.show_scenarios()

    def do_scenario_new(self) -> None:
        made = new_scenario(self._desk)
        if made is not None:
            self.do_scenarios()

    def do_scenario_here(self) -> None:
        """What if something stood in the middle of the map, or at the one place that is chosen?"""
        area = self.window.map
        layer_id, ids = self._desk.selection
        chosen = (layer_id, ids[0]) if len(ids) == 1 and self._project.has_layer(layer_id) and self._project.layer(layer_id).role == SCHOOL else ("", "")
        area.canvas.setFocus()
        area.canvas.by_key()
        self.ask_open(area.spot_at(area.canvas.rect().center()), chosen, middle=True)

    def do_scenario_as_if(self, on: bool) -> None:
        self._desk.looking.look_as_if(on)
        if on and self._desk.looking.scenario is None:
            self._desk.say(Notice("note", say("There is no scenario yet."), say("Right-click a place of the map and say what would be otherwise there.")))

    def do_scenario_beside(self, on: bool) -> None:
        self._desk.looking.show_beside(on)


def new_scenario(desk: Desk) -> Scenario | None:
    """A scenario without changes, under the first free name."""
    called = free_name(desk.project)
    if not desk.try_apply(lambda project: scenarios.add(project, called)[0], say("New scenario")):
        return None
    made = desk.project.scenario(called)
    desk.looking.choose(made.id)
    return made


def free_name(project: Project) -> str:
    """The first free one of "Scenario 1", "Scenario 2" in the language that is spoken."""
    taken = {one.name.casefold() for one in project.scenarios}
    number = 1
    while (called := spoken(say("Scenario {n}", n=number))).casefold() in taken:
        number += 1
    return called


def _plain(words: Said) -> str:
    """Words for a menu, where "&" would underline a letter."""
    return spoken(words).replace("&", "&&")
