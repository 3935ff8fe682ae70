"""One question to the reading process, and what goes wrong there as one sentence."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ecomap.io.reading.process.client import Message, StoppedError, exchange
from ecomap.io.reading.process.limits import Limits, limits_for
from ecomap.io.reading.process.plain import StrangeAnswerError, from_plain
from ecomap.model.errors import EcoMapError, InputError
from ecomap.model.progress import Progress, silent
from ecomap.model.said import NOTHING, Said, say
from ecomap.model.said import name as named
from ecomap.model.understanding import Doubt, Option

HERE: Final = "ECOMAP_READ_HERE"  # set: files are read in this process, for looking into a fault
_MOST_LINES: Final = 200
_PLACE: Final = re.compile(r"[ \w.<>:]{1,300}")  # a kind of error, or module, function and line
_log = logging.getLogger("ecomap")


def reads_here() -> bool:
    """Whether files are read in this process: where it was asked for, and in the reading process itself."""
    return bool(os.environ.get(HERE))


def ask(job: str, path: Path, progress: Progress | None = None, **request: Any) -> Message:
    """What the reading process makes of a file.

    Raises
    ------
    InputError
        If it refuses the file, takes too long or too much memory over it, or comes to grief.
    CannotStartError
        If there can be no such process here.
    """
    limits = limits_for(path)
    asked = {"job": job, "path": os.path.abspath(path), "memory": limits.memory, "seconds": limits.seconds, **request}
    try:
        head, blocks = exchange(asked, limits, progress or silent())
    except StoppedError as stopped:
        raise (_late(path, limits) if stopped.late else stopped_at(path, "it ended")) from stopped
    except StrangeAnswerError as strange:
        raise stopped_at(path, f"it answered with {strange}") from strange
    if head.get("kind") == "done":
        return head, blocks
    raise _problem(path, limits, head)


def _problem(path: Path, limits: Limits, head: Mapping[str, Any]) -> EcoMapError:
    if head.get("kind") == "refused":
        try:
            details = {str(key): from_plain(value, ()) for key, value in dict(head.get("details", {})).items()}
            doubts = from_plain(head.get("doubts", {"tuple": []}), (Doubt, Option))
            return InputError(_said(head.get("message")), _said(head.get("hint")), details, doubts=doubts)
        except (StrangeAnswerError, TypeError, ValueError) as strange:
            return stopped_at(path, str(strange))
    if head.get("kind") == "memory":
        return InputError(
            say("{file} could not be read: it needed more than {n} MB of memory.", file=named(path.name), n=limits.memory >> 20),
            say("Save it again from the program it comes from, or cut it down to the area you work on."), {"limit": "memory"},
        )
    _log.error("Reading a file came to grief\n%s", "\n".join(_places(head.get("trace"))))
    return stopped_at(path, str(head.get("type", ""))[:200], fault=True)


def _places(found: Any) -> list[str]:
    """The places in code that the reading process tells of; nothing else that it may send gets into the log."""
    lines = found[:_MOST_LINES] if isinstance(found, list) else []
    return [line for line in lines if isinstance(line, str) and _PLACE.fullmatch(line)]


def _said(found: Any) -> Said:
    said = from_plain(found, ())
    return said if isinstance(said, Said) else NOTHING


def _late(path: Path, limits: Limits) -> InputError:
    return InputError(
        say("{file} could not be read: it took longer than {n} seconds.", file=named(path.name), n=round(limits.seconds)),
        say("Save it again from the program it comes from, or cut it down to the area you work on."), {"limit": "time"},
    )


def stopped_at(path: Path, reason: str, *, fault: bool = False) -> InputError:
    """The sentence for a file that ended the reading process, or its answer."""
    return InputError(
        say("{file} could not be read: the reader stopped.", file=named(path.name)),
        say("It is probably damaged; download or export it again."), {"reason": reason, **({"fault": True} if fault else {})},
    )

