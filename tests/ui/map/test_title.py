"""When the title stands on the map: not where it would cover half of a low one, and never cut."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from ecomap.render.paper.furniture import title_box_height
from ecomap.ui.map.marks import HIGHEST_TITLE, WIDEST_TITLE, title_place

TITLE, WIDE = "What would change who comes next: mental health service", 2 * WIDEST_TITLE


@pytest.mark.parametrize(("room", "shown"), [(1.001, TITLE), (0.999, "")])
def test_a_title_that_would_cover_half_of_a_low_map_is_left_away_whole(qapp: QApplication, room: float, shown: str) -> None:
    needed = title_box_height(TITLE, "", WIDEST_TITLE)
    title, second, _, below = title_place(TITLE, "a second line", WIDE, room * needed / HIGHEST_TITLE, 0.0)
    assert (title, second, below) == (shown, "", needed if shown else 0.0)


def test_without_a_title_nothing_takes_room(qapp: QApplication) -> None:
    assert title_place("", "", WIDE, 600.0, 0.0)[::3] == ("", 0.0)
