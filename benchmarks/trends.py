"""How fast tables are made of 1,000,000 commits, as ratios to a plain groupby.

    python benchmarks/trends.py [--commits 1000000] [--runs 5]

The frame is made up: a commit every five minutes, types and authors by fixed
odds, one to four files each. The groupby counts the commits of each week and
type, and nothing more; what it counts is compared with the table before times
are printed. Each line is the median of its runs.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from commitlens import CHANGE_TYPES, History, trend
from commitlens.schema import pandas_dtype
from commitlens.trends import (
    change_points,
    churn,
    contributors,
    coupling,
    fix_share,
    hotspots,
    select,
)

ODDS = [0.2, 0.25, 0.03, 0.12, 0.1, 0.08, 0.07, 0.05, 0.02, 0.07, 0.01]


def made_up(count: int) -> History:
    """Return a history of `count` commits, the same each time."""
    random = np.random.default_rng(1)
    text = pandas_dtype("str")
    shas = [f"{number:040x}" for number in range(count)]
    landed = pd.date_range("2016-01-04", periods=count, freq="5min", tz="UTC")
    people = np.array([f"Author {number}" for number in range(5000)], dtype=object)
    folders = [f"packages/part{number}/src/file" for number in range(40)]
    files_of = random.integers(1, 5, count)
    owners = np.repeat(np.arange(count), files_of)
    paths = np.array([f"{f}{n}.py" for f in folders for n in range(50)], dtype=object)
    lines = random.integers(0, 60, (2, len(owners)))
    commits = pd.DataFrame(
        {
            "repo": pd.Series(["octo/demo"] * count, dtype=text),
            "sha": pd.Series(shas, dtype=text),
            "author_name": pd.Series(
                people[random.zipf(1.3, count) % len(people)], dtype=text
            ),
            "landed_at": landed.as_unit("us"),
            "subject": pd.Series(["change"] * count, dtype=text),
            "body": pd.Series([""] * count, dtype=text),
            "is_merge": random.random(count) < 0.05,
            "is_bot": random.random(count) < 0.1,
            "insertions": pd.array(np.bincount(owners, lines[0]), dtype="Int64"),
            "deletions": pd.array(np.bincount(owners, lines[1]), dtype="Int64"),
            "files_changed": pd.array(files_of, dtype="Int64"),
            "change_type": pd.Categorical.from_codes(
                random.choice(len(ODDS), count, p=ODDS), list(CHANGE_TYPES)
            ),
            "type_confidence": random.choice([0.95, 0.8, 0.6], count),
        }
    )
    files = pd.DataFrame(
        {
            "repo": pd.Series(["octo/demo"] * len(owners), dtype=text),
            "sha": commits["sha"].take(owners).reset_index(drop=True),
            "path": pd.Series(random.choice(paths, len(owners)), dtype=text),
            "old_path": pd.Series([None] * len(owners), dtype=text),
            "status": pd.Series(["M"] * len(owners), dtype=text),
            "insertions": pd.array(lines[0], dtype="Int64"),
            "deletions": pd.array(lines[1], dtype="Int64"),
            "is_binary": False,
        }
    )
    return History(commits=commits, files=files)


def plain(history: History) -> pd.Series:
    """Count with pandas alone: what a table cannot be faster than."""
    commits = history.commits
    weeks = commits["landed_at"].dt.tz_localize(None).dt.to_period("W")
    return commits.groupby([weeks, "change_type"], observed=False).size()


def median(run: Callable[[], Any], runs: int) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--commits", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    history = made_up(options.commits)
    table = trend(history, tz="UTC")
    assert table["commits"].tolist() == plain(history).tolist()
    cases: dict[str, Callable[[], Any]] = {
        "groupby by week and type": lambda: plain(history),
        "trend by type": lambda: trend(history, tz="UTC"),
        "trend by type, in Shanghai": lambda: trend(history, tz="Asia/Shanghai"),
        "trend by type, with shares": lambda: trend(history, tz="UTC", share=True),
        "trend by type, no bots": lambda: trend(history, tz="UTC", bots=False),
        "trend by author": lambda: trend(history, by="author", tz="UTC"),
        "trend by area": lambda: trend(history, by="area", tz="UTC"),
        "fix share": lambda: fix_share(history, tz="UTC"),
        "churn": lambda: churn(history, tz="UTC"),
        "contributors": lambda: contributors(history, tz="UTC"),
        "select a year": lambda: select(
            history, since="2018-01-01", until="2018-12-31", tz="UTC"
        ),
        "hotspots": lambda: hotspots(history),
        "coupling": lambda: coupling(history, since="2025-01-01", tz="UTC"),
        "change points": lambda: change_points(trend(history, share=True, tz="UTC")),
    }
    base = None
    print(
        f"{options.commits:,} commits, {len(history.files):,} files; "
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"pandas {pd.__version__}, {os.cpu_count()} processors"
    )
    for name, run in cases.items():
        seconds = median(run, options.runs)
        base = base or seconds
        print(f"{name:30} {seconds:8.3f} s {seconds / base:8.1f}")


if __name__ == "__main__":
    main()
