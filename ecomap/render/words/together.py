"""A number and what belongs to it stay on one line: its unit, its percent sign, its margin."""

from __future__ import annotations

import gettext
import re
from typing import Final

from ecomap.model.said import Said
from ecomap.render.words.language import Language

_APART: Final = re.compile(r"(?<=[\d}]) (?=(?:%|mi|millas?|ft|pies|min|km|m|sq|µg/m³)(?!\w))|(?<=\bsq) (?=k?mi?\b)| (?=±)|(?<=±) ")
_NO_BREAK: Final = "\u00a0"


def together(text: str) -> str:
    """A text in which no line ends between a number and its unit or margin.

    >>> together("88 % of 2,310 ± 240 children live 1.0 mi away, in 3 areas").replace("\u00a0", "_")
    '88_% of 2,310_±_240 children live 1.0_mi away, in 3 areas'
    """
    return _APART.sub(_NO_BREAK, text) if " " in text else text


class Together(Language):
    """A language as page and paper write it: what it says of numbers is kept together; what others wrote stays as it is."""

    def __init__(self, speak: Language) -> None:
        super().__init__(speak.code, gettext.NullTranslations())
        self._speak = speak

    def say(self, text: str) -> str:
        said = self._speak.say(text)
        return together(said) if isinstance(text, Said) and (text.key or type(text) is not Said) else said

    def number(self, value: float, digits: int) -> str:
        return self._speak.number(value, digits)

    def words(self, template: str, n: str = "") -> str:
        return together(self._speak.words(template, n))

    def date(self, iso: str) -> str:
        return self._speak.date(iso)

    def listing(self, parts: list[str], joint: str) -> str:
        return self._speak.listing(parts, joint)

    def number_said(self, value: float, unit: str, digits: int | None) -> str:
        return together(self._speak.number_said(value, unit, digits))

    def margin_said(self, margin: float, unit: str, digits: int | None) -> str:
        return together(self._speak.margin_said(margin, unit, digits))
