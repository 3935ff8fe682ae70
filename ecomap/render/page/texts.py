"""Texts by number, so that a page carries each text once."""

from __future__ import annotations

from collections.abc import Iterable


class Texts:
    """Gives every distinct text a number, in order of first use.

    >>> texts = Texts()
    >>> texts.add("none"), texts.add("2,310"), texts.add("none"), texts.all
    (0, 1, 0, ['none', '2,310'])
    """

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._numbers: dict[str, int] = {text: number for number, text in enumerate(known)}

    def add(self, text: str) -> int:
        return self._numbers.setdefault(text, len(self._numbers))

    @property
    def all(self) -> list[str]:
        return list(self._numbers)
