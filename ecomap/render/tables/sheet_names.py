"""What the sheets of a workbook are called: in the 31 letters there are, which answer and which of its tables, said once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

from ecomap.model.cell_text import in_xml, shortened
from ecomap.model.record import HIDDEN_SHEET
from ecomap.model.short_names import short_name, telling_name

BETWEEN: Final = " · "
LONGEST: Final = 31      # UTF-16 units
_FOR_ANSWER: Final = 14  # letters of a sheet's name for the answer, the rest for what of it the sheet shows
_ALIKE: Final = 2        # words that tables of an answer begin with alike say nothing of any of them
_SAID: Final = 2         # words of an answer's name with which a table begins say it once more
_LITTLE: Final = 3       # letters of a word that leads on: "by", "por"
_LEAST: Final = 7        # letters that a table has to be told by


class SheetNames:
    """Names that Excel takes: at most 31 letters, none of ``[]:*?/\\``, none twice, and not the one it keeps for itself.

    All sheets of an answer begin with the same few words of its name, and no other answer's do; the one that is called as
    the answer is has the answer's name alone. ``every`` are the names of all answers of the workbook.
    """

    def __init__(self, every: Sequence[str] = ()) -> None:
        self._every = list(dict.fromkeys(map(_plain_name, every)))
        self._taken = {"history", HIDDEN_SHEET.casefold()}
        self._answers: dict[str, str] = {}

    def of(self, words: str) -> str:
        """The name of a sheet that is of no answer."""
        return self._free(shortened(_plain_name(words), LONGEST) or "Sheet")

    def of_answer(self, answer: str, what: str, sisters: Sequence[str] = ()) -> str:
        """The name of a sheet with what of an answer it shows; ``sisters`` are what all sheets of the answer show."""
        plain, shown = _plain_name(answer), _plain_name(what)
        alone = answer not in self._answers
        begin = self._answers.setdefault(answer, self._beginning(plain) if alone else "")
        if shown.casefold() == plain.casefold():
            return self._free(telling_name(plain, self._every, LONGEST))
        whole = f"{plain}{BETWEEN}{shown}"
        if len(whole) <= LONGEST and begin == plain:
            return self._free(whole)
        room = LONGEST - len(begin) - len(BETWEEN)
        return self._free(f"{begin}{BETWEEN}{_in_short(answer, what, sisters, room)}")

    def _beginning(self, answer: str) -> str:
        """A few words of an answer's name that no other answer's sheets begin with."""
        taken = {begin.casefold() for begin in self._answers.values()}
        base = telling_name(answer, self._every, _FOR_ANSWER)
        return next(name for name in _numbered(base, _FOR_ANSWER) if name.casefold() not in taken)

    def _free(self, base: str) -> str:
        name = next(name for name in _numbered(base, LONGEST) if name.casefold() not in self._taken)
        self._taken.add(name.casefold())
        return name


def _in_short(answer: str, what: str, sisters: Sequence[str], room: int) -> str:
    """What a table shows in so many letters: what it has in common with its answer or its sisters goes first, then what stands behind a colon."""
    plain, others = _plain_name(what), [_plain_name(one) for one in sisters if one != what]
    shown = _without_repeats(_plain_name(answer), plain, others)
    before = _plain_name(what.partition(":")[0])
    dropped = len(plain) - len(shown)
    if len(shown) > room and len(before) >= dropped + _LEAST and not any(one.startswith(before) for one in others):
        shown = before[dropped:]
    first, _, rest = shown.partition(" ")
    return short_name(rest if dropped and rest and len(shown) > room and len(first) <= _LITTLE else shown, room)


def _without_repeats(answer: str, shown: str, sisters: Sequence[str]) -> str:
    """What a table shows, without the words with which the answer or other tables of it begin, too; a word that leads on stays.

    >>> _without_repeats("Gaps 1.0 mi", "Children out of reach by need area", ["Children out of reach by need fifth"])
    'by need area'
    >>> _without_repeats("Money generated and given", "Money generated per pupil", [])
    'per pupil'
    >>> _without_repeats("Schools most alike", "Schools and those most like them", [])
    'Schools and those most like them'
    """
    words = shown.split()
    alike = min((found for one in sisters if (found := _in_common(words, one.split())) >= _ALIKE), default=0)
    said = _in_common(words, answer.split())
    drop = max(alike, said if said >= _SAID else 0)
    for back in (1, 2):
        if drop >= back and len(words[drop - back]) <= _LITTLE:
            drop -= back
            break
    return " ".join(words[drop:]) if len(" ".join(words[drop:])) >= _LEAST else shown


def _in_common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words two texts begin with alike."""
    return next((at for at, (mine, theirs) in enumerate(zip(one, other)) if mine.casefold().strip(",") != theirs.casefold().strip(",")), min(len(one), len(other)))


def _numbered(base: str, most: int) -> Iterator[str]:
    """A name, and the same with a number behind it, none longer than it may be."""
    yield base
    for number in count(2):
        yield shortened(base, most - len(f" {number}")) + f" {number}"


def _plain_name(words: str) -> str:
    return re.sub(r"[\[\]:*?/\\'\s]+", " ", in_xml(words)).strip()
