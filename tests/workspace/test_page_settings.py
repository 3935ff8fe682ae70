"""What was chosen for an answer is said by labels, as the form says it, never by the names programs use."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecomap.render.paper import pdf
from ecomap.workspace.operations import map_page, run_analysis
from ecomap.workspace.page_settings import page_settings
from tests.small_project import small_project


def answered(name: str, **params: object):
    made = run_analysis(small_project(), name, params)
    return made[0] if isinstance(made, tuple) else made


def test_settings_are_said_as_the_form_says_them() -> None:
    ((title, chosen),) = page_settings(answered("access", radius_m=1609.344)).values()
    said = dict(chosen)
    assert title == "Access with capacity"
    assert said["How is access measured?"] == "Places per person, nearer ones count more (enhanced two-step)"
    assert "1.0 mi" in said.values()
    assert not any("_" in label for label in said)


@pytest.mark.parametrize(("language", "words"), [("en", "Method: Access with capacity"), ("es", "Método: Acceso según la capacidad")])
def test_the_printed_method_has_no_raw_name(
    tmp_path: Path, qapp: object, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    said: list[str] = []

    def keep(_painter: object, _box: object, text: str, *_look: object) -> float:
        said.append(text)
        return 10.0

    monkeypatch.setattr(pdf, "draw_text", keep)
    pdf.write_pdf(map_page(answered("access"), language=language), tmp_path / "map.pdf")
    (method,) = [text for text in said if text.startswith(words.split(":")[0] + ":")]
    assert method.startswith(words)
    assert "radius_m" not in method
    assert "two_step" not in method
    assert "service:" not in method
