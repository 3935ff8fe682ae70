"""The tables of an answer: their sheets, their first order, their words on a tab."""

from __future__ import annotations

from PySide6.QtCore import Qt

from ecomap.model.project import Project
from ecomap.model.result import Output, Result
from ecomap.model.said import NOTHING, joined, name
from ecomap.model.vocabulary import ID, NAME
from ecomap.render.words.card import outputs_about
from ecomap.ui.models.table import FrameModel, Sheet

ROWS = "rows"  # column with the references of the rows behind a number
SHORT = 12  # rows; a table of need fifths keeps its order
NET = "net"  # of a comparison: how many have it more, or fewer
COMPARISON = "comparison"  # see `ecomap.workspace.scenarios.comparing`
WORST_FIRST = ("out_of_reach", "share_out", "people_in_gap")


def result_tables(project: Project, result_id: str) -> dict[str, tuple[Result, Output]]:
    """The tables of one result by the key of their sheet; of the latest one if that is gone."""
    found = next((result for result in project.results if result.id == result_id), None)
    result = found or (project.results[-1] if project.results else None)
    return {f"result:{result.id}:{output.name}": (result, output) for output in result.outputs} if result else {}


def result_sheets(project: Project, result_id: str) -> list[Sheet]:
    """The same as sheets."""
    return [output_sheet(project, *answer) for answer in result_tables(project, result_id).values()]


def first_order(model: FrameModel) -> tuple[int, Qt.SortOrder]:
    """How a table stands when it is first opened: by rank, most out of reach first, by name; an answer without any of
    these keeps its own order."""
    up, down = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
    columns = [described.name for described in model.columns]
    ranked = [n for n, described in enumerate(model.columns) if described.unit == "rank"]
    if ranked and _ranks_rows(model, ranked[0]):
        return ranked[0], up
    for worst in WORST_FIRST if len(model.ids) > SHORT else ():
        if worst in columns:
            return columns.index(worst), down
    if NET in model.sheet.signed and NET in columns and len(model.ids) > SHORT:
        return columns.index(NET), up  # who loses most stands first
    if model.sheet.key.startswith("layer:") and NAME in columns:
        return columns.index(NAME), up
    return -1, up


def _ranks_rows(model: FrameModel, column: int) -> bool:
    """Whether a rank goes through all rows; peers of every school are counted from 1 again and again."""
    ranks = model.sheet.frame[model.columns[column].name]
    return bool(ranks.max() * 4 >= len(ranks))


def row_of_bar(result: Result, words: str) -> tuple[str, str]:
    """The table of an answer and the row in it that a bar of its chart stands for; "" where none bears its words.

    A bar may say more than the row is called ("Highest need (20 % of pupils)").
    """
    wanted = words.casefold()
    found: list[tuple[bool, int, str, str]] = []
    for output in result.outputs:
        if NAME not in output.frame:
            continue
        for key, called in zip(output.frame[ID], output.frame[NAME].astype(str)):
            if called and (wanted == called.casefold() or wanted.startswith(f"{called.casefold()} (")):
                found.append((ROWS in output.frame, len(called), output.name, str(key)))
    best = max(found, key=lambda item: item[:2], default=None)
    return ("", "") if best is None else best[2:]


def output_sheet(project: Project, result: Result, output: Output) -> Sheet:
    own = [layer.id for layer in project.layers if layer.result_id == result.id and layer.what == output.title]
    about = [layer.id for layer in project.layers if output in outputs_about(layer, (result,))]
    changes = [column.name for column in output.columns if column.name == NET or column.name.endswith("_change")] if result.analysis == COMPARISON else []
    return Sheet(
        f"result:{result.id}:{output.name}", output.title, output.frame, output.columns, (*own, *about),
        joined([name(source.citation) for source in result.provenance.sources[:3]], ", ") if result.provenance else NOTHING,
        result.title, frozenset(changes),
    )
