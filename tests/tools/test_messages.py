"""Every message is written so that a translator can see it, and is said in every language EcoMap speaks."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools import messages


def test_every_message_is_a_literal() -> None:
    assert messages.unclear() == []


@pytest.mark.parametrize(("line", "fault"), [
    ('say(f"{n} cells")', "no literal message"), ("say(text)", "no literal message"), ('say("a" + text)', "no literal message"),
    ('plural(one, "many", 2)', "no literal message"), ("from ecomap.model.said import say as tell", "messages under another name"),
    ("from ecomap.model import said", "messages under another name"), ("import ecomap.model.said", "messages under another name"),
    ('shipped("Our own words")', "words of the code given as data"), ("shipped(row)", ""), ('say("a" if n else "b")', ""), ("from ecomap.model.said import name as kept, say", ""),
])
def test_what_a_translator_could_not_see_is_found(line: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ecomap").mkdir()
    (tmp_path / "ecomap" / "words.py").write_text(line)
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    assert messages.unclear() == ([f"{fault}: ecomap/words.py:1"] if fault else [])


def test_the_catalogues_are_those_of_the_code() -> None:
    template = messages.catalogue()
    assert messages.TEMPLATE.read_bytes() == messages.written(template), "run make messages"
    for path in messages.LOCALE.glob(messages.CATALOGUES):
        assert path.read_bytes() == messages.written(messages.merged(path, template)), f"run make messages: {path}"


def test_every_message_is_said_in_every_language_with_the_same_blanks() -> None:
    template = messages.catalogue()
    faults = {path.parents[1].name: messages.missing(messages.merged(path, template)) for path in messages.LOCALE.glob(messages.CATALOGUES)}
    assert faults == {"es": []}


@pytest.mark.parametrize(("message", "spoken", "fault"), [
    ("No {what} in reach", "", "not said: No {what} in reach"),
    ("No {what} in reach", "No hay {que} al alcance", "other blanks: No {what} in reach -> No hay {que} al alcance"),
    (("{n} school of {kind}", "{n} schools of {kind}"), ("{n} escuela", "{n} escuelas"),
     "other blanks: {n} school of {kind} -> {n} escuela"),
    (("{n} school", "{n} schools"), ("Una escuela", "{n} escuelas"), None),
    (("{n} school", "{n} schools"), ("{n} escuela", "{n} escuela"), "one form for one and for many: {n} school -> {n} escuela"),
    (("and {n} more", "and {n} more"), ("y {n} más", "y {n} más"), None),
])
def test_a_missing_translation_is_found(message: object, spoken: object, fault: str | None) -> None:
    book = Catalog(locale="es")
    book.add(message, spoken)  # type: ignore[arg-type]
    assert messages.missing(book) == ([fault] if fault else [])
