"""Small files like those publishers make."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
from shapely.geometry import Point, box

TRACTS = ("06037101110", "06037101122", "06037101210", "06037101220")


def write_text(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def squares(count: int = 4, **columns: Any) -> gpd.GeoDataFrame:
    """Neighbouring squares in central Los Angeles, in degrees."""
    shapes = [box(-118.30 + 0.01 * n, 34.00, -118.29 + 0.01 * n, 34.01) for n in range(count)]
    return gpd.GeoDataFrame(dict(columns), geometry=shapes, crs="EPSG:4326")


def points(count: int = 4, **columns: Any) -> gpd.GeoDataFrame:
    shapes = [Point(-118.295 + 0.01 * n, 34.005) for n in range(count)]
    return gpd.GeoDataFrame(dict(columns), geometry=shapes, crs="EPSG:4326")


def write_geojson(path: Path, frame: gpd.GeoDataFrame) -> Path:
    path.write_text(frame.to_json(drop_id=True), encoding="utf-8")
    return path


def write_features(path: Path, features: list[dict[str, Any]], **more: Any) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}), encoding="utf-8")
    return path


def write_workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def ring(x: float, y: float, size: float = 0.01) -> list[list[float]]:
    return np.array([[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]).tolist()
