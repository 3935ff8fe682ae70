"""Keys that publishers hand out: in the system's keyring, never in a file of ours, a project, a log or a record."""

from __future__ import annotations

from typing import Any, Final

from ecomap.model.errors import NetworkError
from ecomap.model.said import name as named
from ecomap.model.said import say

_SERVICE: Final = "EcoMap"
_IN_FILES: Final = ("keyrings.alt", "keyring.backends.null", "keyring.backends.fail")  # these keep keys in a file, or not at all


_GIVEN: dict[str, str] = {}  # for as long as the program runs


def use_key(service: str, key: str) -> None:
    """Use a key until the program ends, and keep it nowhere; an empty one forgets it."""
    _GIVEN[service] = key.strip()


def kept_key(service: str) -> str:
    """The key of a publisher: the one given for this run, else the keyring's; "" where there is none."""
    if _GIVEN.get(service):
        return _GIVEN[service]
    ring = _ring()
    if ring is None:
        return ""
    return str(_asked(lambda: ring.get_password(_SERVICE, service)) or "")


def keep_key(service: str, key: str) -> None:
    """Keep the key of a publisher; an empty one forgets it.

    Raises
    ------
    NetworkError
        If this computer has no keyring.
    """
    ring = _ring()
    if ring is None:
        raise NetworkError(say("This computer has no keyring, and EcoMap keeps a key nowhere else."),
                           say("Give the key each time, or set up the keyring of your system."), {"kind": "keyring", "service": service})
    if key.strip():
        _asked(lambda: ring.set_password(_SERVICE, service, key.strip()))
    elif kept_key(service):
        _asked(lambda: ring.delete_password(_SERVICE, service))


def _ring() -> Any:
    """The keyring of the system; None where there is only a file, or nothing."""
    import keyring  # heavy

    ring = keyring.get_keyring()
    chosen = getattr(ring, "backends", None)
    modules = [type(one).__module__ for one in (chosen if chosen else [ring])]
    return None if not modules or any(module.startswith(_IN_FILES) for module in modules) else ring


def _asked(ask: Any) -> Any:
    from keyring.errors import KeyringError  # heavy

    try:
        return ask()
    except KeyringError as problem:
        raise NetworkError(say("The keyring of this computer is locked or does not answer ({problem}).", problem=named(type(problem).__name__)),
                           say("Unlock it and try again."), {"kind": "keyring"}) from None
