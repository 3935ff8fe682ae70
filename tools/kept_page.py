"""A page of the docs that a tool writes from the code: written, or checked against what the code says today."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path


def kept_page(path: Path, text: Callable[[], str], said: str | None) -> int:
    """The command of such a tool: write the page, or with ``--check`` say whether it is current; the exit code."""
    parser = argparse.ArgumentParser(description=said, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    if not parser.parse_args().check:
        path.write_text(text(), encoding="utf-8")
        print(path)
        return 0
    if path.is_file() and path.read_text(encoding="utf-8") == text():
        return 0
    print(f"{path.parent.name}/{path.name} is out of date: run python {sys.argv[0]}", file=sys.stderr)
    return 1
