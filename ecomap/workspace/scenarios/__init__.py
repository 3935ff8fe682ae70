"""Named sets of changes to what is: made and kept, happened in a project, compared with today and with each other."""

from ecomap.workspace.scenarios.happening import Gone, Happened, applied, happened
from ecomap.workspace.scenarios.keeping import (
    add,
    annotate,
    change,
    copy,
    plan_scenario,
    remove,
    rename,
    scenario_from_plan,
    unchange,
)
from ecomap.workspace.scenarios.words import TODAY, change_words, scenario_words

__all__ = [
    "TODAY", "Gone", "Happened", "add", "annotate", "applied", "change", "change_words", "copy", "happened", "plan_scenario", "remove", "rename",
    "scenario_from_plan", "scenario_words", "unchange",
]
