"""Which row of the project a row of a file speaks of: by codes, by words, or only perhaps."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from attrs import frozen

from ecomap.io.inventory.settling import function_texts, key_text, row_keys
from ecomap.io.inventory.texts import Texts
from ecomap.model import vocabulary as v
from ecomap.model.inventory import TableSpec
from ecomap.model.said import NOTHING, Said, say

CERTAIN, LIKELY, NEW = "certain", "likely", "new"
LIKE_ENOUGH = 88.0          # of 100: names sorted by words
LIKE_WITHOUT_PLACE = 93.0   # where no address, school or website speaks for it
ADDRESS_LIKE = 85.0
COMMON_WORD = 60            # a word in more names than this says nothing about which one is meant
# The column that names the thing, for tables in which two spellings of one thing can be told from two things.
_NAMED_BY = {v.ORGANISATION: v.NAME, v.SERVICE: v.NAME, v.STAFF_ROLE: v.TITLE, v.PRACTICE: v.TITLE}
# Where both say something and it differs, it is not the same thing.
_TELLS_APART = {
    v.ORGANISATION: (), v.SERVICE: (v.CATEGORY, v.SCHOOL_ID),  # the category counts by the function it means
    v.STAFF_ROLE: (v.SCHOOL_ID, v.FUNCTION, v.APPROACH, v.CONTACT, v.START), v.PRACTICE: (v.SCHOOL_ID,),
}


@frozen
class Match:
    """What one row of a file is, seen from the project.

    ``kind``: certain, likely or new; ``other``: position of the project's row, -1 for none; ``score`` 0-100; ``why``
    in words.
    """

    kind: str
    other: int = -1
    score: float = 0.0
    why: Said = NOTHING


def match_rows(spec: TableSpec, texts: Texts, given: Sequence[bool], theirs: Texts) -> list[Match]:
    """Match each row of a file with the project's rows (`theirs`).

    No two certain matches share one, unless a person said that both rows of the file are that one.

    Certain: an id or another code is the same, or the words that name the thing are, and only one row on either side
    has them. Likely: names, addresses or websites are nearly the same. Everything else is new.
    """
    count = len(texts[v.ID])
    found: dict[int, Match] = {}
    taken: set[int] = set()
    for n, other in _by_codes(texts, theirs):
        if other not in taken or _became_one(texts[v.ID][n], theirs, other):
            found[n] = Match(CERTAIN, other, 100.0, say("the same code"))
            taken.add(other)
    keys, their_keys = row_keys(spec, texts), row_keys(spec, theirs)
    ours_of, theirs_of = Counter(keys), Counter(their_keys)
    position = {key: n for n, key in enumerate(their_keys)}
    likely, texts = _Likely(spec, theirs), by_function(spec, texts)
    for n in range(count):
        key = keys[n]
        if n in found or not key or key not in position:
            continue
        other = position[key]
        alone = ours_of[key] == 1 and theirs_of[key] == 1 and other not in taken
        if alone and not _codes_clash(texts[v.IDENTIFIERS][n] if v.IDENTIFIERS in texts else "",
                                      theirs[v.IDENTIFIERS][other] if v.IDENTIFIERS in theirs else ""):
            found[n] = Match(CERTAIN, other, 100.0, say("the same words name it"))
            taken.add(other)
    return [found.get(n) or likely.best(texts, n, taken) for n in range(count)]


def likely_pairs(spec: TableSpec, texts: Texts) -> list[tuple[int, int, float, Said]]:
    """Pairs of rows of one table that may be the same thing: (position, position, score, why)."""
    likely, texts = _Likely(spec, texts), by_function(spec, texts)
    pairs: dict[tuple[int, int], tuple[float, Said]] = {}
    for n in range(len(texts[v.ID])):
        match = likely.best(texts, n, {n})
        if match.kind == LIKELY:
            pairs.setdefault((min(n, match.other), max(n, match.other)), (match.score, match.why))
    return sorted(((a, b, score, why) for (a, b), (score, why) in pairs.items()), key=lambda pair: (-pair[2], pair[:2]))


def by_function(spec: TableSpec, texts: Texts) -> Texts:
    """Services with their function in the place of their category."""
    return {**texts, v.CATEGORY: function_texts(texts)} if spec.role == v.SERVICE else texts


def codes_of(row_id: str, identifiers: str) -> set[str]:
    """All codes of a row, comparable: "id:..." and its other codes in small letters without blanks."""
    others = {code.strip().casefold().replace(" ", "") for code in identifiers.split(";")}
    return ({f"id:{row_id}".casefold()} if row_id else set()) | (others - {""})


def _by_codes(texts: Texts, theirs: Texts) -> list[tuple[int, int]]:
    blank = [""] * len(theirs[v.ID])
    known: dict[str, int] = {}
    unsure: set[str] = set()
    for n, (row_id, others) in enumerate(zip(theirs[v.ID], theirs.get(v.IDENTIFIERS, blank))):
        for code in codes_of(row_id, others):
            if known.setdefault(code, n) != n:
                unsure.add(code)
    blank = [""] * len(texts[v.ID])
    pairs = []
    for n, (row_id, others) in enumerate(zip(texts[v.ID], texts.get(v.IDENTIFIERS, blank))):
        hits = {known[code] for code in codes_of(row_id, others) if code in known and code not in unsure}
        if f"id:{row_id}".casefold() in known:
            pairs.append((n, known[f"id:{row_id}".casefold()]))
        elif len(hits) == 1:
            pairs.append((n, hits.pop()))
    return pairs


def _became_one(row_id: str, theirs: Texts, other: int) -> bool:
    """True if a row of the project took a row of a file over: it keeps that row's id among its codes."""
    return v.IDENTIFIERS in theirs and f"id:{row_id}".casefold() in codes_of("", theirs[v.IDENTIFIERS][other])


