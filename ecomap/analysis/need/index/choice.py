"""What makes up a need index: chosen by hand, or by whose method; declared once for every question that needs one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
import pandas as pd
from attrs import evolve, field, fields, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.day import AsOf
from ecomap.analysis.need import presets as p
from ecomap.analysis.need import scaling as s
from ecomap.analysis.need import steady_rates as steady
from ecomap.analysis.need.recipe import Recipe
from ecomap.analysis.need.scoring import BOTH, allocation_range, index_of, margin_of, why_no_score
from ecomap.analysis.need.truths import need_surveys
from ecomap.analysis.notes import count_note
from ecomap.analysis.statistics.error import CORRELATION
from ecomap.analysis.statistics.rank_sets import Surveys, no_surveys
from ecomap.analysis.statistics.ranks import ranks
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.indicator import Indicator
from ecomap.model.layer import Layer
from ecomap.model.params import Choice, Param
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import joined, name, plural, say
from ecomap.model.source import Source
from ecomap.model.units import format_number

OWN = "own"
METHODS = (Choice(OWN, say("Your own choice")), *(Choice(item.name, item.title) for item in p.PRESETS.values()))
INDICATORS = Param(say("Which indicators?"), say("None chosen: all indicators of the need areas."), choices_from="indicator")
NO_SEED = Param(say("Seed of the draws"), say("Decides nothing: what is drawn for a place hangs on the place alone."), ge=0, retired=True)
DRAWS = 400
DRAWN = Param(say("Draws for the rank band"), say("How many surveys that could have been are simulated. 0: no band."), ge=0, le=10_000,
              zero=say("no band"), advanced=True)
TOGETHER = Param(
    say("How far do errors of one place go together?"), say("Correlation between the sampling errors of two indicators of the same place. "
    "The same households answer every question, so that a sample that is off in one is off in others. 0: not at all."), ge=0, le=0.95,
    zero=say("not at all"), advanced=True)


@frozen
class IndexParams:
    """What makes up a need index."""

    preset: Annotated[str, Param(
        say("Whose index?"), say("A method with a name decides the indicators, how they are compared and added up, and who is ranked. Its "
        "columns must be in the need areas."),
        choices=METHODS)] = OWN
    indicators: Annotated[tuple[str, ...], INDICATORS] = ()
    weights: Annotated[tuple[tuple[str, float], ...], Param(
        say("How much does each count?"), say("Pairs like poverty=2. Not named: 1. 0 leaves an indicator out."),
        choices_from="indicator")] = ()
    scaling: Annotated[str, Param(
        say("How are they compared?"), say("Percentile: by the share of areas that are lower. Min-max: by the distance from the "
        "lowest to the highest. z-score: by standard deviations from the mean. Fixed marks: by the distance between two "
        "marks that stay the same every year."),
        choices=(Choice(s.PERCENTILE, say("Percentile rank")), Choice(s.MIN_MAX, say("Lowest to highest (min-max)")),
                 Choice(s.Z_SCORE, say("Standard deviations (z-score)")), Choice(s.GOALPOSTS, say("Fixed marks (goalposts)"))),
        advanced=True)] = s.PERCENTILE
    goalposts: Annotated[tuple[str, ...], Param(
        say("Which fixed marks?"), say("Only for fixed marks. Pairs like poverty=0..50%, with the name of the indicator: least need at one mark, "
        "most at the other, and no more beyond. Not named: round numbers around the lowest and the highest value here."), advanced=True)] = ()
    aggregation: Annotated[str, Param(
        say("How are they added up?"), say("Arithmetic: a high indicator makes up for a low one. Geometric: less so. Harmonic: "
        "least."),
        choices=(Choice(s.ARITHMETIC, say("Arithmetic mean")), Choice(s.GEOMETRIC, say("Geometric mean")),
                 Choice(s.HARMONIC, say("Harmonic mean"))),
        advanced=True)] = s.ARITHMETIC
    steady: Annotated[str, Param(
        say("Steady the rates of small areas?"), say("Rates of few people jump about. They are drawn towards a rate of more people, the "
        "fewer the further. Needs the residents of every area."),
        choices=(Choice(steady.OFF, say("No, as they are")), Choice(steady.EVERYWHERE, say("Towards the rate of all areas")),
                 Choice(steady.NEIGHBOURS, say("Towards the rate around them"))), advanced=True)] = steady.OFF
    minimum_present: Annotated[float, Param(
        say("Share of indicators an area must have"), say("Areas with fewer get no score, never a zero."), unit="share",
        ge=0, le=1, advanced=True)] = 0.75
    as_of: AsOf = ""


@frozen
class IndexChoice:
    """A need index ready to be worked out.

    Parameters
    ----------
    areas : DataFrame
        The need areas with the numbers to be used.
    recipe : Recipe
        What goes in and how.
    preset : Preset or None
        Whose method it is; None: chosen by hand.
    notes : tuple of Note
        What must be said of the choice.
    """

    areas: Any = field(eq=False, repr=False)
    recipe: Recipe
    preset: p.Preset | None = None
    notes: tuple[Note, ...] = ()

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(item for item in self.recipe.indicators if isinstance(item, Indicator))

    @property
    def is_product(self) -> bool:
        """Whether the score is a product of two parts and no mean."""
        return self.preset is p.CALENVIROSCREEN

    @property
    def has_errors(self) -> bool:
        """Whether any number of the index comes with an error; a product's parts are published without."""
        return not self.is_product and any(
            (item.moe_column in self.areas and self.areas[item.moe_column].notna().any())
            or allocation_range(self.areas, item) is not None for item in self.indicators)

    @property
    def margins(self) -> int:
        """How many indicators come with a margin of error."""
        return 0 if self.is_product else sum(margin_of(self.areas, item) is not None for item in self.indicators)

    @property
    def cited(self) -> tuple[Source, ...]:
        """Whose method it is."""
        return (Source(self.preset.citation),) if self.preset is not None else ()


