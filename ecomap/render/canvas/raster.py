"""From drawings to pixels without Qt: fills from the id buffer, smooth outlines, hatching, many layers in one picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from attrs import field, frozen

from ecomap.model.layer import LINE, POLYGON
from ecomap.render.canvas.ground import GroundPlate, Runs, cut_runs, over_picture, under
from ecomap.render.canvas.idbuffer import (
    NOTHING,
    IdBuffer,
    Window,
    fill,
    to_pixels,
    visible_edges,
    visible_rows,
)
from ecomap.render.canvas.levels import Edges, Shapes, shapes_of
from ecomap.render.canvas.strokes import DASH_PX, Strokes, stroke
from ecomap.render.style import hatch, pattern
from ecomap.render.style.drawing import Drawing
from ecomap.render.style.ground import ground_colours
from ecomap.render.style.palette import chrome, rgb
from ecomap.render.style.symbols import CASING_PX, Symbol

_HATCHED = np.uint32(0x01000000)  # a colour no symbol has: mostly transparent black
_HIDING = 0.5  # opacity of a fill from which what lies under it is not seen
_FADE_FROM_PX, _FADE_TO_PX = 3.0, 9.0  # size of an area at which its outline is gone, and is full


@frozen
class Pen:
    """A line as drawn: colour, width in pixels, dashed or not, and the colour it stands on."""

    colour: str
    width: float
    dash: bool
    casing: str = ""

    @property
    def under(self) -> Pen:
        """What is drawn under it."""
        return Pen(self.casing, self.width + 2 * CASING_PX, False)


@frozen(eq=False)
class Plate:
    """One layer in one window, ready to be coloured: which row is where, and where its lines run."""

    layer_id: str
    ids: IdBuffer | None
    lines: tuple[tuple[Pen, Strokes], ...]
    pens: tuple[Pen | None, ...]  # of `used_symbols`: what the lines were made for
    row_count: int
    fine: bool = True


@frozen
class Sheet:
    """What is to be drawn: drawings with their shapes, bottom of the map first. Point layers are not part of it."""

    drawings: tuple[Drawing, ...]
    shapes: tuple[Shapes, ...] = field(repr=False)


def sheet_of(drawings: Sequence[Drawing], frames: Mapping[str, Any]) -> Sheet:
    """The sheet of the area and line layers among drawings given top of the map first."""
    areas = [d for d in reversed(drawings) if d.layer.geometry in (POLYGON, LINE) and len(frames[d.layer.id])]
    return Sheet(tuple(areas), tuple(shapes_of(frames[d.layer.id]) for d in areas))


def render_plates(sheet: Sheet, window: Window, *, fine: bool = True) -> list[Plate]:
    """Every layer of a sheet in a window; ``fine`` draws outlines smooth, else along pixels (while moving)."""
    return [
        render_plate(drawing, shapes, window, fine=fine)
        for drawing, shapes in zip(sheet.drawings, sheet.shapes)
        if window.style_px_per_m >= drawing.layer.style.min_scale_px_per_m
    ]


def render_plate(drawing: Drawing, shapes: Shapes, window: Window, *, fine: bool = True) -> Plate:
    """One layer of areas or lines in a window."""
    edges = visible_edges(shapes, window)
    filled = shapes.filled and any(symbol.fill or symbol.hatch for symbol in used_symbols(drawing))
    ids = fill(shapes, edges, window) if filled else None
    pens = tuple(pen_of(symbol) for symbol in used_symbols(drawing))
    areas = int(visible_rows(shapes, window).sum())
    strength = 1.0 if ids is None else _strength(window.width * window.height, areas)
    if ids is not None and not fine and not any(pen and pen.dash for pen in pens):
        lines = _rough_lines(ids, pens, strength)
    else:
        lines = _fine_lines(drawing, shapes, edges, window, pens, strength)
    return Plate(drawing.layer.id, ids, lines, pens, len(shapes), fine)


def used_symbols(drawing: Drawing) -> tuple[Symbol, ...]:
    """The symbols of all classes and, last, that of no data if any row has none."""
    missing = bool((np.asarray(drawing.class_index) < 0).any())
    return (*drawing.symbols, drawing.no_data) if missing else drawing.symbols


def pen_of(symbol: Symbol) -> Pen | None:
    """The pen of a symbol's outline; a fill without one is drawn round in its own colour, for smooth edges."""
    if symbol.line:
        return Pen(symbol.line, symbol.line_width, symbol.dash, symbol.casing)
    if symbol.fill and symbol.fill_opacity == 1:
        return Pen(symbol.fill, 1.0, False)
    return None


