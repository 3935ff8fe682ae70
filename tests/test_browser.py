"""The browser tests never vanish quietly: they say that they did not run, and fail where they must run."""

from __future__ import annotations

import shutil

import pytest

from tests.browser import require_browser


@pytest.fixture
def _nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("ECOMAP_REQUIRE_BROWSER", raising=False)


@pytest.mark.usefixtures("_nothing_installed")
def test_without_a_browser_a_test_is_skipped_and_says_so_loudly() -> None:
    with pytest.raises(pytest.skip.Exception, match="NOT TESTED IN A BROWSER"):
        require_browser()


@pytest.mark.usefixtures("_nothing_installed")
@pytest.mark.parametrize(("name", "value"), [("CI", "true"), ("ECOMAP_REQUIRE_BROWSER", "1")])
def test_where_the_page_must_be_proven_it_fails_instead(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(pytest.fail.Exception, match="NOT TESTED IN A BROWSER"):
        require_browser()
