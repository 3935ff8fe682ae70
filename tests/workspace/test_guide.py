"""The guide and the news as they are read beside the window."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ecomap.model.assets import changelog_path, guide_path
from ecomap.workspace.guide import STEPS_BY_NUMBER, guide_sections, news_since, plain_guide, sections

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("language", ["en", "es", "es_US", "de"])
def test_the_guide_is_there_in_every_language(language: str) -> None:
    keys = [one.key for one in guide_sections(language)]
    assert [key for key in keys if key in STEPS_BY_NUMBER] == list(STEPS_BY_NUMBER)
    assert len(keys) == len(set(keys))
    assert all(len(one.text) > 300 for one in guide_sections(language))


def test_a_language_without_a_guide_reads_the_english_one() -> None:
    assert guide_path("es").name == "guide.es.md"
    assert guide_path("de") == guide_path("en")


def test_both_guides_name_the_same_parts() -> None:
    english, spanish = guide_sections("en"), guide_sections("es")
    assert len(english) == len(spanish)


def test_tables_and_lists_of_the_guide_stay() -> None:
    data = next(one for one in guide_sections("en") if one.key == "data")
    assert re.search(r"^\| your file \|", data.text, re.MULTILINE)
    assert "- **every column**" in data.text


def test_what_is_only_for_a_terminal_goes() -> None:
    told = plain_guide("One.\n\nThe same at the command line:\n\n```\necomap list P\n```\n\n![A picture](images/a.png)\n\nTwo.")
    assert told.split() == ["One.", "Two."]


def test_news_are_the_versions_above_one_that_was_seen() -> None:
    every = sections(changelog_path().read_text(encoding="utf-8"))
    oldest = every[-1].title.split(" ")[0]
    assert changelog_path() == ROOT / "CHANGELOG.md"
    assert news_since("") == every
    assert news_since(oldest) == every[:-1]
