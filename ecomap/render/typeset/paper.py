"""A document as tagged PDF (PDF/UA-1), set by Typst in the type that comes with the program."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import Any, Final

from attrs import asdict

from ecomap.model.assets import resources_dir
from ecomap.model.cell_text import storable
from ecomap.model.errors import InputError
from ecomap.model.files import write_whole
from ecomap.model.said import say
from ecomap.render.typeset.chained import TARGET
from ecomap.render.typeset.document import Beside, Block, Document, Table
from ecomap.render.typeset.letters import FACES, ask, compiler, plain, printable, shown
from ecomap.render.typeset.spoken import changed, cut, pictures_of, spoken, texts_of, with_pictures

STANDARD: Final = "ua-1"
PICTURE_PX_PER_IN: Final = 200
_COUNTS: Final = re.compile(rb"/Type\s*/Pages\b[^>]*?/Count (\d+)")  # of the tree of pages, which Typst writes in plain
_PAPERS: Final = {"letter": "us-letter", "a4": "a4"}
_SOURCE: Final = "templates/typeset/paper.typ"
_PICTURE: Final = (
    b"#set page(width: auto, height: auto, margin: 0pt)\n#set text(font: json(bytes(sys.inputs.faces)))\n"
    b"#image(bytes(sys.inputs.svg), format: \"svg\", width: 170mm)"
)


def write_paper(document: Document, path: Path | str) -> None:
    """Write a document as PDF; the file appears whole or not at all.

    Raises
    ------
    InputError
        If the document cannot be set.
    """
    write_whole(Path(path), paper_bytes(document))


def paper_bytes(document: Document) -> bytes:
    """A document as PDF: tagged, with its language, title and bookmarks; the same document gives the same bytes.

    Raises
    ------
    InputError
        If the document cannot be set.
    """
    import typst  # heavy

    document = changed(spoken(document), lambda text: printable(storable(text)))
    ask([*texts_of(document), *pictures_of(document)])
    try:
        try:
            return _set(with_pictures(changed(document, shown), shown))
        except typst.TypstError:  # letters that no face has when they stand together
            return _set(with_pictures(changed(document, plain), plain))
    except typst.TypstError as problem:
        raise InputError(say("The document cannot be set on paper."), say("Write it as .docx instead."),
                         {"typst": problem.diagnostic or str(problem)}) from problem


def page_count(document: Document) -> int:
    """How many pages a document takes as it is set."""
    return max(int(count) for count in _COUNTS.findall(paper_bytes(document)))


def _set(document: Document) -> bytes:
    made = compiler().compile(
        (resources_dir() / _SOURCE).read_bytes(), format="pdf", pdf_standards=[STANDARD], timestamp=_moment(document.made_on),
        sys_inputs={"document": json.dumps(_as_data(document), ensure_ascii=False)},
    )
    return made if isinstance(made, bytes) else b"".join(made or ())


def _as_data(document: Document) -> dict[str, Any]:
    """What the template is given, as plain values."""
    language = document.language.replace("_", "-").split("-")
    return {
        "title": document.title, "subtitle": document.subtitle, "foot": cut(document.foot or document.title),
        "landscape": document.landscape, "dense": document.dense, "first": document.first_page, "link": TARGET,
        "lang": language[0] if language[0] in ("en", "es") else "en", "region": (language[1:] or ["US"])[0].upper(),
        "paper": _PAPERS[document.paper], "faces": list(FACES),
        "blocks": [_block_data(block) for block in document.blocks],
        "attachments": [{**asdict(one), "text": storable(one.text)} for one in document.attachments],
    }


def _block_data(block: Block) -> dict[str, Any]:
    if isinstance(block, Beside):
        return {"block": "Beside", "share": block.share, "left": [*map(_block_data, block.left)], "right": [*map(_block_data, block.right)]}
    found = {"block": type(block).__name__, **asdict(block, recurse=True)}
    if isinstance(block, Table):
        found["columns"] = [{"label": column.label, "numbers": column.numbers, "width": column.width} for column in block.columns]
    return found


def _moment(made_on: str) -> int:
    """Seconds since 1970 of the morning of a day; 0 where there is none."""
    try:
        day = datetime.date.fromisoformat(made_on)
    except ValueError:
        return 0
    return int(datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC).timestamp())


def picture_bytes(svg: str, px_per_in: float = PICTURE_PX_PER_IN) -> bytes:
    """A picture of a document as PNG, for files that cannot hold lines and letters."""
    made = compiler().compile(_PICTURE, format="png", ppi=px_per_in, sys_inputs={"svg": svg, "faces": json.dumps(FACES)})
    return bytes(made if isinstance(made, bytes) else b"".join(made or ()))
