"""Counts of pupils: the unit that marks them, and the size under which a group is kept out of what leaves the window.

The one place for what counts as private and for what is said where something is hidden; the answers, canvas, page, paper and
tables all go by it.
"""

from __future__ import annotations

from typing import Final

from ecomap.model.said import plural, say

PUPILS: Final = "pupils"  # unit of a count of pupils
THRESHOLD: Final = 11     # the smallest group whose number is shown; nobody at all is a small group too
SUPPRESSED: Final = "suppressed"  # the reason in `vocabulary.MISSING_REASONS` of everything that is hidden for this


HIDDEN_COUNTS: Final = plural("Counts of fewer than {n} pupil, and what would give them away, are hidden (suppressed).",
                              "Counts of fewer than {n} pupils, and what would give them away, are hidden (suppressed).", THRESHOLD)
HIDDEN_NUMBER: Final = say("Suppressed to protect small groups.")
HIDDEN_DOLLARS: Final = say("The amounts are hidden to protect small groups of pupils.")
HIDING: Final = say("Hiding small groups of pupils")

