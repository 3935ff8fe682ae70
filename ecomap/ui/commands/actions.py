"""The menus as data: every command once, with its words and its keys."""

from __future__ import annotations

from attrs import frozen

from ecomap.ui.steps import STEPS


@frozen
class Command:
    """One thing the window can do. ``needs``: project, layer, undo, redo, selection or nothing."""

    key: str
    text: str
    shortcut: str = ""
    needs: str = ""
    checkable: bool = False
    group: str = ""  # commands of one group exclude each other


SEPARATOR = "-"

COMMANDS: tuple[Command, ...] = (
    Command("new", "New empty project", "Ctrl+N"),
    Command("starter", "New from the Los Angeles starter"),
    Command("open", "Open…", "Ctrl+O"),
    Command("import", "Import a file…", "Ctrl+I"),
    Command("inventory_read", "Read a filled template…", "", "project"),
    Command("inventory_review", "Decide what may be the same…", "Ctrl+Shift+R", "project"),
    Command("inventory_write", "Write a template for partners…", "", "project"),
    Command("export", "Export…", "Ctrl+E", "project"),
    Command("save", "Save", "Ctrl+S", "project"),
    Command("save_as", "Save as…", "Ctrl+Shift+S", "project"),
    Command("quit", "Quit", "Ctrl+Q"),
    Command("undo", "Undo", "Ctrl+Z", "undo"),
    Command("redo", "Redo", "Ctrl+Shift+Z", "redo"),
    Command("inventory_add", "Add to the inventory…", "Ctrl+Shift+I", "project"),
    Command("find", "Find…", "Ctrl+K"),
    Command("title", "Project title…", "", "project"),
    Command("zoom_in", "Zoom in", "Ctrl++", "project"),
    Command("zoom_out", "Zoom out", "Ctrl+-", "project"),
    Command("whole_map", "Show everything", "Ctrl+0", "project"),
    Command("zoom_selection", "Zoom to what is chosen", "Ctrl+J", "selection"),
    Command("clear_selection", "Choose nothing", "Ctrl+Shift+A", "selection"),
    Command("show_layers", "Layers", "Ctrl+Shift+L", checkable=True),
    Command("show_table", "Tables", "Ctrl+Shift+T", checkable=True),
    Command("show_step", "Steps", "Ctrl+Shift+P", checkable=True),
    Command("theme_system", "As the system", checkable=True, group="theme"),
    Command("theme_light", "Light", checkable=True, group="theme"),
    Command("theme_dark", "Dark", checkable=True, group="theme"),
    Command("text_larger", "Larger text", "Ctrl+Alt++"),
    Command("text_smaller", "Smaller text", "Ctrl+Alt+-"),
    Command("text_normal", "Normal text", "Ctrl+Alt+0"),
    Command("layer_toggle", "Show or hide", "", "layer"),
    Command("layer_zoom", "Zoom to layer", "", "layer"),
    Command("layer_table", "Open its table", "Ctrl+T", "layer"),
    Command("layer_style", "Style…", "", "layer"),
    Command("layer_rename", "Rename…", "F2", "layer"),
    Command("layer_up", "Move up", "", "layer"),
    Command("layer_down", "Move down", "", "layer"),
    Command("layer_export", "Export layer…", "", "layer"),
    Command("layer_remove", "Remove from the project", "", "layer"),
    *(Command(f"step_{step.key}", f"{step.name}: {step.question[:1].lower()}{step.question[1:]}", f"Ctrl+{number}")
      for number, step in enumerate(STEPS, start=1)),
    Command("step_run", "Run this step", "Ctrl+Return", "project"),
    Command("next_area", "Next part of the window", "F6"),
    Command("previous_area", "Previous part of the window", "Shift+F6"),
    Command("method", "Method and sources", "", "project"),
    Command("keys", "Keys", "F1"),
    Command("about", "About EcoMap"),
)

LAYER_MENU: tuple[str, ...] = (
    "layer_toggle", "layer_zoom", "layer_table", SEPARATOR, "layer_style", "layer_rename", "layer_up", "layer_down",
    SEPARATOR, "layer_export", "layer_remove",
)

# Menus in order; a tuple inside a menu is a submenu with its heading first. "recent" is filled when it opens.
MENUS: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("File", ("new", "starter", "open", ("Open recent", "recent"), SEPARATOR, "import", "inventory_read",
              "inventory_write", "export", SEPARATOR, "save",
              "save_as", SEPARATOR, "quit")),
    ("Edit", ("undo", "redo", SEPARATOR, "inventory_add", "inventory_review", SEPARATOR, "find", "title", SEPARATOR, "clear_selection")),
    ("View", ("zoom_in", "zoom_out", "whole_map", "zoom_selection", SEPARATOR, "show_layers", "show_table",
              "show_step", SEPARATOR, ("Theme", "theme_system", "theme_light", "theme_dark"),
              ("Text size", "text_larger", "text_smaller", "text_normal"))),
    ("Layer", LAYER_MENU),
    ("Step", (*(f"step_{step.key}" for step in STEPS), SEPARATOR, "step_run")),
    ("Help", ("keys", "method", SEPARATOR, "next_area", "previous_area", SEPARATOR, "about")),
)


def command(key: str) -> Command:
    """A command by its key."""
    return next(known for known in COMMANDS if known.key == key)
