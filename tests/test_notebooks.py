"""The notebooks run from top to bottom, and are kept without outputs."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
import papermill
import pytest

from commitlens.testing import RepositoryBuilder

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with two days of commits."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("feat: say hello", {"src/demo.py": "def hello():\n    return 1\n"})
    builder.commit("docs: explain", {"README.md": "# demo\n"})
    builder.commit(
        "fix: say it", {"src/demo.py": "def hello():\n    return 2\n"}, date=1767776400
    )
    return builder.path


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
        notebook: Path, cwd: Path, **parameters: object
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
def test_quickstart_shows_commits_a_chart_and_a_report(
    execute, repository: Path
) -> None:
    """A reader who runs every cell sees each kind of result."""
    (path,) = (path for path in NOTEBOOKS if path.stem == "quickstart")

    done = execute(path, repository.parent, repo=str(repository))

    assert any("say hello" in table for table in outputs(done, "text/html"))
    assert len(outputs(done, "image/png")) == 1
    (report,) = outputs(done, "text/markdown")
    assert "say it" in report
    assert "2026-01-07" in report


@pytest.mark.slow
def test_the_daily_report_takes_its_parameters(
    execute, repository: Path, tmp_path: Path
) -> None:
    """A scheduled run gets the day, the language and the file that it asked for."""
    (path,) = (path for path in NOTEBOOKS if path.stem == "daily_report")
    target = tmp_path / "out" / "day.md"

    done = execute(
        path,
        repository.parent,
        repo=str(repository),
        date="2026-01-05",
        lang="zh",
        output=str(target),
    )

    (report,) = outputs(done, "text/markdown")
    assert "say hello" in report
    assert "say it" not in report
    assert target.read_text("utf-8") == report


@pytest.mark.slow
def test_the_daily_report_is_of_the_repository_it_stands_in(
    execute, repository: Path
) -> None:
    """Opened as it is, without a parameter, it works from a folder inside."""
    (path,) = (path for path in NOTEBOOKS if path.stem == "daily_report")

    done = execute(path, repository / "src")

    (report,) = outputs(done, "text/markdown")
    assert "say it" in report
    # And reads no more than it says it does: the last day's one commit.
    assert "History of demo: 1 commit, " in outputs(done, "text/html")[0]


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
