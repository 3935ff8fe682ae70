"""Ways in which files break, and in which people break them on purpose; the same seed gives the same damage."""

from __future__ import annotations

import gzip
import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.fuzz.seeds import Seed, zipped

_BINARY = frozenset({"gpkg", "shp", "fgb", "tab", "sqlite", "mbtiles", "pmtiles", "ods", "xlsx", "gdb", "parquet", "csv.gz", "csv.bz2", "csv.xz",
                     "zip", "gdb.zip", "kmz", "pbf"})
_LARGE = (0x7FFFFFFF, 0xFFFFFFFF, 0x80000000, 0x10000000, 0x00FFFFFF)
_ODD_WORDS = (
    b"NaN", b"Infinity", b"-Infinity", b"1e308", b"1e999", b"-1e-400", b"9" * 400, b"-0", b"0x10", b"null", b"true", b"1,2,3", b"1.2.3",
    b"99/99/9999", b"0000-00-00", b"12/31/9999", b"-89.9e5", b"=1+1", b"#REF!", b"\xe2\x80\xae", b"\xf0\x9f\x8f\xab", b"\xef\xbb\xbf",
    b"POLYGON ((0 0, 1 1, nan nan, 0 0))", b"0103000000", b"SRID=0;POINT(1 1)", b"{}", b"[]", b"''", b'""', b"\\u0000", b"\\ud800",
)

Damage = Callable[[random.Random, bytes], bytes]


def mutated(seed: Seed, number: int) -> dict[str, bytes]:
    """The files of a seed with one of them damaged, one to three times over."""
    dice = random.Random(f"{seed.format}/{seed.name}/{number}")
    files = dict(seed.files)
    name = dice.choice(sorted(files, key=lambda one: (one != seed.name, one))[:1] * 3 + sorted(files))
    files[name] = _damaged(dice, seed.format, files[name])
    if len(files) > 1 and dice.random() < 0.05:
        files.pop(dice.choice([one for one in sorted(files) if one != name]))
    return files


def _damaged(dice: random.Random, format: str, content: bytes) -> bytes:
    if content.startswith(b"PK\x03\x04") and dice.random() < 0.6:
        return _inside_zip(dice, content)
    if content.startswith(b"\x1f\x8b") and dice.random() < 0.6:
        return gzip.compress(_several(dice, gzip.decompress(content), ALL), mtime=0)
    return _several(dice, content, BYTES if format in _BINARY else ALL)


def _several(dice: random.Random, content: bytes, ways: tuple[Damage, ...]) -> bytes:
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        content = dice.choice(ways)(dice, content)[: 8 << 20]
    return content


def _inside_zip(dice: random.Random, content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = {one.filename: archive.read(one) for one in archive.infolist()}
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError):
        return content
    if not files:
        return content
    chosen = dice.choice(sorted(files))
    text = not files[chosen][:400].count(0)
    files[chosen] = _several(dice, files[chosen], ALL if text else BYTES)
    if dice.random() < 0.1:
        files[f"../{chosen}"] = files.pop(chosen)
    return zipped(files)


def _place(dice: random.Random, content: bytes) -> int:
    """Somewhere, more often near the front, where the headers are."""
    return min(int(len(content) * dice.random() ** dice.choice((1, 3))), max(len(content) - 1, 0))


def flip(dice: random.Random, content: bytes) -> bytes:
    out = bytearray(content)
    for _ in range(dice.choice((1, 2, 8, 40)) if out else 0):
        out[_place(dice, content)] ^= 1 << dice.randrange(8)
    return bytes(out)


def cut(dice: random.Random, content: bytes) -> bytes:
    return content[: _place(dice, content)]


def repeat(dice: random.Random, content: bytes) -> bytes:
    at, size = _place(dice, content), dice.choice((1, 16, 300, 4096))
    return content[: at + size] + content[at : at + size] * dice.choice((1, 2, 50)) + content[at + size :]


def delete(dice: random.Random, content: bytes) -> bytes:
    at = _place(dice, content)
    return content[:at] + content[at + dice.choice((1, 2, 16, 300, 4096)) :]


def insert(dice: random.Random, content: bytes) -> bytes:
    at = _place(dice, content)
    return content[:at] + dice.randbytes(dice.choice((1, 4, 64, 1024))) + content[at:]


def blank(dice: random.Random, content: bytes) -> bytes:
    at, size = _place(dice, content), dice.choice((4, 64, 1024))
    return content[:at] + dice.choice((b"\x00", b"\xff", b" "))* min(size, len(content) - at) + content[at + size :]


