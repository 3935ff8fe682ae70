"""A name where there is little room: its beginning and its end, for names of one family begin alike."""

from __future__ import annotations

from ecomap.model.cell_text import shortened

GAP = "…"


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
