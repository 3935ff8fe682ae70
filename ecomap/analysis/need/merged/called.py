"""What merged areas are called: "Boyle Heights, 3 tracts"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from ecomap.model.said import Said, name, plural, say

_PLAIN: Final = re.compile(r"^(?:Near )?(.+), (?:tract|block group|[A-Z]?\d)")
_CENSUS: Final = re.compile(r"^(?:1[45]0\d{4}US)?\d{11}(\d?)$")


def region_names(names: Sequence[Any], ids: Sequence[str], label: np.ndarray, regions: int) -> list[Any]:
    """The name of every region: that of its area where it has one alone, else where it is and how many areas it has.

    Where two would be called the same, the code of the first area tells them apart.
    """
    members: list[list[int]] = [[] for _ in range(regions)]
    for area, region in enumerate(label.tolist()):
        members[region].append(area)
    counted = _counted_as(ids)
    found = [names[areas[0]] if len(areas) == 1 else _called([names[area] for area in areas], len(areas), counted) for areas in members]
    often = Counter(map(str, found))
    return [say("{name} ({code})", name=one, code=name(_code(names[areas[0]], ids[areas[0]]))) if often[str(one)] > 1 and len(areas) > 1 else one
            for one, areas in zip(found, members, strict=True)]


def _counted_as(ids: Sequence[str]) -> Callable[[int], Said]:
    """How a number of these areas is said: tracts and block groups by their codes, areas otherwise."""
    codes = [_CENSUS.match(str(one)) for one in ids]
    if codes and all(codes):
        if all(code and code.group(1) for code in codes):
            return lambda n: plural("{n} block group", "{n} block groups", n)
        if not any(code and code.group(1) for code in codes):
            return lambda n: plural("{n} tract", "{n} tracts", n)
    return lambda n: plural("{n} area", "{n} areas", n)


def _called(names: Sequence[Any], size: int, counted: Callable[[int], Said]) -> Said:
    places = Counter(place for one in names if (place := _place(one)))
    if sum(places.values()) < size:
        return say("{first} and around, {areas}", first=name(str(names[0])), areas=counted(size))
    (first, _), *others = sorted(places.items(), key=lambda item: (-item[1], item[0]))
    if not others:
        return say("{place}, {areas}", place=name(first), areas=counted(size))
    if len(others) == 1:
        return say("{place} and {other}, {areas}", place=name(first), other=name(others[0][0]), areas=counted(size))
    return say("{place}, {other} and around, {areas}", place=name(first), other=name(others[0][0]), areas=counted(size))


def _place(one: Any) -> str:
    """The neighbourhood or city in the name of an area, "" where there is none."""
    if isinstance(one, Said) and "place" in one.values:
        return str(one.values["place"])
    plain = _PLAIN.match(str(one))
    return plain.group(1) if plain else ""


def _code(one: Any, key: str) -> str:
    """The number of an area within its name, else its id."""
    if isinstance(one, Said):
        return str(one.values.get("number") or one.values.get("code") or key)
    return key
