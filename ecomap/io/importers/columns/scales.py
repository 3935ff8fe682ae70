"""Shares as a file writes them, from 0 to 1 or in per cent: one scale per column, decided by all its cells and by its sisters.

Sisters are columns of one file named in the same way (``pct_homeless`` and ``pct_foster``, ``poverty_rate`` and ``eviction_rate``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from attrs import frozen

from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.columns.headings import without_level
from ecomap.io.table import parse_numbers
from ecomap.model.report import ReportLine
from ecomap.model.said import NOTHING, Said, listed, say
from ecomap.model.said import name as named
from ecomap.model.understanding import Doubt, Option
from ecomap.model.units import format_given

PERCENT, SHARE, NUMBER = "percent", "share", "number"
_HUNDRED: Final = 100.0
ABOVE_ONE: Final = 1.0005     # a share rounded upwards is still a share
CLEARLY_ABOVE: Final = 1.5    # no share overshoots this far, by other counts above and below the line
OVERSHOOTING: Final = 0.05    # from this share of cells above one on, they are no overshooting shares
HIGH_MIDDLE: Final = 0.75     # a column of per cent that stays below one has its middle lower, beside a sister that reaches
FAR_ABOVE: Final = 10.0       # so far
FINE: Final = 3               # decimals: so fine a number below one was divided, not rounded to per cent

_PERCENT_WORD = re.compile(r"(^|_)(pct|percent|perc|percentage|per_cent|porcentaje|porciento|por_ciento|pourcentage|pourcent|prozent|p100)(_|$|\d)|pct$|^pct|percent")
_SHARE_WORD = re.compile(r"(^|_)(share|prop|proportion|fraction|frac|ratio|proporcion|anteil|part)(_|$)")
_RATE_WORD = re.compile(r"(^|_)(rate|rates|tasa|taux|quote|rat)(_|$)|rate$")
_FAMILIES = (("percent", _PERCENT_WORD), ("share", _SHARE_WORD), ("rate", _RATE_WORD))


def named_as_share(name: str) -> bool:
    """Whether a column is called per cent, a share or a rate.

    >>> named_as_share("pct_homeless"), named_as_share("Poverty Rate"), named_as_share("Homeless (%)"), named_as_share("rated")
    (True, True, True, False)
    >>> named_as_share("Income (95% CI low)"), named_as_share("Poverty rate (95% CI low)")
    (False, True)
    """
    name = without_level(name)
    return "%" in name or any(pattern.search(plain(name)) for _, pattern in _FAMILIES)


@frozen
class Scale:
    """How a column of shares is written.

    Parameters
    ----------
    divide : float
        What turns its figures into shares: 100 for percent points. Cells with a percent sign are shares already.
    kind : {"percent", "share", "number"}
        A number is no share at all.
    why : Said
        The evidence.
    doubt : Doubt, optional
        Where only a person can say it; it stands with the first of its sisters.
    """

    divide: float
    kind: str
    why: Said
    doubt: Doubt | None = None
    told: bool = False  # whether the report says it: where the figures alone would look like shares


@frozen
class _Figures:
    """What decides the scale of one column."""

    name: str
    family: str
    low: float
    high: float
    median: float
    above: float       # share of the figures above one
    decimals: int
    signs: int         # cells with a percent sign
    heading: bool      # whether its heading says per cent
    count: int
    examples: tuple[str, ...]


def scales_of(
    columns: Mapping[str, Any], headings: Mapping[str, str] | None = None, *, known: Mapping[str, float] | None = None,
    answers: Mapping[str, str] | None = None,
) -> dict[str, Scale]:
    """The scale of every column of shares of a file.

    Parameters
    ----------
    columns : mapping of name to Series
        Cells, or figures, of the columns that hold shares: all of them, for they decide together.
    headings : mapping, optional
        Name -> what it is called in the file, where that says more ("Homeless (%)").
    known : mapping, optional
        Name -> divisor, for columns whose publisher is known.
    answers : mapping, optional
        "scale:COLUMN" -> "percent", "share" or "number".

    Examples
    --------
    >>> import pandas as pd
    >>> found = scales_of({"pct_a": pd.Series(["0.1", "0.9"]), "pct_b": pd.Series(["0.2", "2.3"])})
    >>> [(scale.divide, scale.doubt) for scale in found.values()]
    [(100.0, None), (100.0, None)]
    >>> scales_of({"rate": pd.Series([0.125, 0.25])})["rate"].divide
    1.0
    """
    headings, known, answers = headings or {}, known or {}, answers or {}
    found = {name: _figures(name, headings.get(name, name), cells) for name, cells in columns.items()}
    out: dict[str, Scale] = {}
    unsure: dict[tuple[str, str], list[_Figures]] = {}
    for name, figures in found.items():
        said = answers.get(f"scale:{name}", "")
        if name in known:
            out[name] = Scale(known[name], PERCENT if known[name] == _HUNDRED else SHARE, say("This is how its publisher writes it."))
        elif said in (PERCENT, SHARE, NUMBER):
            out[name] = Scale(_HUNDRED if said == PERCENT else 1.0, said, say("As you said."), _doubt([figures], said))
        else:
            sisters = [other for other in found.values() if other.family == figures.family and other.name != name and other.name not in known]
            kind, why, sure = _decided(figures, sisters)
            out[name] = Scale(_HUNDRED if kind == PERCENT else 1.0, kind, why, told=kind == PERCENT and 0 < figures.high <= CLEARLY_ABOVE)
            if not sure:
                unsure.setdefault((figures.family, kind), []).append(figures)
    for (_, kind), group in unsure.items():
        _together(out, group, kind, answers)
    return out


def scale_lines(scales: Mapping[str, Scale]) -> list[ReportLine]:
    """What the report says of columns in per cent whose figures alone would look like shares."""
    told = [say("{column}: {why}", column=named(name), why=scale.why) for name, scale in scales.items() if scale.told]
    return [ReportLine("note", say("Columns with small figures that were read as per cent."), None, tuple(told[:5]))] if told else []


def _together(out: dict[str, Scale], group: list[_Figures], kind: str, answers: Mapping[str, str]) -> None:
    """One question for sisters that nothing decides; an answer to it holds for all of them."""
    first = group[0].name
    said = next((answers[f"scale:{one.name}"] for one in group if f"scale:{one.name}" in answers), kind)
    doubt = _doubt(group, kind)
    for one in group:
        out[one.name] = Scale(_HUNDRED if said == PERCENT else 1.0, said, out[one.name].why, doubt if one.name == first else None, out[one.name].told)


def _figures(name: str, heading: str, cells: Any) -> _Figures:
    numbers = parse_numbers(cells)
    bare = numbers.values[~numbers.in_percent].dropna()
    name, heading = without_level(called := name), without_level(heading)
    text = plain(name)
    family = next((kind for kind, pattern in _FAMILIES if pattern.search(text)), "percent" if "%" in heading or "%" in name else "")
    heading_says = "%" in heading or "%" in name or bool(_PERCENT_WORD.search(text))
    if not len(bare):
        decimals = _decimals((numbers.values.dropna() * _HUNDRED).round(9))
        return _Figures(called, family, 0.0, 0.0, 0.0, 0.0, decimals, numbers.percent, heading_says, 0, ())
    distinct = bare.drop_duplicates()
    return _Figures(
        called, family, float(bare.min()), float(bare.max()), float(bare.median()), float((bare > ABOVE_ONE).mean()), _decimals(distinct), numbers.percent, heading_says,
        len(bare), tuple(f"{value:g}" for value in sorted(distinct)[-3:]),
    )


def _decimals(figures: Any) -> int:
    """The most decimals that a figure shows, up to six; the noise of arithmetic does not count."""
    for digits in range(6):
        if ((figures - figures.round(digits)).abs() < 1e-9).all():
            return digits
    return 6


def _decided(one: _Figures, sisters: list[_Figures]) -> tuple[str, Said, bool]:
    """(kind, evidence, whether it is sure) of a column."""
    if one.signs:
        return PERCENT, say("Its cells carry a percent sign."), one.high > ABOVE_ONE or one.count == 0 or one.decimals < FINE
    if not one.count:
        return SHARE, NOTHING, True
    if one.high > CLEARLY_ABOVE:
        return PERCENT, say("It reaches {high}: per cent.", high=format_given(one.high)), True
    if one.above >= OVERSHOOTING:
        return PERCENT, say("Too many of its figures are above 1 for shares."), True
    larger = next((other for other in sisters if other.high > CLEARLY_ABOVE or other.signs), None)
    if larger is not None:
        return _beside(one, larger)
    if one.family == "share":
        return SHARE, say("Named a share, and its figures lie between 0 and 1."), True
    if one.above:
        return SHARE, say("Nearly all its figures lie between 0 and 1."), False
    if one.decimals == 0:
        return SHARE, say("Its figures are 0 or 1."), True
    finest = max(one.decimals, *(other.decimals for other in sisters), 0)
    if finest >= FINE:
        return SHARE, say("All its figures lie between 0 and 1, with three or more decimals."), True
    return _coarse(one, sisters)


def _beside(one: _Figures, larger: _Figures) -> tuple[str, Said, bool]:
    """Of a column that stays below one while a sister is in per cent: rare in per cent too, or written on another scale."""
    why = say("Named like '{column}', which reaches {high}: per cent.", column=named(larger.name), high=format_given(larger.high))
    finer = one.decimals > larger.decimals + (1 if larger.high < FAR_ABOVE else 0)
    high_middle = one.median >= HIGH_MIDDLE and larger.high >= FAR_ABOVE
    if not high_middle and not finer:
        return PERCENT, why, True
    if high_middle or (one.decimals >= FINE and one.decimals > larger.decimals + 1):
        return SHARE, say("All its figures lie below 1, other than those of '{column}'.", column=named(larger.name)), False
    return PERCENT, why, False


def _coarse(one: _Figures, sisters: list[_Figures]) -> tuple[str, Said, bool]:
    """Of a column between 0 and 1 with one or two decimals: shares rounded to whole per cent, or per cent of something rare."""
    rounded = max(one.decimals, *(other.decimals for other in sisters), 0) == 1
    if one.heading:
        if rounded:
            return PERCENT, say("Its heading says per cent, and its figures have one decimal."), one.count >= 10
        return SHARE, say("Its heading says per cent, and all its figures lie below 1."), False
    if rounded:
        return SHARE, say("All its figures lie between 0 and 1, with one decimal."), one.high >= 0.5 and one.count < 10
    return SHARE, say("All its figures lie between 0 and 1."), True


def _doubt(group: list[_Figures], taken: str) -> Doubt:
    first, names = group[0], [one.name for one in group]
    high = max(one.high for one in group)
    evidence = [say("Columns: {columns}.", columns=listed([named(name) for name in names]))] if len(names) > 1 else []
    evidence.append(say("Their largest figure is {high}.", high=format_given(high)) if len(names) > 1 else
                    say("Its largest figure is {high}.", high=format_given(high)))
    cell = next(iter(first.examples[-1:]), f"{high:g}")
    share, percent = float(cell) * _HUNDRED, float(cell)
    return Doubt(
        f"scale:{first.name}", say("Is '{column}' in per cent, or a share between 0 and 1?", column=named(first.name)), tuple(evidence),
        (Option(PERCENT, say("Per cent: {cell} is {percent} %", cell=named(cell), percent=named(f"{percent:g}"))),
         Option(SHARE, say("A share: {cell} is {percent} %", cell=named(cell), percent=named(f"{share:g}"))),
         Option(NUMBER, say("Neither: keep it as a number"))),
        taken, first.name, first.examples,
    )
