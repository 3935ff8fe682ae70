"""Where need lies together: clusters as a question of the project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd
from attrs import evolve, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.ground.neighbours import Neighbours, touching
from ecomap.analysis.ground.overlay import metres_per_unit, projected_crs
from ecomap.analysis.need.index.choice import INDICATORS, NO_SEED, OWN, IndexParams, chosen_index, scores
from ecomap.analysis.notes import count_note
from ecomap.analysis.people import carried_count, column_label, counted_in, stand_in_note, who_is_counted
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.analysis.statistics import moran
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.layer import NO_GEOMETRY, POLYGON, Column
from ecomap.model.params import Choice, Param
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Note, Output
from ecomap.model.said import Said, name, plural, say
from ecomap.model.style import CATEGORISED, LayerStyle
from ecomap.model.units import format_number

VALUE, LAG, STATISTIC, P, Q, KIND = "value", "around", "statistic", "p", "q", "kind"
MORAN, GETIS_ORD = "moran", "getis_ord"
_KINDS: Mapping[str, Said] = {
    kind: kind for kind in (
        say("high among high"), say("high", context="cluster"), say("high among low"), say("low among high"), say("low among low"),
        say("low", context="cluster"), say("no clear pattern"), say("no neighbours"), say("no data"),
    )
}
_COLOURS = {
    moran.HIGH_HIGH: "#B3005E", moran.HOT: "#B3005E", moran.HIGH_LOW: "#D98CB0", moran.LOW_HIGH: "#8FB4CF", moran.LOW_LOW: "#2B5278",
    moran.COLD: "#2B5278", moran.NOT_CLEAR: "#E8EBEE", moran.NO_NEIGHBOURS: "#C9CED4", moran.NO_DATA: "#7F8A95",
}


@frozen
class ClusterParams(IndexParams):
    """What a planner decides about clusters; a single indicator is taken as it is, several as the need index they make."""

    indicators: Annotated[tuple[str, ...], evolve(
        INDICATORS, label=say("Clusters of what?"),
        help=say("One indicator, or several as a need score. None chosen: the need score of all."))] = ()
    method: Annotated[str, Param(
        say("How are they found?"), say("Neighbours alike and unlike: also tells a high area among low ones. Hot and cold spots: only "
        "where high or low values gather."), choices=(
            Choice(MORAN, say("Neighbours alike and unlike (local Moran)")), Choice(GETIS_ORD, say("Hot and cold spots (Gi*)"))))] = MORAN
    level: Annotated[float, Param(
        say("False alarms allowed"), say("Of all areas called, at most this share by chance."), unit="share", gt=0, le=0.5,
        advanced=True)] = 0.05
    gap_m: Annotated[float, Param(
        say("Slits to bridge"), say("Outlines no further apart than this touch."), unit="m", ge=0, le=500, advanced=True)] = 15.0
    permutations: Annotated[int, Param(
        say("Comparisons with chance"), say("Only for local Moran."), ge=99, le=99_999, advanced=True)] = 4999
    seed: Annotated[int, NO_SEED] = 0


def run_clusters(frames: Frames, params: ClusterParams, *, progress: Progress) -> Answer:
    """Areas whose need and whose neighbours' need are higher, or lower, than chance would put together."""
    areas, layer = frames["areas"], frames.layer("areas")
    crs = projected_crs(areas, say("need areas"))
    progress.at(0.0, say("Scoring areas"))
    choice = chosen_index(areas, layer, params)
    chosen = choice.indicators
    single = params.preset == OWN and len(chosen) == 1 and len(params.indicators) == 1
    values = choice.areas[chosen[0].column].astype(float) if single else scores(choice)[c.SCORE]
    label = chosen[0].label if single else say("Need score")
    progress.at(0.1, say("Finding neighbours"))
    near = touching(areas.geometry, within=params.gap_m / metres_per_unit(crs))
    progress.at(0.2, say("Comparing neighborhoods"))
    found = _found(values, near, params, progress.part(0.2, 0.95))
    frame = _frame(areas, values, found)
    described = _columns(label, chosen[0].unit if single else "score", params.method, areas)
    kinds = _kinds(areas, frame)
    progress.at(1.0, say("Done"))
    style = LayerStyle(kind=CATEGORISED, column=KIND, fill="white", line="#FFFFFF", line_width=0.5, fill_opacity=0.9,
                       symbols=tuple((_KINDS[kind], colour, "") for kind, colour in _COLOURS.items() if kind in set(frame[KIND])))
    main = Output("areas", say("Clusters: {label}", label=label.small()), frame, described, POLYGON, layer.id, style, layer.boundary)
    return Answer(
        title=say("Clusters: {label}", label=label.small()), sentence=_sentence(frame, label, params.level),
        outputs=(main, kinds), figures=_figures(areas, frame, values, near), notes=(*choice.notes, *stand_in_note(counted_in(areas)), *_notes(frame, params, near)),
        indicators=choice.indicators, sources=choice.cited,
    )


