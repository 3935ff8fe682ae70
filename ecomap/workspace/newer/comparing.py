"""A layer beside a newer list of the same things: rows, numbers, what leans on them and which answers would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from ecomap.model.layer import POINT, POLYGON, Layer
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.report import ImportReport, ReportLine
from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.model.source import is_stated
from ecomap.model.vocabulary import DISTRICT, ID, MOE_SUFFIX, NAME, NEED_AREA, TRACT_RELATIONSHIP
from ecomap.workspace.newer import news as n
from ecomap.workspace.newer.arriving import arrival_of_file, arrival_of_layer, companions, numbers_of
from ecomap.workspace.newer.asking import asked_again
from ecomap.workspace.newer.carrying import carried
from ecomap.workspace.newer.leaning import leaning_on, with_links_kept

if TYPE_CHECKING:
    from ecomap.analysis.newer.pairing import Pairing, Rows
    from ecomap.io.understanding import Understood

HERE: Final = 0.95        # share of a layer's points inside a district from which the district's ground is the layer's
ROUNDED: Final = 0.00051  # shares that differ by no more than half a thousandth were rounded otherwise
SAME_OUTLINE: Final = 0.95  # share of ground that two outlines have in common from which they are one


def whats_new(project: Project, layer_id: str, newer: Understood | str, options: n.Options | None = None, *,
              progress: Progress | None = None) -> n.News:
    """Compare a layer with a newer list before anything is replaced; the project stays as it is.

    Parameters
    ----------
    newer : Understood or str
        A file as it was understood (`understand_newer`), or the id of another layer of the project.

    Raises
    ------
    InputError
        If the two cannot be compared at all.
    """
    options, progress = options or n.Options(), progress or silent()
    progress.at(0.0, say("Comparing the rows"))
    arrival = arrival_of_layer(project, layer_id, newer, options) if isinstance(newer, str) else arrival_of_file(project, layer_id, newer, options)
    layer, frame = project.layer(layer_id), project.frame(layer_id)
    census = _censuses(project, layer_id, arrival)
    if census is not None and options.carry:
        arrival, census = carried(project, layer_id, arrival, census), None
    elsewhere = _elsewhere(project, layer, frame, arrival.imported.frame) if census is None else frozenset()
    if options.here_only and elsewhere:
        kept = arrival.imported.frame[~arrival.imported.frame[ID].astype(str).isin(elsewhere)].reset_index(drop=True)
        arrival = attrs.evolve(arrival, imported=attrs.evolve(arrival.imported, frame=kept, report=_without(arrival.imported.report, len(elsewhere))))
    if census is not None:
        return _uncompared(project, layer, frame, arrival, options, census)
    old, new = _rows(frame), _rows(arrival.imported.frame)
    pairing = _paired(layer, frame, arrival, options, old, new)
    progress.at(0.1, say("Comparing the numbers"))
    rows = _row_news(layer, frame, arrival.imported.frame, pairing, options, old, new)
    arrival = _with_former_columns(layer, frame, arrival, pairing) if options.keep_columns else arrival
    new_frame, new_layer = arrival.imported.frame, arrival.imported.layer
    recoded = {frame[ID].iloc[pair.old]: str(new_frame[ID].iloc[pair.new]) for pair in pairing.pairs
               if str(frame[ID].iloc[pair.old]) != str(new_frame[ID].iloc[pair.new])}
    gone = {str(frame[ID].iloc[place]) for place in (*pairing.gone, *(one.old for one in pairing.open))}
    candidate = _candidate(project, layer_id, arrival)
    found = n.News(
        layer_id, layer.name, new_layer.name, len(frame), len(new_frame), len(pairing.pairs), rows, _column_news(layer, frame, arrival, pairing),
        *_columns_of_one(layer, frame, arrival), leaning_on(project, layer_id, gone, recoded), (), (), options,
        points=layer.geometry == POINT, report=arrival.imported.report, base=project, candidate=candidate, understood=arrival.understood,
        other_layer=arrival.other_layer, elsewhere=len(elsewhere),
    )
    progress.at(0.2)
    answers = asked_again(project, candidate, layer_id, recoded, progress=progress.part(0.2, 1.0)) if options.ask_again else ()
    return attrs.evolve(found, answers=answers, cautions=_by_chance(pairing))


def _without(report: ImportReport, elsewhere: int) -> ImportReport:
    """The report with the rows that are left out because they lie elsewhere; it still adds up."""
    line = ReportLine("dropped", say("Rows on ground that the layer does not cover: the list is of a larger place."), elsewhere)
    return attrs.evolve(report, kept=report.kept - elsewhere, lines=(*report.lines, line))


def _by_chance(pairing: Pairing) -> tuple[Said, ...]:
    if not pairing.by_chance:
        return ()
    return (say("The codes of the two lists met by chance (hardly a pair agrees in name or place): rows were put together by name and place."),)


# --- rows ----------------------------------------------------------------------------------------------------------


def _paired(layer: Layer, frame: Any, arrival: n.Arrival, options: n.Options, old: Rows, new: Rows) -> Pairing:
    from ecomap.analysis.newer.pairing import pair_rows  # heavy

    return pair_rows(old, new, meets=_meets(layer, frame, arrival.imported.frame), answers=dict(options.same), names=layer.geometry != POLYGON)


def _rows(frame: Any) -> Rows:
    """What the rows of a layer are told apart by."""
    import numpy as np  # heavy
    import shapely  # heavy

    from ecomap.analysis.newer.pairing import Rows
    from ecomap.io.table.names import core_of

    names = frame[NAME].fillna("").astype(str) if NAME in frame else frame[ID].astype(str).map(lambda _: "")
    told = [core_of(name) if name and name != key else ("", frozenset()) for name, key in zip(names, frame[ID].astype(str))]
    middles = shapely.centroid(np.asarray(frame.geometry))
    xy = np.column_stack([shapely.get_x(middles), shapely.get_y(middles)]) if len(frame) else np.empty((0, 2))
    return Rows(frame[ID].astype(str).tolist(), [core for core, _ in told], [kinds for _, kinds in told], xy)


def _meets(layer: Layer, frame: Any, newer: Any) -> dict[str, str]:
    """Code of the newer list -> id of the layer, where another column of either knows the other's codes better than the ids do."""
    from ecomap.io.importers.columns.keys.matching import Book, best_match, code_columns
    from ecomap.io.table import text_of

    plain = set(frame[ID].astype(str)) & set(newer[ID].astype(str))
    if len(plain) * 2 >= min(len(frame), len(newer)):
        return {}
    book = Book(frame, layer)
    best: dict[str, str] = {}
    for column in code_columns(newer):
        codes = text_of(newer[column])
        found = best_match(codes, book, parts=True)
        if found is not None and found.matched > max(len(best), len(plain)):
            best = {str(key): found.ids[str(code)] for key, code in zip(newer[ID], codes) if str(code) in found.ids}
    return best


