"""Values as plain JSON and back: what comes out of the reading process is taken for data, never for objects to run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

from ecomap.model.said import Said, as_data, from_data, has_identity

_SCALARS: Final = frozenset({str, int, float, bool, type(None)})
_DEEPEST: Final = 60  # values within values; what nests deeper is not ours


class StrangeAnswerError(Exception):
    """What the reading process sent is not what it may send."""


def to_plain(value: Any) -> Any:
    """A value as JSON: scalars stand for themselves, everything else is one key (its kind) with its parts.

    >>> to_plain((1, "a")), to_plain({"k": None})
    ({'tuple': [1, 'a']}, {'map': [['k', None]]})
    """
    if type(value) in _SCALARS:
        return value
    if isinstance(value, Said):
        return {"said": as_data(value)} if has_identity(value) else {"said": str(value)}
    if attrs.has(type(value)):
        parts = {part.name: to_plain(getattr(value, part.name)) for part in attrs.fields(type(value))}
        return {"object": [type(value).__name__, parts]}
    if isinstance(value, Mapping):
        return {"map": [[to_plain(key), to_plain(one)] for key, one in value.items()]}
    if isinstance(value, tuple):
        return {"tuple": [to_plain(one) for one in value]}
    if isinstance(value, list):
        return {"list": value if all(type(one) in _SCALARS for one in value) else [to_plain(one) for one in value]}
    if hasattr(value, "item"):
        return value.item()
    return str(value)


def from_plain(found: Any, kinds: Iterable[type], depth: int = 0) -> Any:
    """What `to_plain` wrote; only objects of these classes are made.

    Raises
    ------
    StrangeAnswerError
        If it is anything else.
    """
    if type(found) in _SCALARS:
        return found
    if not isinstance(found, dict) or len(found) != 1 or depth > _DEEPEST:
        raise StrangeAnswerError("a value of no known kind")
    kind, content = next(iter(found.items()))
    if kind == "said":
        return from_data(content)
    if not isinstance(content, list):
        raise StrangeAnswerError("a value without its parts")
    if kind == "object":
        return _object(content, tuple(kinds), depth)
    if kind == "map":
        return dict(_pair(one, kinds, depth) for one in content)
    if kind not in ("list", "tuple"):
        raise StrangeAnswerError("a value of no known kind")
    parts = content if all(type(one) in _SCALARS for one in content) else [from_plain(one, kinds, depth + 1) for one in content]
    return tuple(parts) if kind == "tuple" else parts


def _pair(found: Any, kinds: Iterable[type], depth: int) -> tuple[Any, Any]:
    if not isinstance(found, list) or len(found) != 2 or type(found[0]) not in _SCALARS:
        raise StrangeAnswerError("an entry of a mapping that is no pair")
    return found[0], from_plain(found[1], kinds, depth + 1)


def _object(content: Sequence[Any], kinds: Sequence[type], depth: int) -> Any:
    name, parts = content if len(content) == 2 else ("", None)
    made = next((kind for kind in kinds if kind.__name__ == name), None)
    if made is None or not isinstance(parts, dict) or set(parts) != {part.name for part in attrs.fields(made)}:
        raise StrangeAnswerError("an object of no known kind")
    values = {key: from_plain(one, kinds, depth + 1) for key, one in parts.items()}
    try:
        return made(**{part.alias: values[part.name] for part in attrs.fields(made)})
    except (TypeError, ValueError) as problem:
        raise StrangeAnswerError("an object that does not hold together") from problem
