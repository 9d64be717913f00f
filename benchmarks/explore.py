"""How long the explorer takes to answer, as ratios to a plain pandas groupby.

    python benchmarks/explore.py [--commits 100000] [--runs 7]

The history is invented, with bodies as long as people write. An answer is all of
it: which commits pass, the chart, the order of the list, and the page that is sent,
as JSON. The groupby is the least that any trend of these commits costs: by week and
change type. Each figure is the median of its runs; before a ratio is printed, the
chart's counts are checked to be the groupby's.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, replace

import numpy as np
import pandas as pd

from commitlens import schema
from commitlens.explore_view import PAGE, Catalogue, View
from commitlens.explorer import drawn, explore, page
from commitlens.history import History

WORDS = (
    "parser",
    "cache",
    "memory leak",
    "retry",
    "header",
    "schema",
    "解析器",
    "café",
)


def invented(count: int) -> History:
    """Return a history of so many commits over ten years."""
    rng = np.random.default_rng(1)
    landed = np.sort(rng.integers(1_450_000_000, 1_765_000_000, count))
    words = rng.choice(WORDS, (count, 3))
    lines, last = rng.integers(0, 12, count).tolist(), words[:, 2]
    types = rng.choice(schema.CHANGE_TYPES, count)
    tiers = rng.choice(schema.TIERS, count)
    filler = "It did not hold for what comes after the first of them, as was seen. "
    commits = pd.DataFrame(
        {
            "repo": "octo/demo",
            "sha": [f"{n:040x}" for n in range(count)],
            "landed_at": pd.to_datetime(landed, unit="s", utc=True).as_unit("us"),
            "author_name": [f"Author {n}" for n in rng.zipf(1.6, count) % 3000],
            "subject": [f"fix: {a} of the {b}" for a, b, _ in words],
            "body": [filler * n + word for n, word in zip(lines, last, strict=True)],
            "is_merge": False,
            "is_bot": False,
            "change_type": pd.Categorical(types, schema.CHANGE_TYPES),
            "importance": pd.Categorical(tiers, schema.TIERS, ordered=True),
            "importance_score": rng.uniform(0, 100, count),
        }
    )  # fmt: skip
    owners = rng.integers(0, count, 3 * count)
    paths = [f"part{n % 40}/sub{n % 7}/file{n}.py" for n in range(9000)]
    files = pd.DataFrame(
        {
            "repo": "octo/demo",
            "sha": commits["sha"].to_numpy()[np.sort(owners)],
            "path": rng.choice(paths, 3 * count),
            "insertions": rng.integers(1, 90, 3 * count),
            "deletions": rng.integers(0, 30, 3 * count),
        }
    )  # fmt: skip
    return History(commits=commits, files=files)


def median(runs: int, action: Callable[[], object]) -> float:
    """Return how long an action takes, in milliseconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--commits", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    history = invented(options.commits)
    commits = history.commits

    def groupby() -> pd.DataFrame:
        weeks = commits["landed_at"].dt.tz_localize(None).dt.to_period("W")
        counts = commits.groupby([weeks, "change_type"], observed=False).size()
        return counts.unstack()  # noqa: PD010 - counted already

    start = time.perf_counter()
    catalogue = Catalogue(history, tz="UTC")
    made = 1000 * (time.perf_counter() - start)

    def answer(view: View) -> int:
        # As if it were the first time that this text is looked for.
        catalogue._found.cache_clear()
        passing = catalogue.passing(view)
        chart = catalogue.chart(view, passing)
        rows = catalogue.listed(view, passing, chart)
        sent = page(catalogue, rows[:PAGE]), drawn(chart, int(passing.sum()))
        json.dumps(sent)
        return len(rows)

    weekly = View(freq="W")
    chart = catalogue.chart(weekly, catalogue.passing(weekly))
    if not (chart.counts == groupby().to_numpy()).all():
        msg = "the chart's counts are not those of the groupby"
        raise SystemExit(msg)
    day = f"{chart.starts[len(chart.starts) // 2]}"
    views = {
        "everything, by week": weekly,
        "everything, fitting": View(),
        "two types": View(types=("fix", "feat")),
        "a tier, by author": View(tiers=("high",), by="author"),
        "an area, since 2020": View(areas=("part3/sub3",), since="2020-01-01"),
        "a bar": replace(weekly, bar=(day, "fix")),
        "text": View(text="memory leak"),
        "text in Chinese": View(text="解析器"),
        "text with an accent": View(text="café"),
        "text, most important first": View(text="RETRY", order="score", by="area"),
    }  # fmt: skip
    print(
        f"Python {platform.python_version()}, pandas {pd.__version__}, "
        f"{os.cpu_count()} processors"
    )
    print(
        f"{len(commits):,} commits, {len(history.files):,} files; "
        "the chart counts what the groupby counts"
    )
    base = median(options.runs, groupby)
    print(f"{'':32}{'ms':>8}{'/ groupby':>11}{'commits':>10}")
    print(f"{'pandas groupby':32}{base:8.1f}{1:11.2f}{len(commits):10,}")
    print(f"{'index, once':32}{made:8.1f}{made / base:11.2f}{len(commits):10,}")
    for name, view in views.items():
        taken = median(options.runs, lambda view=view: answer(view))
        print(f"{name:32}{taken:8.1f}{taken / base:11.2f}{answer(view):10,}")
    explorer = explore(history, tz="UTC")
    taken = median(
        options.runs, lambda: setattr(explorer, "view", another(explorer.view))
    )
    print(f"{'the widget, one filter':32}{taken:8.1f}{taken / base:11.2f}")


def another(before: dict) -> dict:
    """Return a view that is another one than before."""
    tiers = () if before.get("tiers") else ("high",)
    return asdict(View(tiers=tiers))


if __name__ == "__main__":
    main()
