"""Histories, analyses and tables show themselves; what commits wrote is inert."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import commitlens as cl
from commitlens import schema, trends
from commitlens.display import SHOWN, history_html, history_text
from commitlens.display_table import WIDTH, Cell, Table, columns_of, sparkline
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
    assert "Ada Lovelace  fix  ●●● high  commit 3" in text


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


NAN = float("nan")


@pytest.mark.parametrize(
    ("values", "bars"),
    [
        ([], ""),
        ([0, 0], "▁▁"),
        ([1, 1], "██"),
        ([0, 1, 2, NAN, 4], "▁▃▅ █"),
        ([0, 1, 10_000], "▁▂█"),
        ([NAN], " "),
        ([-3, 2], "▁█"),
    ],
)
def test_sparklines(values, bars):
    """Zero is lowest, anything is above it, and what is missing is a gap."""
    assert sparkline(values) == bars


def test_a_long_series_is_averaged():
    """No sparkline is wider than a table has room for, and its ends stay ends."""
    assert len(sparkline(range(1000))) == WIDTH
    assert sparkline([0] * 500 + [8] * 500, width=2) == "▁█"
    assert sparkline([NAN, NAN, 1, NAN], width=2) == " █"


def test_a_history_of_days_has_a_sparkline():
    """One bar a day, those without commits included."""
    days = ["2026-01-05", "2026-01-05", "2026-01-07", "2026-01-08"]
    history = make_history({"landed_at": f"{day}T09:00Z"} for day in days)

    assert "  landed, by the day: █▁▅▅" in history_text(history).splitlines()


@pytest.mark.parametrize(
    ("days", "word"), [(31, "day"), (32, "week"), (400, "week"), (401, "month")]
)
def test_the_sparkline_of_a_history_fits_its_range(days, word):
    """Longer ranges have longer periods."""
    start = pd.Timestamp("2024-01-01T09:00Z")
    times = [start, start + pd.Timedelta(days=days)]

    assert f"landed, by the {word}:" in history_text(
        make_history({"landed_at": time} for time in times)
    )


def linked(history):
    """Return the history as one of a repository on a forge."""
    repository = SimpleNamespace(web_url='https://github.com/octo/demo"><b>')
    return history.replace(repositories={"octo/demo": repository})


def test_commits_link_to_their_pages():
    """In HTML a name is a link; an address cannot end it."""
    history = linked(make_history([{"sha": "a" * 40}]))
    page = history_html(history)

    assert (
        '<a href="https://github.com/octo/demo&quot;&gt;&lt;b&gt;/commit/'
        f'{"a" * 40}">aaaaaaa</a>' in page
    )
    assert "<a" not in history_html(make_history([{}]))


def test_frames_are_shown_in_a_pipe():
    """The order is the frame's own, and the frame stays one."""
    history = linked(make_history([{"subject": "one"}, {"subject": "two"}]))
    tiers = pd.Series(["low", "high"], dtype=schema.pandas_dtype("ordered category"))
    commits = history.commits.assign(importance=tiers)
    columns = list(commits.columns)

    table = commits.pipe(cl.show, history=history)

    assert str(table).splitlines() == [
        "commit   landed (UTC)      author        importance  subject",
        "0000000  2026-01-05 09:00  Ada Lovelace  ●○○ low     one",
        "0000000  2026-01-05 10:00  Ada Lovelace  ●●● high    two",
    ]
    assert table._repr_html_().count("<a href=") == 2
    assert list(commits.columns) == columns


def test_a_history_is_shown_newest_first():
    """With as many rows as are asked for, and the rest counted."""
    history = make_history({"subject": f"number {n}"} for n in range(30))

    lines = str(cl.show(history, rows=2)).splitlines()

    assert lines[0] == "the first 2 of 30"
    assert [line.split()[-1] for line in lines[2:]] == ["29", "28"]


def test_trends_have_a_line_for_each_key():
    """A sparkline, the last period that is whole, and the sum."""
    history = make_history(
        {"landed_at": f"2026-{month:02}-10T09:00Z", "author_name": name}
        for month, name in [(1, "Ada"), (1, "Ada"), (2, "Bob"), (3, "Ada"), (4, "Ada")]
    )
    table = cl.trend(history, by="author", freq="M", tz="UTC").drop(columns="small")

    assert str(cl.show(table)).splitlines() == [
        "commits, 2026-01-01 to 2026-04-01",
        "author  by the month  last whole month  in all",
        "Ada     █▁▅▅                         1       4",
        "Bob     ▁█▁▁                         0       1",
    ]


