"""The name of every answer: its question and what it is about, and what tells it from its sisters in the project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import evolve

from ecomap.model.errors import InputError
from ecomap.model.layer import Layer
from ecomap.model.params import ParamSpec, param_specs
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.said import NOTHING, Said, has_identity, joined, listed, say
from ecomap.model.said import name as kept
from ecomap.workspace.asked import replaced_settings, same_value, things_of, value_words

BETWEEN, BEFORE_TABLE = ", ", " · "
MOST = 3        # settings in a name, unless it takes more to tell sisters apart
FEW = 2         # things of a list that are named
MOST_DIGITS = 3  # of a distance that rounds to its sister's
LONGEST = 120   # letters of a name given by hand


def with_answer_names(project: Project) -> Project:
    """The project with every answer, and every layer made from one, called by its name; itself where all are already.

    A name follows from the answers that are there: whoever adds one, or takes one out, asks for the names anew.
    """
    names = answer_names(project)
    results = tuple(_called(result, names[result.id]) for result in project.results)
    if any(new is not old for new, old in zip(results, project.results)):
        project = evolve(project, results=results)
    by_id = {result.id: result for result in results}
    layers = tuple(_layer_called(layer, by_id[layer.result_id]) if layer.result_id in by_id else layer for layer in project.layers)
    return evolve(project, layers=layers) if any(new is not old for new, old in zip(layers, project.layers)) else project


def answer_names(project: Project) -> dict[str, Said]:
    """The name of each answer by its id: "Gaps: mental health, 0.5 mi, on foot"; no two alike.

    The question and what it is about stand first; then the settings that are not the same in all answers to this question,
    those of the form's first level before the others and no more than it takes. Where settings tell nothing, the layers that
    were asked do, and at last a number. A name given by hand stays.
    """
    found = {result.id: result.title for result in project.results if result.own_name}
    taken = {words.casefold() for words in found.values()}
    for analysis in dict.fromkeys(result.analysis for result in project.results):
        sisters = [result for result in project.results if result.analysis == analysis and result.id not in found]
        bases = [_base(result) for result in sisters]
        settings, held = _settings_apart(project, sisters, bases)
        names = _told_apart(bases, [*settings, *held, *_layers_apart(project, sisters)], min(MOST, len(settings)), taken)
        for result, words in zip(sisters, names):
            found[result.id] = words
            taken.add(words.casefold())
    return {result.id: found[result.id] for result in project.results}


def rename_answer(project: Project, result_id: str, words: str) -> Project:
    """Call an answer by a name of one's own, wherever it stands; without words by its own name again.

    Raises
    ------
    InputError
        If another answer is called so, or the name is too long.
    """
    result, words = project.result(result_id), " ".join(words.split())
    if any(other.title.casefold() == words.casefold() for other in project.results if other.id != result_id):
        raise InputError(say("Another answer is called “{name}”.", name=kept(words)), say("Give this one another name."))
    if len(words) > LONGEST:
        raise InputError(say("This name is too long for lists and tabs."), say("Use at most {most} letters.", most=LONGEST))
    base = _base(result)
    changed = evolve(result, title=kept(words) if words else base, question=base, own_name=bool(words))
    results = tuple(changed if old.id == result_id else old for old in project.results)
    return with_answer_names(evolve(project, results=results))


def answer_of(project: Project, name_or_id: str) -> Result:
    """An answer by its id or its name."""
    wanted = name_or_id.casefold()
    return next((result for result in project.results if result.title.casefold() == wanted), None) or project.result(name_or_id)


def keeping_name(project: Project, result: Result) -> Result:
    """An answer that takes the place of the same one, with what somebody decided of that: its name, and that it stays here."""
    old = next((one for one in project.results if one.id == result.id), None)
    if old is None:
        return result
    named = evolve(result, title=old.title, question=result.title, own_name=True) if old.own_name else result
    return evolve(named, left_out=old.left_out, place=old.place)


# --- what tells sisters apart ----------------------------------------------------------------------------------------

Marks = list[Said]  # one per sister, in their order; empty where it says nothing of that one


def _settings_apart(project: Project, sisters: Sequence[Result], bases: Sequence[Said]) -> tuple[list[Marks], list[Marks]]:
    """For each setting that differs among sisters what it is in each, the form's first level first; apart from them those that
    the question's own words hold already, such as what is in reach."""
    from ecomap.analysis import registry  # heavy

    told: list[Marks] = []
    held: list[Marks] = []
    if len(sisters) < 2 or sisters[0].analysis not in registry.names():
        return told, held
    specs = param_specs(registry.analysis(sisters[0].analysis).params)
    asked = [result.provenance.params if result.provenance else {} for result in sisters]
    for spec in sorted(specs, key=lambda spec: spec.param.advanced):
        values = [given.get(spec.name, spec.default) for given in asked]
        if all(same_value(value, values[0]) for value in values):
            continue
        marks = [NOTHING if spec.name in replaced_settings(specs, given) else words
                 for given, words in zip(asked, _in_words(project, spec, values))]
        (held if any(words and _says(base, words) for base, words in zip(bases, marks)) else told).append(marks)
    return told, held


