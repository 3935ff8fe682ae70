"""How old an answer's inputs are by its own day: older than three years is a caution, and a rank of need has its year beside it."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve

from ecomap.analysis import registry
from ecomap.analysis.vintage import age_of, end_of, told_once, too_old
from ecomap.model import dates
from ecomap.model.frames import Frames
from ecomap.model.layer import Layer
from ecomap.model.result import AGE
from ecomap.model.said import name as kept
from ecomap.model.source import Source
from tests import small_project as town
from tests.analysis.test_every_analysis import given_to
from tests.analysis.towns import ask, frames


def caution(day: str, **vintages: str) -> str:
    ages = [age_of(Layer("x", kept("X"), role, "none", sources=tuple(Source(kept("S"), vintage=kept(one)) for one in text.split("; "))), ())
            for role, text in vintages.items()]
    return too_old(day, [age for age in ages if age is not None])


@pytest.mark.parametrize(("vintage", "end"), [
    ("ACS 2014-18 5-year", dt.date(2018, 12, 31)), ("2019-23", dt.date(2023, 12, 31)), ("2019-2023", dt.date(2023, 12, 31)),
    ("2019-20", dt.date(2020, 6, 30)), ("May 2020", dt.date(2020, 5, 31)), ("2021", dt.date(2021, 12, 31)),
    ("5 October 2021", dt.date(2021, 10, 5)), ("not stated", None), ("", None),
])
def test_a_period_lasts_until_its_end(vintage: str, end: dt.date | None) -> None:
    assert end_of(vintage) == end


@pytest.mark.parametrize(("day", "old"), [("2023-10-05", False), ("2024-10-05", False), ("2024-10-06", True), ("2031-01-01", True), ("2020-01-01", False)])
def test_older_than_three_years_counts_from_the_end_of_the_period_to_the_answers_day(day: str, old: bool) -> None:
    assert bool(caution(day, school="5 October 2021")) == old


def test_a_leap_day_has_a_day_three_years_before() -> None:
    assert caution("2024-02-29", school="27 February 2021")
    assert not caution("2024-02-29", school="28 February 2021")


def test_only_what_is_old_is_named_the_oldest_first() -> None:
    said = caution("2026-11-29", school="2025-26", service="May 2020", need_area="2014-18; 2019-23")
    assert said == ("Older than three years on 29 November 2026: need areas of 2014-18 and services on the list of May 2020. "
                    "Newer figures may say otherwise.")
    assert not caution("2026-11-29", school="2025-26", need_area="2019-23")


def test_the_cautions_of_several_answers_of_one_day_are_one() -> None:
    first = caution("2026-11-29", service="May 2020", need_area="2014-18")
    second = caution("2026-11-29", school="2019-20", need_area="2014-18")
    other = caution("2026-11-30", school="2019-20")
    once = told_once([first, second, other, first])
    assert len(once) == 2
    assert once[0].startswith("Older than three years on 29 November 2026: need areas of 2014-18, services on the list of May 2020 and schools")
    assert once[0].count("need areas") == 1
    assert once[1] == other
    assert told_once([second]) == (second,)
    assert told_once([]) == ()


def test_what_states_no_year_is_not_called_old() -> None:
    assert not caution("2026-11-29", service="not stated")
    assert "services on the list of 2019." in caution("2026-11-29", service="not stated; 2019")


@pytest.mark.parametrize("clock", [dt.date(2015, 1, 1), dt.date(2040, 1, 1)])
@pytest.mark.parametrize("analysis", registry.names())
def test_the_answers_day_decides_and_never_the_clock(analysis: str, clock: dt.date, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "today", lambda: clock)
    late, early = (ask(analysis, given_to(analysis), as_of=day) for day in ("2022-01-01", "2021-12-31"))
    areas = "areas" in given_to(analysis).frames and analysis not in ("money", "norming", "roles", "spending-outcome")
    assert ("need areas of 2014-18" in late.old) == areas
    assert early.old == ""
    assert late.old == next((note.text for note in late.notes if note.about == AGE), "")
    assert all(note.kind == "caution" for note in late.notes if note.about == AGE)


@pytest.mark.parametrize("analysis", ["need-index", "sensitivity", "school-areas"])
def test_a_rank_of_need_has_its_year_beside_it(analysis: str) -> None:
    result = ask(analysis, given_to(analysis), as_of="2026-11-29")
    labels = [column.label for output in result.outputs for column in output.columns if column.name == "rank"]
    assert labels
    assert all(label == "Rank (2014-18)" for label in labels)


def test_ranks_of_areas_by_several_sets_of_weights_have_it_too() -> None:
    result = ask("weight-sets", given_to("weight-sets"), places="areas", as_of="2026-11-29")
    labels = [column.label for column in result.main.columns if column.unit == "rank"]
    assert labels
    assert all(label.endswith("(2014-18)") for label in labels)


def test_figures_of_several_years_say_so_beside_the_rank() -> None:
    given = frames()
    newer = evolve(given.layers["areas"].indicators[0], column="children", label=kept("Children"), source=Source(kept("S"), vintage=kept("2019-23")))
    areas = evolve(given.layers["areas"], indicators=(*given.layers["areas"].indicators, newer))
    result = ask("need-index", Frames(given.frames, {**given.layers, "areas": areas}), as_of="2026-11-29")
    assert result.main.columns
    assert "Rank (2014-18 and later)" in [column.label for column in result.main.columns]
    assert "2019-23" not in result.old


def test_a_rank_of_schools_is_not_one_of_need() -> None:
    result = ask("priority", frames(services=town.services()), target="service:*", as_of="2026-11-29")
    assert "Rank" in [column.label for column in result.main.columns]
