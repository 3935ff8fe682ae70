"""The phrase book: what analyses and layers say in English, said in another language.

Analyses, the starter and the importers write English. A phrase book (``resources/locale/<language>/*.json``) maps
English phrases to those of the language. A phrase may have blanks:

=============  ======================================================================================================
``{what}``     another phrase, translated in turn; must be in the book
``{what:low}`` the same, but a word that begins small need not be in the book and is then kept
``{all:list}`` several phrases, as in "a, b and c"
``{text:all}`` any text, translated as far as the book goes
``{who:name}`` a name of a place, a school, an organisation: kept, but for the words EcoMap itself puts around it
``{p:names}``  several names, as in "Garfield High, Roosevelt High and 3 more"
``{n:n}``      a number with its unit and margin
=============  ======================================================================================================

What the book does not know stays as it is. Numbers keep the writing of the United States (1,234.5, miles), which
Spanish speakers in Los Angeles use as well; only words that stand beside numbers change.
"""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from attrs import field, frozen

from ecomap.model.assets import resources_dir

NAMES = "names"  # the file with phrases that names of places are made of
_UNIT = r"(?: ?%| mi| ft| min| sq mi| m| km| km/h| per 10,000| µg/m³)?"
_NUMBER = (rf"[-−±]? ?<?-?\$?-?\d[\d,]*(?:\.\d+)?(?:[-–]\d+)?{_UNIT}(?: ± <?\$?\d[\d,]*(?:\.\d+)?{_UNIT})?"
           r"|no data|out of reach|½ mi|¼ mi")
_NAMED = r"(?:(?!; ).)+?"  # a name never runs over into the next part of a sentence
_KINDS: Mapping[str, str] = {"": ".+?", "low": "[a-z].*?", "list": ".+?", "all": ".+?", "name": _NAMED, "names": _NAMED,
                                "n": _NUMBER}
_BLANK = re.compile(r"\{(\w+)(?::(\w+))?\}")
_JOINTS = (" · ", "; ", " | ")
_SENTENCES = re.compile(r"(?<=[.!?]) (?=[^a-z])")
_WORD = re.compile(r"[A-Za-z]+")
_WORDLESS = re.compile(r"[^A-Za-z]*")
_MOST_KEPT = 200_000

Said = tuple[str, tuple[str, ...]]  # a text in the language, and what in it the book does not know


@frozen
class Template:
    """A phrase with blanks: the pattern of its English, its translation, and the words it cannot do without."""

    pattern: str = field(repr=False)
    kinds: Mapping[str, str]
    spoken: str
    words: frozenset[str]
    firmness: int  # letters outside the blanks; the firmest template that fits is taken
    lifted: bool   # the English begins large and the translation with a blank, which has to begin large too


