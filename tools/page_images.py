"""Make the pictures of the meeting file on a phone and with a reader's correction, in a headless Chromium.

    python tools/page_images.py PAGE.html [--out docs/images]

``meeting-phone.png`` is a finding as a phone shows it, down to its map; ``meeting-corrections.png`` is the card of a school with the
form in which a reader says what is wrong.
"""

from __future__ import annotations

import argparse
import base64
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser import Page, open_page  # noqa: E402 - the tests' own browser

PHONE, TALL = (390, 844), 1_640  # px of the page that the picture shows
DESK = (1440, 900)
SCHOOL = "Main Street Elementary"
RETURN = "\ue007"


def page_pictures(path: Path, out: Path, school: str = SCHOOL) -> list[Path]:
    """Both pictures of a meeting file; a school that it holds is what the correction is about."""
    with tempfile.TemporaryDirectory() as profile, open_page(path, Path(profile)) as page:
        return [phone_picture(page, out), corrections_picture(page, out, school)]


def phone_picture(page: Page, out: Path) -> Path:
    """The top of the page on a phone: the finding, its figures and its map."""
    page.set_size(*PHONE, ratio=2)
    page.load()
    after = page.find("#finding-after")
    if after.is_enabled():
        after.click()
    page.painted()
    clip = {"x": 0, "y": 0, "width": PHONE[0], "height": TALL, "scale": 1}
    shot = page.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True, "clip": clip})
    target = out / "meeting-phone.png"
    target.write_bytes(base64.b64decode(shot["data"]))
    return target


def corrections_picture(page: Page, out: Path, school: str) -> Path:
    """A school's card with the form of a correction, written but not yet kept."""
    page.set_size(*DESK)
    page.load()
    page.find("#find-input").send_keys(school, RETURN)
    page.find("#card-parts .note-button").send_keys(RETURN)
    page.find("input[name=note-kind][value=wrong]").click()
    page.find("#note-words").send_keys("The counsellor left in June; nobody has come since.")
    page.find("#note-author").send_keys("Ana, parent")
    target = out / "meeting-corrections.png"
    page.screenshot(target)
    return target


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    given = parser.parse_args()
    for target in page_pictures(given.page, given.out):
        print(target)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
