"""The same three places in every kind of file that EcoMap opens, for tools/smoke_package.py: small, made up, some on old datums.

    python tools/make_smoke_files.py        writes tools/smoke_files
"""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
from openpyxl import Workbook

OUT = Path(__file__).resolve().parent / "smoke_files"
PLACES = (("Elm Street School", -118.25, 34.05), ("Río Seco School", -118.3, 34.1), ("Harbor School", -118.28, 33.75))
BRITISH = (("Elm Street School", -0.12, 51.5), ("Río Seco School", -0.2, 51.55), ("Harbor School", -0.05, 51.45))
# name of the file: driver, coordinate system, places. 2229 is California in feet; 27700 and 4267 lie on datums of before satellites.
KINDS = {
    "places.geojson": ("GeoJSON", 4326, PLACES),
    "places.gpkg": ("GPKG", 2229, PLACES),
    "places.kml": ("LIBKML", 4326, PLACES),
    "places.fgb": ("FlatGeobuf", 27700, BRITISH),
    "places.shp": ("ESRI Shapefile", 27700, BRITISH),
    "places.gdb": ("OpenFileGDB", 4267, PLACES),
}


def main() -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    expected: dict[str, list[tuple[str, float, float]]] = {}
    for name, (driver, crs, places) in KINDS.items():
        table = pd.DataFrame(places, columns=["name", "lon", "lat"])
        frame = gpd.GeoDataFrame(table[["name"]], geometry=gpd.points_from_xy(table["lon"], table["lat"]), crs=4326)
        frame.to_crs(crs).to_file(OUT / name, driver=driver, engine="pyogrio")
        expected[name] = list(places)
    for stem in ("places.shp", "places.gdb"):  # many files are handed over in one
        parts = sorted((OUT / stem).rglob("*")) if (OUT / stem).is_dir() else sorted(OUT.glob(Path(stem).stem + ".[scdp][hbrp][pxfjg]"))
        with zipfile.ZipFile(OUT / f"{stem}.zip", "w", zipfile.ZIP_DEFLATED) as packed:
            for part in parts:
                packed.write(part, part.relative_to(OUT))
        for part in parts:
            part.unlink()
        if (OUT / stem).is_dir():
            shutil.rmtree(OUT / stem)
        expected[f"{stem}.zip"] = expected.pop(stem)
    book = Workbook()
    for row in (("name", "lon", "lat"), *PLACES):
        book.active.append(row)
    book.save(OUT / "places.xlsx")
    write_ods(OUT / "places.ods")
    expected |= {"places.xlsx": list(PLACES), "places.ods": list(PLACES)}
    for rest in OUT.glob("*.cpg"):
        rest.unlink()
    (OUT / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1), encoding="utf-8")


def write_ods(path: Path) -> None:
    """A spreadsheet of LibreOffice, as small as it may be."""
    rows = "".join(
        "<table:table-row>" + "".join(
            f'<table:table-cell office:value-type="float" office:value="{cell}"/>' if isinstance(cell, float)
            else f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row) + "</table:table-row>"
        for row in (("name", "lon", "lat"), *PLACES))
    spaces = " ".join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        packed.writestr("META-INF/manifest.xml", '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                        '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
                        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>')
        packed.writestr("content.xml", f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet>'
                        f'<table:table table:name="places">{rows}</table:table></office:spreadsheet></office:body></office:document-content>')


if __name__ == "__main__":
    main()
