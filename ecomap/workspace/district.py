"""A project for a district, made of public data part by part: each may fail alone, be left out or be given as a file; what has come is not asked again."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from attrs import evolve, field, frozen

from ecomap.io.connectors.boundaries import FILES, SERVICE
from ecomap.io.connectors.services import service_of
from ecomap.io.connectors.survey import BLOCK_GROUP, TRACT, census_of_year, set_choices
from ecomap.io.counties import NEWEST, counties_of, county_of_code, state_of
from ecomap.io.districts import TABLE, District, find_district, matching, plain, shipped_districts
from ecomap.model import vocabulary as v
from ecomap.model.assets import boundaries_dir
from ecomap.model.errors import EcoMapError, InputError, ParameterError, ProjectError
from ecomap.model.files import write_whole
from ecomap.model.params import Choice, Param, plain_params
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.report import ImportReport
from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.model.said import name as named
from ecomap.workspace import fetching, operations
from ecomap.workspace.fetching import Tell
from ecomap.workspace.layer_names import layer_id_for

if TYPE_CHECKING:
    from ecomap.io.connectors.spec import Ask, Landed

STATE_FILE: Final = "district.json"  # beside the files: which parts have come, and of which year
OUTLINE, AREAS, SURVEY, SCHOOLS, STREETS, PLACES, WATER = "outline", "areas", "survey", "schools", "streets", "places", "water"
HERE, FETCHED, GIVEN, SKIPPED, FAILED, WAITING, INSIDE = "here", "fetched", "given", "skipped", "failed", "waiting", "inside"
_WORDS: Final[Mapping[str, Said]] = {
    HERE: say("here already"), FETCHED: say("fetched"), GIVEN: say("taken from your file"), SKIPPED: say("left out"), FAILED: say("not to be had"),
    WAITING: say("not asked for"), INSIDE: say("those that ship with EcoMap")}
_DISTRICT_KINDS: Final = ("unified", "elementary", "secondary")


@frozen
class Part:
    """One part of a project for a district: what it is, the role of its rows, which parts it cannot be asked for without, and what its layer is called."""

    name: str
    label: Said
    role: str
    after: tuple[str, ...]
    layer: Said


PARTS: Final = (
    Part(OUTLINE, say("The outline of the district"), v.DISTRICT, (), say("District")),
    Part(AREAS, say("Tracts or block groups"), v.NEED_AREA, (OUTLINE,), say("Neighborhoods")),
    Part(SURVEY, say("The survey, with its margins"), v.NEED_AREA, (AREAS,), say("Neighborhoods")),
    Part(SCHOOLS, say("Schools with their pupils"), v.SCHOOL, (), say("Schools")),
    Part(STREETS, say("Streets"), v.GROUND, (AREAS,), say("Roads")),
    Part(PLACES, say("Cities and towns"), v.GROUND, (OUTLINE,), say("Cities and towns")),
    Part(WATER, say("Water"), v.GROUND, (AREAS,), say("Water")),
)
NAMES: Final = tuple(part.name for part in PARTS)


def _part_choices() -> tuple[Choice, ...]:
    return tuple(Choice(part.name, part.label) for part in PARTS)


@frozen
class DistrictParams:
    """For which district, and what of it."""

    state: Annotated[str, Param(say("State", context="of a country"), help=say("Its name, two letters or its code."))] = ""
    district: Annotated[str, Param(say("District"), help=say("Its name, or its code of seven digits (NCES); none where whole counties are meant."))] = ""
    county: Annotated[tuple[str, ...], Param(say("Counties"), help=say("Names or codes, with commas between them, where whole counties are meant."))] = ()
    areas: Annotated[str, Param(say("Neighborhoods"), choices=(
        Choice(TRACT, say("Tracts: some 4,000 people each")), Choice(BLOCK_GROUP, say("Block groups: smaller, with wider margins and fewer tables"))))] = TRACT
    measures: Annotated[str, Param(say("What to know of them"), choices=set_choices())] = "need"
    year: Annotated[int, Param(say("Year of the survey"), help=say("The last of the five years it speaks of; boundaries are of the same year."), ge=0, le=2100,
                               zero=say("the newest"))] = 0
    skip: Annotated[tuple[str, ...], Param(say("Leave out"), choices=_part_choices())] = ()
    given: Annotated[tuple[str, ...], Param(say("Files of your own"), help=say("A part and the file that stands for it, such as schools=schools.csv."), advanced=True)] = ()
    schools: Annotated[str, Param(say("Schools from"), advanced=True, choices=(
        Choice(INSIDE, say("Those that ship with EcoMap, where it has them")), Choice("nces", say("The list of the whole country, asked on the network"))))] = INSIDE
    source: Annotated[str, Param(say("Boundaries from"), advanced=True, choices=(
        Choice(FILES, say("Files drawn for maps: cut at the shore")), Choice(SERVICE, say("Map service: exact, with water"))))] = FILES
    survey_service: Annotated[str, Param(say("Address of the survey's service"), advanced=True)] = service_of("acs")
    files_service: Annotated[str, Param(say("Address of the boundary files"), advanced=True)] = service_of("tiger")
    map_service: Annotated[str, Param(say("Address of the map service"), advanced=True)] = service_of("tigerweb")
    schools_service: Annotated[str, Param(say("Address of the list of schools"), advanced=True)] = service_of("nces")


@frozen
class Outcome:
    """What became of a part: fetched, here already, given, skipped, waiting for another, or failed and why."""

    part: Part
    state: str
    said: Said = NOTHING
    reports: tuple[ImportReport, ...] = ()
    key: str = ""   # that was lacking

    @property
    def words(self) -> Said:
        """The state in words."""
        return _WORDS[self.state]


@frozen
class _Course:
    """The work on one district as it stands."""

    params: DistrictParams
    folder: Path
    allowed: bool
    tell: Tell | None
    project: Project
    year: int = 0
    landed: Mapping[str, tuple[Landed, ...]] = field(factory=dict)
    failed: frozenset[str] = frozenset()


def asks_of(params: DistrictParams) -> tuple[Ask, ...]:
    """What will be asked of whom for the parts that are neither left out nor given; no socket is opened."""
    from ecomap.io.connectors.spec import Ask

    params = _checked(params)
    told: list[Ask] = []
    if not params.year and SURVEY in _wanted(params):
        told.append(Ask(params.survey_service, say("which year of the survey is the newest"), key="census"))
    place, shipped = named(title_of(params)), _shipped(params)
    _refuse_if_only_near(params)
    code = shipped[1].nces_id if shipped is not None else ""
    for part in PARTS:
        if part.name not in _wanted(params):
            continue
        if part.name == SCHOOLS and _inside(params):
            continue
        for name, given in _questions(part.name, params, params.year, tuple(params.county), "", code):
            known = part.name == OUTLINE or params.county or (part.name == SCHOOLS and params.district)
            asks = fetching.asked_of(name, given) if known else ()
            told += asks or (Ask(given.get("files") or given["service"], say("{what}, for the counties that {place} lies in", what=part.label, place=place),
                                 key="census" if name == "acs" else ""),)
    return tuple(dict.fromkeys(told))


def make(project: Project, params: DistrictParams, folder: Path, *, allowed: bool, tell: Tell | None = None,
         done: Callable[[Project, Outcome], None] | None = None, progress: Progress | None = None) -> tuple[Project, tuple[Outcome, ...]]:
    """The project with every part that could be had; what has landed before, at this run or an earlier one, is not asked again.

    Parameters
    ----------
    folder : Path
        Where the files lie, and what has come so far.
    done : callable, optional
        Called after each part with the project as it stands and what became of the part.

    Raises
    ------
    ParameterError
        If what is given makes no sense; faults of single parts are outcomes, not errors.
    """
    progress = progress or silent()
    params = _checked(params)
    folder.mkdir(parents=True, exist_ok=True)
    course = _Course(params, folder, allowed, tell, project, **_remembered(folder, params))
    outcomes: list[Outcome] = []
    for number, part in enumerate(PARTS):
        here = progress.part(number / len(PARTS), (number + 1) / len(PARTS))
        here.at(0.0, part.label)
        course, outcome = _with_part(course, part, here)
        outcomes.append(outcome)
        if done is not None:
            done(course.project, outcome)
    return course.project, tuple(outcomes)


def make_file(path: Path, params: DistrictParams, *, allowed: bool, title: str = "", tell: Tell | None = None,
              done: Callable[[Outcome], None] | None = None, progress: Progress | None = None) -> tuple[Project, tuple[Outcome, ...]]:
    """The same in a project file: made if it is not there, gone on with if it is, and saved after every part.

    Raises
    ------
    EcoMapError
        If what is given makes no sense, or the file cannot be opened or saved.
    """
    if path.is_file():
        start = operations.open_project(path)
        operations.refuse_to_lose(start, path)
        saved: Project | None = start
    else:
        start, saved = _beginning(_checked(params), title), None

    def keep(project: Project, outcome: Outcome) -> None:
        nonlocal saved
        if project is not saved:
            operations.save_project(project, path, previous=saved)
            saved = project
        if done is not None:
            done(outcome)

    return make(start, params, fetching.folder_of(path), allowed=allowed, tell=tell, done=keep, progress=progress)


def _beginning(params: DistrictParams, title: str) -> Project:
    """An empty project; where the schools of the district ship with EcoMap and are wanted, one that has them."""
    shipped = _shipped(params)
    if shipped is not None and _inside(params):
        return operations.new_project(shipped[0], district=shipped[1].code, title=title or shipped[1].name)
    return operations.new_project(title=title or title_of(params))


def _inside(params: DistrictParams) -> bool:
    """Whether the schools are those that ship with EcoMap: wanted, not given as a file, and there for this district."""
    return params.schools == INSIDE and SCHOOLS in _wanted(params) and _shipped(params) is not None


def _with_shipped_schools(project: Project, params: DistrictParams) -> Project:
    """The project with the schools of the district that ship with EcoMap; as it is where a layer has them already."""
    shipped = _shipped(params)
    if shipped is None:
        return project
    starter = operations.new_project(shipped[0], district=shipped[1].code)
    for layer in starter.layers_of(v.SCHOOL):
        rows = starter.frame(layer.id)
        codes = set(rows[v.ID])
        if all(codes.isdisjoint(project.frame(own.id)[v.ID]) for own in project.layers_of(v.SCHOOL)):
            project = project.with_layer(evolve(layer, id=layer_id_for(project, layer.id)), rows.to_crs(project.crs))
    return project


def make_own_file(path: Path, params: DistrictParams, *, allowed: bool, done: Callable[[Outcome], None] | None = None,
                  progress: Progress | None = None) -> tuple[Project, tuple[Outcome, ...]]:
    """The same for the window: nobody else writes the file meanwhile, and a file that is another project is left alone.

    Raises
    ------
    ProjectError
        If there is a project of that name that was not begun like this, or another program has it.
    """
    from ecomap.io.store import locking  # heavy

    if path.is_file() and not (fetching.folder_of(path) / STATE_FILE).is_file():
        raise ProjectError(say("{path} exists already.", path=named(path.name)), say("Choose another name."))
    path.parent.mkdir(parents=True, exist_ok=True)
    with locking.held(path, "EcoMap", wait_s=0.0):
        return make_file(path, params, allowed=allowed, done=done, progress=progress)


def known_names() -> tuple[str, ...]:
    """The districts that ship with EcoMap, by name and county."""
    return tuple(one.full_name for state in _shipped_states() for one in _districts(state))


def _with_part(course: _Course, part: Part, progress: Progress) -> tuple[_Course, Outcome]:
    """One part asked for, landed and brought in, or why not."""
    files = _given(course.params)
    if part.name in course.params.skip:
        return course, Outcome(part, SKIPPED)
    try:
        if part.name == SCHOOLS and _inside(course.params):  # never asked for, as `asks_of` promises
            return evolve(course, project=_with_shipped_schools(course.project, course.params)), Outcome(part, INSIDE)
        if part.name in files:
            project, report = _brought_from(course, part, files[part.name], progress)
            return evolve(course, project=project), Outcome(part, GIVEN, reports=(report,) if report else ())
        lacking = _lacking(course, part)
        if lacking:
            return _failing(course, part), Outcome(part, WAITING, say("Waits for: {parts}.", parts=joined([_of(one).label for one in lacking], ", ")))
        course, state = _landed(course, part, progress.part(0.0, 0.7))
        return _brought(course, part, state, progress.part(0.7, 1.0))
    except EcoMapError as problem:
        return _failing(course, part), Outcome(part, FAILED, problem.said, key=fetching.key_lacking(problem))


def _lacking(course: _Course, part: Part) -> list[str]:
    """The parts that one cannot be asked for without: those that failed, and the areas where they tell no county, which would mean the whole state."""
    after = (*part.after, *((AREAS,) if part.name == SCHOOLS and not (course.params.district or course.params.county) else ()))
    return [one for one in after if one in course.failed or (one == AREAS and not _counties(course))]


def _failing(course: _Course, part: Part) -> _Course:
    return evolve(course, failed=course.failed | {part.name})


def _landed(course: _Course, part: Part, progress: Progress) -> tuple[_Course, str]:
    """The files of a part: those that landed before, else asked for."""
    if part.name in course.landed:
        return course, HERE
    course = _with_year(course, part, progress)
    found: list[Landed] = []
    questions = _questions(part.name, course.params, course.year, _counties(course), _outline(course), _code(course))
    for number, (name, given) in enumerate(questions):
        piece = progress.part(number / len(questions), (number + 1) / len(questions))
        try:
            found += fetching.land(name, given, course.folder, allowed=course.allowed, tell=course.tell, progress=piece)
        except EcoMapError as problem:
            if part.name != OUTLINE or number == len(questions) - 1 or problem.details.get("kind") not in ("gone", "empty"):
                raise
        if part.name == OUTLINE and found:
            break
    course = evolve(course, landed={**course.landed, part.name: tuple(found)})
    _remember(course)
    return course, FETCHED


def _brought(course: _Course, part: Part, state: str, progress: Progress) -> tuple[_Course, Outcome]:
    """The files of a part in the project, those that are not in it yet."""
    project, reports = course.project, []
    for one in course.landed[part.name]:
        if _holds(project, one.checksum):
            continue
        project, report = fetching.bring_in(project, one, settled={"name": _layer_name(part, one)}, progress=progress)
        reports.append(report)
    return evolve(course, project=project), Outcome(part, state, reports=tuple(reports))


def _layer_name(part: Part, landed: Landed) -> Said:
    """What a layer is called: short, since the whole project is of one place."""
    return say("{layer} {year}", layer=part.layer, year=landed.vintage) if landed.vintage else part.layer


def _brought_from(course: _Course, part: Part, path: Path, progress: Progress) -> tuple[Project, ImportReport | None]:
    """A file of the planner's own as a part."""
    understood = operations.understand(course.project, path, part.role, constants=_constants(course, part),
                                       answers={"walking": "yes"} if part.name == STREETS else {}, progress=progress)
    if understood.raw is not None and _holds(course.project, understood.raw.sha256):
        return course.project, None
    return operations.import_understood(course.project, understood)


