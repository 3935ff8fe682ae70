"""The planner's word on a correction: accepted, kept as a note, or declined with a reason. Each is one step that undo takes back."""

from __future__ import annotations

from attrs import evolve

from ecomap.model.correction import ACCEPTED, DECLINED, LONGEST_TEXT, NOTED, WAITING, Correction
from ecomap.model.dates import today
from ecomap.model.errors import InputError
from ecomap.model.place_note import LONGEST_AUTHOR
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, say
from ecomap.workspace.corrections.effect import KIND_WORDS, effect_of
from ecomap.workspace.corrections.subject import place_of
from ecomap.workspace.place_notes import pin


def correction(project: Project, key: str) -> Correction:
    """A correction by its id, or by the beginning of it that no other has.

    Raises
    ------
    InputError
        If the project has none, or several begin so.
    """
    found = [one for one in project.corrections if one.id == key] or [one for one in project.corrections if key and one.id.startswith(key)]
    if len(found) != 1:
        raise InputError(say("Several corrections begin so.") if found else say("The project has no such correction."), say("Choose one from the list."))
    return found[0]


def accept(project: Project, key: str, *, by_hand: str = "") -> Project:
    """Change the project as a correction says, with the notes of readers among the sources of what changed.

    Parameters
    ----------
    by_hand : str
        What the planner has changed herself because of it: then nothing else changes.

    Raises
    ------
    InputError
        If it is settled already, or nothing can change by itself and nothing was changed by hand.
    """
    one = _waiting(project, key)
    if by_hand.strip():
        return _settled(project, evolve(one, state=ACCEPTED, reason=_reason(by_hand)))
    effect = effect_of(project, one)
    if effect.make is None:
        raise InputError(effect.words, say("Keep it as a note, decline it, or change it by hand and say what you changed."))
    return _settled(effect.make(), evolve(one, state=ACCEPTED, did=effect.told))


def keep(project: Project, key: str) -> Project:
    """Keep a correction as a note, pinned where it points to; without a place it stays in the list alone."""
    one = _waiting(project, key)
    place = place_of(project, one)
    if place is not None:
        words = [str(KIND_WORDS[one.kind])]
        words += [part for part in (one.about, f"{one.label}: {one.should}" if one.should else "", one.text) if part]
        project = pin(project, ": ".join(words), *place, author=one.author[:LONGEST_AUTHOR])
    return _settled(project, evolve(one, state=NOTED))


def decline(project: Project, key: str, reason: str) -> Project:
    """Decline a correction; whoever wrote it can read the reason on a page made afterwards.

    Raises
    ------
    InputError
        If there is no reason.
    """
    one = _waiting(project, key)
    if not reason.strip():
        raise InputError(say("A correction is declined with a reason."), say("Say why in a few words: whoever wrote it can read them."))
    return _settled(project, evolve(one, state=DECLINED, reason=_reason(reason)))


def reopen(project: Project, key: str) -> Project:
    """Let a declined correction wait again."""
    one = correction(project, key)
    if one.state != DECLINED:
        raise InputError(say("Only what was declined can wait again."), say("Undo takes the last steps back."))
    return _with(project, evolve(one, state=WAITING, reason="", did=NOTHING, settled=""))


def _waiting(project: Project, key: str) -> Correction:
    one = correction(project, key)
    if not one.waits:
        raise InputError(say("This correction is settled already."), say("Undo takes the last steps back."))
    return one


def _reason(text: str) -> str:
    said = text.strip()
    if len(said) > LONGEST_TEXT:
        raise InputError(say("A reason has at most {n} letters.", n=LONGEST_TEXT))
    return said


def _settled(project: Project, one: Correction) -> Project:
    return _with(project, evolve(one, settled=today().isoformat()))


def _with(project: Project, one: Correction) -> Project:
    return evolve(project, corrections=tuple(one if other.id == one.id else other for other in project.corrections))
