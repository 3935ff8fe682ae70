"""The record of a project, or of some of its answers: what goes along with every file that is made of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from attrs import evolve

from ecomap.model.errors import EcoMapError
from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.record import AnswerRecord, LayerRecord, Made, Record, TableRecord
from ecomap.model.result import Result
from ecomap.model.said import Said
from ecomap.model.said import name as named
from ecomap.model.source import Source
from ecomap.model.version import VERSION
from ecomap.workspace.inputs import unique_sources
from ecomap.workspace.layers_read import layers_read
from ecomap.workspace.page_settings import page_settings
from ecomap.workspace.pages import cautions

if TYPE_CHECKING:
    from ecomap.render.map_page import Settings


_TOLD = ("starter", "starter_format", "district")


def record_of(
    project: Project, answers: Collection[str] | None = None, *, layers: Collection[str] = (), whole: Project | None = None, people: tuple[Said, ...] = (), made: Made | None = None,
) -> Record:
    """What a file says of itself: settings, sources, vintages, directions, cautions, how complete lists are, versions and checksums.

    Parameters
    ----------
    project : Project
        As it leaves: small groups are hidden.
    answers : collection of str, optional
        Ids of the answers in the file; default all. With some only, it tells the layers that these rest on and made.
    layers : collection of str
        Ids of layers that are in the file beside those of its answers.
    whole : Project, optional
        The project before small groups were hidden, which says which columns did not leave whole; default ``project``.
    people : tuple of Said
        What was protected of the people in it.
    made : Made, optional
        How the file is made.
    """
    results = tuple(one for one in project.results if answers is None or one.id in answers)
    described = tuple(_layers_told(project, results, layers, all_of_them=answers is None))
    told = {one.layer.id: one for one in (_layer_record(project, whole or project, layer) for layer in described)}
    words = page_settings(evolve(project, results=results))
    return Record(
        title=named(project.title), crs=project.crs, day=project.day, day_from=project.day_from, meta=meta_of(project), version=VERSION, layers=tuple(told.values()),
        answers=tuple(_answer_record(project, result, told, words) for result in results), sources=_sources(described, results),
        cautions=cautions(evolve(project, results=results), described), people=people, made=made or Made(),
    )


def meta_of(project: Project) -> tuple[tuple[str, str], ...]:
    """What may be told of where a project began: its starter, not what its planner noted or pinned."""
    return tuple(pair for pair in project.meta if pair[0] in _TOLD)


def _layers_told(project: Project, results: tuple[Result, ...], held: Collection[str], *, all_of_them: bool) -> Iterable[Layer]:
    """All layers, or those that some answers rest on and made, in their order."""
    if all_of_them:
        return project.layers
    read = {layer_id for result in results if result.provenance is not None for layer_id, _ in result.provenance.inputs}
    made = {result.id for result in results}
    return (layer for layer in project.layers if layer.id in read or layer.id in held or layer.result_id in made)


def _layer_record(project: Project, whole: Project, layer: Layer) -> LayerRecord:
    frame = project.frame(layer.id)
    if layer.result_id:
        return LayerRecord(layer, len(frame))
    kept_back = columns_kept_back(whole.frames.get(layer.id), frame)
    return LayerRecord(layer, len(frame), checksum_of(frame, kept_back), kept_back)


def checksum_of(frame: Any, kept_back: Collection[str] = ()) -> str:
    """The checksum of rows without the columns that did not leave whole."""
    from ecomap.io.store.fingerprints import fingerprint  # heavy

    return fingerprint(frame[[column for column in frame.columns if column not in kept_back]] if kept_back else frame)


def table_checksum(frame: Any) -> str:
    """The checksum of a table of an answer, apart from its shapes, which are those of a layer."""
    shape = getattr(frame, "_geometry_column_name", None)
    return checksum_of(frame, () if shape is None else (shape,))


def columns_kept_back(whole: Any, frame: Any) -> tuple[str, ...]:
    """Columns of a layer that are not in the file as they are in the project, and those that are there for it only."""
    from ecomap.io.store.fingerprints import fingerprint  # heavy

    if whole is None or whole is frame:
        return ()
    shape = getattr(frame, "_geometry_column_name", None)
    both = [column for column in whole.columns if column in frame.columns and column != shape]
    changed = [column for column in both if whole[column] is not frame[column] and fingerprint(whole[[column]]) != fingerprint(frame[[column]])]
    either = [*(column for column in whole.columns if column not in frame.columns), *(column for column in frame.columns if column not in whole.columns)]
    return tuple(map(str, (*changed, *either)))


def _answer_record(project: Project, result: Result, told: dict[str, LayerRecord], words: dict[str, Settings]) -> AnswerRecord:
    settings = words[result.id][1] if result.id in words else ()
    tables = tuple(TableRecord(output.name, len(output.frame), table_checksum(output.frame)) for output in result.outputs)
    return AnswerRecord(_as_left(result, told), _reads(project, result), settings, tables)


def _as_left(result: Result, told: dict[str, LayerRecord]) -> Result:
    """The answer with the checksums that may leave in the place of those of whole rows."""
    if result.provenance is None:
        return result
    inputs = tuple((layer_id, told[layer_id].checksum if layer_id in told else "") for layer_id, _ in result.provenance.inputs)
    return evolve(result, provenance=evolve(result.provenance, inputs=inputs))


def _reads(project: Project, result: Result) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Which layers were chosen by hand, as far as the project still has them."""
    from ecomap.analysis import registry  # heavy

    if result.provenance is None or result.analysis not in registry.names():
        return ()
    try:
        return tuple(layers_read(project, result).items())
    except EcoMapError:  # settings of an earlier version that are refused today: asked again, it says so
        return ()


def _sources(layers: Collection[Layer], results: Collection[Result]) -> tuple[Source, ...]:
    of_layers = (source for layer in layers for source in (*layer.sources, *(indicator.source for indicator in layer.indicators)))
    of_answers = (source for result in results if result.provenance is not None for source in result.provenance.sources)
    return unique_sources((*of_layers, *of_answers))
