"""A fault report holds what is needed to mend a mistake, and nothing of anyone's."""

from __future__ import annotations

import getpass
import platform
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ecomap.model.errors import EcoMapError, OwnMistakeError
from ecomap.model.said import Said, name, say
from ecomap.model.version import VERSION
from ecomap.workspace import operations
from ecomap.workspace.fault_report import fault_report, template_of
from ecomap.workspace.jobs import JobRunner
from ecomap.workspace.log import log_path, set_up_log
from tests.small_project import small_project

SECRET = "Maria Gómez 213-555-0100"


def failing(text: str) -> None:
    """A mistake deep in an analysis, whose message holds data."""
    project = small_project()
    rows = project.frame("schools").rename(columns={"enrollment": text})
    from ecomap.model.cell_text import shortened

    shortened(rows[SECRET + text])


def caught(work: Callable[..., object], *given: object) -> Exception:
    try:
        work(*given)
    except Exception as bug:  # noqa: BLE001 - any kind is looked at
        return bug
    raise AssertionError("nothing went wrong")


def test_it_names_versions_the_kind_and_what_was_done() -> None:
    report = fault_report(caught(failing, SECRET), doing=[template_of(say("Importing {file}", file=name(SECRET)))])
    assert f"EcoMap: {VERSION}" in report
    assert f"Python: {platform.python_version()}" in report
    assert "pandas: " in report
    assert "KeyError" in report
    assert "doing: Importing {file}" in report


def test_it_holds_nothing_of_anyone() -> None:
    report = fault_report(caught(failing, SECRET), doing=[template_of(name(SECRET))])
    user, host = getpass.getuser(), platform.node()
    words = set(re.split(r"[^\w-]+", report))
    assert not {"Maria", "Gómez", "213-555-0100"} & words
    assert str(Path.home()) not in report or str(Path.home()) == "/"
    assert user not in words
    assert not host or host not in words
    assert "/" not in report.replace("site-packages", "")


@pytest.mark.parametrize("said", [name(SECRET), Said(SECRET)])
def test_what_is_no_message_of_ours_is_not_told(said: Said) -> None:
    assert template_of(said) == ""


def test_a_mistake_in_work_comes_with_its_report_and_the_log_holds_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECOMAP_HOME", str(tmp_path / SECRET))
    set_up_log()
    told: list[EcoMapError] = []
    waiting: list[Callable[[], None]] = []
    runner = JobRunner(waiting.append)
    runner.start(say("Importing {file}", file=name(SECRET)), lambda _: failing(SECRET), done=lambda _: None, failed=told.append)
    runner.start(say("Importing {file}", file=name(SECRET)), lambda _: operations.guess_role(tmp_path / SECRET), done=lambda _: None,
                 failed=told.append)
    while len(told) < 2:
        if waiting:
            waiting.pop(0)()
    runner.shut_down()
    assert isinstance(told[0], OwnMistakeError)
    assert "doing: Importing {file}" in told[0].report
    assert "KeyError" in told[0].report
    written = log_path().read_text(encoding="utf-8")
    assert "KeyError" in written
    assert "Maria" not in written + told[0].report
    assert str(tmp_path) not in written


def test_a_full_disk_is_no_mistake_of_ours(tmp_path: Path) -> None:
    told: list[EcoMapError] = []
    waiting: list[Callable[[], None]] = []
    runner = JobRunner(waiting.append)

    def full(_: object) -> None:
        raise OSError(28, "No space left on device", SECRET)

    runner.start(say("Saving {file}", file=name("a")), full, done=lambda _: None, failed=told.append)
    while not told:
        if waiting:
            waiting.pop(0)()
    runner.shut_down()
    assert not isinstance(told[0], OwnMistakeError)
    assert str(told[0]).startswith("“Saving a” came to an end: No space left on device.")
