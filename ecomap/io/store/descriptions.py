"""Layers and results as plain JSON and back: fields by name, no class paths, unknown fields ignored.

A sentence is written with its message and values; a plain text in its place is read as a name.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from ecomap.model.errors import ProjectError
from ecomap.model.layer import Layer
from ecomap.model.recipe import Recipe
from ecomap.model.result import Result
from ecomap.model.roles import MONEY_ROLES, ROLES
from ecomap.model.said import Said, as_data, from_data, say

FRAME = "frame"


def layer_to_json(layer: Layer) -> str:
    return _text(_converter().unstructure(layer))


def layer_from_json(text: str) -> Layer:
    return _converter().structure(_loaded(text), Layer)


def result_to_json(result: Result) -> str:
    """A result without the rows of its outputs; those have tables of their own."""
    return _text(_converter().unstructure(result))


def result_from_json(text: str, frame_of: Callable[[str], Any]) -> Result:
    """A result, with the rows of each output from ``frame_of(output name)``."""
    found = _loaded(text)
    for output in found["outputs"]:
        output[FRAME] = frame_of(output["name"])
    return _converter().structure(found, Result)


def recipes_to_data(recipes: Sequence[Recipe]) -> list[dict[str, Any]]:
    """Recipes as plain JSON values."""
    return [_plain(_converter().unstructure(recipe)) for recipe in recipes]


def recipes_from_data(found: Any) -> tuple[Recipe, ...]:
    """Recipes out of plain JSON values; what is none is passed over, so that a project never fails to open for one."""
    from cattrs.errors import BaseValidationError, StructureHandlerNotFoundError  # heavy

    out = []
    for one in found if isinstance(found, list) else []:
        try:
            out.append(_converter().structure(one, Recipe))
        except (BaseValidationError, StructureHandlerNotFoundError, TypeError, ValueError, KeyError):
            continue
    return tuple(recipe for recipe in out if recipe.role in (*ROLES, *MONEY_ROLES))


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as problem:
        raise ProjectError(
            say("A description in this project is nested deeper than EcoMap writes one."),
            say("Another program has changed it; open an earlier version of the file."),
        ) from problem


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
    converter.register_structure_hook(Said, lambda found, _: from_data(found))
    converter.register_unstructure_hook(
        Output, make_dict_unstructure_fn(Output, converter, frame=override(omit=True))
    )
    converter.register_unstructure_hook(  # settings are codes and numbers, which programs read
        Provenance, make_dict_unstructure_fn(Provenance, converter, params=override(unstruct_hook=_plain))
    )
    return converter
