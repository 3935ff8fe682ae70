"""The rows and descriptions an analysis is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import field, frozen

from ecomap.model.errors import InputError
from ecomap.model.layer import Layer


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
            raise InputError(f"This analysis was not given a layer for {name!r}.", "Choose one.")
        return self.layers[name]
