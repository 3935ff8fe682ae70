"""Which column holds the margin of error of which: by the publisher's code, or by a name that belongs to its estimate's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.columns.need.acs_codes import acs_code
from ecomap.io.importers.columns.need.known_measures import SVI, known_measure

_BEHIND: Final = ("moe", "error", "margin_of_error", "margin", "moe90", "moe_90", "m_o_e", "me", "margen_de_error", "marge_d_erreur")
_BEFORE: Final = ("moe", "margin_of_error", "me", "margen_de_error", "margen_de_error_de", "marge_d_erreur")
_SIGN: Final = re.compile(r"\s*[(\[]?\s*(?:±|\+\s*/?\s*[-−–])\s*[)\]]?\s*")
_ALONE: Final = re.compile(r"^(moe|margin_of_error|margin|me|margen_de_error|marge_d_erreur)(_moe)?(_90)?(_\d{1,3})?$")


def name_of(column: str) -> str:
    """The plain name of a column, in which the sign "±" is a word: "Uninsured ±" is the margin of "Uninsured".

    >>> name_of("Uninsured \u00b1"), name_of("Margin of error (+/-)"), name_of("Uninsured")
    ('uninsured_moe', 'margin_of_error_moe', 'uninsured')
    """
    return plain(_SIGN.sub(" moe ", column))


def margins_of(names: Mapping[str, str], families: Iterable[str] = (), order: Sequence[str] = ()) -> dict[str, str]:
    """Column of an estimate -> column of its margin of error; each margin serves once.

    Parameters
    ----------
    names : mapping
        Column of the file -> its plain name.
    order : sequence of str, optional
        The columns as they stand in the file: a column that is called nothing but "Margin of error" belongs to the one before it.

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
    pairs = {column: margin for column, margin in pairs.items() if column not in pairs.values()}
    for before, column in pairwise(order):
        alone = column in names and bool(_ALONE.match(names[column])) and column not in pairs.values()
        if alone and before in names and not _ALONE.match(names[before]) and before not in pairs:
            pairs[before] = column
    return pairs


def _wanted(name: str, families: tuple[str, ...]) -> list[str]:
    known = known_measure(name, families)
    wanted = [known.moe] if known is not None and known.moe else []
    if SVI in families and name.startswith(("e_", "ep_")):
        wanted.append("m" + name[1:])
    wanted += [f"{name}_{word}" for word in _BEHIND] + [f"{word}_{name}" for word in _BEFORE]
    if name.startswith("estimate_"):
        wanted += [f"{word}_{name.removeprefix('estimate_')}" for word in _BEFORE]
    for ending in ("_estimate", "_est", "_e"):
        if name.endswith(ending):
            stem = name.removesuffix(ending)
            wanted += [f"{stem}_{word}" for word in (*_BEHIND, "m")]
    return wanted
