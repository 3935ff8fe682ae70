"""What a scenario that closes or merges schools means: an answer of its own, in plain words."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from ecomap.model import vocabulary as v
from ecomap.model.dates import day_of
from ecomap.model.errors import InputError
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.result import AGE, Note, Provenance, Result
from ecomap.model.said import joined, name, plural, say
from ecomap.model.scenario import CLOSE, MERGE, Scenario
from ecomap.model.units import METRES_PER_MILE
from ecomap.workspace.inputs import on_the_map, unique_sources
from ecomap.workspace.scenarios.happening import GO_ALONG, happened

if TYPE_CHECKING:
    from ecomap.analysis.plan.closing.answer import Case

CLOSING: Final = "closing"  # in the place of a question's name


def closes_schools(project: Project, scenario: Scenario) -> bool:
    """Whether a scenario closes or merges any school."""
    return bool(_closing(project, scenario))


def closing_report(project: Project, scenario_id: str, *, reach_m: float = METRES_PER_MILE, by: int = 0, progress: Progress | None = None) -> Result:
    """Whose way grows when the schools of a scenario close, what leaves with them, and who is hit most.

    Parameters
    ----------
    reach_m : float
        How far another support of the same kind may be to count as within reach, along the estimated way.
    by : int
        Only the changes of this year or before; 0 is all.

    Returns
    -------
    Result
        With tables "ways", "leaving", "hit" and "areas_<level>"; the project does not keep it.

    Raises
    ------
    InputError
        If the scenario closes no school, or there are no need areas to tell where people live.
    """
    from ecomap.analysis.notes import count_note  # heavy
    from ecomap.analysis.plan.closing import tables, words
    from ecomap.analysis.plan.closing.answer import closing
    from ecomap.analysis.vintage import age_of, day_and_year, too_old

    scenario = project.scenario(scenario_id)
    chosen = _closing(project, scenario, by)
    if not chosen:
        raise InputError(say("'{scenario}' closes no school and merges none.", scenario=name(scenario.name)), say("Let a school close in it, or compare it with today."))
    if not [one for one in project.layers_of(v.NEED_AREA) if not one.result_id]:
        raise InputError(say("The project has no need areas, so nobody can say where people live."), say("Import a file with the role need_area."))
    made = happened(project, scenario, by=by)
    case = _case(project, made.project, chosen, reach_m)
    found = closing(case, progress=progress or silent())
    others = [layer for layer in dict.fromkeys(layer for layer, _ in chosen) if layer != case.schools_layer.id]
    notes = [Note("caution", text) for text in made.skipped]
    tied = {one.row for one in made.gone if project.layer(one.layer).role == v.TIE}
    if tied:
        notes.append(count_note(plural("{n} stated tie between organisations names a school that closes and goes with it; ties that name no school stay.",
                                       "{n} stated ties between organisations name a school that closes and go with it; ties that name no school stay.", len(tied))))
    notes += [Note("caution", say("Schools of {layer} close too and are not in this answer: it reads one layer of schools.", layer=project.layer(one).name)) for one in others]
    told = {"scenario": scenario.id, "reach_m": reach_m, "detour": case.detour, "count": case.count, "as_of": project.day}
    ages = [age for one, counted in ((case.layer, case.layer.indicators), (case.schools_layer, ())) if (age := age_of(one, counted)) is not None]
    old = too_old(case.day.isoformat(), ages)
    notes += [Note("caution", old, about=AGE)] if old else []
    used = [case.layer, case.schools_layer, *(project.layer(table.layer) for table in case.tables)]
    return Result(
        f"{CLOSING}-{hashlib.sha256(repr((told, scenario.changes)).encode()).hexdigest()[:8]}", CLOSING, tables.title_of(found), joined([words.sentence(found), day_and_year(case.day.isoformat(), ages)]), tables.outputs_of(found),
        words.figures(found), (*notes, *words.notes(found)),
        provenance=Provenance(CLOSING, "1", told, (), unique_sources(source for layer in used for source in layer.sources)))


def _closing(project: Project, scenario: Scenario, by: int = 0) -> dict[tuple[str, str], str]:
    """(layer, school) -> the school its pupils go to, "" for none."""
    return {(one.layer, one.feature): one.into if one.kind == MERGE else "" for one in scenario.changes
            if one.kind in (CLOSE, MERGE) and not (by and one.year > by) and project.has_layer(one.layer) and project.layer(one.layer).role == v.SCHOOL
            and one.feature in set(project.frame(one.layer)[v.ID].astype(str))}


def _case(project: Project, then: Project, chosen: dict[tuple[str, str], str], reach_m: float) -> Case:
    from ecomap.analysis.people import fitting_count  # heavy
    from ecomap.analysis.plan.closing.answer import Case
    from ecomap.analysis.plan.closing.leaving import Table
    from ecomap.analysis.travel.at_school import at_schools
    from ecomap.analysis.travel.params import DETOUR
    from ecomap.model.terms import shipped_terms

    layer_id = next(iter(chosen))[0]
    schools = project.frame(layer_id)
    closes = schools[v.ID].astype(str).isin([school for layer, school in chosen if layer == layer_id]).to_numpy()
    need = next(one for one in project.layers_of(v.NEED_AREA) if not one.result_id)
    areas = on_the_map(project, need)
    tables = [Table(one.id, one.role, project.frame(one.id), at_schools(project.frame(one.id), schools, closes), then.frame(one.id))
              for one in project.layers if one.role in GO_ALONG and not one.result_id and len(project.frame(one.id))]
    rows: Any = [project.frame(one.id) for one in project.layers_of(v.TERM)]
    terms = shipped_terms()
    for frame in rows:
        terms = terms.with_own(zip(*(frame[column].fillna("").astype(str) if column in frame else [""] * len(frame) for column in (v.VOCABULARY, v.CODE, v.LABEL, v.PARENT)),
                                   strict=True))
    into = {school: other for (layer, school), other in chosen.items() if layer == layer_id and other}
    layer = project.layer(layer_id)
    return Case(areas, need, schools, layer, closes, then.frame(layer_id), into, tables, terms, day_of(project.day), reach_m, DETOUR,
                fitting_count(v.CHILDREN, areas), sum(not one.result_id for one in project.layers_of(v.SCHOOL)) - 1)
