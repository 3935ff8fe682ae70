"""Papers set one by one, as one file: pages, tags, bookmarks and links of all, while only one of them is ever set at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pikepdf

TARGET: Final = "ecomap:"  # of a link in the first file: the number of a heading of the first level in those behind it
_AT_ONCE: Final = 8        # files that are held open: then what is joined is written and read anew, which frees what was read
_PAGES: Final = re.compile(rb"<xmpTPg:NPages>\d+")


def chapters_of(path: Path) -> tuple[int, tuple[int, ...]]:
    """How many pages a file has, and on which of them its bookmarks of the first level stand, from 0."""
    import pikepdf  # heavy

    with pikepdf.open(path) as pdf:
        places = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        return len(pdf.pages), tuple(places[one.Dest[0].objgen] for one in _bookmarks(pdf))


class Chain:
    """One file that others are joined to. Everything is written in ``folder``; nothing else is touched.

    Parameters
    ----------
    first : path
        The file that the others follow: its title, language and attachments are those of the whole.
    """

    def __init__(self, first: Path, folder: Path) -> None:
        import pikepdf  # heavy

        self._folder = folder
        self._pdf = pikepdf.open(first)
        self._held: list[pikepdf.Pdf] = []
        self._written = 0
        self._own = sum(1 for _ in _bookmarks(self._pdf))
        self._joined = 0

    def add(self, path: Path) -> None:
        """Join a file behind what there is."""
        import pikepdf  # heavy

        part = pikepdf.open(path)
        base = self._keys()
        _own_ids(part, f"{self._joined}.")
        for page in part.pages:
            _moved(page.obj, "/StructParents", base)
            for link in page.obj.get("/Annots", []):
                _moved(link, "/StructParent", base)
        marks = part.Root.Outlines
        self._pdf.pages.extend(part.pages)  # before what points to pages
        self._add_tags(self._pdf.copy_foreign(part.Root.StructTreeRoot), base)
        self._add_marks(self._pdf.copy_foreign(marks))
        self._held.append(part)
        self._joined += 1
        if len(self._held) == _AT_ONCE:
            self._anew()

    def save(self, path: Path) -> None:
        """Let the links of the first file lead to their headings, and write the whole."""
        import pikepdf  # heavy

        chapters = list(_bookmarks(self._pdf))[self._own:]
        for link in (link for page in self._pdf.pages for link in page.obj.get("/Annots", [])):
            target = str(link.A.get("/URI", "")) if "/A" in link else ""
            if target.startswith(TARGET):
                del link["/A"]
                link["/Dest"] = chapters[int(target.removeprefix(TARGET))].Dest
        self._sort_ids()
        metadata = self._pdf.Root.Metadata
        metadata.write(_PAGES.sub(b"<xmpTPg:NPages>%d" % len(self._pdf.pages), metadata.read_bytes()))
        self._pdf.save(path, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        self.close()

    def close(self) -> None:
        """Let go of all files."""
        for one in (self._pdf, *self._held):
            one.close()
        self._held.clear()

    def _keys(self) -> int:
        """The first key that the tree of tagged places has free."""
        return int(self._pdf.Root.StructTreeRoot.ParentTreeNextKey)

    def _add_tags(self, tags: Any, base: int) -> None:
        import pikepdf  # heavy

        tree = self._pdf.Root.StructTreeRoot
        whole = tree.K[0]
        for document in tags.K:
            for one in document.K:
                one.P = whole
                whole.K.append(one)
        if "/IDTree" in tags:
            tree.IDTree = tree.get("/IDTree", self._pdf.make_indirect(pikepdf.Dictionary(Names=[])))
            tree.IDTree.Names.extend(tags.IDTree.Names)
        numbers = list(tags.ParentTree.Nums)
        for key, value in zip(numbers[::2], numbers[1::2]):
            tree.ParentTree.Nums.extend(pikepdf.Array([int(key) + base, value]))
        tree.ParentTreeNextKey = base + int(tags.ParentTreeNextKey)

    def _add_marks(self, marks: Any) -> None:
        ours = self._pdf.Root.Outlines
        one = marks.First
        one.Prev, ours.Last.Next = ours.Last, one
        while True:
            one.Parent = ours
            if "/Next" not in one:
                break
            one = one.Next
        ours.Last = one
        ours.Count = int(ours.Count) + int(marks.Count)

    def _sort_ids(self) -> None:
        """Readers look for a name by halves."""
        import pikepdf  # heavy

        tree = self._pdf.Root.StructTreeRoot
        if "/IDTree" in tree:
            names = list(tree.IDTree.Names)
            pairs = sorted(zip(names[::2], names[1::2]), key=lambda pair: bytes(pair[0]))
            tree.IDTree.Names = pikepdf.Array([part for pair in pairs for part in pair])

    def _anew(self) -> None:
        import pikepdf  # heavy

        self._written += 1
        path = self._folder / f"chain-{self._written % 2}.pdf"
        self._pdf.save(path)
        self.close()
        self._pdf = pikepdf.open(path)


def _bookmarks(pdf: pikepdf.Pdf) -> Iterator[Any]:
    one = pdf.Root.Outlines.get("/First")
    while one is not None:
        yield one
        one = one.get("/Next")


def _moved(holder: Any, key: str, by: int) -> None:
    if key in holder:
        holder[key] = int(holder[key]) + by


def _own_ids(part: pikepdf.Pdf, before: str) -> None:
    """Names for the cells of headings that no other file has."""
    import pikepdf  # heavy

    def named(those: Any) -> Any:
        return pikepdf.Array([pikepdf.String(f"{before}{one}") for one in those])

    for one in part.objects:
        if not isinstance(one, pikepdf.Dictionary) or one.get("/Type") != "/StructElem":
            continue
        if "/ID" in one:
            one.ID = pikepdf.String(f"{before}{one.ID}")
        for told in one.get("/A", []):
            if len(told.get("/Headers", [])):
                told.Headers = named(told.Headers)
    tree = part.Root.StructTreeRoot
    names: Any = tree.IDTree.Names if "/IDTree" in tree else []
    for place in range(0, len(names), 2):
        names[place] = pikepdf.String(f"{before}{names[place]}")