class PhraseBook:
    """The phrases of one language; every text is looked up once and remembered."""

    def __init__(self, phrases: Mapping[str, str], names: Mapping[str, str] | None = None) -> None:
        self._exact = {english: spoken for english, spoken in phrases.items() if not _BLANK.search(english)}
        self._folded = {english.casefold(): english for english in reversed(self._exact)}
        made = (_template(english, spoken) for english, spoken in phrases.items() if _BLANK.search(english))
        self._templates = sorted(made, key=lambda template: -template.firmness)
        self._by_word = _by_rarest_word(self._templates)
        self._names = PhraseBook(names) if names else None
        if self._names is not None:
            self._names._names = self._names  # a name may stand in the name of another place
        self._kept: dict[str, Said] = {}
        self._whole_kept: dict[str, Said | None] = {}

    def say(self, text: str) -> Said:
        """A text in the language, and the pieces the book does not know, which stay as they are."""
        said = self._kept.get(text)
        if said is None:
            said = self._say(text)
            if len(self._kept) < _MOST_KEPT:
                self._kept[text] = said
        return said

    def whole(self, text: str) -> Said | None:
        """A text that is one phrase or number, else None."""
        if text not in self._whole_kept:
            found = self._whole(text)
            if len(self._whole_kept) >= _MOST_KEPT:
                return found
            self._whole_kept[text] = found
        return self._whole_kept[text]

    def name(self, text: str) -> str:
        """A name of a place, with the words that EcoMap puts around it in the language."""
        found = self._names.whole(text) if self._names is not None else None
        return found[0] if found else text

    def _say(self, text: str) -> Said:
        found = self._sentences(text) or self.whole(text)
        if found is not None:
            return found
        for pieces, joint in _ways_to_split(text):
            said = [self.say(piece) for piece in pieces]
            return joint.join(one for one, _ in said), tuple(m for _, missing in said for m in missing)
        if ", " in text:
            listed = self.listed(text)
            return listed if not listed[1] else (text, (text,))
        return text, (text,)

    def _sentences(self, text: str) -> Said | None:
        """Several sentences that the book knows one by one; None where it does not, or knows them as one phrase."""
        pieces = _SENTENCES.split(text) if text not in self._exact else []
        said = [self.whole(piece) for piece in pieces] if len(pieces) > 1 else []
        known = [one for one in said if one is not None and not one[1]]
        return (" ".join(one for one, _ in known), ()) if known and len(known) == len(pieces) else None

    def _whole(self, text: str) -> Said | None:
        if _WORDLESS.fullmatch(text):
            return text, ()
        exact = self._exact_of(text)
        if exact is not None:
            return exact, ()
        if re.fullmatch(_NUMBER, text):
            return self._number(text), ()
        found = self._by_template(text)
        if found is None and text.endswith("."):
            bare = self.whole(text[:-1])
            found = (bare[0] + ".", bare[1]) if bare else None
        return found

    def _exact_of(self, text: str) -> str | None:
        """The phrase as it stands, or with another case; a sentence that begins small goes on small."""
        if text in self._exact:
            return self._exact[text]
        english = self._folded.get(text.casefold())
        if english is None:
            return None
        spoken = self._exact[english]
        if text[0].isupper() and not english[0].isupper():
            return spoken[:1].upper() + spoken[1:]
        if english[0].isupper() and not text[0].isupper() and not english[:2].isupper():
            return spoken[:1].lower() + spoken[1:]
        return spoken

    def _by_template(self, text: str) -> Said | None:
        second: Said | None = None
        words = {"", *_WORD.findall(text)}
        for place in sorted(place for word in words for place in self._by_word.get(word, ())):
            template = self._templates[place]
            match = _compiled(template.pattern).fullmatch(text) if template.words <= words else None
            if match is None:
                continue
            said = self._filled(template, match.groupdict())
            if said is not None and not said[1]:
                return said
            second = second or said
        return second

    def _filled(self, template: Template, blanks: Mapping[str, str]) -> Said | None:
        """The template with its blanks filled; None where a blank that must be a phrase is none."""
        parts: dict[str, str] = {}
        missing: tuple[str, ...] = ()
        for name, text in blanks.items():
            kind = template.kinds[name]
            said = self._blank(kind, text)
            if said is None:
                return None
            parts[name] = said[0]
            missing += said[1]
        spoken = template.spoken.format(**parts)
        return spoken[:1].upper() + spoken[1:] if template.lifted else spoken, missing

    def _blank(self, kind: str, text: str) -> Said | None:
        if kind == "name":
            return self.name(text), ()
        if kind == "names":
            return self._several_names(text), ()
        if kind == "n":
            return self._number(text), ()
        if kind == "all":
            return self.say(text)
        if kind == "list":
            return self.listed(text)
        found = self.whole(text)
        return (text, (text,)) if found is None and kind == "low" else found

    def listed(self, text: str, keep: bool = False) -> Said:
        """Phrases joined by commas and "and"; a phrase may hold commas itself: the longest known one is taken.

        ``keep``: what is not in the book is a name, not a gap in the book.
        """
        head, joint, last = text.rpartition(" and ")
        if joint and self.whole(text) is None and self.whole(last) is not None:
            said, missing = self.listed(head, keep)
            end, more = self.say(last)
            return f"{said} {self._and(end)} {end}", missing + more
        tokens = text.split(", ")
        said_parts: list[str] = []
        gaps: tuple[str, ...] = ()
        while tokens:
            count, found = self._longest(tokens)
            said_parts.append(found[0] if found else self.name(tokens[0]))
            gaps += found[1] if found else () if keep else (tokens[0],)
            tokens = tokens[count:]
        return ", ".join(said_parts), gaps

    def _longest(self, tokens: list[str]) -> tuple[int, Said | None]:
        """How many of the first tokens make one phrase, and that phrase."""
        for count in range(len(tokens), 0, -1):
            found = self.whole(", ".join(tokens[:count]))
            if found is not None:
                return count, found
        return 1, None

    def _and(self, following: str) -> str:
        """"and"; in Spanish "e" before the sound of i, as in "escuelas e iglesias"."""
        word = self._exact.get("and", "and")
        return "e" if word == "y" and re.match(r"h?i(?![aeo])", following.casefold()) else word

    def _several_names(self, text: str) -> str:
        more = re.fullmatch(r"(.+) and ([\d,]+) more", text)
        said = ", ".join(self.name(part) for part in (more[1] if more else text).split(", "))
        return f"{said} {self._exact.get('and', 'and')} {more[2]} {self._exact.get('more', 'more')}" if more else said

    def _number(self, text: str) -> str:
        """A number as it is, with its unit in words: the digits, commas and points stay."""
        if text in self._exact:
            return self._exact[text]
        for unit in ("sq mi", "per 10,000", "mi", "ft"):
            if text.endswith(" " + unit) and unit in self._exact:
                return re.sub(rf"(?<= ){unit}(?= ±|$)", self._exact[unit], text)
        return text


