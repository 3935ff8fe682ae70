"""Sentences with an identity: a message and its typed values, apart from the language they are said in.

The English template with named blanks is the message's identity, as in gettext. A `Said` is also a text: read as one it
is English, which is what programs, logs and column checks see. At the door (window, page, paper, terminal)
`ecomap.render.words.language` says it in the reader's language, from the message and its values, never from the English.

=====================================================  ==========================================================
`say("No {what} in reach", what=target)`               a message with blanks
`plural("{n} school", "{n} schools", 3)`               a message that depends on how many
`name("Garfield High")`                                what others called something: said in no language
`Quantity`, `Day`                                      numbers with unit and margin, and dates (`model.units`, `model.dates`)
`listed(parts)`, `joined(parts, "; ")`                 several, as "a, b and c", or one after the other
=====================================================  ==========================================================

Joining with `+` or an f-string gives a plain text without an identity; where a field is declared as `Said`, mypy refuses it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Self

AND: Final = "and"
OR: Final = "or"
LARGE: Final = "large"
SMALL: Final = "small"
BARE: Final = "bare"
_BLANK = re.compile(r"\{(\w+)\}")
_IN_CAPITALS = re.compile(r"[^\W\d_]+\W+[A-ZÀ-Þ][a-zà-ÿ]")  # "Mental Health": two words of a name
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_DEEPEST = 40  # messages within messages; a file that nests deeper is not ours
_MOST_DIGITS = 20
_MOST_LETTERS = 10_000_000  # of a text that follows from others: a template may use one of them again and again
_LONG = 2_000  # letters of a template that is not kept in pieces
_LARGEST = 10**18  # a count beyond it is none of ours
_ISO = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


class Said(str):
    """A message and its values; as a text, its English.

    Parameters
    ----------
    text : str
        How it reads in English. Made by the functions of this module, never given by hand.
    key : str
        The English template, which is the message's identity; "" for what is no message (names, numbers, lists).
    values : mapping
        Blank -> `Said`, text (a name, kept) or whole number (a year, a place in a row; a count is a `Quantity`).
    many : str
        The English template for any number but one; "" where the message does not count.
    by : str
        The blank that holds the number which decides.
    context : str
        What tells two messages of the same English apart ("school level": high).
    form : str
        How it stands in its place, in every language: "large" or "small" first letter, "bare" of the signs of a question or
        the full stop at its end, or "bare small".
    """

    __slots__ = ("by", "context", "form", "key", "many", "source", "values")

    key: str
    values: Mapping[str, Any]
    many: str
    by: str
    context: str
    form: str

    def __new__(cls, text: str = "", key: str = "", values: Mapping[str, Any] = _NOTHING, *, many: str = "", by: str = "",
                context: str = "", form: str = "") -> Self:
        said = str.__new__(cls, formed(text, form) if form else text)
        _set_key(said, key)  # one by one: cells of a page are hundreds of thousands
        _set_values(said, values)
        _set_many(said, many)
        _set_by(said, by)
        _set_context(said, context)
        _set_form(said, form)
        return said

    def __getattr__(self, name: str) -> Any:
        """The parts of a message that `waiting` left where it is kept: read when the first of them is asked for."""
        if name not in _PARTS:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        found = _get_source(self)(str(self))
        if type(found) is not type(self) or found != self:
            found = _plain(self)
        for part, put in _PARTS.items():
            put(self, getattr(found, part))
        return getattr(found, name)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"A message is not changed: {name}.")

    def __reduce__(self) -> tuple[Any, ...]:
        return from_data, (as_data(self),)

    def __deepcopy__(self, _memo: Any) -> Said:
        return self

    def __copy__(self) -> Said:
        return self

    def capitalize(self) -> Said:
        """The same, beginning with a large letter; the rest stays as it is."""
        return _again(self, LARGE)

    def small(self) -> Said:
        """The same, beginning with a small letter, as within a sentence.

        >>> say("Need areas").small()
        'need areas'

        What others called something in capitals is a name, and stays one.

        >>> name("Mental Health").small(), name("Mental health").small(), name("No ACS data").small()
        ('Mental Health', 'mental health', 'no ACS data')
        """
        if not self.key and _IN_CAPITALS.match(self):
            return self
        return _again(self, f"{BARE} {SMALL}" if BARE in self.form else SMALL)

    def bare(self) -> Said:
        """The same without the signs of a question, or the full stop at its end: as a heading before a colon.

        >>> say("How far is in reach?").bare(), say("How far is in reach?").bare().small()
        ('How far is in reach', 'how far is in reach')
        """
        return _again(self, BARE)


_PARTS: Final[Mapping[str, Callable[[Said, Any], None]]] = {
    slot: vars(Said)[slot].__set__ for slot in ("values", "many", "by", "context", "form", "key")}
_set_values, _set_many, _set_by, _set_context, _set_form, _set_key = _PARTS.values()
_set_source, _get_source = vars(Said)["source"].__set__, vars(Said)["source"].__get__


class Quantity(Said):
    """A number with its unit, digits and margin, as `ecomap.model.units` writes it. ``part``: whole | margin."""

    __slots__ = ()

    @property
    def parts(self) -> tuple[float | None, float | None, str, int | None, str]:
        """Value, margin (90 %), unit, digits, part."""
        v = self.values
        return v["value"], v["moe"], v["unit"], v["digits"], v["part"]


class Day(Said):
    """A date or a month, as `ecomap.model.dates` writes it. ``iso`` is YYYY-MM-DD, YYYY-MM or YYYY."""

    __slots__ = ()

    @property
    def iso(self) -> str:
        return str(self.values["iso"])


class Listed(Said):
    """Several, one after the other: with "and" or "or" before the last, or with what stands between them."""

    __slots__ = ()

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.values["parts"])

    @property
    def joint(self) -> str:
        return str(self.values["joint"])


NOTHING: Final = Said()


def waiting(text: str, source: Callable[[str], Said | None], *, several: bool = False) -> Said:
    """A message that is read only when more of it is asked for than its English: cells of an opened project are hundreds of thousands.

    Parameters
    ----------
    text : str
        How it reads in English.
    source : callable
        Gives the message of a text; what is no message of just this English and kind leaves it a text.
    several : bool
        Whether it is a list (`Listed`).
    """
    said: Said = str.__new__(Listed if several else Said, text)
    _set_source(said, source)
    return said


def _plain(said: Said) -> Said:
    """A message as no more than its text."""
    return _several(str(said), (str(said),), AND) if isinstance(said, Listed) else Said(str(said))


def say(key: str, /, *, context: str = "", **values: Said | int) -> Said:
    """A message with its blanks filled.

    >>> say("{who} have no {what} in reach.", who=say("children"), what=name("YMCA"))
    'children have no YMCA in reach.'
    >>> say("School year {first}-{last}", first=2019, last=20)
    'School year 2019-20'
    """
    return Said(_filled(key, values), key, MappingProxyType(values) if values else _NOTHING, context=context)


def plural(one: str, many: str, n: float, /, *, context: str = "", **values: Said | int) -> Said:
    """A message that depends on how many: ``{n}`` is the number, as a whole one.

    >>> plural("{n} school is near {place}", "{n} schools are near {place}", 1, place=name("Watts"))
    '1 school is near Watts'
    >>> plural("{n} school", "{n} schools", 1200)
    '1,200 schools'
    """
    number = round(n)
    text = _filled(one if number == 1 else many, {**values, "n": f"{number:,}"})
    return Said(text, one, MappingProxyType({"n": number, **values}), many=many, by="n", context=context)


def filled(template: Said, /, **values: Said | int) -> Said:
    """A message of a table of ours whose blanks are filled where it is used.

    >>> filled(say("for ways {low} to {high} times the straight line"), low=name("1.2"), high=name("1.4"))
    'for ways 1.2 to 1.4 times the straight line'
    """
    return Said(_filled(template.key, values), template.key, MappingProxyType(values), context=template.context)


def name(text: object) -> Said:
    """What others called something (a school, a layer of the user, a file): said in no language.

    >>> name("Garfield High"), name("Garfield High").key
    ('Garfield High', '')
    """
    return text if isinstance(text, Said) else Said(str(text))


def as_said(text: Said) -> Said:
    """The converter of fields that are read by people: a plain text that got there all the same is a name."""
    return text if isinstance(text, Said) else Said(str(text))


def has_identity(cell: Any) -> bool:
    """Whether a cell is a message, a quantity, a date or a list, and not only a text.

    >>> has_identity(say("in reach")), has_identity(name("Garfield High")), has_identity("in reach")
    (True, False, False)
    """
    return isinstance(cell, Said) and (type(cell) is not Said or bool(cell.key))


def shipped(text: str, /, **values: Said | int) -> Said:
    """A message out of the data that ships with EcoMap (vocabularies, the starter): its English is its identity.

    Only for our own files, which `tools/messages.py` reads as it reads the code. A text without words is a name.

    >>> shipped("Census tract {number}", number=name("1011.10")), shipped("2019-20").key
    ('Census tract 1011.10', '')
    """
    if not re.search(r"[^\W\d]{2}", text):
        return name(text)
    return Said(_filled(text, values), text, MappingProxyType(values) if values else _NOTHING)


def listed(parts: Iterable[str], last: str = AND) -> Said:
    """Several in a sentence.

    >>> listed(["a", "b", "c"]), listed(["a", "b"], OR), listed(["a"]), listed([])
    ('a, b and c', 'a or b', 'a', '')
    """
    return _listed(tuple(parts), last)


def joined(parts: Iterable[str], between: str = " ") -> Said:
    """Several one after the other: sentences with a space, settings with " · ", short lists with ", ". Empty ones fall away.

    >>> joined(["One.", "", "Two."]), joined([say("first"), name("X")], " · ")
    ('One. Two.', 'first · X')
    """
    found = tuple(filter(None, parts))
    if not found:
        return NOTHING
    return found[0] if len(found) == 1 and isinstance(found[0], Said) else _several(between.join(found), found, between)


def _listed(parts: tuple[str, ...], joint: str) -> Listed:
    if joint not in (AND, OR):
        return _several(joint.join(parts), parts, joint)
    head = ", ".join(parts[:-1])
    return _several(f"{head} {joint} {parts[-1]}" if head else "".join(parts), parts, joint)


def _several(text: str, parts: tuple[str, ...], joint: str) -> Listed:
    return Listed(text, "", MappingProxyType({"parts": parts, "joint": joint}))


def rewritten(said: Said, change: Callable[[Said], Said]) -> Said:
    """The same message with the numbers, dates and names within it changed, however deep they stand.

    >>> rewritten(plural("{n} school of {place}", "{n} schools of {place}", 2, place=name("Watts")), lambda part: name(part.upper()))
    '2 schools of WATTS'
    """
    if isinstance(said, Listed):
        return _several_as(said, tuple(rewritten(part, change) if isinstance(part, Said) else part for part in said.parts))
    if not said.key:
        return change(said)
    values = {blank: rewritten(value, change) if isinstance(value, Said) else value for blank, value in said.values.items()}
    text = _filled(said.many if said.by and values[said.by] != 1 else said.key, {**values, said.by: f"{values[said.by]:,}"} if said.by else values)
    return Said(text, said.key, MappingProxyType(values), many=said.many, by=said.by, context=said.context, form=said.form)


def _several_as(said: Listed, parts: tuple[str, ...]) -> Said:
    made = listed(parts, said.joint) if said.joint in (AND, OR) else joined(parts, said.joint)
    return _again(made, said.form) if said.form else made


def fill(template: str, values: Mapping[str, str]) -> str:
    """A template with its blanks filled by texts; a blank that has no value stays, so that the fault is seen.

    Nothing but plain names in braces is a blank: a template out of a stranger's file reaches nothing.

    >>> fill("{a} of {b.__class__}", {"a": "1"})
    '1 of {b.__class__}'
    """
    return _put(template, values)


def blanks(template: str) -> frozenset[str]:
    """The names of a template's blanks."""
    return frozenset(_BLANK.findall(template))


