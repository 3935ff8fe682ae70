"""Make the pictures in docs/images by driving the real window, offscreen, on the Los Angeles starter.

    python tools/make_images.py [--out docs/images] [--no-files] [question ...]

The seven steps, the answer of every question and a dark one, then map.png and, where Chromium is installed, the meeting file
as it shows it. With names of questions only their answers are pictured: ``python tools/make_images.py peers match``.
ECOMAP_LANGUAGE is the language of all of them.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools.camera import Camera  # noqa: E402, I001 - before Qt: it chooses the offscreen platform
from tools.answer_images import TARGET, answer_pictures  # noqa: E402
from tools.page_images import page_pictures  # noqa: E402
from ecomap.ui import speech  # noqa: E402
from ecomap.ui.desk import STARTER  # noqa: E402
from ecomap.ui.look.theme import THEME  # noqa: E402
from ecomap.model.project import Project  # noqa: E402

SCHOOL = "Main Street|Vernon City"  # whose card is opened in the middle of the city


def window_pictures(camera: Camera) -> None:
    """The seven steps as a planner meets them, with a school's card, and the same in the dark."""
    window, desk = camera.window, camera.window.desk
    first_pictures(camera)
    camera.start(STARTER)
    camera.take("window-data")
    import_picture(camera)
    camera.ask("need-index", {})
    camera.with_need = desk.project
    camera.take("window-need")
    camera.ask("coverage-gap", {"target": TARGET})
    camera.open_school(SCHOOL)
    camera.take("window-gaps")
    camera.ask("priority", {"target": TARGET})
    camera.calm()
    window.table.view.scrollToTop()
    camera.rest()
    window.table.view.selectRow(1)
    camera.rest()
    desk.zoom_asked.emit(desk.selection[0], desk.selection[1])
    window.map.canvas.zoom_by(0.12)
    camera.take("window-plan")
    camera.calm()
    camera.meeting = desk.project  # need, gaps and plan: what a first meeting is about
    window.show_step("share")
    camera.take("window-share")
    THEME.set("dark")
    window.show_step("gaps")
    camera.open_school(SCHOOL)
    camera.take("window-dark")
    THEME.set("light")
    camera.calm()
    camera.ask("overlap", {})
    camera.take("window-assets")
    camera.show_table("sets")
    camera.take("window-combinations")
    inventory_pictures(camera)
    camera.ask("money", {})
    camera.take("window-money")


def first_pictures(camera: Camera) -> None:
    """The first page, and the help at the page of a question."""
    from ecomap.ui.help.pages import question_names

    window = camera.window
    window.show_start()
    camera.take("window-start")
    window.commands.beginning.open_help("coverage-gap")
    shown = window.commands.beginning.help
    assert shown is not None
    camera.wait(lambda: shown.list.count() > len(question_names()))  # all of them are in the list
    camera.take("window-help", shown)
    shown.close()


def inventory_pictures(camera: Camera) -> None:
    """Writing down who works at a school, and what is on record of a school."""
    from ecomap.model.vocabulary import FUNDING

    commands, project = camera.window.commands.inventory, camera.window.desk.project
    school = str(project.frame(project.layers_of(FUNDING)[0].id)["school_id"].iloc[0])
    for name, show in (("window-inventory", commands.add_at_school), ("window-record", commands.show_record)):
        show(school)
        dialog = camera.dialog()
        camera.take(name, dialog)
        dialog.close()
    review_picture(camera)


