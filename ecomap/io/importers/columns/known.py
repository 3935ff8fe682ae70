"""What is said of a whole file on its way in: how many there are in reality of what it lists, and by whose word."""

from __future__ import annotations

from typing import Final

from ecomap.io.importers.spec import CONSTANT, Draft, FieldSpec
from ecomap.model.known import KnownOf
from ecomap.model.known_words import statement
from ecomap.model.roles import role
from ecomap.model.said import say

TOTAL: Final = "known_total"
SOURCE: Final = "known_source"
YEAR: Final = "known_year"

KNOWN_FIELDS: Final = (
    FieldSpec(TOTAL, say("How many there are in all"), decision=True, help=say("A number, or more than a number: of how many there are, the file lists some.")),
    FieldSpec(SOURCE, say("Who says how many there are"), decision=True),
    FieldSpec(YEAR, say("In which year that was said"), decision=True),
)


def stated_of(of: str, draft: Draft) -> tuple[KnownOf, ...]:
    """What was said of how many there are, of the only kind in the file or of the whole of it; nothing where nobody said so.

    Raises
    ------
    InputError
        If the number is none, or nobody is named who says so.
    """
    total, source, year = (draft.mapping.get(name, "").removeprefix(CONSTANT) for name in (TOTAL, SOURCE, YEAR))
    if not total:
        return ()
    column = role(of).presence
    kinds = {str(kind) for kind in draft.frame[column].dropna()} - {""} if column in draft.frame.columns else set()
    return (statement(of, kinds.pop() if len(kinds) == 1 else "", total, source=source, year=year),)
