"""The page and the notebook about EcoMap from Python are what the program does."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tools import make_python_page

NOTEBOOK = Path(__file__).resolve().parents[1] / "docs" / "python.ipynb"


def test_the_page_in_the_repository_is_current() -> None:
    assert make_python_page.PAGE.read_text(encoding="utf-8") == make_python_page.page(), "run tools/make_python_page.py"


@pytest.mark.slow
def test_the_notebook_runs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    said = "".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", []))
    assert "707,000 ± 5,000 children" in said
