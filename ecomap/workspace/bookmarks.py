"""Views of the map by name: kept in the project, gone back to, called otherwise."""

from __future__ import annotations

from attrs import evolve

from ecomap.model.bookmark import Bookmark, Extent
from ecomap.model.errors import InputError
from ecomap.model.layer import NO_GEOMETRY
from ecomap.model.project import Project
from ecomap.model.said import name as kept
from ecomap.model.said import say
from ecomap.workspace.operations import set_visible


def keep(project: Project, name: str, extent: Extent) -> Project:
    """Keep what the map shows under a name: the part of the ground, and the layers that are switched on.

    Raises
    ------
    InputError
        If there is no name, or another view has it.
    """
    name = _free(project, name)
    shown = tuple(layer.id for layer in project.layers if layer.visible)
    number = 1 + max((int(one.id.rpartition("-")[2]) for one in project.bookmarks if one.id.rpartition("-")[2].isdigit()), default=0)
    made = Bookmark(f"view-{number}", name, extent, shown)
    if not made.sound:
        raise InputError(say("This view cannot be kept."), say("Give it a shorter name, and bring the map to a place with data."))
    return evolve(project, bookmarks=(*project.bookmarks, made))


def rename(project: Project, bookmark_id: str, name: str) -> Project:
    """Call a view otherwise; the same project where it is called so already."""
    found = bookmark(project, bookmark_id)
    if name.strip() == found.name:
        return project
    named = evolve(found, name=_free(project, name, but=bookmark_id))
    return evolve(project, bookmarks=tuple(named if one.id == bookmark_id else one for one in project.bookmarks))


def remove(project: Project, bookmark_id: str) -> Project:
    """Forget a view; layers stay as they are."""
    bookmark(project, bookmark_id)
    return evolve(project, bookmarks=tuple(one for one in project.bookmarks if one.id != bookmark_id))


def shown_as(project: Project, bookmark_id: str) -> Project:
    """The project with the layers switched on that a view had, and all others off, those that came later too."""
    found = bookmark(project, bookmark_id)
    for layer in project.layers:
        if layer.geometry != NO_GEOMETRY:
            project = set_visible(project, layer.id, layer.id in found.layers)
    return project


def bookmark(project: Project, bookmark_id: str) -> Bookmark:
    """A view by its id.

    Raises
    ------
    InputError
        If the project has none of this id.
    """
    found = next((one for one in project.bookmarks if one.id == bookmark_id), None)
    if found is None:
        raise InputError(say("The project has no such view any more."), say("Choose another one from the list."))
    return found


def _free(project: Project, name: str, but: str = "") -> str:
    name = name.strip()
    if not name:
        raise InputError(say("A view needs a name."), say("Give it a name that the others at the table will recognise."))
    if any(one.name.casefold() == name.casefold() and one.id != but for one in project.bookmarks):
        raise InputError(say("There is a view called “{name}” already.", name=kept(name)), say("Choose another name."))
    return name
