"""What a planner did, when, and to which project: as it is told after a crash."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from attrs import field, frozen

from ecomap.model.said import Said, as_said


@frozen
class Doing:
    """A change as undo calls it ("Hide “Schools”"), and when it was made, with its time zone."""

    label: Said = field(converter=as_said)
    when: dt.datetime


@frozen
class About:
    """What a recovery file says of itself.

    Parameters
    ----------
    title : Said
        Of the project.
    path : Path or None
        The project file it belongs to; None for a project that was never saved.
    digest : str
        Digest of that file's content when the changes began; "" where it was not known, and so is not to be relied on.
    since : datetime
        When the project was last saved or opened.
    written : datetime
        When the last change was put down.
    doings : tuple of Doing
        The changes since then.
    loses : bool
        Whether the gate did not believe all of that file: what is here is not to take its place.
    """

    title: Said = field(converter=as_said)
    path: Path | None
    since: dt.datetime
    written: dt.datetime
    doings: tuple[Doing, ...] = ()
    digest: str = ""
    loses: bool = False
