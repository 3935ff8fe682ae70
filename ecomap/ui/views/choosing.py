"""Which table of an answer is shown as more than a table."""

from __future__ import annotations

from collections.abc import Callable

from ecomap.model.result import Output, Result
from ecomap.ui.views.alike import peers_sheet
from ecomap.ui.views.assets import grid_sheet, roster_sheet, sets_sheet
from ecomap.ui.views.money import money_sheet, months_sheet
from ecomap.ui.views.sheet import ViewSheet
from ecomap.ui.views.system import fifths_sheet, years_sheet

Maker = Callable[[Result, Output], ViewSheet | None]
_MAKERS: dict[tuple[str, str], Maker] = {
    ("overlap", "grid"): grid_sheet, ("overlap", "sets"): sets_sheet, ("roles", "roster"): roster_sheet,
    ("money", "schools"): money_sheet, ("funding-cliff", "months"): months_sheet,
    ("dashboard", "years"): years_sheet, ("dashboard", "fifths"): fifths_sheet, ("peers", "peers"): peers_sheet,
}


def has_view(analysis: str, output: str) -> bool:
    """Whether a table of an analysis can be shown as a view."""
    return (analysis, output) in _MAKERS


def view_sheet(result: Result, output: Output) -> ViewSheet | None:
    """The view of one table of a result; None where it is a table and nothing more."""
    maker = _MAKERS.get((result.analysis, output.name))
    return maker(result, output) if maker is not None and len(output.frame) else None
