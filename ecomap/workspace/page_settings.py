"""How the answers on a page were asked: every setting by its label, every value in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecomap.model.dates import date_in_words, first_day
from ecomap.model.errors import EcoMapError
from ecomap.model.params import ParamSpec, param_specs
from ecomap.model.project import Project
from ecomap.model.said import Said, joined, name, say
from ecomap.model.units import format_number
from ecomap.workspace.choices import choices
from ecomap.workspace.days import AS_OF

if TYPE_CHECKING:
    from ecomap.render.map_page import Settings

_ANY = ":*"  # every kind of service, every approach


def page_settings(project: Project) -> dict[str, Settings]:
    """Result id -> what its analysis is called, and label and value of each setting that says something."""
    return {result_id: (title, tuple((label, words) for _, label, words, _ in settings)) for result_id, (title, settings) in spoken_settings(project).items()}


def spoken_settings(project: Project) -> dict[str, tuple[Said, tuple[tuple[str, Said, Said, str], ...]]]:
    """Result id -> what its analysis is called, and of each setting that says something its name for programs, its label, its value in
    words, and as programs write it."""
    from ecomap.analysis import registry  # heavy

    found: dict[str, tuple[Said, tuple[tuple[str, Said, Said, str], ...]]] = {}
    for result in project.results:
        if result.provenance is None or result.provenance.analysis not in registry.names():
            continue
        asked = result.provenance.params
        analysis = registry.analysis(result.provenance.analysis)
        found[result.id] = (analysis.title, tuple(
            (spec.name, spec.param.label, _in_words(project, spec, asked[spec.name]), str(asked[spec.name])) for spec in param_specs(analysis.params)
            if spec.name in asked and asked[spec.name] not in ("", None, [], ())
        ))
    return found


def _in_words(project: Project, spec: ParamSpec, value: Any) -> Said:
    if spec.name == AS_OF and (day := first_day(str(value))) is not None:
        return date_in_words(day)
    if spec.kind == "weights":
        return joined((say("{what} {weight}", what=_label(project, spec, of), weight=name(f"{weight:g}")) for of, weight in value), ", ")
    if spec.kind == "many":
        return joined((_label(project, spec, item) for item in value), ", ")
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, int | float) and not spec.param.choices:
        if spec.param.unit in ("m", "share", "min", "usd"):
            return format_number(float(value), spec.param.unit)
        return name(str(value) if isinstance(value, int) else f"{value:g}")
    return _label(project, spec, value)


def _label(project: Project, spec: ParamSpec, value: Any) -> Said:
    offered = spec.param.choices
    if not offered and spec.param.choices_from:
        try:
            offered = choices(project, spec.param.choices_from)
        except EcoMapError:  # the project no longer holds what the list is made from
            offered = ()
    said = say("any") if str(value).endswith(_ANY) else name(value)
    return next((choice.label for choice in offered if choice.value == str(value)), said)
