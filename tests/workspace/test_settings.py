"""Settings are remembered, and no broken file keeps EcoMap from starting."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ecomap.workspace.settings import MAX_RECENT, Settings, settings_path


def test_without_a_file_there_are_defaults() -> None:
    assert Settings.load() == Settings(theme="system", text_scale=1.0)


def test_settings_come_back() -> None:
    settings = Settings(theme="dark", language="es", window_state="AAAA", text_scale=1.25)
    settings.add_recent("/maps/a.ecomap.gpkg")
    assert Settings.load() == settings
    assert settings.last_folder == "/maps"


def test_they_are_kept_in_the_home_that_was_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ECOMAP_HOME", str(tmp_path / "new" / "home"))
    Settings(theme="light").save()
    assert os.listdir(tmp_path / "new" / "home") == ["settings.json"]


def test_without_a_named_home_they_are_in_the_users_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ECOMAP_HOME")
    assert settings_path().parent.name == "EcoMap"


def test_the_latest_file_comes_first_and_ten_are_kept() -> None:
    settings = Settings()
    for number in range(MAX_RECENT + 3):
        settings.add_recent(f"/maps/{number}.ecomap.gpkg")
    settings.add_recent("/maps/5.ecomap.gpkg")
    assert settings.recent_files[:2] == ("/maps/5.ecomap.gpkg", "/maps/12.ecomap.gpkg")
    assert len(settings.recent_files) == len(set(settings.recent_files)) == MAX_RECENT
    settings.forget_recent("/maps/12.ecomap.gpkg")
    assert "/maps/12.ecomap.gpkg" not in Settings.load().recent_files


def test_files_that_are_there_come_before_files_that_are_not(tmp_path: Path) -> None:
    there = tmp_path / "there.ecomap.gpkg"
    there.touch()
    settings = Settings(recent_files=("/gone/a.ecomap.gpkg", str(there), "/gone/b.ecomap.gpkg"))
    assert [path.name for path in settings.recent] == ["there.ecomap.gpkg", "a.ecomap.gpkg", "b.ecomap.gpkg"]


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "\x00\xff", '{"theme": 5'])
def test_a_broken_file_gives_the_defaults(content: str) -> None:
    settings_path().write_text(content, encoding="latin-1")
    assert Settings.load() == Settings()


def test_what_cannot_be_used_is_left_out_and_the_rest_is_kept() -> None:
    settings_path().write_text(
        json.dumps(
            {
                "theme": "neon", "language": "es", "text_scale": 40, "recent_files": [1, 2],
                "window_state": None, "from_a_newer_version": True,
            }
        )
    )
    assert Settings.load() == Settings(language="es")


def test_a_home_that_cannot_be_written_does_not_stop_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ECOMAP_HOME", str(tmp_path / "file" / "home"))
    settings = Settings()
    settings.add_recent("/maps/a.ecomap.gpkg")
    assert settings.recent_files == ("/maps/a.ecomap.gpkg",)
    assert Settings.load() == Settings()


def test_two_windows_do_not_overwrite_each_other() -> None:
    Settings(theme="light", language="es").save()
    one, other = Settings.load(), Settings.load()
    one.theme = "dark"
    one.add_recent("/maps/one.ecomap.gpkg")
    other.step = "share"
    other.add_recent("/maps/other.ecomap.gpkg")
    found = Settings.load()
    assert (found.theme, found.language, found.step) == ("dark", "es", "share")
    assert set(found.recent_files) == {"/maps/one.ecomap.gpkg", "/maps/other.ecomap.gpkg"}
    one.forget_recent("/maps/other.ecomap.gpkg")
    one.forget_recent("/maps/one.ecomap.gpkg")
    assert "/maps/one.ecomap.gpkg" not in Settings.load().recent_files
