"""Scenarios made, named, changed and taken away: a project in, a project out, so that undo takes each back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from attrs import evolve

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.said import Said, joined, say
from ecomap.model.said import name as kept
from ecomap.model.scenario import (
    CHANGES_ROLES,
    KINDS,
    MERGE,
    OPEN,
    SCHOOL_OPENS,
    Change,
    Scenario,
    id_for,
    is_sound,
)

PLAN: Final = "plan"   # the analysis whose answer is a scenario, and the table that holds it
NEW_SITES: Final = "New site"  # what a plan opens that was made as if nobody offered it anywhere


def add(project: Project, name: str, changes: Iterable[Change] = (), *, note: str = "", made_from: str = "") -> tuple[Project, Scenario]:
    """Make a scenario.

    Raises
    ------
    InputError
        If the name is empty or taken, or a change cannot be meant in this project.
    """
    scenario = Scenario(id_for(name, [one.id for one in project.scenarios]), _free_name(project, name, ""), note=note.strip(), made_from=made_from)
    project = project.with_scenario(scenario)
    for one in changes:
        project = change(project, scenario.id, one)
    return project, project.scenario(scenario.id)


def rename(project: Project, scenario_id: str, name: str) -> Project:
    """Call a scenario otherwise; its id stays."""
    scenario = project.scenario(scenario_id)
    called = _free_name(project, name, scenario.id)
    return project if called == scenario.name else project.with_scenario(evolve(scenario, name=called))


def annotate(project: Project, scenario_id: str, note: str) -> Project:
    """Say in the planner's own words what a scenario is for."""
    scenario = project.scenario(scenario_id)
    return project if note.strip() == scenario.note else project.with_scenario(evolve(scenario, note=note.strip()))


def remove(project: Project, scenario_id: str) -> Project:
    """Take a scenario away; what is and every answer stay."""
    return project.without_scenario(project.scenario(scenario_id).id)


def copy(project: Project, scenario_id: str, name: str) -> tuple[Project, Scenario]:
    """A scenario of another name with the same changes."""
    scenario = project.scenario(scenario_id)
    made = evolve(scenario, id=id_for(name, [one.id for one in project.scenarios]), name=_free_name(project, name, ""))
    return project.with_scenario(made), made


def change(project: Project, scenario_id: str, new: Change, place: int | None = None) -> Project:
    """Add a change to a scenario, or put it in the place of one.

    Parameters
    ----------
    place : int, optional
        Of the change that this one takes the place of, counted from 0.

    Raises
    ------
    InputError
        If the change cannot be meant: of no known kind, of a row that is not there, without what its kind needs.
    """
    scenario = project.scenario(scenario_id)
    _check(project, new)
    if place is None:
        return project.with_scenario(scenario.with_change(new))
    _check_place(scenario, place)
    return project.with_scenario(evolve(scenario, changes=(*scenario.changes[:place], new, *scenario.changes[place + 1:])))


def unchange(project: Project, scenario_id: str, place: int) -> Project:
    """Take a change out of a scenario, counted from 0 as they are listed."""
    scenario = project.scenario(scenario_id)
    _check_place(scenario, place)
    return project.with_scenario(scenario.without_change(place))


def scenario_from_plan(project: Project, result_id: str, name: str = "", *, target: str = "") -> tuple[Project, Scenario]:
    """Keep what a plan proposes as a scenario, to be changed by hand.

    Parameters
    ----------
    name : str
        "" takes the plan's title.
    target : str
        What opens at its schools, where the plan was made as if nobody offered it anywhere; "" takes the plan's own.
    """
    made = plan_scenario(project, project.result(result_id), target=target)
    wanted = name.strip() or made.name
    called, number = wanted, 2
    while not name.strip() and any(one.name.casefold() == called.casefold() for one in project.scenarios):
        called, number = f"{wanted} {number}", number + 1
    return add(project, called, made.changes, made_from=result_id)


