"""The day and the year: every question says its day, counts by it alone, and names the oldest year of what it counts."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from attrs import evolve

from ecomap.analysis import registry
from ecomap.analysis.day import on_its_day
from ecomap.analysis.travel.taking_part import takes_part
from ecomap.analysis.vintage import age_of, day_and_year, period_of
from ecomap.model import dates
from ecomap.model.errors import EcoMapError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.layer import Layer
from ecomap.model.params import build_params, param_specs
from ecomap.model.said import name as kept
from ecomap.model.source import Source
from tests import small_project as town
from tests.analysis.test_every_analysis import given_to
from tests.analysis.towns import ask, asset_tables, frames, money_tables

CLOCKS = (dt.date(2019, 10, 1), dt.date(2031, 3, 5))


@pytest.fixture(params=CLOCKS, ids=str)
def clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dt.date:
    monkeypatch.setattr(dates, "today", lambda: request.param)
    return CLOCKS[CLOCKS.index(request.param)]


@pytest.mark.parametrize("name", registry.names())
def test_every_question_has_a_day_that_need_not_be_given(name: str) -> None:
    specs = {spec.name: spec for spec in param_specs(registry.analysis(name).params)}
    assert specs["as_of"].kind == "str"
    assert specs["as_of"].default == ""


def test_the_day_asked_for_counts_before_that_of_the_project_and_the_clock_last(clock: dt.date) -> None:
    params = registry.analysis("overlap").params
    assert on_its_day(build_params(params, {"as_of": "2024"}), "2025-01-02").as_of == "2024-01-01"
    assert on_its_day(build_params(params, {}), "2025-01-02").as_of == "2025-01-02"
    assert on_its_day(build_params(params, {})).as_of == clock.isoformat()
    money = registry.analysis("money").params
    assert on_its_day(build_params(money, {"year": "2024-25"}), "2026-01-02").as_of == "2025-06-30"
    assert on_its_day(build_params(money, {"year": "2024-25", "as_of": "2025-01-01"}), "2026-01-02").as_of == "2025-01-01"


@pytest.mark.parametrize("name", registry.names())
def test_what_is_no_date_is_refused(name: str) -> None:
    with pytest.raises(ParameterError, match="not a date"):
        registry.fitted(build_params(registry.analysis(name).params, {"as_of": "soon"}), frames())


def _layer(role: str, *vintages: str) -> Layer:
    return Layer("x", kept("X"), role, "none", sources=tuple(Source(kept(f"S{n}"), vintage=kept(text)) for n, text in enumerate(vintages)))


@pytest.mark.parametrize(("role", "vintages", "said"), [
    ("service", ["May 2020"], "services on the list of May 2020"),
    ("service", ["2023", "May 2020"], "services on lists of May 2020 and later"),
    ("service", ["not stated"], "services (year unknown)"),
    ("service", ["not stated", "2019"], "services on the list of 2019 (some of unknown year)"),
    ("service", [], "services (year unknown)"),
    ("need_area", ["ACS 2014-18 5-year"], "need areas of 2014-18"),
    ("need_area", ["October 2021", "ACS 2014-18 5-year"], "need areas of 2014-18 and later"),
    ("school", ["5 October 2021"], "schools on the list of 5 October 2021"),
    ("site", ["2013 or later (from its codes)"], "approach sites on the list of 2013"),
])
def test_the_oldest_year_is_said(role: str, vintages: list[str], said: str) -> None:
    age = age_of(_layer(role, *vintages), ())
    assert age is not None
    assert age.said == said


def test_outlines_and_words_are_nothing_that_is_counted() -> None:
    assert age_of(_layer("attendance_area", "2019"), ()) is None
    assert age_of(_layer("term", "2019"), ()) is None


@pytest.mark.parametrize("text", ["", "not stated", "12345 rows", "version 3", "sheet 20191"])
def test_a_period_without_a_year_is_none(text: str) -> None:
    assert period_of(text) is None


def test_the_oldest_stand_first_and_few_are_named() -> None:
    ages = [age for role, year in (("service", "2020"), ("site", "2011"), ("zone", "2015"), ("school", "2024"), ("practice", "not stated"))
            if (age := age_of(_layer(role, year), ())) is not None]
    assert day_and_year("2026-11-29", ages) == (
        "As of 29 November 2026, with approach sites on the list of 2011, zones on the list of 2015, services on the list of 2020, "
        "practice notes (year unknown) and newer data.")


def test_services_are_not_named_where_an_approach_is_asked_about() -> None:
    given = frames(services=town.services(), sites=town.sites())
    assert "services" not in ask("coverage-gap", given, target="approach:*", as_of="2026-01-01").sentence
    assert "services" in ask("coverage-gap", given, target="service:*", as_of="2026-01-01").sentence
    assert "approach sites" not in ask("coverage-gap", given, target="service:*", as_of="2026-01-01").sentence


def dated_town(generator: np.random.Generator) -> dict[str, Any]:
    """The town with sites, zones and participations that begin and end on days by chance, by every way to write them."""
    def some(rows: Any) -> Any:
        count = len(rows)
        start = generator.choice(["", "2015", "2018-06", "2020-02-29", "2030-01-01"], count)
        end = generator.choice(["", "", "2019", "2021-07-15", "2032"], count)
        return rows.assign(start=start, end=[late if late[:4] > early[:4] or not early else "" for early, late in zip(start, end)],
                           status=generator.choice(["", "active", "ended", "planned", "paused"], count))

    tables = asset_tables()
    return {"sites": some(town.sites()), "participations": some(tables["participations"])}


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("day", ["2016-03-01", "2019-12-31", "2021-07-15", "2026-11-29", "2031-01-01"])
def test_all_questions_agree_which_schools_take_part(seed: int, day: str) -> None:
    given = frames(**dated_town(np.random.default_rng(seed)))
    schools = given["schools"]
    part = takes_part(given, schools, dt.date.fromisoformat(day)).any(axis=1)
    overlap = ask("overlap", given, as_of=day)
    assert overlap.output("schools").frame["approach_count"].gt(0).sum() == part.sum()
    assert overlap.figure("schools_without_approach").value == len(schools) - part.sum()
    dashboard = ask("dashboard", given, as_of=day)
    assert dashboard.figure("schools_taking_part").value == part.sum()
    try:
        ranked = ask("priority", given, as_of=day, target="approach:*", governance="all")
    except EcoMapError:
        assert part.all()  # nobody is left to rank
    else:
        assert sum(note.count or 0 for note in ranked.notes if "already" in note.text) == part.sum()


def test_what_has_ended_takes_part_where_it_is_counted_on_purpose() -> None:
    given = frames(sites=town.sites().assign(start="2018", end="2021-07-15", status="ended"))
    ranked = {include: ask("priority", given, as_of="2026-01-01", target="approach:*", governance="all", include_ended=include).main.frame["id"]
              for include in (False, True)}
    assert set(ranked[True]) < set(ranked[False]) == set(given["schools"]["id"])


@pytest.mark.parametrize("day", ["2019-12-31", "2021-07-15", "2031-01-01"])
def test_sites_count_alike_for_reach_and_for_who_is_where(day: str) -> None:
    given = frames(sites=town.sites().assign(start="2018", end="2021-07-15", status="ended"))
    reached = ask("coverage-gap", given, target="approach:*", as_of=day)
    there = takes_part(given, given["schools"], dt.date.fromisoformat(day)).to_numpy().any()
    assert any("has ended" in note.text or "have ended" in note.text for note in reached.notes) == (not there)


def test_dollars_of_grants_are_those_of_the_question_about_grants() -> None:
    given = frames(**asset_tables(), **money_tables())
    day = "2026-01-01"
    cliff, years = ask("funding-cliff", given, as_of=day), ask("dashboard", given, as_of=day)
    paying = cliff.output("grants").frame["yearly_usd"].sum()
    assert years.figure("fiscal_support").value == pytest.approx(paying)


def test_the_dashboard_ends_at_its_day() -> None:
    given = frames(**asset_tables())
    given = Frames({**given.frames, "system_indicators": given["system_indicators"].assign(year="2027")}, given.layers)
    result = ask("dashboard", given, as_of="2026-03-05", first_year=2024, last_year=2030)
    years = result.output("years").frame
    assert sorted(set(years["year"])) == ["2024", "2025", "2026"]
    assert sorted(set(result.output("fifths").frame["year"])) == ["2024", "2025", "2026"]
    assert [note.count for note in result.notes if "left out" in note.text] == [4, 1]
    assert any("2026 for 5 March 2026" in note.text for note in result.notes)


def test_the_last_year_of_the_dashboard_is_its_day_and_the_others_their_october() -> None:
    sites = town.sites().iloc[:1].assign(start="2024-10-02", end="", status="")
    for day, expected in (("2024-10-01", 0), ("2024-10-02", 1)):
        years = ask("dashboard", frames(sites=sites), as_of=day, first_year=2024).output("years").frame.set_index("id")["value"]
        assert years["schools_taking_part|any|2024|"] == expected
    years = ask("dashboard", frames(sites=sites), as_of="2025-01-01", first_year=2024).output("years").frame.set_index("id")["value"]
    assert (years["schools_taking_part|any|2024|"], years["schools_taking_part|any|2025|"]) == (0, 1)


def test_a_year_that_has_not_begun_is_refused() -> None:
    with pytest.raises(ParameterError, match="has not begun"):
        ask("dashboard", frames(), as_of="2020-01-01", first_year=2021)


def everything(name: str) -> Frames:
    """What a question asks for, of a town where services, sites, schools and grants begin and end between the two clocks."""
    given = given_to(name)
    spans = {"services": ("2015", "2024-06-30"), "sites": ("2021", ""), "zones": ("2015", "2022"), "funding": ("2015", "2030"),
             "participations": ("2020", "2028"), "roles": ("2016", "2025")}
    rows = {key: frame.assign(start=spans[key][0], end=spans[key][1], status="") if key in spans else frame for key, frame in given.items()}
    if "schools" in rows:
        rows["schools"] = rows["schools"].assign(end=["2023-06-30", *[""] * (len(rows["schools"]) - 1)], start="", status="")
    return Frames(rows, given.layers)


def _told(name: str, as_of: str) -> tuple[Any, ...]:
    try:
        result = ask(name, everything(name), as_of=as_of)
    except EcoMapError as problem:  # what is refused on a day is refused under every clock
        return type(problem).__name__, str(problem)
    tables = tuple(pd.DataFrame(output.frame).to_csv() for output in result.outputs)
    assert result.provenance is not None
    return (result.title, result.sentence, tuple(note.text for note in result.notes), tuple(map(str, result.figures)), tables,
            dict(result.provenance.params))


@pytest.mark.parametrize("name", registry.names())
def test_no_answer_changes_with_the_clock(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = []
    for clock in CLOCKS:
        monkeypatch.setattr(dates, "today", lambda clock=clock: clock)
        answers.append(_told(name, "2026-11-29"))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("name", registry.names())
def test_every_answer_says_its_day_and_keeps_it(name: str) -> None:
    told = _told(name, "2026-11-29")
    assert "As of 29 November 2026" in told[1]
    assert told[-1]["as_of"] == "2026-11-29"


def test_the_clock_changes_answers_where_no_day_is_given_and_the_record_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two clocks of these tests do differ in what they count."""
    told = []
    for clock in CLOCKS:
        monkeypatch.setattr(dates, "today", lambda clock=clock: clock)
        told.append(_told("overlap", ""))
    assert told[0][3] != told[1][3]
    assert [one[-1]["as_of"] for one in told] == [clock.isoformat() for clock in CLOCKS]


def test_an_earlier_setting_is_unlike_another_day() -> None:
    params = build_params(registry.analysis("overlap").params, {})
    assert evolve(params, as_of="2024-01-01") != on_its_day(params, "2024-01-02")


def test_no_question_and_no_drawing_looks_at_the_clock() -> None:
    """The day comes from a setting; a module of these floors that asks the clock would change answers or pictures in silence."""
    looks = re.compile(r"date\.today\(|datetime\.now\(|time\.time\(|\btoday\(\)|day_of\(\"\"\)")
    package = Path(registry.__file__).parents[1]
    found = [str(path.relative_to(package)) for floor in ("analysis", "render") for path in (package / floor).rglob("*.py")
             if looks.search(path.read_text(encoding="utf-8"))]
    assert found == []
