"""A parameter's label, unit, bounds and help, declared once on an analysis' params class.

    @frozen
    class CoverageParams:
        radius_m: Annotated[float, Param("How far is in reach?", unit="m", gt=0, le=50_000)] = 1609.344

From this the form, the command-line flags, the reference page and the provenance line are made.
"""

from __future__ import annotations

import math
import typing
from collections.abc import Callable, Mapping
from typing import Any, get_args, get_origin, get_type_hints

import attrs
from attrs import field, frozen

from ecomap.model.errors import ParameterError
from ecomap.model.quantities import quantity
from ecomap.model.said import NOTHING, Said, as_said, joined, listed, say
from ecomap.model.said import name as kept

_SUFFIXES: Mapping[str, str] = {"m": "_m", "min": "_min", "usd": "_usd"}
_NEEDS: Mapping[str, Said] = {
    "float": say("Give a number."), "int": say("Give a whole number."), "bool": say("Say yes or no."),
    "weights": say("Give pairs like poverty=2,asthma=1."),
}


@frozen
class Choice:
    """One thing that can be chosen. ``short`` is its label without the counts behind it, where it has any."""

    value: str
    label: Said = field(converter=as_said)
    short: Said = field(default=NOTHING, converter=as_said)


@frozen
class Uncertain:
    """The range in which the true value of an assumption may lie, whatever was set; the question is asked again at its ends.

    ``low`` and ``high`` are widened to hold what was set; with ``times`` they are factors of it. ``words`` is a template with the
    blanks low and high. ``only`` says for which settings the assumption is one.
    """

    low: float
    high: float
    words: Said = field(converter=as_said)
    source: Said = field(converter=as_said)
    times: bool = False
    only: Callable[[Any], bool] | None = field(default=None, eq=False, repr=False)

    def ends(self, value: float) -> tuple[float, float]:
        """The lower and the upper end, for what was set.

        >>> Uncertain(1.2, 1.4, say("{low} to {high}"), say("Somebody")).ends(1.5)
        (1.2, 1.5)
        """
        low, high = (value * self.low, value * self.high) if self.times else (self.low, self.high)
        return min(low, value), max(high, value)


@frozen
class Param:
    """What a planner sees of one parameter.

    ``choices`` is a fixed list; ``choices_from`` names a list that depends on the project ("coverage_target",
    "indicator", "approach", "level", ...), resolved by the workspace. ``uncertain``: an assumption, with its range. ``zero`` says
    what 0 means where it is no number but "not asked" ("no limit"). ``instead_of`` names the parameter whose place this one takes
    wherever it is not 0. ``advanced`` parameters sit one level down. ``retired`` ones
    decide nothing any more: nobody is asked for them, and files and scripts that still name them are understood. ``picked``: a few
    of a long list, one by one; none of them is what is usual. ``first``: nothing given is the first of its list.
    """

    label: Said = field(converter=as_said)
    help: Said = field(default=NOTHING, converter=as_said)
    unit: str = ""
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    choices: tuple[Choice, ...] = ()
    choices_from: str = ""
    zero: Said = field(default=NOTHING, converter=as_said)
    instead_of: str = ""
    advanced: bool = False
    uncertain: Uncertain | None = None
    retired: bool = False
    picked: bool = False
    first: bool = False


@frozen
class ParamSpec:
    """One parameter with its name, kind and default. ``kind``: float int bool str many weights."""

    name: str
    kind: str
    param: Param
    default: Any
    required: bool

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")


def _kind(annotation: Any) -> str:
    if annotation in (float, int, bool, str):
        return str(annotation.__name__)
    if get_origin(annotation) is tuple:
        inner = get_args(annotation)[0]
        return "weights" if get_origin(inner) is tuple else "many"
    raise TypeError(f"{annotation!r} is not a kind of parameter")


def param_specs(params_class: type, *, retired: bool = False) -> tuple[ParamSpec, ...]:
    """The parameters of a params class, in their order of declaration; those that decide nothing any more if asked for."""
    hints = get_type_hints(params_class, include_extras=True)
    specs = []
    for attribute in attrs.fields(params_class):
        annotation = hints[attribute.name]
        if get_origin(annotation) is not typing.Annotated:
            raise TypeError(f"{params_class.__name__}.{attribute.name} has no Param")
        base, param = get_args(annotation)[:2]
        if param.retired and not retired:
            continue
        required = attribute.default is attrs.NOTHING
        specs.append(
            ParamSpec(attribute.name, _kind(base), param, None if required else attribute.default, required)
        )
    return tuple(specs)


def build_params(params_class: type, given: Mapping[str, Any]) -> Any:
    """A checked params object from plain values or command-line text.

    Raises
    ------
    ParameterError
        If a name is unknown, a value is missing, is not of its kind or is out of its bounds.
    """
    specs = {spec.name: spec for spec in param_specs(params_class, retired=True)}
    unknown = [name for name in given if name.replace("-", "_") not in specs]
    if unknown:
        raise ParameterError(
            say("There is no parameter called '{unknown}' here.", unknown=kept(unknown[0])),
            say("Known parameters: {flags}.", flags=joined(sorted(s.flag for s in specs.values() if not s.param.retired), ", ")),
            {"parameter": unknown[0]},
        )
    values = {name.replace("-", "_"): _checked(specs[name.replace("-", "_")], value) for name, value in given.items()}
    missing = [spec for spec in specs.values() if spec.required and spec.name not in values]
    if missing:
        raise ParameterError(
            say("'{label}' is needed.", label=missing[0].param.label), say("Give it with {flag}.", flag=kept(missing[0].flag)), {"parameter": missing[0].name}
        )
    return params_class(**values)


