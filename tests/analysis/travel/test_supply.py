"""What counts as offered on a day, by hand: before its start, between, and from its end on."""

from __future__ import annotations

import datetime

import pytest

from ecomap.analysis import columns as c
from ecomap.analysis.travel.supply import Target, supply_for
from ecomap.model.errors import ParameterError
from tests import small_project as small
from tests.analysis.towns import ask, frames, services_at, table

TWO = {"start": ["2018-07-01", ""], "end": ["2020-06-30", ""], "status": ["active", "active"]}
ANY = Target("service", "*")


def counted(day: str, **more: bool) -> list[str]:
    given = frames(services=services_at((0.5, 0.5), (2.5, 2.5)).assign(**TWO))
    found = supply_for(given, ANY, given["areas"], include_ended=more.get("include_ended", False), day=datetime.date.fromisoformat(day))
    return found.sites["id"].tolist()


@pytest.mark.parametrize(("day", "ids"), [
    ("2018-06-30", ["s1"]), ("2018-07-01", ["s0", "s1"]), ("2020-06-29", ["s0", "s1"]), ("2020-06-30", ["s1"]), ("2026-01-01", ["s1"]),
])
def test_a_service_counts_from_its_start_until_the_day_before_its_end(day: str, ids: list[str]) -> None:
    assert counted(day) == ids


def test_what_has_ended_may_be_counted_on_purpose_but_never_what_is_still_to_come() -> None:
    assert counted("2026-01-01", include_ended=True) == ["s0", "s1"]
    assert counted("2018-06-30", include_ended=True) == ["s1"]


def test_what_was_left_out_is_said() -> None:
    given = frames(services=services_at((0.5, 0.5), (2.5, 2.5)).assign(**TWO))
    notes = supply_for(given, ANY, given["areas"], include_ended=False, day=datetime.date(2026, 1, 1)).notes
    assert [note.text for note in notes] == ["1 site has ended and does not count."]


@pytest.mark.parametrize(("end", "told"), [("when funded", 1), ("", 0), ("2030", 0), ("2020", 0)])
def test_an_end_that_cannot_be_read_is_said_where_its_site_counts(end: str, told: int) -> None:
    given = frames(services=services_at((0.5, 0.5)).assign(end=[end], status="active"))
    notes = supply_for(given, ANY, given["areas"], include_ended=False, day=datetime.date(2026, 1, 1)).notes
    assert [note.text for note in notes if note.kind == "caution"] == [
        "1 site has an end that cannot be read as a date: it counts as still at work."][:told]


@pytest.mark.parametrize(("name", "asked"), [
    ("coverage-gap", {}), ("capacity-gap", {"assumed_capacity": 10}), ("access", {}), ("gap-presets", {}),
])
def test_a_question_speaks_of_the_day_it_is_asked_for(name: str, asked: dict) -> None:
    """The only service of the south-west corner ends in the middle of 2020; without a day the question speaks of today."""
    given = frames(services=services_at((0.5, 0.5)).assign(end=["2020-06-30"], start="", status="active"))
    in_time, too_late, today = (ask(name, given, radius_m=600, **asked, **day) for day in (
        {"as_of": "2020-06-29"}, {"as_of": "2020-06-30"}, {}))
    state = c.STATE
    assert table(in_time, "areas")[state].iloc[0] != table(too_late, "areas")[state].iloc[0]
    assert table(today, "areas")[state].tolist() == table(too_late, "areas")[state].tolist()
    assert in_time.id == today.id
    with pytest.raises(ParameterError, match="is not a date"):
        ask(name, given, as_of="soon", **asked)


def test_an_approach_counts_on_its_day_too() -> None:
    given = frames(sites=small.sites().assign(end=["2023-06"]))
    found = [ask("coverage-gap", given, target="approach:community_school", as_of=day).figure("sites_counted").value
             for day in ("2019", "2023-06-29", "2023-06-30")]
    assert found == [0, 1, 0]


def test_a_site_has_its_own_places_whatever_another_layer_calls_the_same() -> None:
    services = services_at((0.5, 0.5), (2.5, 2.5)).assign(capacity=[30.0, None])
    given = frames(services=services, sites=small.sites().assign(id=lambda rows: [f"s{n}" for n in range(len(rows))], capacity=7.0))
    found = supply_for(given, ANY, given["areas"], include_ended=False, day=datetime.date(2026, 1, 1))
    assert found.places.fillna(-1).to_dict() == {"s0": 30.0, "s1": -1.0}
