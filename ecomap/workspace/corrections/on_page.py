"""What the meeting file is told of corrections: which page it is, of which lists something may be missing, what became of earlier ones."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from ecomap.model import vocabulary as v
from ecomap.model.correction import ACCEPTED, Correction
from ecomap.model.layer import POINT
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.model.said import name as kept
from ecomap.render.words.cells import format_date

if TYPE_CHECKING:
    from ecomap.render.page.corrections import Became, CorrectionsPart

MOST: Final = 200  # lines of what became of corrections; earlier ones stay in the project
_LISTS: Final = (v.SERVICE, v.SITE, v.SCHOOL)


def corrections_part(project: Project) -> CorrectionsPart | None:
    """What a page of the project is given; None where there is nothing on the map that a note could be about."""
    from ecomap.render.page.corrections import CorrectionsPart  # heavy

    if not any(layer.geometry != "none" for layer in project.layers):
        return None
    lists = tuple(layer.id for role in _LISTS for layer in project.layers_of(role) if layer.geometry == POINT and not layer.result_id)
    return CorrectionsPart(page_id(project), lists, became(project), sum(one.waits for one in project.corrections))


def page_id(project: Project) -> str:
    """By what a page is known: the same for the same project, title, day and answers."""
    told = [project.title, project.day, [[layer.id, layer.name] for layer in project.layers], [[result.id, result.title] for result in project.results]]
    return hashlib.sha256(json.dumps(told, ensure_ascii=True).encode("ascii")).hexdigest()[:16]


def became(project: Project) -> tuple[Became, ...]:
    """What became of the corrections that are settled, the latest first. Who wrote them, and in which words, stays in the project."""
    settled = sorted((one for one in project.corrections if not one.waits), key=lambda one: (one.settled, one.day, one.id), reverse=True)
    return tuple(_became(project, one) for one in settled[:MOST])


def _became(project: Project, one: Correction) -> Became:
    from ecomap.render.page.corrections import Became  # heavy
    from ecomap.workspace.corrections.effect import KIND_WORDS
    from ecomap.workspace.corrections.words import STATE_WORDS

    state = say("{state}, {day}.", state=STATE_WORDS[one.state], day=format_date(one.settled)) if one.settled else STATE_WORDS[one.state]
    return Became(KIND_WORDS[one.kind], _about(project, one), format_date(one.day) if one.day else NOTHING, state, joined([one.did, kept(one.reason)]))


def _about(project: Project, one: Correction) -> Said:
    """A place by the project's own name. What a stranger called something stands on a page only where the planner accepted it."""
    from ecomap.workspace.corrections.subject import subject_of  # heavy

    found = subject_of(project, one)
    if found is not None:
        return found.name
    return kept(one.about) if one.about and one.state == ACCEPTED else say("a place on the map")
