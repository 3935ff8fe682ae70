"""A question of a project, asked again and again of other rows: the registry's own run, without the map around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from attrs import evolve, field, fields, frozen

from ecomap.analysis import columns as c
from ecomap.analysis import registry
from ecomap.analysis.statistics.ranks import AT_ONCE
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.params import build_params
from ecomap.model.project import Project
from ecomap.workspace.inputs import analysis_frames, chosen_layers, layers_by_params

AREAS: Final = "areas"                     # the input that holds the need areas, in every question here
LOW_ALL, HIGH_ALL = "rank_low_all", "rank_high_all"
PARTS: Final = (c.RANK, c.RANK_LOW, c.RANK_HIGH, LOW_ALL, HIGH_ALL)


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


def bands(one: Asked) -> Any:
    """Rank and both bands (`PARTS`) of every place that has a rank, by id; the band of all at once is missing where there is none."""
    table = one.table()
    if LOW_ALL not in table:
        joint = evolve(one, params=evolve(one.params, band=AT_ONCE)).table() if hasattr(one.params, "band") else None
        ends = (np.nan, np.nan) if joint is None else (joint[c.RANK_LOW], joint[c.RANK_HIGH])
        table = table.assign(**dict(zip((LOW_ALL, HIGH_ALL), ends, strict=True)))
    return table.loc[table[c.RANK].notna(), list(PARTS)].astype(float)
