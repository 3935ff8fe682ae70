"""Workbooks of Excel 97, OpenDocument and others that no library at hand writes, made by hand."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

SECTOR = 512


def write_xls(path: Path, rows: list[list[str | float]], title: str = "Data") -> Path:
    """A workbook of Excel 97 with one sheet: a stream of records in a compound file."""
    path.write_bytes(_compound(_workbook(rows, title)))
    return path


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _workbook(rows: list[list[str | float]], title: str) -> bytes:
    def start(kind: int) -> bytes:
        return _record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 1996, 0, 6))

    called = bytes((len(title), 0)) + title.encode("latin-1")
    sheet = start(0x10)
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(cell, str):
                sheet += _record(0x204, place + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le"))
            else:
                sheet += _record(0x203, place + struct.pack("<d", cell))
    sheet += _record(0x0A)
    length = len(start(5)) + len(_record(0x85, bytes(6) + called)) + len(_record(0x0A))
    return start(5) + _record(0x85, struct.pack("<IH", length, 0) + called) + _record(0x0A) + sheet


def _compound(stream: bytes) -> bytes:
    stream += bytes(max(4096 - len(stream), 0))
    stream += bytes(-len(stream) % SECTOR)
    count = len(stream) // SECTOR
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *(n + 3 for n in range(count - 1)), 0xFFFFFFFE]
    table = b"".join(struct.pack("<I", one) for one in chain) + b"\xff" * (SECTOR - 4 * len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0) + b"\xff" * 432

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        text = (name + "\0").encode("utf-16-le")
        return (text + bytes(64 - len(text)) + struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
                + bytes(36) + struct.pack("<IQ", first, size))

    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream)) + bytes(256)
    return header + table + folder + stream


def write_ods(path: Path, rows: list[list[str]], *, spaced: bool = False, sheets: int = 1) -> Path:
    """An OpenDocument; `spaced` puts line breaks between the cells, as some programs do."""
    between = "\n" if spaced else ""
    table = between.join(
        "<table:table-row>" + between + between.join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>' for cell in row
        ) + between + "</table:table-row>" for row in rows
    )
    tables = "".join(f'<table:table table:name="Sheet {n + 1}">{between}{table}{between}</table:table>' for n in range(sheets))
    return write_ods_content(path, tables)


def write_ods_content(path: Path, tables: str) -> Path:
    spaces = "urn:oasis:names:tc:opendocument:xmlns"
    content = (f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{spaces}:office:1.0" xmlns:table="{spaces}:table:1.0" '
               f'xmlns:text="{spaces}:text:1.0"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>')
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return path
