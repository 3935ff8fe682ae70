"""The system by year: dollars say their unit, and a year without a number of its own is the one of the day."""

from __future__ import annotations

import pytest

from ecomap.model.errors import ParameterError
from tests import small_project as town
from tests.analysis.towns import ask, asset_tables, finding, frames, money_tables, services_at


def test_the_dollars_of_the_whole_system_say_their_unit_and_what_is_to_be_kept_in_mind() -> None:
    years = ask("dashboard", frames(**asset_tables(), **money_tables()), first_year=2015, last_year=2030).output("years")
    money = years.frame[years.frame["indicator"] == "fiscal_support"]
    assert set(money["unit"]) == {"dollars a year"}
    assert not years.frame["unit"].eq("usd").any()
    assert money["source"].eq("").all()  # a remark is no source


def test_a_remark_beside_dollars_is_a_message() -> None:
    tables = asset_tables()
    tables["funding"] = tables["funding"].assign(start="2019", end="2030", inferred=["last day", ""])
    years = ask("dashboard", frames(**tables), first_year=2020, last_year=2020).output("years").frame
    remark = years.set_index("indicator").loc["fiscal_support", "remark"]
    assert remark == "1 grant whose dollars a year are not known; 1 grant with an inferred last day or amount"
    assert [part.by for part in remark.parts] == ["n", "n"]


def test_years_that_run_backwards_are_refused() -> None:
    with pytest.raises(ParameterError, match="before the first"):
        ask("dashboard", frames(), first_year=2020, last_year=2014)


def test_what_no_row_names_is_not_counted_as_none() -> None:
    """Services without an organisation, no approach at any school: neither is on record, so neither is 0."""
    nothing = frames(sites=None, services=services_at((0.5, 0.5)).drop(columns="organisation"))
    answer = ask("dashboard", nothing, first_year=2015, last_year=2016)
    assert finding(answer) == "No approach is on record at any school, so how many take part cannot be said. Partner organisations are not reported."
    assert {figure.name: figure.value for figure in answer.figures if figure.name.startswith(("schools_", "partners"))} == dict.fromkeys(
        ("schools_taking_part", "schools_community_school", "schools_linked_learning", "schools_promise_neighborhood", "partners"))
    assert answer.output("fifths").frame["value"].isna().all()


def test_what_has_ended_is_none_and_no_longer_unknown() -> None:
    ended = frames(sites=town.sites().assign(end="2010-06-30"))
    answer = ask("dashboard", ended, first_year=2015, last_year=2016)
    assert answer.figure("schools_taking_part").value == 0
    assert finding(answer).startswith("0 schools take part in an approach in 2016, 0 did in 2015; ")
