"""Draw whole days of commits to be labelled: ``python training/sample.py PATH...``

Writes one row a commit (repo, day, sha) to standard output as CSV. Days are
drawn at random (seeded by the repository's name), whole, from the last three
years, so that commits can also be compared within their day. Days that are
labelled already are left out, and with ``--people`` commits of automations, which
teach little.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from pathlib import Path

import pandas as pd

import commitlens as cl

YEARS = 3  #: how far back days are drawn


LABELS = Path(__file__).with_name("labels.csv")


def draw(history, *, commits: int, least: int, most: int, people: bool, seed: str):
    """Whole days of a history with at least ``commits`` rows in all."""
    rows = history.commits
    rows = rows[~rows["is_merge"]]
    days = rows["landed_at"].dt.strftime("%Y-%m-%d")
    newest = rows["landed_at"].max()
    recent = days[rows["landed_at"] > newest - pd.DateOffset(years=YEARS)]
    counts = recent.value_counts()
    fitting = sorted(counts[(counts >= least) & (counts <= most)].index)
    name = rows["repo"].iloc[0]
    with LABELS.open(newline="") as file:
        known = {(row["repo"], row["day"]) for row in csv.DictReader(file)}
    random.Random(name + seed).shuffle(fitting)
    taken = 0
    for day in fitting:
        if taken >= commits:
            return
        if (name, day) in known:
            continue
        wanted = (days == day) & ~(rows["is_bot"] & people)
        for sha in rows.loc[wanted, "sha"]:
            taken += 1
            yield name, day, sha


def main() -> None:
    """Write the sample of every repository that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="+")
    parser.add_argument(
        "--commits", type=int, default=18, help="at least, a repository"
    )
    parser.add_argument("--least", type=int, default=3, help="commits a day")
    parser.add_argument("--most", type=int, default=14, help="commits a day")
    parser.add_argument("--people", action="store_true", help="no automations")
    parser.add_argument("--seed", default="", help="another drawing")
    parser.add_argument("--data")
    options = parser.parse_args()
    out = csv.writer(sys.stdout)
    out.writerow(["repo", "day", "sha"])
    for path in options.path:
        history = cl.load_history(path, data=options.data, lines=False)
        rows = draw(
            history,
            commits=options.commits,
            least=options.least,
            most=options.most,
            people=options.people,
            seed=options.seed,
        )
        out.writerows(rows)


if __name__ == "__main__":
    main()
