"""What a plan can do best, on a town worked by hand, and that every answer can be read in Spanish."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ecomap.analysis.optimise.case import InfeasibleError
from ecomap.analysis.plan.expansion.wishes import at_least, at_most, in_words, told_together
from ecomap.analysis.plan.expansion.words import proof, shortfall
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.said import say
from tests.analysis.plan.expansion.test_expansion_question import CIRCLE, EAST, MIDDLE, WEST, ask, town
from tests.analysis.towns import finding
from tests.render.shown_texts import result_texts
from tests.small_project import small_project
from tests.spoken import untranslated

AIMS: tuple[dict[str, Any], ...] = (
    {"aim": "twice", "radius_m": 1500}, {"aim": "fewest"}, {"aim": "fewest", "share_to_reach": 0.5}, {"aim": "average", "sites": 1},
    {"aim": "fair"}, {"aim": "furthest"}, {"years": 2, "sites": 2},
    {"years": 2, "budget_by_year": "100, 100", "cost_per_site_usd": 100}, {"cost_column": "price", "budget_usd": 500},
)


def test_two_years_open_one_school_each_and_take_none_away() -> None:
    result = ask(small_project(), sites=2, years=2)
    years = result.output("years").frame
    assert result.main.frame["opens_in"].tolist() == ["Year 1", "Year 2"]
    assert result.main.frame["id"].tolist() == [WEST, EAST]
    assert years["new_schools"].tolist() == [1, 1]
    assert years["open_by_then"].tolist() == pytest.approx([CIRCLE, 2 * CIRCLE], rel=1e-4)
    assert (years["open_by_then"].diff().dropna() >= 0).all()
    assert result.main.style is not None
    assert [value for value, _, _ in result.main.style.symbols] == ["Year 1", "Year 2"]
    assert "2 new schools over 2 years would bring" in result.sentence
    assert "each once for every year" in " ".join(note.text for note in result.notes)


def test_money_that_comes_later_opens_schools_later() -> None:
    result = ask(small_project(), years=3, sites_by_year="2, 2, 2", budget_by_year="0, 100, 100", cost_per_site_usd=100)
    assert result.main.frame["opens_in"].tolist() == ["Year 2", "Year 3"]
    assert result.output("years").frame["spent_usd"].tolist() == [0, 100, 100]


def test_each_school_costs_what_its_column_says_and_missing_is_not_free() -> None:
    project = town(price=[300.0, 50.0, 100.0])
    assert ask(project, sites=1, cost_column="price", budget_usd=150).main.frame["id"].tolist() == [EAST]
    result = ask(town(price=[None, 50.0, 100.0]), cost_column="price")
    assert result.main.frame["id"].tolist() == [EAST]
    assert result.main.frame["cost_usd"].tolist() == [100.0]
    assert any("missing is not free" in note.text for note in result.notes)
    with pytest.raises(InputError):
        ask(town(price=[-1.0, 50.0, 100.0]), cost_column="price")


def test_how_firm_a_plan_is_reads_as_a_sentence_for_one_school_too() -> None:
    assert finding(ask(small_project(), aim="fewest", share_to_reach=0.5, truths=0)).endswith(". Another school could take its place.")
    assert finding(ask(small_project(), sites=2, truths=0)).endswith(". 2 of these 2 are in every plan that comes within 2 % of it.")


def test_as_few_schools_as_possible_bring_everybody_or_a_share() -> None:
    assert ask(small_project(), aim="fewest").figure("schools_in_plan").value == 2
    half = ask(small_project(), aim="fewest", share_to_reach=0.5)
    assert half.figure("schools_in_plan").value == 1
    assert half.figure("bound").value == 1
    assert "no smaller number would do" in half.sentence
    with pytest.raises(InfeasibleError) as caught:
        ask(small_project(), aim="fewest", budget_usd=100, cost_per_site_usd=100)
    assert caught.value.details["conflict"] == [
        "a budget of $100 at $100 for each new school", "everybody in reach whom any school could reach"]


def test_ways_are_shortened_and_the_bound_is_below_them() -> None:
    for aim in ("average", "fair", "furthest"):
        result = ask(small_project(), aim=aim, sites=1)
        way, today, bound = (result.figure(name).value for name in ("way", "way_today", "bound"))
        assert way is not None
        assert today is not None
        assert bound is not None
        assert bound <= way <= today
        assert way < today or (aim == "furthest" and "No school would shorten" in result.sentence)
        assert MIDDLE not in result.main.frame["id"].tolist()


def test_a_second_site_counts_what_is_there_today() -> None:
    # The school in the middle is there: one more school is enough for a second one in reach.
    result = ask(small_project(), aim="twice", radius_m=1500, sites=1)
    value = result.figure("children_newly_reached_twice").value
    assert value is not None
    assert value > 0
    assert "one more than today" in result.sentence


@pytest.mark.parametrize("wrong", [
    {"years": 2, "sites_by_year": "1, 2, 3"}, {"years": 2, "sites_by_year": "one, two"}, {"years": 2, "sites_by_year": "0, 0"},
    {"years": 2, "sites_by_year": "-1, 2"}, {"aim": "fewest", "years": 2}, {"aim": "average", "share_for_highest_fifth": 0.5},
    {"budget_usd": 10},
])
def test_wishes_that_say_nothing_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        ask(small_project(), **wrong)


@pytest.mark.parametrize("given", AIMS)
def test_every_answer_can_be_read_in_spanish(given: dict[str, Any]) -> None:
    result = ask(town(board_district=["1", "1", "2"], price=[100.0, None, 300.0]), **given)
    gaps = {piece for _, text in result_texts(result) if text for piece in untranslated(text, "es")}
    assert gaps == set()


def test_wishes_alike_but_for_the_place_are_said_at_once() -> None:
    labels = [say("at most 2 new schools"), *(at_least(1, district) for district in "123")]
    assert told_together(labels) == ["at most 2 new schools", "at least 1 new school in board districts 1, 2, 3, each"]
    assert told_together(labels[:3]) == labels[:3]
    assert told_together([*labels, at_least(2, "4")])[-1] == "at least 2 new schools in board district 4"
    assert told_together([at_most(2, district) for district in "12345"]) == [
        "at most 2 new schools in board districts 1, 2, 3, 4, 5, each"]


def test_wishes_that_clash_are_said_at_once_and_listed_one_by_one() -> None:
    with pytest.raises(InfeasibleError) as caught:
        ask(town(board_district=["1", "1", "2"]), sites=1, at_least_per_board_district=1)
    alike = [at_least(1, district) for district in "123"]
    told = in_words(InfeasibleError(caught.value.message, caught.value.hint, {"conflict": alike}))
    assert told.message == "These wishes cannot all be met: at least 1 new school in board districts 1, 2, 3, each."
    assert told.details["conflict"] == alike
    assert in_words(InfeasibleError(say("Otherwise"))).message == "Otherwise"


@pytest.mark.parametrize(("aim", "objective", "bound", "share", "said"), [
    ("reach", 100.0, 512.4, 0.8048, "at most 80.5 % short of the best there can be"),
    ("reach", 96.0, 100.0, 0.04, "at most 4.0 % short of the best there can be"),
    ("average", 150.0, 100.0, 0.5, "at most 50.0 % longer than the shortest there can be"),
])
def test_how_far_from_the_best_is_a_share_of_the_best(aim: str, objective: float, bound: float, share: float, said: str) -> None:
    best = SimpleNamespace(proven=False, objective=objective, bound=bound)
    plan: Any = SimpleNamespace(family=SimpleNamespace(plan=best), params=SimpleNamespace(aim=aim), openings=SimpleNamespace(by_year=None))
    assert shortfall(plan) == pytest.approx(share, abs=1e-4)
    assert proof(plan) == said
    best.proven = True
    assert shortfall(plan) == 0.0
