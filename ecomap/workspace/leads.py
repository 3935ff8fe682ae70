"""The questions that an answer leads to, with the settings it was asked with."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from ecomap.model.params import param_specs
from ecomap.model.result import Result
from ecomap.model.said import Said


@frozen
class Leading:
    """A question to ask next, and what to ask it with."""

    analysis: str
    label: Said
    params: dict[str, Any]


def leads_of(result: Result) -> tuple[Leading, ...]:
    """What can be asked next with the settings of an answer; nothing where these are not known."""
    from ecomap.analysis import registry  # heavy

    if result.provenance is None or result.analysis not in registry.names():
        return ()
    given = dict(result.provenance.params)
    found = []
    for lead in registry.analysis(result.analysis).leads:
        names = {spec.name for spec in param_specs(registry.analysis(lead.analysis).params)}
        params = {name: value for name, value in given.items() if name in names}
        params |= {theirs: given[ours] for ours, theirs in lead.carries if ours in given}
        found.append(Leading(lead.analysis, lead.label, params))
    return tuple(found)
