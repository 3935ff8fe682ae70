"""What has left a project: one entry of the release ledger per file written for others."""

from __future__ import annotations

from attrs import frozen

from ecomap.model.said import Said


@frozen
class Release:
    """One file that left the project.

    Parameters
    ----------
    at : str
        When, ISO time in UTC.
    file : str
        Its name, without the folder.
    holds : tuple of Said
        The layers and tables in it.
    hidden, published : int
        How many protected cells were hidden, and how many left as they are.
    cells : str
        Which cells these were, as `ecomap.analysis.release` writes and reads them.
    """

    at: str
    file: str
    holds: tuple[Said, ...] = ()
    hidden: int = 0
    published: int = 0
    cells: str = ""
