"""Small covering questions drawn at random, with wishes, and their answers by looking at every set of sites."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.optimise import location
from ecomap.analysis.optimise.case import Case, SiteCount
from ecomap.analysis.optimise.cover import Cover
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.said import name


@frozen
class Town:
    """People and sites in the unit square; a site reaches who is within ``radius``."""

    costs: TravelCosts
    people: pd.Series = field(eq=False)
    near: np.ndarray = field(eq=False)   # people x sites
    radius: float

    @classmethod
    def drawn(cls, seed: int, people: int, sites: int, radius: float = 0.3) -> Town:
        random = np.random.default_rng(seed)
        way = np.hypot(*(random.random((people, 1, 2)) - random.random((1, sites, 2))).transpose(2, 0, 1))
        rows = [(f"d{i:03}", f"s{j:02}", way[i, j]) for i in range(people) for j in range(sites)]
        costs = TravelCosts.from_table(pd.DataFrame(rows, columns=["origin", "dest", "cost"]))
        counts = pd.Series(random.integers(1, 100, people).astype(float), index=costs.demand_ids)
        return cls(costs, counts, way <= radius, radius)

    def wishes(self, seed: int) -> list[location.ReachFloor | location.SiteQuota]:
        """A floor, often a second one, and a quota or two."""
        random = np.random.default_rng(seed + 900)
        sites = list(self.costs.supply_ids)
        some: list[location.ReachFloor | location.SiteQuota] = []
        for number in range(int(random.integers(1, 3))):
            members = self.people.index[random.random(len(self.people)) < 0.4]
            some.append(location.ReachFloor(members, float(random.uniform(0.3, 0.8)), f"floor {number}"))
        for number in range(int(random.integers(1, 3))):
            part = [site for site in sites if random.random() < 0.4]
            least = int(random.integers(0, 2))
            some.append(location.SiteQuota(part, least, least + int(random.integers(0, 3)), f"quota {number}"))
        return some

    def cover(self, wishes: list[location.ReachFloor | location.SiteQuota], sites: int, **other: object) -> Cover:
        case = Case.of(self.costs, self.people, ())
        return Cover.of(case, self.radius, [SiteCount(sites, name("sites")), *wishes], **other)  # type: ignore[arg-type]

    def reached(self, chosen: tuple[int, ...]) -> np.ndarray:
        return np.asarray(self.near[:, chosen].any(axis=1))

    def value(self, chosen: tuple[int, ...]) -> float:
        return float(self.people.to_numpy()[self.reached(chosen)].sum())

    def keeps(self, chosen: tuple[int, ...], wishes: list[location.ReachFloor | location.SiteQuota]) -> bool:
        """Whether a set of sites meets the wishes, worked out from the words of the wishes alone."""
        names = {self.costs.supply_ids[site] for site in chosen}
        reached = self.people[self.reached(chosen)]
        for wish in wishes:
            if isinstance(wish, location.SiteQuota):
                count = len(names & wish.members)
                if count < wish.at_least or (wish.at_most is not None and count > wish.at_most):
                    return False
            elif reached[reached.index.isin(list(wish.members))].sum() < wish.share * reached.sum() - 1e-6:
                return False
        return True

    def best(self, wishes: list[location.ReachFloor | location.SiteQuota], most: int) -> float:
        """The most that any allowed set of sites reaches; minus infinity if none is allowed."""
        opened = np.array([np.isin(np.arange(len(self.costs.supply_ids)), chosen) for chosen in self.sets(most)])
        reached = opened.astype(int) @ self.near.T.astype(int) > 0
        values, allowed = reached @ self.people.to_numpy(), np.ones(len(opened), dtype=bool)
        for wish in wishes:
            if isinstance(wish, location.SiteQuota):
                count = opened @ self.costs.supply_ids.isin(list(wish.members)).astype(int)
                allowed &= (count >= wish.at_least) & (count <= (np.inf if wish.at_most is None else wish.at_most))
            else:
                favoured = reached @ (self.people * self.people.index.isin(list(wish.members))).to_numpy()
                allowed &= favoured >= wish.share * values - 1e-6
        return float(values[allowed].max(initial=-np.inf))

    def sets(self, most: int) -> chain[tuple[int, ...]]:
        count = len(self.costs.supply_ids)
        return chain.from_iterable(combinations(range(count), size) for size in range(most + 1))
