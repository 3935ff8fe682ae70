"""Addresses put on the map along the streets of a county: where each lies, or why it is not known; nothing is guessed."""

from __future__ import annotations

import weakref
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from attrs import field, frozen

from ecomap.io.addresses.numbers import BOTH, Range, range_of
from ecomap.io.addresses.parsing import Address
from ecomap.io.addresses.streets import Street, street_of
from ecomap.model import vocabulary as v

# What was found.
FOUND: Final = "found"
MIDDLE: Final = "middle"             # the number is on both sides of the street: between them
NO_STREET: Final = "no_street"
OUTSIDE: Final = "outside"           # the street is there, the number in none of its ranges
SEVERAL: Final = "several"           # several places are equally good
OTHER_ZIP: Final = "other_zip"       # street and number are there, in another ZIP only
NEAR: Final = "near"                 # a street of nearly this name has the number: a person has to say
NONE: Final = "none"                 # the answer that a street is none of those

OFFSET_M: Final = 8.0     # from the middle of the street to its houses
INSET_M: Final = 5.0      # houses stand this far from the ends of a piece of street, at least a quarter of the way along a short one
TOGETHER_M: Final = 30.0  # places so near each other are one
LIKE: Final = 85.0        # likeness of two names (0-100) from which one may be a misspelling of the other
MOST_LIKE: Final = 3      # near names that are looked at


@frozen
class Match:
    """Where an address lies, in the system of the ranges, or why it is not known.

    Parameters
    ----------
    status : str
        `FOUND` or `MIDDLE` where there is a place; another status, or the problem of the address, where there is none.
    street : str
        The street as the ranges call it; of a near spelling the one that it may be.
    side : {"left", "right", ""}
        Of the street, along the direction of its line.
    """

    status: str
    x: float = float("nan")
    y: float = float("nan")
    street: str = ""
    zip: str = ""
    side: str = ""

    @property
    def placed(self) -> bool:
        return self.status in (FOUND, MIDDLE)


@frozen
class _Side:
    row: int
    left: bool
    range: Range
    zip: str


@frozen
class Ranges:
    """The address ranges of a layer, by the names of their streets."""

    shapes: Any = field(repr=False, eq=False)
    names: Sequence[str] = field(repr=False, eq=False)
    sides: Mapping[Street, tuple[_Side, ...]] = field(repr=False, eq=False)
    by_name: Mapping[str, tuple[Street, ...]] = field(repr=False, eq=False)

    def streets(self, name: str) -> tuple[Street, ...]:
        return self.by_name.get(name, ())


_kept: list[tuple[weakref.ref[Any], Ranges]] = []


def ranges_of(frame: Any) -> Ranges:
    """The ranges of a layer of role ``address_range``, made once for as long as its rows are held."""
    for known, ranges in _kept:
        if known() is frame:
            return ranges
    ranges = _read(frame)
    _kept[:] = [(weakref.ref(frame, lambda _: _kept.clear()), ranges)]
    return ranges


def _read(frame: Any) -> Ranges:
    names = frame[v.NAME].fillna("").astype(str).tolist()
    sides: dict[Street, list[_Side]] = defaultdict(list)
    for left, columns in ((True, v.LEFT_RANGE), (False, v.RIGHT_RANGE)):
        cells = [frame[column].fillna("").astype(str).tolist() if column in frame else [""] * len(frame) for column in columns]
        for row, (first, last, parity, zip_code) in enumerate(zip(*cells)):
            found = range_of(first, last, parity) if first and last and names[row] else None
            if found is not None:
                sides[street_of(names[row])].append(_Side(row, left, found, zip_code.strip()[:5]))
    by_name: dict[str, list[Street]] = defaultdict(list)
    for street in sides:
        by_name[street.name].append(street)
    return Ranges(np.asarray(frame.geometry, dtype=object), names, {street: tuple(found) for street, found in sides.items()},
                  {name: tuple(found) for name, found in by_name.items()})


def match(address: Address, ranges: Ranges, answers: Mapping[str, str] | None = None) -> Match:
    """Where an address lies.

    Parameters
    ----------
    answers : mapping, optional
        Street as an address writes it -> street of the ranges that a person says it is, or "none".

    Notes
    -----
    A street is meant where every part that the address says (direction, name, kind) is the same; what it does not say may
    be anything, as long as one street is left. The ZIP keeps places apart, and a place of another ZIP is not taken; without
    one, a number that streets of one name run past in two ZIPs is several places. A number is placed along the line by its
    share of the range, on the side of its parity. Where several streets fit and one has the number, and where a street says
    less than the address or is only spelled like it, it is told as a likely one and not taken before a person says so.
    """
    if address.problem or address.house is None or address.street is None:
        return Match(address.problem)
    said = (answers or {}).get(address.written, "")
    if said and said != NONE:
        return _best(address, ranges, [street_of(said)])
    named = [street for street in ranges.streets(address.street.name) if address.street.says_no_more_than(street)]
    here = [street for street in named if _in_zip(address, ranges, street)]
    if address.street in here:
        return _best(address, ranges, [address.street])
    if len(here) == 1:
        return _best(address, ranges, here)
    if here:
        found = _best(address, ranges, here)
        return Match(NEAR if said != NONE else SEVERAL, street=found.street, zip=found.zip) if found.placed else found
    near = _near(address, ranges, set(named)) if said != NONE else None
    if near is not None:
        return near
    return _best(address, ranges, named) if named else Match(NO_STREET)


