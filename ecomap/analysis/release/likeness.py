"""Likeness on its way out: a distance between two schools is made of their numbers, and would give a hidden one back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import evolve

from ecomap.analysis import columns as c
from ecomap.analysis.assets.peers.tables import DISTANCE
from ecomap.analysis.release.suppression import reason_name
from ecomap.model import vocabulary as v
from ecomap.model.pupils import SUPPRESSED
from ecomap.model.result import Output, Result
from ecomap.model.said import name as called

PEERS, VARIABLES, NEAREST = "peers", "variables", "nearest_distance"
SIDES: Final = ("school_", "peer_")
MOMENTS: Final = ("mean", "spread")
DIGITS: Final = 1  # of the distances that stay: fine ones would say how far the hidden numbers spread


def with_likeness_hidden(result: Result) -> Result:
    """A released answer on peers without the distances, means and spreads that say what its hidden numbers are.

    Where any number of the table of peers is hidden: a line with a hidden number loses its distance, the other distances
    are rounded, and a variable with a hidden number loses its mean and standard deviation. Other answers, and answers
    with nothing hidden, come back as they are.
    """
    if result.analysis != PEERS:
        return result
    frame = result.output(PEERS).frame
    hidden = {name: (frame[reason_name(name)] == SUPPRESSED).to_numpy(dtype=bool)
              for name in map(str, frame.columns) if name.startswith(SIDES) and reason_name(name) in frame}
    hidden = {name: rows for name, rows in hidden.items() if rows.any()}
    if not hidden:
        return result
    lines = np.any(list(hidden.values()), axis=0)
    measures = {name.removeprefix(side) for name in hidden for side in SIDES if name.startswith(side)}
    changed = {PEERS: {DISTANCE: lines}}
    told = result.output(VARIABLES).frame[v.ID].isin(sorted(measures)).to_numpy()
    changed[VARIABLES] = dict.fromkeys(MOMENTS, told)
    outputs = tuple(_without(output, changed.get(output.name, {})) for output in result.outputs)
    figures = tuple(
        evolve(figure, value=round(figure.value, DIGITS)) if figure.name == NEAREST and figure.value is not None else figure
        for figure in result.figures
    )
    return evolve(result, outputs=outputs, figures=figures)


def _without(output: Output, gone: Mapping[str, np.ndarray]) -> Output:
    """The table without some of its numbers, and why they are not there."""
    if not gone:
        return output
    changes: dict[str, Any] = {}
    columns = list(output.columns)
    for name, rows in gone.items():
        values = output.frame[name].round(DIGITS) if name == DISTANCE else output.frame[name]
        changes[name] = values.mask(rows)
        changes[reason_name(name)] = pd.Series(np.where(rows, SUPPRESSED, ""), index=output.frame.index, dtype=object)
        columns.append(c.reason_column(name, next((one.label for one in columns if one.name == name), called(name))))
    return evolve(output, frame=output.frame.assign(**changes), columns=tuple(columns))