def _constants(course: _Course, part: Part) -> dict[str, str]:
    year = course.year or course.params.year
    return {v.CENSUS: census_of_year(year)} if part.role == v.NEED_AREA and year else {}


def _questions(part: str, params: DistrictParams, year: int, counties: tuple[str, ...], outline: str, code: str) -> list[tuple[str, dict[str, Any]]]:
    """What is asked of which source for a part, one after the other."""
    maps = {"state": params.state, "year": year, "files": params.files_service, "service": params.map_service, "source": params.source}
    by_place = {"within": outline} if outline else {"county": ",".join(counties)} if counties else {}
    if part == OUTLINE:
        kinds = _DISTRICT_KINDS if params.district else ("county",)
        only = {"only": (code or params.district,)} if params.district else {"county": ",".join(counties)}
        return [("boundaries", {**maps, **only, "kind": kind}) for kind in kinds]
    if part == AREAS:
        return [("boundaries", {**maps, **by_place, "kind": params.areas})]
    if part == SURVEY:
        return [("acs", {"state": params.state, "county": ",".join(counties), "year": year, "measures": params.measures, "areas": params.areas,
                         "service": params.survey_service})]
    if part == SCHOOLS:
        who = {"district": code or params.district} if params.district else {"county": ",".join(counties)}
        return [("nces", {"state": params.state, **who, "service": params.schools_service})]
    if part == PLACES:
        return [("boundaries", {**maps, **({"within": outline} if outline else {}), "kind": "place"})]
    return [("boundaries", {**maps, "county": ",".join(counties), "kind": {STREETS: "roads", WATER: "water"}[part], "source": FILES})]


