"""What a heading says, in whatever spelling: CamelCase, cut to ten letters, with a prefix, a unit, in another language."""

from __future__ import annotations

import functools
import re

from attrs import frozen

from ecomap.io.table.keys import slug

DBF_WIDTH = 10      # letters that a shapefile's table leaves of a heading
SHORTEST_CUT = 7    # letters a cut heading must share with a word that it may stand for
# How well a heading fits a word: as it is written, spelled otherwise, after taking away what is around it, cut short.
WRITTEN, SPELLED, WITHIN, TRIMMED, CUT = range(5)
NO_FIT = 9

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LEVEL = re.compile(r"(?<![\d.])(80|90|95|98|99)(\.\d)?[ _]*(%|pct|percent|per cent|por ciento|pour ?cent|prozent)(?![a-z])", re.IGNORECASE)
_UNIT = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*$")
_PREFIX = re.compile(r"^[A-Za-z_][\w-]*(?:[:.])(?=[A-Za-z_#])")
_WRAPPERS = frozenset({"properties", "attributes", "fields", "feature"})
_NOISE = re.compile(r"^([a-z]|\d{1,2})$")
_SMALL_WORDS = frozenset(["the", "of", "a", "an", "and", "de", "del", "la", "las", "el", "los", "le", "les", "l", "d", "des", "du", "da", "do", "un", "une", "der", "die", "das"])
# Short and foreign words -> the word they stand for. Both sides of a comparison go through it.
_WORDS = {
    word: plain for plain, words in {
        "school": "sch schl schls scl schools escuela escuelas ecole ecoles establishment establishments plantel etablissement etablissements colegio skola schule scuola",
        "name": "nm nme nam names nombre nom denominacion naam",
        "id": "ids identifier identificador identifiant ident uid",
        "code": "cd cde cod codes codigo clave kode",
        "number": "no num nbr nr numero nummer",
        "address": "addr adr addres adresse direccion domicilio",
        "total": "tot ttl totl totals",
        "enrollment": "enrl enr enrol enroll enrolled enrolment enrollments enrolments matricula inscritos effectif effectifs alumnos eleves",
        "percent": "pct perc prc porcentaje pourcentage",
        "count": "cnt ct_ counts",
        "level": "lvl lev nivel niveau levels",
        "type": "typ tipo types",
        "category": "cat catg categoria categorie",
        "organization": "org orgn organisation organizacion organisations organizations",
        "service": "svc srv svcs servicio services",
        "agency": "agcy agencia",
        "latitude": "lat latitud",
        "longitude": "lon lng longitud",
        "phone": "tel telephone telefono telephones phones",
        "postcode": "zip zipcode postal codpostal",
        "city": "ciudad ville municipio",
        "population": "pop poblacion",
        "children": "ninos enfants kids",
        "area": "areas",
        "district": "distr distrito",
        "grade": "grades gr grd grado grados",
        "low": "lo lowest",
        "high": "hi highest",
        "tract": "tracts",
        "zone": "zona zones",
        "facility": "fac facil facilities",
        "date": "dt fecha",
        "status": "stat estado",
    }.items() for word in words.split()
}


@frozen
class Heading:
    """A heading in the forms it is compared in: its plain letters, and its words in one spelling, with and without what is around."""

    column: str
    plain: str
    words: tuple[str, ...]
    within: tuple[str, ...]
    trimmed: tuple[str, ...]
    cut: str

    @property
    def texts(self) -> tuple[str, ...]:
        """In which patterns are looked for, the plainest first."""
        return tuple(dict.fromkeys((self.plain, "_".join(_split(self.column)), "_".join(self.within))))


def without_level(name: str) -> str:
    """A heading without the level of its confidence interval: "95% CI" does not say that the figures are per cent.

    >>> without_level("Income (95% CI low)"), without_level("Pct below 50% of median")
    ('Income (  CI low)', 'Pct below 50% of median')
    """
    return _LEVEL.sub(" ", name)


def plain(name: str) -> str:
    """A column name in plain small letters: "Low Grade\\n(K-12)" -> low_grade_k_12."""
    return slug(name).replace("-", "_")


@functools.lru_cache(maxsize=4096)
def heading(column: str, cut: bool = False) -> Heading:
    """The forms of one heading; `cut` where the file's headings have lost all letters after the tenth.

    >>> heading("SchoolName").words, heading("Name of School").words, heading("kenyaopendata:Level of Education").within
    (('name', 'school'), ('name', 'school'), ('education', 'level'))
    >>> heading("Enrollment (count)").within, heading("Distance [m]").within, heading("sch_name_x").trimmed
    (('enrollment',), ('distance',), ('name', 'school'))
    """
    whole = _split(column)
    inner = _split(_UNIT.sub("", _PREFIX.sub("", column)) or column)
    while len(inner) > 1 and inner[0] in _WRAPPERS:
        inner = inner[1:]
    trimmed = list(inner)
    while len(trimmed) > 1 and _NOISE.match(trimmed[-1]):
        trimmed = trimmed[:-1]
    short = "".join(plain(column).split("_")) if cut and len(column) == DBF_WIDTH else ""
    return Heading(column, plain(column), canonical(whole), canonical(inner), canonical(trimmed), short)


def fit(found: Heading, alias: str) -> int:
    """How well a heading fits a word of a role: 0 is as written, `NO_FIT` is not at all.

    >>> fit(heading("school_name"), "school_name"), fit(heading("SchName"), "school_name"), fit(heading("x:Name of school"), "school_name")
    (0, 1, 2)
    >>> fit(heading("Total_Enro", cut=True), "total_enrollment"), fit(heading("District"), "school_name")
    (4, 9)
    """
    if found.plain == alias:
        return WRITTEN
    wanted, squashed = _alias(alias)
    if found.plain.replace("_", "") == squashed or found.words == wanted:
        return SPELLED
    if found.within == wanted:
        return WITHIN
    if found.trimmed == wanted:
        return TRIMMED
    if len(found.cut) >= SHORTEST_CUT and len(squashed) > len(found.cut) and squashed.startswith(found.cut):
        return CUT
    return NO_FIT


@functools.cache
def _alias(alias: str) -> tuple[tuple[str, ...], str]:
    return canonical(tuple(alias.split("_"))), alias.replace("_", "")


def canonical(words: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Words in one spelling, without the small ones, in the order of the alphabet: "Name of School" is "school name"."""
    kept = [_WORDS.get(word, word) for word in words if word not in _SMALL_WORDS]
    return tuple(sorted(kept or words))


def words_of(column: str) -> frozenset[str]:
    """The words of a heading, in one spelling."""
    return frozenset(heading(column).within)


def spoken(column: str) -> str:
    """A heading as people write it: "WARD" -> Ward, "district_no" -> District no."""
    text = " ".join(_split(_UNIT.sub("", _PREFIX.sub("", column)) or column))
    return text[:1].upper() + text[1:]


def cut_headings(columns: list[str]) -> bool:
    """Whether the headings of a file were cut to ten letters, as in a shapefile's table."""
    return any(len(column) == DBF_WIDTH for column in columns) and all(len(column) <= DBF_WIDTH for column in columns)


def _split(column: str) -> tuple[str, ...]:
    return tuple(part for part in plain(_CAMEL.sub(" ", column)).split("_") if part) or (plain(column),)
