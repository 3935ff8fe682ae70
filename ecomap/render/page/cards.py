"""The cards of the page: what is known of a place itself, and which columns of which answers speak of it.

What an answer says of a place stands once, in its table; the card takes it from there, so that table and card cannot differ and
a state with many answers stays small.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecomap.model import vocabulary as v
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, Said
from ecomap.render.map_page import MapPage, PageLayer
from ecomap.render.page.tables import SaidTable
from ecomap.render.page.texts import Texts
from ecomap.render.words.card import (
    Card,
    answer_columns,
    card_maker,
    of_school_areas,
    school_area_words,
    speaks_of,
)
from ecomap.render.words.language import Language


def own_cards(
    shown: PageLayer, page: MapPage, tables: Sequence[SaidTable], speak: Language, texts: Texts, progress: Progress,
) -> dict[str, Any]:
    """Cards, one list per row: subtitle, then label, value and quiet text for each line known of the place itself, as text numbers.

    A layer of an answer whose table is on the page has no lines of its own: the table has them. Nor has one of an answer
    whose tables were left out.
    """
    related = [(other.layer, other.frame) for other in page.layers if other.layer.role == v.SITE]
    make = card_maker(shown.layer, related=related, lacks=page.lacks.get(shown.layer.id, {}))
    if any(_made_from(shown, table) for table in tables) or _left_out(shown, page):
        return _bare(shown, make({}), speak, texts)
    rows = []
    labels: dict[int, tuple[Said, int]] = {}  # by identity: most lines share the label of their column
    cautions: tuple[Said, ...] = ()
    source = NOTHING
    for record in shown.frame.drop(columns=shown.frame.geometry.name).to_dict("records"):
        progress.check()
        card = make(record)
        cautions, source = card.cautions, card.source
        line = [texts.add(speak.say(card.subtitle))]
        for row in card.rows:
            label = labels.get(id(row.label))
            if label is None:
                label = labels[id(row.label)] = (row.label, texts.add(speak.say(row.label)))
            line += [label[1], texts.add(speak.say(row.value)), texts.add(speak.say(row.quiet))]
        rows.append(line)
    return {"rows": rows, "cautions": [speak.say(text) for text in cautions], "source": speak.say(source)}


def _bare(shown: PageLayer, card: Card, speak: Language, texts: Texts) -> dict[str, Any]:
    """Cards without a line of their own: all alike."""
    line = [texts.add(speak.say(card.subtitle))]
    return {"rows": [line] * len(shown.frame), "cautions": [speak.say(text) for text in card.cautions], "source": speak.say(card.source)}


def answers_about(shown: PageLayer, tables: Sequence[SaidTable], speak: Language) -> list[dict[str, Any]]:
    """What the answers say of a layer's places: which table, which of its columns, and the vintage beside each number.

    ``schools`` says of tables on attendance areas which of their rows speak of which school, and in which words.
    """
    found = []
    for table in tables:
        own = _made_from(shown, table)
        if own or (not shown.layer.result_id and speaks_of(table.output, shown.layer)):
            names = answer_columns(shown.layer, table.output)
            found.append({**_named(table), "columns": _places(table, names)})
        elif shown.layer.role == v.SCHOOL and of_school_areas(table.output):
            names, said = school_area_words(table.output)
            words = {key: [school, speak.say(where)] for key, (school, where) in said.items()}
            found.append({**_named(table), "columns": _places(table, names), "schools": [words[key] for key in table.ids]})
    return found


def _made_from(shown: PageLayer, table: SaidTable) -> bool:
    """Whether a layer shows the rows of this very table."""
    return bool(shown.layer.result_id) and shown.layer.result_id == table.result.id and (
        shown.layer.view.output == table.output.name if shown.layer.view is not None else shown.layer.what == table.output.title)


def _left_out(shown: PageLayer, page: MapPage) -> bool:
    """Whether a layer shows an answer that is on the page without its tables."""
    return any(result.id == shown.layer.result_id and not result.outputs for result in page.results)


def _named(table: SaidTable) -> dict[str, Any]:
    return {"answer": table.result.id, "table": table.output.name}


def _places(table: SaidTable, names: Sequence[str]) -> list[int]:
    return [place for place, column in enumerate(table.columns) if column.column.name in names]
