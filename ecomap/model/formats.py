"""The kinds of files EcoMap reads and writes, one row each; every list of endings is read off this table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attrs import frozen

from ecomap.model.said import Said, name, say

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
        Whether a planner may bring one in. It is told by its content, whatever its ending.
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
    FileFormat(".fgb", name("FlatGeobuf"), reads=True, writes=LAYERS, driver="FlatGeobuf", single=True),
    FileFormat(".json", name("JSON"), reads=True, driver="GeoJSON", single=True),
    FileFormat(".shp", name("Shapefile"), reads=True),
    FileFormat(".zip", name("ZIP"), reads=True),
    FileFormat(".csv", name("CSV"), reads=True, plain=True, writes=SHEETS, single=True),
    FileFormat(".tsv", name("TSV"), reads=True, plain=True),
    FileFormat(".txt", name("TXT"), reads=True, plain=True),
    FileFormat(".tab", name("TAB"), reads=True, plain=True),
    FileFormat(".xlsx", name("Excel"), reads=True, writes=SHEETS),
    FileFormat(".xlsm", name("Excel"), reads=True),
    FileFormat(".xlsb", name("Excel"), reads=True),
    FileFormat(".xls", name("Excel 97"), reads=True, plain=True),
    FileFormat(".ods", name("OpenDocument"), reads=True),
    FileFormat(".kml", name("KML"), reads=True),
    FileFormat(".kmz", name("KMZ"), reads=True),
    FileFormat(".gdb", name("File geodatabase"), reads=True),
    FileFormat(".gml", name("GML"), reads=True),
    FileFormat(".gpx", name("GPX"), reads=True),
    FileFormat(".geojsonl", name("GeoJSON lines"), reads=True, plain=True),
    FileFormat(".geojsons", name("GeoJSON lines"), reads=True, plain=True),
    FileFormat(".jsonl", name("JSON lines"), reads=True, plain=True),
    FileFormat(".ndjson", name("JSON lines"), reads=True, plain=True),
    FileFormat(".topojson", name("TopoJSON"), reads=True),
    FileFormat(".mif", name("MapInfo"), reads=True),
    FileFormat(".osm", name("OpenStreetMap"), reads=True),
    FileFormat(".pbf", name("OpenStreetMap"), reads=True),
    FileFormat(".mbtiles", name("MBTiles"), reads=True),
    FileFormat(".pmtiles", name("PMTiles"), reads=True),
    FileFormat(".sqlite", name("SQLite"), reads=True),
    FileFormat(".db", name("SQLite"), reads=True),
    FileFormat(".dbf", name("dBASE"), reads=True),
    FileFormat(".parquet", name("Parquet"), reads=True),
    FileFormat(".geoparquet", name("GeoParquet"), reads=True),
    FileFormat(".gz", name("GZIP"), reads=True),
    FileFormat(".bz2", name("BZIP2"), reads=True),
    FileFormat(".xz", name("XZ"), reads=True),
)
# The parts of a shapefile beside its .shp, and those that are no use without it and carry nothing EcoMap reads.
SHAPEFILE_PARTS: Final = (".shx", ".dbf", ".prj", ".cpg")
SHAPEFILE_REST: Final = (".sbn", ".sbx", ".qpj")
# What lies beside the file of other kinds and belongs to it.
PARTS_BESIDE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    ".dbf": (".cpg",), ".tab": (".dat", ".map", ".id", ".ind"), ".mif": (".mid",), ".gml": (".xsd", ".gfs"), ".gpkg": (".gpkg-wal", ".gpkg-journal"),
})
PACKED: Final = (".gz", ".bz2", ".xz")

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


@frozen
class Stranger:
    """A kind of file that people send and EcoMap does not read, and the way out.

    Parameters
    ----------
    what : Said
        What it is, after "is".
    way_out : Said
        What to do instead, one sentence.
    endings : tuple of str
        By which it is known where its content does not tell.
    marks : tuple of (int, bytes)
        Bytes by which it is known, each at its place from the beginning.
    members : tuple of str
        Endings of names that only its kind of zip holds.
    holds : bytes
        What stands somewhere in its first part, for kinds of text that begin like others.
    """

    what: Said
    way_out: Said
    endings: tuple[str, ...] = ()
    marks: tuple[tuple[int, bytes], ...] = ()
    members: tuple[str, ...] = ()
    holds: bytes = b""


_AS_LAYER: Final = say("Open it in the program that made it and export the layer as GeoPackage, GeoJSON or a shapefile.")
_ASK: Final = say("Ask its publisher for the table as CSV or Excel.")
_UNPACK: Final = say("Unpack it yourself and import the files you need.")
_PROJECT: Final = say("It only points to data: export the layers you need as GeoPackage, GeoJSON or a shapefile.")
_PICTURE: Final = say("A picture holds no rows: ask for the data it was drawn from.")

STRANGERS: Final[tuple[Stranger, ...]] = (
    Stranger(say("a PDF, not a table"), _ASK, (".pdf",), ((0, b"%PDF"),)),
    Stranger(say("a Word document, not a table"), say("Copy the table into Excel and save it as .xlsx or CSV."), (".docx", ".doc", ".odt", ".rtf"),
             ((0, b"{\\rtf"),), ("word/document.xml", "application/vnd.oasis.opendocument.text")),
    Stranger(say("a presentation, not a table"), say("Copy the table into Excel and save it as .xlsx or CSV."), (".pptx", ".ppt", ".odp"),
             (), ("ppt/presentation.xml",)),
    Stranger(say("a Numbers spreadsheet"), say("Open it in Numbers and export it as Excel or CSV."), (".numbers",), (), ("index/document.iwa",)),
    Stranger(say("a link to a Google document, not the document itself"), say("Open it in the browser and download it as Excel or CSV."),
             (".gsheet", ".gdoc")),
    Stranger(say("a picture"), _PICTURE, (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".heic"),
             ((0, b"\x89PNG"), (0, b"\xff\xd8\xff"), (0, b"GIF8"), (8, b"WEBP"), (4, b"ftypheic"))),
    Stranger(say("a raster image (GeoTIFF or the like)"), say("EcoMap needs areas, lines or points: ask for the data as polygons or as a table."),
             (".tif", ".tiff", ".img", ".ecw", ".sid", ".jp2", ".asc", ".nc", ".grib"),
             ((0, b"II*\x00"), (0, b"MM\x00*"), (0, b"CDF\x01"), (0, b"CDF\x02"), (0, b"GRIB"), (0, b"EHFA_HEADER_TAG"))),
    Stranger(say("a QGIS project, which holds no data"), _PROJECT, (".qgs", ".qgz"), (), (".qgs",), b"<qgis "),
    Stranger(say("a QGIS style, which holds no data"), _PROJECT, (".qml", ".qlr", ".sld")),
    Stranger(say("an ArcGIS layer file, which holds no data"), _PROJECT, (".lyr", ".lyrx"), (), (), b"CIMLayerDocument"),
    Stranger(say("an ArcGIS map or project, which holds no data"), _PROJECT, (".mxd", ".aprx", ".mapx", ".pagx"), (), (".gisproject", "gisproject.json"), b"CIMMapDocument"),
    Stranger(say("an ArcGIS package"), say("Open it in ArcGIS, or unpack it with 7-Zip, and import the geodatabase inside."), (".lpk", ".lpkx", ".mpk", ".mpkx", ".ppkx")),
    Stranger(say("an Access database"), say("Open it in Access and export the table as Excel or CSV; a map layer as a shapefile."), (".mdb", ".accdb"),
             ((4, b"Standard Jet DB"), (4, b"Standard ACE DB"))),
    Stranger(say("an SPSS file"), say("Save it in SPSS, PSPP or R as CSV."), (".sav", ".zsav", ".por"), ((0, b"$FL2"), (0, b"$FL3"))),
    Stranger(say("a Stata file"), say("Save it in Stata or R as CSV (export delimited)."), (".dta",), ((0, b"<stata_dta>"),)),
    Stranger(say("a SAS file"), say("Save it in SAS or R as CSV (proc export)."), (".sas7bdat", ".xpt"),
             ((0, b"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xc2\xea\x81\x60"), (0, b"HEADER RECORD*******"))),
    Stranger(say("a file of R"), say("Save it in R as CSV (write.csv), or as GeoPackage (sf::st_write)."), (".rds", ".rdata", ".rda"),
             ((0, b"X\n\x00\x00\x00"), (0, b"A\n2\n1"), (0, b"A\n3\n2627"), (0, b"RDX2\n"), (0, b"RDX3\n"))),
    Stranger(say("a pickle of Python, which can do harm when it is opened"), say("Ask for CSV, GeoPackage or Parquet instead."), (".pkl", ".pickle")),
    Stranger(say("an Arrow or Feather file"), say("Ask for CSV, GeoPackage or Parquet instead."), (".feather", ".arrow"), ((0, b"ARROW1\x00\x00"),)),
    Stranger(say("an HDF5 file"), say("Ask its publisher for the table as CSV."), (".h5", ".hdf5"), ((0, b"\x89HDF"),)),
    Stranger(say("a drawing (CAD)"), _AS_LAYER, (".dwg", ".dxf", ".dgn"), ((0, b"AC1015\x00"), (0, b"AC1018\x00"), (0, b"AC1021\x00"), (0, b"AC1024\x00"), (0, b"AC1027\x00"), (0, b"AC1032\x00"), (0, b"AutoCAD Binary DXF"))),
    Stranger(say("an ArcInfo export file"), _AS_LAYER, (".e00",), ((0, b"EXP  0"), (0, b"EXP  1"))),
    Stranger(say("a 7-Zip or RAR archive"), _UNPACK, (".7z", ".rar"), ((0, b"7z\xbc\xaf\x27\x1c"), (0, b"Rar!"))),
    Stranger(say("a TAR archive"), _UNPACK, (".tar", ".tgz"), ((257, b"ustar"),)),
    Stranger(say("packed in a way EcoMap does not open (Zstandard)"), _UNPACK, (".zst",), ((0, b"\x28\xb5\x2f\xfd"),)),
    Stranger(say("an Excel file in the XML of 2003"), say("Open it in Excel and save it as .xlsx or CSV."), (), (), (), b"urn:schemas-microsoft-com:office:spreadsheet"),
    Stranger(say("an e-mail"), say("Save its attachment and import that."), (".msg", ".eml")),
    Stranger(say("a link, not the file itself"), say("Open it in the browser and download the file."), (".url", ".webloc", ".lnk"), ((0, b"[InternetShortcut]"),)),
    Stranger(say("a program"), say("Choose a file with data."), (".exe", ".dll", ".app"), ((0, b"MZ\x90"), (0, b"\x7fELF"))),
)


def stranger_by_ending(ending: str) -> Stranger | None:
    """The kind of file that EcoMap does not read, by its ending.

    >>> str(stranger_by_ending(".ACCDB").what)
    'an Access database'
    """
    found = ending.lower()
    return next((one for one in STRANGERS if found in one.endings), None)
