"""Every analysis, defined once: forms, command-line flags, reference pages and provenance come from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from attrs import evolve, field, frozen

from ecomap.analysis.day import AS_OF, on_its_day
from ecomap.analysis.vintage import FIGURES, Age, age_of, day_and_year, too_old
from ecomap.model import vocabulary as v
from ecomap.model.dates import date_in_words
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.indicator import Indicator
from ecomap.model.known import Known
from ecomap.model.known_words import rests_on
from ecomap.model.layer import Layer
from ecomap.model.memory import within_memory
from ecomap.model.params import plain_params
from ecomap.model.progress import Progress
from ecomap.model.result import AGE, KeyFigure, Note, Output, Provenance, Result
from ecomap.model.roles import PRESENCE, role
from ecomap.model.said import NOTHING, Said, as_said, joined, plural, say
from ecomap.model.said import name as kept
from ecomap.model.source import Source


@frozen
class Input:
    """One set of rows an analysis reads: a name, the role of the layers that can fill it, and whether it may be absent.

    ``many`` inputs are concatenations of every layer of the role (attendance areas of all levels, all services).
    Where ``param`` names a parameter, its value says which layers: a role (every layer of it) or the id of one layer; an
    optional input is left out where it is empty. ``also`` are further roles that may be chosen by hand.
    Where ``asked_by`` names a parameter, the layers of the role are read only if its value is that role.
    """

    name: str
    role: str
    label: Said = field(converter=as_said)
    optional: bool = False
    many: bool = False
    param: str = ""
    also: tuple[str, ...] = ()
    asked_by: str = ""


@frozen
class Table:
    """One table that an analysis gives: its name in files and commands, and what its rows are."""

    name: str
    rows: Said = field(converter=as_said)
    optional: bool = False  # only given when its input is


@frozen
class Lead:
    """A question that an answer leads to, to be asked with the same settings: of those both have, and those carried over.

    ``carries`` pairs a setting of this question with the one of the other that takes its value.
    """

    analysis: str
    label: Said = field(converter=as_said)  # on the button
    carries: tuple[tuple[str, str], ...] = ()


@frozen
class Answer:
    """What a question found: all of a `Result` that the question itself knows.

    Where it comes from the registry knows: see `finished`. ``of`` names the inputs it was made of where these are not
    all that were given. ``indicators`` are those of the need areas that it counts, each of which may have a source of its
    own; ``sources`` are those beside the sources of the layers read (a method, a table that ships with EcoMap). ``first`` and
    ``chosen`` say of an answer that puts schools first, or chooses them, for not having something, how many these are.
    """

    title: Said
    sentence: Said                      # the finding in one plain sentence
    outputs: tuple[Output, ...]         # the first is the main one
    figures: tuple[KeyFigure, ...] = ()
    notes: tuple[Note, ...] = ()
    bars: tuple[tuple[Said, float, float | None], ...] = ()
    bars_title: Said = NOTHING
    bars_unit: str = "share"
    of: tuple[str, ...] | None = None
    indicators: tuple[Indicator, ...] = ()
    sources: tuple[Source, ...] = ()
    first: int = 0
    chosen: int = 0


@frozen
class Analysis:
    """One question EcoMap answers."""

    name: str                     # "coverage-gap"
    title: Said = field(converter=as_said)  # "Coverage gap"
    question: Said = field(converter=as_said)  # "Who has nothing in reach?"
    summary: Said = field(converter=as_said)  # two or three plain sentences
    step: str                     # need | gaps | plan | assets | money
    params: type
    inputs: tuple[Input, ...]
    run: Callable[..., Answer]  # run(frames: Frames, params, *, progress: Progress) -> Answer
    method: Said = field(default=NOTHING, converter=as_said)  # definition and assumptions, for the reference page
    sources: tuple[str, ...] = () # author, year, DOI
    version: str = "1"
    tables: tuple[Table, ...] = ()  # what `run` gives, the main one first
    leads: tuple[Lead, ...] = ()
    # How its figures are asked for again when an assumption is at the end of its range: again(frames, params, first, *, progress),
    # where ``first`` is the answer as asked, whose choices (of schools) are kept. None: the whole question, without draws.
    again: Callable[..., tuple[KeyFigure, ...]] | None = None
    assumes: tuple[str, ...] = ()  # what it takes for granted beside its settings: `ecomap.analysis.ranges.assumptions`
    when: Said = field(default=NOTHING, converter=as_said)  # when to ask it, and when a question that looks alike
    asked_again: bool = True       # False: none of its figures is a measure that an assumption could move, or asking is too dear


# name -> module that holds ``ANALYSIS``; imported only when asked for.
_MODULES: Mapping[str, str] = {
    "need-index": "ecomap.analysis.need.index.question",
    "sensitivity": "ecomap.analysis.need.sensitivity.question",
    "school-areas": "ecomap.analysis.need.school_areas.question",
    "clusters": "ecomap.analysis.need.clusters",
    "published-index": "ecomap.analysis.need.published_index",
    "merged-areas": "ecomap.analysis.need.merged.question",
    "coverage-gap": "ecomap.analysis.gaps.coverage.question",
    "capacity-gap": "ecomap.analysis.gaps.room.question",
    "access": "ecomap.analysis.gaps.access.question",
    "gap-presets": "ecomap.analysis.gaps.rules.question",
    "priority": "ecomap.analysis.plan.priority.question",
    "rank-change": "ecomap.analysis.plan.change.question",
    "weight-sets": "ecomap.analysis.plan.weights.question",
    "plan": "ecomap.analysis.plan.expansion.question",
    "money": "ecomap.analysis.money.question",
    "norming": "ecomap.analysis.money.norming.question",
    "overlap": "ecomap.analysis.assets.overlap.question",
    "roles": "ecomap.analysis.assets.roles.question",
    "ties": "ecomap.analysis.assets.ties.question",
    "match": "ecomap.analysis.assets.match.question",
    "peers": "ecomap.analysis.assets.peers.question",
    "dashboard": "ecomap.analysis.assets.dashboard.question",
    "funding-cliff": "ecomap.analysis.money.cliff",
    "helped": "ecomap.analysis.assets.helped.question",
    "spending-outcome": "ecomap.analysis.money.beside.question",
}

# step -> analyses in the order they are asked, known without importing any of them; a test holds it to the modules.
_STEPS: Mapping[str, tuple[str, ...]] = {
    "need": ("need-index", "sensitivity", "school-areas", "clusters", "published-index", "merged-areas"),
    "assets": ("overlap", "roles", "ties", "match", "peers", "dashboard", "helped"),
    "gaps": ("coverage-gap", "capacity-gap", "access", "gap-presets"),
    "plan": ("priority", "rank-change", "weight-sets", "plan"),
    "money": ("money", "norming", "funding-cliff", "spending-outcome"),
}


_MAY_CLOSE = (v.SCHOOL, v.ATTENDANCE_AREA)  # sites, zones and services are looked at by the questions themselves: they may count when ended


def names() -> tuple[str, ...]:
    """The names of all analyses, in the order of work."""
    return tuple(_MODULES)


def names_of_step(step: str) -> tuple[str, ...]:
    """The names of the analyses of one step, the step's main question first. Imports none of them."""
    return tuple(name for name in _STEPS.get(step, ()) if name in _MODULES)


