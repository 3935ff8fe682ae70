"""Words and signs that stand in cells instead of numbers, beside numbers, for dates and for yes and no: the tables of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# What people and programs write where there is no number, in small letters, by the reason it gives: the one table of it.
MARKS: Final[Mapping[str, tuple[str, ...]]] = {
    "blank": (
        "", "na", "n/a", "n.a.", "null", "none", "no data", "--", "---", "-", "–", "—", "nan", ".", "..", ":", "(x)", "#n/a", "#null!",
        "<na>", "unknown", "?", "not available", "[x]", "missing", "sin datos", "sin dato", "sin información", "sin informacion", "no hay datos", "s/d", "s.d.", "no disponible", "sem dados", "sem informação",
        "non renseigné", "keine daten", "nicht verfügbar", "geen gegevens", "non disponibile", "n. d.", "k. a.",  "n.d.", "nd", "keine angabe",
        "k.a.", "non disponible",
    ),
    "suppressed": (
        "*", "**", "***", "****", "s", "(s)", "[s]", "suppressed", "(d)", "ds", "x", "c", "(c)", "[c]", "[k]", "~", "#", "‡", "ps", "nsd",
        "n<10", "n<11", "not shown", "too few", "too few students", "too few to report", "tfs", "redacted", "masked", "withheld",
        "confidential", "protected", "censored", "low", "[low]", "cell size", "small n", "small cell", "privacy", "private", "supp", "np", "not published",
        "suprimido", "confidencial", "reservado", "protegido", "dato protegido", "secreto estadístico", "muy pocos", "geheim", "confidentiel",
    ),
    "not_reported": ("dnr", "nr", "n/r", "not reported", "did not report", "no reportado", "no informado", "not collected", "data not reported"),
    "unreliable": ("**u", "(u)", "[u]", "u", "f", "unreliable", "(n)", "too unreliable", "no confiable", "lowcov", "low coverage"),
    "not_applicable": ("z", "(z)", "[z]", "†", "...", "…", "not applicable", "ne", "no entries", "nap", "no aplica", "no procede", "sans objet"),
    "no_data_code": ("#div/0!", "#value!", "#ref!", "#name?", "#num!", "#error!", "#####", "########"),
}
REASON_OF: Final = {mark: reason for reason, marks in MARKS.items() for mark in marks}
# How EcoMap writes a reason into a cell of a file, so that it is read back as the same one.
WRITTEN_AS: Final = {"suppressed": "*", "not_reported": "not reported", "unreliable": "unreliable"}

# Signs and words of money, by how people call the currency; the longest first, so that "us$" is not read as "$".
CURRENCIES: Final[Mapping[str, str]] = {
    "us$": "$", "u.s.$": "$", "ca$": "CAD", "c$": "CAD", "cad$": "CAD", "cad": "CAD", "au$": "AUD", "a$": "AUD", "aud": "AUD", "nz$": "NZD",
    "nzd": "NZD", "hk$": "HKD", "mx$": "MXN", "mxn": "MXN", "r$": "BRL", "brl": "BRL", "usd": "$", "dollars": "$", "dollar": "$", "$": "$",
    "eur": "€", "euros": "€", "euro": "€", "€": "€", "gbp": "£", "£": "£", "pesos": "pesos", "chf": "CHF", "sfr.": "CHF", "fr.": "CHF",
    "kes": "KES", "kshs": "KES", "ksh": "KES", "inr": "₹", "rs.": "₹", "rs": "₹", "₹": "₹", "zar": "ZAR", "ngn": "₦", "₦": "₦", "jpy": "¥",
    "¥": "¥", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "kr": "kr", "pln": "PLN", "zł": "PLN", "php": "₱", "₱": "₱", "krw": "₩", "₩": "₩",
}
DOLLAR: Final = "$"

# What a word or letter behind a number multiplies it by; single letters only beside a sign of money.
TIMES: Final[Mapping[str, float]] = {
    "k": 1e3, "thousand": 1e3, "thousands": 1e3, "tsd": 1e3, "tsd.": 1e3, "lakh": 1e5, "lakhs": 1e5, "crore": 1e7, "crores": 1e7,
    "million": 1e6, "millions": 1e6, "mill.": 1e6, "mio": 1e6, "mio.": 1e6, "mn": 1e6, "mln": 1e6, "millón": 1e6, "millones": 1e6,
    "millionen": 1e6, "m": 1e6, "mm": 1e6, "billion": 1e9, "billions": 1e9, "bn": 1e9, "mrd": 1e9, "mrd.": 1e9, "milliard": 1e9,
    "milliards": 1e9, "b": 1e9,
}
ONLY_MONEY: Final = frozenset({"m", "mm", "b"})

# Yes and no, as people and programs write it; -1 is yes in files of Access.
YES: Final = frozenset({
    "y", "yes", "true", "1", "-1", "1.0", "-1.0", "t", "si", "sí", "s", "x", "on", "oui", "ja", "j", "vrai", "wahr", "verdadero", "✓", "✔", "☑",
    "virtual", "online",
})
NO: Final = frozenset({
    "n", "no", "false", "0", "0.0", "f", "off", "non", "nein", "nee", "faux", "falsch", "falso", "✗", "✘", "☐", "physical", "postal", "",
})

# Months in English, Spanish, French and German, by their first letters without accents; longer words are told apart first.
MONTHS: Final[Mapping[str, int]] = {
    "january": 1, "jan": 1, "enero": 1, "ene": 1, "janvier": 1, "janv": 1, "januar": 1, "february": 2, "feb": 2, "febr": 2, "febrero": 2,
    "fevrier": 2, "fevr": 2, "fev": 2, "februar": 2, "march": 3, "mar": 3, "marzo": 3, "mars": 3, "marz": 3, "maerz": 3, "mrz": 3, "april": 4,
    "apr": 4, "abril": 4, "abr": 4, "avril": 4, "avr": 4, "may": 5, "mayo": 5, "mai": 5, "june": 6, "jun": 6, "junio": 6, "juin": 6,
    "juni": 6, "july": 7, "jul": 7, "julio": 7, "juillet": 7, "juil": 7, "juli": 7, "august": 8, "aug": 8, "agosto": 8, "ago": 8, "aout": 8,
    "september": 9, "sep": 9, "sept": 9, "septiembre": 9, "setiembre": 9, "set": 9, "septembre": 9, "october": 10, "oct": 10,
    "octubre": 10, "octobre": 10, "oktober": 10, "okt": 10, "november": 11, "nov": 11, "noviembre": 11, "novembre": 11, "december": 12,
    "dec": 12, "diciembre": 12, "dic": 12, "decembre": 12, "dezember": 12, "dez": 12,
}
# Parts of a year: the month they begin in and the month they end in; winter belongs to two years.
SEASONS: Final[Mapping[str, tuple[int, int]]] = {
    "spring": (1, 6), "primavera": (1, 6), "printemps": (1, 6), "summer": (6, 8), "verano": (6, 8), "ete": (6, 8), "fall": (8, 12),
    "autumn": (8, 12), "otono": (8, 12), "automne": (8, 12), "winter": (1, 12), "invierno": (1, 12), "hiver": (1, 12),
    "q1": (1, 3), "q2": (4, 6), "q3": (7, 9), "q4": (10, 12), "early": (1, 4), "mid": (5, 8), "late": (9, 12),
}
DAYS_OF_WEEK: Final = frozenset({
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri",
    "sat", "sun", "lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo",
})
# What stands where something goes on, and where nobody knows yet.
GOES_ON: Final = frozenset({
    "", "-", "--", "–", "—", ".", "present", "to present", "ongoing", "on-going", "current", "currently", "continuing", "continues", "now", "today",
    "active", "open", "none", "no end", "no end date", "n/a", "na", "null", "nan", "nat", "no data", "indefinite", "indefinitely", "permanent",
    "not applicable", "en curso", "actual", "actualmente", "actualidad", "presente", "vigente", "sin fin", "indefinido", "en cours",
    "a ce jour", "laufend", "heute", "a la fecha", "hasta la fecha", "hasta hoy", "sin fecha", "sin fecha de fin", "sin fecha de termino", "activo", "activa",
    "abierto", "abierta", "sans fin", "sans date de fin", "offen", "unbefristet", "bis heute", "vigente a la fecha", "em andamento", "atual", "atualmente",
    "em curso", "in corso",
})
NOT_KNOWN: Final = frozenset({
    "tbd", "tba", "tbc", "t.b.d.", "to be determined", "to be decided", "to be announced", "to be confirmed", "unknown", "not known", "?", "??",
    "pending", "por definir", "por determinar", "por confirmar", "desconocido", "inconnu", "unbekannt",
})
