"""One file packed by gzip, bzip2 or xz, unpacked under limits."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from ecomap.io.reading import staging
from ecomap.model.errors import InputError
from ecomap.model.formats import PACKED
from ecomap.model.leftovers import work_prefix
from ecomap.model.said import name as named
from ecomap.model.said import say

_OPENERS: Final = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}


def is_packed(head: bytes) -> bool:
    """Whether a file that begins like this is one packed file.

    >>> is_packed(b"BZh91AY"), is_packed(b"PK")
    (True, False)
    """
    return any(head.startswith(mark) for mark in _OPENERS)


@contextmanager
def unpacked_file(path: Path, head: bytes) -> Iterator[Path]:
    """The file inside, in a temporary folder that is gone afterwards.

    Raises
    ------
    InputError
        If it is broken, or unpacks to an absurd size.
    """
    opener = next(opener for mark, opener in _OPENERS.items() if head.startswith(mark))
    with tempfile.TemporaryDirectory(prefix=work_prefix("packed")) as name:
        stem = path.stem if path.suffix.lower() in PACKED else path.name
        inside = Path(name) / (stem or "file")
        try:
            with opener(path, "rb") as packed, inside.open("wb") as out:  # type: ignore[operator]
                _pour(packed, out, path)
        except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, ValueError) as problem:
            raise _broken(path) from problem
        except OSError as problem:
            if problem.errno is not None:
                raise
            raise _broken(path) from problem  # bz2 says so for bytes that are none of its own
        yield inside


def _pour(packed: IO[bytes], out: IO[bytes], path: Path) -> None:
    size, written = max(path.stat().st_size, 1), 0
    while block := packed.read(1 << 20):
        written += len(block)
        if written > staging.MAX_BYTES or (written > staging.SMALL_BYTES and written / size > staging.MAX_RATIO):
            raise InputError(
                say("{file} unpacks to more than {size} MB, which is not like data.", file=named(path.name), size=written >> 20),
                say("If you trust it, unpack it yourself and import the file inside."),
            )
        out.write(block)


def _broken(path: Path) -> InputError:
    return InputError(say("{file} is a broken packed file.", file=named(path.name)), say("Download it again."))
