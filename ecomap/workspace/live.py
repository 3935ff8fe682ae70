"""A question of the project that follows the hand: made ready in the background, asked at every move, kept only when told to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from ecomap.model.errors import ParameterError
from ecomap.model.layer import Layer
from ecomap.model.params import build_params
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.said import Said, say
from ecomap.model.vocabulary import ORGANISATION
from ecomap.workspace.inputs import analysis_frames, chosen_layers, layers_by_params
from ecomap.workspace.needs import refuse_elsewhere

if TYPE_CHECKING:
    from ecomap.analysis.live.asking import Live
    from ecomap.model.frames import Frames

LIVE = "live"  # the id of an answer that is not kept


@frozen(eq=False)
class Ready:
    """A question made ready: of which rows and with which settings beside those that are dragged.

    ``rows``: layer id -> the rows it was made of, to tell whether the project still holds them. ``described``: what these layers
    say of their rows; ``ended``: the organisations that end some of them.
    """

    analysis: str
    live: Live = field(repr=False)
    frames: Frames = field(repr=False)
    rows: Mapping[str, Any] = field(repr=False)
    beside: Mapping[str, Any] = field(repr=False)
    described: tuple[Any, ...] = field(default=(), repr=False)
    ended: tuple[Any, ...] = field(default=(), repr=False)


def dragged(analysis: str) -> tuple[str, ...]:
    """The settings of a question that follow the hand; none where the question does not."""
    from ecomap.analysis.live.asking import DRAGGED  # heavy

    return DRAGGED.get(analysis, ())


def make_ready(project: Project, analysis: str, given: Mapping[str, Any], *, progress: Progress) -> Ready:
    """Prepare everything that does not depend on the settings that are dragged.

    Raises
    ------
    EcoMapError
        If the question cannot be answered, in the words of the question.
    """
    from ecomap.analysis import registry  # heavy
    from ecomap.analysis.live import asking

    asked = registry.analysis(analysis)
    refuse_elsewhere(project, analysis)
    params = _params(project, analysis, given)
    chosen = chosen_layers(project, asked, layers_by_params(project, asked, params))
    frames = analysis_frames(project, chosen, asked)
    params = registry.fitted(params, frames, project.day)
    rows = {layer.id: project.frame(layer.id) for layers in chosen.values() for layer in layers}
    live = asking.make_ready(analysis, frames, params, progress=progress)
    return Ready(analysis, live, frames, rows, asking.settings_beside(analysis, params), _described(chosen), _organisations(project))


def serves(ready: Ready | None, project: Project, analysis: str, given: Mapping[str, Any]) -> bool:
    """Whether what was made ready answers this question as the project stands."""
    from ecomap.analysis import registry  # heavy
    from ecomap.analysis.live import asking

    if ready is None or ready.analysis != analysis:
        return False
    if any(project.frames.get(layer_id) is not frame for layer_id, frame in ready.rows.items()):
        return False
    asked, params = registry.analysis(analysis), _params(project, analysis, given)
    if _described(chosen_layers(project, asked, layers_by_params(project, asked, params))) != ready.described:
        return False
    organisations = _organisations(project)
    if len(organisations) != len(ready.ended) or any(one is not other for one, other in zip(organisations, ready.ended)):
        return False
    return asking.settings_beside(analysis, registry.fitted(params, ready.frames, project.day)) == ready.beside


def _described(chosen: Mapping[str, tuple[Layer, ...]]) -> tuple[Any, ...]:
    """What a question reads of its layers beside their rows: which they are, and what their columns and indicators mean."""
    return tuple((part, layer.id, layer.columns, layer.indicators, layer.boundary, layer.level, layer.known_of)
                 for part, layers in chosen.items() for layer in layers)


def _organisations(project: Project) -> tuple[Any, ...]:
    """The rows of organisations: what one that has closed offered ends with it."""
    return tuple(project.frame(layer.id) for layer in project.layers_of(ORGANISATION))


def live_answer(ready: Ready, project: Project, given: Mapping[str, Any]) -> Result:
    """The answer with these settings, at once; it is of no project and in none.

    Raises
    ------
    ParameterError
        If a setting is out of its bounds, or is not followed that far.
    """
    from ecomap.analysis import registry  # heavy
    from ecomap.analysis.live import asking

    params = registry.fitted(_params(project, ready.analysis, given), ready.frames, project.day)
    if why := asking.out_of_hand(ready.live, params):
        raise ParameterError(why, FOLLOWS)
    answer = ready.live.at(params)
    return Result(LIVE, ready.analysis, answer.title, answer.sentence, answer.outputs, answer.figures, bars=answer.bars,
                  bars_title=answer.bars_title)


def _params(project: Project, analysis: str, given: Mapping[str, Any]) -> Any:
    from ecomap.analysis import registry  # heavy

    return build_params(registry.analysis(analysis).params, given)


FOLLOWS: Said = say("Nothing is lost: the exact answer comes.")
