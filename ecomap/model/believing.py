"""A description out of a file, believed field by field: what is not of the kind that EcoMap writes is left out, and said.

Nothing is turned into what was wanted: 5 is no text, "false" is no yes or no, and a text is no list of letters.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import attrs

from ecomap.model.said import Said, from_data

LONGEST: Final = 4_000_000    # letters of one text in a description; a record as a whole is bounded too
_DEEPEST: Final = 40          # settings within settings
_MOST_ITEMS: Final = 100_000
_LARGEST_WHOLE: Final = 2**53
_WORDS: Final = {"inf": float("inf"), "-inf": float("-inf"), "nan": float("nan")}  # numbers that JSON has no word for


class UnbelievedError(Exception):
    """A value is not of the kind that stands there."""


def loaded(text: Any, longest: int) -> Any:
    """A text of the file as JSON values.

    Raises
    ------
    UnbelievedError
        If it is no text, too long, nested too deep or no JSON.
    """
    if not isinstance(text, str) or len(text) > longest:
        raise UnbelievedError
    try:
        return json.loads(text)
    except (ValueError, RecursionError, MemoryError) as problem:
        raise UnbelievedError from problem


class Believer:
    """Makes values of EcoMap's own kinds, and remembers what it left out.

    Parameters
    ----------
    longest : int
        Letters of one text.
    """

    def __init__(self, longest: int = LONGEST) -> None:
        self.longest = longest
        self.doubts: list[str] = []    # places of what was left out: "style.line_width"
        self.unknown: list[str] = []   # places of fields that this version does not know

    def of(self, found: Any, kind: Any, place: str = "") -> Any:
        """A value of a kind.

        Raises
        ------
        UnbelievedError
            If it is none, and nothing can stand for it.
        """
        form, inner = _form(kind)
        if form == "plain":
            return self._plain(found, kind)
        if form == "described":
            return self._described(found, kind, place)
        if form == "several":
            return self._several(found, inner, place)
        if form == "optional":
            return None if found is None else self.of(found, inner, place)
        return self._mapping(found) if form == "mapping" else self._anything(found, 0)

    def _described(self, found: Any, kind: Any, place: str) -> Any:
        if not isinstance(found, dict):
            raise UnbelievedError
        given: dict[str, Any] = {}
        fields = _fields(kind)
        for name, (hint, needed) in fields.items():
            if name not in found:
                if hint is Any:  # the rows, which stand in a table
                    given[name] = None
                elif needed:
                    raise UnbelievedError
                continue
            where = f"{place}.{name}" if place else name
            try:
                given[name] = self._field(found[name], hint, where, needed)
            except UnbelievedError:
                if needed:
                    raise
                self.doubts.append(where)
        self.unknown += [f"{place}.{key}" if place else str(key) for key in found if key not in fields]
        return kind(**given)

    def _field(self, found: Any, kind: Any, place: str, needed: bool) -> Any:
        form, items = _form(kind)
        if needed or form != "several" or len(items) != 2 or items[1] is not Ellipsis or _form(items[0])[0] != "described":
            return self.of(found, kind, place)
        out = []
        for number, one in enumerate(_items(found)):
            try:
                out.append(self.of(one, items[0], f"{place}[{number}]"))
            except UnbelievedError:
                self.doubts.append(f"{place}[{number}]")
        return tuple(out)

    def _several(self, found: Any, kinds: tuple[Any, ...], place: str) -> tuple[Any, ...]:
        items = _items(found)
        if len(kinds) == 2 and kinds[1] is Ellipsis:
            return tuple(self.of(one, kinds[0], f"{place}[{number}]") for number, one in enumerate(items))
        if len(items) != len(kinds):
            raise UnbelievedError
        return tuple(self.of(one, kind, place) for one, kind in zip(items, kinds))

    def _mapping(self, found: Any) -> dict[str, Any]:
        if not isinstance(found, dict):
            raise UnbelievedError
        return {self._plain(key, str): self._anything(one, 0) for key, one in found.items()}

    def _anything(self, found: Any, depth: int) -> Any:
        """Settings: codes, numbers, and lists of them."""
        if depth > _DEEPEST:
            raise UnbelievedError
        if isinstance(found, dict):
            return {self._plain(key, str): self._anything(one, depth + 1) for key, one in found.items()}
        if isinstance(found, list):
            return [self._anything(one, depth + 1) for one in _items(found)]
        if found is None or isinstance(found, bool):
            return found
        return self._plain(found, type(found))

    def _plain(self, found: Any, kind: Any) -> Any:
        if kind is Said:
            if not isinstance(found, str | dict):
                raise UnbelievedError
            said = from_data(found)
            return self._text(said) if said or not found else self._unbelieved()
        if kind is str:
            return self._text(found)
        if kind is bool:
            return found if isinstance(found, bool) else self._unbelieved()
        if kind is float:
            return _number(found)
        if kind is int and isinstance(found, int) and not isinstance(found, bool) and abs(found) <= _LARGEST_WHOLE:
            return found
        raise UnbelievedError

    def _text(self, found: Any) -> Any:
        return found if isinstance(found, str) and len(found) <= self.longest else self._unbelieved()

    def _unbelieved(self) -> Any:
        raise UnbelievedError


def each_believed(found: Any, kind: Any, longest: int = LONGEST) -> tuple[list[Any], int]:
    """The items of a list that are of a kind, each as a whole, and how many are not."""
    out, unbelieved = [], 0
    for one in found if isinstance(found, list) else []:
        believer = Believer(longest)
        try:
            value = believer.of(one, kind)
        except UnbelievedError:
            unbelieved += 1
            continue
        if believer.doubts:
            unbelieved += 1
        else:
            out.append(value)
    return out, unbelieved + (found is not None and not isinstance(found, list))


def _items(found: Any) -> list[Any]:
    if not isinstance(found, list) or len(found) > _MOST_ITEMS:
        raise UnbelievedError
    return found


def _number(found: Any) -> float:
    if isinstance(found, str) and found in _WORDS:
        return _WORDS[found]
    if isinstance(found, bool) or not isinstance(found, int | float) or not abs(found) < float("inf"):
        raise UnbelievedError
    try:
        return float(found)
    except OverflowError as problem:
        raise UnbelievedError from problem


@cache
def _form(kind: Any) -> tuple[str, Any]:
    """How a kind of value is looked at, and the kinds within it."""
    if kind is Any:
        return "anything", ()
    if attrs.has(kind):
        return "described", ()
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return "optional", next(one for one in inner if one is not type(None))
    if origin is tuple:
        return "several", inner
    return ("mapping", ()) if origin is not None and issubclass(origin, Mapping) else ("plain", ())


@cache
def _fields(kind: Any) -> dict[str, tuple[Any, bool]]:
    """Name -> its kind, and whether nothing can stand for it."""
    hints = get_type_hints(kind)
    return {field.name: (hints[field.name], field.default is attrs.NOTHING) for field in attrs.fields(kind)}
