"""A style resolved once: class index per row, symbols and legend, the same for canvas, HTML and PDF."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import evolve, field, frozen

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.kept import Kept
from ecomap.model.layer import LINE, POINT, POLYGON, Layer
from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.model.said import name as kept
from ecomap.model.style import CATEGORISED, GRADUATED, LINE_LOOKS, SINGLE, LayerStyle
from ecomap.model.units import NO_DATA, format_number
from ecomap.render.style.classify import Classes, classify
from ecomap.render.style.ended import split_ended
from ecomap.render.style.ground import ground_colours, is_ground
from ecomap.render.style.hatch import ground as hatch_ground
from ecomap.render.style.palette import LEAST_CONTRAST, chrome, colour, contrast, in_dark, ramp, standing_out
from ecomap.render.style.symbols import Symbol
from ecomap.render.words import closed
from ecomap.render.words.language import Language


@frozen
class LegendRow:
    """One row of the legend: a symbol, what it says, and how many rows of the layer it stands for."""

    label: Said
    symbol: Symbol
    count: int
    class_index: int             # -1: no data


@frozen
class Drawing:
    """A layer ready to be drawn: ``symbols[class_index[i]]`` is row i's symbol, ``no_data`` where it is -1."""

    layer: Layer
    class_index: Any = field(eq=False, repr=False)  # int16 array, one per row of the frame
    symbols: tuple[Symbol, ...] = ()
    no_data: Symbol = field(factory=lambda: Symbol(hatch=True))
    legend: tuple[LegendRow, ...] = ()
    legend_title: Said = NOTHING
    breaks: tuple[float, ...] = ()
    sizes: Any = field(default=None, eq=False, repr=False)  # of each row's symbol, 0-1 of the class's; None: all the same

    def symbol_of(self, row: int) -> Symbol:
        index = int(np.asarray(self.class_index)[row])
        return self.no_data if index < 0 else self.symbols[index]


_LABELS: Mapping[str, Said] = {
    **v.APPROACH_LABELS,
    **v.LEVEL_LABELS,
    **v.BOUNDARY_LABELS,
    **closed.STATUSES,
    "district": say("district"),
    "charter": say("charter"),
}
_LOOSE: Mapping[str, Said] = {"approximate": say("approximate"), "estimated": say("estimated")}
_DEFAULT_FILL: Mapping[str, str] = {v.SCHOOL: "school", v.SERVICE: "service"}
NO_SIZE = 0.5  # of the largest symbol: a point without the number that the sizes follow
_LEAST_SIZE, _SIZE_STEPS = 0.25, 16  # of the largest symbol; so many sizes are told apart
QUIET_SIZE = 0.5
_COUNTS = ("count", "pupils", "rank")


def resolve(layer: Layer, frame: Any, day: str = "", dark: bool = False) -> Drawing:
    """Turn what a layer should look like into class numbers, symbols and legend rows, once.

    Canvas, pictures, HTML and PDF look symbols up by class number; none of them compares a value with a break.
    Rows out of reach (infinite, or with the reason "out of reach") are the worst class. Rows whose boundary is
    approximate or estimated are drawn dashed and the legend says so; sites, services and zones that have ended by the day are
    paler, and called ended.

    Parameters
    ----------
    layer : Layer
    frame : GeoDataFrame
        The layer's rows.
    day : str
        ISO date: that of the project. "" is today, for whoever draws rows of no project.
    dark : bool
        For the dark theme: ramps of their own, and areas and lines in colours that neither glare nor drown.

    Raises
    ------
    InputError
        If the styled column is not there.
    """
    if is_ground(layer):  # its recipe is `ecomap.render.style.ground`, and it explains itself
        return Drawing(layer, np.zeros(len(frame), np.int16), (Symbol(line=ground_colours(dark)[v.FREEWAY]),), legend_title=layer.name)
    style = layer.style
    counts = layer.column(style.column).unit in _COUNTS
    classes = classify(_styled_values(layer, frame), style, write=_writer(layer), counts=counts)
    symbols = [_symbol(layer, classes, number, dark) for number in range(len(classes.labels))]
    labels = [_row_label(layer, label) for label in classes.labels]
    if style.kind == SINGLE:
        labels = [_with_size(layer, frame, sizes_of(layer, frame), label) for label in labels]
    index, symbols, labels = _split_by_boundary(layer, frame, classes.index, symbols, labels)
    index, symbols, labels = split_ended(layer, frame, index, symbols, labels, day)
    sizes = sizes_of(layer, frame)
    if sizes is not None:
        index = np.where(np.isnan(sizes), -1, index).astype(np.int16)  # no number, no size: never the smallest
    drawing = Drawing(
        layer=layer,
        class_index=index,
        sizes=sizes,
        symbols=tuple(symbols),
        no_data=_no_data(layer, dark),
        legend_title=_with_size(layer, frame, sizes, _legend_title(layer)),
        breaks=classes.breaks,
    )
    return evolve(drawing, legend=_legend(drawing, frame, labels))


