"""Rows that are no place but the sum or the mean of the others."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from attrs import evolve

from ecomap.io.importers.spec import Draft
from ecomap.model.report import ReportLine
from ecomap.model.said import say
from ecomap.model.vocabulary import ID, NAME

_WHOLE: Final = r"(?:grand|district|district ?wide|state|state ?wide|city|city ?wide|county|county ?wide|national|regional|overall|column|sub|all)"
_CALLED: Final = re.compile(
    rf"^(?:{_WHOLE}[ -]?)?totals?(?: for .+| of .+| general(?:es)?| municipal| estatal| nacional| ciudad| distrito| generale| gesamt)?:?$"
    rf"|^(?:all|total) (?:schools|sites|students|pupils|areas|tracts|services|zones)$|^{_WHOLE} (?:average|mean|median)$|^(?:average|mean|median)$"
    r"|^(?:subtotal|subtotal .+|suma|suma total|somme|ensemble|insgesamt|gesamt|gesamtsumme|summe|totaal|totale|todas las escuelas|todos los (?:centros|planteles))$"
    r"|^(?:media|promedio) (?:general|municipal|estatal|nacional)$"
)
MOST: Final = 1 / 3  # more such rows are what the file is about


def without_totals(draft: Draft) -> Draft:
    """The rows without totals and means, which would count everybody a second time; those are told."""
    column = NAME if NAME in draft.frame.columns else ID if ID in draft.frame.columns else ""
    if not column or len(draft.frame) < 3:
        return draft
    named = draft.frame[column].map(lambda cell: bool(_CALLED.match(_plain(cell))) if isinstance(cell, str) else False).to_numpy(dtype=bool)
    if not named.any() or named.mean() > MOST:
        return draft
    line = ReportLine("dropped", say("Rows that are totals or means of the others, not places of their own; counting them would count twice."),
                      int(named.sum()), tuple(str(name) for name in draft.frame[column][named].head(5)))
    return evolve(draft, frame=draft.frame[~named], lines=(*draft.lines, line))


def _plain(cell: str) -> str:
    letters = unicodedata.normalize("NFKD", cell).encode("ascii", "ignore").decode()
    return " ".join(letters.lower().split())
