"""Views by name."""

from __future__ import annotations

import pytest

from ecomap.model.change import change_between
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.workspace import bookmarks, operations
from tests.small_project import small_project

NORTH = (150_000.0, -449_000.0, 153_000.0, -447_000.0)


@pytest.fixture
def town() -> Project:
    return small_project()


def test_a_view_keeps_its_ground_and_the_layers_that_are_on(town: Project) -> None:
    town = operations.set_visible(town, "services", False)
    kept = bookmarks.keep(town, " North ", NORTH)
    (view,) = kept.bookmarks
    assert (view.name, view.extent) == ("North", NORTH)
    assert "services" not in view.layers
    assert "schools" in view.layers
    assert change_between(town, kept).bookmarks
    assert not change_between(town, kept).described


def test_going_back_switches_layers_as_they_were(town: Project) -> None:
    town = bookmarks.keep(operations.set_visible(town, "services", False), "North", NORTH)
    other = operations.set_visible(operations.set_visible(town, "services", True), "schools", False)
    back = bookmarks.shown_as(other, "view-1")
    assert not back.layer("services").visible
    assert back.layer("schools").visible
    gone = operations.remove_layer(other, "schools")
    assert not bookmarks.shown_as(gone, "view-1").has_layer("schools")


def test_names_are_needed_and_each_is_of_one_view(town: Project) -> None:
    kept = bookmarks.keep(town, "North", NORTH)
    for name in ("", "  ", "north", "NORTH "):
        with pytest.raises(InputError):
            bookmarks.keep(kept, name, NORTH)
    with pytest.raises(InputError):
        bookmarks.keep(kept, "Nowhere", (0.0, 0.0, 0.0, 0.0))
    two = bookmarks.keep(kept, "South", NORTH)
    with pytest.raises(InputError):
        bookmarks.rename(two, "view-2", "north")
    assert bookmarks.rename(two, "view-2", "South") is two
    assert [one.name for one in bookmarks.rename(two, "view-2", "SOUTH").bookmarks] == ["North", "SOUTH"]


def test_a_number_is_never_given_twice(town: Project) -> None:
    two = bookmarks.keep(bookmarks.keep(town, "A", NORTH), "B", NORTH)
    three = bookmarks.keep(bookmarks.remove(two, "view-1"), "C", NORTH)
    assert [one.id for one in three.bookmarks] == ["view-2", "view-3"]
    with pytest.raises(InputError):
        bookmarks.remove(three, "view-1")