def chosen_indicators(layer: Layer, names: Sequence[str]) -> tuple[Indicator, ...]:
    """The indicators of a need-area layer with these column names, or all of them; the errors of others are no indicators."""
    if not layer.indicators:
        raise InputError(say("'{name}' has no indicators.", name=layer.name),
                         say("Import need areas with at least one indicator."))
    known = {indicator.column: indicator for indicator in layer.indicators}
    strange = [column for column in names if column not in known]
    if strange:
        raise ParameterError(say("There is no indicator called '{indicator}'.", indicator=name(strange[0])),
                             say("Known: {known}.", known=joined(map(name, known), ", ")))
    measured = tuple(item for item in layer.indicators if not item.column.endswith(v.ALLOCATION_SUFFIX))
    return tuple(known[column] for column in dict.fromkeys(names)) or measured


def require_columns(areas: Any, indicators: Sequence[Indicator]) -> None:
    """Refuse indicators whose numbers the areas do not hold.

    Raises
    ------
    InputError
        Naming the first.
    """
    missing = [item.column for item in indicators if item.column not in areas]
    if missing:
        raise InputError(say("The need areas have no column '{column}'.", column=name(missing[0])),
                         say("Choose indicators that the layer holds."))


def chosen_index(areas: Any, layer: Layer, params: IndexParams) -> IndexChoice:
    """The index that a planner chose, with its areas made ready.

    Raises
    ------
    InputError
        If a method needs columns, or steadying needs residents, that the areas do not have.
    ParameterError
        If an indicator or a mark is not known.
    """
    if params.preset != OWN:
        return _of_preset(areas, layer, params)
    given = dict(params.weights)
    indicators = tuple(i for i in chosen_indicators(layer, params.indicators) if given.get(i.column, 1.0) != 0)
    notes: list[Note] = []
    if params.steady != steady.OFF:
        done = steady.steadied(areas, indicators, params.steady)
        areas, notes = done.areas, list(steady.steady_notes(done, indicators, params.steady))
    marks = None
    if params.scaling == s.GOALPOSTS:
        named = read_marks(params.goalposts, layer.indicators)
        marks = {item.column: named.get(item.column) or s.round_marks(areas[item.column]) for item in indicators}
        notes += _mark_notes(indicators, marks, named)
    elif params.goalposts:
        notes.append(Note("caution", say("Fixed marks were given but are not used: choose them as the way to compare.")))
    weights = {column: weight for column, weight in given.items() if weight != 0}
    recipe = Recipe(indicators, params.scaling, params.aggregation, params.minimum_present, weights, marks=marks)
    return IndexChoice(areas, recipe, notes=tuple(notes))


