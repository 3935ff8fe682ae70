"""Files joined to one: their pages, tags, bookmarks and links stay what they were in each."""

from __future__ import annotations

from pathlib import Path

import pdfua
import pikepdf
import pytest

from ecomap.model.said import name
from ecomap.render.typeset import document as d
from ecomap.render.typeset.chained import TARGET, Chain, chapters_of
from ecomap.render.typeset.paper import write_paper

TABLE = d.Table((d.TableColumn(name("What")), d.TableColumn(name("Many"), True)), ((name("a"), name("1")), (name("b"), name("2"))), name("Some"))


def part(number: int, first_page: int) -> d.Document:
    blocks = (d.Heading(name(f"School {number}")), d.Paragraph(name("Words")), d.Heading(name("Who"), 2), TABLE, d.PageBreak(), d.Heading(name(f"School {number}b")), TABLE)
    return d.Document(name("All"), blocks, made_on="2026-01-02", first_page=first_page)


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chain")
    many = 11  # more than are held open at once
    entries = tuple(d.Entry(name(f"Entry {n}"), 2 + n, n) for n in range(2 * many))
    write_paper(d.Document(name("All"), (d.Contents(name("Schools"), 1, entries),), made_on="2026-01-02", first_page=1,
                           attachments=(d.Attachment("record.json", "{}", name("Record")),)), folder / "head.pdf")
    chain = Chain(folder / "head.pdf", folder)
    for number in range(many):
        write_paper(part(number, 2 + 2 * number), folder / f"{number}.pdf")
        chain.add(folder / f"{number}.pdf")
    chain.save(folder / "whole.pdf")
    return folder / "whole.pdf"


def test_no_error_for_readers_who_hear_it(joined: Path) -> None:
    assert not pdfua.validate(joined).findings


def test_pages_and_bookmarks_are_all_there_in_order(joined: Path) -> None:
    with pikepdf.open(joined) as pdf:
        titles = [str(one.title) for one in pdf.open_outline().root]
        assert len(pdf.pages) == 1 + 22
        assert b"<xmpTPg:NPages>23" in pdf.Root.Metadata.read_bytes()
        assert list(pdf.attachments) == ["record.json"]
    assert titles == ["Schools", *(f"School {n}{b}" for n in range(11) for b in ("", "b"))]


def test_a_line_of_the_contents_leads_to_its_chapter(joined: Path) -> None:
    with pikepdf.open(joined) as pdf:
        places = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        links = list(pdf.pages[0].obj.Annots)
        assert [places[link.Dest[0].objgen] for link in links] == list(range(1, 23))
        assert TARGET not in str([link.get("/A") for link in links])


def test_every_tagged_place_leads_to_the_tag_on_its_own_page(joined: Path) -> None:
    with pikepdf.open(joined) as pdf:
        numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        tree = {int(key): value for key, value in zip(numbers[::2], numbers[1::2])}
        assert list(tree) == sorted(tree)
        for page in pdf.pages:
            for tag in tree[int(page.obj.StructParents)]:
                assert "/Pg" not in tag or tag.Pg.objgen == page.obj.objgen


def test_cells_name_the_heading_of_their_own_table(joined: Path) -> None:
    with pikepdf.open(joined) as pdf:
        tags = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/StructElem"]
        ids = [str(one.ID) for one in tags if "/ID" in one]
        named = {str(head) for one in tags for told in one.get("/A", []) for head in told.get("/Headers", [])}
        listed = [str(one) for one in list(pdf.Root.StructTreeRoot.IDTree.Names)[::2]]
    assert len(ids) == len(set(ids)) == 11 * 2 * 2
    assert named == set(ids) == set(listed)
    assert listed == sorted(listed)


def test_what_stands_in_a_file(tmp_path: Path) -> None:
    write_paper(part(1, 5), tmp_path / "one.pdf")
    assert chapters_of(tmp_path / "one.pdf") == (2, (0, 1))
