"""Which table of an answer is shown as more than a table."""

from __future__ import annotations

from collections.abc import Callable

from ecomap.model.result import Output, Result
from ecomap.ui.views.assets import grid_sheet, roster_sheet, sets_sheet
from ecomap.ui.views.money import money_sheet, months_sheet
from ecomap.ui.views.sheet import ViewSheet

Maker = Callable[[Result, Output], ViewSheet | None]
_BY_OUTPUT: dict[str, Maker] = {
    "grid": grid_sheet, "sets": sets_sheet, "roster": roster_sheet, "months": months_sheet,
}
_BY_ANALYSIS: dict[tuple[str, str], Maker] = {("money", "schools"): money_sheet}


def has_view(analysis: str, output: str) -> bool:
    """Whether a table of an analysis can be shown as a view."""
    return (analysis, output) in _BY_ANALYSIS or output in _BY_OUTPUT


def view_sheet(result: Result, output: Output) -> ViewSheet | None:
    """The view of one table of a result; None where it is a table and nothing more."""
    maker = _BY_ANALYSIS.get((result.analysis, output.name)) or _BY_OUTPUT.get(output.name)
    return maker(result, output) if maker is not None and len(output.frame) else None
