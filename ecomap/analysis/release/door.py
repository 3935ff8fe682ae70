"""What may leave the window: a project with small groups of pupils hidden everywhere at once.

Everything that is written for others is made of what `released` gives back: `sheets` hides the counts, then goes what would
give them back: distances between schools (`likeness`), sums of dollars (`dollars`), rates and errors (`followers`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from attrs import evolve, field, frozen

from ecomap.analysis.gaps.room.tables import SHARE_NONE
from ecomap.analysis.money.attribution import GENERATED
from ecomap.analysis.release import dollars
from ecomap.analysis.release.changes import changes_among, with_changes_hidden
from ecomap.analysis.release.followers import with_followers_hidden
from ecomap.analysis.release.judging import judgements_of, with_counts_as_numbers
from ecomap.analysis.release.ledger import Left, past_of
from ecomap.analysis.release.likeness import with_likeness_hidden
from ecomap.analysis.release.numbers import SHARES, Sheet
from ecomap.analysis.release.persons import without_persons
from ecomap.analysis.release.sheets import Passed, passed_in_turn
from ecomap.model import vocabulary as v
from ecomap.model.judgement import COUNT, SHARE, Judgement
from ecomap.model.layer import Column, Layer
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.pupils import (
    HIDDEN_DOLLARS,
    HIDDEN_NUMBER,
    PUPILS,
    SUPPRESSED,
    THRESHOLD,
)
from ecomap.model.result import KeyFigure, Output, Result

Judged = Mapping[str, Judgement]


@frozen
class Passage:
    """A project as it may leave: None where nothing had to change; and the numbers on its tables, for the ledger."""

    project: Project | None
    passed: Passed = field(eq=False, repr=False)

    def left(self, keys: Iterable[str]) -> Left:
        """What the ledger notes of a file with some of the tables; a key is ``layer/ID`` or ``RESULT/OUTPUT``."""
        return self.passed.numbers.left(keys, self.passed.hidden)


def released(project: Project, progress: Progress | None = None, ticked: Collection[str] = ()) -> Project:
    """The project of `passage`: what exporters write from."""
    return passage(project, progress, ticked).project or project


def passage(project: Project, progress: Progress | None = None, ticked: Collection[str] = ()) -> Passage:
    """The same project with small groups of people hidden in every layer and result, so that all that has left gives none back.

    Parameters
    ----------
    ticked : collection of str
        Columns about single persons that leave all the same, by name or heading.

    Raises
    ------
    ProjectError
        If what has left cannot be read.
    """
    whole, project = project, with_counts_as_numbers(without_persons(project, ticked))
    judged = {x.id: judgements_of(x, project.frames[x.id]) for x in project.layers if not x.result_id}
    roles = {x.id: x.role for x in project.layers if not x.result_id}
    groups = _student_groups(project)
    layers = [Sheet(f"layer/{x.id}", project.frames[x.id], _declared(x, project.frames[x.id], groups, judged[x.id]), x.role, True,
                    _parts(x, project.frames[x.id], judged[x.id]))
              for x in project.layers if not x.result_id]
    made = [Sheet(f"layer/{x.id}", project.frames[x.id], x.columns, *_drawn_from(project, x.result_id, x.what or x.name, roles))
            for x in project.layers if x.result_id]
    outputs = [[*_sheets(result, roles)] for result in project.results]
    passed = passed_in_turn([layers, *outputs, made], progress, past_of(project.ledger))
    shown = {sheet.key: sheet for sheet in passed.sheets}
    changed = project
    for layer in project.layers:
        sheet = shown[f"layer/{layer.id}"]
        if sheet.frame is not project.frames[layer.id]:
            changed = changed.with_layer(evolve(layer, columns=sheet.columns), sheet.frame)
    for layer_id, columns in judged.items():
        layer = project.layer(layer_id)
        counts = [name for name, one in columns.items() if one.holds == COUNT]
        changed = with_changes_hidden(changed, layer_id, changes_among(layer, project.frames[layer_id], columns), counts)
    for result in project.results:
        changed = changed.with_result(with_likeness_hidden(_with_sheets(result, shown)))
    changed = with_followers_hidden(changed)
    return Passage(None if changed is whole else changed, passed)


def _student_groups(project: Project) -> frozenset[str]:
    """Columns that somebody asked about as counts of student groups."""
    asked = [result.provenance.params.get("groups") or () for result in project.results if result.provenance is not None]
    return frozenset(str(name) for names in asked for name in names)


def _declared(layer: Layer, frame: Any, groups: frozenset[str], judged: Judged) -> tuple[Column, ...]:
    """The columns of a layer, with what counts people declared as counts of pupils, whatever it is called; see `judging`.

    In need areas also those that somebody asked about as groups. Counts with a margin of error are a survey's, published as they
    are; shares are indicators.
    """
    counted = {name for name, one in judged.items() if one.holds == COUNT and name in frame}
    if layer.role == v.NEED_AREA:
        counted |= {name for name in groups if name in frame and name + v.MOE_SUFFIX not in frame and layer.indicator(name) is None}
    counted -= changes_among(layer, frame, judged)
    known = {column.name for column in layer.columns}
    return (*(evolve(column, unit=PUPILS, judgement=judged.get(column.name, column.judgement)) if column.name in counted else column for column in layer.columns),
            *(evolve(layer.column(name), unit=PUPILS, judgement=judged.get(name)) for name in sorted(counted - known)))


def _parts(layer: Layer, frame: Any, judged: Judged) -> frozenset[str]:
    """Columns with parts of the people of a row, under any heading."""
    return frozenset(name for name, one in judged.items() if one.holds == SHARE and name not in SHARES and len(_numbers(frame, name))) \
        - changes_among(layer, frame, judged)


def _numbers(frame: Any, name: str) -> Any:
    import pandas as pd  # heavy

    if name not in frame or not pd.api.types.is_numeric_dtype(frame[name]) or pd.api.types.is_bool_dtype(frame[name]):
        return pd.Series(dtype=float)
    return frame[name].dropna()


def _sheets(result: Result, roles: Mapping[str, str]) -> list[Sheet]:
    return [Sheet(f"{result.id}/{x.name}", x.frame, x.columns, _joined(result, x, roles), kind=_kind(result, x)) for x in result.outputs]


def _kind(result: Result, output: Output) -> str:
    return f"{result.analysis}/{output.name}"


def _joined(result: Result, output: Output, roles: Mapping[str, str]) -> str:
    """The role whose ids an output shares, whether it names the role, an input of its question or a layer.

    One school is one number only if every table that speaks of it is known to speak of a school.
    """
    from ecomap.analysis import registry

    inputs = {item.name: item.role for item in registry.analysis(result.analysis).inputs} if result.analysis in registry.names() else {}
    return inputs.get(output.joins) or roles.get(output.joins.split("+")[0]) or output.joins


def _drawn_from(project: Project, result_id: str, name: str, roles: Mapping[str, str]) -> tuple[str, bool, frozenset[str], str]:
    """The role that a layer made from a result shares its ids with, and the table it is made of, as a `Sheet` has them."""
    result = next((one for one in project.results if one.id == result_id), None)
    found = [(_joined(result, output, roles), _kind(result, output)) for output in result.outputs if output.title == name] if result else []
    role, kind = found[0] if found else ("", "")
    return role, False, frozenset(), kind


def _with_sheets(result: Result, shown: Mapping[str, Sheet]) -> Result:
    outputs = tuple(_with_sheet(output, shown[f"{result.id}/{output.name}"]) for output in result.outputs)
    gone = {str(name) for output in outputs for name in _names_hidden(output)}
    some, every, fifth = (any(said) for said in zip(*(dollars.hides_dollars(output.frame) for output in outputs), strict=True)) \
        if outputs else (False, False, False)
    if some or fifth:
        outputs = tuple(evolve(one, frame=dollars.coarse(one.frame)) if GENERATED in one.frame and not one.joins else one for one in outputs)
        result = evolve(result, sentence=HIDDEN_DOLLARS if every else dollars.coarse_words(result.sentence), bars=() if fifth else result.bars,
                        figures=tuple(_of_dollars(figure, every) for figure in result.figures))
    return evolve(result, outputs=outputs, figures=tuple(_figure(figure) for figure in result.figures),
                  bars=tuple(bar for bar in result.bars if bar[0] not in gone))


def _names_hidden(output: Output) -> list[Any]:
    """Groups whose share is hidden, and so their bars."""
    reason = SHARE_NONE + v.REASON_SUFFIX
    return [] if reason not in output.frame else output.frame.loc[output.frame[reason] == SUPPRESSED, v.NAME].tolist()


def _with_sheet(output: Output, sheet: Sheet) -> Output:
    return output if sheet.frame is output.frame else evolve(output, frame=sheet.frame, columns=sheet.columns)


def _figure(figure: KeyFigure) -> KeyFigure:
    if figure.unit != PUPILS or figure.value is None or figure.value >= THRESHOLD:
        return figure
    return _hidden(figure)  # with its range


def _of_dollars(figure: KeyFigure, every: bool) -> KeyFigure:
    """A headline of dollars in whole thousands, or hidden where every school's are."""
    if figure.unit != "usd" or figure.value is None:
        return figure
    within = figure.range
    return _hidden(figure) if every else evolve(
        figure, value=_whole(figure.value), range=within and evolve(within, low=_whole(within.low), high=_whole(within.high)))


def _whole(amount: float) -> float:
    return round(amount, -3 if abs(amount) >= 1e5 else 0)


def _hidden(figure: KeyFigure) -> KeyFigure:
    return evolve(figure, value=None, moe=None, range=None, note=HIDDEN_NUMBER)
