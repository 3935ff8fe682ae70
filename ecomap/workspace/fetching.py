"""Public data brought in: what will be asked of whom, said before; then asked, landed as files, and understood like any other file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, field, fields, frozen

from ecomap.model.errors import EcoMapError, InputError, NetworkError
from ecomap.model.files import checksum_of, write_whole
from ecomap.model.params import build_params
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.report import ImportReport, ReportLine
from ecomap.model.said import Said, as_data, from_data, joined, say
from ecomap.model.said import name as named
from ecomap.model.source import Source
from ecomap.workspace import operations
from ecomap.workspace.log import cache_dir
from ecomap.workspace.network import network

if TYPE_CHECKING:
    from ecomap.io.connectors.spec import Ask, Connector, Landed
    from ecomap.io.understanding import Understood

_SAID: Final = ("label", "publisher", "vintage", "licence")  # of what landed
SOURCES_FILE: Final = "SOURCES.json"  # beside the files: where each is from
Tell = Callable[[Said], None]


@frozen
class Fetched:
    """What was asked and what came of it."""

    asks: tuple[Ask, ...]
    landed: tuple[Landed, ...]
    reports: tuple[ImportReport, ...] = field(default=())


def names() -> tuple[str, ...]:
    """The kinds of public data there are, in the order in which they are offered."""
    from ecomap.io.connectors import registry

    return registry.names()


def source(name: str) -> Connector:
    """One kind of public data by its name."""
    from ecomap.io.connectors import registry  # heavy

    return registry.connector(name)


def asked_of(name: str, given: Mapping[str, Any]) -> tuple[Ask, ...]:
    """What will be asked of whom; nothing is asked, and no socket is opened.

    Raises
    ------
    ParameterError
        If what is given does not make a question.
    """
    connector = source(name)
    return connector.asks(build_params(connector.params, given))


def folder_of(project_file: Path | None) -> Path:
    """Where files from the network lie: beside the project, or in the user's cache while it has no file."""
    if project_file is None:
        return cache_dir() / "fetched"
    return project_file.with_name(project_file.name.removesuffix(".gpkg").removesuffix(".ecomap") + "-files")


def land(name: str, given: Mapping[str, Any], folder: Path, *, allowed: bool, tell: Tell | None = None, progress: Progress | None = None) -> tuple[Landed, ...]:
    """Ask, and land what comes as files in a folder, with a list of where each is from.

    Raises
    ------
    NetworkError
        If the network is not allowed, or something is wrong with it or with whom was asked.
    """
    connector = source(name)
    params = build_params(connector.params, given)
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with network(allowed=allowed, tell=tell) as web:
            landed = connector.fetch(params, web, folder, progress=progress or silent())
    finally:
        if made and not any(folder.iterdir()):  # nothing came: nothing is left behind
            folder.rmdir()
    noted(folder, landed)
    return landed


def fetch(project: Project, name: str, given: Mapping[str, Any], folder: Path, *, allowed: bool, settled: Mapping[str, Any] | None = None,
          tell: Tell | None = None, progress: Progress | None = None) -> tuple[Project, Fetched]:
    """Ask, land and bring in: the project with a layer per file that came.

    Parameters
    ----------
    settled : mapping, optional
        What a person settled of the file, as `ecomap.workspace.operations.import_file` takes it; it goes before what the source knows.

    Raises
    ------
    EcoMapError
        If something could not be had or understood; the project is then as it was, and what landed stays in the folder.
    """
    progress = progress or silent()
    asks = asked_of(name, given)
    landed = land(name, given, folder, allowed=allowed, tell=tell, progress=progress.part(0.0, 0.6))
    reports = []
    for number, one in enumerate(landed):
        part = progress.part(0.6 + 0.4 * number / len(landed), 0.6 + 0.4 * (number + 1) / len(landed))
        project, report = bring_in(project, one, settled=settled, progress=part)
        reports.append(report)
    return project, Fetched(asks, landed, tuple(reports))


def understood(project: Project, landed: Landed, *, settled: Mapping[str, Any] | None = None, progress: Progress | None = None) -> Understood:
    """What EcoMap makes of a file that landed: as of a dropped one, with what its source knows of it."""
    return operations.understand(project, landed.path, **known_of(landed, settled), origin=origin_of(landed), progress=progress)


def bring_in(project: Project, landed: Landed, *, settled: Mapping[str, Any] | None = None, progress: Progress | None = None) -> tuple[Project, ImportReport]:
    """Keep the rows of a file that landed; what its source has to say of it stands in the report.

    Raises
    ------
    InputError
        If it cannot be brought in as it is; where it lies is told.
    """
    found = understood(project, landed, settled=settled, progress=progress)
    if found.imported is None and found.problem is not None:
        problem = found.problem
        raise InputError(problem.message, joined([problem.hint, say("The file lies at {path}.", path=named(landed.path))]),
                         {**problem.details, "landed": str(landed.path)}, doubts=problem.doubts) from problem
    called = (settled or {}).get("name") or landed.label
    project, report = operations.import_understood(project, found, called=called)
    return project, evolve(report, lines=(*report.lines, *notes_of(landed)))


