"""A picture of every question's answer, as a planner meets it on the Los Angeles starter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve, frozen

from ecomap.analysis import registry
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.project import Project
from ecomap.model.said import Said, joined
from ecomap.workspace import inventory_edits
from tools.camera import Camera

TARGET = "service:Mental health"
IN_STEP_PICTURES = ("need-index", "coverage-gap", "priority", "overlap", "money")  # the main questions; made with the steps
FILE_NAMES: Mapping[str, str] = {"plan": "expansion"}  # "plan" is the picture of the step
COMMUNITY, LINKED, PROMISE = v.APPROACHES


@frozen
class Shot:
    """How one answer is pictured: what its form is given, which of its tables is shown, what has to be there first.

    ``example`` says in the picture's title what was invented for it.
    """

    values: Mapping[str, Any] = {}
    table: str = ""
    before: Callable[[Project], Project] | None = None
    example: str = ""


def schools_with_people(project: Project) -> Project:
    """Three schools of the starter with made-up people, so that a roster has something to show. The names are invented."""
    schools = project.frame(project.layers_of(v.SCHOOL)[0].id)
    codes = [str(code) for code in schools.sort_values(v.NAME)[v.ID].head(3)]
    people = (
        (0, "Community school coordinator", "coordination", COMMUNITY, "Example District", "1", "A. Example"),
        (0, "College coach", "college_career", LINKED, "Example Partners", "0.5", "B. Example"),
        (0, "Counselor", "college_career", "", "Example District", "1", "C. Example"),
        (1, "Family liaison", "family_engagement", COMMUNITY, "Example Partners", "0.8", "D. Example"),
        (1, "Social worker", "mental_health", "", "Example District", "1", "E. Example"),
        (2, "After-school lead", "after_school", PROMISE, "Example Partners", "1", "F. Example"),
    )
    for school, title, function, approach, employer, fte, contact in people:
        project, _ = inventory_edits.add_row(project, v.STAFF_ROLE, {
            v.SCHOOL_ID: codes[school], v.TITLE: title, v.FUNCTION: function, v.APPROACH: approach, v.EMPLOYER: employer,
            v.FTE: fte, v.CONTACT: contact, v.START: "2024",
        })
    return project


def services_with_places(project: Project) -> Project:
    """The starter's services with a made-up number of free places each, so that a match has something to give out."""
    layer = project.layers_of(v.SERVICE)[0]
    frame = project.frame(layer.id)
    return project.with_layer(layer, frame.assign(**{v.AVAILABLE: [float(20 + 10 * (n % 9)) for n in range(len(frame))]}))


def schools_with_dollars(project: Project) -> Project:
    """The same with invented dollars spent at every school, for the picture of a question that needs them."""
    import numpy as np
    import pandas as pd

    schools = project.frame(project.layers_of(v.SCHOOL)[0].id)
    schools = schools[schools[v.ENROLLMENT] > 0]
    pupils, each = schools[v.ENROLLMENT].to_numpy(dtype=float), np.random.default_rng(5).normal(14_000, 2_500, len(schools)).clip(8_000)
    rows = pd.DataFrame({
        v.ID: schools[v.ID].to_numpy() + ":2024-25", v.NAME: schools[v.NAME].to_numpy(), v.SCHOOL_ID: schools[v.ID].to_numpy(), v.YEAR: "2024-25",
        v.MEMBERSHIP: pupils, v.SITE_FEDERAL: (0.1 * each * pupils).round(), v.SITE_STATE_LOCAL: (0.9 * each * pupils).round(),
    })
    return project.with_layer(Layer("invented-dollars", "Invented dollars", v.SPENDING, NO_GEOMETRY), rows)


SHOTS: Mapping[str, Shot] = {
    "capacity-gap": Shot({"target": TARGET, "assumed_capacity": 200.0, "share_who_want_it": 0.1}),
    "access": Shot({"target": TARGET}),
    "gap-presets": Shot({"target": TARGET}),
    "rank-change": Shot({"target": TARGET}),
    "weight-sets": Shot({"target": TARGET}),
    "plan": Shot({"target": TARGET, "share_for_highest_fifth": 0.6}),
    "roles": Shot(table="roster", before=schools_with_people, example="Example, invented people"),
    "ties": Shot(table="organisations"),
    "helped": Shot({"comparison": "not_yet"}),
    "spending-outcome": Shot(before=schools_with_dollars, example="Example, invented dollars"),
    "match": Shot(before=services_with_places, example="Example, invented places"),
    "funding-cliff": Shot({"as_of": "2019-09-01", "months": 12}),
}


def answer_pictures(camera: Camera, only: tuple[str, ...] = ()) -> None:
    """Every question that has no picture of its step, each asked of the project as it stands now.

    One that cannot be asked shows what it lacks.
    """
    wanted = [name for name in registry.names() if name not in IN_STEP_PICTURES]
    before = camera.window.desk.project
    for name in only or wanted:
        shot = SHOTS.get(name, Shot())
        camera.window.desk.replace(before if shot.before is None else shot.before(before), None)
        camera.rest()
        page = camera.go_to(name).page
        if not page.lacking.roles:
            camera.ask(name, shot.values)
            if shot.example:
                _say_example(camera, shot.example)
            if shot.table:
                camera.show_table(shot.table)
        camera.calm()
        camera.take(f"window-{FILE_NAMES.get(name, name)}")


def _say_example(camera: Camera, words: str) -> None:
    """Say in the title of the map that the answer shown was made from something invented."""
    project = camera.window.desk.project
    answer = project.results[-1]
    camera.window.desk.replace(project.with_result(evolve(answer, title=joined([Said(words), answer.title], ": "))), None)
    camera.rest()
