"""What changed lines of code are made of, and what types make of it."""

from __future__ import annotations

import pandas as pd
import pytest

from commitlens import classify, gather_evidence, load_history, rate, score
from commitlens.diffs import read_patch
from commitlens.known_fixes import known_fixes
from commitlens.makeup import makeup
from commitlens.testing import RepositoryBuilder
from commitlens.trends import combine

DOCSTRING = '''-    """Return it."""
+    """Return the newest entry.
+
+    An entry that has expired is not one.
+    """'''


def patch(path: str, lines: str, context: str = "") -> bytes:
    """Return a patch of one hunk."""
    head = f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n"
    return f"{head}@@ -1,9 +1,9 @@ {context}\n{lines}\n".encode()


@pytest.mark.parametrize(
    ("path", "lines", "context", "expected"),
    [
        ("src/a.go", "-// old words\n+// new words\n+x := 1", "", (3, 2, 0)),
        ("src/a.py", DOCSTRING, "", (4, 4, 0)),
        ("src/a.py", "+    # why it waits\n+    wait(3)", "", (2, 1, 0)),
        ("src/a.py", "+\n+\n+    return first, second", "", (1, 0, 0)),
        ("src/a.rs", "+    assert!(x);\n+    assert!(y);", "mod tests {", (2, 0, 2)),
        ("src/a.rs", "+fn a() {}\n+#[cfg(test)]\n+mod tests {\n+}", "", (4, 0, 3)),
        ("src/a.rs", "+fn latest() {}", "", (1, 0, 0)),
        ("src/a.rs", " fn a() {\n-#[test]\n-fn works() {}", "", (2, 0, 1)),
        ("src/a.py", "+    x.go()", "class TestClient:", (1, 0, 0)),
        ("src/a.py", '+   words of people\n+   """\n+   x = y()', "", (3, 2, 0)),
        (
            "src/a.py",
            '+query = """\n+    SELECT one of many\n+"""\n+run(query)',
            "",
            (4, 0, 0),
        ),
        ("lib/a.ex", "+  use Web, :view\n+  field :name, :string", "", (2, 0, 0)),
        ("tests/a.rs", "+// a comment", "mod tests {", (0, 0, 0)),
        ("docs/a.md", "+words and words", "", (0, 0, 0)),
    ],
)
def test_lines_are_counted_for_what_they_are(path, lines, context, expected):
    """Comments, docstrings and tests beside the code; other files do not count."""
    assert makeup(read_patch(patch(path, lines, context))) == expected


@pytest.fixture
def commented(tmp_path):
    """Return a repository whose last commit is called a fix and rewords comments."""
    builder = RepositoryBuilder(tmp_path / "demo")
    code = "// Returns the oldest entry.\nfunc Entry() int {{\n\treturn {}\n}}\n"
    for n in range(4):
        builder.commit(f"fix: wrong number {n}", {"src/entry.go": code.format(n)})
    builder.commit(
        "fix: the newest entry",
        {"src/entry.go": code.format(3).replace("oldest", "newest")},
    )
    return builder.path


def test_a_fix_of_comments_alone_is_docs(commented):
    """The diff shows it; message and path do not."""
    history = load_history(commented)
    seen = score(history).commits["change_type"].tolist()

    assert seen == ["fix"] * 4 + ["docs"]
    assert classify(history).commits["change_type"].tolist() == ["fix"] * 5


def test_evidence_counts_whether_it_is_gathered_before_or_after(commented):
    """Types are weighed again where facts come later."""
    history = load_history(commented)
    after = gather_evidence(classify(history)).commits
    before = classify(gather_evidence(history)).commits

    pd.testing.assert_frame_equal(after, before)


def test_what_counts_as_a_repair_does_not_depend_on_diffs(commented):
    """Of commits before a range no diff is read, and the count is the same."""
    history = load_history(commented)
    keys = [("demo", sha) for sha in history.commits["sha"]]

    assert known_fixes(classify(history)) == set(keys)
    assert known_fixes(score(history)) == set(keys)


def test_a_day_scores_alike_in_a_long_and_in_a_short_range(tmp_path):
    """What diffs show of earlier commits is not heard where it would not be known."""
    builder = RepositoryBuilder(tmp_path / "demo")
    line = "// Number {0}.\nfunc Entry() int {{ return {1} }}\n"
    words = code = 0
    for n in range(60):
        words, code = words + n % 2, code + (n + 1) % 2
        builder.commit(
            f"fix: number {n}",
            {"src/entry.go": line.format(words, code)},
            date=1767603600 + n * 7200,
        )
    whole = score(load_history(builder.path, tz="UTC"))
    last = str(whole.commits["landed_at"].max().date())
    day = score(load_history(builder.path, since=last, until=last, tz="UTC"))
    columns = ["sha", "change_type", "importance_score", "risk"]

    assert 0 < len(day.commits) < 20
    assert len(whole.unread) == 30
    pd.testing.assert_frame_equal(
        whole.commits[columns].tail(len(day.commits)).reset_index(drop=True),
        day.commits[columns].reset_index(drop=True),
    )
    heard = rate(whole.replace(unread={})).commits
    assert not heard["risk"].equals(whole.commits["risk"])


def test_histories_side_by_side_keep_what_diffs_changed(commented, tmp_path):
    """Rated together, repositories score as they did alone."""
    other = RepositoryBuilder(tmp_path / "other")
    for n in range(3):
        other.commit(f"feat: part {n}", {"src/part.go": f"var A = {n}\n"})
    both = [score(load_history(other.path)), score(load_history(commented))]
    joined = combine(*both)

    assert joined.unread == both[1].unread != {}
    again = rate(joined).commits.set_index("sha")["importance_score"]
    alone = pd.concat([h.commits for h in both]).set_index("sha")["importance_score"]
    assert again.sort_index().equals(alone.sort_index())


def test_scores_follow_when_evidence_comes_last(commented):
    """Types and scores of one frame never contradict each other."""
    history = load_history(commented)
    late = gather_evidence(rate(classify(history))).commits
    score_ = score(history).commits

    pd.testing.assert_frame_equal(late[sorted(late)], score_[sorted(score_)])
