"""What a question begins with that has no answer yet: what was asked about last in another one, a service or an approach."""

from __future__ import annotations

from typing import Any, Final

from ecomap.model.params import ParamSpec, param_specs
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, say
from ecomap.workspace.asked import value_words
from ecomap.workspace.choices import choices

_LIST: Final = "coverage_target"  # of what is looked at: the same in every question that has it


def taken_over(project: Project, analysis: str) -> tuple[dict[str, Any], Said]:
    """The setting that a question takes over, and where it is from in words; nothing where it has an answer of its own, or there is nothing to take."""
    mine = _asks_of(analysis)
    if mine is None or project.latest_result(analysis) is not None:
        return {}, NOTHING
    known = {choice.value for choice in choices(project, _LIST)}
    for result in reversed(project.results):
        spec = _asks_of(result.analysis)
        value = None if spec is None or result.provenance is None else result.provenance.params.get(spec.name)
        if value in known:
            words = say("Begins with {what}, as in “{answer}”. You can choose another.", what=value_words(project, mine, value), answer=result.title)
            return {mine.name: value}, words
    return {}, NOTHING


def _asks_of(analysis: str) -> ParamSpec | None:
    """The setting of a question that says what is looked at."""
    from ecomap.analysis import registry  # heavy

    if analysis not in registry.names():
        return None
    return next((spec for spec in param_specs(registry.analysis(analysis).params) if spec.param.choices_from == _LIST and spec.kind == "str"), None)
