"""What a question was asked with, in a planner's words: short for a panel, a name, a mark where a form now stands otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecomap.model.dates import date_in_words, first_day
from ecomap.model.params import Choice, ParamSpec, param_specs
from ecomap.model.project import UNTITLED, Project
from ecomap.model.result import Result
from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.model.units import format_number
from ecomap.workspace.choices import choices
from ecomap.workspace.days import AS_OF

BETWEEN = " · "
FEW = 2  # things of a list that are named; more are counted
USUAL = say("with the usual settings")


def words_for_zero(spec: ParamSpec, longest: int) -> Said:
    """What 0 means where it is no number but "not asked" (`Param.zero`), is what usually stands there, and fits.

    >>> from ecomap.model.params import Param
    >>> words_for_zero(ParamSpec("budget", "float", Param(say("Budget"), zero=say("no limit")), 0.0, False), 16)
    'no limit'
    """
    zero = spec.param.zero
    return zero if not spec.required and spec.default == 0 and len(zero) <= longest else NOTHING


def value_words(project: Project, spec: ParamSpec, value: Any, digits: int | None = None) -> Said:
    """The value of one setting as it reads without its question; "" where it says nothing.

    Things of a list go by their labels, without the counts in brackets behind them; "mental health", not "service:Mental
    health (92 service locations)". ``digits`` are those of a number, where it is to be told from one that is nearly the same.
    """
    if spec.name == AS_OF and (day := first_day(str(value))) is not None:
        return say("as of {day}", day=date_in_words(day))
    label = spec.param.label.bare()
    if spec.kind == "bool":
        return label if value else say("not: {what}", what=label.small())
    if spec.param.picked:
        return say("{label}: {value}", label=label, value=joined(things_of(project, spec, value), ", ") or say("none"))
    if spec.kind in ("many", "weights"):
        return _counted(things_of(project, spec, value), label)
    if spec.kind == "str":
        text = _label_of(project, spec, str(value)) if value or spec.param.choices else NOTHING
        return text if not text or spec.param.choices or spec.param.choices_from else say("{label}: {value}", label=label, value=text)
    if value == 0 and spec.param.zero:
        return spec.param.zero
    number = format_number(float(value), spec.param.unit, digits) if spec.param.unit else name(f"{value:,g}")
    return number if spec.param.unit in ("m", "min") else say("{label}: {value}", label=label, value=number)


def things_of(project: Project, spec: ParamSpec, value: Any) -> list[Said]:
    """The things of a list, or of weights, by their labels."""
    if spec.kind == "weights":
        return [say("{what} × {weight}", what=_label_of(project, spec, str(of)), weight=name(f"{weight:g}")) for of, weight in value or ()]
    return [_label_of(project, spec, str(item)) for item in value or ()]


def replaced_settings(specs: Sequence[ParamSpec], given: Mapping[str, Any]) -> set[str]:
    """The settings that say nothing because another stands in their place, and those that stand in no place: minutes or a distance."""
    found = set()
    for spec in specs:
        if spec.param.instead_of:
            found.add(spec.param.instead_of if given.get(spec.name, spec.default) else spec.name)
    return found


def asked_words(project: Project, params_class: type, given: Mapping[str, Any]) -> Said:
    """The settings that matter to a reader: what it is about, how far, and whatever is not as usual."""
    told, specs = [], param_specs(params_class)
    replaced = replaced_settings(specs, given)
    for spec in specs:
        value = given.get(spec.name, spec.default)
        if spec.name in replaced:
            continue
        usual = not spec.required and (same_value(value, spec.default) or (spec.name == AS_OF and value == project.day))
        subject = not spec.param.advanced and (spec.required or spec.param.unit == "m" or spec.name == "target")
        if not usual or subject:
            told.append(value_words(project, spec, value))
    return joined(dict.fromkeys(told), BETWEEN) or USUAL


def title_words(project: Project) -> Said:
    """What the project is called; one that nobody gave a name says so in the reader's language."""
    return say("Untitled") if project.title == UNTITLED else name(project.title)


def reach_words(given: Mapping[str, Any]) -> Said:
    """How far is in reach, by the settings of an answer that asks for it; "" for any other.

    >>> reach_words({"target": "service:*", "radius_m": 804.672})
    'Within 0.5 mi'
    >>> reach_words({"target": "service:*", "radius_m": 804.672, "minutes": 15.0})
    'Within 15 min'
    >>> reach_words({"radius_m": 804.672})
    ''
    """
    minutes, metres = given.get("minutes") or 0.0, given.get("radius_m") or 0.0
    if "target" not in given or not (minutes or metres):
        return NOTHING
    return say("Within {distance}", distance=format_number(float(minutes), "min") if minutes else format_number(float(metres), "m"))


def reach_as_asked(project: Project, question: str) -> dict[str, Any]:
    """How far was in reach, and along which way, when a question was asked last; nothing where it never was."""
    last = project.latest_result(question)
    given = {} if last is None or last.provenance is None else last.provenance.params
    return {key: given[key] for key in ("radius_m", "minutes", "travel") if key in given}


def asked_otherwise(project: Project, result: Result, given: Mapping[str, Any]) -> Said:
    """What an answer was asked with, where a form now stands otherwise: "Of 1.0 mi; asked now: 0.5 mi".

    Parameters
    ----------
    given : mapping
        Settings as the form stands, as plain values; a day that is empty is the project's.

    Returns
    -------
    Said
        Empty where both are the same.
    """
    from ecomap.analysis import registry  # heavy

    if result.provenance is None:
        return NOTHING
    was: list[Said] = []
    now: list[Said] = []
    for spec in param_specs(registry.analysis(result.analysis).params):
        before, after = (values.get(spec.name, spec.default) for values in (result.provenance.params, given))
        if spec.name == AS_OF:
            before, after = before or project.day, after or project.day
        if not same_value(before, after):
            for told, value in ((was, before), (now, after)):
                told.append(value_words(project, spec, value) or say("{label} as usual", label=spec.param.label))
    return say("Of {was}; asked now: {now}", was=joined(was, BETWEEN), now=joined(now, BETWEEN)) if was else NOTHING


def earlier_answers(project: Project) -> dict[str, Result]:
    """Every answer that a later one to the same question took the place of: its id -> that latest answer."""
    latest = {result.analysis: result for result in project.results}
    return {result.id: latest[result.analysis] for result in project.results if latest[result.analysis] is not result}


def same_value(one: Any, other: Any) -> bool:
    """Whether two values of a setting are the same, as a form gives them or as a file keeps them."""
    if isinstance(one, list | tuple) or isinstance(other, list | tuple):
        return [_plain(item) for item in one or ()] == [_plain(item) for item in other or ()]
    return bool(one == other)


def _plain(item: Any) -> Any:
    return list(item) if isinstance(item, list | tuple) else item


def _label_of(project: Project, spec: ParamSpec, value: str) -> Said:
    offered = spec.param.choices or (choices(project, spec.param.choices_from) if spec.param.choices_from else ())
    label, short = next(((choice.label, _short(choice)) for choice in offered if choice.value == value), (name(value), name(value)))
    return label if sum(_short(choice) == short for choice in offered) > 1 else short


def _short(choice: Choice) -> Said:
    return choice.short or choice.label


def _counted(words: Sequence[Said], label: Said) -> Said:
    if not words:
        return NOTHING
    return joined(words, ", ") if len(words) <= FEW else say("{label}: {value}", label=label, value=len(words))
