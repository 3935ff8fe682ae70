"""Command-line flags made from an analysis' declared parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import click

from ecomap.cli.speech import SpokenOption
from ecomap.model.params import ParamSpec, bare_name, param_specs
from ecomap.model.quantities import quantity
from ecomap.model.said import NOTHING, Said, joined, name, say

PREFIX = "param_"
_METAVAR = {"float": "NUMBER", "int": "NUMBER", "bool": "yes|no", "str": "TEXT", "many": "A,B,...",
            "weights": "NAME=WEIGHT,..."}
_WRITTEN = {"coverage_target": say("Written service:KIND, service:*, approach:KIND, approach:* or none, such as service:Food.")}


def flags(params_class: type) -> list[click.Option]:
    """One option per parameter, in order of declaration; those that decide nothing any more are understood but not shown."""
    return [_flag(spec) for spec in param_specs(params_class, retired=True)]


def _flag(spec: ParamSpec) -> click.Option:
    names = [spec.flag]
    if bare_name(spec) != spec.name:
        names.append("--" + bare_name(spec).replace("_", "-"))
    several = spec.kind in ("many", "weights")
    return SpokenOption([*names, PREFIX + spec.name], metavar=_METAVAR[spec.kind], help=told(spec), multiple=several,
                        default=None, hidden=spec.param.retired)


def told(spec: ParamSpec) -> Said:
    """A parameter in one line: what it is, its choices, its bounds, its default."""
    param = spec.param
    parts = [param.label if param.label.endswith(("?", ".")) else say("{label}.", label=param.label), param.help]
    if param.unit == "m":
        parts.append(say("In metres, or with a unit: 1mi, 800m, 2km."))
    if param.choices:
        parts.append(say("One of: {values}.", values=joined((choice.value for choice in param.choices), ", ")))
    if param.choices_from in _WRITTEN:
        parts.append(_WRITTEN[param.choices_from])
    bounds = bounds_text(spec)
    if bounds:
        parts.append(say("{bounds}.", bounds=bounds).capitalize())
    if param.uncertain is not None:
        parts.append(range_text(spec))
    parts.append(say("Needed.") if spec.required else say("Default: {value}.", value=default_text(spec)))
    return joined(parts)


def bounds_text(spec: ParamSpec) -> Said:
    """The bounds of a number in words, or ""."""
    param = spec.param
    said = [
        words(name(f"{bound:,g}"))
        for bound, words in (
            (param.ge, lambda bound: say("at least {bound}", bound=bound)), (param.gt, lambda bound: say("more than {bound}", bound=bound)),
            (param.le, lambda bound: say("at most {bound}", bound=bound)), (param.lt, lambda bound: say("less than {bound}", bound=bound)),
        )
        if bound is not None
    ]
    return joined(said, ", ")


def range_text(spec: ParamSpec) -> Said:
    """The range of an assumption, at whose ends a question is asked again, and whose range it is; "" where it is none."""
    uncertain = spec.param.uncertain
    if uncertain is None:
        return NOTHING
    ends = {"low": name(f"{uncertain.low:g}"), "high": name(f"{uncertain.high:g}"), "source": uncertain.source}
    if uncertain.times:
        return say("Asked again at {low} and at {high} times it ({source}).", **ends)
    return say("Asked again at {low} and at {high} ({source}).", **ends)


def default_text(spec: ParamSpec) -> Said:
    value = spec.default
    if value in ("", (), None):
        return say("all") if spec.kind in ("many", "weights") and not spec.param.picked else say("none")
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, tuple):
        return name(",".join("=".join(map(str, item)) if isinstance(item, tuple) else str(item) for item in value))
    return name(f"{value:g}" if isinstance(value, float) else str(value))


def changed_flags(params_class: type, values: Mapping[str, Any]) -> list[str]:
    """Settings as words of a command, those left out that are as they come."""
    words: list[str] = []
    for spec in param_specs(params_class):
        value = values.get(spec.name, spec.default)
        value = tuple(tuple(one) if isinstance(one, list) else one for one in value) if isinstance(value, list) else value
        if value == spec.default or value is None:
            continue
        if isinstance(value, bool):
            text = "yes" if value else "no"
        elif isinstance(value, tuple):
            text = ",".join("=".join(map(str, item)) if isinstance(item, tuple) else str(item) for item in value)
        else:
            text = f"{value:.10g}" if isinstance(value, float) else str(value)
        words += [spec.flag, text]
    return words


def given_values(params_class: type, options: dict[str, Any]) -> dict[str, Any]:
    """The parameters that were given, as text or numbers that `build_params` understands."""
    given: dict[str, Any] = {}
    for spec in param_specs(params_class, retired=True):
        value = options.get(PREFIX + spec.name)
        if value is None or value == ():
            continue
        if spec.kind == "many":
            given[spec.name] = tuple(item for text in value for item in _items(text))
        elif spec.kind == "float":
            given[spec.name] = quantity(value, spec.param.unit, spec.param.label)
        else:
            given[spec.name] = ",".join(value) if isinstance(value, tuple) else value
    return given


def _items(text: str) -> list[str]:
    """The items of a list with commas between them; where each is a name and what it stands for, a comma in that is its own.

    >>> _items("a,b"), _items("schools=of 3, all.csv,outline=fresno.zip")
    (['a', 'b'], ['schools=of 3, all.csv', 'outline=fresno.zip'])
    """
    return re.split(r",(?=\s*\w+=)", text) if re.match(r"\s*\w+=", text) else text.split(",")
