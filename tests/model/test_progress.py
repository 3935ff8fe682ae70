"""A wish to stop before the point from which nothing can be taken back, and after it."""

from __future__ import annotations

import pytest

from ecomap.model.errors import CancelledError
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, say
from ecomap.workspace.jobs import Job


def test_a_wish_to_stop_comes_too_late_where_the_work_is_through() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        progress.check()
    done = Progress()
    done.through()
    done.cancel()
    done.check()
    assert not done.cancelled


def test_that_a_part_is_through_says_nothing_of_the_whole() -> None:
    whole = Progress()
    whole.part(0.0, 0.5).through()
    whole.cancel()
    with pytest.raises(CancelledError):
        whole.check()


@pytest.mark.parametrize("through", [True, False])
def test_what_is_on_the_disk_is_told_of(through: bool) -> None:
    """Else a file is there of which the project notes nothing."""
    told: list[str] = []

    def work(progress: Progress) -> str:
        if through:
            progress.through(NOTHING)
        job.cancel()
        return "written"

    job = Job(say("Writing"), work, done=told.append, failed=None, cancelled=lambda: told.append("stopped"), report=lambda *_: None)
    job._outcome()()
    assert told == ["written" if through else "stopped"]
