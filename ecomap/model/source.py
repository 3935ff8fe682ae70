"""Where a number is from, and the period and set it speaks of."""

from __future__ import annotations

from attrs import frozen

from ecomap.model.said import NOTHING, Said


@frozen
class Source:
    """Provenance of a layer or an indicator.

    ``vintage`` is the period the numbers speak of ("2014-18"), ``retrieved`` the day the file was read,
    ``universe`` the set it counts or was ranked within ("residents under 18").
    """

    title: Said
    publisher: Said = NOTHING
    vintage: Said = NOTHING
    url: str = ""
    licence: Said = NOTHING
    universe: Said = NOTHING
    retrieved: str = ""
    file_name: str = ""
    sha256: str = ""
    note: Said = NOTHING

    @property
    def citation(self) -> str:
        """Short line for the foot of a map: publisher or title, and vintage."""
        vintage = "(year not stated)" if self.vintage.startswith("not stated") else self.vintage
        return " ".join(part for part in (self.publisher or self.title, vintage) if part)
