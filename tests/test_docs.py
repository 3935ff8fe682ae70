"""The pages for people keep up with the program: links lead somewhere, commands and their options exist, what they quote is what is printed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from ecomap.cli.program import program

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))
LINK = re.compile(r"\]\(([^)\s]+)\)")
INLINE = re.compile(r"`(ecomap [^`]+)`")




def anchors(page: Path) -> set[str]:
    """The places of a page that a link can lead to, as a reader of Markdown names them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def unknown(words: list[str]) -> str:
    """What of a line for a terminal EcoMap does not know; nothing if it knows all of it."""
    command: click.Command = program
    context = click.Context(command)
    flags = {flag for one in command.get_params(context) for flag in (*one.opts, *one.secondary_opts)}
    for word in words:
        if word.startswith("--"):
            if word.partition("=")[0] not in flags | {"--help"}:
                return f"{command.name}: {word}"
        elif isinstance(command, click.Group):
            if word in ("en", "es"):  # of --language
                continue
            inner = command.get_command(context, command.list_commands(context)[0] if word.isupper() else word)
            if inner is None:
                return word
            command, context = inner, click.Context(inner, info_name=word, parent=context)
            flags |= {flag for one in command.get_params(context) for flag in (*one.opts, *one.secondary_opts)}
    return ""


def lines(page: Path) -> list[str]:
    """The lines for a terminal that a page holds, in its blocks and in its sentences."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:\w*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    inline = [" ".join(found.split()) for found in INLINE.findall(re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))]
    return [line.strip() for block in blocks for line in block.splitlines() if line.startswith("ecomap ")] + inline


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_of_a_page_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        file, _, place = target.partition("#")
        found = (page.parent / unquote(file)).resolve() if file else page
        assert found.exists(), f"{page.name}: {target}"
        if place and found.suffix == ".md":
            assert place in anchors(found), f"{page.name}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_option_of_a_page_exists(page: Path) -> None:
    for line in lines(page):
        words = [word for word in shlex.split(line.replace("...", "").replace("…", ""), comments=True) if word not in "|"][1:]
        assert not unknown(words), f"{page.name}: {line}"


@pytest.mark.parametrize(("words", "told"), [
    (["run", "coverage-gap", "P", "--radius", "1mi"], ""), (["--language", "es", "run", "need-index"], ""),
    (["run", "coverage-gaps"], "coverage-gaps"), (["export", "P", "--most-kb", "20"], "export: --most-kb"), (["sing"], "sing"),
])
def test_what_does_not_exist_is_found(words: list[str], told: str) -> None:
    assert unknown(words) == told


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_heading_stands_apart_from_the_text_before_it(page: Path) -> None:
    """A line in bold right under a list would be drawn as a part of its last item."""
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"^[^\n|].*[^\n]\n\*\*[^*\n]+\*\*\n", text, re.MULTILINE), page.name


def helps(command: click.Command, context: click.Context) -> list[str]:
    """The help of a command and of all below it."""
    told = [command.get_help(context)]
    for word in command.list_commands(context) if isinstance(command, click.Group) else ():
        inner = command.get_command(context, word)
        assert inner is not None
        told += helps(inner, click.Context(inner, info_name=word, parent=context))
    return told


def test_the_help_shows_no_empty_choice_and_no_default_that_is_said_in_words() -> None:
    for told in helps(program, click.Context(program, info_name="ecomap", terminal_width=400, max_content_width=400)):
        assert "[|" not in told, told
        assert "default: (" not in told, told
