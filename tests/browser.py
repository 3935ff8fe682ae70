"""A real, headless Chromium for tests of the exported page.

Where Chromium and its driver are not installed the test is skipped and says so; with ``CI=true`` or
``ECOMAP_REQUIRE_BROWSER=1`` it fails instead, so that a run which must prove the page cannot pass without it.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--force-device-scale-factor=1",
)
_BROWSERS_OWN = ("not an origin", "chrome://", "chrome-untrusted://")
READY = "return document.documentElement.dataset.ready === 'yes'"


def find_browser() -> tuple[str, str] | None:
    """Chromium and its driver, or None."""
    browser = next((found for name in BROWSER_NAMES if (found := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


def require_browser() -> tuple[str, str]:
    """Chromium and its driver; without them the test is skipped, or fails where it must run."""
    found = find_browser()
    if found:
        return found
    reason = "THE PAGE WAS NOT TESTED IN A BROWSER: chromium and chromedriver are not installed (tools/test_setup.sh)"
    if os.environ.get("CI", "").lower() == "true" or os.environ.get("ECOMAP_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


class Page:
    """One page in one browser, with what it asked the network for and what it complained about."""

    def __init__(self, driver: Any, path: Path) -> None:
        self.driver = driver
        self.url = path.resolve().as_uri()
        self._seen: list[dict[str, Any]] = []

    def load(self) -> None:
        """Open the page and wait until it says that it stands and has been painted."""
        from selenium.webdriver.support.ui import WebDriverWait

        self.driver.get("about:blank")
        self.driver.get_log("performance")  # what the browser's own start page did is not the page's doing
        self.driver.get(self.url)
        WebDriverWait(self.driver, 20, poll_frequency=0.02).until(lambda driver: driver.execute_script(READY))
        self.painted()

    def painted(self) -> None:
        """Wait until two frames have been drawn."""
        self.driver.execute_async_script(
            "var done = arguments[0]; requestAnimationFrame(function () { requestAnimationFrame(done); });"
        )

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def find(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def all(self, selector: str) -> list[Any]:
        found: list[Any] = self.driver.find_elements("css selector", selector)
        return found

    def requests(self) -> list[str]:
        """Every address the page asked for, other than the page itself and what it carries (data:)."""
        for entry in self.driver.get_log("performance"):
            self._seen.append(json.loads(entry["message"])["message"])
        asked = [
            event["params"]["request"]["url"]
            for event in self._seen
            if event["method"] == "Network.requestWillBeSent"
        ]
        return [url for url in asked if not url.startswith("data:") and url.split("#")[0] != self.url]

    def complaints(self) -> list[str]:
        """Errors and warnings in the console: script errors and blocked requests among them."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] != "INFO"]

    def set_size(self, width: int, height: int, *, dark: bool = False, ratio: float = 1) -> None:
        """The size of the page's window in CSS pixels, and whether the reader prefers a dark screen."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": ratio, "mobile": False},
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})

    def screenshot(self, path: Path, *, whole: bool = False) -> None:
        """What the page shows, or all of it down to its foot, as PNG."""
        self.painted()
        options: dict[str, Any] = {"format": "png", "captureBeyondViewport": whole}
        if whole:
            size = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
            options["clip"] = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", options)
        path.write_bytes(base64.b64decode(shot["data"]))

    def pdf(self, path: Path) -> None:
        """The page as it prints."""
        printed = self.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
        path.write_bytes(base64.b64decode(printed["data"]))


@contextmanager
def open_page(
    path: Path, profile: Path, *, width: int = 1440, height: int = 900, dark: bool = False, net_log: Path | None = None
) -> Iterator[Page]:
    """The page in a fresh Chromium whose profile lies in ``profile`` (an empty folder)."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    browser, driver_path = require_browser()
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in (*FLAGS, f"--user-data-dir={profile}", f"--window-size={width},{height}"):
        options.add_argument(flag)
    if net_log is not None:
        options.add_argument(f"--log-net-log={net_log}")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(driver_path))
    try:
        page = Page(driver, path)
        page.set_size(width, height, dark=dark)
        page.load()
        yield page
    finally:
        driver.quit()


def net_log_urls(path: Path) -> list[str]:
    """Every address that Chromium took up on behalf of a page, from a ``--log-net-log`` file.

    What the browser asks for on its own account (the time, its updates) has no page as its initiator, and what its own
    pages ask for (the empty tab it starts with) has one of the browser's addresses.
    """
    log = json.loads(path.read_text(encoding="utf-8"))
    url_request = log["constants"]["logSourceType"]["URL_REQUEST"]
    return sorted(
        {
            event["params"]["url"]
            for event in log["events"]
            if event["source"]["type"] == url_request
            and "url" in event.get("params", {})
            and not event["params"].get("initiator", "not an origin").startswith(_BROWSERS_OWN)
        }
    )
