"""A reader without eyes: what a page says with numbers, and under which names it says it.

Nothing here knows how the page is built. It reads what a screen reader is told: the names of regions, tables, lists, groups and
headings around a number, from the nearest outwards, and asks which answers these names name.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from ecomap.io.carried.page import MOST_BYTES, element, page_text, unpacked_text
from tests.browser import Page
from tests.render.pages import unfolded

OF_TABLE = " · "  # between an answer's name and what of it something is

# Every text with a digit that can be read now, with the names around it, nearest first, and the heading of its column.
READ = """
function textOf(e) { return e ? e.textContent.replace(/\\s+/g, ' ').trim() : ''; }
function child(e, wanted) { return Array.from(e.children).find(function (one) { return one.matches(wanted); }); }
function nameOf(e) {
  var by = e.getAttribute('aria-labelledby');
  if (e.getAttribute('aria-label')) { return e.getAttribute('aria-label').replace(/\\s+/g, ' '); }
  if (by) { return by.split(' ').map(function (id) { return textOf(document.getElementById(id)); }).join(' '); }
  if (e.tagName === 'TABLE') { return textOf(e.querySelector('caption')); }
  if (e.tagName === 'FIELDSET') { return textOf(child(e, 'legend')); }
  if (e.tagName === 'DETAILS') { return textOf(child(e, 'summary')); }
  if (e.tagName === 'FIGURE') { return textOf(child(e, 'figcaption')); }
  if (e.matches('section, div, dialog')) { return textOf(child(e, 'h1, h2, h3')); }
  return '';
}
function heading(e) {
  var cell = e.closest('td'), table = cell && cell.closest('table');
  return table && table.tHead ? textOf(table.tHead.rows[0].cells[cell.cellIndex]) : '';
}
function seen(e) {
  for (var one = e; one && one !== document.body; one = one.parentElement) {
    var look = getComputedStyle(one);
    if (look.display === 'none' || look.visibility === 'hidden') { return false; }
    if (one.tagName === 'DETAILS' && !one.open && !(child(one, 'summary') || {contains: function () { return false; }}).contains(e)) { return false; }
  }
  return true;
}
var root = document.querySelector(arguments[0]), walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), found = [], node;
while ((node = walk.nextNode())) {
  var e = node.parentElement, names = [];
  if (!/\\d/.test(node.data) || e.closest('script, style, option, noscript') || !seen(e)) { continue; }
  for (var one = e; one && one !== document.body; one = one.parentElement) {
    var name = nameOf(one);
    if (name && names[names.length - 1] !== name) { names.push(name); }
  }
  found.push({ text: textOf(e), names: names, heading: heading(e), place: e.closest('[id]') ? e.closest('[id]').id : '',
    answer: e.closest('[data-answer]') ? e.closest('[data-answer]').dataset.answer.replace(/\\s+/g, ' ') : '' });
}
return found;
"""


@frozen
class Heard:
    """One text with a number, the names around it from the nearest outwards, the heading of its column, the nearest id, and which answer
    the page's own script took it from ("" for none)."""

    text: str
    names: tuple[str, ...]
    heading: str
    place: str
    answer: str


def heard(page: Page, root: str = "body") -> list[Heard]:
    """Every text with a number under an element that can be read now."""
    return [Heard(one["text"], tuple(one["names"]), one["heading"], one["place"], one["answer"]) for one in page.run(READ, root)]


def plainly(text: str) -> str:
    """A text as it is spoken: the spaces that hold a number to its unit are spaces."""
    return " ".join(text.split())


def named_in(name: str, titles: Collection[str], *, detail: str = "{answer}", pair: str = "") -> tuple[str, ...]:
    """The answers that a name names: as it is, before what of it, or in the page's own words around it.

    >>> named_in("Gaps, 2 mi · Areas", ["Gaps", "Gaps, 2 mi"]), named_in("Gaps, 3 mi", ["Gaps"])
    (('Gaps, 2 mi',), ())
    """
    whole = name.split(OF_TABLE)
    heads = {OF_TABLE.join(whole[:count]) for count in range(1, len(whole) + 1)}
    alone = [title for title in titles if title in heads or detail.replace("{answer}", title) in heads]
    both = [(a, b) for a in titles for b in titles if pair and pair.replace("{a}", a).replace("{b}", b) in heads]
    return tuple(dict.fromkeys((*alone, *(title for two in both for title in two))))


def answers_of(one: Heard, titles: Collection[str], **words: str) -> tuple[str, ...]:
    """The answers that a number is laid to: those of the heading of its column, else of the nearest name that names any."""
    of_column = [title for title in titles if f"{one.heading}: ".startswith(f"{title}: ")]
    if of_column:
        return (max(of_column, key=len),)
    return next((found for name in one.names if (found := named_in(name, titles, **words))), ())


def twice(names: Iterable[Any]) -> list[Any]:
    """What stands more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


def unclear_names(results: Sequence[Mapping[str, Any]]) -> list[str]:
    """Of the data of a page: names that two answers, two tables or figures of one answer, or two columns of one table share."""
    found = [f"answer {name}" for name in twice(one["title"].casefold() for one in results)]
    for one in results:
        told = one["title"]
        found += [f"{told}: table {name}" for name in twice(table["title"] for table in one["tables"])]
        found += [f"{told}: figure {name}" for name in twice(figure["label"] for figure in one["figures"])]
        found += [f"{told}: bar {name}" for name in twice(bar["label"] for bar in one["bars"])]
        found += [f"{told} · {table['title']}: column {name}" for table in one["tables"]
                  for name in twice(column["label"] for column in table["columns"])]
    return found


def stands_for(short: str, name: str) -> bool:
    """Whether a name that was shortened with "…" can be read as this one: its pieces stand there in their order.

    >>> stands_for("Gaps … 2 mi", "Gaps: clinic, 2 mi"), stands_for("Gaps … 2 mi", "Gaps: clinic, 3 mi")
    (True, False)
    """
    return re.fullmatch(".*".join(re.escape(piece.strip()) for piece in short.split("…")), name) is not None


def tables_read(short: str, tables: Collection[str]) -> list[str]:
    """The tables of one answer that the name of a sheet can be read as: those it stands for whole, else those that hold its words.

    What a table has in common with its answer or its sisters, and what stands behind a colon, may be gone; whole words stay.

    >>> tables_read("by need area", ["Out of reach by need area", "Out of reach by need fifth"])
    ['Out of reach by need area']
    >>> tables_read("Schools", ["Schools", "Schools alike"]), tables_read("need", ["By need area", "By need fifth"])
    (['Schools'], ['By need area', 'By need fifth'])
    >>> tables_read("pupil (estim…", ["Money per pupil (estimated)"]), tables_read("each", ["Who is out of reach"])
    (['Money per pupil (estimated)'], [])
    """
    pieces = [piece.strip() for piece in short.split("…")]
    words = re.compile(r"(?<!\S)" + ".*".join(map(re.escape, pieces)) + (r"(?!\S)" if pieces[-1] else ""))
    return [name for name in tables if stands_for(short, name)] or [name for name in tables if words.search(name)]


def in_sheet(name: str) -> str:
    """A name without what Excel does not take in the name of a sheet."""
    return re.sub(r"[\[\]:*?/\\'\s]+", " ", name).strip()


def data_of(path: Path) -> Any:
    """The data of a page, packed or not."""
    return unfolded(json.loads(unpacked_text(element(page_text(path), "page-data"), MOST_BYTES)))
