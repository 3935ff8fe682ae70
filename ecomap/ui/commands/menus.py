"""The menu bar and the layer menu, made from the data in `actions`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from ecomap.model.said import name, say
from ecomap.model.vocabulary import GROUND
from ecomap.ui.commands.actions import COMMANDS, LAYER_MENU, MENUS, OWN_NAMES, SEPARATOR, TEXT_SIZES
from ecomap.ui.commands.stage import Stage
from ecomap.ui.look.theme import THEME, look
from ecomap.ui.speech import spoken


class Menus:
    """Every command as an action of the window; `refresh` says which make sense now."""

    def __init__(self, window: Stage, doer: Callable[[str], Callable[..., None]], open_path: Callable[[Path], None]) -> None:
        self.window = window
        self.actions: dict[str, QAction] = {}
        self.latest = ""  # key of the last command that was chosen
        window.known_actions = self.actions
        groups: dict[str, QActionGroup] = {}
        for known in COMMANDS:
            action = QAction(spoken(known.text) + ("…" if known.asks else "") + (f"\t{known.letter}" if known.letter else ""), window)
            if known.shortcut:
                action.setShortcut(QKeySequence(known.shortcut))
            action.setCheckable(known.checkable)
            if known.group:
                groups.setdefault(known.group, QActionGroup(window)).addAction(action)
            action.triggered.connect(lambda *_, key=known.key: setattr(self, "latest", key))
            action.triggered.connect(doer(known.key))
            window.addAction(action)
            self.actions[known.key] = action
        for key in ("show_layers", "show_table", "show_step"):
            self.actions[key].setChecked(True)
        self._open_path = open_path
        for title, items in MENUS:
            menu = window.menuBar().addMenu(f"&{spoken(title)}")
            self._fill(menu, items)
            menu.aboutToShow.connect(self.refresh)

    def _fill(self, menu: QMenu, items: tuple[object, ...]) -> None:
        for item in items:
            if isinstance(item, tuple):
                inner = menu.addMenu(spoken(item[0]))
                if item[1] == "recent":
                    inner.aboutToShow.connect(lambda inner=inner: self._fill_recent(inner))
                else:
                    self._fill(inner, item[1:])
            elif item == SEPARATOR:
                menu.addSeparator()
            else:
                menu.addAction(self.actions[str(item)])

    def _fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        for path in self.window.settings.recent:
            action = menu.addAction(path.name)
            action.setToolTip(str(path))
            action.setEnabled(path.exists())
            action.triggered.connect(lambda _checked=False, path=Path(path): self._open_path(path))
        if not self.window.settings.recent:
            menu.addAction(spoken(say("No project opened yet"))).setEnabled(False)

    def layer_menu(self, _layer_id: str) -> QMenu:
        """The menu of one layer; the tree has made it the current one."""
        menu = QMenu(self.window)
        self.refresh()
        self._fill(menu, LAYER_MENU)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def refresh(self) -> None:
        """Say what undo would take back, and grey what makes no sense now."""
        desk, window = self.window.desk, self.window
        if not hasattr(window, "tree"):
            return
        workspace = desk.workspace
        ground = desk.project.layers_of(GROUND)
        current = window.tree.current_layer()
        holds = {
            "": True, "project": not desk.empty, "ground": bool(ground), "layer": bool(current),
            "styled": bool(current) and current not in [layer.id for layer in ground],
            "undo": bool(workspace.undo_label), "redo": bool(workspace.redo_label), "selection": bool(desk.selection[0]),
            "reading": workspace.access.holder is not None, "scenario": bool(desk.project.scenarios),
            "comparison": desk.looking.comparison is not None,
        }
        for known in COMMANDS:
            self.actions[known.key].setEnabled(holds[known.needs])
        self.actions["undo"].setText(spoken(say("Undo: {what}", what=name(workspace.undo_label)) if workspace.undo_label else say("Undo")))
        self.actions["redo"].setText(spoken(say("Redo: {what}", what=name(workspace.redo_label)) if workspace.redo_label else say("Redo")))
        for button, key in ((window.undo_button, "undo"), (window.redo_button, "redo")):
            action = self.actions[key]
            button.setEnabled(action.isEnabled())
            button.setToolTip(f"{action.text()} ({action.shortcut().toString()})")
        self.actions["ground"].setChecked(any(layer.visible for layer in ground))
        self.actions["names"].setChecked(desk.project.named)
        self.actions["scenario_as_if"].setChecked(desk.looking.as_if)
        self.actions["scenario_beside"].setChecked(desk.looking.beside)
        self.actions[f"theme_{THEME.mode}"].setChecked(True)
        for percent in TEXT_SIZES:
            self.actions[f"text_{percent}"].setChecked(percent == round(look().scale * 100))
        self.actions[f"units_{self.window.settings.units or 'place'}"].setChecked(True)
        self.actions[f"language_{self.window.settings.language}" if self.window.settings.language in OWN_NAMES else "language_system"].setChecked(True)