def notes_of(landed: Landed) -> tuple[ReportLine, ...]:
    """How a file came, as lines of a report."""
    address, day = named(landed.address.partition("?")[0]), named(landed.fetched[:10])
    came = say("Fetched from {address} on {day}.", address=address, day=day)
    if landed.unchanged:
        came = say("Unchanged at {address} since it was fetched on {day}.", address=address, day=day)
    return (ReportLine("note", came), *(ReportLine("note", note) for note in landed.notes))


def origin_of(landed: Landed) -> Source:
    """Where the rows of a file are from, for the layer."""
    return Source(
        title=landed.label or named(landed.path.stem), publisher=landed.publisher, vintage=landed.vintage, url=landed.address, licence=landed.licence,
        retrieved=landed.fetched[:10], file_name=landed.path.name, sha256=landed.checksum, note=joined(landed.notes))


def noted(folder: Path, landed: Sequence[Landed]) -> None:
    """Write down beside the files where each is from: address, time, checksum, size."""
    path = folder / SOURCES_FILE
    before = _sources_in(path)
    now = {one.path.name: {"address": one.address, "fetched": one.fetched, "sha256": one.checksum, "bytes": one.bytes, "what": str(one.label),
                           "publisher": str(one.publisher), "vintage": str(one.vintage), "licence": str(one.licence)} for one in landed}
    write_whole(path, json.dumps({**before, **now}, indent=2, sort_keys=True, ensure_ascii=False).encode("utf-8"))


def newest_survey(service: str, *, allowed: bool, tell: Tell | None = None, progress: Progress | None = None) -> int:
    """The newest year of the American Community Survey; asked, never guessed."""
    from ecomap.io.connectors import acs  # heavy

    with network(allowed=allowed, tell=tell) as web:
        return acs.newest_year(service, web, progress or silent(), acs.key_of(service))


def key_lacking(problem: EcoMapError) -> str:
    """The name of the key that a service wanted and did not get, or ""."""
    return str(problem.details.get("key", "")) if isinstance(problem, NetworkError) and problem.details.get("kind") == "key" else ""


def use_key(name: str, key: str, *, keep: bool) -> None:
    """Use a key from here on; in the keyring of the system for later too, if wished. It is written nowhere else.

    Raises
    ------
    NetworkError
        If it is to be kept and there is no keyring.
    """
    from ecomap.io.web import keys  # heavy

    keys.use_key(name, key)
    if keep:
        keys.keep_key(name, key)


def landed_as_data(landed: Landed) -> dict[str, Any]:
    """What is known of a file that landed, as plain JSON; the file is named without its folder."""
    said = {name: as_data(getattr(landed, name)) for name in _SAID}
    plainly = {name: getattr(landed, name) for name in ("address", "fetched", "checksum", "bytes", "role", "unchanged")}
    return {**said, **plainly, "file": landed.path.name, "notes": [as_data(note) for note in landed.notes],
            "hints": {one.name: getattr(landed.hints, one.name) if isinstance(getattr(landed.hints, one.name), str) else dict(getattr(landed.hints, one.name))
                      for one in fields(type(landed.hints))}}


def landed_from_data(told: Mapping[str, Any], folder: Path) -> Landed | None:
    """The file of a folder that `landed_as_data` wrote of; None if it is not there any more as it came."""
    from ecomap.io.connectors.spec import Hints, Landed  # heavy

    path = folder / Path(str(told["file"])).name
    if not path.is_file() or path.stat().st_size != told["bytes"] or checksum_of(path) != told["checksum"]:
        return None
    return Landed(
        path, str(told["address"]), str(told["fetched"]), str(told["checksum"]), int(told["bytes"]), role=str(told["role"]), hints=Hints(**told["hints"]),
        notes=tuple(from_data(note) for note in told["notes"]), unchanged=bool(told["unchanged"]), **{name: from_data(told[name]) for name in _SAID})


def known_of(landed: Landed, settled: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What is known of a file for the import: what a person said before what its source knows."""
    said, hints = dict(settled or {}), landed.hints
    return {
        "role": said.get("role") or landed.role, "name": said.get("name") or landed.label,
        "mapping": {**hints.mapping, **(said.get("mapping") or {})}, "constants": {**hints.constants, **(said.get("constants") or {})},
        "indicators": {**hints.indicators, **(said.get("indicators") or {})}, "answers": {**hints.answers, **(said.get("answers") or {})},
        "key": said.get("key") or hints.key, "crs": said.get("crs") or hints.crs, "sublayer": said.get("sublayer") or hints.sublayer,
        "recipes": said.get("recipes", True),
    }


def _sources_in(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