def _found(values: pd.Series, near: Neighbours, params: ClusterParams, progress: Progress) -> pd.DataFrame:
    if params.method == GETIS_ORD:
        return moran.getis_ord(values, near, level=params.level).rename(columns={"z": STATISTIC})
    found = moran.local_moran(values, near, permutations=params.permutations, level=params.level, progress=progress)
    return found.rename(columns={"local_i": STATISTIC, "lag": LAG})


def _frame(areas: Any, values: pd.Series, found: pd.DataFrame) -> Any:
    count = carried_count(areas)
    people = (count, count + v.MOE_SUFFIX) if count else ()
    carried = [column for column in (v.ID, v.NAME, *people, v.GEOMETRY) if column in areas]
    frame = areas[carried].assign(**{VALUE: values}, **{name: found[name] for name in found})
    frame[KIND] = c.messages((_KINDS[kind] for kind in found[KIND]), frame.index)
    ordered = [name for name in (v.ID, v.NAME, KIND, VALUE, LAG, STATISTIC, P, Q, *people)
               if name in frame]
    return frame[[*ordered, v.GEOMETRY]]


def _columns(label: Said, unit: str, method: str, areas: Any) -> tuple[Column, ...]:
    count = carried_count(areas)
    return (
        *c.id_columns(), Column(KIND, say("Pattern"), "", say("high among high: need is high here and around. No clear pattern: chance "
                                "would do as much.")),
        Column(VALUE, label, unit, digits=2 if unit == "score" else 0),
        Column(LAG, say("{label}, mean of the neighbours", label=label), unit, digits=2 if unit == "score" else 0),
        Column(STATISTIC, say("Local Moran's I") if method == MORAN else say("Gi* (z)"), "score"),
        Column(P, say("Chance"), "score", say("How often chance alone would put such neighbours together."), digits=4),
        Column(Q, say("Chance, corrected"), "score", say("The same, corrected for looking at many areas at once."), digits=4),
        *(c.children_columns(column_label(count), count + v.MOE_SUFFIX in areas, count) if count else ()),
    )


def _kinds(areas: Any, frame: Any) -> Output:
    order = [kind for kind in _COLOURS if (frame[KIND] == kind).any()]
    rows = pd.DataFrame({
        v.ID: [kind.replace(" ", "-") for kind in order],
        v.NAME: c.messages((_KINDS[kind].capitalize() for kind in order), range(len(order))),
        "areas": [int((frame[KIND] == kind).sum()) for kind in order],
    })
    columns = [*c.id_columns(), Column("areas", say("Areas"), "count")]
    if count := carried_count(areas):
        rows[count] = [float(frame.loc[frame[KIND] == kind, count].sum()) for kind in order]
        columns.append(Column(count, column_label(count), "count"))
    return Output("kinds", say("Patterns"), rows, tuple(columns), NO_GEOMETRY)


def _high(frame: Any) -> Any:
    return frame[frame[KIND].isin([moran.HIGH_HIGH, moran.HOT])]


def _sentence(frame: Any, label: Said, level: float) -> Said:
    high = _high(frame)
    known = format_number((frame[KIND] != moran.NO_DATA).sum())
    chance = format_number(level, "share")
    if high.empty:
        return say("{label}: no area of {known} lies among others as high so clearly that at most {level} of such calls would be chance.",
                   label=label, known=known, level=chance)
    number = format_number(len(high))
    if count := carried_count(frame):
        return say("{label} is high in {number} of {known} areas and around them, more than chance would put together (at most {level} of such calls by "
                   "chance); {count} {who} live there.", label=label, number=number, known=known, level=chance, count=format_number(float(high[count].sum())),
                   who=who_is_counted(count))
    return say("{label} is high in {number} of {known} areas and around them, more than chance would put together (at most {level} of such calls by "
               "chance).", label=label, number=number, known=known, level=chance)


