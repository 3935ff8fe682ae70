"""A question that needs more memory than there is says so in a sentence, before it begins or when memory runs out."""

from __future__ import annotations

from typing import Any

import pytest

from ecomap.model import memory
from ecomap.model.errors import EcoMapError
from ecomap.model.project import Project
from ecomap.workspace import operations

ASKED = {"target": "service:Mental health", "radius_m": 1600}


@pytest.fixture(scope="module")
def city() -> Project:
    return operations.new_project("los-angeles")


def test_what_is_free_is_known_here_or_not_at_all() -> None:
    free = memory.free_bytes()
    assert free is None or free > 0


def test_more_than_is_free_is_refused_with_both_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda: 2 * 2**30)
    memory.check_room(2 * 2**30)
    with pytest.raises(EcoMapError, match=r"needs about 3\.5 GB of memory, and only 2\.0 GB are free"):
        memory.check_room(int(3.5 * 2**30))


def test_where_nothing_is_known_of_it_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda: None)
    memory.check_room(2**60)


@pytest.mark.parametrize("question", ["priority", "plan"])
def test_a_question_that_does_not_fit_does_not_begin(city: Project, monkeypatch: pytest.MonkeyPatch, question: str) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda: 1_000_000)
    with pytest.raises(EcoMapError, match="GB are free"):
        operations.run_analysis(city, question, ASKED)


def test_memory_that_runs_out_on_the_way_is_a_sentence(city: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: Any, **_named: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("ecomap.analysis.plan.priority.gain.situation", full)
    with pytest.raises(EcoMapError, match="not enough memory") as refused:
        operations.run_analysis(city, "priority", ASKED)
    assert refused.value.exit_code == 1
