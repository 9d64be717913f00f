"""The notebooks run from top to bottom, and are kept without outputs.

Each runs once, as it stands: offline, on the history that comes with commitlens.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat
import papermill
import pytest

from commitlens.testing import RepositoryBuilder

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

#: What a reader must see in a notebook that runs as it stands: the number of
#: charts, and words of its tables and reports.
SHOWN = {
    "quickstart": (1, ["History of demo: 940 commits", "用优先级取代先进先出"]),
    "daily_report": (0, ["compare tokens in constant time"]),
    "explore": (0, ["用优先级取代先进先出", "Jonah Whitlock"]),
    "trends": (8, ["fixes rose from", "in the week of 2025-08-04"]),
    "how_good_are_the_scores": (2, ["commitlens, prefix hidden", "importance_score"]),
    "hotspots_and_ownership": (2, ["ferry/scheduler/loop.py", "Jonah Whitlock"]),
    "llm_analysis": (0, ["compare tokens in constant time", "cost <=", "<<<DATA-"]),
    "compare_releases": (3, ["v0.6.0", "drop Python 3.9 and 3.10"]),
}


@pytest.fixture
def execute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Return a function that runs a notebook in the interpreter of the tests."""
    # Nothing of the user's own Jupyter: the kernel is this environment's.
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.delenv("JUPYTER_PATH", raising=False)
    # The kernel is to draw as notebooks do, not as tests do.
    monkeypatch.delenv("MPLBACKEND", raising=False)
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")

    def execute(
        notebook: Path, cwd: Path = FOLDER, **parameters: object
    ) -> nbformat.NotebookNode:
        return papermill.execute_notebook(
            notebook,
            tmp_path / "out.ipynb",
            parameters=parameters,
            kernel_name="python3",
            cwd=cwd,
            progress_bar=False,
        )

    return execute


def outputs(notebook: nbformat.NotebookNode, mime: str) -> list[str]:
    """Return what the cells of a notebook showed, of one kind."""
    return [
        output["data"][mime]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if mime in output.get("data", {})
    ]


def test_the_kernel_is_the_interpreter_of_the_tests(execute, tmp_path: Path) -> None:
    """Notebooks are proven against this commitlens, not another installed one."""
    asked = nbformat.v4.new_notebook()
    asked.cells = [nbformat.v4.new_code_cell("import sys; sys.executable")]
    nbformat.write(asked, tmp_path / "asked.ipynb")

    answered = execute(tmp_path / "asked.ipynb", tmp_path)

    assert outputs(answered, "text/plain") == [repr(sys.executable)]


@pytest.mark.slow
@pytest.mark.parametrize("name", SHOWN)
def test_a_notebook_runs_as_it_stands(execute, name: str) -> None:
    """Whoever runs every cell, offline, sees its charts and finds its words."""
    charts, words = SHOWN[name]

    done = execute(FOLDER / f"{name}.ipynb")

    assert len(outputs(done, "image/png")) == charts
    streams = [one for cell in done.cells for one in cell.get("outputs", [])]
    shown = "\n".join(one.get("text", "") for one in streams)
    shown += "\n".join(
        text
        for mime in ("text/plain", "text/html", "text/markdown")
        for text in outputs(done, mime)
    )
    assert [word for word in words if word not in shown] == []


@pytest.mark.slow
def test_a_notebook_reads_what_its_parameters_say(execute, tmp_path: Path) -> None:
    """One cell changes the repository, the day, the language, and the file written."""
    builder = RepositoryBuilder(tmp_path / "own")
    builder.commit("feat: say hello", {"src/demo.py": "def hello():\n    return 1\n"})
    builder.commit("fix: say it", {"src/demo.py": "\n"}, date=1767776400)
    target = tmp_path / "out" / "day.md"

    done = execute(
        FOLDER / "daily_report.ipynb",
        repo=str(builder.path),
        date="2026-01-05",
        lang="zh",
        output=str(target),
    )

    (report,) = outputs(done, "text/markdown")
    assert "say hello" in report
    assert "say it" not in report
    assert "提交" in report
    assert target.read_text("utf-8") == report


@pytest.mark.slow
def test_a_notebook_asks_the_model_that_is_named(execute, server) -> None:
    """With a model its analyses are in the report, and are counted below it."""
    done = execute(FOLDER / "llm_analysis.ipynb", model="openai/x", lang="zh")

    (report,) = outputs(done, "text/markdown")
    assert "🤖 `openai/x`" in report
    assert "该提交调整了模块的行为" in report
    assert "claims_checked" in "".join(outputs(done, "text/html"))
    assert len(server.sent) > 0


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_carry_no_outputs(path: Path) -> None:
    """A difference between two versions is one between what people wrote."""
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]

    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    assert code
    assert all(cell.outputs == [] for cell in code)
    assert all(cell.execution_count is None for cell in code)
    assert max(len(cell.source.splitlines()) for cell in code) <= 10


@pytest.mark.parametrize("name", SHOWN)
def test_notebooks_lead_their_reader(name: str) -> None:
    """Each has a title, one cell of parameters, and ends with what to do next."""
    cells = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells
    prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
    tagged = [cell for cell in cells if "parameters" in cell.metadata.get("tags", [])]

    assert cells[0].cell_type == "markdown"
    assert re.match(r"# \S", cells[0].source)
    assert len(tagged) == 1
    assert re.search(r"^repo = ", tagged[0].source, re.MULTILINE)
    assert prose[-1].startswith("## What to do next")
    assert prose[-1] == cells[-1].source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_that_are_named_exist(path: Path) -> None:
    """What to do next is something that a reader can do."""
    known = {notebook.stem for notebook in NOTEBOOKS}
    text = nbformat.read(path, as_version=4).cells[-1].source
    named = re.findall(r"^- `(\w+)`|notebook `(\w+)`|; `(\w+)`", text, re.MULTILINE)

    assert {name for names in named for name in names if name} <= known
