"""Schools pinned in or out of a plan: kept with the project, through undo, and in the settings of every answer they were asked with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ecomap.model.errors import InputError
from ecomap.model.project import PINNED_IN, PINNED_OUT, Pins, Project
from ecomap.model.said import Said, name, say
from ecomap.model.vocabulary import ID, NAME, SCHOOL

SETTINGS: Final = ("pinned_in", "pinned_out")


def school_name(project: Project, school: str) -> str:
    """What a school is called; its id where the project does not know it."""
    for layer in project.layers_of(SCHOOL):
        frame = project.frame(layer.id)
        found = frame.loc[frame[ID].astype(str) == school]
        if len(found):
            return str(found[NAME].iloc[0]) if NAME in frame else school
    return school


def is_school(project: Project, feature: str) -> bool:
    """Whether an id is that of a school."""
    return any((project.frame(layer.id)[ID].astype(str) == feature).any() for layer in project.layers_of(SCHOOL))


def pin(project: Project, school: str, where: str) -> Project:
    """Pin a school "in" or "out", or take its pin off ("").

    Raises
    ------
    InputError
        If the project has no such school, or it is pinned in without a place on the map.
    """
    if where and not is_school(project, school):
        raise InputError(say("The project has no school with the id {school}.", school=name(school)), say("Choose one of its schools."))
    if where == PINNED_IN and not _has_place(project, school):
        raise InputError(say("{school} has no place on the map, so nobody can be counted in its reach.", school=name(school_name(project, school))),
                         say("Give it a place first, or pin another school."))
    return project.with_pins(project.pins.moved(school, where))


def pin_words(project: Project, school: str, where: str) -> Said:
    """The step that undo takes back."""
    called = name(school_name(project, school))
    if where == PINNED_IN:
        return say("Pin {school} into the plan", school=called)
    return say("Pin {school} out of the plan", school=called) if where == PINNED_OUT else say("Take the pin off {school}", school=called)


def pins_words(project: Project, pins: Pins) -> Said:
    """The step from the pins of a project to others: of the one school it is about, or of several."""
    before = project.pins
    moved = [one for one in dict.fromkeys((*before.inside, *before.outside, *pins.inside, *pins.outside)) if before.where(one) != pins.where(one)]
    return pin_words(project, moved[0], pins.where(moved[0])) if len(moved) == 1 else say("Change the pins of the plan")


def pins_of(params: Mapping[str, Any]) -> Pins | None:
    """The pins of settings; None where a question knows none."""
    if not all(setting in params for setting in SETTINGS):
        return None
    inside, outside = (tuple(str(one) for one in params[setting] or ()) for setting in SETTINGS)
    return Pins(inside, outside)


def settings_of(pins: Pins) -> dict[str, tuple[str, ...]]:
    """Pins as the settings of a question."""
    return dict(zip(SETTINGS, (pins.inside, pins.outside), strict=True))


def _has_place(project: Project, school: str) -> bool:
    for layer in project.layers_of(SCHOOL):
        frame = project.frame(layer.id)
        found = frame.loc[frame[ID].astype(str) == school]
        if len(found) and layer.geometry != "none":
            shape = found.geometry.iloc[0]
            return shape is not None and not shape.is_empty
    return False
