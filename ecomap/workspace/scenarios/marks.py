"""Where the changes of a scenario stand on the map, and what can stand there."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from ecomap.model import vocabulary as v
from ecomap.model.params import Choice
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, name, say
from ecomap.model.scenario import MOVE, OPEN, SCHOOL_OPENS, Scenario
from ecomap.model.units import format_number
from ecomap.workspace.choices import ANY, coverage_targets
from ecomap.workspace.scenarios.words import row_name

Place = tuple[float, float]
_NEAR = 25  # schools whose distance is said
ANOTHER_SERVICE = f"{v.SERVICE}:"  # a kind of service that nobody offers yet, to be named


@frozen
class Mark:
    """One change on the map: what kind, where, where it moves or its pupils go to, what is written beside it, which change it is."""

    kind: str
    at: Place
    other: Place | None = None
    label: Said = NOTHING
    number: int = 0

    @property
    def sign_at(self) -> Place:
        """Where its sign stands: of what moves, where it moves to."""
        return self.other if self.kind == MOVE and self.other is not None else self.at


def marks_of(project: Project, scenario: Scenario) -> tuple[Mark, ...]:
    """The changes of a scenario in their order; one whose row has gone from the project has no place."""
    moved: dict[tuple[str, str], Place] = {}
    found = []
    for number, change in enumerate(scenario.changes):
        row = (change.layer, change.feature)
        here = moved.get(row) or place_of(project, *row)
        at = change.place if change.kind == OPEN and change.place is not None else here
        if at is None:
            continue
        other = change.place if change.kind == MOVE else place_of(project, change.layer, change.into) if change.into else None
        label = name(change.label) if change.label else NOTHING
        if change.kind == MOVE and change.place is not None:
            moved[row] = change.place
            label = row_name(project, *row)
        found.append(Mark(change.kind, at, other, label, number))
    return tuple(found)


def place_of(project: Project, layer_id: str, feature_id: str) -> Place | None:
    """Where a row stands, in the project's coordinate system; None where it has gone or has no place."""
    if not feature_id or not project.has_layer(layer_id):
        return None
    frame = project.frame(layer_id)
    rows = (frame[v.ID].to_numpy() == feature_id).nonzero()[0]
    shape = frame.geometry.iloc[rows[0]] if len(rows) and v.GEOMETRY in frame else None
    if shape is None or shape.is_empty:
        return None
    point = shape.representative_point()
    return float(point.x), float(point.y)


def what_opens(project: Project) -> tuple[Choice, ...]:
    """What could stand somewhere: every kind of service and approach the project knows, a school, or a kind of service it lacks."""
    known = [choice for choice in coverage_targets(project) if choice.value.partition(":")[2] not in ("", ANY)]
    short = [Choice(choice.value, choice.short or choice.label) for choice in known]
    return (*short, Choice(SCHOOL_OPENS, say("School")), Choice(ANOTHER_SERVICE, say("Another kind of service")))


def others_to_merge_with(project: Project, layer_id: str, feature_id: str) -> tuple[Choice, ...]:
    """The schools that the pupils of one could go to, nearest first, those near with how far away they are."""
    import numpy as np  # heavy

    frame, here = project.frame(layer_id), place_of(project, layer_id, feature_id)
    if here is None:
        return ()
    points = frame.geometry.centroid
    away = np.hypot(points.x.to_numpy() - here[0], points.y.to_numpy() - here[1])
    order = [int(row) for row in np.argsort(away, kind="stable") if np.isfinite(away[row])]
    ids = frame[v.ID].astype(str).to_numpy()
    called = _names(frame)
    others = [row for row in order if ids[row] != feature_id]
    near = [Choice(ids[row], say("{school} ({distance})", school=name(called[row]), distance=format_number(float(away[row]), "m")), name(called[row]))
            for row in others[:_NEAR]]
    return (*near, *(Choice(ids[row], name(called[row])) for row in others[_NEAR:]))


def _names(frame: Any) -> list[str]:
    given = list(frame[v.NAME]) if v.NAME in frame else []
    ids = [str(one) for one in frame[v.ID]]
    return [one if isinstance(one, str) and one else other for one, other in zip(given or ids, ids)]
