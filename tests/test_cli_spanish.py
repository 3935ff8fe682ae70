"""The command line in Spanish: whatever is asked of it wrongly, no sentence of EcoMap's own is left in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecomap.cli import speech
from ecomap.cli.exits import guarded
from ecomap.cli.program import program
from ecomap.render.words.language import ENGLISH
from ecomap.workspace import operations
from tests.small_project import small_project

ENGLISH_WORDS = re.compile(r"\b(is|are|was|has|have|would|could|can|cannot|which|that|these|those|than|the|there|who|within|by|from|or|and|not|of|to)\b")
WRONG = [
    ["list", "nowhere"], ["check", "nowhere"], ["export", "nowhere", "x.html"], ["run", "need-index", "nowhere"],
    ["describe", "astrology"], ["run", "astrology", "x"], ["new", "x", "--starter", "atlantis"], ["fetch", "svi", "x", "--year", "2022"],
    ["import", "town", "nowhere.csv", "--role", "school"], ["import", "town", "empty.csv", "--role", "school"],
    ["import", "town", "page.csv", "--role", "service"], ["import", "town", "bare.csv", "--role", "travel_cost"],
    ["import", "town", "bare.csv", "--role", "need_area"], ["import", "town", "bare.csv", "--role", "service", "--crs", "odd"],
    ["run", "coverage-gap", "town", "--radius", "3 parsec"], ["run", "coverage-gap", "town", "--target", "service:Astrology"],
    ["list"], ["astrology"], ["demo", "--grandly"], ["import", "town", "bare.csv", "--role", "planet"], ["export", "town", "x.png", "--width", "1"],
    ["export", "town", "x.html", "--without", "astrology"], ["export", "town", "nowhere/x.html"], ["export", "town", "x.doc"],
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a project and files that are none; the tests after it hear English again."""
    operations.save_project(small_project(), tmp_path / "town.ecomap.gpkg")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "page.csv").write_text("<!doctype html>")
    (tmp_path / "bare.csv").write_text("a,b\n1,2\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANGUAGE", "en")
    yield tmp_path
    speech.use(ENGLISH)


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_what_went_wrong_is_said_in_spanish(arguments: list[str], here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = guarded(lambda: program.main(args=["--language", "es", *arguments], prog_name="ecomap", standalone_mode=False))
    said = capsys.readouterr().err.replace(str(here), "")
    assert code in (1, 2), said
    assert said
    assert not [line for line in said.splitlines() if ENGLISH_WORDS.search(line)], said
