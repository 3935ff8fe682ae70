"""The record of a file is JSON both ways, and one that says something else is none."""

import json

import pytest

from ecomap.model.errors import InputError
from ecomap.model.indicator import Indicator
from ecomap.model.layer import Column, Layer
from ecomap.model.record import (
    LONGEST,
    AnswerRecord,
    LayerRecord,
    Made,
    Record,
    TableRecord,
    record_from_json,
    record_to_json,
)
from ecomap.model.result import KeyFigure, Output, Provenance, Result
from ecomap.model.said import name as named
from ecomap.model.said import plural, say
from ecomap.model.source import Source
from ecomap.model.style import LayerStyle


def a_record() -> Record:
    source = Source(named("Survey"), named("Bureau"), named("2014-18"), sha256="ab")
    layer = Layer("areas", named("Areas </script>"), "need_area", "polygon", (Column("children", named("Children"), "count"),),
                  (Indicator("poverty", named("Poverty"), "share", -1, source),), (source,), LayerStyle(symbols=((say("full"), "ink", "circle"),)))
    result = Result("need-1", "need-index", say("Need"), plural("{n} school", "{n} schools", 3), (Output("areas", say("Areas"), None),),
                    (KeyFigure("far", named("Far"), float("inf")), KeyFigure("none", named("None"), None)),
                    provenance=Provenance("need-index", "0.1.0/1", {"weights": [["poverty", 2.0]], "top": 5}, (("areas", "c0ffee"),), (source,), "2026-11-29"))
    return Record("Los Ángeles", "EPSG:3310", "2026-11-29", "told", (("starter", "x"),), "0.1.0", (LayerRecord(layer, 3, "c0ffee", ("enrollment",), "Areas"),),
                  (AnswerRecord(result, (("areas", ("areas",)),), ((say("Radius"), named("1 mi")),), (TableRecord("areas", 3, "Need"),)),),
                  sources=(source,), cautions=(say("Old"),), made=Made("xlsx", title="T", left_out=("a",), on="2026-11-29"), data="d")


def test_json_both_ways() -> None:
    record = a_record()
    again = record_from_json(record_to_json(record))
    assert again == record
    assert again.answers[0].result.sentence.key == "{n} school", "the sentence keeps its message"
    assert again.answers[0].result.figures[0].value == float("inf")


def test_the_same_record_is_the_same_bytes() -> None:
    assert record_to_json(a_record()) == record_to_json(a_record())


def test_names_of_tables_in_the_file() -> None:
    record = a_record().with_held({"layer/areas": "Children by tract", "need-1/areas": "Need 1"})
    holding = record.holding("children BY tract")
    assert holding is not None
    assert holding.layer.id == "areas"
    assert record.answers[0].tables[0].held == "Need 1"
    assert record.holding("") is None


def changed(**fields: object) -> str:
    return json.dumps({**json.loads(record_to_json(a_record())), **fields})


@pytest.mark.parametrize("text", [
    "", "[]", "{}", "no JSON", "[" * 100_000, changed(record="another"), changed(title=5), changed(layers="all"), changed(layers=[{"layer": 1}]),
    changed(answers=[{}]), changed(made={"kind": ["html"]}), '{"record": "ecomap-record", "title": ' + '"' + "x" * 100 + '"',
])
def test_what_is_no_record_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InputError, match="record of settings and sources"):
        record_from_json(text)


def test_a_record_of_a_later_program_says_so() -> None:
    with pytest.raises(InputError, match=r"later EcoMap \(9\.9\)"):
        record_from_json(changed(form=2, version="9.9"))


def test_a_field_of_a_later_program_is_passed_over() -> None:
    assert record_from_json(changed(more="later")) == a_record()


def test_a_text_longer_than_any_record_is_not_parsed() -> None:
    with pytest.raises(InputError):
        record_from_json(" " * (LONGEST + 1))
