"""An answer gets its trail from the registry: the question, its settings, the layers read and their sources."""

from __future__ import annotations

from attrs import evolve

from ecomap.analysis import registry
from ecomap.analysis.registry import Answer, finished
from ecomap.model.params import build_params
from ecomap.model.said import say
from ecomap.model.source import Source
from tests.analysis.towns import frames, money_tables

ANSWER = Answer(title=say("Title"), sentence=say("A sentence."), outputs=())


def test_the_trail_names_the_layers_given_in_the_order_of_the_inputs() -> None:
    asked, given = registry.analysis("norming"), frames(**money_tables())
    result = finished(asked, given, build_params(asked.params, {"year": "2024-25"}), ANSWER)
    assert (result.id, result.analysis, result.title) == ("norming", "norming", "Title")
    trail = result.provenance
    assert trail is not None
    assert trail.inputs == (("positions-layer", ""), ("schools-layer", ""))
    assert [source.title for source in trail.sources] == ["positions source", "schools source"]
    assert (trail.version, trail.params["year"]) == (asked.version, "2024-25")


def test_only_the_inputs_it_is_made_of_and_each_source_once() -> None:
    asked, given = registry.analysis("norming"), frames(**money_tables())
    again = Source(say("positions source"))
    result = finished(asked, given, build_params(asked.params, {}), evolve(ANSWER, of=("positions",), sources=(again, Source(say("Shipped")))))
    assert result.provenance is not None
    assert result.provenance.inputs == (("positions-layer", ""),)
    assert [source.title for source in result.provenance.sources] == ["positions source", "Shipped"]
