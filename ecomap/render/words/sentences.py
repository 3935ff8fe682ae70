"""A finding taken apart: the sentence that says it, and whatever follows it."""

from __future__ import annotations

from ecomap.model.said import Listed, Said, joined, name


def first_and_rest(said: Said) -> tuple[Said, Said]:
    """The first sentence, and the others together.

    >>> first_and_rest(joined([name("One."), name("Two."), name("Three.")]))
    ('One.', 'Two. Three.')
    """
    first, *rest = _apart(said) or [said]
    return first, joined(rest)


def _apart(said: Said) -> list[Said]:
    """Sentences that stand one after the other, each by itself."""
    if isinstance(said, Listed) and said.joint == " ":
        return [one for part in said.parts for one in _apart(name(part))]
    return [said]
