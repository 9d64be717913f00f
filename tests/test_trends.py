"""Counting commits over time."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commitlens import CHANGE_TYPES, CommitlensError, History, trend
from commitlens.testing import make_history


def typed(*rows: tuple[str, str], **lead: History) -> History:
    """Return a history of (landed_at, change type)."""
    history = make_history([{"landed_at": time} for time, _ in rows], **lead)
    types = pd.Categorical([kind for _, kind in rows], categories=CHANGE_TYPES)
    sure = history.commits.assign(change_type=types, type_confidence=1.0)
    return history.replace(commits=sure)


def counted(table: pd.DataFrame) -> list[tuple[str, str, int]]:
    """Return the rows of `table` that count something."""
    some = table[table["commits"] > 0]
    days = some["period"].dt.strftime("%Y-%m-%d")
    return list(zip(days, some.iloc[:, 1], some["commits"], strict=True))


def test_every_type_is_counted_in_every_week_and_weeks_start_on_monday() -> None:
    """A week without commits is there too, with a zero for each change type."""
    table = trend(
        typed(
            ("2026-01-05T00:00:00Z", "feat"),
            ("2026-01-11T23:59:59Z", "feat"),
            ("2026-01-19T09:00:00Z", "fix"),
        ),
        tz="UTC",
    )

    assert list(table.columns) == [
        "period",
        "change_type",
        "commits",
        "partial",
        "small",
    ]
    assert counted(table) == [("2026-01-05", "feat", 2), ("2026-01-19", "fix", 1)]
    weeks = table["period"].dt.strftime("%Y-%m-%d").unique().tolist()
    assert weeks == ["2026-01-05", "2026-01-12", "2026-01-19"]
    assert len(table) == 3 * len(CHANGE_TYPES)
    assert list(table["change_type"].cat.categories) == list(CHANGE_TYPES)


@pytest.mark.parametrize(
    ("tz", "day"),
    [("UTC", "2026-02-09"), ("Asia/Shanghai", "2026-02-10")],
)
def test_the_zone_decides_the_day(tz: str, day: str) -> None:
    """An evening in London is the next morning in Shanghai."""
    table = trend(typed(("2026-02-09T20:00:00Z", "fix")), freq="D", tz=tz)

    assert counted(table) == [(day, "fix", 1)]
    assert str(table["period"].dt.tz) == tz


def test_a_month_starts_at_its_first_midnight_where_clocks_skip_it() -> None:
    """Clocks that jump over midnight give a day that starts at one o'clock."""
    history = typed(("2018-11-04T12:00:00Z", "fix"))

    table = trend(history, freq="D", tz="America/Sao_Paulo")

    assert table["period"].iloc[0].isoformat() == "2018-11-04T01:00:00-02:00"


def test_only_periods_that_may_lack_commits_are_partial() -> None:
    """The last period goes on; the first is cut when something landed before."""
    rows = [("2026-01-07T00:00:00Z", "fix"), ("2026-01-14T00:00:00Z", "fix")]
    rows += [("2026-01-21T00:00:00Z", "fix")]
    same_week = typed(("2026-01-06T00:00:00Z", "fix"))
    week_before = typed(("2026-01-04T00:00:00Z", "fix"))

    def partial(**lead: History) -> list[bool]:
        table = trend(typed(*rows, **lead), tz="UTC")
        return table.groupby("period")["partial"].all().tolist()

    assert partial() == [False, False, True]
    assert partial(lead=week_before) == [False, False, True]
    assert partial(lead=same_week) == [True, False, True]


def test_shares_of_a_period_add_up_to_one_or_are_missing() -> None:
    """A period without commits has no shares: a gap, not a zero."""
    table = trend(
        typed(
            ("2026-01-05T00:00:00Z", "feat"),
            ("2026-01-05T01:00:00Z", "fix"),
            ("2026-01-05T02:00:00Z", "fix"),
            ("2026-01-07T00:00:00Z", "docs"),
        ),
        freq="D",
        tz="UTC",
        share=True,
    )

    first = table[table["period"] == "2026-01-05"].set_index("change_type")["share"]
    assert first["fix"] == pytest.approx(2 / 3)
    sums = table.groupby("period")["share"].sum(min_count=1)
    assert sums.tolist() == pytest.approx([1, float("nan"), 1], nan_ok=True)


