"""What gives way in a page that is too large: each cut makes it smaller, and as much stays as fits."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from ecomap.model.errors import InputError
from ecomap.model.progress import silent
from ecomap.render.map_page import MapPage, PageLayer
from ecomap.render.page import fitting
from ecomap.render.page.data import resolve_page
from ecomap.render.page.file import write_html
from ecomap.render.page.ground import page_ground
from ecomap.render.page.tables import said_tables
from ecomap.render.words.language import language
from tests.render.page.test_page_file import full_page


def with_visible_answers() -> MapPage:
    """The full page with a layer of each answer on the map."""
    page = full_page()
    older, *others = page.layers
    newer = evolve(older.layer, id="newer-schools", name="Newer answer", result_id="newer", visible=True)
    shown = tuple(PageLayer(evolve(one, what=page.results[0].main.title), older.frame) for one in (evolve(older.layer, visible=True), newer))
    return evolve(page, layers=(*shown, *others))


def test_each_thing_that_gives_way_makes_the_page_smaller() -> None:
    """Also where an answer's layer stays without its tables: its cards do not say them again."""
    page = with_visible_answers()
    drawings = {one.layer.id: drawing for one, drawing in zip(page.layers, resolve_page(page), strict=True)}
    speak = language("en")
    work = fitting._Work(page, drawings, page_ground(page), speak, said_tables(page, speak), 8.0, silent())
    sizes = [len(work.data(cut)[1]) for cut in (fitting._Cut(), *fitting._cuts(page, work))]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < sizes[-2] < sizes[0]


@pytest.mark.parametrize("packing", [False, True])
def test_of_what_fits_the_most_is_kept_however_it_is_looked_for(tmp_path: Path, packing: bool) -> None:
    """A page far too large is looked for by halves; every cut in turn finds the same."""
    page = with_visible_answers()
    whole = write_html(page, tmp_path / "x.html", packing=packing).bytes
    found = set()
    for share in (0.9, 0.6, 0.5, 0.45, 0.42, 0.4, 0.38, 0.36, 0.34, 0.3, 0.2):
        made = []
        for far in (1.0, 1.5, 100.0):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(fitting, "_FAR", far)
                patch.setattr(fitting, "PLAIN_BYTES", 0 if packing else fitting.PLAIN_BYTES)
                try:
                    made.append(write_html(page, tmp_path / "x.html", max_bytes=round(share * whole), packing=packing).notes)
                except InputError as problem:
                    made.append((str(problem),))
        assert made[0] == made[1] == made[2]
        found.add(made[0])
    assert len(found) > 4