def _figures(areas: Any, frame: Any, values: pd.Series, near: Neighbours) -> tuple[KeyFigure, ...]:
    high, low = _high(frame), frame[frame[KIND].isin([moran.LOW_LOW, moran.COLD])]
    overall = moran.global_moran(values, near)
    figures = [
        KeyFigure("areas_high", say("Areas high among high"), float(len(high)), "count"),
        KeyFigure("areas_low", say("Areas low among low"), float(len(low)), "count"),
        KeyFigure("moran", say("Likeness of neighbours (Moran's I)"), None if np.isnan(overall) else overall, "score",
                  note=say("1: like lies by like; 0: by chance; below 0: unlike by unlike.")),
    ]
    if count := counted_in(areas):
        figures.insert(1, KeyFigure("children_high", say("{who} there", who=column_label(count)), float(high[count].sum()), "count"))
    return tuple(figures)


def _notes(frame: Any, params: ClusterParams, near: Neighbours) -> tuple[Note, ...]:
    notes = [Note("method", say("Neighbours share a corner or a side (slits up to {slit} m are bridged). Areas are called only where at "
                                "most {level} of all calls would be false alarms (Benjamini and Hochberg).",
                                slit=name(f"{params.gap_m:g}"), level=format_number(params.level, "share")))]
    missing = int((frame[KIND] == moran.NO_DATA).sum())
    if missing:
        notes.append(count_note(plural("{n} area has no value: no data, nobody's neighbour, and never called low.",
                                       "{n} areas have no value: no data, nobody's neighbour, and never called low.", missing)))
    alone = int((frame[KIND] == moran.NO_NEIGHBOURS).sum())
    if alone:
        notes.append(count_note(plural("{n} area touches no other with a value and cannot be compared.",
                                       "{n} areas touch no other with a value and cannot be compared.", alone)))
    if params.method == MORAN and frame[P].notna().any() and int(frame[P].notna().sum()) * 1 / (params.permutations + 1) > 1:
        notes.append(Note("caution", say("With {comparisons} comparisons the smallest chance that can be told is 1 in {smallest}; ask "
                                         "for more if nothing is called.", comparisons=format_number(params.permutations),
                                         smallest=format_number(params.permutations + 1))))
    return (*notes, Note("caution", say("Clusters follow the drawing of the areas: other boundaries give other clusters. Margins of "
                         "error are not in them.")))


ANALYSIS = Analysis(
    name="clusters",
    title=say("Clusters of need"),
    question=say("Where does high need lie together?"),
    summary=say("Finds areas whose need and whose neighbours' need are high together, more than chance would put there, and areas "
            "that differ from their surroundings. Missing values take no part."),
    step="need",
    params=ClusterParams,
    inputs=(Input("areas", v.NEED_AREA, say("Need areas")),),
    run=run_clusters,
    method=say("Neighbours share a point of their outlines (queen), row-standardised. Local Moran: I_i = z_i x mean of the "
           "neighbours' z, p from seeded conditional permutation (smaller tail). Gi*: the sum over the area and its neighbours "
           "against its expectation, two-sided normal p. Both corrected by Benjamini and Hochberg. An area without a value is "
           "taken out before neighbours are counted."),
    sources=(
        "Anselin, L. (1995). Local indicators of spatial association - LISA. doi 10.1111/j.1538-4632.1995.tb00338.x",
        "Ord, J. K. and Getis, A. (1995). Local spatial autocorrelation statistics. doi 10.1111/j.1538-4632.1995.tb00912.x",
        "Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. doi 10.1111/j.2517-6161.1995.tb02031.x",
    ),
    tables=(
        Table("areas", say("Every need area: its pattern, its value and that of its neighbours, and how likely chance is.")),
        Table("kinds", say("How many areas and children each pattern has.")),
    ),
)
