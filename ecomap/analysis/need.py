"""A need index: several indicators in one number between 0 and 1, with its reasons and its error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
import pandas as pd
from attrs import frozen

from ecomap.analysis import columns as c
from ecomap.analysis import scaling as s
from ecomap.analysis.ranking import fifths, lowest_ranks_along_rows, rank_band, ranks
from ecomap.analysis.registry import Analysis, Input, Table
from ecomap.analysis.scaling import percentile_rank
from ecomap.analysis.top_set import top_columns, top_set
from ecomap.analysis.uncertainty import Z_90
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.indicator import Indicator
from ecomap.model.layer import POLYGON, Column, Layer
from ecomap.model.params import Choice, Param, plain_params
from ecomap.model.progress import Progress, silent
from ecomap.model.result import Output, Provenance, Result
from ecomap.model.style import GRADUATED, LayerStyle

__all__ = ["ANALYSIS", "NeedIndexParams", "need_draws", "need_index", "percentile_rank"]

_BLOCK = 4_000_000  # numbers drawn at once


def need_index(
    frame: pd.DataFrame,
    indicators: Sequence[str | Indicator],
    *,
    scaling: str = s.PERCENTILE,
    aggregation: str = s.ARITHMETIC,
    minimum_present: float = 0.75,
    weights: Mapping[str, float] | None = None,
    directions: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """How much need each area has, from several indicators.

    Every indicator is put on one scale on which higher is more need (`ecomap.analysis.scaling.scale`), then the
    weighted mean of those present in the area is taken; weights are renormalised over them. A missing indicator is
    left out of its area's mean: it is never a zero, and its contribution is missing too.

    Parameters
    ----------
    frame : DataFrame
        One row per area; the universe within which places are compared.
    indicators : sequence of column names or `Indicator`
    scaling : {"percentile", "min_max", "z_score", "none"}
    aggregation : {"arithmetic", "geometric", "harmonic"}
        The geometric mean lets a low indicator pull the score down more, the harmonic mean still more (both on a 1-100
        scale, divided by 100 again).
    minimum_present : float
        Smallest share (0-1) of the indicators that must have a value; below it an area gets no score.
    weights : mapping of column to number, optional
        Not named: 1. An indicator with weight 0 is left out altogether.
    directions : mapping of column to +1 or -1, optional
        -1: a high value means less need. Comes from the `Indicator` where one is given, else +1.

    Returns
    -------
    DataFrame
        Index kept. ``score``; ``rank`` (1 = highest need); ``share_present`` (0-1); ``reason`` why there is no score,
        else ""; ``contribution_<indicator>``: the parts of the score, which add up to it.

    >>> areas = pd.DataFrame({"poverty": [0.1, 0.3, 0.2], "income": [90.0, 20.0, None]})
    >>> need_index(areas, ["poverty", "income"], directions={"income": -1}, minimum_present=0.5)["score"].tolist()
    [0.0, 1.0, 0.5]
    """
    used, matrix, sign, weight = _prepared(frame, indicators, weights, directions)
    score, parts = _scored(matrix, sign, weight, s.scaling_named(scaling), aggregation)
    share = (~np.isnan(matrix)).mean(axis=1)
    enough = _enough(share, minimum_present)
    result = pd.DataFrame({c.SCORE: np.where(enough, score, np.nan)}, index=frame.index)
    result[c.RANK] = ranks(result[c.SCORE])
    result[c.SHARE_PRESENT] = share
    count = (~np.isnan(matrix)).sum(axis=1)
    wanted = f"of {len(used)} indicators have a value; {minimum_present:.0%} are needed"
    result[c.REASON] = [("" if fine else f"{n} {wanted}") for fine, n in zip(enough, count, strict=True)]
    for position, item in enumerate(used):
        result[c.CONTRIBUTION + _column(item)] = np.where(enough, parts[:, position], np.nan)
    return result


def need_draws(
    frame: pd.DataFrame,
    indicators: Sequence[str | Indicator],
    *,
    scaling: str = s.PERCENTILE,
    aggregation: str = s.ARITHMETIC,
    minimum_present: float = 0.75,
    weights: Mapping[str, float] | None = None,
    directions: Mapping[str, int] | None = None,
    draws: int = 1000,
    seed: int = 0,
    progress: Progress | None = None,
) -> np.ndarray:
    """The score of every area when each estimate is drawn again within its margin of error.

    Normal errors with standard error MOE / 1.645, independent between indicators and areas; drawn values are scaled
    anew in every draw. Indicators (and single cells) without a margin are held fixed; what is missing stays missing.

    Returns
    -------
    ndarray, shape (draws, areas)
        NaN for areas without a score. The same seed gives the same bytes.
    """
    progress = progress or silent()
    used, matrix, sign, weight = _prepared(frame, indicators, weights, directions)
    kind = s.scaling_named(scaling)
    known = ~np.isnan(matrix)
    fixed = s.scale(matrix, sign, kind)
    geometric, harmonic = aggregation == s.GEOMETRIC, aggregation == s.HARMONIC
    total = np.where(known, weight, 0.0).sum(axis=1)
    generator = np.random.default_rng(seed)
    block = max(1, _BLOCK // max(len(frame), 1))
    result = np.zeros((draws, len(frame)))
    margins = [_margin(frame, item) for item in used]
    for start in range(0, draws, block):
        size = min(block, draws - start)
        for position, margin in enumerate(margins):
            progress.at((start + size * position / len(used)) / draws, "Drawing estimates within their margins")
            rows = known[:, position]
            values: np.ndarray = fixed[rows, position][None, :]
            if margin is not None:
                drawn = generator.standard_normal((size, int(rows.sum())))
                drawn *= margin[rows] / Z_90
                drawn += matrix[rows, position]
                values = s.scale_draws(drawn, int(sign[position]), kind)
            if geometric or harmonic:
                values = s.to_positive(values, kind)
                values = np.log(values) if geometric else 1 / values
            place = slice(None) if rows.all() else rows
            result[start : start + size, place] += weight[position] * values
    with np.errstate(divide="ignore", invalid="ignore"):
        result /= total
    if geometric or harmonic:
        with np.errstate(divide="ignore"):
            result = (np.exp(result) if geometric else 1 / result) / (1.0 if kind == s.NONE else 100.0)
    result[:, ~_enough(known.mean(axis=1), minimum_present)] = np.nan
    return result


def rank_bands(scores: pd.Series, drawn: np.ndarray) -> tuple[pd.Series, pd.Series]:
    """The 90 % band of ranks (1 = highest) of drawn scores; missing where the score is missing."""
    known = scores.notna().to_numpy()
    low, high = pd.Series(np.nan, index=scores.index), pd.Series(np.nan, index=scores.index)
    if len(drawn) and known.any():
        by_draw = lowest_ranks_along_rows(-drawn[:, known]) + 1
        low[known], high[known] = rank_band(by_draw, ranks(scores)[known].to_numpy())
    return low, high


def _column(item: str | Indicator) -> str:
    return item if isinstance(item, str) else item.column


def _prepared(
    frame: pd.DataFrame,
    indicators: Sequence[str | Indicator],
    weights: Mapping[str, float] | None,
    directions: Mapping[str, int] | None,
) -> tuple[list[str | Indicator], np.ndarray, np.ndarray, np.ndarray]:
    given = {_column(item): item for item in indicators}
    for named in (weights or {}, directions or {}):
        strange = [name for name in named if name not in given]
        if strange:
            raise ParameterError(f"{strange[0]!r} is not one of the indicators.", "Indicators: " + ", ".join(given) + ".")
    used = [item for name, item in given.items() if (weights or {}).get(name, 1.0) != 0]
    if not used:
        raise ParameterError("A need index needs at least one indicator.", "Choose indicators with a weight above 0.")
    names = [_column(item) for item in used]
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise InputError(f"The need areas have no column {missing[0]!r}.", "Choose indicators that the layer holds.")
    weight = np.array([float((weights or {}).get(name, 1.0)) for name in names])
    if not (np.isfinite(weight) & (weight > 0)).all():
        raise ParameterError("A weight cannot be negative.", "Reverse an indicator by its direction, not by its weight.")
    default = {name: 1 if isinstance(item, str) else item.direction for name, item in zip(names, used, strict=True)}
    sign = np.array([(directions or {}).get(name, default[name]) for name in names])
    if not np.isin(sign, (1, -1)).all():
        raise ParameterError("A direction is +1 (more is more need) or -1 (more is less need).", "Check the directions.")
    return used, _numbers(frame, names), sign, weight


def _numbers(frame: pd.DataFrame, names: list[str]) -> np.ndarray:
    try:
        matrix = frame[names].to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as problem:
        raise InputError("An indicator holds text.", "Import the layer again and map number columns.") from problem
    if np.isinf(matrix).any():
        raise InputError("An indicator holds infinite values.", "Import the layer again; infinities become missing.")
    return matrix


def _margin(frame: pd.DataFrame, item: str | Indicator) -> np.ndarray | None:
    """Margins of an indicator with gaps as 0 (held fixed), or None where it has none at all."""
    column = _column(item) + v.MOE_SUFFIX if isinstance(item, str) else item.moe_column
    if not column or column not in frame.columns:
        return None
    margins = frame[column].to_numpy(dtype=float, na_value=np.nan)
    return np.nan_to_num(margins, nan=0.0) if np.isfinite(margins).any() else None


def _scored(
    matrix: np.ndarray, sign: np.ndarray, weight: np.ndarray, scaling: str, aggregation: str
) -> tuple[np.ndarray, np.ndarray]:
    scaled = s.scale(matrix, sign, scaling)
    if aggregation not in (s.GEOMETRIC, s.HARMONIC):
        return s.aggregate(scaled, weight, aggregation)
    score, parts = s.aggregate(s.to_positive(scaled, scaling), weight, aggregation)
    size = 1.0 if scaling == s.NONE else 100.0
    return score / size, parts / size


def _enough(share_present: np.ndarray, minimum_present: float) -> np.ndarray:
    if not 0 <= minimum_present <= 1:
        raise ParameterError(f"A share of {minimum_present:g} is not possible.", "Give a share between 0 and 1.")
    return (share_present >= minimum_present - 1e-12) & (share_present > 0)


@frozen
class IndexParams:
    """What makes up a need index."""

    indicators: Annotated[tuple[str, ...], Param(
        "Which indicators?", "None chosen: all indicators of the need areas.", choices_from="indicator")] = ()
    weights: Annotated[tuple[tuple[str, float], ...], Param(
        "How much does each count?", "Pairs like poverty=2. Not named: 1. 0 leaves an indicator out.",
        choices_from="indicator")] = ()
    scaling: Annotated[str, Param(
        "How are they compared?", "Percentile: by the share of areas that are lower. Min-max: by the distance from the "
        "lowest to the highest. z-score: by standard deviations from the mean.",
        choices=(Choice(s.PERCENTILE, "Percentile rank"), Choice(s.MIN_MAX, "Lowest to highest (min-max)"),
                 Choice(s.Z_SCORE, "Standard deviations (z-score)")), advanced=True)] = s.PERCENTILE
    aggregation: Annotated[str, Param(
        "How are they added up?", "Arithmetic: a high indicator makes up for a low one. Geometric: less so. Harmonic: "
        "least.",
        choices=(Choice(s.ARITHMETIC, "Arithmetic mean"), Choice(s.GEOMETRIC, "Geometric mean"),
                 Choice(s.HARMONIC, "Harmonic mean")),
        advanced=True)] = s.ARITHMETIC
    minimum_present: Annotated[float, Param(
        "Share of indicators an area must have", "Areas with fewer get no score, never a zero.", unit="share",
        ge=0, le=1, advanced=True)] = 0.75
    draws: Annotated[int, Param(
        "Draws for the rank band", "How often every estimate is drawn again within its margin. 0: no band.",
        ge=0, le=10_000, advanced=True)] = 1000
    seed: Annotated[int, Param("Seed of the draws", "The same seed gives the same band.", ge=0, advanced=True)] = 0


@frozen
class NeedIndexParams(IndexParams):
    """What a planner decides about a need index."""

    top: Annotated[int, Param(
        "Who could be among how many highest?", "Areas that could be among so many, given the margins of error, are marked.",
        ge=1, le=1000, advanced=True)] = 25


def chosen_indicators(layer: Layer, names: Sequence[str]) -> tuple[Indicator, ...]:
    """The indicators of a need-area layer with these column names, or all of them."""
    if not layer.indicators:
        raise InputError(f"{layer.name!r} has no indicators.", "Import need areas with at least one indicator.")
    known = {indicator.column: indicator for indicator in layer.indicators}
    strange = [name for name in names if name not in known]
    if strange:
        raise ParameterError(f"There is no indicator called {strange[0]!r}.", "Known: " + ", ".join(known) + ".")
    return tuple(known[name] for name in dict.fromkeys(names)) or layer.indicators


def run_need_index(frames: Frames, params: NeedIndexParams, *, progress: Progress) -> Result:
    """The need index of a layer of need areas, with bands, fifths and notes."""
    from ecomap.analysis.need_report import need_notes, need_sentence, share_by_fifth

    areas, layer = frames["areas"], frames.layer("areas")
    weights = dict(params.weights)
    indicators = tuple(i for i in chosen_indicators(layer, params.indicators) if weights.get(i.column, 1.0) != 0)
    options: dict[str, Any] = {
        "scaling": params.scaling, "aggregation": params.aggregation,
        "minimum_present": params.minimum_present, "weights": {name: weight for name, weight in weights.items() if weight != 0},
    }
    progress.at(0.05, "Scoring areas")
    index = need_index(areas, indicators, **options)
    drawn = need_draws(areas, indicators, **options, draws=params.draws, seed=params.seed,
                       progress=progress.part(0.1, 0.85)) if params.draws else np.zeros((0, len(areas)))
    progress.at(0.9, "Ranking the draws")
    index[c.RANK_LOW], index[c.RANK_HIGH] = rank_bands(index[c.SCORE], drawn)
    index = index.join(top_set(index[c.SCORE], drawn, params.top)) if params.draws else index
    index[c.FIFTH] = fifths(index[c.SCORE])
    output = _areas_output(areas, layer, index, indicators, params)
    figures, bars = share_by_fifth(output.frame)
    progress.at(1.0, "Done")
    return Result(
        id="need-index", analysis="need-index", title="Need index",
        sentence=need_sentence(output.frame, indicators, params.top), outputs=(output,), figures=figures,
        notes=need_notes(areas, layer, index, indicators, params), bars=bars,
        bars_title="Share of children by need fifth",
        provenance=Provenance("need-index", ANALYSIS.version, plain_params(params), ((layer.id, ""),),
                              tuple(dict.fromkeys((*layer.sources, *(i.source for i in indicators))))),
    )


def _areas_output(
    areas: Any, layer: Layer, index: pd.DataFrame, indicators: Sequence[Indicator], params: NeedIndexParams
) -> Output:
    reason = v.CHILDREN + v.REASON_SUFFIX
    wanted = (v.ID, v.NAME, v.CHILDREN, v.CHILDREN + v.MOE_SUFFIX, reason, v.GEOMETRY)
    carried = [name for name in wanted if name in areas]
    banded = bool(params.draws)
    sure = top_columns(params.top) if banded else ()
    shown = [c.SCORE, c.RANK, c.RANK_LOW, c.RANK_HIGH, *(column.name for column in sure), c.FIFTH, c.SHARE_PRESENT, c.REASON]
    parts = [name for name in index.columns if name.startswith(c.CONTRIBUTION)]
    frame = areas[carried].assign(**{name: index[name] for name in (*shown, *parts)})
    labels = {c.CONTRIBUTION + item.column: item for item in indicators}
    children = c.children_columns("Children", v.CHILDREN + v.MOE_SUFFIX in areas) if v.CHILDREN in areas else ()
    columns = (
        *c.id_columns(), c.score_column(),
        c.rank_column("highest need", *((c.RANK_LOW, c.RANK_HIGH) if banded else ("", ""))), *c.band_columns(),
        *sure, c.fifth_column(), *children, *((c.reason_column(v.CHILDREN, "Children"),) if reason in areas else ()),
        Column(c.SHARE_PRESENT, "Indicators present", "share", "Share of the indicators that have a value here."),
        Column(c.REASON, "Why there is no score"),
        *(Column(name, f"{labels[name].label}: part of the score", "score",
                 "The parts add up to the score. No value: the indicator is missing here.", digits=3) for name in parts),
    )
    ordered = [column.name for column in columns if column.name in frame] + [v.GEOMETRY]
    style = LayerStyle(
        kind=GRADUATED, column=c.SCORE, palette="need", scheme="quantiles", classes=5, line="#FFFFFF", line_width=0.5,
        fill_opacity=0.9, class_labels=("lowest fifth", "low", "middle", "high", "highest fifth"),
    )
    return Output("areas", "Need by area", frame[ordered], columns, POLYGON, layer.id, style, layer.boundary)


ANALYSIS = Analysis(
    name="need-index",
    title="Need index",
    question="Where is need highest?",
    summary="Puts the indicators you choose on one scale and adds them up to a score for every need area. Shows what "
            "each indicator adds, and between which ranks an area lies given the margins of error.",
    step="need",
    params=NeedIndexParams,
    inputs=(Input("areas", v.NEED_AREA, "Need areas"),),
    run=run_need_index,
    method="Each indicator is scaled among the areas of the layer so that higher means more need: percentile rank "
           "(minimum rank - 1) / (n - 1), reversed as 1 - rank; min-max; or z-score with the population standard "
           "deviation. The score is the weighted mean of the indicators an area has; the geometric and harmonic means work on "
           "a 1-100 scale and are divided by 100. An area with too few indicators gets no score. The rank band is the "
           "middle 90 % of the ranks over seeded draws of every estimate within its margin (standard error = margin / "
           "1.645, independent errors), stretched where needed to hold the rank itself; it describes sampling error "
           "and is no confidence set. Could be among the highest, and surely among the highest: joint 90 % bands of ranks "
           "(Klein, Wright and Wieczorek 2020) with the spread of the drawn scores as standard error. Fifths hold equally many areas; 5 is the highest need.",
    sources=(
        "CDC/ATSDR (2022). Social Vulnerability Index documentation",
        "OECD/JRC (2008). Handbook on Constructing Composite Indicators. doi 10.1787/9789264043466-en",
        "U.S. Census Bureau (2020). Understanding and Using American Community Survey Data, chapters 7-8",
        "Klein, M., Wright, T. and Wieczorek, J. (2020). A joint confidence region for an overall ranking of populations. "
        "doi 10.1111/rssc.12402",
    ),
    tables=(Table("areas", "Every need area: score, rank with its band, fifth, and what each indicator adds."),),
)