def sizes_of(layer: Layer, frame: Any) -> Any | None:
    """How large each point's symbol is beside the largest, 0.25-1: its area follows the number; nan where there is none.

    Where no number is followed, values that are quiet are small and all others large.
    """
    column = layer.style.size_column
    if not column and layer.style.quiet and layer.geometry == POINT and layer.style.column in frame.columns:
        return np.where(frame[layer.style.column].astype("string").fillna("").isin(layer.style.quiet).to_numpy(dtype=bool), QUIET_SIZE, 1.0)
    if not column or layer.geometry != POINT or column not in frame.columns or frame[column].dtype.kind not in "iuf":
        return None
    numbers = frame[column].to_numpy(dtype=float, na_value=np.nan)
    known = numbers[np.isfinite(numbers)]
    most = float(known.max()) if len(known) else 0.0
    if most <= 0:
        return None
    share = np.clip(np.where(np.isfinite(numbers), numbers, np.nan) / most, 0, 1)
    return np.round(np.maximum(np.sqrt(share), _LEAST_SIZE) * _SIZE_STEPS) / _SIZE_STEPS


def _with_size(layer: Layer, frame: Any, sizes: Any | None, text: Said) -> Said:
    """The text, and what the size of the symbols says."""
    if sizes is None or not layer.style.size_column:
        return text
    column = layer.column(layer.style.size_column)
    most = format_number(float(np.nanmax(frame[column.name].to_numpy(dtype=float, na_value=np.nan))), column.unit, column.digits or None)
    return say("{what}; size: {number}, up to {most}", what=text, number=column.label.small(), most=most)


def spoken_drawing(drawing: Drawing, speak: Language) -> Drawing:
    """A drawing whose legend speaks a language; colours, symbols and class numbers are the same."""
    return evolve(
        drawing,
        layer=evolve(drawing.layer, name=speak.kept(drawing.layer.name), what=speak.kept(drawing.layer.what)),
        legend=tuple(evolve(row, label=speak.kept(row.label)) for row in drawing.legend),
        legend_title=speak.kept(drawing.legend_title),
    )


def _styled_values(layer: Layer, frame: Any) -> Any:
    style = layer.style
    if style.kind == SINGLE:
        return np.zeros(len(frame))
    if style.column not in frame.columns:
        raise InputError(
            say("The layer '{name}' has no column '{column}' to colour it by.", name=layer.name, column=kept(style.column)),
            say("Choose another column in the layer's style."),
        )
    values = frame[style.column]
    reasons = style.column + v.REASON_SUFFIX
    if style.kind == GRADUATED and reasons in frame.columns:
        unreached = (values.isna() & (frame[reasons] == "out_of_reach")).to_numpy()
        if unreached.any():
            numbers = values.to_numpy(dtype=float, na_value=np.nan).copy()
            numbers[unreached] = np.inf
            return numbers
    return values


