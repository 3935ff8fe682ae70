"""Flags of what was agreed on pictures and in their legend, and corrections that wait on a card."""

from __future__ import annotations

import pytest
from attrs import evolve

from ecomap.model.commitment import Commitment
from ecomap.model.correction import CLOSED, NOTED, Correction
from ecomap.render.paper.legend import MapLegend, legend_words
from ecomap.render.paper.picture import prepare
from ecomap.workspace import operations
from ecomap.workspace.pages import map_page
from tests.small_project import schools, small_project

WEST, MIDDLE, _EAST = (str(one) for one in schools()["id"])

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_picture_has_a_flag_per_place_and_its_legend_a_row_per_state() -> None:
    agreed = (Commitment("a", "Clinic", layer="schools", feature=WEST), Commitment("b", "Garden", layer="schools", feature=WEST, state="done"),
              Commitment("c", "Gate", layer="schools", feature=MIDDLE, state="done"), Commitment("d", "Meet again"))
    page = map_page(evolve(small_project(), commitments=agreed), brief=True)
    assert [(flag.feature, flag.state, flag.many) for flag in page.flags] == [(WEST, "open", 1), (MIDDLE, "done", 1)]
    prepared = prepare(page)
    words = legend_words(MapLegend("", prepared.drawings, (), prepared.speak, flags=page.flags))
    assert "What was agreed: open, done" in words
    assert "What was agreed" not in legend_words(MapLegend("", prepared.drawings, (), prepared.speak))


def test_the_card_of_a_place_says_which_corrections_wait_and_from_whom() -> None:
    told = Correction("1", CLOSED, "It closed", layer="schools", feature=WEST, about="West School", author="Ana")
    project = evolve(small_project(), corrections=(told, evolve(told, id="2", author=""), evolve(told, id="3", state=NOTED)))
    row = operations.card(project, "schools", WEST).rows[0]
    assert (str(row.label), str(row.value)) == ("2 corrections wait", "closed, from Ana and closed, without a name")
    assert all("correction" not in str(row.label) for row in operations.card(project, "schools", MIDDLE).rows)