def _ways_to_split(text: str) -> Iterable[tuple[list[str], str]]:
    """The first way a text falls into pieces: at its joints, else into sentences."""
    for joint in _JOINTS:
        pieces = text.split(joint)
        if len(pieces) > 1:
            yield pieces, joint
    pieces = _SENTENCES.split(text)
    if len(pieces) > 1:
        yield pieces, " "


def _template(english: str, spoken: str) -> Template:
    kinds: dict[str, str] = {}
    pattern, end, literals = "", 0, []
    for blank in _BLANK.finditer(english):
        name, kind = blank[1], blank[2] or ""
        literal = english[end : blank.start()]
        literals.append(literal)
        pattern += re.escape(literal)
        pattern += f"(?P={name})" if name in kinds else f"(?P<{name}>{_KINDS[kind]})"
        kinds.setdefault(name, kind)
        end = blank.end()
    literals.append(english[end:])
    pattern += re.escape(english[end:])
    last = len(literals) - 1
    words = frozenset(
        word for place, literal in enumerate(literals) for word in _whole_words(literal, place == 0, place == last)
    )
    firmness = sum(len(literal) for literal in literals)
    return Template(pattern, kinds, spoken, words, firmness, english[0].isupper() and spoken.startswith("{"))


def _whole_words(literal: str, first: bool, last: bool) -> list[str]:
    """The words of a piece between blanks, but for those that a blank beside them could make longer."""
    inside = literal if first else re.sub(r"^[A-Za-z]+", "", literal)
    return _WORD.findall(inside if last else re.sub(r"[A-Za-z]+$", "", inside))


def _by_rarest_word(templates: list[Template]) -> dict[str, list[int]]:
    """Word -> places of the templates that cannot fit without it, each under its rarest word; "" for those without."""
    common = Counter(word for template in templates for word in template.words)
    found: dict[str, list[int]] = {}
    for place, template in enumerate(templates):
        rarest = min(sorted(template.words), key=lambda word: common[word], default="")
        found.setdefault(rarest, []).append(place)
    return found


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Most templates fit nothing on a page: they are compiled when their words are met."""
    return re.compile(pattern, re.DOTALL)


def phrases(language: str, part: str = "") -> dict[str, str]:
    """English phrase -> phrase of the language, of every file of the language or of one; empty where there is none."""
    folder = resources_dir() / "locale" / language
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        if (path.stem == part) if part else (path.stem != NAMES):
            found.update(json.loads(path.read_text(encoding="utf-8")))
    return found


@functools.cache
def phrase_book(language: str) -> PhraseBook | None:
    """The phrase book of a language, "es" or "es-MX"; None where there is none (English needs none)."""
    base = _base(language)
    found = phrases(base)
    return PhraseBook(found, phrases(base, NAMES)) if found else None


def _base(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()


def translate(text: str, language: str) -> str:
    """A text in a language; what its phrase book does not know stays as it is.

    >>> translate("Schools", "es"), translate("Schools", "en"), translate("Garfield High", "es")
    ('Escuelas', 'Schools', 'Garfield High')
    """
    book = phrase_book(language) if text else None
    return text if book is None else book.say(text)[0]


def translate_name(text: str, language: str) -> str:
    """A name of a place; only the words that EcoMap itself puts around names change.

    >>> translate_name("Census tract 2094.03", "es"), translate_name("Children's Hospital", "es")
    ('Sector censal 2094.03', "Children's Hospital")
    """
    book = phrase_book(language) if text else None
    return text if book is None else book.name(text)


@functools.lru_cache(maxsize=_MOST_KEPT)
def translate_row(text: str, language: str) -> str:
    """What a row of a table is called: EcoMap's own word for a group, a month or a figure is said, anything else is kept.

    >>> translate_row("Highest need", "es"), translate_row("Garfield High", "es")
    ('Más necesidad', 'Garfield High')
    """
    book = phrase_book(language) if text else None
    if book is None:
        return text
    for said, missing in (book.say(text), book.listed(text)):
        if not missing:
            return said
    return book.name(text)


def translate_list(text: str, language: str) -> str:
    """Words and names joined by commas, each word in the language, each name as it is."""
    book = phrase_book(language) if text else None
    return text if book is None else book.listed(text, keep=True)[0]


def untranslated(text: str, language: str) -> tuple[str, ...]:
    """The pieces of a text that the phrase book of a language does not know."""
    book = phrase_book(language)
    return (text,) if book is None else book.say(text)[1]
