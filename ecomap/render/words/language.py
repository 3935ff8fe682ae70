"""The door where messages become words: every `Said` in the language of the reader.

Catalogues are gettext's (``resources/locale/<language>/LC_MESSAGES/ecomap.po``, compiled to ``.mo`` when EcoMap is built);
plurals come from them, numbers, dates and lists from Babel's tables of the world's languages (Unicode CLDR). A language
may carry a territory that says how its numbers are written; plain Spanish writes them as in the United States, which
Spanish speakers in Los Angeles do as well.
"""

from __future__ import annotations

import functools
import gettext
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ecomap.model import units
from ecomap.model.assets import resources_dir
from ecomap.model.said import AND, OR, Day, Listed, Quantity, Said, fill, formed

ENGLISH: Final = "en"
PSEUDO: Final = "qps"  # every message in brackets: whatever stands outside them went past the door
DOMAIN: Final = "ecomap"
_MOST_KEPT: Final = 100_000
_TERRITORIES: Mapping[str, str] = {"es": "es_US", "en": "en_US"}


class Language(units.Writing):
    """One language: says messages, numbers, dates and lists. Made once per language by `language`."""

    def __init__(self, code: str, catalogue: gettext.NullTranslations) -> None:
        self.code = code
        self._catalogue = catalogue
        self._quantities: dict[tuple[object, ...], str] = {}

    def say(self, text: str) -> str:
        """A text in this language; one without a message (a name, a code, what a user wrote) as it stands."""
        if not text or not isinstance(text, Said):
            return text
        found = self._spoken(text)
        return formed(found, text.form) if text.form else found

    def kept(self, text: str) -> Said:
        """A text in this language as a text that is said as it stands from here on."""
        return Said(self.say(text))

    def number(self, value: float, digits: int) -> str:
        """Digits as the language writes them."""
        return _number(round(value, digits), digits, self._locale())

    def words(self, template: str, n: str = "") -> str:
        return fill(self._message(template, "", 0, ""), {"n": n})

    def date(self, iso: str) -> str:
        """A day, a month or a year (YYYY-MM-DD, YYYY-MM, YYYY) as it is written out."""
        import datetime

        from babel.dates import format_date, format_skeleton  # heavy

        if len(iso) == 4:
            return iso
        day = datetime.date.fromisoformat(iso if len(iso) > 7 else f"{iso}-01")
        if len(iso) > 7:
            return str(format_date(day, "long", locale=self.code))
        return str(format_skeleton("yMMMM", day, locale=self.code))

    def listing(self, parts: list[str], joint: str) -> str:
        """Several as a list of this language."""
        from babel.lists import format_list  # heavy

        found = str(format_list(parts, style="or" if joint == OR else "standard", locale=self.code))
        return _by_ear(found, parts[-1]) if self.code.startswith("es") and len(parts) > 1 else found

    def _spoken(self, said: Said) -> str:
        if isinstance(said, Quantity):
            return self._quantity(said)
        if isinstance(said, Listed):
            parts, joint = [self.say(part) for part in said.parts], said.joint
            return self.listing(parts, joint) if joint in (AND, OR) else joint.join(parts)
        if isinstance(said, Day):
            return self.date(said.iso)
        if not said.key:
            return str(said)
        if not said.values:
            return self._message(said.key, "", 0, said.context)
        number = said.values.get(said.by, 0) if said.by else 0
        template = self._message(said.key, said.many, number, said.context)
        filled = {blank: self._value(value) for blank, value in said.values.items()}
        if said.by:
            filled[said.by] = self.number(number, 0)
        return fill(template, filled)

    def _quantity(self, said: Quantity) -> str:
        """A number with its unit and margin; the same ones come again and again on a page."""
        key = (units.measured_in(), units.money_sign(), *said.parts)
        found = self._quantities.get(key)
        if found is None:
            value, moe, unit, digits, part = said.parts
            found = (units.margin_text(moe, unit, digits, self) if part == "margin"
                     else units.quantity_text(value, moe, unit, digits, self))
            if len(self._quantities) < _MOST_KEPT:
                self._quantities[key] = found
        return found

    def number_said(self, value: float, unit: str, digits: int | None) -> str:
        """A number with its unit, as `units.format_number` says it, without a message in between: cells are many."""
        return units.number_text(value + 0.0, unit, digits, self)

    def margin_said(self, margin: float, unit: str, digits: int | None) -> str:
        """``± 240``, as `cells.format_margin` says it; "" where nothing is said."""
        text = units.margin_text(margin + 0.0, unit, digits, self)
        return f"± {text}" if text else ""

    def _value(self, value: Any) -> str:
        return self.say(value) if isinstance(value, str) else str(value)

    def _message(self, key: str, many: str, number: int, context: str) -> str:
        book = self._catalogue
        if many:
            return book.npgettext(context, key, many, number) if context else book.ngettext(key, many, number)
        return book.pgettext(context, key) if context else book.gettext(key)

    def _locale(self) -> str:
        return _TERRITORIES.get(self.code, self.code)


