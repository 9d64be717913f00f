"""A commit that is opened in the explorer: its analysis and its diff, as data."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pytest

import commitlens as cl
from commitlens.explore_commit import (
    COLOURED,
    LEAD,
    LINES,
    NEAR,
    WIDTH,
    around,
    commit_detail,
    diff_files,
)
from commitlens.testing import RepositoryBuilder, make_history


@pytest.fixture
def builder(tmp_path) -> RepositoryBuilder:
    """A repository of three commits, the last of which reverts the second."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("feat: say hello", {"src/demo.py": "def hello():\n    return 1\n"})
    sha = builder.commit(
        "fix: say it <b>loud</b>",
        {"src/demo.py": "def hello(loud=True):\n    return '<b>'\n", "a.bin": b"\0\1"},
    )
    builder.commit(
        f'Revert "fix: say it"\n\nThis reverts commit {sha}.\n',
        {"src/demo.py": "def hello():\n    return 1\n", "a.bin": None},
    )
    return builder


@pytest.fixture
def history(builder) -> cl.History:
    """Its history, scored."""
    return cl.score(cl.load_history(builder.path, progress=False))


def test_a_commit_says_what_it_is_and_shows_its_diff(history):
    """Facts, the sentences of the analysis, and files with coloured lines."""
    detail = commit_detail(history, 1, tz=dt.UTC)
    fields = dict(detail["fields"])

    assert detail["sha"] == history.commits["sha"].iloc[1]
    assert detail["subject"] == "fix: say it <b>loud</b>"
    assert detail["type"] == "fix"
    assert detail["landed"] == "2026-01-05 09:01"
    assert detail["url"] is None
    assert detail["note"] == ""
    assert any("say it <b>loud</b>" in text for text in sum(fields.values(), []))
    assert [(f["path"], f["status"], f["is_binary"]) for f in detail["files"]] == [
        ("a.bin", "A", True),
        ("src/demo.py", "M", False),
    ]
    assert json.loads(json.dumps(detail)) == detail


def test_a_commit_knows_what_came_of_it(history):
    """That it was reverted later is told, although it came later."""
    fields = dict(commit_detail(history, 1, tz=dt.UTC)["fields"])
    later = history.commits["sha"].iloc[2]

    assert any(later[:7] in text for text in sum(fields.values(), []))


def test_an_opened_commit_reads_as_in_the_whole_history(history):
    """Around one commit there is what its analysis stands on."""
    whole = {analysis.sha: analysis for analysis in cl.analyse(history)}
    for row, sha in enumerate(history.commits["sha"]):
        part = around(history, row)
        (one,) = [a for a in cl.analyse(part) if a.sha == sha]

        assert str(one) == str(whole[sha])


def test_a_history_without_scores_is_scored_where_it_is_opened(builder, history):
    """A commit has the score that it has in a history that was scored."""
    loaded = cl.load_history(builder.path, progress=False)

    detail = commit_detail(loaded, 2, tz=dt.UTC)

    assert detail == commit_detail(history, 2, tz=dt.UTC)
    assert "importance" not in loaded.commits


def test_neighbours_are_there_and_what_landed_before_is_the_lead():
    """No more than is usual to know, and of this repository alone."""
    count = LEAD + 3 * NEAR
    history = make_history([{"subject": f"commit {n}"} for n in range(count)])

    part = around(history, LEAD + 2 * NEAR - 1)

    assert part.commits["subject"].tolist() == [
        f"commit {n}" for n in range(LEAD + NEAR - 1, count)
    ]
    assert part.lead.commits["subject"].tolist() == [
        f"commit {n}" for n in range(NEAR - 1, LEAD + NEAR - 1)
    ]


def test_other_repositories_are_no_neighbours():
    """What is usual in one repository says nothing of another."""
    one, two = (make_history([{}, {}], repo=name) for name in ("a/one", "a/two"))
    both = one.replace(
        commits=pd.concat([one.commits, two.commits], ignore_index=True),
        lead=make_history([{"sha": "f" * 40}], repo="a/one"),
    )

    part = around(both, 2)

    assert set(part.commits["repo"]) == {"a/two"}
    assert part.lead.commits.empty


def test_the_lead_of_a_range_goes_on_before_it():
    """What the history has as lead counts where its own commits are too few."""
    lead = make_history([{"sha": f"{n:040x}"} for n in range(1000, 1004)])
    history = make_history([{}, {}], lead=lead)

    part = around(history, 1)

    assert part.lead.commits["sha"].tolist() == lead.commits["sha"].tolist()


