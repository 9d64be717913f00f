"""When a level changed: found where it did, and rarely where it did not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from commitlens import CommitlensError
from commitlens.trends import change_points


def weekly(
    commits: np.ndarray, total: np.ndarray, *, keys: tuple[str, ...] = ("fix",)
) -> pd.DataFrame:
    """Return a table of shares, a row a week and key; commits has a column a key."""
    commits = commits.reshape(len(total), len(keys))
    weeks = pd.date_range("2025-01-06", periods=len(total), freq="W-MON", tz="UTC")
    table = pd.DataFrame(
        {
            "period": weeks.repeat(len(keys)),
            "change_type": pd.Categorical(
                np.tile(keys, len(total)), categories=keys, ordered=True
            ),
            "commits": commits.reshape(-1),
            "total": total.repeat(len(keys)),
            "partial": False,
        }
    )
    table.attrs = {"per": "week"}
    return table


def test_a_known_change_is_found_in_its_week_and_named() -> None:
    """From 18 to 31 percent, in the week in which it happened."""
    total = np.full(40, 100)
    fixes = np.where(np.arange(40) < 25, 18, 31)

    found = change_points(weekly(fixes, total))

    assert found["period"].dt.strftime("%Y-%m-%d").tolist() == ["2025-06-30"]
    assert found["sentence"].tolist() == [
        "fixes rose from 18 % to 31 % in the week of 2025-06-30"
    ]
    assert found[["before", "after"]].to_numpy().tolist() == [[0.18, 0.31]]
    assert found["p_value"].iloc[0] < 0.05


def test_changes_are_found_in_noise_and_near_to_where_they_are() -> None:
    """Of simulated changes nearly all are found, within two weeks."""
    random = np.random.default_rng(3)
    near = 0
    for _ in range(30):
        total = random.poisson(50, 52)
        rate = np.where(np.arange(52) < 30, 0.18, 0.36)
        table = weekly(random.binomial(total, rate), total)
        found = change_points(table)["period"]
        weeks = (found - table["period"].iloc[30]).dt.days / 7
        near += bool((weeks.abs() <= 2).any())

    assert near >= 28


def alarms(draw: object, runs: int, **options: object) -> int:
    """Return in how many of the tables drawn something is found."""
    random = np.random.default_rng(11)
    return sum(len(change_points(draw(random), **options)) > 0 for _ in range(runs))


def steady(random: np.random.Generator) -> pd.DataFrame:
    """Return a year of shares that do not change, of eleven keys."""
    keys = tuple("abcdefghijk")
    total = random.poisson(40, 52) + 1
    shares = np.array([0.3, 0.2, 0.1, 0.1, 0.1, *[0.2 / 6] * 6])
    commits = np.array([random.multinomial(n, shares) for n in total])
    return weekly(commits, total, keys=keys)


def restless(random: np.random.Generator) -> pd.DataFrame:
    """Return shares that vary more than binomials do, around one level."""
    total = random.poisson(60, 52) + 1
    rate = random.beta(3, 9, 52)
    return weekly(random.binomial(total, rate), total)


@pytest.mark.parametrize("draw", [steady, restless], ids=["steady", "restless"])
def test_a_series_without_a_change_rarely_raises_an_alarm(draw: object) -> None:
    """At most five percent of tables, but for chance: 10 of 100 is 1 in 35."""
    assert alarms(draw, 100) <= 9


def test_a_steady_volume_rarely_raises_an_alarm() -> None:
    """Counts that vary more than Poisson's, around one level."""

    def volume(random: np.random.Generator) -> pd.DataFrame:
        count = random.negative_binomial(4, 0.1, 52)
        return weekly(count, count + 1)

    assert alarms(volume, 100, value="commits") <= 9


def test_two_changes_are_told_apart_and_levels_are_between_them() -> None:
    """Up and half down again: three levels."""
    hits = np.concatenate([np.full(30, 10), np.full(30, 40), np.full(30, 20)])

    found = change_points(weekly(hits, np.full(90, 100)))

    assert found[["before", "after"]].to_numpy().tolist() == [[0.1, 0.4], [0.4, 0.2]]
    assert [sentence.split()[1] for sentence in found["sentence"]] == ["rose", "fell"]


def test_partial_periods_are_no_change() -> None:
    """A week that has just begun says nothing of its level."""
    table = weekly(np.array([50] * 20 + [0] * 4), np.full(24, 100))
    partial = table["period"] >= table["period"].iloc[20]

    assert len(change_points(table)) == 1
    assert len(change_points(table.assign(partial=partial))) == 0


def test_counts_have_a_level_too() -> None:
    """Commits a week, whatever they are a share of."""
    count = np.array([20] * 20 + [45] * 20)

    found = change_points(weekly(count, count), value="commits")

    assert found["sentence"].tolist() == [
        "fixes rose from 20 a week to 45 a week in the week of 2025-05-26"
    ]


def test_a_table_that_is_not_split_has_one_series() -> None:
    """It says itself what it counts."""
    table = weekly(np.array([5] * 10 + [30] * 10), np.full(20, 50)).drop(
        columns="change_type"
    )
    table.attrs = {"per": "month", "what": "reverts"}

    found = change_points(table)

    assert list(found.columns) == ["period", "before", "after", "p_value", "sentence"]
    assert found["sentence"].tolist() == ["reverts rose from 10 % to 60 % in 2025-03"]


def test_the_same_table_gives_the_same_changes() -> None:
    """Chance has a seed."""
    random = np.random.default_rng(5)
    table = restless(random)

    pd.testing.assert_frame_equal(change_points(table), change_points(table))


def test_a_table_without_rows_has_no_changes() -> None:
    """Its columns are those of any other."""
    empty = change_points(weekly(np.array([]), np.array([], dtype="int64")))

    assert list(empty.columns)[:2] == ["period", "change_type"]
    assert empty.empty


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"value": "size"}, "value must be share or commits, got 'size'"),
        ({"alpha": 1.0}, "alpha must be between 0 and 1"),
        ({"at_least": 1}, "at_least 2 or more"),
    ],
)
def test_options_out_of_range_are_said(
    options: dict[str, object], message: str
) -> None:
    """The message names them."""
    with pytest.raises(CommitlensError, match=message):
        change_points(weekly(np.array([1]), np.array([2])), **options)


def test_shares_must_be_there() -> None:
    """A table of counts alone is told how to become one of shares."""
    table = weekly(np.array([1]), np.array([2])).drop(columns="total")

    with pytest.raises(CommitlensError, match=r"'total'.*run trend\(..., share=True\)"):
        change_points(table)