def _filled(key: str, values: Mapping[str, Any]) -> str:
    return _put(key, values) if values else key


def _put(template: str, values: Mapping[str, Any]) -> str:
    """The texts of values put where the blanks of a template are."""
    pieces = list(_cut_at_blanks(template)) if len(template) < _LONG else _BLANK.split(template)
    for at in range(1, len(pieces), 2):
        blank = pieces[at]
        pieces[at] = str(values[blank]) if blank in values else f"{{{blank}}}"
    return "".join(pieces)


@lru_cache(maxsize=4096)
def _cut_at_blanks(template: str) -> tuple[str, ...]:
    """A text, a blank, a text, ... : the sentences of tables are one message with other values a hundred thousand times."""
    return tuple(_BLANK.split(template))


def formed(text: str, form: str) -> str:
    """A text in one of the forms of `Said.form`.

    >>> formed("¿Qué tan lejos?", "bare small")
    'qué tan lejos'
    """
    if BARE in form:
        text = text.strip("?¿.")
    if LARGE in form:
        return text[:1].upper() + text[1:]
    return text[:1].lower() + text[1:] if SMALL in form and not text[1:2].isupper() else text  # an abbreviation stays


def _again(said: Said, form: str) -> Said:
    return type(said)(str(said), said.key, said.values, many=said.many, by=said.by, context=said.context, form=form)


