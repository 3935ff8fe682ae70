"""What the window needs of a project before it can show it, made on the thread that opens it so that nothing stands still."""

from __future__ import annotations

from ecomap.model.layer import NO_GEOMETRY
from ecomap.model.project import Project
from ecomap.model.vocabulary import NAME, NEED_AREA, SCHOOL
from ecomap.render.canvas.extent import everything, extent_of
from ecomap.ui.models.row_order import order_of


def make_ready(project: Project) -> None:
    """Find where its places lie, and put the tables that are shown first in their order."""
    placed = [(layer, project.frame(layer.id)) for layer in project.layers if layer.geometry != NO_GEOMETRY]
    extent_of(placed)
    everything(placed)
    for layer in [layer for role in (SCHOOL, NEED_AREA) for layer in project.layers_of(role)[:1]]:
        if NAME in project.frame(layer.id):
            order_of(project.frame(layer.id), NAME, False)
