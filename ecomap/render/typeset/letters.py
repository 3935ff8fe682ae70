"""Which letters the type on paper has, and what stands for those it does not have."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Final

from ecomap.render.style.typeface import FAMILY, type_files

if TYPE_CHECKING:
    from typst import Compiler, Fonts

NO_LETTER: Final = "□"
FACES: Final = (FAMILY, "Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono")  # the others come with Typst
# Every face has these; only what lies outside is asked for.
_HELD: Final = "\t\r\n\x20-\x7e\xa0-\xac\xae-\u017f\u200b‐-”†-•…‰€™−≤≥□"
_OTHER: Final = re.compile(f"[^{_HELD}]")
_NEVER: Final = ("Cc", "Cn", "Co", "Cs")  # controls, letters that nobody defined
_TURNS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00ad]")  # unseen, and can make a text read as another
_BREAKS: Final = re.compile("[\r\u2028\u2029\x0b\x0c\x85]+")
_LONG: Final = re.compile(r"[^\s\u200b]{36,}")  # a word that would leave its column
_REFUSED: Final = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED: Final = re.compile(r"\\u\{([0-9a-f]+)\}")
_PROBE: Final = (
    b"#set document(title: \"?\")\n#set text(font: json(bytes(sys.inputs.faces)))\n#for letter in json(bytes(sys.inputs.letters)) { par(letter) }"
)
_asked: dict[str, bool] = {}


_of_thread = threading.local()


@cache
def _faces() -> Fonts:
    import typst  # heavy

    folders = list(dict.fromkeys(str(path.parent) for path in type_files()))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)


def compiler() -> Compiler:
    """Typst with the type that comes with the program, and no other: one per thread, for it sets one document at a time."""
    import typst  # heavy

    if not hasattr(_of_thread, "compiler"):
        _of_thread.compiler = typst.Compiler(font_paths=_faces())
    made: Compiler = _of_thread.compiler
    return made


def printable(text: str) -> str:
    """A text as it can stand on paper: without controls and unseen turns, long words with places to break.

    Letters that no face has are looked up in what `ask` found; see `shown`.
    """
    text = _TURNS.sub("", _BREAKS.sub("\n", text).replace("\t", " "))
    return _LONG.sub(lambda found: _breakable(found[0]), text)


def _breakable(word: str) -> str:
    """A long word with room to break after every twelve letters.

    >>> _breakable("a" * 40).count("\\u200b")
    3
    """
    return "\u200b".join(word[start:start + 12] for start in range(0, len(word), 12))


def ask(texts: Iterable[str]) -> None:
    """Find out which letters of some texts the faces have; each is asked for once in a run of the program."""
    import json

    import typst  # heavy

    found = {letter for text in texts for letter in _OTHER.findall(text)} - _asked.keys()
    for letter in [letter for letter in found if unicodedata.category(letter) in _NEVER]:
        _asked[letter] = False
    unknown = sorted(found - _asked.keys())
    if not unknown:
        return
    refused: set[str] = set()
    try:
        compiler().compile(_PROBE, format="pdf", pdf_standards=["ua-1"], timestamp=0,
                           sys_inputs={"letters": json.dumps(unknown), "faces": json.dumps(FACES)})
    except typst.TypstError as problem:
        said = problem.diagnostic or str(problem)
        for part in _REFUSED.findall(said):
            refused.update(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), part))
    _asked.update({letter: letter not in refused for letter in unknown})


def shown(text: str) -> str:
    """A text, or a picture's source, with a box for every letter that no face has; `ask` was called for it before."""
    return _OTHER.sub(lambda found: found[0] if _asked.get(found[0], False) else NO_LETTER, text)


def plain(text: str) -> str:
    """A text with a box for every letter that a face might lack."""
    return _OTHER.sub(NO_LETTER, text)