_KINDS: Mapping[str, type[Said]] = {"quantity": Quantity, "day": Day, "list": Listed}


def as_data(text: str) -> Any:
    """A text as plain JSON values, with its message and values; a text without an identity stays a text."""
    if not isinstance(text, Said):
        return str(text)
    kind = next((kind for kind, made in _KINDS.items() if type(text) is made), "")
    if not kind and not text.key:
        return str(text)
    found: dict[str, Any] = {"text": str(text), kind or "say": text.key, "with": _values_as_data(text.values)}
    for field in ("many", "by", "context", "form"):
        if getattr(text, field):
            found[field] = getattr(text, field)
    return found


def _values_as_data(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        blank: [as_data(part) for part in value] if isinstance(value, tuple)
        else as_data(value) if isinstance(value, str)
        else repr(float(value)) if isinstance(value, float) and not abs(value) < float("inf")
        else int(value) if hasattr(value, "__index__") and not isinstance(value, bool) else value
        for blank, value in values.items()
    }


def from_data(found: Any, depth: int = 0) -> Said:
    """What `as_data` wrote; a plain text, or anything that is no message of ours, is a name.

    The text of a message or a list may be left out, since it follows from the rest.

    >>> said = plural("{n} school of {kind}", "{n} schools of {kind}", 2, kind=say("need")).capitalize()
    >>> again = from_data(as_data(said))
    >>> again == said, again.key, again.values["kind"].key, again.by
    (True, '{n} school of {kind}', 'need', 'n')
    """
    if not (type(found) is dict or isinstance(found, Mapping)) or depth > _DEEPEST:
        return name(found if isinstance(found, str) else "")
    kind = _kind_of(found)
    with_ = found.get("with")
    text = str(found.get("text", ""))  # a message or list without one reads as its parts say
    if not kind or not (type(with_) is dict or isinstance(with_, Mapping)):
        return name(text)
    values = {str(blank): _value_from_data(value, kind, depth + 1) for blank, value in with_.items()}
    made = _KINDS.get(kind, Said)
    many, by, context, form = str(found.get("many", "")), str(found.get("by", "")), str(found.get("context", "")), str(found.get("form", ""))
    if "text" not in found:
        text = _reading(kind, str(found[kind]), values, many, by)
    said = made(text, str(found[kind]), MappingProxyType(values), many=many, by=by, context=context, form=form)
    return said if _sound(said) else name(text)


