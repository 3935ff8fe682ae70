"""An AppImage (type 2): a small program, and behind it a squashfs that holds the one-folder program.

The small program is ours (linux/appimage_runtime.c) unless another is named, for example that of the AppImage project. It is
linked static, of Debian's or Ubuntu's packages libsquashfuse-dev, libfuse3-dev and libzstd-dev; where these or a compiler are
missing there is none, and only the squashfs is written.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "linux" / "appimage_runtime.c"
LIBRARIES = ("-lsquashfuse_ll", "-lfuse3", "-lzstd", "-lpthread")
PACKAGES = "gcc libsquashfuse-dev libfuse3-dev libzstd-dev"
MAGIC = (8, b"AI\x02")  # where desktops look to tell an AppImage from other programs


def runtime(scratch: Path) -> Path | None:
    """Our own runtime, built; None where the compiler or a library is missing."""
    if shutil.which("cc") is None:
        return None
    scratch.mkdir(parents=True, exist_ok=True)
    made = scratch / "runtime"
    done = subprocess.run(["cc", "-O2", "-static", "-s", "-o", str(made), str(SOURCE), *LIBRARIES], capture_output=True, check=False)
    return made if done.returncode == 0 else None


def squash(root: Path, made: Path, fast: bool) -> None:
    """The squashfs of a folder: zstd, which is quick to read again; blocks of 256 KB, since a start reads a little of every file."""
    made.unlink(missing_ok=True)
    done = subprocess.run(
        ["mksquashfs", str(root), str(made), "-root-owned", "-noappend", "-quiet", "-no-progress", "-comp", "zstd",
         "-Xcompression-level", "1" if fast else "19", "-b", "256K"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"mksquashfs ended with {done.returncode}.\n{done.stdout}{done.stderr}")


def image(front: Path, squashed: Path, made: Path) -> Path:
    """The two put together, a program, with the mark of its type."""
    with made.open("wb") as stream:
        for part in (front, squashed):
            with part.open("rb") as source:
                shutil.copyfileobj(source, stream, 1 << 20)
        stream.seek(MAGIC[0])
        stream.write(MAGIC[1])
    os.chmod(made, 0o755)
    return made
