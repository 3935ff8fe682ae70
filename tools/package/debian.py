"""A .deb packed smaller than dpkg-deb packs it, in what every dpkg since 2010 can read.

A .deb is an archive of the kind that `ar` makes: its version, its control files, its files, in this order. dpkg-deb knows the levels
of xz, but not its filters; what it made unpacked is packed here, and the archive written anew.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

BEGINNING = b"!<arch>\n"
HEAD = 60  # bytes: name 16, time 12, owner 6, group 6, mode 8, size 10, end 2


def pack(made: Path, command: tuple[str, ...]) -> None:
    """Pack the parts of an unpacked .deb with xz, each by itself."""
    parts = members(made.read_bytes())
    with made.open("wb") as stream:
        stream.write(BEGINNING)
        for name, content in parts:
            if name.endswith(".tar"):
                name, content = f"{name}.xz", packed(content, command if name == "data.tar" else ("xz", "-9"))
            stream.write(f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode("ascii") + content + b"\n" * (len(content) % 2))


def packed(content: bytes, command: tuple[str, ...]) -> bytes:
    return subprocess.run([*command, "--stdout", "--threads=1"], input=content, capture_output=True, check=True).stdout


def members(archive: bytes) -> list[tuple[str, bytes]]:
    """The parts of an archive, in order.

    >>> members(BEGINNING + b"debian-binary   0           0     0     100644  4         `\\n2.0\\n")
    [('debian-binary', b'2.0\\n')]
    """
    found, at = [], len(BEGINNING)
    while at + HEAD <= len(archive):
        head = archive[at:at + HEAD]
        size = int(head[48:58])
        found.append((head[:16].decode("ascii").rstrip(" /"), archive[at + HEAD:at + HEAD + size]))
        at += HEAD + size + size % 2
    return found
