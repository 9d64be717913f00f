"""What a share is worth: intervals, and what the classifier adds to them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commitlens import CHANGE_TYPES, compare, trend
from commitlens.testing import make_history
from commitlens.trends import fix_share
from commitlens.trends.intervals import (
    difference,
    discoveries,
    effective_totals,
    exact_p_values,
    wilson,
)

LEVEL_SQUARED = 1.959963984540054**2


@settings(max_examples=40)
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_ends_are_where_the_score_test_just_rejects(
    counts: tuple[int, int],
) -> None:
    """At each end the observed share is 1.96 standard errors of that end away."""
    hits, total = counts

    low, high = wilson(hits / total, total)

    assert 0 <= low <= hits / total <= high <= 1
    for end in (float(low), float(high)):
        distance = (hits / total - end) ** 2
        error = end * (1 - end) / total
        assert distance == pytest.approx(LEVEL_SQUARED * error, abs=1e-12)


def test_newcombes_interval_is_that_of_his_paper() -> None:
    """His first example: 56 of 70 against 48 of 80."""
    low, high = difference(48 / 80, 80, 56 / 70, 70)

    assert float(low) == pytest.approx(0.0524, abs=5e-5)
    assert float(high) == pytest.approx(0.3339, abs=5e-5)


def slow_effective(rows: list[tuple[int, float]], labels: int) -> list[float]:
    """Return effective totals of one group, commit by commit."""
    seen = [sum(label == want for label, _ in rows) for want in range(labels)]

    def chance(label: int, sure: float, want: int) -> float:
        if label == want:
            return sure
        others = len(rows) - seen[label]
        part = seen[want] / others if others else 1 / (labels - 1)
        return (1 - sure) * part

    worth = []
    for want in range(labels):
        chances = [chance(label, sure, want) for label, sure in rows]
        variance = sum(p * (1 - p) for p in chances)
        shift = sum(chances) - seen[want]
        near = (seen[want] + 0.5) / (len(rows) + 1)
        extra = (variance + shift**2) / (near * (1 - near) * len(rows))
        worth.append(len(rows) / (1 + extra))
    return worth


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.floats(0, 1, allow_nan=False)),
        min_size=1,
        max_size=20,
    )
)
def test_effective_totals_are_those_of_each_commit_alone(
    rows: list[tuple[int, float]],
) -> None:
    """Sums over groups give what a loop over commits gives."""
    labels = np.array([label for label, _ in rows])
    sure = np.array([confidence for _, confidence in rows])

    found = effective_totals(np.zeros(len(rows), "int64"), labels, sure, shape=(1, 4))

    assert found[0].tolist() == pytest.approx(slow_effective(rows, 4))


def test_what_is_sure_is_worth_its_count() -> None:
    """Without doubt the interval is Wilson's own; with doubt it is wider."""
    rows = [{"landed_at": "2026-01-05T00:00:00Z"} for _ in range(40)]
    history = make_history(rows)
    kinds = pd.Categorical(["fix"] * 10 + ["feat"] * 30, categories=CHANGE_TYPES)
    commits = history.commits.assign(change_type=kinds)

    def band(confidence: float) -> tuple[float, float, float]:
        sure = history.replace(commits=commits.assign(type_confidence=confidence))
        row = fix_share(sure, tz="UTC").iloc[0]
        return row["low"], row["high"], row["effective"]

    low, high, worth = band(1.0)
    assert (low, high) == tuple(map(float, wilson(0.25, 40)))
    assert worth == 40
    doubtful = band(0.7)
    assert doubtful[0] < low < high < doubtful[1]
    assert doubtful[2] < 40


