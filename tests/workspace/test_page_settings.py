"""What was chosen for an answer is said by labels, as the form says it, never by the names programs use."""

from __future__ import annotations

import pytest

from ecomap.render.report.chapters import report_document
from ecomap.render.typeset.spoken import spoken, texts_of
from ecomap.workspace.operations import run_analysis
from ecomap.workspace.page_settings import page_settings
from ecomap.workspace.report import report_of
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


@pytest.mark.parametrize(("language", "words"), [("en", "Access with capacity"), ("es", "Acceso según la capacidad")])
def test_the_printed_method_has_no_raw_name(qapp: object, language: str, words: str) -> None:
    said = texts_of(spoken(report_document(report_of(answered("access"), language=language))))
    assert any(words in text for text in said)
    assert not any(raw in text for text in said for raw in ("radius_m", "two_step", "service:*"))