def analysis(name: str) -> Analysis:
    """One analysis by name.

    Raises
    ------
    ParameterError
        If there is none of that name.
    """
    if name not in _MODULES:
        raise ParameterError(say("There is no analysis called '{name}'.", name=kept(name)), say("Known: {names}.", names=joined(_MODULES, ", ")))
    found: Analysis = import_module(_MODULES[name]).ANALYSIS
    return found


def _require_columns(frames: Frames) -> None:
    for key, frame in frames.items():
        layer = frames.layer(key)
        missing = [column for column in (v.ID, v.NAME, *role(layer.role).columns) if column not in frame]
        if missing:
            raise InputError(say("'{name}' has no column '{missing}', which every layer of its kind has.", name=kept(layer.name), missing=kept(missing[0])),
                             say("It was changed outside EcoMap. Import it again."))


def run(name: str, frames: Frames, params: Any, *, progress: Progress | None = None) -> Result:
    """Run one analysis on frames.

    Raises
    ------
    EcoMapError
        If the question cannot be answered from these rows, saying why and what to do.
    """
    _require_columns(frames)
    asked, params = analysis(name), on_its_day(params)
    frames, not_open = _open_only(frames, params)
    params = fitted(params, frames)
    with within_memory():
        found = asked.run(frames, params, progress=progress or Progress())
    return finished(asked, frames, params, evolve(found, notes=(*found.notes, *not_open)))


def as_asked(frames: Frames, params: Any) -> tuple[Frames, Any]:
    """What a question runs on: the schools and areas open on its day, and the settings as these rows can be asked with."""
    _require_columns(frames)
    params = on_its_day(params)
    frames, _ = _open_only(frames, params)
    return frames, fitted(params, frames)


def figures_again(name: str, frames: Frames, params: Any, first: Result, *, progress: Progress) -> tuple[KeyFigure, ...]:
    """The figures of a question asked once more with other rows or settings: numbers only, margins and tables are not looked at."""
    asked = analysis(name)
    frames, _ = _open_only(frames, params)
    params = fitted(params, frames)
    with within_memory():
        if asked.again is not None:
            return asked.again(frames, params, first, progress=progress)
        found: Answer = asked.run(frames, evolve(params, draws=0) if hasattr(params, "draws") else params, progress=progress)
    return found.figures


