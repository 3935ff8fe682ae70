"""What a column of numbers is for the need of an area: counted in a known direction, kept for a reason, or open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve, frozen

from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.columns.need.acs_codes import acs_code
from ecomap.io.importers.columns.need.by_name import is_rate, measure_by_name
from ecomap.io.importers.columns.need.known_measures import Measure, known_measure, publisher_of
from ecomap.model.indicator import BY_DICTIONARY, BY_NAME, BY_PERSON
from ecomap.model.said import NOTHING, Said, say
from ecomap.model.said import name as named

DIRECTION: Final = "direction:"              # code of the doubt, before the name of the column
WAYS: Final[Mapping[str, int]] = {"more": 1, "less": -1, "none": 0}
COUNTED, KEPT, OPEN = "counted", "kept", "open"

# Who lives there, how many, how large or in which row: none of it is need, whichever way it runs.
_PEOPLE: Final = re.compile(
    r"hispan|hisp(_|$)|latin[oax]|white|black|african|asian|native|indian|nhopi|pacific|race|racial|ethnic|minorit|minrty|nonwhite|people_of_colou?r|multirac|"
    r"(^|_)(fe)?males?($|_)|(^|_)sex(_|$)|(^|_)(men|women|boys|girls)(_|$)|median_age|(^|_)age(s|d)?_?\d*(_|$)|over_?\d\d|under_?\d\d?(_|$)|seniors|"
    r"elderly|foreign_born|immigrant|(^|_)children$|pct_children$|english_only|veteran"
)
_COUNT: Final = re.compile(
    r"(^|_)(total|tot|count|counts|number|num|cnt|n|households?|housing_units|hu|hh|families|universe|population|pop|daypop|residents|"
    r"enrol?lment|enrol?led|pupils|students)(_|$)|^(e|m|ct|n|num)_|(count|total|_num|_cnt)$"
)
_SIZE: Final = re.compile(r"(^|_)(area|sq_?mi(les)?|sq_?km|km2|acres|hectares?|aland|awater|shape|length|perimeter|density|dist|distance|linenum|elevation)(_|\d|$)")
_RANK: Final = re.compile(r"(^|_)(rank|ranking|percentile|pctl|pctile|ptile|decile|quintile|quartile|vigintile|tercile|thirds|fifth)s?(_|$)|^(epl|rpl|spl|f)_|(rank|pctl|pctile|decile)$")
_MARGIN: Final = re.compile(
    r"_(moe|me|se|error|margin_of_error|lower|upper|lci|uci|lcl|ucl|ci|low|high|cv)(_?(limit|bound|ci|9\d))*$|^(moe|se|cv)_|"
    r"(^|_)(margin|std_?err(or)?|standard_error|confidence)(_|$)"
)
_YEAR: Final = re.compile(r"^(year|yr|vintage|period|month|day|date)(_|$)|(^|_)(year|yr)$|^(19|20)\d\d$")
_TELLING: Final = re.compile(
    r"score|index|indice|indicator|median|(^|_)(med|avg|mean|average|ratio|per|gini)(_|$)|per_capita|average|income|burden|disparity|inequality"
)
_USD: Final = re.compile(r"income|(^|_)rent$|home_value|earnings|usd|dollar|salary|wage|revenu|ingreso")


@frozen
class Verdict:
    """How a column of numbers is taken.

    Parameters
    ----------
    kind : {"counted", "kept", "open"}
        Open: it could be need, and nobody has said which way it runs.
    measure : Measure
        How its numbers are read; of a counted one also which way it runs.
    why : Said
        The evidence, or why it is not counted.
    settled_by : {"dictionary", "name", "person", ""}
    """

    kind: str
    measure: Measure | None = None
    why: Said = NOTHING
    settled_by: str = ""


def verdict_of(original: str, numbers: Any, families: tuple[str, ...], answers: Mapping[str, str]) -> Verdict:
    """What a column is, by what a person said, then the dictionary, then its name.

    Parameters
    ----------
    numbers : Series of float
        Its cells, as read.
    """
    name = plain(original)
    found = _judged(original, name, numbers, families)
    said = WAYS.get(answers.get(DIRECTION + original, "") or next((way for code, way in answers.items() if plain(code) == plain(DIRECTION + original)), ""))
    if said is None:
        return found
    if not said:
        return evolve(found, kind=KEPT, why=say("Not counted, as was said."), settled_by=BY_PERSON)
    measure = evolve(found.measure or _open_measure(name, numbers, original), direction=said)
    measure = measure if measure.name else evolve(measure, name=name)
    return Verdict(COUNTED, measure, direction_words(said), BY_PERSON)


def direction_words(direction: int) -> Said:
    """Which way a column runs, in one sentence."""
    return say("A higher value means more need.") if direction > 0 else say("A higher value means less need.")


def _judged(original: str, name: str, numbers: Any, families: tuple[str, ...]) -> Verdict:
    known = known_measure(name, families)
    if known is not None and known.direction:
        return Verdict(COUNTED, known, say("Known from {publisher}.", publisher=publisher_of(known.family)), BY_DICTIONARY)
    if known is not None:
        return Verdict(KEPT, known if known.name else evolve(known, name=name, unit=_unit(name, original)), _not_counted(known.note), BY_DICTIONARY)
    if acs_code(name):
        return Verdict(KEPT, Measure(name, unit="count", direction=0), say("A table of the Census that says nothing of need by itself, or is counted as a share."))
    if not _MARGIN.search(name) and (meant := measure_by_name(original, numbers)) is not None:
        return Verdict(COUNTED, meant, say("Known by its name."), BY_NAME)
    return _by_kind(original, name, numbers)


def _by_kind(original: str, name: str, numbers: Any) -> Verdict:
    """What is left: what is clearly no measure of need is kept, all else is open."""
    held = numbers.dropna()
    rate = is_rate(original)
    why = NOTHING
    if held.nunique() < 2:
        why = say("The same in every row.")
    elif _MARGIN.search(name):
        why = say("An error or the end of a band, without its estimate.")
    elif re.fullmatch(r"(19|20)\d\d", name) and not held.between(1900, 2100).all():
        why = say("Its heading is only a year, which does not say what it measures.")
    elif _YEAR.search(name):
        why = say("A year or a date.")
    elif _PEOPLE.search(name):
        why = say("Says who lives there, not how they fare.")
    elif _RANK.search(name):
        why = say("A rank or a group of ranks: which end is need is not said.")
    elif _SIZE.search(name):
        why = say("A size, a density or a distance.")
    elif not rate and _COUNT.search(name) and (float(held.max()) > 100 or bool((held % 1 == 0).all())):
        why = say("A count: more people make it larger, not more need.")
    elif not rate and not _TELLING.search(name) and bool((held % 1 == 0).all()):
        why = say("Whole numbers, taken for counts or codes.")
    measure = _open_measure(name, numbers, original)
    return Verdict(KEPT, measure, _not_counted(why)) if why else Verdict(OPEN, measure, not_said())


def not_said() -> Said:
    """Why an open column is not counted."""
    return say("Not counted: say whether a higher value means more need or less.")


def _not_counted(why: Said) -> Said:
    return say("Not counted: {why}.", why=why.bare().small()) if why else say("Not counted.")


def _open_measure(name: str, numbers: Any, original: str) -> Measure:
    unit = _unit(name, original)
    held = numbers.dropna()
    if unit == "share" and (not len(held) or float(held.min()) < 0):
        unit = ""
    return Measure(name, named(""), unit, 0, divide=0.0 if unit == "share" else 1.0, digits=1 if unit == "score" and bool((held % 1 != 0).any()) else 0)


def _unit(name: str, original: str) -> str:
    if _USD.search(name) and not is_rate(original):
        return "usd"
    if is_rate(original) and not re.search(r"per_\d|per_1k|death|mortal|birth|crime|visits", name):
        return "share"
    if _TELLING.search(name):
        return "score"
    return "count" if _COUNT.search(name) else ""