def _by_ear(listing: str, last: str) -> str:
    """Spanish says "e" before the sound of i and "u" before that of o: "escuelas e iglesias"."""
    head = listing.removesuffix(last)
    for word, other, sound in ((" y ", " e ", r"h?i(?![aeo])"), (" o ", " u ", r"h?o")):
        if head.endswith(word) and re.match(sound, last.casefold()):
            return head.removesuffix(word) + other + last
    return listing


@functools.lru_cache(maxsize=_MOST_KEPT)
def _number(value: float, digits: int, locale: str) -> str:
    from babel.numbers import format_decimal  # heavy

    places = "." + "0" * digits if digits > 0 else ""
    return str(format_decimal(value, format=f"#,##0{places}", locale=locale))


class English(Language):
    """English needs no catalogue: a message's text is its English."""

    def say(self, text: str) -> str:
        return str(text)

    def number(self, value: float, digits: int) -> str:
        return units.ENGLISH.number(value, digits)

    def listing(self, parts: list[str], joint: str) -> str:
        return f"{', '.join(parts[:-1])} {joint} {parts[-1]}" if len(parts) > 1 else "".join(parts)


class Pseudo(Language):
    """English from the messages, every message in ⟦ ⟧ and every name within one in ⟨ ⟩: what went past the door shows."""

    def say(self, text: str) -> str:
        if isinstance(text, Said) and (text.key or type(text) is not Said):
            return f"⟦{super().say(text)}⟧"
        return str(text)

    def number_said(self, value: float, unit: str, digits: int | None) -> str:
        return f"⟦{super().number_said(value, unit, digits)}⟧"

    def margin_said(self, margin: float, unit: str, digits: int | None) -> str:
        text = units.margin_text(margin + 0.0, unit, digits, self)
        return f"⟦± ⟦{text}⟧⟧" if text else ""

    def _value(self, value: Any) -> str:
        found = super()._value(value)
        return f"⟨{found}⟩" if isinstance(value, str) and found and found[0] != "⟦" else found

    def _locale(self) -> str:
        return "en_US"

    def listing(self, parts: list[str], joint: str) -> str:
        return f"{', '.join(parts[:-1])} {joint} {parts[-1]}" if len(parts) > 1 else "".join(parts)

    def date(self, iso: str) -> str:
        return iso


IN_ENGLISH: Final = English(ENGLISH, gettext.NullTranslations())


@functools.cache
def language(code: str = ENGLISH) -> Language:
    """A language by its code ("es", "es_ES", "es-US"); one there is no catalogue for is English.

    >>> language("es").code, language("xx").code
    ('es', 'en')
    """
    wanted = code.replace("-", "_")
    base = wanted.split("_")[0].lower()
    if base == PSEUDO:
        return Pseudo(PSEUDO, gettext.NullTranslations())
    if base == ENGLISH or base not in languages():
        return IN_ENGLISH
    return Language(wanted if "_" in wanted else base, _catalogue(base))


@functools.cache
def languages() -> tuple[str, ...]:
    """The languages EcoMap speaks, English first."""
    found = sorted({path.parents[1].name for path in (resources_dir() / "locale").glob(f"*/LC_MESSAGES/{DOMAIN}.[pm]o")})
    return (ENGLISH, *found)


def _catalogue(code: str) -> gettext.NullTranslations:
    """The compiled catalogue; read from the ``.po`` where none is compiled, or it is older (a checkout being worked on); a packaged program has no ``.po``."""
    folder = resources_dir() / "locale" / code / "LC_MESSAGES"
    compiled, written = folder / f"{DOMAIN}.mo", folder / f"{DOMAIN}.po"
    if compiled.is_file() and (not written.is_file() or compiled.stat().st_mtime >= written.stat().st_mtime):
        with compiled.open("rb") as stream:
            return gettext.GNUTranslations(stream)
    return gettext.GNUTranslations(io.BytesIO(compiled_catalogue(written)))


def compiled_catalogue(written: Path) -> bytes:
    """A ``.po`` file in gettext's compiled form."""
    from babel.messages.mofile import write_mo  # heavy
    from babel.messages.pofile import read_po

    with written.open("rb") as stream:
        book = read_po(stream)
    made = io.BytesIO()
    write_mo(made, book)
    return made.getvalue()
