"""Command-line flags made from an analysis' declared parameters."""

from __future__ import annotations

import re
from typing import Any

import click

from ecomap.cli.speech import SpokenOption
from ecomap.model.errors import ParameterError
from ecomap.model.params import ParamSpec, param_specs
from ecomap.model.said import Said, joined, name, say
from ecomap.model.units import METRES_PER_MILE

PREFIX = "param_"
_METRES = {"m": 1.0, "km": 1000.0, "mi": METRES_PER_MILE, "mile": METRES_PER_MILE, "miles": METRES_PER_MILE,
           "ft": 0.3048}
_METAVAR = {"float": "NUMBER", "int": "NUMBER", "bool": "yes|no", "str": "TEXT", "many": "A,B,...",
            "weights": "NAME=WEIGHT,..."}


def flags(params_class: type) -> list[click.Option]:
    """One option per parameter, in order of declaration."""
    return [_flag(spec) for spec in param_specs(params_class)]


def _flag(spec: ParamSpec) -> click.Option:
    names = [spec.flag]
    if spec.param.unit == "m" and spec.name.endswith("_m"):
        names.append(spec.flag.removesuffix("-m"))
    several = spec.kind in ("many", "weights")
    return SpokenOption([*names, PREFIX + spec.name], metavar=_METAVAR[spec.kind], help=told(spec), multiple=several,
                        default=None)


def told(spec: ParamSpec) -> Said:
    """A parameter in one line: what it is, its choices, its bounds, its default."""
    param = spec.param
    parts = [param.label if param.label.endswith(("?", ".")) else say("{label}.", label=param.label), param.help]
    if param.unit == "m":
        parts.append(say("In metres, or with a unit: 1mi, 800m, 2km."))
    if param.choices:
        parts.append(say("One of: {values}.", values=joined((choice.value for choice in param.choices), ", ")))
    bounds = bounds_text(spec)
    if bounds:
        parts.append(say("{bounds}.", bounds=bounds).capitalize())
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


def default_text(spec: ParamSpec) -> Said:
    value = spec.default
    if value in ("", (), None):
        return say("all") if spec.kind in ("many", "weights") else say("none")
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, tuple):
        return name(",".join("=".join(map(str, item)) if isinstance(item, tuple) else str(item) for item in value))
    return name(f"{value:g}" if isinstance(value, float) else str(value))


def given_values(params_class: type, options: dict[str, Any]) -> dict[str, Any]:
    """The parameters that were given, as text or numbers that `build_params` understands."""
    given: dict[str, Any] = {}
    for spec in param_specs(params_class):
        value = options.get(PREFIX + spec.name)
        if value is None or value == ():
            continue
        if isinstance(value, tuple):
            value = ",".join(value)
        given[spec.name] = metres(spec, value) if spec.param.unit == "m" and spec.kind == "float" else value
    return given


def metres(spec: ParamSpec, text: str) -> str | float:
    """A length with its unit in metres; a bare number is metres already.

    Raises
    ------
    ParameterError
        If the unit is not known.
    """
    found = re.fullmatch(r"\s*([0-9.]+)\s*([A-Za-z]+)\s*", text)
    if found is None:
        return text
    unit = found[2].lower()
    if unit not in _METRES:
        raise ParameterError(
            say("'{label}' cannot be '{text}': the unit '{unit}' is not known.", label=spec.param.label, text=name(text), unit=name(found[2])),
            say("Use m, km, mi or ft, for example 1mi."),
        )
    return float(found[1]) * _METRES[unit]