def bare_name(spec: ParamSpec) -> str:
    """A parameter's name without its unit, for values that carry one: radius for radius_m."""
    return spec.name.removesuffix(_SUFFIXES[spec.param.unit]) if spec.param.unit in _SUFFIXES else spec.name


def settings_in_units(params_class: type, given: Mapping[str, Any]) -> dict[str, Any]:
    """Settings by their full names, lengths, times and money in the unit of their parameter.

    ``radius="1mi"`` becomes ``radius_m=1609.344``; a bare number is in the parameter's own unit already.
    """
    specs = {name: spec for spec in param_specs(params_class) for name in (spec.name, bare_name(spec))}
    found: dict[str, Any] = {}
    for name, value in given.items():
        spec = specs.get(name)
        if spec is not None and spec.kind in ("float", "int") and isinstance(value, str):
            value = quantity(value, spec.param.unit, spec.param.label)
        found[spec.name if spec is not None else name] = value
    return found


def plain_params(params: Any) -> dict[str, Any]:
    """The values of a params object as plain JSON values."""
    return {
        name: [list(v) if isinstance(v, tuple) else v for v in value] if isinstance(value, tuple) else value
        for name, value in attrs.asdict(params, recurse=False).items()
    }


def _checked(spec: ParamSpec, value: Any) -> Any:
    try:
        converted = _converted(spec.kind, value)
    except (TypeError, ValueError, OverflowError) as problem:
        raise ParameterError(
            say("'{label}' cannot be '{value}'.", label=spec.param.label, value=kept(value)),
            _NEEDS.get(spec.kind, say("Check the value.")),
            {"parameter": spec.name, "value": str(value)},
        ) from problem
    if spec.kind in ("float", "int"):
        _check_bounds(spec, converted)
    if spec.kind == "weights":
        _check_weights(spec, converted)
    if spec.param.choices:
        allowed = [choice.value for choice in spec.param.choices]
        for item in converted if spec.kind == "many" else (converted,):
            if item not in allowed:
                raise ParameterError(
                    say("'{label}' cannot be '{item}'.", label=spec.param.label, item=kept(item)),
                    say("Choose one of {allowed}.", allowed=joined(allowed, ", ")),
                    {"parameter": spec.name, "value": str(item)},
                )
    return converted


def _converted(kind: str, value: Any) -> Any:
    if kind == "float":
        return float(value)
    if kind == "int":
        number = float(value)
        if number != int(number):
            raise ValueError(value)
        return int(number)
    if kind == "bool":
        if isinstance(value, str):
            return {"yes": True, "true": True, "1": True, "on": True,
                    "no": False, "false": False, "0": False, "off": False}.get(value.lower()) or _no(value)
        return bool(value)
    if kind == "many":
        items = value.split(",") if isinstance(value, str) else value
        return tuple(str(item).strip() for item in items if str(item).strip())
    if kind == "weights":
        if isinstance(value, str):
            value = [pair.split("=", 1) for pair in value.split(",") if pair.strip()]
        return tuple((str(name).strip(), float(weight)) for name, weight in value)
    return str(value)


def _no(value: str) -> bool:
    if value.lower() in ("no", "false", "0", "off"):
        return False
    raise ValueError(value)


def _check_weights(spec: ParamSpec, pairs: tuple[tuple[str, float], ...]) -> None:
    for name, weight in pairs:
        if not math.isfinite(weight):
            raise ParameterError(
                say("'{label}' gives '{name}' a weight of {weight}.", label=spec.param.label, name=kept(name), weight=kept(f"{weight:g}")),
                say("Give every weight as a finite number."),
                {"parameter": spec.name, "value": str(weight)},
            )


def _check_bounds(spec: ParamSpec, value: float) -> None:
    param = spec.param
    rules = [
        (param.ge, lambda bound: say("at least {bound}", bound=bound), lambda bound: value >= bound),
        (param.gt, lambda bound: say("more than {bound}", bound=bound), lambda bound: value > bound),
        (param.le, lambda bound: say("at most {bound}", bound=bound), lambda bound: value <= bound),
        (param.lt, lambda bound: say("less than {bound}", bound=bound), lambda bound: value < bound),
    ]
    unit = f" {param.unit}" if param.unit not in ("", "count") else ""
    broken = [words(kept(f"{bound:g}")) for bound, words, holds in rules if bound is not None and not holds(bound)]
    if broken or not math.isfinite(value):
        raise ParameterError(
            say("'{label}' cannot be {value}.", label=param.label, value=kept(f"{value:g}")),
            say("It must be {bounds}{unit}.", bounds=listed(broken) if broken else say("a finite number"), unit=kept(unit)),
            {"parameter": spec.name, "value": value},
        )