def _reading(kind: str, key: str, values: Mapping[str, Any], many: str, by: str) -> str:
    """The English that follows from a message's template and values; "" where none does, or a very long one."""
    if kind == "list":
        parts, joint = values.get("parts"), values.get("joint")
        return str(_listed(parts, joint)) if isinstance(parts, tuple) and isinstance(joint, str) and len(parts) * len(joint) <= _MOST_LETTERS else ""
    if kind != "say":
        return ""
    number = values.get(by) if by else None
    if by and not _whole(number, _LARGEST):
        return ""
    template = many if by and number != 1 else key
    return _filled(template, {**values, by: f"{number:,}"} if by else values) if _is_short(template, values) else ""


def _is_short(template: str, values: Mapping[str, Any]) -> bool:
    """Whether a template gives no endless text, however often it uses the longest of its values."""
    return len(template) * max((len(value) for value in values.values() if isinstance(value, str)), default=0) <= _MOST_LETTERS


def _kind_of(found: Mapping[str, Any]) -> str:
    """Which kind of message a record says it is; empty where it says none. A large project opens a hundred thousand of them."""
    for kind in _KINDS:
        if kind in found and isinstance(found[kind], str):
            return kind
    return "say" if isinstance(found.get("say"), str) else ""


def _value_from_data(value: Any, kind: str, depth: int) -> Any:
    if value is None or type(value) in (float, int):
        return value
    if isinstance(value, list | tuple):
        return tuple(from_data(part, depth) for part in value)
    if kind == "quantity" and value in ("inf", "-inf", "nan"):
        return float(value)
    if kind in ("quantity", "list", "day") and isinstance(value, str):
        return value
    return from_data(value, depth) if isinstance(value, str | Mapping) else value