def _with_year(course: _Course, part: Part, progress: Progress) -> _Course:
    """The year that all parts are of: the one given, else the newest that the survey has, asked once and remembered."""
    if course.year or course.params.year or part.name == SCHOOLS or SURVEY not in _wanted(course.params):
        return course if course.year else evolve(course, year=course.params.year)
    year = fetching.newest_survey(course.params.survey_service, allowed=course.allowed, tell=course.tell, progress=progress)
    course = evolve(course, year=year)
    _remember(course)
    return course


def _counties(course: _Course) -> tuple[str, ...]:
    """Codes of the counties: those that are named, else those of the areas of the project."""
    params = course.params
    if params.county:
        return tuple(one.code for one in counties_of(state_of(params.state), params.county, course.year or NEWEST))
    codes = {str(code)[:5] for layer in course.project.layers_of(v.NEED_AREA) for code in course.project.frame(layer.id)[v.ID]}
    return tuple(sorted(code for code in codes if county_of_code(code)))


def _outline(course: _Course) -> str:
    """The file with the outline of the district; whole counties need none."""
    given = _given(course.params).get(OUTLINE)
    if given is not None:
        return str(given.absolute())
    found = course.landed.get(OUTLINE, ()) if course.params.district else ()
    return str(found[0].path) if found else ""


