"""Rows that came in answers, landed as one ordinary file."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import evolve

from ecomap.io.connectors.spec import Landed
from ecomap.io.web import Downloaded, Web, host_of
from ecomap.io.web.faults import unreadable
from ecomap.model.files import checksum_of, write_whole
from ecomap.model.said import Said

_ARCHIVES: Final = (".zip", ".kmz", ".xlsx", ".ods")


def require_archive(found: Downloaded, web: Web) -> Downloaded:
    """The file, if it is one that ends as an archive does and is one, or ends otherwise; by its table of contents alone.

    Raises
    ------
    NetworkError
        If it is none, or half of one; it is not kept.
    """
    if found.path.suffix.lower() in _ARCHIVES:
        try:
            with zipfile.ZipFile(found.path):
                pass
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
            not_kept(found, web)
            raise unreadable(host_of(found.address)) from problem
    return found


def not_kept(found: Downloaded, web: Web) -> None:
    """Forget a file that is not what was asked for, here and among what has come before."""
    web.forget(found)
    found.path.unlink()


def landed_table(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]], **known: Any) -> Landed:
    """A table of text as a CSV file, whole or not at all; ``known`` is what `Landed` holds beside the file."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([head, *rows])
    return landed_bytes(path, text.getvalue().encode("utf-8"), **known)


def landed_bytes(path: Path, content: bytes, **known: Any) -> Landed:
    """A file of these bytes, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)
    return Landed(path, checksum=hashlib.sha256(content).hexdigest(), bytes=len(content), **known)


def landed_frame(path: Path, frame: Any, of: Landed, notes: Sequence[Said] = ()) -> Landed:
    """Rows of a map as a GeoJSON file; what is known of the file they were cut from holds for it too."""
    from ecomap.io.writing import write_geodata  # heavy

    write_geodata(frame, path)
    return evolve(of, path=path, checksum=checksum_of(path), bytes=path.stat().st_size, notes=(*of.notes, *notes))