def _sound(said: Said) -> bool:
    """Whether the values are those that its kind needs."""
    if isinstance(said, Quantity):
        value, moe, unit, digits, part = (said.values.get(one) for one in ("value", "moe", "unit", "digits", "part"))
        return (all(one is None or isinstance(one, float) or _whole(one, _LARGEST) for one in (value, moe))
                and (digits is None or _whole(digits, _MOST_DIGITS)) and isinstance(unit, str) and part in ("whole", "margin"))
    if isinstance(said, Day):
        return _is_day(said.values.get("iso"))
    if isinstance(said, Listed):
        parts, joint = said.values.get("parts"), said.values.get("joint")
        return isinstance(parts, tuple) and isinstance(joint, str) and _reads_as(said, str(_listed(parts, joint)))
    if not all(isinstance(value, Said) or _whole(value, _LARGEST) for value in said.values.values()):
        return False
    if not _is_short(max(said.key, said.many, key=len), said.values):
        return False
    if said.many or said.by:
        number = said.values.get("n")
        return said.by == "n" and _whole(number, _LARGEST) and _reads_as(
            said, _filled(said.key if number == 1 else said.many, {**said.values, "n": f"{number:,}"}))
    return _reads_as(said, _filled(said.key, said.values))


def _reads_as(said: Said, english: str) -> bool:
    """Whether the text is what the message and its values say: a file cannot tell one reader this and another that."""
    return str(said) == formed(english, said.form)


def _whole(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= most


def _is_day(iso: Any) -> bool:
    if not isinstance(iso, str) or not _ISO.fullmatch(iso):
        return False
    try:
        datetime.date.fromisoformat(iso if len(iso) > 7 else f"{iso[:4]}-01-01")
    except ValueError:
        return False
    return True