def _writer(layer: Layer) -> Callable[[float], Said]:
    column = layer.column(layer.style.column)
    if column.unit or column.digits:
        return lambda value: format_number(value, column.unit, column.digits or None)
    return lambda value: kept(f"{value:,.0f}" if abs(value) >= 1000 or float(value).is_integer() else f"{value:,.3g}")


def _symbol(layer: Layer, classes: Classes, number: int, dark: bool) -> Symbol:
    style = layer.style
    fill, shape = colour(style.fill), style.shape
    if style.kind == GRADUATED:
        fill = ramp(style.palette, len(classes.labels), dark)[_strength(style, classes, number)]
    elif style.kind == CATEGORISED:
        fill, shape = _category_look(style, classes, number)
    point = layer.geometry == POINT
    line = colour(style.line)
    if point:
        fill = fill or colour(_DEFAULT_FILL.get(layer.role, "quiet"))
        line = line or (colour("school_edge") if fill == "#FFFFFF" else "")
    elif style.kind == CATEGORISED and not style.fill:
        fill, line = "", fill          # categories of areas that are only outlined
    elif style.kind == GRADUATED and layer.geometry == LINE:
        fill, line = "", fill
    elif not fill and not line:
        line = colour("quiet")
    line = line or (fill if layer.geometry == LINE else "")
    if dark and not point:
        fill, line = fill if style.kind == GRADUATED else in_dark(fill), line if line == fill else in_dark(line)
    line = _edge(fill, line, dark) if point else line
    wide, dashed = LINE_LOOKS.get(shape, (style.line_width, style.dash)) if layer.geometry == LINE else (style.line_width, style.dash)
    return Symbol(
        fill=fill if layer.geometry != LINE else "",
        fill_opacity=style.fill_opacity,
        pattern=style.pattern if layer.geometry == POLYGON and fill else "",
        line=line,
        line_width=wide,
        dash=dashed or (layer.boundary in _LOOSE and not point),
        casing=chrome(dark)["halo"] if layer.geometry == LINE and layer.result_id else "",
        shape=shape if point else "",
        size=style.size,
        glyph=style.glyph if point else "",
    )


def _edge(fill: str, line: str, dark: bool) -> str:
    """The edge of a point: its own, or a deeper one of its colour where neither fill nor edge stands out from the halo around it."""
    if line == "#FFFFFF" and (dark or contrast(fill, line) >= LEAST_CONTRAST):
        return line  # a white edge is a halo already, and what stands out from a dark map
    halo = chrome(dark)["halo"]
    return line if any(contrast(one, halo) >= LEAST_CONTRAST for one in (fill, line) if one) else standing_out(fill, halo)


def _strength(style: LayerStyle, classes: Classes, number: int) -> int:
    """The place of a class on its ramp; where the least is the worst, the lowest class has the strongest colour of those with numbers."""
    numbers = len(classes.breaks)  # what is out of reach stands behind them, and is the worst however the numbers run
    return numbers - 1 - number if style.least_is_darkest and number < numbers else number


def _category_look(style: LayerStyle, classes: Classes, number: int) -> tuple[str, str]:
    value = classes.values[number]
    for known, colour_, shape in style.symbols:
        if known == value:
            return colour(colour_, colour("other")), shape or style.shape
    if style.symbols:
        return colour("other"), style.shape
    hues = ("community_school", "linked_learning", "promise_neighborhood", "result", "service", "other")
    return colour(hues[number % len(hues)]), style.shape


def _no_data(layer: Layer, dark: bool) -> Symbol:
    style = layer.style
    grey = colour("no_data")
    if layer.geometry == POINT:
        return Symbol(fill="", line=grey, line_width=1.5, hatch=False, shape=style.shape, size=style.size)
    return Symbol(
        fill="" if layer.geometry == LINE else hatch_ground(dark),
        line=(in_dark(colour(style.line)) if dark else colour(style.line)) or grey,
        line_width=style.line_width,
        dash=style.dash,
        hatch=layer.geometry == POLYGON,
    )


