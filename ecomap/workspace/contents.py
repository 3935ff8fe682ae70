"""What a project holds, in short: for lists on screen and for programs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from attrs import evolve, frozen

from ecomap.model.commitment import Commitment, in_order
from ecomap.model.correction import Correction
from ecomap.model.errors import EcoMapError
from ecomap.model.known import Known
from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.pupils import HIDDEN_NUMBER
from ecomap.model.release import Release
from ecomap.model.result import KeyFigure, Result
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.said import name as named
from ecomap.workspace.days import day_of_answer, passed_since
from ecomap.workspace.inputs import unique_sources
from ecomap.workspace.inventory_review import KEPT_AS
from ecomap.workspace.known import known_if_stated, told_of_layer
from ecomap.workspace.releases import released
from ecomap.workspace.scenarios.words import change_words

_ASIDE: Final = re.compile(r"\s*\([^)]*\)")
_UNSTATED: Final = "not stated"  # how sources write it; nothing follows from it
_SHOWN: Final = 2


@frozen
class HeldLayer:
    """One layer in a line."""

    id: str
    name: str
    role: str
    geometry: str
    rows: int
    level: str
    boundary: str
    vintage: str            # all of them, as the sources write them
    visible: bool
    group: str
    result_id: str
    sources: tuple[str, ...]
    indicators: tuple[str, ...]
    notes: tuple[str, ...]
    known: Said             # of a list of who or what is there: how much of reality it holds


@frozen
class HeldResult:
    """One result in a line."""

    id: str
    analysis: str
    title: str
    sentence: str
    made_at: str
    as_of: str
    day_passed: Said        # what it counts that has ended, or misses that has begun, since its day
    figures: tuple[KeyFigure, ...]


@frozen
class HeldScenario:
    """One scenario in a line."""

    id: str
    name: str
    changes: tuple[Said, ...]  # each as a sentence
    note: str
    made_from: str


@frozen
class Contents:
    """What a project holds."""

    title: str
    crs: str
    layers: tuple[HeldLayer, ...]
    results: tuple[HeldResult, ...]
    meta: dict[str, str]
    as_of: str              # the day of the project, which every question speaks of that names no other
    releases: tuple[Release, ...] = ()
    scenarios: tuple[HeldScenario, ...] = ()
    agreed: tuple[Commitment, ...] = ()        # in the order of the days
    corrections: tuple[Correction, ...] = ()   # those that wait first


def contents(project: Project) -> Contents:
    """Every layer and result of a project, in the project's order; small groups of people are hidden as in every file."""
    results = _as_released(project)
    passed = {result.id: passed_since(project, result) for result in project.results}
    counted = known_if_stated(project)
    return Contents(
        title=project.title,
        crs=project.crs,
        layers=tuple(_layer(project, layer, counted) for layer in project.layers),
        results=tuple(_result(result, passed.get(result.id, NOTHING)) for result in results),
        releases=project.releases,
        as_of=project.day,
        scenarios=tuple(HeldScenario(one.id, one.name, tuple(change_words(project, change) for change in one.changes), one.note, one.made_from)
                        for one in project.scenarios),
        agreed=tuple(in_order(project.commitments)),
        corrections=tuple(sorted(project.corrections, key=lambda one: (not one.waits, one.day, one.id))),
        meta={name: text for name, text in project.meta if name != KEPT_AS},  # the review list is no fact
    )


def _as_released(project: Project) -> tuple[Result, ...]:
    """The results as they may leave; without a number where nobody can say what has left before."""
    if not project.results:
        return ()
    try:
        return released(project).results
    except EcoMapError:
        return tuple(evolve(result, sentence=HIDDEN_NUMBER, figures=tuple(evolve(one, value=None, moe=None, range=None, note=HIDDEN_NUMBER) for one in result.figures))
                     for result in project.results)


def _layer(project: Project, layer: Layer, counted: Sequence[Known]) -> HeldLayer:
    sources = unique_sources([*layer.sources, *(indicator.source for indicator in layer.indicators)])
    return HeldLayer(
        id=layer.id, name=layer.name, role=layer.role, geometry=layer.geometry, rows=len(project.frame(layer.id)),
        level=layer.level, boundary=layer.boundary,
        vintage=", ".join(vintages_of(layer)),
        visible=layer.visible, group=layer.group, result_id=layer.result_id,
        sources=tuple(dict.fromkeys(source.citation for source in sources)),
        indicators=tuple(indicator.column for indicator in layer.indicators),
        notes=layer.notes, known=told_of_layer(project, layer.id, counted),
    )


def vintages_of(layer: Layer) -> tuple[str, ...]:
    """The periods that a layer and its indicators speak of, as their sources write them."""
    sources = unique_sources([*layer.sources, *(indicator.source for indicator in layer.indicators)])
    return tuple(dict.fromkeys(source.vintage for source in sources if source.vintage))


def in_short(vintages: Sequence[str]) -> Said:
    """Some periods in a cell of a list: two of them at most, without what stands in brackets; what no source states last.

    >>> in_short(("2013 or later (from its codes)",)), in_short(("2019", "2021", "2022", "not stated")), in_short(("not stated in the copy used",))
    ('2013 or later', '2019, 2021 and 1 more', 'not stated')
    """
    stated = tuple(dict.fromkeys(_ASIDE.sub("", one) for one in vintages if not one.startswith(_UNSTATED)))
    if not stated:
        return say("not stated") if vintages else NOTHING
    first = joined([named(one) for one in stated[:_SHOWN]], ", ")
    more = len(stated) - _SHOWN
    return plural("{first} and {n} more", "{first} and {n} more", more, first=first) if more > 0 else first


def _result(result: Result, passed: Said) -> HeldResult:
    made_at = result.provenance.made_at if result.provenance else ""
    return HeldResult(result.id, result.analysis, result.title, result.sentence, made_at, day_of_answer(result), passed, result.figures)
