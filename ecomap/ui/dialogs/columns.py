"""What became of every column of a file, with the reason, and which way a number counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from ecomap.model.judgement import COUNT, KNOWN, NOBODY, PERSON
from ecomap.model.said import Said, joined, say
from ecomap.model.said import name as kept
from ecomap.model.understanding import KEPT, LEFT_OUT, USED, ColumnUse
from ecomap.ui.look.controls import Choices
from ecomap.ui.look.parts import column
from ecomap.ui.look.theme import look, named
from ecomap.ui.speech import spoken

_USES: Final = {USED: say("used"), KEPT: say("kept"), LEFT_OUT: say("left out"), "": say("not looked at yet")}
_WAYS: Final = ((0, say("not counted")), (1, say("higher is more need")), (-1, say("higher is less need")))
_COLUMN, _CELLS, _BECAME, _WHY = range(4)
_ORDER: Final = {USED: 0, KEPT: 2, LEFT_OUT: 3}
_MOST: Final = 34  # letters of cells that stand in a line


class ColumnTable(QTableWidget):
    """One line per column: its cells, what it became, why; numbers of need areas can be counted, turned or left uncounted here.

    Parameters
    ----------
    directed : callable
        (column, +1, -1 or 0) when the planner says how a number counts.
    declared : callable, optional
        (column, "yes", "no" or "" for nothing) when the planner says whether its numbers count people.
    """

    def __init__(self, directed: Callable[[str, int], None], declared: Callable[[str, str], None] | None = None) -> None:
        super().__init__(0, 4)
        self._directed, self._declared = directed, declared
        self.people: dict[str, QComboBox] = {}
        self.ways: dict[str, QComboBox] = {}
        self.setObjectName("columns")
        self.setHorizontalHeaderLabels([spoken(one) for one in (say("Column"), say("Its cells"), say("Becomes"), say("Because"))])
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(_WHY, QHeaderView.ResizeMode.Stretch)
        for place, wide in ((_COLUMN, 140), (_CELLS, 140), (_BECAME, 186)):
            self.setColumnWidth(place, look().px(wide))
        named(self, say("What became of every column"))

    def show_uses(self, uses: Sequence[ColumnUse], samples: Mapping[str, Sequence[str]], ways: Mapping[str, int]) -> None:
        """Fill the table.

        Parameters
        ----------
        samples : mapping
            Column -> a few of its cells.
        ways : mapping
            Column -> +1 or -1 where it counts as need now.
        """
        self.ways.clear()
        self.people.clear()
        uses = sorted(uses, key=lambda use: _ORDER.get(use.use, 1))
        self.setRowCount(len(uses))
        for place, use in enumerate(uses):
            cells = ", ".join(samples.get(use.column, ())[:3])
            self._write(place, _COLUMN, use.column, use.column)
            self._write(place, _CELLS, cells if len(cells) <= _MOST else f"{cells[:_MOST - 1].rstrip()}…", cells, quiet=True)
            became = spoken(_became(use))
            self._write(place, _BECAME, became, became, quiet=use.use != USED)
            why = spoken(_why(use))
            self._write(place, _WHY, why, why, quiet=True)
            controls = [self._way(use, ways.get(use.field, 0))] if use.numeric else []
            if self._declared is not None and _open_of_people(use):
                controls.append(self._counts(use))
            if controls:
                self.setCellWidget(place, _BECAME, _around(controls))
        self.resizeRowsToContents()
        least = look().px(34)
        for place in range(len(uses)):
            self.setRowHeight(place, max(self.rowHeight(place) + look().px(6), least))

    def _write(self, place: int, where: int, text: str, tip: str, *, quiet: bool = False) -> None:
        item = QTableWidgetItem(text[:200])
        item.setToolTip(tip)
        if quiet:
            item.setForeground(QColor(look().tokens.quiet))
        self.setItem(place, where, item)

    def _counts(self, use: ColumnUse) -> QComboBox:
        """Whether the numbers of a column count people, where only a person can say it."""
        box = Choices()
        for value, words in (("", say("maybe people")), ("yes", say("counts people")), ("no", say("counts no people"))):
            box.addItem(spoken(words), value)
        one = use.judgement
        box.setCurrentIndex(0 if one is None or not one.declared else 2 if one.holds == NOBODY else 1)
        named(box, say("Whether {column} counts people", column=kept(use.column)),
              say("Small numbers of what nobody knows are hidden in everything that leaves EcoMap"))
        box.activated.connect(lambda _: self._declared(use.column, str(box.currentData())) if self._declared else None)
        self.people[use.column] = box
        return box

    def _way(self, use: ColumnUse, way: int) -> QComboBox:
        box = Choices()
        for value, words in _WAYS:
            box.addItem(spoken(words), value)
        box.setCurrentIndex(box.findData(way))
        named(box, say("How {column} counts", column=kept(use.column)), use.why)
        box.activated.connect(lambda _: self._directed(use.column, int(box.currentData())))
        self.ways[use.column] = box
        return box


def _open_of_people(use: ColumnUse) -> bool:
    """Whether only a person can say what a column counts, or somebody has said it."""
    return use.judgement is not None and use.judgement.holds != PERSON and use.judgement.by != KNOWN


def _around(controls: Sequence[QComboBox]) -> QWidget:
    around = QWidget()
    around.setLayout(column(-1, *controls, -1, margins=(0, 2, 8, 2), spacing=2))
    return around


def _became(use: ColumnUse) -> Said:
    if use.judgement is not None and use.judgement.by == KNOWN and use.judgement.holds in (COUNT, PERSON):
        return say("counts people: protected") if use.judgement.holds == COUNT else say("about persons: stays here")
    return use.label if use.use == USED and use.label else _USES.get(use.use, kept(use.use))


def _why(use: ColumnUse) -> Said:
    if not use.failing:
        return use.why
    return say("{why} Does not fit: {cells}.", why=use.why, cells=joined(map(kept, use.failing[:5]), ", "))
