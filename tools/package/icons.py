"""The program's mark in the formats that Windows, macOS and Linux ask for, drawn from resources/icons/ecomap.svg.

    python -m tools.package.icons FOLDER     ecomap.png in all sizes, ecomap.ico, ecomap.icns
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MARK = ROOT / "resources" / "icons" / "ecomap.svg"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
LARGEST = {".ico": 256, ".icns": 512, ".png": 256}


def write_icon(folder: Path, ending: str, size: int = 0) -> Path:
    """One file with the mark; ``ending``: .png, .ico or .icns."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    app = QGuiApplication.instance() or QGuiApplication([])
    size = size or LARGEST[ending]
    picture = QImage(size, size, QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(str(MARK)).render(painter)
    painter.end()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"ecomap{'' if ending != '.png' else f'-{size}'}{ending}"
    if not picture.save(str(path)):
        raise SystemExit(f"Qt cannot write {path.name} here.")
    del app
    return path


if __name__ == "__main__":
    for one in SIZES:
        write_icon(Path(sys.argv[1]), ".png", one)
    for kind in (".ico", ".icns"):
        write_icon(Path(sys.argv[1]), kind)
