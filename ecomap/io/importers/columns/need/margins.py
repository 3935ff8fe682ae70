"""Which column holds the margin of error of which: by the publisher's code, or by a name that belongs to its estimate's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ecomap.io.importers.columns.need.acs_codes import acs_code
from ecomap.io.importers.columns.need.known_measures import SVI, known_measure

_BEHIND: Final = ("moe", "error", "margin_of_error", "margin", "moe90", "moe_90", "m_o_e", "me")
_BEFORE: Final = ("moe", "margin_of_error", "me")


def margins_of(names: Mapping[str, str], families: Iterable[str] = ()) -> dict[str, str]:
    """Column of an estimate -> column of its margin of error; each margin serves once.

    Parameters
    ----------
    names : mapping
        Column of the file -> its plain name.

    >>> margins_of({"a": "b19013_001e", "b": "b19013_001m", "c": "poverty_pct", "d": "moe_poverty_pct"}, ["acs"])
    {'a': 'b', 'c': 'd'}
    """
    families = tuple(families)
    by_name = {name: column for column, name in names.items()}
    by_code = {code: column for column, name in names.items() if (code := acs_code(name)) and code[1] in ("m", "pm")}
    pairs: dict[str, str] = {}
    for column, name in names.items():
        match = next((by_name[other] for other in _wanted(name, families) if other in by_name and by_name[other] != column), None)
        code = acs_code(name)
        if match is None and code and code[1] in ("e", "pe"):
            match = by_code.get((code[0], code[1].replace("e", "m")))
        if match is not None and match not in pairs.values():
            pairs[column] = match
    return {column: margin for column, margin in pairs.items() if column not in pairs.values()}


def _wanted(name: str, families: tuple[str, ...]) -> list[str]:
    known = known_measure(name, families)
    wanted = [known.moe] if known is not None and known.moe else []
    if SVI in families and name.startswith(("e_", "ep_")):
        wanted.append("m" + name[1:])
    wanted += [f"{name}_{word}" for word in _BEHIND] + [f"{word}_{name}" for word in _BEFORE]
    for ending in ("_estimate", "_est", "_e"):
        if name.endswith(ending):
            stem = name.removesuffix(ending)
            wanted += [f"{stem}_{word}" for word in (*_BEHIND, "m")]
    return wanted
