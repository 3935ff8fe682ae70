"""What the project remembers of how its files were understood: kept, listed, forgotten, handed on as a small file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from ecomap.model.errors import InputError
from ecomap.model.files import write_whole
from ecomap.model.project import Project
from ecomap.model.recipe import Recipe, with_recipe
from ecomap.model.said import name, say
from ecomap.workspace.declaring import of_columns

if TYPE_CHECKING:
    from ecomap.io.understanding import Understood

KIND: Final = "ecomap-recipes"
MAX_BYTES: Final = 4 << 20


def remembered(understood: Understood) -> Recipe | None:
    """The recipe of a file that was just brought in; None where nothing is known of its headings."""
    from ecomap.io.recipes import headings_of, recipe_of  # heavy

    if understood.raw is None:
        return None
    settled = evolve(understood.settled, role=understood.view.role)
    recipe = recipe_of(settled, headings_of(understood.raw), understood.view.file_name)
    return evolve(recipe, answers=of_columns(recipe.answers, understood.view.columns))


def without_recipe(project: Project, place: int) -> Project:
    """The project without one of its recipes, counted from 0 as they are listed."""
    if not 0 <= place < len(project.recipes):
        raise InputError(say("The project has no recipe number {number}.", number=place + 1))
    return evolve(project, recipes=tuple(one for number, one in enumerate(project.recipes) if number != place))


def write_recipes(project: Project, path: Path | str) -> int:
    """Hand the project's recipes on as a JSON file; how many there are.

    It holds headings and what was settled, no rows.
    """
    from ecomap.io.store.descriptions import recipes_to_data  # heavy

    path = Path(path)
    text = json.dumps({"kind": KIND, "recipes": recipes_to_data(project.recipes)}, ensure_ascii=False, indent=1)
    write_whole(path, text.encode())
    return len(project.recipes)


def with_recipes_of(project: Project, path: Path | str) -> Project:
    """The project with the recipes in a file that `write_recipes` made.

    Raises
    ------
    InputError
        If it is no such file.
    """
    from ecomap.io.store.descriptions import recipes_from_data  # heavy

    recipes = recipes_from_data(_read(Path(path)).get("recipes"))
    if not recipes:
        raise InputError(say("{file} holds no recipes.", file=name(Path(path).name)), say("Choose a file that EcoMap wrote with its recipes."))
    held = project.recipes
    for recipe in recipes:
        held = with_recipe(held, recipe)
    return evolve(project, recipes=held)


def _read(path: Path) -> dict[str, Any]:
    wrong = InputError(say("{file} is no file of recipes.", file=name(path.name)), say("Choose a file that EcoMap wrote with its recipes."))
    try:
        if path.stat().st_size > MAX_BYTES:
            raise wrong
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as problem:
        raise wrong from problem
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise wrong
    return found
