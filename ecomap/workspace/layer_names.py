"""Layers by their ids and by the names on the screen."""

from __future__ import annotations

import re

from ecomap.model.errors import EcoMapError
from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.said import joined, say
from ecomap.model.said import name as kept


def layer_id_for(project: Project, wanted: str) -> str:
    """A layer id made of plain letters that the project does not have yet."""
    base = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-") or "layer"
    number, found = 2, base
    while project.has_layer(found):
        found, number = f"{base}-{number}", number + 1
    return found


def layer_of(project: Project, name_or_id: str) -> Layer:
    """A layer by its id or by the name on the screen; one of an answer also without its answer's name.

    Raises
    ------
    EcoMapError
        If there is none, or several of that name.
    """
    if project.has_layer(name_or_id):
        return project.layer(name_or_id)
    wanted = name_or_id.casefold()
    named = [layer for layer in project.layers if layer.name.casefold() == wanted] \
        or [layer for layer in project.layers if layer.short.casefold() == wanted]
    if len(named) > 1:
        raise EcoMapError(
            say("{many} layers are called '{name}'.", many=len(named), name=kept(name_or_id)),
            say("Use its id: {ids}.", ids=joined((x.id for x in named), ", "))
        )
    return named[0] if named else project.layer(name_or_id)