def plan_scenario(project: Project, result: Result, *, target: str = "") -> Scenario:
    """What a plan proposes, as a scenario that the project does not keep.

    Raises
    ------
    InputError
        If the answer is no plan.
    """
    from ecomap.analysis.travel.supply import parse_target  # heavy

    if result.analysis != PLAN or result.provenance is None:
        raise InputError(say("'{answer}' is no plan: it opens nothing.", answer=result.title), say("Choose a plan, a scenario, or an answer to the same question."))
    asked = parse_target(target or str(result.provenance.params.get("target", "")))
    opens = f"service:{NEW_SITES}" if asked.nowhere else asked.text
    layers = [project.layer(key) for key, _ in result.provenance.inputs if project.has_layer(key) and project.layer(key).role == v.SCHOOL]
    changes = tuple(Change(OPEN, layer, row, target=opens) for layer, row in _rows_of(project, [one.id for one in layers], result.output(PLAN).frame))
    return Scenario(result.id, str(result.title), changes, made_from=result.id)


def _rows_of(project: Project, layers: list[str], plan: Any) -> list[tuple[str, str]]:
    """Layer and id of every school of a plan; ids of several layers may have their layer before them."""
    held = {layer: set(project.frame(layer)[v.ID].astype(str)) for layer in layers}
    found = []
    for key in plan[v.ID].astype(str):
        of, _, row = key.partition("/")
        layer = next((one for one in layers if key in held[one]), "")
        found.append((layer, key) if layer or of not in held else (of, row))
    return [(layer or (layers[0] if layers else v.SCHOOL), row) for layer, row in found]


def _free_name(project: Project, name: str, but: str) -> str:
    called = name.strip()
    if not called:
        raise InputError(say("A scenario needs a name."), say("Give it a name that the others at the table will recognise."))
    if any(one.name.casefold() == called.casefold() and one.id != but for one in project.scenarios):
        raise InputError(say("There is a scenario called '{name}' already.", name=kept(called)), say("Choose another name."))
    return called


def _check_place(scenario: Scenario, place: int) -> None:
    if not 0 <= place < len(scenario.changes):
        raise InputError(say("'{scenario}' has no change number {number}.", scenario=kept(scenario.name), number=place + 1))


def _check(project: Project, new: Change) -> None:
    """Refuse a change that says nothing in this project."""
    if new.kind not in KINDS:
        raise InputError(say("There is no change of the kind '{kind}'.", kind=kept(new.kind)), say("Known: {kinds}.", kinds=joined(map(kept, KINDS), ", ")))
    if new.feature:
        _check_rows(project, new)
    if new.kind == OPEN and new.target and new.target != SCHOOL_OPENS:
        _check_target(new.target)
    unknown = [level for level in new.levels.split("+") if level and level not in v.SCHOOL_LEVELS]
    if unknown:
        raise InputError(say("There is no school level '{level}'.", level=kept(unknown[0])), say("Use {levels}.", levels=joined(map(kept, v.SCHOOL_LEVELS), ", ")))
    if not is_sound(new):
        raise InputError(_lacking(new), say("Say it and try again."))


def _check_target(target: str) -> None:
    from ecomap.analysis.travel.supply import parse_target  # heavy

    if parse_target(target).value in ("", "*"):
        raise InputError(say("'{target}' is no one thing that could open.", target=kept(target)), say("Name one kind of service, one approach, or a school."))


def _check_rows(project: Project, new: Change) -> None:
    layer = project.layer(new.layer)
    if layer.role not in CHANGES_ROLES or layer.result_id:
        raise InputError(say("Rows of {layer} cannot change in a scenario.", layer=layer.name), say("Choose a school, an approach site or a service."))
    if new.kind == MERGE and layer.role != v.SCHOOL:
        raise InputError(say("Only schools merge, and {layer} holds none.", layer=layer.name), say("Close the one, and give the other its room."))
    known = set(project.frame(new.layer)[v.ID].astype(str))
    for row in (new.feature, new.into):
        if row and row not in known:
            raise InputError(say("'{row}' is not in {layer}.", row=kept(row), layer=layer.name), say("Choose another one."))


def _lacking(new: Change) -> Said:
    """What a change would have to say."""
    if new.kind == OPEN:
        return say("What opens, and where, must both be said.")
    if not new.feature:
        return say("Which school, site or service it is must be said.")
    return {"move": say("Where it moves to must be said."), "merge": say("Which other school the pupils go to must be said."),
            "capacity": say("How many it can take then must be said, from 0 up.")}.get(new.kind, say("The year, the place or a text of this change cannot be."))
