"""The record in a workbook: in a hidden sheet, whose cells survive every spreadsheet program; packed, for a cell holds little."""

from __future__ import annotations

import base64
import binascii
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ecomap.model.errors import InputError
from ecomap.model.record import HIDDEN_SHEET, HIDDEN_SHEET_HEADINGS, LONGEST, Carried
from ecomap.model.said import say

MOST_BYTES: Final = 1_000_000_000   # of all parts of a workbook, unpacked
_MOST_PARTS: Final = 20_000


def from_workbook(path: Path) -> Carried:
    """What a workbook carries; nothing where it carries nothing.

    Raises
    ------
    InputError
        If it unpacks to more than any workbook of ours, or what it carries is damaged.
    """
    sheets = cells_of(path, only=HIDDEN_SHEET)
    rows = sheets.get(HIDDEN_SHEET, [])
    if not rows or tuple(map(str, rows[0][:2])) != HIDDEN_SHEET_HEADINGS:
        return Carried()
    record, parcel = ("".join(str(row[n]) for row in rows[1:] if n < len(row) and row[n] is not None) for n in (0, 1))
    try:
        reader = zlib.decompressobj()
        text = reader.decompress(base64.b64decode(record, validate=True), LONGEST)
        if reader.unconsumed_tail or not reader.eof:
            raise ValueError
        return Carried(text.decode("utf-8"), base64.b64decode(parcel, validate=True))
    except (ValueError, binascii.Error, zlib.error) as problem:
        raise InputError(say("The record of settings and sources in this file cannot be read."),
                         say("Ask whoever sent the file to export it again.")) from problem


def cells_of(path: Path, only: str = "") -> dict[str, list[list[Any]]]:
    """The cells of every sheet of a workbook, or of one, by the sheet's name.

    Raises
    ------
    InputError
        If it is no workbook, or unpacks to more than any workbook of ours.
    """
    import python_calamine  # heavy

    _check_size(path)
    try:
        book = python_calamine.load_workbook(str(path))
        names: Sequence[str] = [one for one in book.sheet_names if not only or one == only]
        return {one: book.get_sheet_by_name(one).to_python(skip_empty_area=False) for one in names}
    except (python_calamine.CalamineError, ValueError, OSError) as problem:
        raise InputError(say("The workbook is damaged."), say("Ask whoever sent it to export it again.")) from problem


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as book:
            parts = book.infolist()
    except (zipfile.BadZipFile, OSError) as problem:
        raise InputError(say("The workbook is damaged."), say("Ask whoever sent it to export it again.")) from problem
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise InputError(say("The workbook unpacks to more than EcoMap writes, so it is not read."),
                         say("Ask whoever sent the file to export it again."))
