"""How a way of getting there names what it is made of."""

from __future__ import annotations

import pytest

from ecomap.analysis.travel.way import layer_in_words
from ecomap.model.layer import LINE, Layer
from ecomap.model.source import Source


@pytest.mark.parametrize(("vintages", "words"), [
    (("2024", "2024", "2025"), "Streets (2024, 2025)"),
    (("not stated in the copy used", "2024"), "Streets (2024)"),
    (("not stated in the copy used",), "Streets (vintage not stated)"),
    (("",), "Streets (vintage not stated)"),
])
def test_a_layer_is_named_with_the_periods_that_are_stated(vintages: tuple[str, ...], words: str) -> None:
    layer = Layer("streets", "Streets", "street", LINE, sources=tuple(Source("Streets of the town", vintage=one) for one in vintages))
    assert layer_in_words(layer) == words