def _row_news(layer: Layer, frame: Any, newer: Any, pairing: Pairing, options: n.Options, old: Rows, new: Rows) -> tuple[n.RowNews, ...]:
    """Every row of which there is something to tell, kind by kind."""
    old_key, new_key = frame[ID].astype(str).tolist(), newer[ID].astype(str).tolist()
    old_name, new_name = _names(frame), _names(newer)
    found = [n.RowNews(n.ADDED, new_key[place], new_name[place]) for place in pairing.added]
    found += [n.RowNews(n.GONE, "", "", old_key[place], old_name[place]) for place in pairing.gone]
    found += [n.RowNews(n.OPEN, "", "", old_key[one.old], old_name[one.old],
                        candidates=tuple((new_key[place], new_name[place]) for place in one.candidates)) for one in pairing.open]
    apart = _apart(layer, frame, newer, pairing)
    for pair, (distance, share) in zip(pairing.pairs, apart):
        told = (new_key[pair.new], new_name[pair.new], old_key[pair.old], old_name[pair.old])
        if old.cores[pair.old] and new.cores[pair.new] and not _one_name(old, new, pair.old, pair.new):
            found.append(n.RowNews(n.RENAMED, *told, distance_m=distance))
        if old_key[pair.old] != new_key[pair.new]:
            found.append(n.RowNews(n.RECODED, *told, distance_m=distance))
        if distance is not None and distance > options.moved_m:
            found.append(n.RowNews(n.MOVED, *told, distance_m=distance))
        if share is not None and share < SAME_OUTLINE:
            found.append(n.RowNews(n.REDRAWN, *told, share=share))
    return tuple(sorted(found, key=lambda row: (n.KINDS.index(row.kind), row.former_id or row.id, row.id)))


