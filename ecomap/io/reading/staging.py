"""Copies to read from, so that the source stays byte-identical, and zips opened without trust."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from ecomap.model.errors import InputError
from ecomap.model.formats import READABLE, SHAPEFILE_PARTS
from ecomap.model.said import name as named
from ecomap.model.said import plural, say
from ecomap.model.units import format_number

MAX_FILES = 2_000
MAX_BYTES = 1 << 30           # 1 GiB unpacked
MAX_RATIO = 200               # unpacked : packed, judged above SMALL_BYTES
SMALL_BYTES = 32 << 20
DATA_ENDINGS = frozenset({*READABLE, *SHAPEFILE_PARTS} - {".zip", ".xls"})


@contextmanager
def copied(parts: Sequence[Path]) -> Iterator[Path]:
    """A temporary folder with copies of these files, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="ecomap-read-") as name:
        folder = Path(name)
        for part in parts:
            shutil.copyfile(part, folder / part.name)
        yield folder


@contextmanager
def unpacked(path: Path) -> Iterator[tuple[Path, frozenset[str]]]:
    """The data files of a zip in a temporary folder, and the names of all its members.

    Raises
    ------
    InputError
        If the zip is broken, locked with a password, reaches outside its folder or unpacks to an absurd size.
    """
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as problem:
        raise InputError(say("{file} is a broken zip file.", file=named(path.name)), say("Download it again.")) from problem
    with archive, tempfile.TemporaryDirectory(prefix="ecomap-zip-") as name:
        members = _trusted(path, archive.infolist())
        folder = Path(name)
        names = frozenset(member.filename for member in members)
        if "xl/workbook.xml" not in names:
            _extract(path, archive, members, folder)
        yield folder, names


def _trusted(path: Path, members: Sequence[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    total = sum(member.file_size for member in members)
    packed = max(sum(member.compress_size for member in members), 1)
    if len(members) > MAX_FILES or total > MAX_BYTES or (total > SMALL_BYTES and total / packed > MAX_RATIO):
        raise InputError(
            plural("{file} would unpack to {n} file and {size} MB, which is not like map data.",
                   "{file} would unpack to {n} files and {size} MB, which is not like map data.", len(members),
                   file=named(path.name), size=format_number(total / 1e6)),
            say("If you trust it, unpack it yourself and import the files you need."),
        )
    for member in members:
        parts = PurePosixPath(member.filename.replace("\\", "/")).parts
        unsafe = ".." in parts or member.filename.startswith(("/", "\\")) or ":" in member.filename
        if unsafe or stat.S_ISLNK(member.external_attr >> 16):
            raise InputError(
                say("{file} tries to write outside its own folder ('{member}').", file=named(path.name), member=named(member.filename)),
                say("Do not use this file; ask its publisher for a clean one."),
            )
        if member.flag_bits & 0x1:
            raise InputError(say("{file} is locked with a password.", file=named(path.name)), say("Unpack it yourself and import what is inside."))
    return [member for member in members if not member.is_dir()]


def _extract(path: Path, archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo], folder: Path) -> None:
    left = MAX_BYTES
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if name.suffix.lower() not in DATA_ENDINGS or "__MACOSX" in name.parts or name.name.startswith("._"):
            continue
        target = folder.joinpath(*name.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with archive.open(member) as packed, target.open("wb") as out:
                while block := packed.read(1 << 20):
                    left -= len(block)
                    if left < 0:
                        raise InputError(
                            say("{file} unpacks to more than it says.", file=named(path.name)),
                            say("Do not use this file; ask its publisher for a clean one."),
                        )
                    out.write(block)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as problem:
            raise InputError(say("{file} is a broken zip file.", file=named(path.name)), say("Download it again.")) from problem
