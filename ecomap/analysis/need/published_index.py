"""Our need index beside another one: a published column, a method made again, or our own with domains weighed evenly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
import pandas as pd
from attrs import evolve, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.day import AsOf
from ecomap.analysis.need import presets as p
from ecomap.analysis.need.domains import domain_index
from ecomap.analysis.need.index.choice import INDICATORS, chosen_indicators, method_notes
from ecomap.analysis.need.recipe import Recipe
from ecomap.analysis.need.scoring import need_index
from ecomap.analysis.notes import count_note
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.analysis.statistics.ranks import fifths, ranks
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.indicator import Indicator
from ecomap.model.layer import POLYGON, Column, Layer
from ecomap.model.params import Choice, Param
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Note, Output
from ecomap.model.said import Said, name, plural, say
from ecomap.model.style import GRADUATED, LayerStyle
from ecomap.model.units import format_number

DOMAINS, COLUMN, SVI, SVI_2018, CES = "domains", "column", "svi", "svi_2018", "calenviroscreen"
OTHER, OTHER_RANK, DIFFERENCE = "other_score", "other_rank", "difference"
_ALIKE, _MUCH = 0.05, 0.15  # of all ranks
KNOWN_COLUMNS = ("seni_", "rpl_theme", "rpl_", "ces_", "cescore", "coi_", "adi_", "hpi_")


@frozen
class PublishedIndexParams:
    """What a planner decides about a comparison with another index."""

    other: Annotated[str, Param(
        say("Compared with"), say("A published index is shown as it is. A method is worked out from its own columns, which the layer must "
        "hold."), choices=(
            Choice(DOMAINS, say("Our own, every domain the same")), Choice(COLUMN, say("A published index in a column")),
            Choice(SVI, say("Social Vulnerability Index, method of 2020 and 2022")),
            Choice(SVI_2018, say("Social Vulnerability Index, method of 2018")),
            Choice(CES, say("CalEnviroScreen score, from its four components"))))] = DOMAINS
    column: Annotated[str, Param(
        say("Which column?"), say("Only for a published index. Empty: the first one that looks like one, such as seni_score."))] = ""
    high_is_need: Annotated[bool, Param(say("Do its high numbers mean more need?"), say("Only for a published index."),
                                        advanced=True)] = True
    domain_weights: Annotated[tuple[tuple[str, float], ...], Param(
        say("How much does each domain count?"), say("Pairs like health=2; not named: 1. Only for our own."), choices_from="need_domain",
        advanced=True)] = ()
    indicators: Annotated[tuple[str, ...], evolve(INDICATORS, label=say("Which indicators has ours?"), advanced=True)] = ()
    as_of: AsOf = ""


def run_published_index(frames: Frames, params: PublishedIndexParams, *, progress: Progress) -> Answer:
    """Both indexes for every area, side by side; neither is changed."""
    areas, layer = frames["areas"], frames.layer("areas")
    indicators = chosen_indicators(layer, params.indicators)
    progress.at(0.1, say("Scoring areas"))
    ours = need_index(areas, indicators)
    progress.at(0.4, say("Working out the other index"))
    called, other, notes = _other(areas, layer, indicators, params)
    both = ours[c.SCORE].notna() & other.notna()
    table = pd.DataFrame({
        c.SCORE: ours[c.SCORE], OTHER: other, c.RANK: ranks(ours[c.SCORE].where(both)), OTHER_RANK: ranks(other.where(both)),
    })
    table[DIFFERENCE] = table[OTHER_RANK] - table[c.RANK]
    progress.at(0.8, say("Comparing ranks"))
    figures, sentence = _findings(table, called, areas)
    one_sided = int((ours[c.SCORE].notna() != other.notna()).sum())
    if one_sided:
        notes.append(count_note(plural("{n} area has only one of the two indexes and no rank here.",
                                       "{n} areas have only one of the two indexes and no rank here.", one_sided)))
    progress.at(1.0, say("Done"))
    return Answer(
        title=say("Our need index beside: {other}", other=called), sentence=sentence,
        outputs=(_areas(areas, layer, table, called),), figures=figures, notes=tuple(notes),
        indicators=indicators,
    )


def _other(
    areas: Any, layer: Layer, indicators: Sequence[Indicator], params: PublishedIndexParams
) -> tuple[Said, pd.Series, list[Note]]:
    """The name of the other index, its score (higher is more need), and what must be said of it."""
    if params.other == DOMAINS:
        score = domain_index(areas, Recipe(indicators), domain_weights=dict(params.domain_weights))[c.SCORE]
        return say("every domain the same"), score, [Note("caution", p.CHILDREN.caution)]
    if params.other == COLUMN:
        return _published(areas, layer, params)
    if params.other == CES:
        areas = p.with_components(areas)
        parts = p.held_columns(areas, p.CALENVIROSCREEN)
        score = p.calenviroscreen(*(areas[parts[short]] for short in p.CALENVIROSCREEN.columns))["score"]
        return p.CALENVIROSCREEN.title, score, list(method_notes(p.CALENVIROSCREEN))
    preset = p.SVI if params.other == SVI else p.SVI_2018
    held = p.held_columns(areas, preset)
    frame = areas[[held[short] for short in preset.columns]].set_axis([preset.prefix + short for short in preset.columns], axis=1)
    score = p.svi(frame, themes=preset.themes, reversed_columns=preset.reversed_columns)["RPL_THEMES"]
    return preset.title, score, list(method_notes(preset))


def _published(areas: Any, layer: Layer, params: PublishedIndexParams) -> tuple[Said, pd.Series, list[Note]]:
    wanted = params.column.strip()
    if not wanted:
        numbers = [str(n) for n in areas.columns if str(n) != v.GEOMETRY and areas[n].dtype.kind in "iuf"]
        like = [n for n in numbers if n.casefold().startswith(KNOWN_COLUMNS) and not n.endswith(v.MOE_SUFFIX)]
        if not like:
            raise InputError(say("The need areas have no column that looks like a published index."),
                             say("Name the column, or import need areas with one, such as seni_score."))
        wanted = like[0]
    found = {str(held).casefold(): str(held) for held in areas.columns}.get(wanted.casefold())
    if found is None:
        raise InputError(say("The comparison needs columns that the need areas do not have: {column}.", column=name(wanted)),
                         say("Import need areas that carry them, or choose something else."), {"missing": [wanted]})
    score = pd.to_numeric(areas[found], errors="coerce").astype(float)
    if score.notna().sum() == 0:
        raise InputError(say("Column '{column}' holds no numbers.", column=name(found)), say("Choose another column."))
    label = layer.column(found).label
    return label, score if params.high_is_need else -score, [
        Note("caution", say("{label} is shown as its publisher gives it. Its universe and year may differ from ours.", label=label))]


def _areas(areas: Any, layer: Layer, table: pd.DataFrame, other: Said) -> Output:
    kept = [column for column in (v.ID, v.NAME, v.GEOMETRY) if column in areas]
    frame = areas[kept].assign(**{column: table[column] for column in table})
    columns = (
        *c.id_columns(), c.score_column(),
        Column(c.RANK, say("Our rank"), "rank", say("1 = highest need, among areas that have both.")),
        Column(OTHER, say("The other: {other}", other=other), "", say("Higher is more need."), digits=2),
        Column(OTHER_RANK, say("Its rank"), "rank", say("1 = highest need, among areas that have both.")),
        Column(DIFFERENCE, say("Ranks higher in ours"), "",
               say("Above 0: we see more need here than the other index. Below 0: it sees more.")),
    )
    ordered = [column.name for column in columns if column.name in frame] + [v.GEOMETRY]
    frame = frame.sort_values(DIFFERENCE, key=lambda apart: -apart.abs(), kind="stable")
    ranked = float(max(table[c.RANK].notna().sum(), 1))
    style = LayerStyle(
        kind=GRADUATED, column=DIFFERENCE, palette="need", scheme="fixed", line="#FFFFFF", line_width=0.5, fill_opacity=0.9,
        breaks=(-_MUCH * ranked, -_ALIKE * ranked, _ALIKE * ranked, _MUCH * ranked, ranked),
        class_labels=(say("The other sees much more need"), say("The other sees more"), say("Much the same"), say("Ours sees more"),
                      say("Ours sees much more need")))
    return Output("areas", say("Where the two indexes differ"), frame[ordered], columns, POLYGON, layer.id, style, layer.boundary,
                  told=(c.RANK, OTHER_RANK), told_by=DIFFERENCE)


def _findings(table: pd.DataFrame, other: Said, areas: Any) -> tuple[tuple[KeyFigure, ...], Said]:
    both = table.dropna()
    count = len(both)
    alike = float(np.corrcoef(both[c.RANK], both[OTHER_RANK])[0, 1]) if count > 1 and both[c.RANK].nunique() > 1 and (
        both[OTHER_RANK].nunique() > 1) else None
    ours, theirs = fifths(both[c.SCORE]) == 5, fifths(both[OTHER]) == 5
    shared, highest = int((ours & theirs).sum()), int(ours.sum())
    figures = (
        KeyFigure("areas_compared", say("Areas that have both"), float(count), "count"),
        KeyFigure("rank_correlation", say("How alike the ranks are"), alike, "score",
                  note=say("Spearman: 1 = the same order, 0 = none.")),
        KeyFigure("highest_shared", say("In the highest-need fifth of both"), float(shared), "count",
                  note=say("Of {highest} in ours.", highest=format_number(highest))),
    )
    if not count:
        return figures, say("No area has both indexes.")
    told = plural("Beside {other}: {n} of the {highest} areas in our highest-need fifth are in its highest fifth too",
                  "Beside {other}: {n} of the {highest} areas in our highest-need fifth are in its highest fifth too", shared,
                  other=other, highest=format_number(highest))
    apart = both.loc[both[DIFFERENCE].abs().idxmax()]
    if apart[DIFFERENCE] == 0:
        return figures, say("{shared}.", shared=told)
    where = areas.get(v.NAME, areas[v.ID])[apart.name]
    return figures, say("{shared}; they differ most on {place}, rank {ours} in ours and {theirs} there.", shared=told,
                        place=name(where), ours=format_number(apart[c.RANK]), theirs=format_number(apart[OTHER_RANK]))


ANALYSIS = Analysis(
    name="published-index",
    title=say("Our need index beside another"),
    question=say("Do other need indexes see it the same way?"),
    summary=say("Shows your need index and another one side by side: a published one as it is (the Student Equity Need Index, for "
            "instance), the Social Vulnerability Index or CalEnviroScreen by its method, or your own with every domain "
            "counting the same. Neither is changed."),
    step="need",
    params=PublishedIndexParams,
    inputs=(Input("areas", v.NEED_AREA, say("Need areas")),),
    run=run_published_index,
    method=say("Ours is the default need index: percentile ranks, equal weights, arithmetic mean, three quarters present. Every domain "
           "the same: the mean within each domain first, then across domains. Social Vulnerability Index: percentile of each of "
           "its percentages (columns EP_...), summed per theme and over themes, each sum ranked again; 2018 has 15 with income "
           "reversed and MINRTY with LIMENG, 2020 and 2022 have 16. CalEnviroScreen: (exposures + half of the "
           "environmental effects) / 1.5 times the mean of sensitive populations and socioeconomic factors, each scaled to 10. "
           "Ranks are among the areas that have both; how alike they are is Spearman's correlation."),
    sources=(p.SVI.citation, "CDC/ATSDR (2020). Social Vulnerability Index 2018 documentation", p.CALENVIROSCREEN.citation,
             "Spearman, C. (1904). The proof and measurement of association between two things. doi 10.2307/1412159"),
    tables=(Table("areas", say("Every need area: both scores, both ranks and how far they are apart.")),),
)
