"""Damage to the file as bytes, and what stands beside or in place of it."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import struct
from pathlib import Path
from typing import Final

from tests.fuzz import mutating
from tests.fuzz.projects.damage import BYTES, FILES, NotHereError, on_file


def flip(dice: random.Random, path: Path) -> str:
    return _bytes(dice, path, mutating.flip)


def cut(dice: random.Random, path: Path) -> str:
    return _bytes(dice, path, mutating.cut)


def blank(dice: random.Random, path: Path) -> str:
    return _bytes(dice, path, mutating.blank)


def insert(dice: random.Random, path: Path) -> str:
    return _bytes(dice, path, mutating.insert)


def blow_up(dice: random.Random, path: Path) -> str:
    return _bytes(dice, path, mutating.blow_up)


def odd_word(dice: random.Random, path: Path) -> str:
    return _bytes(dice, path, mutating.odd_word)


def _bytes(dice: random.Random, path: Path, way: mutating.Damage) -> str:
    before = path.read_bytes()
    after = way(dice, before)
    if after == before:
        raise NotHereError
    path.write_bytes(after)
    return f"{len(before)} -> {len(after)} bytes"


def page(dice: random.Random, path: Path) -> str:
    """Whole pages swapped, emptied, or twice."""
    content = bytearray(path.read_bytes())
    size = struct.unpack(">H", content[16:18])[0] or 512
    size = 65536 if size == 1 else size
    count = len(content) // size
    one, other = dice.randrange(count), dice.randrange(count)
    how = dice.choice(("swap", "zero", "twice", "noise"))
    first, second = content[one * size : (one + 1) * size], content[other * size : (other + 1) * size]
    if how == "swap":
        content[one * size : (one + 1) * size], content[other * size : (other + 1) * size] = second, first
    else:
        content[one * size : (one + 1) * size] = {"zero": bytes(size), "twice": second, "noise": dice.randbytes(size)}[how]
    path.write_bytes(content)
    return f"{how} {one} {other}"


def database_header(dice: random.Random, path: Path) -> str:
    content = bytearray(path.read_bytes())
    at = dice.choice((0, 16, 18, 19, 20, 21, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60, 68, 92, 96, 100, 103, 105))
    value = dice.choice((b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x02\x02", b"\x01", b"\x00\x00\x00\x02"))
    content[at : at + len(value)] = value
    path.write_bytes(content)
    return f"at {at}: {value!r}"


def write_ahead(dice: random.Random, path: Path) -> str:
    """A write-ahead log beside the file: left by a crash, of another file, or noise."""
    how = dice.choice(("left", "noise", "empty", "other"))
    wal = path.with_name(path.name + "-wal")
    if how == "left":
        copy = path.with_name("writing.gpkg")
        shutil.copy(path, copy)
        db = sqlite3.connect(copy, isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("UPDATE ecomap_meta SET value = '\"Changed\"' WHERE key = 'title'")
        shutil.copy(copy, path)
        shutil.copy(copy.with_name(copy.name + "-wal"), wal)
        db.close()
        copy.unlink()
    else:
        wal.write_bytes({"noise": dice.randbytes(5000), "empty": b"", "other": struct.pack(">8I", 0x377F0682, 3007000, 4096, 0, 1, 2, 3, 4) + bytes(4120)}[how])
    return how


def journal(dice: random.Random, path: Path) -> str:
    """A journal beside the file, as a program that was killed leaves one: SQLite would roll the file back."""
    content = path.read_bytes()
    how = dice.choice(("hot", "noise", "empty", "folder"))
    beside = path.with_name(path.name + "-journal")
    if how == "folder":
        beside.mkdir()
    elif how == "hot":
        size = struct.unpack(">H", content[16:18])[0]
        head = bytes.fromhex("d9d505f920a163d7") + struct.pack(">iIIII", -1, 7, len(content) // size, 512, size)
        beside.write_bytes(head.ljust(512, b"\0") + struct.pack(">I", 2) + bytes(size) + struct.pack(">I", 0))
    else:
        beside.write_bytes(dice.randbytes(3000) if how == "noise" else b"")
    return how


def link(dice: random.Random, path: Path) -> str:
    """A link to the file, to itself, to nowhere, to a device."""
    how = dice.choice(("beside", "itself", "nowhere", "/dev/zero", "/dev/null", "/proc/self/mem"))
    if how == "beside":
        path.rename(path.with_name("real.gpkg"))
        path.symlink_to("real.gpkg")
        return how
    path.unlink()
    path.symlink_to({"itself": path.name, "nowhere": "gone.gpkg"}.get(how, how))
    return how


def in_place(dice: random.Random, path: Path) -> str:
    """No file at all: a folder, a pipe, a socket, nothing; empty, noise, another kind of file."""
    how = dice.choice(("folder", "pipe", "nothing", "empty", "noise", "zip", "text", "database", "geopackage", "page"))
    path.unlink()
    if how == "folder":
        path.mkdir()
        (path / "ecomap_meta").write_text("x")
    elif how == "pipe":
        os.mkfifo(path)
    elif how in ("database", "geopackage"):
        db = sqlite3.connect(path)
        db.execute("CREATE TABLE places (fid INTEGER PRIMARY KEY, name TEXT)")
        if how == "geopackage":
            db.execute("CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, identifier TEXT)")
            db.execute("INSERT INTO gpkg_contents VALUES ('places', 'attributes', 'places')")
            db.execute("CREATE TABLE ecomap_meta (a, b)") if dice.random() < 0.5 else None
        db.commit()
        db.close()
    elif how != "nothing":
        path.write_bytes({"empty": b"", "noise": dice.randbytes(20_000), "zip": b"PK\x03\x04" + bytes(500), "text": b"no project\n", "page": b"SQLite format 3\0" + bytes(4080)}[how])
    return how


def beside(dice: random.Random, path: Path) -> str:
    """What stands beside the file: locks, earlier versions and leftovers with hostile content."""
    name = dice.choice((f".{path.name}.lock", f"{path.name}.~1~", f".{path.name}.tmp", f".{path.name}.ecomap-part", f".{path.name}.lock.json"))
    what = dice.choice(("noise", "folder", "link", "text"))
    place = path.with_name(name)
    if what == "folder":
        (place / "x").mkdir(parents=True)
    elif what == "link":
        place.symlink_to("/dev/null")
    else:
        place.write_bytes(dice.randbytes(3000) if what == "noise" else b'{"pid": -1, "host": "\x1b[2J", "since": []}\n')
    return f"{name} {what}"


def no_rights(dice: random.Random, path: Path) -> str:
    mode = dice.choice((0o000, 0o400, 0o444))
    path.chmod(mode)
    return oct(mode)


ALL: Final = (
    *(on_file(BYTES, one) for one in (flip, flip, cut, blank, blank, insert, blow_up, blow_up, odd_word, page, page, page, database_header, database_header)),
    *(on_file(FILES, one) for one in (write_ahead, journal, journal, link, in_place, in_place, beside, beside, no_rights)),
)
