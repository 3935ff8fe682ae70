"""What comes with EcoMap to be read: the planner's guide by its sections, and what is new since a version."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from attrs import evolve, frozen

from ecomap.model.assets import changelog_path, guide_path

STEPS_BY_NUMBER: Final = ("data", "need", "assets", "gaps", "plan", "money", "share")
_BLOCK: Final = "```"

_HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)
_COMMANDS = re.compile(r"\n[^\n]+:\n\n```.*?^```$|^```.*?^```$", re.MULTILINE | re.DOTALL)
_ASIDE = re.compile(r"\s*\([^()`]*`ecomap [^`]*`[^()`]*\)")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?:[^.!?`]|`[^`]*`)*`ecomap [^`]*`(?:[^.!?`]|`[^`]*`)*[.!?]")
_PICTURE = re.compile(r"^!\[[^\]]*\]\([^)]*\) *$", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:)[^)]*\)")


@frozen
class Section:
    """One part of a text to read, in Markdown. ``key``: the step it is about, else a short name of its own."""

    key: str
    title: str
    text: str


def guide_sections(language: str) -> tuple[Section, ...]:
    """The guide as it is read beside the window: without its pictures of that window and without commands for a terminal.

    A section that begins with commands is about them and left out.
    """
    written = sections(guide_path(language).read_text(encoding="utf-8"))
    return tuple(evolve(one, text=plain_guide(one.text)) for one in written if not one.text.startswith(_BLOCK))


def plain_guide(written: str) -> str:
    """A guide without pictures, without commands (in blocks, with the line that leads to one, in brackets and in sentences of their
    own), and with the words of links to other files only.

    >>> plain_guide("Drop a file (or `ecomap import P f.csv`). Read it. On the command line: `ecomap list P`. See [more](more.md).")
    'Drop a file. Read it. See more.'
    """
    for pattern in (_COMMANDS, _ASIDE, _SENTENCE, _PICTURE):
        written = pattern.sub("", written)
    return _LINK.sub(r"\1", written)


def sections(written: str) -> tuple[Section, ...]:
    """The parts of a Markdown text under its second headings; what stands above the first one is left out."""
    found = list(_HEADING.finditer(written))
    ends = [one.start() for one in found[1:]] + [len(written)]
    return tuple(Section(_key(one[1]), one[1], written[one.end():end].strip()) for one, end in zip(found, ends))


def _key(title: str) -> str:
    number = re.match(r"([1-7])\. ", title)
    return STEPS_BY_NUMBER[int(number[1]) - 1] if number else "-".join(plain(title).split()[:3])


def news_since(seen: str) -> tuple[Section, ...]:
    """What changed after a version, the newest first; everything where that version is not known."""
    every = sections(changelog_path().read_text(encoding="utf-8"))
    at = next((place for place, one in enumerate(every) if seen and one.title.split(" ")[0] == seen), len(every))
    return every[:at]


def plain(text: str) -> str:
    """Small letters without accents, as they are searched.

    >>> plain("Índice de Necesidad")
    'indice de necesidad'
    """
    return "".join(letter for letter in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(letter))
