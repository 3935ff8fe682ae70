"""A plan whose searches the clock ended is the same plan when it is asked again with where they ended, to the last digit, on any computer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

import pandas as pd
import pytest

from ecomap.model import clock
from ecomap.model.clock import Ended
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.workspace import operations

ASKED: Final = {"target": "service:Mental health", "sites": 6, "truths": 12, "time_limit_s": 2.0}


@contextmanager
def hurried(monkeypatch: pytest.MonkeyPatch, step_s: float) -> Iterator[None]:
    """So much time passes from one look at the clock to the next, as on a computer that is busy with other things."""
    looks = count()
    with monkeypatch.context() as patched:
        patched.setattr(clock, "moment_s", lambda: next(looks) * step_s)
        yield


@pytest.fixture(scope="module")
def city() -> Project:
    return operations.new_project("los-angeles")


def plan(city: Project, ended: tuple[Ended, ...] | None = None, **given: Any) -> Result:
    return operations.run_analysis(city, "plan", {**ASKED, **given}, ended=ended)[1]


def same(one: Result, other: Result) -> bool:
    if (one.sentence, repr(one.figures), one.notes) != (other.sentence, repr(other.figures), other.notes):
        return False
    for mine, theirs in zip(one.outputs, other.outputs, strict=True):
        pd.testing.assert_frame_equal(pd.DataFrame(mine.frame), pd.DataFrame(theirs.frame), check_exact=True)
    return True


@pytest.mark.slow
@pytest.mark.parametrize("given", [{}, {"aim": "average"}, {"aim": "fewest", "share_to_reach": 0.5}, {"aim": "twice"}, {"years": 2}],
                         ids=["most people", "short ways", "few schools", "twice", "over years"])
def test_it_is_the_same_plan(city: Project, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any]) -> None:
    with hurried(monkeypatch, 0.2):
        first = plan(city, **given)
    trail = first.provenance
    assert trail is not None
    assert trail.ended, "the clock ended something"
    assert "no data" not in first.sentence, "what no plan can beat is known, however short the time"
    again = plan(city, trail.ended, **given)
    assert again.provenance is not None
    assert again.provenance.ended == trail.ended
    assert same(first, again)


@pytest.mark.slow
def test_with_all_the_time_there_is_more_is_proven(city: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """So what is noted is what makes the difference."""
    with hurried(monkeypatch, 0.2):
        first = plan(city)
    again = plan(city, ())
    assert again.provenance is not None
    assert again.provenance.ended == ()
    assert not same(first, again)
