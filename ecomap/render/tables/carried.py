"""The hidden sheet of a workbook: the record of its answers and the rows they rest on, packed, in cells that every program keeps."""

from __future__ import annotations

import base64
import zlib
from typing import Final

from ecomap.model.record import HIDDEN_SHEET, HIDDEN_SHEET_HEADINGS, Carried
from ecomap.render.tables.workbook import Sheet

_PIECE: Final = 30_000  # letters; a cell holds 32,767


def hidden_sheet(carried: Carried) -> Sheet:
    """The record in the first column and the rows in the second, in pieces."""
    record = base64.b64encode(zlib.compress(carried.record.encode("utf-8"), 9)).decode("ascii")
    columns = [_pieces(record), _pieces(base64.b64encode(carried.rows).decode("ascii"))]
    longest = max(map(len, columns))
    return Sheet(HIDDEN_SHEET, [[heading, *column, *[None] * (longest - len(column))] for heading, column in zip(HIDDEN_SHEET_HEADINGS, columns)],
                 hidden=True)


def _pieces(text: str) -> list[str | None]:
    return [text[start:start + _PIECE] for start in range(0, len(text), _PIECE)]
