"""What can be done with a school of a plan, wherever it is met: pin it in or out, take the pin off, ask why it is there or not."""

from __future__ import annotations

from collections.abc import Callable

from ecomap.model.project import PINNED_IN, PINNED_OUT
from ecomap.model.said import Said, say
from ecomap.ui.desk import Desk
from ecomap.workspace.arguing import PLAN, in_plan
from ecomap.workspace.pins import is_school


def school_actions(desk: Desk, feature: str) -> list[tuple[Said, Callable[[], None]]]:
    """Words and deed of everything that can be done with a school; nothing for what is no school."""
    if not is_school(desk.project, feature):
        return []
    where = desk.project.pins.where(feature)
    found: list[tuple[Said, Callable[[], None]]] = []

    def offer(words: Said, to: str) -> None:
        found.append((words, lambda: _pin(desk, feature, to)))

    if where != PINNED_IN:
        offer(say("Pin into the plan"), PINNED_IN)
    if where != PINNED_OUT:
        offer(say("Pin out of the plan"), PINNED_OUT)
    if where:
        offer(say("Take the pin off"), "")
    if desk.project.latest_result(PLAN) is not None:
        words = say("What if the plan did without it?") if feature in in_plan(desk.project) else say("Why is it not in the plan?")
        found.append((words, lambda: desk.why_asked.emit(feature)))
    return found


def _pin(desk: Desk, school: str, where: str) -> None:
    desk.pin(school, where)
