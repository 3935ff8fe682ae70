"""Several files at once, one after the other: those with shapes first, so that tables find what they join."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from ecomap.model.formats import SHAPEFILE_PARTS, SHAPEFILE_REST
from ecomap.ui.work import Worker

_SHAPES = (".geojson", ".gpkg", ".shp", ".zip", ".gdb", ".kml", ".kmz", ".fgb", ".gml", ".topojson", ".tab", ".mif", ".geojsonl", ".sqlite", ".osm", ".pbf")
_LAST = ("alloc", "spend", "staff", "budget", "times", "minutes")  # tables that speak of what the others bring
_AGAIN_MS = 60


class Arrivals(QObject):
    """The files that still wait for their turn.

    Parameters
    ----------
    take : callable
        Begins with one file; `next_file` is called when it is done with, whether it was kept or not.
    """

    def __init__(self, parent: QObject, worker: Worker, take: Callable[[Path], None]) -> None:
        super().__init__(parent)
        self._worker, self._take = worker, take
        self._waiting: list[Path] = []
        self.place, self.count = 1, 1

    def begin(self, paths: Sequence[Path]) -> None:
        """Take these files, in an order in which they understand each other."""
        ordered = in_order(paths)
        self.place, self.count = 1, len(ordered)
        self._waiting = ordered[1:]
        if ordered:
            self._take(ordered[0])

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def stop(self) -> None:
        """Leave out all that still wait."""
        self._waiting = []

    def next_file(self) -> None:
        """The next one, once the work on the last is over."""
        if not self._waiting:
            return
        if self._worker.busy:
            QTimer.singleShot(_AGAIN_MS, self, self.next_file)
            return
        self.place += 1
        self._take(self._waiting.pop(0))


def in_order(paths: Sequence[Path]) -> list[Path]:
    """Files with shapes before tables, tables of places before tables that join; parts of a shapefile stand for it once.

    >>> [path.name for path in in_order([Path("scores.csv"), Path("a.dbf"), Path("a.shp"), Path("travel_times.csv"), Path("tracts.geojson")])]
    ['a.shp', 'tracts.geojson', 'scores.csv', 'travel_times.csv']
    """
    shapefiles = {path.stem for path in paths if path.suffix.lower() == ".shp"}
    parts = {*SHAPEFILE_PARTS, *SHAPEFILE_REST}
    whole = [path for path in dict.fromkeys(paths) if not (path.stem in shapefiles and path.suffix.lower() in parts)]
    return sorted(whole, key=lambda path: (path.suffix.lower() not in _SHAPES and not path.is_dir(), any(word in path.stem.lower() for word in _LAST)))
