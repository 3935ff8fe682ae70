"""The rows and descriptions an analysis is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import field, frozen

from ecomap.model.errors import InputError
from ecomap.model.layer import Layer
from ecomap.model.said import name as kept
from ecomap.model.said import say

# How files call the number of people or homes at a point or in a block, best first.
WEIGHT_NAMES = ("population", "pop20", "pop2020", "pop100", "p1_001n", "pop", "housing_units", "hu100", "housing20", "homes",
                "households", "units", "weight")


@frozen
class Frames(Mapping[str, Any]):
    """Input name -> frame, with the layer description of each at `layer`.

    Every frame has a unique text column ``id``; geometries are valid and in the project's projected CRS (metres).
    """

    frames: Mapping[str, Any] = field(repr=False, eq=False)
    layers: Mapping[str, Layer]

    def __getitem__(self, name: str) -> Any:
        return self.frames[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.frames)

    def __len__(self) -> int:
        return len(self.frames)

    def layer(self, name: str) -> Layer:
        if name not in self.layers:
            raise InputError(say("This analysis was not given a layer for '{name}'.", name=kept(name)), say("Choose one."))
        return self.layers[name]


def weight_column(frame: Any) -> str:
    """The column that says how many people or homes are at each point or in each block, in any case; "" if there is none."""
    named = {str(name).casefold(): str(name) for name in reversed(list(frame.columns))}
    return next((named[name] for name in WEIGHT_NAMES if name in named), "")
