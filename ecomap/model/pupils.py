"""Counts of pupils: the unit that marks them, and the size under which a group is kept out of what leaves the window."""

from __future__ import annotations

from typing import Final

PUPILS: Final = "pupils"  # unit of a count of pupils
THRESHOLD: Final = 11
