"""What a place's card says of corrections that wait for the planner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecomap.model.correction import Correction
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, listed, name, plural, say
from ecomap.workspace.corrections.effect import KIND_WORDS
from ecomap.workspace.corrections.subject import subject_of

if TYPE_CHECKING:
    from ecomap.render.words.card import CardRow


def waiting_rows(project: Project, layer: str, feature: str) -> tuple[CardRow, ...]:
    """One line where corrections of this place wait: how many, of which kind, from whom."""
    from ecomap.render.words.card import CardRow  # heavy

    waiting = [one for one in project.corrections if one.waits and _is_of(project, one, layer, feature)]
    if not waiting:
        return ()
    return (CardRow(plural("{n} correction waits", "{n} corrections wait", len(waiting)), listed(dict.fromkeys(map(_from, waiting))), NOTHING),)


def _from(one: Correction) -> Said:
    kind = KIND_WORDS[one.kind].small()
    return say("{kind}, from {author}", kind=kind, author=name(one.author)) if one.author else say("{kind}, without a name", kind=kind)


def _is_of(project: Project, one: Correction, layer: str, feature: str) -> bool:
    """Whether it is about this row, or about the row that this one of an answer stands for."""
    row = feature.rpartition("/")[2]
    if not one.feature or one.feature.rpartition("/")[2] != row:
        return False
    found = subject_of(project, one)
    return found is not None and found.row == row and (found.layer.id == layer or bool(project.layer(layer).result_id))
