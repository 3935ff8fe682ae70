"""A page too large as it is keeps every answer: its data are packed, and the page unpacks them by itself."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomap.model.assets import resources_dir
from ecomap.render.page.file import HtmlReport, write_html
from ecomap.render.page.packing import Packed, packed, unpacked
from tests.browser import Page, open_page, require_browser
from tests.render.pages import town_page

UNPACK = "return (function (encoded, size) {{ {source}; return unpack(encoded, size); }})(arguments[0], arguments[1]);"


def packed_page(path: Path) -> HtmlReport:
    """A town page that is larger than its limit until it is packed."""
    page = town_page(schools=1_200)
    whole = write_html(page, path, packing=False).bytes
    return write_html(page, path, max_bytes=whole - 1)


@given(st.text())
def test_a_packed_text_comes_back(text: str) -> None:
    assert unpacked(packed(text)) == text


def test_the_same_text_is_packed_the_same() -> None:
    assert packed("tract " * 1_000) == packed("tract " * 1_000)


def test_a_page_too_large_is_packed_and_nothing_is_left_out(tmp_path: Path) -> None:
    report = packed_page(tmp_path / "packed.html")
    write_html(town_page(schools=1_200), tmp_path / "plain.html")
    size, text = _data(tmp_path / "packed.html")
    plain = re.search(r'id="page-data">(.*?)</script>', (tmp_path / "plain.html").read_text("utf-8"), re.S)
    assert report.notes == ()
    assert plain
    assert unpacked(Packed(text, size)) == plain[1]


def test_a_page_that_fits_is_not_packed(tmp_path: Path) -> None:
    write_html(town_page(), tmp_path / "x.html")
    assert "data-size" not in (tmp_path / "x.html").read_text("utf-8").partition("<script>")[0]


def _data(path: Path) -> tuple[int, str]:
    found = re.search(r'id="page-data" data-size="(\d+)">([A-Za-z0-9+/=]+)</script>', path.read_text("utf-8"))
    assert found
    return int(found[1]), found[2]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    require_browser()
    folder = tmp_path_factory.mktemp("packed")
    packed_page(folder / "packed.html")
    with open_page(folder / "packed.html", folder / "profile") as opened:
        opened.load()
        yield opened


@pytest.mark.browser
def test_a_packed_page_says_what_the_plain_one_says(page: Page, tmp_path: Path) -> None:
    said = page.run("return document.body.innerText")
    write_html(town_page(schools=1_200), tmp_path / "plain.html")
    plain = Page(page.driver, tmp_path / "plain.html")
    plain.load()
    assert len(said) > 1_000
    assert said == plain.run("return document.body.innerText")


def _noise(size: int) -> str:
    return "".join(map(chr, np.random.default_rng(5).integers(32, 0x2000, size)))


@pytest.mark.browser
@pytest.mark.parametrize("level", [0, 1, 6, 9])
@pytest.mark.parametrize("strategy", [zlib.Z_DEFAULT_STRATEGY, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FIXED])
def test_the_page_unpacks_whatever_can_be_packed(page: Page, level: int, strategy: int) -> None:
    """Stored, usual and own codes, near and far repetitions, one symbol alone, nothing at all."""
    source = (resources_dir() / "templates" / "meeting" / "unpack.js").read_text("utf-8")
    texts = ("", "a", "a" * 70_000, json.dumps([n % 977 for n in range(20_000)]), _noise(40_000), ("ñ €" + _noise(9_000)) * 4)
    for text in texts:
        maker = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
        raw = text.encode("utf-8")
        encoded = base64.b64encode(maker.compress(raw) + maker.flush()).decode("ascii")
        assert page.run(UNPACK.format(source=source), encoded, len(raw)) == text
