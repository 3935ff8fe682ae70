"""Every language says everything, with the same blanks to fill."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ecomap.model import vocabulary
from ecomap.model.assets import resources_dir
from ecomap.workspace import i18n


def raw(language: str) -> dict[str, str]:
    path: Path = resources_dir() / "locale" / f"{language}.json"
    words: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return words


def blanks(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_english_comes_first_and_spanish_is_there() -> None:
    assert i18n.languages()[0] == "en"
    assert "es" in i18n.languages()


@pytest.mark.parametrize("language", i18n.languages())
def test_every_language_has_the_same_keys(language: str) -> None:
    assert raw(language).keys() == raw("en").keys()


@pytest.mark.parametrize("language", i18n.languages())
def test_every_language_has_the_same_placeholders_and_says_something(language: str) -> None:
    english = raw("en")
    for key, text in raw(language).items():
        assert blanks(text) == blanks(english[key]), key
        assert text.strip(), key


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("reason", vocabulary.MISSING_REASONS),
        ("level", vocabulary.LEVEL_LABELS),
        ("approach", vocabulary.APPROACH_LABELS),
        ("boundary", vocabulary.BOUNDARY_LABELS),
    ],
)
def test_the_closed_words_are_those_of_the_vocabulary(section: str, words: dict[str, str]) -> None:
    english = i18n.strings("en")
    assert {key: english[f"{section}.{key}"] for key in words} == dict(words)


def test_every_role_and_status_can_be_said() -> None:
    english = i18n.strings("en")
    for role in vocabulary.ROLE_LABELS:
        assert english[f"role.{role}"]
    for status in vocabulary.STATUSES:
        assert english[f"status.{status}"]


def test_an_unknown_language_is_english_and_a_region_is_its_language() -> None:
    assert i18n.strings("xx") == i18n.strings("en")
    assert i18n.strings("es-MX") == i18n.strings("es")


def test_the_catalogue_cannot_be_changed_by_accident() -> None:
    with pytest.raises(TypeError):
        i18n.strings("en")["page.map"] = "x"  # type: ignore[index]
