"""Commands that write sweep what killed programs left, in whatever folder that was."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecomap.cli import main
from ecomap.model import leftovers
from ecomap.workspace import operations
from ecomap.workspace.log import state_dir
from ecomap.workspace.tidying import NOTES, tidy
from tests.small_project import small_project

WRITES_AND_IS_KILLED = """
import os, sys
from pathlib import Path
from ecomap.model.files import replaced
from ecomap.workspace.tidying import tidy
tidy()
with replaced(Path(sys.argv[1])) as beside:
    beside.write_text("half")
    os._exit(9)
"""


@pytest.fixture(autouse=True)
def _no_notes() -> Iterator[None]:
    yield
    leftovers._noted_in.clear()


def killed_while_writing(path: Path) -> None:
    assert subprocess.run([sys.executable, "-c", WRITES_AND_IS_KILLED, str(path)], check=False, timeout=60).returncode == 9


def test_the_next_start_finds_what_was_written_in_another_folder(tmp_path: Path) -> None:
    killed_while_writing(tmp_path / "a.csv")
    assert len(list(tmp_path.iterdir())) == 1
    assert tidy() >= 1
    assert list(tmp_path.iterdir()) == []
    assert list((state_dir() / NOTES).iterdir()) == []


def test_a_command_that_writes_elsewhere_sweeps_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stick, desk = tmp_path / "stick", tmp_path / "desk"
    stick.mkdir()
    desk.mkdir()
    killed_while_writing(stick / "a.csv")
    path = desk / "p.ecomap.gpkg"
    operations.save_project(small_project(), path)
    with pytest.raises(SystemExit) as ended:
        main(["export", str(path), str(desk / "page.html")])
    assert not ended.value.code, capsys.readouterr().err
    assert os.listdir(stick) == []
