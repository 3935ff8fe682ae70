"""Keys: in the system's keyring or nowhere."""

from __future__ import annotations

from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked, PasswordDeleteError

from ecomap.io.web.keys import keep_key, kept_key
from ecomap.model.errors import NetworkError


class Ring(KeyringBackend):
    """A keyring of a system, in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("sesame")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


class InFile(Ring):
    """One that writes keys into a file."""


InFile.__module__ = "keyrings.alt.file"


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    made = Ring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    return made


def test_a_key_is_kept_found_and_forgotten(ring: Ring, tmp_path: Path) -> None:
    assert kept_key("census") == ""
    keep_key("census", " sesame ")
    assert (kept_key("census"), kept_key("other")) == ("sesame", "")
    keep_key("census", "")
    assert kept_key("census") == ""
    keep_key("census", "")  # twice is no fault


@pytest.mark.parametrize("made", [NoKeyring, InFile])
def test_where_there_is_only_a_file_or_nothing_no_key_is_kept(made: type[KeyringBackend], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_keyring", made)
    assert kept_key("census") == ""
    with pytest.raises(NetworkError, match="has no keyring, and EcoMap keeps a key nowhere else"):
        keep_key("census", "sesame")


def test_a_locked_keyring_is_told_without_what_it_says(ring: Ring) -> None:
    ring.locked = True
    with pytest.raises(NetworkError, match=r"is locked or does not answer \(KeyringLocked\)") as told:
        kept_key("census")
    assert "sesame" not in str(told.value)
