"""The kinds of files EcoMap reads and writes, one row each; every list of endings is read off this table."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from ecomap.model.said import Said, name

# What a file is written as.
PAGE: Final = "page"      # the map with its words
LAYERS: Final = "layers"  # rows with their shapes
SHEETS: Final = "sheets"  # rows without shapes


@frozen
class FileFormat:
    """One kind of file.

    Parameters
    ----------
    ending : str
        With its dot, in small letters.
    label : Said
        What people call it.
    reads : bool
        Whether a planner may bring one in. An old Excel file may be chosen too: it is told what to do with it.
    plain : bool
        Whether it is text in any shape: such a file is what its content is, whatever its ending says.
    writes : {"", "page", "layers", "sheets"}
        What it is written as; "" if it is not written.
    driver : str
        What GDAL calls it, where GDAL writes it.
    single : bool
        Whether it holds one table only.
    """

    ending: str
    label: Said
    reads: bool = False
    plain: bool = False
    writes: str = ""
    driver: str = ""
    single: bool = False


FORMATS: Final[tuple[FileFormat, ...]] = (
    FileFormat(".html", name("HTML"), writes=PAGE),
    FileFormat(".pdf", name("PDF"), writes=PAGE),
    FileFormat(".png", name("PNG"), writes=PAGE),
    FileFormat(".svg", name("SVG"), writes=PAGE),
    FileFormat(".gpkg", name("GeoPackage"), reads=True, writes=LAYERS, driver="GPKG"),
    FileFormat(".geojson", name("GeoJSON"), reads=True, writes=LAYERS, driver="GeoJSON", single=True),
    FileFormat(".json", name("JSON"), reads=True, driver="GeoJSON", single=True),
    FileFormat(".shp", name("Shapefile"), reads=True),
    FileFormat(".zip", name("ZIP"), reads=True),
    FileFormat(".csv", name("CSV"), reads=True, plain=True, writes=SHEETS, single=True),
    FileFormat(".tsv", name("TSV"), reads=True, plain=True),
    FileFormat(".txt", name("TXT"), reads=True, plain=True),
    FileFormat(".xlsx", name("Excel"), reads=True, writes=SHEETS),
    FileFormat(".xls", name("Excel 97"), reads=True, plain=True),
)
# The parts of a shapefile beside its .shp, and those that are no use without it and carry nothing EcoMap reads.
SHAPEFILE_PARTS: Final = (".shx", ".dbf", ".prj", ".cpg")
SHAPEFILE_REST: Final = (".sbn", ".sbx", ".qpj")

READABLE: Final = tuple(one.ending for one in FORMATS if one.reads)
OF_THEIR_KIND: Final = tuple(one.ending for one in FORMATS if one.reads and not one.plain)
PAGES: Final = tuple(one.ending for one in FORMATS if one.writes == PAGE)
TABULAR: Final = tuple(one.ending for one in FORMATS if one.writes in (LAYERS, SHEETS))


def format_of(ending: str) -> FileFormat:
    """The kind of file with an ending, in any case; one EcoMap does not know is neither read nor written.

    >>> format_of(".GPKG").driver, format_of(".doc").writes
    ('GPKG', '')
    """
    found = ending.lower()
    return next((one for one in FORMATS if one.ending == found), FileFormat(found, name(found)))