def test_why_there_is_no_diff_is_said():
    """A history from elsewhere still shows what is known of a commit."""
    detail = commit_detail(make_history([{}]), 0, tz=dt.UTC)

    assert detail["files"] == []
    assert detail["note"] == "The repository of this history is not at hand."


def test_a_merge_shows_all_that_it_landed(tmp_path):
    """Against its first parent, which is said."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("feat: one", {"a.py": "a = 1\n"})
    builder.git("checkout", "--quiet", "-b", "topic")
    builder.commit("feat: two", {"b.py": "b = 2\n"})
    builder.git("checkout", "--quiet", "-")
    sha = builder.merge("topic")
    history = cl.load_history(builder.path, data=tmp_path / "data", progress=False)
    row = history.commits["sha"].tolist().index(sha)

    detail = commit_detail(history, row, tz=dt.UTC)

    assert [file["path"] for file in detail["files"]] == ["b.py"]
    assert detail["note"] == "A merge: all that differs from its first parent."


def test_an_empty_commit_changes_no_file(tmp_path):
    """That is said, too."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("start over")
    history = cl.load_history(builder.path, progress=False)

    assert commit_detail(history, 0, tz=dt.UTC)["note"] == "It changes no file."


PATCH = """\
diff --git a/{name} b/{name}
index 1..2 100644
--- a/{name}
+++ b/{name}
@@ -1,2 +1,2 @@ def f():
{body}
"""


def patch(body: str, name: str = "a.py") -> bytes:
    """Return a patch of one hunk."""
    return PATCH.format(name=name, body=body).encode("utf-8", "surrogatepass")


def test_lines_have_a_sign_and_coloured_pieces():
    """Removed, added and unchanged lines, and the head of the hunk."""
    (file,) = diff_files(patch("-return 1\n+return 2  # two\n x = 'y'"))

    assert file["lines"] == [
        ["@", [["", "@@ -1,2 +1,2 @@ def f():"]]],
        ["-", [["k", "return"], ["", " "], ["n", "1"]]],
        ["+", [["k", "return"], ["", " "], ["n", "2"], ["", "  "], ["c", "# two"]]],
        [" ", [["", "x = "], ["s", "'y'"]]],
    ]
    assert file["more"] == 0


@pytest.mark.parametrize("name", ["a.py", "b.unknown", "Makefile", "c.html", "d.md"])
@pytest.mark.parametrize(
    "line",
    [
        "<script>alert(1)</script>",
        "'''",
        "\tx\r",
        "a\x0cb\x85c\u2028d",
        "\u202eevil\u200b",
        "",
        "-- not a header",
        "\ud800",
    ],
)
def test_no_line_is_lost_or_changed(name, line):
    """Whatever a file holds, its lines are those of the patch, made visible."""
    (file,) = diff_files(patch(f"+{line}\n last", name))
    lines = ["".join(text for _, text in tokens) for _, tokens in file["lines"]]

    assert [sign for sign, _ in file["lines"]] == ["@", "+", " "]
    assert lines[2] == "last"
    assert "\u202e" not in lines[1]
    assert lines[1].isprintable() or lines[1] == "\tx"
    if line.isascii() and line.isprintable():
        assert lines[1] == line


def test_what_turns_text_around_is_named():
    """Code that reads in another order than it runs is shown for what it is."""
    (file,) = diff_files(patch("+if a: # \u202e } \u2066"))

    text = "".join(piece for _, piece in file["lines"][1][1])

    assert text == "if a: # [U+202E] } [U+2066]"


def test_a_long_diff_ends_and_says_so():
    """A page stays a page: lines are counted, and long ones cut."""
    body = "\n".join(f"+line {n}" for n in range(LINES + 500))
    (file,) = diff_files(patch(body))

    assert len(file["lines"]) == LINES
    assert file["more"] == 501

    (wide,) = diff_files(patch("+" + "x" * (2 * COLOURED)))

    assert wide["lines"][1] == ["+", [["", "x" * WIDTH]]]


def test_files_beyond_the_limit_are_named():
    """Nothing of them is shown, but that they changed."""
    body = "\n".join("+x" for _ in range(LINES))
    files = diff_files(patch(body) + patch("+y", "b.py"))

    assert [file["path"] for file in files] == ["a.py", "b.py"]
    assert files[1]["lines"] == []
    assert files[1]["more"] == 2
