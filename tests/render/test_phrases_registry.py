"""Every analysis can be read in Spanish: what it asks, and what it answers on a small town."""

from __future__ import annotations

import pytest

from ecomap.analysis import registry
from ecomap.render.words.phrases import untranslated
from tests.analysis.test_every_analysis import given_to
from tests.analysis.towns import ask
from tests.render.shown_texts import result_texts

TOWN = frozenset({"children in poverty", "Children in poverty"})  # the small town's own indicator


@pytest.mark.parametrize("name", registry.names())
def test_what_it_asks_and_answers_has_a_translation(name: str) -> None:
    analysis = registry.analysis(name)
    texts = [("title", analysis.title), ("question", analysis.question), ("summary", analysis.summary)]
    texts += [("input", item.label) for item in analysis.inputs]
    texts += list(result_texts(ask(name, given_to(name))))
    gaps = {
        piece: where
        for where, text in texts
        if text
        for piece in untranslated(text, "es")
        if not any(own in piece for own in TOWN)
    }
    assert gaps == {}
