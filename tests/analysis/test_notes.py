"""Sentences that count agree with their number, also where it is one, and in Spanish."""

from __future__ import annotations

import doctest
import re

import pytest

from ecomap.analysis import notes, registry
from ecomap.model.params import param_specs
from tests.analysis.test_every_analysis import given_to
from tests.analysis.towns import ask
from tests.render.shown_texts import result_texts
from tests.spoken import untranslated

ONES = ("top", "sites", "months", "peers")  # parameters that say how many
WRONG = re.compile(
    r"\b1 (?!as |is |was |has |does |takes |comes |ends )[a-z]+s\b|first 1\b|\b1 (are|have|take|were|others)\b|\b0\.0 mi\b"
)
OWN = ("children in poverty", "Children in poverty")  # the small town's indicator
COUNTING = [name for name in registry.names() if {*ONES, "radius_m"} & {s.name for s in param_specs(registry.analysis(name).params)}]


def test_what_the_docstrings_show_is_so() -> None:
    assert doctest.testmod(notes).failed == 0


@pytest.mark.parametrize("name", COUNTING)
@pytest.mark.parametrize("near", [False, True])
def test_one_is_said_as_one_and_a_short_way_is_something(name: str, near: bool) -> None:
    known = {spec.name for spec in param_specs(registry.analysis(name).params)}
    params: dict[str, float] = {key: 1 for key in ONES if key in known}
    if near and "radius_m" in known:
        params["radius_m"] = 5.0
    texts = [text for _, text in result_texts(ask(name, given_to(name), **params)) if text]
    assert [text for text in texts if WRONG.search(text)] == []
    gaps = {piece for text in texts for piece in untranslated(text, "es")}
    assert {gap for gap in gaps if not any(own in gap for own in OWN)} == set()
