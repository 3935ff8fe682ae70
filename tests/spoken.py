"""What of a text is said in a language, and what is not: messages without a translation, and texts without a message."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from ecomap.model.assets import resources_dir
from ecomap.model.said import Said
from ecomap.render.words.language import DOMAIN, PSEUDO, language

# Words that stand in English sentences and in no name of a place, a school or an organisation.
ENGLISH = re.compile(
    r"\b(is|are|was|were|has|have|had|would|could|can|cannot|which|that|these|those|than|their|there|who|per|within|by|from|"
    r"children|residents|pupils|nearest|estimated|no|not|none|each|every|only)\b"
)


@functools.cache
def catalogue(code: str) -> Any:
    """The catalogue of a language as its translators wrote it."""
    from babel.messages.pofile import read_po

    with (resources_dir() / "locale" / code / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as stream:
        return read_po(stream)


def messages(text: Any) -> Iterator[Said]:
    """A text and the messages within it."""
    if isinstance(text, Said):
        if text.key:
            yield text
        for value in text.values.values():
            for part in value if isinstance(value, tuple) else (value,):
                yield from messages(part)


def untranslated(text: str, code: str) -> tuple[str, ...]:
    """What a reader of the language would meet in English: messages of the text, or the text if it is a sentence of nobody's."""
    found = [said.key for said in messages(text) if not _known(said, code)]
    if not found and not list(messages(text)) and ENGLISH.search(text):
        found = [str(text)]
    return tuple(found)


def outside(text: str) -> str:
    """What of a text reads as English beside its messages: the text in the pseudo-language without what stands in brackets."""
    shown = text if "⟦" in text else language(PSEUDO).say(text)
    kept, depth = [], 0
    for letter in shown:
        depth += (letter == "⟦") - (letter == "⟧")
        if depth == 0:
            kept.append(letter)
    left = "".join(kept).replace("⟧", " ")
    return left if ENGLISH.search(left) else ""


def translate(text: str, code: str) -> str:
    """A text in a language."""
    return language(code).say(text)


def _known(said: Said, code: str) -> bool:
    book = catalogue(code)
    message = book.get((said.key, said.many) if said.many else said.key, said.context or None)
    if message is None:
        return False
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(strings)