def _code(course: _Course) -> str:
    """The code of the district (NCES): as it ships with EcoMap, else as the outline tells it."""
    shipped = _shipped(course.params)
    if shipped is not None and shipped[1].nces_id:
        return shipped[1].nces_id
    layers = course.project.layers_of(v.DISTRICT)
    codes = [str(code) for layer in layers[:1] for code in course.project.frame(layer.id)[v.ID]]
    return codes[0] if len(codes) == 1 and len(codes[0]) == 7 and codes[0].isdigit() else ""


def _checked(params: DistrictParams) -> DistrictParams:
    """The params with what can be told without asking: the state of a code, and of a district that ships with EcoMap."""
    code, shipped = params.district.strip(), _shipped(params)
    if not params.state and shipped is not None:
        params = evolve(params, state=_state_name(shipped[0]))
    if not params.state and len(code) == 7 and code.isdigit():
        params = evolve(params, state=code[:2])
    if not params.state:
        raise ParameterError(say("Say in which state."), say("Its name, its two letters or its code."), {"parameter": "state"})
    state = state_of(params.state)
    if params.county:
        counties_of(state, params.county, params.year or NEWEST)
    if not (params.district or params.county or OUTLINE in _given(params)):
        raise ParameterError(say("Say which district or which counties."), say("Give a name or a code, or the outline as a file."), {"parameter": "district"})
    for path in _given(params).values():
        if not path.exists():
            raise InputError(say("There is no file '{file}' at '{folder}'.", file=named(path.name), folder=named(path.parent)), say("Check the name and the folder."))
    return params