def scores(choice: IndexChoice) -> pd.DataFrame:
    """The index of every area, as `ecomap.analysis.need.scoring.index_of` gives it."""
    if not choice.is_product:
        return index_of(choice.areas, choice.recipe)
    parts = choice.areas[[item.column for item in choice.indicators]].astype(float)
    found = p.calenviroscreen(*(parts[column] for column in parts))
    result = pd.DataFrame({c.SCORE: found["score"] / 100}, index=choice.areas.index)
    result[c.RANK] = ranks(result[c.SCORE])
    result[c.SHARE_PRESENT] = parts.notna().mean(axis=1)
    held = parts.notna().sum(axis=1)
    result[c.REASON] = why_no_score(held, parts.shape[1], held == parts.shape[1], 1.0, choice.areas.index)
    # A product of two sums: each sum answers for half of the score, its members for their share of it.
    weight = np.array([1.0, 0.5, 1.0, 1.0])
    for half in (slice(0, 2), slice(2, 4)):
        sums = (parts.iloc[:, half] * weight[half]).sum(axis=1, skipna=False)
        for position, column in enumerate(parts.columns[half], start=half.start):
            share = (parts[column] * weight[position] / sums).where(sums > 0, 0.5)
            result[c.CONTRIBUTION + column] = share.where(sums.notna()) * result[c.SCORE] / 2
    return result


def index_surveys(
    choice: IndexChoice, *, errors: str = BOTH, draws: int = DRAWS, correlation: float = CORRELATION, progress: Progress | None = None
) -> Surveys:
    """Surveys that could have been, as scores; none where nothing is known of any error."""
    if not draws or not choice.has_errors:
        return no_surveys(len(choice.areas))
    return need_surveys(choice.areas, choice.recipe, errors=errors, draws=draws, correlation=correlation, progress=progress)


def read_marks(pairs: Sequence[str], indicators: Sequence[Indicator]) -> dict[str, tuple[float, float]]:
    """Fixed marks from pairs like ``poverty=0..0.5`` or ``Living in poverty=0%..50%``, in either order.

    >>> item = Indicator("poverty", "Poverty", "share", 1, Source("x"))
    >>> read_marks(["poverty=50%..0"], [item])
    {'poverty': (0.5, 0.0)}
    """
    known = {spelt.casefold(): item.column for item in indicators for spelt in (item.label, item.column)}
    found = {}
    for pair in pairs:
        given, _, text = (part.strip() for part in pair.rpartition("="))
        column = known.get(given.casefold())
        if column is None:
            raise ParameterError(say("There is no indicator called '{indicator}' to set marks for.", indicator=name(given)),
                                 say("Known: {known}.", known=joined([item.label for item in indicators], ", ")))
        try:
            low, high = (_mark(part) for part in text.split(".."))
        except ValueError as problem:
            raise ParameterError(say("'{pair}' does not say two marks.", pair=name(pair)),
                                 say("Write pairs like poverty=0..0.5.")) from problem
        if low == high or not np.isfinite([low, high]).all():
            raise ParameterError(say("The two marks of {indicator} span no scale.", indicator=name(column)),
                                 say("Give two different numbers."))
        found[column] = (low, high)
    return found


def method_notes(preset: p.Preset) -> tuple[Note, ...]:
    """Whose method it is, among whom it ranks, and what to be careful with."""
    return (
        _whose(preset),
        Note("caution", say("Its universe: {universe}. Here it is worked out among the areas of this layer, so it is not the "
                            "published number.", universe=preset.universe)),
        Note("caution", preset.caution),
    )