def _in_words(project: Project, spec: ParamSpec, values: Sequence[Any]) -> Marks:
    """The values of one setting so that those that differ read differently, as far as a few words can."""
    if spec.param.picked:  # none is what is usual, and what is picked may be what is left out: its label says so
        return [say("{label}: {value}", label=_within(spec.param.label.bare()), value=_few(things)) if (things := things_of(project, spec, value)) else NOTHING
                for value in values]
    if spec.kind in ("many", "weights"):
        return _things_apart([things_of(project, spec, value) for value in values])
    unsaid = NOTHING if spec.kind == "str" and spec.default == "" else say("{label} as usual", label=spec.param.label.bare().small())
    words = [_within(value_words(project, spec, value) or unsaid) for value in values]  # without words: of nothing in particular
    for digits in range(2, MOST_DIGITS + 1) if spec.kind == "float" and spec.param.unit else ():
        alike = {text for text in words if len({value for value, said in zip(values, words) if said == text}) > 1}
        words = [_within(value_words(project, spec, value, digits)) if said in alike else said for value, said in zip(values, words)]
    return words


def _things_apart(lists: Sequence[Sequence[Said]]) -> Marks:
    """Of lists, what only some of them hold, else what they lack."""
    every = list(dict.fromkeys(thing for things in lists for thing in things))
    common = [thing for thing in every if all(thing in things for things in lists)]
    marks = []
    for things in lists:
        more = [_within(thing) for thing in things if thing not in common]
        less = [_within(thing) for thing in every if thing not in things]
        marks.append(_few(more) if more else say("without {things}", things=_few(less)) if less else NOTHING)
    return marks


def _few(things: Sequence[Said]) -> Said:
    if len(things) <= FEW:
        return listed(things)
    return say("{things} and {n} more", things=joined(things[:FEW], ", "), n=len(things) - FEW)


def _layers_apart(project: Project, sisters: Sequence[Result]) -> Iterator[Marks]:
    """The layers that only some of the sisters were asked of."""
    asked = [[layer_id for layer_id, _ in result.provenance.inputs] if result.provenance else [] for result in sisters]
    common = set(asked[0]).intersection(*asked) if asked else set()
    marks = []
    for layers in asked:
        own = [project.layer(one).name if project.has_layer(one) else kept(one) for one in layers if one not in common]
        marks.append(say("of {layers}", layers=_few(own)) if own else NOTHING)
    if any(marks):
        yield marks


def _told_apart(bases: Sequence[Said], marks: Sequence[Marks], least: int, taken: set[str]) -> list[Said]:
    """Names in which sisters differ: the ``least`` marks, more where these do not do, a number where nothing does."""
    names = list(bases)
    for many in range(least, len(marks) + 1):
        names = [joined([base, *dict.fromkeys(mark[place] for mark in marks[:many])], BETWEEN) for place, base in enumerate(bases)]
        if max(Counter(words.casefold() for words in names).values(), default=1) == 1 and not any(words.casefold() in taken for words in names):
            return names
    return _numbered(names, taken)


def _numbered(names: Sequence[Said], taken: set[str]) -> list[Said]:
    used, found = set(taken), []
    for words in names:
        called, number = words, 2
        while called.casefold() in used:
            called, number = say("{name} ({number})", name=words, number=number), number + 1
        used.add(called.casefold())
        found.append(called)
    return found


def _says(base: Said, words: Said) -> bool:
    """Whether the question's own words hold a setting already: what is in reach, the day."""
    inner = words.values.get("day", words) if words.key else words
    return str(inner).casefold() in base.casefold()


def _within(words: Said) -> Said:
    """Words of ours as they stand within a name; what others called something stays as it is."""
    return words.small() if has_identity(words) else words


# --- writing it down -------------------------------------------------------------------------------------------------


def _base(result: Result) -> Said:
    return result.question or result.title


def _called(result: Result, words: Said) -> Result:
    if result.title == words and result.question:
        return result
    return evolve(result, title=words, question=_base(result))


def _layer_called(layer: Layer, result: Result) -> Layer:
    """A layer under its answer's name, unless somebody called it otherwise."""
    what = layer.what or next((output.title for output in result.outputs if output.title == layer.name), NOTHING)
    if not what or not (has_identity(layer.name) or layer.name == what):
        return layer
    words = joined([result.title, what], BEFORE_TABLE)
    return layer if layer.name == words and layer.what else evolve(layer, name=words, what=what)


