"""The reference pages say what the program does."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecomap.analysis import registry
from ecomap.model.params import param_specs
from tools import make_reference


def test_the_pages_in_the_repository_are_current() -> None:
    assert make_reference.stale() == [], "run: python tools/make_reference.py"


@pytest.mark.parametrize("name", registry.names())
def test_a_page_names_every_flag_table_and_source(name: str) -> None:
    analysis = registry.analysis(name)
    text = make_reference.page(analysis)
    for spec in param_specs(analysis.params):
        assert f"`{spec.flag}`" in text
    for wanted in (*(table.name for table in analysis.tables), *analysis.sources, analysis.question):
        assert wanted in text


def test_check_finds_pages_that_are_missing_changed_or_left_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(make_reference, "FOLDER", tmp_path)
    assert make_reference.main([]) == 0
    assert make_reference.stale(tmp_path) == []
    (tmp_path / "priority.md").write_text("old", encoding="utf-8")
    (tmp_path / "gone.md").write_text("left over", encoding="utf-8")
    (tmp_path / "index.md").unlink()
    assert make_reference.stale(tmp_path) == ["index.md", "priority.md", "gone.md"]
    capsys.readouterr()


def test_check_says_what_to_do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(make_reference, "stale", lambda: ["priority.md"])
    assert make_reference.main(["--check"]) == 1
    assert "python tools/make_reference.py" in capsys.readouterr().err