def recolours(plate: Plate, drawing: Drawing) -> bool:
    """Whether a plate can be coloured anew for a drawing as it is: same rows, same outlines."""
    pens = {pen_of(symbol) for symbol in used_symbols(drawing)}
    return len(drawing.class_index) == plate.row_count and pens == set(plate.pens) and len(pens) == 1


def _rough_lines(ids: IdBuffer, pens: Sequence[Pen | None], strength: float) -> tuple[tuple[Pen, Strokes], ...]:
    """Outlines where the row under a pixel differs from the one to the left or above."""
    pen = next((pen for pen in pens if pen is not None), None)
    if pen is None:
        return ()
    flat = ids.pixels().reshape(-1)
    edge = np.zeros(len(flat), bool)
    np.not_equal(flat[1:], flat[:-1], out=edge[1:])
    edge.reshape(ids.height, ids.width)[:, 0] = False
    edge[ids.width :] |= flat[ids.width :] != flat[: -ids.width]
    position = np.flatnonzero(edge)
    cover = 255 * min(pen.width, 1.0) * strength
    return ((pen, Strokes(position, np.full(len(position), cover, np.uint8))),)


def _fine_lines(
    drawing: Drawing, shapes: Shapes, edges: Edges, window: Window, pens: Sequence[Pen | None], strength: float
) -> tuple[tuple[Pen, Strokes], ...]:
    ends = to_pixels(edges, shapes, window)
    index = np.asarray(drawing.class_index)[edges.feature] if len(set(pens)) > 1 else None
    casings, lines = [], []
    for pen in dict.fromkeys(pen for pen in pens if pen is not None):
        if index is None:
            take = edges.lead
        else:
            classes = [number for number, other in enumerate(pens) if other == pen]
            no_data = len(drawing.symbols) in classes
            take = np.isin(index, classes) | ((index < 0) & no_data)
        here = tuple(end[take] for end in ends)
        if pen.casing:
            casings.append((pen.under, stroke(here, window.width, window.height, line_width=pen.under.width * window.ratio)))
        drawn = stroke(
            here,
            window.width,
            window.height,
            line_width=pen.width * window.ratio,
            along_px=edges.along_m[take] * np.float32(window.px_per_m) if pen.dash else None,
            dash_px=(DASH_PX[0] * window.ratio, DASH_PX[1] * window.ratio) if pen.dash else None,
        )
        if strength < 1:
            drawn = Strokes(drawn.position, (drawn.cover * np.float32(strength)).astype(np.uint8))
        lines.append((pen, drawn))
    return (*casings, *lines)


def _strength(pixels: int, areas: int) -> float:
    """Share of the outlines' strength: tiny areas would drown in their outlines."""
    size = float(np.sqrt(pixels / max(areas, 1)))
    return float(np.clip((size - _FADE_FROM_PX) / (_FADE_TO_PX - _FADE_FROM_PX), 0.15, 1.0))


def compose(
    plates: Sequence[Plate],
    drawings: Mapping[str, Drawing],
    window: Window,
    *,
    dark: bool = False,
    ground: Sequence[GroundPlate] = (),
    backdrop: np.ndarray | None = None,
) -> np.ndarray:
    """Colour the plates and lay them over each other.

    Parameters
    ----------
    ground : sequence of GroundPlate
        What a map is recognised by: its areas lie under all plates, its lines right above the topmost fill that hides what is under it.
    backdrop : flat uint32 array, optional
        A picture under everything, in place of the bare ground.

    Returns
    -------
    uint32 array of height x width
        Opaque 0xAARRGGBB pixels.
    """
    look = {name: argb(shade) for name, shade in ground_colours(dark).items()}
    base = under(ground, look, argb(chrome(dark)["ground"]), window.width * window.height)
    if backdrop is not None:
        base = over_picture(base, backdrop, argb(chrome(dark)["ground"]))
    above = lines_above([plate.ids is not None and hides(drawings[plate.layer_id]) for plate in plates])
    picture = _laid(plates, drawings, window, base, ground, above)
    return picture.reshape(window.height, window.width)


