"""What a scenario and its changes say, in a planner's words."""

from __future__ import annotations

from ecomap.model import vocabulary as v
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, joined, listed, name, plural, say
from ecomap.model.scenario import CAPACITY, CLOSE, MERGE, MOVE, OPEN, SCHOOL_OPENS, Change, Scenario
from ecomap.model.units import format_given

TODAY = say("Today")


def scenario_words(scenario: Scenario) -> Said:
    """A scenario in a line: its name and how many changes it has."""
    if not scenario.changes:
        return say("{scenario}: no change yet", scenario=name(scenario.name))
    return plural("{scenario}: {n} change", "{scenario}: {n} changes", len(scenario.changes), scenario=name(scenario.name))


def change_words(project: Project, change: Change) -> Said:
    """One change as a sentence, with its year and note where it has them."""
    main = {OPEN: _opens, MOVE: _moves, CLOSE: _closes, MERGE: _merges, CAPACITY: _has_room}[change.kind](project, change)
    year = say("From {year} on.", year=name(change.year)) if change.year else NOTHING
    note = say("Note: {note}", note=name(change.note)) if change.note else NOTHING
    return joined([part for part in (main, year, note) if part])


def target_words(target: str, levels: str = "") -> Said:
    """What opens, with its article: "a mental health service", "an elementary school"."""
    from ecomap.analysis.travel.supply import parse_target  # heavy

    if target == SCHOOL_OPENS:
        of = [v.LEVEL_LABELS[level].small() for level in levels.split("+") if level in v.LEVEL_LABELS]
        return say("a school ({levels})", levels=listed(of)) if of else say("a school")
    return parse_target(target).one


def _opens(project: Project, change: Change) -> Said:
    where = row_name(project, change.layer, change.feature) if change.feature else say("the chosen place")
    if not change.target:
        return say("{what} opens.", what=where)
    what = target_words(change.target, change.levels)
    if change.label and change.feature:
        return say("{label} ({what}) opens at {where}.", label=name(change.label), what=what, where=where)
    if change.label:
        return say("{label} ({what}) opens.", label=name(change.label), what=what)
    return say("{what} opens at {where}.", what=what.capitalize(), where=where)


def _moves(project: Project, change: Change) -> Said:
    return say("{what} moves to the chosen place.", what=row_name(project, change.layer, change.feature))


def _closes(project: Project, change: Change) -> Said:
    what = row_name(project, change.layer, change.feature)
    if project.has_layer(change.layer) and project.layer(change.layer).role == v.SITE and (approach := _cell(project, change, v.APPROACH)):
        return say("{what} is no longer {approach}.", what=what, approach=target_words(f"approach:{approach}"))
    return say("{what} closes.", what=what)


def _cell(project: Project, change: Change, column: str) -> str:
    """A cell of the row that changes; "" where it says nothing."""
    frame = project.frame(change.layer)
    found = list(frame.loc[frame[v.ID].astype(str) == change.feature, column]) if column in frame else []
    return found[0] if found and isinstance(found[0], str) else ""


def _merges(project: Project, change: Change) -> Said:
    return say("{what} closes; its pupils go to {other}.", what=row_name(project, change.layer, change.feature),
               other=row_name(project, change.layer, change.into))


def _has_room(project: Project, change: Change) -> Said:
    return say("{what} has room for {amount}.", what=row_name(project, change.layer, change.feature), amount=format_given(change.amount or 0.0))


def row_name(project: Project, layer_id: str, feature_id: str) -> Said:
    """A row by its name; by its id where it has gone from the project."""
    if project.has_layer(layer_id):
        frame = project.frame(layer_id)
        found = frame[frame[v.ID].astype(str) == feature_id]
        if len(found) and v.NAME in found and isinstance(found[v.NAME].iloc[0], str) and found[v.NAME].iloc[0]:
            return name(found[v.NAME].iloc[0])
    return name(feature_id)
