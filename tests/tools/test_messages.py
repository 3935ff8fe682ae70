"""Every message is written so that a translator can see it, and is said in every language EcoMap speaks."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from tools import messages


def test_every_message_is_a_literal() -> None:
    assert messages.unclear() == []


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
])
def test_a_missing_translation_is_found(message: object, spoken: object, fault: str | None) -> None:
    book = Catalog(locale="es")
    book.add(message, spoken)  # type: ignore[arg-type]
    assert messages.missing(book) == ([fault] if fault else [])
