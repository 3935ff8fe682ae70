"""A question of a project, asked again and again of other rows: the registry's own run, as far as its ranking."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, NoReturn
from unittest import mock

import pandas as pd
from attrs import evolve, field, fields, frozen

from ecomap.analysis import columns as c
from ecomap.analysis import registry
from ecomap.analysis.need import truths
from ecomap.analysis.statistics.ranks import ranks
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.params import build_params
from ecomap.model.project import Project
from ecomap.workspace.inputs import analysis_frames, chosen_layers, layers_by_params

AREAS: Final = "areas"                     # the input that holds the need areas, in every question here
LOW_ALL, HIGH_ALL = "rank_low_all", "rank_high_all"
PARTS: Final = (c.RANK, c.RANK_LOW, c.RANK_HIGH, LOW_ALL, HIGH_ALL)
_SETS: Final = ("own_low", "own_high", "all_low", "all_high")  # the same in `rank_sets`


@frozen
class Asked:
    """A question with its settings and the rows it is asked of, made ready once."""

    question: str
    frames: Frames
    params: Any = field(eq=False)

    @property
    def areas(self) -> Any:
        return self.frames[AREAS]

    @property
    def indicators(self) -> Any:
        return self.frames.layer(AREAS).indicators

    def of(self, areas: Any) -> Asked:
        """The same question about other numbers of the same areas."""
        return evolve(self, frames=Frames({**self.frames.frames, AREAS: areas}, self.frames.layers))

    def table(self) -> Any:
        """The ranked table of the answer, by id."""
        return registry.run(self.question, self.frames, self.params).outputs[0].frame.set_index(v.ID)


def asked(project: Project, question: str, given: Mapping[str, Any]) -> Asked:
    """A question of a project; settings that it does not have are left out."""
    analysis = registry.analysis(question)
    known = {item.name for item in fields(analysis.params)}
    params = build_params(analysis.params, {name: value for name, value in given.items() if name in known})
    frames = analysis_frames(project, chosen_layers(project, analysis, layers_by_params(project, analysis, params)), analysis)
    return Asked(question, frames, registry.fitted(params, frames))


def bands(one: Asked) -> pd.DataFrame:
    """Rank and both bands (`PARTS`) of every place, in the order in which the question holds them; missing without a score.

    The question runs until it has both bands, and is then let go: its notes, words and tables would take most of the time. That
    the table it goes on to make says the same is a test of its own.
    """
    asking = sys.modules[registry.analysis(one.question).run.__module__]
    with mock.patch.object(asking, "rank_sets", _stop_at(asking.rank_sets)), _remembered_draws():
        try:
            registry.run(one.question, one.frames, one.params)
        except _Ranked as reached:
            return reached.found
    raise AssertionError(f"{one.question} ranks nothing")


class _Ranked(Exception):  # noqa: N818 - no error: the way out of a question
    """The question has its ranking."""

    def __init__(self, found: pd.DataFrame) -> None:
        super().__init__()
        self.found = found


def _stop_at(rank_sets: Any) -> Any:
    def stop(scores: pd.Series, *given: Any, **named: Any) -> NoReturn:
        sets = rank_sets(scores, *given, **named)
        found = pd.DataFrame({c.RANK: ranks(scores), **{part: sets[name] for part, name in zip(PARTS[1:], _SETS, strict=True)}})
        raise _Ranked(found.astype(float))

    return stop


@contextmanager
def _remembered_draws() -> Iterator[None]:
    """A place's random numbers are the same in every answer, so they are drawn once."""
    with mock.patch.multiple(truths, keyed_normals=_normals, keyed_uniforms=_uniforms):
        yield


def _normals(ids: Any, draws: int, **named: Any) -> Any:
    return _drawn("keyed_normals", tuple(ids), draws, tuple(named.items()))


def _uniforms(ids: Any, draws: int, **named: Any) -> Any:
    return _drawn("keyed_uniforms", tuple(ids), draws, tuple(named.items()))


@cache
def _drawn(kind: str, ids: tuple[str, ...], draws: int, named: tuple[tuple[str, Any], ...]) -> Any:
    found = _DRAWS[kind](ids, draws, **dict(named))
    found.flags.writeable = False
    return found


_DRAWS: Final = {"keyed_normals": truths.keyed_normals, "keyed_uniforms": truths.keyed_uniforms}