def review_picture(camera: Camera) -> None:
    """What waits for a decision after a partner's list with the same places under slightly other names was read."""
    from ecomap.model.vocabulary import SERVICE
    from ecomap.workspace.inventory import import_inventory

    desk = camera.window.desk
    before = desk.project
    places = before.frame(before.layers_of(SERVICE)[0].id)
    few = places[places["address"].fillna("").astype(str) != ""].head(4)[["name", "organisation", "address"]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "services.csv"
        few.assign(name=few["name"].str.replace("Center", "Ctr"), phone="213-555-0100").to_csv(path, index=False)
        desk.replace(import_inventory(before, path)[0], None)
    camera.rest()
    camera.window.commands.inventory.do_inventory_review()
    dialog = camera.dialog()
    camera.take("window-review", dialog)
    dialog.close()
    desk.replace(before, None)
    camera.rest()


def import_picture(camera: Camera) -> None:
    """A table of schools on its way in, joined by name: most are sure, a few are asked about."""
    from ecomap.model.progress import Progress
    from ecomap.model.vocabulary import SCHOOL
    from ecomap.ui.dialogs.importing import ImportDialog, Preview

    desk = camera.window.desk
    schools = desk.project.frame(desk.project.layers_of(SCHOOL)[0].id)
    names = schools["name"].drop_duplicates().head(60).astype(str)
    rates = [round(0.08 + 0.003 * (place * 7 % 60), 3) for place in range(len(names))]
    told = [name.replace("Elementary", "Elem.") if place % 3 else name.replace("e", "", 1) if place % 21 == 0 else name for place, name in enumerate(names)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chronic_absence_2026.csv"
        lines = "".join(f'"{name}",{rate},2026-05-29,\n' for name, rate in zip(told, rates))
        path.write_text(f"School,Chronic absence rate,Counted on,Remarks\n{lines}")
        dialog = ImportDialog(camera.window, desk, path, Preview.of(path, Progress(), SCHOOL, project=desk.project))
        dialog.open()
        camera.rest()
        camera.take("import", dialog)
        dialog.close()


def file_pictures(camera: Camera) -> None:
    """The exported picture of the map, and the meeting file as Chromium shows it."""
    from ecomap.workspace import operations

    project = camera.meeting or camera.window.desk.project
    operations.export(project, camera.out / "map.png", language=speech.code(), width=1600, height=1000)
    print(camera.out / "map.png")
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "meeting.html"
        operations.export(project, page, language=speech.code())
        if browser is None:
            print("Chromium is not installed: no picture of the meeting file.")
            return
        target = camera.out / "meeting.png"
        subprocess.run(
            [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1440,900",
             "--virtual-time-budget=4000", f"--screenshot={target}", page.as_uri()],
            check=True, capture_output=True, timeout=90,
        )
        print(target)
        for shown in page_pictures(page, camera.out):
            print(shown)


def paper_pictures(project: Project, out: Path) -> None:
    """The first page of a brief of a school, the first chapter of the report, and the minutes, as poppler's pdftoppm shows them."""
    from attrs import evolve

    from ecomap.model.commitment import Commitment
    from ecomap.workspace import operations
    from ecomap.workspace.briefs.facts import school_layer
    from ecomap.workspace.briefs.writing import write_briefs
    from ecomap.workspace.minutes import write_minutes

    tool = shutil.which("pdftoppm")
    if tool is None:
        print("poppler's pdftoppm is not installed: no pictures of papers.")
        return
    layer = school_layer(project)
    rows = project.frame(layer.id)
    row = rows[rows["name"].astype(str).str.startswith("Roosevelt")].iloc[:1]
    school, called = (str((row if len(row) else rows)[column].iloc[0]) for column in ("id", "name"))
    agreed = tuple(Commitment(f"example-{n}", what, layer=layer.id, feature=school, place=called, leads=leads, helps=helps, due=due, agreed="2026-11-20", state=state, settled=settled)
                   for n, (what, leads, helps, due, state, settled) in enumerate(AGREED))
    project = evolve(project, commitments=agreed, day="2026-11-30")
    with tempfile.TemporaryDirectory() as folder:
        made = {name: Path(folder) / f"{name}.pdf" for name in ("paper-brief", "paper-report", "paper-minutes")}
        write_briefs(project, [school], made["paper-brief"], language=speech.code())
        operations.export(project, made["paper-report"], language=speech.code())
        write_minutes(project, made["paper-minutes"], language=speech.code())
        for name, page in (("paper-brief", 1), ("paper-report", 2), ("paper-minutes", 1)):
            subprocess.run([tool, "-r", "90", "-f", str(page), "-l", str(page), "-singlefile", "-png", made[name], out / name], check=True, capture_output=True, timeout=60)
            print(out / f"{name}.png")


AGREED = (  # made up, for the picture
    ("Open a clinic on campus two days a week", ("District",), ("Health partner",), "2027-02-15", "open", ""),
    ("One intake form for all partners, so that families tell their story once", ("Coordinator",), (), "2027-03-01", "open", ""),
    ("A list of what runs after school, on the door and by message", ("Family council",), ("District",), "2026-11-27", "done", "2026-11-26"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--no-files", action="store_true", help="only the window")
    parser.add_argument("questions", nargs="*", help="only the answers of these questions")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    camera = Camera(given.out)
    if given.questions:
        camera.start(STARTER)
        camera.ask("need-index", {})
        answer_pictures(camera, tuple(given.questions))
    else:
        window_pictures(camera)
        camera.window.desk.replace(camera.with_need or camera.window.desk.project, None)
        answer_pictures(camera)
        if not given.no_files:
            file_pictures(camera)
            paper_pictures(camera.meeting or camera.window.desk.project, camera.out)
    camera.window.desk.workspace.mark_saved(Path("images"))
    camera.window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
