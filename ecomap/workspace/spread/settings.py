"""What is asked of data that are larger than memory, and where it is kept: plain values that travel to every worker."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import attrs
from attrs import field, frozen

from ecomap.model.errors import ParameterError
from ecomap.model.said import say
from ecomap.model.units import METRES_PER_MILE, format_given

DECAYS = ("none", "steps", "gaussian", "dai")


@frozen
class SpreadParams:
    """The question: who reaches how much, given everyone else who wants it, over all places of a file.

    Parameters
    ----------
    areas, sites : Path
        Parquet files: places with people, and sites with capacities.
    out : Path
        The folder of the parts; a question that was stopped goes on from what stands there.
    people, moe, capacity, group : str
        Columns; "" where there is none (a site then counts as one).
    into : Path, optional
        GeoParquet of areas that the people are carried to. ``by_ground``: places are areas and share their people by ground,
        instead of standing at one point.
    """

    areas: Path = field(converter=Path)
    sites: Path = field(converter=Path)
    out: Path = field(converter=Path)
    people: str = "people"
    moe: str = ""
    capacity: str = ""
    group: str = ""
    key: str = "id"
    into: Path | None = field(default=None, converter=attrs.converters.optional(Path))
    by_ground: bool = False
    radius_m: float = METRES_PER_MILE
    detour: float = 1.3
    decay: str = "steps"
    width_share: float = 0.5
    draws: int = 0
    seed: int = 0
    parts: int = 0      # 0: as many as keep each at about PART_ROWS
    metres: float = 1.0  # of one unit of the coordinates, where the files do not say

    def __attrs_post_init__(self) -> None:
        if self.decay not in DECAYS:
            raise ParameterError(say("Distance cannot count that way."), say("Choose none, steps, gaussian or dai."))
        if not (self.radius_m > 0 and self.detour >= 1 and self.width_share > 0 and self.metres > 0):
            raise ParameterError(
                say("A distance of {distance} m with a detour of {detour} reaches nobody.", distance=format_given(self.radius_m),
                    detour=format_given(self.detour)), say("Give more than 0 m, and a detour of at least 1."))
        if self.draws < 0 or self.parts < 0:
            raise ParameterError(say("Draws and parts cannot be below zero."), say("Give 0 or more."))

    def as_data(self) -> dict[str, Any]:
        """Plain values, from which `of_data` makes the same settings."""
        return {one: str(value) if isinstance(value, Path) else value for one, value in attrs.asdict(self).items()}

    @classmethod
    def of_data(cls, found: dict[str, Any]) -> SpreadParams:
        return cls(**found)


def named(*what: Any) -> str:
    """A short name for a piece of work, from all that decides what comes out of it."""
    return hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode()).hexdigest()[:32]
