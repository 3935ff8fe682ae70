"""A small part of the damaged files, with every run of the tests; the whole: ``python -m tests.fuzz``."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecomap.io.reading.process import close
from tests.fuzz.__main__ import table
from tests.fuzz.mutating import mutated
from tests.fuzz.seeds import Seed, seeds
from tests.fuzz.trial import REFUSED, STOPPED, TAKEN, TOP_BYTES, tried

COUNT = 150


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> list[Seed]:
    return seeds(tmp_path_factory.mktemp("seeds"))


def test_damaged_files_are_taken_whole_or_refused_in_words(sound: list[Seed], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECOMAP_READ_SECONDS", "20")
    try:
        outcomes = [tried(sound[number % len(sound)], number, tmp_path) for number in range(COUNT)]
    finally:
        close()
    wrong = [one for one in outcomes if one.kind not in (TAKEN, REFUSED, STOPPED) or one.peak > TOP_BYTES + _held_before()]
    assert not wrong, table(outcomes)
    assert {TAKEN, REFUSED} <= {one.kind for one in outcomes}


def _held_before() -> int:
    """What the tests before this one left in this process is not the file's doing."""
    from ecomap.io.reading.process.limits import memory_used

    return memory_used() or 0


def test_seeds_are_sound(sound: list[Seed], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.trial.mutated", lambda seed, number: dict(seed.files))
    refused = {one.format: one.said for one in (tried(seed, 0, tmp_path) for seed in sound) if one.kind != TAKEN}
    assert set(refused) <= {"csv;"}, refused


def test_the_same_number_gives_the_same_damage(sound: list[Seed]) -> None:
    for seed in sound:
        assert mutated(seed, 5) == mutated(seed, 5)
        assert any(mutated(seed, number) != dict(seed.files) for number in range(3))
