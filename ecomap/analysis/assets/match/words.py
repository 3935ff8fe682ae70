"""What is said about matching: the answer in a sentence, its key figures and its bars."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.match.places import FULL, NEED, NOT_KNOWN, OUT, PARTS, SERVED
from ecomap.model.figures import digits_known
from ecomap.model.result import KeyFigure
from ecomap.model.said import NOTHING, Said, plural, say
from ecomap.model.units import format_number

_NOBODY_STATES: Final = say("Cannot be said: no service in reach says how many places are free.")
_NO_SERVICES: Final = say("Cannot be said: the project has no services.")


def figures(unmet: pd.DataFrame, left: np.ndarray, free: np.ndarray, margin: float, *, reported: bool) -> tuple[KeyFigure, ...]:
    """Where the estimated need stands, and the places that are left over; None where nobody states what it would take to say it."""
    labels = {NEED: say("Needs of pupils, estimated"), SERVED: say("Could be served"), FULL: say("In reach, but full"),
              OUT: say("Out of reach"), NOT_KNOWN: say("In reach, places not known")}
    stating = int((~np.isnan(free)).sum())
    notes = {NEED: say("One pupil can have several needs and counts once for each."), SERVED: say("At least, by the places that are stated."),
             FULL: say("Where every service in reach says how many places are free."), OUT: say("No service for it on record in reach.")}
    places = plural("At the {n} service that says how many.", "At the {n} services that say how many.", stating) if stating else a.NOT_REPORTED
    found = {state: _total(unmet, state) for state in labels} if reported else {NEED: _total(unmet, NEED)}
    why = _NOBODY_STATES if reported else _NO_SERVICES
    return (*(KeyFigure(state, label, found.get(state), note=notes.get(state, NOTHING) if found.get(state) is not None else why, digits=_digits(found[NEED], margin) if state == NEED else None)
              for state, label in labels.items()),
            KeyFigure("places_left", say("Places left over"), float(np.nansum(left)) if stating else None, note=places))


def sentence(unmet: pd.DataFrame, margin: float, *, reported: bool) -> Said:
    """The answer in one sentence: what rests on places that nobody states is not said as a number."""
    if not _total(unmet, NEED):
        return say("No need could be estimated, so nothing could be matched.")
    total = {state: _total(unmet, state) for state in (NEED, *PARTS)}
    needs, served, full, out, not_known = (format_number(total[state], "count", _digits(total[NEED], margin) if state == NEED else None) for state in (NEED, SERVED, FULL, OUT, NOT_KNOWN))
    if not reported:
        return say("The project has no services, so how many of an estimated {needs} needs of pupils could be served cannot be said.", needs=needs)
    if not total[NOT_KNOWN]:
        return say("Of an estimated {needs} needs of pupils, {served} could be served by free places in reach, {full} would find "
                   "services full, and {out} have none in reach.", needs=needs, served=served, full=full, out=out)
    if total[SERVED] is None:
        return say("Of an estimated {needs} needs of pupils, {out} have no service in reach and {not_known} have one; none of these "
                   "says how many places are free, so how many could be served cannot be said.", needs=needs, out=out, not_known=not_known)
    if total[FULL] is None:
        return say("Of an estimated {needs} needs of pupils, at least {served} could be served by free places in reach, {out} have none in "
                   "reach, and for {not_known} the places in reach are not known.", needs=needs, served=served, out=out, not_known=not_known)
    return say("Of an estimated {needs} needs of pupils, at least {served} could be served by free places in reach, {full} would find every "
               "service in reach full, {out} have none in reach, and for {not_known} the places in reach are not known.",
               needs=needs, served=served, full=full, out=out, not_known=not_known)


def bars(unmet: pd.DataFrame, *, reported: bool) -> tuple[tuple[Said, float, float | None], ...]:
    """Share of the estimated need in each state that can be told."""
    total = _total(unmet, NEED)
    labels = {SERVED: say("Could be served"), FULL: say("In reach, but full"), OUT: say("Out of reach"),
              NOT_KNOWN: say("Places not known")}
    found = {state: _total(unmet, state) for state in labels} if reported and total else {}
    return tuple((labels[state], number / total, None) for state, number in found.items() if number is not None and total)


def _digits(need: float | None, margin: float) -> int | None:
    """How the estimated need is rounded: by the margin of the rates behind it, and as if it were never known better than to a fiftieth."""
    return digits_known(need, max(margin, (need or 0.0) / 50), "count")


def _total(unmet: pd.DataFrame, state: str) -> float | None:
    """The sum over schools and functions where anybody is in need; None where it would be a 0 made of what nobody states."""
    needing = unmet[unmet[NEED] > 0]
    rows, unknown = needing[state], bool((needing[NOT_KNOWN] > 0).any())
    if state == SERVED and unknown:
        rows = rows[needing[OUT] == 0]  # where nothing is in reach, nobody is served: that tells nothing of the places in reach
    if state == FULL and unknown and not rows.sum() > 0:
        return None
    return float(rows.sum()) if rows.notna().any() else 0.0 if state == NEED else None