def _one_name(old: Rows, new: Rows, one: int, other: int) -> bool:
    """Whether two names are spellings of one: the same core, and no word of kind against another."""
    return old.cores[one] == new.cores[other] and (old.kinds[one] <= new.kinds[other] or new.kinds[other] <= old.kinds[one])


def _names(frame: Any) -> list[str]:
    return frame[NAME].fillna("").astype(str).tolist() if NAME in frame else frame[ID].astype(str).tolist()


def _apart(layer: Layer, frame: Any, newer: Any, pairing: Pairing) -> list[tuple[float | None, float | None]]:
    """Of every pair, how far its points are apart in metres, or which part of the ground of both outlines is common."""
    import numpy as np  # heavy
    import shapely  # heavy

    old = np.asarray(frame.geometry)[[pair.old for pair in pairing.pairs]]
    new = np.asarray(newer.geometry)[[pair.new for pair in pairing.pairs]]
    if layer.geometry == POLYGON:
        together = shapely.area(shapely.union(old, new))
        share = np.divide(shapely.area(shapely.intersection(old, new)), together, out=np.full(len(old), np.nan), where=together > 0)
        return [(None, None if np.isnan(one) else float(one)) for one in share]
    return [(None if np.isnan(one) else float(one), None) for one in shapely.distance(old, new)]


def _elsewhere(project: Project, layer: Layer, frame: Any, newer: Any) -> frozenset[str]:
    """Ids of newer rows on ground that the layer does not cover: outside the district that holds its points, else outside their hull."""
    import numpy as np  # heavy
    import shapely  # heavy

    from ecomap.analysis.newer.pairing import NEAR_M

    there = np.asarray(frame.geometry)
    there = there[~(shapely.is_missing(there) | shapely.is_empty(there))]
    if not len(there):
        return frozenset()
    ground = shapely.buffer(shapely.convex_hull(shapely.geometrycollections(there)), NEAR_M)
    if layer.geometry == POINT:
        for other in project.layers_of(DISTRICT):
            whole = shapely.union_all(np.asarray(project.frame(other.id).geometry))
            if other.id != layer.id and shapely.contains(whole, there).mean() >= HERE and shapely.area(whole) < shapely.area(ground):
                ground = whole
    shapely.prepare(ground)
    points = shapely.point_on_surface(np.asarray(newer.geometry))
    placed = ~(shapely.is_missing(points) | shapely.is_empty(points))
    known = set(frame[ID].astype(str))
    outside = placed & ~shapely.intersects(ground, points)
    return frozenset(str(key) for key, out in zip(newer[ID], outside) if out and str(key) not in known)


# --- numbers -------------------------------------------------------------------------------------------------------


def _column_news(layer: Layer, frame: Any, arrival: n.Arrival, pairing: Pairing) -> tuple[n.ColumnNews, ...]:
    """Every column of numbers that both have; those that are counted as need first."""
    import numpy as np  # heavy

    from ecomap.analysis.newer.numbers import change_of, holds_pandemic, shared_years

    newer, described = arrival.imported.frame, arrival.imported.layer
    old_row, new_row = (np.array([getattr(pair, side) for pair in pairing.pairs], dtype=int) for side in ("old", "new"))
    found = []
    for column in numbers_of(frame):
        if column not in numbers_of(newer) or layer.column(column).hidden:
            continue
        if arrival.brought is not None and column not in arrival.brought:
            continue
        (before, of_old), (after, of_new) = _vintage(layer, column), _vintage(described, column)
        change = change_of(frame[column], newer[column], _margin(layer, frame, column), _margin(described, newer, column), old_row, new_row,
                           ROUNDED if layer.column(column).unit == "share" else 0.0)
        told = layer.column(column)
        found.append(n.ColumnNews(
            column, told.label, told.unit or described.column(column).unit, before, after, change, shared_years(of_old, of_new),
            holds_pandemic(of_old) or holds_pandemic(of_new), layer.indicator(column) is not None or described.indicator(column) is not None,
        ))
    return tuple(sorted(found, key=lambda one: not one.indicator))


def _margin(layer: Layer, frame: Any, column: str) -> Any:
    named = [layer.column(column).moe, getattr(layer.indicator(column), "moe_column", ""), column + MOE_SUFFIX]
    return next((frame[one] for one in named if one and one in frame), None)