def _codes_clash(ours: str, theirs: str) -> bool:
    """True if both give a code of one scheme and the codes differ: two organisations with one name."""
    mine, other = ({code.partition(":")[0]: code for code in codes_of("", text) if ":" in code} for text in (ours, theirs))
    return any(scheme in other and other[scheme] != code for scheme, code in mine.items() if scheme != "id")


class _Likely:
    """The rows of a table, laid out so that those like a given one are found without comparing with all."""

    def __init__(self, spec: TableSpec, texts: Texts) -> None:
        self._spec, self._texts = spec, by_function(spec, texts)
        self._named_by = _NAMED_BY.get(spec.role, "")
        self._names: list[str] = []
        self._blocks: dict[str, list[int]] = defaultdict(list)
        if self._named_by:
            self._names = [key_text(v.NAME, text) for text in texts[self._named_by]]
            for n in range(len(self._names)):
                for block in self._blocks_of(texts, n, self._names[n]):
                    self._blocks[block].append(n)

    def _blocks_of(self, texts: Texts, n: int, name: str) -> set[str]:
        words = name.split()
        blocks = {f"word {word}" for word in words} | {f"start {name[:6]}"}
        if v.ADDRESS in texts and texts[v.ADDRESS][n]:
            blocks.add("address " + " ".join(key_text(v.ADDRESS, texts[v.ADDRESS][n]).split()[:3]))
        if v.WEBSITE in texts and (site := _site(texts[v.WEBSITE][n])):
            blocks.add(f"site {site}")
        return blocks

    def best(self, texts: Texts, n: int, taken: set[int]) -> Match:
        """The likeliest row that is not taken, or new."""
        if not self._named_by:
            return Match(NEW)
        name = key_text(v.NAME, texts[self._named_by][n])
        near: set[int] = set()
        for block in self._blocks_of(texts, n, name):
            rows = self._blocks.get(block, ())
            if len(rows) <= COMMON_WORD:
                near.update(rows)
        best = Match(NEW)
        for other in sorted(near - taken):
            score, why = self._likeness(texts, n, name, other)
            if score > best.score:
                best = Match(LIKELY, other, round(score, 1), why)
        return best

    def _likeness(self, texts: Texts, n: int, name: str, other: int) -> tuple[float, Said]:
        from rapidfuzz import fuzz  # heavy

        if any(_differ(texts[c][n], self._texts[c][other]) for c in _TELLS_APART[self._spec.role]):
            return 0.0, NOTHING
        score = max(fuzz.token_sort_ratio(name, self._names[other]), 0.97 * _contained(name, self._names[other]))
        place, where = self._same_place(texts, n, other)
        if place is False:
            return 0.0, NOTHING
        if place and score >= LIKE_ENOUGH:
            return score, say("nearly the same name, {where}", where=where)
        if place is None and score >= LIKE_WITHOUT_PLACE:
            return score, say("nearly the same name")
        if where == "the same website" and self._spec.role == v.ORGANISATION and score >= 60:
            return score, say("a similar name and the same website")
        return 0.0, NOTHING

    def _same_place(self, texts: Texts, n: int, other: int) -> tuple[bool | None, Said]:
        """Whether both are at one place: yes, no, or not said; and by what it is told."""
        from rapidfuzz import fuzz  # heavy

        theirs = self._texts
        if v.ADDRESS in texts and texts[v.ADDRESS][n] and theirs[v.ADDRESS][other]:
            ours, there = key_text(v.ADDRESS, texts[v.ADDRESS][n]), key_text(v.ADDRESS, theirs[v.ADDRESS][other])
            if fuzz.token_sort_ratio(ours, there) >= ADDRESS_LIKE and _numbers(ours) & _numbers(there) == _numbers(ours):
                return True, say("the same address")
            if self._spec.role == v.SERVICE:
                return False, NOTHING
        if v.SCHOOL_ID in texts and texts[v.SCHOOL_ID][n] and texts[v.SCHOOL_ID][n] == theirs[v.SCHOOL_ID][other]:
            return True, say("the same school")
        if v.WEBSITE in texts and (site := _site(texts[v.WEBSITE][n])) and site == _site(theirs[v.WEBSITE][other]):
            return True, say("the same website")
        return None, NOTHING


def _differ(ours: str, theirs: str) -> bool:
    return bool(ours and theirs and ours.casefold() != theirs.casefold())


def _contained(ours: str, theirs: str) -> float:
    """100 if the longer name holds all words of the shorter, which has at least two; else 0."""
    a, b = sorted((set(ours.split()), set(theirs.split())), key=len)
    return 100.0 if len(a) >= 2 and a <= b else 0.0


def _numbers(text: str) -> set[str]:
    return {word for word in text.split() if word.isdigit()}


def _site(url: str) -> str:
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def references(named: Mapping[str, str], texts: list[str]) -> list[str]:
    """Names of organisations as the project writes them, where they were matched under another name."""
    return [named.get(key_text(v.NAME, text), text) if text else text for text in texts]
