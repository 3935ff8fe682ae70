"""The build step of the wheel: compiles the catalogues of messages, so that what is installed needs no compiler of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class MessagesHook(BuildHookInterface):
    """Writes ``ecomap.mo`` beside every ``ecomap.po`` before the package is put together."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        for written in Path(self.root, "resources", "locale").glob("*/LC_MESSAGES/ecomap.po"):
            with written.open("rb") as stream:
                book = read_po(stream)
            with written.with_suffix(".mo").open("wb") as out:
                write_mo(out, book)
