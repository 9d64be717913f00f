"""Rates, churn, sizes and rhythm, against loops over a few literal commits."""

from __future__ import annotations

import statistics
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commitlens import (
    CHANGE_TYPES,
    CommitlensError,
    History,
    classify,
    compare,
    load_history,
    trend,
)
from commitlens.testing import RepositoryBuilder, make_history
from commitlens.trends import (
    breaking_rate,
    churn,
    code_with_tests,
    combine,
    commit_sizes,
    cumulative,
    fix_share,
    revert_rate,
    rhythm,
    rolling,
    security_rate,
    select,
)

DAYS = ["2026-01-05", "2026-01-06", "2026-01-14", "2026-01-28", "2026-02-03"]
PATHS = ["src/app.py", "tests/test_app.py", "docs/a.md", "web/ui.ts", "logo.png"]

commits = st.fixed_dictionaries(
    {
        "day": st.sampled_from(DAYS),
        "kind": st.sampled_from(CHANGE_TYPES),
        "author": st.sampled_from(["Ada", "Bo", "Cy"]),
        "bot": st.booleans(),
        "merge": st.booleans(),
        "breaking": st.booleans(),
        "files": st.dictionaries(
            st.sampled_from(PATHS), st.tuples(st.integers(0, 9), st.integers(0, 9))
        ),
    }
)


def history_of(rows: list[dict[str, Any]]) -> History:
    """Return a classified history of drawn rows, oldest first."""
    made = make_history(
        [
            {
                "landed_at": f"{row['day']}T12:00:00Z",
                "author_name": row["author"],
                "is_bot": row["bot"],
                "is_merge": row["merge"],
                "files": [
                    {"path": path, "insertions": added, "deletions": removed}
                    for path, (added, removed) in row["files"].items()
                ],
            }
            for row in rows
        ]
    )
    return made.replace(
        commits=made.commits.assign(
            change_type=pd.Categorical(
                [row["kind"] for row in rows], categories=CHANGE_TYPES
            ),
            type_confidence=1.0,
            breaking=[row["breaking"] for row in rows],
            security=False,
        )
    )


def drawn(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: row["day"])


def week(row: dict[str, Any]) -> str:
    """Return the Monday of a row's week."""
    day = pd.Timestamp(row["day"])
    return (day - pd.Timedelta(days=day.weekday())).strftime("%Y-%m-%d")


def by_period(table: pd.DataFrame, *columns: str) -> dict[str, Any]:
    days = table["period"].dt.strftime("%Y-%m-%d")
    values = table[list(columns)].itertuples(index=False, name=None)
    return {
        day: value if len(columns) > 1 else value[0]
        for day, value in zip(days, values, strict=True)
    }


@settings(max_examples=20)
@given(st.lists(commits, min_size=1, max_size=12).map(drawn))
def test_rates_are_what_a_loop_counts(rows: list[dict[str, Any]]) -> None:
    """Fixes and breaking changes of a week, merges left out, of its commits."""
    history = history_of(rows)
    total: dict[str, int] = defaultdict(int)
    fixes: dict[str, int] = defaultdict(int)
    breaking: dict[str, int] = defaultdict(int)
    for row in rows:
        if not row["merge"]:
            total[week(row)] += 1
            fixes[week(row)] += row["kind"] == "fix"
            breaking[week(row)] += row["breaking"]

    table = fix_share(history, tz="UTC")

    for day, (hits, of, share) in by_period(table, "commits", "total", "share").items():
        assert (hits, of) == (fixes[day], total[day])
        assert share == pytest.approx(hits / of if of else float("nan"), nan_ok=True)
    found = by_period(breaking_rate(history, tz="UTC"), "commits")
    assert found == {day: breaking[day] for day in found}
    assert sum(found.values()) == sum(breaking.values())


@settings(max_examples=20)
@given(st.lists(commits, min_size=1, max_size=12).map(drawn))
def test_counts_by_anything_add_up_to_the_commits(rows: list[dict[str, Any]]) -> None:
    """Whatever splits them, each commit that passes the filters counts once."""
    history = history_of(rows)
    people = sum(not row["bot"] for row in rows)

    for by in ("change_type", "breaking", "security", "author", "area", "bot", "repo"):
        assert trend(history, by=by, tz="UTC")["commits"].sum() == len(rows)
        assert trend(history, by=by, bots=False)["commits"].sum() == people


