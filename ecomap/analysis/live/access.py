"""How much is in reach for whom, while the distance is dragged: the same measures on pairs that were made once."""

from __future__ import annotations

from typing import Any

from attrs import evolve, frozen

from ecomap.analysis.gaps.access.question import answer_of
from ecomap.analysis.gaps.access.setting import AccessSetting, access_setting
from ecomap.analysis.registry import Answer
from ecomap.analysis.travel.params import settled
from ecomap.model.frames import Frames
from ecomap.model.progress import Progress

LIMIT_M = 8_046.72  # the way pairs are looked for: five miles, as far as a hand drags
_ROUNDING = 1 + 1e-9


@frozen
class LiveAccess:
    """The question of access, ready to be asked again and again: what it says is exact."""

    base: AccessSetting

    @classmethod
    def of(cls, frames: Frames, params: Any, progress: Progress) -> LiveAccess:
        far = evolve(settled(params), radius_m=max(LIMIT_M, float(settled(params).radius_m)))
        return cls(access_setting(frames, far, progress=progress))

    @property
    def limit_m(self) -> float:
        """The longest way it can be asked with, metres."""
        return float(self.base.params.radius_m)

    def at(self, params: Any) -> Answer:
        """The answer with these parameters."""
        params = settled(params)
        travel = evolve(self.base.travel, params=params)
        costs = self.base.costs.within(travel.cutoff * _ROUNDING)
        return answer_of(evolve(self.base, params=params, travel=travel, costs=costs), params, Progress())

