"""The explorer's filters, chart, pages and exports, without a browser."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import commitlens as cl
from commitlens import schema
from commitlens.explore_export import ROWS, as_code, as_markdown
from commitlens.explore_view import MOST_BARS, PAGE, Catalogue, View, bar_days
from commitlens.explorer import drawn, offered, page
from commitlens.testing import make_history

TYPES = ("fix", "feat", "docs")


def rated(commits, **options):
    """Return a history with a type, a tier and a score, which each row may say."""
    rows = [dict(row) for row in commits]
    types = [row.pop("change_type", "fix") for row in rows]
    tiers = [row.pop("importance", "low") for row in rows]
    scores = [row.pop("importance_score", 10.0) for row in rows]
    history = make_history(rows, **options)
    commits = history.commits.assign(
        change_type=pd.Series(types, dtype=schema.pandas_dtype("category")),
        importance=pd.Series(tiers, dtype=schema.pandas_dtype("ordered category")),
        importance_score=pd.Series(scores, dtype="float64"),
    )
    return history.replace(commits=commits)


@pytest.fixture
def catalogue() -> Catalogue:
    """Six commits of three weeks, two authors and three areas."""
    rows = [
        ("2026-01-05T09:00Z", "fix", "low", 12, "Ada", "src/parser/a.py", "fix one"),
        ("2026-01-06T09:00Z", "feat", "high", 80, "Ada", "src/parser/a.py", "add Two"),
        ("2026-01-14T23:30Z", "fix", "medium", 45, "Bob", "docs/x.md", "fix two"),
        ("2026-01-21T09:00Z", "docs", "low", 5, "Bob", "docs/x.md", "say three"),
        ("2026-01-21T10:00Z", "fix", "high", 70, "Ada", "web/a.js", "fix 解析器"),
        ("2026-01-22T09:00Z", "fix", "low", 12, "", None, "merge"),
    ]
    return Catalogue(
        rated(
            {
                "landed_at": landed,
                "change_type": kind,
                "importance": tier,
                "importance_score": score,
                "author_name": author,
                "files": [{"path": path}] if path else [],
                "subject": subject,
                "body": "The body of ONE." if subject == "say three" else "",
            }
            for landed, kind, tier, score, author, path, subject in rows
        ),
        tz="UTC",
    )


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ({}, [0, 1, 2, 3, 4, 5]),
        ({"types": ["fix"]}, [0, 2, 4, 5]),
        ({"types": ["feat", "docs"]}, [1, 3]),
        ({"tiers": ["high"]}, [1, 4]),
        ({"authors": ["Bob"]}, [2, 3]),
        ({"authors": [""]}, [5]),
        ({"authors": ["nobody"]}, []),
        ({"areas": ["docs"]}, [2, 3]),
        ({"areas": ["(no files)"]}, [5]),
        ({"since": "2026-01-14"}, [2, 3, 4, 5]),
        ({"until": "2026-01-14"}, [0, 1, 2]),
        ({"since": "2026-01-06", "until": "2026-01-06"}, [1]),
        ({"text": "TWO"}, [1, 2]),
        ({"text": "one"}, [0, 3]),
        ({"text": "解析"}, [4]),
        ({"text": "("}, []),
        ({"types": ["fix"], "tiers": ["high"], "authors": ["Ada"]}, [4]),
        ({"repos": ["octo/demo"]}, [0, 1, 2, 3, 4, 5]),
        ({"repos": ["another"]}, []),
    ],
)
def test_filters_keep_what_passes_all_of_them(catalogue, view, expected):
    """Values of one filter widen, filters narrow, and text is in any case."""
    kept = catalogue.passing(View.of(view))

    assert np.flatnonzero(kept).tolist() == expected


def test_days_are_those_of_the_zone(catalogue):
    """What landed late on the 14th in UTC landed on the 15th in Shanghai."""
    there = Catalogue(catalogue.history, tz="Asia/Shanghai")

    kept = there.passing(View(since="2026-01-15", until="2026-01-15"))

    assert np.flatnonzero(kept).tolist() == [2]


@pytest.mark.parametrize("by", ["change_type", "importance", "author", "area"])
@pytest.mark.parametrize("freq", ["D", "W", "M"])
def test_the_chart_counts_what_trend_counts(by, freq):
    """Bars have the numbers of the table that the exported code draws."""
    rng = np.random.default_rng(7)
    start = pd.Timestamp("2025-11-01T05:00Z")
    history = rated(
        {
            "landed_at": start + pd.Timedelta(hours=int(hours)),
            "change_type": rng.choice(TYPES),
            "importance": rng.choice(schema.TIERS),
            "author_name": f"author {rng.integers(14)}",
            "files": [{"path": f"part{rng.integers(12)}/a.py"}],
        }
        for hours in sorted(rng.integers(0, 24 * 90, size=300))
    )
    catalogue = Catalogue(history, tz="America/New_York")
    view = View(by=by, freq=freq)
    chart = catalogue.chart(view, catalogue.passing(view))
    table = cl.trend(history, by=by, freq=freq, tz="America/New_York")
    expected = table.pivot_table(
        index="period", columns=by, values="commits", observed=False
    )

    assert [day.isoformat() for day in chart.starts] == [
        f"{period:%Y-%m-%d}" for period in expected.index
    ]
    assert chart.keys == list(expected.columns)
    assert chart.counts.tolist() == expected.to_numpy().astype(int).tolist()


def test_periods_are_of_the_range_and_not_of_what_passes(catalogue):
    """A week in which everything was filtered out is a week with nothing."""
    view = View(types=("docs",), freq="W")
    chart = catalogue.chart(view, catalogue.passing(view))

    assert [f"{day}" for day in chart.starts] == [
        "2026-01-05", "2026-01-12", "2026-01-19",
    ]  # fmt: skip
    assert chart.counts.sum(axis=1).tolist() == [0, 0, 1]
    assert chart.partial == [False, False, True]


def test_periods_that_the_range_cuts_are_marked(catalogue):
    """Half a week is not to be read as a calm one."""
    view = View(since="2026-01-06", until="2026-01-18", freq="W")
    chart = catalogue.chart(view, catalogue.passing(view))

    assert chart.partial == [True, False]


@pytest.mark.parametrize("by", ["change_type", "author", "area"])
def test_the_bars_divide_what_passes(catalogue, by):
    """Every commit that passes is in one bar, and a bar lists what it counts."""
    view = View(by=by, freq="W", tiers=("low", "high"))
    passing = catalogue.passing(view)
    chart = catalogue.chart(view, passing)
    listed = []
    for place, start in enumerate(chart.starts):
        for key, count in zip(chart.keys, chart.counts[place], strict=True):
            bar = View(by=by, freq="W", tiers=view.tiers, bar=(f"{start}", key))
            rows = catalogue.listed(bar, passing, chart)
            assert len(rows) == count
            listed += rows.tolist()

    assert sorted(listed) == np.flatnonzero(passing).tolist()


def test_a_whole_bar_is_all_of_its_keys(catalogue):
    """A bar without a key is the period."""
    view = View(freq="W", bar=("2026-01-19",))
    passing = catalogue.passing(view)

    rows = catalogue.listed(view, passing, catalogue.chart(view, passing))

    assert rows.tolist() == [5, 4, 3]


def test_a_bar_that_is_not_there_lists_nothing(catalogue):
    """A key that the chart has not is no mistake: filters may have removed it."""
    view = View(freq="W", bar=("2026-01-19", "revert"))
    passing = catalogue.passing(view)

    assert not len(catalogue.listed(view, passing, catalogue.chart(view, passing)))


def test_the_list_is_in_the_order_asked(catalogue):
    """Newest first, or highest score first and then newest."""
    orders = []
    for order in ("newest", "score"):
        view = View(order=order)
        passing = catalogue.passing(view)
        chart = catalogue.chart(view, passing)
        orders.append(catalogue.listed(view, passing, chart).tolist())

    assert orders == [[5, 4, 3, 2, 1, 0], [1, 4, 2, 5, 0, 3]]


def test_a_combined_history_is_listed_by_time():
    """Repositories that follow one another in the frame are mixed by time."""
    one = rated(
        [{"landed_at": "2026-01-05T09:00Z"}, {"landed_at": "2026-01-07T09:00Z"}]
    )
    two = rated([{"landed_at": "2026-01-06T09:00Z"}], repo="octo/other")
    both = one.replace(commits=pd.concat([one.commits, two.commits], ignore_index=True))
    catalogue = Catalogue(both, tz="UTC")
    view = View(by="repo")
    passing = catalogue.passing(view)
    chart = catalogue.chart(view, passing)

    assert catalogue.listed(view, passing, chart).tolist() == [1, 2, 0]
    assert chart.keys == ["octo/demo", "octo/other"]


@pytest.mark.parametrize(
    ("days", "freq", "expected"),
    [(10, "auto", "D"), (200, "auto", "W"), (4000, "auto", "M"), (4000, "D", "W"),
     (10, "M", "M"), (20_000, "W", "M")],
)  # fmt: skip
def test_periods_fit_the_range(days, freq, expected):
    """Days for a short range, months for a long one, and never too many bars."""
    start = pd.Timestamp("1971-01-01T00:00Z")
    ends = [start, start + pd.Timedelta(days=days)]
    catalogue = Catalogue(
        make_history([{"landed_at": time} for time in ends]), tz="UTC"
    )
    view = View(by="author", freq=freq)

    chart = catalogue.chart(view, catalogue.passing(view))

    assert chart.freq == expected
    assert len(chart.starts) <= MOST_BARS


def test_clocks_that_were_wrong_by_centuries_leave_a_chart():
    """The bulk of a history is drawn; what is far from it is counted as outside."""
    rows = [{"landed_at": f"2026-01-{day:02}T09:00Z"} for day in range(1, 29)] * 10
    rows = sorted(rows, key=lambda row: row["landed_at"])
    far = {"landed_at": "2290-01-01T00:00Z"}
    catalogue = Catalogue(make_history([*rows, far]), tz="UTC")
    passing = catalogue.passing(View())
    chart = catalogue.chart(View(), passing)

    assert len(chart.starts) <= MOST_BARS
    assert chart.counts.sum() == 280
    assert drawn(chart, int(passing.sum()))["outside"] == 1


@pytest.mark.parametrize(
    ("view", "message"),
    [
        ({"type": ["fix"]}, "a view has no 'type'; it has repos, types,"),
        ({"types": ["bug"]}, "types must be of feat, fix, .*; got 'bug'"),
        ({"tiers": ["urgent"]}, "tiers must be of low, medium, high; got 'urgent'"),
        ({"by": "mood"}, "by must be of change_type, .*; got 'mood'"),
        ({"freq": "Y"}, "freq must be of auto, D, W, M; got 'Y'"),
        ({"order": "random"}, "order must be of newest, score; got 'random'"),
        ({"page": "2"}, "page of a view must be int, got '2'"),
        ({"authors": [1]}, r"authors of a view must be texts, got \(1,\)"),
        ({"since": "soon"}, "since must be a day"),
        ({"since": "2026-02-02", "until": "2026-01-01"}, "ends before it starts"),
    ],
)
def test_a_view_that_cannot_be_is_an_error(view, message):
    """What is wrong is named, with what would be right."""
    with pytest.raises(cl.CommitlensError, match=message):
        View.of(view)


def test_a_bar_starts_on_a_day():
    """A month is given by its first day, or by any other of its days."""
    assert bar_days("2026-02-17", "M") == (dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    with pytest.raises(cl.CommitlensError, match="got 'February'"):
        bar_days("February", "M")


def test_without_scores_there_is_less_to_choose_from():
    """A history as loaded is explored by area, author and repository."""
    catalogue = Catalogue(make_history([{"files": [{"path": "a/b.py"}]}]), tz="UTC")
    options = offered(catalogue)

    assert options["splits"] == ["area", "author", "repo"]
    assert not options["scored"]
    assert catalogue.chart(View(), catalogue.passing(View())).by == "area"


def test_an_empty_history_is_explored_too():
    """Nothing to show is no error."""
    catalogue = Catalogue(make_history([]), tz="UTC")
    passing = catalogue.passing(View())
    chart = catalogue.chart(View(), passing)

    assert chart.starts == []
    assert page(catalogue, catalogue.listed(View(), passing, chart)) == []
    assert offered(catalogue)["days"] == []


def test_a_page_shows_text_and_nothing_invisible():
    """What turns or hides text is gone, lines are one, and long ones are cut."""
    history = rated(
        [{"subject": "a\u202eb\n<b>" + "x" * 500, "author_name": "\u200bAda"}]
    )
    catalogue = Catalogue(history, tz="Asia/Shanghai")

    (row,) = page(catalogue, np.array([0]))

    assert row["subject"].startswith("ab <b>x")
    assert len(row["subject"]) == 160
    assert row["author"] == "Ada"
    assert row["landed"] == "2026-01-05 17:00"
    assert PAGE == 20


# --- Exports -----------------------------------------------------------------


def run(code: str, history) -> pd.DataFrame:
    """Return the commits that exported code makes."""
    names: dict = {"history": history}
    exec(code, names)
    return names["commits"]


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"types": ["fix"], "order": "score"},
        {"tiers": ["low", "high"], "since": "2026-01-06", "until": "2026-01-21"},
        {"text": "TWO", "authors": ["Bob"]},
        {"areas": ["docs", "web"], "repos": ["octo/demo"]},
        {"freq": "W", "bar": ["2026-01-19"]},
        {"freq": "W", "bar": ["2026-01-19", "fix"], "since": "2026-01-22"},
        {"freq": "M", "by": "author", "bar": ["2026-01-01", "Ada"], "text": "a"},
        {"freq": "D", "by": "area", "bar": ["2026-01-22", "(no files)"]},
        {"text": "'\"\\\n"},
    ],
)
def test_the_exported_code_makes_the_same_rows(catalogue, view):
    """Run as it is, it gives the commits that are listed, in their order."""
    chosen = View.of(view)
    passing = catalogue.passing(chosen)
    chart = catalogue.chart(chosen, passing)
    rows = catalogue.listed(chosen, passing, chart)
    expected = catalogue.history.commits["sha"].iloc[rows].tolist()

    commits = run(as_code(chosen, chart, catalogue.tz), catalogue.history)

    assert commits["sha"].tolist() == expected


def test_the_exported_code_knows_the_rest():
    """The bar of all other authors has no name to select by."""
    history = rated({"author_name": f"author {n % 12}"} for n in range(40))
    catalogue = Catalogue(history, tz="UTC")
    view = View(by="author", freq="W", bar=("2026-01-05", "other"))
    passing = catalogue.passing(view)
    chart = catalogue.chart(view, passing)
    rows = catalogue.listed(view, passing, chart)

    commits = run(as_code(view, chart, catalogue.tz), history)

    assert len(rows) == 12
    assert commits["sha"].tolist() == history.commits["sha"].iloc[rows].tolist()


def test_the_markdown_tells_filters_counts_and_commits(catalogue):
    """It can be read without knowing the explorer."""
    view = View(types=("fix",), text="fix", freq="W")
    passing = catalogue.passing(view)
    chart = catalogue.chart(view, passing)
    text = as_markdown(catalogue, view, chart, catalogue.listed(view, passing, chart))

    assert text.splitlines() == [
        "# octo/demo: 3 commits",
        "",
        "- types: fix",
        "- text: fix",
        "",
        "> fix 3",
        "",
        "| commit | landed | author | type | tier | subject |",
        "| --- | --- | --- | --- | --- | --- |",
        "| `0000000` | 2026-01-21 10:00 | Ada | fix | high | fix 解析器 |",
        "| `0000000` | 2026-01-14 23:30 | Bob | fix | medium | fix two |",
        "| `0000000` | 2026-01-05 09:00 | Ada | fix | low | fix one |",
    ]


def test_the_markdown_is_inert_and_ends():
    """What commits wrote does nothing in it, and a long list is cut."""
    history = rated(
        {"subject": "<script>x</script> | $a$ `", "author_name": "*A* [x](y)"}
        for _ in range(ROWS + 5)
    )
    catalogue = Catalogue(history, tz="UTC")
    passing = catalogue.passing(View())
    chart = catalogue.chart(View(), passing)
    text = as_markdown(
        catalogue, View(), chart, catalogue.listed(View(), passing, chart)
    )

    assert "<script" not in text
    assert "$a$" not in text
    assert "[x](y)" not in text
    assert text.endswith("\nAnd 5 more.\n")
    assert text.count("\n| `") == ROWS


@pytest.mark.parametrize(
    "text", ["é", "ÉT", "été", "修复", "修 复.", "ß", "a.é\n", "(é", "\\é", "x"]
)
def test_a_text_is_found_as_it_is_written_in_any_case(text):
    """Whichever way is the fastest: nothing in it is a pattern."""
    subjects = ["Été", "ET", "修复 Bug", "x 修 复. y", "Straße", "A.É\n!", "(É\\é", ""]
    history = make_history([{"subject": one, "body": ""} for one in subjects])

    kept = Catalogue(history, tz="UTC").passing(View(text=text))

    expected = [text.casefold() in one.casefold() for one in subjects]
    assert kept.tolist() == expected
