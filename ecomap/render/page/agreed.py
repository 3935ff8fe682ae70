"""What was agreed, as a part of the meeting file: it opens with the last meeting and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from attrs import field, frozen

from ecomap.model.commitment import GOAL, STATES, Commitment
from ecomap.model.said import NOTHING, Said, name, say
from ecomap.render.words.agreed import (
    AGREED,
    HERE,
    NO_ORDER,
    STATE_WORDS,
    by_words,
    counted_words,
    groups_of,
    heads_of,
    overdue,
    state_words,
    where_words,
    who_words,
)
from ecomap.render.words.language import Language

NAME: Final = "agreed"
_MILLION: Final = 1_000_000
WORDS: Final[Mapping[str, Said]] = MappingProxyType({
    "agreed.title": AGREED,
    "agreed.here": HERE,
    "agreed.flags": say("Flags on the map"),
    "agreed.show": say("Show it on the map"),
})


@frozen
class Agreed:
    """What was agreed, for a page.

    Parameters
    ----------
    spots : mapping
        Id -> longitude and latitude of the school or area that it is for; without those for all, and those that are nowhere.
    approaches : mapping
        Code -> what an approach is called.
    day : str
        ISO date: the day by which something is past its day.
    """

    items: tuple[Commitment, ...]
    spots: Mapping[str, tuple[float, float]] = field(factory=dict)
    approaches: Mapping[str, Said] = field(factory=dict)
    day: str = ""


def agreed_data(agreed: Agreed, speak: Language) -> dict[str, Any]:
    """Plain values for the template and the script."""
    told = speak.say
    return {
        "head": told(heads_of(agreed.items)),
        "all": told(counted_words(agreed.items, agreed.day)),
        "order": told(NO_ORDER),
        "flags": [{"state": state, "label": told(STATE_WORDS[state])} for state in STATES if any(one.state == state and one.id in agreed.spots for one in agreed.items)],
        "groups": [{"key": group.key, "title": told(group.title), "count": len(group.items), "items": [_item(one, agreed, speak) for one in group.items]}
                   for group in groups_of(agreed.items)],
    }


def _item(one: Commitment, agreed: Agreed, speak: Language) -> dict[str, Any]:
    spot = agreed.spots.get(one.id)
    label = agreed.approaches.get(one.approach, name(one.approach)) if one.approach else NOTHING
    told = speak.say
    return {
        "id": one.id, "layer": one.layer, "feature": one.feature, "what": one.what, "state": one.state, "late": overdue(one, agreed.day),
        "kind": told(say("Goal")) if one.kind == GOAL else "", "where": told(where_words(one)), "all": one.for_all, "who": told(who_words(one)),
        "by": told(say("By {day}", day=by_words(one))) if one.due else told(by_words(one).capitalize()), "seen": told(say("How it will be seen: {seen}", seen=name(one.seen))) if one.seen else "",
        "approach": told(label), "stands": told(state_words(one, agreed.day)), "at": [round(end * _MILLION) for end in spot] if spot else None,  # whole numbers, which nobody rounds
    }
