"""Corrections come home: a thousand files of anything apply nothing, in any order they give the same, twice they change nothing."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomap.io.corrections import Brought, read_corrections
from ecomap.model.correction import KINDS, MOST, Correction, correction_id
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.workspace.corrections import coming, settling
from ecomap.workspace.corrections.effect import effect_of
from ecomap.workspace.corrections.words import line
from tests.correction_files import PAGE, content, entry, envelope, written
from tests.small_project import small_project

PROJECT = small_project()
FILES = 1_000
_TEXTS = st.one_of(st.text(max_size=30), st.sampled_from([
    "", "West School", "schools", "services", "need-areas", "01964733000001", "0603700000", "s1", "<img src=x onerror=alert(1)>", "=1+1", "'; drop table ecomap_meta; --",
    "{name} {0} %s", "\u202eevil", "\x00", "../../etc/passwd", "Children in poverty", "Phone", "1,250", "44 %", "2026-11-12", "2026-13-40"]))
_PLACES = st.one_of(st.none(), st.lists(st.floats(-200, 200, allow_nan=False), min_size=1, max_size=3), st.just([-119.9, 35.9]), _TEXTS)
_ABOUT = st.one_of(st.none(), _TEXTS, st.dictionaries(st.sampled_from(["layer", "feature", "name", "label", "shown", "extra"]), _TEXTS, max_size=5))
_ANYTHING = st.one_of(_TEXTS, st.integers(), st.none(), st.fixed_dictionaries(
    {"kind": st.sampled_from(["closed", "moved", "missing", "wrong", "idea", "burn", ""])},
    optional={"text": _TEXTS, "author": _TEXTS, "day": _TEXTS, "since": _TEXTS, "about": _ABOUT, "should": _TEXTS, "place": _PLACES, "language": _TEXTS}))
SUBJECTS = [
    {"layer": "schools", "feature": "01964733000001", "name": "West School"}, {"layer": "services", "feature": "s1", "name": "<b>Counselling</b>"},
    {"layer": "services", "name": "Valley Clinic"}, {"layer": "need-areas", "feature": "06037000005", "name": "Tract 5", "label": "Children in poverty", "shown": "50 %"}]
_LIKELY = st.builds(
    lambda kind, text, author, day, subject, should, place: {"kind": kind, "text": text, "author": author, "day": day, "about": subject, "should": should, "place": place},
    st.sampled_from(["closed", "moved", "missing", "wrong", "idea"]), _TEXTS, st.sampled_from(["", "Ana", "=1+1"]), st.sampled_from(["", "2026-11-12", "2025-01-01"]),
    st.sampled_from(SUBJECTS), st.sampled_from(["", "44 %", "<script>"]), st.sampled_from([None, [-118.36, 33.92], [0, 0], [180, 90]]))
_ENTRIES = st.one_of(_LIKELY, _LIKELY, _ANYTHING)
_ENVELOPES = st.one_of(
    st.lists(_ENTRIES, max_size=4).map(lambda found: json.dumps(envelope(*found)).encode()),
    st.lists(_ENTRIES, max_size=2).map(lambda found: json.dumps(envelope(*found, page={**PAGE, "id": "p2"})).encode()),
    st.binary(max_size=80), _TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")))


def brought(files: list[bytes]) -> tuple[list[Brought], int]:
    found, refused = [], 0
    for number, one in enumerate(files):
        try:
            found.append(read_corrections(one, f"{number}.json"))
        except InputError:
            refused += 1
    return found, refused


def held(files: list[bytes], random: Random) -> Project:
    """The project after the files came in, when nothing else about it is other."""
    found, _ = brought(files)
    after, came = coming.received(PROJECT, found)
    assert all(after.frames[key] is frame for key, frame in PROJECT.frames.items())
    assert (after.layers, after.results, after.notes, after.scenarios) == (PROJECT.layers, PROJECT.results, PROJECT.notes, PROJECT.scenarios)
    assert all(one.waits and one.sound for one in after.corrections)
    assert came.new == len(after.corrections)
    assert coming.received(after, found)[0] is after, "the same files twice change nothing"
    mixed, by_and_by = random.sample(found, len(found)), PROJECT
    for start in range(0, len(mixed), 20):
        by_and_by, _ = coming.received(by_and_by, mixed[start:start + 20])
    assert by_and_by.corrections == after.corrections, "any order gives the same"
    return after


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(files=st.lists(_ENVELOPES, min_size=10, max_size=40), seed=st.integers(0, 9))
def test_files_of_anything_apply_nothing_in_any_order_and_twice(files: list[bytes], seed: int) -> None:
    after = held(files, Random(seed))
    for one in after.corrections:
        assert effect_of(after, one).words
        assert line(one)


def a_file(random: Random, before: list[bytes]) -> bytes:
    """One of a thousand: what people write, what an attacker writes, or what came before."""
    fate = random.random()
    if before and fate < 0.2:
        return random.choice(before)
    if fate < 0.3:
        return random.choice([random.randbytes(random.randint(0, 200)), b"{" * 5_000, content(entry())[: random.randint(1, 150)], content(entry(), version=9)])
    entries: list[Any] = []
    for _ in range(random.randint(0, 6)):
        made: dict[str, Any] = {
            "kind": random.choice(["closed", "moved", "missing", "wrong", "idea"]), "text": random.choice(["", f"Words {random.randint(0, 400)}", "<script>alert(1)</script>", "=1+1"]),
            "author": random.choice(["", "Ana", "\u202eevil"]), "day": random.choice(["", "2026-11-12", f"2025-01-{random.randint(1, 31):02}"]),
            "about": dict(random.choice(SUBJECTS)), "should": random.choice(["", "44 %", "'; drop table ecomap_meta; --"]),
            "place": random.choice([None, [round(random.uniform(-120, -117), 5), 33.92], [180, 90], [0, -90]])}
        if random.random() < 0.2:
            made[random.choice([*made, "state", "id", "did"])] = random.choice([None, "accepted", 1, [], {}, "x" * 9_000])
        entries.append(made)
    return content(*entries, page={"id": f"p{random.randint(0, 3)}", "title": random.choice(["Town", "Pueblo"]), "made_on": ""})


@pytest.mark.parametrize("seed", [1, 2])
def test_a_thousand_files_apply_nothing_in_any_order_and_twice(seed: int) -> None:
    random, files = Random(seed), list[bytes]()
    while len(files) < FILES:
        files.append(a_file(random, files))
    after = held(files, random)
    assert len(after.corrections) > FILES / 2, "else the thousand would prove nothing"
    assert {one.kind for one in after.corrections} == set(KINDS)


def test_the_same_from_two_pages_is_one_whichever_came_first() -> None:
    first, second = (read_corrections(content(entry(text=text), page={**PAGE, "title": title}), "f") for text, title in (("a b", "Page B"), ("a\nb", "Page A")))
    one, other = coming.received(PROJECT, [first, second])[0], coming.received(PROJECT, [second, first])[0]
    assert one.corrections == other.corrections
    assert len(one.corrections) == 1


def test_what_was_settled_stays_settled_when_the_file_comes_again() -> None:
    file = read_corrections(content(entry()), "f")
    waiting, _ = coming.received(PROJECT, [file])
    declined = settling.decline(waiting, waiting.corrections[0].id, "We called: it is open.")
    again, came = coming.received(declined, [file, read_corrections(content(entry(), page={**PAGE, "title": "A"}), "g")])
    assert (came.new, came.known) == (0, 2)
    assert (again.corrections[0].state, again.corrections[0].reason) == ("declined", "We called: it is open.")


def test_places_stand_in_the_projects_own_system_and_impossible_ones_nowhere() -> None:
    after, _ = coming.received(PROJECT, [read_corrections(content(entry(place=[-118.4, 33.95]), entry("idea", text="x", place=[0, -90])), "f")])
    places = {one.kind: one.place for one in after.corrections}
    assert places["closed"] is not None
    assert places["closed"] == pytest.approx((147_900, -452_700), abs=3_000)
    assert all(one.sound for one in after.corrections)


def test_files_that_are_none_are_told_and_do_not_stop_the_others(tmp_path: Path) -> None:
    good, bad = written(tmp_path / "a.json", entry()), tmp_path / "b.json"
    bad.write_text("{}")
    after, came = coming.opened(PROJECT, [bad, good, tmp_path / "gone.json", tmp_path])
    assert (len(after.corrections), came.new, len(came.refused)) == (1, 1, 3)
    assert "b.json" in came.sentence
    with pytest.raises(InputError):
        coming.opened(PROJECT, [bad])


def test_a_project_keeps_so_many_and_not_one_more() -> None:
    many = [Correction("", "idea", text=str(number)) for number in range(MOST + 1)]
    many = [evolve(one, id=correction_id(one)) for one in many]
    after, _ = coming.received(PROJECT, [Brought(tuple(many[:MOST]))])
    assert len(after.corrections) == MOST
    with pytest.raises(InputError, match="at most"):
        coming.received(after, [Brought(tuple(many[MOST:]))])


def test_corrections_are_known_by_what_a_file_holds(tmp_path: Path) -> None:
    assert coming.look_like_corrections(written(tmp_path / "any.json", entry()))
    assert not coming.look_like_corrections(written(tmp_path / "any.csv", entry()))
    other = tmp_path / "other.json"
    other.write_text('{"kind": "ecomap-recipes"}')
    assert not coming.look_like_corrections(other)
    assert not coming.look_like_corrections(tmp_path / "gone.json")
    assert not coming.look_like_corrections(tmp_path)
