"""The layer tree: headings, layers, and under each layer its legend."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from attrs import evolve, frozen
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel

from ecomap.model.layer import LINE, Layer
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import format_number
from ecomap.model.vocabulary import GROUND
from ecomap.render.style.drawing import LegendRow
from ecomap.render.style.symbols import Symbol
from ecomap.ui.look.swatch import STROKE
from ecomap.ui.speech import number, spoken
from ecomap.workspace.map_order import grouped

KIND = Qt.ItemDataRole.UserRole + 1
LAYER_ID = Qt.ItemDataRole.UserRole + 2
COUNT = Qt.ItemDataRole.UserRole + 3
SYMBOL = Qt.ItemDataRole.UserRole + 4
RESULTS = Qt.ItemDataRole.UserRole + 5  # of the line of earlier answers: their results
HEADING = Qt.ItemDataRole.UserRole + 6  # of a heading: what it is known by, whatever language it is shown in
GROUP, LAYER, LEGEND = "group", "layer", "legend"
ANSWER = "answer"    # the name of an answer above its layers
EARLIER = "earlier"  # the line that earlier answers to a question fold under


@frozen
class Legend:
    """What the colours of a layer say: a title and rows."""

    title: Said = NOTHING
    rows: tuple[LegendRow, ...] = ()


Legends = Mapping[str, Legend]


class LayerModel(QStandardItemModel):
    """A project's layers as a tree; ticking a box sends `ticked`."""

    ticked = Signal(str, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._quiet = False
        self.itemChanged.connect(self._on_item)

    def show_project(self, project: Project, legends: Legends, earlier: Collection[str] = ()) -> None:
        """Build the tree again.

        ``earlier`` holds the layers of answers that a later one to the same question took the place of; they stand last under
        their heading, below a line that folds them. Layers of an answer stand under its name.
        """
        self._quiet = True
        self.clear()
        for words, layers in grouped(project):
            head = _item(words, GROUP)
            head.setData(str(words), HEADING)
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            old = [layer for layer in layers if layer.id in earlier]
            self._append(head, [layer for layer in layers if layer.id not in earlier], project, legends)
            if old:
                head.appendRow(_earlier_item(old))
            self._append(head, old, project, legends)
            self.appendRow(head)
        self._quiet = False

    @staticmethod
    def _append(head: QStandardItem, layers: Sequence[Layer], project: Project, legends: Legends) -> None:
        """Layers under a heading, in their order; where those of another answer begin, its name stands first."""
        names = {result.id: result.title for result in project.results}
        above = ""
        for layer in layers:
            if layer.result_id != above and layer.result_id in names:
                head.appendRow(_answer_item(names[layer.result_id], layer))
            above = layer.result_id
            head.appendRow(_layer_item(layer, len(project.frame(layer.id)), legends.get(layer.id, Legend())))

    def show_ticks(self, project: Project) -> None:
        """Only the boxes changed."""
        self._quiet = True
        for item in self.layer_items():
            layer = project.layer(item.data(LAYER_ID))
            state = Qt.CheckState.Checked if layer.visible else Qt.CheckState.Unchecked
            if item.checkState() != state:
                item.setCheckState(state)
        self._quiet = False

    def layer_items(self) -> list[QStandardItem]:
        return [
            self.item(head).child(place)
            for head in range(self.rowCount())
            for place in range(self.item(head).rowCount())
            if self.item(head).child(place).data(KIND) == LAYER
        ]

    def layer_item(self, layer_id: str) -> QStandardItem | None:
        return next((item for item in self.layer_items() if item.data(LAYER_ID) == layer_id), None)

    def _on_item(self, item: QStandardItem) -> None:
        if not self._quiet and item.data(KIND) == LAYER:
            layer_id, ticked = item.data(LAYER_ID), item.checkState() == Qt.CheckState.Checked
            QTimer.singleShot(0, self, lambda: self.ticked.emit(layer_id, ticked))  # the item may be gone once it is heard


def _item(text: Said, kind: str) -> QStandardItem:
    made = QStandardItem(spoken(text))
    made.setEditable(False)
    made.setData(kind, KIND)
    return made


def _answer_item(words: Said, first: Layer) -> QStandardItem:
    """The name of an answer above its layers; what is done with it is done with the first of them."""
    made = _item(words, ANSWER)
    made.setData(first.id, LAYER_ID)
    made.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
    made.setToolTip(spoken(joined([words, *first.notes[:1]], "\n")))
    return made


def _earlier_item(layers: list[Layer]) -> QStandardItem:
    results = tuple(dict.fromkeys(layer.result_id for layer in layers))
    made = _item(plural("Earlier answers ({n})", "Earlier answers ({n})", len(results)), EARLIER)
    made.setData(results, RESULTS)
    made.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
    made.setToolTip(spoken(say("The same questions, asked before with other settings. Click to show or hide them.")))
    return made


_BOUNDARIES: Mapping[str, Said] = {
    "official": say("Official boundary"), "approximate": say("Approximate boundary"), "estimated": say("Estimated boundary"),
}


def boundary_words(boundary: str) -> Said:
    """How sure a layer's outlines are."""
    return _BOUNDARIES.get(boundary) or name(boundary.capitalize())


def _symbol(layer: Layer, entry: LegendRow) -> Symbol:
    return evolve(entry.symbol, shape=STROKE) if layer.geometry == LINE else entry.symbol


def _layer_item(layer: Layer, rows: int, legend: Legend) -> QStandardItem:
    item = _item(layer.short, LAYER)
    item.setData(layer.id, LAYER_ID)
    item.setData(number(rows), COUNT)
    item.setCheckable(True)
    item.setCheckState(Qt.CheckState.Checked if layer.visible else Qt.CheckState.Unchecked)
    item.setFlags(
        Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
    )
    about: list[Said] = [layer.name]
    if layer.boundary:
        about.append(boundary_words(layer.boundary))
    about += [*(name(source.citation) for source in layer.sources), *layer.notes[:2]]
    item.setToolTip(spoken(joined(dict.fromkeys(about), "\n")))
    if layer.role == GROUND:
        item.appendRow(_note_item(layer, say("Always under the data; names are always above it.")))
    if len(legend.rows) == 1:
        item.setData(_symbol(layer, legend.rows[0]), SYMBOL)
    else:
        if legend.title and legend.title != layer.short and legend.rows:
            head = _item(name(legend.title), LEGEND)
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            head.setData(layer.id, LAYER_ID)
            head.setToolTip(spoken(name(legend.title)))
            item.appendRow(head)
        for entry in legend.rows:
            line = _item(name(entry.label), LEGEND)
            line.setFlags(Qt.ItemFlag.ItemIsEnabled)
            line.setData(layer.id, LAYER_ID)
            line.setData(number(entry.count), COUNT)
            line.setData(_symbol(layer, entry), SYMBOL)
            line.setToolTip(spoken(joined([name(entry.label), format_number(entry.count)], ": ")))
            item.appendRow(line)
    return item


def _note_item(layer: Layer, text: Said) -> QStandardItem:
    """A line of words under a layer."""
    line = _item(text, LEGEND)
    line.setFlags(Qt.ItemFlag.ItemIsEnabled)
    line.setData(layer.id, LAYER_ID)
    line.setToolTip(spoken(text))
    return line


def moved(project: Project, layer_id: str, before: str) -> list[str]:
    """The order of all layers after one moved in front of another of its heading ("" = to the end of the heading).

    Layers under one heading are kept together, so that what is higher in the tree is higher on the map.
    """
    order: list[str] = []
    for _, layers in grouped(project):
        ids = [layer.id for layer in layers]
        if layer_id in ids:
            ids.remove(layer_id)
            ids.insert(ids.index(before) if before in ids else len(ids), layer_id)
        order += ids
    return order


def group_moved(project: Project, moving_heading: str, before: str) -> list[str]:
    """The order of all layers after a heading with its layers moved in front of another ("" = to the end)."""
    groups = grouped(project)
    moving = next(group for group in groups if group[0] == moving_heading)
    rest = [group for group in groups if group[0] != moving_heading]
    names = [str(group[0]) for group in rest]
    rest.insert(names.index(before) if before in names else len(rest), moving)
    return [layer.id for _, layers in rest for layer in layers]
