"""Files that were downloaded before, with what tells whether they still hold, and the beginnings of those that were cut."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

import attrs
from attrs import frozen
from filelock import FileLock, Timeout

from ecomap.model.dates import age_s
from ecomap.model.files import write_whole
from ecomap.model.leftovers import work_prefix

MOST_BYTES: Final = 2 << 30
PART_KEPT_S: Final = 7 * 24 * 3600.0
_SURE_AFTER_S: Final = 60.0  # RFC 9110, 8.8.2.2: a date this much older than the answer tells two versions apart


@frozen
class About:
    """What is known of stored bytes: where they are from and what tells whether they are still the same."""

    etag: str = ""
    modified: str = ""
    content_type: str = ""
    disposition: str = ""
    host: str = ""
    fetched: str = ""
    checksum: str = ""
    total: int = -1
    strong: str = ""  # the validator by which a cut download may be continued

    @property
    def validators(self) -> dict[str, str]:
        """Headers that ask for the file only if it has changed."""
        told = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in told.items() if value}


def strong_validator(etag: str, modified: str, date: str) -> str:
    """What may stand in If-Range: an ETag that is not weak, or a date that cannot be of two versions.

    >>> strong_validator('"a"', "", ""), strong_validator('W/"a"', "", "")
    ('"a"', '')
    >>> strong_validator("", "Mon, 01 Jun 2026 10:00:00 GMT", "Mon, 01 Jun 2026 10:00:30 GMT")
    ''
    """
    if etag and not etag.startswith("W/"):
        return etag
    if etag:
        return ""  # a weak one says that the bytes may differ
    with contextlib.suppress(TypeError, ValueError):
        if (parsedate_to_datetime(date) - parsedate_to_datetime(modified)).total_seconds() >= _SURE_AFTER_S:
            return modified
    return ""


class Entry:
    """The place of one address in the store: ``body`` is whole, ``part`` is not."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.body, self.part = folder, folder / "body", folder / "part"

    def about(self, path: Path) -> About | None:
        """What is known of the body or the part; None where there is none that can be trusted."""
        try:
            told = json.loads(self._beside(path).read_text(encoding="utf-8"))
            found = About(**told)
            fits = path.is_file() and all(isinstance(getattr(found, name), type(getattr(About(), name))) for name in told)
        except (OSError, ValueError, TypeError):
            return None
        return found if fits else None

    def note(self, path: Path, about: About) -> None:
        write_whole(self._beside(path), json.dumps(attrs.asdict(about)).encode("utf-8"))

    def finish(self, about: About) -> None:
        """The part is whole now."""
        self.drop(self.body)
        os.replace(self.part, self.body)
        self.note(self.body, about)
        self._beside(self.part).unlink(missing_ok=True)

    def drop(self, path: Path) -> None:
        """Forget the body or the part; what is known of it goes first."""
        self._beside(path).unlink(missing_ok=True)
        path.unlink(missing_ok=True)

    def _beside(self, path: Path) -> Path:
        return path.with_suffix(".json")


class Store:
    """The folder of such files, bounded: what was not used for longest goes first."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder, self._most = folder, most_bytes

    @contextlib.contextmanager
    def entry(self, address: str) -> Iterator[Entry]:
        """The place of an address, for one program at a time; a second one meanwhile gets a place of its own."""
        folder = self._folder / hashlib.sha256(address.encode("utf-8")).hexdigest()[:32]
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            with tempfile.TemporaryDirectory(prefix=work_prefix("web")) as own:
                yield Entry(Path(own))
            return
        try:
            yield Entry(folder)
            os.utime(folder)
        finally:
            lock.release()

    def tidy(self) -> None:
        """Keep within the bound, and forget beginnings that nobody has continued for a week."""
        if not self._folder.is_dir():
            return
        folders = sorted((one for one in self._folder.iterdir() if one.is_dir()), key=lambda one: one.stat().st_mtime, reverse=True)
        total = 0
        for folder in folders:
            old = not (folder / "body").exists() and age_s(folder.stat().st_mtime) > PART_KEPT_S
            total += sum(part.stat().st_size for part in folder.iterdir() if part.is_file())
            if old or total > self._most:
                lock = FileLock(folder / "lock", timeout=0)
                with contextlib.suppress(Timeout, OSError), lock:
                    shutil.rmtree(folder, ignore_errors=True)
