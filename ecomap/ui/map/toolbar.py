"""The tools on the map, below the zoom buttons: one column where the map is high enough, else several."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QToolButton, QWidget

from ecomap.model.said import name, say
from ecomap.ui.look.parts import follow_theme, icon_button
from ecomap.ui.look.theme import named
from ecomap.ui.map.card import SHADOW
from ecomap.ui.map.floating import Floating
from ecomap.ui.map.hand import TOOLS

_GAP = 1
LEFT_FREE = 34  # px at the foot of the map, for scale bar and sources


class ToolBar(Floating):
    """A button per tool, pressed while it is in the hand, and one each for choosing by value, for views and for charts."""

    taken = Signal(str)
    choosing = Signal()  # by value or distance
    views = Signal()
    charts = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.tools: dict[str, QToolButton] = {}
        for tool in TOOLS.values():
            made = icon_button(tool.picture, tool.words, say("{what} ({key} on the map). {hint}", what=tool.words, key=name(tool.letter), hint=tool.hint))
            made.setCheckable(True)
            made.clicked.connect(lambda _checked=False, key=tool.key: self.taken.emit(key))
            self.tools[tool.key] = made
        self.choose = icon_button("choose", say("Other ways to choose"), say("Choose by a value or by distance, and say in which layer the tools choose"))
        self.choose.clicked.connect(self.choosing)
        self.view = icon_button("bookmark", say("Views and notes"), say("Keep this view by name, go back to others, and read the notes"))
        self.view.clicked.connect(self.views)
        self.chart = icon_button("chart", say("Chart"), say("Draw one or two numbers of a layer, linked with map and table"))
        self.chart.clicked.connect(self.charts)
        self.buttons = [*list(self.tools.values())[:3], self.choose, *list(self.tools.values())[3:5], self.chart, *list(self.tools.values())[5:], self.view]
        self._grid = QGridLayout()
        inside = SHADOW + 3
        self._grid.setContentsMargins(inside, inside, inside, inside)
        self._grid.setSpacing(_GAP)
        self.setLayout(self._grid)
        self._columns = 0
        named(self, say("Tools of the map"))
        self.arrange(10_000)
        follow_theme(self, lambda: self.arrange(self._height, anew=True))

    def arrange(self, height: int, *, anew: bool = False) -> None:
        """Stand in as few columns as a height allows."""
        self._height = height
        each = self.buttons[0].sizeHint().height() + _GAP
        rows = max((height - 2 * SHADOW - 6) // max(each, 1), 2)
        columns = -(-len(self.buttons) // rows)
        if columns == self._columns and not anew:
            return
        self._columns = columns
        for number, button in enumerate(self.buttons):
            self._grid.addWidget(button, number // columns, number % columns, Qt.AlignmentFlag.AlignCenter)
        self._grid.activate()
        self.resize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return self._grid.sizeHint()

    def press(self, tool: str) -> None:
        """Show which tool is in the hand."""
        for key, button in self.tools.items():
            button.setChecked(key == tool)

