"""What all papers of a run share, and the documents that they are made of: of one school, of several, of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from attrs import evolve, frozen

from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, Said, name, plural, say
from ecomap.render.typeset.document import Block, Contents, Document, Entry, Heading, PageBreak, Paragraph
from ecomap.workspace.briefs.assessment import assessment_blocks, assessment_subtitle
from ecomap.workspace.briefs.brief import brief_blocks, brief_subtitle
from ecomap.workspace.briefs.facts import Facts
from ecomap.workspace.briefs.maps import Draws

BRIEF: Final = "brief"
ASSESSMENT: Final = "assessment"
KINDS: Final = (BRIEF, ASSESSMENT)
TITLES: Final = {BRIEF: say("Brief of a school"), ASSESSMENT: say("Needs and assets assessment")}
FOR_ALL: Final = say("For all of these schools")


@frozen(eq=False)
class Papers:
    """What all papers of a run share."""

    facts: Facts
    kind: str
    language: str
    made_on: str
    maps: Draws
    end: tuple[Block, ...]  # the same for every school

    def blocks(self, school: str, level: int) -> tuple[Block, ...]:
        figure = self.maps(school)
        return brief_blocks(self.facts, school, figure, level) if self.kind == BRIEF else assessment_blocks(self.facts, school, figure, level)

    def subtitle(self, school: str) -> Said:
        return brief_subtitle(self.facts, school) if self.kind == BRIEF else assessment_subtitle(self.facts, school)

    def one(self, school: str) -> Document:
        """The paper of one school."""
        called = self.facts.name_of(school)
        title = called if self.kind == BRIEF else say("Needs and assets assessment: {school}", school=called)
        return self._document(title, (*self.blocks(school, 1), *self.end), self.subtitle(school))

    def together(self, schools: Sequence[str], progress: Progress) -> Document:
        """The papers of several schools, one behind the other; what holds for all stands once, at the end."""
        return self._document(self.title, (*self._head(schools, ()), PageBreak(), *self._papers(schools, progress), PageBreak(), *self._last()), NOTHING)

    def head(self, schools: Sequence[str], pages: Sequence[int]) -> Document:
        """The first of a chain of files: what is in them, on which pages; what holds for all stands behind the schools."""
        texts = [*map(self.facts.name_of, schools), FOR_ALL]
        entries = tuple(Entry(text, page, number) for number, (text, page) in enumerate(zip(texts, pages)))
        return evolve(self._document(self.title, self._head(schools, entries), NOTHING), first_page=1)

    def stretch(self, schools: Sequence[str], first_page: int, progress: Progress) -> Document:
        """Some schools as a file of the chain; the last file, where there are none."""
        blocks = tuple(self._papers(schools, progress)) if schools else self._last()
        return evolve(self._document(self.title, blocks, NOTHING), first_page=first_page)

    @property
    def title(self) -> Said:
        """Of the papers of several schools."""
        return say("{what}: {project}", what=TITLES[self.kind], project=name(self.facts.project.title))

    def _head(self, schools: Sequence[str], entries: tuple[Entry, ...]) -> tuple[Block, ...]:
        many = plural("{n} school, in the order of the list of schools.", "{n} schools, in the order of the list of schools.", len(schools))
        return Paragraph(many), Contents(say("Schools"), 1, entries)

    def _papers(self, schools: Sequence[str], progress: Progress) -> Iterator[Block]:
        for number, school in enumerate(schools):
            progress.at(number / len(schools), say("Writing {school}", school=self.facts.name_of(school)))
            if number:
                yield PageBreak()
            yield Heading(self.facts.name_of(school), 1)
            yield Paragraph(self.subtitle(school), "small")
            yield from self.blocks(school, 2)

    def _last(self) -> tuple[Block, ...]:
        return Heading(FOR_ALL, 1), *self.end

    def _document(self, title: Said, blocks: Iterable[Block], subtitle: Said) -> Document:
        foot = say("{title} · {project}", title=title, project=name(self.facts.project.title))
        return Document(title, tuple(blocks), self.language, subtitle, foot, self.made_on)


def bytes_of(document: Document, ending: str) -> bytes:
    if ending == ".docx":
        from ecomap.render.typeset.editable import editable_bytes  # heavy

        return editable_bytes(document)
    from ecomap.render.typeset.paper import paper_bytes  # heavy

    return paper_bytes(document)