def title_of(params: DistrictParams) -> str:
    """What the project is called: its district, its counties, or the file with its outline."""
    shipped, outline = _shipped(params), _given(params).get(OUTLINE)
    return shipped[1].name if shipped is not None else params.district or ", ".join(params.county) or (outline.stem if outline else "")


@functools.cache
def _districts(starter: str) -> tuple[District, ...]:
    """Looked at with every letter that somebody types."""
    return shipped_districts(starter)


@functools.cache
def _shipped_states() -> tuple[str, ...]:
    """The starters that hold a whole state, district by district."""
    folder = boundaries_dir()
    return tuple(sorted(path.name for path in folder.iterdir() if (path / TABLE).is_file())) if folder.is_dir() else ()


def _state_name(starter: str) -> str:
    return starter.replace("-", " ")


def _shipped(params: DistrictParams) -> tuple[str, District] | None:
    """The district that is meant, where it ships with EcoMap and no other is called so: its starter, and what is known of it."""
    return _meant(state_of(params.state).code if params.state else "", params.district.strip())


def _refuse_if_only_near(params: DistrictParams) -> None:
    """A name that no district of a shipped state has whole, but part of one has, is asked about before the network is.

    Raises
    ------
    ProjectError
        With the districts that may be meant.
    """
    text, state = params.district.strip(), state_of(params.state).code if params.state else ""
    if not text or text.isdecimal() or _shipped(params) is not None:
        return
    for starter in _shipped_states():
        if state in ("", state_of(_state_name(starter)).code) and any(plain(text) in plain(one.name) for one in _districts(starter)):
            find_district(_districts(starter), text)


