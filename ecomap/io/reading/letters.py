"""Letters that were garbled on the way between programs: put right where it is certain, told where it is not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final

from attrs import evolve, frozen

from ecomap.io.reading.raw import RawSource
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say

# What the bytes 0x80 to 0xBF look like where UTF-8 was taken for Windows-1252 (or Latin-1, which leaves 0x80 to 0x9F bare).
_AS_1252: Final = {bytes([n]).decode("cp1252"): n for n in range(128, 256) if n not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_BYTES: Final = {**{chr(n): n for n in range(128, 256)}, **_AS_1252}
_TAIL: Final = "".join(re.escape(letter) for letter, byte in _BYTES.items() if byte < 0xC0)
_GARBLED: Final = re.compile(f"[\u00c2-\u00df][{_TAIL}]|[\u00e0-\u00ef][{_TAIL}]{{2}}|[\u00f0-\u00f4][{_TAIL}]{{3}}")
_LATIN: Final = ((0xA0, 0x17F), (0x1E00, 0x1EFF), (0x2010, 0x203A), (0x20AC, 0x20AC), (0x2122, 0x2122), (0xFEFF, 0xFEFF))
_LOST: Final = re.compile("[\ufffd\x80-\x9f]")
ACCENTED: Final = frozenset("áéíóúñüçàèìòùâêîôûäëïöãõåøæœßāēīōūÁÉÍÓÚÑÜÇÀÈÌÒÙÂÊÎÔÛÄËÏÖÃÕÅØÆŒ")
_MARK: Final = re.compile("[\u0300-\u036f]")  # an accent that stands behind its letter, as names of files on a Mac have it
# What only letters of another machine look like behind a letter.
_EVIDENCE: Final = re.compile("[A-Za-z][‡†‚„ˆ‰‹›˜¢¤¥¦§¨¬¯±¶¸¡¿÷×\x80-\x9f]|[a-z][ŽŠŒŸƒ]")
OTHER_CODES: Final = ("mac_roman", "cp850")
_NAMES: Final = {"mac_roman": "Mac Roman", "cp850": "DOS (850)"}
ROUNDS: Final = 3   # a text may have been garbled more than once
EXAMPLES: Final = 3


@frozen
class Mended:
    """A text put right, and each piece that was garbled with what it is."""

    text: str
    pieces: tuple[tuple[str, str], ...] = ()


def with_letters(raw: RawSource) -> RawSource:
    """The same table with garbled letters put right in headings and cells, and what was done in its notes."""
    frame = raw.frame
    texts = [position for position, dtype in enumerate(frame.dtypes) if str(dtype) in ("object", "str", "string")]
    odd: dict[int, list[int]] = {}
    for position in texts:
        cells = frame.iloc[:, position].tolist()
        rows = [row for row, cell in enumerate(cells) if isinstance(cell, str) and not cell.isascii()]
        if rows:
            odd[position] = rows
    headings = [str(column) for column in frame.columns]
    if not odd and all(heading.isascii() for heading in headings):
        return raw
    pairs = {(position, row): frame.iat[row, position] for position, rows in odd.items() for row in rows}
    change, lines = change_for([*headings, *pairs.values()])
    if change is None:
        return evolve(raw, notes=(*raw.notes, *lines))
    columns = _distinct([change(heading) for heading in headings])
    out = frame.copy(deep=False)
    for position, rows in odd.items():
        cells = frame.iloc[:, position].tolist()
        for row in rows:
            cells[row] = change(cells[row])
        out.isetitem(position, _series(cells, frame))
    renamed = {old: new for old, new in zip(headings, columns) if old != new and old != "geometry"}
    labels = {renamed.get(column, column): change(label) for column, label in raw.labels.items()}
    return evolve(raw, frame=out.rename(columns=renamed), notes=(*raw.notes, *lines), labels=labels)


def _series(cells: list[Any], frame: Any) -> Any:
    import pandas as pd  # heavy

    return pd.Series(cells, index=frame.index, dtype=object)


def _distinct(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return out


LONGEST = 100_000  # letters; a longer cell is no name of anything, and is left as it is


def is_sound(text: str) -> bool:
    """Whether nothing in a whole text has to be looked at: quick, for the many files that are."""
    if text.isascii():
        return True
    return not any(sign.search(text) for sign in (_GARBLED, _LOST, _EVIDENCE, _MARK))


def change_for(texts: Iterable[str]) -> tuple[Callable[[str], str] | None, list[ReportLine]]:
    """What has to be done to every text of a file, and what to say of it; None where nothing has."""
    texts = [text for text in texts if not text.isascii()]
    if is_sound("\n".join(texts)):
        return None, []
    lines: list[ReportLine] = []
    pieces: dict[str, str] = {}
    count, composed = 0, False
    for text in texts:
        found = mended(text)
        composed = composed or bool(_MARK.search(found.text))
        if found.pieces:
            count += 1
            if len(pieces) < EXAMPLES:
                pieces[_word(text, found.pieces[0][0])] = _word(found.text, found.pieces[0][1])
    if count:
        lines.append(ReportLine("mended", say("Letters that another program had garbled were put right."), count,
                                tuple(say("{wrong} is {right}", wrong=named(wrong), right=named(right)) for wrong, right in pieces.items())))
    code = "" if count else other_code(texts)
    if code:
        lines.append(ReportLine("mended", say("The letters are those of {code}, whatever the file says; read as such.", code=named(_NAMES[code])),
                                len(texts), tuple(_recoded(text, code).strip()[:60] for text in texts[:EXAMPLES])))
    lost = [] if code else [text for text in texts if _looks_lost(mended(text).text)]
    if lost:
        lines.append(ReportLine("caution", say("Letters look wrong and could not be put right; ask for the file in UTF-8."), len(lost),
                                tuple(text.strip()[:60] for text in lost[:EXAMPLES])))
    if not count and not code and not composed:
        return None, lines

    def change(text: str) -> str:
        text = _recoded(text, code) if code else mended(text).text
        return unicodedata.normalize("NFC", text) if _MARK.search(text) else text

    return change, lines


def mended(text: str) -> Mended:
    """A text in which UTF-8 that was read as Windows-1252 is read as UTF-8 again, one piece at a time.

    >>> mended("Pe\u00c3\u00b1a").text, mended("CAF\u00c9\u2013BAR").text == "CAF\u00c9\u2013BAR"
    ('Pe\u00f1a', True)
    """
    if text.isascii() or len(text) > LONGEST:
        return Mended(text)
    pieces: list[tuple[str, str]] = []
    for _ in range(ROUNDS):
        many = len(_GARBLED.findall(text)) > 2
        found: list[tuple[str, str]] = []

        def right(match: re.Match[str], many: bool = many, found: list[tuple[str, str]] = found) -> str:
            letter = _letter(match.group(), many)
            if letter != match.group():
                found.append((match.group(), letter))
            return letter

        text = _GARBLED.sub(right, text)
        if not found:
            break
        pieces = found
    return Mended(text, tuple(pieces))


@lru_cache(maxsize=4096)
def _letter(piece: str, many: bool) -> str:
    try:
        letter = bytes(_BYTES[one] for one in piece).decode("utf-8")
    except UnicodeDecodeError:
        return piece
    sure = any(low <= ord(letter) <= high for low, high in _LATIN)
    return letter if sure or (many and unicodedata.category(letter)[0] in "LNP") else piece


def other_code(texts: Iterable[str]) -> str:
    """The code of another machine under which every odd letter of the texts becomes a letter with an accent; "" for none.

    Only where at least two texts differ and one holds what cannot stand in a word: a dash between two names is no evidence.
    """
    odd = list(dict.fromkeys(text for text in texts if not text.isascii()))
    if len(odd) < 2 or not any(_EVIDENCE.search(text) for text in odd):
        return ""
    for code in OTHER_CODES:
        try:
            good = all(_reads_well(text, _recoded(text, code)) for text in odd)
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        if good:
            return code
    return ""


def _recoded(text: str, code: str) -> str:
    return "".join(letter if letter.isascii() else bytes([_BYTES.get(letter, 0x3F)]).decode(code) for letter in text)


def _reads_well(before: str, after: str) -> bool:
    """Each changed letter became an accented one, in the case of the letters beside it."""
    for place, (old, new) in enumerate(zip(before, after)):
        if old == new:
            continue
        if new not in ACCENTED:
            return False
        beside = after[place - 1:place] if place else ""
        behind = after[place + 1:place + 2]
        if (new.islower() and behind.isupper()) or (new.isupper() and beside.islower()):
            return False
    return True


def _looks_lost(text: str) -> bool:
    return bool(_LOST.search(text))


def _word(text: str, piece: str) -> str:
    """The word of a text that holds a piece."""
    return next((word for word in text.split() if piece in word), text)[:40]