def _open_only(frames: Frames, params: Any) -> tuple[Frames, tuple[Note, ...]]:
    """The frames without schools and attendance areas that are not open on the day a question speaks of, and how many those are."""
    dated = [key for key, frame in frames.items() if frames.layers[key].role in _MAY_CLOSE and {v.STATUS, v.START, v.END} & set(frame)]
    if not dated:
        return frames, ()
    from ecomap.analysis.at_work import day_spoken_of, open_on  # heavy

    day, kept_rows, notes = day_spoken_of(params), dict(frames.frames), []
    for key in dated:
        is_open = open_on(frames[key], day)
        closed = int((~is_open).sum())
        if closed == len(is_open) and frames.layers[key].role == v.SCHOOL and closed:
            raise InputError(say("None of the schools is open on {day}.", day=date_in_words(day)), say("Choose another day, or import schools that are open."))
        if closed:
            kept_rows[key] = frames[key][is_open].reset_index(drop=True)
            notes.append(Note("count", _not_open(frames.layers[key].role, closed, date_in_words(day)), closed))
    return Frames(kept_rows, frames.layers), tuple(notes)


def _not_open(what: str, count: int, day: Said) -> Said:
    if what == v.SCHOOL:
        return plural("{n} school is not open on {day} and counts nowhere.", "{n} schools are not open on {day} and count nowhere.", count, day=day)
    return plural("{n} attendance area is not in force on {day} and counts nowhere.",
                  "{n} attendance areas are not in force on {day} and count nowhere.", count, day=day)


def fitted(params: Any, frames: Frames, day: str = "") -> Any:
    """The settings as these rows can be asked with: a question may say who or what stands in for what is not there.

    ``day`` is the day of the project, which every question speaks of that names no other.
    """
    params = on_its_day(params, day)
    return params.fitted(frames) if hasattr(params, "fitted") else params


def finished(asked: Analysis, frames: Frames, params: Any, answer: Answer) -> Result:
    """An answer with the trail that led there: the question, its settings, the layers read and where these are from.

    The workspace adds what only a project knows: an id that tells it from its sisters, fingerprints of the rows, the time.
    """
    given = [item.name for item in asked.inputs if item.name in frames.layers and (answer.of is None or item.name in answer.of)]
    read = [frames.layer(key) for key in given]
    sources = [source for layer in read for source in _sources_of(layer, answer.indicators)]
    known, ages = _known(frames, params, given), _ages(params, frames, answer, given)
    as_of = str(getattr(params, AS_OF, ""))
    completeness = rests_on(known, first=answer.first, chosen=answer.chosen)
    told = [answer.sentence, completeness, *([day_and_year(as_of, ages)] if as_of else [])]
    old = too_old(as_of, ages) if as_of else NOTHING
    return Result(
        id=asked.name, analysis=asked.name, title=answer.title, sentence=joined(told),
        outputs=_with_their_year(asked, answer, ages), figures=answer.figures,
        notes=(*([Note("caution", old, about=AGE)] if old else []), *answer.notes), bars=answer.bars, bars_title=answer.bars_title,
        bars_unit=answer.bars_unit,
        provenance=Provenance(asked.name, asked.version, plain_params(params), tuple((layer.id, "") for layer in read),
                              tuple(dict.fromkeys([*sources, *answer.sources]))),
        known=known, rests_on=completeness,
    )


def _known(frames: Frames, params: Any, given: Sequence[str]) -> tuple[Known, ...]:
    """How much of who is there the answer knows by name; nothing where it counts nobody who is there."""
    if not any(frames.layer(key).role in PRESENCE for key in given):
        return ()
    from ecomap.analysis.known import known_by  # heavy

    return known_by(frames, params, given)


def _ages(params: Any, frames: Frames, answer: Answer, given: Sequence[str]) -> list[Age]:
    """How old each kind of rows is that the answer counts."""
    counts = getattr(params, "counts", lambda part: True)
    read = [frames.layer(key) for key in given if counts(key) and len(frames[key])]
    return list(dict.fromkeys(age for layer in read if (age := age_of(layer, answer.indicators)) is not None))


def _with_their_year(asked: Analysis, answer: Answer, ages: Sequence[Age]) -> tuple[Output, ...]:
    """The tables of an answer, each rank by need with the year of the figures behind it."""
    year = next((age.year for age in ages if age.role in FIGURES and age.first is not None), NOTHING)
    of_need, of_areas = asked.step == "need", answer.of == ("areas",)
    if not year or not (of_need or of_areas):
        return answer.outputs
    return tuple(evolve(output, columns=tuple(
        evolve(column, label=say("{what} ({year})", what=column.label, year=year))
        if column.name == v.RANK or (of_areas and column.unit == "rank") else column
        for column in output.columns)) for output in answer.outputs)


def _sources_of(layer: Layer, counted: Sequence[Indicator]) -> list[Source]:
    """The sources of a layer; of need areas also those of the indicators that count."""
    return [*layer.sources, *(item.source for item in counted if layer.role == v.NEED_AREA)]
