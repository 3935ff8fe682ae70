"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ecomap.model.errors import InputError
from ecomap.model.said import name, say


def write_whole(path: Path, content: bytes) -> None:
    """Write beside the target and put it in its place in one step, so that no one ever finds half a file."""
    if not path.parent.is_dir():
        raise InputError(say("There is no folder '{parent}'.", parent=name(path.parent)), say("Choose a folder that exists."))
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(0o644)
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
