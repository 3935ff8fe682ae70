"""Looks that a planner chooses for a layer: by category, by classes of her own, or as another layer has it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, Final

from attrs import evolve

from ecomap.model.errors import InputError
from ecomap.model.layer import POINT, POLYGON, Column, Layer
from ecomap.model.said import NOTHING, name, say
from ecomap.model.style import CATEGORISED, GRADUATED, SINGLE, LayerStyle
from ecomap.model.vocabulary import ID, NAME, REASON_SUFFIX

MOST_CATEGORIES: Final = 12
# Told apart by most eyes (after P. Tol's muted scheme); points differ in shape too.
HUES: Final = ("#332288", "#44AA99", "#DDCC77", "#CC6677", "#88CCEE", "#882255", "#117733", "#999933", "#AA4499", "#6699CC", "#661100", "#888888")
SHAPES: Final = ("circle", "square", "diamond", "triangle", "plus", "cross")
_NUMBER: Final = re.compile(r"[-+]?\d[\d,]*\.?\d*\s*%?")


def text_columns(layer: Layer, frame: Any) -> list[Column]:
    """The columns of a layer that sort its rows into a few kinds."""
    found = []
    for column in layer.columns:
        if column.name not in frame or column.hidden or column.name in (ID, NAME) or column.name.endswith(REASON_SUFFIX):
            continue
        values = frame[column.name]
        if values.dtype.kind not in "iufbM" and 1 < values.dropna().astype(str).nunique() <= MOST_CATEGORIES * 4:
            found.append(column)
    return found


def by_category(layer: Layer, frame: Any, column: str) -> LayerStyle:
    """The layer's look with a colour per value of a column, the most frequent first; what is rarer than the twelfth shares one."""
    counts = frame[column].dropna().astype(str).str.strip().value_counts()
    values = [str(value) for value in counts.index if value][:MOST_CATEGORIES]
    point = layer.geometry == POINT
    symbols = tuple((value, HUES[number], SHAPES[number % len(SHAPES)] if point else "") for number, value in enumerate(values))
    style = evolve(layer.style, kind=CATEGORISED, column=column, symbols=symbols, pattern="", class_labels=(), zero_label=NOTHING)
    return evolve(style, fill=style.fill or "other") if layer.geometry == POLYGON else style


def breaks_of(text: str) -> tuple[float, ...]:
    """Upper ends of classes as typed: numbers with anything but digits between them, "20 %" is 0.2.

    >>> breaks_of("20 %; 40 %; 1,000")
    (0.2, 0.4, 1000.0)

    Raises
    ------
    InputError
        If there is no number, or they do not rise.
    """
    found = []
    for part in _NUMBER.findall(text):
        number = float(part.replace(",", "").rstrip("% \t"))
        found.append(number / 100 if "%" in part else number)
    if not found:
        raise InputError(say("“{text}” holds no number.", text=name(text)), say("Type where the classes end, lowest first: 10; 20; 50"))
    if any(low >= high for low, high in pairwise(found)):
        raise InputError(say("The ends of the classes must rise."), say("Type where the classes end, lowest first: 10; 20; 50"))
    return tuple(found)


def copied(style: LayerStyle, layer: Layer, frame: Any) -> LayerStyle:
    """The look of another layer for this one; what rests on a column that is not here is left out."""
    there = {column for column in (style.column, style.label_column, style.size_column) if column in frame}
    made = evolve(style, label_column=style.label_column if style.label_column in there else "",
                  size_column=style.size_column if style.size_column in there else "", min_scale_px_per_m=layer.style.min_scale_px_per_m)
    if style.kind == SINGLE or (style.column in there and (style.kind == CATEGORISED or frame[style.column].dtype.kind in "iuf")):
        return made
    return evolve(made, kind=SINGLE, column="", symbols=(), class_labels=(), breaks=(), scheme=LayerStyle().scheme, fill=style.fill or "quiet",
                  zero_label=NOTHING)


def more_need_is_less(layer: Layer, column: str) -> bool:
    """Whether low numbers of a column are the worse ones, so that they have the strongest colour."""
    counted = layer.indicator(column)
    if counted is not None:
        return counted.direction < 0
    return layer.style.least_is_darkest if layer.style.kind == GRADUATED and layer.style.column == column else False