def _split_by_boundary(
    layer: Layer, frame: Any, index: Any, symbols: list[Symbol], labels: list[Said]
) -> tuple[Any, list[Symbol], list[Said]]:
    """Give rows with approximate or estimated boundaries a dashed class of their own, where a layer mixes them."""
    if layer.geometry != POLYGON or v.BOUNDARY not in frame.columns or layer.style.dash:
        return index, symbols, labels
    kinds = frame[v.BOUNDARY].astype("string").fillna("").to_numpy(dtype=object)
    if not set(kinds) & set(_LOOSE):
        return index, [evolve(symbol, dash=False) for symbol in symbols], labels
    by_boundary = layer.style.kind == CATEGORISED and layer.style.column == v.BOUNDARY
    new_index = np.array(index, dtype=np.int16)
    new_symbols: list[Symbol] = []
    new_labels: list[Said] = []
    for number, (symbol, label) in enumerate(zip(symbols, labels)):
        for kind in sorted(set(kinds[index == number]), key=lambda kind: (kind in _LOOSE, kind)):
            new_index[(index == number) & (kinds == kind)] = len(new_symbols)
            new_symbols.append(evolve(symbol, dash=kind in _LOOSE))
            new_labels.append(label if by_boundary else _with_boundary(label, kind))
    return new_index, new_symbols, new_labels


def _with_boundary(label: Said, kind: str) -> Said:
    return joined([label, v.BOUNDARY_LABELS.get(kind, NOTHING)], ", ")


def _row_label(layer: Layer, label: Said) -> Said:
    if layer.style.kind == CATEGORISED and not label.key:
        label = _LABELS.get(label) or kept(label.replace("_", " "))
    return label or _said_boundary(layer, layer.short)


def _said_boundary(layer: Layer, text: Said) -> Said:
    """The text, and that the boundaries are estimated or approximate unless it says so already."""
    loose = _LOOSE.get(layer.boundary)
    return say("{what} ({boundary})", what=text, boundary=loose) if loose and layer.boundary not in text.lower() else text


def _legend_title(layer: Layer) -> Said:
    """The layer's name; for classes of one of its columns what the column says, and the period it speaks of."""
    style = layer.style
    if style.kind != GRADUATED or layer.result_id:
        return _said_boundary(layer, layer.short)
    indicator = layer.indicator(style.column)
    vintage = indicator.source.listed_vintage if indicator else NOTHING
    title = layer.column(style.column).label
    return _said_boundary(layer, title if vintage in title else joined([title, vintage], ", "))


def _legend(drawing: Drawing, frame: Any, labels: list[Said]) -> tuple[LegendRow, ...]:
    index = np.asarray(drawing.class_index)
    counts = np.bincount(index[index >= 0], minlength=len(drawing.symbols))
    order: Sequence[int] = range(len(labels))
    if drawing.layer.style.kind == GRADUATED:
        order = range(len(labels)) if drawing.layer.style.least_is_darkest else order[::-1]  # the strongest stands on top
    rows = [LegendRow(labels[i], drawing.symbols[i], int(counts[i]), i) for i in order]
    missing = int((index < 0).sum())
    if missing:
        rows.append(LegendRow(_no_data_label(drawing, frame), drawing.no_data, missing, -1))
    return tuple(rows)


def _no_data_label(drawing: Drawing, frame: Any) -> Said:
    """Say why, where every missing row has the same reason."""
    reasons = drawing.layer.style.column + v.REASON_SUFFIX
    if reasons not in frame.columns:
        return NO_DATA
    said = set(frame.loc[np.asarray(drawing.class_index) < 0, reasons].dropna()) & set(v.MISSING_REASONS)
    return say("no data: {reason}", reason=v.MISSING_REASONS[said.pop()]) if len(said) == 1 else NO_DATA


_resolved = Kept(lambda frame, layer, day, dark: resolve(layer, frame, day, dark), most=256)


def resolved(layer: Layer, frame: Any, day: str = "", dark: bool = False) -> Drawing:
    """`resolve`, from memory where the same layer and rows have been resolved before."""
    return _resolved.of(frame, layer, day, dark)