def _whose(preset: p.Preset) -> Note:
    return Note("method", say("{title}: {method} Source: {citation}.", title=preset.title, method=preset.method,
                              citation=preset.citation))


def _of_preset(areas: Any, layer: Layer, params: IndexParams) -> IndexChoice:
    chosen = p.preset(params.preset)
    areas = p.with_components(areas) if chosen is p.CALENVIROSCREEN else areas
    held = p.held_columns(areas, chosen)
    indicators = tuple(_indicator(areas, layer, chosen, column, held[column]) for column in chosen.columns)
    notes = [*method_notes(chosen)] if chosen is not p.CHILDREN else [_whose(chosen), Note("caution", chosen.caution)]
    default = IndexParams()
    unused = [attribute.name for attribute in fields(IndexParams)
              if attribute.name != "preset" and getattr(params, attribute.name) != getattr(default, attribute.name)]
    if unused:
        notes.append(Note("caution", say("The method decides what goes in and how: your own choice of indicators, weights and scale "
                          "is not used."), len(unused)))
    if chosen.prefix:
        if (areas[[item.column for item in indicators]] == -999).any().any():
            raise InputError(say("-999 means no data and cannot be ranked."),
                             say("Import the file as need areas; -999 becomes missing."))
        areas, without = _with_residents(areas, [item.column for item in indicators])
        if without:
            notes.append(count_note(plural("{n} area without residents is not ranked, as the method asks.",
                                           "{n} areas without residents are not ranked, as the method asks.", without)))
    recipe = Recipe(indicators, chosen.scaling or s.PERCENTILE, chosen.aggregation or s.ARITHMETIC, chosen.minimum_present,
                    digits=chosen.digits)
    return IndexChoice(areas, recipe, chosen, tuple(notes))


def _indicator(areas: Any, layer: Layer, chosen: p.Preset, short: str, column: str) -> Indicator:
    """The layer's own indicator, or one made of a column that is none; the direction is the method's."""
    domain = next(theme for theme, columns in chosen.themes if short in columns)
    own = layer.indicator(column)
    if chosen is p.CHILDREN and own is not None:
        return own
    direction = -1 if short in chosen.reversed_columns else 1
    if own is not None:
        return evolve(own, direction=direction, domain=name(domain))
    spelt = {str(held).casefold(): str(held) for held in areas.columns}
    margin = next((spelt[one] for one in (f"mp_{short}".casefold(), (column + v.MOE_SUFFIX).casefold()) if one in spelt), "")
    source = next(iter(layer.sources), Source(chosen.citation))
    described = any(known.name == column for known in layer.columns)
    label = layer.column(column).label if described else p.LABELS.get(short, layer.column(column).label)
    return Indicator(column, label, "score", direction, source, margin, domain=name(domain))


def _with_residents(areas: Any, columns: list[str]) -> tuple[Any, int]:
    """Areas without residents lose their values, so that they are neither ranked nor counted."""
    spelt = {str(name).casefold(): str(name) for name in areas.columns}
    people = next((spelt[name] for name in ("e_totpop", v.POPULATION) if name in spelt), None)
    if people is None:
        return areas, 0
    empty = (areas[people] == 0).to_numpy()
    ranked = int((empty & areas[columns].notna().any(axis=1).to_numpy()).sum())
    return (areas.assign(**{name: areas[name].astype(float).mask(empty) for name in columns}), ranked) if ranked else (areas, 0)


def _mark(text: str) -> float:
    text = text.strip()
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


def _mark_notes(
    indicators: Sequence[Indicator], marks: Mapping[str, tuple[float, float]], named: Mapping[str, tuple[float, float]]
) -> list[Note]:
    scales = []
    for item in indicators:
        low, high = (format_number(mark, item.unit) for mark in sorted(marks[item.column]))
        scales.append(say("{label} from {low} to {high}", label=item.label, low=low, high=high))
    notes = [Note("method", say("Fixed marks: {scales}.", scales=joined(scales, ", ")))]
    if any(item.column not in named for item in indicators):
        notes.append(Note("caution", say("Marks that were not named are round numbers around the lowest and the highest value of this "
                          "layer: name them to compare one year with another.")))
    return notes
