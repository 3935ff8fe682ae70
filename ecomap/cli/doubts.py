"""By which flag of a command a doubt about a file is answered."""

from __future__ import annotations

from ecomap.model.understanding import Doubt

_DIRECTION, _PEOPLE = "direction:", "people"
_OWN = {"crs": "--crs", "layer": "--table", "key": "--key"}


def flag_of(doubt: Doubt) -> str:
    """The flag, with the answers there are.

    >>> flag_of(Doubt("direction:walk score", "")), flag_of(Doubt("key", ""))
    ("--indicator 'walk score=more'", '--key COLUMN=FIELD')
    """
    if doubt.code.startswith(_DIRECTION):
        return f"--indicator {_quoted(doubt.code.removeprefix(_DIRECTION) + '=more')}"
    answer = _answer(doubt)
    if doubt.code == _PEOPLE:
        return f"--people {_quoted(f'{doubt.column}=no' if doubt.column else 'COLUMN=no')}"
    if doubt.code in _OWN:
        return f"{_OWN[doubt.code]} {_quoted(answer or {'key': 'COLUMN=FIELD', 'crs': 'EPSG:CODE'}.get(doubt.code, 'NAME'))}"
    return f"--answer {_quoted(f'{doubt.code}={answer or chr(46) * 3}')}"


def _answer(doubt: Doubt) -> str:
    """An answer that changes something: the first that is not taken anyway."""
    values = [option.value for option in doubt.options]
    return next((value for value in values if value != doubt.taken), values[0] if values else "")


def _quoted(text: str) -> str:
    """In quotation marks where a shell would take it apart."""
    plain = all(letter.isalnum() or letter in "=:._-/+," for letter in text)
    return text if plain else "'" + text.replace("'", "'\\''") + "'"
