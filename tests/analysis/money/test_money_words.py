"""What the questions of money say has an identity: nothing a reader sees is finished English."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ecomap.analysis.money.cliff import CliffParams
from ecomap.analysis.money.norming.question import NormingParams
from ecomap.analysis.money.question import MoneyParams
from ecomap.model.frames import Frames
from ecomap.model.params import param_specs
from ecomap.model.result import Result
from ecomap.model.said import Said
from tests.analysis.towns import ask, asset_tables, frames, money_tables

CELLS = {"money": ("schools", ("spending_reported", "rule", "ada_from", "unduplicated_from")), "norming": ("schools", ()),
         "funding-cliff": ("months", ("name",))}


def answer(name: str) -> Result:
    tables = asset_tables()
    given = frames(**money_tables(), **(tables | {"funding": tables["funding"].head(1)}))
    wanted = {"money": ("schools", "spending", "allocation", "positions"), "norming": ("positions", "schools"),
              "funding-cliff": ("schools", "funding", "terms")}[name]
    return ask(name, Frames({k: given[k] for k in wanted}, {k: given.layer(k) for k in wanted}))


def texts(result: Result) -> Iterator[object]:
    yield from (result.title, result.sentence, *(note.text for note in result.notes))
    if result.bars_title:
        yield result.bars_title
    for figure in result.figures:
        yield from filter(None, (figure.label, figure.note))
    for output in result.outputs:
        yield output.title
        for column in output.columns:
            yield from filter(None, (column.label, column.help))


@pytest.mark.parametrize("name", CELLS)
def test_every_text_is_a_message(name: str) -> None:
    result = answer(name)
    plain = [text for text in texts(result) if not isinstance(text, Said) or not (text.key or type(text) is not Said)]
    assert plain == []
    table, columns = CELLS[name]
    for column in columns:
        assert all(isinstance(cell, Said) and (cell.key or type(cell) is not Said) for cell in result.output(table).frame[column]), column


@pytest.mark.parametrize("params", [MoneyParams, NormingParams, CliffParams])
def test_every_setting_is_asked_in_a_message(params: type) -> None:
    for spec in param_specs(params):
        assert all(isinstance(text, Said) and text.key for text in (spec.param.label, spec.param.help or spec.param.label)), spec.name
