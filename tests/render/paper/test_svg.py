"""What Qt paints as SVG says less and shows the same; what lies outside of it is cut off."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen
from PySide6.QtSvg import QSvgGenerator, QSvgRenderer

from ecomap.render.paper.svg import painted_svg

pytestmark = pytest.mark.usefixtures("qapp")


def draw(painter: QPainter) -> None:
    """Areas without an edge, lines with one, a curve followed by a straight line, text, a moved shape, half a see-through one."""
    painter.setPen(Qt.PenStyle.NoPen)
    for number in range(6):
        painter.setBrush(QColor("#54278F" if number < 3 else "#CBC9E2"))
        painter.drawPolygon([QPointF(10 + 20 * number, 10.123), QPointF(28 + 20 * number, 12), QPointF(20 + 20 * number, 40.987)])
    curve = QPainterPath(QPointF(20, 60))
    curve.cubicTo(QPointF(40, 40), QPointF(60, 80), QPointF(80, 60))
    curve.lineTo(QPointF(120, 90))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor("#1F2933"), 3))
    painter.drawPath(curve)
    painter.save()
    painter.translate(150, 50)
    see_through = QColor("#B3005E")
    see_through.setAlphaF(0.4)
    painter.fillRect(QRectF(0, 0, 30, 30), see_through)
    painter.restore()
    painter.setPen(QPen(QColor("#8A95A0"), 2, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(10, 110), QPointF(190, 110))


def shown(svg: bytes) -> np.ndarray:
    image = QImage(400, 240, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg)).render(painter)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(240, 400, 4)[:, :, :3].astype(int)


def as_qt_writes(tmp_path: Path) -> bytes:
    generator = QSvgGenerator()
    generator.setFileName(str(tmp_path / "qt.svg"))
    generator.setResolution(96)
    generator.setViewBox(QRectF(0, 0, 200, 120))
    painter = QPainter(generator)
    draw(painter)
    painter.end()
    return (tmp_path / "qt.svg").read_bytes()


def test_it_shows_what_qt_painted_in_fewer_letters(tmp_path: Path) -> None:
    whole, short = as_qt_writes(tmp_path), painted_svg(draw, 200, 120).encode()
    assert len(short) < 0.6 * len(whole)
    assert np.abs(shown(whole) - shown(short)).max() <= 40  # a tenth of a pixel at the edges of shapes
    assert np.abs(shown(whole) - shown(short)).mean() < 0.1


def test_shapes_that_look_alike_stand_in_one_group() -> None:
    groups = re.findall(r'<g fill="#54278f"[^>]*>(.*?)</g>', painted_svg(draw, 200, 120), re.DOTALL)
    assert [group.count("<p") for group in groups] == [3]


def test_everything_is_cut_at_the_edge_of_the_picture() -> None:
    root = ElementTree.fromstring(painted_svg(draw, 200, 120))
    space = "{http://www.w3.org/2000/svg}"
    edge = root.find(f".//{space}clipPath/{space}rect")
    assert edge is not None
    assert (float(edge.get("width", 0)), float(edge.get("height", 0))) == (200, 120)
    around = root.find(f"{space}g")
    assert around is not None
    assert around.get("clip-path") == "url(#edge)"
    assert [child.tag for child in root if child.tag == f"{space}g"] == [f"{space}g"]  # nothing is drawn outside of it


def test_characters_that_xml_cannot_hold_are_gone() -> None:
    ElementTree.fromstring(painted_svg(lambda painter: painter.drawText(QPointF(5, 20), "a\x0bb"), 50, 30))
