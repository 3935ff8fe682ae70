"""How a kind of file is recognised again by its headings."""

from __future__ import annotations

import pytest

from ecomap.model.recipe import Recipe, best_recipe, with_recipe

OURS = Recipe("school", ("ID", "Name", "Lat", "Lon", "Level"), file_name="2025.csv")
THEIRS = Recipe("service", ("Title", "Kind", "Lat", "Lon"), file_name="services.csv")


@pytest.mark.parametrize(("headings", "found"), [
    (("ID", "Name", "Lat", "Lon", "Level"), "2025.csv"),
    (("id", " name", "LAT", "lon", "level"), "2025.csv"),
    (("ID", "Name", "Lat", "Other", "Fourth"), ""),            # 3 of 7
    (("ID", "Name", "Lat", "Lon", "Other", "Sixth"), ""),      # 4 of 7: just under 0.6
    (("ID", "Name", "Lat", "Lon"), "2025.csv"),                # 4 of 5
    (("ID", "Name", "Lat"), "2025.csv"),                       # 3 of 5: just on it
    ((), ""),
])
def test_the_most_alike_file_is_found_from_six_tenths_on(headings: tuple[str, ...], found: str) -> None:
    recipe = best_recipe((OURS, THEIRS), headings)
    assert (recipe.file_name if recipe else "") == found


def test_only_recipes_of_the_role_are_looked_at() -> None:
    assert best_recipe((OURS,), OURS.headings, "service") is None
    assert best_recipe((OURS,), OURS.headings, "school") is OURS


def test_of_equals_the_latest_counts_and_a_new_one_takes_the_place_of_its_kind() -> None:
    later = Recipe("school", ("id", "NAME", "lat", "lon", "level"), file_name="2026.csv")
    assert best_recipe((OURS, later), OURS.headings) is later
    assert with_recipe((OURS, THEIRS), later) == (THEIRS, later)
    assert with_recipe((THEIRS,), OURS) == (THEIRS, OURS)
