"""Two maps moved together: A on the left, B on the right, each under its own name; the second one lives only as long as it is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QBoxLayout, QWidget

from ecomap.model.layer import Layer
from ecomap.model.said import joined, name
from ecomap.ui.desk import Desk
from ecomap.ui.look.parts import together
from ecomap.ui.look.theme import look
from ecomap.ui.map.canvas import MapCanvas
from ecomap.ui.map.changes import ChangesLayer
from ecomap.ui.speech import spoken
from ecomap.workspace.map_order import mapped_layers

if TYPE_CHECKING:
    from ecomap.workspace.scenarios import Comparison

_BETWEEN = 2  # px
Placed = list[tuple[Layer, Any]]


class TwoMaps(QObject):
    """Lays a second canvas beside the first, and keeps view, selection and look of both in step."""

    def __init__(self, over: QWidget, first: MapCanvas, places: QBoxLayout, desk: Desk, join: Callable[[MapCanvas], None]) -> None:
        super().__init__(over)
        self.first, self._places, self.desk, self._join = first, places, desk, join
        self.second: MapCanvas | None = None
        self._marks: ChangesLayer | None = None
        self._following = False
        first.moved.connect(lambda _view: self._follow(first, self.second))
        desk.selected.connect(lambda layer_id, ids: self.second.set_selection(layer_id, ids) if self.second is not None else None)

    @property
    def open(self) -> bool:
        return self.second is not None

    def show(self) -> None:
        """Open the second map."""
        if self.second is not None or self.desk.looking.comparison is None:
            return
        second = self.second = MapCanvas(self.first.parentWidget())
        self._marks = ChangesLayer(second)
        second.moved.connect(lambda _view: self._follow(second, self.first))
        self._places.setSpacing(_BETWEEN)
        self._places.addWidget(second, 1)
        self._places.setStretch(0, 1)
        second.show_whole = self.first.show_whole
        self._join(second)
        self.dress()
        second.set_view(self.first.view())
        second.set_selection(*self.desk.selection)
        second.lower()  # below what floats over the maps
        second.show()

    def close(self) -> None:
        """Take the second map away, with its thread and its pictures."""
        second, self.second, self._marks = self.second, None, None
        if second is not None:
            self._places.removeWidget(second)
            self._places.setSpacing(0)
            second.close()
            second.deleteLater()
            self.first.setFocus()

    def dress(self) -> None:
        if self.second is not None:
            self.second.set_dark(look().tokens.name == "dark")
            self.second.set_text_size(look().scale)

    def _follow(self, one: MapCanvas, other: MapCanvas | None) -> None:
        if other is None or self._following or self.second is None:
            return
        self._following = True
        other.set_view(one.view())
        self._following = False

    def draw(self, comparison: Comparison) -> tuple[Placed, str, str]:
        """Draw B; what A shows, its name and its second line are handed back to whoever draws the first map."""
        from ecomap.workspace.scenarios.marks import marks_of

        sides = (comparison.a, comparison.b)
        placed = [self._placed(comparison, which) for which in (0, 1)]
        project = self.desk.project
        assert self.second is not None
        assert self._marks is not None
        self.second.set_layers(placed[1], project.crs, project.day, project.named)
        title, line = side_words(comparison, 1)
        self.second.set_texts(title, line, "")
        scenario = next((one for one in project.scenarios if one.id == sides[1].key), None)
        self._marks.show_marks(marks_of(project, scenario) if scenario is not None else ())
        return placed[0], *side_words(comparison, 0)

    def _placed(self, comparison: Comparison, which: int) -> Placed:
        """The layers of one side: places as it has them, under its own answer."""
        from ecomap.workspace.scenarios.picture import of_side  # heavy

        project, side = self.desk.project, (comparison.a, comparison.b)[which]
        own = self.desk.looking.pictures.get(which, ())
        layers = [layer for layer in mapped_layers(project) if layer.visible and not layer.result_id]
        new = [layer for layer in side.project.layers if not project.has_layer(layer.id)]
        return over_areas([(layer, of_side(project, side, layer)) for layer in (*new, *layers)], own)


def side_words(comparison: Comparison, which: int) -> tuple[str, str]:
    """How a side is called over its map, and how many have it there."""
    from ecomap.workspace.scenarios.picture import without_words  # heavy

    side = (comparison.a, comparison.b)[which]
    called = joined([name("AB"[which]), side.label], ": ")
    return spoken(called), together(spoken(without_words(comparison, which)))


def over_areas(placed: Placed, own: Any) -> Placed:
    """Layers of an answer laid in the place of the layer whose id they have, else above the topmost areas."""
    made = list(placed)
    for layer, frame in own:
        at = next((n for n, (there, _) in enumerate(made) if there.id == layer.id), -1)
        if at >= 0:
            made[at] = (layer, frame)
            continue
        first = next((n for n, (there, _) in enumerate(made) if there.geometry not in ("point", "line")), len(made))
        made.insert(first, (layer, frame))
    return made
