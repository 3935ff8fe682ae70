"""One thing that a planner did, and when."""

from __future__ import annotations

import datetime as dt

from attrs import field, frozen

from ecomap.model.said import Said, as_said


@frozen
class Doing:
    """A change as undo calls it ("Hide “Schools”"), and when it was made, with its time zone."""

    label: Said = field(converter=as_said)
    when: dt.datetime
