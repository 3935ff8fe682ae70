"""What a report is made from: answers with their maps and settings, and what to know of all of them; no project."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

from ecomap.model.result import Result
from ecomap.model.said import NOTHING, Said, as_said
from ecomap.render.map_page import MapPage


@frozen
class Chapter:
    """One answer: what it says, its own map where it speaks of places, and how it was asked."""

    result: Result
    map: MapPage | None = None
    method: Said = field(default=NOTHING, converter=as_said)  # what its question is called
    asked: tuple[tuple[Said, Said], ...] = ()  # label and value of every setting that says something
    usual: frozenset[str] = frozenset()        # labels of those of the form's second level that are as usual
    sources: tuple[Said, ...] = ()             # publisher and vintage of what it rests on, each once
    passed: Said = field(default=NOTHING, converter=as_said)  # what it counts that has ended since its day


@frozen
class Report:
    """The chosen answers of a project in the order of their chapters, and what stands before and behind them."""

    title: Said = field(converter=as_said)
    chapters: tuple[Chapter, ...]
    subtitle: Said = field(default=NOTHING, converter=as_said)
    cautions: tuple[Said, ...] = ()   # of the project's own data
    sources: tuple[Said, ...] = ()    # at length: one line per source with the layers it speaks for
    people: tuple[Said, ...] = ()     # what was protected of the people in it, and what was declared safe by whom
    notes: tuple[Said, ...] = ()      # that planners pinned on places and want to share
    map: MapPage | None = None        # where there is no answer yet: what the project holds
    record: str = ""                  # settings, sources and versions as JSON
    made_on: str = ""                 # ISO date
    as_of: str = ""                   # ISO date: the day of the project
    language: str = "en"
    paper: Literal["letter", "a4"] = "letter"
