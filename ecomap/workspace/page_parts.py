"""What the parts of the meeting file that stand beside map and findings are given from the project."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ecomap.model.project import Project
from ecomap.workspace.agreed_page import agreed_part
from ecomap.workspace.corrections.on_page import corrections_part

# The name of a part (`ecomap.render.page.parts.PARTS`) and what gives its plain description: None where the page has no such part.
MAKERS: Final[tuple[tuple[str, Callable[[Project], Any]], ...]] = (
    ("agreed", agreed_part),
    ("corrections", corrections_part),
)


def page_parts(project: Project) -> dict[str, Any]:
    """The description of every part that this project has something for, by name."""
    found = ((name, make(project)) for name, make in MAKERS)
    return {name: given for name, given in found if given is not None}