def blow_up(dice: random.Random, content: bytes) -> bytes:
    """A length that says more than there is."""
    at = _place(dice, content) & ~dice.choice((0, 1, 3))
    value = struct.pack(dice.choice("<>") + "I", dice.choice(_LARGE))
    return content[:at] + value + content[at + 4 :]


def swap(dice: random.Random, content: bytes) -> bytes:
    one, other = sorted((_place(dice, content), _place(dice, content)))
    size = dice.choice((4, 64, 512))
    if one + size > other:
        return content
    return content[:one] + content[other : other + size] + content[one + size : other] + content[one : one + size] + content[other + size :]


def zip_header(dice: random.Random, content: bytes) -> bytes:
    """The size, method or flags of a member of a zip."""
    found = [match.start() for match in re.finditer(rb"PK[\x01\x03\x05][\x02\x04\x06]", content)]
    if not found:
        return blow_up(dice, content)
    at = dice.choice(found) + dice.randrange(4, 40)
    return content[:at] + dice.choice((b"\xff\xff\xff\xff", b"\x00\x00", b"\x63\x00", b"\x01")) + content[at + dice.choice((1, 2, 4)) :]


def odd_word(dice: random.Random, content: bytes) -> bytes:
    """A word or number replaced by an odd one."""
    words = list(re.finditer(rb"[\w.+-]+", content[: 1 << 20]))
    if not words:
        return content
    for word in sorted((dice.choice(words) for _ in range(dice.choice((1, 3, 20)))), key=lambda one: -one.start()):
        content = content[: word.start()] + dice.choice(_ODD_WORDS) + content[word.end() :]
    return content


def odd_mark(dice: random.Random, content: bytes) -> bytes:
    """Quotes, separators, brackets, line ends, NUL and bytes that are no UTF-8 where none belong."""
    for _ in range(dice.choice((1, 5, 60))):
        at = _place(dice, content)
        mark = dice.choice((b'"', b"'", b",", b";", b"\t", b"\n", b"\r", b"\x00", b"\xff", b"\xc3", b"{", b"}", b"[", b"]", b"<", b">", b"&", b"|", b"\x1f"))
        content = content[:at] + mark + content[at + dice.choice((0, 1)) :]
    return content


def deep(dice: random.Random, content: bytes) -> bytes:
    at, times = _place(dice, content), dice.choice((50, 2000, 100_000))
    start, end = dice.choice(((b"[", b"]"), (b'{"a":', b"}"), (b"<a>", b"</a>"), (b"(", b")")))
    return content[:at] + start * times + dice.choice((b"", b"1" + end * times)) + content[at:]


def long_cell(dice: random.Random, content: bytes) -> bytes:
    at = _place(dice, content)
    return content[:at] + dice.choice((b"A", b"9", b" ", b"\xc3\xb1", b'""')) * dice.choice((300, 70_000, 1 << 20)) + content[at:]


def many_rows(dice: random.Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    at = dice.randrange(len(lines))
    return b"\n".join([*lines[:at], *lines[at : at + 3] * dice.choice((2, 500, 3000)), *lines[at:]])


def many_columns(dice: random.Random, content: bytes) -> bytes:
    mark = dice.choice((b",", b";", b"\t"))
    at = dice.choice((content.find(b"\n"), _place(dice, content)))
    return content[:at] + mark.join(b"c%d" % n for n in range(dice.choice((5, 300, 30_000)))) + content[at:]


def entities(dice: random.Random, content: bytes) -> bytes:
    """The billion laughs, and a reach for another file."""
    kind = dice.choice((
        b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'">' + b"".join(b'<!ENTITY b%d "%s">' % (n, b"&b%d;" % (n - 1) * 10 if n else b"&b;" * 10) for n in range(9)) + b"]>",
        b'<!DOCTYPE a [<!ENTITY b8 SYSTEM "file:///etc/hostname">]>',
    ))
    at = content.find(b"?>") + 2 if b"?>" in content[:200] else 0
    word = re.search(rb">[\w ]+<", content[at:])
    body = content[at:] if word is None else content[at : at + word.start()] + b">&b8;<" + content[at + word.end() :]
    return content[:at] + kind + body


BYTES: tuple[Damage, ...] = (flip, flip, cut, repeat, delete, insert, blank, blow_up, blow_up, swap, zip_header)
ALL: tuple[Damage, ...] = (flip, cut, repeat, delete, insert, blank, swap, odd_word, odd_word, odd_word, odd_mark, odd_mark, deep, long_cell,
                           many_rows, many_columns, entities)
