"""What the other columns of a vulnerability file are called: counts, margins and published ranks of a known measure."""

from __future__ import annotations

import functools

from ecomap.io.importers.columns.need.known_measures import SVI, known_measure, rows_of
from ecomap.model.said import NOTHING, Said, say, shipped


def svi_label(plain_name: str) -> Said:
    """A label such as "Unemployed, number", nothing if unknown."""
    kind, _, code = plain_name.partition("_")
    known = known_measure(f"ep_{code}", (SVI,))
    what = known.label if known is not None and known.name else _words().get(code)
    if what is None:
        return NOTHING
    return {
        "e": say("{measure}, number", measure=what), "m": say("{measure}, margin", measure=what),
        "ep": say("{measure}, share", measure=what), "mp": say("{measure}, margin of the share", measure=what),
        "epl": say("{measure}, published percentile rank", measure=what), "spl": say("Published sum of ranks, {measure}", measure=what),
        "rpl": say("Published SVI rank, {measure}", measure=what), "f": say("Published flag, {measure}", measure=what),
    }.get(kind, NOTHING)


@functools.cache
def _words() -> dict[str, Said]:
    return {row["code"]: shipped(row["label"]) for row in rows_of("svi_words")}
