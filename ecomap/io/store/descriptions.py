"""Layers, results, recipes, releases, scenarios, views, notes, commitments and corrections as plain JSON: fields by name, no class paths; `ecomap.model.believing` reads them.

A sentence is written with its message and values; a plain text in its place is read as a name.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from attrs import evolve

from ecomap.model.believing import Believer, UnbelievedError, each_believed
from ecomap.model.bookmark import Bookmark
from ecomap.model.commitment import Commitment
from ecomap.model.correction import Correction
from ecomap.model.layer import Layer
from ecomap.model.place_note import PlaceNote
from ecomap.model.recipe import Recipe
from ecomap.model.release import Release
from ecomap.model.result import Result
from ecomap.model.roles import MONEY_ROLES, ROLES
from ecomap.model.said import Said, as_data
from ecomap.model.scenario import Scenario, is_sound


def layer_to_json(layer: Layer) -> str:
    return _text(_converter().unstructure(layer))


def result_to_json(result: Result) -> str:
    """A result without the rows of its outputs; those have tables of their own."""
    return _text(_converter().unstructure(result))


def recipes_to_data(recipes: Sequence[Recipe]) -> list[dict[str, Any]]:
    """Recipes as plain JSON values."""
    return _values(recipes)


def releases_to_data(releases: Sequence[Release]) -> list[dict[str, Any]]:
    """The release ledger as plain JSON values."""
    return _values(releases)


def scenarios_to_data(scenarios: Sequence[Scenario]) -> list[dict[str, Any]]:
    """Scenarios as plain JSON values."""
    return _values(scenarios)


def scenarios_from_data(found: Any) -> tuple[tuple[Scenario, ...], int, list[str]]:
    """Scenarios out of plain JSON values, how many parts of them are not believed, and the fields that this version does not know.

    A change that is not sound is left out of its scenario; of two scenarios of one id or name the first one stays.
    """
    kept: list[Scenario] = []
    unknown: list[str] = []
    doubted = 0 if found is None or isinstance(found, list) else 1
    for one in found if isinstance(found, list) else []:
        believer = Believer()
        try:
            scenario: Scenario = believer.of(one, Scenario)
        except UnbelievedError:
            doubted += 1
            continue
        unknown += believer.unknown
        if not scenario.id or not scenario.name.strip() or any(scenario.id == other.id or scenario.name.casefold() == other.name.casefold() for other in kept):
            doubted += 1
            continue
        sound = tuple(change for change in scenario.changes if is_sound(change))
        doubted += len(believer.doubts) + len(scenario.changes) - len(sound)
        kept.append(evolve(scenario, changes=sound))
    return tuple(kept), doubted, unknown


def bookmarks_to_data(bookmarks: Sequence[Bookmark]) -> list[dict[str, Any]]:
    """Views by name as plain JSON values."""
    return _values(bookmarks)


def notes_to_data(notes: Sequence[PlaceNote]) -> list[dict[str, Any]]:
    """Notes pinned on places as plain JSON values."""
    return _values(notes)


def commitments_to_data(commitments: Sequence[Commitment]) -> list[dict[str, Any]]:
    """What was agreed as plain JSON values."""
    return _values(commitments)


def corrections_to_data(corrections: Sequence[Correction]) -> list[dict[str, Any]]:
    """Corrections as plain JSON values."""
    return _values(corrections)


def sound_from_data(found: Any, kind: Any, most: int = 10_000) -> tuple[tuple[Any, ...], int]:
    """Views, notes, commitments or corrections out of plain JSON values, and how many are not believed; of two of one id the first one stays."""
    believed, doubted = each_believed(found, kind)
    kept: dict[str, Any] = {}
    for one in believed:
        if one.sound and one.id not in kept and len(kept) < most:
            kept[one.id] = one
        else:
            doubted += 1
    return tuple(kept.values()), doubted


def recipes_from_data(found: Any) -> tuple[Recipe, ...]:
    """Recipes out of plain JSON values; what is none is passed over, so that a project never fails to open for one."""
    return tuple(recipe for recipe in each_believed(found, Recipe)[0] if recipe.role in (*ROLES, *MONEY_ROLES))


def _values(described: Sequence[Any]) -> list[dict[str, Any]]:
    return [_plain(_converter().unstructure(one)) for one in described]


def _text(value: Any) -> str:
    return json.dumps(_plain(value), allow_nan=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """Plain JSON; a number that JSON has no word for becomes the text Python reads it back from."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else repr(float(value))
    if hasattr(value, "item"):  # a numpy scalar
        return _plain(value.item())
    return str(value)


@cache
def _converter() -> Any:
    import cattrs  # heavy
    from cattrs.gen import make_dict_unstructure_fn, override

    from ecomap.model.result import Output, Provenance

    converter = cattrs.Converter()
    converter.register_unstructure_hook(Said, as_data)
    converter.register_unstructure_hook(
        Output, make_dict_unstructure_fn(Output, converter, frame=override(omit=True))
    )
    converter.register_unstructure_hook(  # settings are codes and numbers, which programs read
        Provenance, make_dict_unstructure_fn(Provenance, converter, params=override(unstruct_hook=_plain))
    )
    return converter
