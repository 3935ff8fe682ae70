"""From any earlier schema of the project file to today's, one step at a time.

Each step is a module ``step_<from>_to_<to>`` with ``FROM``, ``DOES`` (one plain sentence) and ``migrate(connection)``.
Steps work on a copy in memory; the file itself becomes new only when the project is saved.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Protocol

from ecomap.io.migrations import step_1_to_2, step_2_to_3, step_3_to_4, step_4_to_5, step_5_to_6
from ecomap.model.said import Said


class Step(Protocol):
    """One step of the ladder."""

    FROM: int
    DOES: Said

    def migrate(self, connection: sqlite3.Connection) -> None: ...


STEPS: Sequence[Step] = (step_1_to_2, step_2_to_3, step_3_to_4, step_4_to_5, step_5_to_6)


def migrate(connection: sqlite3.Connection, from_version: int) -> tuple[Said, ...]:
    """Bring an open copy of a project file from an earlier schema to today's.

    Returns
    -------
    tuple of str
        What was done, one sentence per step.
    """
    done = []
    for step in STEPS:
        if from_version <= step.FROM:
            step.migrate(connection)
            done.append(step.DOES)
    connection.commit()
    return tuple(done)
