"""What was agreed: written at the table, changed, done or dropped; where it is for, and who is known to lead or help."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, Final

from attrs import evolve, frozen

from ecomap.model import vocabulary as v
from ecomap.model.agreed_table import BETWEEN_NAMES
from ecomap.model.commitment import DROPPED, LONGEST_TEXT, MOST, OPEN, Commitment, in_order, is_day
from ecomap.model.dates import today
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.model.said import Said, name, say
from ecomap.model.terms import plain
from ecomap.workspace.inventory_tables import inventory_rows, project_terms

PLACES: Final = (v.SCHOOL, v.ZONE, v.ATTENDANCE_AREA, v.DISTRICT, v.NEED_AREA)  # roles of what something can be agreed for
_MARK: Final = "c-"
_DIGITS: Final = 10


@frozen
class Place:
    """A school or an area that something can be agreed for."""

    layer: str
    feature: str
    name: str
    kind: Said


def agree(project: Project, what: str, *, day: str = "", **fields: Any) -> Project:
    """Write down what was agreed, today unless another ``day`` is said.

    Parameters
    ----------
    fields
        Those of `ecomap.model.commitment.Commitment`; who leads and helps as texts, several separated by semicolons, or as tuples.

    Raises
    ------
    InputError
        If it says nothing, or something of it cannot be kept.
    """
    made = _checked(project, Commitment("-", what, agreed=day or today().isoformat()), fields)
    return added(project, made)


def added(project: Project, made: Commitment) -> Project:
    """The project with one more; its id is made of what it says, so that the same words are the same everywhere."""
    if len(project.commitments) >= MOST:
        raise InputError(say("A project holds at most {n} things that were agreed.", n=MOST), say("Take away what nobody needs any more."))
    if made.id == "-":
        made = evolve(made, id=_free(project, made))
    return evolve(project, commitments=(*project.commitments, made))


def change(project: Project, commitment_id: str, **fields: Any) -> Project:
    """Write it otherwise; its id stays, and so does its entry in a calendar. The same project where nothing is different."""
    found = commitment(project, commitment_id)
    changed = _checked(project, found, fields)
    if changed.state != found.state:
        changed = evolve(changed, settled=str(fields.get("settled", "")) or ("" if changed.state == OPEN else today().isoformat()))
    return put(project, changed)


def settle(project: Project, commitment_id: str, state: str, reason: str = "", day: str = "") -> Project:
    """Say what became of it: done, dropped with a reason, or open again."""
    return change(project, commitment_id, state=state, reason=reason, settled=day)


def put(project: Project, changed: Commitment) -> Project:
    """The project with one of them in other words."""
    if changed in project.commitments:
        return project
    return evolve(project, commitments=tuple(changed if one.id == changed.id else one for one in project.commitments))


def remove(project: Project, commitment_id: str) -> Project:
    """Take it away as if it had never been agreed; what was given up is dropped with a reason instead."""
    commitment(project, commitment_id)
    return evolve(project, commitments=tuple(one for one in project.commitments if one.id != commitment_id))


def commitment(project: Project, commitment_id: str) -> Commitment:
    """What was agreed, by its id or the beginning of it.

    Raises
    ------
    InputError
        If the project has none of this id, or several.
    """
    found = [one for one in project.commitments if one.id == commitment_id]
    found = found or [one for one in project.commitments if commitment_id and one.id.removeprefix(_MARK).startswith(commitment_id.removeprefix(_MARK))]
    if len(found) != 1:
        raise InputError(say("The project has nothing agreed under '{id}'.", id=name(commitment_id)), say("Choose another one from the list."))
    return found[0]


def at_place(project: Project, layer: str, feature: str) -> tuple[Commitment, ...]:
    """What was agreed for one school or area, in order."""
    return in_order(one for one in project.commitments if one.feature and (one.layer, one.feature) == (layer, feature))


def id_of(made: Commitment) -> str:
    """The id of what was agreed: the same for the same words about the same place, by the same leads, for the same day.

    >>> id_of(Commitment("", "A nurse", leads=("Red",))) == id_of(Commitment("", " a  Nurse.", leads=("red",)))
    True
    """
    says = (made.kind, plain(made.what), made.feature or plain(made.place), made.due, *sorted(plain(one) for one in made.leads))
    return _MARK + hashlib.sha256("\x1f".join(says).encode()).hexdigest()[:_DIGITS]


def is_id(text: str) -> bool:
    """Whether a text is an id as EcoMap makes them."""
    rest = text.removeprefix(_MARK)
    return text.startswith(_MARK) and len(rest) >= _DIGITS and all(sign in "0123456789abcdef" for sign in rest)


def _free(project: Project, made: Commitment) -> str:
    taken, wanted, number = {one.id for one in project.commitments}, id_of(made), 1
    while wanted in taken:
        number += 1
        wanted = id_of(evolve(made, what=f"{made.what} {number}"))
    return wanted


# --- the fields ------------------------------------------------------------------------------------------------------


def names_in(text: str | Iterable[str]) -> tuple[str, ...]:
    """Names out of a cell or a field: several are separated by semicolons or lines; each once.

    >>> names_in("Boys & Girls Club, East LA; UCLA;; UCLA")
    ('Boys & Girls Club, East LA', 'UCLA')
    """
    parts = text.replace("\n", BETWEEN_NAMES).split(BETWEEN_NAMES) if isinstance(text, str) else text
    return tuple(dict.fromkeys(whole for one in parts if (whole := " ".join(one.split()))))


def _checked(project: Project, before: Commitment, fields: dict[str, Any]) -> Commitment:
    given: dict[str, Any] = {key: names_in(value) if key in ("leads", "helps") else value.strip() if isinstance(value, str) else value for key, value in fields.items()}
    if "layer" in given or "feature" in given:
        layer, feature = given.get("layer", ""), given.get("feature", "")
        given["place"] = name_of(project, layer, feature) if layer and feature else given.get("place", "")
    made = evolve(before, **given)
    made = evolve(made, what=made.what.strip())
    if not made.what:
        raise InputError(say("Say what was agreed."), say("One thing in the partners' own words: what is wanted, or what somebody will do."))
    if made.state == DROPPED and not made.reason:
        raise InputError(say("What is dropped needs a reason."), say("Say why, so that the next meeting knows."))
    if any(day and not is_day(day) for day in (made.due, made.agreed, made.settled)):
        raise InputError(say("A day is written like 2027-06-30."))
    if not made.sound:
        raise InputError(say("This cannot be kept as it stands."), say("A text has at most {n} letters.", n=LONGEST_TEXT))
    return made


def name_of(project: Project, layer: str, feature: str) -> str:
    """What a place is called.

    Raises
    ------
    InputError
        If the project has no such place.
    """
    found = next((place for place in places(project, (layer,)) if place.feature == feature), None)
    if found is None:
        raise InputError(say("There is no such place in the project."), say("Choose a school or an area, or leave it empty for all."))
    return found.name


def places(project: Project, layers: Iterable[str] = ()) -> tuple[Place, ...]:
    """The schools and areas of a project, schools first; those of some layers only, where these are named."""
    wanted = set(layers)
    found = []
    for role in PLACES:
        for layer in project.layers_of(role):
            if layer.result_id or (wanted and layer.id not in wanted):
                continue
            frame = project.frame(layer.id)
            called = frame[v.NAME] if v.NAME in frame else frame[v.ID]
            found += [Place(layer.id, str(key), _named(word, key), layer.name) for key, word in zip(frame[v.ID], called)]
    return tuple(found)


def _named(word: Any, key: Any) -> str:
    return str(word) if isinstance(word, str) and word.strip() else str(key)


def as_of(project: Project) -> str:
    """The day by which something is past its day: the later of the project's and the one on which somebody looks."""
    return max(project.day, today().isoformat())


def approaches(project: Project) -> dict[str, Said]:
    """Code -> what an approach is called, of all that the project knows."""
    return {term.code: term.label for term in project_terms(project).of("approach")}


def partners(project: Project) -> tuple[str, ...]:
    """Who may lead or help, by the alphabet: the organisations of the inventory, and who was named before."""
    known = [str(one) for one in inventory_rows(project, v.ORGANISATION)[v.NAME] if isinstance(one, str)]
    named = [one for agreed in project.commitments for one in (*agreed.leads, *agreed.helps)]
    return tuple(sorted(dict.fromkeys(one for one in (*known, *named) if one.strip()), key=str.casefold))
