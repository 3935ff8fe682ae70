"""From place to place of the map by keys: the ranked first, else the schools, by their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecomap.model.layer import NO_GEOMETRY, POINT, Layer
from ecomap.model.vocabulary import ID, NAME, RANK


def walked(placed: Sequence[tuple[Layer, Any]], chosen: str = "") -> tuple[Layer, Any] | None:
    """The layer whose places are walked: the one somebody chose in, else a ranked one, else points, else the top one."""
    seen = [(layer, frame) for layer, frame in placed if layer.visible and layer.geometry != NO_GEOMETRY and len(frame)]
    wishes = (
        lambda layer, frame: layer.id == chosen, lambda layer, frame: RANK in frame,
        lambda layer, frame: layer.geometry == POINT and NAME in frame, lambda layer, frame: True,
    )
    return next(((layer, frame) for wish in wishes for layer, frame in seen if wish(layer, frame)), None)


def in_order(frame: Any) -> list[str]:
    """Ids of the rows by rank, else by name; rows without a rank last."""
    by = [column for column in (RANK, NAME) if column in frame]
    ordered = frame.sort_values(by, kind="stable", na_position="last") if by else frame
    return [str(one) for one in ordered[ID]]


def step_from(ids: Sequence[str], at: str, by: int) -> str:
    """The place after (1) or before (-1) one; from nowhere the first or the last; it goes round.

    >>> step_from(("a", "b"), "a", 1), step_from(("a", "b"), "a", -1), step_from(("a", "b"), "", 1), step_from(("a", "b"), "", -1)
    ('b', 'b', 'a', 'b')
    """
    if at not in ids:
        return ids[0 if by > 0 else -1]
    return ids[(list(ids).index(at) + by) % len(ids)]
