"""Which row of a newer list is which row of the former one: by code, else by name and place; what could be several is left open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from attrs import field, frozen

# How two rows were found to be the same thing.
BY_CODE: Final = "code"
BY_NAME: Final = "name"      # the same name, near by
BY_PERSON: Final = "person"  # somebody said so
NEAR_M: Final = 1_000.0      # how far a thing of the same name may stand and be taken for the same
SAME_GROUND_M: Final = 100.0  # how near a thing of another name stands that may be the same under a new name
CHANCE: Final = 0.5          # share of the rows of one code that agree in name or place, below which the codes met by chance
NONE: Final = ""             # the answer that a row is none of the newer ones


@frozen
class Rows:
    """What rows are told apart by.

    Parameters
    ----------
    ids, cores : sequence of str
        Code and the name without its ornaments, row by row; a core is "" where there is no name.
    kinds : sequence of frozenset of str
        Words in the name that say what kind of thing it is: two names of one core and kinds that contradict are two things.
    xy : array of shape (n, 2)
        Place in metres; NaN where there is none.
    """

    ids: Sequence[str]
    cores: Sequence[str]
    kinds: Sequence[frozenset[str]]
    xy: Any = field(repr=False, eq=False)


@frozen
class Pair:
    """A former row and the newer row that is the same thing, by position, and how that is known."""

    old: int
    new: int
    by: str


@frozen
class Open:
    """A former row that could be several of the newer ones, or one that is not surely it: only a person can say."""

    old: int
    candidates: tuple[int, ...]


@frozen
class Pairing:
    """Every former row is in one of `pairs`, `gone` and `open`; every newer one in one of `pairs` and `added`."""

    pairs: tuple[Pair, ...]
    added: tuple[int, ...]
    gone: tuple[int, ...]
    open: tuple[Open, ...]
    by_chance: bool = False  # the codes of the two lists met by chance and were not used


def pair_rows(old: Rows, new: Rows, *, meets: Mapping[str, str] | None = None, answers: Mapping[str, str] | None = None,
              names: bool = True) -> Pairing:
    """Put the rows of two lists together.

    Parameters
    ----------
    meets : mapping, optional
        Code of the newer list -> id of the former one, where the two write other codes.
    answers : mapping, optional
        Id of a former row -> id of the newer one that a person says it is; "" where it is none of them.
    names : bool
        Whether rows that no code puts together are looked for by name and place (schools, sites, services), or are gone and
        new (areas).

    Notes
    -----
    Rows of one code are one thing, unless fewer than half of such pairs agree in name or place: then the codes are running
    numbers of two lists. A former row without a partner is the newer row of its name within a kilometre, where neither has
    another such row. What has the same name farther away, or another name on the same ground, is left open.
    """
    known = {key: n for n, key in enumerate(old.ids)}
    pairs, told = _by_person(old, new, known, answers or {})
    taken = {pair.new for pair in pairs}
    coded = []
    for n, key in enumerate(new.ids):
        met = known.get((meets or {}).get(key, key))
        if met is not None and n not in taken and met not in told:
            coded.append(Pair(met, n, BY_CODE))
    coded = _one_each(coded)
    chance = names and bool(coded) and float(np.mean([_agree(old, new, pair) for pair in coded])) < CHANCE
    pairs += [] if chance else coded
    met_old, met_new = {pair.old for pair in pairs}, {pair.new for pair in pairs}
    left_old = [n for n in range(len(old.ids)) if n not in told and n not in met_old]
    left_new = [n for n in range(len(new.ids)) if n not in met_new]
    opened: list[Open] = []
    if names:
        found, opened = _by_name(old, new, left_old, left_new)
        pairs += found
    gone = {*range(len(old.ids))} - {pair.old for pair in pairs} - {one.old for one in opened}
    added = {*range(len(new.ids))} - {pair.new for pair in pairs}

    def by_old(n: int) -> str:
        return old.ids[n]

    return Pairing(
        tuple(sorted(pairs, key=lambda pair: by_old(pair.old))), tuple(sorted(added, key=lambda n: new.ids[n])),
        tuple(sorted(gone, key=by_old)), tuple(sorted(opened, key=lambda one: by_old(one.old))), chance,
    )


def _by_person(old: Rows, new: Rows, known: Mapping[str, int], answers: Mapping[str, str]) -> tuple[list[Pair], set[int]]:
    """The pairs that somebody named, and the former rows that somebody spoke of."""
    there = {key: n for n, key in enumerate(new.ids)}
    pairs = [Pair(known[key], there[said], BY_PERSON) for key, said in sorted(answers.items()) if key in known and said in there]
    pairs = _one_each(pairs)
    nothing = {known[key] for key, said in answers.items() if key in known and said == NONE}
    return pairs, {pair.old for pair in pairs} | nothing


def _one_each(pairs: list[Pair]) -> list[Pair]:
    """The pairs whose rows stand in no other pair."""
    olds: dict[int, int] = defaultdict(int)
    news: dict[int, int] = defaultdict(int)
    for pair in pairs:
        olds[pair.old] += 1
        news[pair.new] += 1
    return [pair for pair in pairs if olds[pair.old] == 1 and news[pair.new] == 1]


def _agree(old: Rows, new: Rows, pair: Pair) -> bool:
    """Whether two rows of one code have one name or stand in one place; without either they are believed."""
    apart = distance(old, new, pair.old, pair.new)
    named = bool(old.cores[pair.old] and new.cores[pair.new])
    if not named and np.isnan(apart):
        return True
    return (named and old.cores[pair.old] == new.cores[pair.new]) or bool(apart <= NEAR_M)


def distance(old: Rows, new: Rows, one: int, other: int) -> float:
    """Metres between a former and a newer row; NaN where either has no place."""
    return float(np.hypot(*(np.asarray(old.xy[one], dtype=float) - np.asarray(new.xy[other], dtype=float))))


def _by_name(old: Rows, new: Rows, left_old: list[int], left_new: list[int]) -> tuple[list[Pair], list[Open]]:
    """Rows of one name near each other that have no other partner; the rest that could be meant is left open."""
    strong: dict[int, list[int]] = defaultdict(list)
    weak: dict[int, list[int]] = defaultdict(list)
    by_core = defaultdict(list)
    for n in left_new:
        by_core[new.cores[n]].append(n)
    near = _on_same_ground(old, new, left_old, left_new)
    for one in left_old:
        for other in by_core[old.cores[one]] if old.cores[one] else ():
            same_kind = old.kinds[one] <= new.kinds[other] or new.kinds[other] <= old.kinds[one]
            (strong if same_kind and distance(old, new, one, other) <= NEAR_M else weak)[one].append(other)
        weak[one] += [other for other in near.get(one, ()) if other not in strong[one] and other not in weak[one]]
    wanted: dict[int, int] = defaultdict(int)
    for others in strong.values():
        for other in others:
            wanted[other] += 1
    pairs = [Pair(one, others[0], BY_NAME) for one, others in strong.items() if len(others) == 1 and wanted[others[0]] == 1]
    taken_old, taken_new = {pair.old for pair in pairs}, {pair.new for pair in pairs}
    opened = []
    for one in left_old:
        candidates = tuple(sorted({*strong[one], *weak[one]} - taken_new, key=lambda n: new.ids[n]))
        if one not in taken_old and candidates:
            opened.append(Open(one, candidates))
    return pairs, opened


def _on_same_ground(old: Rows, new: Rows, left_old: list[int], left_new: list[int]) -> dict[int, list[int]]:
    """Former row -> newer rows that stand where it stands, whatever they are called."""
    from scipy.spatial import cKDTree  # heavy

    mine, theirs = np.asarray(old.xy, dtype=float).reshape(-1, 2), np.asarray(new.xy, dtype=float).reshape(-1, 2)
    here = [n for n in left_old if np.isfinite(mine[n]).all()]
    there = [n for n in left_new if np.isfinite(theirs[n]).all()]
    if not here or not there:
        return {}
    found = cKDTree(theirs[there]).query_ball_point(mine[here], SAME_GROUND_M)
    return {one: [there[n] for n in sorted(ns)] for one, ns in zip(here, found) if ns}
