"""What is said about matching: the answer in a sentence, its key figures and its bars."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.match.places import FULL, NEED, NOT_KNOWN, OUT, PARTS, SERVED
from ecomap.model.result import KeyFigure
from ecomap.model.said import NOTHING, Said, say
from ecomap.model.units import format_number


def figures(unmet: pd.DataFrame, left: np.ndarray, free: np.ndarray) -> tuple[KeyFigure, ...]:
    """Where the estimated need stands, and the places that are left over."""
    labels = {NEED: say("Needs of pupils, estimated"), SERVED: say("Could be served"), FULL: say("In reach, but full"),
              OUT: say("Out of reach"), NOT_KNOWN: say("In reach, places not known")}
    known = float(np.nansum(left)) if (~np.isnan(free)).any() else None
    return (*(KeyFigure(state, label, float(unmet[state].sum()),
                        note=say("One pupil can have several needs and counts once for each.") if state == NEED else NOTHING)
              for state, label in labels.items()),
            KeyFigure("places_left", say("Places left over"), known, note=NOTHING if known is not None else a.NOT_REPORTED))


def sentence(unmet: pd.DataFrame) -> Said:
    """The answer in one sentence."""
    total = {state: int(unmet[state].sum()) for state in (NEED, *PARTS)}
    if not total[NEED]:
        return say("No need could be estimated, so nothing could be matched.")
    needs, served, full, out, not_known = (format_number(total[state]) for state in (NEED, SERVED, FULL, OUT, NOT_KNOWN))
    if not total[NOT_KNOWN]:
        return say("Of an estimated {needs} needs of pupils, {served} could be served by free places in reach, {full} would find "
                   "services full, and {out} have none in reach.", needs=needs, served=served, full=full, out=out)
    return say("Of an estimated {needs} needs of pupils, {served} could be served by free places in reach, {full} would find services "
               "full, {out} have none in reach, and for {not_known} the places in reach are not known.",
               needs=needs, served=served, full=full, out=out, not_known=not_known)


def bars(unmet: pd.DataFrame) -> tuple[tuple[Said, float, float | None], ...]:
    """Share of the estimated need in each state."""
    total = float(unmet[NEED].sum())
    labels = {SERVED: say("Could be served"), FULL: say("In reach, but full"), OUT: say("Out of reach"),
              NOT_KNOWN: say("Places not known")}
    return tuple((label, float(unmet[state].sum()) / total, None) for state, label in labels.items()) if total else ()
