"""Draw whole days of commits to be labelled: ``python training/sample.py PATH...``

Writes one row a commit (repo, day, sha) to standard output as CSV. Days are
drawn at random (seeded by the repository's name), whole, from the last three
years, so that commits can also be compared within their day.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys

import commitlens as cl


def draw(history, *, commits: int, most: int, years: int = 3):
    """Whole days of a history with at least ``commits`` rows in all."""
    rows = history.commits
    rows = rows[~rows["is_merge"]]
    days = rows["landed_at"].dt.strftime("%Y-%m-%d")
    newest = rows["landed_at"].max()
    recent = days[rows["landed_at"] > newest.replace(year=newest.year - years)]
    counts = recent.value_counts()
    fitting = sorted(counts[(counts >= 3) & (counts <= most)].index)
    name = rows["repo"].iloc[0]
    random.Random(name).shuffle(fitting)
    taken = 0
    for day in fitting:
        if taken >= commits:
            return
        for sha in rows.loc[days == day, "sha"]:
            taken += 1
            yield name, day, sha


def main() -> None:
    """Write the sample of every repository that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="+")
    parser.add_argument(
        "--commits", type=int, default=18, help="at least, a repository"
    )
    parser.add_argument("--most", type=int, default=14, help="commits a day")
    parser.add_argument("--data")
    options = parser.parse_args()
    out = csv.writer(sys.stdout)
    out.writerow(["repo", "day", "sha"])
    for path in options.path:
        history = cl.load_history(path, data=options.data, lines=False)
        out.writerows(draw(history, commits=options.commits, most=options.most))


if __name__ == "__main__":
    main()
