"""Scenes as the worker makes them: quick ones first, names placed once, and new ones for ground that comes into view."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from ecomap.render.canvas import names
from ecomap.render.canvas.idbuffer import Window
from ecomap.ui.map.names import region_of
from ecomap.ui.map.scene import SLOW_S, Request, Scene, SceneMaker, build_scene
from tests.grounds import made_up_ground

pytestmark = pytest.mark.usefixtures("qapp")

PLACED = (made_up_ground(),)
HERE = Window.around(4_000, 5_000, 0.3, 500, 400).on_grid()
FAR = Window.around(12_000, 5_000, 0.3, 500, 400).on_grid()  # on other squares of the ground, at the same scale
CLOSER = Window.around(4_000, 5_000, 0.6, 500, 400).on_grid()


def scene_of(window: Window, before: Scene | None = None) -> Scene:
    made = build_scene(Request(1, PLACED, window, False, before))
    assert made is not None
    return made


@pytest.fixture
def placings(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every time that names are placed."""
    whole, counted = names.letterings, []

    def counting(*given: Any, **more: Any) -> Any:
        counted.append(more["region"])
        return whole(*given, **more)

    monkeypatch.setattr(names, "letterings", counting)
    return counted


def made_for(request: Request, *, slow: bool = True, hear: Callable[[Scene], None] = lambda scene: None) -> list[Scene]:
    """All scenes that the worker tells of, the last included."""
    maker, told = SceneMaker(), []
    maker._took_s = SLOW_S * 2 if slow else 0.0

    def heard(scene: Scene) -> None:
        told.append(evolve(scene, picture=scene.picture.copy()))
        hear(scene)

    maker.made.connect(heard)
    last = maker._make(request, threading.Event())
    assert last is not None
    return [*told, last]


def test_the_map_moved_far_keeps_its_names_until_those_of_the_new_ground_follow(placings: list[Any]) -> None:
    before = scene_of(HERE)
    placings.clear()
    quick, fine, last = made_for(Request(2, PLACED, FAR, False, before))
    assert quick.standing is fine.standing is before.standing
    assert placings == [region_of(FAR)]
    assert last.standing.names
    assert last.standing.names == scene_of(FAR).standing.names


def test_at_another_scale_the_names_of_the_quick_picture_serve_the_smooth_one(placings: list[Any]) -> None:
    before = scene_of(HERE)
    placings.clear()
    quick, last = made_for(Request(2, PLACED, CLOSER, False, before))
    assert len(placings) == 1
    assert last.standing is quick.standing
    assert quick.standing.px_per_m == CLOSER.style_px_per_m


def test_a_first_picture_places_names_once(placings: list[Any]) -> None:
    assert len(made_for(Request(1, PLACED, HERE, False, None))) == 2
    assert len(placings) == 1


@pytest.mark.parametrize("slow", [True, False])
def test_the_last_picture_is_whole_whatever_was_drawn_into_those_before(slow: bool) -> None:
    def scribble(scene: Scene) -> None:
        scene.picture[:] = 0xFF00FF00

    told = made_for(Request(2, PLACED, FAR, False, scene_of(HERE)), slow=slow, hear=scribble)
    assert len(told) == 2 + slow
    assert np.array_equal(told[-1].picture, scene_of(FAR).picture)


def test_ground_with_names_that_comes_into_view_is_named_also_where_none_stood_before() -> None:
    empty = Window.around(-40_000, 5_000, 0.3, 500, 400).on_grid()
    before = scene_of(empty)
    assert before.standing.known
    assert before.standing.names == ()
    last = made_for(Request(2, PLACED, FAR, False, before), slow=False)[-1]
    assert last.standing.names == scene_of(FAR).standing.names != ()


def test_a_wish_that_is_overtaken_makes_no_scene() -> None:
    maker, stale = SceneMaker(), threading.Event()
    maker._took_s = SLOW_S * 2
    stale.set()
    assert maker._make(Request(2, PLACED, FAR, False, scene_of(HERE)), stale) is None
