"""What the map is looked at as: today, or as if a scenario had happened; and which two sides are laid beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from ecomap.model.change import Change
from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.said import Said, say
from ecomap.model.scenario import Scenario
from ecomap.ui.work import Worker
from ecomap.workspace.workspace import Workspace

if TYPE_CHECKING:
    from ecomap.workspace.scenarios import Comparison, Happened


def same_rows(one: Project, other: Project) -> bool:
    """Whether two snapshots hold the very same rows."""
    return one.frames.keys() == other.frames.keys() and all(one.frames[key] is other.frames[key] for key in one.frames)


class Looking(QObject):
    """The scenario that is worked on, whether the map shows it, and the comparison that is laid out.

    Nothing of it is kept in the project: it is how one window looks at it.
    """

    changed = Signal()   # another scenario, the switch, or what has happened in it
    compared = Signal()  # another comparison, or none

    def __init__(self, workspace: Workspace, reader: Worker, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace, self._reader = workspace, reader
        self._scenario = ""
        self._as_if = False
        self._asked: tuple[Project, Scenario] | None = None  # what is being worked out, or has been
        self.happened: Happened | None = None
        self.comparison: Comparison | None = None
        self.report: Result | None = None   # another answer about a scenario, whose tables are laid out
        self.beside = False                 # whether its sides stand on two maps
        self.pictures: dict[int, Any] = {}  # of the comparison: -1 the difference, 0 and 1 its sides, as they are drawn

    # --- the scenario ----------------------------------------------------------------------------------------------

    @property
    def scenario(self) -> Scenario | None:
        """The scenario that changes go to; None where there is none."""
        known = self._workspace.project.scenarios
        return next((one for one in known if one.id == self._scenario), known[-1] if known else None)

    @property
    def as_if(self) -> bool:
        """Whether the map shows places as the scenario has them."""
        return self._as_if and self.scenario is not None

    def choose(self, scenario_id: str, *, as_if: bool | None = None) -> None:
        """Work on a scenario; ``as_if``: and look at the map as it has it, or as it is today."""
        before = (self.scenario, self.as_if)
        self._scenario = scenario_id
        self._as_if = self._as_if if as_if is None else as_if
        if (self.scenario, self.as_if) != before:
            self._follow()
            self.changed.emit()

    def look_as_if(self, on: bool) -> None:
        if on != self._as_if:
            self._as_if = on
            self._follow()
            self.changed.emit()

    def frame(self, layer: Layer) -> Any:
        """The rows of a layer as the map shows them."""
        there = self._there()
        return there.frames[layer.id] if there is not None and layer.id in there.frames else self._workspace.project.frame(layer.id)

    def new_layers(self) -> tuple[Layer, ...]:
        """Layers that only the scenario has: for kinds of places that the project has none of."""
        there = self._there()
        if there is None:
            return ()
        return tuple(one for one in there.layers if not self._workspace.project.has_layer(one.id) and one.geometry != NO_GEOMETRY)

    def project(self) -> Project:
        """The project as the map shows it."""
        return self._there() or self._workspace.project

    def _there(self) -> Project | None:
        return self.happened.project if self.as_if and self.happened is not None else None

    # --- following the project ---------------------------------------------------------------------------------------

    def start_over(self) -> None:
        """Another project."""
        self._scenario, self._as_if, self._asked, self.happened = "", False, None, None
        self.report = None
        self.show(None)
        self.changed.emit()

    def take_up(self, before: Looking) -> None:
        """Look at the map as another window of the same project did: as if, and at what was laid beside."""
        self.choose(before._scenario, as_if=before._as_if)
        if before.report is not None:
            self.show_report(before.report)
        self.show(before.comparison, before.pictures)
        self.show_beside(before.beside)

    def follow(self, change: Change) -> None:
        """The project changed: what has happened in the scenario is worked out anew, and a comparison of other rows goes."""
        if change.rows or change.added or change.removed:
            self.happened = None
        if change.scenarios or change.rows or change.added or change.removed or change.day or change.results:
            self._follow()
        if change.scenarios:
            self.changed.emit()
        if self.laid is not None and (change.rows or self._brings_answer(change)):
            self.report = None
            self.show(None)

    def _brings_answer(self, change: Change) -> bool:
        """Whether an answer has come, or was brought back on the map: it takes the place of what is compared."""
        layers, answers = self._workspace.project.layers, {result.id for result in self._workspace.project.results}
        return bool(change.results & answers) or any(one.result_id and one.visible for one in layers if one.id in change.described)

    def _follow(self) -> None:
        scenario, project = self.scenario, self._workspace.project
        if scenario is None or not self.as_if:
            self._asked, self.happened = None, None
            return
        if self._asked is not None and self._asked[1] == scenario and same_rows(self._asked[0], project):
            return
        asked = self._asked = (project, scenario)

        def work(_progress: Any) -> Happened:
            from ecomap.workspace.scenarios import happened

            return happened(project, scenario)

        def done(found: Happened) -> None:
            if self._asked is asked:
                self.happened = found
                self.changed.emit()

        self._reader.start(_LABEL, work, done=done, failed=lambda _problem: None, quiet=True)

    # --- two sides -----------------------------------------------------------------------------------------------------

    def show(self, comparison: Comparison | None, pictures: Mapping[int, Any] | None = None) -> None:
        """Lay a comparison out on the map and in the tables, with the layers it is drawn by (-1 the difference, 0 and 1 its sides);
        None takes it away."""
        if comparison is not self.comparison:
            self.comparison, self.report = comparison, None
            self.pictures = dict(pictures or {})
            self.beside = self.beside and comparison is not None
            self.compared.emit()

    def show_report(self, report: Result) -> None:
        """Lay out the tables of an answer about a scenario, in the place of a comparison."""
        self.show(None)
        self.report = report
        self.compared.emit()

    @property
    def laid(self) -> Result | None:
        """The answer about scenarios that is laid out; the project does not keep it."""
        return self.comparison.result if self.comparison is not None else self.report

    def show_beside(self, on: bool) -> None:
        """Lay the two sides on two maps, or their difference on one."""
        if self.comparison is not None and on != self.beside:
            self.beside = on
            self.compared.emit()

    def drawn(self) -> tuple[tuple[Layer, Any], ...]:
        """The layers of the comparison that the first map shows."""
        if self.comparison is None:
            return ()
        found = self.pictures.get(0, ()) if self.beside else (self.pictures.get(-1),)
        return tuple(one for one in found if one is not None)

    def difference(self) -> tuple[Layer, Any] | None:
        """The layer of the difference as the map shows it; None where nothing is compared or the sides stand on two maps."""
        found: tuple[Layer, Any] | None = None if self.comparison is None or self.beside else self.pictures.get(-1)
        return found


_LABEL: Said = say("What would be otherwise")
