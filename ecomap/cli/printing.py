"""What the command line prints: plain lines for people, one JSON document for programs, a bar while it works."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import click

from ecomap.cli.speech import spoken
from ecomap.model.progress import Progress

OUT_OF_REACH = "out of reach"
_BAR_WIDTH = 24


def tell_json(document: Any) -> None:
    """One JSON document: missing numbers are null, infinite distances say "out of reach"."""
    click.echo(json.dumps(plain(document), ensure_ascii=not _speaks_utf8(sys.stdout), indent=1, allow_nan=False))


def _speaks_utf8(stream: Any) -> bool:
    return str(getattr(stream, "encoding", None) or "").lower().replace("-", "") == "utf8"


def plain(value: Any) -> Any:
    """Any value of EcoMap as plain JSON values.

    >>> plain({"a": float("nan"), "b": float("inf"), "c": (1, "x")})
    {'a': None, 'b': 'out of reach', 'c': [1, 'x']}
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return OUT_OF_REACH if math.isinf(value) else value
    if attrs.has(type(value)):
        return {field.name: plain(getattr(value, field.name)) for field in attrs.fields(type(value))}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, Path | bytes):
        return [plain(item) for item in value]
    if hasattr(value, "item"):
        return plain(value.item())
    return None if str(value) in ("NaT", "<NA>") else str(value)


def rows(frame: Any) -> list[dict[str, Any]]:
    """A frame as a list of plain records, without its geometry."""
    geometry = getattr(frame, "_geometry_column_name", None)
    table = frame.drop(columns=[geometry]) if geometry in frame.columns else frame
    return [plain(record) for record in table.to_dict("records")]


def lined_up(header: Sequence[str], lines: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """A table of text with columns lined up; ``right`` columns are numbers.

    >>> lined_up(["what", "n"], [["tracts", "1,172"], ["a", "8"]], right=[1])
    ['what        n', 'tracts  1,172', 'a           8']
    """
    widths = [max(len(str(line[n])) for line in (header, *lines)) for n in range(len(header))]
    made = []
    for line in (header, *lines):
        cells = [str(c).rjust(w) if n in right else str(c).ljust(w) for n, (c, w) in enumerate(zip(line, widths))]
        made.append("  ".join(cells).rstrip())
    return made


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A progress that draws one line on the error stream, if that is a terminal; silent otherwise."""
    if not sys.stderr.isatty():
        yield Progress()
        return

    full, empty = "█░" if _speaks_utf8(sys.stderr) else "#."

    def draw(share: float, text: str) -> None:
        done = round(share * _BAR_WIDTH)
        sys.stderr.write(f"\r\033[K{full * done}{empty * (_BAR_WIDTH - done)} {share:4.0%}  {spoken(text)[:48]}")
        sys.stderr.flush()

    try:
        yield Progress(draw)
    finally:
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()
