"""What Qt paints as SVG, said once and in few letters: the same picture, a third of the size, cut at its own edge."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize
from PySide6.QtGui import QPainter

from ecomap.model.cell_text import in_xml

_GROUP = re.compile(r"<g ([^>]*)>(.*?)</g>", re.DOTALL)
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_PATH = re.compile(r' d="([^"]*)"')
_FINER = re.compile(r"(?<=\.\d)\d+")    # than a tenth of a pixel, which is a fortieth of a millimetre
_SIZE = re.compile(r'viewBox="0 0 (\S+) (\S+)"')
_USUAL = {"fill": "none", "stroke": "none", "stroke-linecap": "square", "stroke-linejoin": "bevel", "fill-rule": "evenodd"}
_ALSO_USUAL = {"fill-opacity": "1", "stroke-opacity": "1", "stroke-width": "1", "stroke-dashoffset": "0", "transform": "matrix(1,0,0,1,0,0)"}
_OPENING = "<g " + " ".join(f'{key}="{value}"' for key, value in _USUAL.items()) + ' clip-path="url(#edge)">'


def painted_svg(draw: Callable[[QPainter], None], width: float, height: float, *, title: str = "", description: str = "") -> str:
    """What a function paints into ``width`` x ``height`` units: vectors and text, one unit a pixel of a browser."""
    from PySide6.QtSvg import QSvgGenerator  # heavy

    generator = QSvgGenerator()
    whole = QBuffer()
    whole.open(QIODevice.OpenModeFlag.WriteOnly)
    generator.setOutputDevice(whole)
    generator.setResolution(96)
    generator.setSize(QSize(round(width), round(height)))
    generator.setViewBox(QRectF(0, 0, width, height))
    generator.setTitle(title)
    generator.setDescription(description)
    painter = QPainter(generator)
    try:
        draw(painter)
    finally:
        painter.end()  # Qt ends the process if a painter outlives what it paints on
    return slim(bytes(whole.data().data()).decode("utf-8", errors="replace"))


def slim(drawn: str) -> str:
    """A drawing of Qt's SVG writer without what it says again and again.

    Qt opens a group with a dozen attributes for every shape. Groups that look alike become one, what goes without saying is left
    out, places are given to a tenth of a pixel. What lies outside of the picture is cut off, which Qt's writer leaves to readers.
    """
    drawn = in_xml(drawn)  # Qt writes control characters as they are, and no reader opens that
    head, _, body = drawn.partition("<defs>")
    size = _SIZE.search(head)
    wide, high = size.groups() if size else ("100%", "100%")
    edge = f'<clipPath id="edge"><rect width="{wide}" height="{high}"/></clipPath>'
    defs, _, body = body.partition("</defs>")
    body = body[body.index(">", body.index("<g ")) + 1:]  # the group around all of them is opened anew
    parts, before = [], None
    for group in _GROUP.finditer(body):
        inside = group.group(2).strip()
        if not inside:
            continue
        look = _look(group.group(1), text="<text" in inside)
        if look != before:
            parts.append(("</g>" if before is not None else "") + f"<g {look}>".replace(" >", ">"))
            before = look
        parts.append(_PATH.sub(_shorter, inside.replace(' vector-effect="none"', "").replace(' fill-rule="evenodd"', "")))
    closing = "</g>" if before is not None else ""
    return f"{head}<defs>{edge}{defs.strip()}</defs>{_OPENING}{''.join(parts)}{closing}</g></svg>"


def _look(attributes: str, *, text: bool) -> str:
    """The attributes of a group that say something."""
    told = dict(_ATTRIBUTE.findall(attributes))
    told = {key: value for key, value in told.items() if _USUAL.get(key) != value and _ALSO_USUAL.get(key) != value and (text or not key.startswith("font"))}
    if "stroke" not in told:
        told = {key: value for key, value in told.items() if not key.startswith("stroke")}
    if "fill" not in told:
        told.pop("fill-opacity", None)
    return " ".join(f'{key}="{value}"' for key, value in told.items())


def _shorter(path: re.Match[str]) -> str:
    corners = _FINER.sub("", path.group(1)).replace(" Z", "Z")
    straight = "C" not in corners  # after a curve a line has to say that it is one
    return f' d="{corners.replace(" L", " ") if straight else corners}"'
