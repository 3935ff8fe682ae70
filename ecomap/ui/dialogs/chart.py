"""A chart of one or two numbers of a layer, beside the map and linked with it and the table both ways."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFormLayout, QWidget

from ecomap.analysis.chosen.plotted import number_columns, plotted
from ecomap.model.change import Change
from ecomap.model.said import NOTHING, say
from ecomap.model.style import GRADUATED
from ecomap.ui.desk import Desk
from ecomap.ui.look.controls import Choices
from ecomap.ui.look.parts import column, label
from ecomap.ui.look.plot import Drawn, Plot
from ecomap.ui.look.theme import named
from ecomap.ui.map.hand import manner_held
from ecomap.ui.speech import spoken
from ecomap.ui.standing import sized
from ecomap.workspace import chosen

_HOW = say("Drag over bars or dots to choose them; Shift adds, Ctrl or Alt takes away. By keys: arrows and Return.")


class ChartDialog(QDialog):
    """Stays open beside the map. What is brushed here lights up there and in the table, and the other way round."""

    def __init__(self, parent: QWidget, desk: Desk, layer_id: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(spoken(say("Chart")))
        self._desk = desk
        self._asked = 0
        self.layer, self.across, self.up = Choices(), Choices(), Choices()
        self.plot = Plot()
        self.summary, self.empty = label(NOTHING, "foot"), label(say("This layer has no number to draw."), "quiet")
        for one in chosen.choosable(desk.project):
            if number_columns(one, desk.project.frame(one.id)):
                self.layer.addItem(spoken(one.name), one.id)
        self.layer.setCurrentIndex(max(self.layer.findData(layer_id), 0))
        named(self.layer, say("Layer"))
        named(self.across, say("Across"))
        named(self.up, say("Up"))
        for box in (self.layer, self.across, self.up):
            box.setSizeAdjustPolicy(Choices.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
        axes = QFormLayout()
        axes.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for words, box in ((say("Layer"), self.layer), (say("Across"), self.across), (say("Up"), self.up)):
            axes.addRow(spoken(words), box)
        places = column(axes, self.empty, self.plot, self.summary, label(_HOW, "quiet"), margins=(14, 12, 14, 12), spacing=8)
        places.setStretch(2, 1)
        self.setLayout(places)
        self.layer.currentIndexChanged.connect(lambda _: self._fill())
        self.across.currentIndexChanged.connect(lambda _: self._draw())
        self.up.currentIndexChanged.connect(lambda _: self._draw())
        self.plot.brushed.connect(self._brushed)
        desk.selected.connect(self._follow)  # a method goes with the dialog, a lambda would outlive it
        desk.changed.connect(self._on_change)
        desk.replaced.connect(self.reject)
        sized(self, 520, 500)
        self._fill()

    def _on_change(self, change: Change) -> None:
        if self.layer.currentData() in change.removed:
            self.reject()
        elif self.layer.currentData() in change.rows | change.described:
            self._draw()

    def _fill(self) -> None:
        """The numbers of the layer; what the map colours by is drawn first."""
        layer_id = self.layer.currentData()
        self.empty.setVisible(not layer_id)
        if not layer_id:
            return
        layer = self._desk.project.layer(layer_id)
        columns = number_columns(layer, self._desk.project.frame(layer_id))
        for box in (self.across, self.up):
            box.blockSignals(True)
            box.clear()
        self.up.addItem(spoken(say("how many places")), "")
        for one in columns:
            self.across.addItem(spoken(one.label), one.name)
            self.up.addItem(spoken(one.label), one.name)
        shown = layer.style.column if layer.style.kind == GRADUATED else ""
        self.across.setCurrentIndex(max(self.across.findData(shown), 0))
        for box in (self.across, self.up):
            box.blockSignals(False)
        self._draw()

    def _draw(self) -> None:
        """Read the numbers and the colours of the map off the window's thread; the latest asking counts."""
        layer_id, x, y = self.layer.currentData(), self.across.currentData(), self.up.currentData()
        if not layer_id or not x:
            return
        self._asked += 1
        number, project = self._asked, self._desk.project
        layer, frame = project.layer(layer_id), project.frame(layer_id)

        def work(_progress: Any) -> Drawn:
            from ecomap.render.style.drawing import resolved  # heavy

            drawing = resolved(layer, frame, project.day)
            by_class = layer.style.kind == GRADUATED and layer.style.column in (x, y)
            colours = tuple(drawing.symbol_of(n).fill for n in range(len(frame))) if by_class else ()
            return Drawn(plotted(layer, frame, x, y), layer.column(x), layer.column(y) if y else None, colours)

        def done(drawn: Drawn) -> None:
            if number == self._asked:
                self.plot.show_rows(drawn)
                self._follow()

        self._desk.reader.start(say("Chart"), work, done=done, failed=self._desk.say_problem, quiet=True)

    def _follow(self, *_selection: object) -> None:
        layer_id, ids = self._desk.selection
        self.plot.choose(ids if layer_id == self.layer.currentData() else ())
        self.summary.setText(spoken(self.plot.summary()))

    def _brushed(self, ids: tuple[str, ...], modifiers: Qt.KeyboardModifier) -> None:
        layer_id = self.layer.currentData()
        self._desk.select(layer_id, chosen.combined(self._desk.selection, layer_id, ids, manner_held(modifiers)))
