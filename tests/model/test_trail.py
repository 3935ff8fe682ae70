"""What is told of a mistake: kinds and places in our code, and nothing that came from data."""

from __future__ import annotations

import errno
import runpy
from pathlib import Path

import pytest

from ecomap.model import said as ours
from ecomap.model.trail import kind_of, trail


def caught(work: object, *given: object) -> BaseException:
    try:
        work(*given)  # type: ignore[operator]
    except BaseException as bug:  # noqa: BLE001 - any kind is looked at
        return bug
    raise AssertionError("nothing went wrong")


def test_our_own_code_is_named_by_module_function_and_line() -> None:
    lines = trail(caught(ours.joined, 7))
    assert lines[0] == "TypeError"
    assert lines[-1].strip().startswith("ecomap.model.said.joined:")


def test_what_an_error_says_is_not_looked_at() -> None:
    class LoudError(Exception):
        def __str__(self) -> str:
            raise AssertionError("it was read")

    assert trail(LoudError("Garfield High")) == ("an error of another kind",)


def test_a_system_error_keeps_its_number_and_no_path() -> None:
    assert kind_of(FileNotFoundError(errno.ENOENT, "No such file", "/home/maria/a.csv")) == "FileNotFoundError 2"


def test_what_led_to_it_is_told_too() -> None:
    def both() -> None:
        try:
            {}["Maria"]
        except KeyError as first:
            raise ValueError("Maria") from first

    assert trail(caught(both)) == ("ValueError", "after KeyError")


def test_what_was_put_aside_on_purpose_is_not_told() -> None:
    def one() -> None:
        try:
            {}["Maria"]
        except KeyError:
            raise ValueError from None

    assert trail(caught(one)) == ("ValueError",)


@pytest.mark.parametrize("called", ["maria_gomez", "ecomap_of_maria"])
def test_modules_of_others_are_not_named(called: str, tmp_path: Path) -> None:
    path = tmp_path / f"{called}.py"
    path.write_text("class OddError(Exception): pass\ndef f():\n    raise OddError\nf()\n")
    bug = caught(runpy.run_path, str(path), None, called)
    assert not any("maria" in line for line in trail(bug))


def test_a_library_is_named_where_it_ends_and_a_long_trail_is_cut() -> None:
    import pandas as pd

    lines = trail(caught(pd.DataFrame({"Maria": [1]}).__getitem__, "Gomez"))
    assert any(line.strip().startswith("pandas.") for line in lines)
    assert not any("Maria" in line or "Gomez" in line for line in lines)

    def down(n: int) -> object:
        return ours.joined(down(n + 1) for _ in range(1))  # type: ignore[misc]

    assert len(trail(caught(down, 0))) < 60


def test_errors_that_go_round_in_a_circle_end() -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert trail(one) == ("ValueError", "after KeyError")
