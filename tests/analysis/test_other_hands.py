"""Whoever does the parts of a step, every question's answer is the same: parts travel, come back in order, and lose no digit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from ecomap.analysis import registry
from ecomap.analysis.ground import overlay
from ecomap.analysis.statistics import ranks
from ecomap.analysis.travel import near
from ecomap.model import hands
from ecomap.model.progress import Progress
from ecomap.model.said import Said
from tests.analysis.test_every_analysis import given_to
from tests.analysis.towns import ask, frames, services_at

cloudpickle = pytest.importorskip("cloudpickle", reason="the extra 'cluster' is not installed")


class Elsewhere:
    """Hands that take every part through bytes, last part first."""

    def __init__(self) -> None:
        self.jobs = 0

    def each(self, work: Callable[..., Any], jobs: Sequence[tuple[Any, ...]], progress: Progress, text: Said) -> list[Any]:
        self.jobs += len(jobs)
        found = [self._there(work, job) for job in reversed(jobs)]
        return found[::-1]

    def _there(self, work: Callable[..., Any], job: tuple[Any, ...]) -> Any:
        sent, given = cloudpickle.loads(cloudpickle.dumps((work, job)))
        return cloudpickle.loads(cloudpickle.dumps(sent(*given)))


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts so small that the small town has several."""
    monkeypatch.setattr(overlay, "_CHUNK", 2)
    monkeypatch.setattr(near, "_TILE", 1)
    monkeypatch.setattr(near, "_WIDE", 0.2)
    monkeypatch.setattr(ranks, "_SHARED", 7)


@pytest.mark.parametrize("name", registry.names())
def test_every_question_is_answered_the_same(name: str, small_parts: None) -> None:
    given = given_to(name)
    alone, elsewhere = ask(name, given), Elsewhere()
    with hands.lent(elsewhere.each):
        shared = ask(name, given)
    assert shared.sentence == alone.sentence
    assert shared.figures == alone.figures
    for one, other in zip(shared.outputs, alone.outputs, strict=True):
        assert one.frame.equals(other.frame), one.name
    if name in ("coverage-gap", "sensitivity"):
        assert elsewhere.jobs > 1


def test_pairs_of_several_tiles_are_the_same(small_parts: None) -> None:
    given = frames(services=services_at((0.5, 0.5), (1.5, 0.5), (2.5, 2.5)))
    alone, elsewhere = ask("access", given, target="service:Food"), Elsewhere()
    with hands.lent(elsewhere.each):
        shared = ask("access", given, target="service:Food")
    assert elsewhere.jobs > 1
    assert all(one.frame.equals(other.frame) for one, other in zip(shared.outputs, alone.outputs, strict=True))


def test_hands_are_lent_for_the_block_only() -> None:
    assert hands.ready() is None
    with hands.lent(Elsewhere().each):
        assert hands.ready() is not None
    assert hands.ready() is None
