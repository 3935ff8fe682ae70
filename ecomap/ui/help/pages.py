"""The pages of the help: sections of the guide, a page per question written from its definition, what is new."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Final

from attrs import frozen

from ecomap.model.params import ParamSpec, param_specs
from ecomap.model.said import Said, name, say
from ecomap.render.words.language import ENGLISH
from ecomap.ui.speech import code, spoken
from ecomap.ui.steps import STEPS
from ecomap.workspace.guide import Section, guide_sections, news_since, plain

GUIDE: Final = say("Planner's guide")
QUESTIONS: Final = say("The questions")
NEWS: Final = say("What is new")
NEWS_KEY: Final = "what-is-new"
_VERSION: Final = re.compile(r"\d+(?:\.\d+)+")


@frozen
class HelpPage:
    """One page: ``key`` is of a step (`step_key`), a question's name or a short name; its text is Markdown, or HTML where ``html``."""

    key: str
    group: Said
    title: str
    text: str
    html: bool = False

    def holds(self, words: Iterable[str]) -> bool:
        """Whether every word stands on the page, whatever its accents and capitals."""
        here = plain(f"{self.title} {self.text}")
        return all(word in here for word in words)


def step_key(step: str) -> str:
    """The key of the page about a step; a question may have the same name."""
    return f"step-{step}"


def guide_pages() -> tuple[HelpPage, ...]:
    """The guide by its sections, in the language that is spoken where it is written in that one."""
    steps = {one.key for one in STEPS}
    return tuple(HelpPage(step_key(one.key) if one.key in steps else one.key, GUIDE, one.title, f"## {one.title}\n\n{one.text}")
                 for one in guide_sections(code()))


def news_page(seen: str = "") -> HelpPage:
    """What changed since a version."""
    told = "\n\n".join(f"## {_heading_of(one)}\n\n{one.text}" for one in news_since(seen) or news_since(""))
    return HelpPage(NEWS_KEY, NEWS, spoken(NEWS), f"{_in_english()}{told}")


def _heading_of(news: Section) -> str:
    """What no version has yet is told as what has come since the newest that is out: whoever reads it has it."""
    if _VERSION.match(news.title):
        return news.title
    newest = next(match[0] for one in news_since("") if (match := _VERSION.match(one.title)))
    return spoken(say("New since version {version}", version=name(newest)))


def question_names() -> tuple[str, ...]:
    """Every question, in the order of the steps."""
    return tuple(one for step in STEPS for one in step.analyses)


def question_page(analysis: str) -> HelpPage:
    """What a question asks, reads, wants decided, works out and gives: all from its definition."""
    from ecomap.analysis import registry  # heavy

    known = registry.analysis(analysis)
    step = next(one for one in STEPS if analysis in one.analyses)
    parts = [f"<h2>{_html(known.question)}</h2>", _paragraph(say("Step {step}: {title}", step=step.name, title=known.title)), _paragraph(known.summary), _paragraph(known.when)]
    parts += [_heading(say("What it reads")), _listed(
        _html(say("{layer}, if there are any", layer=one.label)) if one.optional else _html(one.label) for one in known.inputs)]
    parts += [_heading(say("What you decide")), _listed(_decided(spec) for spec in param_specs(known.params))]
    if known.method:
        parts += [_heading(say("How it is worked out")), _in_english(html=True), _paragraph(name(known.method))]
    parts += [_heading(say("What it gives")), _listed(_html(table.rows) for table in known.tables)]
    if known.sources:
        parts += [_heading(say("Sources")), _listed(_html(name(source)) for source in known.sources)]
    return HelpPage(analysis, QUESTIONS, spoken(known.question), "".join(parts), html=True)


def _decided(spec: ParamSpec) -> str:
    helped = f" {_html(spec.param.help)}" if spec.param.help else ""
    return f"<b>{_html(spec.param.label)}</b>{helped}"


def _heading(text: Said) -> str:
    return f"<h3>{_html(text)}</h3>"


def _paragraph(text: Said) -> str:
    return f"<p>{_html(text)}</p>" if text else ""


def _listed(items: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def _in_english(*, html: bool = False) -> str:
    """A line that says what is not in the reader's language; nothing where it is."""
    if code() == ENGLISH:
        return ""
    words = spoken(say("This part is in English only."))
    return f"<p><i>{escape(words)}</i></p>" if html else f"*{words}*\n\n"


def _html(text: Said) -> str:
    return escape(spoken(text))

