"""Changes of counts on their way out: how many more or fewer there are gives a count back that is hidden beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from attrs import evolve

from ecomap.analysis import columns as c
from ecomap.analysis.release.judging import heading_of
from ecomap.model import vocabulary as v
from ecomap.model.judgement import COUNT, SHARE, Judgement
from ecomap.model.layer import Layer
from ecomap.model.people import cells_of, is_change
from ecomap.model.project import Project
from ecomap.model.pupils import SUPPRESSED, THRESHOLD


def changes_among(layer: Layer, frame: Any, judged: Mapping[str, Judgement]) -> frozenset[str]:
    """The columns of a layer that say how much a count, or a part of one, has changed."""
    return frozenset(name for name, one in judged.items() if one.holds in (COUNT, SHARE) and name in frame and pd.api.types.is_numeric_dtype(frame[name])
                     and is_change(heading_of(layer.column(name)), cells_of(frame[name].astype(float))))


def with_changes_hidden(project: Project, layer_id: str, changes: Collection[str], counts: Collection[str]) -> Project:
    """The released project with changes hidden that are small, or stand in a row with a hidden count."""
    layer, frame = project.layer(layer_id), project.frame(layer_id)
    hidden = [(frame[name + v.REASON_SUFFIX] == SUPPRESSED).to_numpy(dtype=bool) for name in counts if name + v.REASON_SUFFIX in frame]
    beside = np.any([*hidden, np.zeros(len(frame), bool)], axis=0)
    columns = list(layer.columns)
    made: dict[str, Any] = {}
    for name in sorted(changes):
        values = frame[name].astype(float)
        rows = values.notna().to_numpy() & ((values.abs() < THRESHOLD).to_numpy() | beside)
        if not rows.any():
            continue
        reason = name + v.REASON_SUFFIX
        old = frame[reason].astype(object) if reason in frame else pd.Series("", index=frame.index, dtype=object)
        made |= {name: values.mask(rows), reason: old.mask(rows, SUPPRESSED)}
        if all(column.name != reason for column in columns):
            columns.append(c.reason_column(name, layer.column(name).label))
    return project.with_layer(evolve(layer, columns=tuple(columns)), frame.assign(**made)) if made else project
