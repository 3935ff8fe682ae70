"""What a file holds for the inventory, before anyone has judged it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from ecomap.model.report import ReportLine


@frozen
class RawTable:
    """Rows of one table as found.

    Parameters
    ----------
    cells : mapping
        Field -> one text (or None) per row; fields that the file does not have are absent.
    read : int
        Rows found, also those that could not be laid out (they are "dropped" or "merged" lines).
    """

    role: str
    cells: Mapping[str, Sequence[str | None]] = field(repr=False)
    read: int
    lines: tuple[ReportLine, ...] = ()

    def __len__(self) -> int:
        return max((len(cells) for cells in self.cells.values()), default=0)


@frozen
class Incoming:
    """A file for the inventory.

    Parameters
    ----------
    as_exported : mapping
        Role -> id -> marks of the row's cells as EcoMap wrote them into a template: by them it is told which cells
        somebody has changed since. Empty for files of others.
    """

    file_name: str
    format: str
    tables: tuple[RawTable, ...]
    notes: tuple[ReportLine, ...] = ()
    as_exported: Mapping[str, Mapping[str, Sequence[str]]] = field(factory=dict, repr=False)
    sha256: str = ""
    title: str = ""
