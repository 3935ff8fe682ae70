"""The difference between two snapshots names what a screen has to refresh, and no more."""

from __future__ import annotations

import pandas as pd
from attrs import evolve

from ecomap.model.change import Change, change_between
from ecomap.model.layer import Layer
from ecomap.model.project import Project, View
from ecomap.model.result import Output, Result

ROWS = pd.DataFrame({"id": ["1"]})


def project() -> Project:
    made = Project()
    for layer_id in ("a", "b", "c"):
        made = made.with_layer(Layer(layer_id, layer_id, "area_link", "none"), ROWS)
    return made


BEFORE = project()
ANSWER = Result("r", "need-index", "Need", "Need.", (Output("main", "Main", ROWS),))


def test_the_same_snapshot_has_no_difference() -> None:
    assert change_between(BEFORE, BEFORE).empty
    assert change_between(BEFORE, evolve(BEFORE)).empty


def test_a_layer_added_is_neither_a_change_of_rows_nor_of_order() -> None:
    after = BEFORE.with_layer(Layer("d", "d", "area_link", "none"), ROWS, position=1)
    assert change_between(BEFORE, after) == Change(added=frozenset("d"))
    assert change_between(after, BEFORE) == Change(removed=frozenset("d"))


def test_other_rows_are_noticed_by_identity() -> None:
    after = BEFORE.with_layer(BEFORE.layer("b"), ROWS.copy())
    assert change_between(BEFORE, after) == Change(rows=frozenset("b"))


def test_another_look_is_not_other_rows() -> None:
    after = BEFORE.with_layer_changed(BEFORE.layer("b").with_style(fill="#123456"))
    assert change_between(BEFORE, after) == Change(described=frozenset("b"))


def test_another_order() -> None:
    assert change_between(BEFORE, BEFORE.with_order(["a", "b", "c"])) == Change(reordered=True)


def test_results_added_replaced_and_removed() -> None:
    after = BEFORE.with_result(ANSWER)
    replaced = after.with_result(evolve(ANSWER))
    for one, other in ((BEFORE, after), (after, replaced), (after, BEFORE)):
        assert change_between(one, other) == Change(results=frozenset("r"))


def test_view_and_title() -> None:
    assert change_between(BEFORE, evolve(BEFORE, view=View(1.0))) == Change(view=True)
    assert change_between(BEFORE, evolve(BEFORE, title="Other")) == Change(title=True)
