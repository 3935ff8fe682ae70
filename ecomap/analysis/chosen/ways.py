"""When an area counts as lying in what was drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ecomap.model.said import Said, say

MOST: Final = "most"        # more than half of the ground (of a line: of its length) lies inside
MIDDLE: Final = "middle"    # a point on the surface lies inside
TOUCHED: Final = "touched"  # any ground in common
HOW: Final[Mapping[str, Said]] = {
    MOST: say("most of their ground inside"), MIDDLE: say("their middle inside"), TOUCHED: say("any part inside"),
}
