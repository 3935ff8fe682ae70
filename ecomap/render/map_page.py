"""The map page: what every picture and every file is made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from ecomap.model.layer import Layer
from ecomap.model.result import Result


@frozen
class PageLayer:
    """One layer on the page, with its rows in the project's CRS."""

    layer: Layer
    frame: Any = field(eq=False, repr=False)


Settings = tuple[str, tuple[tuple[str, str], ...]]  # what the analysis is called; label and value of what was chosen


@frozen
class MapPage:
    """A titled map with its layers (top first), results, sources and date.

    ``extent`` is (left, bottom, right, top) in the project's CRS; None shows everything visible.
    ``results`` come with their tables, figures and notes.
    """

    title: str
    subtitle: str
    crs: str
    layers: tuple[PageLayer, ...]
    results: tuple[Result, ...] = ()
    extent: tuple[float, float, float, float] | None = None
    sources: tuple[str, ...] = ()     # citations in words, in order of first use
    cautions: tuple[str, ...] = ()    # "Attendance areas are estimated ..."
    settings: Mapping[str, Settings] = field(factory=dict)  # result id -> how it was asked, in words
    made_on: str = ""                 # ISO date
    language: str = "en"
