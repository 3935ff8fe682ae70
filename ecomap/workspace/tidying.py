"""What killed programs of ours have left behind goes at the next start, wherever it lies."""

from __future__ import annotations

from ecomap.model import leftovers
from ecomap.workspace.log import state_dir

NOTES = "unfinished"


def tidy() -> int:
    """Remove what killed programs were writing and what they had unpacked, and note from now on what this one writes.

    Returns
    -------
    int
        How much was removed: files and folders.
    """
    leftovers.note_in(state_dir() / NOTES)
    return leftovers.sweep_noted() + leftovers.sweep_work()
