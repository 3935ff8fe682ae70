"""Which questions follow the hand, with which settings, and how they are made ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final, Protocol

from attrs import fields

from ecomap.analysis import registry
from ecomap.analysis.registry import Answer
from ecomap.analysis.travel.params import ReachParams, settled
from ecomap.model.frames import Frames
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, Said, say


class Live(Protocol):
    """A question made ready: its answer is a pure function of the settings that are dragged."""

    @property
    def limit_m(self) -> float:
        """The longest way it can be asked with, metres."""

    def at(self, params: Any) -> Answer:
        """The answer with these parameters, which differ from those it was made ready with in what is dragged only."""


_WAYS: Final = ("radius_m", "minutes", "walking_kmh")
# Question -> what of it is dragged. A test holds them to the parameters.
DRAGGED: Final[Mapping[str, tuple[str, ...]]] = {
    "coverage-gap": _WAYS,
    "access": _WAYS,
    "priority": (*_WAYS, "need_weight", "top"),
    "plan": (*_WAYS, "sites", "budget_usd", "cost_per_site_usd"),
}
_MADE_BY: Final[Mapping[str, tuple[str, str]]] = {
    "coverage-gap": ("ecomap.analysis.live.coverage", "LiveCoverage"), "access": ("ecomap.analysis.live.access", "LiveAccess"),
    "priority": ("ecomap.analysis.live.ranking", "LiveRanking"), "plan": ("ecomap.analysis.live.plan", "LivePlan"),
}


def make_ready(name: str, frames: Frames, params: Any, *, progress: Progress) -> Live:
    """Make a question ready to follow the hand.

    Raises
    ------
    EcoMapError
        If the question cannot be answered from these rows, as `ecomap.analysis.registry.run` says it.
    """
    module, kind = _MADE_BY[name]
    make: Callable[[Frames, Any, Progress], Live] = getattr(import_module(module), kind).of
    frames, params = registry.as_asked(frames, params)
    made = make(frames, params, progress.part(0.0, 0.95))
    made.at(params)  # what the first answer draws is kept for all others
    progress.at(1.0, say("Done"))
    return made


def settings_beside(name: str, params: Any) -> dict[str, Any]:
    """The settings a question was made ready with: all but those that are dragged."""
    return {one.name: getattr(params, one.name) for one in fields(type(params)) if one.name not in DRAGGED.get(name, ())}


def out_of_hand(live: Live, params: ReachParams) -> Said:
    """Why a question does not follow the hand with these parameters; nothing where it does."""
    if settled(params).radius_m > live.limit_m * (1 + 1e-9):
        return say("A reach this long is not followed while you drag; the answer follows when you let go.")
    if getattr(params, "aim", "reach") != "reach":
        return say("A plan with this aim is not followed while you drag; it follows when you let go.")
    return NOTHING
