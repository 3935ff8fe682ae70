"""Two sides beside each other: who gains, who loses, by need, area, district and student group, as one answer to read, show and share."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, field, frozen

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import Layer
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.result import Note, Output, Provenance, Result
from ecomap.model.said import Said, say
from ecomap.workspace.inputs import on_the_map
from ecomap.workspace.scenarios.sides import USUAL, Side, renamed, side, usual_settings

if TYPE_CHECKING:
    from ecomap.analysis.registry import Answer

COMPARISON: Final = "comparison"  # in the place of a question's name, in files


@frozen
class Comparison:
    """B beside A.

    Parameters
    ----------
    a, b : Side
    question : str
    result : Result
        The finding with its figures, notes and tables ("fifths", "areas", "groups", "by_<layer>"), as of any answer; the project
        does not keep it.
    """

    a: Side
    b: Side
    question: str
    result: Result = field(repr=False)

    @property
    def sentence(self) -> Said:
        return self.result.sentence

    def table(self, called: str) -> Output:
        return self.result.output(called)


def compared(project: Project, a: str, b: str, question: str = USUAL, given: Mapping[str, Any] | None = None, *, by: int = 0,
             progress: Progress | None = None) -> Comparison:
    """Who gains and who loses from A to B.

    Parameters
    ----------
    a, b : str
        "" for today, a scenario (id or name), a plan's answer, or an earlier answer to the question.
    question : str
        One of `ecomap.analysis.scenarios.counted.QUESTIONS`.
    given : mapping, optional
        Settings of the question; without any, those of the answer or plan among the two, else what the scenarios open or close.
    by : int
        Only the changes of this year or before; 0 is all.

    Raises
    ------
    EcoMapError
        If either is not there, or the question cannot be asked on either side.
    """
    progress = progress or silent()
    settings = {**usual_settings(project, (a, b), question), **(given or {})}
    one = side(project, a, question, settings, by=by, progress=progress.part(0.0, 0.45))
    other = side(project, b, question, settings, by=by, progress=progress.part(0.45, 0.9))
    found = between(project, one, other)
    progress.at(1.0, say("Compared"))
    return found


def between(project: Project, a: Side, b: Side) -> Comparison:
    """The comparison of two sides that have been asked already, so that a third can be laid beside either.

    Raises
    ------
    InputError
        If nobody offers what is asked about on either side, or they answer two questions.
    """
    from ecomap.analysis.registry import Answer  # heavy
    from ecomap.analysis.scenarios import tables, words
    from ecomap.analysis.scenarios.difference import difference, summed

    if a.question != b.question:
        raise InputError(say("The two sides answer two questions."), say("Ask the same question of both."))
    if a.nowhere and b.nowhere:
        raise InputError(say("Nobody offers it on either side, so nobody gains and nobody loses."), say("Choose another thing that should be in reach."))
    for shorter, longer in ((a, b), (b, a)):
        if shorter.nowhere:
            shorter = evolve(shorter, counted=evolve(shorter.counted, what=longer.counted.what))
            a, b = (shorter, b) if longer is b else (a, shorter)
    one_m, other_m = words.settings_words(a.counted.settings, b.counted.settings)
    names = tables.Names(renamed(a, one_m).label if a.label == b.label else a.label, renamed(b, other_m).label if a.label == b.label else b.label)
    found = difference(a.counted, b.counted)
    layer, areas = _need_layer(project, a)
    total = summed(found)
    sums = tables.fifth_sums(found, areas, layer)
    high, low = sums.get(5), sums.get(1)
    outputs = [tables.fifths_output(found, sums, total, names), tables.areas_output(found, names, layer)]
    districts = [one for one in project.layers_of(v.DISTRICT) if not one.result_id]
    outputs += [made for one in districts if (made := tables.districts_output(found, names, areas, one, project.frame(one.id))) is not None]
    groups = tables.groups_output(found, names, areas, layer)
    outputs += [groups] if groups is not None else []
    notes = (*(Note("method", one.holds) for one in (a, b) if one.holds), *(Note("caution", text) for text in dict.fromkeys((*a.notes, *b.notes))), *words.notes(a.question, found, groups is not None))
    answer = Answer(say("{b} beside {a}", a=names.a, b=names.b), words.sentence(a.question, found, total, high, names.a, names.b), tuple(outputs),
                    words.figures(found, total, high, low), notes)
    result = _result(a, b, answer)
    return Comparison(a, b, a.question, result)


def _id(a: Side, b: Side) -> str:
    told = "|".join([a.question, *(f"{one.key}:{sorted((key, str(value)) for key, value in one.settings.items())}:{one.holds}" for one in (a, b))])
    return f"{COMPARISON}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def _need_layer(project: Project, a: Side) -> tuple[Layer, Any]:
    """The need areas that the question reads, in the project as it is."""
    layer = next(one for one in a.project.layers_of(v.NEED_AREA) if not one.result_id)
    return layer, on_the_map(a.project, layer)


def _result(a: Side, b: Side, answer: Answer) -> Result:
    """The answer with its trail, its day, how old its figures are and how complete its lists: of today where that is a side, else of A."""
    from ecomap.analysis import registry  # heavy

    whose = next((one for one in sorted((a, b), key=lambda one: bool(one.key)) if one.frames is not None), None)
    asked = {"question": a.question, "a": a.key, "b": b.key, **a.settings, **{f"{key}_b": value for key, value in b.settings.items() if a.settings.get(key) != value}}
    if whose is None or whose.frames is None:  # two answers as they stood
        return Result(_id(a, b), COMPARISON, answer.title, answer.sentence, answer.outputs, answer.figures, answer.notes, provenance=Provenance(COMPARISON, "1", asked, ()))
    found = registry.finished(registry.analysis(a.question), whose.frames, whose.counted.settings, answer)
    sources = found.provenance.sources if found.provenance else ()
    return evolve(found, id=_id(a, b), analysis=COMPARISON, provenance=Provenance(COMPARISON, "1", asked, (), sources))
