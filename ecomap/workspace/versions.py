"""Earlier versions of a project file: which there are, what differs, and opening or keeping one. None is ever changed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import frozen

from ecomap.model.errors import InputError
from ecomap.model.files import resolved
from ecomap.model.layer import Layer
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.said import Said, name, plural, say
from ecomap.model.vocabulary import ID
from ecomap.workspace import operations


@frozen
class Version:
    """An earlier version as it lies beside its file. ``saved``: when it was saved."""

    path: Path
    saved: dt.datetime
    size_bytes: int


def earlier_versions(path: Path) -> tuple[Version, ...]:
    """The earlier versions of a project file, the last one first."""
    from ecomap.io.store.files import earlier_versions as found  # heavy

    versions = []
    for one in found(Path(path)):
        try:
            status = one.stat()
        except OSError:
            continue
        versions.append(Version(one, dt.datetime.fromtimestamp(status.st_mtime).astimezone(), status.st_size))
    return tuple(versions)


def keep_version(version: Path, path: Path, *, of: Path, progress: Progress | None = None) -> None:
    """Write an earlier version as a project file of its own.

    Raises
    ------
    InputError
        If that is the project file itself or one of its versions: keeping one overwrites none of them.
    ProjectError
        If it cannot be opened, or the disk refuses.
    """
    taken = {resolved(of), *(resolved(one.path) for one in earlier_versions(of))}
    if resolved(path) in taken:
        raise InputError(
            say("{file} is the project itself or one of its versions; an earlier version does not overwrite it.", file=name(path.name)),
            say("Choose another name."))
    project = operations.open_project(version, progress=progress)
    operations.save_project(project, path, progress=progress)


def differences(earlier: Project, present: Project) -> tuple[Said, ...]:
    """What an earlier version has otherwise than the project now, one sentence each; nothing where they are the same."""
    return (
        *_titles(earlier, present), *_layers(earlier, present), *_answers(earlier, present), *_looks(earlier, present), *_left(earlier, present),
    )


def _titles(earlier: Project, present: Project) -> Iterator[Said]:
    if earlier.title != present.title:
        yield say("Its title is “{title}”.", title=name(earlier.title))


def _layers(earlier: Project, present: Project) -> Iterator[Said]:
    """Layers of data; those of answers go with the answers."""
    before, after = _data(earlier), _data(present)
    for key in before.keys() - after.keys():
        yield say("It still has the layer “{layer}”.", layer=before[key].name)
    for key in after.keys() - before.keys():
        yield say("It does not have the layer “{layer}” yet.", layer=after[key].name)
    for key in (one for one in before if one in after):
        yield from _rows(before[key], earlier.frames[key], present.frames[key])


def _left(earlier: Project, present: Project) -> Iterator[Said]:
    """Files that were written for others since then: this version would not reckon with them."""
    since = len(present.releases) - len(earlier.releases)
    if since > 0:
        yield plural("{n} file that has left since then is not in its list.", "{n} files that have left since then are not in its list.", since)


def _data(project: Project) -> dict[str, Layer]:
    return {layer.id: layer for layer in project.layers if not layer.result_id}


def _rows(layer: Layer, before: Any, after: Any) -> Iterator[Said]:
    from ecomap.io.store import fingerprint  # heavy

    if before is after or fingerprint(before) == fingerprint(after):
        return
    gone = [str(one) for one in before.columns if one not in after.columns]
    new = [str(one) for one in after.columns if one not in before.columns]
    if gone:
        yield plural("“{layer}” has {n} column that is gone now.", "“{layer}” has {n} columns that are gone now.", len(gone), layer=layer.name)
    if new:
        yield plural("“{layer}” lacks {n} column that is there now.", "“{layer}” lacks {n} columns that are there now.", len(new), layer=layer.name)
    changed = _rows_that_differ(before, after)
    if changed:
        yield plural("“{layer}” has {n} row that differs.", "“{layer}” has {n} rows that differ.", changed, layer=layer.name)


def _rows_that_differ(before: Any, after: Any) -> int:
    """How many rows are only in one of them or hold something else, by their keys."""
    common = [one for one in before.columns if one in after.columns]
    one, other = _contents(before[common]), _contents(after[common])
    return len({key for key, _ in (one - other) + (other - one)})


def _contents(frame: Any) -> Counter[tuple[str, tuple[str, ...]]]:
    """Key and content of each row as text."""
    import shapely  # heavy

    geometry = getattr(frame, "_geometry_column_name", None)
    columns = [
        [str(wkb) for wkb in shapely.to_wkb(frame[column].to_numpy())] if column == geometry else frame[column].astype(str).tolist()
        for column in frame.columns
    ]
    keys = frame[ID].astype(str).tolist() if ID in frame.columns else [str(place) for place in range(len(frame))]
    return Counter(zip(keys, zip(*columns))) if columns else Counter()


def _answers(earlier: Project, present: Project) -> Iterator[Said]:
    before, after = ({result.id: result for result in project.results} for project in (earlier, present))
    for key in (one for one in before if one not in after):
        yield say("It still has the answer “{answer}”.", answer=before[key].title)
    for key in (one for one in after if one not in before):
        yield say("It does not have the answer “{answer}” yet.", answer=after[key].title)
    for key in (one for one in before if one in after):
        if _says(before[key]) != _says(after[key]):
            yield say("Its answer “{answer}” says something else.", answer=before[key].title)


def _says(result: Result) -> tuple[Any, ...]:
    from ecomap.io.store import fingerprint  # heavy

    asked = result.provenance.inputs if result.provenance else ()
    return result.sentence, asked, *(fingerprint(output.frame) for output in result.outputs)


def _looks(earlier: Project, present: Project) -> Iterator[Said]:
    """Names, styles and what is shown; and the order of the layers."""
    before, after = ({layer.id: layer for layer in project.layers} for project in (earlier, present))
    common = [key for key in before if key in after]
    for key in common:
        if before[key].name != after[key].name:
            yield say("“{layer}” is called “{earlier}”.", layer=after[key].name, earlier=before[key].name)
    other = sum((before[key].style, before[key].visible) != (after[key].style, after[key].visible) for key in common)
    if other:
        yield plural("{n} layer is drawn otherwise.", "{n} layers are drawn otherwise.", other)
    if common != [key for key in after if key in before]:
        yield say("Its layers are in another order.")
