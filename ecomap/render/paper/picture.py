"""A map page as a picture with Qt: PNG and SVG, and the map of the PDF."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QImageWriter, QPainter, QPen

from ecomap.model.errors import InputError
from ecomap.model.figures import figure_number, range_words
from ecomap.model.files import write_whole
from ecomap.model.layer import NO_GEOMETRY, POLYGON
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.said import name as kept
from ecomap.render.canvas import raster
from ecomap.render.canvas.extent import beyond, extent_of
from ecomap.render.canvas.ground import Ground, ground_of, ground_plate
from ecomap.render.canvas.idbuffer import Window
from ecomap.render.canvas.marks import place_all, points_of
from ecomap.render.canvas.names import Known, all_names
from ecomap.render.map_page import MapPage, spoken_page
from ecomap.render.paper.areas import draw_areas
from ecomap.render.paper.backdrop import Backdrop, backdrops_of, pixels_of
from ecomap.render.paper.flags import draw_flags, rooms_of
from ecomap.render.paper.furniture import draw_scale_bar, draw_text, scale_bar_box, text_height
from ecomap.render.paper.ground import draw_ground_areas, draw_ground_lines
from ecomap.render.paper.inside import png_with, svg_with
from ecomap.render.paper.labels import draw_labels, labels_of
from ecomap.render.paper.legend import INSET, WIDTH, MapLegend, draw_legend, legend_height
from ecomap.render.paper.marks import draw_marks
from ecomap.render.paper.names import draw_names, names_in
from ecomap.render.paper.svg import painted_svg
from ecomap.render.style.drawing import Drawing, resolved, spoken_drawing
from ecomap.render.style.ground import is_ground
from ecomap.render.style.palette import chrome
from ecomap.render.style.stack import Pass, passes_of
from ecomap.render.words.cells import format_date
from ecomap.render.words.language import Language, language

SIZE = (1600, 1000)
_MOST_ASIDE = 0.4   # of the map's width, kept free for the legend
_LEGEND_SOURCES = 3
_NARROW = 900  # below this width the legend stands under the map

_app: list[QGuiApplication] = []


@frozen(eq=False)
class Prepared:
    """A page with its drawings, top of the map first, and what it shows."""

    page: MapPage
    drawings: tuple[Drawing, ...]
    frames: dict[str, Any] = field(repr=False)
    extent: tuple[float, float, float, float]
    speak: Language
    grounds: tuple[Ground, ...] = ()
    backdrops: tuple[Backdrop, ...] = ()
    names: tuple[Known, ...] = ()


def ensure_gui() -> None:
    """Make sure that Qt can draw text, also where there is no display."""
    if QGuiApplication.instance() is None:
        shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        if sys.platform.startswith("linux") and not shown:
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _app.append(QGuiApplication([sys.argv[0] or "ecomap"]))


def prepare(page: MapPage, dark: bool = False) -> Prepared:
    """Resolve the visible layers of a page, in the colours of a theme.

    Raises
    ------
    InputError
        If there is nothing to show.
    """
    ensure_gui()
    placed = [
        (part.layer, part.frame) for part in page.layers
        if part.layer.visible and part.layer.geometry != NO_GEOMETRY and len(part.frame)
    ]  # fmt: skip
    extent = page.extent or extent_of(placed)
    if extent is None:
        raise InputError(say("There is nothing on the map to draw."), say("Switch on a layer that has a place."))
    speak = language(page.language)
    data = [(layer, frame) for layer, frame in placed if not is_ground(layer)]
    drawings = tuple(spoken_drawing(resolved(layer, frame, page.as_of, dark), speak) for layer, frame in data)
    grounds = tuple(ground_of(frame) for layer, frame in placed if is_ground(layer))
    backdrops = backdrops_of([frame for layer, frame in reversed(placed) if is_ground(layer)])
    return Prepared(spoken_page(page, speak), drawings, {layer.id: frame for layer, frame in data}, extent, speak, grounds, backdrops,
                    all_names(placed, page.language) if page.names else ())


def render_image(
    page: MapPage, width: int = SIZE[0], height: int = SIZE[1], *, dark: bool = False, scale: float = 1.0
) -> QImage:
    """The page as a picture of ``width`` x ``height`` pixels, ``scale`` times finer."""
    prepared = prepare(page, dark)
    image = QImage(round(width * scale), round(height * scale), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    try:
        painter.scale(scale, scale)
        draw_page(painter, prepared, width, height, dark=dark, ratio=scale)
    finally:
        painter.end()  # Qt ends the process if a painter outlives its picture
    return image


def _people(page: MapPage) -> str:
    """What the file says of the people in it, in its language."""
    return " ".join(language(page.language).say(line) for line in page.people)


def write_png(
    page: MapPage, path: Path | str, *, size: tuple[int, int] = SIZE, dark: bool = False, scale: float = 1.0
) -> None:
    """Write the page as PNG.

    Raises
    ------
    InputError
        If the file cannot be written or there is nothing to show.
    """
    image = render_image(page, *size, dark=dark, scale=scale)
    image.setText("Title", page.title)
    image.setText("Source", "; ".join(page.sources))
    if page.people:
        image.setText("Description", _people(page))
    whole = QBuffer()
    whole.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(whole, QByteArray(b"png")).write(image)
    _write(path, png_with(bytes(whole.data().data()), page.carried.record if page.carried else ""))


def write_svg(page: MapPage, path: Path | str, *, size: tuple[int, int] = SIZE, dark: bool = False) -> None:
    """Write the page as SVG, all of it vectors and text."""
    prepared = prepare(page, dark)
    told = " ".join(part for part in (page.subtitle, _people(page)) if part)
    drawn = painted_svg(lambda painter: draw_page(painter, prepared, *size, dark=dark, vector=True), *size, title=page.title, description=told)
    _write(path, svg_with(drawn, page.carried.record if page.carried else "").encode("utf-8"))


def _write(path: Path | str, whole: bytes) -> None:
    try:
        write_whole(Path(path), whole)
    except OSError as problem:
        raise InputError(say("The picture cannot be written to {path}.", path=kept(path)), say("Choose a folder you may write to.")) from problem


def draw_page(
    painter: QPainter,
    prepared: Prepared,
    width: float,
    height: float,
    *,
    dark: bool = False,
    vector: bool = False,
    ratio: float = 1.0,
) -> None:
    """Draw title, question, map, legend, scale bar and sources into ``width`` x ``height`` units of a painter."""
    look = chrome(dark)
    page = prepared.page
    size = min(max(min(width, height * 1.5) / 1500, 0.62), 2.4)
    margin = 30 * size
    foot = _foot_height(page, width - 2 * margin, size)
    head = _head_height(page, width - 2 * margin, size)
    narrow = width < _NARROW or width < height
    column = 0.0 if narrow or not _figures(page) else 232 * size
    below = height * 0.30 if narrow else 0.0
    frame = QRectF(
        margin, margin + head, width - 2 * margin - column, height - 2 * margin - head - foot - below
    )  # fmt: skip
    aside = 0.0 if narrow else _legend_width(frame, size) + 12 * size
    legend = _legend_of(prepared, _window(prepared, frame, aside, ratio, size))
    standing = QRectF() if narrow else _legend_place(legend, frame, size)
    draw_map(painter, prepared, frame, dark=dark, vector=vector, ratio=ratio, size=size, legend=standing.translated(-frame.topLeft()))
    _cover_around(painter, frame, width, height, look["paper"])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(look["lines"]), 1.0))
    painter.drawRect(frame)
    _draw_head(painter, page, QRectF(margin, margin - 4 * size, width - 2 * margin, head), size, look)
    if narrow:  # no room on the map itself
        under = QRectF(margin - INSET * size, frame.bottom() + 4 * size, frame.width() + 2 * INSET * size, below - 8 * size)
        draw_legend(painter, under, legend, dark=dark, size=size, card=False)
    else:
        draw_legend(painter, standing, legend, dark=dark, size=size)
    if column:
        beside = QRectF(frame.right() + 26 * size, frame.top(), column - 26 * size, frame.height())
        _draw_figures(painter, page, beside, beside.y() - 8 * size, size, look)
    _draw_foot(painter, page, QRectF(margin, height - margin - foot + 12 * size, width - 2 * margin, foot), size, look)


def _window(prepared: Prepared, frame: QRectF, aside: float, ratio: float, size: float) -> Window:
    """The ground that a frame shows, clear of what stands on its left."""
    left, bottom, right, top = prepared.extent
    share = min(aside / frame.width(), _MOST_ASIDE)
    return Window.fitting((left - (right - left) * share / (1 - share), bottom, right, top),
                          round(frame.width() * ratio), round(frame.height() * ratio), 0.03, ratio * size)


def _legend_of(prepared: Prepared, window: Window) -> MapLegend:
    """The legend under the name of the answer that is on the map, with who says so, and how many places lie outside."""
    page = prepared.page
    shown = {drawing.layer.result_id for drawing in prepared.drawings}
    title = next((result.title for result in reversed(page.results) if result.id in shown), page.title)
    about = [drawing.layer for drawing in prepared.drawings if drawing.layer.result_id or drawing.breaks]
    found = tuple(dict.fromkeys(source.citation for layer in about for source in layer.sources if source.citation))[:_LEGEND_SOURCES]
    foot = [prepared.speak.say(say("Sources: {sources}", sources=joined(found, " · ")))] if found else []
    astray = beyond([(drawing.layer, prepared.frames[drawing.layer.id]) for drawing in prepared.drawings],
                    (window.left, window.bottom, window.right, window.top))
    if astray:
        foot.append(prepared.speak.say(plural("{n} place lies outside this view.", "{n} places lie outside this view.", astray)))
    return MapLegend(title, prepared.drawings, tuple(foot), prepared.speak, flags=prepared.page.flags)


def _legend_width(frame: QRectF, size: float) -> float:
    return min((WIDTH + 20) * size, frame.width() * _MOST_ASIDE)


def _legend_place(legend: MapLegend, frame: QRectF, size: float) -> QRectF:
    """Where the legend stands on the map: at its lower left, above the scale bar."""
    wide = _legend_width(frame, size)
    high = min(legend_height(legend, wide, size), frame.height() - 74 * size)
    return QRectF(frame.left() + 12 * size, frame.bottom() - 56 * size - high, wide, high)


def draw_map(
    painter: QPainter,
    prepared: Prepared,
    frame: QRectF,
    *,
    dark: bool = False,
    vector: bool = False,
    ratio: float = 1.0,
    size: float = 1.0,
    legend: QRectF = QRectF(),  # noqa: B008 - never changed
    clear: Sequence[QRectF] = (),
) -> None:
    """Draw the map itself into a frame: areas, lines, points, names and the scale bar.

    Nothing of it stands where a legend is to stand in the frame, and no name where ``clear`` (rooms in the frame) is kept for others.
    """
    window = _window(prepared, frame, legend.right() if legend.width() else 0.0, ratio, size)
    painter.save()
    painter.translate(frame.topLeft())
    painter.setClipRect(QRectF(0, 0, frame.width(), frame.height()))
    if vector:
        painter.fillRect(QRectF(0, 0, frame.width(), frame.height()), QColor(chrome(dark)["ground"]))
    whole = QRectF(0, 0, frame.width() * ratio, frame.height() * ratio)
    painter.scale(1 / ratio, 1 / ratio)
    passes = passes_of(prepared.drawings)
    marks = place_all([(drawing, points_of(prepared.frames[drawing.layer.id])) for one in passes for drawing in one.points], window)
    for number, one in enumerate(passes):
        if vector:
            _draw_vectors(painter, prepared, one, window, dark, base=not number)
        else:
            painter.drawImage(whole, _area_image(prepared, one, window, dark, base=not number))
        for drawing in one.points:
            draw_marks(painter, drawing, marks[drawing.layer.id], dark=dark, vector=vector)
    taken = _draw_labels(painter, prepared, window, dark)
    bar = scale_bar_box(12, -12, window.px_per_m / ratio / size, prepared.speak)
    grown = size * ratio
    bar = QRectF(bar.x() * grown, window.height + bar.y() * grown, bar.width() * grown, bar.height() * grown)
    kept_clear = [QRectF(room.x() * ratio, room.y() * ratio, room.width() * ratio, room.height() * ratio) for room in (legend, *clear)]
    flags = rooms_of(prepared.page.flags, window)
    draw_names(painter, names_in(prepared.names, window, [*taken, bar, *kept_clear, *flags]), window, dark=dark, vector=vector)
    draw_flags(painter, prepared.page.flags, window, dark=dark)
    painter.restore()
    painter.save()
    painter.translate(frame.left(), frame.bottom())
    painter.scale(size, size)
    draw_scale_bar(
        painter, 12, -12, window.px_per_m / ratio / size, dark=dark, speak=prepared.speak
    )
    painter.restore()


def _draw_vectors(painter: QPainter, prepared: Prepared, one: Pass, window: Window, dark: bool, *, base: bool) -> None:
    """The areas and lines of a pass, bottom first; those of the first over the ground, its lines above the topmost fill that hides it."""
    areas = [drawing for drawing in one.areas if window.style_px_per_m >= drawing.layer.style.min_scale_px_per_m]
    above = raster.lines_above([drawing.layer.geometry == POLYGON and raster.hides(drawing) for drawing in areas])
    if base:
        under = pixels_of(prepared.backdrops, window, dark=dark)
        if under is not None:
            painter.drawImage(0, 0, QImage(under.data, window.width, window.height, window.width * 4, QImage.Format.Format_RGB32).copy())
        draw_ground_areas(painter, prepared.grounds, window, dark=dark)
    for number, drawing in enumerate([*areas, None]):
        if base and number == above:
            draw_ground_lines(painter, prepared.grounds, window, dark=dark)
        if drawing is not None:
            draw_areas(painter, drawing, prepared.frames[drawing.layer.id], window)


def _area_image(prepared: Prepared, one: Pass, window: Window, dark: bool, *, base: bool) -> QImage:
    """The areas and lines of a pass: those of the first over the ground, others to be laid over what is painted already."""
    plates = raster.render_plates(raster.sheet_of(tuple(reversed(one.areas)), prepared.frames), window)
    drawings = {d.layer.id: d for d in one.areas}
    if base:
        ground = [ground_plate(ground, window, dark) for ground in prepared.grounds]
        picture = raster.compose(plates, drawings, window, dark=dark, ground=ground, backdrop=pixels_of(prepared.backdrops, window, dark=dark))
    else:
        picture = raster.lifted(plates, drawings, window)
    kind = QImage.Format.Format_RGB32 if base else QImage.Format.Format_ARGB32_Premultiplied
    return QImage(picture.data, window.width, window.height, window.width * 4, kind).copy()


def _draw_labels(painter: QPainter, prepared: Prepared, window: Window, dark: bool) -> list[QRectF]:
    """The names that layers ask for, above everything; the room that those take."""
    labels = [
        label for drawing in prepared.drawings
        for label in labels_of(drawing, prepared.frames[drawing.layer.id], window)
    ]  # fmt: skip
    return draw_labels(painter, labels, window, dark=dark)


def _cover_around(painter: QPainter, frame: QRectF, width: float, height: float, paper: str) -> None:
    """Paper around the map: in formats without clipping, what sticks out of the frame lies under it."""
    ink = QColor(paper)
    painter.fillRect(QRectF(0, 0, width, frame.top()), ink)
    painter.fillRect(QRectF(0, frame.bottom(), width, height - frame.bottom()), ink)
    painter.fillRect(QRectF(0, frame.top(), frame.left(), frame.height()), ink)
    painter.fillRect(QRectF(frame.right(), frame.top(), width - frame.right(), frame.height()), ink)


def _head_height(page: MapPage, width: float, size: float) -> float:
    return text_height(page.title, width, 27 * size, 700) + text_height(page.subtitle, width, 15 * size) + 18 * size


def _draw_head(painter: QPainter, page: MapPage, box: QRectF, size: float, look: dict[str, str]) -> None:
    high = draw_text(painter, box, page.title, 27 * size, look["text"], 700)
    draw_text(painter, box.adjusted(0, high + 3 * size, 0, 0), page.subtitle, 15 * size, look["quiet"])


def _foot_texts(page: MapPage, width: float, size: float) -> tuple[str, str]:
    """Cautions and sources, as many as two lines each have room for; how many more there are is said."""
    speak = language(page.language)
    date = format_date(page.made_on)
    made = say("Made with EcoMap on {date}.", date=date) if page.made_on else say("Made with EcoMap.")
    most = text_height("X\nX", width, 11.5 * size, 500) + 1

    def cautions_of(count: int) -> str:
        left = len(page.cautions) - count
        more = say("({count} more in the notes)", count=left) if left else NOTHING
        return speak.say(joined([*page.cautions[:count], more]))

    def sources_of(count: int) -> str:
        left = len(found) - count
        more = say("({count} more)", count=left) if left else NOTHING
        return speak.say(joined([say("Sources: {sources}.", sources=joined([*found[:count], more], " · ")), made]))

    found = short_sources(page)
    cautions = _fitted(cautions_of, len(page.cautions), most, width, 11.5 * size, 500)
    most = text_height("X\nX", width, 11 * size, 400) + 1
    sources = _fitted(sources_of, len(found), most, width, 11 * size, 400)
    return cautions, sources if found else speak.say(made)


def short_sources(page: MapPage) -> tuple[Said, ...]:
    """Publisher and vintage of what the visible layers show, each once."""
    found: dict[Said, None] = {}
    for part in page.layers:
        if part.layer.visible:
            indicator = part.layer.indicator(part.layer.style.column)
            for source in (indicator.source,) if indicator else part.layer.sources:
                found.setdefault(source.citation)
    return tuple(found) or page.sources


def _fitted(say_some: Callable[[int], str], count: int, most: float, width: float, px: float, weight: int) -> str:
    """As many as there is room for; "" where there is none for one."""
    said = (say_some(some) for some in range(count, 0, -1))
    return next((text for text in said if text_height(text, width, px, weight) <= most), "")


def _foot_height(page: MapPage, width: float, size: float) -> float:
    cautions, sources = _foot_texts(page, width, size)
    high = text_height(cautions, width, 11.5 * size, 500) + text_height(sources, width, 11 * size)
    return high + (15 if cautions else 12) * size


def _draw_foot(painter: QPainter, page: MapPage, box: QRectF, size: float, look: dict[str, str]) -> None:
    cautions, sources = _foot_texts(page, box.width(), size)
    high = draw_text(painter, box, cautions, 11.5 * size, look["text"], 500) if cautions else 0.0
    draw_text(painter, box.adjusted(0, high + 2 * size, 0, 0), sources, 11 * size, look["quiet"])


def _draw_figures(
    painter: QPainter, page: MapPage, column: QRectF, y: float, size: float, look: dict[str, str]
) -> None:
    """Key figures of the latest result, where the legend leaves room."""
    for figure in _figures(page)[:3]:
        value, label = figure
        high = text_height(label, column.width(), 12 * size)
        if y + high + 34 * size > column.bottom():
            return
        painter.setPen(QPen(QColor(look["lines"]), 1))
        painter.drawLine(QPointF(column.left(), y), QPointF(column.right(), y))
        draw_text(painter, QRectF(column.left(), y + 8 * size, column.width(), 40 * size), value, 21 * size, look["text"], 650)
        draw_text(painter, QRectF(column.left(), y + 35 * size, column.width(), high + 4), label, 12 * size, look["quiet"])
        y += high + 48 * size


def _figures(page: MapPage) -> Sequence[tuple[str, str]]:
    if not page.results:
        return ()
    return [
        (language(page.language).say(figure_number(figure)),
         joined([figure.label, language(page.language).say(range_words(figure))], "; "))
        for figure in page.results[-1].figures if figure.value is not None
    ]  # fmt: skip
