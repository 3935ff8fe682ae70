"""A side of a comparison: today, a scenario, a plan or an earlier answer, with who has it in reach there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, field, frozen

from ecomap.model import vocabulary as v
from ecomap.model.errors import EcoMapError, InputError
from ecomap.model.frames import Frames
from ecomap.model.params import build_params, param_specs, plain_params
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.model.scenario import OPEN, SCHOOL_OPENS, Scenario
from ecomap.workspace.choices import chosen_value
from ecomap.workspace.freshness import outdated
from ecomap.workspace.inputs import analysis_frames, chosen_layers, layers_by_params
from ecomap.workspace.needs import refuse_elsewhere
from ecomap.workspace.places import measure_as
from ecomap.workspace.scenarios.happening import happened
from ecomap.workspace.scenarios.keeping import PLAN, plan_scenario
from ecomap.workspace.scenarios.words import TODAY, change_words

if TYPE_CHECKING:
    from ecomap.analysis.scenarios.counted import Counted

USUAL: Final = "coverage-gap"
TARGET: Final = "target"
_TODAY: Final = "today"  # as people write it where a name is asked for
NO_NOTES: Final[tuple[Said, ...]] = ()


@frozen
class Side:
    """One side of a comparison.

    Parameters
    ----------
    key : str
        What was named: "" for today, the id of a scenario or an answer.
    label : Said
        How it is called in tables.
    project : Project
        What is there on this side.
    settings : mapping
        What the question was asked with.
    notes : tuple of Said
        Changes that could not happen, and what else must be known of this side.
    nowhere : bool
        Nobody offers on this side what is asked about.
    holds : Said
        What is otherwise on it, for whoever reads its numbers elsewhere; the planner's own notes stay in the project.
    """

    key: str
    label: Said
    project: Project = field(eq=False, repr=False)
    question: str
    settings: Mapping[str, Any]
    counted: Counted = field(eq=False, repr=False)
    notes: tuple[Said, ...] = ()
    nowhere: bool = False
    frames: Frames | None = field(default=None, eq=False, repr=False)  # what it was asked of; None of an answer as it stood
    holds: Said = NOTHING


@frozen
class _Meant:
    """What a key means: a scenario that happens, or an answer as it stands."""

    key: str
    label: Said
    scenario: Scenario | None = None
    answer: Result | None = None


def side(project: Project, key: str, question: str = USUAL, given: Mapping[str, Any] | None = None, *, by: int = 0,
         progress: Progress | None = None) -> Side:
    """One side of a comparison, asked.

    Parameters
    ----------
    key : str
        "" is today; a scenario by id or name; a plan's answer, which opens what it proposes; or an earlier answer to the question,
        which keeps the settings it was asked with.
    given : mapping
        Settings of the question; those of an earlier answer hold against them.
    by : int
        Only the changes of this year or before; 0 is all.

    Raises
    ------
    ProjectError
        If there is no such scenario or answer.
    InputError
        If the question says of no area who has it in reach, or cannot be asked here.
    """
    from ecomap.analysis import registry  # heavy
    from ecomap.analysis.scenarios.counted import counted, counted_in

    progress = progress or silent()
    check_question(question)
    meant = _meant(project, key, question)
    analysis = registry.analysis(question)
    if meant.answer is not None and meant.answer.provenance is not None:
        settings = {**meant.answer.provenance.params}
        params = build_params(analysis.params, settings)
        if outdated(project, meant.answer):
            told = say("{answer} is as it was asked: rows have changed since.", answer=meant.label)
            return Side(meant.key, meant.label, project, question, settings, counted_in(question, meant.answer.output("areas"), params), (told,))
    else:
        settings = dict(given or {})
    there, notes, holds = project, NO_NOTES, NOTHING
    if meant.scenario is not None:
        changes = [change_words(project, evolve(one, note="")) for one in meant.scenario.changes if not (by and one.year > by)]
        holds = say("{scenario}: {changes}", scenario=meant.label, changes=joined(changes) or say("no change"))
        made = happened(project, meant.scenario, by=by)
        there, notes = made.project, made.skipped
    measure_as(project)
    refuse_elsewhere(project, question)
    settings, nowhere = _fitting(there, question, settings)
    params = build_params(analysis.params, settings)
    layers = chosen_layers(there, analysis, layers_by_params(there, analysis, params))
    frames = analysis_frames(there, layers, analysis)
    params = registry.fitted(params, frames, project.day)
    found = counted(question, frames, params, progress=progress)
    return Side(meant.key, meant.label, there, question, plain_params(params), found, notes, nowhere, frames, holds)


def check_question(question: str) -> None:
    """Refuse a question that does not say of every need area who has it in reach."""
    from ecomap.analysis.scenarios.counted import QUESTIONS  # heavy

    if question not in QUESTIONS:
        raise InputError(say("'{question}' does not say of every area who has something in reach, so two sides of it cannot be compared.", question=name(question)),
                         say("Ask one of: {questions}.", questions=joined(map(name, QUESTIONS), ", ")))


def usual_settings(project: Project, keys: tuple[str, ...], question: str = USUAL) -> dict[str, Any]:
    """What two sides are compared by where nothing is said: the settings of an answer among them, else of a plan, else what the scenarios open."""
    from ecomap.analysis import registry  # heavy

    check_question(question)
    known = {spec.name for spec in param_specs(registry.analysis(question).params)}
    meant = [_meant(project, key, question) for key in keys]
    for one in meant:
        if one.answer is not None and one.answer.provenance is not None:
            return dict(one.answer.provenance.params)
    for one in meant:
        plan = next((result for result in project.results if one.scenario is not None and result.id == one.scenario.made_from), None)
        if plan is not None and plan.provenance is not None and one.scenario is not None:
            opened = next((change.target for change in one.scenario.changes if change.target), "")
            asked = {key: value for key, value in plan.provenance.params.items() if key in known}
            return {**asked, TARGET: opened or asked.get(TARGET, "")}
    target = next((found for one in meant if one.scenario is not None for found in _targets(project, one.scenario)), "")
    return {TARGET: target} if target else {}


def _targets(project: Project, scenario: Scenario) -> list[str]:
    """What a scenario changes the reach of: what opens, else the kind of what closes, moves or gets other room."""
    found = [change.target for change in scenario.changes if change.kind == OPEN and change.target not in ("", SCHOOL_OPENS)]
    for change in scenario.changes:
        if not change.feature or not project.has_layer(change.layer):
            continue
        role, frame = project.layer(change.layer).role, project.frame(change.layer)
        column, of = {v.SITE: (v.APPROACH, "approach"), v.SERVICE: (v.CATEGORY, "service")}.get(role, ("", ""))
        kinds = list(frame.loc[frame[v.ID].astype(str) == change.feature, column]) if column in frame else []
        found += [f"{of}:{kind}" for kind in kinds if isinstance(kind, str) and kind]
    return found


def _meant(project: Project, key: str, question: str) -> _Meant:
    if not key.strip():
        return _Meant("", TODAY)
    answer = next((result for result in project.results if result.id == key), None) or next(
        (result for result in project.results if result.title.casefold() == key.strip().casefold()), None)
    if answer is None:
        try:
            scenario = project.scenario(key)
        except EcoMapError as problem:
            if key.strip().casefold() == _TODAY:
                return _Meant("", TODAY)
            raise InputError(
                problem.said, say("Name a scenario, a plan or an earlier answer by its id, or today. Scenarios: {scenarios}. Answers: {answers}.",
                                  scenarios=_ids(one.name for one in project.scenarios),
                                  answers=_ids(one.id for one in project.results if one.analysis in (PLAN, question)))) from problem
        return _Meant(scenario.id, name(scenario.name), scenario)
    if answer.analysis == PLAN:
        return _Meant(answer.id, answer.title, plan_scenario(project, answer))
    if answer.analysis != question or answer.provenance is None:
        raise InputError(say("'{answer}' is an answer to another question.", answer=answer.title),
                         say("Choose an answer to the same question, a plan, a scenario, or today."))
    return _Meant(answer.id, answer.title, answer=answer)


def _ids(found: Any) -> Said:
    listed = joined(map(name, found), ", ")
    return listed or say("none")


def _fitting(project: Project, question: str, settings: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """The settings as they can be asked here: a kind that nobody offers on this side is asked as offered nowhere."""
    from ecomap.analysis import registry  # heavy

    found = dict(settings)
    specs = {spec.name: spec for spec in param_specs(registry.analysis(question).params)}
    wanted = str(found.get(TARGET, specs[TARGET].default if TARGET in specs and not specs[TARGET].required else ""))
    if not wanted or wanted == v.NOBODY_YET:
        return found, False
    found[TARGET] = wanted = str(chosen_value(project, specs[TARGET].param.choices_from, wanted))
    if _offered(project, wanted):
        return found, False
    return {**found, TARGET: v.NOBODY_YET}, True


def _offered(project: Project, target: str) -> bool:
    """Whether any row of a project is of a kind; what is no kind at all is left to the question to refuse."""
    kind, _, value = target.partition(":")
    roles, column = {"service": ((v.SERVICE,), v.CATEGORY), "approach": ((v.SITE, v.ZONE), v.APPROACH)}.get(kind, ((), ""))
    if not roles or not value:
        return True
    layers = [layer for role in roles for layer in project.layers_of(role) if not layer.result_id and column in project.frame(layer.id)]
    words = {str(word).casefold() for layer in layers for word in project.frame(layer.id)[column].dropna()}
    return bool(words - {""}) if value == "*" else value.strip().casefold() in words


def renamed(one: Side, more: Said) -> Side:
    """A side that says one thing more of itself, to be told from the other."""
    return evolve(one, label=joined([one.label, more], ", ")) if more != NOTHING else one
