"""What has ended, on the map: paler, dashed or hollow, and called ended in the legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from attrs import evolve

from ecomap.model import vocabulary as v
from ecomap.model.dates import ENDED, day_of, last_day
from ecomap.model.layer import Layer
from ecomap.model.said import Said, joined, say
from ecomap.model.style import GRADUATED, SINGLE
from ecomap.render.style.palette import chrome, rgb, standing_out
from ecomap.render.style.symbols import Symbol

ROLES: Final = (v.ZONE, v.SITE, v.SERVICE, v.SCHOOL)  # what works for a time; areas are drawn as they are
OVER: Final = say("ended")
NOT_ENDED: Final = say("not ended")
_PALER: Final = 0.55                        # share of white in what has ended

Split = tuple[Any, list[Symbol], list[Said]]


def split_ended(layer: Layer, frame: Any, index: Any, symbols: Sequence[Symbol], labels: Sequence[Said], day: str = "") -> Split:
    """Give rows that have ended by the day a class of their own in every class of a layer."""
    over = ended_rows(layer, frame, day)
    if not over.any():
        return index, list(symbols), list(labels)
    new_index = np.array(index, dtype=np.int16)
    alone = layer.style.kind == SINGLE and len(symbols) == 1
    new_symbols, new_labels = list(symbols), [NOT_ENDED] if alone else list(labels)
    for number, (symbol, label) in enumerate(zip(symbols, labels, strict=True)):
        here = (np.asarray(index) == number) & over
        if here.any():
            new_index[here] = len(new_symbols)
            new_symbols.append(_faded(symbol))
            new_labels.append(OVER if alone else joined([label, OVER], ", "))
    return new_index, new_symbols, new_labels


def ended_rows(layer: Layer, frame: Any, day: str = "") -> np.ndarray:
    """Which rows have ended by a day ("": today): an end by then, or the status ended and no end that could be read."""
    none = np.zeros(len(frame), dtype=bool)
    style = layer.style
    if layer.role not in ROLES or style.kind == GRADUATED or style.column == v.STATUS:
        return none
    on = day_of(day)
    over = none.copy()
    read = none.copy()
    if v.END in frame.columns:
        days = {text: last_day(text) for text in frame[v.END].dropna().astype(str).unique()}
        ends = [days.get(str(text)) for text in frame[v.END]]
        over = np.array([end is not None and end <= on for end in ends], dtype=bool)
        read = np.array([end is not None for end in ends], dtype=bool)
    if v.STATUS in frame.columns:
        over |= ~read & (frame[v.STATUS].astype("string").fillna("") == ENDED).to_numpy(dtype=bool)
    return over


def _faded(symbol: Symbol) -> Symbol:
    """The same, paler; areas are dashed and not filled, points hollow, so that colour is not the only sign."""
    if symbol.shape:
        return evolve(symbol, fill="", line=_paler(symbol.fill or symbol.line), line_width=max(symbol.line_width, 1.5))
    return evolve(symbol, fill="", line=_paler(symbol.line or symbol.fill), dash=True)


def _paler(colour: str) -> str:
    if not colour:
        return ""
    paler = "#" + "".join(f"{round(part + (255 - part) * _PALER):02X}" for part in rgb(colour))
    return standing_out(paler, chrome()["ground"])  # only so much paler that it is still seen
