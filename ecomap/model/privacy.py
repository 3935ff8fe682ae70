"""What counts as private: groups of pupils so small that a number would speak of single children.

The one place for the threshold and for what is said where something is hidden; canvas, page, paper, tables and the
answers themselves all go by it.
"""

from __future__ import annotations

from typing import Final

from ecomap.model.said import plural, say

SMALLEST: Final = 11  # pupils: the smallest group whose number is shown; nobody at all is a small group too
SUPPRESSED: Final = "suppressed"  # the reason in `vocabulary.MISSING_REASONS` of everything that is hidden for this

HIDDEN_COUNTS: Final = plural("Counts of fewer than {n} pupil, and what would give them away, are hidden (suppressed).",
                              "Counts of fewer than {n} pupils, and what would give them away, are hidden (suppressed).", SMALLEST)
HIDDEN_NUMBER: Final = say("Suppressed to protect small groups.")
HIDDEN_DOLLARS: Final = say("The amounts are hidden to protect small groups of pupils.")
HIDING: Final = say("Hiding small groups of pupils")
