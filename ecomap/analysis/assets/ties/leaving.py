"""What hangs on one organisation alone: schools and kinds of work that nobody else is at, and who would be cut off. Numbers only."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

import numpy as np
from attrs import field, frozen

from ecomap.analysis.assets.presence import Presence
from ecomap.analysis.assets.ties.kinds import key_of


@frozen
class Held:
    """Who is at which school, and does what there.

    Parameters
    ----------
    at : tuple of frozenset
        Per school the keys of the organisations there.
    doing : dict of (school, function) -> frozenset
        The keys of those that do it there.
    """

    at: tuple[frozenset[str], ...] = field(repr=False)
    doing: dict[tuple[int, str], frozenset[str]] = field(repr=False)

    def schools_of(self, key: str) -> list[int]:
        """The schools an organisation is at."""
        return self._of.get(key, [])

    @cached_property
    def _of(self) -> dict[str, list[int]]:
        of: dict[str, list[int]] = defaultdict(list)
        for school, there in enumerate(self.at):
            for key in there:
                of[key].append(school)
        return dict(of)

    def only_one(self) -> list[tuple[int, str, str]]:
        """Every school and function with a single organisation: (school, function, its key), in order."""
        return sorted((school, word, next(iter(who))) for (school, word), who in self.doing.items() if len(who) == 1)

    def alone_at(self) -> list[tuple[int, str]]:
        """Every school with a single organisation, and its key."""
        return [(school, next(iter(there))) for school, there in enumerate(self.at) if len(there) == 1]


def held(found: Presence, known: dict[str, str]) -> Held:
    """Who is where out of a presence; only organisations that are known by name."""
    who, function = found.actors["organisation"].to_numpy(), found.actors["function"].to_numpy()
    at: list[set[str]] = [set() for _ in range(len(found.schools))]
    doing: dict[tuple[int, str], set[str]] = defaultdict(set)
    for school, actor in zip(found.school.tolist(), found.actor.tolist(), strict=True):
        key = key_of(who[actor])
        if key in known:
            at[school].add(key)
            if function[actor]:
                doing[school, function[actor]].add(key)
    return Held(tuple(map(frozenset, at)), {place: frozenset(keys) for place, keys in doing.items()})


@frozen
class Loss:
    """What falls off if one organisation leaves.

    ``schools``: those with nobody else; ``functions``: (school, function) that nobody else does there; ``pupils`` at schools that lose
    either, NaN where no such school reports them; ``cut_off``: organisations no longer tied to the largest rest.
    """

    schools: tuple[int, ...]
    functions: tuple[tuple[int, str], ...]
    pupils: float
    cut_off: int


def losses(where: Held, keys: list[str], cut_off: np.ndarray, pupils: np.ndarray) -> dict[str, Loss]:
    """The loss of every organisation."""
    schools: dict[str, list[int]] = defaultdict(list)
    functions: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for school, key in where.alone_at():
        schools[key].append(school)
    for school, word, key in where.only_one():
        functions[key].append((school, word))
    found = {}
    for n, key in enumerate(keys):
        hit = sorted({*schools[key], *(school for school, _ in functions[key])})
        known = pupils[hit][~np.isnan(pupils[hit])] if hit else np.zeros(0)
        total = float(known.sum()) if len(known) else 0.0 if not hit else float("nan")
        found[key] = Loss(tuple(schools[key]), tuple(functions[key]), total, int(cut_off[n]))
    return found
