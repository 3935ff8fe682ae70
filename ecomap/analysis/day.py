"""The day a question speaks of: a setting of every question, never silently the clock's."""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeAlias

from attrs import evolve

from ecomap.model.dates import day_of, last_day
from ecomap.model.params import Param
from ecomap.model.said import say

AS_OF: Final = "as_of"
ON_WHICH_DAY: Final = Param(
    say("On which day?"), say("A date like 2026-06-30, or a year; empty for the day of the project. What has ended by then does not count."))

# The one declaration of the day: a params class writes ``as_of: AsOf = ""``.
AsOf: TypeAlias = Annotated[str, evolve(ON_WHICH_DAY, advanced=True)]


def on_its_day(params: Any, told: str = "") -> Any:
    """The settings with their day written out, so that the answer's record holds it.

    The day is the one that is asked for; else the last day of the school year that is asked for; else ``told``, the day the
    project was last told; else, where a question is asked of rows outside a project, the clock's, which the record then shows.

    Raises
    ------
    ParameterError
        If what is asked for is no date.
    """
    if not hasattr(params, AS_OF):
        return params
    asked = str(params.as_of or "").strip()
    of_year = None if asked else last_day(str(getattr(params, "year", "") or ""))
    day = of_year or day_of(asked or told)
    return evolve(params, as_of=day.isoformat())
