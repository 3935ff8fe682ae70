"""A written document: tagged paper and editable text from the same blocks, the same bytes each time, and no text that is more than text."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pdfua
import pikepdf
import pytest
from attrs import evolve

from ecomap.model.said import name, say
from ecomap.render.typeset.document import (
    Attachment,
    Blank,
    Block,
    Contents,
    Document,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    PageBreak,
    Paragraph,
    Points,
    Table,
    TableColumn,
)
from ecomap.render.typeset.editable import editable_bytes
from ecomap.render.typeset.letters import NO_LETTER, ask, printable, shown
from ecomap.render.typeset.paper import paper_bytes, write_paper
from ecomap.render.typeset.spoken import (
    LONGEST_HEADING,
    LONGEST_TEXT,
    spoken,
    texts_of,
)

HOSTILE = '#panic("x") *bold* _low_ $x$ @ref <a> `c` \\ // /* */ #let a = 1; "quoted" ] } ) \x00\x07\u202eabc 学校 \ud800 ' + "w" * 200
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 50"><rect width="190" height="40"/><text x="5" y="20" font-family="Roboto">Map</text></svg>'
ROWS = tuple((name(f"School {number}"), name(str(number))) for number in range(120))


def _document(words: str = "Garfield Senior High", language: str = "en") -> Document:
    blocks: tuple[Block, ...] = (
        Contents(say("Contents"), 2), Heading(name(words)), *(Paragraph(name(words), kind) for kind in ("text", "lead", "caution", "small")),
        KeyFigures(tuple(KeyFigure(name("5 ± 2"), name(words), name(words)) for _ in range(5))),
        Heading(name(words), 2), Table((TableColumn(name(words)), TableColumn(say("Rank"), numbers=True)), (*ROWS, (name(words), name("1"))), name(words), name(words)),
        Figure(SVG, name(words), name(words), 0.5), Points((name(words), name("b")), "small"), Blank(name(words), 2), PageBreak(), Heading(name(words), 3),
    )
    return Document(name(words), blocks, language, name(words), made_on="2026-11-29", attachments=(Attachment("record.json", '{"a": "学"}', say("Sources")),))


def _open(made: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(made))


def _elements(pdf: pikepdf.Pdf) -> list[tuple[str, pikepdf.Object]]:
    """Kind and element of every tag."""
    found: list[tuple[str, pikepdf.Object]] = []
    waiting = [pdf.Root.StructTreeRoot]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Array):
            waiting += list(one)  # type: ignore[call-overload]
        elif isinstance(one, pikepdf.Dictionary):
            if "/S" in one:
                found.append((str(one.S), one))
            if "/K" in one:
                waiting.append(one.K)
    return found


@pytest.mark.parametrize("language", ["en", "es", "qps"])
@pytest.mark.parametrize("words", ["Garfield Senior High", HOSTILE])
def test_paper_is_found_without_error_in_every_language(words: str, language: str, tmp_path: Path) -> None:
    write_paper(_document(words, language), tmp_path / "one.pdf")
    assert not pdfua.validate(tmp_path / "one.pdf").findings


def test_paper_has_its_title_language_bookmarks_and_pictures_in_words() -> None:
    pdf = _open(paper_bytes(_document(language="es")))
    assert str(pdf.Root.Lang) == "es-US"
    assert str(pdf.docinfo.Title) == "Garfield Senior High"
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    with pdf.open_outline() as outline:
        assert [one.title for one in outline.root][-1] == "Garfield Senior High"
        assert [one.title for one in outline.root[-1].children] == ["Garfield Senior High"]
    tags = _elements(pdf)
    assert [str(tag.Alt) for kind, tag in tags if kind == "/Figure"] == ["Garfield Senior High"]
    assert sum(kind == "/TH" for kind, _ in tags) == 2
    assert sum(kind == "/TD" for kind, _ in tags) == 2 * 121


def test_what_is_attached_comes_out_as_it_went_in() -> None:
    pdf = _open(paper_bytes(_document()))
    assert pdf.attachments["record.json"].get_file().read_bytes().decode() == '{"a": "学"}'


def test_the_same_document_gives_the_same_bytes() -> None:
    assert paper_bytes(_document()) == paper_bytes(_document())
    assert editable_bytes(_document()) == editable_bytes(_document())


def test_another_day_gives_another_file() -> None:
    assert paper_bytes(_document()) != paper_bytes(evolve(_document(), made_on="2026-11-30"))


def test_letters_that_no_face_has_are_boxes_and_others_stay() -> None:
    ask(["学 Հ ж ñ"])
    assert shown("学 Հ ж ñ") == f"{NO_LETTER} Հ ж ñ"


def test_unseen_turns_are_taken_out_and_long_words_can_break() -> None:
    assert printable("a\u202eb\tc\u2028d") == "ab c\nd"
    assert printable("w" * 35) == "w" * 35
    assert printable("w" * 36) == "\u200b".join(["w" * 12] * 3)


def test_editable_has_headings_repeated_head_rows_alternative_texts_and_its_language() -> None:
    word = docx.Document(io.BytesIO(editable_bytes(_document(language="es"))))
    assert [p.style.name for p in word.paragraphs if p.style and p.style.name.startswith("Heading")] == ["Heading 1", "Heading 2", "Heading 3"]
    assert word.core_properties.title == "Garfield Senior High"
    assert word.core_properties.language == "es-US"
    assert 'w:lang w:val="es-US"' in word.styles.element.xml
    assert word.inline_shapes[0]._inline.docPr.get("descr") == "Garfield Senior High"
    table = word.tables[0]
    assert "w:tblHeader" in table.rows[0]._tr.xml
    assert "w:tblHeader" not in table.rows[1]._tr.xml
    assert len(table.rows) == 122


def test_hostile_text_stays_text_in_an_editable_document() -> None:
    word = docx.Document(io.BytesIO(editable_bytes(_document(HOSTILE))))
    assert any('#panic("x") *bold*' in paragraph.text for paragraph in word.paragraphs)


def test_no_text_is_longer_than_a_page_bears() -> None:
    told = texts_of(spoken(_document("x" * 1_000_000)))
    assert max(map(len, told)) == LONGEST_TEXT
    assert len(told[0]) == LONGEST_HEADING


def test_room_to_write_by_hand_makes_rows_higher() -> None:
    def pages(lines: int) -> int:
        table = Table((TableColumn(name("a")), TableColumn(name("b"))), tuple((name(str(n)), name("")) for n in range(20)), lines=lines)
        return len(_open(paper_bytes(Document(name("t"), (table,)))).pages)

    assert (pages(1), pages(6)) == (1, 3)


def test_every_text_is_said_in_the_language() -> None:
    said = texts_of(spoken(_document(language="qps")))
    assert {"⟦Contents⟧", "⟦Rank⟧", "⟦Sources⟧"} <= set(said)
