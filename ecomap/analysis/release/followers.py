"""What goes with a hidden count: its errors, the rates that are made of it, and the estimates that were carried over from it.

A rate beside its other count gives the hidden one back by one multiplication, and a margin says roughly how large it is. An
estimate for other areas is a sum of the counts of need areas: where any of those is hidden, none of the estimates leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import evolve

from ecomap.analysis import columns as c
from ecomap.analysis.release.suppression import reason_name
from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.project import Project
from ecomap.model.pupils import SUPPRESSED
from ecomap.model.said import name as called

ERRORS: Final = (v.MOE_SUFFIX, v.ALLOCATION_SUFFIX)
CARRYING: Final = ("school-areas",)  # questions whose answers carry counts of need areas over to other areas
Rates = Mapping[str, tuple[str, ...]]


def is_error_of(name: str, frame: Any) -> bool:
    """Whether a column is the error of another one of the table, and no number of its own.

    >>> is_error_of("homeless_moe", {"homeless": 1, "homeless_moe": 1}), is_error_of("homeless_moe", {"homeless_moe": 1})
    (True, False)
    """
    return any(name.endswith(end) and name.removesuffix(end) in frame for end in ERRORS)


def with_followers_hidden(project: Project) -> Project:
    """The released project with everything hidden that would say what a hidden count is."""
    areas = [layer for layer in project.layers if layer.role == v.NEED_AREA and not layer.result_id]
    rates = {i.column: tuple(filter(None, (i.numerator, i.denominator))) for layer in areas for i in layer.indicators}
    gone = {name for layer in areas for name, rows in _hidden_rows(project.frame(layer.id)).items() if rows.any()}
    carrying = {result.id for result in project.results if result.analysis in CARRYING}
    changed = project
    for layer in project.layers:
        frame, columns = _followed(project.frame(layer.id), layer.columns, rates, gone if layer.result_id in carrying else set())
        if frame is not project.frame(layer.id):
            changed = changed.with_layer(evolve(layer, columns=columns), frame)
    for result in project.results:
        outputs = []
        for output in result.outputs:
            frame, columns = _followed(output.frame, output.columns, rates, gone if result.id in carrying else set())
            outputs.append(output if frame is output.frame else evolve(output, frame=frame, columns=columns))
        if any(one is not other for one, other in zip(outputs, result.outputs, strict=True)):
            changed = changed.with_result(evolve(result, outputs=tuple(outputs)))
    return changed


def _hidden_rows(frame: Any) -> dict[str, np.ndarray]:
    """Column -> where it is hidden."""
    names = [str(name) for name in frame.columns if reason_name(str(name)) in frame.columns]
    return {name: (frame[reason_name(name)] == SUPPRESSED).to_numpy(dtype=bool) for name in names}


def _followed(frame: Any, columns: tuple[Column, ...], rates: Rates, whole: set[str]) -> tuple[Any, tuple[Column, ...]]:
    """The table with the followers of its hidden counts hidden; of the counts in `whole` every row is."""
    hidden = {name: rows for name, rows in _hidden_rows(frame).items() if rows.any()}
    hidden |= {name: frame[name].notna().to_numpy() for name in whole if name in frame}
    gone = {name: rows for name, rows in hidden.items() if name in whole}
    for rate, parts in rates.items():
        of_parts = [hidden[part] for part in parts if part in hidden]
        if rate in frame and of_parts:
            gone[rate] = np.any([*of_parts, hidden.get(rate, np.zeros(len(frame), bool))], axis=0)
    for name, rows in (hidden | gone).items():
        gone |= {name + end: rows for end in ERRORS if name + end in frame}
    changes: dict[str, Any] = {}
    described = list(columns)
    for name, rows in gone.items():
        reason = reason_name(name)
        old = frame[reason].astype(object) if reason in frame else pd.Series("", index=frame.index, dtype=object)
        if (old[rows] == SUPPRESSED).all() and frame[name][rows].isna().all():
            continue
        changes |= {name: frame[name].mask(rows), reason: old.mask(rows, SUPPRESSED)}
        if all(column.name != reason for column in described):
            label = next((column.label for column in described if column.name == name), called(name))
            described.append(c.reason_column(name, label))
    return (frame.assign(**changes), tuple(described)) if changes else (frame, columns)