def lifted(plates: Sequence[Plate], drawings: Mapping[str, Drawing], window: Window) -> np.ndarray:
    """Plates as a picture to be laid over what is painted already: areas that stand above points.

    What of it can be seen through is found by laying it over black and over white.

    Returns
    -------
    uint32 array of height x width
        0xAARRGGBB pixels, colours multiplied by their opacity.
    """
    whole = np.array([0, window.width * window.height], np.int64)
    black, white = (
        _laid(plates, drawings, window, Runs(whole, np.array([bare], np.uint32)), (), len(plates)) for bare in (argb("#000000"), argb("#FFFFFF"))
    )
    parts = black.view(np.uint8).reshape(-1, 4)
    seen_through = white.view(np.uint8).reshape(-1, 4)[:, :3].astype(np.int16) - parts[:, :3]
    parts[:, 3] = 255 - np.clip(seen_through.min(axis=1), 0, 255)
    np.minimum(parts[:, :3], parts[:, 3:], out=parts[:, :3])
    return black.reshape(window.height, window.width)


def _laid(
    plates: Sequence[Plate], drawings: Mapping[str, Drawing], window: Window, base: Runs, ground: Sequence[GroundPlate], above: int
) -> np.ndarray:
    """The plates over a base, flat; the ground's lines lie above the first ``above`` of them."""
    picture: np.ndarray | None = None  # None: nothing but ground yet
    for number, plate in enumerate(plates):
        if number == above:
            picture = _lay_lines(picture, ground, base)
        drawing = drawings[plate.layer_id]
        if plate.ids is not None:
            picture = _lay_fill(picture, plate.ids, drawing, window, base)
        for pen, strokes in plate.lines:
            picture = base.spread() if picture is None else picture
            blend(picture, strokes, argb(pen.colour))
    if above == len(plates):
        picture = _lay_lines(picture, ground, base)
    return base.spread() if picture is None else picture


def lines_above(hiding: Sequence[bool]) -> int:
    """How many layers, bottom first, the ground's lines are drawn above: up to the topmost that hides what is under it.

    >>> lines_above([True, False, True, False]), lines_above([False, False]), lines_above([])
    (3, 0, 0)
    """
    return max((number for number, one in enumerate(hiding, 1) if one), default=0)


def hides(drawing: Drawing) -> bool:
    """Whether the fills of a layer hide what lies under them, so that the ground's lines are drawn above it."""
    return any(symbol.hatch or (symbol.fill and symbol.fill_opacity >= _HIDING) for symbol in used_symbols(drawing))


def _lay_lines(picture: np.ndarray | None, ground: Sequence[GroundPlate], base: Runs) -> np.ndarray | None:
    """The lines of the ground, each with its casing."""
    for plate in ground:
        if len(plate.position):
            picture = base.spread() if picture is None else picture
            picture[plate.position] = mix(picture[plate.position], plate.colour, plate.cover)
    return picture


def _lay_fill(
    picture: np.ndarray | None, ids: IdBuffer, drawing: Drawing, window: Window, base: Runs
) -> np.ndarray:
    table, opacity = colour_table(drawing)
    run, cover = table[ids.ids], opacity[ids.ids]  # NOTHING is the last entry
    lengths = np.diff(ids.starts)
    hatched = run == _HATCHED
    if picture is None:  # over nothing but ground, run by run instead of pixel by pixel
        starts, own, below = cut_runs(ids.starts, base)
        laid = np.repeat(mix(below, run[own], cover[own]), np.diff(starts))
    elif ((cover > 0) & (cover < 255)).any():
        laid = _lay_tint(picture, np.repeat(run, lengths), np.repeat(cover, lengths))
    else:
        laid = np.repeat(run, lengths)
        if (cover == 0).any():
            np.copyto(laid, picture, where=laid == 0)
    if hatched.any():
        length = lengths[hatched]
        before = np.cumsum(length) - length
        position = np.repeat(ids.starts[:-1][hatched] - before, length) + np.arange(int(length.sum()))
        laid[position] = hatching(position, window, drawing.no_data.fill)
    if any(symbol.pattern for symbol in drawing.symbols):
        _lay_pattern(laid, ids, drawing, window)
    return laid


