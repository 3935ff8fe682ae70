"""What closing schools means, in plain words, and what it does not say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ecomap.analysis.gaps.situation import how_many
from ecomap.analysis.notes import count_note
from ecomap.analysis.people import stand_in_note, who_is_counted
from ecomap.analysis.plan.closing.answer import Closing
from ecomap.analysis.plan.closing.hit import PUPILS_OF, Hit
from ecomap.analysis.plan.closing.ways import QUARTER_MILE_M, LongerWay
from ecomap.model import vocabulary as v
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import NOTHING, Said, joined, listed, name, plural, say
from ecomap.model.units import format_given, format_number, format_with_margin

FEW: Final = 3
HALF_A_PERSON: Final = 0.5
FAR_M: Final = 2 * QUARTER_MILE_M  # half a mile more is told in the sentence
MORE, LESS, UNSURE, SMALL, UNTOLD = say("more"), say("less"), say("cannot tell"), say("too few to show"), say("no error known")


def what_closes(found: Closing) -> Said:
    """The schools by name, with where the pupils of a merged one go; the first few, and how many more."""
    rows = found.case.schools
    called = dict(zip(rows[v.ID].astype(str), (rows[v.NAME] if v.NAME in rows else rows[v.ID]).astype(str)))
    words = []
    for key, one in zip(rows[v.ID].astype(str)[found.case.closing], found.names):
        into = found.case.into.get(key, "")
        words.append(say("{school} (its pupils go to {other})", school=name(one), other=name(called.get(into, into))) if into else name(one))
    return first_few(words)


def first_few(words: list[Said]) -> Said:
    rest = len(words) - FEW
    return listed([*words[:FEW], plural("{n} more", "{n} more", rest)]) if rest > 0 else listed(words)


def level_words(level: str) -> Said:
    """A level inside a sentence: "elementary school"."""
    return say("{level} school", level=v.LEVEL_LABELS[level].small()) if level in v.LEVEL_LABELS else say("school")


def school_words(found: Closing, level: str) -> Said:
    """Which schools people could go to, inside a sentence; whether by home address only where the schools say so."""
    if not found.case.says_intake:
        return level_words(level)
    return say("{school} that takes pupils by home address", school=level_words(level))


def sentence(found: Closing) -> Said:
    """Whose way grows, what leaves, who is hit most."""
    return joined([say("{what} would close.", what=what_closes(found)), *(_way(found, way) for way in found.ways), _no_way(found), _supports(found), most_hit(found.hits)])


def _way(found: Closing, way: LongerWay) -> Said:
    total = found.total(way)
    asked = {"school": school_words(found, way.level), "who": who_is_counted(found.case.count)}
    if total.people < HALF_A_PERSON:
        return say("The way to the nearest {school} grows for none of the {who} counted.", **asked)
    count = how_many(found.case.count, total.people, total.moe)
    if total.mean_m is None:
        return say("For {count} {who} no {school} is left.", count=count, **asked)
    main = say("For {count} {who} the way to the nearest {school} grows, by {mean} on average.", count=count,
               mean=format_number(total.mean_m, "m"), **asked)
    far = sum(total.bands[2:])
    more = say("For {far} of them it grows by more than {distance}.", far=how_many(found.case.count, far), distance=format_number(FAR_M, "m")) if far >= HALF_A_PERSON else NOTHING
    left = say("For {count} none is left.", count=how_many(found.case.count, total.none_left)) if total.none_left >= HALF_A_PERSON else NOTHING
    return joined([one for one in (main, more, left) if one])


def _no_way(found: Closing) -> Said:
    if found.ways:
        return NOTHING
    if found.no_place:
        return say("No place on the map is known of {schools}, so whose way grows cannot be told.", schools=first_few([name(one) for one in found.no_place]))
    return plural("It takes no pupils by home address, so whose way grows cannot be told from where people live.",
                  "None of them takes pupils by home address, so whose way grows cannot be told from where people live.", len(found.names))


def _supports(found: Closing) -> Said:
    if not found.supports:
        return say("No support or partner is on record there.")
    people = sum(one.count for one in found.supports if one.role == v.STAFF_ROLE)
    kinds = [one for one in found.supports if one.only is not None]
    others = [one for one in found.supports if one.role != v.STAFF_ROLE]
    only = sum(bool(one.only) for one in found.supports)
    distance = format_number(found.case.reach_m, "m")
    told = [plural("{n} support or partner leaves: {what}.", "{n} supports and partners leave: {what}.", len(others), what=first_few([_support(one) for one in others]))] if others else []
    told += [say("Posts of people in roles there: {count}.", count=format_number(people, digits=None if people == round(people) else 1))] if people else []
    told += [(say("Whether another one of the kind is near cannot be told: the school has no place on the map.") if found.no_place else
              say("Whether another one of the kind is near cannot be told: no kind is on record.")) if not kinds else plural("{n} of what leaves is the only one of its kind within {distance}.", "{n} of what leaves are the only ones of their kind within {distance}.",
                    only, distance=distance) if only else
             say("Of everything that leaves whose kind is known, another one is within {distance}.", distance=distance)]
    return joined(told)


def _support(one: object) -> Said:
    called, kind, organisation = (getattr(one, part) for part in ("called", "kind", "organisation"))
    return say("{who} ({what})", who=name(organisation or called), what=kind.small()) if kind else name(organisation or called)


def most_hit(hits: Iterable[Hit]) -> Said:
    """The group whose share differs most in its own error; that none can be told, where that is so."""
    known = [hit for hit in hits if hit.of == PUPILS_OF]
    sure = sorted((hit for hit in known if hit.certain and (hit.more or 0) > 0 and hit.moe), key=lambda hit: -(hit.more or 0) / (hit.moe or 1))
    if not sure:
        return say("Who is hit most cannot be told: no group's share of the pupils is higher there by more than its error.") if known else NOTHING
    return say("Hit most: {groups}.", groups=first_few([_hit(one) for one in sure]))


def _hit(one: Hit) -> Said:
    return say("{group} ({share} of the pupils there, {other} at the other schools of the level)", group=one.label,
               share=format_with_margin(one.share, one.share_moe, "share"), other=format_number(one.other, "share"))


def verdict(one: Hit) -> Said:
    """Whether a group is hit more than others."""
    if one.hidden:
        return SMALL
    if one.certain is None:
        return UNTOLD
    return UNSURE if not one.certain else MORE if (one.more or 0) > 0 else LESS


def figures(found: Closing) -> tuple[KeyFigure, ...]:
    """Whose way grows by level, and how much leaves."""
    who = who_is_counted(found.case.count).capitalize()
    told = []
    for way in found.ways:
        total, key = found.total(way), way.level or "any"
        told += [
            KeyFigure(f"longer_way_{key}", say("{who} with a longer way to the nearest {school}", who=who, school=level_words(way.level)), total.people, "count", total.moe),
            KeyFigure(f"extra_way_{key}", say("How much longer, on average"), total.mean_m, "m"),
        ]
    told += [KeyFigure("supports_leaving", say("Supports, partners and posts that leave"), float(sum(one.count for one in found.supports)), "count"),
             KeyFigure("only_ones", say("The only one of its kind within reach"), float(sum(bool(one.only) for one in found.supports)), "count")]
    return tuple(told)


def notes(found: Closing) -> tuple[Note, ...]:
    """What the answer does not say."""
    case, told = found.case, [*stand_in_note(found.case.count)]
    told += [
        Note("caution", say("Children are residents under 18 of all ages, not the pupils of these schools: who goes there today is not on record here.")
             if case.count == v.CHILDREN else
             say("Counted is who lives in an area, not the pupils of these schools: who goes there today is not on record here.")),
        Note("caution", say("No rule of assignment is known: the way is to the nearest remaining {school}. Which school families would be given or would choose, whether it has "
                            "room, and how the areas would be drawn is not said.",
                            school=say("school of the level that takes pupils by home address") if case.says_intake else say("school of the level"))),
        Note("caution", say("The way is a straight line times {detour}, an estimated way: large roads, rivers and hills are not seen.", detour=format_given(case.detour))),
    ]
    if not case.says_intake:
        told.append(Note("caution", say("The schools do not say whether they take pupils by home address: every one of them counts as one that families could go to.")))
    if case.other_layers:
        told.append(count_note(plural("{n} other layer of schools is not read: only schools of {layer} count as schools to go to.",
                                      "{n} other layers of schools are not read: only schools of {layer} count as schools to go to.", case.other_layers,
                                      layer=case.schools_layer.name)))
    if found.by_choice:
        told.append(Note("caution", say("{schools}: takes no pupils by home address, so its pupils' ways are not in these numbers.",
                                        schools=first_few([name(one) for one in found.by_choice]))))
    if found.no_place and found.ways:
        told.append(Note("caution", say("No place on the map is known of {schools}: nobody's longer way from there is in these numbers.",
                                        schools=first_few([name(one) for one in found.no_place]))))
    if found.shut:
        told.append(count_note(plural("{n} school of the scenario is not open today and is in no number here: {schools}.",
                                      "{n} schools of the scenario are not open today and are in no number here: {schools}.", len(found.shut),
                                      schools=first_few([name(one) for one in found.shut]))))
    if any(one.by_address for one in found.supports):
        told.append(Note("caution", say("A partner that names no school but stands within 100 m under the same house number, or without an address, is taken to leave with it.")))
    if found.next_door:
        told.append(count_note(plural("{n} row stands within 100 m of such a school under another address and is taken to stay.",
                                      "{n} rows stand within 100 m of such a school under other addresses and are taken to stay.", found.next_door)))
    if found.supports:
        told.append(Note("caution", say("Whether a partner would move along to another school is not known: if it would, let it open there in the same scenario. Another one of the kind may have no room.")))
    if found.hits:
        told.append(Note("method", say("Group shares at the schools that close are set beside all other open schools of their levels; margins (90 %) are what chance alone does to so many "
                                       "pupils. For residents they carry the survey's sampling error. Groups overlap.")))
    lacking = int((found.people != found.people).sum())
    if lacking:
        told.append(count_note(plural("{n} need area has no count and is in no total.", "{n} need areas have no count and are in no total.", lacking)))
    return tuple(told)
