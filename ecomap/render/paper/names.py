"""Names of the ground with Qt: with a halo, the numbers of roads on their signs; measured and painted the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import ceil
from time import perf_counter

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from ecomap.render.canvas.idbuffer import Window
from ecomap.render.canvas.names import Known, Lettering, letterings
from ecomap.render.paper.marks import font
from ecomap.render.paper.outline import stroke
from ecomap.render.style.ground import HALO_PX, LINE_GAP, NAMES, SIGN, ground_colours
from ecomap.render.style.palette import chrome


def face(kind: str, px: float) -> QFont:
    """The type of a kind of name."""
    look = NAMES[kind]
    made = font(px, look.weight)
    made.setItalic(look.slanted)
    return made


@lru_cache(maxsize=20_000)
def measure(text: str, kind: str, px: int) -> tuple[float, float]:
    """How wide and high a text is, in pixels; what `letterings` asks for."""
    metrics = QFontMetricsF(face(kind, px))
    return metrics.horizontalAdvance(text), metrics.ascent() + metrics.descent()


def names_in(known: Sequence[Known], window: Window, taken: Sequence[QRectF]) -> tuple[Lettering, ...]:
    """The names for a picture that stands still: whole within it, and over nothing in ``taken`` (its pixels)."""
    scale, ratio = window.style_px_per_m, window.ratio
    left, top = window.left * scale, -window.top * scale
    wide, high = window.width / ratio, window.height / ratio
    far = 4 * (wide + high)
    edges = [(left - far, top - far, left, top + far), (left + wide, top - far, left + far, top + far),
             (left - far, top - far, left + far, top), (left - far, top + high, left + far, top + far)]  # fmt: skip
    kept = [(left + box.left() / ratio, top + box.top() / ratio, left + box.right() / ratio, top + box.bottom() / ratio) for box in taken]
    region = (window.left, window.bottom, window.right, window.top)
    return letterings(known, scale, measure, region=region, taken=[*edges, *kept])


def draw_names(
    painter: QPainter, names: Iterable[Lettering], window: Window, *, dark: bool = False, vector: bool = False
) -> None:
    """Write names in the pixels of a window; ``vector``: as text too, so that a file can be searched for them."""
    for name in names:
        x, y = window.to_screen(name.x, name.y)
        painter.save()
        painter.translate(x + name.dx * window.ratio, y + name.dy * window.ratio)
        painter.rotate(name.angle)
        _write(painter, name, window.ratio, dark, as_text=vector)
        painter.restore()


def stamp_names(painter: QPainter, names: Iterable[Lettering], window: Window, dark: bool) -> None:
    """Put names as kept pictures into the picture of a window."""
    ratio = window.ratio
    for name in names:
        stamp = _stamp_of(name, ratio, dark)
        x, y = window.to_screen(name.x, name.y)
        painter.drawImage(QPoint(round(x + name.dx * ratio - stamp.width() / 2), round(y + name.dy * ratio - stamp.height() / 2)), stamp)


def prepare_stamps(names: list[Lettering], ratio: float, dark: bool, most_s: float) -> bool:
    """Paint the pictures of names, the last ones first, for so long; whether any are left. Those done are taken off the list."""
    until = perf_counter() + most_s
    del names[_MOST_STAMPS // 2:]
    while names and perf_counter() < until:
        _stamp_of(names.pop(), ratio, dark)
    return bool(names)


def _stamp_of(name: Lettering, ratio: float, dark: bool) -> QImage:
    return _stamp(name.lines, name.kind, name.px, name.wide, name.high, name.angle, name.quiet, ratio, dark)


_MOST_STAMPS = 2048


@lru_cache(maxsize=_MOST_STAMPS)
def _stamp(
    lines: tuple[str, ...], kind: str, px: int, wide: float, high: float, angle: float, quiet: bool, ratio: float, dark: bool
) -> QImage:
    name = Lettering(lines, kind, px, 0.0, 0.0, 0.0, 0.0, wide, high, angle, quiet)
    left, top, right, bottom = name.box(0.0, 0.0, 1.0)
    image = QImage(ceil((max(-left, right) + HALO_PX) * 2 * ratio), ceil((max(-top, bottom) + HALO_PX) * 2 * ratio),
                   QImage.Format.Format_ARGB32_Premultiplied)  # fmt: skip
    image.fill(0)
    painter = QPainter(image)
    painter.translate(image.width() / 2, image.height() / 2)
    painter.rotate(angle)
    _write(painter, name, ratio, dark)
    painter.end()
    return image


def _write(painter: QPainter, name: Lettering, ratio: float, dark: bool, *, as_text: bool = False) -> None:
    """A name around (0, 0): halo, then letters; or a sign with its number."""
    look, inks = NAMES[name.kind], ground_colours(dark)
    ink = QColor(inks["quiet_name" if name.quiet else look.ink])
    type_ = face(name.kind, name.px * ratio)
    metrics = QFontMetricsF(type_)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if name.kind == SIGN:
        _draw_sign(painter, name, ratio, inks)
    step = (metrics.ascent() + metrics.descent()) * LINE_GAP
    top = -(metrics.ascent() + metrics.descent() + step * (len(name.lines) - 1)) / 2
    path = QPainterPath()
    for number, line in enumerate(name.lines):
        path.addText(QPointF(-metrics.horizontalAdvance(line) / 2, top + metrics.ascent() + number * step), type_, line)
    if not look.boxed:
        halo = QPen(QColor(chrome(dark)["halo"]), HALO_PX * ratio, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        stroke(painter, path, halo)
    if as_text:
        painter.setFont(type_)
        painter.setPen(ink)
        for number, line in enumerate(name.lines):
            painter.drawText(QPointF(-metrics.horizontalAdvance(line) / 2, top + metrics.ascent() + number * step), line)
        return
    painter.fillPath(path, ink)


def _draw_sign(painter: QPainter, name: Lettering, ratio: float, inks: dict[str, str]) -> None:
    box = QRectF(-name.wide / 2 * ratio, -name.high / 2 * ratio, name.wide * ratio, name.high * ratio)
    round_ = 4.0 * ratio
    painter.setPen(QPen(QColor(inks["shield_edge"]), 1.1 * ratio))
    painter.setBrush(QColor(inks["shield"]))
    painter.drawRoundedRect(box, round_, round_)
    painter.setBrush(Qt.BrushStyle.NoBrush)


