"""A name where there is little room: its beginning and its end, for names of one family begin alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ecomap.model.cell_text import shortened

GAP = "…"
_LEAST_PIECE = 4  # letters by which a word that was cut is still known


def short_name(name: str, most: int) -> str:
    """A name of at most so many letters: whole words of its beginning and of its end, which tells it from others.

    >>> short_name("Gaps: mental health service, 0.5 mi", 24), short_name("Need index", 24)
    ('Gaps: mental … 0.5 mi', 'Need index')
    >>> short_name("Donaudampfschifffahrtsgesellschaft", 12)
    'Donaudampfs…'
    """
    if len(name) <= most:
        return name
    words = name.split()
    first, last = words[:1], words[-1:]
    for word in words[1:-1]:
        if len(" ".join((*first, word))) > most // 2:
            break
        first.append(word)
    for word in reversed(words[len(first) : -1]):
        if len(" ".join((*first, GAP, word, *last))) > most:
            break
        last.insert(0, word)
    made = " ".join((*first, GAP, *last))
    return made if len(made) <= most else shortened(name, most)


def telling_name(name: str, others: Collection[str], most: int) -> str:
    """A short name that stands for this one and for none of its sisters, where so few letters can tell them apart.

    >>> sisters = ["Who is where on the map, 1.0 mi", "Who is where on the map, 2.0 mi"]
    >>> short_name(sisters[0], 14), telling_name(sisters[0], sisters, 14)
    ('Who is … mi', 'Who … 1.0 mi')
    >>> telling_name("Need index, arithmetic mean", ["Need index, geometric mean"], 15)
    'Need … arithme…'
    """
    if len(name) <= most:
        return name
    usual = short_name(name, most)
    others = [other for other in others if other != name]
    return next((made for made in (usual, *_shorter(name, most)) if not any(stands_for(made, other) for other in others)), usual)


def stands_for(short: str, name: str) -> bool:
    """Whether a short name can be read as this one: its pieces stand there in their order, the first at the beginning.

    >>> stands_for("Access … 1.0 mi", "Access: clinic, 1.0 mi"), stands_for("Access … mi", "Access: clinic, 2.0 mi")
    (True, True)
    >>> stands_for("Access … 1.0 mi", "Access: clinic, 2.0 mi"), stands_for("Access", "Access: clinic")
    (False, False)
    """
    first, *rest = (piece.strip() for piece in short.split(GAP))
    if not rest:
        return short == name
    if not name.startswith(first):
        return False
    at = len(first)
    for piece in rest[:-1]:
        at = name.find(piece, at) + len(piece)
        if at < len(piece):
            return False
    return len(name) - len(rest[-1]) >= at and name.endswith(rest[-1])


def _shorter(name: str, most: int) -> Iterator[str]:
    """Other ways to shorten a name, those with more of it first: beginning and end, the beginning alone, a word within."""
    words = name.split()
    ends = [" ".join((*words[:first], GAP, *words[len(words) - last:])) for first in range(1, len(words)) for last in range(1, len(words) - first)]
    yield from sorted((made for made in ends if len(made) <= most), key=len, reverse=True)
    begun = shortened(name, most)
    last = begun.rstrip(GAP).split()[-1]
    whole = last in words or len(last) >= _LEAST_PIECE
    if whole:
        yield begun
    room = most - len(f"{words[0]} {GAP} ")
    for word in words[1:]:
        piece = word.strip(",;:") + GAP if len(word) < room else word[: room - 1] + GAP
        if room > 2:
            yield f"{words[0]} {GAP} {piece}"
    if not whole:
        yield begun
