"""The explorer as an object of a notebook: what cells see, and what is sent."""

from __future__ import annotations

import base64
import builtins
import json
import re

import pytest
import traitlets

import commitlens as cl
from commitlens.explore_view import PAGE
from commitlens.testing import RepositoryBuilder, make_history

HOSTILE = "<script>alert(1)</script> $x$ \\(y\\) **bold** \u202e"


@pytest.fixture(scope="module")
def history(tmp_path_factory) -> cl.History:
    """A scored history of 30 commits, half of them fixes."""
    folder = tmp_path_factory.mktemp("explored")
    builder = RepositoryBuilder(folder / "demo")
    for n in range(30):
        kind = ("fix", "docs")[n % 2]
        builder.commit(f"{kind}: number {n} {HOSTILE}", {f"src/{n}.py": f"x = {n}\n"})
    loaded = cl.load_history(builder.path, data=folder / "data", progress=False)
    return cl.score(loaded)


def test_cells_see_what_is_shown(history):
    """The view can be set from code; commits, code and Markdown follow it."""
    explorer = cl.explore(history, tz="UTC")
    before = explorer.commits["sha"].tolist()
    explorer.view = {"types": ["docs"], "text": "number 1"}

    assert before == history.commits["sha"].tolist()[::-1]
    assert len(explorer.commits) == 6
    assert set(explorer.commits["change_type"]) == {"docs"}
    assert explorer.commits["landed_at"].is_monotonic_decreasing
    assert "types=['docs'], text='number 1'" in re.sub(r"\s+", " ", explorer.code)
    assert explorer.markdown.startswith("# demo: 6 commits\n")


def test_the_argument_stays_as_it_was(history):
    """Exploring adds nothing to the frames."""
    columns, rows = list(history.commits.columns), len(history.commits)

    cl.explore(history, tz="UTC").view = {"types": ["fix"]}

    assert list(history.commits.columns) == columns
    assert len(history.commits) == rows


def test_pages_end_where_the_commits_end(history):
    """A page beyond the last is the last; what is sent is one page."""
    explorer = cl.explore(history, tz="UTC")
    explorer.view = {"page": 99}
    sent = explorer.get_state()["_shown"]

    assert (sent["page"], sent["pages"], sent["listed"]) == (1, 2, 30)
    assert len(sent["rows"]) == 30 - PAGE


def test_what_is_sent_is_plain_and_small(history):
    """A browser gets JSON, and not the whole history."""
    sent = cl.explore(history, tz="UTC").get_state()
    plain = {name: sent[name] for name in ("view", "_options", "_shown")}

    assert json.loads(json.dumps(plain)) == plain
    assert len(plain["_shown"]["rows"]) == PAGE


def test_a_view_that_cannot_be_changes_nothing(history):
    """The mistake is told, and the explorer shows what it did."""
    explorer = cl.explore(history, tz="UTC")
    explorer.view = {"types": ["fix"]}
    with pytest.raises(cl.CommitlensError, match="got 'bug'"):
        explorer.view = {"types": ["bug"]}
    with pytest.raises(traitlets.TraitError):
        explorer.view = "fix"

    assert explorer.view == {"types": ["fix"]}
    assert len(explorer.commits) == 15


def test_the_browser_is_answered(history):
    """An opened commit comes with its diff, an export with code and Markdown."""
    explorer = cl.explore(history, tz="UTC")
    opened = explorer.answer({"kind": "open", "row": 3})
    exported = explorer.answer({"kind": "export"})

    assert opened["kind"] == "commit"
    assert opened["sha"] == history.commits["sha"].iloc[3]
    assert opened["files"][0]["path"] == "src/3.py"
    assert exported == {
        "kind": "export",
        "code": explorer.code,
        "markdown": explorer.markdown,
    }
    assert explorer.answer({"kind": "something else"}) is None


@pytest.mark.parametrize("row", [-1, 30, "3", None])
def test_a_row_that_is_not_there_is_told(history, row):
    """What goes wrong in the kernel is shown on the page, not lost."""
    told = cl.explore(history, tz="UTC").answer({"kind": "open", "row": row})

    assert told["kind"] == "error"
    assert repr(row) in told["text"]


def test_a_commit_whose_repository_is_gone_is_told(history):
    """Git's own words reach the page."""
    (repository,) = history.repositories.values()
    explorer = cl.explore(history, tz="UTC")
    elsewhere = repository.git_dir.rename(repository.git_dir.with_name("elsewhere"))

    told = explorer.answer({"kind": "open", "row": 3})
    elsewhere.rename(repository.git_dir)

    assert told["kind"] == "error"
    assert told["row"] == 3
    assert told["text"]


def test_without_a_kernel_there_is_a_picture_and_a_table(history):
    """What a forge or nbconvert shows is inert, and has nothing from elsewhere."""
    explorer = cl.explore(history, tz="UTC")
    page = explorer.still()
    image = re.search(
        r'<img alt="[^"]+" width="\d+" src="data:image/png;base64,([^"]+)">', page
    )

    assert base64.b64decode(image[1]).startswith(b"\x89PNG")
    assert "number 29" in page
    assert "number 29" in repr(explorer)
    assert "<script" not in page
    assert "$x$" not in page
    assert "\u202e" not in page
    assert "http" not in page


def test_the_picture_is_an_output_of_its_own(history, monkeypatch):
    """Beside a widget nbconvert takes nothing else; the widget's style hides it."""
    outputs = []
    monkeypatch.setattr(
        "IPython.display.display", lambda data, raw: outputs.append(data)
    )
    explorer = cl.explore(history, tz="UTC")

    explorer._ipython_display_()

    widget, still = outputs
    assert set(widget) == {"application/vnd.jupyter.widget-view+json", "text/plain"}
    assert still == {"text/html": explorer.still()}
    assert re.search(r'^<div class="cl-still"><img', explorer.still())
    assert re.search(r"\.cl-still \{ display: none; \}", explorer._css)


def test_the_picture_is_of_the_view(history):
    """Filters hold for what is shown without a kernel, too; nothing has no picture."""
    explorer = cl.explore(history, tz="UTC")
    explorer.view = {"types": ["docs"]}
    page = explorer.still()
    explorer.view = {"text": "no commit says this"}
    empty = explorer.still()

    assert "number 28" not in page
    assert "number 29" in page
    assert "<img" not in empty


def test_an_empty_history_and_one_without_scores_show_themselves():
    """Neither is an error."""
    for history in (make_history([]), make_history([{}, {}])):
        explorer = cl.explore(history, tz="UTC")

        assert len(explorer.commits) == len(history.commits)
        assert "commits" in explorer.still()


def test_what_is_missing_is_named(monkeypatch):
    """Without the extra for notebooks the message has the command to run."""
    real = builtins.__import__

    def without(name, *args, **options):
        if name == "anywidget":
            msg = "No module named 'anywidget'"
            raise ModuleNotFoundError(msg, name=name)
        return real(name, *args, **options)

    monkeypatch.delitem(__import__("sys").modules, "commitlens.explore_widget", False)
    monkeypatch.setattr(builtins, "__import__", without)

    with pytest.raises(
        cl.CommitlensError, match=r"needs anywidget.*commitlens\[notebooks\]"
    ):
        cl.explore(make_history([{}]))
