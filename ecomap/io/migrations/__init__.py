"""From any earlier schema of the project file to today's, one step at a time.

Each step is a module ``step_<from>_to_<to>`` with ``FROM``, ``DOES`` (one plain sentence) and ``migrate(connection)``.
Steps work on a copy in memory; the file itself becomes new only when the project is saved.
"""

from __future__ import annotations

import sqlite3

from ecomap.io.migrations import step_1_to_2

STEPS = (step_1_to_2,)


def migrate(connection: sqlite3.Connection, from_version: int) -> tuple[str, ...]:
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
