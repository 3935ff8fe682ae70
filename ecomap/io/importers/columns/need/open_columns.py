"""Columns that could measure need and of which nobody has said which way they run: offered with a hint, asked where nothing else counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import evolve, field, frozen

from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.columns.need.verdicts import DIRECTION, WAYS, not_said
from ecomap.io.importers.spec import Draft
from ecomap.model.indicator import Indicator
from ecomap.model.project import Project
from ecomap.model.report import ReportLine
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.said import name as named
from ecomap.model.understanding import ColumnUse, Doubt, Option
from ecomap.model.units import format_number
from ecomap.model.vocabulary import ID, NEED_AREA

MOST_ASKED: Final = 3
_ENOUGH: Final = 5          # areas that must be known in both for a hint
_WORTH_TELLING: Final = 0.3  # below it two columns do not run together
_WORDS: Final[Mapping[str, Said]] = {
    "more": say("A higher value means more need"), "less": say("A higher value means less need"), "none": say("Do not count it"),
}


@frozen
class OpenColumn:
    """A column: as the file calls it, as the layer does, and its numbers."""

    source: str
    name: str
    label: Said
    values: Any = field(repr=False, eq=False)


@frozen
class Judged:
    """The doubts on open columns, their hints, and what the report says."""

    doubts: tuple[Doubt, ...] = ()
    lines: tuple[ReportLine, ...] = ()
    hints: Mapping[str, Said] = field(factory=dict)  # column of the file -> how it runs

    def told(self, uses: Sequence[ColumnUse]) -> tuple[ColumnUse, ...]:
        """The uses with the hint on every open column."""
        return tuple(evolve(use, why=joined([not_said(), self.hints[use.column]])) if use.column in self.hints else use for use in uses)


NONE: Final = Judged()


def judged(open_: Sequence[OpenColumn], settled: Sequence[OpenColumn], draft: Draft, counted: Sequence[Indicator], values: Mapping[str, Any]) -> Judged:
    """What is asked and offered of the open columns of one file.

    They are asked only where nothing of the file is known, at most three; else they are offered, each with how it runs against
    what is counted. A hint never decides.

    Parameters
    ----------
    settled : sequence
        Columns of which a person has said something; their doubts stay in the list.
    counted : sequence of Indicator
        What counts of this file.
    values : mapping
        Its columns.
    """
    against = confirmed_need({item.column: values[item.column] for item in counted if item.column in values}, counted) if counted else _need_of_project(draft)
    hints = {one.source: hint_of(one.values, against) for one in open_}
    asked = sorted(open_, key=lambda one: (_plausible(one), one.source))[:MOST_ASKED] if not counted else []
    doubts = [_doubt(one, hints.get(one.source) or hint_of(one.values, against)) for one in (*settled, *asked)]
    lines = []
    if open_:
        text = plural("{n} column could measure need but is not counted: say which way it runs.",
                      "{n} columns could measure need but are not counted: say which way each runs.", len(open_))
        lines.append(ReportLine("note" if counted else "caution", text, None, tuple(joined([named(one.source), _bracketed(hints[one.source])]) for one in open_[:5])))
    return Judged(tuple(doubts), tuple(lines), hints)


def answered(answers: Mapping[str, str]) -> set[str]:
    """Plain names of the columns whose direction somebody has said."""
    return {plain(code.removeprefix(DIRECTION)) for code, value in answers.items() if code.startswith(DIRECTION) and value in WAYS}


def confirmed_need(columns: Mapping[str, Any], counted: Sequence[Indicator]) -> Any:
    """Mean percentile of the counted indicators of every area, high where need is high; None if there is none."""
    import pandas as pd  # heavy

    ranks = [columns[item.column].astype(float).rank(pct=True) * item.direction for item in counted if item.column in columns]
    return pd.concat(ranks, axis=1).mean(axis=1) if ranks else None


def hint_of(values: Any, need: Any) -> Said:
    """How a column runs against what is counted: Spearman's rank correlation, in words; nothing where that tells nothing."""
    if need is None:
        return NOTHING
    both = values.notna() & need.notna()
    if both.sum() < _ENOUGH or values[both].nunique() < 2 or need[both].nunique() < 2:
        return NOTHING
    rho = float(values[both].astype(float).rank().corr(need[both].rank()))
    if rho != rho:
        return NOTHING
    figure = format_number(rho, "score", 2)
    if rho >= _WORTH_TELLING:
        return say("It runs with the need that is counted (rank correlation {rho}).", rho=figure)
    if rho <= -_WORTH_TELLING:
        return say("It runs against the need that is counted (rank correlation {rho}).", rho=figure)
    return say("It hardly runs with the need that is counted (rank correlation {rho}).", rho=figure)


def need_of(project: Project, layer_id: str) -> Any:
    """What is counted of a layer, as `confirmed_need` gives it, by the ids of its areas."""
    layer, frame = project.layer(layer_id), project.frame(layer_id)
    found = confirmed_need({item.column: frame[item.column] for item in layer.indicators if item.column in frame}, layer.indicators)
    return None if found is None else found.set_axis(frame[ID].to_numpy())


def _need_of_project(draft: Draft) -> Any:
    """What the project's areas count already, put to the rows of the file by their codes."""
    if draft.project is None or ID not in draft.frame:
        return None
    for layer in draft.project.layers_of(NEED_AREA):
        if layer.indicators and draft.project.frame(layer.id)[ID].isin(draft.frame[ID]).any():
            need = need_of(draft.project, layer.id)
            if need is not None:
                return draft.frame[ID].map(need[~need.index.duplicated()].to_dict()).astype(float)
    return None


def _plausible(one: OpenColumn) -> int:
    """Numbers with decimals before whole ones; within them the order of their names, whatever the order of the file."""
    held = one.values.dropna()
    return 0 if len(held) and bool((held % 1 != 0).any()) else 1


def _doubt(one: OpenColumn, hint: Said) -> Doubt:
    cells = tuple(str(format_number(float(value), "score", 2)) for value in one.values.dropna().head(5))
    return Doubt(
        code=DIRECTION + one.source, text=say("Does a higher value of {column} mean more need or less?", column=named(one.source)),
        evidence=(hint,) if hint else (), options=tuple(Option(value, label) for value, label in _WORDS.items()), taken="",
        column=one.source, rows=cells,
    )


def _bracketed(hint: Said) -> Said:
    return say("({hint})", hint=hint.bare().small()) if hint else NOTHING
