"""What a question was asked with, in a planner's words: short for a panel, and what sets an earlier answer apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ecomap.model.params import ParamSpec, param_specs
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.units import format_number
from ecomap.workspace.choices import choices

FEW = 2  # things of a list that are named; more are counted
USUAL = "with the usual settings"
OTHER_ROWS = "before the data changed"
_ZERO = re.compile(r"\b0: ([^.]+)\.")
_BRACKET = re.compile(r" \([^()]*\)$")


def words_for_zero(spec: ParamSpec, longest: int) -> str:
    """What 0 means where it is no number but "not asked": the words after "0:" in the parameter's help, if they are short.

    >>> from ecomap.model.params import Param
    >>> words_for_zero(ParamSpec("budget", "float", Param("Budget", "0: no limit."), 0.0, False), 16)
    'no limit'
    """
    found = _ZERO.search(spec.param.help)
    return found[1] if found and not spec.required and spec.default == 0 and len(found[1]) <= longest else ""


def value_words(project: Project, spec: ParamSpec, value: Any) -> str:
    """The value of one setting as it reads without its question; "" where it says nothing.

    Things of a list go by their labels, without the counts in brackets behind them; "mental health", not "service:Mental
    health (92 service locations)".
    """
    label = spec.param.label.rstrip("?")
    if spec.kind == "bool":
        return label if value else f"not: {label[:1].lower()}{label[1:]}"
    if spec.kind == "weights":
        pairs = [f"{_label_of(project, spec, str(name))} × {weight:g}" for name, weight in value or ()]
        return _counted(pairs, label)
    if spec.kind == "many":
        return _counted([_label_of(project, spec, str(item)) for item in value or ()], label)
    if spec.kind == "str":
        text = _label_of(project, spec, str(value)) if value or spec.param.choices else ""
        return text if not text or spec.param.choices or spec.param.choices_from else f"{label}: {text}"
    number = format_number(float(value), spec.param.unit) if spec.param.unit else f"{value:,g}"
    return number if spec.param.unit in ("m", "min") else f"{label}: {number}"


def asked_words(project: Project, params_class: type, given: Mapping[str, Any]) -> str:
    """The settings that matter to a reader: what it is about, how far, and whatever is not as usual."""
    told = []
    for spec in param_specs(params_class):
        value = given.get(spec.name, spec.default)
        usual = not spec.required and _same(value, spec.default)
        subject = not spec.param.advanced and (spec.required or spec.param.unit == "m" or spec.name == "target")
        if not usual or subject:
            told.append(value_words(project, spec, value))
    return " · ".join(dict.fromkeys(filter(None, told))) or USUAL


def difference(project: Project, result: Result, latest: Result) -> str:
    """What sets an earlier answer apart from the latest to the same question: "0.5 mi", "Food"; never empty."""
    from ecomap.analysis import registry  # heavy

    if result.provenance is None or latest.provenance is None:
        return OTHER_ROWS
    before, now = result.provenance.params, latest.provenance.params
    told = [
        value_words(project, spec, before.get(spec.name, spec.default)) or f"{spec.param.label} as usual"
        for spec in param_specs(registry.analysis(result.analysis).params)
        if not _same(before.get(spec.name, spec.default), now.get(spec.name, spec.default))
    ]
    return " · ".join(told) or OTHER_ROWS


def earlier_answers(project: Project) -> dict[str, Result]:
    """Every answer that a later one to the same question took the place of: its id -> that latest answer."""
    latest = {result.analysis: result for result in project.results}
    return {result.id: latest[result.analysis] for result in project.results if latest[result.analysis] is not result}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list | tuple) or isinstance(other, list | tuple):
        return [_plain(item) for item in one or ()] == [_plain(item) for item in other or ()]
    return bool(one == other)


def _plain(item: Any) -> Any:
    return list(item) if isinstance(item, list | tuple) else item


def _label_of(project: Project, spec: ParamSpec, value: str) -> str:
    listed = spec.param.choices or (choices(project, spec.param.choices_from) if spec.param.choices_from else ())
    label = next((choice.label for choice in listed if choice.value == value), value)
    short = _BRACKET.sub("", label)
    shared = sum(_BRACKET.sub("", choice.label) == short for choice in listed) > 1
    return label if shared else short


def _counted(words: Sequence[str], label: str) -> str:
    if not words:
        return ""
    return ", ".join(words) if len(words) <= FEW else f"{label}: {len(words)}"
