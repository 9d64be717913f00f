"""A history shows itself, and what commits wrote does nothing there."""

from commitlens import schema
from commitlens.display import SHOWN, history_html, history_text
from commitlens.testing import make_history


def test_text_of_a_history():
    """Repository, range, counts, warnings, and the newest commits first."""
    history = make_history(
        [{"subject": "one", "files": [{"path": "a"}]}, {"subject": "two"}]
    ).replace(warnings=("stale",))

    assert history_text(history).splitlines() == [
        "History of octo/demo: 2 commits, 1 changed file, "
        "2026-01-05 to 2026-01-05 (UTC)",
        "  warning: stale",
        "0000000  2026-01-05 10:00  Ada Lovelace  two",
        "0000000  2026-01-05 09:00  Ada Lovelace  one",
    ]
    assert repr(history) == history_text(history)


def test_added_columns_are_counted():
    """What later steps added is shown where it is there."""
    history = make_history([{}, {}, {}])
    types = history.commits["sha"].map(lambda _: "fix")
    types = types.astype(schema.pandas_dtype("category"))
    tiers = types.map({"fix": "high"}).astype(schema.pandas_dtype("ordered category"))
    commits = history.commits.assign(change_type=types, importance=tiers)
    text = history_text(history.replace(commits=commits))

    assert "importance: high 3" in text
    assert "change_type: fix 3" in text
    assert "Ada Lovelace  fix  high  commit 3" in text


def test_an_empty_history():
    """No commits is a history too."""
    assert history_text(make_history([])) == (
        "History of no repository: 0 commits, 0 changed files"
    )
    assert "<tbody></tbody>" in history_html(make_history([]))


def test_many_commits_are_cut():
    """Only the newest are shown, and no subject fills the screen."""
    history = make_history([{"subject": "x" * 500} for _ in range(50)])

    assert history_html(history).count("<tr>") == SHOWN + 1
    assert max(map(len, history_text(history).splitlines())) < 140


def test_html_is_inert():
    """Markup of a subject, a name or a warning shows as text."""
    text = "<script>x</script> $a$ \\(b\\) \u202e"
    history = make_history([{"subject": text, "author_name": "<i>"}])
    page = history_html(history.replace(warnings=(text,)))

    assert "<script" not in page
    assert "<i>" not in page
    assert "$a" not in page
    assert "\\" not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;" in page
