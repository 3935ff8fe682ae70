"""How much room a chapter has: few answers tell more, many answers together stay a report that people read."""

from __future__ import annotations

from typing import Final

from attrs import frozen


@frozen
class Room:
    """What a chapter may take: a map so high with its legend, so many rows of so many tables, so many sources by name."""

    map_mm: float
    main_rows: int
    other_rows: int  # 0: of other tables only those that stand whole
    tables: int
    sources: int
    whole: bool      # whether it begins on a new page, and tells settings too that are as usual


FEW, MANY = 6, 12  # answers
_AMPLE: Final = Room(104.0, 15, 8, 4, 12, True)
_USUAL: Final = Room(84.0, 9, 5, 2, 8, False)
_TIGHT: Final = Room(62.0, 5, 0, 2, 3, False)


def room_for(chapters: int) -> Room:
    """The room of each of so many chapters: seventeen stay within 25 pages.

    >>> room_for(3).whole, room_for(17).main_rows
    (True, 5)
    """
    return _AMPLE if chapters <= FEW else _USUAL if chapters <= MANY else _TIGHT