def _in_zip(address: Address, ranges: Ranges, street: Street) -> bool:
    """Whether a street has a piece in the ZIP of the address, or one whose ZIP is not known; every street where the address has none."""
    return not address.zip or any(side.zip in ("", address.zip) for side in ranges.sides[street])


def _best(address: Address, ranges: Ranges, streets: Sequence[Street]) -> Match:
    """The one place of the number on these streets, by ZIP where the address has one."""
    assert address.house is not None
    every = [side for street in streets for side in ranges.sides.get(street, ())]
    sides = [side for side in every if side.range.holds(address.house)]
    if not sides:
        return Match(OUTSIDE if every else NO_STREET, street=_called(ranges, every))
    if address.zip:
        same = [side for side in sides if side.zip == address.zip]
        sides = same or [side for side in sides if not side.zip]
        if not sides:
            return Match(OUTSIDE if any(side.zip == address.zip for side in every) else OTHER_ZIP, street=_called(ranges, every))
    elif len(_zips_spanning(address, every)) > 1:
        return Match(SEVERAL, street=_called(ranges, sides))
    return _placed(address, ranges, sides)


def _zips_spanning(address: Address, sides: Sequence[_Side]) -> set[str]:
    """The ZIPs in which a street runs past the number, whether or not a range there has it: more than one are two streets of one name."""
    assert address.house is not None
    ends: dict[str, list[int]] = defaultdict(list)
    for side in sides:
        if side.range.head == address.house.head and side.range.parity in (BOTH, address.house.parity):
            ends[side.zip] += [side.range.first, side.range.last]
    return {zip_code for zip_code, numbers in ends.items() if min(numbers) <= address.house.number <= max(numbers)}


def _called(ranges: Ranges, sides: Iterable[_Side]) -> str:
    return min((ranges.names[side.row] for side in sides), default="")


def _placed(address: Address, ranges: Ranges, sides: Sequence[_Side]) -> Match:
    """The place of the number on these pieces of street, where they are one place."""
    assert address.house is not None
    points = np.array([_point(ranges.shapes[side.row], side, address.house) for side in sides])
    if len(sides) > 1 and float(np.max(np.hypot(*(points - points.mean(axis=0)).T))) * 2 > TOGETHER_M:
        return Match(SEVERAL, street=_called(ranges, sides))
    x, y = points.mean(axis=0).tolist()
    one_side = len({(side.row, side.left) for side in sides}) == 1
    side = ("left" if sides[0].left else "right") if one_side else ""
    return Match(FOUND if one_side else MIDDLE, x, y, _called(ranges, sides), sides[0].zip, side)


def _point(line: Any, side: _Side, house: Any) -> tuple[float, float]:
    """The point beside the line, so far along it as the number is along its range."""
    import shapely  # heavy

    line = shapely.line_merge(line)
    length = float(shapely.length(line))
    inset = min(INSET_M, length / 4)
    along = inset + side.range.share(house) * (length - 2 * inset)
    before, here, after = (shapely.get_coordinates(shapely.line_interpolate_point(line, min(max(at, 0.0), length)))[0] for at in (along - 1.0, along, along + 1.0))
    dx, dy = after - before
    size = float(np.hypot(dx, dy)) or 1.0
    turn = OFFSET_M if side.left else -OFFSET_M
    return float(here[0] - dy / size * turn), float(here[1] + dx / size * turn)


def _near(address: Address, ranges: Ranges, known: set[Street]) -> Match | None:
    """A street whose name says less or is spelled nearly so, that has the number in the ZIP of the address; never taken by itself."""
    from rapidfuzz import fuzz, process  # heavy

    assert address.street is not None
    street = address.street
    likely = [one for one in ranges.streets(street.name) if one not in known and one.agrees(street)]
    for name, _, _ in process.extract(street.name, ranges.by_name.keys(), scorer=fuzz.ratio, limit=MOST_LIKE, score_cutoff=LIKE):
        likely += [one for one in ranges.streets(name) if name != street.name and Street(street.before, name, street.kind, street.after).agrees(one)]
    found = [match for one in likely if (match := _best(address, ranges, [one])).placed]
    return Match(NEAR, street=found[0].street, zip=found[0].zip) if len({one.street for one in found}) == 1 else None
