"""How sure a plan is, in words, figures and columns: what became of it in the possible truths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from ecomap.analysis.notes import count_note, first_names
from ecomap.analysis.plan.expansion.params import FEWEST, FURTHEST, REACH, WAYS
from ecomap.analysis.plan.expansion.possible import Sureness
from ecomap.analysis.plan.expansion.proposal import Proposal
from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.units import format_number

HOW_SURE: Final = "how_sure"
SHARE_OF_TRUTHS: Final = "share_of_truths"
LEAST_REGRET: Final = "least_regret"
_TENTHS = 10
_FIRM = 0.85      # from here on a share reads as 9 of 10 at least
_NAMED = 5


def tenths(share: float) -> float:
    """A share to the tenth, which is what the draws can carry; neither all nor none where it is not.

    >>> tenths(0.93), tenths(0.97), tenths(1.0), tenths(0.02), tenths(0.0)
    (0.9, 0.95, 1.0, 0.05, 0.0)
    """
    if share in (0.0, 1.0):
        return share
    return min(max(round(share * _TENTHS) / _TENTHS, 0.05), 0.95)


def sure_word(share: float) -> Said:
    """In how many of ten possible truths a school is in the best plan.

    >>> sure_word(0.93), sure_word(0.97), sure_word(1.0), sure_word(0.02), sure_word(0.0)
    ('in the best plan in 9 of 10 possible truths', 'in the best plan in more than 9 of 10 possible truths', \
'in the best plan in all possible truths looked at', 'in the best plan in fewer than 1 of 10 possible truths', \
'in the best plan in none of the possible truths looked at')
    """
    rounded = tenths(share)
    if rounded in (0.0, 1.0):
        return (say("in the best plan in all possible truths looked at") if rounded else
                say("in the best plan in none of the possible truths looked at"))
    if rounded in (0.05, 0.95):
        return (say("in the best plan in more than 9 of 10 possible truths") if rounded > 0.5 else
                say("in the best plan in fewer than 1 of 10 possible truths"))
    return say("in the best plan in {count} of 10 possible truths", count=round(rounded * _TENTHS))


def times_word(share: float) -> Said:
    """In how many of ten, beside others.

    >>> times_word(0.31), times_word(0.02), times_word(0.0)
    ('3 of 10', 'fewer than 1 of 10', 'none that was looked at')
    """
    rounded = tenths(share)
    if rounded in (0.0, 1.0):
        return say("all that were looked at") if rounded else say("none that was looked at")
    if rounded in (0.05, 0.95):
        return say("more than 9 of 10") if rounded > 0.5 else say("fewer than 1 of 10")
    return say("{count} of 10", count=round(rounded * _TENTHS))


def has_shares(plan: Proposal) -> bool:
    """Whether it is known of every school how often it is in the best plan."""
    return plan.sureness is not None and len(plan.sureness.share) > 0


def sure_column() -> Column:
    """How sure each school of a plan is, in words."""
    return Column(HOW_SURE, say("How sure"), "", _HELP)


def share_column() -> Column:
    """How often each school that could be chosen is in the best plan."""
    return Column(SHARE_OF_TRUTHS, say("In the best plan of so many possible truths"), "share", _HELP)


_HELP = say("Of the possible truths within the margins of the counts: in how many the school, or one that reaches the same, is in the "
            "plan that is best there. To the tenth; 5 % and 95 % stand for nearly never and nearly always.")


def sure_words(plan: Proposal, schools: Sequence[Any]) -> list[Said]:
    """The column of words."""
    assert plan.sureness is not None
    return [sure_word(float(plan.sureness.share[school])) for school in schools]


def sure_shares(plan: Proposal, schools: Sequence[Any]) -> np.ndarray:
    """The column of shares."""
    assert plan.sureness is not None
    return np.array([tenths(share) for share in plan.sureness.share.loc[list(schools)].tolist()])


def calm_column() -> Column:
    """Which schools the plan of least regret opens."""
    return Column(LEAST_REGRET, say("In the plan of least regret"), "flag",
                  say("The plan that falls least short of the best one, on average over the tenth of the possible truths in which it "
                      "falls shortest."))


def sure_sentence(plan: Proposal) -> Said:
    """What of the plan stands in other possible truths; nothing where that was not looked at."""
    sure = plan.sureness
    if sure is None:
        return NOTHING
    if plan.params.aim == FEWEST:
        return plural(
            "In {count} of 10 possible truths within the margins of the counts this school still brings {share} into reach.",
            "In {count} of 10 possible truths within the margins of the counts these schools still bring {share} into reach.",
            len(plan.order), count=_of_ten(sure.keeps or 0.0), share=format_number(plan.params.share_to_reach, "share"))
    return joined([_sure_schools(plan, sure), _sure_loss(plan, sure), NOTHING if 2 * sure.proven >= sure.looked_at else say(
        "In most of them the best plan is the best that was found, not proven.")])


def _sure_schools(plan: Proposal, sure: Sureness) -> Said:
    """How many of the schools stand, and which stands least."""
    share = sure.share[list(plan.order)]
    firm, count = int((share >= _FIRM).sum()), len(plan.order)
    if count == 1:
        return say("Within the margins of the counts it is {sure}.", sure=sure_word(float(share.iloc[0])))
    if firm == count:
        return plural("Within the margins of the counts {n} of {n} schools is in the best plan in at least 9 of 10 possible truths.",
                      "Within the margins of the counts all {n} schools are in the best plan in at least 9 of 10 possible truths.", count)
    found: dict[str, Said] = {"count": format_number(count), "school": _names(plan, [share.idxmin()]),
                              "least": times_word(float(share.min()))}
    if not firm:
        return say("Within the margins of the counts none of these {count} is in the best plan in 9 of 10 possible truths, {school} in "
                   "{least}.", **found)
    return plural("Within the margins of the counts {n} of these {count} is in the best plan in at least 9 of 10 possible truths, "
                  "{school} in {least}.",
                  "Within the margins of the counts {n} of these {count} are in the best plan in at least 9 of 10 possible truths, "
                  "{school} in {least}.", firm, **found)


def _sure_loss(plan: Proposal, sure: Sureness) -> Said:
    """What the plan loses in the worst tenth of the truths."""
    if plan.params.aim in WAYS:
        return say("In the worst tenth of them ways are {more} longer than with the best plan.",
                   more=format_number(1.0 / max(sure.kept_at_worst, 1e-9) - 1.0, "share", 1))
    return say("In the worst tenth of them the plan reaches {kept} of what the best one would.", kept=_kept(sure.kept_at_worst))


def sure_figures(plan: Proposal) -> tuple[KeyFigure, ...]:
    """What the plan keeps of the best in other possible truths."""
    sure = plan.sureness
    if sure is None or plan.params.aim == FEWEST:
        return ()
    note = plural("In {n} possible truth within the margins of the counts.", "In {n} possible truths within the margins of the counts.",
                  sure.looked_at)
    firm = KeyFigure("schools_sure", say("Of the schools, in the best plan in at least 9 of 10 possible truths"),
                     float((sure.share[list(plan.order)] >= _FIRM).sum()), "count", note=note)
    if plan.params.aim in WAYS:
        return (firm,)
    return (
        KeyFigure("kept_on_average", say("Reaches of what the best plan would, in possible truths on average"),
                  round(sure.kept_on_average, 3), "share", note=note),
        KeyFigure("kept_in_worst_tenth", say("The same in the worst tenth of them"), round(sure.kept_at_worst, 3), "share", note=note),
        firm,
    )


def sure_notes(plan: Proposal) -> tuple[Note, ...]:
    """What was drawn and looked at, the plan of least regret, or why possible truths say nothing of this plan."""
    sure = plan.sureness
    if sure is None:
        return _not_looked_at(plan)
    notes = [Note("method", _what_truths_are(plan, sure))]
    if plan.params.aim == FEWEST:
        return tuple(notes)
    if sure.looked_at < sure.asked:
        notes.append(count_note(say("Time allowed to look at {looked} of {asked} possible truths; allow more time.",
                                    looked=sure.looked_at, asked=sure.asked)))
    if sure.proven < sure.looked_at:
        notes.append(count_note(plural(
            "In {n} possible truth the best plan that was found is not proven best.",
            "In {n} possible truths the best plan that was found is not proven best.", sure.looked_at - sure.proven)))
    if sure.keeps is not None:
        notes.append(Note("caution", say(
            "The plan keeps the share for the highest-need fifth in {count} of 10 possible truths, as need and counts are drawn within "
            "their margins.", count=_of_ten(sure.keeps))))
    return (*notes, _regret(plan, sure)) if sure.calm else tuple(notes)


def _what_truths_are(plan: Proposal, sure: Sureness) -> Said:
    who = plan.now.who
    if sure.keeps is not None and plan.params.aim != FEWEST:
        return plural("{n} possible truth: the {who} of every need area, and the need that decides its fifth, drawn within their margins.",
                      "{n} possible truths: the {who} of every need area, and the need that decides its fifth, drawn within their "
                      "margins.", sure.looked_at, who=who)
    return plural("{n} possible truth: the {who} of every need area drawn within their margin; where they live in it, distances and "
                  "what is there today are taken as they stand.",
                  "{n} possible truths: the {who} of every need area drawn within their margins; where they live in it, distances and "
                  "what is there today are taken as they stand.", sure.looked_at, who=who)


def _regret(plan: Proposal, sure: Sureness) -> Note:
    """Whether another plan loses less in the worst tenth, and which."""
    who, lost = plan.now.who, _rounded(sure.worst_loss)
    new = [school for school in sure.calm if school not in plan.order]
    gone = [school for school in plan.order if school not in sure.calm]
    if not new and not gone:
        found = {"who": who, "lost": lost}
        return Note("method", say(
            "Least regret: in the worst tenth of the possible truths looked at the plan reaches {lost} fewer {who} than the best plan "
            "there; no plan under these wishes loses clearly less.", **found) if sure.calm_proven else say(
            "Least regret: in the worst tenth of the possible truths looked at the plan reaches {lost} fewer {who} than the best plan "
            "there; no plan that was compared loses clearly less.", **found))
    changed = joined([
        *([say("with {schools}", schools=_names(plan, new))] if new else []),
        *([say("without {schools}", schools=_names(plan, gone))] if gone else [])], ", ")
    return Note("caution", say(
        "Least regret: the plan {changed} would reach {less} fewer {who} than the best one in its worst tenth of the possible truths; "
        "this plan reaches {lost} fewer in its own.", changed=changed, less=_rounded(sure.calm_loss), lost=lost, who=who))


def _not_looked_at(plan: Proposal) -> tuple[Note, ...]:
    """Why possible truths say nothing of this plan; nothing where nobody asked."""
    params = plan.params
    if not params.truths or not plan.order:
        return ()
    if params.aim == FURTHEST:
        return (Note("method", say("How sure the plan is: the longest way does not rest on how many live where, so other counts "
                                   "change nothing.")),)
    if params.aim == FEWEST and params.share_to_reach == 1:
        return (Note("method", say("How sure the plan is: to reach everybody does not rest on how many live where, so other counts "
                                   "change nothing.")),)
    if params.in_years and params.aim == REACH:
        return (Note("caution", say("How sure the plan is was not looked at: the best plan of a possible truth is looked for where all "
                                    "schools open in one year.")),)
    return (Note("caution", say("How sure the plan is cannot be said: the need areas come without margins of error.")),)


def _of_ten(share: float) -> int:
    return round(share * _TENTHS)


def _kept(share: float) -> Said:
    """A share of the best; with a decimal where it is close to all."""
    return format_number(share, "share", 1 if share > 0.98 else 0)


def _rounded(people: float) -> Said:
    """People to two figures, which is what the draws can carry."""
    size = 10 ** max(int(np.floor(np.log10(people))) - 1, 0) if people >= 1 else 1
    return say("about {count}", count=format_number(round(people / size) * size))


def _names(plan: Proposal, schools: Sequence[Any]) -> Said:
    frame = plan.found.schools.set_index(plan.found.schools[v.ID].astype(str))
    named = frame[v.NAME].astype(str) if v.NAME in frame else frame[v.ID].astype(str)
    return first_names([str(named[school]) for school in schools], _NAMED)


