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
from ecomap.model.formats import PARTS_BESIDE, READABLE, SHAPEFILE_PARTS
from ecomap.model.leftovers import work_prefix
from ecomap.model.said import name as named
from ecomap.model.said import plural, say
from ecomap.model.units import format_number

MAX_FILES = 2_000
MAX_BYTES = 1 << 30           # 1 GiB unpacked
MAX_RATIO = 200               # unpacked : packed, judged above SMALL_BYTES
SMALL_BYTES = 32 << 20
DATA_ENDINGS = frozenset({*READABLE, *SHAPEFILE_PARTS, *(part for parts in PARTS_BESIDE.values() for part in parts)})
GEODATABASE = ".gdbtable"     # a folder with such files in it is a file geodatabase
DOCUMENTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml", "word/document.xml", "ppt/presentation.xml", "Index/Document.iwa")
NESTED = 2                    # zips inside zips are opened this deep


@contextmanager
def copied(parts: Sequence[Path]) -> Iterator[Path]:
    """A temporary folder with copies of these files (and folders of files), gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=work_prefix("read")) as name:
        folder = Path(name)
        for part in parts:
            if part.is_dir():
                (folder / part.name).mkdir()
                for inner in part.iterdir():
                    if inner.is_file():
                        shutil.copyfile(inner, folder / part.name / inner.name)
            else:
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
    except (zipfile.BadZipFile, NotImplementedError) as problem:
        raise InputError(say("{file} is a broken zip file.", file=named(path.name)), say("Download it again.")) from problem
    with archive, tempfile.TemporaryDirectory(prefix=work_prefix("zip")) as name:
        members = _trusted(path, archive.infolist())
        folder = Path(name)
        names = frozenset(member.filename for member in members)
        if not names & frozenset(DOCUMENTS):
            left = _extract(path, archive, members, folder, MAX_BYTES)
            _open_nested(folder, left, NESTED)
        yield folder, names


def _open_nested(folder: Path, left: int, depth: int) -> None:
    """Zips inside the zip become folders of their names, within the same limit; one that is broken is left as it is."""
    for inner in sorted(part for part in folder.rglob("*") if part.suffix.lower() in (".zip", ".kmz") and part.is_file()):
        if depth == 0 or left <= 0:
            return
        target = inner.with_suffix("")
        if target.exists() or not zipfile.is_zipfile(inner):
            continue
        try:
            archive = zipfile.ZipFile(inner)
        except (zipfile.BadZipFile, NotImplementedError):
            continue
        with archive:
            members = _trusted(inner, archive.infolist())
            if frozenset(member.filename for member in members) & frozenset(DOCUMENTS):
                continue
            target.mkdir()
            left = _extract(inner, archive, members, target, left)
        inner.unlink()
        _open_nested(target, left, depth - 1)


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
    return [member for member in members if member.filename and not member.is_dir()]


def _extract(path: Path, archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo], folder: Path, left: int) -> int:
    """Unpack the data files; how many bytes of the limit are left."""
    databases = {PurePosixPath(member.filename.replace("\\", "/")).parent for member in members if member.filename.lower().endswith(GEODATABASE)}
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        wanted = name.suffix.lower() in DATA_ENDINGS or name.parent in databases
        if not wanted or "__MACOSX" in name.parts or name.name.startswith("._"):
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
    return left
