"""What putting a school in the plan that stands, or leaving it out, would cost; nothing of it is stored."""

from __future__ import annotations

import weakref
from typing import Any

from ecomap.model.errors import InputError
from ecomap.model.params import build_params
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.said import name, say
from ecomap.model.vocabulary import ID, NAME, SCHOOL
from ecomap.workspace.inputs import analysis_frames, chosen_layers, layers_by_params

PLAN = "plan"


class Arguments:
    """Answers about the latest plan; what does not depend on the school is looked at once for each plan."""

    def __init__(self) -> None:
        self._known: tuple[tuple[Any, ...], list[Any], tuple[Any, Any, Any]] | None = None

    def of(self, project: Project, school: str, progress: Progress) -> Any:
        """The best plan with a school put in, or left out where the plan has it, against the plan.

        Returns
        -------
        ecomap.analysis.plan.expansion.arguing.Argued

        Raises
        ------
        InputError
            If there is no plan yet, or its rows have changed since.
        ClashError
            If the school cannot be chosen at all.
        """
        from ecomap.analysis.plan.expansion.arguing import argue  # heavy

        result = planned(project)
        frames, params, made = self._prepared(project, result, progress.part(0.0, 0.5))
        chosen = [str(one) for one in result.output("plan").frame[ID]]
        gap = next((figure.value for figure in result.figures if figure.name == "gap"), None)
        return argue(frames, params, made, chosen, gap == 0, school, progress.part(0.5, 1.0))

    def _prepared(self, project: Project, result: Result, progress: Progress) -> tuple[Any, Any, Any]:
        from ecomap.analysis import registry  # heavy
        from ecomap.analysis.plan.expansion.arguing import Prepared

        assert result.provenance is not None
        analysis = registry.analysis(PLAN)
        params = build_params(analysis.params, result.provenance.params)
        used = {layer_id for layer_id, _ in result.provenance.inputs}
        chosen = chosen_layers(project, analysis, layers_by_params(project, analysis, params))
        chosen = {given: tuple(layer for layer in layers if layer.id in used) or layers for given, layers in chosen.items()}
        rows = [project.frames[layer.id] for layers in chosen.values() for layer in layers]
        key = (result.id, *(id(frame) for frame in rows))
        if self._known is not None and self._known[0] == key and all(ref() is not None for ref in self._known[1]):
            return self._known[2]
        frames, params = registry.as_asked(analysis_frames(project, chosen, analysis), params)
        found = frames, params, Prepared.of(frames, params, progress)
        self._known = key, [weakref.ref(frame) for frame in rows], found
        return found


def planned(project: Project) -> Result:
    """The latest plan.

    Raises
    ------
    InputError
    """
    result = project.latest_result(PLAN)
    if result is None or result.provenance is None:
        raise InputError(say("There is no plan yet to ask about."), say("Make a plan first."))
    return result


def in_plan(project: Project) -> frozenset[str]:
    """The schools of the latest plan; none where there is no plan."""
    result = project.latest_result(PLAN)
    return frozenset() if result is None else frozenset(result.output(PLAN).frame[ID].astype(str))


def school_meant(project: Project, words: str) -> str:
    """The id of the school that somebody means: its id, or its name as the project has it.

    Raises
    ------
    InputError
    """
    wanted = words.strip().casefold()
    ids: list[str] = []
    for layer in project.layers_of(SCHOOL):
        frame = project.frame(layer.id)
        keys = frame[ID].astype(str)
        if (keys == words.strip()).any():
            return words.strip()
        if NAME in frame:
            ids += keys[frame[NAME].astype(str).str.strip().str.casefold() == wanted].tolist()
    if len(set(ids)) == 1:
        return ids[0]
    if ids:
        raise InputError(say("Several schools are called {school}.", school=name(words)),
                         say("Give the id of one: {ids}.", ids=name(", ".join(sorted(set(ids))))))
    raise InputError(say("No school is called {school}.", school=name(words)), say("Give its name as the project has it, or its id."))