@settings(max_examples=20)
@given(st.lists(commits, min_size=1, max_size=12).map(drawn))
def test_churn_is_what_a_loop_sums(rows: list[dict[str, Any]]) -> None:
    """Lines by week, and by area of the file rather than of the commit."""
    history = history_of(rows)
    lines: dict[str, int] = defaultdict(int)
    areas: dict[str, int] = defaultdict(int)
    for row in rows:
        for path, (added, removed) in row["files"].items():
            lines[week(row)] += added - removed
            areas[path.rpartition("/")[0] or "."] += added + removed

    net = by_period(churn(history, tz="UTC"), "net")
    table = churn(history, by="area", tz="UTC")

    assert net == {day: lines[day] for day in net}
    changed = (table["insertions"] + table["deletions"]).groupby(table["area"]).sum()
    assert {area: n for area, n in changed.items() if n} == {
        area: n for area, n in areas.items() if n
    }


@settings(max_examples=20)
@given(st.lists(commits, min_size=1, max_size=12).map(drawn))
def test_sizes_are_quantiles_of_the_lines_of_commits(
    rows: list[dict[str, Any]],
) -> None:
    """Merges are left out; a week without commits has no median."""
    sizes: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if not row["merge"]:
            sizes[week(row)].append(sum(map(sum, row["files"].values())))

    found = by_period(commit_sizes(history_of(rows), tz="UTC"), "median")

    for day, median in found.items():
        expected = statistics.median(sizes[day]) if sizes[day] else float("nan")
        assert median == pytest.approx(expected, nan_ok=True)


@settings(max_examples=20)
@given(st.lists(commits, min_size=1, max_size=12).map(drawn), st.integers(1, 3))
def test_rolling_and_cumulative_are_sums_of_rows(
    rows: list[dict[str, Any]], window: int
) -> None:
    """Counts of the window's periods, and all up to each; shares of those."""
    table = trend(history_of(rows), share=True, tz="UTC")
    wide = table.pivot_table(index="period", columns="change_type", values="commits",
                             observed=False)  # fmt: skip

    means, sums = rolling(table, window), cumulative(table)

    for place, (_, kept) in enumerate(wide.iterrows()):
        slots = slice(place * len(CHANGE_TYPES), (place + 1) * len(CHANGE_TYPES))
        part = wide.iloc[max(0, place + 1 - window) : place + 1]
        mean = part.mean() if len(part) == window else kept * float("nan")
        assert means["commits"].iloc[slots].to_numpy() == pytest.approx(
            mean.to_numpy(), nan_ok=True
        )
        total = wide.iloc[: place + 1].to_numpy().sum()
        assert sums["total"].iloc[slots].unique().tolist() == [total]
        if len(part) == window and part.to_numpy().sum():
            shares = part.sum() / part.to_numpy().sum()
            assert means["share"].iloc[slots].to_numpy() == pytest.approx(shares)
    assert means["partial"].any() == table["partial"].any()


def test_a_change_of_code_counts_with_its_tests() -> None:
    """Of two changes of code one has a test; docs are not asked for one."""
    code, test = {"path": "src/app.py"}, {"path": "tests/test_app.py"}
    history = make_history(
        [{"files": [code, test]}, {"files": [code]}, {"files": [{"path": "a.md"}]}]
    )

    row = code_with_tests(history, tz="UTC").iloc[0]

    assert (row["commits"], row["total"], row["share"]) == (1, 2, 0.5)
    assert row["small"]


def test_rates_can_be_split_and_say_what_they_are_of() -> None:
    """By author: reverts of one, none of the other; attrs name the kind."""
    rows = [
        {"author_name": "Ada"},
        {"author_name": "Ada"},
        {"author_name": "Bo", "is_bot": True},
    ]
    history = make_history(rows)
    kinds = history.commits.assign(
        change_type=["revert", "fix", "fix"], type_confidence=1.0, security=True
    )
    history = history.replace(commits=kinds)

    table = revert_rate(history, by="author", tz="UTC")

    assert table["author"].tolist() == ["Ada", "Bo"]
    assert table["share"].tolist() == [0.5, 0.0]
    assert table.attrs == {"per": "week", "what": "reverts"}
    assert security_rate(history, bots=True, tz="UTC")["total"].tolist() == [1]


