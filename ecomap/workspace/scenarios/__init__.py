"""Named sets of changes to what is: made and kept, happened in a project, compared with today and with each other."""

from ecomap.workspace.scenarios.closings import closes_schools, closing_report
from ecomap.workspace.scenarios.comparing import (
    Comparison,
    between,
    compared,
)
from ecomap.workspace.scenarios.handing import export_answer, released_answer
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
from ecomap.workspace.scenarios.sides import Side, side, usual_settings
from ecomap.workspace.scenarios.words import TODAY, change_words, scenario_words

__all__ = [
    "TODAY", "Comparison", "Gone", "Happened", "Side", "add", "annotate", "applied", "between", "change", "change_words", "closes_schools", "closing_report", "compared", "copy", "export_answer", "happened", "plan_scenario", "released_answer", "remove",
    "rename", "scenario_from_plan", "scenario_words", "side", "unchange", "usual_settings",
]
