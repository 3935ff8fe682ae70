"""Columns about single persons: kept in the project, left out of what leaves unless a planner ticks them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from attrs import evolve

from ecomap.analysis.release.judging import heading_of, judgements_of
from ecomap.model import vocabulary as v
from ecomap.model.judgement import PERSON
from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.style import SINGLE


def persons_among(layer: Layer, frame: Any) -> tuple[str, ...]:
    """The columns of a layer that are about single persons."""
    return tuple(name for name, one in judgements_of(layer, frame).items() if one.holds == PERSON and name in frame)


def without_persons(project: Project, ticked: Collection[str] = ()) -> Project:
    """The project without columns about single persons, but for those that were ticked, by name or by heading."""
    wanted = {one.casefold().strip() for one in ticked}
    for layer in project.layers:
        frame = project.frame(layer.id)
        gone = [name for name in persons_among(layer, frame) if not wanted & {name.casefold(), heading_of(layer.column(name)).casefold().strip()}]
        if not gone:
            continue
        beside = {name + v.REASON_SUFFIX for name in gone}
        style = layer.style if layer.style.column not in gone else evolve(layer.style, kind=SINGLE, column="")
        left = evolve(layer, columns=tuple(column for column in layer.columns if column.name not in {*gone, *beside}), style=style)
        project = project.with_layer(left, frame.drop(columns=[name for name in (*gone, *beside) if name in frame]))
    return project
