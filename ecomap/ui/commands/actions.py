"""The menus as data: every command once, with its words and its keys."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from ecomap.model.said import Said, name, say
from ecomap.model.units import format_number
from ecomap.ui.map.hand import TOOLS
from ecomap.ui.steps import STEPS


@frozen
class Command:
    """One thing the window can do. ``needs``: project, ground, layer, styled (a layer with a look of its own), undo, redo,
    selection, scenario, comparison or nothing.

    What ``asks`` first, in a dialog, has dots after its words in a menu.
    """

    key: str
    text: Said
    shortcut: str = ""
    needs: str = ""
    checkable: bool = False
    group: str = ""  # commands of one group exclude each other
    asks: bool = False
    letter: str = ""  # its key while the map has the keyboard


TEXT_SIZES = (100, 125, 150, 200)  # percent
SEPARATOR = "-"
PUBLIC_DATA = "get_public_data"  # the command that fetches this year's figures
OWN_NAMES: Mapping[str, Said] = {"en": name("English"), "es": name("Español")}  # each language in its own words

COMMANDS: tuple[Command, ...] = (
    Command("start", say("Start page")),
    Command("new", say("New empty project"), "Ctrl+N"),
    Command("starter", say("New from the Los Angeles starter")),
    Command("open", say("Open"), "Ctrl+O", asks=True),
    Command("meeting_open", say("Open a meeting file"), asks=True),
    Command("import", say("Import a file"), "Ctrl+I", asks=True),
    Command(PUBLIC_DATA, say("Get public data"), "Ctrl+Shift+G", asks=True),
    Command("district", say("New project for a district"), asks=True),
    Command("inventory_read", say("Read a filled template"), "", "project", asks=True),
    Command("inventory_review", say("Decide what may be the same"), "Ctrl+Shift+R", "project", asks=True),
    Command("inventory_write", say("Write a template for partners"), "", "project", asks=True),
    Command("export", say("Export"), "Ctrl+E", "project", asks=True),
    Command("releases", say("What has left"), "", "project", asks=True),
    Command("save", say("Save"), "Ctrl+S", "project"),
    Command("save_as", say("Save as"), "Ctrl+Shift+S", "project", asks=True),
    Command("take_over", say("Take over for saving"), "", "reading"),
    Command("versions", say("Earlier versions"), "", "project", asks=True),
    Command("recovered", say("Bring back unsaved changes"), asks=True),
    Command("quit", say("Quit"), "Ctrl+Q"),
    Command("undo", say("Undo"), "Ctrl+Z", "undo"),
    Command("redo", say("Redo"), "Ctrl+Shift+Z", "redo"),
    Command("inventory_add", say("Add to the inventory"), "Ctrl+Shift+I", "project", asks=True),
    Command("find", say("Find"), "Ctrl+K", asks=True),
    Command("title", say("Project title"), "", "project", asks=True),
    Command("day", say("Day of the project"), "", "project", asks=True),
    Command("zoom_in", say("Zoom in"), "Ctrl++", "project"),
    Command("zoom_out", say("Zoom out"), "Ctrl+-", "project"),
    Command("whole_map", say("Show everything"), "Ctrl+0", "project"),
    Command("zoom_selection", say("Zoom to what is chosen"), "Ctrl+J", "selection"),
    Command("clear_selection", say("Choose nothing"), "Ctrl+Shift+A", "selection"),
    *(Command(f"tool_{tool.key}", tool.words, "", "project", letter=tool.letter) for tool in TOOLS.values()),
    Command("chart", say("Chart"), "Ctrl+Alt+C", "project", asks=True),
    Command("views", say("Views and notes"), "Ctrl+Shift+V", "project", asks=True),
    Command("agreed", say("What was agreed"), "Ctrl+Alt+A", "project", asks=True),
    Command("agreed_write", say("Write down what was agreed"), "Ctrl+Alt+W", "project", asks=True),
    Command("corrections", say("Corrections"), "Ctrl+Shift+K", "project", asks=True),
    Command("corrections_open", say("Open corrections"), "", "project", asks=True),
    Command("choose_value", say("Choose by value"), "Ctrl+Alt+V", "project", asks=True),
    Command("choose_distance", say("Choose by distance"), "Ctrl+Alt+D", "selection", asks=True),
    Command("ground", say("Ground under the data"), "Ctrl+Shift+B", "ground", checkable=True),
    Command("names", say("Names on the map"), "Ctrl+Shift+N", "project", checkable=True),
    Command("show_layers", say("Layers"), "Ctrl+Shift+L", checkable=True),
    Command("show_table", say("Tables"), "Ctrl+Shift+T", checkable=True),
    Command("show_step", say("Steps"), "Ctrl+Shift+P", checkable=True),
    Command("present", say("Show answers on the wall"), "F5", "project"),
    Command("theme_system", say("As the system"), checkable=True, group="theme"),
    Command("theme_light", say("Light"), checkable=True, group="theme"),
    Command("theme_dark", say("Dark"), checkable=True, group="theme"),
    Command("theme_contrast", say("High contrast"), checkable=True, group="theme"),
    Command("language_system", say("As the system"), checkable=True, group="language"),
    *(Command(f"language_{code}", OWN_NAMES[code], checkable=True, group="language") for code in OWN_NAMES),
    Command("units_place", say("As the place has them"), checkable=True, group="units"),
    Command("units_us", say("Miles"), checkable=True, group="units"),
    Command("units_metric", say("Kilometres"), checkable=True, group="units"),
    *(Command(f"text_{percent}", format_number(percent / 100, "share"), checkable=True, group="text") for percent in TEXT_SIZES),
    Command("text_larger", say("Larger text"), "Ctrl+Alt++"),
    Command("text_smaller", say("Smaller text"), "Ctrl+Alt+-"),
    Command("text_normal", say("Normal text"), "Ctrl+Alt+0"),
    Command("scenarios", say("Scenarios and comparison"), "Ctrl+Shift+E", "project"),
    Command("scenario_new", say("New scenario"), "", "project"),
    Command("scenario_here", say("What if something stood here?"), "Ctrl+Shift+H", "project", asks=True),
    Command("scenario_as_if", say("Look at the map as if"), "Ctrl+Shift+F", "scenario", checkable=True),
    Command("scenario_beside", say("Two maps side by side"), "Ctrl+Shift+M", "comparison", checkable=True),
    Command("layer_toggle", say("Show or hide"), "", "layer"),
    Command("layer_zoom", say("Zoom to layer"), "", "layer"),
    Command("layer_table", say("Open its table"), "Ctrl+T", "layer"),
    Command("layer_style", say("Style"), "", "styled", asks=True),
    Command("layer_newer", say("What is new?"), "", "layer", asks=True),
    Command("layer_people", say("What its numbers count"), "", "layer", asks=True),
    Command("layer_known", say("How complete it is"), "", "layer", asks=True),
    Command("layer_rename", say("Rename"), "F2", "layer", asks=True),
    Command("layer_names", say("Names of neighborhoods or as published"), "", "layer"),
    Command("layer_up", say("Move up"), "", "layer"),
    Command("layer_down", say("Move down"), "", "layer"),
    Command("layer_export", say("Export layer"), "", "layer", asks=True),
    Command("layer_remove", say("Remove from the project"), "", "layer"),
    *(Command(f"step_{step.key}", step.entry, f"Ctrl+{number}")
      for number, step in enumerate(STEPS, start=1)),
    Command("step_run", say("Run this step"), "Ctrl+Return", "project"),
    Command("next_area", say("Next part of the window"), "F6"),
    Command("previous_area", say("Previous part of the window"), "Shift+F6"),
    Command("method", say("Method and sources"), "", "project"),
    Command("help", say("Help for this step"), "F1"),
    Command("guide", say("Planner's guide")),
    Command("news", say("What is new")),
    Command("keys", say("Keys"), "Ctrl+F1"),
    Command("fault", say("Report of the last mistake"), asks=True),
    Command("about", say("About EcoMap")),
)

LAYER_MENU: tuple[str, ...] = (
    "layer_toggle", "layer_zoom", "layer_table", SEPARATOR, "layer_style", "layer_people", "layer_known", "layer_rename", "layer_names",
    "layer_up", "layer_down",
    SEPARATOR, "layer_newer", "layer_export", "layer_remove",
)

# Menus in order; a tuple inside a menu is a submenu with its heading first. "recent" is filled when it opens.
MENUS: tuple[tuple[Said, tuple[object, ...]], ...] = (
    (say("File"), ("start", SEPARATOR, "new", "starter", "district", "open", (say("Open recent"), "recent"), "meeting_open", SEPARATOR, "import", PUBLIC_DATA, "inventory_read",
              "inventory_write", "corrections_open", "export", "releases", SEPARATOR, "save",
              "save_as", "take_over", SEPARATOR, "versions", "recovered", SEPARATOR, "quit")),
    (say("Edit"), ("undo", "redo", SEPARATOR, "inventory_add", "inventory_review", SEPARATOR, "find", "title", "day", SEPARATOR, "clear_selection")),
    (say("Map"), ("tool_box", "tool_lasso", "tool_polygon", "choose_value", "choose_distance", SEPARATOR, "tool_path", "tool_area", "chart", SEPARATOR, "tool_note", "views", "corrections",
             SEPARATOR, "agreed", "agreed_write")),
    (say("View"), ("zoom_in", "zoom_out", "whole_map", "zoom_selection", SEPARATOR, "ground", "names", SEPARATOR, "show_layers", "show_table",
              "show_step", SEPARATOR, "present", SEPARATOR, (say("Theme"), "theme_system", "theme_light", "theme_dark", "theme_contrast"),
              (say("Language"), "language_system", *(f"language_{code}" for code in OWN_NAMES)),
              (say("Distances"), "units_place", "units_us", "units_metric"),
              (say("Text size"), *(f"text_{percent}" for percent in TEXT_SIZES), SEPARATOR, "text_larger", "text_smaller", "text_normal"))),
    (say("Layer"), LAYER_MENU),
    (say("What if"), ("scenarios", "scenario_new", "scenario_here", "scenario_as_if", SEPARATOR, "scenario_beside")),
    (say("Step"), (*(f"step_{step.key}" for step in STEPS), SEPARATOR, "step_run")),
    (say("Help"), ("help", "guide", "method", "keys", "news", SEPARATOR, "next_area", "previous_area", SEPARATOR, "fault", "about")),
)


def command(key: str) -> Command:
    """A command by its key."""
    return next(known for known in COMMANDS if known.key == key)


def keyed_commands() -> list[tuple[Said, list[tuple[str, Said]]]]:
    """The keys of every menu and what they do."""
    found = []
    for title, items in MENUS:
        known = [command(item) for item in items if isinstance(item, str) and item != SEPARATOR]
        keyed = [(one.shortcut or one.letter, one.text) for one in known if one.shortcut or one.letter]
        found += [(title, keyed)] if keyed else []
    return found
