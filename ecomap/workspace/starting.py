"""What a first page offers: the places that ship with EcoMap."""

from __future__ import annotations

from typing import Final

STATE: Final = "california"  # the starter that holds the schools of a whole state


def districts() -> tuple[str, ...]:
    """The districts whose schools ship with EcoMap, by name and county."""
    from ecomap.io.districts import shipped_districts  # heavy

    return tuple(one.full_name for one in shipped_districts(STATE))