@functools.lru_cache(maxsize=64)
def _meant(state: str, text: str) -> tuple[str, District] | None:
    starters = [one for one in _shipped_states() if state in ("", state_of(_state_name(one)).code)]
    found = [(starter, one) for starter in starters for one in matching(_districts(starter), text)] if text else []
    return found[0] if len(found) == 1 else None


def _given(params: DistrictParams) -> dict[str, Path]:
    found = {}
    for pair in params.given:
        part, equals, path = pair.partition("=")
        if not equals or part.strip() not in NAMES or not path.strip():
            raise ParameterError(say("'{pair}' is not a part and its file.", pair=named(pair)), say("Parts: {names}.", names=joined(NAMES, ", ")),
                                 {"parameter": "given", "value": pair})
        found[part.strip()] = Path(path.strip())
    return found


def _wanted(params: DistrictParams) -> tuple[str, ...]:
    """The parts that are asked for on the network."""
    return tuple(name for name in NAMES if name not in params.skip and name not in _given(params))


def _of(name: str) -> Part:
    return next(part for part in PARTS if part.name == name)


def _holds(project: Project, checksum: str) -> bool:
    """Whether the project has a layer of this very file."""
    return bool(checksum) and any(source.sha256 == checksum for layer in project.layers for source in layer.sources)


def _question(params: DistrictParams) -> dict[str, Any]:
    """What a district was asked for with: other settings are another question, whose parts are asked anew."""
    told = {name: value for name, value in plain_params(params).items() if name not in ("skip", "given")}
    files = _given(params)
    return {**told, "given": {part: str(files[part].absolute()) for part in (OUTLINE, AREAS) if part in files}}  # the others lie on their ground


def _remember(course: _Course) -> None:
    """Write down which parts have come, so that nothing of it is asked again after a crash."""
    told = {"asked": _question(course.params), "year": course.year, "parts": {part: [fetching.landed_as_data(one) for one in found] for part, found in course.landed.items()}}
    write_whole(course.folder / STATE_FILE, json.dumps(told, indent=1, ensure_ascii=False).encode("utf-8"))


def _remembered(folder: Path, params: DistrictParams) -> dict[str, Any]:
    """What has come of this very question before and still lies there as it came."""
    try:
        told = json.loads((folder / STATE_FILE).read_text(encoding="utf-8"))
        if told["asked"] != _question(params):
            return {}
        parts = {str(part): [fetching.landed_from_data(one, folder) for one in found] for part, found in told["parts"].items() if part in NAMES}
        return {"year": int(told["year"]), "landed": {part: tuple(filter(None, found)) for part, found in parts.items() if found and None not in found}}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
