"""The lists a parameter can be chosen from, as the project stands, in a planner's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve

from ecomap.model.frames import weight_column
from ecomap.model.layer import NO_GEOMETRY, POINT, POLYGON, Layer
from ecomap.model.params import Choice
from ecomap.model.project import Project
from ecomap.model.roles import ROLE_LABELS
from ecomap.model.said import Said, joined, name, plural, say
from ecomap.model.units import format_number
from ecomap.model.vocabulary import (
    ALLOCATION,
    APPROACH,
    APPROACH_LABELS,
    APPROACHES,
    ATTENDANCE_AREA,
    CATEGORY,
    DISTRICT,
    EMPLOYER,
    ENROLLMENT,
    FROM_ORGANISATION,
    FRPM_SHARE,
    FUNDER,
    FUNDING,
    FUNDING_RATE,
    ID,
    LEAD_ORGANISATION,
    LEVEL,
    LEVEL_LABELS,
    LEVELS,
    NAME,
    NEED_AREA,
    NOBODY_YET,
    ORGANISATION,
    OUTCOME,
    PARTICIPATION,
    POSITION,
    PROGRAM,
    RECIPIENT,
    REFERENCE,
    RESULT,
    SCHOOL,
    SCHOOL_LEVELS,
    SERVICE,
    SERVICE_KINDS,
    SITE,
    SPENDING,
    STAFF_ROLE,
    TIE,
    TO_ORGANISATION,
    YEAR,
    ZONE,
)

SERVICE_TARGET = "service:"
ORGANISATION_COLUMNS = (
    (ORGANISATION, NAME), (SERVICE, ORGANISATION), (SITE, LEAD_ORGANISATION), (ZONE, LEAD_ORGANISATION), (PARTICIPATION, LEAD_ORGANISATION),
    (STAFF_ROLE, EMPLOYER), (FUNDING, FUNDER), (FUNDING, RECIPIENT), (TIE, FROM_ORGANISATION), (TIE, TO_ORGANISATION),
)
APPROACH_TARGET = "approach:"
ANY = "*"
ALL_LEVELS = "all"
TARGET_ROLES: Mapping[str, Said] = {
    ATTENDANCE_AREA: say("All attendance areas"), DISTRICT: say("All districts"), ZONE: say("All zones"),
}


def choices(project: Project, of: str) -> tuple[Choice, ...]:
    """What can be chosen for a ``choices_from`` list; empty if the project holds nothing for it.

    Raises
    ------
    KeyError
        If there is no list of that name: a mistake in an analysis, not a planner's.
    """
    return _LISTS[of](project)


def coverage_targets(project: Project) -> tuple[Choice, ...]:
    """What can be in reach: service categories by size, any service, then the approaches, any approach; last what nobody has yet."""
    counts = _counted(project, SERVICE, CATEGORY)
    found = [
        _counting(SERVICE_TARGET + category, SERVICE_KINDS.get(category) or name(category), _service_locations(count))
        for category, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    if len(found) > 1:
        found.append(_counting(SERVICE_TARGET + ANY, say("Any service"), _service_locations(sum(counts.values()))))
    if any(project.layers_of(role) for role in (SITE, ZONE)):
        found += [evolve(choice, value=APPROACH_TARGET + choice.value) for choice in approaches(project)]
        found.append(Choice(APPROACH_TARGET + ANY, say("Any of the three approaches")))
    return (*found, Choice(NOBODY_YET, say("Nobody has it yet: everyone is out of reach"), say("Nobody has it yet")))


def chosen_value(project: Project, of: str, text: str) -> str:
    """The value of a list that a planner means: as it is, in any case, by its label or without its kind; nothing stays nothing.

    >>> chosen_value(Project(), "approach", "Linked_Learning")
    'linked_learning'
    """
    wanted = text.strip().casefold()
    if not wanted:  # else a list of one entry without a kind would be taken for it, and the same question be another one
        return ""
    listed = choices(project, of)
    for known in (
        lambda choice: choice.value == text,
        lambda choice: choice.value.casefold() == wanted,
        lambda choice: choice.label.casefold() == wanted,
        lambda choice: choice.value.partition(":")[2].casefold() == wanted,
    ):
        found = [choice.value for choice in listed if known(choice)]
        if len(found) == 1:
            return found[0]
    return text


def approaches(project: Project) -> tuple[Choice, ...]:
    """The three approaches, always in the same order: none comes first because it is bigger; then those of the place itself, by name."""
    sites = _counted(project, SITE, APPROACH)
    zones = _counted(project, ZONE, APPROACH)
    words = []
    for approach in (*APPROACHES, *sorted((set(sites) | set(zones)) - set(APPROACHES))):
        parts = [plural("{n} site", "{n} sites", sites[approach])] if approach in sites else []
        parts += [plural("{n} zone", "{n} zones", zones[approach])] if approach in zones else []
        words.append(_counting(approach, name(APPROACH_LABELS.get(approach) or approach), joined(parts, ", ") or say("none in this project")))
    return tuple(words)


def indicators(project: Project) -> tuple[Choice, ...]:
    """The measured needs of the first need-area layer, as it orders them."""
    layers = [layer for layer in project.layers_of(NEED_AREA) if layer.indicators]
    if not layers:
        return ()
    return tuple(
        _counting(indicator.column, indicator.label, indicator.source.listed_vintage)
        for indicator in layers[0].indicators
    )


def need_domains(project: Project) -> tuple[Choice, ...]:
    """What the indicators of the first need-area layer are about; those about nothing in particular are "other"."""
    layers = [layer for layer in project.layers_of(NEED_AREA) if layer.indicators]
    found = dict.fromkeys(indicator.domain or say("other") for indicator in layers[0].indicators) if layers else {}
    return tuple(Choice(str(domain), domain.capitalize()) for domain in found)


def levels(project: Project) -> tuple[Choice, ...]:
    """All levels together, then those that the project has areas or schools for."""
    found: set[str] = set()
    for layer in project.layers_of(ATTENDANCE_AREA):
        frame = project.frame(layer.id)
        said = frame[LEVEL].dropna().unique() if LEVEL in frame else [layer.level]
        found |= {level for text in said for level in str(text).split("+")} - {""}
    for layer in project.layers_of(SCHOOL):
        frame = project.frame(layer.id)
        if LEVELS in frame:
            found |= {level for text in frame[LEVELS].dropna().unique() for level in str(text).split("+")}
    every = (Choice(ALL_LEVELS, say("All levels")),) if found else ()
    return (*every, *(Choice(level, name(LEVEL_LABELS[level])) for level in SCHOOL_LEVELS if level in found))


def service_categories(project: Project) -> tuple[Choice, ...]:
    counts = _counted(project, SERVICE, CATEGORY)
    return tuple(_counting(category, SERVICE_KINDS.get(category) or name(category), format_number(count)) for category, count in sorted(counts.items()))


def schools(project: Project) -> tuple[Choice, ...]:
    """No school in particular, then every school by name; equal names with their id."""
    named: dict[str, str] = {}
    for layer in project.layers_of(SCHOOL):
        frame = project.frame(layer.id)
        named |= dict(zip(frame[ID].astype(str), frame[NAME if NAME in frame else ID].astype(str), strict=True))
    if not named:
        return ()
    often = Counter(named.values())
    listed = sorted((f"{called} ({key})" if often[called] > 1 else called, key) for key, called in named.items())
    return (Choice("", say("None in particular")), *(Choice(key, name(label)) for label, key in listed))


def one_school(project: Project) -> tuple[Choice, ...]:
    """Every school by name; equal names with their id."""
    return schools(project)[1:]


def school_traits(project: Project) -> tuple[Choice, ...]:
    """What schools can be alike in: need around them, meals and pupils, level, then their other columns of numbers."""
    columns: dict[str, Said] = {}
    has_levels = False
    for layer in project.layers_of(SCHOOL):
        frame = project.frame(layer.id)
        has_levels |= LEVELS in frame
        numbers = frame.select_dtypes("number", exclude="bool").columns
        columns |= {column: layer.column(column).label for column in map(str, numbers) if not layer.column(column).hidden}
    if not columns and not has_levels:
        return ()
    need = (Choice("need", say("Need around the school")),) if indicators(project) else ()
    first = [column for column in (FRPM_SHARE, ENROLLMENT) if column in columns]
    rest = [column for column in columns if column not in first]
    level = (Choice("level", say("Level")),) if has_levels else ()
    return (*need, *(Choice(column, columns[column]) for column in first), *level, *(Choice(column, columns[column]) for column in rest))


def school_outcomes(project: Project) -> tuple[Choice, ...]:
    """The outcomes that the tables of outcomes hold, in their order."""
    from ecomap.analysis.assets.outcomes import outcomes_of  # heavy

    layers = [layer for layer in project.layers_of(OUTCOME) if not layer.result_id]
    found = {one.column: one.label for layer in layers for one in outcomes_of(layer, project.frame(layer.id))}
    if not found:
        return (Choice("", say("none in this project")),)
    return tuple(Choice(column, name(label)) for column, label in found.items())


def student_groups(project: Project) -> tuple[Choice, ...]:
    """Groups that the first need-area layer counts, then those it only has rates of."""
    from ecomap.analysis.gaps.room.groups import ESTIMATED, offered_groups  # heavy

    layers = [layer for layer in project.layers_of(NEED_AREA) if not layer.result_id]
    if not layers:
        return ()
    found = offered_groups(layers[0], project.frame(layers[0].id))
    return tuple(Choice(group, say("{group} (estimated from a rate)", group=name(label)) if how == ESTIMATED else name(label))
                 for group, label, how in found)


def school_numbers(project: Project) -> tuple[Choice, ...]:
    """None in particular, then every column of the schools that holds numbers."""
    named: dict[str, Said] = {}
    for layer in project.layers_of(SCHOOL):
        numbers = project.frame(layer.id).select_dtypes("number", exclude="bool").columns
        named |= {column: layer.column(column).label for column in map(str, numbers) if not layer.column(column).hidden}
    return (Choice("", say("None: every school costs the same")), *(Choice(column, label) for column, label in named.items()))


def rate_years(project: Project) -> tuple[Choice, ...]:
    """The school years whose state rates are known, latest first, with what the project holds of each."""
    from ecomap.analysis.money.rates import rates_from, shipped_rates  # heavy

    known = dict(shipped_rates())
    for layer in project.layers_of(FUNDING_RATE):
        known |= rates_from(project.frame(layer.id).to_dict("records"))
    held: dict[str, list[Said]] = {}
    for role in (SPENDING, ALLOCATION, POSITION):
        for layer in project.layers_of(role):
            frame = project.frame(layer.id)
            for year in sorted(set(frame[YEAR].dropna().astype(str))) if YEAR in frame else ():
                held.setdefault(year, []).append(name(ROLE_LABELS[role]).small())
    listed = []
    for year in sorted(known, reverse=True):
        about = [*dict.fromkeys(held.get(year, ())), *([say("rates not confirmed")] if known[year].confirmed == "no" else [])]
        listed.append(_counting(year, name(year), joined(about, ", ")))
    return (Choice("", say("The year of the pupil counts, else the latest confirmed")), *listed)


def programs(project: Project) -> tuple[Choice, ...]:
    """The programs of which allocations were published; none in particular first."""
    counts = Counter[str]()
    for layer in project.layers_of(ALLOCATION):
        frame = project.frame(layer.id)
        counts.update(frame[PROGRAM].dropna().astype(str) if PROGRAM in frame else ())
    found = [_counting(program, name(program), plural("{n} row", "{n} rows", count)) for program, count in sorted(counts.items()) if program]
    return (Choice("", say("The one that most schools have")), *found)


def need_layers(project: Project) -> tuple[Choice, ...]:
    return _named(project.layers_of(NEED_AREA))


def area_layers(project: Project) -> tuple[Choice, ...]:
    """Every polygon layer that is not a result."""
    return _named(layer for layer in project.layers if layer.geometry == "polygon" and layer.role != RESULT)


def target_areas(project: Project) -> tuple[Choice, ...]:
    """Areas that indicators can be carried to: attendance areas, zones, districts, then each layer of areas by itself."""
    layers = [layer for layer in project.layers if layer.role in (*TARGET_ROLES, REFERENCE) and layer.geometry == POLYGON]
    together = tuple(
        _counting(role, label, format_number(sum(len(project.frame(layer.id)) for layer in layers if layer.role == role)))
        for role, label in TARGET_ROLES.items() if any(layer.role == role for layer in layers)
    )
    return (*together, *_named(layers))


def organisations(project: Project) -> tuple[Choice, ...]:
    """None in particular, then every organisation that a table of the project names."""
    named: dict[str, str] = {}
    for role, column in ORGANISATION_COLUMNS:
        for layer in project.layers_of(role):
            frame = project.frame(layer.id)
            for text in frame[column].dropna().astype(str).unique() if column in frame else ():
                shown = " ".join(text.split())
                if shown:
                    named.setdefault(shown.casefold(), shown)
    if not named:
        return ()
    return (Choice("", say("None in particular")), *(Choice(called, name(called)) for _, called in sorted(named.items())))


def one_organisation(project: Project) -> tuple[Choice, ...]:
    """Every organisation by name."""
    return organisations(project)[1:]


def tie_kinds(project: Project) -> tuple[Choice, ...]:
    """The kinds of ties: those that ship and those of the project."""
    from ecomap.workspace.inventory_tables import project_terms  # heavy

    return tuple(Choice(term.code, term.label) for term in project_terms(project).of("tie_kind"))


def line_layers(project: Project) -> tuple[Choice, ...]:
    """None, then each layer of areas whose lines may be kept: districts, zones, attendance areas, other areas."""
    layers = [layer for role in (DISTRICT, ZONE, ATTENDANCE_AREA, REFERENCE) for layer in project.layers_of(role)
              if layer.geometry == POLYGON and not layer.result_id]
    return (Choice("", say("None: wherever areas touch")), *_named(layers))


def weight_layers(project: Project) -> tuple[Choice, ...]:
    """Where people may live within a need area: evenly over it, or at points or small areas with a number of people."""
    found = [layer for layer in project.layers if layer.role in (NEED_AREA, REFERENCE) and layer.geometry in (POINT, POLYGON)
             and not layer.result_id and weight_column(project.frame(layer.id))]
    main = next(iter(project.layers_of(NEED_AREA)), None)
    even = Choice("", say("Evenly over each need area"))
    return (even, *(Choice(layer.id, say("As in {layer}", layer=layer.name)) for layer in found if layer is not main))


def _named(layers: Any) -> tuple[Choice, ...]:
    return tuple(Choice(layer.id, layer.name) for layer in layers)


def _counted(project: Project, role: str, column: str) -> dict[str, int]:
    """Rows with a place per value of a text column, over every layer of a role."""
    counts: dict[str, int] = {}
    for layer in project.layers_of(role):
        frame = _on_the_map(project, layer)
        if column in frame:
            for value, count in frame[column].dropna().value_counts().items():
                if not str(value).strip():
                    continue  # a service that is not sorted is no kind of work
                counts[str(value)] = counts.get(str(value), 0) + int(count)
    return counts


def _on_the_map(project: Project, layer: Layer) -> Any:
    frame = project.frame(layer.id)
    if layer.geometry == NO_GEOMETRY:
        return frame.iloc[:0]
    return frame[frame.geometry.notna() & ~frame.geometry.is_empty]


def _counting(value: str, label: Said, about: Said) -> Choice:
    """A choice with what is known about it in brackets: how many there are, or of which years."""
    return Choice(value, say("{label} ({about})", label=label, about=about) if about else label, label)


def _service_locations(count: int) -> Said:
    return plural("{n} service location", "{n} service locations", count)


_LISTS: Mapping[str, Callable[[Project], tuple[Choice, ...]]] = {
    "coverage_target": coverage_targets,
    "approach": approaches,
    "indicator": indicators,
    "level": levels,
    "need_domain": need_domains,
    "school": schools,
    "one_school": one_school,
    "school_number": school_numbers,
    "school_trait": school_traits,
    "school_outcome": school_outcomes,
    "student_group": student_groups,
    "service_category": service_categories,
    "need_layer": need_layers,
    "rate_year": rate_years,
    "program": programs,
    "area_layer": area_layers,
    "line_layer": line_layers,
    "organisation": organisations,
    "one_organisation": one_organisation,
    "tie_kind": tie_kinds,
    "target_area": target_areas,
    "weight_layer": weight_layers,
}