def _lay_pattern(picture: np.ndarray, ids: IdBuffer, drawing: Drawing, window: Window) -> None:
    """Draw the lines of patterned classes, each in the colour of its fill."""
    inks = np.array([argb(symbol.fill) if symbol.pattern and symbol.fill else 0 for symbol in (*drawing.symbols, drawing.no_data)], np.uint32)
    index = np.asarray(drawing.class_index).astype(np.intp)
    index[index < 0] = len(inks) - 1
    run = np.append(inks[index], np.uint32(0))[ids.ids]  # NOTHING is the last entry
    lined = run != 0
    length = np.diff(ids.starts)[lined]
    before = np.cumsum(length) - length
    position = np.repeat(ids.starts[:-1][lined] - before, length) + np.arange(int(length.sum()))
    period = round(pattern.PITCH_PX * window.ratio)
    row, column = np.divmod(position.astype(np.int32), np.int32(window.width))
    cover = pattern.cover(period, window.ratio)[pattern.place(row, column, window.left * window.px_per_m, window.top * window.px_per_m, period)]
    inked = cover > 0
    position = position[inked]
    picture[position] = mix(picture[position], np.repeat(run[lined], length)[inked], cover[inked])


def _lay_tint(picture: np.ndarray, laid: np.ndarray, cover: np.ndarray) -> np.ndarray:
    """Lay see-through fills; where little is covered only that is looked at."""
    if np.count_nonzero(cover) > len(cover) / 4:
        return mix(picture, laid, cover)
    position = np.flatnonzero(cover != 0)
    picture[position] = mix(picture[position], laid[position], cover[position])
    return picture


def colour_table(drawing: Drawing) -> tuple[np.ndarray, np.ndarray]:
    """Fill colour (0 = none) and opacity 0-255 of every row, and of NOTHING in the last place."""
    symbols = (*drawing.symbols, drawing.no_data)
    colours = np.array([_fill_of(symbol) for symbol in symbols], np.uint32)
    strengths = np.array([_opacity_of(symbol) for symbol in symbols], np.uint8)
    index = np.asarray(drawing.class_index).astype(np.intp)
    index[index < 0] = len(symbols) - 1
    return np.append(colours[index], np.uint32(0)), np.append(strengths[index], np.uint8(0))


def _opacity_of(symbol: Symbol) -> int:
    if symbol.hatch:
        return 255
    return round(255 * symbol.fill_opacity) if symbol.fill else 0


def _fill_of(symbol: Symbol) -> np.uint32:
    if symbol.hatch:
        return _HATCHED
    return argb(symbol.fill) if symbol.fill else np.uint32(0)


def hatching(position: np.ndarray, window: Window, ground: str) -> np.ndarray:
    """Colours of pixels under diagonal lines for "no data", held to the ground so that they do not swim while panning."""
    period = round(hatch.PITCH_PX * window.ratio)
    row, column = np.divmod(position.astype(np.int32), np.int32(window.width))
    shift = (int(window.left * window.px_per_m) - int(window.top * window.px_per_m)) % period
    steps = mix(np.full(period, argb(ground or hatch.ground())), np.full(period, argb(hatch.ink())),
                hatch.cover(period, window.ratio))
    return np.asarray(steps[(row + column + np.int32(shift)) % np.int32(period)])


def blend(picture: np.ndarray, strokes: Strokes, ink: np.uint32) -> None:
    """Draw a line into a flat picture."""
    if len(strokes):
        picture[strokes.position] = mix(picture[strokes.position], ink, strokes.cover)


def mix(under: np.ndarray, over: np.ndarray | np.uint32, cover: np.ndarray) -> np.ndarray:
    """Two colours mixed, pixel by pixel; cover 0 keeps the lower, 255 gives the upper one."""
    share = cover.astype(np.uint32)
    share += share >> np.uint32(7)  # 0-256
    rest = np.uint32(256) - share
    red_blue, green, eight = np.uint32(0x00FF00FF), np.uint32(0x0000FF00), np.uint32(8)
    mixed = under & red_blue
    mixed *= rest
    mixed += (over & red_blue) * share
    mixed >>= eight
    mixed &= red_blue
    greens = under & green
    greens *= rest
    greens += (over & green) * share
    greens >>= eight
    greens &= green
    mixed |= greens
    mixed |= np.uint32(0xFF000000)
    return np.asarray(mixed)


def argb(colour_: str) -> np.uint32:
    """A colour as an opaque 0xAARRGGBB number."""
    red, green, blue = rgb(colour_)
    return np.uint32(0xFF000000 | red << 16 | green << 8 | blue)


def pick(plates: Sequence[Plate], layer_id: str, px: float, py: float) -> int:
    """The row of a layer under a pixel, or -1: a look-up in the buffer."""
    for plate in plates:
        if plate.layer_id == layer_id and plate.ids is not None:
            return plate.ids.at(px, py)
    return NOTHING
