"""The colours of an answer's bars: those of the need map where the bars are its classes."""

from __future__ import annotations

from collections.abc import Sequence

from ecomap.model.said import Said
from ecomap.render.style.palette import ramp

FEWEST_CLASSES = 3


def need_colours(labels: Sequence[Said], *, dark: bool = False) -> tuple[str, ...]:
    """One colour per bar where they are the classes of need, from highest to lowest or back; none where they are something else."""
    if len(labels) < FEWEST_CLASSES or "need" not in f"{labels[0]} {labels[-1]}".lower():
        return ()
    colours = ramp("need", len(labels), dark)
    return tuple(reversed(colours)) if "high" in labels[0].lower() else colours