def test_shares_are_of_all_periods_together():
    """The share in all is no mean of shares; a period without commits is a gap."""
    table = pd.DataFrame(
        {
            "period": pd.date_range("2026-01-01", periods=4, freq="MS", tz="UTC"),
            "commits": [1, 0, 9, 2],
            "total": [10, 0, 10, 2],
            "share": [0.1, NAN, 0.9, 1.0],
            "partial": [False, False, False, True],
            "small": [True, True, False, True],
        }
    )
    table.attrs["per"] = "month"

    assert str(cl.show(table)).splitlines()[-1].split() == [
        "all", "▂", "▇█", "90", "%", "55", "%",
    ]  # fmt: skip
    assert "(few)" in str(cl.show(table.assign(small=True)))
    assert str(cl.show(table, value="commits")).splitlines()[-1].split() == [
        "all", "▂▁█▃", "9", "12",
    ]  # fmt: skip


def test_every_table_of_trends_can_be_shown():
    """Whatever the question was, its answer can be looked at."""
    rng = np.random.default_rng(3)
    history = make_history(
        {
            "landed_at": pd.Timestamp("2026-01-01T09:00Z")
            + pd.Timedelta(days=int(day)),
            "author_name": f"author {day % 5}",
            "files": [{"path": f"src/part{n}/a.py"} for n in range(int(day) % 4)],
        }
        for day in sorted(rng.integers(0, 120, 60))
    )
    history = cl.classify(history)
    tables = [
        cl.trend(history, tz="UTC", share=True),
        trends.fix_share(history, tz="UTC"),
        trends.churn(history, tz="UTC"),
        trends.commit_sizes(history, tz="UTC"),
        trends.contributors(history, tz="UTC"),
        trends.rhythm(history, tz="UTC"),
        trends.hotspots(history),
        trends.coupling(history),
        trends.ownership(history, tz="UTC"),
        trends.repairs(history),
        trends.compare(history, history),
        cl.trend(make_history([]), by="author", tz="UTC"),
        history.files,
        history.commits.describe(),
    ]
    for table in tables:
        shown = cl.show(table)
        assert isinstance(shown, Table)
        assert shown._repr_html_().count("<tr>") == len(shown.rows) + 1
        assert str(shown)


def test_a_column_that_is_not_there_is_named():
    """With those that are."""
    table = cl.trend(make_history([{}]), by="author", tz="UTC")

    with pytest.raises(cl.CommitlensError, match="no column 'share'; it has period"):
        cl.show(table, value="share")


def test_shown_frames_are_inert():
    """Names of columns, keys and values of any frame show as text."""
    evil = "<script>x</script> $a$ \\(b\\) \u202e"
    for frame in (
        pd.DataFrame({evil: [evil]}),
        make_history([{"subject": evil, "author_name": evil}]).commits,
        cl.trend(make_history([{"author_name": evil}]), by="author", tz="UTC"),
    ):
        page = cl.show(frame)._repr_html_()

        assert "&lt;script&gt;" in page
        assert "<script" not in page
        assert "$a" not in page
        assert "\\" not in page
        assert "\u202e" not in page


def test_wide_characters_take_two_columns():
    """Chinese and accents leave a table of text straight."""
    rows = [
        [Cell("解析器"), Cell("a")],
        [Cell("parser"), Cell("b")],
        [Cell("é"), Cell("c")],
    ]
    lines = str(Table(("x", "y"), tuple(map(tuple, rows)))).splitlines()

    assert {
        columns_of(line[: re.search("[yabc]$", line).start()]) for line in lines
    } == {8}


@pytest.fixture
def analysis():
    """The analysis of a commit that means harm."""
    history = make_history(
        [{"subject": "fix: <script>x</script> `$a$`", "files": [{"path": "<b>.py"}]}]
    )
    (analysis,) = cl.analyse(cl.score(history))
    return analysis


def test_an_analysis_says_whose_it_is(analysis):
    """A list of them can be looked over."""
    assert re.fullmatch(
        r"<Analysis of octo/demo 0000000 \((low|medium|high), from evidence\): "
        r"\d+ statements?>",
        repr(analysis),
    )


def test_an_analysis_shows_its_sentences(analysis):
    """By field, and inert."""
    page = analysis._repr_html_()

    assert "<dt><strong>📋 Summary</strong></dt><dd><ul><li>" in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "<script" not in page
    assert "<b>" not in page
    assert "$a" not in page