def test_a_share_of_many_is_not_small_over_several_periods() -> None:
    """A rate is small by its total, also when it is rolling or cumulative."""
    rows = [{"landed_at": f"2026-01-0{day}T12:00:00Z"} for day in (1, 1, 1, 2, 2)]
    table = security_rate(classify(make_history(rows)), freq="D", tz="UTC")

    assert table["small"].tolist() == [True, True]
    assert cumulative(table)["small"].tolist() == [True, False]
    assert rolling(table, 2)["small"].tolist() == [False, False]


def test_the_hours_of_a_week_are_those_of_each_authors_clock(tmp_path: Path) -> None:
    """Nine in the morning in Shanghai is one at night in London."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("one", {"a": "1\n"}, date="2026-01-05T09:30:00+0800")
    builder.commit("two", {"a": "2\n"}, date="2026-01-05T23:10:00-0500")
    history = load_history(builder.path)

    def hours(**options: Any) -> list[tuple[str, int]]:
        table = rhythm(history, **options)
        assert len(table) == 168
        some = table[table["commits"] > 0]
        return list(zip(some["weekday"], some["hour"], strict=True))

    assert hours() == [("Mon", 9), ("Mon", 23)]
    assert hours(tz="UTC") == [("Mon", 1), ("Tue", 4)]
    assert rhythm(history)["share"].sum() == pytest.approx(1)


def test_the_clock_of_literal_authors_is_not_known() -> None:
    """The message says what is missing, and what gives it."""
    with pytest.raises(CommitlensError, match="where octo/demo is.*load_history"):
        rhythm(make_history([{}]))


def test_filters_keep_what_they_say_and_leave_the_argument() -> None:
    """Each alone and all together, files and facts with their commits."""
    rows: list[dict[str, Any]] = [
        {"day": DAYS[0], "kind": "fix", "author": "Ada", "bot": False, "merge": False,
         "breaking": True, "files": {"src/app.py": (1, 1), "web/ui.ts": (0, 1)}},
        {"day": DAYS[2], "kind": "feat", "author": "Bo", "bot": True, "merge": False,
         "breaking": False, "files": {"docs/a.md": (5, 0)}},
        {"day": DAYS[4], "kind": "fix", "author": "Ada", "bot": False, "merge": True,
         "breaking": False, "files": {}},
    ]  # fmt: skip
    history = history_of(rows)
    before = history.commits.copy()

    def kept(**filters: Any) -> list[int]:
        chosen = select(history, tz="UTC", **filters)
        assert set(chosen.files["sha"]) <= set(chosen.commits["sha"])
        return [int(sha, 16) for sha in chosen.commits["sha"]]

    assert kept() == [1, 2, 3]
    assert kept(types="fix") == [1, 3]
    assert kept(types=["feat", "docs"]) == [2]
    assert kept(areas="docs") == [2]
    assert kept(areas="src") == [1]
    assert kept(authors=["Bo"]) == [2]
    assert kept(bots=False, merges=False) == [1]
    assert kept(breaking=True) == [1]
    assert kept(text="COMMIT 2") == [2]
    assert kept(since="2026-01-06", until="2026-01-14") == [2]
    assert kept(repos="elsewhere") == []
    pd.testing.assert_frame_equal(history.commits, before)


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"types": "fixes"}, "types must be of feat, fix,.*got 'fixes'"),
        ({"tiers": "high"}, "no column 'importance'"),
        ({"since": "2026-03-01", "until": "2026-01-01"}, "ends before it starts"),
    ],
)
def test_a_filter_that_cannot_be_is_said(filters: Any, message: str) -> None:
    """A type that is not one is an error, not an empty answer."""
    history = history_of([])
    with pytest.raises(CommitlensError, match=message):
        select(history, **filters)


def test_an_unknown_filter_is_a_type_error() -> None:
    """As of any function."""
    with pytest.raises(TypeError, match="colour"):
        trend(history_of([]), colour="red")


def test_weeks_asked_for_that_were_seen_to_be_empty_are_zero() -> None:
    """Inside of what is known: before the first commit and after the last."""
    landed = ["2026-01-05T00:00:00Z", "2026-01-27T00:00:00Z"]
    history = make_history([{"landed_at": time} for time in landed])

    table = trend(
        history, by="bot", tz="UTC", since="2026-01-13", until="2026-02-05"
    ).query("bot == 'human'")

    assert table["period"].dt.day.tolist() == [12, 19, 26, 2]
    assert table["commits"].tolist() == [0, 0, 1, 0]
    assert table["partial"].tolist() == [True, False, False, True]


def test_nothing_is_zero_before_the_first_commit_of_all() -> None:
    """A repository that did not exist had no quiet weeks."""
    history = make_history([{"landed_at": "2026-01-21T00:00:00Z"}])

    table = trend(history, by="repo", tz="UTC", since="2025-01-01")

    assert table["commits"].tolist() == [1]


def test_a_period_is_whole_when_the_history_reaches_its_end() -> None:
    """What is known up to the end of January holds January, and not February."""
    history = make_history([{"landed_at": "2026-01-21T00:00:00Z"}])

    def partial(until: str) -> list[bool]:
        span = (None, pd.Timestamp(until).to_pydatetime())
        table = trend(history.replace(span=span), by="repo", freq="M", tz="UTC")
        return table["partial"].tolist()

    assert partial("2026-02-01T00:00:00Z") == [False]
    assert partial("2026-01-31T23:59:59Z") == [True]


def test_histories_are_combined_in_the_order_in_which_commits_landed() -> None:
    """Commits and files of both, and each repository keeps its own."""
    one = make_history(
        [{"landed_at": "2026-01-05T00:00:00Z", "files": [{"path": "a"}]},
         {"landed_at": "2026-01-07T00:00:00Z", "files": [{"path": "b"}]}],
        repo="octo/one",
    )  # fmt: skip
    two = make_history(
        [{"landed_at": "2026-01-06T00:00:00Z", "files": [{"path": "c"}]}],
        repo="octo/two",
    )

    both = combine(one, two)

    assert both.commits["repo"].tolist() == ["octo/one", "octo/two", "octo/one"]
    assert both.files["path"].tolist() == ["a", "c", "b"]
    table = trend(both, by="repo", tz="UTC")
    assert dict(zip(table["repo"], table["commits"], strict=True)) == {
        "octo/one": 2,
        "octo/two": 1,
    }
    # Commits of one name in two repositories are two.
    assert churn(both, by="area", tz="UTC")["commits"].sum() == 3


def test_the_lines_of_a_binary_file_are_not_counted() -> None:
    """It is a file that changed, and no lines."""
    binary = {"path": "logo.png", "insertions": None, "deletions": None}
    history = make_history([{"files": [binary]}])

    row = churn(history, by="area", tz="UTC").iloc[0]

    assert (row["commits"], row["files"], row["insertions"]) == (1, 1, 0)
    assert np.isnan(commit_sizes(make_history([]), tz="UTC")["median"]).all()


@settings(max_examples=10)
@given(st.lists(commits, min_size=1, max_size=8).map(drawn))
def test_each_count_has_its_commits(rows: list[dict[str, Any]]) -> None:
    """The key and the period of a row select as many commits as it counts."""
    history = history_of(rows)
    filters = {"change_type": "types", "area": "areas", "author": "authors"}

    for by, name in filters.items():
        table = trend(history, by=by, freq="M", tz="UTC", top=99)
        for row in table[table["commits"] > 0].to_dict("records"):
            # A timestamp is an instant, from which on and before which.
            end = (row["period"] + pd.DateOffset(months=1)).isoformat()
            part = select(
                history, since=row["period"].isoformat(), until=end, tz="UTC",
                **{name: row[by]},
            )  # fmt: skip
            assert len(part.commits) == row["commits"]


@pytest.mark.parametrize("function", [churn, commit_sizes])
def test_lines_that_were_not_counted_are_no_zero(function: Any) -> None:
    """A history loaded without lines has no churn; one of nothing has none either."""
    history = make_history([{"insertions": None, "deletions": None}] * 2)

    with pytest.raises(CommitlensError, match="no lines of these commits were counted"):
        function(history, tz="UTC")
    assert function(make_history([]), tz="UTC").empty
    risks = compare(history, history, aspects="risk")["key"].tolist()
    assert "large" not in risks
    assert "code without tests" in risks


@pytest.mark.parametrize("over", [cumulative, lambda table: rolling(table, 2)])
def test_what_does_not_add_up_is_not_summed(over: Any) -> None:
    """Medians of two periods do not tell that of both."""
    table = commit_sizes(make_history([{}] * 3), tz="UTC")

    with pytest.raises(CommitlensError, match="'median' does not add up over periods"):
        over(table)
