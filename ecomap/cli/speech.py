"""The command line's language, and commands whose help is said in it.

English unless ``--language`` or the environment's ``ECOMAP_LANGUAGE`` says otherwise, so that scripts read the same on
every machine; ``--json`` is for programs and stays English.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable, Iterable
from typing import Any, Final

import click

from ecomap.model.assets import resources_dir
from ecomap.model.said import NOTHING, Said, plural, say
from ecomap.render.words.language import DOMAIN, ENGLISH, Language, language, languages

VARIABLE: Final = "ECOMAP_LANGUAGE"
# What click itself says; it looks these up by its own calls of gettext, in the catalogue that `use` points it to.
CLICK: Final = (
    say("Usage:"), say("Options"), say("Commands"), say("default: {default}"), say("required"), say("Missing argument"),
    say("Missing option"), say("Missing parameter"), say("Missing command."), say("No such command {name!r}."),
    say("No such option {name!r}."), say("Option {name!r} does not take a value."), say("Invalid value: {message}"),
    say("Invalid value for {param_hint}: {message}"), say("Choose from:\n\t{choices}"), say("{value!r} is not a valid {number_type}."),
    say("{value} is not in the range {range}."), say("{name} {filename!r} does not exist."), say("{name} {filename!r} is a file."),
    say("{name} {filename!r} is a directory."), say("File"), say("Directory"), say("Path"), say("file"), say("directory"), say("path"),
    plural("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", 1),
    plural("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})", 1),
    plural("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", 1),
)
_chosen: dict[str, str] = {}


def use(code: str) -> None:
    """Speak a language from here on; an unknown one is English."""
    _chosen["code"] = code
    gettext.bindtextdomain(DOMAIN, str(resources_dir() / "locale"))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = language(code).code


def code() -> str:
    """The language that was asked for."""
    return _chosen.get("code") or os.environ.get(VARIABLE) or ENGLISH


def speaker() -> Language:
    """Who says messages on the command line."""
    return language(code())


def spoken(text: str) -> str:
    """A message in the language of the command line; any other text as it stands."""
    return speaker().say(text)


def tell(text: str = NOTHING) -> None:
    """One line for people."""
    click.echo(spoken(text))


class _Spoken:
    """What commands and options share: help that is a message until it is shown."""

    help: str | None
    said: Said

    def speak(self) -> None:
        self.help = spoken(self.said) or None


class SpokenOption(_Spoken, click.Option):
    """An option with its help as a message."""

    def __init__(self, *args: Any, help: Said = NOTHING, **more: Any) -> None:
        more["help"] = str(help) or None
        super().__init__(*args, **more)
        self.said = help

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        self.speak()
        return super().get_help_record(ctx)


class OneOrNone(click.Choice[str]):
    """A choice among words that may be left open: an empty text, which the help does not show."""

    def __init__(self, choices: Iterable[str]) -> None:
        super().__init__(("", *choices))

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        return f"[{'|'.join(one for one in self.choices if one)}]"


class SpokenCommand(_Spoken, click.Command):
    """A command with its help as a message."""

    def __init__(self, *args: Any, help: Said = NOTHING, **more: Any) -> None:
        more["help"] = str(help) or None
        super().__init__(*args, **more)
        self.said = help

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = spoken(say("Show this message and exit."))
        return found

    def get_short_help_str(self, limit: int = 45) -> str:
        self.speak()
        return super().get_short_help_str(limit)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.speak()
        super().format_help_text(ctx, formatter)


class SpokenGroup(SpokenCommand, click.Group):
    """A group of such commands."""

    command_class = SpokenCommand
    group_class = type


def option(*names: str, help: Said = NOTHING, **more: Any) -> Callable[[Any], Any]:
    """`click.option` with help that is a message."""
    return click.option(*names, cls=more.pop("cls", SpokenOption), help=help, **more)


def language_option() -> Callable[[Any], Any]:
    """``--language``: heard before any other option, so that the help is said in it."""
    def chosen(_context: click.Context, _option: click.Parameter, value: str | None) -> None:
        if value:
            use(value)

    return option("--language", type=click.Choice(languages()), is_eager=True, expose_value=False, callback=chosen,
                  help=say("Language of what is printed and of the help."))
