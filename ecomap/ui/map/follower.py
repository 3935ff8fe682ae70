"""An answer that follows the hand, on the map: it takes the place of the kept one, until the exact one is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from ecomap.model.layer import NO_GEOMETRY, POINT, Layer
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.model.style import LayerStyle
from ecomap.model.vocabulary import RESULT
from ecomap.ui.desk import Desk
from ecomap.ui.map.canvas import MapCanvas
from ecomap.ui.map.following import Shade
from ecomap.workspace.asked import reach_words

MOST_POINTS: Final = 25  # of an answer that follows the hand


class Follower:
    """What of the map makes room, and what stands in its place.

    Parameters
    ----------
    draw : callable
        Draws the map anew, with `layers` and without what `makes_room`.
    resolve : callable
        Finds the legends anew.
    titled : callable
        Says the title of the map anew.
    """

    def __init__(self, desk: Desk, canvas: MapCanvas, draw: Callable[[], None], resolve: Callable[[], None], titled: Callable[[], None]) -> None:
        self._desk, self._canvas, self._draw, self._resolve, self._titled = desk, canvas, draw, resolve, titled
        self.layers: tuple[tuple[Layer, Any], ...] = ()
        self._aside: frozenset[str] = frozenset()  # ids of layers
        self._shaded_until_drawn = False
        self._result: Result | None = None  # what follows the hand
        self._drawn_as: dict[str, Any] = {}  # layer -> how it is drawn, or was before it made room
        canvas.drawn.connect(lambda _scene: self._drawn())
        desk.peeked.connect(self._peeked)

    def makes_room(self, layer: Layer) -> bool:
        """Whether a layer is of the kept answer, whose place is taken."""
        return layer.id in self._aside

    def words(self) -> tuple[Said, Said] | None:
        """Title and second line while the first answer to a question follows the hand: the project has none to name."""
        result = self._result
        if result is None or any(one.analysis == result.analysis for one in self._desk.shown.results):
            return None
        reach = NOTHING if result.provenance is None else reach_words(result.provenance.params)
        return result.title, joined([reach, say("while you drag")], ", ")

    def with_aside(self, drawings: Sequence[Any]) -> tuple[Any, ...]:
        """What the legend tells: what is drawn, and what only makes room for what follows the hand."""
        there = {one.layer.id: one for one in drawings}
        self._drawn_as = there | {key: known for key, known in self._drawn_as.items() if key in self._aside and key not in there}
        return (*(known for key, known in self._drawn_as.items() if key not in there), *drawings)

    def rows(self, layer: Layer) -> Any:
        """The rows of a layer as they are looked at."""
        return self._desk.shown.frame(layer.id) if self._desk.peek is not None else self._desk.looking.frame(layer)

    def project(self) -> Project:
        """The project that is looked at: with an answer that is not kept, or as if changes had happened."""
        return self._desk.shown if self._desk.peek is not None else self._desk.looking.project()

    def follow(self, result: Result, shade: Shade | None) -> None:
        """Show an answer that follows the hand: its points and areas, or the ground out of reach, in place of that of the same question."""
        if shade is not None:
            self._shaded_until_drawn = False
            self._shade(shade)
        first, self._result = self.words(), result
        project = self._desk.shown
        same = {one.id for one in project.results if one.analysis == result.analysis}
        aside = frozenset(layer.id for layer in project.layers if layer.result_id in same and (shade is None or layer.geometry != POINT))
        layers = () if shade is not None else followed(project, result)
        if aside != self._aside or layers or self.layers:
            self._aside, self.layers = aside, layers
            self._draw()
        elif self.words() != first:
            self._titled()

    def unfollow(self) -> None:
        """Show what the project holds."""
        self._result = None
        self._shade(None)
        if self._aside or self.layers:
            self._aside, self.layers = frozenset(), ()
            self._draw()

    def _peeked(self, result: Result | None) -> None:
        """An answer is looked at that is not kept, or no longer."""
        self._result = None
        self._aside, self.layers = frozenset(), ()
        self._draw()
        self._resolve()
        if result is None:
            self._shade(None)
        else:
            self._shaded_until_drawn = True

    def _drawn(self) -> None:
        """A new picture is there: with the exact answer in it the shade is done."""
        if self._shaded_until_drawn:
            self._shaded_until_drawn = False
            self._shade(None)

    def _shade(self, shade: Shade | None) -> None:
        self._canvas.shade = None if shade is None else (shade.window, shade.image())
        self._canvas.update()


def followed(project: Project, result: Result) -> tuple[tuple[Layer, Any], ...]:
    """The main table of an answer that follows the hand as a layer: in the style of the kept one, or its own."""
    output = result.main
    if output.geometry == NO_GEOMETRY or not len(output.frame):
        return ()
    frame = output.frame if output.geometry != POINT else output.frame.head(MOST_POINTS)
    kept = next((layer for layer in project.layers if layer.name == output.title and layer.result_id), None)
    style = kept.style if kept is not None else output.style
    layer = Layer("following", output.title, RESULT, output.geometry, columns=output.columns, style=style or LayerStyle())
    return ((layer, frame),)