def _vintage(layer: Layer, column: str) -> tuple[Said, Said]:
    """The period that a column speaks of, and the same where it is known for certain: of its indicator, else of the layer's only source.

    Of several sources each period is told, and none is certain.
    """
    indicator = layer.indicator(column)
    if indicator is not None and indicator.source is not None:
        return indicator.source.vintage, indicator.source.vintage
    told = [one for one in dict.fromkeys(source.vintage for source in layer.sources) if is_stated(one)]
    return joined(told, ", "), told[0] if len(layer.sources) == 1 and told else NOTHING


def _columns_of_one(layer: Layer, frame: Any, arrival: n.Arrival) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    """Labels of the columns that only the layer has, and of those that only the newer list has."""
    newer = arrival.imported.frame
    gone = tuple(layer.column(str(one)).label for one in frame.columns if one not in newer.columns and not _aside(frame, str(one)))
    more = tuple(arrival.imported.layer.column(str(one)).label for one in newer.columns if one not in frame.columns and not _aside(newer, str(one)))
    return gone, more


def _aside(frame: Any, column: str) -> bool:
    """Whether a column is the margin or the reason of another one, or a shape."""
    owners = [one for one in frame.columns if one != column and column in companions(frame, str(one))]
    return bool(owners) or column == frame.geometry.name


def _with_former_columns(layer: Layer, frame: Any, arrival: n.Arrival, pairing: Pairing) -> n.Arrival:
    """The newer rows with the layer's own columns that the newer list does not have, at the rows that both have."""
    newer, described = arrival.imported.frame, arrival.imported.layer
    left = [str(column) for column in frame.columns if column not in newer.columns]
    if not left:
        return arrival
    rows = {pair.new: pair.old for pair in pairing.pairs}
    places = [rows.get(place, -1) for place in range(len(newer))]
    former = frame[left].reset_index(drop=True).reindex(places).reset_index(drop=True)
    for column in left:
        if str(frame[column].dtype) in ("str", "object") and frame[column].map(type).isin([str]).all():
            former[column] = former[column].fillna("")
    source = layer.sources
    columns = (*described.columns, *(attrs.evolve(one, help=_of_former(source)) if not one.help else one for one in layer.columns if one.name in left))
    merged = newer.reset_index(drop=True).assign(**{column: former[column] for column in left})
    held = attrs.evolve(described, columns=columns, sources=tuple(dict.fromkeys((*described.sources, *source))),
                        indicators=(*described.indicators, *(one for one in layer.indicators if one.column in left)))
    return attrs.evolve(arrival, imported=attrs.evolve(arrival.imported, layer=held, frame=merged))


def _of_former(sources: Any) -> Said:
    return say("Of the former list ({vintage}).", vintage=sources[0].spoken_vintage) if sources else say("Of the former list.")


# --- the project with it -------------------------------------------------------------------------------------------


def _candidate(project: Project, layer_id: str, arrival: n.Arrival) -> Project:
    """The project with the newer list in the place of the layer; links to rows that are gone stay."""
    from ecomap.workspace.arrivals import with_arrival

    base = project.without_layer(arrival.other_layer) if arrival.other_layer else project
    after, _ = with_arrival(base, arrival.imported, layer_id)
    return with_links_kept(project, after)


# --- areas of two censuses -----------------------------------------------------------------------------------------


def _censuses(project: Project, layer_id: str, arrival: n.Arrival) -> n.OtherCensus | None:
    """The two censuses, where the areas are of two."""
    from ecomap.io.importers.columns.need.census import census_of_areas
    from ecomap.io.importers.steps.carrying_over import related

    if project.layer(layer_id).role != NEED_AREA or arrival.brought is not None:
        return None
    old, new = census_of_areas(project.frame(layer_id)).value, census_of_areas(arrival.imported.frame).value
    if not old or not new or old == new:
        return None
    return n.OtherCensus(old, new, bool(project.layers_of(TRACT_RELATIONSHIP)) and related(project, new, old) is not None)


def _uncompared(project: Project, layer: Layer, frame: Any, arrival: n.Arrival, options: n.Options, census: n.OtherCensus) -> n.News:
    """What can be told of areas of another census: their number; replacing them is a matter of its own."""
    return n.News(
        layer.id, layer.name, arrival.imported.layer.name, len(frame), len(arrival.imported.frame), 0, (), (), (), (), (), (), (), options, census,
        points=False, report=arrival.imported.report, base=project, candidate=_candidate(project, layer.id, arrival), understood=arrival.understood,
        other_layer=arrival.other_layer,
    )