@pytest.mark.parametrize("sure", [1.0, 0.9, 0.7])
@pytest.mark.parametrize("share", [0.05, 0.3])
@pytest.mark.parametrize("size", [12, 60])
def test_the_band_holds_the_true_share_as_often_as_it_says(
    sure: float, share: float, size: int
) -> None:
    """Simulated weeks whose labels are right as often as the confidence says.

    Errors go both ways: which label is wrong is drawn by how often labels are.
    Wilson's own coverage swings between 93 and 97 percent as counts are whole.
    """
    random = np.random.default_rng(7)
    weeks, rest = 3000, (1 - share) / 2
    shares = np.array([share, rest, rest])
    truth = random.choice(3, size=weeks * size, p=shares)
    other = random.choice(3, size=weeks * size, p=shares)
    # A label drawn anew is right by chance at times; such a classifier is right
    # with the probability that it would report for each label.
    redraw = (1 - sure) / (1 - shares)
    swapped = random.random(weeks * size) < redraw[truth].clip(max=1)
    labels = np.where(swapped, other, truth)
    right = np.array([(truth[labels == k] == k).mean() for k in range(3)])

    groups = np.repeat(np.arange(weeks), size)
    worth = effective_totals(groups, labels, right[labels], shape=(weeks, 3))[:, 0]
    hits = np.bincount(groups, labels == 0, minlength=weeks)
    low, high = wilson(hits / size, worth)

    assert ((low <= share) & (share <= high)).mean() >= 0.93


def test_small_counts_are_marked() -> None:
    """Fewer than five commits are a hint, not a finding."""
    history = make_history([{} for _ in range(9)])
    kinds = ["fix"] * 5 + ["feat"] * 4
    commits = history.commits.assign(change_type=kinds, type_confidence=1.0)

    table = trend(history.replace(commits=commits), tz="UTC").set_index("change_type")

    assert not table.loc["fix", "small"]
    assert table.loc["feat", "small"]


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 9), st.integers(0, 9))
def test_the_exact_test_is_a_sum_over_all_ways_to_deal(
    hits: int, rest: int, others: int, left: int
) -> None:
    """What is no likelier than what is seen, counted in whole numbers."""
    n, m, both = hits + rest, others + left, hits + others
    ways = [
        math.comb(n, k) * math.comb(m, both - k)
        for k in range(max(0, both - m), min(both, n) + 1)
    ]
    seen = math.comb(n, hits) * math.comb(m, others)
    expected = sum(way for way in ways if way <= seen) / math.comb(n + m, both)

    asked = [np.array([number]) for number in (hits, n, others, m)]
    found = exact_p_values(*asked)

    assert found[0] == pytest.approx(expected)


def test_discoveries_are_those_of_the_step_up_procedure() -> None:
    """A p-value passes with those below it, though it alone were too large."""
    p_values = np.array([0.04, 0.009, 0.6, 0.024, 0.03])

    found = discoveries(p_values, rate=0.05)

    # 0.03 is below 3/5 of 0.05, 0.04 is at 4/5 of it.
    assert found.tolist() == [True, True, False, True, True]
    assert not discoveries(np.array([0.02, 0.5, 0.7]), rate=0.05).any()
    assert discoveries(np.array([])).tolist() == []


def test_a_comparison_of_nothing_that_moved_is_seldom_clear() -> None:
    """One history dealt out to two sides by chance, and one that did change."""
    random = np.random.default_rng(5)
    kinds = random.choice(["fix", "feat", "docs", "test"], 300, p=[0.4, 0.3, 0.2, 0.1])
    people = random.integers(0, 25, 300)
    rows = [{"author_name": f"Author {number}"} for number in people]
    history = make_history(rows)
    commits = history.commits.assign(change_type=kinds, type_confidence=1.0)
    alarms = rows_apart = 0
    for _ in range(40):
        side = random.random(300) < 0.5
        table = compare(
            *(history.replace(commits=commits[part]) for part in (side, ~side))
        )
        alarms += bool(table["clear"].any())
        rows_apart += int(((table["low"] > 0) | (table["high"] < 0)).sum())
    fixes = commits["change_type"] == "fix"
    moved = compare(
        history.replace(commits=commits[fixes.to_numpy()]),
        history.replace(commits=commits),
    )

    assert rows_apart > 20
    assert alarms <= 4
    assert moved.loc[moved["clear"], "key"].tolist() == ["feat", "fix", "docs", "test"]