def test_rare_authors_are_counted_together() -> None:
    """The most frequent come first, ties by name, the rest as other."""
    names = ["Bo", "Bo", "Bo", "Cy", "Cy", "Al", "Al", "Di", "Ed"]
    history = make_history([{"author_name": name} for name in names])

    table = trend(history, by="author", freq="M", tz="UTC", top=3)

    assert list(table["author"].cat.categories) == ["Bo", "Al", "Cy", "other"]
    assert table["commits"].tolist() == [3, 2, 2, 2]


def test_a_commit_counts_once_in_the_area_with_most_of_its_lines() -> None:
    """Counts by area add up to the commits, merges included."""
    history = make_history(
        [
            {
                "files": [
                    {"path": "docs/a.md", "insertions": 50},
                    {"path": "docs/b.md", "insertions": 50},
                    {"path": "widget/core.py", "insertions": 90},
                ]
            },
            {"files": [{"path": "logo.png", "insertions": None, "deletions": None}]},
            {"parents": ["a" * 40, "b" * 40]},
        ]
    )

    table = trend(history, by="area", freq="M", tz="UTC")

    assert set(counted(table)) == {
        ("2026-01-01", "docs", 1),
        ("2026-01-01", ".", 1),
        ("2026-01-01", "(no files)", 1),
    }


def test_a_folder_may_be_called_as_the_area_of_nothing() -> None:
    """A path with brackets counts with the commits that have no files."""
    files = [{"path": f"{folder}/a.py"} for folder in ("(no files)", "other")]
    history = make_history([{}, {"files": files[:1]}, {"files": files[1:]}])

    table = trend(history, by="area", freq="M", tz="UTC")

    assert dict(zip(table["area"], table["commits"], strict=True)) == {
        "(no files)": 2,
        "other": 1,
    }


def test_the_history_is_left_as_it_was() -> None:
    """Counting changes nothing in what it counts."""
    history = typed(("2026-01-05T00:00:00Z", "feat"))
    commits, files = history.commits.copy(), history.files.copy()

    trend(history, by="change_type", tz="UTC")
    trend(history, by="area", tz="UTC")

    pd.testing.assert_frame_equal(history.commits, commits)
    pd.testing.assert_frame_equal(history.files, files)


@pytest.mark.parametrize("by", ["change_type", "importance", "author", "area"])
def test_a_history_without_commits_gives_a_table_without_rows(by: str) -> None:
    """Its columns are those of any other."""
    history = make_history([])
    empty = history.commits.assign(change_type=[], importance=[], type_confidence=[])

    table = trend(history.replace(commits=empty), by=by, tz="UTC", share=True)

    assert list(table.columns) == [
        *("period", by, "commits", "total", "share", "low", "high", "effective"),
        *("partial", "small"),
    ]
    assert table.empty


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by": "colour"}, "by must be one of change_type, importance, breaking"),
        ({"freq": "Y"}, "freq must be one of D, W, M, release, got 'Y'"),
        ({"by": "author", "top": 0}, "top must be at least 1, got 0"),
        ({"by": "importance"}, r"no column 'importance' .* run commitlens.score\(\)"),
        ({"by": "author", "tz": "Mars/Olympus"}, "unknown time zone 'Mars/Olympus'"),
    ],
)
def test_what_cannot_be_counted_is_said(
    options: dict[str, object], message: str
) -> None:
    """The message names the option, what it takes and what it got."""
    with pytest.raises(CommitlensError, match=message):
        trend(make_history([{}]), **options)


@given(
    st.lists(
        st.datetimes(pd.Timestamp(1972, 1, 1), pd.Timestamp(2030, 1, 1)),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["UTC", "Asia/Shanghai", "America/Sao_Paulo", "Europe/London"]),
    st.sampled_from(["W", "M"]),
)
def test_every_commit_is_in_exactly_one_period(
    times: list[pd.Timestamp], tz: str, freq: str
) -> None:
    """Counts add up to the commits in any zone, however far apart they landed."""
    rows = [{"landed_at": pd.Timestamp(time, tz="UTC")} for time in sorted(times)]

    table = trend(make_history(rows), by="author", freq=freq, tz=tz)

    assert table["commits"].sum() == len(times)
    assert table["period"].is_monotonic_increasing
    assert table["period"].iloc[0] <= rows[0]["landed_at"]
